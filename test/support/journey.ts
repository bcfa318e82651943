import { expect } from 'vitest';
import type { Api, TestApp } from './test-app.js';

/** A unit row as the sandbox's state shows it. */
interface UnitRow {
  contractID: number;
  contractServiceID: number;
  serviceID: number;
  startDate: string;
  endDate: string;
  units: number;
}

/** What a reseller's person does, through HTTP only, with the sandbox's state as the witness. */
export class Journey {
  readonly operator: Api;
  readonly admin: Api;

  private constructor(
    readonly t: TestApp,
    readonly connectionId: string,
  ) {
    this.operator = t.as('operator');
    this.admin = t.as('admin');
  }

  /** Installs, connects and reads the mirrors at a fixed business time. */
  static async begin(
    t: TestApp,
    now = '2027-03-10T09:00:00Z',
    settings: Record<string, unknown> = {},
  ): Promise<Journey> {
    await t.sandbox('marketplace', 'PUT', '/clock', { now });
    await t.sandbox('marketplace', 'POST', '/reset', {});
    await t.sandbox('autotask', 'POST', '/reset', {});
    await t.sandbox('marketplace', 'PUT', '/clock', { now });
    await t.install();
    return new Journey(t, await t.connect('EUR', settings));
  }

  /** Goes on with a connection that is there already. */
  static of(t: TestApp, connectionId: string): Journey {
    return new Journey(t, connectionId);
  }

  get c(): string {
    return `/connections/${this.connectionId}`;
  }

  /** Places an order in the marketplace and returns it. */
  async order(body: Record<string, unknown>): Promise<any> {
    return await this.t.sandbox('marketplace', 'POST', '/orders', body);
  }

  /** *Check Changes*, to its end. */
  async check(): Promise<any> {
    const answer = await this.operator.post(`${this.c}/check`);
    expect(answer.status).toBe(202);
    const job = await this.t.job(answer.body.jobId);
    expect(job, JSON.stringify(job)).toMatchObject({ state: 'done' });
    return job;
  }

  /** Reads the mirrors again. */
  async refresh(): Promise<void> {
    const answer = await this.operator.post(`${this.c}/refresh`);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    expect(await this.t.job(answer.body.jobId)).toMatchObject({ state: 'done' });
  }

  /** A customer of the seed without subscriptions of its own business, its company, and a product, all by name. */
  async customer(index: number): Promise<{ customerId: string; companyId: number; name: string }> {
    const { items } = (await this.operator.get(`${this.c}/customers?status=all&pageSize=200`)).body;
    const state = await this.t.sandbox('autotask', 'GET', '/state?collections=companies');
    const companies = state.companies.filter((one: any) => one.companyType === 1 && one.id !== 0);
    const row = items
      .map((one: any) => ({
        one,
        company: companies.find((company: any) => company.companyName === one.customer.name),
      }))
      .filter(({ company }: any) => company)
      .sort((a: any, b: any) => Number(a.one.customer.id) - Number(b.one.customer.id))[index];
    return { customerId: row.one.customer.id, companyId: row.company.id, name: row.one.customer.name };
  }

  /** So many of those that can buy, in the connection's currency. */
  async buyers(count: number): Promise<{ customerId: string; companyId: number; name: string }[]> {
    const { items } = (await this.operator.get(`${this.c}/customers?status=all&pageSize=200`)).body;
    const customers = await this.t.sandbox('marketplace', 'GET', '/panel/customers');
    const euro = new Set(customers.filter(({ currency }: any) => currency === 'EUR').map(({ id }: any) => String(id)));
    const active = new Set(
      items
        .filter(({ customer }: any) => customer.status === 'active' && euro.has(customer.id))
        .map(({ customer }: any) => customer.id),
    );
    const found: { customerId: string; companyId: number; name: string }[] = [];
    for (let index = 14; found.length < count; index += 1) {
      const customer = await this.customer(index);
      if (active.has(customer.customerId)) found.push(customer);
    }
    return found;
  }

  async mapCustomer(customerId: string, companyId: number): Promise<void> {
    const answer = await this.operator.put(`${this.c}/customers/mappings`, [{ customerId, companyId, action: 'map' }]);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }

  /** The product with that article, billing and subscription period, as the product list shows it. */
  async product(mpn: string, billing = '1m', term = '12m'): Promise<any> {
    const { items } = (await this.operator.get(`${this.c}/products?pageSize=200`)).body;
    const row = items.find(({ product }: any) => product.mpn === mpn && product.key.endsWith(`|${billing}|${term}`));
    expect(row, `${mpn} ${billing} ${term}`).toBeDefined();
    return row.product;
  }

