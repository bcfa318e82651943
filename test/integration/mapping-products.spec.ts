import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/test-app.js';
import { refusedRows, startMappingTest, type MappingTest } from './mapping-support.js';

/** Keys and ids of the sandboxes' own catalogues. */
const BASIC_MONTHLY = 'mpn:EX-OFF-B|example-software|1m|1m';
const BASIC_COMMITTED = 'mpn:EX-OFF-B|example-software|1m|12m';
const BASIC_YEARLY = 'mpn:EX-OFF-B|example-software|1y|1y';

let t: MappingTest;
let services: any[];
let products: any[];
let save: (rows: unknown) => Promise<Answer>;
const list = async (query: string): Promise<any> => (await t.viewer.get(t.path(`products?${query}`))).body;
const byKey = async (key: string): Promise<any> =>
  (await list('pageSize=200')).items.find(({ product }: any) => product.key === key);
const service = (period: number, nth = 0): any => services.filter(({ periodType }) => periodType === period)[nth];

beforeAll(async () => {
  t = await startMappingTest();
  save = async (rows) => await t.operator.put(t.path('products/mappings'), rows);
  services = (await t.viewer.get(t.path('services?pageSize=200'))).body.items;
  products = (await list('pageSize=200')).items;
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  for (const table of ['product_mapping', 'action_log_entry']) await t.rows(`delete from ${table}`);
  await t.rows(`update connection set settings = settings || '{"severalProductsPerService": false}'`);
});

