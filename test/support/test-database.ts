import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { Database } from '../../src/platform/database/database.js';

/** A migrated database of this test file alone, embedded or (with DATABASE_URL) on the server. */
export interface TestDatabase {
  database: Database;
  /** Environment that points the application at the same data. */
  env: Record<string, string>;
  /** Empties every table. */
  truncate(): Promise<void>;
  close(): Promise<void>;
}

/** A fresh location for an application's data, without opening it: the application does. */
export async function freshLocation(): Promise<{ env: Record<string, string>; remove(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'psa-sync-test-'));
  const server = process.env.DATABASE_URL;
  if (!server) {
    cpSync(inject('databaseTemplate'), dataDir, { recursive: true });
    return {
      env: { DATA_DIR: dataDir },
      remove: async () => {
        await Promise.resolve(rmSync(dataDir, { recursive: true, force: true }));
      },
    };
  }
  const name = `psa_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    env: {
      DATA_DIR: dataDir,
      DATABASE_URL: url.href,
      ENCRYPTION_KEYS: `t1:${Buffer.alloc(32, 7).toString('base64')}`,
      SANDBOX: 'on',
    },
    remove: async () => {
      await onServer(server, `drop database if exists "${name}" with (force)`);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Opens a database for tests of repositories and services without an application. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const location = await freshLocation();
  const url = location.env.DATABASE_URL;
  const orm = await openDatabase(url ? { url } : { folder: join(location.env.DATA_DIR!, 'database') });
  if (url) await orm.migrator.up();
  const database = new Database(orm);
  return {
    database,
    env: location.env,
    truncate: async () => {
      const tables = await database.sql<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
      );
      await database.sql(`truncate ${tables.map(({ name }) => `"${name}"`).join(', ')}`);
    },
    close: async () => {
      await orm.close(true);
      await location.remove();
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const orm = await openDatabase({ url });
  try {
    await orm.em.fork().getConnection().execute(statement);
  } finally {
    await orm.close(true);
  }
}
