import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/test-app.js';
import { refusedRows, startMappingTest, type MappingTest } from './mapping-support.js';

/** Fictional customers and companies of these tests; ids of the test, names chosen for the rule each one shows. */
const CUSTOMERS = {
  freight: ['T-1', 'Zanzibar Haulage'],
  quill: ['T-2', 'Otter & Quill'],
  dental: ['T-3', 'Paper Moon Dental'],
  teacup: ['T-4', 'Teacup Logistics'],
  fish: ['T-5', 'Fjordless Fish'],
} as const;
const COMPANIES = {
  freight: [9001, 'Zanzibar Haulage'],
  quill: [9002, 'Otter and Quill'],
  dentalNorth: [9003, 'Paper Moon Dental'],
  dentalSouth: [9004, 'Paper Moon Dental'],
  asleep: [9005, 'Fjordless Fish'],
} as const;

let t: MappingTest;
let save: (rows: unknown) => Promise<Answer>;
let list: (query: string) => Promise<any>;
const names = (page: any): string[] => page.items.map((row: any) => row.customer.name);
const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status).sort((a, b) => a - b);
const row = async (id: string): Promise<any> =>
  (await list(`search=${id}&status=all`)).items.find((one: any) => one.customer.id === id);

beforeAll(async () => {
  t = await startMappingTest();
  save = async (rows) => await t.operator.put(t.path('customers/mappings'), rows);
  list = async (query) => (await t.viewer.get(t.path(`customers?${query}`))).body;
  const [template] = (await t.app.sandbox('marketplace', 'GET', '/state')).customers;
  for (const [id, name] of Object.values(CUSTOMERS))
    await t.change('marketplace', 'customers', { ...template, id, name, externalId: `ext-${id}`, status: 'active' });
  const [company] = (await t.app.sandbox('autotask', 'GET', '/state?collections=companies')).companies.filter(
    (one: any) => one.id === 121,
  );
  for (const [id, companyName] of Object.values(COMPANIES))
    await t.change('autotask', 'companies', {
      ...company,
      id,
      companyName,
      companyNumber: `N${id}`,
      city: null,
      postalCode: null,
      userDefinedFields: undefined,
    });
  await t.change('autotask', 'companies', { id: COMPANIES.asleep[0], isActive: false });
  await t.refresh();
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  await t.forgetCustomerMappings();
  await t.rows('delete from action_log_entry');
});

describe('the customers list (MAP-1)', () => {
  it('is sorted by name and found by leading characters of name or id', async () => {
    const all = await list('pageSize=200');
    const lower = names(all).map((name) => name.toLowerCase());
    expect(lower).toEqual([...lower].sort());
    expect(names(await list('search=paper'))).toEqual(['Paper Moon Dental']);
    expect(names(await list('search=moon'))).toEqual([]);
    expect(names(await list('search=T-2'))).toEqual(['Otter & Quill']);
    expect(names(await list('search=%25'))).toEqual([]);
  });

  it('filters unmapped, suggested, matched, broken and all, and counts each', async () => {
    await save([{ customerId: 'T-1', companyId: 9001, action: 'map' }]);
    const all = await list('pageSize=200&status=all');
    expect(names(await list('status=matched'))).toEqual(['Zanzibar Haulage']);
    expect(names(await list('pageSize=200&status=unmapped'))).not.toContain('Zanzibar Haulage');
    const suggested = await list('pageSize=200&status=suggested');
    expect(names(suggested)).toContain('Paper Moon Dental');
    expect(names(suggested)).toContain('Otter & Quill');
    expect(names(suggested)).not.toContain('Teacup Logistics');
    expect(all.counts).toEqual({
      all: all.total,
      matched: 1,
      unmapped: all.total - 1,
      suggested: suggested.total,
      broken: 0,
      rejected: 0,
    });
  });

  it('pages without losing or repeating a row and says how old it is', async () => {
    const [first, second, whole] = [
      await list('pageSize=2&page=1'),
      await list('pageSize=2&page=2'),
      await list('pageSize=4'),
    ];
    expect([...names(first), ...names(second)]).toEqual(names(whole));
    expect(Date.parse(whole.asOf.customers)).toBeGreaterThan(Date.now() - 120_000);
    expect(Date.parse(whole.asOf.companies)).toBeGreaterThan(Date.now() - 120_000);
  });

  it('asks nobody', async () => {
    const requests = async () =>
      (await t.app.sandbox('autotask', 'GET', '/requests')).total +
      (await t.app.sandbox('marketplace', 'GET', '/requests')).total;
    const before = await requests();
    await list('status=suggested');
    await t.viewer.get(t.path('customers/suggestions'));
    await t.viewer.get(t.path('companies'));
    expect(await requests()).toBe(before);
  });

  it('refuses what it does not know', async () => {
    expect((await t.viewer.get(t.path('customers?status=mine'))).body.code).toBe('INPUT_INVALID');
    expect((await t.viewer.get(t.path('customers?sort=size'))).body.code).toBe('INPUT_INVALID');
    expect((await t.viewer.get(t.path('customers?colour=red'))).status).toBe(400);
  });
});

