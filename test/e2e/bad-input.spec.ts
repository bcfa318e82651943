import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** Tables whose rows a refused request must leave exactly as they were. */
const KEPT = [
  'installation',
  'connection',
  'customer_mapping',
  'product_mapping',
  'fee_mapping',
  'subscription_mapping',
  'sync_task',
  'task_draft',
  'sync_operation',
  'line_ledger',
  'line_price',
];

describe('bad input gets its own problem code and leaves the data as it was', () => {
  let t: TestApp;
  let j: Journey;
  let credentials: { userName: string; secret: string };
  let customerId: string;
  let companyId: number;
  let product: any;
  let yearly: any;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t);
    ({ credentials } = await t.sandbox('autotask', 'GET', '/state?collections=currencies'));
    ({ customerId, companyId } = await j.customer(14));
    await j.mapCustomer(customerId, companyId);
    product = await j.product('EX-OFF-P', '1m', '12m');
    yearly = await j.product('EX-OFF-B', '1y', '1y');
  });
  afterAll(async () => await t.close());

  async function rows(): Promise<string> {
    const all: unknown[] = [];
    for (const table of KEPT) {
      const ordered = await t.database.sql(`select to_jsonb(t) - 'updated_at' as row from "${table}" t order by id`);
      all.push([table, ordered]);
    }
    return JSON.stringify(all);
  }

  /** Runs a request that must be refused and proves that nothing changed. */
  async function refused(
    request: () => Promise<{ status: number; body: any }>,
  ): Promise<{ status: number; body: any }> {
    const before = await rows();
    const answer = await request();
    expect(answer.status, JSON.stringify(answer.body)).toBeGreaterThanOrEqual(400);
    expect(await rows()).toBe(before);
    expect(answer.body.detail ?? answer.body.message).toMatch(/\.$/);
    return answer;
  }

  const connection = (autotask: Record<string, string>) => ({
    alias: 'Another',
    currency: 'USD',
    timeZone: 'Europe/Berlin',
    autotask: { userName: credentials.userName, secret: credentials.secret, ...autotask },
  });

  it('a wrong secret', async () => {
    const answer = await refused(
      async () => await j.admin.post('/connections', connection({ secret: 'wrong-Secret-99' })),
    );
    expect(answer.body.code).toBe('AUTOTASK_SECRET_WRONG');
    expect(JSON.stringify(answer.body)).not.toContain('wrong-Secret-99');
  });

  it('a wrong user', async () => {
    const answer = await refused(
      async () => await j.admin.post('/connections', connection({ userName: 'nobody@example-reseller.example' })),
    );
    expect(answer.body.code).toBe('AUTOTASK_USER_UNKNOWN');
  });

  it('an unreachable Autotask', async () => {
    await t.sandbox('autotask', 'POST', '/faults', { method: '*', path: '.*', times: 200, kind: 'drop-before' });
    const answer = await refused(async () => await j.admin.post('/connections', connection({})));
    await t.sandbox('autotask', 'DELETE', '/faults');
    expect(answer.body.code).toBe('AUTOTASK_UNREACHABLE');
  });

  it('malformed JSON', async () => {
    const { token } = await t.sandbox<{ token: string }>('marketplace', 'POST', '/token', { role: 'admin' });
    const answer = await refused(async () => {
      const response = await fetch(`${t.url}/api/v1/connections`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: '{"alias": ',
      });
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      return { status: response.status, body: await response.json() };
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'BODY_MALFORMED' } });
  });

  it('a key that nobody knows', async () => {
    const answer = await refused(async () => await j.admin.patch(j.c, { colour: 'blue' }));
    expect(answer.body).toMatchObject({ code: 'INPUT_INVALID', errors: [{ field: 'colour' }] });
  });

  it('a viewer who writes', async () => {
    const viewer = t.as('viewer');
    for (const request of [
      async () => await viewer.post(`${j.c}/check`),
      async () => await viewer.put(`${j.c}/customers/mappings`, []),
      async () => await viewer.patch(j.c, { alias: 'Mine' }),
    ])
      expect((await refused(request)).body.code).toBe('FORBIDDEN');
  });

  it("another installation's id", async () => {
    const { installationId } = await t.sandbox<{ installationId: string }>('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: 'other-account',
      accountName: 'Example Other Reseller',
    });
    const stranger = t.as('admin', installationId);
    for (const path of [j.c, `${j.c}/tasks`, `${j.c}/customers`, `${j.c}/dashboard`])
      expect(await refused(async () => await stranger.get(path))).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      });
    expect(await refused(async () => await stranger.delete(j.c))).toMatchObject({ status: 404 });
  });

  it('an inactive company', async () => {
    const other = await j.customer(15);
    await t.sandbox('autotask', 'POST', '/rows', {
      collection: 'companies',
      row: { id: other.companyId, isActive: false },
    });
    await j.refresh();
    const answer = await refused(
      async () =>
        await j.operator.put(`${j.c}/customers/mappings`, [
          { customerId: other.customerId, companyId: other.companyId, action: 'map' },
        ]),
    );
    expect(JSON.stringify(answer.body)).toContain('COMPANY_INACTIVE');
  });

  it('an unmapped product', async () => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId: product.id, quantity: 3 }] });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    const plan = await j.plan(task.id);
    expect(plan.requiredActions.map(({ code }: any) => code)).toContain('MAPPING_MISSING');
    const answer = await refused(
      async () => await j.operator.post(`/tasks/${task.id}/sync`, { choices: {}, planHash: plan.hash }),
    );
    expect(answer.body.code).toBe('ACTION_REQUIRED');
  });

  it('a fractional quantity', async () => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId: product.id, quantity: 3 }] });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    const answer = await refused(
      async () =>
        await j.operator.post(`/tasks/${task.id}/plan`, {
          choices: { lines: [{ productKey: product.key, include: true, quantity: 2.5 }] },
        }),
    );
    expect(answer.body.code).toBe('QUANTITY_NOT_WHOLE');
  });

  it('an unknown order type', async () => {
    const order = await j.order({ type: 'sales', customerId, items: [{ productId: product.id, quantity: 1 }] });
    await t.sandbox('marketplace', 'POST', '/rows', { collection: 'orders', row: { id: order.id, type: 'barter' } });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    const plan = await j.plan(task.id);
    expect(plan.requiredActions.map(({ code }: any) => code)).toContain('ORDER_TYPE_UNKNOWN');
    expect(plan.operations).toEqual([]);
  });

  it('a yearly subscription on a monthly contract', async () => {
    await j.serviceFor(yearly);
    const contracts = (await t.sandbox('autotask', 'GET', '/state?collections=contracts')).contracts;
    const monthly = contracts.find(
      (one: any) => one.contractType === 7 && one.contractPeriodType === 2 && one.status === 1,
    );
    const customers = (await j.operator.get(`${j.c}/customers?status=all&pageSize=200`)).body.items;
    const companies = (await t.sandbox('autotask', 'GET', '/state?collections=companies')).companies;
    const name = companies.find((one: any) => one.id === monthly.companyID).companyName;
    const customer = customers.find((one: any) => one.customer.name === name).customer;
    await j.mapCustomer(customer.id, monthly.companyID);
    const order = await j.order({
      type: 'sales',
      customerId: customer.id,
      items: [{ productId: yearly.id, quantity: 2 }],
    });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    const plan = await j.plan(task.id, { contract: { id: monthly.id } });
    const action = plan.requiredActions.find(({ code }: any) => code === 'CONTRACT_CYCLE');
    expect(action.message).toMatch(/monthly.*yearly/);
    const answer = await refused(
      async () =>
        await j.operator.post(`/tasks/${task.id}/sync`, {
          choices: { contract: { id: monthly.id } },
          planHash: plan.hash,
        }),
    );
    expect(answer.body.code).toBe('ACTION_REQUIRED');
  });

  it('a contract in another currency', async () => {
    const { currencies } = await t.sandbox('autotask', 'GET', '/state?collections=currencies');
    const usd = currencies.find((one: any) => one.name === 'USD').id;
    const other = await j.customer(16);
    await j.mapCustomer(other.customerId, other.companyId);
    await t.sandbox('autotask', 'POST', '/rows', {
      collection: 'companies',
      row: { id: other.companyId, currencyID: usd },
    });
    const order = await j.order({
      type: 'sales',
      customerId: other.customerId,
      items: [{ productId: yearly.id, quantity: 2 }],
    });
    await j.check();
    const task = await j.taskOf(order.orderNumber);
    const choices = { contract: { create: {} } };
    const plan = await j.plan(task.id, choices);
    expect(plan.requiredActions.map(({ code }: any) => code)).toContain('CONTRACT_CURRENCY');
    const answer = await refused(
      async () => await j.operator.post(`/tasks/${task.id}/sync`, { choices, planHash: plan.hash }),
    );
    expect(answer.body.code).toBe('ACTION_REQUIRED');
  });
});
