import { readUsageKey } from '../../domain/change-check/source-keys.js';
import type { KnownUsage } from '../../domain/change-check/usage-tasks.js';
import type { Unit } from '../../platform/database/database.js';
import { SyncTask } from './sync-task.entity.js';

/** Every usage task of these subscriptions, by subscription; one without any is absent. */
export async function knownUsage(
  em: Unit,
  tenant: { installationId: string; connectionId: string },
  subscriptionIds: readonly string[],
): Promise<Map<string, (KnownUsage & { id: string })[]>> {
  const known = new Map<string, (KnownUsage & { id: string })[]>();
  const rows = await em.find(
    SyncTask,
    { ...tenant, source: 'usage', subscriptionId: { $in: [...subscriptionIds] } },
    { fields: ['subscriptionId', 'sourceKey', 'state', 'usage'], disableIdentityMap: true },
  );
  for (const { id, subscriptionId, sourceKey, state, usage } of rows) {
    const key = readUsageKey(sourceKey, subscriptionId);
    if (key)
      known.set(subscriptionId, [...(known.get(subscriptionId) ?? []), { id, ...key, state, usage: usage ?? [] }]);
  }
  return known;
}
