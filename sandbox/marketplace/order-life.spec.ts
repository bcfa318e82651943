import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linesOf, MarketplaceTestClient, START } from './marketplace-test-client.js';

let client: MarketplaceTestClient<any>;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
});
afterAll(() => client.close());
beforeEach(async () => {
  await client.clock(START);
  await client.control('POST', '/reset', {});
});

const NO_COMMITMENT = 'Example Office, no commitment';
const ANNUAL = 'Example Office, annual commitment';
const HOUR = 3_600_000;

/** A subscription to ten Example Office Standard at 13.00, billed on the 1st, bought on 1 Jan 2027. */
async function billedOnTheFirst(): Promise<string> {
  await client.clock('2027-01-01');
  return (await client.sell(ANNUAL, 'Example Office Standard', 10)).subscriptionId;
}

describe('a sales order', () => {
  it('without delay is complete at once, and its subscription active from that day', async () => {
    const order = await client.sell(NO_COMMITMENT, 'Example Office Basic', 5);
    expect(order).toMatchObject({
      type: 'sales',
      status: 'completed',
      statusCode: 'CP',
      creationDate: order.provisioningDate,
    });
    expect(order.orderNumber).toMatch(/^SO\d{6}$/);
    expect(linesOf(order)).toEqual(['setup 1 for once: 25.00', 'recurring 5 for 1 month: 48.00']);
    expect(order.total).toEqual({ currency: 'EUR', amount: '73.00' });
    expect(await client.subscription(order.subscriptionId)).toMatchObject({
      customerId: '1000001',
      status: 'active',
      creationDate: '2027-03-10',
      renewalDate: '2027-04-10',
      expirationDate: '2027-04-10',
      lastModifiedDate: '2027-03-10',
      renewalStatus: true,
      products: [
        {
          quantity: 5,
          unitPrice: { amount: '9.60' },
          unitCost: { amount: '7.49' },
          extendedPrice: { amount: '48.00' },
        },
      ],
    });
  });

  it('goes from submitted over processing to completed; its term starts on the day it completes', async () => {
    const { id, subscriptionId, status } = await client.sell(ANNUAL, 'Example Office Basic', 5, {
      completeAfterMs: 48 * HOUR,
    });
    expect(status).toBe('submitted');
    expect((await client.subscription(subscriptionId)).status).toBe('pending');
    await client.clock('2027-03-11T10:00:00Z');
    const underWay = await client.order(id);
    expect(underWay.status).toBe('processing');
    expect(underWay).not.toHaveProperty('provisioningDate');
    await client.clock('2027-04-20');
    const done = await client.order(id);
    expect(done.status).toBe('completed');
    expect(done.provisioningDate.slice(0, 16)).toBe('2027-03-12T09:00');
    expect(done.creationDate.slice(0, 16)).toBe('2027-03-10T09:00');
    expect(await client.subscription(subscriptionId)).toMatchObject({
      status: 'active',
      creationDate: '2027-03-12',
      renewalDate: '2028-03-12',
    });
  });

  it('keeps purchase order number and attributes, on the order alone', async () => {
    const attributes = { 'psa.connectionId': 'c1', 'psa.contractId': '29683570' };
    const order = await client.sell(ANNUAL, 'Example Office Basic', 1, { attributes, poNumber: 'PO-1' });
    expect(await client.order(order.id)).toMatchObject({ attributes, poNumber: 'PO-1' });
    expect((await client.subscription(order.subscriptionId)).attributes).toEqual({});
  });

  it('of several products charges each, add-on included', async () => {
    const productId = await client.product(ANNUAL, 'Example Office Basic');
    const archive = await client.product(ANNUAL, 'Example Office Archive');
    const order = await client.place({
      type: 'sales',
      customerId: '1000010',
      items: [
        { productId, quantity: 4 },
        { productId: archive, quantity: 2 },
      ],
    });
    expect(order.total).toEqual({ currency: 'USD', amount: '69.30' });
    expect(linesOf(order)).toEqual([
      'setup 1 for once: 27.50',
      'recurring 4 for 1 month: 35.20',
      'recurring 2 for 1 month: 6.60',
    ]);
  });

  it('that fails stays in error until a second try completes it', async () => {
    const { id, subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5, {
      completeAfterMs: HOUR,
      failFirst: true,
    });
    await client.clock('2027-03-10T10:30:00Z');
    expect(await client.order(id)).toMatchObject({ status: 'error', statusCode: 'ER' });
    expect((await client.subscription(subscriptionId)).status).toBe('pending');
    await client.clock('2027-03-10T11:30:00Z');
    expect(await client.order(id)).toMatchObject({ status: 'completed' });
  });

  it('that fails at once waits to be steered; cancelled, it takes its pending subscription along', async () => {
    const order = await client.sell(ANNUAL, 'Example Office Basic', 5, { failFirst: true });
    expect(order.status).toBe('error');
    await client.clock('2027-06-10');
    expect((await client.order(order.id)).status).toBe('error');
    const cancelled = await client.control('PATCH', `/orders/${order.id}`, { status: 'cancelled' });
    expect(cancelled).toMatchObject({ status: 'cancelled', statusCode: 'CL' });
    expect((await client.subscription(order.subscriptionId)).status).toBe('removed');
    expect((await client.try('PATCH', `/orders/${order.id}`, { status: 'completed' })).status).toBe(400);
  });

  it('can be steered to completion now or later', async () => {
    const [now, later] = [
      await client.sell(ANNUAL, 'Example Office Basic', 5, { failFirst: true }),
      await client.sell(ANNUAL, 'Example Office Basic', 5, { failFirst: true }),
    ];
    expect((await client.control('PATCH', `/orders/${now.id}`, { status: 'completed' })).status).toBe('completed');
    await client.control('PATCH', `/orders/${later.id}`, { status: 'completed', completeAfterMs: HOUR });
    expect((await client.order(later.id)).status).toBe('processing');
    await client.clock('2027-03-10T10:00:30Z');
    expect((await client.order(later.id)).status).toBe('completed');
  });
});

