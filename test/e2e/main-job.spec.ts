import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The main job through HTTP only, from an order in the marketplace to units on an Autotask contract. */
describe('an order in the marketplace becomes units on an Autotask contract', () => {
  let t: TestApp;
  let j: Journey;
  let companyId: number;
  let customerId: string;
  let serviceId: number;
  let subscriptionId: string;
  let productId: string;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    // The first check makes the seed's own tasks; what follows is about one new customer's business.
    await j.check();
    ({ customerId, companyId } = await j.customer(14));
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    const product = await j.product('EX-OFF-P', '1m', '12m');
    serviceId = await j.serviceFor(product);
    productId = product.id;
  });
  afterAll(async () => await t.close());

  const at = async (now: string) => await t.sandbox('marketplace', 'PUT', '/clock', { now });

  it('syncs a sale: contract, line and units from the day of the sale', async () => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 10 }] });
    ({ subscriptionId } = order);
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    expect(task).toMatchObject({ type: 'sales', effectiveDate: '2027-03-10', subscriptionId });

    const open = await j.plan(task.id);
    expect(open.requiredActions.map(({ code }: any) => code)).toContain('CONTRACT_MISSING');
    const synced = await j.sync(task.id, { contract: { create: {} } });
    expect(synced.state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-03-10')).toBe(10);
    expect(await j.unitsOn(companyId, serviceId, '2027-12-01')).toBe(10);
  });

  it('applies an upgrade in the period of the change', async () => {
    await at('2027-03-20T09:00:00Z');
    const order = await j.order({ type: 'change', subscriptionId, items: [{ productId, quantity: 14 }] });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    expect((await j.sync(task.id)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-03-19')).toBe(10);
    expect(await j.unitsOn(companyId, serviceId, '2027-03-20')).toBe(14);
  });

  it('applies a downgrade from the next period', async () => {
    await at('2027-03-25T09:00:00Z');
    const order = await j.order({ type: 'change', subscriptionId, items: [{ productId, quantity: 9 }] });
    await j.check();
    expect((await j.sync((await j.taskOf(order.orderNumber)).id)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-04-09')).toBe(14);
    expect(await j.unitsOn(companyId, serviceId, '2027-04-10')).toBe(9);
  });

  it('applies a cancellation from the next period', async () => {
    await at('2027-05-02T09:00:00Z');
    const order = await j.order({ type: 'cancellation', subscriptionId, refund: 'none' });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    expect(task.type).toBe('cancellation');
    expect((await j.sync(task.id)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-05-09')).toBe(9);
    expect(await j.unitsOn(companyId, serviceId, '2027-05-10')).toBe(0);
  });

  it('finds nothing new in a second check: no task and no Autotask request', async () => {
    await j.check();
    const tasks = (await j.operator.get(`${j.c}/tasks?pageSize=1`)).body.total;
    const requests = await j.autotaskRequests();
    await j.check();
    expect((await j.operator.get(`${j.c}/tasks?pageSize=1`)).body.total).toBe(tasks);
    expect(await j.autotaskRequests()).toBe(requests);
  });

  it('changes nothing when a synced task is synced again, and plans nothing for it', async () => {
    const before = await j.windows(companyId, serviceId);
    for (const task of await j.tasks(subscriptionId)) {
      const plan = await j.plan(task.id);
      expect(plan.operations, task.type).toEqual([]);
      const answer = await j.operator.post(`/tasks/${task.id}/sync`, { choices: {}, planHash: plan.hash });
      expect([200, 202], JSON.stringify(answer.body)).toContain(answer.status);
    }
    expect(await j.windows(companyId, serviceId)).toEqual(before);
  });

  it('sees an order that completes late exactly once', async () => {
    const sale = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 3 }] });
    const late = await j.order({
      type: 'change',
      subscriptionId: sale.subscriptionId,
      items: [{ productId, quantity: 5 }],
      completeAfterMs: 5 * 86_400_000,
    });
    await j.check();
    expect(await j.taskOf(sale.orderNumber)).toBeDefined();
    expect(await j.taskOf(late.orderNumber)).toBeUndefined();
    await at('2027-05-08T10:00:00Z');
    await j.check();
    await j.check();
    const tasks = await j.tasks(sale.subscriptionId);
    expect(tasks.map(({ orderNumber }) => orderNumber)).toEqual([sale.orderNumber, late.orderNumber]);
    expect(tasks[1]!.effectiveDate).toBe('2027-05-07');
  });

  it('sees an order that fails first and completes later exactly once', async () => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 2 }], failFirst: true });
    await j.check();
    expect(await j.taskOf(order.orderNumber)).toBeUndefined();
    await t.sandbox('marketplace', 'PATCH', `/orders/${order.id}`, { status: 'completed' });
    await j.check();
    await j.check();
    expect((await j.tasks(order.subscriptionId)).map(({ orderNumber }) => orderNumber)).toEqual([order.orderNumber]);
  });

  it('sees a subscription that simply ends exactly once', async () => {
    const { id: monthly } = await j.product('EX-OFF-P', '1m', '1m');
    const sale = await j.order({
      type: 'sales',
      customerId,
      items: [{ productId: monthly, quantity: 4 }],
      renewalStatus: false,
    });
    await j.check();
    await at('2027-06-09T09:00:00Z');
    await j.check();
    await j.check();
    const tasks = await j.tasks(sale.subscriptionId);
    expect(tasks.map(({ type }) => type)).toEqual(['sales', 'cancellation']);
    expect(tasks[1]!.orderNumber ?? null).toBeNull();
  });

  it('logs every step with who and what', async () => {
    const { items } = (await j.admin.get(`/action-log?subscriptionId=${subscriptionId}&pageSize=200`)).body;
    expect(items.filter((entry: any) => entry.category === 'push').length).toBeGreaterThanOrEqual(5);
    expect(items.every((entry: any) => entry.actor && entry.message && entry.outcome)).toBe(true);
  });
});