  /** Creates a service for a product and maps it; returns the service's id. */
  async serviceFor(product: any, unitPrice = '10.00'): Promise<number> {
    const codes = (await this.operator.get(`${this.c}/billing-codes?useType=5`)).body.items;
    const answer = await this.operator.post(`${this.c}/services`, {
      productKey: product.key,
      name: `${product.name} ${product.key.slice(-8)}`,
      periodType: product.cycle.periodType,
      unitPrice,
      billingCodeId: codes[0].id,
      mapProduct: true,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.id ?? answer.body.service?.id ?? answer.body.serviceId;
  }

  /** Maps setup, cancellation, proration and usage fees to the sandbox's products of that name. */
  async mapFees(): Promise<void> {
    const { items } = (await this.operator.get(`${this.c}/autotask-products?pageSize=200`)).body;
    const id = (name: string) => items.find((one: any) => one.name === name).id;
    const answer = await this.operator.put(`${this.c}/fees/mappings`, [
      { feeKind: 'setup', autotaskProductId: id('Example Setup Fee') },
      { feeKind: 'cancellation', autotaskProductId: id('Example Cancellation Fee') },
      { feeKind: 'proration', autotaskProductId: id('Example Proration Charge') },
      { feeKind: 'usage', autotaskProductId: id('Example Usage Charge') },
    ]);
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  }

  /** Every task of a subscription, oldest first. */
  async tasks(subscriptionId: string): Promise<any[]> {
    return (await this.allTasks())
      .filter((task: any) => task.subscriptionId === subscriptionId)
      .sort((a: any, b: any) => (a.effectiveDate < b.effectiveDate ? -1 : 1));
  }

  /** The task of an order. */
  async taskOf(orderNumber: string): Promise<any> {
    return (await this.allTasks()).find((task: any) => task.orderNumber === orderNumber);
  }

  private async allTasks(): Promise<any[]> {
    const tasks: any[] = [];
    for (let page = 1; ; page += 1) {
      const { items, total } = (await this.operator.get(`${this.c}/tasks?pageSize=200&page=${page}`)).body;
      tasks.push(...items);
      if (items.length === 0 || tasks.length >= total) return tasks;
    }
  }

  async plan(taskId: string, choices: Record<string, unknown> = {}): Promise<any> {
    const answer = await this.operator.post(`/tasks/${taskId}/plan`, { choices });
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    return answer.body;
  }

  /** Plans with these choices, confirms that very plan and waits; returns the task. */
  async sync(taskId: string, choices: Record<string, unknown> = {}): Promise<any> {
    const plan = await this.plan(taskId, choices);
    expect(plan.requiredActions, JSON.stringify(plan.requiredActions)).toEqual([]);
    const answer = await this.operator.post(`/tasks/${taskId}/sync`, { choices, planHash: plan.hash });
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    await this.t.job(answer.body.jobId);
    return (await this.operator.get(`/tasks/${taskId}`)).body;
  }

  /** Units by window, `first..last units`, of a company's lines of one service. */
  async windows(companyId: number, serviceId: number): Promise<string[]> {
    const state = await this.t.sandbox('autotask', 'GET', '/state?collections=contracts,contractServiceUnits');
    const contracts = new Set(
      state.contracts.filter((one: any) => one.companyID === companyId).map((one: any) => one.id),
    );
    return (state.contractServiceUnits as UnitRow[])
      .filter((row) => contracts.has(row.contractID) && row.serviceID === serviceId)
      .sort((a, b) => (a.startDate < b.startDate ? -1 : 1))
      .map((row) => `${row.startDate.slice(0, 10)}..${row.endDate.slice(0, 10)} ${row.units}`);
  }

  /** Units on a day over all lines of one service. */
  async unitsOn(companyId: number, serviceId: number, day: string): Promise<number> {
    return (await this.windows(companyId, serviceId))
      .map((row) => /^(\S+)\.\.(\S+) (\d+)$/.exec(row)!)
      .filter(([, first, last]) => first! <= day && day <= last!)
      .reduce((total, [, , , units]) => total + Number(units), 0);
  }

  /** Writes to Autotask as somebody who sits in front of it. @throws Error when Autotask refuses. */
  async byHand(entity: string, body: Record<string, unknown>): Promise<void> {
    const { credentials } = await this.t.sandbox('autotask', 'GET', '/state?collections=currencies');
    const response = await fetch(`${this.t.sandboxes.autotask.origin}/ATServicesRest/V1.0/${entity}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        UserName: credentials.userName,
        Secret: credentials.secret,
        ApiIntegrationCode: credentials.integrationCode,
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`by hand ${entity}: ${response.status} ${await response.text()}`);
  }

  /** The contract of a subscription and its newest line there. */
  async lineOf(subscriptionId: string): Promise<{ contractId: number; lineId: number }> {
    const [row] = await this.t.database.sql<{ contract_id: number }>(
      'select contract_id from subscription_mapping where subscription_id = ?',
      [subscriptionId],
    );
    const { contractServices } = await this.t.sandbox('autotask', 'GET', '/state?collections=contractServices');
    const line = contractServices.findLast((one: any) => one.contractID === row!.contract_id);
    return { contractId: row!.contract_id, lineId: line.id };
  }

  /** Units of one line by window, as `windows` writes them. */
  async lineWindows(lineId: number): Promise<string[]> {
    const { contractServiceUnits } = await this.t.sandbox('autotask', 'GET', '/state?collections=contractServiceUnits');
    return (contractServiceUnits as UnitRow[])
      .filter((row) => row.contractServiceID === lineId)
      .sort((a, b) => (a.startDate < b.startDate ? -1 : 1))
      .map((row) => `${row.startDate.slice(0, 10)}..${row.endDate.slice(0, 10)} ${row.units}`);
  }

  /** How many requests the sandbox Autotask has answered. */
  async autotaskRequests(): Promise<number> {
    return (await this.t.sandbox<{ total: number }>('autotask', 'GET', '/requests')).total;
  }
}
