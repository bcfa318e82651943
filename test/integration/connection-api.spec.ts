import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInstallationApp, type InstallationApp } from '../support/installation-app.js';

describe('connections over the API', () => {
  let app: InstallationApp;
  let user: { userName: string; secret: string };

  beforeAll(async () => {
    app = await startInstallationApp();
    const { userName, secret } = app.autotask.credentials;
    user = { userName, secret };
  });
  beforeEach(async () => {
    await app.truncate();
    await app.sandbox('autotask', 'DELETE', '/faults');
    await app.sandbox('marketplace', 'DELETE', '/faults');
    await app.host.install(app.url, 'ins-a', { marketplaceAccess: app.marketplaceAccess });
  });
  afterAll(() => app.close());

  const fresh = (more: Record<string, unknown> = {}) => ({
    alias: 'EU - EUR',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    autotask: user,
    ...more,
  });
  const admin = async (method: string, path: string, body?: unknown) =>
    await app.call('ins-a', 'admin', method, path, body);
  const create = async (more: Record<string, unknown> = {}): Promise<string> => {
    const { status, body } = await admin('POST', '/connections', fresh(more));
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return (body as { id: string }).id;
  };
  const stored = async () =>
    await app.database.sql<Record<string, any>>('select * from connection order by created_at, id');
  const logged = async (action: string) =>
    await app.database.sql<Record<string, any>>('select * from action_log_entry where action = ? order by at', [
      action,
    ]);
  const giveTask = async (connectionId: string, state = 'pending') =>
    await app.database.sql(
      `insert into sync_task (id, installation_id, connection_id, source_key, source, type, state, customer_id,
         customer_name, subscription_id, subscription_name, subscription, effective_date, order_created_at, read_on,
         required_actions, choices, created_at, updated_at)
       values (gen_random_uuid(), 'ins-a', ?, gen_random_uuid()::text, 'order', 'sales', ?, 'c1', 'Marmalade Freight',
         gen_random_uuid()::text, 'Example Office Basic', '{}', '2027-03-10', now(), '2027-03-10', '[]', '{}', now(), now())`,
      [connectionId, state],
    );

  describe('create', () => {
    it('stores a connection whose access works, with the defaults of a fresh one', async () => {
      const { status, body } = await admin('POST', '/connections', fresh());
      expect(status).toBe(201);
      expect(body).toMatchObject({
        alias: 'EU - EUR',
        currency: 'EUR',
        timeZone: 'Europe/Berlin',
        state: 'connected',
        pause: null,
        needsYou: 0,
        automation: 'off',
        nextCheckAt: null,
        autotask: { userName: user.userName, hasSecret: true },
        marketplace: {
          baseUrl: app.marketplaceAccess.baseUrl,
          user: 'demo-reseller.API',
          marketplace: 'demo',
          hasSecret: true,
        },
        settings: {
          priceSource: 'marketplace',
          trimDescription: false,
          proration: 'autotask',
          automation: 'off',
          notificationLevel: 'errorsAndActions',
          severalProductsPerService: false,
          syncRefunds: false,
          apiBudgetShare: 0.5,
        },
        learned: { zoneName: 'SANDBOX', costVisible: true, isInternalCurrency: true },
        currencyCanChange: true,
      });
      const [row] = await stored();
      expect(row!.capabilities).toMatchObject({ costVisible: true, isInternalCurrency: true, tenantCi: 1 });
      expect(row!.capabilities.currencyId).toBeTypeOf('number');
      expect(row!.capabilities.chargeType).toBeTypeOf('number');
    });

    it('never gives a secret back and stores and logs it encrypted or not at all', async () => {
      const { body } = await admin('POST', '/connections', fresh());
      const { id } = body as { id: string };
      const list = await admin('GET', '/connections');
      const one = await admin('GET', `/connections/${id}`);
      const changed = await admin('PATCH', `/connections/${id}`, { alias: 'EU', autotask: user });
      const everything = JSON.stringify([
        body,
        list.body,
        one.body,
        changed.body,
        await stored(),
        await app.database.sql('select * from action_log_entry'),
        await app.database.sql('select * from installation'),
      ]);
      const secrets = [user.secret, app.marketplaceAccess.password!, app.marketplaceAccess.subscriptionKey!];
      expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
    });

    it('logs who created it', async () => {
      const id = await create({ settings: { proration: 'marketplace' } });
      const [entry] = await logged('connection.created');
      expect(entry).toMatchObject({ actor: 'user-1', connection_id: id, category: 'connection', outcome: 'ok' });
      expect(entry!.after).toMatchObject({ alias: 'EU - EUR', currency: 'EUR', proration: 'marketplace' });
    });

    it('takes settings and computes the first due time in its zone', async () => {
      const id = await create({ settings: { automation: 'daily', dailyHour: 23 } });
      const { body } = await admin('GET', `/connections/${id}`);
      const { now } = await app.sandbox<{ now: string }>('autotask', 'GET', '/clock');
      const next = Date.parse(body.nextCheckAt as string);
      expect(next).toBeGreaterThan(Date.parse(now));
      expect(next - Date.parse(now)).toBeLessThan(25 * 3_600_000);
      const local = new Date(next).toLocaleString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' });
      expect(local).toBe('23');
    });

    const wrong: [string, () => object, string][] = [
      [
        'an unknown user',
        () => ({ autotask: { ...user, userName: 'nobody@example-reseller.example' } }),
        '400 AUTOTASK_USER_UNKNOWN',
      ],
      ['a wrong secret', () => ({ autotask: { ...user, secret: 'wrong' } }), '400 AUTOTASK_SECRET_WRONG'],
      ['a currency Autotask lacks', () => ({ currency: 'XTS' }), '400 AUTOTASK_CURRENCY_UNKNOWN'],
      [
        'a user that may not read contracts',
        () => ({
          autotask: { userName: 'api-no-contracts@example-reseller.example', secret: 'no-contracts-Secret-06' },
        }),
        '400 AUTOTASK_RIGHT_MISSING',
      ],
      [
        'a user that sees nothing',
        () => ({
          autotask: { userName: 'api-sees-nothing@example-reseller.example', secret: 'sees-nothing-Secret-04' },
        }),
        '400 AUTOTASK_NOTHING_VISIBLE',
      ],
      [
        'a wrong marketplace password',
        () => ({ marketplace: { ...app.marketplaceAccess, password: 'wrong' } }),
        '400 MARKETPLACE_CREDENTIALS_WRONG',
      ],
      [
        'a wrong subscription key',
        () => ({ marketplace: { ...app.marketplaceAccess, subscriptionKey: 'wrong' } }),
        '400 MARKETPLACE_KEY_WRONG',
      ],
      [
        'a marketplace nobody runs',
        () => ({ marketplace: { ...app.marketplaceAccess, baseUrl: 'http://127.0.0.1:1/marketplace' } }),
        '503 MARKETPLACE_UNREACHABLE',
      ],
      [
        'a marketplace host that is not allowed',
        () => ({ marketplace: { ...app.marketplaceAccess, baseUrl: 'https://elsewhere.example/marketplace' } }),
        '400 MARKETPLACE_HOST_NOT_ALLOWED',
      ],
      [
        'a marketplace address that is none',
        () => ({ marketplace: { ...app.marketplaceAccess, baseUrl: 'not an address' } }),
        '400 MARKETPLACE_HOST_NOT_ALLOWED',
      ],
      ['an unknown time zone', () => ({ timeZone: 'Mars/Olympus' }), '400 INPUT_INVALID'],
      ['an offset for a time zone', () => ({ timeZone: '+02:00' }), '400 INPUT_INVALID'],
      ['a currency that is none', () => ({ currency: 'euro' }), '400 INPUT_INVALID'],
      ['no alias', () => ({ alias: '  ' }), '400 INPUT_INVALID'],
      ['no Autotask user', () => ({ autotask: undefined }), '400 INPUT_INVALID'],
      ['a list for the Autotask user', () => ({ autotask: [user] }), '400 INPUT_INVALID'],
      ['a line end in the secret', () => ({ autotask: { ...user, secret: 'two\nlines' } }), '400 INPUT_INVALID'],
      ['half a marketplace access', () => ({ marketplace: { user: 'someone' } }), '400 INPUT_INVALID'],
      ['a field nobody knows', () => ({ installationId: 'ins-b' }), '400 INPUT_INVALID'],
      ['a setting nobody knows', () => ({ settings: { colour: 'blue' } }), '400 INPUT_INVALID'],
      ['a bad setting', () => ({ settings: { apiBudgetShare: 2 } }), '400 INPUT_INVALID'],
    ];
    it.each(wrong)('refuses %s and stores nothing', async (_, more, expected) => {
      const { status, body } = await admin('POST', '/connections', fresh(more() as Record<string, unknown>));
      expect(`${status} ${(body as { code: string }).code}`).toBe(expected);
      expect(await stored()).toEqual([]);
      expect(await logged('connection.created')).toEqual([]);
    });

    it('sends nothing to anybody when the marketplace address is not allowed', async () => {
      const asked = async () => (await app.sandbox<{ total: number }>('autotask', 'GET', '/requests')).total;
      const before = await asked();
      const baseUrl = 'https://elsewhere.example/marketplace';
      const { body } = await admin(
        'POST',
        '/connections',
        fresh({ marketplace: { ...app.marketplaceAccess, baseUrl } }),
      );
      expect(body.code).toBe('MARKETPLACE_HOST_NOT_ALLOWED');
      expect(await asked()).toBe(before);
    });

    it('refuses while Autotask does not answer, and stores nothing', async () => {
      await app.sandbox('autotask', 'POST', '/faults', {
        method: 'GET',
        path: 'zoneInformation',
        times: 10,
        kind: 'drop-before',
      });
      const { status, body } = await admin('POST', '/connections', fresh());
      expect(`${status} ${body.code}`).toBe('503 AUTOTASK_UNREACHABLE');
      expect(await stored()).toEqual([]);
    });

    it('gives every row of the test with a refusal', async () => {
      const { body } = await admin('POST', '/connections', fresh({ autotask: { ...user, secret: 'wrong' } }));
      const rows = (body.checks as { check: string; status: string }[]).map(
        ({ check, status }) => `${check} ${status}`,
      );
      expect(rows).toEqual(
        expect.arrayContaining(['zone ok', 'user ok', 'secret failed', 'visible skipped', 'marketplace ok']),
      );
      expect(body.detail).toContain('Generate a new secret');
    });

    it('goes on with hidden costs and remembers it', async () => {
      await create({
        autotask: { userName: 'api-no-cost@example-reseller.example', secret: 'no-cost-Secret-02' },
      });
      expect((await stored())[0]!.capabilities.costVisible).toBe(false);
    });

    it('asks for marketplace access where the host sent none', async () => {
      await app.host.install(app.url, 'ins-a');
      const { status, body } = await admin('POST', '/connections', fresh());
      expect(`${status} ${body.code}`).toBe('400 MARKETPLACE_ACCESS_MISSING');
      expect(await stored()).toEqual([]);
      await create({ marketplace: app.marketplaceAccess });
      expect(await stored()).toHaveLength(1);
    });
  });

  describe('one currency per enabled connection', () => {
    it('refuses a second one and names the first', async () => {
      await create();
      const { status, body } = await admin('POST', '/connections', fresh({ alias: 'Second' }));
      expect(`${status} ${body.code}`).toBe('409 CURRENCY_TAKEN');
      expect(body.detail).toContain('EU - EUR');
      expect(await stored()).toHaveLength(1);
      await create({ alias: 'US - USD', currency: 'USD' });
      expect((await stored()).map(({ capabilities }) => capabilities.isInternalCurrency)).toEqual([true, false]);
    });

    it('lets exactly one of two people at once have it', async () => {
      const answers = await Promise.all([
        admin('POST', '/connections', fresh({ alias: 'One' })),
        admin('POST', '/connections', fresh({ alias: 'Two' })),
        admin('POST', '/connections', fresh({ alias: 'Three' })),
      ]);
      const codes = answers.map(({ status, body }) => (status === 201 ? 'created' : (body.code as string)));
      expect(codes.sort()).toEqual(['CURRENCY_TAKEN', 'CURRENCY_TAKEN', 'created']);
      expect(await stored()).toHaveLength(1);
      expect(await logged('connection.created')).toHaveLength(1);
    });

    it('frees it when the connection is switched off, and refuses to switch it on again meanwhile', async () => {
      const first = await create();
      expect((await admin('PATCH', `/connections/${first}`, { enabled: false })).body.state).toBe('disabled');
      await create({ alias: 'Second' });
      const { status, body } = await admin('PATCH', `/connections/${first}`, { enabled: true });
      expect(`${status} ${body.code}`).toBe('409 CURRENCY_TAKEN');
      expect((await stored()).filter(({ enabled }) => enabled)).toHaveLength(1);
    });
  });

  describe('test', () => {
    it('gives each finding as a row and stores nothing', async () => {
      const { status, body } = await admin('POST', '/connections/test', fresh());
      expect(status).toBe(200);
      expect(body.passed).toBe(true);
      expect([...new Set((body.checks as { check: string }[]).map(({ check }) => check))]).toEqual([
        'zone',
        'user',
        'secret',
        'licence',
        'rights',
        'visible',
        'cost',
        'billingCode',
        'currency',
        'marketplace',
      ]);
      expect(await stored()).toEqual([]);
    });

    it('answers 200 with the failed row where something is wrong on both sides', async () => {
      const { status, body } = await admin(
        'POST',
        '/connections/test',
        fresh({
          autotask: { ...user, secret: 'wrong' },
          marketplace: { ...app.marketplaceAccess, password: 'wrong' },
        }),
      );
      expect(status).toBe(200);
      expect(body.passed).toBe(false);
      const failed = (body.checks as { status: string; code: string }[]).filter((row) => row.status === 'failed');
      expect(failed.map(({ code }) => code)).toEqual(['AUTOTASK_SECRET_WRONG', 'MARKETPLACE_CREDENTIALS_WRONG']);
    });

    it('tests a stored connection as it is, and with what would change', async () => {
      const connectionId = await create();
      expect((await admin('POST', '/connections/test', { connectionId })).body.passed).toBe(true);
      const changed = { connectionId, autotask: { secret: 'wrong' } };
      expect((await admin('POST', '/connections/test', changed)).body.passed).toBe(false);
    });

    it('needs what it cannot know', async () => {
      const missing = await Promise.all(
        [{}, { currency: 'EUR' }, { currency: 'EUR', autotask: { userName: user.userName } }].map((body) =>
          admin('POST', '/connections/test', body),
        ),
      );
      expect(missing.map(({ status, body }) => `${status} ${body.errors?.[0]?.field}`)).toEqual([
        '400 currency',
        '400 autotask.userName',
        '400 autotask.secret',
      ]);
    });

    it('sends a stored secret nowhere else: another user or another address needs its own', async () => {
      const connectionId = await create();
      const before = await app.sandbox<{ total: number }>('marketplace', 'GET', '/requests');
      const tries = [
        { autotask: { userName: 'api-no-cost@example-reseller.example' } },
        { marketplace: { baseUrl: 'http://127.0.0.1:9/marketplace' } },
        { marketplace: { user: 'somebody-else' } },
        { marketplace: { baseUrl: 'http://127.0.0.1:9/marketplace', password: 'given' } },
      ];
      for (const change of tries) {
        const test = await admin('POST', '/connections/test', { connectionId, ...change });
        expect(`${test.status} ${test.body.code}`).toBe('400 SECRET_NEEDED');
        const patch = await admin('PATCH', `/connections/${connectionId}`, change);
        expect(`${patch.status} ${patch.body.code}`).toBe('400 SECRET_NEEDED');
      }
      expect((await app.sandbox<{ total: number }>('marketplace', 'GET', '/requests')).total).toBe(before.total);
    });
  });

  describe('change', () => {
    it('changes settings, logs before and after, and nothing else', async () => {
      const id = await create();
      const before = (await stored())[0]!;
      const { status, body } = await admin('PATCH', `/connections/${id}`, {
        alias: 'Europe',
        settings: { priceSource: 'autotask', syncRefunds: true },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({ alias: 'Europe', settings: { priceSource: 'autotask', syncRefunds: true } });
      const after = (await stored())[0]!;
      expect(after.settings).toEqual({ ...before.settings, priceSource: 'autotask', syncRefunds: true });
      expect(after.autotask_credentials).toBe(before.autotask_credentials);
      expect(after.credentials_version).toBe(1);
      const [entry] = await logged('connection.changed');
      expect(entry).toMatchObject({
        actor: 'user-1',
        category: 'settings',
        before: { alias: 'EU - EUR', priceSource: 'marketplace', syncRefunds: false },
        after: { alias: 'Europe', priceSource: 'autotask', syncRefunds: true },
      });
    });

    it.each([
      ['an unknown value', { settings: { syncRefunds: true, priceSource: 'gut feeling' } }],
      ['null', { settings: { syncRefunds: true, proration: null } }],
      ['an hour that no day has', { settings: { syncRefunds: true, dailyHour: 24 } }],
      ['half an hour', { settings: { syncRefunds: true, dailyHour: 6.5 } }],
      ['text for a switch', { settings: { syncRefunds: true, trimDescription: 'yes' } }],
      ['no share of the budget', { settings: { syncRefunds: true, apiBudgetShare: 0 } }],
      ['a setting nobody knows', { settings: { syncRefunds: true, colour: 'blue' } }],
      ['a bad zone beside a good setting', { settings: { syncRefunds: true }, timeZone: 'Nowhere' }],
      ['a list of settings', { settings: [{ syncRefunds: true }] }],
    ])('one bad value leaves all as it was: %s', async (_, change) => {
      const id = await create();
      const before = await stored();
      const { status, body } = await admin('PATCH', `/connections/${id}`, change);
      expect(`${status} ${body.code}`).toBe('400 INPUT_INVALID');
      expect(await stored()).toEqual(before);
      expect(await logged('connection.changed')).toEqual([]);
    });

    it('an empty change and a change to what is there already are logged by nobody', async () => {
      const id = await create();
      expect((await admin('PATCH', `/connections/${id}`, {})).status).toBe(200);
      expect((await admin('PATCH', `/connections/${id}`, { alias: 'EU - EUR', enabled: true })).status).toBe(200);
      expect(await logged('connection.changed')).toEqual([]);
    });

    it('of two people, the second sees that the first was there and saves nothing over it', async () => {
      const id = await create();
      const { version } = (await admin('GET', `/connections/${id}`)).body;
      const first = await admin('PATCH', `/connections/${id}`, { version, settings: { proration: 'marketplace' } });
      expect(first.status).toBe(200);

      const second = await admin('PATCH', `/connections/${id}`, { version, settings: { trimDescription: true } });

      expect(second).toMatchObject({
        status: 409,
        body: { code: 'CONNECTION_CHANGED', version: first.body.version, changedBy: 'user-1' },
      });
      expect(Date.parse(second.body.changedAt)).toBeGreaterThan(Date.now() - 60_000);
      expect((await stored())[0]!.settings).toMatchObject({ proration: 'marketplace', trimDescription: false });
      const again = await admin('PATCH', `/connections/${id}`, {
        version: second.body.version,
        settings: { trimDescription: true },
      });
      expect(again.body.settings).toMatchObject({ proration: 'marketplace', trimDescription: true });
    });

    it('a check, a pause or a test is nobody’s change', async () => {
      const id = await create();
      const { version } = (await admin('GET', `/connections/${id}`)).body;
      await app.database.sql(
        `update connection set last_check_at = now(), paused_until = now(), pause_code = 'X', lease_owner = 'w'`,
      );
      expect((await admin('POST', '/connections/test', { connectionId: id })).body.passed).toBe(true);
      expect((await admin('PATCH', `/connections/${id}`, { version, alias: 'EU' })).status).toBe(200);
    });

    it('computes the due time again when automation, hour, zone or switch change, and only then', async () => {
      // Far from the daily hour: shortly before it, both fall on one moment.
      await app.sandbox('autotask', 'PUT', '/clock', { now: '2027-03-10T12:00:00Z' });
      const id = await create();
      const next = async (change: object): Promise<string | null> =>
        (await admin('PATCH', `/connections/${id}`, change)).body.nextCheckAt as string | null;
      const often = await next({ settings: { automation: 'every5Minutes' } });
      const { now } = await app.sandbox<{ now: string }>('autotask', 'GET', '/clock');
      expect(Date.parse(often!) - Date.parse(now)).toBeLessThanOrEqual(5 * 60_000);
      const daily = await next({ settings: { automation: 'daily', dailyHour: 4 } });
      expect(daily).not.toBe(often);
      const elsewhere = await next({ timeZone: 'America/New_York' });
      expect(elsewhere).not.toBe(daily);
      await app.database.sql(`update connection set next_check_at = '2020-01-01T00:00:00Z'`);
      expect(await next({ alias: 'New name', settings: { syncRefunds: true } })).toBe('2020-01-01T00:00:00.000Z');
      expect(await next({ enabled: false })).toBeNull();
      expect(await next({ enabled: true })).not.toBeNull();
      expect(await next({ settings: { automation: 'off' } })).toBeNull();
    });

    it('replaces credentials that work, and keeps the old ones where the new do not', async () => {
      const id = await create();
      const before = (await stored())[0]!;
      const refused = await admin('PATCH', `/connections/${id}`, { alias: 'Renamed', autotask: { secret: 'wrong' } });
      expect(`${refused.status} ${refused.body.code}`).toBe('400 AUTOTASK_SECRET_WRONG');
      expect((await stored())[0]).toEqual(before);

      await app.database.sql(
        `update connection set paused_until = now() + interval '1 hour', pause_code = 'AUTOTASK_SECRET_WRONG', pause_attempts = 2`,
      );
      expect((await admin('GET', `/connections/${id}`)).body).toMatchObject({
        state: 'paused',
        pause: { code: 'AUTOTASK_SECRET_WRONG' },
      });
      const { status, body } = await admin('PATCH', `/connections/${id}`, {
        autotask: { userName: 'api-no-cost@example-reseller.example', secret: 'no-cost-Secret-02' },
      });
      expect(status).toBe(200);
      expect(body).toMatchObject({
        state: 'connected',
        pause: null,
        autotask: { userName: 'api-no-cost@example-reseller.example' },
        learned: { costVisible: false },
      });
      expect((await stored())[0]).toMatchObject({ credentials_version: 2, pause_attempts: 0, pause_code: null });
      const [entry] = await logged('connection.changed');
      expect(entry!.message).toContain('credentials');
      expect(JSON.stringify(entry)).not.toContain('no-cost-Secret-02');
    });

    it('refuses credentials of another Autotask database once ids of this one are in use', async () => {
      const id = await create();
      await giveTask(id);
      await app.database.sql(`update connection set capabilities = capabilities || '{"tenantCi": 77}'`);
      const before = await stored();
      const { status, body } = await admin('PATCH', `/connections/${id}`, { autotask: user });
      expect(`${status} ${body.code}`).toBe('409 AUTOTASK_OTHER_TENANT');
      expect(await stored()).toEqual(before);
      await app.database.sql('delete from sync_task');
      expect((await admin('PATCH', `/connections/${id}`, { autotask: user })).status).toBe(200);
    });

    it('keeps the currency once there are tasks', async () => {
      const id = await create();
      const changed = await admin('PATCH', `/connections/${id}`, { currency: 'USD' });
      expect(changed.body).toMatchObject({ currency: 'USD', learned: { isInternalCurrency: false } });
      await giveTask(id);
      expect((await admin('GET', `/connections/${id}`)).body.currencyCanChange).toBe(false);
      for (const currency of ['EUR', 'XTS']) {
        const { status, body } = await admin('PATCH', `/connections/${id}`, { currency });
        expect(`${status} ${body.code}`).toBe('409 CURRENCY_FIXED');
      }
      expect((await stored())[0]!.currency).toBe('USD');
    });

    it('loses no setting when two people save different ones at once', async () => {
      const id = await create();
      const changes = [
        { syncRefunds: true },
        { trimDescription: true },
        { dailyHour: 9 },
        { proration: 'marketplace' },
      ];
      const answers = await Promise.all(changes.map((settings) => admin('PATCH', `/connections/${id}`, { settings })));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect((await stored())[0]!.settings).toMatchObject(Object.assign({}, ...changes) as object);
    });
  });

  it('counts the tasks that wait for a person', async () => {
    const first = await create();
    const second = await create({ alias: 'US - USD', currency: 'USD' });
    for (const state of ['action_required', 'failed', 'uncertain', 'ready', 'synced']) await giveTask(first, state);
    const { body } = await app.call('ins-a', 'viewer', 'GET', '/connections');
    expect(body).toMatchObject({ total: 2, page: 1, pageSize: 50 });
    expect(body.items.map((item: any) => [item.id, item.needsYou])).toEqual([
      [first, 3],
      [second, 0],
    ]);
    const searched = await app.call('ins-a', 'viewer', 'GET', '/connections?search=us&pageSize=1');
    expect(searched.body.items.map((item: any) => item.id)).toEqual([second]);
  });

  describe('remove', () => {
    it('takes a connection without history away, its mirrors too, but not the log', async () => {
      const id = await create();
      await app.database.sql(
        `insert into company_mirror (id, installation_id, connection_id, company_id, name, is_active, read_at, data)
         values (gen_random_uuid(), 'ins-a', ?, 7, 'Marmalade Freight', true, now(), '{}')`,
        [id],
      );
      const { status, body } = await admin('DELETE', `/connections/${id}`);
      expect(status).toBe(200);
      expect(body).toEqual({ outcome: 'removed' });
      expect(await stored()).toEqual([]);
      expect(await app.database.sql('select id from company_mirror')).toEqual([]);
      expect(await logged('connection.created')).toHaveLength(1);
      expect(await logged('connection.removed')).toHaveLength(1);
      expect((await admin('DELETE', `/connections/${id}`)).status).toBe(404);
    });

    it('switches one with history off and deletes its secrets', async () => {
      const id = await create({ settings: { automation: 'every5Minutes' } });
      await giveTask(id);
      expect((await admin('DELETE', `/connections/${id}`)).body).toEqual({ outcome: 'disabled' });
      expect((await stored())[0]).toMatchObject({
        enabled: false,
        autotask_credentials: '',
        marketplace_access: '',
        next_check_at: null,
      });
      const { body } = await admin('GET', `/connections/${id}`);
      expect(body).toMatchObject({
        state: 'needsCredentials',
        autotask: { hasSecret: false },
        marketplace: null,
      });
      const without = await admin('PATCH', `/connections/${id}`, { enabled: true });
      expect(`${without.status} ${without.body.errors?.[0]?.field}`).toBe('400 autotask.secret');
      const again = await admin('PATCH', `/connections/${id}`, { enabled: true, autotask: user });
      expect(again.body).toMatchObject({ state: 'connected', nextCheckAt: expect.any(String) as string });
    });

    it('works again after an uninstall and a new install, with its mappings', async () => {
      const id = await create();
      await app.database.sql(
        `insert into customer_mapping (id, installation_id, connection_id, customer_id, company_id, mapped_by, mapped_at)
         values (gen_random_uuid(), 'ins-a', ?, 'c1', 7, 'user-1', now())`,
        [id],
      );
      await app.host.deliver(app.url, app.host.event('uninstalled', 'ins-a'));
      await app.host.install(app.url, 'ins-a', { marketplaceAccess: app.marketplaceAccess });
      expect((await admin('GET', `/connections/${id}`)).body.state).toBe('needsCredentials');
      const { status, body } = await admin('PATCH', `/connections/${id}`, {
        enabled: true,
        autotask: { secret: user.secret },
      });
      expect(status).toBe(200);
      expect(body.state).toBe('connected');
      expect(await app.database.sql('select customer_id from customer_mapping where connection_id = ?', [id])).toEqual([
        { customer_id: 'c1' },
      ]);
    });
  });
});
