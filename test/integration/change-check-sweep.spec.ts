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
  tenant = await bench.tenant();
});

const DAY = 24 * 3_600_000;
const later = (ms: number): string => new Date(Date.parse(START) + ms).toISOString();

/** A running subscription whose sale the tenant has its task of; the first check is through. */
async function told(quantity = 5): Promise<any> {
  const sale = await bench.sell(quantity);
  await tenant.check();
  return sale;
}

describe('the first check', () => {
  it('makes one task for each active subscription of the currency, and none for one told by its sale', async () => {
    const recent = await bench.sell(3);
    const job = await tenant.check();
    const { subscriptions, orders } = await bench.control('GET', '/state');
    const ours = subscriptions.filter((one: any) => one.status === 'active' && one.totalPrice.currency === 'USD');
    const monthBack = '2027-02-10T09:00:00.000Z';
    expect(ours.length).toBeGreaterThan(3);
    const sold = (id: string): boolean =>
      orders.some(
        (order: any) =>
          order.subscriptionId === id &&
          ['sales', 'migration'].includes(order.type) &&
          order.status === 'completed' &&
          order.creationDate >= monthBack,
      );
    const initials = (await tenant.tasks()).filter(({ source }) => source === 'initial');
    expect(initials.map((task) => task.subscriptionId).sort((a, b) => a.localeCompare(b))).toEqual(
      ours
        .map((one: any) => one.id)
        .filter((id: string) => !sold(id))
        .sort((a: string, b: string) => a.localeCompare(b)),
    );
    for (const task of initials) expect(task).toMatchObject({ type: 'sales', state: 'pending', readOn: '2027-03-10' });
    expect(await tenant.told(recent.subscriptionId)).toEqual(['order sales pending 2027-03-10']);
    expect(job.result).toMatchObject({ swept: true });
    expect((await tenant.tasks()).every(({ subscription }) => subscription.currency === 'USD')).toBe(true);
  });

  it('lets the initial task replace older orders of its subscription, but not what is still to come', async () => {
    await bench.setClock('2026-12-15T09:00:00.000Z');
    const old = await bench.sell(4, { renewalStatus: true });
    await bench.setClock('2027-03-01T09:00:00.000Z');
    await bench.change(old.subscriptionId, 6);
    const future = await bench.place({
      type: 'cancellation',
      subscriptionId: old.subscriptionId,
      effective: 'endOfTerm',
    });
    await bench.setClock(START);
    await tenant.check();
    const tasks = await tenant.tasks(old.subscriptionId);
    const initial = tasks.find(({ source }) => source === 'initial')!;
    expect(initial).toMatchObject({ state: 'pending', subscription: { items: [{ quantity: '6' }] } });
    expect(tasks.find(({ type, source }) => type === 'change' && source === 'order')).toMatchObject({
      state: 'superseded',
      supersededBy: initial.id,
    });
    expect(tasks.find(({ orderId }) => orderId === future.id)).toMatchObject({
      state: 'pending',
      effectiveDate: '2027-03-15',
    });
    // Nothing of it comes again.
    const before = await tenant.told(old.subscriptionId);
    await tenant.check();
    expect(await tenant.told(old.subscriptionId)).toEqual(before);
  });

  it('takes an order placed right after it for a change of its own', async () => {
    await bench.setClock('2026-12-15T09:00:00.000Z');
    const old = await bench.sell(4);
    await bench.setClock(START);
    await tenant.check();
    await bench.change(old.subscriptionId, 9);
    await tenant.scheduledCheck();
    const open = (await tenant.tasks(old.subscriptionId)).filter(({ state }) => state === 'pending');
    expect(open.map(({ source, type }) => `${source} ${type}`)).toEqual(['initial sales', 'order change']);
  });
});

