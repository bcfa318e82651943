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

const ordersOf = async (subscriptionId: string): Promise<any[]> =>
  (await client.get(`/orders?limit=100&subscriptionId=${subscriptionId}`)).data;

describe('renewal', () => {
  it('comes by itself on the first day of the new term, as an order of its own', async () => {
    const { subscriptionId } = await client.sell(NO_COMMITMENT, 'Example Office Basic', 5);
    await client.clock('2027-04-09T23:59:59Z');
    expect(await ordersOf(subscriptionId)).toHaveLength(1);
    await client.clock('2027-04-10T00:00:00Z');
    const [renewal] = await ordersOf(subscriptionId);
    expect(renewal).toMatchObject({
      type: 'renewal',
      status: 'completed',
      creationDate: '2027-04-10T00:00:00.000Z',
      provisioningDate: '2027-04-10T00:00:00.000Z',
    });
    expect(renewal.orderNumber).toMatch(/^RN\d{6}$/);
    expect(linesOf(renewal)).toEqual(['renew 5 for 1 month: 48.00']);
    expect(await client.subscription(subscriptionId)).toMatchObject({
      renewalDate: '2027-05-10',
      expirationDate: '2027-05-10',
      creationDate: '2027-03-10',
      lastModifiedDate: '2027-04-10',
    });
  });

  it('keeps the day of the month through short months', async () => {
    await client.clock('2027-12-31');
    const { subscriptionId } = await client.sell(NO_COMMITMENT, 'Example Office Basic', 1);
    await client.clock('2028-05-05');
    const days = (await ordersOf(subscriptionId)).map((order) => order.creationDate.slice(0, 10));
    expect(days.toReversed()).toEqual(['2027-12-31', '2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
  });

  it('of an annual term billed monthly comes once a year and charges the first month', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5);
    await client.clock('2028-03-11');
    const orders = await ordersOf(subscriptionId);
    expect(orders.map((order) => order.type)).toEqual(['renewal', 'sales']);
    expect(linesOf(orders[0])).toEqual(['renew 5 for 1 month: 40.00']);
  });

  it('takes the list price of the day, unless the price was set for this customer', async () => {
    const productId = await client.product(NO_COMMITMENT, 'Example Office Standard');
    const listed = (await client.sell(NO_COMMITMENT, 'Example Office Standard', 2)).subscriptionId;
    const special = (await client.sell(NO_COMMITMENT, 'Example Office Standard', 2)).subscriptionId;
    await client.control('POST', `/subscriptions/${special}`, { patch: { products: [{ unitPrice: '14.10' }] } });
    const product = (await client.state()).products.find((row: any) => row.id === productId);
    const prices = product.prices.map((price: any) =>
      price.currency === 'EUR' ? { ...price, amount: '16.20' } : price,
    );
    await client.control('POST', '/rows', { collection: 'products', row: { id: productId, prices } });
    await client.clock('2027-04-10');
    expect((await client.subscription(listed)).products[0].unitPrice.amount).toBe('16.20');
    expect(linesOf((await ordersOf(listed))[0])).toEqual(['renew 2 for 1 month: 32.40']);
    expect((await client.subscription(special)).products[0].unitPrice.amount).toBe('14.10');
  });

  it('can be placed early, with another quantity and price', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5);
    const productId = await client.product(ANNUAL, 'Example Office Basic');
    const order = await client.place({
      type: 'renewal',
      subscriptionId,
      items: [{ productId, quantity: 6, unitPrice: '8.40' }],
    });
    expect(linesOf(order)).toEqual(['renew 6 for 1 month: 50.40']);
    expect(await client.subscription(subscriptionId)).toMatchObject({
      renewalDate: '2029-03-10',
      products: [{ quantity: 6, unitPrice: { amount: '8.40' } }],
    });
  });

  it('lets a change wait for the end of the term and renews with its quantity', async () => {
    const { subscriptionId } = await client.sell(NO_COMMITMENT, 'Example Office Basic', 5);
    await client.place({ type: 'change', subscriptionId, items: [{ quantity: 3 }], effective: 'endOfTerm' });
    await client.clock('2027-04-10');
    const [renewal, change] = await ordersOf(subscriptionId);
    expect(change).toMatchObject({ type: 'change', status: 'completed', details: [] });
    expect(linesOf(renewal)).toEqual(['renew 3 for 1 month: 28.80']);
  });
});

