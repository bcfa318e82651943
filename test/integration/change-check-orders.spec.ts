import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckBench, CUSTOMER, START, type Tenant } from '../support/check-bench.js';

Logger.overrideLogger(false);

let bench: CheckBench;
let tenant: Tenant;

beforeAll(async () => {
  bench = await CheckBench.open();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  await bench.reset();
  tenant = await bench.tenant({ settled: true });
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const later = (ms: number): string => new Date(Date.parse(START) + ms).toISOString();

describe('orders become tasks', () => {
  it('a sale, an upgrade and a cancellation, each once, with order and subscription as read', async () => {
    const sale = await bench.sell(5, { attributes: { 'psa.contractId': '123' }, poNumber: 'PO-77' });
    const upgrade = await bench.change(sale.subscriptionId, 8);
    await bench.place({ type: 'cancellation', subscriptionId: sale.subscriptionId });
    const job = await tenant.scheduledCheck();
    expect(job).toMatchObject({
      state: 'done',
      result: { newTasks: 3, byType: { sales: 1, change: 1, cancellation: 1 } },
    });
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order change pending 2027-03-10',
      'order cancellation pending 2027-03-10',
    ]);
    const [first, second] = await tenant.tasks(sale.subscriptionId);
    expect(first).toMatchObject({
      sourceKey: `order:${sale.id}:${sale.subscriptionId}`,
      orderNumber: sale.orderNumber,
      customerId: CUSTOMER,
      readOn: '2027-03-10',
      order: { attributes: { 'psa.contractId': '123' }, poNumber: 'PO-77', items: [{ quantity: '5' }] },
      subscription: { id: sale.subscriptionId, status: 'terminated' },
    });
    expect(first!.customerName).not.toBe(CUSTOMER);
    expect(second!.order).toMatchObject({ id: upgrade.id, items: [{ quantity: '8' }] });

    await tenant.scheduledCheck();
    expect(await tenant.tasks(sale.subscriptionId)).toHaveLength(3);
  });

  it('that a second scheduled check finds nothing new with exactly one list request and asks nobody to plan', async () => {
    await bench.sell(5);
    await tenant.scheduledCheck();
    const before = (await tenant.tasks()).length;
    const planned = tenant.worker.replanned.length;
    await bench.takeRequests();
    const job = await tenant.scheduledCheck();
    expect((await bench.takeRequests()).filter((line) => !line.endsWith('/token'))).toEqual([
      'GET /marketplace/orders',
    ]);
    expect(job).toMatchObject({ state: 'done', result: { newTasks: 0, swept: false } });
    expect(await tenant.tasks()).toHaveLength(before);
    expect(tenant.worker.replanned).toHaveLength(planned);
  });

  it('that completes late once it is complete, dated on its completion', async () => {
    const sale = await bench.sell(5);
    await tenant.scheduledCheck();
    const order = await bench.change(sale.subscriptionId, 9, { completeAfterMs: 3 * DAY });
    expect((await tenant.scheduledCheck()).result).toMatchObject({ newTasks: 0 });
    // Other orders move the window far beyond the late one's creation.
    await bench.setClock(later(2.5 * DAY));
    await bench.sell(1);
    await tenant.scheduledCheck();
    await bench.setClock(later(3 * DAY + HOUR));
    await tenant.scheduledCheck();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order change pending 2027-03-13',
    ]);
    await tenant.scheduledCheck();
    expect((await tenant.tasks()).filter((task) => task.orderId === order.id)).toHaveLength(1);
    expect(await bench.db.database.sql('select 1 from order_watch where order_id = ?', [order.id])).toEqual([]);
  });

  it('that fails first and completes later, exactly once', async () => {
    const sale = await bench.sell(5);
    const order = await bench.change(sale.subscriptionId, 7, { failFirst: true, retryAfterMs: 5 * HOUR });
    await tenant.scheduledCheck();
    expect(
      (await tenant.log('order.in_error')).filter((entry) => entry.details?.['orderId'] === order.id),
    ).toHaveLength(1);
    await tenant.scheduledCheck();
    expect(
      (await tenant.log('order.in_error')).filter((entry) => entry.details?.['orderId'] === order.id),
    ).toHaveLength(1);
    await bench.setClock(later(6 * HOUR));
    await tenant.scheduledCheck();
    await tenant.scheduledCheck();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order change pending 2027-03-10',
    ]);
  });

  it('that was withdrawn only in the log, once', async () => {
    const sale = await bench.sell(5);
    const order = await bench.change(sale.subscriptionId, 7, { completeAfterMs: DAY });
    await tenant.scheduledCheck();
    await bench.control('PATCH', `/orders/${order.id}`, { status: 'cancelled' });
    await tenant.scheduledCheck();
    await tenant.scheduledCheck();
    expect(await tenant.told(sale.subscriptionId)).toEqual(['order sales pending 2027-03-10']);
    expect((await tenant.log('order.cancelled')).map((entry) => entry.details?.['orderId'])).toEqual([order.id]);
  });

  it('of a type nobody knows as a task that a plan reports, and reports the word once', async () => {
    const sale = await bench.sell(5);
    const order = await bench.change(sale.subscriptionId, 6);
    await bench.control('POST', '/rows', {
      collection: 'orders',
      row: { id: order.id, type: 'loyalty' },
    });
    await tenant.scheduledCheck();
    await tenant.scheduledCheck();
    const task = (await tenant.tasks(sale.subscriptionId)).find(({ orderId }) => orderId === order.id);
    expect(task).toMatchObject({ type: 'change', order: { type: 'unknown', sourceType: 'loyalty' } });
    expect(
      (await tenant.log('marketplace.unknown_value')).filter(({ message }) => message.includes('loyalty')),
    ).toHaveLength(1);
  });

  it('in the newest-first and in the oldest-first listing alike', async () => {
    const sold: string[] = [];
    for (const orderListing of ['newest', 'oldest']) {
      await bench.control('PUT', '/behaviour', { orderListing });
      for (let n = 0; n < 3; n += 1) sold.push((await bench.sell(n + 1)).subscriptionId);
      await tenant.scheduledCheck();
    }
    for (const id of sold) expect(await tenant.tasks(id)).toHaveLength(1);
  });
});

