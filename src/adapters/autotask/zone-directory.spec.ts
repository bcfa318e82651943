import { describe, expect, it } from 'vitest';
import { allowedUrl } from '../http/allowed-hosts.js';
import { createTransport } from '../http/transport.js';
import { startStub, type StubReply } from '../http/stub-server.js';
import { discoveryAddress, ZoneDirectory } from './zone-directory.js';

const HOUR = 3_600_000;

function directory(origin: string, now: () => number = Date.now): ZoneDirectory {
  return new ZoneDirectory({
    transport: createTransport(),
    discoveryUrl: origin,
    allowedHosts: ['127.0.0.1', 'autotask.example'],
    timeoutMs: 10_000,
    now,
  });
}

const zone = (url: string, ci = 5): StubReply => ({
  json: { zoneName: 'AE02', url, webUrl: 'https://ww5.autotask.example/', ci },
});

describe('ZoneDirectory', () => {
  it.each([
    ['https://ws14.autotask.example/ATServicesRest/', 'https://ws14.autotask.example/ATServicesRest/V1.0/'],
    ['https://ws14.autotask.example/ATServicesRest', 'https://ws14.autotask.example/ATServicesRest/V1.0/'],
    ['https://WS14.autotask.example/atservicesrest//', 'https://ws14.autotask.example/atservicesrest/V1.0/'],
    ['https://ws14.autotask.example/ATServicesRest/V1.0/', 'https://ws14.autotask.example/ATServicesRest/V1.0/'],
  ])('makes a base address of %s', async (url, expected) => {
    await using server = await startStub(() => zone(url));
    const found = await directory(server.origin).zoneOf('a@b.example');
    expect(found.baseUrl.href).toBe(expected);
    expect(found).toMatchObject({ name: 'AE02', ci: 5, webUrl: 'https://ww5.autotask.example/' });
    expect(server.requests[0]?.query.get('user')).toBe('a@b.example');
    expect(server.requests[0]?.headers).not.toHaveProperty('secret');
  });

  it('keeps a zone for 24 hours per user', async () => {
    let now = 0;
    await using server = await startStub(() => zone('https://ws1.autotask.example/ATServicesRest/'));
    const zones = directory(server.origin, () => now);
    await zones.zoneOf('a@b.example');
    now = 24 * HOUR - 1;
    await zones.zoneOf('a@b.example');
    expect(server.requests).toHaveLength(1);
    await zones.zoneOf('c@d.example');
    expect(server.requests).toHaveLength(2);
    now = 24 * HOUR;
    await zones.zoneOf('a@b.example');
    expect(server.requests).toHaveLength(3);
  });

  it('asks once for callers at the same time', async () => {
    await using server = await startStub(() => zone('https://ws1.autotask.example/ATServicesRest/'));
    const zones = directory(server.origin);
    await Promise.all([zones.zoneOf('a@b.example'), zones.zoneOf('a@b.example')]);
    expect(server.requests).toHaveLength(1);
  });

  it('discovers again after a refusal, but not for each of several requests that were refused', async () => {
    await using server = await startStub(({ attempt }) =>
      zone(`https://ws${attempt + 1}.autotask.example/ATServicesRest/`),
    );
    const zones = directory(server.origin);
    const old = await zones.zoneOf('a@b.example');
    const again = await Promise.all([
      zones.zoneAfterRefusal('a@b.example', old),
      zones.zoneAfterRefusal('a@b.example', old),
    ]);
    const later = await zones.zoneAfterRefusal('a@b.example', old);
    expect([...again, later].map(({ baseUrl }) => baseUrl.host)).toEqual(Array(3).fill('ws2.autotask.example'));
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, StubReply, string]>([
    ['an unknown user', { status: 500, json: { errors: ['no such user'] } }, 'AUTOTASK_USER_UNKNOWN'],
    ['a foreign host', zone('https://autotask.evil.example/ATServicesRest/'), 'AUTOTASK_HOST_NOT_ALLOWED'],
    ['plain http', zone('http://ws1.autotask.example/ATServicesRest/'), 'AUTOTASK_HOST_NOT_ALLOWED'],
    ['no address', { json: { zoneName: 'x', url: null, ci: 1 } }, 'AUTOTASK_ANSWER_UNEXPECTED'],
    ['no ci', { json: { zoneName: 'x', url: 'https://ws1.autotask.example/' } }, 'AUTOTASK_ANSWER_UNEXPECTED'],
    ['maintenance', { status: 503, text: '<html></html>' }, 'AUTOTASK_UNREACHABLE'],
    ['a wrong discovery address', { status: 404, text: '<html></html>' }, 'AUTOTASK_UNREACHABLE'],
    ['throttling', { status: 429, json: {} }, 'AUTOTASK_THROTTLED'],
  ])('refuses %s', async (_, reply, code) => {
    await using server = await startStub(() => reply);
    await expect(directory(server.origin).zoneOf('a@b.example')).rejects.toMatchObject({ code, outcome: 'notApplied' });
  });

  it('does not remember a failure', async () => {
    await using server = await startStub(({ attempt }) =>
      attempt === 0 ? 'reset' : zone('https://ws1.autotask.example/ATServicesRest/'),
    );
    const zones = directory(server.origin);
    await expect(zones.zoneOf('a@b.example')).rejects.toMatchObject({ code: 'AUTOTASK_UNREACHABLE' });
    expect((await zones.zoneOf('a@b.example')).ci).toBe(5);
  });
});

describe('discoveryAddress', () => {
  const full = 'https://ws.autotask.example/ATServicesRest/V1.0/zoneInformation';
  it.each([
    ['https://ws.autotask.example', full],
    ['https://ws.autotask.example/', full],
    ['https://ws.autotask.example/ATServicesRest/', full],
    ['https://ws.autotask.example/ATServicesRest/V1.0', full],
    [full, full],
  ])('completes %s', (text, expected) => {
    expect(discoveryAddress(text).href).toBe(expected);
  });
});

describe('allowedUrl', () => {
  const suffixes = ['autotask.example', '127.0.0.1'];
  it.each([
    ['https://autotask.example/', true],
    ['https://ws5.autotask.example/', true],
    ['https://WS5.AUTOTASK.EXAMPLE/', true],
    ['http://127.0.0.1:3001/', true],
    ['https://evil-autotask.example/', false],
    ['https://autotask.example.evil.example/', false],
    ['http://ws5.autotask.example/', false],
    ['https://user:pass@ws5.autotask.example/', false],
    ['https://evil.example/?autotask.example', false],
    ['http://localhost:3001/', false],
    ['ftp://autotask.example/', false],
    ['not an address', false],
  ])('%s', (text, expected) => {
    expect(allowedUrl(text, suffixes) !== undefined).toBe(expected);
  });

  it('takes a suffix with a leading dot and ignores empty ones', () => {
    expect(allowedUrl('https://ws5.autotask.example/', ['.autotask.example'])).toBeDefined();
    expect(allowedUrl('https://ws5.autotask.example/', ['', ' '])).toBeUndefined();
  });
});