describe('expiry without renewal', () => {
  const stopped = async (): Promise<string> => {
    const { subscriptionId } = await client.sell(NO_COMMITMENT, 'Example Office Basic', 5, { renewalStatus: false });
    return subscriptionId;
  };

  it('ends the subscription without any order', async () => {
    const subscriptionId = await stopped();
    await client.clock('2027-04-10');
    expect(await client.subscription(subscriptionId)).toMatchObject({
      status: 'terminated',
      expirationDate: '2027-04-10',
      lastModifiedDate: '2027-04-10',
    });
    expect((await ordersOf(subscriptionId)).map((order) => order.type)).toEqual(['sales']);
  });

  it('makes a cancellation order of that day when switched on', async () => {
    const subscriptionId = await stopped();
    await client.behave({ expiryMakesOrder: 'on' });
    await client.clock('2027-04-20');
    const [last] = await ordersOf(subscriptionId);
    expect(last).toMatchObject({
      type: 'cancellation',
      creationDate: '2027-04-10T00:00:00.000Z',
      total: { amount: '0.00' },
    });
    expect((await client.subscription(subscriptionId)).status).toBe('terminated');
  });
});

describe('changing a subscription without an order', () => {
  it('a price change shows in the subscription, its modified date and the lines of later orders', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5);
    await client.clock('2027-03-21');
    const patched = await client.control('POST', `/subscriptions/${subscriptionId}`, {
      patch: { unitPrice: '8.5', unitCost: '6.3' },
    });
    expect(patched).toMatchObject({
      lastModifiedDate: '2027-03-21',
      products: [
        {
          unitPrice: { currency: 'EUR', amount: '8.50' },
          unitCost: { amount: '6.30' },
          extendedPrice: { amount: '42.50' },
        },
      ],
    });
    const order = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 6 }] });
    expect(order.details[0].salesUnitPrice.amount).toBe('8.50');
  });

  it('hold, end and quantity can be set; what makes no sense is refused', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5);
    const set = (patch: unknown) => client.try('POST', `/subscriptions/${subscriptionId}`, patch);
    expect((await set({ status: 'hold' })).body.status).toBe('hold');
    expect((await set({ quantity: 9 })).body.products[0].quantity).toBe(9);
    await set({ patch: { renewalStatus: false, expirationDate: '2027-03-10' } });
    expect((await client.subscription(subscriptionId)).status).toBe('terminated');
    const refused = await Promise.all([
      set({ status: 'sleeping' }),
      set({ expirationDate: 'soon' }),
      set({ colour: 'red' }),
    ]);
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400]);
  });

  it('the API changes auto-renewal, attributes and prices, in the right currency only', async () => {
    const { subscriptionId } = await client.sell(ANNUAL, 'Example Office Basic', 5);
    const productId = await client.product(ANNUAL, 'Example Office Basic');
    const patch = (body: unknown) => client.api('PATCH', `/subscriptions/${subscriptionId}`, body);
    const { body } = await patch({
      renewalStatus: false,
      attributes: { note: 'kept' },
      products: [{ id: productId, unitPrice: { currency: 'EUR', amount: '7.77' } }],
    });
    expect(body).toMatchObject({
      renewalStatus: false,
      attributes: { note: 'kept' },
      products: [{ unitPrice: { amount: '7.77' } }],
    });
    const foreign = await patch({ products: [{ id: productId, unitPrice: { currency: 'USD', amount: '7.77' } }] });
    expect(foreign.status).toBe(400);
  });
});

