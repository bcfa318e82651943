import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AutotaskMirror } from '../../src/modules/mapping/autotask-mirror.service.js';
import { MarketplaceMirror } from '../../src/modules/mapping/marketplace-mirror.service.js';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { startMappingTest, type MappingTest } from './mapping-support.js';

let t: MappingTest;
let connection: Connection;
let autotask: AutotaskMirror;
const queries = async (path: string): Promise<string[]> =>
  (await t.app.sandbox('autotask', 'GET', '/requests')).items
    .map((one: any) => one.path)
    .filter((one: string) => one.includes(path));
const forget = async (): Promise<void> => {
  await t.app.sandbox('autotask', 'DELETE', '/requests');
};
const company = async (id: number): Promise<any> =>
  (await t.rows('select name, is_active, read_at from company_mirror where company_id = ?', [id]))[0];

beforeAll(async () => {
  t = await startMappingTest();
  connection = await t.app.database.unit().findOneOrFail(Connection, { id: t.connectionId });
  autotask = t.app.app.get(AutotaskMirror);
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  await t.app.sandbox('autotask', 'DELETE', '/faults');
  await t.app.sandbox('marketplace', 'DELETE', '/faults');
});

describe('mirrors', () => {
  it('hold every record of both sides after a connection was made', async () => {
    const state = await t.app.sandbox('autotask', 'GET', '/state');
    const [counts] = await t.rows(
      `select (select count(*)::int from company_mirror) as companies, (select count(*)::int from service_mirror) as services,
              (select count(*)::int from billing_code_mirror) as codes,
              (select count(*)::int from autotask_product_mirror) as products`,
    );
    expect(counts).toEqual({
      companies: state.companies.length,
      services: state.services.length,
      codes: state.billingCodes.length,
      products: state.products.length,
    });
    expect((await t.rows('select count(*)::int as n from customer_mirror'))[0].n).toBe(30);
  });

  it('read only what changed, and show their age', async () => {
    const { clock } = await t.app.sandbox('autotask', 'GET', '/state?collections=currencies');
    await t.app.sandbox('autotask', 'PUT', '/clock', {
      now: new Date(Date.parse(clock.now) + 3_600_000).toISOString(),
    });
    await autotask.refreshCompanies(connection, { full: true });
    await autotask.refreshServices(connection, { full: true });
    await t.autotask('PATCH', 'Companies', { id: 121, city: 'Newville' });
    const before = (await t.viewer.get(t.path('companies'))).body.asOf;
    await forget();
    const read = await autotask.refreshCompanies(connection);
    expect(read).toBe(1);
    expect(await queries('/Companies/query')).toHaveLength(1);
    expect((await t.viewer.get(t.path('companies?search=Amber'))).body.items[0].city).toBe('Newville');
    expect(Date.parse((await t.viewer.get(t.path('companies'))).body.asOf)).toBeGreaterThan(Date.parse(before));
    await t.autotask('PATCH', 'Services', { id: 1, invoiceDescription: 'Renamed' });
    expect(await autotask.refreshServices(connection)).toBe(1);
  });

  it('notice by a full read what no longer exists, and keep it for the mappings that name it', async () => {
    const [row] = (await t.app.sandbox('autotask', 'GET', '/state?collections=companies')).companies.filter(
      (one: any) => one.id === 122,
    );
    await t.remove('companies', 122);
    await autotask.refreshCompanies(connection);
    expect((await company(122)).is_active).toBe(true);
    await autotask.refreshCompanies(connection, { full: true });
    expect((await company(122)).is_active).toBe(false);
    await t.change('autotask', 'companies', { ...row, userDefinedFields: undefined });
    await autotask.refreshCompanies(connection, { full: true });
    expect((await company(122)).is_active).toBe(true);
  });

  it('read everything once a day without being asked', async () => {
    await t.rows(`update mirror_state set full_read_at = full_read_at - interval '25 hours' where kind = 'companies'`);
    const { companies } = await t.app.sandbox('autotask', 'GET', '/state?collections=companies');
    expect(await autotask.refreshCompanies(connection)).toBe(companies.length);
  });

  it('do not believe that everything vanished at once', async () => {
    const query = { method: 'POST', path: '/Services/query$', kind: 'status', status: 200, times: 5 };
    await t.app.sandbox('autotask', 'POST', '/faults', {
      ...query,
      body: { items: [], pageDetails: { count: 0, requestCount: 500, prevPageUrl: null, nextPageUrl: null } },
    });
    await expect(autotask.refreshServices(connection, { full: true })).rejects.toMatchObject({ code: 'MIRROR_EMPTY' });
    expect((await t.rows('select count(*)::int as n from service_mirror where is_active'))[0].n).toBeGreaterThan(0);
  });

  it('never let an older reading overwrite a newer one', async () => {
    const newer = new Date(Date.now() + 60_000);
    await t.rows('update company_mirror set read_at = ?, name = ? where company_id = 121', [newer, 'Newest Name']);
    await autotask.refreshCompanies(connection, { full: true });
    expect((await company(121)).name).toBe('Newest Name');
    await t.rows(`update company_mirror set read_at = now() - interval '1 second' where company_id = 121`);
    await autotask.refreshCompanies(connection, { full: true });
    expect((await company(121)).name).toBe('Amber Joinery');
  });

  it("keep apart two connections' copies of one Autotask", async () => {
    const dollars = await t.app.connect('USD');
    const [own, other] = [
      (await t.viewer.get(t.path('companies'))).body.total,
      (await t.viewer.get(`/connections/${dollars}/companies`)).body.total,
    ];
    expect(other).toBe(own);
    await t.rows('delete from company_mirror where connection_id = ?', [dollars]);
    expect((await t.viewer.get(t.path('companies'))).body.total).toBe(own);
  });
});

