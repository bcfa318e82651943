import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addMonths } from '../../src/domain/calendar/calendar-date.js';
import { startMappingTest, type MappingTest } from './mapping-support.js';

/** A company of the seed that holds no contract of ours, and a service of its own for the ordered product. */
const COMPANY = 121;
const CUSTOMER = '1000021';

let t: MappingTest;
let contractId: number;
let serviceId: number;
let monthly: { id: string };

beforeAll(async () => {
  t = await startMappingTest();
  const today = (await t.app.sandbox('autotask', 'GET', '/clock')).now.slice(0, 10) as string;
  contractId = (
    await t.autotask('POST', 'Contracts', {
      companyID: COMPANY,
      contractName: 'Chosen at order time',
      contractType: 7,
      contractPeriodType: 2,
      status: 1,
      startDate: addMonths(today, -2),
      endDate: addMonths(today, 24),
      timeReportingRequiresStartAndStopTimes: 0,
    })
  ).itemId;
  const services = (await t.viewer.get(t.path('services?pageSize=200'))).body.items;
  serviceId = services.find(({ periodType, isActive }: any) => periodType === 2 && isActive).id;
  const { products } = await t.app.sandbox('marketplace', 'GET', '/state');
  monthly = products.find(
    ({ mpn, billingPeriod, subscriptionPeriod }: any) =>
      mpn === 'EX-OFF-B' && billingPeriod.type === 'month' && subscriptionPeriod.type === 'month',
  );
  const [code] = (await t.viewer.get(t.path('billing-codes?pageSize=200'))).body.items.filter(
    ({ useType }: any) => useType === 4,
  );
  await t.operator.put(
    t.path('fees/mappings'),
    ['setup', 'proration', 'cancellation', 'usage'].map((feeKind) => ({ feeKind, billingCodeId: code.id })),
  );
  await t.app.job((await t.operator.post(t.path('check'))).body.jobId);
}, 120_000);
afterAll(async () => await t?.close());
beforeEach(async () => {
  await t.forgetCustomerMappings();
  for (const table of ['product_mapping', 'subscription_mapping']) await t.rows(`delete from ${table}`);
});

/** Sells one product with these attributes and checks for changes. @returns the task of the order. */
async function sell(attributes: Record<string, string>): Promise<any> {
  const order = await t.app.sandbox('marketplace', 'POST', '/orders', {
    type: 'sales',
    customerId: CUSTOMER,
    items: [{ productId: monthly.id, quantity: 3 }],
    attributes,
  });
  await t.app.job((await t.operator.post(t.path('check'))).body.jobId);
  const { items } = (await t.viewer.get(t.path(`tasks?search=${order.orderNumber}`))).body;
  return (await t.viewer.get(`/tasks/${items[0].id}`)).body;
}

describe('mapping at order time (MAP-10)', () => {
  it('lets the first sync need no person: customer, service and contract come with the order', async () => {
    const task = await sell({
      'psa.connectionId': t.connectionId,
      'psa.serviceId': String(serviceId),
      'psa.contractId': String(contractId),
    });
    expect(task.state, JSON.stringify(task.requiredActions)).toBe('ready');
    expect(await t.rows('select customer_id, company_id, mapped_by from customer_mapping')).toEqual([
      { customer_id: CUSTOMER, company_id: COMPANY, mapped_by: 'automatic' },
    ]);
    expect(await t.rows('select service_id from product_mapping')).toEqual([{ service_id: serviceId }]);
    expect(await t.rows('select contract_id from subscription_mapping')).toEqual([{ contract_id: contractId }]);
  });

  it('runs such an order from check to proof without any person, where automation is on', async () => {
    await t.admin.patch(`/connections/${t.connectionId}`, { settings: { automation: 'every5Minutes' } });
    const sold = await sell({ 'psa.serviceId': String(serviceId), 'psa.contractId': String(contractId) });
    const done = await t.app.until(
      async () => (await t.viewer.get(`/tasks/${sold.id}`)).body,
      ({ state }) => state === 'synced',
    );
    await t.admin.patch(`/connections/${t.connectionId}`, { settings: { automation: 'off' } });
    expect(done.accepted).toMatchObject({ by: 'automatic', byPolicy: true });
    const { contractServices } = await t.app.sandbox('autotask', 'GET', '/state?collections=contractServices');
    const lines = contractServices.filter((one: any) => one.contractID === contractId);
    expect(lines.map((one: any) => one.serviceID)).toEqual([serviceId]);
    const entries = [...(await t.logged('customer.mapped')), ...(await t.logged('product.mapped'))];
    expect(new Set(entries.slice(-1).map(({ actor }) => actor))).toEqual(new Set(['automatic']));
  });

  it('leaves what is mapped already as it is', async () => {
    await t.operator.put(t.path('customers/mappings'), [{ customerId: CUSTOMER, companyId: COMPANY, action: 'map' }]);
    await sell({ 'psa.contractId': String(contractId) });
    expect(await t.rows('select mapped_by from customer_mapping')).toEqual([{ mapped_by: 'user-1' }]);
  });

  it('does not use ids that were chosen for another connection, and says so', async () => {
    const task = await sell({ 'psa.connectionId': 'another', 'psa.contractId': String(contractId) });
    expect(task.state).toBe('action_required');
    expect(await t.rows('select * from subscription_mapping')).toEqual([]);
    const [entry] = (await t.logged('order.mapping_ignored')).slice(-1);
    expect(entry).toMatchObject({ customer_id: CUSTOMER, outcome: 'action_required' });
  });

  it('keeps the rules of mapping by hand: a contract that does not suit is refused with its reason', async () => {
    const task = await sell({ 'psa.contractId': '999999999', 'psa.serviceId': 'twelve' });
    expect(task.state).toBe('action_required');
    const messages = (await t.logged('order.mapping_ignored')).slice(-2).map(({ message }) => message);
    expect(messages.join(' ')).toMatch(/no contract 999999999.*psa\.serviceId must be a whole number/s);
    expect(await t.rows('select * from product_mapping')).toEqual([]);
  });
});
