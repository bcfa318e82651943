import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/test-app.js';
import { startMappingTest, type MappingTest } from './mapping-support.js';

const PRODUCT = 'mpn:EX-OFF-P|example-software|1m|12m';
const RECURRING = 501;

let t: MappingTest;
let product: any;
const form = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Sample Seat, monthly',
  description: 'One seat',
  periodType: 2,
  unitPrice: '8.50',
  unitCost: '6.10',
  billingCodeId: RECURRING,
  ...changes,
});
const create = async (changes?: Record<string, unknown>): Promise<Answer> =>
  await t.operator.post(t.path('services'), form(changes));
const inAutotask = async (name: string): Promise<any[]> =>
  (await t.app.sandbox('autotask', 'GET', '/state?collections=services')).services.filter(
    (row: any) => row.name === name,
  );
const journal = async (): Promise<any[]> =>
  await t.rows(`select state, result_id, lane, call, evidence from sync_operation order by sent_at`);
const fault = async (entry: Record<string, unknown>): Promise<void> => {
  await t.app.sandbox('autotask', 'POST', '/faults', entry);
};

beforeAll(async () => {
  t = await startMappingTest();
  // Metadata is read once and kept for hours, so the tenant asks for a description from the start.
  await t.app.sandbox('autotask', 'PUT', '/behaviour', { requiredServiceField: 'description' });
  product = (await t.viewer.get(t.path('products?pageSize=200'))).body.items.find(
    (row: any) => row.product.key === PRODUCT,
  ).product;
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  await t.app.sandbox('autotask', 'DELETE', '/faults');
  for (const table of ['product_mapping', 'sync_operation', 'action_log_entry']) await t.rows(`delete from ${table}`);
});

