import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarketplaceTestClient } from './marketplace-test-client.js';
import { customerDomain, customerName } from './seed-customers.js';

let client: MarketplaceTestClient<any>;
let state: any;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
  state = await client.state();
});
afterAll(() => client.close());

const TODAY = '2027-03-10';
const MONTH_AGO = '2027-02-10';
const ascending = (texts: string[]): string[] => texts.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
const productOf = (id: string) => state.products.find((row: any) => row.id === id);

describe('the catalogue', () => {
  it('has at least 40 products in at least 12 plans, each with prices and costs in EUR and USD', () => {
    expect(state.products.length).toBeGreaterThanOrEqual(40);
    expect(state.plans.length).toBeGreaterThanOrEqual(12);
    const plans = new Set(state.plans.map((plan: any) => plan.name));
    for (const product of state.products) {
      expect(plans).toContain(product.serviceName);
      for (const currency of ['EUR', 'USD']) {
        const price = product.prices.find((row: any) => row.currency === currency && row.type === 'recurring');
        const cost = product.costs.find((row: any) => row.currency === currency && row.type === 'recurring');
        expect(Number(price.amount)).toBeGreaterThanOrEqual(Number(cost.amount));
      }
    }
  });

  it('holds every cycle, term and billing model that has to be told apart', () => {
    const text = ({ type, duration }: any) => `${duration} ${type}`;
    const kinds = new Set(
      state.products.map((p: any) => `${text(p.billingPeriod)} / ${text(p.subscriptionPeriod)} / ${p.billingModel}`),
    );
    const before = 'chargeBeforeBillingPeriod';
    for (const kind of [
      `1 month / 1 month / ${before}`,
      `1 month / 12 month / ${before}`,
      `1 month / 36 month / ${before}`,
      `3 month / 3 month / ${before}`,
      `6 month / 6 month / ${before}`,
      `1 year / 1 year / ${before}`,
      `1 year / 12 month / ${before}`,
      `2 month / 2 month / ${before}`,
      '1 month / 1 month / chargeAfterBillingPeriod',
      '1 month / 12 month / chargeExternalRating',
      '1 month / 1 year / chargeBeforeSubscriptionPeriod',
      '1 month / 36 month / chargeBeforeSubscriptionPeriod',
    ])
      expect(kinds).toContain(kind);
  });

  it('has an mpn with several periods, one product without mpn, an add-on, setup fees, overuse and tiers', () => {
    const { products } = state;
    const basic = products.filter((row: any) => row.mpn === 'EX-OFF-B');
    expect(new Set(basic.map((row: any) => JSON.stringify([row.billingPeriod, row.subscriptionPeriod]))).size).toBe(4);
    expect(products.filter((row: any) => row.mpn === undefined)).toHaveLength(1);
    expect(products.filter((row: any) => row.dependsOn !== undefined).length).toBeGreaterThan(1);
    const priced = (test: (price: any) => boolean) => products.filter((row: any) => row.prices.some(test));
    expect(priced((price) => price.type === 'setup').length).toBeGreaterThan(5);
    expect(priced((price) => price.type === 'overuse').length).toBeGreaterThan(0);
    expect(priced((price) => price.model === 'TIERED').length).toBeGreaterThan(0);
    expect(new Set(products.map((row: any) => row.id)).size).toBe(products.length);
  });
});

