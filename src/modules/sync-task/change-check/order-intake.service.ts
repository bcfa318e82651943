import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/calendar-date.js';
import { isBefore, ordersFrom } from '../../../domain/change-check/order-window.js';
import { isToldBySale } from '../../../domain/change-check/sweep-findings.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { MarketplacePort } from '../../../ports/marketplace.port.js';
import type { OrderWatch } from '../sync-task.entity.js';
import type { CheckRun } from './check-run.js';
import { CustomerNames } from './customer-names.service.js';
import { chunked, inList, mapSome } from './in-batches.js';
import { OrderNotes } from './order-notes.service.js';
import { OrderReader, type OrderToRead, type ReadOrder, type SubscriptionCache } from './order-reader.service.js';
import { dueWatches, forget, watch, watchesOf, watchRows } from './order-watch-list.js';
import { SubscriptionMemory } from './subscription-memory.service.js';
import { TaskWriter, type NewTask, type WrittenTasks } from './task-writer.service.js';

/** Orders of one transaction. */
const CHUNK = 200;
/** Details read at once. */
const READ_AT_ONCE = 4;
/** How far a second look during one check reaches back before the first one began. */
const SECOND_LOOK_MS = 3_600_000;

/**
 * Orders → tasks (DESIGN §8 Orders). Each chunk is read first and then committed whole: its tasks, what is watched, and
 * the high-water mark, so that a crash loses nothing and repeats nothing.
 */
@Injectable()
export class OrderIntake {
  constructor(
    private readonly database: Database,
    private readonly marketplace: MarketplacePort,
    private readonly reader: OrderReader,
    private readonly writer: TaskWriter,
    private readonly names: CustomerNames,
    private readonly memory: SubscriptionMemory,
    private readonly notes: OrderNotes,
  ) {}

  /**
   * Everything new since the high-water mark less a day, then the watched orders whose time has come.
   *
   * @throws MarketplaceError, CheckStopped, CheckHandedBack
   */
  async run(check: CheckRun): Promise<void> {
    await check.tell({ step: 'Reading orders' });
    const mark = check.connection.highWaterMark?.toISOString();
    const from = ordersFrom(mark, check.now);
    await this.takeListed(check, from);
    // An empty first window must not be taken for "never checked".
    if (mark === undefined) await this.database.transaction(async (em) => await moveMark(em, check, from));
    const due = await dueWatches(this.database.unit(), check.connection, check.now);
    await this.takeWatched(check, due);
  }

  /**
   * A second look during the sweep: what was ordered, or has completed, since the first one. Afterwards a subscription
   * that still shows something unexplained has no order that explains it (yet).
   *
   * @param subscriptionIds whose watched orders are read again.
   * @returns subscriptions that got a task by it: what was read of them before is no longer the whole story.
   */
  async lookAgain(check: CheckRun, subscriptionIds: readonly string[]): Promise<Set<string>> {
    const told = new Set<string>();
    await this.takeListed(check, new Date(Date.parse(check.now) - SECOND_LOOK_MS).toISOString(), told);
    const watched = await watchesOf(this.database.unit(), check.connection, subscriptionIds);
    for (const { orderId } of watched) check.ordersRead.delete(orderId);
    await this.takeWatched(check, watched, told);
    return told;
  }

  /** @param told collects the subscriptions that got a task; without it the list is counted as the check's own. */
  private async takeListed(check: CheckRun, from: Instant, told?: Set<string>): Promise<void> {
    const headers = await this.marketplace.ordersSince(check.access, from);
    // Oldest first, so that the mark never passes an order that is not committed.
    headers.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    if (!told) {
      check.counts.orders += headers.length;
      await check.tell({ total: headers.length });
    }
    for (const chunk of chunked(headers, CHUNK)) {
      const orders = await this.unknown(check, chunk);
      for (const id of await this.take(check, orders, chunk.at(-1)!.createdAt)) told?.add(id);
      if (!told) check.counts.knownOrders += chunk.length - orders.length;
      await check.tell(told ? {} : { done: chunk.length });
    }
  }

  private async takeWatched(check: CheckRun, rows: readonly OrderWatch[], told?: Set<string>): Promise<void> {
    const unread = rows.filter(({ orderId }) => !check.ordersRead.has(orderId));
    if (unread.length > 0) await check.tell({ total: unread.length });
    for (const chunk of chunked(unread, CHUNK)) {
      const orders = chunk.map((row) => ({
        id: row.orderId,
        number: row.orderNumber,
        createdAt: row.orderCreatedAt.toISOString(),
      }));
      for (const id of await this.take(check, orders)) told?.add(id);
      await check.tell({ done: chunk.length });
    }
  }