describe('Add product to Autotask (MAP-7)', () => {
  it('creates the service with everything the form holds, maps the product, and tells the log', async () => {
    const name = 'Example Office Premium, committed';
    const answer = await create({
      name,
      productKey: PRODUCT,
      mapProduct: true,
      invoiceDescription: 'Premium seat',
      vendorCompanyId: 1,
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      foundAgain: false,
      costWritten: true,
      priceConverted: false,
      mappingProblem: null,
      product: { state: 'matched', product: { key: PRODUCT }, mapping: { serviceId: answer.body.service.id } },
    });
    expect(await inAutotask(name)).toMatchObject([
      {
        id: answer.body.service.id,
        description: 'One seat',
        invoiceDescription: 'Premium seat',
        periodType: 2,
        unitPrice: 8.5,
        unitCost: 6.1,
        billingCodeID: RECURRING,
        vendorCompanyID: 1,
        sku: 'EX-OFF-P',
        externalID: product.id,
        isActive: true,
      },
    ]);
    expect(await t.logged('service.created')).toMatchObject([
      { actor: 'user-1', after: { serviceId: answer.body.service.id } },
    ]);
    expect(await t.logged('product.mapped')).toHaveLength(1);
    expect(await journal()).toMatchObject([
      { state: 'applied', result_id: answer.body.service.id, lane: `service:${name}` },
    ]);
    expect((await t.viewer.get(t.path('services?search=committed'))).body.items).toMatchObject([
      { name, productKeys: [PRODUCT] },
    ]);
  });

  it('names every field that this Autotask requires besides, and creates nothing', async () => {
    const answer = await create({ name: 'Sample Bare', description: undefined });
    expect(answer.body).toMatchObject({
      code: 'SERVICE_FIELDS_MISSING',
      fields: [{ name: 'description', dataType: 'string', length: 400 }],
    });
    expect(await inAutotask('Sample Bare')).toEqual([]);
    expect(await journal()).toEqual([]);
  });

  it('passes further fields on, and refuses those that Autotask does not have', async () => {
    const created = await create({ name: 'Sample Linked', additionalFields: { internalID: 'INT-7' } });
    expect(created.status).toBe(201);
    expect((await inAutotask('Sample Linked'))[0].internalID).toBe('INT-7');
    expect((await create({ name: 'Sample Odd', additionalFields: { colour: 'red' } })).body.code).toBe(
      'SERVICE_FIELD_UNKNOWN',
    );
    expect((await create({ name: 'Sample Odd', additionalFields: { unitPrice: 1 } })).body.code).toBe(
      'SERVICE_FIELD_UNKNOWN',
    );
    expect((await create({ name: 'Sample Odd', additionalFields: { url: ['x'] } })).body.code).toBe('INPUT_INVALID');
  });

  it.each([
    ['BILLING_CODE_NOT_RECURRING', { billingCodeId: 401 }],
    ['BILLING_CODE_INACTIVE', { billingCodeId: 503 }],
    ['BILLING_CODE_UNKNOWN', { billingCodeId: 999 }],
    ['VENDOR_UNKNOWN', { vendorCompanyId: 999_999 }],
    ['PRODUCT_UNKNOWN', { productKey: 'mpn:NOPE||1m|1m' }],
    ['CYCLE_MISMATCH', { productKey: PRODUCT, periodType: 5 }],
    ['INPUT_INVALID', { mapProduct: true }],
    ['INPUT_INVALID', { name: 'x'.repeat(151) }],
    ['INPUT_INVALID', { unitPrice: 8.5 }],
    ['INPUT_INVALID', { unitPrice: '8.55555' }],
    ['INPUT_INVALID', { periodType: 7 }],
    ['INPUT_INVALID', { colour: 'red' }],
  ])('refuses with %s: %o', async (code, changes) => {
    expect((await create({ name: 'Sample Refused', ...changes })).body.code).toBe(code);
    expect(await inAutotask('Sample Refused')).toEqual([]);
    expect(await journal()).toEqual([]);
  });

  it('is not for viewers', async () => {
    expect((await t.viewer.post(t.path('services'), form())).body.code).toBe('FORBIDDEN');
  });

  it('offers the existing service when the name, the external id, or else SKU and period exist already', async () => {
    await create({ name: 'Sample First', externalId: 'ext-1', sku: 'SKU-1' });
    const [first] = await inAutotask('Sample First');
    for (const changes of [
      { name: 'Sample First', externalId: 'ext-2' },
      { name: 'Sample Second', externalId: 'ext-1' },
      { name: 'Sample Third', sku: 'SKU-1' },
    ])
      expect((await create(changes)).body).toMatchObject({
        code: 'DUPLICATE_SERVICE',
        existing: { id: first.id, name: 'Sample First' },
        usable: true,
      });
    expect((await create({ name: 'Sample First', periodType: 5 })).body).toMatchObject({ usable: false });
    // One SKU with two periods needs two services (reference §10.9).
    expect((await create({ name: 'Sample Yearly', sku: 'SKU-1', periodType: 5 })).status).toBe(201);
    expect(await inAutotask('Sample Second')).toEqual([]);
    expect(await inAutotask('Sample Third')).toEqual([]);
  });

  it("shows Autotask's own words when it refuses", async () => {
    await fault({
      method: 'POST',
      path: '/Services$',
      kind: 'status',
      status: 500,
      body: { errors: ['Not on a Tuesday.'] },
    });
    const answer = await create({ name: 'Sample Tuesday' });
    expect([answer.status, answer.body.code, answer.body.autotask]).toEqual([
      409,
      'AUTOTASK_REJECTED',
      ['Not on a Tuesday.'],
    ]);
    expect(await journal()).toMatchObject([{ state: 'rejected', evidence: { autotask: ['Not on a Tuesday.'] } }]);
    expect((await t.logged('service.refused'))[0]).toMatchObject({ outcome: 'failed' });
    expect((await create({ name: 'Sample Tuesday' })).status).toBe(201);
  });

  it('finds the service again when Autotask made it and the reply was lost', async () => {
    await fault({ method: 'POST', path: '/Services$', kind: 'drop-after' });
    const answer = await create({ name: 'Sample Echo' });
    expect([answer.status, answer.body.foundAgain]).toEqual([201, true]);
    expect(await inAutotask('Sample Echo')).toMatchObject([{ id: answer.body.service.id }]);
    expect(await journal()).toMatchObject([{ state: 'applied', result_id: answer.body.service.id }]);
  });

  it('says so while it is not proven, sends nothing again until it is, and then makes exactly one', async () => {
    await fault({ method: 'POST', path: '/Services$', kind: 'drop-before' });
    const first = await create({ name: 'Sample Lost' });
    expect([first.status, first.body.code]).toEqual([503, 'OUTCOME_UNCERTAIN']);
    expect((await t.logged('service.uncertain'))[0]).toMatchObject({ outcome: 'uncertain' });
    const done = await t.app.until(
      async () => await create({ name: 'Sample Lost' }),
      ({ status }) => status !== 503,
    );
    expect([done.status, done.body.foundAgain]).toEqual([201, false]);
    expect(await inAutotask('Sample Lost')).toHaveLength(1);
    expect((await journal()).map(({ state }) => state)).toEqual(['not_applied', 'applied']);
  });

  /** As if the process had been killed before the reply, longer ago than a request may take. */
  const stopped = async (): Promise<unknown> =>
    await t.rows(
      `update sync_operation set state = 'sending', result_id = null, sent_at = sent_at - interval '1 minute'`,
    );

  it('proves the attempt that a stopped process left without outcome before it sends anything', async () => {
    const first = await create({ name: 'Sample Restart' });
    await stopped();
    const again = await create({ name: 'Sample Restart' });
    expect([again.status, again.body.foundAgain, again.body.service.id]).toEqual([201, true, first.body.service.id]);
    expect(await inAutotask('Sample Restart')).toHaveLength(1);
    expect(await journal()).toMatchObject([{ state: 'applied', result_id: first.body.service.id }]);
    // Another form than the one that was sent is another wish: it is shown what is there.
    await stopped();
    expect((await create({ name: 'Sample Restart', unitPrice: '9.00' })).body.code).toBe('DUPLICATE_SERVICE');
  });

  it('makes one service when two people press at the same moment', async () => {
    const answers = await Promise.all([create({ name: 'Sample Twin' }), create({ name: 'Sample Twin' })]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 409]);
    expect(['SERVICE_BEING_CREATED', 'DUPLICATE_SERVICE']).toContain(
      answers.find(({ status }) => status === 409)!.body.code,
    );
    expect(await inAutotask('Sample Twin')).toHaveLength(1);
  });

  it('pauses the connection when Autotask refuses the sign-in', async () => {
    await fault({ method: '*', path: '/V1.0/', kind: 'status', status: 401, times: 20 });
    const answer = await create({ name: 'Sample Locked' });
    expect([answer.status, answer.body.code]).toEqual([503, 'AUTOTASK_SECRET_WRONG']);
    expect((await create({ name: 'Sample Locked' })).body.code).toBe('CONNECTION_PAUSED');
    await t.app.sandbox('autotask', 'DELETE', '/faults');
    await t.rows('update connection set paused_until = clock_timestamp()');
    expect((await create({ name: 'Sample Locked' })).status).toBe(201);
    expect(await t.rows('select pause_attempts from connection')).toEqual([{ pause_attempts: 0 }]);
  });
});