describe('the customers', () => {
  it('are thirty, named by the shared rule, with a domain of their own', () => {
    expect(state.customers).toHaveLength(30);
    expect(state.customers.slice(0, 2).map((row: any) => row.name)).toEqual(['Marmalade Freight', 'Juniper Bakery']);
    state.customers.forEach((row: any, index: number) => {
      const name = customerName(index + 1);
      expect(row).toMatchObject({ id: String(1_000_001 + index), name });
      expect(row.contactPersons[0].email.endsWith(`@${customerDomain(name)}`)).toBe(true);
      expect(row.externalId).toBe((index + 1) % 5 === 0 ? `C${String(index + 1).padStart(5, '0')}` : '');
    });
  });

  it('names stay different up to ten thousand and number the later thousands', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => customerName(index + 1));
    expect(new Set(names).size).toBe(10_000);
    expect([names[39], names[40]]).toEqual(['Tansy Ceramics', 'Marmalade Films']);
    expect(names[1000]!.endsWith(' 2')).toBe(true);
    expect(names[9_999]!.endsWith(' 10')).toBe(true);
    expect(customerDomain(names[1000]!)).toMatch(/^[a-z]+-[a-z]+-2\.example$/);
  });

  it('each tenth buys in USD, all others in EUR', () => {
    for (const subscription of state.subscriptions) {
      const number = Number(subscription.customerId) - 1_000_000;
      expect(subscription.totalPrice.currency).toBe(number % 10 === 0 ? 'USD' : 'EUR');
    }
    expect(state.subscriptions.filter((row: any) => row.totalPrice.currency === 'USD').length).toBeGreaterThan(2);
    const statuses = state.customers.map((row: any) => row.status);
    expect(statuses).toContain('creditHold');
    expect(statuses).toContain('cancelled');
  });
});

describe('the subscriptions', () => {
  it('are sixty, one to three a customer, begun over the last 20 months', () => {
    expect(state.subscriptions).toHaveLength(60);
    const counts = new Map<string, number>();
    for (const row of state.subscriptions) counts.set(row.customerId, (counts.get(row.customerId) ?? 0) + 1);
    expect(counts.size).toBe(30);
    expect(Math.max(...counts.values())).toBe(3);
    const begun = ascending(state.subscriptions.map((row: any) => row.creationDate));
    expect(begun[0]! < '2026-01-01' && begun[0]! > '2025-04-01').toBe(true);
    expect(begun.at(-1)! <= TODAY).toBe(true);
    expect(begun.filter((day: string) => day >= MONTH_AGO).length).toBeGreaterThanOrEqual(5);
  });

  it('have every state: most active, some on hold, terminated, one pending, one ending with its term', () => {
    const of = (status: string) => state.subscriptions.filter((row: any) => row.status === status);
    expect(of('active').length).toBeGreaterThan(45);
    expect(of('hold').length).toBeGreaterThanOrEqual(2);
    expect(of('terminated').length).toBeGreaterThanOrEqual(2);
    expect(of('pending')).toHaveLength(1);
    expect(of('active').filter((row: any) => !row.renewalStatus).length).toBeGreaterThanOrEqual(2);
    for (const row of of('active')) expect(row.expirationDate > TODAY).toBe(true);
  });

  it('are billed on many days of the month, the 1st, 15th and 31st among them', () => {
    const days = new Set(state.subscriptions.map((row: any) => row.creationDate.slice(8)));
    for (const day of ['01', '15', '31']) expect(days).toContain(day);
    expect(days.size).toBeGreaterThan(12);
  });

  it('include odd cycles, terms paid in advance, usage-billed ones, several products, and whole quantities only', () => {
    const cycles = state.subscriptions.map(
      (row: any) => `${row.billingPeriod.duration} ${row.billingPeriod.type} ${row.billingModel}`,
    );
    expect(cycles).toContain('2 month chargeBeforeBillingPeriod');
    expect(
      cycles.filter((cycle: string) => cycle.endsWith('chargeBeforeSubscriptionPeriod')).length,
    ).toBeGreaterThanOrEqual(2);
    const usageBilled = state.subscriptions.filter((row: any) => row.billingModel === 'chargeAfterBillingPeriod');
    expect(usageBilled.length).toBeGreaterThanOrEqual(2);
    for (const { id } of usageBilled) expect(state.usage.some((row: any) => row.subscriptionId === id)).toBe(true);
    expect(state.subscriptions.some((row: any) => row.products.length > 1)).toBe(true);
    for (const row of state.subscriptions)
      for (const product of row.products) expect(Number.isInteger(product.quantity)).toBe(true);
  });
});