describe('a change order', () => {
  it('is prorated from the day it completes: placed 6 Jan, completed 8 Jan, next billing 1 Feb → 24 of 31 days', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-01-06');
    const placed = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 12 }],
      completeAfterMs: 48 * HOUR,
    });
    expect(linesOf(placed)).toEqual(['recurring 2 for 0.83871 month: 21.81']);
    await client.clock('2027-01-09');
    const done = await client.order(placed.id);
    expect(done.provisioningDate.slice(0, 10)).toBe('2027-01-08');
    expect(linesOf(done)).toEqual(['recurring 2 for 0.774194 month: 20.13']);
    expect(done.total.amount).toBe('20.13');
    expect(done.products).toMatchObject([{ quantity: 12 }]);
    expect(await client.subscription(subscriptionId)).toMatchObject({
      lastModifiedDate: '2027-01-08',
      renewalDate: '2028-01-01',
      products: [{ quantity: 12 }],
      totalPrice: { amount: '156.00' },
    });
  });

  it('that reduces gives the unused days back where the plan refunds, and nothing where it does not', async () => {
    const refunding = (await client.sell('Example Mail', 'Example Mail Plus', 20, { months: 12 })).subscriptionId;
    const keeping = (await client.sell(ANNUAL, 'Example Office Standard', 20)).subscriptionId;
    await client.clock('2027-03-25');
    const down = (subscriptionId: string) =>
      client.place({ type: 'change', subscriptionId, items: [{ quantity: 14 }] });
    // 10 Mar – 9 Apr has 31 days; 25 Mar – 9 Apr are 16 of them: 6 × 4.00 × 16/31.
    expect(linesOf(await down(refunding))).toEqual(['downgrade 6 for 0.516129 month: -12.39']);
    expect(linesOf(await down(keeping))).toEqual([]);
    expect((await client.subscription(keeping)).products[0].quantity).toBe(14);
  });

  it('within the full-refund days gives all of the running period back', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Standard', 20);
    await client.clock('2027-03-16');
    const order = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 18 }] });
    expect(linesOf(order)).toEqual(['downgrade 2 for 1 month: -26.00']);
    await client.clock('2027-03-17');
    const later = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 15 }] });
    expect(linesOf(later)).toEqual([]);
  });

  it('on a billing date charges a full period up and refunds nothing down', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-02-01');
    const up = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 12 }] });
    expect(linesOf(up)).toEqual(['recurring 2 for 1 month: 26.00']);
    const down = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 9 }], refund: 'prorated' });
    expect(linesOf(down)).toEqual([]);
  });

  it('delayed to the next billing date completes on that day without money', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-01-20');
    const placed = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 7 }],
      effective: 'nextBilling',
    });
    expect(placed.status).toBe('processing');
    await client.clock('2027-01-31');
    expect((await client.subscription(subscriptionId)).products[0].quantity).toBe(10);
    await client.clock('2027-02-01T00:00:00Z');
    expect(await client.order(placed.id)).toMatchObject({
      status: 'completed',
      provisioningDate: '2027-02-01T00:00:00.000Z',
      total: { amount: '0.00' },
      details: [],
    });
    expect((await client.subscription(subscriptionId)).products[0].quantity).toBe(7);
    // Neither does an increase: the billing run of that day charges the new quantity by itself.
    const up = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 9 }],
      effective: 'nextBilling',
    });
    await client.clock('2027-03-01');
    expect(await client.order(up.id)).toMatchObject({ status: 'completed', details: [] });
  });

  it('adds a product with its setup fee, and switches one for another with a single net amount', async () => {
    const subscriptionId = await billedOnTheFirst();
    const [basic, premium] = [
      await client.product(ANNUAL, 'Example Office Basic'),
      await client.product(ANNUAL, 'Example Office Premium'),
    ];
    await client.clock('2027-01-17');
    const added = await client.place({ type: 'change', subscriptionId, items: [{ productId: basic, quantity: 3 }] });
    expect(linesOf(added)).toEqual(['setup 1 for once: 25.00', 'recurring 3 for 0.483871 month: 11.61']);
    const switched = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ productId: basic, newProductId: premium, quantity: 3 }],
    });
    expect(linesOf(switched)).toEqual([
      'switch 3 for 0.483871 month: 31.94',
      'recurringRefund 3 for 0.483871 month: -11.61',
    ]);
    expect(switched.products[0]).toMatchObject({ id: basic, newId: premium, type: 'CHANGE_PLAN_PERIOD' });
    const after = await client.subscription(subscriptionId);
    expect(after.products.map((row: any) => [row.id, row.quantity])).toEqual([
      [await client.product(ANNUAL, 'Example Office Standard'), 10],
      [premium, 3],
    ]);
    expect(after.renewalDate).toBe('2028-01-01');
  });

  it('to a plan with another cycle starts a new term on the day of the switch', async () => {
    const subscriptionId = await billedOnTheFirst();
    const yearly = await client.product('Example Office, paid yearly', 'Example Office Standard');
    await client.clock('2027-01-17');
    const order = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ newProductId: yearly, quantity: 10 }],
    });
    expect(linesOf(order)).toEqual(['switch 10 for 1 year: 1482.00', 'recurringRefund 10 for 0.483871 month: -62.90']);
    expect(await client.subscription(subscriptionId)).toMatchObject({
      renewalDate: '2028-01-17',
      planId: 10003,
      billingPeriod: { type: 'year', duration: 1 },
    });
  });

  it('completing out of turn still ends with its own absolute quantity', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-01-10');
    const slow = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 15 }],
      completeAfterMs: 48 * HOUR,
    });
    await client.place({ type: 'change', subscriptionId, items: [{ quantity: 11 }] });
    await client.clock('2027-01-13');
    // Four units were missing when it completed, not the five of the day it was placed.
    expect(linesOf(await client.order(slow.id))).toEqual(['recurring 4 for 0.645161 month: 33.55']);
    expect((await client.subscription(subscriptionId)).products[0].quantity).toBe(15);
  });

  it('asked for a subscription that has ended is refused', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 2);
    await client.place({ type: 'cancellation', subscriptionId });
    const refused = await client.try('POST', '/orders', { type: 'change', subscriptionId, items: [{ quantity: 3 }] });
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0]).toContain('terminated');
  });
});