describe('a service that is there already (MAP-7)', () => {
  it('is a choice: use the existing one', async () => {
    // Nobody here has read it yet: it was made in Autotask a moment ago.
    const { itemId } = await t.autotask('POST', 'Services', {
      name: 'Sample Known There',
      unitPrice: 7.9,
      periodType: 2,
      billingCodeID: RECURRING,
      description: 'x',
    });
    const refused = await create({
      name: 'Sample Known There',
      productKey: PRODUCT,
      externalId: 'ext-known',
      mapProduct: true,
    });
    expect([refused.status, refused.body]).toMatchObject([
      409,
      {
        code: 'DUPLICATE_SERVICE',
        existing: { id: itemId, name: 'Sample Known There', unitPrice: '7.9', productKeys: [] },
        usable: true,
        choices: ['use', 'rename'],
        clash: ['name'],
        suggestedName: 'Sample Known There (monthly)',
      },
    ]);
    const used = await t.operator.put(t.path('products/mappings'), [
      { productKey: PRODUCT, serviceId: refused.body.existing.id, action: 'map' },
    ]);
    expect([used.status, used.body.changed]).toEqual([200, 1]);
    expect(await t.rows('select product_key, service_id from product_mapping')).toEqual([
      { product_key: PRODUCT, service_id: itemId },
    ]);
    expect(await inAutotask('Sample Known There')).toHaveLength(1);
  });

  it('is a choice: give the new one another name', async () => {
    await create({ name: 'Sample Renamed' });
    const refused = await create({ name: 'Sample Renamed', externalId: 'ext-renamed' });
    const renamed = await create({ name: refused.body.suggestedName, externalId: 'ext-renamed' });
    expect([renamed.status, renamed.body.service.name]).toEqual([201, 'Sample Renamed (monthly)']);
    const third = await create({ name: 'Sample Renamed', externalId: 'ext-third' });
    expect(third.body.suggestedName).toBe('Sample Renamed (2)');
  });

  it.each([
    ['CYCLE_MISMATCH', { periodType: 5 }, {}],
    ['SERVICE_INACTIVE', {}, { isActive: false }],
  ])('can only be renamed where the existing one does not fit: %s', async (unusableBecause, wish, change) => {
    const name = `Sample Unfit ${unusableBecause}`;
    const { body } = await create({ name });
    await t.change('autotask', 'services', { id: body.service.id, ...change });
    expect((await create({ name, ...wish })).body).toMatchObject({
      code: 'DUPLICATE_SERVICE',
      usable: false,
      unusableBecause,
      choices: ['rename'],
    });
  });

  it('can only be renamed where another product has the existing one', async () => {
    await create({ name: 'Sample Taken', productKey: PRODUCT, mapProduct: true, externalId: 'ext-taken' });
    expect((await create({ name: 'Sample Other', externalId: 'ext-taken' })).body).toMatchObject({
      clash: ['externalId'],
      unusableBecause: 'SERVICE_TAKEN',
      existing: { productKeys: [PRODUCT] },
      choices: ['rename'],
    });
  });

  it("turns Autotask's own duplicate-name answer into the choice, also when it hides the other service", async () => {
    const name = 'Sample Hidden';
    await fault({
      method: 'POST',
      path: '/Services$',
      kind: 'status',
      status: 500,
      body: {
        errors: [
          `Violation of UNIQUE KEY constraint 'IX_service'. Cannot insert duplicate key in object 'dbo.Service'. The duplicate key value is (${name}).`,
          'Error updating database for new entity records.',
        ],
      },
    });
    expect((await create({ name })).body).toMatchObject({
      code: 'DUPLICATE_SERVICE',
      existing: null,
      usable: false,
      unusableBecause: 'SERVICE_HIDDEN',
      choices: ['rename'],
      suggestedName: 'Sample Hidden (monthly)',
    });
    expect(await journal()).toMatchObject([{ state: 'rejected' }]);
  });
});

