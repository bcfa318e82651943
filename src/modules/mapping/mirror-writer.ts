import type { ConnectionRef } from './connection-ref.js';
import { Problem } from '../../platform/http/problem.js';
import type { Database, Unit } from '../../platform/database/database.js';
import type { MirrorKind } from './mirror.entities.js';

/** Rows of one insert: few enough that the embedded database is never blocked for long. */
const ROWS_PER_STATEMENT = 400;

/** A mirror's table: the column that identifies a row in its source, and the type of every copied column. */
export interface MirrorTable {
  table: string;
  key: string;
  columns: Readonly<Record<string, 'text' | 'int' | 'boolean' | 'jsonb'>>;
}

/** One copied record by column name. */
export type MirrorRow = Readonly<Record<string, unknown>>;

/**
 * Inserts or refreshes rows, one statement per few hundred. Columns that belong to us (`auto_sync`, `mapping_version`)
 * keep their values. A row that a later read has already refreshed is left as it is. Of two rows with one key the last
 * counts.
 *
 * @param readAt when the read began (real time).
 */
export async function upsertMirror(
  em: Unit,
  connection: ConnectionRef,
  { table, key, columns }: MirrorTable,
  rows: readonly MirrorRow[],
  readAt: Date,
): Promise<void> {
  const unique = [...new Map(rows.map((row) => [row[key], row])).values()];
  const names = Object.keys(columns);
  const list = names.map((name) => `"${name}"`).join(', ');
  const record = names.map((name) => `"${name}" ${columns[name]!}`).join(', ');
  const update = names.map((name) => `"${name}" = excluded."${name}"`).join(', ');
  for (let at = 0; at < unique.length; at += ROWS_PER_STATEMENT)
    await em.execute(
      `insert into "${table}" (id, installation_id, connection_id, read_at, ${list})
       select gen_random_uuid(), ?, ?, ?, ${names.map((name) => `r."${name}"`).join(', ')}
       from jsonb_to_recordset(?::jsonb) as r(${record})
       on conflict (installation_id, connection_id, "${key}") do update
         set read_at = excluded.read_at, ${update}
         where "${table}".read_at <= excluded.read_at`,
      [connection.installationId, connection.id, readAt, JSON.stringify(unique.slice(at, at + ROWS_PER_STATEMENT))],
    );
  await noteSize(em, table, unique.length);
}

/** Fewer changed rows than this do not change how a table is best read. */
const TELLING_ROWS = 200;

/**
 * Tells the planner how large a table has become. The embedded database never finds out by itself, and without that a
 * list of ten thousand rows is joined row by row.
 */
export async function noteSize(em: Unit, table: string, changedRows: number): Promise<void> {
  if (changedRows >= TELLING_ROWS) await em.execute(`analyze "${table}"`);
}

/**
 * After a full read: rows that it did not meet no longer exist in their source and become inactive.
 *
 * @param unless a further SQL condition on the row, for rows that stay active although their source no longer lists them.
 */
export async function deactivateVanished(
  database: Database,
  connection: ConnectionRef,
  { table }: MirrorTable,
  readAt: Date,
  unless = 'false',
): Promise<void> {
  await database.sql(
    `update "${table}" m set is_active = false
     where m.installation_id = ? and m.connection_id = ? and m.is_active and m.read_at < ? and not (${unless})`,
    [connection.installationId, connection.id, readAt],
  );
}

/**
 * A full read that finds nothing where there was something is a lost right, not a sudden emptiness: records outside the
 * API user's line of business are missing without an error (reference/autotask-rest-api §2.3). Believing it would break
 * every mapping at once.
 *
 * @throws Problem MIRROR_EMPTY when `found` is 0 and the mirror has active rows.
 */
export async function refuseSuddenEmptiness(
  database: Database,
  connection: ConnectionRef,
  { table }: MirrorTable,
  what: string,
  found: number,
): Promise<void> {
  if (found > 0) return;
  const known = await database.sql(
    `select 1 from "${table}" where installation_id = ? and connection_id = ? and is_active limit 1`,
    [connection.installationId, connection.id],
  );
  if (known.length > 0)
    throw new Problem(
      'unavailable',
      'MIRROR_EMPTY',
      `No ${what} could be read where there were some before. Check that the user's rights still show them; the last list is kept.`,
    );
}

/** What is known about a mirror's age. */
export interface MirrorAge {
  readAt: Date;
  fullReadAt: Date;
  /** Business instant from which the next delta asks; absent where there is none. */
  changesFrom?: Date;
}

/** The ages of a connection's mirrors; a kind that was never read is absent. */
export async function mirrorAges(
  database: Database,
  connection: ConnectionRef,
): Promise<Partial<Record<MirrorKind, MirrorAge>>> {
  const rows = await database.sql<{
    kind: MirrorKind;
    read_at: string;
    full_read_at: string;
    changes_from: string | null;
  }>(
    `select kind, read_at, full_read_at, changes_from from mirror_state where installation_id = ? and connection_id = ?`,
    [connection.installationId, connection.id],
  );
  const ages: Partial<Record<MirrorKind, MirrorAge>> = {};
  for (const row of rows)
    ages[row.kind] = {
      readAt: new Date(row.read_at),
      fullReadAt: new Date(row.full_read_at),
      ...(row.changes_from === null ? {} : { changesFrom: new Date(row.changes_from) }),
    };
  return ages;
}

/** Notes that a mirror agrees with its source as of `readAt`; `full` when every row was read. */
export async function noteMirrorRead(
  database: Database,
  connection: ConnectionRef,
  kind: MirrorKind,
  read: { readAt: Date; full: boolean; changesFrom?: Date },
): Promise<void> {
  await database.sql(
    `insert into mirror_state (id, installation_id, connection_id, kind, read_at, full_read_at, changes_from)
     values (gen_random_uuid(), ?, ?, ?, ?, ?, ?)
     on conflict (installation_id, connection_id, kind) do update
       set read_at = greatest(mirror_state.read_at, excluded.read_at),
           full_read_at = case when ? then greatest(mirror_state.full_read_at, excluded.full_read_at)
                               else mirror_state.full_read_at end,
           changes_from = coalesce(excluded.changes_from, mirror_state.changes_from)`,
    [connection.installationId, connection.id, kind, read.readAt, read.readAt, read.changesFrom ?? null, read.full],
  );
}
