import type { Unit } from '../../../platform/database/database.js';
import type { ConnectionRef } from '../connection-ref.js';

/**
 * Makes saves of one connection's mappings go one after another until this transaction ends, in every process. The rules
 * of a save look at rows that another save may be about to add (FEATURES MAP-3), which no row lock covers.
 *
 * Take it first: what was read before it may be out of date.
 */
export async function lockMappings(em: Unit, connection: ConnectionRef): Promise<void> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `mapping:${connection.installationId}:${connection.id}`,
  ]);
}
