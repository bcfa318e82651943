import { createHash } from 'node:crypto';
import type { QueueOptions } from 'bull';

/** What Bull hands to its Redis client. */
export type RedisOptions = Exclude<QueueOptions['redis'], string | undefined>;

/** Longest pause between two attempts to reach Redis again. */
const RECONNECT_MS = 2000;

/** Bull reads neither `rediss://` nor escaped passwords from an address, so it gets the parts. */
export function redisOptions(address: string): RedisOptions {
  const url = new URL(address);
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 6379,
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    retryStrategy: (attempt) => Math.min(attempt * 200, RECONNECT_MS),
  };
}

/** A queue of its own for each database: processes share one exactly when they share the due rows. */
export function queueName(data: { databaseUrl: string | undefined; dataDir: string }): string {
  const place = data.databaseUrl ? new URL(data.databaseUrl) : undefined;
  const identity = place ? `${place.host}${place.pathname}` : data.dataDir;
  return `jobs-${createHash('sha256').update(identity).digest('hex').slice(0, 12)}`;
}
