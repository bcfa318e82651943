import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMappingTest, type MappingTest } from './mapping-support.js';

/** Fictional companies that only these tests add; on a real server as many as a large reseller has. */
const MANY = process.env.DATABASE_URL ? 500 : 60;
const FIRST = 50_001;

let t: MappingTest;
const importable = async (query = ''): Promise<any> =>
  (await t.viewer.get(t.path(`importable-companies?${query}`))).body;
const run = async (body: unknown): Promise<any> => {
  const started = await t.operator.post(t.path('imports'), body);
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  return await t.app.job(started.body.jobId, 300);
};
const fault = async (values: Record<string, unknown>) =>
  await t.app.sandbox('marketplace', 'POST', '/faults', { method: 'POST', path: '/customers$', ...values });
const customers = async (): Promise<any[]> => (await t.app.sandbox('marketplace', 'GET', '/state')).customers;
const mapped = async (companyId: number) =>
  await t.rows('select customer_id, mapped_by from customer_mapping where company_id = ?', [companyId]);

async function addCompany(id: number, changes: { company?: object; contact?: object | null } = {}): Promise<void> {
  const [template] = (await t.app.sandbox('autotask', 'GET', '/state?collections=companies')).companies.filter(
    (one: any) => one.id === 121,
  );
  await t.change('autotask', 'companies', {
    ...template,
    id,
    companyName: `Importable ${String(id).slice(1)}`,
    companyNumber: `IMP${id}`,
    webAddress: null,
    userDefinedFields: undefined,
    ...changes.company,
  });
  if (changes.contact === null) return;
  await t.change('autotask', 'contacts', {
    id,
    companyID: id,
    firstName: 'Robin',
    lastName: 'Example',
    emailAddress: `robin@importable-${id}.example`,
    phone: '+49 30 5550001',
    isActive: 1,
    primaryContact: true,
    ...changes.contact,
  });
}

beforeAll(async () => {
  t = await startMappingTest();
}, 120_000);
afterAll(async () => await t?.close());
beforeEach(async () => {
  for (const table of ['customer_import', 'action_log_entry']) await t.rows(`delete from ${table}`);
  await t.forgetCustomerMappings();
});
afterEach(async () => {
  await t.app.sandbox('marketplace', 'DELETE', '/faults');
});

describe('companies that can be imported (MAP-5)', () => {
  it('come ten at a time, are searched, and say what their profile lacks', async () => {
    await addCompany(40_001);
    await addCompany(40_002, { company: { postalCode: null }, contact: { emailAddress: null } });
    await addCompany(40_003, { contact: null });
    await t.refresh();
    const first = await importable();
    expect(first.items).toHaveLength(10);
    expect(first.total).toBeGreaterThan(10);
    const found = await importable('search=importable');
    expect(found.items.map(({ companyId, complete, missing }: any) => [companyId, complete, missing])).toEqual([
      [40_001, true, []],
      [40_002, false, ['postalCode', 'email']],
      [40_003, false, ['firstName', 'lastName', 'email']],
    ]);
    expect(found.items[0].profile).toMatchObject({ countryCode: 'DE', firstName: 'Robin', phone: '+49 30 5550001' });
  });

  it('are only active customers without a mapping, never the own company or a vendor', async () => {
    const all = await importable('pageSize=200');
    const ids = all.items.map(({ companyId }: any) => companyId);
    expect(ids).not.toContain(0);
    await t.operator.put(t.path('customers/mappings'), [
      { customerId: (await customers())[0].id, companyId: 40_001, action: 'map' },
    ]);
    expect((await importable('search=importable')).items.map(({ companyId }: any) => companyId)).not.toContain(40_001);
  });
});

