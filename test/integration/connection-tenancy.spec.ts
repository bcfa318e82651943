import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInstallationApp, type InstallationApp } from '../support/installation-app.js';

/** Every route of this module that belongs to an installation, as the OpenAPI document names it. */
const ROUTES = [
  'GET /api/v1/me',
  'GET /api/v1/connections',
  'POST /api/v1/connections',
  'POST /api/v1/connections/test',
  'GET /api/v1/connections/{id}',
  'PATCH /api/v1/connections/{id}',
  'DELETE /api/v1/connections/{id}',
];

describe('two resellers', () => {
  let app: InstallationApp;
  let user: { userName: string; secret: string };
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    app = await startInstallationApp();
    const { userName, secret } = app.autotask.credentials;
    user = { userName, secret };
    for (const installation of ['ins-a', 'ins-b']) {
      await app.host.install(app.url, installation, { marketplaceAccess: app.marketplaceAccess });
      const { body } = await app.call(installation, 'admin', 'POST', '/connections', {
        alias: `Of ${installation}`,
        currency: 'EUR',
        timeZone: 'UTC',
        autotask: user,
      });
      ids[installation] = body.id as string;
    }
  });
  afterAll(() => app.close());

  const asA = async (method: string, path: string, body?: unknown) =>
    await app.call('ins-a', 'admin', method, path, body);
  const rowOfB = async () => await app.database.sql('select * from connection where id = ?', [ids['ins-b']]);

  it('are told apart on every route: this list is complete', async () => {
    const document = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { tags?: string[] }>>;
    };
    const found = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { tags }]) => tags?.some((tag) => tag === 'connections' || tag === 'installation'))
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    expect(found.sort()).toEqual([...ROUTES].sort());
  });

  it('may both have the same currency, and see only their own', async () => {
    expect((await asA('GET', '/connections')).body.items).toMatchObject([{ id: ids['ins-a'], alias: 'Of ins-a' }]);
    expect((await asA('GET', '/me')).body).toMatchObject({
      installationId: 'ins-a',
      account: { id: 'account-of-ins-a' },
    });
    const asB = await app.call('ins-b', 'viewer', 'GET', '/connections');
    expect(asB.body.items).toMatchObject([{ id: ids['ins-b'], alias: 'Of ins-b' }]);
  });

  it("cannot read, change, test or remove the other's connection: it is as if it were not there", async () => {
    const before = await rowOfB();
    const path = `/connections/${ids['ins-b']}`;
    const answers = [
      await asA('GET', path),
      await asA('PATCH', path, { alias: 'Mine now' }),
      await asA('PATCH', path, { autotask: user }),
      await asA('PATCH', path, { enabled: false }),
      await asA('POST', '/connections/test', { connectionId: ids['ins-b'] }),
      await asA('POST', '/connections/test', { connectionId: ids['ins-b'], autotask: { secret: 'guess' } }),
      await asA('DELETE', path),
    ];
    const nothing = await asA('GET', '/connections/00000000-0000-4000-8000-000000000000');
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(answers.map(({ body }) => body.detail)).toEqual(answers.map(() => nothing.body.detail));
    expect(await rowOfB()).toEqual(before);
    expect((await asA('GET', '/connections/no-id')).status).toBe(404);
  });

  it('cannot name the installation themselves', async () => {
    const bodies = [
      { alias: 'X', currency: 'USD', timeZone: 'UTC', autotask: user, installationId: 'ins-b' },
      { alias: 'X', currency: 'USD', timeZone: 'UTC', autotask: user, installation: 'ins-b' },
    ];
    for (const body of bodies) expect((await asA('POST', '/connections', body)).body.code).toBe('INPUT_INVALID');
    expect((await asA('GET', '/connections?installationId=ins-b')).body.code).toBe('INPUT_INVALID');
    expect(await app.database.sql('select id from connection')).toHaveLength(2);
  });

  it("do not count each other's tasks", async () => {
    await app.database.sql(
      `insert into sync_task (id, installation_id, connection_id, source_key, source, type, state, customer_id,
         customer_name, subscription_id, subscription_name, subscription, effective_date, order_created_at, read_on,
         required_actions, choices, created_at, updated_at)
       values (gen_random_uuid(), 'ins-b', ?, 'order:1:1', 'order', 'sales', 'failed', 'c1', 'Marmalade Freight', 's1',
         'Example Office Basic', '{}', '2027-03-10', now(), '2027-03-10', '[]', '{}', now(), now())`,
      [ids['ins-a']],
    );
    expect((await asA('GET', '/connections')).body.items).toMatchObject([{ needsYou: 0 }]);
    expect((await asA('GET', `/connections/${ids['ins-a']}`)).body.currencyCanChange).toBe(true);
  });

  it.each(['viewer', 'operator'])('a %s reads and changes nothing', async (role) => {
    const path = `/connections/${ids['ins-a']}`;
    const as = async (method: string, target: string, body?: unknown) =>
      (await app.call('ins-a', role, method, target, body)).status;
    expect([await as('GET', '/me'), await as('GET', '/connections'), await as('GET', path)]).toEqual([200, 200, 200]);
    expect([
      await as('POST', '/connections', {}),
      await as('POST', '/connections/test', {}),
      await as('PATCH', path, { alias: 'Mine' }),
      await as('DELETE', path),
    ]).toEqual([403, 403, 403, 403]);
  });
});
