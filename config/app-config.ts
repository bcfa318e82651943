import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EnvironmentError, validateEnvironment } from './environment.js';

/** The tracking identifier the sandbox Autotask accepts. */
export const SANDBOX_INTEGRATION_CODE = 'SANDBOXPSASYNC0000000000001';

/** The program's whole configuration, read once and frozen. An abstract class so that Nest can inject it by type. */
export abstract class AppConfig {
  abstract readonly role: 'all' | 'web' | 'worker';
  abstract readonly port: number;
  /** Origin under which browsers reach us, without trailing slash. */
  abstract readonly publicUrl: string;
  abstract readonly dataDir: string;
  /** Where the built page is. */
  abstract readonly pageDir: string;
  abstract readonly logLevel: string;
  /** Undefined = embedded database in `dataDir`. */
  abstract readonly databaseUrl: string | undefined;
  /** Undefined = embedded queue. */
  abstract readonly redisUrl: string | undefined;
  /** Newest first: it encrypts; all decrypt. */
  abstract readonly encryptionKeys: readonly { id: string; key: Buffer }[];
  abstract readonly autotask: {
    integrationCode: string;
    discoveryUrl: string;
    /** Host suffixes to which Autotask credentials may go. */
    allowedHosts: readonly string[];
    settleMs: number;
    timeoutMs: number;
  };
  abstract readonly leaseMs: number;
  abstract readonly marketplace: { jwksUrl: string; issuer: string; allowedHosts: readonly string[] };
  /** Undefined = no sandbox. */
  abstract readonly sandbox: { autotaskPort: number; marketplacePort: number } | undefined;
  abstract readonly redactAfterMs: number;
  abstract readonly metricsToken: string | undefined;
  abstract readonly smtp: { url: string; from: string } | undefined;
}

/**
 * Reads and checks the environment; the only reader of `process.env`.
 *
 * @throws EnvironmentError with one sentence per wrong, missing or contradicting variable.
 */
export function loadConfig(source: Record<string, string | undefined> = process.env): AppConfig {
  const env = validateEnvironment(source);
  const sentences: string[] = [];
  const sandboxOn = (env.SANDBOX ?? (env.DATABASE_URL ? 'off' : 'on')) === 'on';

  if (!env.DATABASE_URL && env.PSA_ROLE !== 'all')
    sentences.push(`PSA_ROLE=${env.PSA_ROLE} needs DATABASE_URL; without it only PSA_ROLE=all runs.`);
  if (env.DATABASE_URL && !env.ENCRYPTION_KEYS) sentences.push('ENCRYPTION_KEYS is required with DATABASE_URL.');
  if (env.AUTOTASK_SETTLE_SECONDS < env.AUTOTASK_TIMEOUT_SECONDS)
    sentences.push('AUTOTASK_SETTLE_SECONDS must not be below AUTOTASK_TIMEOUT_SECONDS.');
  if (env.LEASE_SECONDS <= env.AUTOTASK_TIMEOUT_SECONDS)
    sentences.push('LEASE_SECONDS must be longer than AUTOTASK_TIMEOUT_SECONDS.');
  if (!sandboxOn)
    for (const name of [
      'AUTOTASK_INTEGRATION_CODE',
      'AUTOTASK_DISCOVERY_URL',
      'AUTOTASK_ALLOWED_HOSTS',
      'MARKETPLACE_JWKS_URL',
      'MARKETPLACE_ISSUER',
      'MARKETPLACE_ALLOWED_HOSTS',
    ] as const)
      if (!env[name]) sentences.push(`${name} is required when SANDBOX is off.`);
  if (sentences.length > 0) throw new EnvironmentError(sentences);

  const dataDir = resolve(env.DATA_DIR);
  const autotaskOrigin = `http://127.0.0.1:${env.SANDBOX_AUTOTASK_PORT}`;
  const marketplaceOrigin = `http://127.0.0.1:${env.SANDBOX_MARKETPLACE_PORT}`;
  return Object.freeze({
    role: env.PSA_ROLE,
    port: env.PORT,
    publicUrl: (env.PUBLIC_URL ?? `http://127.0.0.1:${env.PORT}`).replace(/\/+$/, ''),
    dataDir,
    pageDir: resolve(env.PAGE_DIR),
    logLevel: env.LOG_LEVEL,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    encryptionKeys: parseKeys(env.ENCRYPTION_KEYS ?? keysOfDataDir(dataDir)),
    autotask: {
      integrationCode: env.AUTOTASK_INTEGRATION_CODE ?? SANDBOX_INTEGRATION_CODE,
      discoveryUrl: env.AUTOTASK_DISCOVERY_URL ?? autotaskOrigin,
      allowedHosts: list(env.AUTOTASK_ALLOWED_HOSTS ?? '127.0.0.1'),
      settleMs: env.AUTOTASK_SETTLE_SECONDS * 1000,
      timeoutMs: env.AUTOTASK_TIMEOUT_SECONDS * 1000,
    },
    leaseMs: env.LEASE_SECONDS * 1000,
    marketplace: {
      jwksUrl: env.MARKETPLACE_JWKS_URL ?? `${marketplaceOrigin}/.well-known/jwks.json`,
      issuer: env.MARKETPLACE_ISSUER ?? marketplaceOrigin,
      allowedHosts: list(env.MARKETPLACE_ALLOWED_HOSTS ?? '127.0.0.1'),
    },
    sandbox: sandboxOn
      ? { autotaskPort: env.SANDBOX_AUTOTASK_PORT, marketplacePort: env.SANDBOX_MARKETPLACE_PORT }
      : undefined,
    redactAfterMs: env.REDACT_AFTER_HOURS * 3_600_000,
    metricsToken: env.METRICS_TOKEN,
    smtp: env.SMTP_URL ? { url: env.SMTP_URL, from: env.SMTP_FROM ?? 'psa-sync@localhost' } : undefined,
  });
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function parseKeys(text: string): { id: string; key: Buffer }[] {
  return text.split(',').map((pair) => {
    const cut = pair.indexOf(':');
    return { id: pair.slice(0, cut), key: Buffer.from(pair.slice(cut + 1), 'base64') };
  });
}

/** Embedded mode needs no set-up, so its key is made once and kept beside the data it protects. */
function keysOfDataDir(dataDir: string): string {
  const file = join(dataDir, 'encryption-keys');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  mkdirSync(dataDir, { recursive: true });
  const keys = `k1:${randomBytes(32).toString('base64')}`;
  writeFileSync(file, `${keys}\n`, { mode: 0o600 });
  return keys;
}