describe('the products list (MAP-6)', () => {
  it('keeps apart what differs only by billing or subscription period', () => {
    const basic = products.filter(({ product }) => product.mpn === 'EX-OFF-B');
    expect(new Set(basic.map(({ product }) => product.key)).size).toBe(basic.length);
    expect(basic.map(({ product }) => [product.key, product.cycle.word])).toEqual(
      expect.arrayContaining([
        [BASIC_MONTHLY, 'monthly'],
        [BASIC_COMMITTED, 'monthly'],
        [BASIC_YEARLY, 'yearly'],
      ]),
    );
  });

  it('groups by plan and counts what of each is mapped', async () => {
    await save([{ productKey: BASIC_MONTHLY, serviceId: service(2).id, action: 'map' }]);
    const page = await list('groupBy=plan&pageSize=200');
    const plan = page.items.find(({ product }: any) => product.key === BASIC_MONTHLY).product.plan;
    const inPlan = page.items.filter(({ product }: any) => product.plan === plan);
    expect(page.plans.find(({ name }: any) => name === plan)).toEqual({
      name: plan,
      products: inPlan.length,
      mapped: 1,
    });
    const plans = page.items.map(({ product }: any) => product.plan.toLowerCase());
    expect(plans).toEqual([...plans].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  it('searches and hides what is mapped', async () => {
    await save([{ productKey: BASIC_MONTHLY, serviceId: service(2).id, action: 'map' }]);
    const keys = (page: any) => page.items.map(({ product }: any) => product.key);
    expect(keys(await list('search=EX-OFF-B&pageSize=200'))).toContain(BASIC_MONTHLY);
    expect(keys(await list('search=EX-OFF-B&pageSize=200&hideMapped=true'))).not.toContain(BASIC_MONTHLY);
    expect((await list('search=nobody sells this')).total).toBe(0);
  });

  it('says which products need no service, and why', () => {
    const why = new Set(
      products.filter(({ state }) => state === 'notNeeded').map(({ product }) => product.cycle.message),
    );
    expect([...why].some((message) => message.includes('by what was used'))).toBe(true);
    expect([...why].some((message) => message.includes('one charge per term'))).toBe(true);
  });

  it('offers each product only services with its period, and refuses every other one', async () => {
    const needing = products.filter(({ product }) => product.cycle.needsService);
    const periods = new Set<number>(needing.map(({ product }) => product.cycle.periodType));
    expect(periods.size).toBeGreaterThan(1);
    for (const periodType of periods) {
      const { items } = (await t.viewer.get(t.path(`services?periodType=${periodType}&pageSize=200`))).body;
      expect(items.length).toBeGreaterThan(0);
      expect(new Set(items.map((one: any) => one.periodType))).toEqual(new Set([periodType]));
      const { key } = needing.find(({ product }) => product.cycle.periodType === periodType).product;
      const others = services.filter((one) => one.isActive && one.periodType !== periodType);
      for (const one of new Map(others.map((other) => [other.periodType, other])).values())
        expect((await save([{ productKey: key, serviceId: one.id, action: 'map' }])).body.code).toBe('CYCLE_MISMATCH');
      expect((await save([{ productKey: key, serviceId: items[0].id, action: 'map' }])).status).toBe(200);
      expect(await t.rows('select product_key, service_id from product_mapping')).toEqual([
        { product_key: key, service_id: items[0].id },
      ]);
      await save([{ productKey: key, action: 'unmap' }]);
    }
    expect((await t.viewer.get(t.path('services?periodType=7'))).body.code).toBe('INPUT_INVALID');
  });

  it('suggests a service by its SKU and spelling, never one of another period', async () => {
    await t.change('autotask', 'services', { id: service(2).id, name: 'Example Office Basic', sku: 'EX-OFF-B' });
    await t.refresh();
    const row = await byKey(BASIC_MONTHLY);
    expect(row.suggestions).toMatchObject([
      {
        serviceId: service(2).id,
        exact: true,
        reasons: [{ code: 'SAME_SKU' }, { code: 'SAME_NAME' }],
        ambiguous: true,
      },
    ]);
    expect(row.suggestions[0].ambiguousBecause).toEqual(['SEVERAL_PRODUCTS']);
    expect((await byKey(BASIC_YEARLY)).suggestions.map(({ serviceId }: any) => serviceId)).not.toContain(service(2).id);
    await t.change('autotask', 'services', { id: service(2).id, name: service(2).name, sku: service(2).sku });
    await t.refresh();
  });
});

describe('saving product mappings', () => {
  it('maps one article apart for each billing and subscription period, and unmaps one without the others (MAP-6)', async () => {
    const wanted = {
      [BASIC_MONTHLY]: service(2, 0).id,
      [BASIC_COMMITTED]: service(2, 1).id,
      [BASIC_YEARLY]: service(5).id,
    };
    const stored = async () =>
      Object.fromEntries(
        (await t.rows('select product_key, service_id from product_mapping')).map((row) => [
          row.product_key,
          row.service_id,
        ]),
      );
    const rows = Object.entries(wanted).map(([productKey, serviceId]) => ({ productKey, serviceId, action: 'map' }));
    expect((await save(rows)).body.changed).toBe(3);
    expect(await stored()).toEqual(wanted);
    for (const [key, serviceId] of Object.entries(wanted)) expect((await byKey(key)).mapping.serviceId).toBe(serviceId);
    const { [BASIC_COMMITTED]: gone, ...left } = wanted;
    expect((await save([{ productKey: BASIC_COMMITTED, serviceId: gone, action: 'unmap' }])).body.changed).toBe(1);
    expect(await stored()).toEqual(left);
    expect((await byKey(BASIC_COMMITTED)).state).toBe('unmapped');
  });

  it('maps, replaces and unmaps, each with who, before and after in the log', async () => {
    const [first, second] = [service(2, 0).id, service(2, 1).id];
    expect((await save([{ productKey: BASIC_MONTHLY, serviceId: first, action: 'map' }])).body.items[0]).toMatchObject({
      state: 'matched',
      mapping: { serviceId: first, serviceActive: true, mappedBy: 'user-1' },
    });
    await save([{ productKey: BASIC_MONTHLY, serviceId: second, action: 'map' }]);
    await save([{ productKey: BASIC_MONTHLY, action: 'unmap' }]);
    expect((await byKey(BASIC_MONTHLY)).state).toBe('unmapped');
    const entries = [...(await t.logged('product.mapped')), ...(await t.logged('product.unmapped'))];
    expect(entries.map(({ actor, before, after }) => [actor, before.serviceId, after.serviceId])).toEqual([
      ['user-1', null, first],
      ['user-1', first, second],
      ['user-1', second, null],
    ]);
  });

  it('refuses a yearly product on a monthly service, an unknown and an inactive one, and saves none of the rows', async () => {
    const inactive = (await t.rows('select service_id from service_mirror where not is_active'))[0].service_id;
    const answer = await save([
      { productKey: BASIC_MONTHLY, serviceId: service(2).id, action: 'map' },
      { productKey: BASIC_YEARLY, serviceId: service(2, 1).id, action: 'map' },
      { productKey: BASIC_COMMITTED, serviceId: inactive, action: 'map' },
      { productKey: 'mpn:NOPE||1m|1m', serviceId: service(2).id, action: 'map' },
    ]);
    expect([answer.status, answer.body.code]).toEqual([409, 'MAPPING_REFUSED']);
    expect(refusedRows(answer)).toEqual(['1 CYCLE_MISMATCH', '2 SERVICE_INACTIVE', '3 PRODUCT_UNKNOWN']);
    expect(await t.rows('select * from product_mapping')).toEqual([]);
    expect(await t.rows('select * from action_log_entry')).toEqual([]);
  });

  it('refuses a service for a product that is billed by use', async () => {
    const metered = products.find(({ product }) => product.billingModel === 'chargeAfterBillingPeriod');
    const answer = await save([{ productKey: metered.product.key, serviceId: service(2).id, action: 'map' }]);
    expect(answer.body.code).toBe('PRODUCT_NEEDS_NO_SERVICE');
  });

  it('lets several products share a service only when the setting says so (INS-8)', async () => {
    const rows = [BASIC_MONTHLY, BASIC_COMMITTED].map((productKey) => ({
      productKey,
      serviceId: service(2).id,
      action: 'map',
    }));
    expect(refusedRows(await save(rows))).toEqual(['0 SERVICE_TAKEN', '1 SERVICE_TAKEN']);
    await save([rows[0]]);
    const taken = await save([rows[1]]);
    expect(taken.body.code).toBe('SERVICE_TAKEN');
    expect(taken.body.detail).toContain('Example Office Basic');
    await t.admin.patch(`/connections/${t.connectionId}`, { settings: { severalProductsPerService: true } });
    expect((await save([rows[1]])).body.items[0].mapping.otherProductKeys).toEqual([BASIC_MONTHLY]);
  });

  it('lets one of two people who map the same product at once win', async () => {
    const { version } = await byKey(BASIC_MONTHLY);
    const answers = await Promise.all(
      [service(2, 0).id, service(2, 1).id].map(
        async (serviceId) => await save([{ productKey: BASIC_MONTHLY, serviceId, action: 'map', version }]),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    const lost = answers.find(({ status }) => status === 409)!;
    expect(lost.body).toMatchObject({ code: 'MAPPING_CONFLICT', rows: [{ current: { version: version + 1 } }] });
    expect(await t.rows('select service_id from product_mapping')).toEqual([
      { service_id: lost.body.rows[0].current.serviceId },
    ]);
  });

  it('shows a mapping as broken when its service goes inactive', async () => {
    const { id } = service(2, 2);
    await save([{ productKey: BASIC_MONTHLY, serviceId: id, action: 'map' }]);
    await t.change('autotask', 'services', { id, isActive: false });
    await t.refresh();
    expect(await byKey(BASIC_MONTHLY)).toMatchObject({ state: 'broken', broken: { code: 'SERVICE_INACTIVE' } });
    await t.change('autotask', 'services', { id, isActive: true });
    await t.refresh();
    expect((await byKey(BASIC_MONTHLY)).state).toBe('matched');
  });

  it('is refused to viewers and to another installation', async () => {
    const rows = [{ productKey: BASIC_MONTHLY, serviceId: service(2).id, action: 'map' }];
    expect((await t.viewer.put(t.path('products/mappings'), rows)).body.code).toBe('FORBIDDEN');
    const { installationId } = await t.app.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.app.url,
      accountId: 'second-reseller',
    });
    const stranger = t.app.as('admin', installationId);
    for (const answer of [
      await stranger.get(t.path('products')),
      await stranger.put(t.path('products/mappings'), rows),
      await stranger.get(t.path('fees')),
      await stranger.put(t.path('fees/mappings'), [{ feeKind: 'setup', billingCodeId: 401 }]),
      await stranger.post(t.path('services'), { name: 'x', periodType: 2, unitPrice: '1', billingCodeId: 501 }),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(await t.rows('select * from product_mapping')).toEqual([]);
  });

  it('keeps a product mappable that is no longer sold but still subscribed', async () => {
    const { MarketplaceMirror } = await import('../../src/modules/mapping/marketplace-mirror.service.js');
    const { Connection } = await import('../../src/modules/installation/connection.entity.js');
    const connection = await t.app.database.unit().findOneOrFail(Connection, { id: t.connectionId });
    const month = { unit: 'month', count: 1 } as const;
    const item = {
      productKey: 'mpn:EX-OLD|example-software|1m|1m',
      productId: 'PRD-OLD',
      name: 'Example Pager',
      quantity: '2',
    };
    const subscription = {
      id: 'S-OLD',
      name: 'Example Pager, retired',
      customerId: 'C-1',
      status: 'active' as const,
      autoRenew: true,
      billingModel: 'chargeBeforeBillingPeriod' as const,
      billingPeriod: month,
      subscriptionPeriod: month,
      creationDate: '2026-01-01',
      attributes: {},
      items: [item],
    };
    const mirror = t.app.app.get(MarketplaceMirror);
    await mirror.saveSubscriptions(t.app.database.unit(), connection, [{ subscription, signature: 'a' }]);
    await t.refresh();
    expect((await byKey(item.productKey)).product).toMatchObject({ plan: 'Example Pager, retired', active: true });
    const ended = { ...subscription, status: 'terminated' as const };
    await mirror.saveSubscriptions(t.app.database.unit(), connection, [{ subscription: ended, signature: 'b' }]);
    await t.refresh();
    expect(await byKey(item.productKey)).toBeUndefined();
  });
});
