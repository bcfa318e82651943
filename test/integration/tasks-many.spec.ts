import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Many tasks at once, by age and by filter beyond what a page holds (TSK-6, TSK-8). */
describe('many tasks', () => {
  const TODAY = '2027-03-10';
  let t: TestApp;
  let j: Journey;
  /** Every task after the first check. */
  let all: any[];

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t, `${TODAY}T09:00:00Z`);
    await j.check();
    all = await list('');
  }, 120_000);
  afterAll(async () => await t.close());

  async function list(query: string): Promise<any[]> {
    const items: any[] = [];
    for (let page = 1; ; page += 1) {
      const { body } = await j.operator.get(`${j.c}/tasks?pageSize=200&page=${page}&${query}`);
      items.push(...body.items);
      if (items.length >= body.total) return items;
    }
  }
  const ids = (tasks: { id: string }[]): string[] => tasks.map(({ id }) => id).toSorted();
  const select = async (body: unknown): Promise<any> => (await j.operator.post(`${j.c}/tasks/selection`, body)).body;
  const ignore = async (body: Record<string, unknown>): Promise<any> =>
    await j.operator.post(`${j.c}/tasks/ignore`, { kind: 'not_billed', reason: 'Out of the contract.', ...body });

  it('are found by their age, counted from the business day', async () => {
    const edges = [...new Set(all.map(({ effectiveDate }) => effectiveDate as string))].toSorted();
    expect(edges.length).toBeGreaterThan(2);
    const days = edges.map((date) => (Date.parse(TODAY) - Date.parse(date)) / 86_400_000).filter((age) => age > 0);
    for (const age of days.slice(0, 4)) {
      const [old, young] = [await list(`minAgeDays=${age}`), await list(`maxAgeDays=${age - 1}`)];
      expect(ids(old)).toEqual(ids(all.filter(({ effectiveDate }) => effectiveDate <= addDays(TODAY, -age))));
      expect(old.length + young.length).toBe(all.length);
      expect(old.length).toBeGreaterThan(0);
      expect(await select({ filter: { minAgeDays: age } })).toMatchObject({ total: old.length });
    }
    expect(await j.operator.get(`${j.c}/tasks?minAgeDays=-1`)).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
  });

  it('add up to counts and amounts, by id and by filter alike', async () => {
    const { customerId, companyId } = await j.customer(14);
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    const product = await j.product('EX-OFF-B', '1m', '12m');
    await j.serviceFor(product);
    const sold: any[] = [];
    for (const quantity of [3, 5]) {
      const order = await j.order({ type: 'sales', customerId, items: [{ productId: product.id, quantity }] });
      await j.check();
      await j.sync((await j.taskOf(order.orderNumber)).id, { contract: { create: {} } });
      sold.push(order);
    }
    await t.sandbox('marketplace', 'PUT', '/clock', { now: '2027-03-11T09:00:00Z' });
    for (const { subscriptionId } of sold)
      await j.order({ type: 'change', subscriptionId, items: [{ productId: product.id, quantity: 9 }] });
    await j.check();
    const ready = await t.until(
      async () => await list(`view=ready&customerId=${customerId}`),
      (items: any[]) => items.length === 2,
    );
    const cents = (pick: string): number =>
      ready.reduce((sum, { planSummary }) => sum + Math.round(Number(planSummary[pick]) * 100), 0);
    const mine = await list(`customerId=${customerId}`);
    const byFilter = await select({ filter: { customerId } });
    expect(byFilter).toMatchObject({ total: mine.length, syncable: 2, contracts: 2 });
    expect(byFilter.recurring).toEqual([{ periodMonths: 1, change: expect.any(String) }]);
    expect(Math.round(Number(byFilter.recurring[0].change) * 100)).toBe(cents('recurringChange'));
    expect(cents('recurringChange')).toBeGreaterThan(0);
    expect(Math.round(Number(byFilter.oneOff) * 100)).toBe(cents('oneOff'));
    expect(await select({ taskIds: ids(mine) })).toEqual(byFilter);
    // What is billed each month and what each year are no one amount.
    const periodOf = async (months: number): Promise<unknown> =>
      await t.database.sql(`update sync_task set plan_summary = plan_summary || ?::jsonb where id = ?`, [
        JSON.stringify({ periodMonths: months }),
        ready[0].id,
      ]);
    await periodOf(12);
    expect((await select({ filter: { customerId } })).recurring).toEqual(
      [ready[1], ready[0]].map(({ planSummary: { recurringChange } }, index) => ({
        periodMonths: [1, 12][index],
        change: recurringChange,
      })),
    );
    await periodOf(1);
    // What is done already can be neither synced nor ignored.
    expect(byFilter.ignorable).toBe(mine.filter(({ state }) => state !== 'synced').length);
    expect(await j.operator.post(`${j.c}/tasks/selection`, {})).toMatchObject({
      status: 400,
      body: { code: 'BULK_TARGET' },
    });

    // A run takes of all that match only those that it can.
    const filter = { customerId, can: 'sync' };
    expect((await j.operator.post(`${j.c}/tasks/sync`, { filter, expectedCount: mine.length })).body).toMatchObject({
      code: 'COUNT_CHANGED',
      matching: 2,
    });
    const started = await j.operator.post(`${j.c}/tasks/sync`, { filter, expectedCount: 2 });
    expect(started).toMatchObject({ status: 202, body: { accepted: 2, skipped: [] } });
    expect(await t.job(started.body.jobId)).toMatchObject({ state: 'done', done: 2 });
    expect(await select({ filter: { customerId } })).toMatchObject({ syncable: 0, contracts: 0, recurring: [] });
  });

  it('are ignored by a filter, all or, where other ones match than were shown, none', async () => {
    const filter = { view: 'needsYou', type: ['sales'], can: 'ignore' };
    const meant = await list('view=needsYou&type=sales');
    const others = ids((await list('view=needsYou')).filter(({ type }) => type !== 'sales'));
    expect(meant.length).toBeGreaterThan(3);
    expect(others.length).toBeGreaterThan(0);
    expect(await ignore({ filter, expectedCount: meant.length - 1 })).toMatchObject({
      status: 409,
      body: { code: 'COUNT_CHANGED', matching: meant.length, expected: meant.length - 1 },
    });
    expect(await ignore({ filter, taskIds: ids(meant) })).toMatchObject({ status: 400, body: { code: 'BULK_TARGET' } });
    expect(ids(await list('view=needsYou&type=sales'))).toEqual(ids(meant));

    const done = await ignore({ filter, expectedCount: meant.length });
    expect(done).toMatchObject({ status: 200, body: { skipped: [] } });
    expect(done.body.changed.toSorted()).toEqual(ids(meant));
    expect(ids(await list('view=needsYou&type=sales'))).toEqual([]);
    expect(ids((await list('view=needsYou')).filter(({ type }) => type !== 'sales'))).toEqual(others);
    for (const { id } of meant)
      expect((await j.operator.get(`/tasks/${id}`)).body).toMatchObject({
        state: 'ignored',
        ignored: { kind: 'not_billed', reason: 'Out of the contract.' },
      });
  });

  it('are no more than a thousand for one answer that ignores them', async () => {
    const before = await list('view=ignored');
    await t.database.sql(
      `insert into sync_task (id, installation_id, connection_id, source_key, source, type, state, customer_id,
         customer_name, subscription_id, subscription_name, subscription, effective_date, order_created_at, read_on,
         required_actions, choices, created_at, updated_at)
       select gen_random_uuid(), c.installation_id, c.id, 'order:crowd:' || n, 'order', 'sales', 'action_required',
         'crowd', 'Example Crowd', 'crowd-' || n, 'Example Office Basic', '{}', '2027-03-10', now(), '2027-03-10',
         '[]', '{}', now(), now()
       from connection c, generate_series(1, 1001) n where c.id = ?`,
      [j.connectionId],
    );
    const filter = { customerId: 'crowd', can: 'ignore' };
    expect(await select({ filter })).toMatchObject({ total: 1001, ignorable: 1001, syncable: 0 });
    expect(await ignore({ filter, expectedCount: 1001 })).toMatchObject({
      status: 400,
      body: { code: 'TOO_MANY_TASKS' },
    });
    expect(ids(await list('view=ignored'))).toEqual(ids(before));
  });

  it('are shown to viewers and to nobody of another reseller', async () => {
    expect((await t.as('viewer').post(`${j.c}/tasks/selection`, { filter: {} })).status).toBe(200);
    const { installationId } = await t.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: 'other-account',
      accountName: 'Example Other Reseller',
    });
    const stranger = t.as('admin', installationId);
    for (const answer of [
      await stranger.post(`${j.c}/tasks/selection`, { filter: {} }),
      await stranger.post(`${j.c}/tasks/ignore`, { filter: {}, reason: 'x', kind: 'not_billed' }),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
