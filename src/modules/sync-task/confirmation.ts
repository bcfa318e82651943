import type { SyncPlan } from '../../domain/sync-plan/sync-plan.js';
import { AUTOMATIC } from '../../platform/tenancy/caller.js';

/**
 * What stands in `confirmed_hash`: the hash of the plan a person has seen; or, for bulk and automatic runs, that
 * "whatever the plan is, within the policy" was accepted (DESIGN §6 Hash). Once such a task has begun to write, the
 * plan it follows is pinned behind the word, so that a resumed run does not follow another one.
 */
const POLICY = 'policy';
const PINNED = `${POLICY}:`;
/** `confirmed_hash` holds 64 characters. */
const PIN_LENGTH = 64 - PINNED.length;

/** `confirmed_hash` of a task that was accepted within the policy. */
export const CONFIRMED_BY_POLICY = POLICY;

/** `confirmed_hash` of a task that follows this plan within the policy. */
export function pinnedTo(hash: string): string {
  return PINNED + hash.slice(0, PIN_LENGTH);
}

/** A task's confirmation. */
export interface Confirmation {
  confirmedHash: string;
  confirmedBy: string;
}

/** Why a plan may not run although its task was confirmed; the task then goes back to a person. */
export interface Objection {
  code: 'PLAN_CHANGED' | 'ACTION_REQUIRED' | 'MONEY_WARNING' | 'MANUAL_ONLY' | 'NOT_SUPPORTED';
  message: string;
}

/** True when the task was accepted within the policy, not for one plan. */
export function isByPolicy({ confirmedHash }: Pick<Confirmation, 'confirmedHash'>): boolean {
  return confirmedHash === POLICY || confirmedHash.startsWith(PINNED);
}

/**
 * Whether a fresh plan is covered by the confirmation (DESIGN §7, step 1). A plan without operations is always covered:
 * it writes nothing that somebody has not seen.
 *
 * @param begun writes of the task are proven already: the plan must still be the same one.
 */
export function objectionTo(plan: SyncPlan, confirmation: Confirmation, begun: boolean): Objection | undefined {
  if (plan.notSupported !== undefined) return { code: 'NOT_SUPPORTED', message: plan.notSupported };
  const [action] = plan.requiredActions;
  if (action) return { code: 'ACTION_REQUIRED', message: action.message };
  if (plan.operations.length === 0) return undefined;
  if (!isByPolicy(confirmation)) return plan.hash === confirmation.confirmedHash ? undefined : CHANGED;
  if (begun && confirmation.confirmedHash !== POLICY)
    return confirmation.confirmedHash === pinnedTo(plan.hash) ? undefined : CHANGED;
  return outsidePolicy(plan, confirmation.confirmedBy);
}

/**
 * What keeps a plan from being run without anybody looking at it: a question or a warning about money; and for
 * automatic runs also whatever only a person may confirm (FEATURES INS-5).
 */
export function outsidePolicy(plan: SyncPlan, confirmedBy: string): Objection | undefined {
  const [action] = plan.requiredActions;
  if (action) return { code: 'ACTION_REQUIRED', message: action.message };
  const warning = plan.warnings.find(({ money }) => money);
  if (warning) return { code: 'MONEY_WARNING', message: warning.message };
  if (confirmedBy === AUTOMATIC && !plan.automatic)
    return { code: 'MANUAL_ONLY', message: plan.manualReason ?? 'A person must confirm this one.' };
  return undefined;
}

const CHANGED: Objection = {
  code: 'PLAN_CHANGED',
  message:
    'Autotask changed after this was confirmed, so the plan is another one now. Nothing was sent; review it again.',
};