describe('a cancellation order', () => {
  it('at once ends the subscription that day, refunds by policy and charges the fee', async () => {
    const subscriptionId = (await client.sell(NO_COMMITMENT, 'Example Office Standard', 6)).subscriptionId;
    await client.clock('2027-03-25');
    const order = await client.place({ type: 'cancellation', subscriptionId, fee: '45' });
    expect(order.orderNumber).toMatch(/^CL\d{6}$/);
    expect(linesOf(order)).toEqual(['recurringRefund 6 for 0.516129 month: -48.31', 'cancellation 1 for once: 45.00']);
    expect(order.total.amount).toBe('-3.31');
    expect(order.products).toMatchObject([{ quantity: 0, type: 'CANCEL' }]);
    expect(await client.subscription(subscriptionId)).toMatchObject({
      status: 'terminated',
      expirationDate: '2027-03-25',
      renewalStatus: false,
      lastModifiedDate: '2027-03-25',
    });
  });

  it('cancels the change orders that are still under way', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-01-20');
    const pending = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 12 }],
      completeAfterMs: HOUR,
    });
    const delayed = await client.place({
      type: 'change',
      subscriptionId,
      items: [{ quantity: 2 }],
      effective: 'nextBilling',
    });
    await client.place({ type: 'cancellation', subscriptionId });
    for (const { id } of [pending, delayed])
      expect(await client.order(id)).toMatchObject({
        status: 'cancelled',
        statusCode: 'CL',
      });
  });

  it('at the end of the term leaves the subscription active with its last day set', async () => {
    const subscriptionId = await billedOnTheFirst();
    await client.clock('2027-05-04');
    const order = await client.place({ type: 'cancellation', subscriptionId, effective: 'endOfTerm' });
    expect(order).toMatchObject({ status: 'completed', total: { amount: '0.00' } });
    expect(await client.subscription(subscriptionId)).toMatchObject({
      status: 'active',
      renewalStatus: false,
      expirationDate: '2028-01-01',
      lastModifiedDate: '2027-05-04',
    });
    await client.clock('2028-01-01');
    expect(await client.subscription(subscriptionId)).toMatchObject({
      status: 'terminated',
      lastModifiedDate: '2028-01-01',
    });
    expect((await client.get(`/orders?subscriptionId=${subscriptionId}`)).pagination.total).toBe(2);
  });
});

