import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { MarketplaceMirror } from '../../src/modules/mapping/marketplace-mirror.service.js';
import { aMonthlySubscription, startMappingTest, type MappingTest } from './mapping-support.js';

let t: MappingTest;
const HEADING = 'kind,marketplaceKey,autotaskId\r\n';
let product: { productKey: string; serviceId: number };

/** POST of a file, as a browser would send it. */
async function send(csv: string, dryRun = false, role: 'operator' | 'viewer' = 'operator'): Promise<any> {
  const { token } = await t.app.sandbox<{ token: string }>('marketplace', 'POST', '/token', {
    role,
    installationId: t.installationId,
  });
  const response = await fetch(`${t.app.url}/api/v1${t.path(`mappings/import?dryRun=${dryRun}`)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv' },
    body: csv,
  });
  return { status: response.status, body: (await response.json()) as unknown };
}
const exported = async (): Promise<string> => (await t.viewer.get(t.path('mappings/export'))).body;
const problems = ({ body }: any): unknown[] => body.problems.map(({ row, code }: any) => `${row} ${code}`);
const ids: string[] = [];

beforeAll(async () => {
  t = await startMappingTest();
  const customers = (await t.viewer.get(t.path('customers?status=all&pageSize=5'))).body;
  ids.push(...customers.items.map(({ customer }: any) => customer.id));
  const products = (await t.viewer.get(t.path('products?pageSize=200'))).body;
  const [monthly] = products.items.filter(({ product: { cycle } }: any) => cycle.periodType === 2);
  const services = (await t.viewer.get(t.path('services?pageSize=200'))).body.items;
  product = {
    productKey: monthly.product.key,
    serviceId: services.find(({ periodType, isActive }: any) => periodType === 2 && isActive).id,
  };
}, 120_000);
afterAll(async () => await t?.close());
beforeEach(async () => {
  await t.forgetCustomerMappings();
  for (const table of ['product_mapping', 'fee_mapping', 'subscription_mapping', 'action_log_entry'])
    await t.rows(`delete from ${table}`);
});

/** A monthly subscription of a customer, as a check would have read it. @returns the marketplace's id. */
async function subscription(customerId: string): Promise<string> {
  const connection = await t.app.database.unit().findOneOrFail(Connection, { id: t.connectionId });
  const one = aMonthlySubscription(`S-${customerId}`, { customerId, productKey: product.productKey });
  await t.app.app
    .get(MarketplaceMirror)
    .saveSubscriptions(t.app.database.unit(), connection, [{ subscription: one, signature: 'a' }]);
  return one.id;
}

describe('all mappings as CSV (MAP-11)', () => {
  it('go out and come in again as they were', async () => {
    const [code] = (await t.viewer.get(t.path('billing-codes?pageSize=200'))).body.items.filter(
      ({ useType }: any) => useType === 4,
    );
    const contractId = await t.contract(121);
    const subscriptionId = await subscription(ids[0]!);
    const lines = [
      `customer,${ids[0]},121`,
      `customer,${ids[0]},122`,
      `customer,${ids[1]},123`,
      `product,${product.productKey},${product.serviceId}`,
      `fee,setup,billingCode:${code.id}`,
      'fee,usage,product:1',
      `fee,usage:${product.productKey},billingCode:${code.id}`,
      `subscription,${subscriptionId},${contractId}`,
    ];
    const file = `${HEADING}${lines.join('\r\n')}\r\n`;
    const done = await send(file);
    expect(done.body).toMatchObject({ dryRun: false, rows: 8, good: 8, applied: 8, problems: [] });
    expect(await exported()).toBe(file);
    expect(await t.rows('select customer_id, company_id, mapped_by from customer_mapping order by company_id')).toEqual(
      [
        { customer_id: ids[0], company_id: 121, mapped_by: 'user-1' },
        { customer_id: ids[0], company_id: 122, mapped_by: 'user-1' },
        { customer_id: ids[1], company_id: 123, mapped_by: 'user-1' },
      ],
    );
    expect(await t.rows('select product_key, service_id from product_mapping')).toEqual([
      { product_key: product.productKey, service_id: product.serviceId },
    ]);
    expect(await t.rows('select count(*)::int as n from fee_mapping')).toEqual([{ n: 3 }]);
    expect(await t.rows('select subscription_id, contract_id from subscription_mapping')).toEqual([
      { subscription_id: subscriptionId, contract_id: contractId },
    ]);
    expect((await send(file)).body).toMatchObject({ good: 8, applied: 0, problems: [] });
    expect(await t.logged('mappings.imported')).toHaveLength(1);
  });

  it('are tried first: a dry run lists every problem by row and changes nothing', async () => {
    const file = [
      'kind;marketplaceKey;autotaskId',
      `customer;${ids[0]};121`,
      'customer;nobody;121',
      `customer;${ids[1]};999999`,
      `customer;${ids[2]};twelve`,
      'shoe;1;2',
      `product;mpn:none;${product.serviceId}`,
      'fee;tip;billingCode:1',
      'subscription;none;1',
      '',
    ].join('\n');
    const tried = await send(file, true);
    expect(tried.status).toBe(200);
    expect(problems(tried)).toEqual([
      '3 CUSTOMER_UNKNOWN',
      '4 COMPANY_UNKNOWN',
      '5 ID_UNREADABLE',
      '6 KIND_UNKNOWN',
      '7 PRODUCT_UNKNOWN',
      '8 FEE_KIND_UNKNOWN',
      '9 SUBSCRIPTION_UNKNOWN',
    ]);
    expect(tried.body).toMatchObject({ dryRun: true, rows: 8, good: 1, applied: 0 });
    expect(await t.rows('select * from customer_mapping')).toEqual([]);

    const done = await send(file);
    expect(problems(done)).toEqual(problems(tried));
    expect(done.body).toMatchObject({ applied: 1 });
    expect(await t.rows('select customer_id from customer_mapping')).toEqual([{ customer_id: ids[0] }]);
  });

  it('apply the good rows of each kind and list the rest, each by its row with what by hand would be refused', async () => {
    const [yearly] = (await t.viewer.get(t.path('services?periodType=5'))).body.items;
    const [recurring] = (await t.viewer.get(t.path('billing-codes?useType=5'))).body.items;
    const suits = await t.contract(121);
    const foreign = await t.contract(123);
    const own = await subscription(ids[0]!);
    const other = await subscription(ids[1]!);
    const done = await send(
      [
        HEADING.trim(),
        `customer,${ids[0]},121`,
        `product,${product.productKey},${yearly.id}`,
        'fee,proration,product:1',
        `fee,setup,billingCode:${recurring.id}`,
        `subscription,${own},${suits}`,
        `subscription,${other},${foreign}`,
        `customer,${ids[0]},121`,
        '',
      ].join('\r\n'),
    );
    expect(problems(done)).toEqual([
      '3 CYCLE_MISMATCH',
      '5 BILLING_CODE_NOT_MATERIAL',
      '7 MAPPING_MISSING',
      '8 ROW_TWICE',
    ]);
    expect(done.body).toMatchObject({ rows: 7, good: 3, applied: 3 });
    expect(await t.rows('select customer_id, company_id from customer_mapping')).toEqual([
      { customer_id: ids[0], company_id: 121 },
    ]);
    expect(await t.rows('select fee_kind, autotask_product_id from fee_mapping')).toEqual([
      { fee_kind: 'proration', autotask_product_id: 1 },
    ]);
    expect(await t.rows('select subscription_id, contract_id from subscription_mapping')).toEqual([
      { subscription_id: own, contract_id: suits },
    ]);
    expect(await t.rows('select * from product_mapping')).toEqual([]);
    expect((await t.logged('mappings.imported'))[0]).toMatchObject({ outcome: 'action_required' });
  });

  it('keep the cardinality, and never move a customer without being told so', async () => {
    await send(`${HEADING}customer,${ids[0]},121\r\n`);
    const moved = await send(`${HEADING}customer,${ids[0]},122\r\n`);
    expect(problems(moved)).toEqual(['2 MAPPING_DIFFERS']);
    const knot = await send(
      `${HEADING}customer,${ids[0]},121\r\ncustomer,${ids[0]},122\r\ncustomer,${ids[1]},121\r\n`,
      true,
    );
    expect(problems(knot)).toContain('4 MANY_TO_MANY');
    expect(await t.rows('select customer_id, company_id from customer_mapping')).toEqual([
      { customer_id: ids[0], company_id: 121 },
    ]);
  });

  it('say what is wrong with a file that cannot be read', async () => {
    expect((await send('name,id\nx,1\n')).body).toMatchObject({ code: 'CSV_MALFORMED', status: 400 });
    expect((await send(`${HEADING}"customer,1,2\r\n`)).body).toMatchObject({ code: 'CSV_MALFORMED' });
    expect((await send(' ')).body).toMatchObject({ code: 'CSV_MALFORMED' });
    expect((await send(`${HEADING}customer,1,2\r\n`, false, 'viewer')).status).toBe(403);
  });
});