describe('charging cycles', () => {
  it('a plan charged per term bills the whole term, and prorates over it', async () => {
    const { subscriptionId, ...order } = await client.sell(
      'Placeholder Shield, prepaid year',
      'Placeholder Shield',
      10,
    );
    expect(linesOf(order)).toEqual(['recurring 10 for 1 year: 360.00']);
    await client.clock('2027-09-10');
    const up = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 12 }] });
    // 10 Sep 2027 – 9 Mar 2028 is 182 of 366 days: 2 × 36.00 × 182/366.
    expect(linesOf(up)).toEqual(['recurring 2 for 0.497268 year: 35.80']);
  });

  it('a post-paid plan charges only the setup; its usage comes by report', async () => {
    const { subscriptionId, ...order } = await client.sell('Sample Compute, pay as you use', 'Sample Compute Hours', 1);
    expect(linesOf(order)).toEqual(['setup 1 for once: 15.00']);
    const up = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 3 }] });
    expect(up.details).toEqual([]);
  });

  it('tiers are charged piece by piece, and change by the difference', async () => {
    const { subscriptionId, ...order } = await client.sell('Example Voice', 'Example Voice Line', 8);
    expect(linesOf(order)).toEqual(['setup 1 for once: 9.90', 'recurring 8 for 1 month: 52.00']);
    await client.clock('2027-04-10');
    const up = await client.place({ type: 'change', subscriptionId, items: [{ quantity: 12 }] });
    expect(linesOf(up)).toEqual(['recurring 4 for 1 month: 24.80']);
    expect(up.details[0].salesUnitPrice.priceTiers).toHaveLength(3);
    expect(up.products[0].extendedPrice.amount).toBe('76.80');
    expect((await client.subscription(subscriptionId)).totalPrice.amount).toBe('76.80');
  });

  it('a subscription aligned to the calendar month starts with a part and renews on the 1st', async () => {
    const order = await client.sell('Example Mail', 'Example Mail Basic', 10, { months: 1, alignTo: 'calendarMonth' });
    expect(linesOf(order)).toEqual(['recurring 10 for 0.709677 month: 17.03']);
    expect(order.alignExpirationDate).toEqual({ alignmentType: 'MATCH_END_OF_CALENDAR_MONTH' });
    expect((await client.subscription(order.subscriptionId)).renewalDate).toBe('2027-05-01');
  });

  it('a discount is already taken off the amounts', async () => {
    const productId = await client.product(ANNUAL, 'Example Office Standard');
    const order = await client.place({
      type: 'sales',
      customerId: '1000001',
      items: [{ productId, quantity: 10, discountPercent: '12.5' }],
    });
    expect(order.details[0]).toMatchObject({
      salesUnitPrice: { amount: '13.00' },
      salesExtendedPrice: { amount: '113.75' },
      salesDiscount: { type: 'percent', value: '12.50', amount: '16.25', amountCode: 'EUR' },
      salesTaxAmount: { amount: '22.75' },
    });
    expect(order.total.amount).toBe('113.75');
  });
});

describe('money sets', () => {
  it('are equal unless switched; different ones carry the vendor’s cost in the vendor’s currency', async () => {
    const order = await client.sell(ANNUAL, 'Example Office Basic', 10);
    const line = async () => (await client.order(order.id)).details[1];
    const equal = await line();
    expect(equal.unitPrice).toEqual(equal.salesUnitPrice);
    expect(equal.extendedPrice).toEqual({ currency: 'EUR', amount: '80.00' });
    await client.behave({ moneySets: 'different' });
    const different = await line();
    expect(different).toMatchObject({
      unitPrice: { currency: 'USD', amount: '6.688' },
      extendedPrice: { currency: 'USD', amount: '66.88' },
      salesUnitPrice: { currency: 'EUR', amount: '8.00' },
      salesExtendedPrice: { currency: 'EUR', amount: '80.00' },
      exchangeRate: 0.909091,
    });
    expect((await client.order(order.id)).total).toEqual({ currency: 'EUR', amount: '105.00' });
  });
});

describe('switches', () => {
  it('take only their own values, ignore those of the other sandbox and refuse unknown ones', async () => {
    expect(await client.behave({ orderListing: 'oldest', sameDateAdjustment: 'merge', patchedPrice: 'apply' })).toEqual(
      {
        orderListing: 'oldest',
        moneySets: 'equal',
        expiryMakesOrder: 'off',
        tokenLifetime: '1500',
      },
    );
    expect((await client.try('PUT', '/behaviour', { orderListing: 'random' })).status).toBe(400);
    expect((await client.try('PUT', '/behaviour', { gravity: 'off' })).status).toBe(400);
  });
});

describe('raw rows', () => {
  it('change single fields, also computed ones, and can add a row the sandbox would never make', async () => {
    const order = await client.sell(ANNUAL, 'Example Office Basic', 5);
    await client.control('POST', '/rows', {
      collection: 'orders',
      row: { id: order.id, type: 'mystery', details: [], poNumber: 'PO-9' },
    });
    expect(await client.order(order.id)).toMatchObject({
      type: 'mystery',
      details: [],
      poNumber: 'PO-9',
      status: 'completed',
    });
    await client.control('POST', '/rows', {
      collection: 'customers',
      row: { id: '9', name: 'Otter & Quill', status: 'cancelled' },
    });
    expect((await client.get('/customers?name=otter')).data).toEqual([
      { id: '9', name: 'Otter & Quill', status: 'cancelled' },
    ]);
    await client.control('POST', '/rows', {
      collection: 'subscriptions',
      row: { id: '77', customerId: '1000001', status: 'active', creationDate: '2027-03-01' },
    });
    await client.clock('2027-04-01');
    expect(await client.subscription('77')).toMatchObject({ status: 'active', products: [] });
    expect((await client.try('POST', '/rows', { collection: 'secrets', row: { id: '1' } })).status).toBe(400);
    expect((await client.try('POST', '/rows', { collection: 'orders', row: {} })).status).toBe(400);
  });
});
