import type { Order } from '../marketplace/order.js';
import type { TaskType } from '../sync-plan/sync-facts.js';

/**
 * The task type an order becomes (FEATURES TSK-3): renewals are changes, migrations are reconciled by a person. An order
 * of a type nobody knows becomes a change whose plan asks a person (ORDER_TYPE_UNKNOWN); it is never dropped.
 */
export function taskTypeOf(order: Pick<Order, 'type'>): TaskType {
  switch (order.type) {
    case 'sales':
      return 'sales';
    case 'change':
    case 'renewal':
    case 'unknown':
      return 'change';
    case 'cancellation':
      return 'cancellation';
    case 'migration':
      return 'reconciliation';
    case 'billing':
      return 'billing';
  }
}

/** Actions that carry a share from one subscription to another: both halves are one task (DESIGN §6 Guards). */
const MOVES = new Set(['TRANSFER', 'MOVE', 'CHANGE_PLAN_PERIOD']);

/**
 * The subscriptions an order becomes tasks of: each one that it changes. A plan switch, transfer, move or co-term partial
 * upgrade is one task, keyed by the source subscription. Empty for an order that names none.
 */
export function subscriptionsOf(
  order: Pick<Order, 'subscriptionId' | 'targetSubscriptionId'> & {
    items: Pick<Order['items'][number], 'subscriptionId' | 'action'>[];
  },
): string[] {
  const source = order.subscriptionId ?? order.items.find((item) => item.subscriptionId)?.subscriptionId;
  if (source === undefined) return [];
  const isMove = order.targetSubscriptionId !== undefined || order.items.some(({ action }) => MOVES.has(action));
  if (isMove || order.items.length === 0) return [source];
  return [...new Set(order.items.map((item) => item.subscriptionId ?? source))];
}
