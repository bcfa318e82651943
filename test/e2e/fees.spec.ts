import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, addMonths } from '../../src/domain/calendar/calendar-date.js';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const KINDS = ['setup', 'proration', 'usage', 'cancellation'] as const;
type Kind = (typeof KINDS)[number];
type Target = { autotaskProductId: number } | { billingCodeId: number };

const idOf = (target: Target): number => ('billingCodeId' in target ? target.billingCodeId : target.autotaskProductId);

/**
 * FEATURES MAP-8: setup fee, cancellation fee, proration charge and usage map to an Autotask product or billing code, and
 * what lands on the contract bears just that one.
 */
describe('the charge of each fee', () => {
  let t: TestApp;
  let j: Journey;
  let customerId: string;
  let basic: any;
  let metered: any;
  let targets: Record<'product' | 'billing code', Record<Kind, Target>>;
  let today = '2027-03-10';

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t, `${today}T09:00:00Z`, { proration: 'marketplace', priceSource: 'marketplace' });
    await j.check();
    const customer = await j.customer(14);
    ({ customerId } = customer);
    await j.mapCustomer(customerId, customer.companyId);
    basic = await j.product('EX-OFF-B', '1m', '12m');
    await j.serviceFor(basic);
    metered = await j.product('SC-CPU-H', '1m', '1m');
    targets = { product: await products(), 'billing code': await codes() };
  }, 120_000);
  afterAll(async () => await t?.close());

  async function products(): Promise<Record<Kind, Target>> {
    const { items } = (await j.operator.get(`${j.c}/autotask-products?pageSize=200`)).body;
    const named = (name: string): Target => ({ autotaskProductId: items.find((one: any) => one.name === name).id });
    return {
      setup: named('Example Setup Fee'),
      proration: named('Example Proration Charge'),
      usage: named('Example Usage Charge'),
      cancellation: named('Example Cancellation Fee'),
    };
  }

  /** Two material codes in turn, so that a swap would show. */
  async function codes(): Promise<Record<Kind, Target>> {
    const { items } = (await j.operator.get(`${j.c}/billing-codes?useType=4&pageSize=200`)).body;
    const [one, two] = items as { id: number }[];
    const code = ({ id }: { id: number }): Target => ({ billingCodeId: id });
    return { setup: code(one!), proration: code(two!), usage: code(one!), cancellation: code(two!) };
  }

  async function becomes(day: string): Promise<void> {
    today = day;
    await t.sandbox('marketplace', 'PUT', '/clock', { now: `${day}T09:00:00Z` });
  }

  /** Orders, checks and syncs. */
  async function synced(order: Record<string, unknown>, choices: Record<string, unknown> = {}): Promise<any> {
    const placed = await j.order(order);
    await j.check();
    expect((await j.sync((await j.taskOf(placed.orderNumber)).id, choices)).state).toBe('synced');
    return placed;
  }

  const sale = async (productId: string): Promise<string> =>
    (await synced({ type: 'sales', customerId, items: [{ productId, quantity: 10 }] }, { contract: { create: {} } }))
      .subscriptionId;

  /** What is on the subscription's contract: the kind that the charge's key names, and what it is charged as. */
  async function charged(
    subscriptionId: string,
  ): Promise<{ kind: string; product: number | null; code: number | null }[]> {
    const { contractId } = await contractOf(subscriptionId);
    const { contractCharges } = await t.sandbox('autotask', 'GET', '/state?collections=contractCharges');
    return contractCharges
      .filter((one: any) => one.contractID === contractId)
      .map((one: any) => ({
        kind: one.internalPurchaseOrderNumber.split(':')[1],
        product: one.productID ?? null,
        code: one.billingCodeID ?? null,
      }));
  }

  async function contractOf(subscriptionId: string): Promise<{ contractId: number }> {
    const [row] = await t.database.sql<{ contract_id: number }>(
      'select contract_id from subscription_mapping where subscription_id = ?',
      [subscriptionId],
    );
    return { contractId: row!.contract_id };
  }

  it.each(['product', 'billing code'] as const)('is written as the %s it is mapped to', async (as) => {
    const mapped = targets[as];
    const saved = await j.operator.put(
      `${j.c}/fees/mappings`,
      KINDS.map((feeKind) => ({ feeKind, ...mapped[feeKind] })),
    );
    expect([saved.status, saved.body.changed], JSON.stringify(saved.body)).toEqual([200, KINDS.length]);

    const start = today;
    const seats = await sale(basic.id);
    const hours = await sale(metered.id);
    await becomes(addDays(start, 5));
    await synced({ type: 'change', subscriptionId: seats, items: [{ productId: basic.id, quantity: 14 }] });
    await becomes(addDays(addMonths(start, 1), 5));
    await t.sandbox('marketplace', 'POST', '/usage', {
      subscriptionId: hours,
      productId: metered.id,
      periodStart: start,
      periodEnd: addDays(addMonths(start, 1), -1),
      quantity: 200,
    });
    await synced({ type: 'cancellation', subscriptionId: seats, refund: 'none', fee: '40.00' });
    // Renewals of what is paid by use change nothing, but they come before the Billing task.
    for (const task of (await j.tasks(hours)).filter(({ state }) => state === 'ready'))
      expect((await j.sync(task.id)).state).toBe('synced');

    const found = [...(await charged(seats)), ...(await charged(hours))];
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(KINDS));
    expect(found.map(({ kind, product, code }) => [kind, as === 'product' ? product : code])).toEqual(
      found.map(({ kind }) => [kind, idOf(mapped[kind as Kind])]),
    );
    // A charge of a billing code has no product.
    expect(found.every(({ product }) => (product === null) === (as === 'billing code'))).toBe(true);
  });
});
