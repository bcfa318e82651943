import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** TSK-3, PSH-6 through HTTP: from a usage report of the marketplace to charges on the Autotask contract. */
describe('usage becomes Billing tasks and charges', () => {
  let t: TestApp;
  let j: Journey;
  let customerId: string;
  let companyId: number;
  let subscriptionId: string;
  let productId: string;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    await j.check();
    const customer = await j.customer(14);
    ({ customerId, companyId } = customer);
    await j.mapCustomer(customerId, customer.companyId);
    await j.mapFees();
    productId = (await j.product('SC-CPU-H', '1m', '1m')).id;
    const order = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 1 }] });
    ({ subscriptionId } = order);
    await j.check();
    await j.sync((await j.taskOf(order.orderNumber)).id, { contract: { create: {} } });
  }, 120_000);
  afterAll(async () => await t.close());

  const at = async (now: string) => await t.sandbox('marketplace', 'PUT', '/clock', { now });
  const use = async (quantity: number, about: Record<string, unknown> = {}) =>
    await t.sandbox('marketplace', 'POST', '/usage', {
      subscriptionId,
      productId,
      periodStart: '2027-03-10',
      periodEnd: '2027-04-09',
      quantity,
      ...about,
    });
  const billing = async (): Promise<any[]> =>
    (await j.tasks(subscriptionId)).filter((task) => task.type === 'billing' && task.state !== 'superseded');
  const newest = async (): Promise<any> => (await billing()).find(({ state }) => state !== 'synced');
  const charges = async (): Promise<string[]> => {
    const { contractCharges } = await t.sandbox('autotask', 'GET', '/state?collections=contractCharges');
    return contractCharges
      .filter((one: any) => one.internalPurchaseOrderNumber?.startsWith('USAGE:'))
      .map(
        (one: any) =>
          `${one.name}: ${one.unitQuantity} × ${Number(one.unitPrice).toFixed(2)}, cost ${Number(one.unitCost).toFixed(2)}`,
      );
  };

  /** Renewals of a post-paid product change nothing in Autotask, but what came before goes first. */
  const syncOlder = async (): Promise<void> => {
    for (const task of await j.tasks(subscriptionId))
      if (task.type === 'change' && task.state === 'ready') expect((await j.sync(task.id)).state).toBe('synced');
  };

  it('waits until the period is over', async () => {
    await at('2027-04-02T09:00:00Z');
    await use(100);
    await j.check();
    expect(await billing()).toEqual([]);
  });

  it('makes one task of a product and period, whatever kinds it has, and charges each kind once', async () => {
    await at('2027-04-11T09:00:00Z');
    await use(20, { kind: 'overuse' });
    await j.check();
    await j.check();
    const [task, ...others] = await billing();
    expect(others).toEqual([]);
    expect(task).toMatchObject({ type: 'billing', source: 'usage', effectiveDate: '2027-04-11' });

    await syncOlder();
    expect((await j.sync(task.id)).state).toBe('synced');

    // 100 and 20 × 0.045 at a cost of 0.0312.
    expect(await charges()).toEqual([
      'Usage: Sample Compute Hours: 1 × 4.50, cost 3.12',
      'Overuse: Sample Compute Hours: 1 × 0.90, cost 0.62',
    ]);
  });

  it('charges a later correction as the difference to what was charged', async () => {
    await at('2027-04-20T09:00:00Z');
    await use(-25);
    await j.check();
    await use(5);
    await j.check();
    // The first correction gave way to the second before anybody charged it.
    const open = (await billing()).filter(({ state }) => state !== 'synced');
    expect(open).toHaveLength(1);
    expect((await j.sync(open[0].id)).state).toBe('synced');
    expect(await charges()).toEqual([
      'Usage: Sample Compute Hours: 1 × 4.50, cost 3.12',
      'Overuse: Sample Compute Hours: 1 × 0.90, cost 0.62',
      'Usage: Sample Compute Hours: 1 × -0.90, cost -0.62',
    ]);
    await j.check();
    expect(await newest()).toBeUndefined();
  });

  it('finds a report that comes months late, and never one of a time before the first check', async () => {
    await at('2027-08-20T09:00:00Z');
    await j.check();
    await use(10, { periodStart: '2027-04-10', periodEnd: '2027-05-09' });
    await use(10, { periodStart: '2027-01-10', periodEnd: '2027-02-09' });
    await at('2027-08-21T09:00:00Z');
    await j.check();
    // The daily run reaches 90 days back; older periods come when somebody asks for them.
    expect(await newest()).toBeUndefined();
    await publish('2027-08-21T10:00:00.000Z');
    await j.check();
    const late = await newest();
    expect((await j.plan(late.id)).amounts.overuse.rows).toEqual([
      expect.objectContaining({ from: '2027-04-10', amount: '0.45' }),
    ]);
    expect((await billing()).filter(({ state }) => state !== 'synced')).toHaveLength(1);
  });

  it('counts what a person ignored as charged', async () => {
    const late = await newest();
    const answer = await j.operator.post(`${j.c}/tasks/ignore`, {
      taskIds: [late.id],
      reason: 'on paper',
      kind: 'done_by_hand',
    });
    expect(answer.body.skipped).toEqual([]);
    await use(30, { periodStart: '2027-04-10', periodEnd: '2027-05-09' });
    await publish('2027-08-21T11:00:00.000Z');
    await j.check();
    const task = (await billing()).find(({ state }) => state !== 'synced' && state !== 'ignored');
    expect((await j.plan(task.id)).amounts.overuse.total).toBe('1.35');
  });

  it('is not charged again by a billing order, also not on the contract the subscription has moved to', async () => {
    await use(40, { periodStart: '2027-07-10', periodEnd: '2027-08-09' });
    await j.check();
    const open = (await j.tasks(subscriptionId)).filter(({ state }) => state === 'ready');
    for (const task of open.toSorted((a, b) => (a.effectiveDate < b.effectiveDate ? -1 : 1)))
      expect((await j.sync(task.id)).state).toBe('synced');
    expect((await charges()).at(-1)).toBe('Usage: Sample Compute Hours: 1 × 1.80, cost 1.25');
    await j.byHand('Contracts', {
      companyID: companyId,
      contractName: 'Example second contract',
      contractNumber: 'EX-SECOND',
      contractType: 7,
      contractPeriodType: 2,
      status: 1,
      startDate: '2027-08-10',
      endDate: '2028-08-09',
      timeReportingRequiresStartAndStopTimes: 0,
    });
    const { contracts } = await t.sandbox('autotask', 'GET', '/state?collections=contracts');
    const second = contracts.find(({ contractNumber }: any) => contractNumber === 'EX-SECOND').id;
    const { items } = (await j.operator.get(`${j.c}/subscriptions?status=all&pageSize=200`)).body;
    const { id } = items.find((one: any) => one.subscriptionId === subscriptionId);
    const moved = await j.operator.put(`/subscriptions/${id}/contract`, { contractId: second });
    expect(moved.status, JSON.stringify(moved.body)).toBe(200);

    const { orders } = await t.sandbox('marketplace', 'GET', '/state?collections=orders');
    const sale = orders.find((order: any) => order.subscriptionId === subscriptionId && order.type === 'sales');
    const amount = { currency: 'EUR', amount: '1.80' };
    const row = {
      ...sale,
      id: '990001',
      orderNumber: 'BO990001',
      type: 'billing',
      creationDate: '2027-08-21T09:30:00.000Z',
      provisioningDate: '2027-08-10T09:30:00.000Z',
      total: amount,
      details: [
        {
          ...sale.details[0],
          type: 'recurring',
          productId,
          quantity: 1,
          unitPrice: amount,
          salesUnitPrice: amount,
          extendedPrice: amount,
          salesExtendedPrice: amount,
        },
      ],
    };
    await t.sandbox('marketplace', 'POST', '/rows', { collection: 'orders', row });
    await j.check();
    const task = await j.taskOf('BO990001');
    const plan = await j.plan(task.id);
    expect(plan.requiredActions.map(({ code }: any) => code)).toEqual(['USAGE_CHARGED']);
    expect(plan.operations).toEqual([]);
  });

  /** A run of the first half of the year, asked for by somebody in the marketplace. */
  async function publish(creationDate: string): Promise<void> {
    const row = {
      id: `asked-${creationDate.slice(11, 13)}`,
      name: 'Usage and overuse',
      customizationName: 'Usage and overuse',
      status: 'submitted',
      type: 'onetime',
      format: 'json',
      creationDate,
      startDate: '2027-01-01T00:00:00.000Z',
      endDate: '2027-06-30T23:59:59.999Z',
      signature: 'asked',
      rowIds: [],
    };
    await t.sandbox('marketplace', 'POST', '/rows', { collection: 'reports', row });
  }
});