describe('the refresh job', () => {
  it('shows its steps, is joined by a second press, and names who pressed', async () => {
    const answers = await Promise.all([t.operator.post(t.path('refresh')), t.operator.post(t.path('refresh'))]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const ids = new Set(answers.map(({ body }) => body.jobId));
    const job = await t.app.job([...ids].join());
    expect(ids.size).toBe(1);
    expect(job).toMatchObject({ state: 'done', total: 6, done: 6, left: 0, requestedBy: 'user-1' });
    expect((await t.viewer.post(t.path('refresh'))).body.code).toBe('FORBIDDEN');
  });

  it("comes by itself with a check's sweep once the lists are a day old, and not before (MAP-4)", async () => {
    const check = async () => await t.app.job((await t.operator.post(t.path('check'))).body.jobId);
    const refreshes = async () =>
      await t.rows(`select id, state from job where name = 'refresh' order by requested_at`);
    const before = await refreshes();
    await check();
    expect(await refreshes()).toEqual(before);

    await t.change('autotask', 'companies', { id: 123, isActive: false });
    await t.rows(`update mirror_state set read_at = read_at - interval '1 day' where kind = 'companies'`);
    await check();
    const after = await t.app.until(refreshes, (jobs) => jobs.length > before.length && jobs.at(-1)!.state === 'done');
    expect(after).toHaveLength(before.length + 1);
    expect((await t.rows('select is_active from company_mirror where company_id = 123'))[0].is_active).toBe(false);
    expect((await t.logged('mirror.refreshed')).at(-1)).toMatchObject({ actor: 'automatic', outcome: 'info' });
    await t.change('autotask', 'companies', { id: 123, isActive: true });
  });

  it('reads the other side when one does not answer, keeps the old list and says what failed', async () => {
    const before = await t.rows('select customer_id from customer_mirror where is_active');
    await t.app.sandbox('marketplace', 'POST', '/faults', {
      method: 'GET',
      path: '/customers',
      kind: 'status',
      status: 503,
      times: 50,
    });
    await forget();
    const job = await t.refresh();
    expect(job).toMatchObject({
      state: 'failed',
      result: { failures: [{ kind: 'customers', code: 'MARKETPLACE_UNREACHABLE' }] },
      failure: { code: 'MARKETPLACE_UNREACHABLE' },
    });
    expect(await queries('/Companies/query')).not.toHaveLength(0);
    expect(await t.rows('select customer_id from customer_mirror where is_active')).toHaveLength(before.length);
    const entries = await t.logged('mirror.refreshed');
    expect(entries.at(-1)).toMatchObject({ outcome: 'failed', actor: 'user-1' });
  });
});

describe("a subscription's own words", () => {
  it('are stored with the list line they belong to, and replaced by the next reading', async () => {
    const mirror = t.app.app.get(MarketplaceMirror);
    const month = { unit: 'month', count: 1 } as const;
    const subscription = {
      id: 'S-1',
      name: 'Example Office',
      customerId: '1000001',
      status: 'active' as const,
      autoRenew: true,
      billingModel: 'chargeBeforeBillingPeriod' as const,
      billingPeriod: month,
      subscriptionPeriod: month,
      creationDate: '2026-01-01',
      attributes: {},
      items: [],
    };
    await t.app.database.transaction(async (em) => {
      await mirror.saveSubscriptions(em, connection, [{ subscription, signature: 'first' }]);
    });
    const ended = { ...subscription, status: 'removed' as const };
    await mirror.saveSubscriptions(t.app.database.unit(), connection, [{ subscription: ended, signature: 'second' }]);
    expect(
      await t.rows(
        'select status, is_active, header_signature, data from subscription_mirror where subscription_id = ?',
        ['S-1'],
      ),
    ).toEqual([{ status: 'removed', is_active: false, header_signature: 'second', data: ended }]);
    const unit = t.app.database.unit();
    expect(await mirror.customerName(unit, connection, '1000021')).toBe('Amber Joinery');
    expect(await mirror.customerName(unit, connection, '404')).toBeUndefined();
  });
});
