import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from './app-config.js';
import { EnvironmentError } from './environment.js';

const folders: string[] = [];
const dataDir = () => {
  const folder = mkdtempSync(join(tmpdir(), 'psa-sync-config-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const KEY = `k:${Buffer.alloc(32, 1).toString('base64')}`;
const production = {
  DATABASE_URL: 'postgresql://db.example/psa',
  ENCRYPTION_KEYS: KEY,
  AUTOTASK_INTEGRATION_CODE: 'CODE',
  AUTOTASK_DISCOVERY_URL: 'https://discovery.example',
  AUTOTASK_ALLOWED_HOSTS: 'autotask.example',
  MARKETPLACE_JWKS_URL: 'https://host.example/jwks',
  MARKETPLACE_ISSUER: 'https://host.example',
  MARKETPLACE_ALLOWED_HOSTS: 'host.example',
};

function sentences(env: Record<string, string>): string[] {
  try {
    loadConfig({ DATA_DIR: dataDir(), ...env });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.sentences;
    throw error;
  }
  return [];
}

describe('configuration', () => {
  it('runs with nothing set: embedded, sandbox on, ports 3000 to 3002', () => {
    const config = loadConfig({ DATA_DIR: dataDir() });
    expect(config).toMatchObject({
      role: 'all',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      databaseUrl: undefined,
    });
    expect(config.sandbox).toEqual({ autotaskPort: 3001, marketplacePort: 3002 });
    expect(config.autotask).toMatchObject({ settleMs: 300_000, timeoutMs: 60_000 });
    expect(config.leaseMs).toBe(180_000);
  });

  it('makes its own key once and finds it again', () => {
    const folder = dataDir();
    const first = loadConfig({ DATA_DIR: folder }).encryptionKeys[0]!;
    const second = loadConfig({ DATA_DIR: folder }).encryptionKeys[0]!;
    expect(first.key).toHaveLength(32);
    expect(second.key.equals(first.key)).toBe(true);
    expect(readFileSync(join(folder, 'encryption-keys'), 'utf8')).toMatch(/^k1:/);
  });

  it('reads several keys, the newest first', () => {
    const keys = loadConfig({
      ...production,
      DATA_DIR: dataDir(),
      ENCRYPTION_KEYS: `new:${KEY.slice(2)},old:${KEY.slice(2)}`,
    });
    expect(keys.encryptionKeys.map(({ id }) => id)).toEqual(['new', 'old']);
  });

  it('switches the sandbox off with a database', () => {
    expect(loadConfig({ ...production, DATA_DIR: dataDir() }).sandbox).toBeUndefined();
  });

  it.each([
    [{ PSA_ROLE: 'boss' }, 'PSA_ROLE must be all, web or worker.'],
    [{ PORT: 'abc' }, 'PORT must be a port number from 1 to 65535.'],
    [{ PSA_ROLE: 'worker' }, 'PSA_ROLE=worker needs DATABASE_URL; without it only PSA_ROLE=all runs.'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must start with postgres:// or postgresql://.'],
    [{ REDIS_URL: 'http://x' }, 'REDIS_URL must start with redis:// or rediss://.'],
    [{ AUTOTASK_SETTLE_SECONDS: '5' }, 'AUTOTASK_SETTLE_SECONDS must not be below AUTOTASK_TIMEOUT_SECONDS.'],
    [{ LEASE_SECONDS: '60' }, 'LEASE_SECONDS must be longer than AUTOTASK_TIMEOUT_SECONDS.'],
    [{ SANDBOX: 'maybe' }, 'SANDBOX must be on or off.'],
    [{ SANDBOX: 'off' }, 'AUTOTASK_INTEGRATION_CODE is required when SANDBOX is off.'],
    [{ PSA_ROL: 'web' }, 'PSA_ROL is not a setting of this program; see the table of settings in the README.'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent.'],
  ])('says of %o: %s', (env, sentence) => {
    expect(sentences(env as unknown as Record<string, string>)).toContain(sentence);
  });

  it('requires keys with a database, and names every missing variable at once', () => {
    const wrong = sentences({ DATABASE_URL: production.DATABASE_URL });
    expect(wrong).toContain('ENCRYPTION_KEYS is required with DATABASE_URL.');
    expect(wrong.filter((text) => text.endsWith('is required when SANDBOX is off.'))).toHaveLength(6);
  });

  it('takes empty text as not set', () => {
    expect(loadConfig({ DATA_DIR: dataDir(), REDIS_URL: '' }).redisUrl).toBeUndefined();
  });
});
