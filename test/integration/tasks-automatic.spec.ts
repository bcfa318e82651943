import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** INS-5, TSK-7: what runs without a person, and what does not; and what happens to waiting tasks when things change. */
describe('automatic processing', () => {
  let t: TestApp;
  let j: Journey;
  let customerId: string;
  let companyId: number;
  let premium: any;
  let serviceId: number;
  let today = '2027-03-10';

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    await j.check();
    ({ customerId, companyId } = await j.customer(14));
    premium = await j.product('EX-OFF-P', '1m', '12m');
  }, 120_000);
  afterAll(async () => await t.close());

  const sale = async (quantity: number): Promise<string> =>
    (await j.order({ type: 'sales', customerId, items: [{ productId: premium.id, quantity }] })).subscriptionId;
  const change = async (subscriptionId: string, quantity: number): Promise<void> => {
    today = addDays(today, 1);
    await t.sandbox('marketplace', 'PUT', '/clock', { now: `${today}T09:00:00Z` });
    await j.order({ type: 'change', subscriptionId, items: [{ productId: premium.id, quantity }] });
    await j.check();
  };
  const newest = async (subscriptionId: string): Promise<any> =>
    (await j.operator.get(`${j.c}/tasks?subscriptionId=${subscriptionId}`)).body.items.at(-1);
  const reaches = async (subscriptionId: string, state: string): Promise<any> =>
    await t.until(
      async () => await newest(subscriptionId),
      (task) => task.state === state,
    );

  it('plans waiting tasks again when their customer, product or contract is mapped, without asking Autotask before', async () => {
    const subscriptionId = await sale(5);
    const requests = await j.autotaskRequests();
    await j.check();
    const task = await newest(subscriptionId);
    expect(task).toMatchObject({ state: 'action_required', nextAction: 'map' });
    expect(await j.autotaskRequests()).toBe(requests);

    await j.mapCustomer(customerId, companyId);
    await t.until(
      async () => (await newest(subscriptionId)).requiredActions.map(({ subject }: any) => subject?.kind),
      (kinds: string[]) => !kinds.includes('customer') && kinds.includes('product'),
    );
    serviceId = await j.serviceFor(premium);
    await t.until(
      async () => (await newest(subscriptionId)).requiredActions.map(({ code }: any) => code),
      (codes: string[]) => codes.length === 1 && codes[0] === 'CONTRACT_MISSING',
    );
    expect((await j.sync(task.id, { contract: { create: {} } })).state).toBe('synced');
  });

  it('leaves a ready task to a person while automation is off, and says so', async () => {
    const subscriptionId = await sale(3);
    await j.check();
    await j.sync((await newest(subscriptionId)).id, { contract: { create: {} } });
    await change(subscriptionId, 4);
    expect(await reaches(subscriptionId, 'ready')).toMatchObject({
      accepted: null,
      nextAction: 'sync',
      whyNotAutomatic: 'Automation is off for this customer.',
    });

    await j.admin.patch(j.c, { settings: { automation: 'every5Minutes' } });

    const done = await reaches(subscriptionId, 'synced');
    expect(done.accepted).toMatchObject({ by: 'automatic', byPolicy: true });
    const { items } = (await j.admin.get(`/action-log?taskId=${done.id}&actor=automatic&category=push`)).body;
    expect(items).toHaveLength(1);
  });

  it('runs a change by itself from check to proof, and a new sale not: nothing is created without a person', async () => {
    const subscriptionId = await sale(2);
    await j.check();
    const sold = await t.until(
      async () => await newest(subscriptionId),
      (task) => task?.planSummary != null,
    );
    expect(sold).toMatchObject({ state: 'action_required', accepted: null });
    await j.sync(sold.id, { contract: { create: {} } });
    const before = await j.unitsOn(companyId, serviceId, '2027-12-01');

    await change(subscriptionId, 7);

    await reaches(subscriptionId, 'synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-12-01')).toBe(before + 5);
  });

  it('is switched on for one customer while it is off for the others', async () => {
    await j.admin.patch(j.c, { settings: { automation: 'off' } });
    const subscriptionId = await sale(2);
    await j.check();
    await j.sync((await newest(subscriptionId)).id, { contract: { create: {} } });
    expect((await j.admin.patch(`${j.c}/customers/${customerId}`, { autoSync: true })).status).toBe(200);

    await change(subscriptionId, 3);

    expect((await reaches(subscriptionId, 'synced')).accepted).toMatchObject({ by: 'automatic' });
  });
});
