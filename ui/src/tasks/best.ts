import type { Task } from '../parts/badges';

/** States in which something is still to be done. */
export const OPEN: readonly Task['state'][] = ['pending', 'action_required', 'ready', 'running', 'failed', 'uncertain'];

/**
 * The task that a person means who comes from an order or a subscription: the order's own; else, of the subscription, the
 * oldest that is open, because the others wait for it; else the newest.
 *
 * @param tasks oldest first. @param order its number; empty = none was named.
 */
export function bestOf(tasks: readonly Task[], order: string): Task | undefined {
  const own = order === '' ? undefined : tasks.findLast(({ orderNumber }) => orderNumber === order);
  return own ?? tasks.find(({ state }) => OPEN.includes(state)) ?? tasks.at(-1);
}
