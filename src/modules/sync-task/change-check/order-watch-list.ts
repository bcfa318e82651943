import { randomUUID } from 'node:crypto';
import type { Instant } from '../../../domain/calendar/calendar-date.js';
import { mayExplain, nextWatchAt } from '../../../domain/change-check/watch-schedule.js';
import type { OrderStatus } from '../../../domain/marketplace/order.js';
import type { Unit } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { OrderWatch, type WatchOutcome } from '../sync-task.entity.js';

type ConnectionRef = Pick<Connection, 'id' | 'installationId'>;

/** An order that is no task (yet), as it was just read. */
export interface WatchedOrder {
  orderId: string;
  orderNumber: string;
  status: OrderStatus;
  subscriptionId?: string | undefined;
  currency?: string | undefined;
  createdAt: Instant;
  /** Absent while it is read again. */
  outcome?: WatchOutcome;
}

const where = ({ installationId, id }: ConnectionRef) => ({ installationId, connectionId: id });

/** What is known about these orders beside tasks, by order id. */
export async function watchRows(
  em: Unit,
  connection: ConnectionRef,
  orderIds: readonly string[],
): Promise<Map<string, OrderWatch>> {
  if (orderIds.length === 0) return new Map();
  const rows = await em.find(OrderWatch, { ...where(connection), orderId: { $in: [...orderIds] } });
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Orders whose time to be read again has come, oldest first (DESIGN §8). */
export async function dueWatches(em: Unit, connection: ConnectionRef, now: Instant): Promise<OrderWatch[]> {
  return await em.find(
    OrderWatch,
    { ...where(connection), outcome: null, nextReadAt: { $lte: new Date(now) } },
    { orderBy: { orderCreatedAt: 'asc' } },
  );
}

/** Orders of these subscriptions that are still watched. */
export async function watchesOf(
  em: Unit,
  connection: ConnectionRef,
  subscriptionIds: readonly string[],
): Promise<OrderWatch[]> {
  return await em.find(OrderWatch, {
    ...where(connection),
    outcome: null,
    subscriptionId: { $in: [...subscriptionIds] },
  });
}

/** Subscriptions among these with an order that may be about to explain what they show. */
export async function subscriptionsToWaitFor(
  em: Unit,
  connection: ConnectionRef,
  subscriptionIds: readonly string[],
  now: Instant,
): Promise<Set<string>> {
  const rows = await watchesOf(em, connection, subscriptionIds);
  return new Set(
    rows
      .filter((row) => mayExplain(row.status as OrderStatus, row.firstSeenAt.toISOString(), now))
      .map((row) => row.subscriptionId!),
  );
}

/**
 * Stores how an order stands: watched with the time of its next reading, given up when it was unfinished for too long,
 * or over. The first sight keeps its time.
 *
 * @returns whether this is the first sight, whether the status is new, and the outcome that was stored.
 */
export function watch(
  em: Unit,
  connection: ConnectionRef,
  known: OrderWatch | undefined,
  order: WatchedOrder,
  now: Instant,
): { first: boolean; changed: boolean; outcome: WatchOutcome | undefined } {
  const next = order.outcome ? undefined : nextWatchAt(known?.firstSeenAt.toISOString() ?? now, now);
  const outcome = order.outcome ?? (next === undefined ? 'gaveUp' : undefined);
  const changed = known?.status !== order.status;
  const values = {
    status: order.status,
    subscriptionId: order.subscriptionId ?? known?.subscriptionId ?? null,
    currency: order.currency?.slice(0, 3) ?? known?.currency ?? null,
    nextReadAt: next === undefined ? null : new Date(next),
    outcome: outcome ?? null,
    gaveUpAt: outcome === 'gaveUp' ? new Date(now) : null,
  };
  if (known) em.assign(known, values);
  else
    em.create(OrderWatch, {
      id: randomUUID(),
      installationId: connection.installationId,
      connectionId: connection.id,
      orderId: order.orderId,
      orderNumber: order.orderNumber,
      orderCreatedAt: new Date(order.createdAt),
      firstSeenAt: new Date(now),
      ...values,
    });
  return { first: known === undefined, changed, outcome };
}

/** Ends the watch over orders that became tasks: the task is what is known about them now. */
export async function forget(em: Unit, connection: ConnectionRef, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length > 0) await em.nativeDelete(OrderWatch, { ...where(connection), orderId: { $in: [...orderIds] } });
}
