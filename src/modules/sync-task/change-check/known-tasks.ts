import type { KnownTask } from '../../../domain/change-check/known-task.js';
import type { Unit } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { SyncTask } from '../sync-task.entity.js';
import { inList } from './in-batches.js';

/** Every task of these subscriptions, by subscription; one without tasks is absent. */
export async function knownTasks(
  em: Unit,
  connection: Pick<Connection, 'id' | 'installationId'>,
  subscriptionIds: readonly string[],
): Promise<Map<string, KnownTask[]>> {
  if (subscriptionIds.length === 0) return new Map();
  const rows = await em.find(
    SyncTask,
    {
      installationId: connection.installationId,
      connectionId: connection.id,
      subscriptionId: { $in: [...subscriptionIds] },
    },
    { disableIdentityMap: true },
  );
  const written = await withWrites(
    em,
    connection,
    rows.filter(({ source }) => source === 'usage').map(({ id }) => id),
  );
  const tasks = new Map<string, KnownTask[]>();
  for (const row of rows) {
    const task: KnownTask = {
      id: row.id,
      source: row.source,
      sourceKey: row.sourceKey,
      type: row.type,
      state: row.state,
      supersededBy: row.supersededBy ?? undefined,
      effectiveDate: row.effectiveDate,
      orderCreatedAt: row.orderCreatedAt.toISOString(),
      readOn: row.readOn,
      createdAt: row.createdAt.toISOString(),
      order: row.order ?? undefined,
      items: row.subscription.items,
      hasWritten: written.has(row.id),
    };
    tasks.set(row.subscriptionId, [...(tasks.get(row.subscriptionId) ?? []), task]);
  }
  return tasks;
}

/** Those of the tasks of which something was written, or may have been. */
async function withWrites(
  em: Unit,
  connection: Pick<Connection, 'id' | 'installationId'>,
  taskIds: readonly string[],
): Promise<Set<string>> {
  if (taskIds.length === 0) return new Set();
  const rows = await em.execute<{ task_id: string }[]>(
    `select distinct task_id from sync_operation
     where installation_id = ? and connection_id = ? and task_id in ${inList(taskIds)} and state in ('applied', 'sending', 'uncertain')`,
    [connection.installationId, connection.id, ...taskIds],
  );
  return new Set(rows.map((row) => row.task_id));
}
