import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Journey } from '../support/journey.js';
import type { TestApp } from '../support/test-app.js';

/** Names as long and as foreign as the product allows (reference/page-design §5.5). All invented. */
export const LONG =
  `Example Consortium for ${'Widely Distributed and Very Carefully Named '.repeat(4)}Cloud Services`.slice(0, 200);
const FOREIGN = 'شركة المثال للشحن · 例示貿易株式会社';

/** What the screens link to. */
export interface Scene {
  /** The connection with everything in it, and one that was never checked. */
  connectionId: string;
  emptyConnectionId: string;
  /** Tasks by how they stand. */
  tasks: Record<
    | 'synced'
    | 'ready'
    | 'failed'
    | 'uncertain'
    | 'changed'
    | 'needsAll'
    | 'needsProduct'
    | 'longLines'
    | 'cancellation',
    string
  >;
  bulkJobId: string;
  importJobId: string;
  orderNumber: string;
  close(): Promise<void>;
}

/**
 * A reseller's day: thirty customers of whom some are mapped, tasks of every type in every state, failed, held, uncertain
 * and changed ones, long and foreign names, a large quantity. Everything through the API and the sandboxes' controls.
 */
export async function playScene(t: TestApp): Promise<Scene> {
  const j = await Journey.begin(t);
  const meanwhile = await Meanwhile.start(t);
  const names = await t.sandbox('marketplace', 'GET', '/state');
  for (const [index, name] of [
    [3, LONG],
    [8, FOREIGN],
  ] as const) {
    const { id } = names.customers[index];
    await t.sandbox('marketplace', 'POST', '/rows', { collection: 'customers', row: { id, name } });
  }
  await j.check();
  await j.refresh();
  const emptyConnectionId = await t.connect('USD');

  const { items } = (await j.operator.get(`${j.c}/customers?status=all&pageSize=200`)).body;
  const active = new Set(
    items.filter((one: any) => one.customer.status === 'active').map((one: any) => one.customer.id),
  );
  const customers: { customerId: string; companyId: number; name: string }[] = [];
  for (let index = 9; customers.length < 9; index += 1) {
    const customer = await j.customer(index);
    if (active.has(customer.customerId)) customers.push(customer);
  }
  for (const { customerId, companyId } of customers) await j.mapCustomer(customerId, companyId);
  await j.mapFees();
  const plus = await j.product('EX-OFF-P', '1m', '12m');
  const basic = await j.product('EX-OFF-B', '1m', '12m');
  const codes = (await j.operator.get(`${j.c}/billing-codes?useType=5`)).body.items;
  for (const product of [plus, basic])
    await j.operator.post(`${j.c}/services`, {
      productKey: product.key,
      name: `${product.name}, monthly, 12-month term`,
      periodType: product.cycle.periodType,
      unitPrice: '22.00',
      billingCodeId: codes[0].id,
      mapProduct: true,
    });

  const order = async (body: Record<string, unknown>): Promise<any> => {
    const { orderNumber } = await j.order(body);
    return orderNumber as string;
  };
  const sale = async (index: number, quantity: number, productId = plus.id): Promise<string> =>
    await order({ type: 'sales', customerId: customers[index]!.customerId, items: [{ productId, quantity }] });
  const change = async (saleNumber: string, quantity: number, productId = plus.id): Promise<string> => {
    const { subscriptionId, customerId } = await j.taskOf(saleNumber);
    return await order({ type: 'change', customerId, subscriptionId, items: [{ productId, quantity }] });
  };
  const taskId = async (number: string): Promise<string> => (await j.taskOf(number)).id;
  const create = { contract: { create: {} } };

  const sales: string[] = [];
  for (const [index, quantity] of [5, 12, 40, 7, 1_204].entries()) sales.push(await sale(index, quantity));
  const several = await order({
    type: 'sales',
    customerId: customers[5]!.customerId,
    items: [
      { productId: plus.id, quantity: 25 },
      { productId: basic.id, quantity: 140 },
    ],
  });
  await j.check();
  for (const number of sales) await j.sync(await taskId(number), create);

  // A day later: changes of what was sold, each with another end.
  await t.sandbox('marketplace', 'PUT', '/clock', { now: '2027-03-18T09:00:00Z' });
  const [ready, failing, uncertain, changed, cancelled] = [
    await change(sales[0]!, 12),
    await change(sales[1]!, 14),
    await change(sales[2]!, 45),
    await change(sales[3]!, 9),
    await order({
      type: 'cancellation',
      customerId: customers[4]!.customerId,
      subscriptionId: (await j.taskOf(sales[4]!)).subscriptionId,
    }),
  ];
  await j.check();

  await t.sandbox('autotask', 'POST', '/faults', {
    method: 'POST',
    path: 'ServiceAdjustments',
    kind: 'status',
    status: 400,
    body: { errors: ['The contract is locked by a billing run that a person has started in Autotask.'] },
  });
  await j.sync(await taskId(failing));
  // Held behind the failed one.
  await change(sales[1]!, 16);

  await meanwhile.adjust((await j.taskOf(uncertain)).subscriptionId, 'applied', 3);
  await j.sync(await taskId(uncertain));
  await t.until(
    async () => (await j.taskOf(uncertain)).state,
    (state) => state !== 'running',
  );

  await meanwhile.adjust((await j.taskOf(changed)).subscriptionId, 'reading', 2);
  await j.sync(await taskId(changed));
  await j.check();

  // A bulk run of what is ready, without the one that stays for the pictures.
  const first = await sale(6, 3);
  await j.check();
  await j.sync(await taskId(first), create);
  const bulk = await change(first, 4);
  await j.check();
  const ids = [await taskId(bulk)];
  const started = await j.operator.post(`${j.c}/tasks/sync`, { taskIds: ids, expectedCount: ids.length });
  await t.job(started.body.jobId);

  const { items: all } = (await j.operator.get(`${j.c}/tasks?pageSize=200`)).body;
  const untouched = all.filter(
    (task: any) =>
      task.state === 'action_required' && !customers.some(({ customerId }) => customerId === task.customerId),
  );
  await j.operator.post(`${j.c}/tasks/ignore`, {
    taskIds: untouched.slice(-2).map(({ id }: any) => id),
    kind: 'done_by_hand',
    reason: 'Entered by hand in February, before this was installed',
  });
  await j.operator.post(`${j.c}/tasks/ignore`, {
    taskIds: [untouched.at(-3).id],
    kind: 'not_billed',
    reason: 'Internal test subscription of the service desk; agreed with Dana Example',
  });
  await t.sandbox('autotask', 'POST', '/approve-and-post', { upTo: '2027-03-31', companyId: customers[0]!.companyId });

  const { items: companies } = (await j.operator.get(`${j.c}/importable-companies`)).body;
  const importing = await j.operator.post(`${j.c}/imports`, {
    companyIds: companies.slice(0, 3).map(({ companyId }: any) => companyId),
  });
  await t.job(importing.body.jobId);
  const needs = untouched.find((task: any) => task.customerName === LONG) ?? untouched[0];
  const missing = (task: any): string[] => task.requiredActions.map(({ subject }: any) => subject?.kind);
  const needsProduct = all.find(
    (task: any) => missing(task).includes('product') && !missing(task).includes('customer'),
  );
  return {
    connectionId: j.connectionId,
    emptyConnectionId,
    tasks: {
      synced: await taskId(sales[0]!),
      ready: await taskId(ready),
      failed: await taskId(failing),
      uncertain: await taskId(uncertain),
      changed: await taskId(changed),
      needsAll: needs.id,
      needsProduct: needsProduct.id,
      longLines: await taskId(several),
      cancellation: await taskId(cancelled),
    },
    bulkJobId: started.body.jobId,
    importJobId: importing.body.jobId,
    orderNumber: ready,
    close: async () => await meanwhile.close(),
  };
}