describe('an end', () => {
  it('without an order becomes one cancellation task, dated on the first day not covered', async () => {
    const sale = await told();
    await bench.patch(sale.subscriptionId, { renewalStatus: false });
    await bench.setClock('2027-04-11T09:00:00.000Z');
    await tenant.scheduledCheck();
    await tenant.check();
    await bench.setClock('2027-04-13T09:00:00.000Z');
    await tenant.check();
    await bench.patch(sale.subscriptionId, { status: 'removed' });
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'expiry cancellation pending 2027-04-10',
    ]);
    expect((await tenant.tasks(sale.subscriptionId))[1]!.sourceKey).toBe(`expiry:${sale.subscriptionId}:2027-04-10`);
  });

  it('with its order is told by the order alone', async () => {
    await bench.control('PUT', '/behaviour', { expiryMakesOrder: 'on' });
    const sale = await told();
    await bench.patch(sale.subscriptionId, { renewalStatus: false });
    await bench.setClock('2027-04-11T09:00:00.000Z');
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order cancellation pending 2027-04-10',
    ]);
  });

  it('ordered for the end of the term is not found again when it comes', async () => {
    const sale = await told();
    await bench.place({ type: 'cancellation', subscriptionId: sale.subscriptionId, effective: 'endOfTerm' });
    await tenant.scheduledCheck();
    await bench.setClock('2027-04-12T09:00:00.000Z');
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order cancellation pending 2027-04-10',
    ]);
  });

  it('whose order completes between the list and the reading is told by the order alone', async () => {
    const sale = await told();
    let cancelled = false;
    bench.marketplace.afterList = async () => {
      if (cancelled) return;
      cancelled = true;
      await bench.place({ type: 'cancellation', subscriptionId: sale.subscriptionId });
    };
    await tenant.check();
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'order cancellation pending 2027-03-10',
    ]);
  });

  it('waits for an order that is about to complete, and gives way to one that comes late', async () => {
    const sale = await told();
    const order = await bench.place({
      type: 'cancellation',
      subscriptionId: sale.subscriptionId,
      completeAfterMs: 5 * DAY,
    });
    // The subscription ends before its order completes.
    await bench.control('POST', '/rows', {
      collection: 'subscriptions',
      row: { id: sale.subscriptionId, status: 'terminated', expirationDate: '2027-03-10' },
    });
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual(['order sales pending 2027-03-10']);
    // Three days later the order has not moved: now the end is taken for what it is.
    await bench.setClock(later(3 * DAY));
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'expiry cancellation pending 2027-03-10',
    ]);
    await bench.control('POST', '/rows', {
      collection: 'orders',
      row: { id: order.id, status: 'completed', provisioningDate: later(4 * DAY) },
    });
    await bench.setClock(later(4.5 * DAY));
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'expiry cancellation superseded 2027-03-10',
      'order cancellation pending 2027-03-14',
    ]);
  });

  it('of a subscription sold and ended between two checks is seen too', async () => {
    await tenant.check();
    const sale = await bench.sell(2);
    await bench.patch(sale.subscriptionId, { status: 'terminated', expirationDate: '2027-03-10' });
    await tenant.scheduledCheck();
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'expiry cancellation pending 2027-03-10',
    ]);
  });
});

