import type { TellingTask } from '../../domain/tie-out/sold-in-month.js';
import type { SyncTask } from './sync-task.entity.js';

/** A task as far as it tells what the marketplace sold. */
export function tellingOf(task: SyncTask): TellingTask {
  return {
    id: task.id,
    source: task.source,
    state: task.state,
    ignoreKind: task.ignoreKind ?? undefined,
    supersededBy: task.supersededBy ?? undefined,
    effectiveDate: task.effectiveDate,
    order: task.order ?? undefined,
    subscription: task.subscription,
    usage: task.usage ?? undefined,
  };
}
