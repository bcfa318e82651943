import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journey } from '../support/journey.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

/** The monthly tie-out through HTTP (FEATURES WIN-5): penny-exact where it can be, explained where it cannot. */
describe('the tie-out over HTTP', () => {
  let t: TestApp;
  let j: Journey;
  let basic: any;
  let serviceId: number;
  const customerId = '1900001';
  const companyId = 500_001;

  beforeAll(async () => {
    t = await startTestApp();
    j = await Journey.begin(t, '2027-03-10T09:00:00Z', { proration: 'marketplace', syncRefunds: true });
    await j.check();
    // A customer who has bought nothing before.
    await t.sandbox('marketplace', 'POST', '/rows', {
      collection: 'customers',
      row: {
        id: customerId,
        externalId: '',
        attributes: {},
        status: 'active',
        name: 'Tie-out Customer',
        address: { streetAddress: 'Example Way 1', postalCode: '10000', city: 'Sampletown', countryCode: 'DE' },
        contactPersons: [],
        language: 'en',
        resellerId: '1000000',
        currency: 'EUR',
      },
    });
    await t.sandbox('autotask', 'POST', '/rows', {
      collection: 'companies',
      row: {
        id: companyId,
        companyName: 'Tie-out Customer',
        companyType: 1,
        isActive: true,
        ownerResourceID: 4,
        phone: '+00 1',
      },
    });
    await j.refresh();
    await j.mapCustomer(customerId, companyId);
    await j.mapFees();
    basic = await j.product('EX-OFF-B', '1m', '12m');
    serviceId = await j.serviceFor(basic);
  }, 120_000);
  afterAll(async () => await t.close());

  const month = async (which: string): Promise<any> =>
    (await t.as('viewer').get(`${j.c}/tie-out?month=${which}&customerId=${customerId}`)).body.items[0];
  const lineOf = (customer: any): any => customer.lines.find((line: any) => line.name.includes('Example Office Basic'));
  const at = async (day: string) => await t.sandbox('marketplace', 'PUT', '/clock', { now: `${day}T09:00:00Z` });
  const post = async (upTo: string) => await t.sandbox('autotask', 'POST', '/approve-and-post', { upTo, companyId });
  const reasons = (line: any) => line.reasons.map(({ code, amount }: any) => `${code} ${amount}`);
  let subscriptionId: string;

  const syncNewest = async (choices = {}): Promise<void> => {
    await j.check();
    const tasks = await j.tasks(subscriptionId);
    expect(await j.sync(tasks.at(-1).id, choices)).toMatchObject({ state: 'synced' });
  };

  it('says that a task is not synced, then that a period is not posted, then nothing', async () => {
    ({ subscriptionId } = await j.order({ type: 'sales', customerId, items: [{ productId: basic.id, quantity: 5 }] }));
    await j.check();
    // 5 × 8.00 and the setup fee of 25.00, and nothing of it billed yet.
    const page = (await t.as('viewer').get(`${j.c}/tie-out?month=2027-03&customerId=${customerId}`)).body;
    expect(page.totals).toEqual({ soldTotal: '65.00', billedTotal: '0.00', difference: '-65.00' });
    const open = lineOf(await month('2027-03'));
    expect(open).toMatchObject({ soldTotal: '65.00', billedTotal: '0.00', difference: '-65.00' });
    expect(reasons(open)).toEqual(['CHARGE -25.00', 'NOT_SYNCED -40.00']);

    const [task] = await j.tasks(subscriptionId);
    expect(await j.sync(task.id, { contract: { create: {} } })).toMatchObject({ state: 'synced' });
    expect(reasons(lineOf(await month('2027-03')))).toEqual(['CHARGE -25.00', 'NOT_POSTED -40.00']);

    await post('2027-03-31');
    const billed = await month('2027-03');
    expect(lineOf(billed)).toMatchObject({ soldTotal: '65.00', billedTotal: '65.00', difference: '0.00', reasons: [] });
    expect(billed).toMatchObject({ customerId, difference: '0.00' });
    expect(
      lineOf(billed)
        .billed.map((item: any) => `${item.kind} ${item.feeKind} ${item.amount}`)
        .sort(),
    ).toEqual(['charge setup 25.00', 'recurring null 40.00']);
  });

  it('an upgrade inside a period is the order’s own amount, and ties out', async () => {
    await at('2027-04-20');
    const order = await j.order({ type: 'change', subscriptionId, items: [{ productId: basic.id, quantity: 8 }] });
    await syncNewest();
    await post('2027-05-31');
    const own = order.details[0].salesExtendedPrice.amount;
    const line = lineOf(await month('2027-04'));
    expect(line.sold.map((one: any) => `${one.kind} ${one.amount}`)).toEqual(['recurring 40.00', `part ${own}`]);
    // Period 10 April to 9 May was not posted yet when the charge was made, so it stands in April.
    expect(line).toMatchObject({ difference: '0.00', reasons: [] });
    expect(lineOf(await month('2027-05'))).toMatchObject({ soldTotal: '64.00', billedTotal: '64.00', reasons: [] });
  });

  it('names units that nobody tracks', async () => {
    const state = await t.sandbox('autotask', 'GET', '/state?collections=contractServices,contracts');
    const contracts = new Set(
      state.contracts.filter((one: any) => one.companyID === companyId).map((one: any) => one.id),
    );
    const line = state.contractServices.find(
      (one: any) => one.serviceID === serviceId && contracts.has(one.contractID),
    );
    await at('2027-06-01');
    const { credentials } = await t.sandbox('autotask', 'GET', '/state?collections=companies');
    const answer = await fetch(
      `${t.sandboxes.autotask.origin}/ATServicesRest/V1.0/Contracts/${line.contractID}/ServiceAdjustments`,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          UserName: credentials.userName,
          Secret: credentials.secret,
          ApiIntegrationCode: credentials.integrationCode,
        },
        body: JSON.stringify({ contractServiceID: line.id, unitChange: 2, effectiveDate: '2027-06-10' }),
      },
    );
    expect(answer.status).toBe(200);
    await post('2027-06-30');
    // Nobody has said yet whose the two units are, so no rule accounts for them.
    expect(reasons(lineOf(await month('2027-06')))).toEqual(['UNEXPLAINED 16.00']);

    await at('2027-07-02');
    await j.order({ type: 'change', subscriptionId, items: [{ productId: basic.id, quantity: 9 }] });
    await j.check();
    const task = (await j.tasks(subscriptionId)).at(-1);
    await j.sync(task.id, { drift: [{ lineId: line.id, action: 'adopt' }] });
    expect(reasons(lineOf(await month('2027-06')))).toEqual(['UNTRACKED_UNITS 16.00']);
  });

  it('lists every customer with a task by name, a page at a time', async () => {
    const answer = await t.as('viewer').get(`${j.c}/tie-out?month=2027-04&pageSize=2`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ page: 1, pageSize: 2 });
    expect(answer.body.items).toHaveLength(2);
    expect(answer.body.total).toBeGreaterThan(2);
    const names = answer.body.items.map((one: any) => one.customerName);
    expect(names).toEqual(names.toSorted());
  });

  it('wants a month, and shows another tenant nothing', async () => {
    for (const query of ['', '?month=2027-13', '?month=2027-4', '?month=2027-04&colour=red'])
      expect((await t.as('viewer').get(`${j.c}/tie-out${query}`)).status, query).toBe(400);
    const { installationId } = await t.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: '2000001',
      accountName: 'Another Reseller',
    });
    const other = await t.as('admin', installationId).get(`${j.c}/tie-out?month=2027-04`);
    expect([other.status, other.body.code]).toEqual([404, 'NOT_FOUND']);
  });
});
