import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** What a person asks for rather than a check: a move to another contract, and a reconciliation. */
describe('a subscription on a contract', () => {
  let t: TestApp;
  let j: Journey;
  let companyId: number;
  let customerId: string;
  let subscriptionId: string;
  let productId: string;
  let ours: string;
  let target: number;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    await j.check();
    ({ customerId, companyId } = await j.customer(14));
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    const product = await j.product('EX-OFF-P', '1m', '12m');
    await j.serviceFor(product);
    productId = product.id;
    const order = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 10 }] });
    ({ subscriptionId } = order);
    await j.check();
    await j.refresh();
    await j.sync((await j.taskOf(order.orderNumber)).id, { contract: { create: {} } });
    const { items } = (await j.operator.get(`${j.c}/subscriptions?status=all&pageSize=200`)).body;
    ours = items.find((one: any) => one.subscriptionId === subscriptionId).id;
    target = await contract();
    await t.sandbox('marketplace', 'PUT', '/clock', { now: '2027-05-14T09:00:00Z' });
  });
  afterAll(async () => await t.close());

  /** Another contract of the company, made in Autotask by its own people. */
  async function contract(): Promise<number> {
    const { credentials } = await t.sandbox<{ credentials: Record<string, string> }>('autotask', 'GET', '/state');
    const answer = await fetch(`${t.sandboxes.autotask.origin}/ATServicesRest/V1.0/Contracts`, {
      method: 'POST',
      headers: {
        ApiIntegrationCode: credentials.integrationCode!,
        UserName: credentials.userName!,
        Secret: credentials.secret!,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        companyID: companyId,
        contractName: 'Example second contract',
        contractType: 7,
        contractPeriodType: 2,
        status: 1,
        startDate: '2027-03-10',
        endDate: '2028-03-09',
        timeReportingRequiresStartAndStopTimes: 0,
      }),
    });
    return ((await answer.json()) as { itemId: number }).itemId;
  }

  const units = async (contractId: number, day: string): Promise<number> => {
    const state = await t.sandbox('autotask', 'GET', '/state?collections=contractServiceUnits');
    return state.contractServiceUnits
      .filter(
        (row: any) =>
          row.contractID === contractId && row.startDate.slice(0, 10) <= day && day <= row.endDate.slice(0, 10),
      )
      .reduce((total: number, row: any) => total + row.units, 0);
  };
  const mappedTo = async (): Promise<number> =>
    (await j.operator.get(`/subscriptions/${ours}`)).body.contract.contractId as number;

  it('says nothing to do when both sides agree, and leaves no task', async () => {
    const answer = await j.operator.post(`${j.c}/customers/${customerId}/reconcile`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(answer.body.subscriptions).toContainEqual(
      expect.objectContaining({ subscriptionId, outcome: 'nothing_to_do', taskId: null }),
    );
    expect((await j.tasks(subscriptionId)).map(({ source }) => source)).toEqual(['order']);
  });

  it('refuses another contract while it has units on one, and changes nothing', async () => {
    const before = await mappedTo();
    const answer = await j.operator.put(`/subscriptions/${ours}/contract`, { contractId: target });
    expect(answer).toMatchObject({ status: 409, body: { code: 'MOVE_NEEDED', contractId: before, units: 10 } });
    expect(await mappedTo()).toBe(before);
  });

  it('is moved by one task that a person confirms; asking twice makes one', async () => {
    const from = await mappedTo();
    const asked = async () =>
      await j.operator.put(`/subscriptions/${ours}/contract`, { contractId: target, move: true });
    const [first, second] = await Promise.all([asked(), asked()]);
    expect(first.status, JSON.stringify(first.body)).toBe(202);
    expect(second.body.taskId).toBe(first.body.taskId);
    expect(await mappedTo()).toBe(from);
    const third = await j.operator.put(`/subscriptions/${ours}/contract`, { contractId: await contract(), move: true });
    expect(third).toMatchObject({ status: 409, body: { code: 'MOVE_OPEN' } });

    const task = (await j.operator.get(`/tasks/${first.body.taskId}`)).body;
    expect(task).toMatchObject({ source: 'move', state: 'ready' });
    const synced = await j.sync(first.body.taskId, { contract: { id: target } });
    expect(synced.state).toBe('synced');
    expect(await units(from, '2027-05-13')).toBe(0);
    expect(await units(from, '2027-05-09')).toBe(10);
    expect(await units(target, '2027-05-10')).toBe(10);
    expect(await units(target, '2027-05-09')).toBe(0);
    expect(await mappedTo()).toBe(target);
  });

  it('is reconciled when somebody sold past the orders: one task, brought up to date when asked again', async () => {
    const change = { type: 'change', subscriptionId, items: [{ productId, quantity: 13 }] };
    const order = await j.order(change);
    await j.check();
    const open = await j.taskOf(order.orderNumber);
    await j.operator.post(`${j.c}/tasks/ignore`, {
      taskIds: [open.id],
      reason: 'Example: a rehearsal',
      kind: 'not_billed',
    });
    const first = await j.operator.post(`${j.c}/customers/${customerId}/reconcile`);
    const row = first.body.subscriptions.find((one: any) => one.subscriptionId === subscriptionId);
    expect(row).toMatchObject({ outcome: 'task' });
    const again = await j.operator.post(`${j.c}/customers/${customerId}/reconcile`);
    expect(again.body.subscriptions).toContainEqual(row);
    const task = (await j.operator.get(`/tasks/${row.taskId}`)).body;
    expect(task).toMatchObject({ source: 'reconcile' });
    expect(task.whyNotAutomatic ?? task.planSummary).toBeTruthy();
  });

  it('is none of another installation', async () => {
    const { installationId } = await t.sandbox<{ installationId: string }>('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: 'other-account',
      accountName: 'Example Other Reseller',
    });
    const stranger = t.as('operator', installationId);
    expect((await stranger.post(`${j.c}/customers/${customerId}/reconcile`)).status).toBe(404);
    const move = await stranger.put(`/subscriptions/${ours}/contract`, { contractId: target, move: true });
    expect(move.status).toBe(404);
    expect((await t.as('viewer').post(`${j.c}/customers/${customerId}/reconcile`)).status).toBe(403);
  });
});
