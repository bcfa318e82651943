import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { API_ACCESS } from './api-token.js';
import { MarketplaceTestClient } from './marketplace-test-client.js';

/** A call as the extension received it. */
interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  body: any;
}

let client: MarketplaceTestClient<any>;
let extension: Server;
let extensionUrl = '';
let received: Received[] = [];
let seenEvents = new Set<string>();
let answerWith = 204;

/** Checks a call the way an extension must; returns the HTTP status it would answer. */
async function verify(call: Received): Promise<number> {
  const jwks = (await client.send('GET', '/.well-known/jwks.json', {})).body as JSONWebKeySet;
  try {
    const token = String(call.headers.authorization).replace(/^Bearer /, '');
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: client.sandbox.origin,
      audience: extensionUrl,
      subject: call.body.installationId,
      algorithms: ['ES256'],
    });
    if (payload['bodyHash'] !== createHash('sha256').update(call.raw).digest('base64url')) return 401;
    if (payload.exp! - payload.iat! > 120 || payload.jti !== call.body.eventId) return 401;
  } catch {
    return 401;
  }
  if (seenEvents.has(call.body.eventId)) return 409;
  seenEvents.add(call.body.eventId);
  return answerWith;
}

beforeAll(async () => {
  extension = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const raw = Buffer.concat(chunks).toString('utf8');
      if (request.url === '/.well-known/marketplace-extension.json') {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({
            key: 'psa-sync',
            name: 'PSA sync for Autotask',
            baseUrl: extensionUrl,
            lifecycle: {
              installed: '/lifecycle/installed',
              enabled: `${extensionUrl}/lifecycle/enabled`,
              disabled: '/lifecycle/disabled',
              uninstalled: '/lifecycle/uninstalled',
              redact: '/lifecycle/redact',
            },
          }),
        );
        return;
      }
      const call = { path: request.url ?? '', headers: request.headers, raw, body: raw === '' ? {} : JSON.parse(raw) };
      received.push(call);
      response.statusCode = await verify(call);
      response.end(response.statusCode === 422 ? 'not today' : '');
    })();
  });
  await new Promise<void>((resolve) => extension.listen(0, '127.0.0.1', resolve));
  extensionUrl = `http://127.0.0.1:${(extension.address() as AddressInfo).port}`;
  client = await MarketplaceTestClient.start({ extensionUrl: () => extensionUrl });
});
afterAll(async () => {
  await client.close();
  extension.close();
});
beforeEach(async () => {
  await client.control('POST', '/reset', {});
  received = [];
  seenEvents = new Set();
  answerWith = 204;
});

const installations = async () => (await client.state()).installations;

describe('installing', () => {
  it('makes a signed call that an extension can verify, and hands over secret and access', async () => {
    const outcome = await client.control('POST', '/install', {});
    expect(outcome).toMatchObject({ status: 'installed', answered: 204 });
    expect(outcome.installationId).toMatch(/^EIN-\d{4}-\d{4}-\d{4}$/);
    const [call] = received;
    expect(call!.path).toBe('/lifecycle/installed');
    expect(call!.body).toMatchObject({
      eventType: 'installed',
      installationId: outcome.installationId,
      environment: 'sandbox',
      marketplaceCode: 'demo',
      account: { id: '1000000', role: 'reseller' },
      hostOrigin: client.sandbox.origin,
      timeZone: 'UTC',
      installedBy: 'user-1',
      apiBaseUrl: `${client.sandbox.origin}/marketplace`,
      marketplaceAccess: { baseUrl: `${client.sandbox.origin}/marketplace`, ...API_ACCESS },
    });
    expect(call!.body.sharedSecret.length).toBeGreaterThan(40);
    expect(await installations()).toMatchObject([
      { id: outcome.installationId, status: 'installed', baseUrl: extensionUrl },
    ]);
    expect(JSON.stringify(await client.state())).not.toContain(call!.body.sharedSecret);
  });

  it('counts only after a 2xx answer; a refusal stores nothing and gives the reason', async () => {
    answerWith = 422;
    const refused = await client.try('POST', '/install', {});
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ status: 'refused', answered: 422 });
    expect(refused.body.reason).toContain('not today');
    expect(await installations()).toEqual([]);
    const nowhere = await client.try('POST', '/install', { baseUrl: `${client.sandbox.origin}/nothing` });
    expect(nowhere.body.reason).toContain('404');
    expect((await client.try('POST', '/token', { role: 'admin' })).status).toBe(400);
  });

  it('again by the same account keeps the installation id and changes the secret; another account has its own', async () => {
    const first = await client.control('POST', '/install', {});
    const again = await client.control('POST', '/install', {});
    const other = await client.control('POST', '/install', { accountId: '2000000', accountName: 'Second Reseller' });
    expect(again.installationId).toBe(first.installationId);
    expect(other.installationId).not.toBe(first.installationId);
    expect(new Set(received.map((call) => call.body.sharedSecret)).size).toBe(3);
    expect(await installations()).toHaveLength(2);
  });

  it('a failed re-install leaves the old secret in force', async () => {
    await client.control('POST', '/install', {});
    const secret = received[0]!.body.sharedSecret;
    answerWith = 500;
    await client.try('POST', '/install', {});
    const { token } = await client.control('POST', '/token', { role: 'viewer' });
    await expect(jwtVerify(token, new TextEncoder().encode(secret))).resolves.toBeDefined();
  });
});

