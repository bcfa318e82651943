/** Legal transitions as data (DESIGN §5). No state changes anywhere except through `SyncTaskStates`. */
const TRANSITIONS = {
  pending: ['action_required', 'ready', 'ignored', 'superseded', 'not_supported'],
  action_required: ['pending', 'ready', 'ignored', 'superseded'],
  ready: ['running', 'action_required', 'ignored', 'superseded'],
  running: ['synced', 'failed', 'uncertain', 'action_required', 'ready'],
  failed: ['ready', 'ignored', 'superseded'],
  uncertain: ['ready', 'synced', 'failed'],
  ignored: ['pending'],
  superseded: ['pending'],
  synced: [],
  not_supported: [],
} as const satisfies Record<string, readonly string[]>;

/** A task's state. */
export type SyncTaskState = keyof typeof TRANSITIONS;

/** Every state, in the order people meet them. */
export const SYNC_TASK_STATES = Object.keys(TRANSITIONS) as SyncTaskState[];

/** States that still want something done. An open task holds the later ones of its subscription (FEATURES TSK-5). */
export const OPEN_STATES = [
  'pending',
  'action_required',
  'ready',
  'running',
  'failed',
  'uncertain',
] as const satisfies SyncTaskState[];

/** States from which a person can take a task out of the way (FEATURES TSK-6). */
export const IGNORABLE_STATES: readonly SyncTaskState[] = ['pending', 'action_required', 'ready', 'failed'];

/** True when the table allows the step. */
export function canTransition(from: SyncTaskState, to: SyncTaskState): boolean {
  return (TRANSITIONS[from] as readonly string[]).includes(to);
}

/** States from which `to` can be reached; the guard of a conditional UPDATE. */
export function statesBefore(to: SyncTaskState): SyncTaskState[] {
  return SYNC_TASK_STATES.filter((from) => canTransition(from, to));
}

/** Thrown when code asks for a step the table does not have: a bug, never a user's mistake. */
export class IllegalTransitionError extends Error {
  constructor(
    readonly from: SyncTaskState,
    readonly to: SyncTaskState,
  ) {
    super(`A task cannot go from ${from} to ${to}.`);
  }
}
