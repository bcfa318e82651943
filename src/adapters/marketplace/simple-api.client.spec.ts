import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startStub, type StubReply, type StubRequest } from '../http/stub-server.js';
import { SimpleApiClient } from './simple-api.client.js';
import { MarketplaceError } from '../../ports/marketplace.port.js';
import { pageOf, startStubMarketplace, stubAccess, stubOptions } from './testing/stub-marketplace.js';

const rows = (count: number, from = 0): { id: string }[] =>
  Array.from({ length: count }, (_, index) => ({ id: String(from + index) }));
const authorization = (request: StubRequest | undefined): string | undefined => request?.headers.authorization;

async function failure(work: Promise<unknown>): Promise<MarketplaceError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MarketplaceError) return error;
  throw new Error('expected a MarketplaceError', { cause: error });
}

describe('tokens', () => {
  it('are asked for with Basic, key and marketplace code, and carried from then on', async () => {
    await using server = await startStubMarketplace((request) => pageOf([], request));
    const access = stubAccess(server.origin);
    const client = new SimpleApiClient(stubOptions());
    await client.list(access, 'orders');
    await client.list(access, 'customers');
    const [signIn] = server.signIns();
    expect(server.signIns()).toHaveLength(1);
    expect(signIn?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`${access.user}:${access.password}`).toString('base64')}`,
      'x-subscription-key': access.subscriptionKey,
    });
    expect(JSON.parse(signIn!.body)).toEqual({ marketplace: 'us' });
    expect(server.calls().map(authorization)).toEqual(['Bearer token-1', 'Bearer token-1']);
    expect(server.calls()[0]?.headers['x-subscription-key']).toBe(access.subscriptionKey);
  });

  it('are shared by calls at the same time', async () => {
    await using server = await startStubMarketplace((request) => pageOf([], request));
    const client = new SimpleApiClient(stubOptions());
    await Promise.all(Array.from({ length: 10 }, () => client.list(stubAccess(server.origin), 'orders')));
    expect(server.signIns()).toHaveLength(1);
  });

  it('are renewed a minute before they end', async () => {
    let now = 0;
    await using server = await startStubMarketplace((request) => pageOf([], request));
    const client = new SimpleApiClient(stubOptions({ now: () => now }));
    const call = () => client.list(stubAccess(server.origin), 'orders');
    await call();
    now = 1_439_999;
    await call();
    now = 1_440_000;
    await call();
    expect(server.calls().map(authorization)).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('that live shortly are still used more than once', async () => {
    let now = 0;
    await using server = await startStubMarketplace((request) => pageOf([], request), {
      token: () => ({ json: { token: 'short', expiresInSeconds: 10 } }),
    });
    const client = new SimpleApiClient(stubOptions({ now: () => now }));
    await client.list(stubAccess(server.origin), 'orders');
    now = 4999;
    await client.list(stubAccess(server.origin), 'orders');
    expect(server.signIns()).toHaveLength(1);
    now = 5000;
    await client.list(stubAccess(server.origin), 'orders');
    expect(server.signIns()).toHaveLength(2);
  });

  it('are renewed once on a 401, by one request however many were refused', async () => {
    const refusedFirst = new Set(['Bearer token-1']);
    await using server = await startStubMarketplace((request) =>
      refusedFirst.has(authorization(request) ?? '') ? { status: 401, json: {} } : pageOf([], request),
    );
    const client = new SimpleApiClient(stubOptions());
    await Promise.all(Array.from({ length: 5 }, () => client.list(stubAccess(server.origin), 'orders')));
    expect(server.signIns()).toHaveLength(2);
    expect(server.calls().filter((request) => authorization(request) === 'Bearer token-2')).toHaveLength(5);
  });

  it('refused twice mean wrong credentials', async () => {
    await using server = await startStubMarketplace(() => ({ status: 401, json: { message: 'no' } }));
    const error = await failure(new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders'));
    expect(error.code).toBe('MARKETPLACE_CREDENTIALS_WRONG');
    expect({ calls: server.calls().length, signIns: server.signIns().length }).toEqual({ calls: 2, signIns: 2 });
  });

  it('never serve other credentials or another connection', async () => {
    await using server = await startStubMarketplace((request) => pageOf([], request));
    const client = new SimpleApiClient(stubOptions());
    await client.list(stubAccess(server.origin), 'orders');
    await client.list(stubAccess(server.origin, { password: 'changed' }), 'orders');
    await client.list(stubAccess(server.origin, { connectionId: 'connection-2' }), 'orders');
    await client.list(stubAccess(server.origin, { installationId: 'installation-2' }), 'orders');
    expect(server.signIns()).toHaveLength(4);
  });

  it('are asked for anew to verify access', async () => {
    await using server = await startStubMarketplace((request) => pageOf([], request));
    const client = new SimpleApiClient(stubOptions());
    await client.verify(stubAccess(server.origin));
    await client.verify(stubAccess(server.origin));
    expect(server.signIns()).toHaveLength(2);
  });
});

describe('lists', () => {
  it('are read in pages of 100 with their filters', async () => {
    const all = rows(230);
    await using server = await startStubMarketplace((request) => pageOf(all, request));
    const client = new SimpleApiClient(stubOptions());
    const list = await client.list(stubAccess(server.origin), 'orders', { creationTimeFrom: '2027-03-01T00:00:00Z' });
    expect(list).toEqual(all);
    expect(server.calls().map(({ query }) => Object.fromEntries(query))).toEqual(
      ['0', '100', '200'].map((offset) => ({ creationTimeFrom: '2027-03-01T00:00:00Z', offset, limit: '100' })),
    );
  });

  it('are whole when the server gives fewer rows than asked for, or all at once', async () => {
    await using server = await startStubMarketplace((request) => {
      const all = rows(120);
      const total = all.length;
      if (request.path === '/reports') return { json: { data: all, pagination: { offset: 0, limit: 10, total } } };
      const offset = Number(request.query.get('offset'));
      return { json: { data: all.slice(offset, offset + 50), pagination: { offset, limit: 50, total } } };
    });
    const client = new SimpleApiClient(stubOptions());
    expect(await client.list(stubAccess(server.origin), 'orders')).toHaveLength(120);
    expect(await client.list(stubAccess(server.origin), 'reports')).toHaveLength(120);
  });

  it('start over when a row is added while paging', async () => {
    let all = rows(150);
    await using server = await startStubMarketplace((request) => {
      const page = pageOf(all, request);
      if (request.attempt === 0) all = [{ id: 'new' }, ...all];
      return page;
    });
    const list = await new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders');
    expect(list).toEqual(all);
    expect(server.calls()).toHaveLength(4);
  });

  it('start over when a row goes while paging, which makes another one jump over the page', async () => {
    let all = rows(150);
    await using server = await startStubMarketplace((request) => {
      const page = pageOf(all, request);
      if (request.attempt === 0) all = all.slice(1);
      return page;
    });
    expect(await new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders')).toEqual(all);
  });

  it('start over when rows moved though the total stayed', async () => {
    let all = rows(150);
    await using server = await startStubMarketplace((request) => {
      const page = pageOf(all, request);
      // One row comes in front and another goes: the second page repeats a row.
      if (request.attempt === 0) all = [{ id: 'new' }, ...all.slice(0, -1)];
      return page;
    });
    expect(await new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders')).toEqual(all);
  });

  it('are given up after the third restart', async () => {
    let all = rows(150);
    await using server = await startStubMarketplace((request) => {
      const page = pageOf(all, request);
      all = [{ id: `new ${request.attempt}` }, ...all];
      return page;
    });
    const error = await failure(new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders'));
    expect(error.code).toBe('MARKETPLACE_LIST_MOVING');
    expect(server.calls()).toHaveLength(8);
  });

  it.each<[string, unknown]>([
    ['without pagination', { data: [] }],
    ['without data', { pagination: { total: 0 } }],
    ['with a row that has no id', { data: [{}], pagination: { total: 1 } }],
    ['that is no object', null],
  ])('%s are refused', async (_, json) => {
    await using server = await startStubMarketplace(() => ({ json }));
    const error = await failure(new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders'));
    expect(error.code).toBe('MARKETPLACE_ANSWER_UNEXPECTED');
  });
});

describe('single records', () => {
  it('are missing only when the marketplace says so', async () => {
    const answers: Record<string, StubReply> = {
      '/orders/gone': { status: 404, json: { status: 404, message: 'There is no such order.' } },
      '/orders/gateway': { status: 404, json: { statusCode: 404, message: 'Resource not found' } },
      '/orders/html': { status: 404, text: '<html></html>' },
    };
    await using server = await startStubMarketplace(({ path }) => answers[path]!);
    const client = new SimpleApiClient(stubOptions());
    const access = stubAccess(server.origin);
    expect(await client.get(access, 'orders/gone')).toBeUndefined();
    for (const id of ['gateway', 'html'])
      expect((await failure(client.get(access, `orders/${id}`))).code).toBe('MARKETPLACE_ANSWER_UNEXPECTED');
  });

  it('come with their correlation id', async () => {
    await using server = await startStubMarketplace(() => ({
      json: { id: '1' },
      headers: { 'X-Correlation-ID': 'c-7' },
    }));
    expect(await new SimpleApiClient(stubOptions()).get(stubAccess(server.origin), 'orders/1')).toEqual({
      body: { id: '1' },
      correlationId: 'c-7',
    });
  });
});

describe('answers', () => {
  const html = '<html></html>';
  it.each<[string, StubReply, string, number]>([
    [
      'a wrong key',
      { status: 401, json: { message: 'Access denied: invalid subscription key.' } },
      'MARKETPLACE_KEY_WRONG',
      1,
    ],
    ['429', { status: 429, json: {} }, 'MARKETPLACE_THROTTLED', 4],
    ['429 with a long wait', { status: 429, json: {}, headers: { 'retry-after': '60' } }, 'MARKETPLACE_THROTTLED', 1],
    ['a used-up quota', { status: 403, json: { message: 'Out of call volume quota.' } }, 'MARKETPLACE_THROTTLED', 4],
    ['403', { status: 403, json: { message: 'not yours' } }, 'MARKETPLACE_FORBIDDEN', 1],
    ['400', { status: 400, json: { message: 'bad filter' } }, 'MARKETPLACE_ANSWER_UNEXPECTED', 1],
    ['a redirect', { status: 302, text: '', headers: { location: '/' } }, 'MARKETPLACE_ANSWER_UNEXPECTED', 1],
    ['500', { status: 500, json: { message: 'oops' } }, 'MARKETPLACE_UNREACHABLE', 4],
    ['503 as HTML', { status: 503, text: html }, 'MARKETPLACE_UNREACHABLE', 4],
    ['200 as HTML', { status: 200, text: html }, 'MARKETPLACE_UNREACHABLE', 4],
    ['a reset', 'reset', 'MARKETPLACE_UNREACHABLE', 4],
    ['a body cut off', 'cutOff', 'MARKETPLACE_UNREACHABLE', 4],
  ])('%s', async (_, reply, code, calls) => {
    await using server = await startStubMarketplace(() => reply);
    const error = await failure(new SimpleApiClient(stubOptions()).list(stubAccess(server.origin), 'orders'));
    expect({ code: error.code, request: error.request }).toEqual({ code, request: 'GET /marketplace/orders' });
    expect(server.calls()).toHaveLength(calls);
  });

  it.each<[string, StubReply, string]>([
    [
      'wrong user or password',
      { status: 401, json: { message: 'The password is wrong.' } },
      'MARKETPLACE_CREDENTIALS_WRONG',
    ],
    [
      'wrong key',
      { status: 401, json: { message: 'Access denied due to missing subscription key.' } },
      'MARKETPLACE_KEY_WRONG',
    ],
    ['wrong code', { status: 400, json: { message: 'There is no such marketplace.' } }, 'MARKETPLACE_CODE_WRONG'],
    ['wrong base URL', { status: 404, json: { message: 'nothing here' } }, 'MARKETPLACE_ANSWER_UNEXPECTED'],
    ['no token', { json: { accessToken: 'x' } }, 'MARKETPLACE_ANSWER_UNEXPECTED'],
  ])('to a sign-in: %s, asked once', async (_, reply, code) => {
    await using server = await startStubMarketplace((request) => pageOf([], request), { token: () => reply });
    expect((await failure(new SimpleApiClient(stubOptions()).verify(stubAccess(server.origin)))).code).toBe(code);
    expect(server.signIns()).toHaveLength(1);
  });

  it('that are late or throttled are waited for and asked for again', async () => {
    const failures: StubReply[] = ['reset', { status: 429, json: {}, headers: { 'retry-after': '3' } }];
    await using server = await startStubMarketplace((request) => failures[request.attempt] ?? pageOf([], request));
    const options = stubOptions();
    expect(await new SimpleApiClient(options).list(stubAccess(server.origin), 'orders')).toEqual([]);
    expect(options.waits).toEqual([375, 3000]);
  });
});

describe('hosts', () => {
  it.each(['https://evil.example/marketplace', 'http://api.marketplace.example/marketplace', 'nonsense'])(
    'that are not allowed get nothing: %s',
    async (baseUrl) => {
      const client = new SimpleApiClient(stubOptions({ allowedHosts: ['marketplace.example'] }));
      const error = await failure(client.verify(stubAccess('https://x.example', { baseUrl })));
      expect(error.code).toBe('MARKETPLACE_HOST_NOT_ALLOWED');
    },
  );

  it('of report files get no credentials and must be allowed', async () => {
    await using storage = await startStub(() => ({ json: [{ a: 1 }] }));
    const client = new SimpleApiClient(stubOptions());
    const access = stubAccess(storage.origin);
    expect(await client.download(access, `${storage.origin}/files/1.json?sig=abc`)).toEqual([{ a: 1 }]);
    expect(storage.requests).toHaveLength(1);
    expect(storage.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(storage.requests[0]?.headers).not.toHaveProperty('x-subscription-key');
    expect(storage.requests[0]?.query.get('sig')).toBe('abc');
    const error = await failure(client.download(access, 'https://evil.example/files/1.json'));
    expect(error.code).toBe('MARKETPLACE_HOST_NOT_ALLOWED');
  });
});

describe('secrets', () => {
  it.each<[string, StubReply]>([
    ['echoed', { status: 400, json: { message: 'stub-Password-1a2b stub-key-3c4d5e6f token-1' } }],
    ['with a reset', 'reset'],
    ['with a cut-off body', 'cutOff'],
  ])('never stand in an error: %s', async (_, reply) => {
    await using server = await startStubMarketplace(() => reply);
    const client = new SimpleApiClient(stubOptions());
    const access = stubAccess(server.origin);
    const errors = [
      await failure(client.list(access, 'orders')),
      await failure(client.download(access, `${server.origin}/files/1.json?sig=signed-link`)),
    ];
    const text = errors
      .map((error) => JSON.stringify(error) + inspect(error, { depth: 20, showHidden: true }) + error.stack)
      .concat(inspect(client, { depth: 20 }))
      .join('\n');
    const basic = Buffer.from(`${access.user}:${access.password}`).toString('base64');
    for (const secret of [access.password, access.subscriptionKey, basic, 'Bearer', 'signed-link'])
      expect(text).not.toContain(secret);
    expect(JSON.stringify(errors[0])).not.toContain('token-1');
  });
});