it('a migration order brings a subscription with its old dates and charges nothing', async () => {
  const order = await client.sell(ANNUAL, 'Example Office Basic', 9, { type: 'migration', startDate: '2026-11-20' });
  expect(order).toMatchObject({
    type: 'migration',
    total: { amount: '0.00' },
    lastBillingDate: '2027-02-20',
    nextBillingDate: '2027-03-20',
  });
  expect(await client.subscription(order.subscriptionId)).toMatchObject({
    status: 'active',
    creationDate: '2026-11-20',
    renewalDate: '2027-11-20',
  });
});

it('a clock that jumps leaves the same orders as one that walks', async () => {
  const walk = async (days: string[]) => {
    await client.clock(START);
    await client.control('POST', '/reset', {});
    const { subscriptionId } = await client.sell(NO_COMMITMENT, 'Example Office Basic', 5);
    await client.place({ type: 'change', subscriptionId, items: [{ quantity: 3 }], effective: 'nextBilling' });
    for (const day of days) {
      await client.clock(day);
      await client.get('/orders');
    }
    const { orders, subscriptions } = await client.state();
    const plain = (rows: any[]) => rows.filter((row) => row.creationDate > '2027-03-11');
    return { orders: plain(orders), subscriptions };
  };
  const stepped = await walk(['2027-04-01', '2027-04-10', '2027-05-30', '2027-06-10']);
  expect(stepped.orders.length).toBeGreaterThan(10);
  expect(await walk(['2027-06-10'])).toEqual(stepped);
});
