import type { RequiredActionCode, SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import { canTransition, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';

/** States in which a task that nobody has accepted is planned again and again. */
export const PLANNED_STATES = ['pending', 'action_required', 'ready'] as const satisfies SyncTaskState[];

/** Where a plan puts its task. */
export type PlannedState = (typeof PLANNED_STATES)[number] | 'not_supported';

/** What is missing whatever older tasks of the subscription will do; other questions may answer themselves by them. */
const LASTING: readonly RequiredActionCode[] = [
  'MAPPING_MISSING',
  'MAPPING_BROKEN',
  'FEE_MAPPING_MISSING',
  'COMPANY_INACTIVE',
  'CURRENCY_UNKNOWN',
  'ORDER_TYPE_UNKNOWN',
  'ORDER_INCOMPLETE',
  'QUANTITY_NOT_WHOLE',
  'QUANTITY_NEGATIVE',
  'CYCLE_UNKNOWN',
  'SEVERAL_PRODUCTS',
];

/**
 * The state after planning (DESIGN §5). A held task is planned against the state before the older one, so a question
 * that the older one may settle keeps it `pending` instead of asking a person for nothing.
 */
export function stateAfterPlan(plan: SyncPlan, held: boolean): PlannedState {
  if (plan.notSupported !== undefined) return held ? 'pending' : 'not_supported';
  if (plan.requiredActions.length === 0) return 'ready';
  if (!held) return 'action_required';
  return plan.requiredActions.some(({ code }) => LASTING.includes(code)) ? 'action_required' : 'pending';
}

/** Legal steps from one state to another; a step in between where the table has none of its own. Empty = already there. */
export function pathTo(from: SyncTaskState, to: SyncTaskState): SyncTaskState[] {
  if (from === to) return [];
  if (canTransition(from, to)) return [to];
  for (const between of PLANNED_STATES) {
    if (between === from || !canTransition(from, between)) continue;
    if (canTransition(between, to)) return [between, to];
    for (const second of PLANNED_STATES)
      if (second !== between && canTransition(between, second) && canTransition(second, to))
        return [between, second, to];
  }
  throw new Error(`There is no way from ${from} to ${to}.`);
}
