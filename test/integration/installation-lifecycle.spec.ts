import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { InstallationErasure } from '../../src/modules/installation/installation-erasure.service.js';
import { LifecycleVerifier } from '../../src/modules/installation/lifecycle.verifier.js';
import { fillEveryTable, rowsOf } from '../support/every-table.js';
import { startInstallationApp, type InstallationApp } from '../support/installation-app.js';
import type { LifecycleCall, LifecycleSignature } from '../support/test-host.js';

describe('lifecycle calls of the host', () => {
  let app: InstallationApp;

  beforeAll(async () => {
    app = await startInstallationApp();
  });
  beforeEach(() => app.truncate());
  afterAll(() => app.close());

  const row = async (id: string): Promise<Record<string, any> | undefined> =>
    (await app.database.sql<Record<string, any>>('select * from installation where id = ?', [id]))[0];
  const me = async (id: string, secret?: string): Promise<string> => {
    const { status, body } = await app.raw('GET', '/me', `Bearer ${await app.host.token(id, {}, secret)}`);
    return status === 200 ? 'passed' : `${status} ${(body as { code: string }).code}`;
  };
  const send = async (eventType: string, id: string, more: Record<string, unknown> = {}) =>
    await app.host.deliver(app.url, app.host.event(eventType, id, more));

  it('install: the secret signs from then on and is stored encrypted only', async () => {
    await app.host.install(app.url, 'ins-a', { marketplaceAccess: app.marketplaceAccess });
    const stored = await row('ins-a');
    expect(stored).toMatchObject({
      status: 'enabled',
      account_id: 'account-of-ins-a',
      account_name: 'Marmalade Freight',
      host_origin: app.host.origin,
      time_zone: 'Europe/Berlin',
      installed_by: 'user-1',
    });
    const everything = JSON.stringify([stored, await app.database.sql('select * from action_log_entry')]);
    expect(everything).not.toContain(app.host.secretOf('ins-a'));
    expect(everything).not.toContain('Sandbox-Password-1');
    const { body } = await app.call('ins-a', 'viewer', 'GET', '/me');
    expect(body).toEqual({
      installationId: 'ins-a',
      userId: 'user-1',
      role: 'viewer',
      account: { id: 'account-of-ins-a', name: 'Marmalade Freight' },
      marketplaceCode: 'demo',
      timeZone: 'Europe/Berlin',
      marketplaceAccess: {
        prefilled: true,
        baseUrl: app.marketplaceAccess.baseUrl,
        user: 'demo-reseller.API',
        marketplace: 'demo',
      },
    });
  });

  it('install without marketplace access and with a zone nobody knows', async () => {
    await app.host.install(app.url, 'ins-a', { timeZone: 'Mars/Olympus' });
    const { body } = await app.call('ins-a', 'viewer', 'GET', '/me');
    expect(body).toMatchObject({ timeZone: null, marketplaceAccess: { prefilled: false } });
  });

  it('the same event again answers 204 and changes nothing', async () => {
    const event = app.host.event('installed', 'ins-a');
    expect((await app.host.deliver(app.url, event)).status).toBe(204);
    const before = await row('ins-a');
    expect((await app.host.deliver(app.url, event)).status).toBe(204);
    expect(await row('ins-a')).toEqual(before);
    expect(await app.database.sql('select id from action_log_entry')).toHaveLength(1);
    expect(await me('ins-a')).toBe('passed');
  });

  it('the same event twice at once is applied once', async () => {
    const event = app.host.event('installed', 'ins-a');
    const answers = await Promise.all([app.host.deliver(app.url, event), app.host.deliver(app.url, event)]);
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await app.database.sql('select id from action_log_entry')).toHaveLength(1);
  });

  it('two different installs at once are applied one after the other', async () => {
    const events = [app.host.event('installed', 'ins-a'), app.host.event('installed', 'ins-a')];
    const answers = await Promise.all(events.map((event) => app.host.deliver(app.url, event)));
    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(await app.database.sql('select id from installation')).toHaveLength(1);
  });

  it('says so when the stored secret does not open any more, instead of refusing the caller', async () => {
    await app.host.install(app.url, 'ins-a');
    await app.database.sql(`update installation set shared_secret = replace(shared_secret, ':', ':lost')`);
    expect(await me('ins-a')).toBe('503 SECRET_UNREADABLE');
    await app.host.install(app.url, 'ins-a');
    expect(await me('ins-a')).toBe('passed');
  });

  const forged: [string, LifecycleSignature, string][] = [
    ["signed with a stranger's key", { key: 'stranger' }, '401 TOKEN_INVALID'],
    ['signed with a key that is not published', { key: 'stranger', kid: 'another' }, '401 TOKEN_INVALID'],
    ['that names no key', { kid: null }, '401 TOKEN_INVALID'],
    ['of another issuer', { issuer: 'https://host.example' }, '401 TOKEN_INVALID'],
    ['for another extension', { audience: 'https://another-extension.example' }, '401 TOKEN_INVALID'],
    ['that ran out', { issuedAt: -100, expiresAt: -40 }, '401 TOKEN_EXPIRED'],
    ['signed too long ago', { issuedAt: -300, expiresAt: 60 }, '401 TOKEN_EXPIRED'],
    ['that lives too long', { expiresAt: 600 }, '401 TOKEN_INVALID'],
    ['signed for another body', { hashOf: '{}' }, '401 LIFECYCLE_BODY_CHANGED'],
    ['signed for another event', { jti: 'another-event' }, '401 LIFECYCLE_EVENT_MISMATCH'],
    ['signed for another installation', { subject: 'ins-b' }, '401 LIFECYCLE_EVENT_MISMATCH'],
  ];
  it.each(forged)('refuses a call %s', async (_, signature, expected) => {
    const { status, code } = await app.host.deliver(app.url, app.host.event('installed', 'ins-a'), signature);
    expect(`${status} ${code}`).toBe(expected);
    expect(await row('ins-a')).toBeUndefined();
    expect(await app.database.sql('select id from lifecycle_event')).toEqual([]);
  });

  it('refuses a body that was changed on the way, an unsigned call, and one sent to another address', async () => {
    const event = app.host.event('installed', 'ins-a');
    const changed = JSON.stringify({ ...event, account: { id: 'other', name: 'Other', role: 'reseller' } });
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`;
    const answers = [
      await app.host.deliver(app.url, event, {}, { rawBody: changed }),
      await app.host.deliver(app.url, event, {}, { authorization: null }),
      await app.host.deliver(app.url, event, {}, { authorization: `Bearer ${unsigned}` }),
      await app.host.deliver(
        app.url,
        event,
        {},
        { authorization: `Bearer ${await app.host.token('ins-a', {}, 'x'.repeat(40))}` },
      ),
      await app.host.deliver(app.url, event, {}, { path: 'enabled' }),
      await app.host.deliver(app.url, event, {}, { path: 'destroyed' }),
    ];
    expect(answers.map(({ status, code }) => `${status} ${code}`)).toEqual([
      '401 LIFECYCLE_BODY_CHANGED',
      '401 TOKEN_MISSING',
      '401 TOKEN_INVALID',
      '401 TOKEN_INVALID',
      '401 LIFECYCLE_EVENT_MISMATCH',
      '404 NOT_FOUND',
    ]);
    expect(await row('ins-a')).toBeUndefined();
  });

  it.each([
    ['a customer instead of a reseller', { account: { id: 'c1', name: 'Example', role: 'customer' } }],
    ['a short secret', { sharedSecret: 'short' }],
    ['no secret', { sharedSecret: undefined }],
    ['a frame host with a path', { hostOrigin: 'https://host.example/path' }],
    ['a frame host with a directive', { hostOrigin: 'https://host.example; script-src *' }],
    ['a frame host without TLS', { hostOrigin: 'http://host.example' }],
    ['no time', { occurredAt: 'yesterday' }],
    ['incomplete marketplace access', { marketplaceAccess: { baseUrl: 'https://api.example' } }],
  ])('refuses an install with %s', async (_, more) => {
    const { status, code } = await send('installed', 'ins-a', more);
    expect(`${status} ${code}`).toBe('400 INPUT_INVALID');
    expect(await row('ins-a')).toBeUndefined();
  });

  it('answers 503 while the keys of the host cannot be fetched, so that the host sends it again', async () => {
    const event = app.host.event('installed', 'ins-a');
    const rawBody = Buffer.from(JSON.stringify(event));
    const token = `Bearer ${await app.host.signLifecycle(app.url, event)}`;
    const verifier = new LifecycleVerifier(app.config);
    app.host.keysDown = true;
    await expect(verifier.verify('installed', rawBody, token)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'HOST_KEYS_UNAVAILABLE',
    });
    app.host.keysDown = false;
    await expect(verifier.verify('installed', rawBody, token)).resolves.toMatchObject({ installationId: 'ins-a' });
    const { marketplace } = app.config;
    const unreachable = { ...marketplace, jwksUrl: 'http://127.0.0.1:1/.well-known/jwks.json' };
    const closed = new LifecycleVerifier(Object.assign({}, app.config, { marketplace: unreachable }));
    await expect(closed.verify('installed', rawBody, token)).rejects.toMatchObject({ code: 'HOST_KEYS_UNAVAILABLE' });
  });

  it('disabled closes the API, enabled opens it again', async () => {
    await app.host.install(app.url, 'ins-a');
    await app.host.install(app.url, 'ins-b');
    expect((await send('disabled', 'ins-a')).status).toBe(204);
    expect(await me('ins-a')).toBe('403 INSTALLATION_DISABLED');
    expect(await me('ins-a', 'x'.repeat(43))).toBe('401 TOKEN_INVALID');
    expect(await me('ins-b')).toBe('passed');
    expect((await send('enabled', 'ins-a')).status).toBe(204);
    expect(await me('ins-a')).toBe('passed');
  });

  it('uninstalled deletes secrets, stops work and keeps the rest; a new install finds it again', async () => {
    await app.host.install(app.url, 'ins-a', { marketplaceAccess: app.marketplaceAccess });
    await fillEveryTable(app.database, 'ins-a');
    const oldSecret = app.host.secretOf('ins-a');
    const before = await rowsOf(app.database, 'ins-a');
    expect((await send('uninstalled', 'ins-a')).status).toBe(204);
    expect(await row('ins-a')).toMatchObject({ status: 'uninstalled', shared_secret: null, marketplace_access: null });
    const [connection] = await app.database.sql('select * from connection');
    expect(connection).toMatchObject({
      enabled: false,
      autotask_credentials: '',
      marketplace_access: '',
      next_check_at: null,
      credentials_version: 2,
    });
    expect(await me('ins-a', oldSecret)).toBe('401 INSTALLATION_UNKNOWN');
    const after = await rowsOf(app.database, 'ins-a');
    expect(after).toEqual({
      ...before,
      due_job: 0,
      action_log_entry: before.action_log_entry! + 1,
      lifecycle_event: before.lifecycle_event! + 1,
    });

    await app.host.install(app.url, 'ins-a');
    expect(app.host.secretOf('ins-a')).not.toBe(oldSecret);
    expect(await me('ins-a')).toBe('passed');
    expect(await me('ins-a', oldSecret)).toBe('401 TOKEN_INVALID');
    expect(await rowsOf(app.database, 'ins-a')).toMatchObject({ customer_mapping: 1, sync_task: 1, line_ledger: 1 });
    expect((await app.call('ins-a', 'viewer', 'GET', '/connections')).body.items).toMatchObject([
      { state: 'needsCredentials' },
    ]);
  });

  it('a forged re-install leaves the stored secret alone', async () => {
    await app.host.install(app.url, 'ins-a');
    const secret = app.host.secretOf('ins-a');
    const event = app.host.event('installed', 'ins-a');
    expect((await app.host.deliver(app.url, event, { key: 'stranger' })).status).toBe(401);
    expect(await me('ins-a', secret)).toBe('passed');
    expect(await me('ins-a', event.sharedSecret as string)).toBe('401 TOKEN_INVALID');
  });

  it('another account cannot take over an installation', async () => {
    await app.host.install(app.url, 'ins-a');
    const other = { account: { id: 'stranger', name: 'Otter & Quill', role: 'reseller' } };
    expect(await send('installed', 'ins-a', other)).toEqual({ status: 409, code: 'INSTALLATION_ACCOUNT_MISMATCH' });
    expect(await me('ins-a')).toBe('passed');
    expect(await row('ins-a')).toMatchObject({ account_name: 'Marmalade Freight' });
  });

  it('an event that a later one has overtaken changes nothing', async () => {
    const late = (eventType: string, secondsAgo: number): LifecycleCall =>
      app.host.event(eventType, 'ins-a', { occurredAt: new Date(Date.now() - secondsAgo * 1000).toISOString() });
    await app.host.install(app.url, 'ins-a');
    expect((await app.host.deliver(app.url, late('uninstalled', 60))).status).toBe(204);
    expect(await me('ins-a')).toBe('passed');
    expect((await send('uninstalled', 'ins-a')).status).toBe(204);
    expect((await app.host.deliver(app.url, late('installed', 60))).status).toBe(204);
    expect(await row('ins-a')).toMatchObject({ status: 'uninstalled', shared_secret: null });
    expect((await send('disabled', 'ins-a')).status).toBe(204);
    expect(await send('enabled', 'ins-a')).toEqual({ status: 409, code: 'INSTALLATION_UNINSTALLED' });
    expect(await row('ins-a')).toMatchObject({ status: 'uninstalled' });
  });

  it('events of an installation nobody knows', async () => {
    expect(await send('enabled', 'ins-z')).toEqual({ status: 404, code: 'INSTALLATION_UNKNOWN' });
    expect(await send('disabled', 'ins-z')).toEqual({ status: 404, code: 'INSTALLATION_UNKNOWN' });
    expect((await send('uninstalled', 'ins-z')).status).toBe(204);
    expect((await send('redact', 'ins-z')).status).toBe(204);
  });

  it('redact erases every row of every table, of this installation only, and only after an uninstall', async () => {
    for (const id of ['ins-a', 'ins-b']) {
      await app.host.install(app.url, id);
      await fillEveryTable(app.database, id);
    }
    const others = await rowsOf(app.database, 'ins-b');
    const full = await rowsOf(app.database, 'ins-a');
    expect(Object.values(full).every((count) => count > 0)).toBe(true);
    expect(Object.keys(full).length).toBeGreaterThan(20);

    expect(await send('redact', 'ins-a')).toEqual({ status: 409, code: 'INSTALLATION_NOT_UNINSTALLED' });
    expect(await rowsOf(app.database, 'ins-a')).toEqual(full);

    await send('uninstalled', 'ins-a');
    const redact = app.host.event('redact', 'ins-a');
    expect((await app.host.deliver(app.url, redact)).status).toBe(204);
    // The event itself stays, so that the host may repeat it.
    const empty = Object.fromEntries(Object.keys(full).map((table) => [table, table === 'lifecycle_event' ? 1 : 0]));
    expect(await rowsOf(app.database, 'ins-a')).toEqual(empty);
    expect(await row('ins-a')).toBeUndefined();
    expect((await app.host.deliver(app.url, redact)).status).toBe(204);
    expect(await rowsOf(app.database, 'ins-b')).toEqual(others);
    expect(await me('ins-b')).toBe('passed');
  });

  it('erases by itself once the grace period is over, not before, and not what was installed again', async () => {
    const erasure = app.app.get(InstallationErasure);
    for (const id of ['ins-a', 'ins-b', 'ins-c']) {
      await app.host.install(app.url, id);
      await fillEveryTable(app.database, id);
      await send('uninstalled', id);
    }
    const since = (id: string, hours: number) =>
      app.database.sql(`update installation set uninstalled_at = now() - ? * interval '1 hour' where id = ?`, [
        hours,
        id,
      ]);
    await since('ins-a', 49);
    await since('ins-b', 47);
    await since('ins-c', 49);
    await app.host.install(app.url, 'ins-c');
    expect(await erasure.eraseExpired()).toEqual(['ins-a']);
    expect(await row('ins-a')).toBeUndefined();
    expect(Object.values(await rowsOf(app.database, 'ins-a')).every((count) => count === 0)).toBe(true);
    expect(await row('ins-b')).toMatchObject({ status: 'uninstalled' });
    expect(await rowsOf(app.database, 'ins-c')).toMatchObject({ customer_mapping: 1 });
  });

  it('are found in the manifest', async () => {
    const response = await fetch(`${app.url}/.well-known/marketplace-extension.json`);
    const manifest = (await response.json()) as Record<string, any>;
    expect(response.status).toBe(200);
    expect(manifest).toMatchObject({
      key: 'psa-sync',
      name: 'PSA sync for Autotask',
      version: packageJson.version,
      baseUrl: app.url,
      audience: ['reseller'],
      lifecycle: {
        installed: `${app.url}/lifecycle/installed`,
        enabled: `${app.url}/lifecycle/enabled`,
        disabled: `${app.url}/lifecycle/disabled`,
        uninstalled: `${app.url}/lifecycle/uninstalled`,
        redact: `${app.url}/lifecycle/redact`,
      },
    });
    expect(manifest.scopes).toContain('orders:read');
    expect(manifest.settings.properties.autotask.properties.secret).toMatchObject({
      'x-secret': true,
      writeOnly: true,
    });
    expect(manifest.modules.map(({ kind }: { kind: string }) => kind)).toEqual(
      expect.arrayContaining(['page', 'settings', 'tile']),
    );
    const icon = await fetch(manifest.icon as string);
    expect(icon.status).toBe(200);
    expect(icon.headers.get('content-type')).toContain('image/svg+xml');
    expect(icon.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  });
});
