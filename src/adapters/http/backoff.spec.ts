import { describe, expect, it } from 'vitest';
import { backoffMs, LONGEST_WAIT_MS, retryAfterMs } from './backoff.js';

describe('backoffMs', () => {
  it('doubles, jittered between half and the whole', () => {
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, undefined, 0))).toEqual([250, 500, 1000]);
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, undefined, 0.999_999))).toEqual([500, 1000, 2000]);
  });

  it('has a ceiling', () => {
    expect(backoffMs(40, undefined, 0.999_999)).toBeLessThanOrEqual(LONGEST_WAIT_MS);
  });

  it('is never shorter than what the server asks for', () => {
    expect(backoffMs(1, 7000, 0.2)).toBe(7000);
    expect(backoffMs(3, 10, 0)).toBe(1000);
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['seconds', '12', 12_000],
    ['a date', 'Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['a date gone by', 'Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['nonsense', 'soon', undefined],
    ['nothing', undefined, undefined],
  ])('reads %s', (_, header, expected) => {
    expect(retryAfterMs(header, Date.parse('2026-01-01T00:00:00Z'))).toBe(expected);
  });
});
