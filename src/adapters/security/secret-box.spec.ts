import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AppConfig } from '../../../config/app-config.js';
import { SecretBox, SecretBoxError } from './secret-box.js';
import { secretContext } from './secret-contexts.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const boxOf = (...encryptionKeys: { id: string; key: Buffer }[]) =>
  new SecretBox({ encryptionKeys } as unknown as AppConfig);

const CONTEXT = secretContext.autotask('ins-1', 'con-1');
const SECRET = 'orchid-Kettle-42-ß';

const reasonOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof SecretBoxError) return error.reason;
    throw error;
  }
  return 'opened';
};

describe('SecretBox', () => {
  it('opens what it sealed, and seals the same text differently each time', () => {
    const box = boxOf(key('k1'));
    const first = box.seal(SECRET, CONTEXT);
    const second = box.seal(SECRET, CONTEXT);
    expect(first).not.toBe(second);
    expect(first).not.toContain(SECRET);
    expect(first.startsWith('v1:k1:')).toBe(true);
    expect(box.open(first, CONTEXT)).toBe(SECRET);
    expect(box.open(second, CONTEXT)).toBe(SECRET);
  });

  it('keeps an empty and a long text', () => {
    const box = boxOf(key('k1'));
    const long = 'x'.repeat(100_000);
    expect(box.open(box.seal('', CONTEXT), CONTEXT)).toBe('');
    expect(box.open(box.seal(long, CONTEXT), CONTEXT)).toBe(long);
  });

  it('opens for no other context: another installation, connection or purpose', () => {
    const box = boxOf(key('k1'));
    const sealed = box.seal(SECRET, CONTEXT);
    const others = [
      secretContext.autotask('ins-2', 'con-1'),
      secretContext.autotask('ins-1', 'con-2'),
      secretContext.marketplace('ins-1', 'con-1'),
      secretContext.sharedSecret('ins-1'),
      '',
    ];
    expect(others.map((other) => reasonOf(() => box.open(sealed, other)))).toEqual(others.map(() => 'tampered'));
  });

  it('refuses every changed byte', () => {
    const box = boxOf(key('k1'));
    const sealed = box.seal(SECRET, CONTEXT);
    const [version, id, payload] = sealed.split(':') as [string, string, string];
    const bytes = Buffer.from(payload, 'base64url');
    const reasons = Array.from(bytes, (_, index) => {
      const changed = Buffer.from(bytes);
      changed[index] = changed[index]! ^ 1;
      return reasonOf(() => box.open(`${version}:${id}:${changed.toString('base64url')}`, CONTEXT));
    });
    expect(reasons).toEqual(reasons.map(() => 'tampered'));
    expect(reasons.length).toBeGreaterThan(28);
  });

  it('refuses what is not one of its texts', () => {
    const box = boxOf(key('k1'));
    const texts = ['', 'plain secret', 'v1:k1:', 'v1:k1:AAAA', 'v2:k1:AAAA', `v1::${'A'.repeat(60)}`];
    expect(texts.map((text) => reasonOf(() => box.open(text, CONTEXT)))).toEqual(texts.map(() => 'malformed'));
  });

  it('rotates: the newest key seals, older ones open, a dropped one is named', () => {
    const [old, fresh] = [key('k1'), key('k2')];
    const before = boxOf(old).seal(SECRET, CONTEXT);
    const ring = boxOf(fresh, old);
    expect(ring.open(before, CONTEXT)).toBe(SECRET);
    expect(ring.isCurrent(before)).toBe(false);
    const after = ring.seal(SECRET, CONTEXT);
    expect(after.startsWith('v1:k2:')).toBe(true);
    expect(ring.isCurrent(after)).toBe(true);
    expect(boxOf(fresh).open(after, CONTEXT)).toBe(SECRET);
    expect(reasonOf(() => boxOf(fresh).open(before, CONTEXT))).toBe('unknownKey');
    expect(() => boxOf(fresh).open(before, CONTEXT)).toThrow('"k1"');
  });

  it('refuses a text whose key id was exchanged, also when both keys are there', () => {
    const shared = randomBytes(32);
    const ring = boxOf({ id: 'k2', key: shared }, { id: 'k1', key: shared });
    const sealed = ring.seal(SECRET, CONTEXT);
    expect(reasonOf(() => ring.open(sealed.replace('v1:k2:', 'v1:k1:'), CONTEXT))).toBe('tampered');
  });

  it('tells nothing of the secret in its errors', () => {
    const sealed = boxOf(key('k1')).seal(SECRET, CONTEXT);
    const stranger = boxOf(key('k1'));
    const errors = [sealed, SECRET].map((text) => {
      try {
        return stranger.open(text, CONTEXT);
      } catch (error) {
        return JSON.stringify(error, [...Object.getOwnPropertyNames(error), 'cause']);
      }
    });
    expect(errors.map((text) => text.includes('SecretBoxError'))).toEqual([true, true]);
    expect(errors.filter((text) => text.includes(SECRET) || text.includes(sealed))).toEqual([]);
  });
});
