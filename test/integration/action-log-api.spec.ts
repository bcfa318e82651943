import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../../src/platform/database/database.js';
import { ActionLog } from '../../src/modules/notification/action-log.service.js';
import { startTestApp, type Api, type TestApp } from '../support/test-app.js';

/** LOG-1, LOG-2, INS-6: the Action Log and the pop-ups over HTTP. */
describe('the Action Log over HTTP', () => {
  let t: TestApp;
  let installationId: string;
  let connectionId: string;
  let api: Api;
  const taskId = '11111111-1111-4111-8111-111111111111';

  beforeAll(async () => {
    t = await startTestApp();
    installationId = await t.install();
    connectionId = await t.connect();
    api = t.as('viewer');
    const log = t.app.get(ActionLog, { strict: false });
    const entry = {
      installationId,
      connectionId,
      actor: 'user-9',
      category: 'push',
      action: 'push.adjustUnits',
    } as const;
    await log.record({
      ...entry,
      outcome: 'ok',
      message: '=HYPERLINK("http://x") by a customer with that name',
      taskId,
      subscriptionId: 'sub-1',
      customerId: 'cust-1',
      before: { units: 3 },
      after: { units: 5 },
      details: { call: { path: 'Contracts/1/ServiceAdjustments' } },
    });
    await log.record({
      ...entry,
      outcome: 'failed',
      message: 'Refused, in 100%_of cases',
      details: { autotask: ['Missing Required Field: billingCodeID'] },
      notify: { level: 'error', code: 'AUTOTASK_REJECTED' },
    });
    await log.record({
      ...entry,
      category: 'task',
      action: 'task.synced',
      outcome: 'ok',
      message: 'Synced.',
      notify: { level: 'info', code: 'TASK_SYNCED' },
    });
  });
  afterAll(async () => await t.close());

  const messages = async (query: string): Promise<string[]> =>
    (await api.get(`/action-log?${query}`)).body.items.map(({ message }: any) => message);

  it('takes several outcomes at once, and no word that is none', async () => {
    const found = await messages(`connectionId=${connectionId}&outcome=failed,uncertain,action_required`);
    expect(found).toEqual(['Refused, in 100%_of cases']);
    expect(await messages(`connectionId=${connectionId}&outcome=failed,ok&category=push`)).toHaveLength(2);
    expect((await api.get('/action-log?outcome=failed,bad')).status).toBe(400);
  });

  it('shows entries newest first with before, after and Autotask’s own words', async () => {
    const { body } = await api.get(`/action-log?connectionId=${connectionId}&category=push`);
    expect(body).toMatchObject({ total: 2, page: 1, pageSize: 50 });
    expect(body.items[0]).toMatchObject({
      outcome: 'failed',
      details: { autotask: ['Missing Required Field: billingCodeID'] },
    });
    expect(body.items[1]).toMatchObject({ before: { units: 3 }, after: { units: 5 }, actor: 'user-9', taskId });
  });

  it('filters by everything that an entry has', async () => {
    for (const query of ['outcome=failed', 'search=100%25_of', 'search=Refused'])
      expect(await messages(query)).toEqual(['Refused, in 100%_of cases']);
    for (const query of [`taskId=${taskId}`, 'subscriptionId=sub-1', 'customerId=cust-1'])
      expect((await messages(query))[0]).toContain('HYPERLINK');
    expect(await messages('actor=nobody')).toEqual([]);
    expect(await messages('search=100%25xof')).toEqual([]);
    expect(await messages('to=2001-01-01')).toEqual([]);
    expect((await messages('from=2001-01-01&category=task')).length).toBe(1);
    expect((await messages('pageSize=1&page=2')).length).toBe(1);
    expect(await api.get('/action-log?from=yesterday')).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    expect(await api.get('/action-log?colour=blue')).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
  });

  it('exports exactly the filter as CSV that no spreadsheet runs', async () => {
    const file = await api.get('/action-log?category=push&format=csv');
    expect(file.headers.get('content-type')).toContain('text/csv');
    expect(file.headers.get('content-disposition')).toContain('attachment');
    const lines = (file.body as string).trim().split('\r\n');
    expect(lines[0]).toBe(
      'id,at,actor,category,action,outcome,message,connectionId,taskId,subscriptionId,customerId,before,after,details',
    );
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"") by a customer with that name"`);
    const { token } = await t.sandbox<{ token: string }>('marketplace', 'POST', '/token', {
      role: 'viewer',
      installationId,
    });
    const byAccept = await fetch(`${t.url}/api/v1/action-log?category=push`, {
      headers: { authorization: `Bearer ${token}`, accept: 'text/csv' },
    });
    expect(await byAccept.text()).toBe(file.body);
  });

  it('exports more than one batch, each entry once', async () => {
    await t.app.get(Database).sql(
      `insert into action_log_entry (id, installation_id, at, actor, category, action, outcome, message)
       select gen_random_uuid(), ?, timestamptz '2020-01-01' + (n / 3) * interval '1 second', 'many', 'check', 'x', 'info', n::text
       from generate_series(1, 2500) n`,
      [installationId],
    );
    const lines = ((await api.get('/action-log?actor=many&format=csv')).body as string).trim().split('\r\n').slice(1);
    const numbers = lines.map((line) => Number(line.split(',')[6]));
    expect(new Set(numbers).size).toBe(2500);
    expect((await api.get('/action-log?actor=many')).body.total).toBe(2500);
  });

  it('shows each person what they have not read, by the level of the connection', async () => {
    const mine = (await api.get('/notifications')).body;
    expect(mine.items.map(({ code }: any) => code)).toEqual(['AUTOTASK_REJECTED']);
    expect(mine).toMatchObject({ total: 1, unread: 1 });

    await t.as('admin').patch(`/connections/${connectionId}`, { settings: { notificationLevel: 'all' } });
    const all = (await api.get('/notifications')).body;
    expect(all.items.map(({ code }: any) => code)).toEqual(['TASK_SYNCED', 'AUTOTASK_REJECTED']);

    expect((await api.post('/notifications/read', { ids: [all.items[1].id] })).body).toEqual({ unread: 1 });
    expect((await api.post('/notifications/read', { ids: [all.items[1].id] })).body).toEqual({ unread: 1 });
    expect((await api.get('/notifications?unread=true')).body.items.map(({ code }: any) => code)).toEqual([
      'TASK_SYNCED',
    ]);
    expect((await api.get('/notifications')).body.items.map(({ read }: any) => read)).toEqual([false, true]);
    expect((await api.post('/notifications/read', { all: true })).body).toEqual({ unread: 0 });
    expect(await api.post('/notifications/read', { ids: ['x'] })).toMatchObject({ status: 400 });
  });

  it('shows and marks nothing of another reseller', async () => {
    const { installationId: other } = await t.sandbox<{ installationId: string }>('marketplace', 'POST', '/install', {
      baseUrl: t.url,
      accountId: 'other-account',
      accountName: 'Example Other Reseller',
    });
    const stranger = t.as('admin', other);
    expect((await stranger.get(`/action-log?taskId=${taskId}`)).body.items).toEqual([]);
    expect((await stranger.get('/action-log?format=csv&actor=user-9')).body.trim().split('\r\n')).toHaveLength(1);
    const { items } = (await api.get('/notifications')).body;
    await stranger.post('/notifications/read', { ids: items.map(({ id }: any) => id) });
    await t.database.sql(`update notification set read_by = '[]'::jsonb where installation_id = ?`, [installationId]);
    await stranger.post('/notifications/read', { all: true });
    expect((await api.get('/notifications')).body.unread).toBe(2);
  });
});
