import { randomUUID } from 'node:crypto';
import type { Database } from '../../src/platform/database/database.js';

interface Column {
  name: string;
  type: string;
  nullable: boolean;
  length: number | null;
}

/** Tables that hold rows of installations, read from the database itself, so that a new one cannot be forgotten. */
export async function tenantTables(database: Database): Promise<string[]> {
  const rows = await database.sql<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'installation_id' order by table_name`,
  );
  return rows.map(({ name }) => name);
}

/** Puts one row of the installation into each of its tables; required columns get a value of their type. */
export async function fillEveryTable(database: Database, installationId: string): Promise<void> {
  const connectionId = randomUUID();
  for (const table of await tenantTables(database)) {
    const columns = await database.sql<Column>(
      `select column_name as name, data_type as type, is_nullable = 'YES' as nullable, character_maximum_length as length
       from information_schema.columns
       where table_schema = 'public' and table_name = ? and coalesce(column_default, '') not like 'nextval%'`,
      [table],
    );
    const values = columns
      .filter(({ nullable, name }) => !nullable || name === 'connection_id')
      .map((column): [string, unknown] => [column.name, valueFor(table, column, installationId, connectionId)]);
    await database.sql(
      `insert into "${table}" (${values.map(([name]) => `"${name}"`).join(', ')})
       values (${values.map(() => '?').join(', ')})`,
      values.map(([, value]) => value),
    );
  }
}

/** How many rows of the installation each table holds. */
export async function rowsOf(database: Database, installationId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of await tenantTables(database)) {
    const [row] = await database.sql<{ count: number }>(
      `select count(*)::int as count from "${table}" where installation_id = ?`,
      [installationId],
    );
    counts[table] = row!.count;
  }
  return counts;
}

function valueFor(table: string, column: Column, installationId: string, connectionId: string): unknown {
  if (column.name === 'installation_id') return installationId;
  if (column.name === 'connection_id' || (table === 'connection' && column.name === 'id')) return connectionId;
  switch (column.type) {
    case 'uuid':
      return randomUUID();
    case 'jsonb':
      return '{}';
    case 'integer':
    case 'bigint':
    case 'numeric':
      return 1;
    case 'boolean':
      return false;
    case 'date':
      return '2027-03-10';
    case 'timestamp with time zone':
      return new Date();
    default:
      return (column.name === 'id' ? randomUUID() : 'x').slice(0, column.length ?? 100);
  }
}
