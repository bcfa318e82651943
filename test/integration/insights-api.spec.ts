import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The numbers behind the pictures, against what one customer bought and what was synced. */
describe('insights over HTTP', () => {
  let t: TestApp;
  let j: Journey;
  let product: any;
  const read = async (query = ''): Promise<any> => (await t.as('viewer').get(`${j.c}/insights${query}`)).body;
  const unitsOf = ({ units }: any) => units.items.find(({ productKey }: any) => productKey === product.key);

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    await j.check();
    await j.mapFees();
    product = await j.product('EX-OFF-P');
    await j.serviceFor(product);
  }, 120_000);
  afterAll(async () => await t.close());

  it('follow a sale from the order to the synced line', async () => {
    const customer = await j.customer(14);
    await j.mapCustomer(customer.customerId, customer.companyId);
    const before = await read();
    const items = [{ productId: product.id, quantity: 10 }];
    const { orderNumber } = await j.order({ type: 'sales', customerId: customer.customerId, items });
    await j.check();

    const sold = await read();
    expect(sold.asOf).toBe('2027-03-10');
    expect(unitsOf(sold).marketplace).toBe((unitsOf(before)?.marketplace ?? 0) + 10);
    expect(unitsOf(sold).autotask).toBe(unitsOf(before)?.autotask ?? 0);
    const openOf = (view: any) =>
      Object.values(view.tasks.at(-1).states as Record<string, number>).reduce((sum, count) => sum + count, 0);
    expect(openOf(sold)).toBe(openOf(before) + 1);

    await j.sync((await j.taskOf(orderNumber)).id, { contract: { create: {} } });
    const synced = await read();
    expect(unitsOf(synced).autotask).toBe(unitsOf(sold).autotask + 10);
    expect(synced.tasks.at(-1).states.synced).toBe((sold.tasks.at(-1).states.synced ?? 0) + 1);
    expect(synced.states).toContain('synced');
    // 10 × 22.00 begin on 10 March on both sides now.
    const march = (view: any) => view.recurring.at(-1);
    expect(march(synced).month).toBe('2027-03');
    expect(Number(march(synced).autotask) - Number(march(before).autotask)).toBeCloseTo(220, 2);
    expect(Number(march(synced).marketplace) - Number(march(before).marketplace)).toBeCloseTo(220, 2);
  });

  it('cover the range asked for, the biggest gap first', async () => {
    const view = await read('?days=7&months=2');
    expect(view.tasks.map(({ date }: any) => date)).toEqual([
      '2027-03-04',
      '2027-03-05',
      '2027-03-06',
      '2027-03-07',
      '2027-03-08',
      '2027-03-09',
      '2027-03-10',
    ]);
    expect(view.recurring.map(({ month }: any) => month)).toEqual(['2027-02', '2027-03']);
    const gaps = view.units.items.map((one: any) => Math.abs(one.marketplace - one.autotask));
    expect(gaps).toEqual([...gaps].sort((a, b) => b - a));
    expect(gaps.length).toBeGreaterThan(3);
    expect(view.units.items).toHaveLength(view.units.total);
    expect(view.units.differing).toBe(gaps.filter((gap: number) => gap > 0).length);
  });

  it('refuse a range that no picture can show, and other tenants', async () => {
    expect((await t.as('viewer').get(`${j.c}/insights?days=400`)).status).toBe(400);
    expect((await t.as('viewer').get('/connections/6a1f1f8e-0000-4000-8000-000000000000/insights')).status).toBe(404);
  });
});
