import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SecretBox } from '../../src/adapters/security/secret-box.js';
import { ConnectionAccess } from '../../src/modules/installation/connection-access.service.js';
import { ConnectionChanges } from '../../src/modules/installation/connection-changes.service.js';
import { ConnectionSecrets } from '../../src/modules/installation/connection-secrets.service.js';
import { ConnectionService } from '../../src/modules/installation/connection.service.js';
import type { Connection } from '../../src/modules/installation/connection.entity.js';
import { SecretRotation } from '../../src/modules/installation/secret-rotation.service.js';
import { MarketplacePort } from '../../src/ports/marketplace.port.js';
import { startInstallationApp, type InstallationApp } from '../support/installation-app.js';

describe('access of a connection', () => {
  let app: InstallationApp;
  let access: ConnectionAccess;
  let connections: ConnectionService;
  let id: string;

  beforeAll(async () => {
    app = await startInstallationApp();
    access = app.app.get(ConnectionAccess);
    connections = app.app.get(ConnectionService);
  });
  beforeEach(async () => {
    await app.truncate();
    await app.host.install(app.url, 'ins-a', { marketplaceAccess: app.marketplaceAccess });
    id = await create('ins-a');
  });
  afterAll(() => app.close());

  const create = async (installation: string, currency = 'EUR'): Promise<string> => {
    const { userName, secret } = app.autotask.credentials;
    const { status, body } = await app.call(installation, 'admin', 'POST', '/connections', {
      alias: `${installation} ${currency}`,
      currency,
      timeZone: 'Europe/Berlin',
      autotask: { userName, secret },
    });
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return (body as { id: string }).id;
  };
  const connection = async (): Promise<Connection> => await connections.find('ins-a', id);
  const entries = async (action: string) =>
    await app.database.sql<Record<string, any>>('select * from action_log_entry where action = ? order by at', [
      action,
    ]);
  const pauses = async () =>
    (
      await app.database.sql<{ attempts: number; minutes: number; code: string | null }>(
        `select pause_attempts as attempts, pause_code as code,
                round(extract(epoch from paused_until - now()) / 60)::float as minutes from connection`,
      )
    )[0]!;
  const endPause = async (ago = '1 second') =>
    await app.database.sql(`update connection set paused_until = now() - ?::interval`, [ago]);
  const pause = async () => await access.pause(await connection(), 'AUTOTASK_SECRET_WRONG', 'The sign-in was refused.');

  it('reaches Autotask and the marketplace with the stored secrets', async () => {
    const autotask = await access.autotask(await connection());
    expect((await autotask.ownCompany()).id).toBe(0);
    const marketplace = access.marketplace(await connection());
    expect(marketplace).toMatchObject({ installationId: 'ins-a', connectionId: id, timeZone: 'Europe/Berlin' });
    await expect(app.app.get(MarketplacePort).verifyAccess(marketplace)).resolves.toBeUndefined();
  });

  it('keeps one adapter until the credentials change', async () => {
    const first = await access.autotask(await connection());
    expect(await access.autotask(await connection())).toBe(first);
    await app.call('ins-a', 'admin', 'PATCH', `/connections/${id}`, {
      autotask: { secret: app.autotask.credentials.secret },
    });
    expect(await access.autotask(await connection())).not.toBe(first);
  });

  it('opens no secret that was copied from another connection', async () => {
    await app.host.install(app.url, 'ins-b', { marketplaceAccess: app.marketplaceAccess });
    await create('ins-b');
    await app.database.sql(
      `update connection set autotask_credentials =
         (select autotask_credentials from connection where installation_id = 'ins-b') where installation_id = 'ins-a'`,
    );
    await expect(access.autotask(await connection())).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });

  it('can be looked at and entered again after its key was lost', async () => {
    await app.database.sql(
      `update connection set autotask_credentials = replace(autotask_credentials, ':', ':lost'),
                             marketplace_access = replace(marketplace_access, ':', ':lost')`,
    );
    await app.database.sql(`update installation set marketplace_access = null`);
    const admin = async (method: string, body?: unknown) =>
      await app.call('ins-a', 'admin', method, `/connections/${id}`, body);
    expect((await admin('GET')).body).toMatchObject({ id, marketplace: null });
    const { userName, secret } = app.autotask.credentials;
    const half = await admin('PATCH', { autotask: { userName, secret } });
    expect(`${half.status} ${half.body.code}`).toBe('400 MARKETPLACE_ACCESS_MISSING');
    expect((await admin('PATCH', { autotask: { secret }, marketplace: app.marketplaceAccess })).status).toBe(200);
    expect((await (await access.autotask(await connection())).ownCompany()).id).toBe(0);
  });

  it('pauses for 15 minutes, then 60, then until a person acts; people are told once', async () => {
    expect(await pause()).toBe(true);
    expect(await pauses()).toMatchObject({ attempts: 1, minutes: 15, code: 'AUTOTASK_SECRET_WRONG' });
    await endPause();
    expect(await pause()).toBe(true);
    expect(await pauses()).toMatchObject({ attempts: 2, minutes: 60 });
    await endPause();
    expect(await pause()).toBe(true);
    expect((await pauses()).minutes).toBeGreaterThan(1e8);
    const shown = await app.call('ins-a', 'viewer', 'GET', `/connections/${id}`);
    expect(shown.body).toMatchObject({ state: 'paused', pause: { code: 'AUTOTASK_SECRET_WRONG', until: null } });
    expect(await entries('connection.paused')).toHaveLength(3);
    expect(await app.database.sql('select code, level from notification')).toEqual([
      { code: 'AUTOTASK_SECRET_WRONG', level: 'error' },
    ]);
  });

  it('counts the refusals of one moment once', async () => {
    const row = await connection();
    const results = await Promise.all(
      Array.from({ length: 5 }, () => access.pause(row, 'AUTOTASK_SECRET_WRONG', 'The sign-in was refused.')),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await pauses()).toMatchObject({ attempts: 1 });
    expect(await entries('connection.paused')).toHaveLength(1);
  });

  it('does not pause for credentials that were replaced meanwhile', async () => {
    const before = await connection();
    await app.call('ins-a', 'admin', 'PATCH', `/connections/${id}`, {
      autotask: { secret: app.autotask.credentials.secret },
    });
    expect(await access.pause(before, 'AUTOTASK_SECRET_WRONG', 'The sign-in was refused.')).toBe(false);
    expect(await pauses()).toMatchObject({ attempts: 0, code: null });
  });

  it('takes a refusal long after the last pause for another outage', async () => {
    await pause();
    await endPause('25 hours');
    await pause();
    expect(await pauses()).toMatchObject({ attempts: 1, minutes: 15 });
    expect(await app.database.sql('select id from notification')).toHaveLength(2);
  });

  it('sends nothing while paused, tries again when the time is over, and resumes after a success', async () => {
    await pause();
    const paused = await connection();
    await expect(access.autotask(paused)).rejects.toMatchObject({ code: 'CONNECTION_PAUSED', kind: 'unavailable' });
    expect(() => access.marketplace(paused)).toThrow('is paused');
    await endPause();
    const retry = await connection();
    expect((await (await access.autotask(retry)).ownCompany()).id).toBe(0);
    await access.resume(retry);
    await access.resume(retry);
    expect(await pauses()).toMatchObject({ attempts: 0, code: null, minutes: null });
    expect(await entries('connection.resumed')).toHaveLength(1);
    await access.resume(await connection());
    expect(await entries('connection.resumed')).toHaveLength(1);
  });

  it('keeps a pause that began while another call succeeded', async () => {
    await pause();
    await endPause();
    const succeeding = await connection();
    await pause();
    await access.resume(succeeding);
    expect(await pauses()).toMatchObject({ attempts: 2, minutes: 60 });
  });

  it('ends a pause when a person tests the stored connection and it passes', async () => {
    await pause();
    await app.database.sql(`update connection set capabilities = capabilities - 'costVisible'`);
    const failing = { connectionId: id, autotask: { secret: 'wrong' } };
    await app.call('ins-a', 'admin', 'POST', '/connections/test', failing);
    expect(await pauses()).toMatchObject({ attempts: 1 });
    const { body } = await app.call('ins-a', 'admin', 'POST', '/connections/test', { connectionId: id });
    expect(body.passed).toBe(true);
    expect(await pauses()).toMatchObject({ attempts: 0 });
    expect((await connection()).capabilities.costVisible).toBe(true);
    expect((await entries('connection.resumed'))[0]).toMatchObject({ actor: 'user-1' });
  });

  it('lists as enabled only what may work now', async () => {
    const enabled = async () => (await connections.enabled()).map((row) => row.id);
    expect(await enabled()).toEqual([id]);
    await pause();
    expect(await enabled()).toEqual([]);
    await endPause();
    expect(await enabled()).toEqual([id]);
    await app.host.deliver(app.url, app.host.event('disabled', 'ins-a'));
    expect(await enabled()).toEqual([]);
    await expect(access.autotask(await connection())).rejects.toMatchObject({ code: 'INSTALLATION_DISABLED' });
    await app.host.deliver(app.url, app.host.event('enabled', 'ins-a'));
    await app.call('ins-a', 'admin', 'PATCH', `/connections/${id}`, { enabled: false });
    expect(await enabled()).toEqual([]);
    await expect(access.autotask(await connection())).rejects.toMatchObject({ code: 'CONNECTION_DISABLED' });
    await app.database.sql(`update connection set enabled = true, autotask_credentials = '', marketplace_access = ''`);
    expect(await enabled()).toEqual([]);
    const emptied = await connection();
    await expect(access.autotask(emptied)).rejects.toMatchObject({ code: 'CREDENTIALS_MISSING' });
    expect(() => access.marketplace(emptied)).toThrow('were deleted');
  });

  it('is sealed with the newest key after a rotation, so that the old key can go', async () => {
    const [old] = app.config.encryptionKeys;
    const fresh = { id: 'fresh', key: randomBytes(32) };
    const boxOf = (encryptionKeys: { id: string; key: Buffer }[]) =>
      new SecretBox(Object.assign({}, app.config, { encryptionKeys }));
    const rotation = new SecretRotation(app.database, boxOf([fresh, old!]));
    expect(await rotation.sealAgain()).toBe(4);
    expect(await rotation.sealAgain()).toBe(0);
    const secrets = new ConnectionSecrets(boxOf([fresh]), app.config);
    expect(secrets.autotask(await connection())).toEqual({
      userName: app.autotask.credentials.userName,
      secret: app.autotask.credentials.secret,
    });
    expect(secrets.marketplace(await connection())).toEqual(app.marketplaceAccess);

    const without = new SecretRotation(app.database, boxOf([{ id: 'third', key: randomBytes(32) }]));
    expect(await without.sealAgain()).toBe(0);
    expect(secrets.autotask(await connection())).toMatchObject({ userName: app.autotask.credentials.userName });
  });

  it('tells other modules what changed, after it was saved', async () => {
    const heard: string[] = [];
    const changes = app.app.get(ConnectionChanges);
    changes.subscribe(async (row, kinds) => {
      const [saved] = await app.database.sql<{ alias: string }>('select alias from connection where id = ?', [row.id]);
      heard.push(`${saved?.alias ?? 'gone'}: ${kinds.join(' ')}`);
    });
    changes.subscribe(() => Promise.reject(new Error('a listener of another module failed')));
    const patch = async (body: object) => await app.call('ins-a', 'admin', 'PATCH', `/connections/${id}`, body);
    const { secret } = app.autotask.credentials;
    await patch({ alias: 'Only a name' });
    await patch({ settings: { proration: 'marketplace' } });
    await patch({ autotask: { secret }, enabled: false });
    await patch({ settings: { proration: 'gut feeling' } });
    expect((await app.call('ins-a', 'admin', 'DELETE', `/connections/${id}`)).status).toBe(200);
    await create('ins-a', 'USD');
    expect(heard).toEqual([
      'Only a name: settings',
      'Only a name: disabled credentials',
      'gone: removed',
      'ins-a USD: created',
    ]);
  });
});