  /** Those of a list's orders that have to be read: never seen, or watched and no longer as they were. */
  private async unknown(check: CheckRun, headers: readonly OrderToRead[]): Promise<OrderToRead[]> {
    const em = this.database.unit();
    const ids = headers.map(({ id }) => id);
    const rows = await watchRows(em, check.connection, ids);
    const withTask = await em.execute<{ order_id: string }[]>(
      `select distinct order_id from sync_task
       where installation_id = ? and connection_id = ? and order_id in ${inList(ids)}`,
      [check.installationId, check.connection.id, ...ids],
    );
    const done = new Set(withTask.map((row) => row.order_id));
    return headers.filter(({ id, status }) => {
      const row = rows.get(id);
      if (!row) return !done.has(id);
      if (row.outcome === 'otherCurrency') return row.currency === check.connection.currency;
      return row.status !== status && row.outcome !== 'cancelled' && row.outcome !== 'noSubscription';
    });
  }

  /** Reads these orders, commits what they come to, and with it the mark. Returns the subscriptions that got a task. */
  private async take(check: CheckRun, orders: readonly OrderToRead[], mark?: Instant): Promise<string[]> {
    const cache: SubscriptionCache = new Map();
    const read = await mapSome(orders, READ_AT_ONCE, async (order) => await this.reader.read(check, order, cache));
    const tasks = await this.named(check, read);
    const { written, kept } = await this.database.transaction(async (em) => {
      const result = await this.writer.write(em, check, tasks);
      const sold = new Set(result.made.filter(({ type }) => type === 'sales').map((made) => made.subscriptionId));
      const subscriptions = tasks
        .filter(({ order, subscription }) => sold.has(subscription.id) && isToldBySale(order, subscription))
        .map(({ subscription }) => subscription);
      const remembered = await this.memory.keepNew(em, check, subscriptions);
      await this.store(em, check, read);
      if (mark !== undefined) await moveMark(em, check, mark);
      return { written: result, kept: remembered };
    });
    for (const { id } of orders) check.ordersRead.add(id);
    this.count(check, read, written);
    const told = written.made.map(({ subscriptionId }) => subscriptionId);
    for (const id of told) if (!kept.has(id)) check.untold.add(id);
    return told;
  }

  private async named(check: CheckRun, read: readonly ReadOrder[]): Promise<NewTask[]> {
    const tasks = read.flatMap((one) => (one.kind === 'tasks' ? one.tasks : []));
    const names = await this.names.of(
      check,
      tasks.map(({ subscription }) => subscription.customerId),
    );
    return tasks.map((task) => ({ ...task, customerName: names.get(task.subscription.customerId)! }));
  }

  /** Writes what the watch list knows of these orders; one that became tasks leaves it. */
  private async store(em: Unit, check: CheckRun, read: readonly ReadOrder[]): Promise<void> {
    const rows = await watchRows(
      em,
      check.connection,
      read.map((one) => (one.kind === 'tasks' ? one.order.id : one.watched.orderId)),
    );
    const finished: string[] = [];
    for (const one of read) {
      if (one.kind === 'tasks') {
        if (rows.has(one.order.id)) finished.push(one.order.id);
        continue;
      }
      const stored = watch(em, check.connection, rows.get(one.watched.orderId), one.watched, check.now);
      await this.notes.record(em, check, one, stored);
      if (stored.outcome === 'gaveUp') check.counts.gaveUp += 1;
    }
    await forget(em, check.connection, finished);
  }

  private count(check: CheckRun, read: readonly ReadOrder[], written: WrittenTasks): void {
    check.count(written.made, written.superseded);
    for (const one of read) {
      if (one.kind === 'tasks') continue;
      if (one.watched.outcome === 'cancelled') check.counts.cancelled += 1;
      if (one.watched.outcome === 'otherCurrency') check.counts.otherCurrency += 1;
    }
  }
}

/** The mark never goes back, and never ahead of the check: a wrong clock over there must not hide orders. */
async function moveMark(em: Unit, check: CheckRun, to: Instant): Promise<void> {
  const mark = new Date(isBefore(check.now, to) ? check.now : to);
  await em.execute(
    `update connection set high_water_mark = greatest(coalesce(high_water_mark, ?::timestamptz), ?::timestamptz)
     where installation_id = ? and id = ?`,
    [mark, mark, check.installationId, check.connection.id],
  );
}
