import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './test-client.js';

const PERMISSION = 'The logged in Resource does not have the adequate permissions to query this entity type.';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.stop());

const all = { filter: [{ op: 'exist', field: 'id' }] };

describe('addresses and credentials', () => {
  it.each([
    '/ATServicesRest/V1.0/Companies/0',
    '/atservicesrest/v1.0/companies/0',
    '/aTServicesRest/V1.0/COMPANIES/0/',
  ])('rule 1: accepts %s', async (path) => {
    expect(await client.raw('GET', path, undefined, client.headersOf())).toMatchObject({
      status: 200,
      body: { item: { id: 0, companyName: 'Example Reseller' } },
    });
  });

  it('rule 1: accepts header names in any case', async () => {
    const { port } = client.sandbox;
    const { ApiIntegrationCode, UserName, Secret } = client.headersOf();
    const status = await new Promise((resolve, reject) => {
      const headers = { APIINTEGRATIONCODE: ApiIntegrationCode, username: UserName, sEcReT: Secret };
      const sent = request({ host: '127.0.0.1', port, path: '/ATServicesRest/V1.0/Companies/0', headers }, (answer) =>
        resolve(answer.statusCode),
      );
      sent.on('error', reject).end();
    });
    expect(status).toBe(200);
  });

  it('rule 2: gives a known user its own base URL, without credentials', async () => {
    const answer = await client.raw(
      'GET',
      '/atservicesrest/v1.0/zoneInformation?user=API-SYNC@example-reseller.example',
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { url: `${client.sandbox.origin}/ATServicesRest/`, zoneName: 'SANDBOX', ci: 1 },
    });
    expect(answer.body.webUrl).toMatch(/\/$/);
  });

  it.each(['?user=nobody@nowhere.example', '?user=', ''])('rule 2: refuses the zone request "%s"', async (query) => {
    const answer = await client.raw('GET', `/ATServicesRest/V1.0/zoneInformation${query}`);
    expect(answer).toMatchObject({ status: 500, body: { errors: [expect.any(String)] } });
  });

  it('lists its API versions without credentials', async () => {
    const answer = await client.raw('GET', '/atservicesrest/versioninformation');
    expect(answer).toMatchObject({ status: 200, body: { apiVersions: ['V1.0'] } });
  });

  it.each([
    ['no headers', {}],
    ['a wrong secret', { Secret: 'wrong' }],
    ['a wrong user', { UserName: 'nobody@nowhere.example' }],
    ['a wrong integration code', { ApiIntegrationCode: 'WRONG' }],
  ])('rule 3: answers 401 to %s', async (_name, changes) => {
    const headers = Object.keys(changes).length === 0 ? {} : { ...client.headersOf(), ...changes };
    const answer = await client.raw('GET', '/ATServicesRest/V1.0/Companies/0', undefined, headers);
    expect(answer).toMatchObject({ status: 401, body: { errors: [expect.any(String)] } });
  });

  it('rule 3: can leave the body of a 401 empty (switch unauthorizedBody)', async () => {
    await client.behaviour({ unauthorizedBody: 'empty' });
    expect(await client.raw('GET', '/ATServicesRest/V1.0/Companies/0')).toMatchObject({ status: 401, body: '' });
    await client.reset();
  });

  it('lets a user without licence find the zone and nothing else', async () => {
    const zone = await client.raw(
      'GET',
      '/ATServicesRest/V1.0/zoneInformation?user=api-no-licence@example-reseller.example',
    );
    expect(zone.status).toBe(200);
    expect((await client.get('Companies/0', 'api-no-licence')).status).toBe(401);
  });
});