describe('the orders', () => {
  it('begin every subscription, lie in the past and are numbered in their order', () => {
    const sales = state.orders.filter((row: any) => row.type === 'sales' || row.type === 'migration');
    expect(new Set(sales.map((row: any) => row.subscriptionId)).size).toBe(60);
    for (const row of state.orders) expect(row.creationDate < `${TODAY}T09:00:01`).toBe(true);
    const numbers = state.orders.filter((row: any) => row.type === 'sales').map((row: any) => row.orderNumber);
    expect(numbers).toEqual(ascending(numbers));
    const dates = state.orders.map((row: any) => row.creationDate);
    expect(dates).toEqual(ascending(dates));
  });

  it('lead to exactly the quantities the subscriptions have', () => {
    for (const subscription of state.subscriptions) {
      if (subscription.status === 'terminated') continue;
      const last = new Map<string, number>();
      for (const order of state.orders.filter((row: any) => row.subscriptionId === subscription.id))
        if (order.status === 'completed' || order.type === 'sales')
          for (const item of order.products) {
            if (item.newId) last.delete(item.id);
            if (order.type !== 'cancellation') last.set(item.newId ?? item.id, item.quantity);
          }
      const held = new Map(subscription.products.map((row: any) => [row.id, row.quantity]));
      expect([subscription.id, last]).toEqual([subscription.id, held]);
    }
  });

  it('hold upgrades, downgrades, cancellations, a migration, a switch, one in error and one under way in the last month', () => {
    const recent = state.orders.filter((row: any) => row.creationDate >= MONTH_AGO);
    const lines = recent.flatMap((row: any) => row.details.map((line: any) => line.type));
    for (const type of ['setup', 'recurring', 'recurringRefund', 'renew', 'switch', 'downgrade', 'cancellation'])
      expect(lines).toContain(type);
    const states = recent.map((row: any) => `${row.type} ${row.status}`);
    for (const kind of [
      'migration completed',
      'change error',
      'change processing',
      'sales submitted',
      'cancellation completed',
    ])
      expect(states).toContain(kind);
  });

  it('add up: every total is the sum of its lines, and renewals charge quantity × price', () => {
    for (const order of state.orders) {
      const cents = order.details.reduce(
        (sum: number, line: any) => sum + Math.round(Number(line.salesExtendedPrice.amount) * 100),
        0,
      );
      expect([order.orderNumber, Math.round(Number(order.total.amount) * 100)]).toEqual([order.orderNumber, cents]);
    }
    const flat = state.orders
      .filter((row: any) => row.type === 'renewal')
      .flatMap((row: any) => row.details)
      .filter((line: any) => line.salesUnitPrice.priceTiers === undefined);
    expect(flat.length).toBeGreaterThan(20);
    for (const line of flat)
      expect(Number(line.salesExtendedPrice.amount)).toBeCloseTo(line.quantity * Number(line.salesUnitPrice.amount), 6);
    expect(productOf(flat[0].productId)).toBeDefined();
  });
});

it('the medium size has a thousand customers and five thousand subscriptions', async () => {
  const other = await MarketplaceTestClient.start<any>();
  try {
    await other.control('POST', '/reset', { size: 'medium' });
    expect((await other.get('/customers')).pagination.total).toBe(1_000);
    expect((await other.get('/subscriptions')).pagination.total).toBe(5_000);
  } finally {
    await other.close();
  }
});

it('is laid out around whatever day it is', async () => {
  const other = await MarketplaceTestClient.start<any>({ now: '2028-02-29T00:05:00.000Z' });
  try {
    const { orders, subscriptions } = await other.state();
    expect(subscriptions).toHaveLength(60);
    expect(orders.every((row: any) => row.creationDate <= '2028-02-29T00:05:01')).toBe(true);
    expect(subscriptions.filter((row: any) => row.creationDate >= '2028-01-29').length).toBeGreaterThanOrEqual(5);
    expect(subscriptions.filter((row: any) => row.status === 'pending')).toHaveLength(1);
  } finally {
    await other.close();
  }
});
