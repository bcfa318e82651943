import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { join } from 'node:path';
import { freshLocation } from '../support/test-database.js';

describe('migrations', () => {
  let location: Awaited<ReturnType<typeof freshLocation>>;
  let orm: Awaited<ReturnType<typeof openDatabase>>;

  beforeAll(async () => {
    location = await freshLocation();
    const url = location.env.DATABASE_URL;
    orm = await openDatabase(url ? { url } : { folder: join(location.env.DATA_DIR!, 'database') });
    await orm.migrator.up();
  });

  afterAll(async () => {
    await orm.close(true);
    await location.remove();
  });

  it('leave exactly the schema that the entities describe', async () => {
    // The feed's triggers belong to the migration alone: entities cannot describe one that serves a whole statement.
    const wanted = (await orm.schema.getUpdateSchemaSQL({ wrap: false }))
      .split('\n')
      .filter((line) => !/^drop (trigger|function) if exists "\w+_note(_\w+)?"/.test(line) && line.trim() !== '');
    expect(wanted).toEqual([]);
  });

  it('give every table of a tenant an installation_id that no unique key leaves out', async () => {
    const rows = await orm.em
      .fork()
      .getConnection()
      .execute<{ table: string; definition: string }[]>(
        `select tablename as "table", indexdef as definition from pg_indexes
       where schemaname = 'public' and indexdef like 'CREATE UNIQUE%' and indexname not like '%_pkey'
         and tablename not in ('migration', 'installation', 'lifecycle_event')`,
      );
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row.definition, row.table).toContain('installation_id');
  });
});
