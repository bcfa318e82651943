import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMarketplaceSandbox } from '../../../sandbox/marketplace/marketplace-sandbox.js';
import type { RunningSandbox } from '../../../sandbox/kit/sandbox-server.js';
import { sum } from '../../domain/money/money.js';
import type { MarketplaceAccess } from '../../ports/marketplace.port.js';
import { SimpleApiMarketplace } from './simple-api.adapter.js';

/** The adapter against the imitated marketplace: both were written from the reference, neither from the other. */

interface State {
  customers: { id: string }[];
  products: { id: string; mpn?: string }[];
  orders: { id: string; status: string; type: string; creationDate: string; subscriptionId: string }[];
  subscriptions: { id: string; status: string; products: { id: string; quantity: number }[] }[];
  credentials: Omit<MarketplaceAccess, 'installationId' | 'connectionId' | 'timeZone'>;
}

let sandbox: RunningSandbox;
let marketplace: SimpleApiMarketplace;
let access: MarketplaceAccess;

beforeAll(async () => {
  sandbox = await startMarketplaceSandbox({ port: 0, now: '2027-03-10T09:00:00Z' });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await control('POST', '/reset', {});
  marketplace = new SimpleApiMarketplace({ allowedHosts: ['127.0.0.1'], timeoutMs: 15_000 });
  const { credentials } = await state();
  access = { installationId: 'installation-1', connectionId: 'connection-1', timeZone: 'UTC', ...credentials };
});

async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${sandbox.origin}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}
const state = () => control<State>('GET', '/state');
const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id).sort();

describe('verifyAccess', () => {
  it('passes the right access', async () => {
    await expect(marketplace.verifyAccess(access)).resolves.toBeUndefined();
  });

  it.each<[Partial<MarketplaceAccess>, string]>([
    [{ user: 'somebody.API' }, 'MARKETPLACE_CREDENTIALS_WRONG'],
    [{ password: 'wrong' }, 'MARKETPLACE_CREDENTIALS_WRONG'],
    [{ subscriptionKey: 'wrong' }, 'MARKETPLACE_KEY_WRONG'],
    [{ marketplace: 'mars' }, 'MARKETPLACE_CODE_WRONG'],
    [{ baseUrl: 'http://127.0.0.1:1/marketplace' }, 'MARKETPLACE_UNREACHABLE'],
    [{ baseUrl: 'https://api.elsewhere.example/marketplace' }, 'MARKETPLACE_HOST_NOT_ALLOWED'],
  ])('names what is wrong with %o', async (change, code) => {
    const impatient = new SimpleApiMarketplace({
      allowedHosts: ['127.0.0.1'],
      timeoutMs: 15_000,
      sleep: () => Promise.resolve(),
    });
    await expect(impatient.verifyAccess({ ...access, ...change })).rejects.toMatchObject({ code });
  });

  it('names a base URL that leads nowhere', async () => {
    const wrong = { ...access, baseUrl: `${sandbox.origin}/market` };
    await expect(marketplace.verifyAccess(wrong)).rejects.toMatchObject({ code: 'MARKETPLACE_ANSWER_UNEXPECTED' });
  });
});