describe('wrong routes (reference §3 and §15)', () => {
  it.each(['Widgets/query', 'Widgets/5', 'ContractBillingCodes/query'])(
    'rule 4: answers an HTML page to %s',
    async (path) => {
      const answer = await client.post(path, all);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('text/html');
      expect(answer.body).toContain('404 - File or directory not found.');
    },
  );

  it.each([
    ['GET', 'Contacts'],
    ['GET', 'Companies'],
    ['GET', 'ContractServices'],
    ['GET', 'ContractServiceAdjustments'],
    ['DELETE', 'Companies'],
    ['DELETE', 'Companies/101'],
    ['DELETE', 'Services/1'],
    ['POST', 'Companies/101'],
    ['DELETE', 'Companies/query'],
  ])('rule 4: answers 405 to %s %s', async (method, path) => {
    expect(await client.call(method, path)).toMatchObject({
      status: 405,
      body: { Message: `The requested resource does not support http method '${method}'.` },
    });
  });

  it.each([
    ['PATCH', 'Contracts/1'],
    ['PUT', 'Contracts/1'],
    ['PATCH', 'Contracts/1/Services/1'],
    ['PUT', 'Companies/101/Contacts/1'],
  ])('rule 5: answers 405 to %s %s, where the id belongs in the body', async (method, path) => {
    const answer = await client.call(method, path, { id: 1, description: 'x' });
    expect(answer).toMatchObject({ status: 405, body: { Message: expect.stringContaining(method) } });
  });

  it.each([
    ['POST', 'ContractServices'],
    ['POST', 'Contacts'],
    ['POST', 'ContractCharges'],
    ['PATCH', 'ContractServices'],
    ['POST', 'Contracts/1/Services/query'],
    ['GET', 'Contracts/1/Services/query?search={}'],
    ['POST', 'Contracts/1/Widgets'],
    ['POST', 'ContractServiceAdjustments/query'],
    ['GET', 'Companies/nonsense'],
  ])('rule 5: answers 404 with a Message to %s %s', async (method, path) => {
    const answer = await client.call(method, path, method === 'GET' ? undefined : { serviceID: 1 });
    expect(answer.status).toBe(404);
    expect(answer.body.Message).toContain('No HTTP resource was found');
  });

  it('rule 9: answers 404 to a GET address beyond 2,048 characters, and not to the same query by POST', async () => {
    const ids = Array.from({ length: 500 }, (_, at) => at + 1);
    const search = JSON.stringify({ filter: [{ op: 'in', field: 'id', value: ids }] });
    const answer = await client.get(`Companies/query?search=${encodeURIComponent(search)}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toContain('<html>');
    expect((await client.post('Companies/query', search)).status).toBe(200);
  });

  it.each(['{"filter":', '[1,2]', '"text"', '5'])('answers 500 to the body %s', async (body) => {
    expect(await client.post('Companies/query', body)).toMatchObject({
      status: 500,
      body: { errors: [expect.stringContaining('JSON')] },
    });
    expect((await client.post('Companies', body)).status).toBe(500);
  });
});

describe('impersonation', () => {
  const impersonating = (id: number) => ({ ...client.headersOf(), ImpersonationResourceId: String(id) });

  it.each([
    ['POST', 'Companies/query'],
    ['GET', 'Companies/0'],
    ['GET', 'Contracts/1/Services'],
    ['POST', 'Companies/query/count'],
    ['GET', 'Companies/entityInformation/fields'],
  ])('rule 6: refuses it on %s %s', async (method, path) => {
    const body = method === 'POST' ? all : undefined;
    const answer = await client.raw(method, `/ATServicesRest/V1.0/${path}`, body, impersonating(10));
    expect(answer).toMatchObject({ status: 500, body: { errors: [PERMISSION] } });
  });

  it('rule 6: notes the impersonated person on a row it creates, and refuses an API user as one', async () => {
    const body = { companyName: 'Example New', companyType: 1, ownerResourceID: 10, phone: '1' };
    const created = await client.raw('POST', '/ATServicesRest/V1.0/Companies', body, impersonating(11));
    const row = (await client.get(`Companies/${created.body.itemId}`)).body.item;
    expect(row).toMatchObject({ impersonatorCreatorResourceID: 11, createdByResourceID: 20 });
    const refused = await client.raw('POST', '/ATServicesRest/V1.0/Companies', body, impersonating(20));
    expect(refused).toMatchObject({ status: 500, body: { errors: [expect.stringContaining('create')] } });
  });
});

describe('limits', () => {
  beforeEach(() => client.reset());
  const limits = (wanted: object) => client.control('PUT', '/limits', wanted);

  it('rule 7: counts every call in a rolling hour, ThresholdInformation too', async () => {
    await limits({ currentTimeframeRequestCount: 100 });
    await client.get('Companies/0');
    const answer = await client.get('ThresholdInformation');
    expect(answer.body).toEqual({
      externalRequestThreshold: 10_000,
      requestThresholdTimeframe: 60,
      currentTimeframeRequestCount: 102,
    });
    await client.control('PUT', '/clock', { now: '2027-03-10T09:31:00Z' });
    await client.get('Companies/0');
    expect((await client.control('GET', '/limits')).body.currentTimeframeRequestCount).toBe(103);
    await client.control('PUT', '/clock', { now: '2027-03-10T10:20:00Z' });
    expect((await client.control('GET', '/limits')).body.currentTimeframeRequestCount).toBe(1);
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
  });

  it('rule 7: refuses calls above the threshold until the count drops', async () => {
    await limits({ externalRequestThreshold: 5, currentTimeframeRequestCount: 4 });
    await client.behaviour({ slowDown: 'off' });
    expect((await client.get('Companies/0')).status).toBe(200);
    const refused = await client.get('Companies/0');
    expect(refused).toMatchObject({ status: 429, body: { errors: [expect.stringContaining('threshold')] } });
    expect(refused.headers.get('retry-after')).toBeNull();
    expect((await client.get('ThresholdInformation')).status).toBe(429);
    await client.control('PUT', '/clock', { now: '2027-03-10T10:01:00Z' });
    expect((await client.get('Companies/0')).status).toBe(200);
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
  });

  it.each([
    ['500', 500],
    ['503', 503],
  ])('rule 7: can refuse with status %s and a Retry-After (switches)', async (thresholdStatus, status) => {
    await limits({ externalRequestThreshold: 5, currentTimeframeRequestCount: 5 });
    await client.behaviour({ thresholdStatus, thresholdRetryAfter: 'on' });
    const refused = await client.get('Companies/0');
    expect(refused.status).toBe(status);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
  });

  it.each([
    [4, 500],
    [7, 1000],
  ])('rule 7: with %i of 10 calls made the next one takes at least %i ms', async (count, least) => {
    await limits({ externalRequestThreshold: 10, currentTimeframeRequestCount: count });
    await client.get('Companies/0');
    expect(await client.lastDuration()).toBeGreaterThanOrEqual(least - 5); // timers fire a few milliseconds early
  });

  const burst = (calls: number, path: string, userId?: string) =>
    Array.from({ length: calls }, () => client.post(path, all, userId));
  const refusedOf = (answers: { status: number }[]) => answers.filter(({ status }) => status !== 200).length;

  it.each([
    ['429', 429],
    ['500', 500],
  ])('rule 8: refuses the fourth concurrent call per entity with status %s', async (threadLimitStatus, status) => {
    await client.behaviour({ threadLimitStatus });
    await limits({ latencyMs: 600 });
    const [companies, services, others] = await Promise.all([
      Promise.all(burst(5, 'Companies/query')),
      Promise.all(burst(3, 'Services/query')),
      Promise.all(burst(3, 'Companies/query', 'api-other-tool')),
    ]);
    expect(refusedOf(companies)).toBe(2);
    const refused = companies.find((answer) => answer.status !== 200)!;
    expect(refused.status).toBe(status);
    expect(refused.body.errors[0]).toContain('Itgenatr005');
    expect(refused.body.errors[0]).toContain('The Autotask API thread threshold of 3 threads has been exceeded');
    expect(refusedOf(services)).toBe(0);
    expect(refusedOf(others)).toBe(0);
    await limits({ latencyMs: 0 });
    expect((await client.post('Companies/query', all)).status).toBe(200);
  });

  it('rule 8: counts a child route with the root of the same entity', async () => {
    await limits({ latencyMs: 600 });
    const answers = await Promise.all([
      client.get('Contracts/1/Services'),
      client.get('Contracts/2/Services'),
      client.get('ContractServices/1'),
      client.post('ContractServices/query', all),
    ]);
    expect(refusedOf(answers)).toBe(1);
  });

  it.each([
    [{ latency: 5 }, '"latency"'],
    [{ threadLimit: 0 }, 'threadLimit'],
    [{ latencyMs: 'fast' }, 'latencyMs'],
  ])('refuses the limits %j', async (wanted, words) => {
    expect(await limits(wanted)).toMatchObject({ status: 400, body: { errors: [expect.stringContaining(words)] } });
  });
});