describe('a price', () => {
  const price = async (id: string, unitPrice: string): Promise<void> => {
    await bench.patch(id, { unitPrice });
  };

  it('that changes without an order becomes one change task for each change, also back and forth', async () => {
    const sale = await told();
    await tenant.check();
    await price(sale.subscriptionId, '11.00');
    await tenant.check();
    await tenant.check();
    const first = (await tenant.tasks(sale.subscriptionId)).filter(({ source }) => source === 'price');
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({
      type: 'change',
      effectiveDate: '2027-03-10',
      subscription: { items: [{ unitPrice: '11.00' }] },
    });
    expect(first[0]!.sourceKey).toMatch(new RegExp(`^price:${sale.subscriptionId}:.+:[0-9a-f]{16}$`));
    for (const [day, amount] of [
      [1, '12.00'],
      [2, '11.00'],
      [3, '12.00'],
    ] as const) {
      await bench.setClock(later(day * DAY));
      await price(sale.subscriptionId, amount);
      await tenant.check();
    }
    expect((await tenant.tasks(sale.subscriptionId)).filter(({ source }) => source === 'price')).toHaveLength(4);
  });

  it('that changes a second time on one day is not missed', async () => {
    const sale = await told();
    await price(sale.subscriptionId, '11.00');
    await tenant.check();
    await price(sale.subscriptionId, '12.00');
    await tenant.check();
    expect((await tenant.tasks(sale.subscriptionId)).filter(({ source }) => source === 'price')).toHaveLength(2);
  });

  it('that comes with a renewal order is told by the order alone', async () => {
    const sale = await told();
    await bench.setClock(later(5 * DAY));
    await tenant.check();
    const { products } = await bench.control('GET', `/state`);
    const product = products.find(({ id }: any) => id === sale.products[0].id);
    await bench.control('POST', '/rows', {
      collection: 'products',
      row: { id: product.id, prices: product.prices.map((one: any) => ({ ...one, amount: '19.00' })) },
    });
    await bench.setClock('2027-04-11T09:00:00.000Z');
    await tenant.check();
    await bench.setClock('2027-04-14T09:00:00.000Z');
    await tenant.check();
    const tasks = await tenant.tasks(sale.subscriptionId);
    expect(tasks.map(({ source, type, order }) => `${source} ${type} ${order?.type}`)).toEqual([
      'order sales sales',
      'order change renewal',
    ]);
    expect(tasks[1]!.subscription.items[0]!.unitPrice).toBe('19.00');
  });

  it('that changes after an order of the same day is a change of its own', async () => {
    const sale = await told();
    await bench.change(sale.subscriptionId, 7);
    await tenant.scheduledCheck();
    await price(sale.subscriptionId, '13.00');
    await tenant.check();
    expect((await tenant.tasks(sale.subscriptionId)).map(({ source, type }) => `${source} ${type}`)).toEqual([
      'order sales',
      'order change',
      'price change',
    ]);
  });
});