describe('a watched order', () => {
  it('is read at every check for 2 days, hourly to day 7, daily to day 60, then given up and logged', async () => {
    const sale = await bench.sell(5);
    const order = await bench.change(sale.subscriptionId, 6, { failFirst: true });
    await tenant.scheduledCheck();
    const reads = async (at: number): Promise<number> => {
      await bench.setClock(later(at));
      bench.marketplace.calls.length = 0;
      await tenant.scheduledCheck();
      return bench.marketplace.calls.filter((call) => call === `order ${order.id}`).length;
    };
    expect(await reads(5 * 60_000)).toBe(1);
    expect(await reads(10 * 60_000)).toBe(1);
    expect(await reads(2 * DAY + HOUR)).toBe(1);
    expect(await reads(2 * DAY + HOUR + 10 * 60_000)).toBe(0);
    expect(await reads(2 * DAY + 2 * HOUR)).toBe(1);
    expect(await reads(7 * DAY + HOUR)).toBe(1);
    expect(await reads(7 * DAY + 3 * HOUR)).toBe(0);
    expect(await reads(8 * DAY + HOUR)).toBe(1);
    expect(await tenant.log('order.given_up')).toHaveLength(0);
    expect(await reads(61 * DAY)).toBe(1);
    expect(await reads(63 * DAY)).toBe(0);
    const given = await tenant.log('order.given_up');
    expect(given.map((entry) => entry.details?.['orderId'])).toContain(order.id);
    expect(given.filter((entry) => entry.details?.['orderId'] === order.id)).toHaveLength(1);
  });
});

describe('an order that cannot be read', () => {
  it('keeps no other from becoming a task and is tried again', async () => {
    const [bad, good] = [await bench.sell(1), await bench.sell(2)];
    const row = { id: bad.id, products: [{ name: 'no identity' }] };
    await bench.control('POST', '/rows', { collection: 'orders', row });
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'done' });
    expect(await tenant.tasks(good.subscriptionId)).toHaveLength(1);
    expect(await tenant.tasks(bad.subscriptionId)).toHaveLength(0);
    expect(await tenant.log('order.unreadable')).toHaveLength(1);
    await bench.control('POST', '/rows', { collection: 'orders', row: { id: bad.id, products: null } });
    await tenant.scheduledCheck();
    expect(await tenant.tasks(bad.subscriptionId)).toHaveLength(1);
  });
});