describe('a complete profile (MAP-5)', () => {
  const LACKS: [field: string, changes: { company?: object; contact?: object }][] = [
    ['name', { company: { companyName: ' ' } }],
    ['street', { company: { address1: null } }],
    ['city', { company: { city: null } }],
    ['postalCode', { company: { postalCode: null } }],
    ['countryCode', { company: { countryID: null } }],
    ['firstName', { contact: { firstName: '' } }],
    ['lastName', { contact: { lastName: '' } }],
    ['email', { contact: { emailAddress: null } }],
    ['phone', { company: { phone: null }, contact: { phone: null } }],
  ];

  it('has name, street, city, postal code, country, and a contact with first and last name, e-mail and phone: without one of them nothing is created, and the list says which', async () => {
    for (const [index, [, changes]] of LACKS.entries()) await addCompany(43_001 + index, changes);
    await addCompany(43_100);
    await t.refresh();
    const rows = (await importable('pageSize=200')).items;
    for (const [index, [field]] of LACKS.entries())
      expect([field, rows.find(({ companyId }: any) => companyId === 43_001 + index)]).toMatchObject([
        field,
        { complete: false, missing: [field] },
      ]);
    const before = (await customers()).length;
    const { result } = await run({ companyIds: [43_100, ...LACKS.map((_, index) => 43_001 + index)] });
    expect(result).toMatchObject({ imported: 1, failed: LACKS.length });
    expect(result.notImported.map(({ companyId, code }: any) => [companyId, code])).toEqual(
      LACKS.map((_, index) => [43_001 + index, 'PROFILE_INCOMPLETE']),
    );
    for (const { message } of result.notImported) expect(message).not.toBe('');
    expect(await customers()).toHaveLength(before + 1);
    expect(await t.rows('select company_id from customer_mapping')).toEqual([{ company_id: 43_100 }]);
  });
});

describe('importing one (MAP-5)', () => {
  it('creates the customer with what the person filled in, maps it at once, and keeps the password nowhere', async () => {
    await addCompany(41_001, { contact: { emailAddress: null } });
    await t.refresh();
    const password = 'Quill-4711-x';
    const job = await run({
      companyIds: [41_001],
      profile: {
        email: 'desk@importable.example',
        login: 'robin.example',
        password,
        notificationEmail: 'news@importable.example',
      },
    });
    expect(job.result).toMatchObject({ imported: 1, failed: 0, notImported: [] });
    const created = (await customers()).find(({ externalId }) => externalId === '41001');
    expect(created).toMatchObject({ name: 'Importable 1001' });
    expect(created.contactPersons.map(({ type, email }: any) => [type, email])).toEqual([
      ['admin', 'desk@importable.example'],
      ['billing', 'news@importable.example'],
    ]);
    expect(await mapped(41_001)).toEqual([{ customer_id: created.id, mapped_by: 'user-1' }]);
    const list = (await t.viewer.get(t.path(`customers?status=matched&search=importable`))).body;
    expect(list.items[0]).toMatchObject({ customer: { id: created.id }, mappings: [{ companyId: 41_001 }] });
    for (const table of ['job', 'customer_import', 'action_log_entry', 'customer_mirror', 'due_job'])
      expect(JSON.stringify(await t.rows(`select * from ${table}`)), table).not.toContain(password);
    for (const csv of [t.path('mappings/export'), '/action-log?format=csv'])
      expect(JSON.stringify((await t.viewer.get(csv)).body), csv).not.toContain(password);
    expect(await t.logged('customer.imported')).toHaveLength(1);
  });

  it('hands on the login: the marketplace says no to the same one again', async () => {
    await addCompany(41_005);
    await t.refresh();
    const profile = { login: 'robin.example', password: 'Quill-4711-x' };
    const { result } = await run({ companyIds: [41_005], profile });
    expect(result.notImported[0].message).toContain('robin.example');
    const [row] = await t.rows('select sealed_access from customer_import where company_id = 41005');
    expect(row).toEqual({ sealed_access: null });
  });

  it.each<[{ login: string; password?: string }, string]>([
    [{ login: 'robin', password: 'short1' }, 'LOGIN_UNFIT'],
    [{ login: 'robin', password: 'no-digits-here' }, 'LOGIN_UNFIT'],
    [{ login: 'robin', password: 'robin-12345' }, 'LOGIN_UNFIT'],
    [{ login: 'two words', password: 'Quill-4711-x' }, 'LOGIN_UNFIT'],
    [{ login: 'robin' }, 'LOGIN_UNFIT'],
  ])('checks login and password before anything is sent: %j', async (profile, code) => {
    const answer = await t.operator.post(t.path('imports'), { companyIds: [41_001], profile });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    expect(JSON.stringify(answer.body)).not.toContain(profile.password ?? 'no password given');
    expect(await t.rows('select * from customer_import')).toEqual([]);
  });

  it('says what the marketplace answered when it refuses', async () => {
    await addCompany(41_002);
    await t.refresh();
    await fault({ kind: 'status', status: 400, body: { message: 'The tax number is not accepted.' } });
    const job = await run({ companyIds: [41_002] });
    expect(job).toMatchObject({ state: 'done', done: 0, failed: 1 });
    expect(job.result.notImported[0]).toMatchObject({ companyId: 41_002, code: 'MARKETPLACE_REJECTED' });
    expect(job.result.notImported[0].message).toContain('The tax number is not accepted.');
    expect((await importable('search=importable%201002')).items[0].lastImport).toMatchObject({ state: 'failed' });
    expect(await mapped(41_002)).toEqual([]);
  });

  it('finds a customer again whose answer was lost, instead of making a second', async () => {
    await addCompany(41_003);
    await t.refresh();
    await fault({ kind: 'drop-after' });
    expect((await run({ companyIds: [41_003] })).result).toMatchObject({ imported: 1 });
    expect((await customers()).filter(({ externalId }) => externalId === '41003')).toHaveLength(1);
  });

  it('goes on where a crash left it: sent and created, but neither noted nor mapped', async () => {
    await addCompany(41_004);
    await t.refresh();
    await run({ companyIds: [41_004] });
    await t.rows(
      `update customer_import set state = 'sending', customer_id = null, sent_at = now() where company_id = 41004`,
    );
    await t.forgetCustomerMappings();
    expect((await run({ companyIds: [41_004] })).result).toMatchObject({ imported: 1 });
    expect((await customers()).filter(({ externalId }) => externalId === '41004')).toHaveLength(1);
    expect(await mapped(41_004)).toHaveLength(1);
  });

  it('refuses a company that is mapped, unknown or named with others for one profile', async () => {
    await t.operator.put(t.path('customers/mappings'), [
      { customerId: (await customers())[0].id, companyId: 121, action: 'map' },
    ]);
    const codes = async (body: unknown) => (await t.operator.post(t.path('imports'), body)).body.code;
    expect(await codes({ companyIds: [121] })).toBe('COMPANY_MAPPED');
    expect(await codes({ companyIds: [999_999] })).toBe('COMPANY_UNKNOWN');
    expect(await codes({ companyIds: [41_002, 41_003], profile: {} })).toBe('IMPORT_PROFILE');
    expect(await codes({})).toBe('IMPORT_TARGET');
    expect((await t.viewer.post(t.path('imports'), { all: true })).status).toBe(403);
  });
});

