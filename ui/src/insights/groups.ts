import type { Schemas } from '../api/client';

/** States that mean the same to somebody who looks at a month, from the bottom of a bar to its top. */
export const GROUPS = ['synced', 'open', 'needsYou', 'failed', 'left'] as const;
export type Group = (typeof GROUPS)[number];

const GROUP_OF: Record<Schemas['TaskRow']['state'], Group> = {
  synced: 'synced',
  pending: 'open',
  ready: 'open',
  running: 'open',
  action_required: 'needsYou',
  uncertain: 'needsYou',
  failed: 'failed',
  ignored: 'left',
  superseded: 'left',
  not_supported: 'left',
};

/** How many tasks of a day are in each group. */
export function groupsOf(states: Record<string, number>): Record<Group, number> {
  const counts: Record<Group, number> = { synced: 0, open: 0, needsYou: 0, failed: 0, left: 0 };
  for (const [state, group] of Object.entries(GROUP_OF)) counts[group] += states[state] ?? 0;
  return counts;
}
