import { describe, expect, it } from 'vitest';
import type { AutotaskClient, Filter } from './autotask.client.js';
import { AutotaskNotSentInTimeError } from './autotask.errors.js';
import { InstanceLimitsRegistry } from './instance-limits.js';
import { startStubAutotask, stubClient, STUB_CREDENTIALS, stubThreshold, zoneAt } from './testing/stub-autotask.js';
import { startStub, type StubReply } from '../http/stub-server.js';

const all: Filter[] = [{ op: 'gte', field: 'id', value: 0 }];
const page = (ids: number[], nextPageUrl: string | null = null): StubReply => ({
  json: {
    items: ids.map((id) => ({ id })),
    pageDetails: { count: ids.length, requestCount: 500, prevPageUrl: null, nextPageUrl },
  },
});
const write = (client: AutotaskClient): Promise<unknown> => client.write('Contracts', 'PATCH', 'Contracts', { id: 1 });

describe('requests', () => {
  it('carry the three headers and a plain JSON body', async () => {
    await using server = await startStubAutotask(() => page([]));
    await stubClient(server.origin).client.query('Companies', { filter: all, includeFields: ['id'] });
    const [request] = server.calls();
    expect(request?.headers).toMatchObject({
      username: STUB_CREDENTIALS.userName,
      secret: STUB_CREDENTIALS.secret,
      apiintegrationcode: STUB_CREDENTIALS.integrationCode,
      'content-type': 'application/json',
    });
    expect(request?.headers).not.toHaveProperty('impersonationresourceid');
    expect(JSON.parse(request!.body)).toEqual({ filter: all, MaxRecords: 500, IncludeFields: ['id'] });
  });

  it('that write never use a kept connection, which could be closed at that moment', async () => {
    await using server = await startStubAutotask((request) =>
      request.method === 'PATCH' ? { json: { itemId: 1 } } : page([]),
    );
    const { client } = stubClient(server.origin);
    await client.query('Companies', { filter: all });
    await write(client);
    expect(server.calls().map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'close']);
  });

  it('do not follow a redirect', async () => {
    await using elsewhere = await startStub(() => page([1]));
    await using server = await startStubAutotask(() => ({
      status: 307,
      text: '',
      headers: { location: `${elsewhere.origin}/ATServicesRest/V1.0/Companies/query` },
    }));
    await expect(stubClient(server.origin).client.query('Companies', { filter: all })).rejects.toMatchObject({
      code: 'AUTOTASK_UNREACHABLE',
      status: 307,
    });
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('paging', () => {
  it('goes on by POST with the same body', async () => {
    await using server = await startStubAutotask((request) => {
      if (request.method !== 'POST') return { status: 405, json: { Message: 'no GET' } };
      const at = request.query.get('paging');
      if (at === null) return page([1, 2], `${server.origin}/atservicesrest/v1.0/Companies/query/next?paging=2`);
      return at === '2'
        ? page([3, 4], `${server.origin}/ATServicesRest/V1.0/Companies/query/next?paging=3`)
        : page([5]);
    });
    const rows = await stubClient(server.origin).client.query('Companies', { filter: all });
    expect(rows).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
    expect(new Set(server.calls().map(({ body }) => body)).size).toBe(1);
    expect(server.calls()).toHaveLength(3);
  });

  it.each([
    ['another host', 'https://evil.example/ATServicesRest/V1.0/Companies/query/next?paging=2'],
    ['another port of the same host', 'http://127.0.0.1:1/ATServicesRest/V1.0/Companies/query/next?paging=2'],
    ['a path outside the API', '/elsewhere'],
    ['another scheme', 'file:///etc/hostname'],
  ])('never takes credentials to %s', async (_, next) => {
    await using server = await startStubAutotask(({ attempt }) => (attempt === 0 ? page([1], next) : page([2])));
    await expect(stubClient(server.origin).client.query('Companies', { filter: all })).rejects.toMatchObject({
      code: 'AUTOTASK_HOST_NOT_ALLOWED',
    });
    expect(server.calls()).toHaveLength(1);
  });

  it('stops a list that points back at itself', async () => {
    await using server = await startStubAutotask(() =>
      page([1], `${server.origin}/ATServicesRest/V1.0/Companies/query/next?paging=2`),
    );
    await expect(stubClient(server.origin).client.query('Companies', { filter: all })).rejects.toMatchObject({
      code: 'AUTOTASK_ANSWER_UNEXPECTED',
    });
    expect(server.calls().length).toBeLessThan(5);
  });

  it('reads no further than it was asked to', async () => {
    await using server = await startStubAutotask(() => page([1, 2], `${server.origin}/ATServicesRest/V1.0/x`));
    const rows = await stubClient(server.origin).client.query('Companies', { filter: all, atMost: 1 });
    expect(rows).toEqual([{ id: 1 }]);
    expect(JSON.parse(server.calls()[0]!.body)).toMatchObject({ MaxRecords: 1 });
    expect(server.calls()).toHaveLength(1);
  });

  it('refuses an answer without items', async () => {
    await using server = await startStubAutotask(() => ({ json: { rows: [] } }));
    await expect(stubClient(server.origin).client.query('Companies', { filter: all })).rejects.toMatchObject({
      code: 'AUTOTASK_ANSWER_UNEXPECTED',
    });
  });
});

describe('retries', () => {
  it('repeat a read that fails twice, then succeeds', async () => {
    const failures: StubReply[] = ['reset', { status: 503, text: '<html></html>' }];
    await using server = await startStubAutotask(({ attempt }) => failures[attempt] ?? page([1]));
    const { client, waits } = stubClient(server.origin);
    expect(await client.query('Companies', { filter: all })).toEqual([{ id: 1 }]);
    expect(waits).toEqual([375, 750]);
  });

  it('wait as long as the server asks', async () => {
    await using server = await startStubAutotask(({ attempt }) =>
      attempt === 0 ? { status: 429, json: {}, headers: { 'retry-after': '7' } } : page([]),
    );
    const { client, waits } = stubClient(server.origin);
    await client.query('Companies', { filter: all });
    expect(waits).toEqual([7000]);
  });

  it('end after four tries', async () => {
    await using server = await startStubAutotask(() => 'reset');
    await expect(stubClient(server.origin).client.get('Companies', 'Companies/0')).rejects.toMatchObject({
      code: 'AUTOTASK_UNREACHABLE',
    });
    expect(server.calls()).toHaveLength(4);
  });

  it('leave a refusal alone', async () => {
    await using server = await startStubAutotask(() => ({ status: 500, json: { errors: ['no'] } }));
    await expect(stubClient(server.origin).client.get('Companies', 'Companies/0')).rejects.toMatchObject({
      code: 'AUTOTASK_REJECTED',
    });
    expect(server.calls()).toHaveLength(1);
  });
});

describe('a 401', () => {
  it('leads to one new discovery, and the write goes on in the new zone', async () => {
    await using moved = await startStub(() => ({ json: { itemId: 1 } }));
    let discoveries = 0;
    await using server = await startStubAutotask(() => ({ status: 401, json: { errors: ['wrong zone'] } }), {
      zone: (_, origin) => ({ json: zoneAt(discoveries++ === 0 ? origin : moved.origin) }),
    });
    const { client } = stubClient(server.origin);
    expect(await write(client)).toEqual({ itemId: 1 });
    expect(await write(client)).toEqual({ itemId: 1 });
    expect({ discoveries, refused: server.calls().length, sent: moved.requests.length }).toEqual({
      discoveries: 2,
      refused: 1,
      sent: 2,
    });
  });

  it('twice means wrong credentials', async () => {
    await using server = await startStubAutotask(() => ({ status: 401, text: '' }));
    await expect(stubClient(server.origin).client.get('Companies', 'Companies/0')).rejects.toMatchObject({
      code: 'AUTOTASK_SECRET_WRONG',
    });
    expect(server.calls()).toHaveLength(2);
    expect(server.requests.filter(({ path }) => /zone/i.test(path))).toHaveLength(2);
    // The counter is not read with credentials that were refused: failed sign-ins lock the user.
    expect(server.requests.filter(({ path }) => /threshold/i.test(path))).toEqual([]);
  });
});

describe('the gate', () => {
  it('never has more than three requests of an endpoint in flight, across connections and failures', async () => {
    const total = 40;
    let arrived = 0;
    let inFlight = 0;
    let highest = 0;
    let held: (() => void)[] = [];
    await using server = await startStubAutotask(async ({ attempt }) => {
      arrived += 1;
      inFlight += 1;
      highest = Math.max(highest, inFlight);
      // Answers are held back until three requests wait (or none is left to come), and then a little longer, so that a
      // fourth one would be seen.
      const released = new Promise<void>((resolve) => held.push(resolve));
      if (held.length === 3 || arrived === total) {
        for (let round = 0; round < 20; round++) await new Promise((resolve) => setImmediate(resolve));
        for (const release of held) release();
        held = [];
      }
      await released;
      inFlight -= 1;
      if (attempt % 4 === 1) return 'reset';
      return attempt % 4 === 2 ? { status: 500, json: { errors: ['no'] } } : { json: { itemId: 1 } };
    });
    const limits = new InstanceLimitsRegistry();
    const clients = [stubClient(server.origin, { limits }).client, stubClient(server.origin, { limits }).client];
    const results = await Promise.allSettled(Array.from({ length: total }, (_, index) => write(clients[index % 2]!)));
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
    expect(server.calls()).toHaveLength(total);
    expect(highest).toBe(3);
  });

  it('gives up a write whose time to be sent is over', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: 1 } }));
    const { client } = stubClient(server.origin);
    const late = client.write('Contracts', 'PATCH', 'Contracts', { id: 1 }, new Date(Date.now() - 1));
    await expect(late).rejects.toBeInstanceOf(AutotaskNotSentInTimeError);
    await expect(late).rejects.toMatchObject({ outcome: 'notApplied' });
    expect(server.calls()).toEqual([]);
    await client.write('Contracts', 'PATCH', 'Contracts', { id: 1 }, new Date(Date.now() + 60_000));
    expect(server.calls()).toHaveLength(1);
  });
});

describe('the budget', () => {
  it('reads the counter after the first success and holds reads back when the tenant runs high', async () => {
    let thresholds = 0;
    await using server = await startStub((request) => {
      if (/zone/i.test(request.path)) return { json: zoneAt(server.origin) };
      if (/threshold/i.test(request.path)) {
        thresholds += 1;
        return { json: stubThreshold(7600) };
      }
      return request.method === 'PATCH' ? { json: { itemId: 1 } } : page([]);
    });
    const { client } = stubClient(server.origin);
    await client.query('Companies', { filter: all });
    expect(thresholds).toBe(1);
    await expect(client.query('Companies', { filter: all })).rejects.toMatchObject({
      code: 'AUTOTASK_BUDGET_SPENT',
      outcome: 'notApplied',
    });
    await client.query('Companies', { filter: all }, 'writing');
    await write(client);
    expect(thresholds).toBe(1);
  });
});