/** Somebody who changes a line in Autotask at the worst moment. */
class Meanwhile {
  private act: () => Promise<void> = async () => await Promise.resolve();

  private constructor(
    private readonly t: TestApp,
    private readonly server: Server,
  ) {}

  static async start(t: TestApp): Promise<Meanwhile> {
    const holder: { one?: Meanwhile } = {};
    const server = createServer((_, response) => {
      void holder.one!.act().then(
        () => response.end('{}'),
        (error: unknown) => {
          process.stderr.write(`${String(error)}\n`);
          response.end('{}');
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    holder.one = new Meanwhile(t, server);
    return holder.one;
  }

  /** Before the plan is made afresh (`reading`), or after a write whose answer is lost (`applied`). */
  async adjust(subscriptionId: string, when: 'reading' | 'applied', units: number): Promise<void> {
    const state = await this.t.sandbox('autotask', 'GET', '/state?collections=contractServices');
    const [share] = await this.t.database.sql<{ line: number }>(
      `select contract_service_id as line from line_ledger where kind = 'share' and subscription_id = ?`,
      [subscriptionId],
    );
    const line = state.contractServices.find(({ id }: any) => id === share!.line);
    const [user] = state.users;
    this.act = async () => {
      this.act = async () => await Promise.resolve();
      const answer = await fetch(`${this.t.sandboxes.autotask.origin}/ATServicesRest/V1.0/ContractServiceAdjustments`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ApiIntegrationCode: user.integrationCode,
          UserName: user.userName,
          Secret: user.secret,
        },
        body: JSON.stringify({
          contractServiceID: line.id,
          effectiveDate: '2027-03-20',
          unitChange: units,
        }),
      });
      if (!answer.ok) throw new Error(`adjust: ${answer.status} ${await answer.text()}`);
    };
    const { port } = this.server.address() as AddressInfo;
    const tell = { url: `http://127.0.0.1:${port}/`, at: when === 'applied' ? 'applied' : 'before' };
    await this.t.sandbox(
      'autotask',
      'POST',
      '/faults',
      when === 'applied'
        ? { method: 'POST', path: 'ServiceAdjustments', kind: 'drop-after', tell }
        : { method: '*', path: 'ContractServiceUnits/query', kind: 'delay', ms: 1, skip: 2, tell },
    );
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }
}