describe('reads', () => {
  it('give everything, and nothing of it is unknown', async () => {
    const everything = await state();
    expect(ids(await marketplace.customers(access))).toEqual(ids(everything.customers));
    expect(ids(await marketplace.products(access))).toEqual(ids(everything.products));
    expect(ids(await marketplace.subscriptions(access))).toEqual(ids(everything.subscriptions));
    expect(ids(await marketplace.ordersSince(access, '2020-01-01T00:00:00Z'))).toEqual(ids(everything.orders));
    expect(marketplace.takeUnknownValues('connection-1')).toEqual([]);
  });

  it('give orders from an instant on', async () => {
    const { orders } = await state();
    const since = orders.map(({ creationDate }) => creationDate).sort()[Math.floor(orders.length / 2)]!;
    const found = await marketplace.ordersSince(access, since);
    expect(ids(found)).toEqual(ids(orders.filter(({ creationDate }) => creationDate >= since)));
    expect(found.length).toBeLessThan(orders.length);
  });

  it('give every order and subscription in detail, with lines that add up and keys that agree', async () => {
    const { orders, subscriptions, products } = await state();
    const keys = new Set((await marketplace.products(access)).map(({ key }) => key));
    await Promise.all(
      subscriptions.map(async (wire) => {
        const read = (await marketplace.subscription(access, wire.id))!;
        expect(read.items.map(({ quantity }) => Number(quantity))).toEqual(
          wire.products.map(({ quantity }) => quantity),
        );
        for (const { productKey } of read.items) expect(keys).toContain(productKey);
      }),
    );
    await Promise.all(
      orders.map(async ({ id }) => {
        const read = (await marketplace.order(access, id))!;
        const lines = Number(sum(read.lines.map(({ extendedPrice }) => extendedPrice)));
        expect({ id, total: lines }).toEqual({ id, total: Number(read.total) });
        expect(read.correlationId).toMatch(/^[0-9a-f-]{36}$/);
        for (const { productKey } of read.items) expect(keys).toContain(productKey);
      }),
    );
    expect(products.length).toBeGreaterThan(5);
  });

  it('take what the customer pays where the two money sets differ', async () => {
    const orders = (await state()).orders.slice(0, 20);
    const before = await Promise.all(orders.map(({ id }) => marketplace.order(access, id)));
    await control('PUT', '/behaviour', { moneySets: 'different' });
    const after = await Promise.all(orders.map(({ id }) => marketplace.order(access, id)));
    const money = (list: typeof before) => list.map((o) => [o?.currency, o?.lines.map((line) => line.extendedPrice)]);
    expect(money(after)).toEqual(money(before));
  });

  it('say what does not exist', async () => {
    expect(await marketplace.order(access, 'no-such-order')).toBeUndefined();
    expect(await marketplace.subscription(access, 'no-such-subscription')).toBeUndefined();
  });

  it('follow an order to its completion', async () => {
    const { subscriptions } = await state();
    const active = subscriptions.find(({ status, products }) => status === 'active' && products.length === 1)!;
    const detail = (await marketplace.subscription(access, active.id))!;
    const quantity = Number(detail.items[0]!.quantity) + 1;
    const placed = await control<{ id: string }>('POST', '/orders', {
      type: 'change',
      customerId: detail.customerId,
      subscriptionId: active.id,
      items: [{ productId: detail.items[0]!.productId, quantity }],
      completeAfterMs: 86_400_000,
    });
    const waiting = (await marketplace.order(access, placed.id))!;
    expect(['submitted', 'processing']).toContain(waiting.status);
    expect(waiting).not.toHaveProperty('completedAt');
    await control('PATCH', `/orders/${placed.id}`, { status: 'completed' });
    const done = (await marketplace.order(access, placed.id))!;
    expect(done).toMatchObject({ status: 'completed', type: 'change', subscriptionId: active.id });
    expect(done.completedAt).toMatch(/^2027-03-10T/);
    expect(done.items).toMatchObject([{ productKey: detail.items[0]!.productKey, quantity: String(quantity) }]);
    expect((await marketplace.subscription(access, active.id))?.items[0]?.quantity).toBe(String(quantity));
  });

  it('complete an order that names its product by id only', async () => {
    const { orders } = await state();
    const { id } = orders.find((row) => row.status === 'completed' && row.type === 'change')!;
    const whole = (await marketplace.order(access, id))!;
    const products = whole.items.map(({ productId, quantity }) => ({ id: productId, quantity: Number(quantity) }));
    await control('POST', '/rows', { collection: 'orders', row: { id, products } });
    const bare = (await marketplace.order(access, id))!;
    expect(bare.items.map(({ productKey }) => productKey)).toEqual(whole.items.map(({ productKey }) => productKey));
  });

  it('give usage once, though every run repeats it', async () => {
    const billed = (
      await Promise.all((await state()).subscriptions.map(({ id }) => marketplace.subscription(access, id)))
    )
      .filter((subscription) => subscription !== undefined)
      .find(({ billingModel, status }) => status === 'active' && /After|External/.test(billingModel))!;
    const add = (quantity: number) =>
      control('POST', '/usage', {
        subscriptionId: billed.id,
        productId: billed.items[0]!.productId,
        periodStart: '2027-02-10',
        periodEnd: '2027-02-12',
        quantity,
        unitPrice: '0.1234',
      });
    await add(10);
    await add(5);
    const mine = (await marketplace.usage(access, '2027-02-01', '2027-02-28')).filter(
      ({ subscriptionId, periodStart }) => subscriptionId === billed.id && periodStart === '2027-02-10',
    );
    expect(mine.map(({ quantity, unitPrice }) => [quantity, unitPrice])).toEqual([
      ['10', '0.1234'],
      ['5', '0.1234'],
    ]);
    expect(await marketplace.usage(access, '2027-04-01', '2027-04-30')).toEqual([]);
  });

  it('go on when every token is revoked', async () => {
    await marketplace.customers(access);
    await control('DELETE', '/tokens');
    expect((await marketplace.customers(access)).length).toBeGreaterThan(0);
  });
});
