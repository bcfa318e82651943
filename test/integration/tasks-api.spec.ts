import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The task API through HTTP (DESIGN §10): preview, confirmation, drafts, ignoring, bulk and replay, other tenants. */
describe('tasks over HTTP', () => {
  let t: TestApp;
  let j: Journey;
  let customerId: string;
  let companyId: number;
  let basic: any;
  let serviceId: number;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    await j.check();
    ({ customerId, companyId } = await j.customer(14));
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    basic = await j.product('EX-OFF-B', '1m', '12m');
    serviceId = await j.serviceFor(basic);
  }, 120_000);
  afterAll(async () => await t.close());

  const sale = async (quantity: number): Promise<any> => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId: basic.id, quantity }] });
    await j.check();
    return { ...order, task: await taskOf(order.subscriptionId) };
  };
  let today = '2027-03-10';
  /** On the next day: two changes of one day would go along with each other. */
  const change = async (subscriptionId: string, quantity: number): Promise<any> => {
    today = addDays(today, 1);
    await t.sandbox('marketplace', 'PUT', '/clock', { now: `${today}T09:00:00Z` });
    const order = await j.order({ type: 'change', subscriptionId, items: [{ productId: basic.id, quantity }] });
    await j.check();
    return order;
  };
  const tasksOf = async (subscriptionId: string): Promise<any[]> =>
    (await j.operator.get(`${j.c}/tasks?subscriptionId=${subscriptionId}`)).body.items;
  const taskOf = async (subscriptionId: string): Promise<any> => (await tasksOf(subscriptionId)).at(-1);
  const stateOf = async (id: string): Promise<string> => (await j.operator.get(`/tasks/${id}`)).body.state;
  const mirrorId = async (subscriptionId: string): Promise<string> => {
    const [row] = await t.database.sql<{ id: string }>('select id from subscription_mirror where subscription_id = ?', [
      subscriptionId,
    ]);
    return row!.id;
  };
  const writes = async (): Promise<number> => {
    const { items } = await t.sandbox('autotask', 'GET', '/requests');
    return items.filter((one: any) => /ServiceAdjustments|Charges|Services$|V1.0\/Contracts$/i.test(one.path)).length;
  };
  /** The newest line of the company that holds the service. */
  const lineOf = async (contractId: number): Promise<number> => {
    const { contractServices } = await t.sandbox('autotask', 'GET', '/state?collections=contractServices');
    return contractServices.find((line: any) => line.contractID === contractId && line.serviceID === serviceId).id;
  };
  const contractOf = async (subscriptionId: string): Promise<number> => {
    const [row] = await t.database.sql<{ contract_id: number }>(
      'select contract_id from subscription_mapping where subscription_id = ?',
      [subscriptionId],
    );
    return row!.contract_id;
  };

  it('writes a sale with its setup fee: contract, line, units and one charge', async () => {
    const { task } = await sale(5);
    expect(task).toMatchObject({ type: 'sales', state: 'action_required', nextAction: 'answer' });

    const synced = await j.sync(task.id, { contract: { create: {} } });

    expect(synced).toMatchObject({
      state: 'synced',
      nextAction: 'none',
      failure: null,
      accepted: { by: expect.any(String) },
    });
    expect(synced.steps.map(({ kind, state }: any) => [kind, state])).toEqual([
      ['createContract', 'applied'],
      ['createLine', 'applied'],
      ['adjustUnits', 'applied'],
      ['addCharge', 'applied'],
    ]);
    const contractId = await contractOf(task.subscriptionId);
    const { contractCharges } = await t.sandbox('autotask', 'GET', '/state?collections=contractCharges');
    const charges = contractCharges.filter((charge: any) => charge.contractID === contractId);
    expect(
      charges.map((charge: any) => [charge.unitQuantity, charge.internalPurchaseOrderNumber.split(':')[1]]),
    ).toEqual([[1, 'setup']]);
    expect(synced.planSummary).toMatchObject({ operations: 4, provisional: false });
  });

  it('counts an open task where its fee is mapped: at the product’s own row, else at the general one (MAP-8)', async () => {
    const used = async (): Promise<Record<string, number>> =>
      Object.fromEntries(
        (await j.operator.get(`${j.c}/fees`)).body.items.map((row: any) => [
          `${row.feeKind} ${row.productKey ?? 'any'}`,
          row.openTasks,
        ]),
      );
    // A mapping that is saved plans every open task anew, and until then no plan says what it charges.
    const planned = { timeout: 20_000 };
    const before = await used();
    const { task } = await sale(3);
    await expect.poll(used, planned).toEqual({ ...before, 'setup any': before['setup any']! + 1 });

    const { productKey } = task.planSummary.fees[0];
    await j.operator.put(`${j.c}/fees/mappings`, [{ feeKind: 'setup', productKey, billingCodeId: 401 }]);
    let own: Record<string, number> = {};
    await expect
      .poll(async () => {
        own = await used();
        const { [`setup ${productKey}`]: of = 0, ...others } = own;
        return { ...others, 'setup any': others['setup any']! + of, isUsed: of > 0 };
      }, planned)
      .toEqual({ ...before, 'setup any': before['setup any']! + 1, isUsed: true });

    await j.sync(task.id, { contract: { create: {} } });
    await expect.poll(used, planned).toEqual({ ...own, [`setup ${productKey}`]: own[`setup ${productKey}`]! - 1 });
    await j.operator.put(`${j.c}/fees/mappings`, [{ feeKind: 'setup', productKey, billingCodeId: null }]);
    await expect.poll(used, planned).toEqual(before);
  });

  it('plans nothing more after a sync, and a second confirmation answers the same and writes nothing', async () => {
    const { task } = await sale(2);
    const choices = { contract: { create: {} } };
    const plan = await j.plan(task.id, choices);
    const first = await j.operator.post(`/tasks/${task.id}/sync`, { choices, planHash: plan.hash });
    await t.job(first.body.jobId);
    const before = await writes();

    const again = await j.operator.post(`/tasks/${task.id}/sync`, { choices, planHash: plan.hash });

    expect(again).toMatchObject({ status: 202, body: { jobId: first.body.jobId, taskId: task.id, state: 'synced' } });
    expect((await j.plan(task.id, choices)).operations).toEqual([]);
    expect(await writes()).toBe(before);
  });

  it('answers two presses of one button with one job', async () => {
    const { task } = await sale(2);
    const choices = { contract: { create: {} } };
    const plan = await j.plan(task.id, choices);
    const press = async () => await j.operator.post(`/tasks/${task.id}/sync`, { choices, planHash: plan.hash });
    const [one, two] = await Promise.all([press(), press()]);
    expect(one.body.jobId).toBe(two.body.jobId);
    expect(await t.job(one.body.jobId)).toMatchObject({ state: 'done', total: 1, done: 1, left: 0 });
    expect((await j.operator.get(`/tasks/${task.id}`)).body.steps).toHaveLength(4);
  });

  it('says PLAN_CHANGED with the new plan when somebody changes units between preview and push', async () => {
    const { subscriptionId, task } = await sale(4);
    await j.sync(task.id, { contract: { create: {} } });
    await change(subscriptionId, 6);
    const upgrade = await taskOf(subscriptionId);
    const plan = await j.plan(upgrade.id);
    const contractId = await contractOf(subscriptionId);
    await autotask('ContractServiceAdjustments', {
      contractServiceID: await lineOf(contractId),
      effectiveDate: '2027-04-15',
      unitChange: 3,
    });

    const refused = await j.operator.post(`/tasks/${upgrade.id}/sync`, { choices: {}, planHash: plan.hash });

    expect(refused).toMatchObject({ status: 409, body: { code: 'PLAN_CHANGED' } });
    expect(refused.body.plan.hash).not.toBe(plan.hash);
    expect(refused.body.plan.requiredActions.map(({ code }: any) => code)).toContain('DRIFT');
    const asked = await j.operator.post(`/tasks/${upgrade.id}/sync`, { choices: {}, planHash: refused.body.plan.hash });
    expect(asked).toMatchObject({ status: 409, body: { code: 'ACTION_REQUIRED' } });

    const drift = { drift: [{ lineId: await lineOf(contractId), action: 'adopt' }] };
    expect((await j.sync(upgrade.id, drift)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-04-16')).toBeGreaterThanOrEqual(9);
  });

  /** Somebody works in Autotask itself. */
  async function autotask(entity: string, body: Record<string, unknown>): Promise<void> {
    const { credentials } = await t.sandbox('autotask', 'GET', '/state?collections=currencies');
    const response = await fetch(`${t.sandboxes.autotask.origin}/ATServicesRest/V1.0/${entity}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        UserName: credentials.userName,
        Secret: credentials.secret,
        ApiIntegrationCode: credentials.integrationCode,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  it('holds a later task and says what it waits for; replaying the subscription runs both in order', async () => {
    const { subscriptionId, task } = await sale(3);
    await change(subscriptionId, 7);
    const [first, second] = await tasksOf(subscriptionId);
    expect(first).toMatchObject({ id: task.id, waitsFor: null });
    expect(second.waitsFor).toMatchObject({ kind: 'task', taskId: first.id, orderNumber: first.orderNumber });
    const waiting = (await j.operator.get(`${j.c}/tasks?waiting=true&subscriptionId=${subscriptionId}`)).body;
    expect(waiting.items.map(({ id }: any) => id)).toEqual([second.id]);
    const held = await j.plan(second.id);
    expect(await j.operator.post(`/tasks/${second.id}/sync`, { choices: {}, planHash: held.hash })).toMatchObject({
      status: 409,
      body: { code: 'HELD' },
    });
    const blocked = await j.operator.post(`/subscriptions/${await mirrorId(subscriptionId)}/sync`);
    expect(blocked).toMatchObject({ status: 409, body: { code: 'ACTION_REQUIRED', taskId: first.id } });

    await j.sync(first.id, { contract: { create: {} } });
    await t.until(
      async () => (await taskOf(subscriptionId)).state,
      (state) => state === 'ready',
    );
    const replay = await j.operator.post(`/subscriptions/${await mirrorId(subscriptionId)}/sync`);
    expect(replay).toMatchObject({ status: 202, body: { accepted: 1, skipped: [] } });
    expect(await t.job(replay.body.jobId)).toMatchObject({ state: 'done', done: 1, total: 1 });
    expect((await tasksOf(subscriptionId)).map(({ state }: any) => state)).toEqual(['synced', 'synced']);
    expect((await j.operator.post(`/subscriptions/${await mirrorId(subscriptionId)}/sync`)).body).toEqual({
      jobId: null,
      accepted: 0,
      skipped: [],
    });
  });

  it('syncs many in the background, and starts nothing when other tasks match than were shown', async () => {
    const sold = [await sale(1), await sale(2)];
    for (const { task } of sold) await j.sync(task.id, { contract: { create: {} } });
    for (const { subscriptionId } of sold) await change(subscriptionId, 9);
    const ready = await t.until(
      async () => (await j.operator.get(`${j.c}/tasks?state=ready&customerId=${customerId}`)).body.items,
      (items: any[]) => items.length === 2,
    );
    const filter = { state: ['ready'], customerId };

    const refused = await j.operator.post(`${j.c}/tasks/sync`, { filter, expectedCount: 7 });
    expect(refused).toMatchObject({ status: 409, body: { code: 'COUNT_CHANGED', matching: 2, expected: 7 } });
    expect(await j.operator.post(`${j.c}/tasks/sync`, {})).toMatchObject({
      status: 400,
      body: { code: 'BULK_TARGET' },
    });

    const started = await j.operator.post(`${j.c}/tasks/sync`, { filter, expectedCount: 2 });
    expect(started).toMatchObject({ status: 202, body: { accepted: 2, skipped: [] } });
    expect(await t.job(started.body.jobId)).toMatchObject({ state: 'done', total: 2, done: 2, left: 0 });
    for (const { id } of ready) expect(await stateOf(id)).toBe('synced');
    const skipped = await j.operator.post(`${j.c}/tasks/sync`, { taskIds: [ready[0].id] });
    expect(skipped.body).toEqual({ jobId: null, accepted: 0, skipped: [{ taskId: ready[0].id, code: 'TASK_CLOSED' }] });
  });

  it.each([
    ['done_by_hand', ['DRIFT'], [2]],
    ['not_billed', [], [2]],
  ] as const)('ignores a task as %s, restores it, and the ledger follows', async (kind, questions, changes) => {
    const { subscriptionId, task } = await sale(4);
    await j.sync(task.id, { contract: { create: {} } });
    await change(subscriptionId, 6);
    const upgrade = await taskOf(subscriptionId);

    const ignored = await j.operator.post(`${j.c}/tasks/ignore`, {
      taskIds: [upgrade.id],
      reason: 'Agreed by phone.',
      kind,
    });
    expect(ignored.body).toEqual({ changed: [upgrade.id], skipped: [] });
    expect(
      (await j.operator.get(`${j.c}/tasks?state=ignored&subscriptionId=${subscriptionId}`)).body.items[0],
    ).toMatchObject({
      ignored: { kind, reason: 'Agreed by phone.', by: expect.any(String) },
      nextAction: 'restore',
    });

    await change(subscriptionId, 8);
    const next = await taskOf(subscriptionId);
    const plan = await j.plan(next.id);
    expect(plan.automatic).toBe(false);
    // By hand: nobody did it, so the line misses two. Not billed: the next change comes on top of what is billed.
    expect(plan.requiredActions.map(({ code }: any) => code)).toEqual(questions);
    expect(plan.operations.map((operation: any) => operation.unitChange)).toEqual(changes);

    const restored = await j.operator.post(`${j.c}/tasks/restore`, { taskIds: [upgrade.id, next.id] });
    expect(restored.body).toEqual({
      changed: [upgrade.id],
      skipped: [{ taskId: next.id, because: expect.any(String) }],
    });
    await t.until(
      async () => await stateOf(upgrade.id),
      (state) => state === 'ready',
    );
    expect((await j.plan(upgrade.id)).operations.map((operation: any) => operation.unitChange)).toEqual([2]);
    expect((await j.operator.get(`/tasks/${next.id}`)).body.waitsFor).toMatchObject({ taskId: upgrade.id });
  });

  it('keeps a draft for the next device and refuses an older one with both versions', async () => {
    const { task } = await sale(2);
    const url = `/tasks/${task.id}/draft`;
    expect((await j.operator.get(url)).body).toMatchObject({ version: 0, choices: {}, step: '' });
    const mine = { step: 'contract', choices: { contract: { create: { name: 'Cloud 2027' } } }, version: 0 };
    expect((await j.operator.put(url, mine)).body).toMatchObject({
      version: 1,
      step: 'contract',
      choices: mine.choices,
    });
    expect((await j.operator.get(url)).body).toMatchObject({ version: 1, choices: mine.choices });

    const conflict = await j.operator.put(url, { step: 'lines', choices: { extend: true }, version: 0 });
    expect(conflict).toMatchObject({
      status: 409,
      body: {
        code: 'DRAFT_CONFLICT',
        yours: { choices: { extend: true } },
        theirs: { choices: mine.choices, version: 1 },
      },
    });
    expect((await j.operator.put(url, { ...mine, step: 'lines', version: 1 })).body.version).toBe(2);
    expect((await j.operator.get(`/tasks/${task.id}/contracts`)).status).toBe(200);
  });

  it('tells how the customer and the products of a task are mapped, and of no others', async () => {
    const { task } = await sale(5);
    const { body } = await j.operator.get(`/tasks/${task.id}/mappings`);
    expect(body.customer).toMatchObject({
      customer: { id: customerId },
      state: 'matched',
      mappings: [{ companyId }],
    });
    expect(body.products).toMatchObject([{ product: { key: basic.key }, mapping: { serviceId } }]);
    const [row] = (await j.operator.get(`${j.c}/customers?search=${customerId}`)).body.items;
    expect(body.customer).toEqual(row);
  });

  it.each([
    [{ colour: 'blue' }, 'INPUT_INVALID'],
    [{ lines: [{ productKey: 'p', include: true, units: 2 }] }, 'INPUT_INVALID'],
    [{ lines: [{ productKey: 'p', include: true, quantity: 1.5 }] }, 'QUANTITY_NOT_WHOLE'],
    [{ lines: [{ productKey: 'p', include: true, quantity: -1 }] }, 'QUANTITY_NEGATIVE'],
    [{ lines: [{ productKey: 'p', include: true, date: '2027-02-30' }] }, 'INPUT_INVALID'],
    [{ lines: [{ productKey: 'p', include: true, price: 1.5 }] }, 'INPUT_INVALID'],
    [{ contract: { id: 1, create: {} } }, 'CONTRACT_CHOICE'],
    [{ drift: [{ lineId: 1, action: 'forget' }] }, 'INPUT_INVALID'],
  ])('refuses the choices %j with %s', async (choices, code) => {
    const [task] = (await j.operator.get(`${j.c}/tasks?pageSize=1`)).body.items;
    const answer = await j.operator.post(`/tasks/${task.id}/plan`, { choices });
    expect(answer).toMatchObject({ status: 400, body: { code } });
  });

  it('sorts, pages and searches', async () => {
    const newest = (await j.operator.get(`${j.c}/tasks?sort=-createdAt&pageSize=3`)).body;
    expect(newest.items).toHaveLength(3);
    const stamps = newest.items.map(({ createdAt }: any) => createdAt);
    expect(stamps).toEqual(stamps.toSorted((a: string, b: string) => b.localeCompare(a)));
    const { customerName, orderNumber } = newest.items[0];
    const byName = (await j.operator.get(`${j.c}/tasks?search=${encodeURIComponent(customerName.slice(0, 6))}`)).body;
    expect(byName.items.every((task: any) => task.customerName.startsWith(customerName.slice(0, 6)))).toBe(true);
    expect((await j.operator.get(`${j.c}/tasks?search=${orderNumber}`)).body.items[0]).toMatchObject({ orderNumber });
    expect(
      (await j.operator.get(`${j.c}/tasks?type=sales,change&pageSize=200`)).body.items.some(
        (x: any) => x.type === 'cancellation',
      ),
    ).toBe(false);
    expect(await j.operator.get(`${j.c}/tasks?sort=colour`)).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
  });

  it('is described in the OpenAPI document, answers and bodies alike', async () => {
    const document: any = await (await fetch(`${t.url}/api/openapi.json`)).json();
    const schemas = document.components.schemas;
    for (const name of [
      'TaskRow',
      'TaskDetail',
      'SyncPlanView',
      'ChoicesDto',
      'BulkAccepted',
      'IgnoreResult',
      'DraftView',
    ])
      expect(Object.keys(schemas[name]?.properties ?? {}).length).toBeGreaterThan(1);
    const [row] = (await j.operator.get(`${j.c}/tasks?pageSize=1`)).body.items;
    expect(Object.keys(row).toSorted()).toEqual(Object.keys(schemas.TaskRow.properties).toSorted());
    const plan = await j.plan(row.id);
    for (const key of Object.keys(plan)) expect(Object.keys(schemas.SyncPlanView.properties)).toContain(key);
  });

  it('lets viewers read and preview only, and shows another reseller nothing', async () => {
    const [task] = (await j.operator.get(`${j.c}/tasks?pageSize=1`)).body.items;
    const viewer = t.as('viewer');
    expect((await viewer.get(`/tasks/${task.id}`)).status).toBe(200);
    expect((await viewer.post(`/tasks/${task.id}/plan`, {})).status).toBe(200);
    const hash = 'a'.repeat(64);
    const writing = (api: typeof viewer) => [
      () => api.post(`/tasks/${task.id}/sync`, { planHash: hash }),
      () => api.post(`${j.c}/tasks/sync`, { taskIds: [task.id] }),
      () => api.post(`${j.c}/tasks/ignore`, { taskIds: [task.id], reason: 'x', kind: 'not_billed' }),
      () => api.post(`${j.c}/tasks/restore`, { taskIds: [task.id] }),
      () => api.put(`/tasks/${task.id}/draft`, { step: 'a', choices: {}, version: 0 }),
      () => api.post(`/tasks/${task.id}/operations/${task.id}/resolve`, { verdict: 'applied' }),
    ];
    for (const request of writing(viewer)) expect((await request()).body.code).toBe('FORBIDDEN');

    const { installationId } = await t.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: 'other-account',
      accountName: 'Example Other Reseller',
    });
    const stranger = t.as('admin', installationId);
    const reading = [
      () => stranger.get(`/tasks/${task.id}`),
      () => stranger.get(`${j.c}/tasks`),
      () => stranger.post(`/tasks/${task.id}/plan`, {}),
      () => stranger.get(`/tasks/${task.id}/draft`),
      () => stranger.get(`/tasks/${task.id}/contracts`),
      () => stranger.get(`/tasks/${task.id}/mappings`),
    ];
    for (const request of [...reading, ...writing(stranger)])
      expect((await request()).body).toMatchObject({ code: 'NOT_FOUND' });
    expect((await stranger.get('/action-log')).body.items.every((entry: any) => entry.taskId === null)).toBe(true);
  });
});
