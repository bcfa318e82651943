import { Injectable } from '@nestjs/common';
import { dayIn, type Instant } from '../../../domain/calendar/calendar-date.js';
import { tookEffectAt } from '../../../domain/change-check/known-task.js';
import { subscriptionsOf, taskTypeOf } from '../../../domain/change-check/order-tasks.js';
import { orderKey } from '../../../domain/change-check/source-keys.js';
import { isUnfinished } from '../../../domain/change-check/watch-schedule.js';
import type { Order, OrderStatus } from '../../../domain/marketplace/order.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import { effectiveDateOf } from '../../../domain/sync-plan/effective-date.js';
import { Database } from '../../../platform/database/database.js';
import { MarketplacePort } from '../../../ports/marketplace.port.js';
import { SubscriptionMirror } from '../../mapping/mirror.entities.js';
import { asRemoved, type CheckRun } from './check-run.js';
import { isUnreadable } from './check-failure.js';
import type { WatchedOrder } from './order-watch-list.js';
import type { NewTask } from './task-writer.service.js';

/** An order that a check has to look at, as a list or the watch list names it. */
export interface OrderToRead {
  id: string;
  number: string;
  createdAt: Instant;
  /** What the list says; absent for one that is only watched. */
  status?: OrderStatus;
}

/** A task but for the customer's name, which is looked up for many at once. */
export type NamelessTask = Omit<NewTask, 'customerName'>;

/** What reading an order came to. */
export type ReadOrder =
  | { kind: 'tasks'; order: Order; tasks: NamelessTask[] }
  | { kind: 'watch'; watched: WatchedOrder; unreadable?: string };

/** Subscriptions read for the orders of one chunk: each once, as the marketplace shows it now. */
export type SubscriptionCache = Map<string, Promise<Subscription | undefined>>;

/** Reads single orders and says what becomes of them (FEATURES TSK-2, TSK-3, INS-7). Writes nothing. */
@Injectable()
export class OrderReader {
  constructor(
    private readonly marketplace: MarketplacePort,
    private readonly database: Database,
  ) {}

  /** @throws MarketplaceError when the marketplace cannot be asked; one unreadable order is no such error. */
  async read(check: CheckRun, listed: OrderToRead, cache: SubscriptionCache): Promise<ReadOrder> {
    const watched: WatchedOrder = {
      orderId: listed.id,
      orderNumber: listed.number,
      status: listed.status ?? 'unknown',
      createdAt: listed.createdAt,
    };
    if (listed.status === 'cancelled') return { kind: 'watch', watched: { ...watched, outcome: 'cancelled' } };
    try {
      const order = await this.marketplace.order(check.access, listed.id);
      if (!order) return { kind: 'watch', watched: { ...watched, outcome: 'gone' } };
      return await this.judge(check, order, cache);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      // One record that cannot be read must not keep every other from being seen.
      return { kind: 'watch', watched: { ...watched, status: 'unknown' }, unreadable: error.message };
    }
  }

  private async judge(check: CheckRun, order: Order, cache: SubscriptionCache): Promise<ReadOrder> {
    const { connection } = check;
    const watched: WatchedOrder = {
      orderId: order.id,
      orderNumber: order.number,
      status: order.status,
      subscriptionId: subscriptionsOf(order)[0],
      currency: order.currency === '' ? undefined : order.currency,
      createdAt: order.createdAt,
    };
    if (order.currency !== '' && order.currency !== connection.currency)
      return { kind: 'watch', watched: { ...watched, outcome: 'otherCurrency' } };
    if (order.status === 'cancelled') return { kind: 'watch', watched: { ...watched, outcome: 'cancelled' } };
    if (isUnfinished(order.status)) return { kind: 'watch', watched };
    const ids = subscriptionsOf(order);
    if (ids.length === 0) return { kind: 'watch', watched: { ...watched, outcome: 'noSubscription' } };
    const tasks: NamelessTask[] = [];
    for (const id of ids) {
      const subscription = await this.subscriptionOf(check, id, cache);
      // Neither the marketplace nor we know it (yet): the order stays on watch, complete as it is.
      if (!subscription) return { kind: 'watch', watched };
      if (order.currency === '' && subscription.currency !== undefined && subscription.currency !== connection.currency)
        return { kind: 'watch', watched: { ...watched, currency: subscription.currency, outcome: 'otherCurrency' } };
      tasks.push(taskOf(check, order, subscription));
    }
    return { kind: 'tasks', order, tasks };
  }

  private async subscriptionOf(
    check: CheckRun,
    id: string,
    cache: SubscriptionCache,
  ): Promise<Subscription | undefined> {
    let reading = cache.get(id);
    if (!reading) {
      reading = this.marketplace.subscription(check.access, id);
      cache.set(id, reading);
    }
    return (await reading) ?? (await this.lastSeen(check, id));
  }

  /** A subscription that was removed from the marketplace altogether, as it was. */
  private async lastSeen(check: CheckRun, subscriptionId: string): Promise<Subscription | undefined> {
    const row = await this.database.unit().findOne(SubscriptionMirror, {
      installationId: check.installationId,
      connectionId: check.connection.id,
      subscriptionId,
    });
    return row ? asRemoved(row.data) : undefined;
  }
}

function taskOf(check: CheckRun, order: Order, subscription: Subscription): NamelessTask {
  const { timeZone } = check.connection;
  const type = taskTypeOf(order);
  const effective = effectiveDateOf({ type, source: 'order', order, subscription, readOn: check.today }, timeZone);
  return {
    sourceKey: orderKey(order.id, subscription.id),
    source: 'order',
    type,
    order,
    subscription,
    // An order that cannot be dated keeps its place by the day it took effect.
    effectiveDate: effective.date ?? dayIn(timeZone, tookEffectAt(order)),
    orderCreatedAt: order.createdAt,
    why: `order ${order.number} (${order.sourceType}) completed`,
  };
}