describe('suggestions (MAP-2)', () => {
  const suggestions = async (search: string): Promise<any[]> =>
    (await t.viewer.get(t.path(`customers/suggestions?search=${search}`))).body.items;

  it('marks exactly the same spelling, and applies nothing by itself', async () => {
    const [freight] = await suggestions('Zanzibar');
    expect(freight).toMatchObject({ customerId: 'T-1', companyId: 9001, exact: true, ambiguous: false });
    expect(freight.reasons).toEqual([{ code: 'SAME_NAME', customer: 'Zanzibar Haulage', company: 'Zanzibar Haulage' }]);
    expect(await t.rows('select * from customer_mapping')).toEqual([]);
  });

  it('gives a close match a score and its reasons with both values', async () => {
    const [quill] = await suggestions('Otter');
    expect(quill).toMatchObject({ customerId: 'T-2', companyId: 9002, exact: false, ambiguous: false });
    expect(quill.score).toBeGreaterThanOrEqual(0.75);
    expect(quill.reasons[0]).toEqual({ code: 'ALIKE_NAME', customer: 'Otter & Quill', company: 'Otter and Quill' });
  });

  it('says when two companies bear the name', async () => {
    const both = await suggestions('Paper');
    expect(both.map(({ companyId, ambiguousBecause }) => [companyId, ambiguousBecause])).toEqual([
      [9003, ['SEVERAL_COMPANIES']],
      [9004, ['SEVERAL_COMPANIES']],
    ]);
  });

  it('says when the company already belongs to another customer', async () => {
    await save([{ customerId: 'T-4', companyId: 9001, action: 'map' }]);
    expect((await suggestions('Zanzibar'))[0]).toMatchObject({ ambiguous: true, ambiguousBecause: ['COMPANY_TAKEN'] });
  });

  it('never suggests an inactive company', async () => {
    expect(await suggestions('Fjordless')).toEqual([]);
  });

  it('remembers a rejection, until somebody maps the pair all the same', async () => {
    expect((await save([{ customerId: 'T-1', companyId: 9001, action: 'reject' }])).body).toMatchObject({ changed: 1 });
    expect(await suggestions('Zanzibar')).toEqual([]);
    expect((await row('T-1')).suggestions).toEqual([]);
    expect((await t.logged('customer.suggestion.rejected'))[0]).toMatchObject({ actor: 'user-1', customer_id: 'T-1' });
    await save([{ customerId: 'T-1', companyId: 9001, action: 'map' }]);
    await save([{ customerId: 'T-1', companyId: 9001, action: 'unmap' }]);
    expect(await suggestions('Zanzibar')).toHaveLength(1);
  });

  it('takes a rejection back when somebody says so, and lists whom it concerns', async () => {
    await save([{ customerId: 'T-1', companyId: 9001, action: 'reject' }]);
    const [rejected] = (await list('status=rejected')).items;
    expect(rejected).toMatchObject({
      customer: { id: 'T-1' },
      rejected: [{ companyId: 9001, companyName: 'Zanzibar Haulage', rejectedBy: 'user-1' }],
    });
    await save([{ customerId: 'T-1', companyId: 9001, action: 'restore' }]);
    expect(await suggestions('Zanzibar')).toHaveLength(1);
    expect((await list('status=rejected')).total).toBe(0);
    expect(await t.logged('customer.suggestion.restored')).toHaveLength(1);
  });

  it('brings up the next best company when the best is rejected', async () => {
    await save([{ customerId: 'T-3', companyId: 9003, action: 'reject' }]);
    expect((await suggestions('Paper')).map(({ companyId, ambiguous }) => [companyId, ambiguous])).toEqual([
      [9004, false],
    ]);
  });
});