describe('Import All (MAP-5)', () => {
  it(`ends, with 5 % faults, with each of ${MANY} companies imported and mapped exactly once or listed with its reason`, async () => {
    for (let at = 0; at < MANY; at += 25)
      await Promise.all(
        Array.from({ length: Math.min(25, MANY - at) }, async (_, i) => {
          const n = at + i;
          await addCompany(FIRST + n, n % 50 === 7 ? { company: { city: null } } : {});
        }),
      );
    await t.refresh();
    const before = (await customers()).length;
    const share = Math.ceil(MANY / 100);
    await fault({ kind: 'drop-after', times: 2 * share });
    await fault({ kind: 'status', status: 503, times: share });
    await fault({ kind: 'status', status: 422, times: share, body: { message: 'Refused by the sandbox.' } });
    await fault({ kind: 'drop-before', times: share });
    const job = await run({ all: true });
    expect(job.state).toBe('done');
    expect(job.done + job.failed).toBe(job.total);
    expect(job.total).toBeGreaterThanOrEqual(MANY);
    const reasons = new Set(job.result.notImported.map(({ code }: any) => code));
    expect(reasons).toEqual(new Set(['PROFILE_INCOMPLETE', 'MARKETPLACE_REJECTED']));

    const once = async () => {
      const created = (await customers()).filter(({ externalId }) => Number(externalId) >= FIRST);
      expect(new Set(created.map(({ externalId }) => externalId)).size).toBe(created.length);
      const rows = await t.rows(`select company_id, count(*)::int as n from customer_mapping group by company_id`);
      expect(rows.every(({ n }) => n === 1)).toBe(true);
      expect(new Set(rows.map(({ company_id }) => company_id)).size).toBe(rows.length);
      return { created: created.length, mapped: rows.length };
    };
    expect((await once()).mapped).toBe(job.done);
    expect((await customers()).length).toBeGreaterThan(before);

    // Again: only what was left is tried, and what was refused goes through now.
    await t.app.sandbox('marketplace', 'DELETE', '/requests');
    const again = await run({ all: true });
    expect(again.total).toBe(job.failed);
    expect(again.result.notImported.every(({ code }: any) => code === 'PROFILE_INCOMPLETE')).toBe(true);
    const posts = (await t.app.sandbox('marketplace', 'GET', '/requests')).items.filter(
      ({ method, path }: any) => method === 'POST' && path.endsWith('/customers'),
    );
    expect(posts).toHaveLength(again.done);
    expect((await once()).mapped).toBe(job.done + again.done);
  }, 400_000);
});
