import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConnectionAccess } from '../../src/modules/installation/connection-access.service.js';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { AutotaskReader } from '../../src/modules/sync-task/planning/autotask-reader.js';
import { TaskReplanner } from '../../src/modules/sync-task/task-replanner.service.js';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** A material code of the seed. */
const MATERIAL_CODE = 401;
/** An Autotask product of the seed that a fee can be charged as. */
const FEE_PRODUCT = 2;

type System = 'autotask' | 'marketplace';
interface Case {
  what: string;
  system: System;
  collection: string;
  id: () => number | string;
  /** The change, or nothing: the record is deleted (as a merged one is). */
  change?: Record<string, unknown>;
  /** The proration fee is charged as an Autotask product here, not as a billing code. */
  asProduct?: boolean;
  /** Code of the question a plan asks. */
  asks: string;
  /** What the list says. */
  shown: { list: 'customers' | 'products' | 'fees' | 'subscriptions'; code: string };
}

/**
 * FEATURES MAP-4: a record that is renamed, merged, deactivated or deleted on either side is shown as broken and is never
 * used for a push, also when a person confirmed the plan a moment before.
 */
describe('a mapped record that changed since', () => {
  let t: TestApp;
  let j: Journey;
  let customerId: string;
  let companyId: number;
  let serviceId: number;
  let contractId: number;
  let productKey: string;
  let productId: string;
  let subscriptionId: string;
  let ours: string;
  let taskId: string;

  beforeAll(async () => {
    t = await startTestApp();
    // With the marketplace's proration a change in the middle of a period makes a charge, which needs a fee.
    j = await Journey.begin(t, '2027-03-10T09:00:00Z', { proration: 'marketplace', priceSource: 'marketplace' });
    await j.check();
    ({ customerId, companyId } = await j.customer(14));
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    await chargeProrationAs({ billingCodeId: MATERIAL_CODE });
    const product = await j.product('EX-OFF-P', '1m', '12m');
    productKey = product.key;
    productId = product.id;
    serviceId = await j.serviceFor(product);
    const order = await j.order({ type: 'sales', customerId, items: [{ productId, quantity: 10 }] });
    ({ subscriptionId } = order);
    await j.check();
    await j.refresh();
    await j.sync((await j.taskOf(order.orderNumber)).id, { contract: { create: {} } });
    const row = await subscription();
    ours = row.id;
    ({ contractId } = row.contract);
    await t.sandbox('marketplace', 'PUT', '/clock', { now: '2027-03-20T09:00:00Z' });
    const change = await j.order({ type: 'change', subscriptionId, items: [{ productId, quantity: 13 }] });
    await j.check();
    taskId = (await j.taskOf(change.orderNumber)).id;
  }, 120_000);
  afterAll(async () => await t?.close());

  async function subscription(): Promise<any> {
    const { items } = (await j.operator.get(`${j.c}/subscriptions?status=all&pageSize=200`)).body;
    return items.find((one: any) => one.subscriptionId === subscriptionId);
  }

  async function chargeProrationAs(target: { billingCodeId: number } | { autotaskProductId: number }): Promise<void> {
    const fee = await j.operator.put(`${j.c}/fees/mappings`, [{ feeKind: 'proration', ...target }]);
    expect(fee.status, JSON.stringify(fee.body)).toBe(200);
  }

  /** Waits until the open task has been planned into this state. */
  async function taskIs(state: string): Promise<void> {
    await t.until(
      async () => (await j.operator.get(`/tasks/${taskId}`)).body,
      (task) => task.state === state && task.planSummary !== null,
    );
  }

  /** How much was ever written on contracts. */
  async function written(): Promise<number[]> {
    const state = await t.sandbox('autotask', 'GET', '/state');
    return [state.contractServiceAdjustments.length, state.contractCharges.length];
  }

  async function listed(list: Case['shown']['list']): Promise<any> {
    if (list === 'subscriptions') return (await subscription()).contract.broken;
    const { items } = (await j.operator.get(`${j.c}/${list}${list === 'fees' ? '' : '?pageSize=200'}`)).body;
    const isOurs = (row: any) =>
      list === 'customers'
        ? row.customer.id === customerId
        : list === 'products'
          ? row.product.key === productKey
          : row.feeKind === 'proration' && row.productKey === null;
    return items.find(isOurs).broken;
  }

  /** A deleted record is noticed when everything is read, which is once a day. */
  async function readEverything(): Promise<void> {
    await t.database.sql(`update mirror_state set full_read_at = full_read_at - interval '2 days'`);
    await j.refresh();
  }

  const row = async ({ system, collection, id }: Pick<Case, 'system' | 'collection' | 'id'>): Promise<any> =>
    (await t.sandbox(system, 'GET', system === 'autotask' ? `/state?collections=${collection}` : '/state'))[
      collection
    ].find((one: any) => one.id === id());

  const put = async (system: System, collection: string, value: Record<string, unknown>): Promise<void> => {
    const own = Object.entries(value).filter(([name]) => name !== 'userDefinedFields');
    await t.sandbox(system, 'POST', '/rows', { collection, row: Object.fromEntries(own) });
  };

  /** Deletes a record. @returns what puts it back as it was. */
  async function deleted({ system, collection, id }: Omit<Case, 'what' | 'asks' | 'shown'>, now: any): Promise<any> {
    const gone = await t.sandbox(system, 'DELETE', '/rows', { collection, id: id() });
    return system === 'marketplace' ? gone : now;
  }

  const company = { system: 'autotask', collection: 'companies', id: () => companyId } as const;
  const service = { system: 'autotask', collection: 'services', id: () => serviceId } as const;
  const contract = { system: 'autotask', collection: 'contracts', id: () => contractId } as const;
  const code = { system: 'autotask', collection: 'billingCodes', id: () => MATERIAL_CODE } as const;
  const item = { system: 'autotask', collection: 'products', id: () => FEE_PRODUCT } as const;
  const customer = { system: 'marketplace', collection: 'customers', id: () => customerId } as const;
  const product = { system: 'marketplace', collection: 'products', id: () => productId } as const;
  const customers = (shown: string) => ({ list: 'customers', code: shown }) as const;
  const products = (shown: string) => ({ list: 'products', code: shown }) as const;
  const fees = (shown: string) => ({ list: 'fees', code: shown }) as const;
  const subscriptions = (shown: string) => ({ list: 'subscriptions', code: shown }) as const;
  const asks = 'MAPPING_BROKEN';

  const CASES: Case[] = [
    {
      what: 'company renamed',
      ...company,
      change: { companyName: 'Marmalade Freight Ltd' },
      asks,
      shown: customers('COMPANY_RENAMED'),
    },
    {
      what: 'company deactivated',
      ...company,
      change: { isActive: false },
      asks: 'COMPANY_INACTIVE',
      shown: customers('COMPANY_INACTIVE'),
    },
    { what: 'company merged away or deleted', ...company, asks, shown: customers('COMPANY_GONE') },
    {
      what: 'service renamed',
      ...service,
      change: { name: 'Example Something Else' },
      asks,
      shown: products('SERVICE_RENAMED'),
    },
    { what: 'service deactivated', ...service, change: { isActive: false }, asks, shown: products('SERVICE_INACTIVE') },
    { what: 'service deleted', ...service, asks, shown: products('SERVICE_GONE') },
    {
      what: 'contract renamed',
      ...contract,
      change: { contractName: 'Another agreement' },
      asks,
      shown: subscriptions('CONTRACT_RENAMED'),
    },
    {
      what: 'contract deactivated',
      ...contract,
      change: { status: 0 },
      asks: 'CONTRACT_UNSUITABLE',
      shown: subscriptions('CONTRACT_INACTIVE'),
    },
    { what: 'contract deleted', ...contract, asks, shown: subscriptions('CONTRACT_GONE') },
    {
      what: 'billing code renamed',
      ...code,
      change: { name: 'Example Travel' },
      asks,
      shown: fees('FEE_TARGET_RENAMED'),
    },
    {
      what: 'billing code deactivated',
      ...code,
      change: { isActive: false },
      asks,
      shown: fees('FEE_TARGET_INACTIVE'),
    },
    { what: 'billing code deleted', ...code, asks, shown: fees('FEE_TARGET_GONE') },
    {
      what: 'Autotask product of a fee renamed',
      ...item,
      change: { name: 'Example Travel' },
      asProduct: true,
      asks,
      shown: fees('FEE_TARGET_RENAMED'),
    },
    {
      what: 'Autotask product of a fee deactivated',
      ...item,
      change: { isActive: false },
      asProduct: true,
      asks,
      shown: fees('FEE_TARGET_INACTIVE'),
    },
    { what: 'Autotask product of a fee deleted', ...item, asProduct: true, asks, shown: fees('FEE_TARGET_GONE') },
    {
      what: 'customer renamed',
      ...customer,
      change: { name: 'Paper Moon Dental' },
      asks,
      shown: customers('CUSTOMER_RENAMED'),
    },
    {
      what: 'customer cancelled',
      ...customer,
      change: { status: 'cancelled' },
      asks,
      shown: customers('CUSTOMER_INACTIVE'),
    },
    { what: 'customer deleted', ...customer, asks, shown: customers('CUSTOMER_GONE') },
    {
      what: 'product renamed',
      ...product,
      change: { name: 'Sample Backup' },
      asks,
      shown: products('PRODUCT_RENAMED'),
    },
  ];

  it.each(CASES)('$what: shown as broken, and nothing is written', async (one) => {
    const { system, collection, change } = one;
    await chargeProrationAs(one.asProduct ? { autotaskProductId: FEE_PRODUCT } : { billingCodeId: MATERIAL_CODE });
    const confirmed = await j.plan(taskId);
    expect(confirmed.requiredActions, JSON.stringify(confirmed.requiredActions)).toEqual([]);
    expect(confirmed.operations.map(({ kind }: any) => kind)).toContain('addCharge');
    let before = await row(one);
    const writtenBefore = await written();

    if (change) await put(system, collection, { ...before, ...change });
    else before = await deleted(one, before);
    // The marketplace's side is known by its mirror, Autotask's is read afresh for every plan.
    if (system === 'marketplace') await j.refresh();

    const plan = await j.plan(taskId);
    expect(plan.requiredActions.map(({ code: asked }: any) => asked)).toContain(one.asks);
    const push = await j.operator.post(`/tasks/${taskId}/sync`, { choices: {}, planHash: confirmed.hash });
    expect([push.status, push.body.code]).toEqual([409, expect.stringMatching(/^(ACTION_REQUIRED|PLAN_CHANGED)$/)]);
    expect(await written()).toEqual(writtenBefore);

    await readEverything();
    expect(await listed(one.shown.list)).toMatchObject({ code: one.shown.code });
    await taskIs('action_required');

    await put(system, collection, before);
    await readEverything();
    expect(await listed(one.shown.list)).toBeNull();
    // And the task that waited for it comes back by itself.
    await taskIs('ready');
  });

  it('is not planned from what a run has read before the records were read again', async () => {
    await chargeProrationAs({ autotaskProductId: FEE_PRODUCT });
    await taskIs('ready');
    const connection = await t.database.unit().findOneOrFail(Connection, { id: j.connectionId });
    const access = t.app.get(ConnectionAccess, { strict: false });
    const replanner = t.app.get(TaskReplanner, { strict: false });
    const reader = new AutotaskReader((await access.autotask(connection)).forWriting());
    await reader.feeTargets();
    const before = await row(item);
    await put('autotask', 'products', { ...before, name: 'Example Travel' });
    // As the refresh leaves it that finds the change, with nobody else there to plan what it has marked.
    await t.database.sql('update mirror_state set read_at = clock_timestamp()');
    await replanner.markForPlanning(connection, { subscriptionIds: [subscriptionId] });
    await replanner.replanWaiting(connection, reader);
    expect((await j.operator.get(`/tasks/${taskId}`)).body).toMatchObject({
      state: 'action_required',
      requiredActions: [{ code: 'MAPPING_BROKEN' }],
    });
    await put('autotask', 'products', before);
    await readEverything();
    await taskIs('ready');
  });

  it('product deleted while a subscription of it runs: what is no longer sold still has to be billed', async () => {
    await chargeProrationAs({ billingCodeId: MATERIAL_CODE });
    const gone = await deleted(product, undefined);
    await readEverything();
    expect(await listed('products')).toBeNull();
    expect((await j.plan(taskId)).requiredActions).toEqual([]);
    await put('marketplace', 'products', gone);
    await readEverything();
  });

  it('product deleted, and nobody runs it any more: shown as broken, and what is still open of it is not written', async () => {
    const gone = await deleted(product, undefined);
    await put('marketplace', 'products', gone);
    const retired = { ...gone, id: 'PRD-RETIRED', name: 'Example Pager', mpn: 'EX-PAGER' };
    await put('marketplace', 'products', retired);
    await readEverything();
    const { key } = await j.product('EX-PAGER', '1m', '12m');
    await j.serviceFor(await j.product('EX-PAGER', '1m', '12m'));
    const order = await j.order({ type: 'sales', customerId, items: [{ productId: retired.id, quantity: 4 }] });
    await j.check();
    const open = (await j.taskOf(order.orderNumber)).id;
    const choices = { contract: { create: {} } };
    const confirmed = await j.plan(open, choices);
    expect(confirmed.requiredActions, JSON.stringify(confirmed.requiredActions)).toEqual([]);
    const before = await written();

    await t.sandbox('marketplace', 'POST', `/subscriptions/${order.subscriptionId}`, { status: 'terminated' });
    await j.check();
    await deleted({ ...product, id: () => retired.id }, undefined);
    await readEverything();
    const { items } = (await j.operator.get(`${j.c}/products?pageSize=200`)).body;
    expect(items.find((one: any) => one.product.key === key)).toMatchObject({
      state: 'broken',
      broken: { code: 'PRODUCT_GONE' },
    });
    expect((await j.plan(open, choices)).requiredActions).toContainEqual(
      expect.objectContaining({ code: 'MAPPING_BROKEN', message: expect.stringContaining('neither sells') }),
    );
    const push = await j.operator.post(`/tasks/${open}/sync`, { choices, planHash: confirmed.hash });
    expect([push.status, push.body.code]).toEqual([409, expect.stringMatching(/^(ACTION_REQUIRED|PLAN_CHANGED)$/)]);
    expect(await written()).toEqual(before);
    expect(await t.database.sql(`select is_active from product_mirror where product_key = ?`, [key])).toEqual([
      { is_active: false },
    ]);
  });

  it('is used again once somebody has said that a renamed one is still the same', async () => {
    await put('autotask', 'companies', { ...(await row(company)), companyName: 'Marmalade Freight Ltd' });
    await put('autotask', 'services', { ...(await row(service)), name: 'Example Something Else' });
    await put('autotask', 'contracts', { ...(await row(contract)), contractName: 'Another agreement' });
    await put('autotask', 'billingCodes', { ...(await row(code)), name: 'Example Travel' });
    await j.refresh();
    expect((await j.plan(taskId)).requiredActions.length).toBeGreaterThanOrEqual(4);

    await j.mapCustomer(customerId, companyId);
    for (const [path, body] of [
      ['products', [{ productKey, serviceId, action: 'map' }]],
      ['fees', [{ feeKind: 'proration', billingCodeId: MATERIAL_CODE }]],
    ] as const) {
      const saved = await j.operator.put(`${j.c}/${path}/mappings`, body);
      expect([saved.status, saved.body.changed], JSON.stringify(saved.body)).toEqual([200, 1]);
    }
    expect((await j.operator.put(`/subscriptions/${ours}/contract`, { contractId })).status).toBe(200);
    for (const list of ['customers', 'products', 'fees', 'subscriptions'] as const)
      expect(await listed(list)).toBeNull();
    expect((await j.sync(taskId)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-05-01')).toBe(13);
  });

  it('still lets a customer who left be taken off: only what ends the subscription goes through', async () => {
    await put('marketplace', 'customers', { ...(await row(customer)), status: 'cancelled' });
    const order = await j.order({ type: 'cancellation', subscriptionId });
    await j.check();
    await j.refresh();
    expect(await listed('customers')).toMatchObject({ code: 'CUSTOMER_INACTIVE' });
    const task = await j.taskOf(order.orderNumber);
    expect((await j.sync(task.id)).state).toBe('synced');
    expect(await j.unitsOn(companyId, serviceId, '2027-06-01')).toBe(0);
  });
});
