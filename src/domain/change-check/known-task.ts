import type { CalendarDate, Instant } from '../calendar/calendar-date.js';
import type { Order } from '../marketplace/order.js';
import type { Subscription } from '../marketplace/subscription.js';
import type { TaskSource, TaskType } from '../sync-plan/sync-facts.js';
import type { SyncTaskState } from '../sync-task/sync-task-state.js';

/** A task of a subscription as far as later findings depend on it. */
export interface KnownTask {
  id: string;
  source: TaskSource;
  sourceKey: string;
  type: TaskType;
  state: SyncTaskState;
  supersededBy?: string | undefined;
  effectiveDate: CalendarDate;
  /** Creation of its order; without an order the business instant at which its subscription was read. */
  orderCreatedAt: Instant;
  /** Day on which its subscription was read, in the connection's zone. */
  readOn: CalendarDate;
  /** True when a write of it was proven or may have happened: what is written stays its own. */
  hasWritten: boolean;
  /** Real time at which the row was written; compares with a mirror's age. */
  createdAt: Instant;
  order?: Pick<Order, 'type' | 'createdAt' | 'completedAt' | 'items' | 'lines'> | undefined;
  /** What the subscription held when it was read. */
  items: Subscription['items'];
}

/** States from which a task can still be replaced by another one; a running one finishes first. */
const REPLACEABLE: ReadonlySet<SyncTaskState> = new Set(['pending', 'action_required', 'ready', 'failed']);

export function isReplaceable(task: Pick<KnownTask, 'state'>): boolean {
  return REPLACEABLE.has(task.state);
}

/** True for an order that brings its subscription into being: its tasks tell the subscription from the start. */
export function isSale(task: Pick<KnownTask, 'order'>): boolean {
  return task.order?.type === 'sales' || task.order?.type === 'migration';
}

/** When an order took effect in the marketplace. */
export function tookEffectAt(order: Pick<Order, 'createdAt' | 'completedAt'>): Instant {
  return order.completedAt ?? order.createdAt;
}
