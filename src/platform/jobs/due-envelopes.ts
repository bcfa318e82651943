import type { Database } from '../database/database.js';
import type { JobEnvelope, JobName } from '../../ports/task-queue.port.js';

/**
 * Everything a worker could claim now, oldest request first: what both queues fall back on when no hint arrives
 * (DESIGN §8).
 */
export async function dueEnvelopes(database: Database, limit = 500): Promise<JobEnvelope[]> {
  const rows = await database.sql<{ name: JobName; installation_id: string; connection_id: string }>(
    `select name, installation_id, connection_id from due_job
     where requested_at is not null and (not_before is null or not_before <= clock_timestamp())
       and (claimed_until is null or claimed_until < clock_timestamp())
     order by requested_at limit ?`,
    [limit],
  );
  return rows.map((row) => ({
    name: row.name,
    installationId: row.installation_id,
    connectionId: row.connection_id,
  }));
}
