import { defineConfig, type MikroORM, type Options } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { MikroORM as PgliteMikroORM, PgliteDriver } from '@mikro-orm/pglite';
import { MikroORM as PostgresMikroORM } from '@mikro-orm/postgresql';
import { join } from 'node:path';
import { MIGRATIONS } from '../migrations/index.js';
import { ENTITIES } from '../src/platform/database/entities.js';

/** Where the data lives: a PostgreSQL server, or an embedded folder. */
export type DatabaseLocation = { url: string } | { folder: string };

/** The location a configuration names (DESIGN §4). */
export function databaseLocation(config: { databaseUrl: string | undefined; dataDir: string }): DatabaseLocation {
  return config.databaseUrl ? { url: config.databaseUrl } : { folder: join(config.dataDir, 'database') };
}

const common = {
  entities: ENTITIES,
  extensions: [Migrator],
  migrations: { migrationsList: MIGRATIONS, tableName: 'migration', snapshot: false },
  // A unit of work takes its own fork; the global one would mix tenants and grow (codebase-models §8.11).
  allowGlobalContext: false,
  forceUtcTimezone: true,
  discovery: { warnWhenNoEntities: true },
} satisfies Options;

/**
 * Opens the database: the same entities and migrations on both (DESIGN §2). Does not migrate.
 *
 * @throws when the server cannot be reached or the folder cannot be opened.
 */
export async function openDatabase(location: DatabaseLocation): Promise<MikroORM> {
  if ('url' in location)
    return await PostgresMikroORM.init(defineConfig({ ...common, clientUrl: location.url, pool: { min: 0, max: 10 } }));
  const orm = await PgliteMikroORM.init({
    ...common,
    driver: PgliteDriver,
    dbName: location.folder,
  });
  // The PGlite driver speaks the same dialect through the same SQL entity manager; only its class differs.
  return orm as unknown as MikroORM;
}