describe("a connection in another currency than Autotask's own (MAP-7)", () => {
  let dollars: string;
  const USD = 2;
  const inDollars = async (changes: Record<string, unknown>): Promise<Answer> =>
    await t.operator.post(`/connections/${dollars}/services`, form(changes));
  const listed = async (serviceID: number): Promise<any> =>
    (await t.app.sandbox('autotask', 'GET', '/state?collections=priceListServices')).priceListServices.find(
      (row: any) => row.serviceID === serviceID && row.currencyID === USD,
    );

  beforeAll(async () => {
    dollars = await t.app.connect('USD');
  });

  it('sets the price in its own price list, so that no exchange rate moves it', async () => {
    const answer = await inDollars({ name: 'Sample Dollar List' });
    expect([answer.status, answer.body.listPrice, answer.body.priceProblem]).toEqual([201, '8.50', null]);
    expect(await listed(answer.body.service.id)).toMatchObject({ usesInternalCurrencyPrice: false, unitPrice: 8.5 });
    expect((await t.logged('service.created'))[0].after).toMatchObject({ listPrice: { written: '8.50' } });
    expect(await journal()).toMatchObject([{ state: 'applied', evidence: { listPrice: { written: '8.50' } } }]);
    await t.change('autotask', 'currencies', { id: USD, exchangeRate: 0.5 });
    const [line] = await dollarLine(answer.body.service.id);
    await t.change('autotask', 'currencies', { id: USD, exchangeRate: 0.925926 });
    expect(line.unitPrice).toBe(8.5);
  });

  /** A line of the service on a contract of a company that is billed in dollars. */
  async function dollarLine(serviceID: number): Promise<any[]> {
    const { companies } = await t.app.sandbox('autotask', 'GET', '/state?collections=companies');
    const company = companies.find((row: any) => row.currencyID === USD && row.isActive);
    const { itemId } = await t.autotask('POST', 'Contracts', {
      companyID: company.id,
      contractName: `Sample ${serviceID}`,
      contractType: 7,
      contractPeriodType: 2,
      status: 1,
      startDate: '2027-01-01',
      endDate: '2027-12-31',
      setupFee: 0,
      timeReportingRequiresStartAndStopTimes: 0,
    });
    await t.autotask('POST', `Contracts/${itemId}/Services`, { serviceID });
    return (await t.autotask('GET', `Contracts/${itemId}/Services`)).items;
  }

  it('says so when Autotask refuses the price list, and the service stands', async () => {
    await t.app.sandbox('autotask', 'PUT', '/behaviour', { multiCurrency: 'off' });
    const answer = await inDollars({ name: 'Sample Dollar Refused' });
    await t.app.sandbox('autotask', 'PUT', '/behaviour', { multiCurrency: 'on' });
    expect([answer.status, answer.body]).toMatchObject([
      201,
      { listPrice: null, priceConverted: true, priceProblem: { code: 'PRICE_LIST_REFUSED' } },
    ]);
    expect(answer.body.priceProblem.autotask).toHaveLength(1);
    expect(await inAutotask('Sample Dollar Refused')).toHaveLength(1);
    expect(await journal()).toMatchObject([{ state: 'applied' }]);
  });

  it('proves a price whose reply was lost, and never makes a second service', async () => {
    await fault({ method: 'PATCH', path: '/PriceListServices$', kind: 'drop-after' });
    const answer = await inDollars({ name: 'Sample Dollar Echo' });
    expect([answer.status, answer.body.listPrice]).toEqual([201, '8.50']);

    await fault({ method: 'PATCH', path: '/PriceListServices$', kind: 'drop-before' });
    const lost = await inDollars({ name: 'Sample Dollar Lost' });
    expect([lost.status, lost.body.code]).toEqual([503, 'OUTCOME_UNCERTAIN']);
    const again = await inDollars({ name: 'Sample Dollar Lost' });
    expect([again.status, again.body.foundAgain, again.body.listPrice]).toEqual([201, true, '8.50']);
    expect(await inAutotask('Sample Dollar Lost')).toHaveLength(1);
    expect(await listed(again.body.service.id)).toMatchObject({ unitPrice: 8.5 });
  });

  it("converts price and cost for Autotask's own catalogue", async () => {
    const answer = await inDollars({ name: 'Sample Dollar Seat' });
    expect([answer.status, answer.body.priceConverted]).toEqual([201, true]);
    const { currencies } = await t.app.sandbox('autotask', 'GET', '/state?collections=currencies');
    const { exchangeRate } = currencies.find(({ name }: any) => name === 'USD');
    const [made] = await inAutotask('Sample Dollar Seat');
    expect(made.unitPrice).toBeCloseTo(8.5 * exchangeRate, 4);
    expect(made.unitCost).toBeCloseTo(6.1 * exchangeRate, 4);
  });
});