describe('saving mappings', () => {
  it('says before an unmapping what depends on it, and changes nothing', async () => {
    const [template] = (await t.app.sandbox('marketplace', 'GET', '/state')).subscriptions;
    await save([{ customerId: template.customerId, companyId: 9001, action: 'map' }]);
    const rows = [{ customerId: template.customerId, companyId: 9001, action: 'unmap' }];
    await t.app.job((await t.operator.post(t.path('check'))).body.jobId);
    const preview = await t.operator.put(t.path('customers/mappings?dryRun=true'), rows);
    expect(preview.body).toMatchObject({ changed: 1, affected: { customers: 1 } });
    expect(preview.body.affected.subscriptions).toBeGreaterThan(0);
    expect(preview.body.affected.openTasks).toBeGreaterThan(0);
    expect(await t.rows('select * from customer_mapping')).toHaveLength(1);
    const refused = await t.operator.put(t.path('customers/mappings?dryRun=true'), [
      { customerId: 'nobody', companyId: 9001, action: 'map' },
    ]);
    expect(refusedRows(refused)).toEqual(['0 CUSTOMER_UNKNOWN']);
  });

  it('maps, switches and unmaps, each with who, before and after in the log', async () => {
    const mapped = await save([{ customerId: 'T-1', companyId: 9001, action: 'map' }]);
    expect(mapped.body.items[0]).toMatchObject({
      state: 'matched',
      mappings: [{ companyId: 9001, companyName: 'Zanzibar Haulage', companyActive: true, mappedBy: 'user-1' }],
    });
    await save([
      { customerId: 'T-1', companyId: 9001, action: 'unmap' },
      { customerId: 'T-1', companyId: 9002, action: 'map' },
    ]);
    expect((await row('T-1')).mappings.map(({ companyId }: any) => companyId)).toEqual([9002]);
    await save([{ customerId: 'T-1', companyId: 9002, action: 'unmap' }]);
    expect((await row('T-1')).state).toBe('unmapped');
    const entries = [...(await t.logged('customer.mapped')), ...(await t.logged('customer.unmapped'))];
    expect(entries.map(({ actor, before, after }) => [actor, before.companyIds, after.companyIds])).toEqual([
      ['user-1', [], [9001]],
      ['user-1', [9001], [9002]],
      ['user-1', [9002], []],
    ]);
  });

  it('leaves everything as it was when any row is refused, and names every refused row with its code', async () => {
    const answer = await save([
      { customerId: 'T-1', companyId: 9001, action: 'map' },
      { customerId: 'T-2', companyId: 9005, action: 'map' },
      { customerId: 'T-404', companyId: 9001, action: 'map' },
      { customerId: 'T-4', companyId: 404, action: 'map' },
    ]);
    expect(answer.body.code).toBe('MAPPING_REFUSED');
    expect(refusedRows(answer)).toEqual(['1 COMPANY_INACTIVE', '2 CUSTOMER_UNKNOWN', '3 COMPANY_UNKNOWN']);
    expect(await t.rows('select * from customer_mapping')).toEqual([]);
    expect(await t.rows(`select * from action_log_entry where category = 'mapping'`)).toEqual([]);
  });

  it('may be sent again: what is already so is no change and no conflict', async () => {
    const rows = [{ customerId: 'T-1', companyId: 9001, action: 'map', version: (await row('T-1')).version }];
    expect((await save(rows)).body).toMatchObject({ changed: 1, unchanged: 0 });
    expect((await save(rows)).body).toMatchObject({ changed: 0, unchanged: 1 });
    expect(await t.rows('select * from customer_mapping')).toHaveLength(1);
  });

  it('refuses a row somebody else changed meanwhile, with what is so now', async () => {
    const { version } = await row('T-1');
    await save([{ customerId: 'T-1', companyId: 9001, action: 'map', version }]);
    const answer = await save([
      { customerId: 'T-2', companyId: 9002, action: 'map' },
      { customerId: 'T-1', companyId: 9002, action: 'map', version },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'MAPPING_CONFLICT',
      rows: [{ index: 1, customerId: 'T-1', current: { version: version + 1, companyIds: [9001] } }],
    });
    expect((await row('T-2')).mappings).toEqual([]);
  });

  it('keeps an old save out even after the row is back to how it looked', async () => {
    const { version } = await row('T-1');
    await save([{ customerId: 'T-1', companyId: 9001, action: 'map' }]);
    await save([{ customerId: 'T-1', companyId: 9001, action: 'unmap' }]);
    expect((await save([{ customerId: 'T-1', companyId: 9002, action: 'map', version }])).body.code).toBe(
      'MAPPING_CONFLICT',
    );
  });

  it('lets one of two people who save the same rows at once win, and tells the other which rows changed', async () => {
    const version = async (id: string) => (await row(id)).version as number;
    const [one, two, four] = [await version('T-1'), await version('T-2'), await version('T-4')];
    const answers = await Promise.all([
      save([
        { customerId: 'T-1', companyId: 9001, action: 'map', version: one },
        { customerId: 'T-2', companyId: 9002, action: 'map', version: two },
      ]),
      save([
        { customerId: 'T-2', companyId: 9003, action: 'map', version: two },
        { customerId: 'T-4', companyId: 9004, action: 'map', version: four },
      ]),
    ]);
    expect(statuses(answers)).toEqual([200, 409]);
    const [lost] = answers.filter(({ status }) => status === 409);
    expect(lost!.body).toMatchObject({ code: 'MAPPING_CONFLICT', rows: [{ customerId: 'T-2' }] });
    const pairs = await t.rows('select customer_id, company_id from customer_mapping');
    expect(pairs).toHaveLength(2);
    expect(pairs.filter(({ customer_id }) => customer_id === 'T-2')).toHaveLength(1);
  });

  it('holds the cardinality when two saves add one half of many-to-many each at the same moment', async () => {
    await save([{ customerId: 'T-3', companyId: 9003, action: 'map' }]);
    const answers = await Promise.all([
      save([{ customerId: 'T-3', companyId: 9004, action: 'map' }]),
      save([{ customerId: 'T-2', companyId: 9003, action: 'map' }]),
    ]);
    expect(statuses(answers)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('MANY_TO_MANY');
    expect(await t.rows('select * from customer_mapping')).toHaveLength(2);
  });

  it('refuses bodies that are no list of changes, and changes nothing', async () => {
    for (const wrong of [
      {},
      [],
      [{ customerId: 'T-1', companyId: 9001 }],
      [{ customerId: 'T-1', companyId: 9001.5, action: 'map' }],
      [{ customerId: 'T-1', companyId: 9001, action: 'merge' }],
      [{ customerId: 'T-1', companyId: 9001, action: 'map', force: true }],
    ])
      expect([wrong, (await save(wrong)).body.code]).toEqual([wrong, 'INPUT_INVALID']);
    expect((await save([{ customerId: 'T-1', companyId: 'x', action: 'map' }])).body.errors[0].field).toBe(
      'rows.0.companyId',
    );
    expect(await t.rows('select * from customer_mapping')).toEqual([]);
  });
});

describe('only active records are mapped (MAP-4)', () => {
  it('does not offer an inactive company', async () => {
    const { items } = (await t.viewer.get(t.path('companies?search=Fjordless'))).body;
    expect(items).toEqual([]);
    expect((await t.viewer.get(t.path('companies?search=N9003'))).body.items).toMatchObject([
      { id: 9003, customerIds: [] },
    ]);
  });

  it('shows a mapping as broken, with what to do, when the company goes inactive, when it vanishes, and when the customer is cancelled', async () => {
    await save([
      { customerId: 'T-1', companyId: 9001, action: 'map' },
      { customerId: 'T-3', companyId: 9003, action: 'map' },
      { customerId: 'T-4', companyId: 9004, action: 'map' },
    ]);
    const [vanished] = (await t.app.sandbox('autotask', 'GET', '/state?collections=companies')).companies.filter(
      (one: any) => one.id === 9003,
    );
    await t.change('autotask', 'companies', { id: 9001, isActive: false });
    await t.remove('companies', 9003);
    await t.change('marketplace', 'customers', { id: 'T-4', status: 'cancelled' });
    try {
      await t.refresh();
      const broken = await list('status=broken');
      expect(broken.items.map((one: any) => [one.customer.id, one.broken.code])).toEqual([
        ['T-3', 'COMPANY_GONE'],
        ['T-4', 'CUSTOMER_INACTIVE'],
        ['T-1', 'COMPANY_INACTIVE'],
      ]);
      expect(broken.items[2].broken.message).toContain('Choose another or activate it');
      expect(broken.counts.matched).toBe(0);
      expect(refusedRows(await save([{ customerId: 'T-4', companyId: 9002, action: 'map' }]))).toEqual([
        '0 CUSTOMER_INACTIVE',
      ]);
      expect((await save([{ customerId: 'T-3', companyId: 9003, action: 'unmap' }])).body.items[0].state).toBe(
        'unmapped',
      );
    } finally {
      await t.change('autotask', 'companies', { id: 9001, isActive: true });
      await t.change('autotask', 'companies', { ...vanished, userDefinedFields: undefined });
      await t.change('marketplace', 'customers', { id: 'T-4', status: 'active' });
      await t.refresh();
    }
    expect((await list('status=broken')).total).toBe(0);
  });

  it('keeps a company mapped whose name is only spelled otherwise, and asks about one with another name', async () => {
    await save([{ customerId: 'T-1', companyId: 9001, action: 'map' }]);
    await t.change('autotask', 'companies', { id: 9001, companyName: 'ZANZIBAR Haulage Ltd.' });
    await t.refresh();
    expect((await row('T-1')).state).toBe('matched');
    expect((await row('T-1')).mappings[0].companyName).toBe('ZANZIBAR Haulage Ltd.');

    await t.change('autotask', 'companies', { id: 9001, companyName: 'Marmalade Freight' });
    await t.refresh();
    expect(await row('T-1')).toMatchObject({ state: 'broken', broken: { code: 'COMPANY_RENAMED' } });
    const before = (await row('T-1')).version;
    const again = await save([{ customerId: 'T-1', companyId: 9001, action: 'map', version: before }]);
    expect([again.body.changed, again.body.items[0].state]).toEqual([1, 'matched']);
    expect(
      await t.rows(
        `select customer_name, company_name, renamed, version from customer_mapping where customer_id = 'T-1'`,
      ),
    ).toMatchObject([{ company_name: 'Marmalade Freight', renamed: false, version: before + 1 }]);
    await t.change('autotask', 'companies', { id: 9001, companyName: 'Zanzibar Haulage' });
    await t.refresh();
    await save([{ customerId: 'T-1', companyId: 9001, action: 'unmap' }]);
  });
});

describe('who may do what', () => {
  it('lets viewers read only, and only admins switch automatic processing', async () => {
    const change = [{ customerId: 'T-1', companyId: 9001, action: 'map' }];
    expect((await t.viewer.put(t.path('customers/mappings'), change)).body.code).toBe('FORBIDDEN');
    expect((await t.operator.patch(t.path('customers/T-1'), { autoSync: true })).body.code).toBe('FORBIDDEN');
    expect(await t.rows('select * from customer_mapping')).toEqual([]);
    const on = await t.admin.patch(t.path('customers/T-1'), { autoSync: true });
    expect(on.body).toMatchObject({ customer: { id: 'T-1' }, autoSync: true });
    await t.admin.patch(t.path('customers/T-1'), { autoSync: true });
    expect(await t.logged('customer.autoSync')).toMatchObject([
      { before: { autoSync: false }, after: { autoSync: true }, customer_id: 'T-1' },
    ]);
    await t.refresh();
    expect((await row('T-1')).autoSync).toBe(true);
    const { total } = (await t.viewer.get(t.path('customers?status=all&pageSize=1'))).body;
    expect((await t.viewer.get(t.path('customers/automation'))).body).toEqual({ on: 1, all: total });
    expect((await t.admin.patch(t.path('customers/T-404'), { autoSync: true })).status).toBe(404);
  });

  it("shows another installation nothing of this one's, neither by path nor by body", async () => {
    const { installationId } = await t.app.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.app.url,
      accountId: 'second-reseller',
      accountName: 'Second Reseller',
    });
    expect(installationId).not.toBe(t.installationId);
    const stranger = t.app.as('admin', installationId);
    const change = [{ customerId: 'T-1', companyId: 9001, action: 'map' }];
    for (const answer of [
      await stranger.get(t.path('customers')),
      await stranger.get(t.path('customers/suggestions')),
      await stranger.get(t.path('customers/automation')),
      await stranger.get(t.path('companies')),
      await stranger.put(t.path('customers/mappings'), change),
      await stranger.patch(t.path('customers/T-1'), { autoSync: true }),
      await stranger.post(t.path('refresh')),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);

    const theirs = (
      await stranger.post('/connections', {
        alias: 'Second EUR',
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        autotask: await t.app
          .sandbox('autotask', 'GET', '/state')
          .then(({ credentials: { userName, secret } }) => ({ userName, secret })),
      })
    ).body.id;
    const answer = await stranger.put(`/connections/${theirs}/customers/mappings`, [
      { customerId: 'T-404', companyId: 9001, action: 'map' },
    ]);
    expect(refusedRows(answer)).toEqual(['0 CUSTOMER_UNKNOWN']);
    expect(await t.rows('select * from customer_mapping')).toEqual([]);
  });
});