describe('later events', () => {
  it('follow the installation through disabled, enabled, uninstalled and redact, without secrets', async () => {
    await client.control('POST', '/install', {});
    const statuses: string[] = [];
    for (const event of ['disabled', 'enabled', 'uninstalled', 'redact'])
      statuses.push((await client.control('POST', '/lifecycle', { event })).status);
    expect(statuses).toEqual(['disabled', 'enabled', 'uninstalled', 'redacted']);
    expect(received.map((call) => call.path.split('/').at(-1))).toEqual([
      'installed',
      'disabled',
      'enabled',
      'uninstalled',
      'redact',
    ]);
    for (const call of received.slice(1)) {
      expect(call.body).not.toHaveProperty('sharedSecret');
      expect(call.body).not.toHaveProperty('marketplaceAccess');
    }
    expect((await client.try('POST', '/token', { role: 'admin' })).status).toBe(400);
  });

  it('an extension’s refusal changes nothing; unknown events and installations are refused', async () => {
    await client.control('POST', '/install', {});
    answerWith = 500;
    expect((await client.try('POST', '/lifecycle', { event: 'disabled' })).status).toBe(409);
    expect(await installations()).toMatchObject([{ status: 'installed' }]);
    expect((await client.try('POST', '/lifecycle', { event: 'paused' })).status).toBe(400);
    expect((await client.try('POST', '/lifecycle', { event: 'disabled', installationId: 'EIN-1' })).status).toBe(400);
  });

  it.each(['key', 'body', 'audience', 'expired'])(
    'spoilt in its %s a call is told from a good one and changes nothing',
    async (tamper) => {
      await client.control('POST', '/install', {});
      const spoilt = await client.try('POST', '/lifecycle', { event: 'uninstalled', tamper });
      expect(spoilt.body).toMatchObject({ status: 'tampered', answered: 401 });
      expect(await installations()).toMatchObject([{ status: 'installed' }]);
      expect(await client.control('POST', '/lifecycle', { event: 'uninstalled' })).toMatchObject({
        status: 'uninstalled',
      });
    },
  );

  it('a replayed call is the same to the byte, and an extension that remembers the event refuses it', async () => {
    await client.control('POST', '/install', {});
    const replayed = await client.control('POST', '/lifecycle/replay', {});
    expect(replayed).toMatchObject({ status: 'tampered', answered: 409 });
    expect(received[1]!.raw).toBe(received[0]!.raw);
    expect(received[1]!.headers.authorization).toBe(received[0]!.headers.authorization);
  });
});

describe('user tokens', () => {
  const secret = () => new TextEncoder().encode(received[0]!.body.sharedSecret);

  it('are HS256 with the shared secret and name host, extension, installation, user and role', async () => {
    const { installationId } = await client.control('POST', '/install', {});
    const issued = await client.control('POST', '/token', { role: 'operator', userId: 'user-7' });
    const { payload, protectedHeader } = await jwtVerify(issued.token, secret(), {
      issuer: client.sandbox.origin,
      audience: 'psa-sync',
      subject: 'user-7',
    });
    expect(protectedHeader.alg).toBe('HS256');
    expect(payload).toMatchObject({ dest: installationId, role: 'operator' });
    expect(payload.exp! - payload.iat!).toBe(60);
    expect(payload.nbf).toBe(payload.iat);
    expect(new Date(payload.exp! * 1000).toISOString()).toBe(issued.expiresAt);
    const second = await client.control('POST', '/token', { role: 'operator' });
    expect(decodeJwt(second.token).jti).not.toBe(payload.jti);
  });

  it('can be made expired or too long-lived on purpose, and need a role', async () => {
    await client.control('POST', '/install', {});
    const { token } = await client.control('POST', '/token', { role: 'admin', ttlSeconds: -30 });
    await expect(jwtVerify(token, secret())).rejects.toThrow(/exp/);
    const long = decodeJwt((await client.control('POST', '/token', { role: 'admin', ttlSeconds: 600 })).token);
    expect(long.exp! - long.iat!).toBe(600);
    expect((await client.try('POST', '/token', { role: 'owner' })).status).toBe(400);
    expect((await client.try('POST', '/token', {})).status).toBe(400);
  });
});

it('publishes only the public half of its key, under the id its signatures name', async () => {
  await client.control('POST', '/install', {});
  const { keys } = (await client.send('GET', '/.well-known/jwks.json', {})).body;
  expect(keys).toHaveLength(1);
  expect(keys[0]).not.toHaveProperty('d');
  const token = String(received[0]!.headers.authorization).slice('Bearer '.length);
  expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', kid: keys[0].kid });
});