describe('a subscription', () => {
  it('that is put on hold is only logged, once', async () => {
    const sale = await told();
    await bench.patch(sale.subscriptionId, { status: 'hold' });
    await tenant.check();
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual(['order sales pending 2027-03-10']);
    const held = await tenant.log('subscription.on_hold');
    expect(held.filter(({ subscriptionId }) => subscriptionId === sale.subscriptionId)).toHaveLength(1);
  });

  it('that is renewed without an order becomes one task of its new term, its new price with it', async () => {
    const sale = await told();
    await bench.control('POST', '/rows', {
      collection: 'subscriptions',
      row: { id: sale.subscriptionId, renewalDate: '2027-05-10', expirationDate: '2027-05-10' },
    });
    await bench.patch(sale.subscriptionId, { unitPrice: '14.00' });
    await tenant.check();
    await tenant.check();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'renewal change pending 2027-04-10',
    ]);
  });

  it('whose renewal order comes late has one task of it', async () => {
    const sale = await told();
    const renew = { type: 'renewal', subscriptionId: sale.subscriptionId };
    await bench.control('POST', '/rows', {
      collection: 'subscriptions',
      row: { id: sale.subscriptionId, renewalDate: '2027-05-10', expirationDate: '2027-05-10' },
    });
    await tenant.check();
    const order = await bench.place({ ...renew, type: 'change', items: [{ quantity: 5 }] });
    await bench.control('POST', '/rows', {
      collection: 'orders',
      row: { id: order.id, type: 'renewal', provisioningDate: '2027-04-10T09:00:00.000Z' },
    });
    await tenant.scheduledCheck();
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'renewal change superseded 2027-04-10',
      'order change pending 2027-04-10',
    ]);
  });

  it('whose name or renewal flag changed is logged as not supported, once', async () => {
    const sale = await told();
    await bench.control('POST', '/rows', {
      collection: 'subscriptions',
      row: {
        id: sale.subscriptionId,
        name: 'Office for the warehouse',
        renewalStatus: false,
        lastModifiedDate: '2027-03-10',
      },
    });
    await tenant.check();
    await tenant.check();
    const noted = await tenant.log('subscription.not_supported');
    expect(noted.map(({ subscriptionId, message }) => [subscriptionId, message])).toEqual([
      [sale.subscriptionId, expect.stringContaining('is called "Office for the warehouse" now')],
      [sale.subscriptionId, expect.stringContaining('does not renew by itself any more')],
    ]);
    expect(await tenant.told(sale.subscriptionId)).toHaveLength(1);
  });

  it('that turns up without any order becomes an initial task', async () => {
    await tenant.check();
    await bench.control('POST', '/rows', {
      collection: 'subscriptions',
      row: {
        id: '9900001',
        name: 'Example Office Basic',
        customerId: CUSTOMER,
        status: 'active',
        creationDate: '2027-01-05',
        renewalDate: '2027-04-05',
        expirationDate: '2027-04-05',
        lastModifiedDate: '2027-03-10',
        billingModel: 'chargeBeforeBillingPeriod',
        billingPeriod: { type: 'month', duration: 1 },
        subscriptionPeriod: { type: 'month', duration: 1 },
        totalPrice: { currency: 'USD', amount: '20.00' },
        products: [
          {
            id: 'PRD1',
            mpn: 'EX-1',
            vendor: 'Example',
            name: 'Example Office Basic',
            quantity: 2,
            unitPrice: { currency: 'USD', amount: '10.00' },
          },
        ],
      },
    });
    await tenant.check();
    await tenant.check();
    expect(await tenant.told('9900001')).toEqual(['initial sales pending 2027-03-05']);
  });

  it('is read again only when its line in the list changed', async () => {
    await tenant.check();
    await bench.setClock(later(5 * DAY));
    await tenant.check();
    await bench.setClock(later(8 * DAY));
    bench.marketplace.calls.length = 0;
    await tenant.check();
    const { subscriptions } = await bench.control('GET', '/state');
    const ours = new Set(
      subscriptions.filter((one: any) => one.totalPrice.currency === 'USD').map((one: any) => one.id),
    );
    const modified = new Set(
      subscriptions.filter((one: any) => one.lastModifiedDate >= '2027-03-10').map((one: any) => one.id),
    );
    const read = bench.marketplace.calls.filter((call) => call.startsWith('subscription '));
    const stale = read.map((call) => call.slice('subscription '.length)).filter((id) => ours.has(id));
    expect(stale.filter((id) => !modified.has(id))).toEqual([]);
  });

  it('is swept once a day by scheduled checks, and at every check of a person', async () => {
    await tenant.check();
    expect((await tenant.scheduledCheck()).result).toMatchObject({ swept: false });
    expect((await tenant.check()).result).toMatchObject({ swept: true });
    await bench.setClock(later(DAY));
    expect((await tenant.scheduledCheck()).result).toMatchObject({ swept: true });
    expect((await tenant.scheduledCheck()).result).toMatchObject({ swept: false });
  });

  it('list that shrinks beyond belief cancels nothing', async () => {
    const { subscriptions } = await bench.control('GET', '/state');
    expect(subscriptions.length).toBeGreaterThan(50);
    const euro = await bench.tenant({ currency: 'EUR' });
    await euro.check();
    const before = (await euro.tasks()).length;
    bench.marketplace.subscriptions = async () => await Promise.resolve([]);
    const job = await euro.check();
    delete (bench.marketplace as { subscriptions?: unknown }).subscriptions;
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'SUBSCRIPTIONS_MISSING' } });
    expect(await euro.tasks()).toHaveLength(before);
  });
});
