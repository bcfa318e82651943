import { OPEN_STATES } from '../../../domain/sync-task/sync-task-state.js';
import type { Unit } from '../../../platform/database/database.js';
import { sqlList } from '../../../platform/database/sql-list.js';
import { placeInLine } from '../task-rows.js';
import { PLANNED_STATES } from './planned-state.js';

/**
 * A task has left the queue, so the one behind it in the subscription is no longer held: it is planned for real, unless
 * somebody has accepted it already. The others behind that one stay held, and their turn comes; planning all of them
 * each time would make a long queue cost its length squared.
 *
 * @param em the transaction in which the task left.
 */
export async function planNextInLine(
  em: Unit,
  {
    installationId,
    connectionId,
    subscriptionId,
  }: { installationId: string; connectionId: string; subscriptionId: string },
): Promise<void> {
  await em.execute(
    `update sync_task set plan_summary = null, updated_at = clock_timestamp()
     where installation_id = ? and confirmed_hash is null and state in (${sqlList(PLANNED_STATES)})
       and id = (select o.id from sync_task o
         where o.installation_id = ? and o.connection_id = ? and o.subscription_id = ?
           and o.state in (${sqlList(OPEN_STATES)})
         order by ${placeInLine('o')} limit 1)`,
    [installationId, installationId, connectionId, subscriptionId],
  );
}
