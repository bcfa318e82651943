import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyName } from './seed/names.js';
import { switches } from './switches.js';
import { TestClient } from './test-client.js';
import type { ApiUser } from './users.js';

describe('control calls', () => {
  let client: TestClient;
  beforeAll(async () => {
    client = await TestClient.start();
  });
  afterAll(() => client.stop());
  beforeEach(() => client.reset());

  it('rule 32: moves the clock, which goes on ticking', async () => {
    const answer = await client.control('PUT', '/clock', { now: '2027-06-01T12:00:00Z' });
    expect(answer.body.now).toContain('2027-06-01T12:00:0');
    expect(Date.parse((await client.state()).now)).toBeGreaterThanOrEqual(Date.parse('2027-06-01T12:00:00Z'));
    expect((await client.control('PUT', '/clock', { now: 'tomorrow' })).status).toBe(400);
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
  });

  it('rule 32: injects a status with a body, so many times, and then no more', async () => {
    await client.control('POST', '/faults', {
      method: 'POST',
      path: 'Contracts/query',
      times: 2,
      kind: 'status',
      status: 500,
      body: { errors: ['Deadlock'] },
    });
    const query = () => client.post('Contracts/query', { filter: [{ op: 'eq', field: 'id', value: 1 }] });
    expect(await query()).toMatchObject({ status: 500, body: { errors: ['Deadlock'] } });
    expect((await client.get('Contracts/1')).status).toBe(200);
    expect((await query()).status).toBe(500);
    expect((await query()).status).toBe(200);
  });

  it('rule 32: sets the request counter', async () => {
    await client.control('PUT', '/limits', { currentTimeframeRequestCount: 4200 });
    expect((await client.get('ThresholdInformation')).body.currentTimeframeRequestCount).toBe(4201);
  });

  it('rule 32: resets data, switches, limits and log, but not the clock', async () => {
    const before = await client.state();
    await client.contract();
    await client.behaviour({ dateFormat: 'milliseconds' });
    await client.control('PUT', '/limits', { latencyMs: 5, currentTimeframeRequestCount: 50 });
    await client.reset();
    const after = await client.state();
    expect(after.rows('contracts').map((row) => row.id)).toEqual(before.rows('contracts').map((row) => row.id));
    expect(after.now.slice(0, 10)).toBe('2027-03-10');
    expect((await client.control('GET', '/behaviour')).body.dateFormat).toBe('seconds');
    expect((await client.control('GET', '/limits')).body).toMatchObject({
      latencyMs: 0,
      currentTimeframeRequestCount: 0,
    });
    expect((await client.control('GET', '/requests')).body.total).toBe(0);
    expect((await client.control('POST', '/reset', { size: 'huge' })).status).toBe(400);
  });

  it('rule 33: applies an adjustment and then breaks the connection', async () => {
    const line = await client.line(await client.contract({ endDate: '2027-01-31' }));
    await client.control('POST', '/faults', { method: 'POST', path: 'ServiceAdjustments', kind: 'drop-after' });
    await expect(client.adjust(line, '2027-01-01', 5)).rejects.toThrow('fetch failed');
    expect(await client.windows(line)).toEqual(['2027-01-01–2027-01-31: 5 @ 30']);
  });

  it('rule 33: breaks the connection before it applies anything', async () => {
    const line = await client.line(await client.contract({ endDate: '2027-01-31' }));
    await client.control('POST', '/faults', { method: 'POST', path: 'ServiceAdjustments', kind: 'drop-before' });
    await expect(client.adjust(line, '2027-01-01', 5)).rejects.toThrow('fetch failed');
    expect(await client.windows(line)).toEqual([]);
  });

  it('shows every collection, the users and the credentials', async () => {
    const state = await client.state();
    expect(state.whole['credentials']).toEqual(client.sandbox.credentials);
    expect(state.rows('users').map((user) => user.id)).toContain('api-no-cost');
    for (const name of ['companies', 'contracts', 'contractServices', 'contractServiceUnits', 'contractCharges'])
      expect(state.rows(name)).toBeInstanceOf(Array);
    expect(state.rows('contracts')[0]).toEqual((await client.get('Contracts/1')).body.item);
    expect(Object.keys(state.rows('contractServices')[0]!)).not.toContain('ownSteps');
    const some = (await client.control('GET', '/state?collections=services,currencies')).body;
    expect(Object.keys(some).toSorted()).toEqual(['clock', 'credentials', 'currencies', 'services', 'users']);
    expect((await client.control('GET', '/state?collections=widgets')).status).toBe(400);
  });

  it('takes its own switches, leaves the other sandbox its own, and refuses unknown ones', async () => {
    const answer = await client.control('PUT', '/behaviour', { orderListing: 'oldest', negativeCharge: 'refuse' });
    expect(answer).toMatchObject({ status: 200, body: { negativeCharge: 'refuse' } });
    expect(answer.body).not.toHaveProperty('orderListing');
    expect(Object.keys(answer.body)).toEqual(Object.keys(switches));
    expect((await client.control('PUT', '/behaviour', { colour: 'blue' })).status).toBe(400);
    expect((await client.control('PUT', '/behaviour', { negativeCharge: 'maybe' })).status).toBe(400);
  });

  it('edits and adds rows as a person would, past the checks of the API', async () => {
    const rows = (collection: string, row: object) => client.control('POST', '/rows', { collection, row });
    expect((await rows('companies', { id: 102, isActive: false })).body).toMatchObject({
      companyName: 'Juniper Bakery',
      isActive: false,
    });
    expect(
      (await client.rows('Companies', { op: 'eq', field: 'isActive', value: false })).map((row) => row.id),
    ).toEqual([102, 141]);
    const added = (await rows('services', { name: 'Example By Hand', unitPrice: 1, periodType: 2 })).body;
    expect((await client.get(`Services/${String(added['id'])}`)).body.item.name).toBe('Example By Hand');
    for (const [collection, row, words] of [
      ['companies', { id: 102, nickname: 'x' }, '"nickname"'],
      ['widgets', { id: 1 }, '"widgets"'],
      ['contractServiceUnits', { id: 1, units: 5 }, 'adjustment'],
      ['contracts', { id: 1, endDate: 'soon' }, 'endDate'],
      ['companies', { id: 'x' }, 'id'],
      ['users', { licensed: false }, 'id'],
      ['users', { id: 'api-sync', colour: 'red' }, '"colour"'],
    ] as const) {
      const answer = await rows(collection, row);
      expect(answer).toMatchObject({ status: 400, body: { errors: [expect.stringContaining(words)] } });
    }
  });

  it('moves windows with a contract that a person shortens', async () => {
    const contract = await client.contract({ endDate: '2027-03-31' });
    const line = await client.line(contract);
    await client.adjust(line, '2027-01-01', 2);
    const row = { id: contract, endDate: '2027-02-28' };
    expect((await client.control('POST', '/rows', { collection: 'contracts', row })).status).toBe(200);
    expect(await client.windows(line)).toHaveLength(2);
  });

  it('removes rows, a contract with its lines and windows', async () => {
    const drop = (collection: string, id: number) => client.control('DELETE', '/rows', { collection, id });
    expect((await drop('contracts', 1)).status).toBe(200);
    for (const entity of ['ContractServices', 'ContractServiceUnits'])
      expect(await client.rows(entity, { op: 'eq', field: 'contractID', value: 1 })).toEqual([]);
    expect((await client.get('Contracts/1')).body.item).toBeNull();
    expect((await drop('contracts', 1)).status).toBe(400);
  });

  it('changes rights of an API user', async () => {
    const row = { id: 'api-sync', secret: 'changed', noQuery: ['Services'] };
    await client.control('POST', '/rows', { collection: 'users', row });
    expect((await client.get('Companies/0')).status).toBe(401);
    const headers = { ...client.headersOf(), Secret: 'changed' };
    expect((await client.raw('GET', '/ATServicesRest/V1.0/Services/1', undefined, headers)).status).toBe(500);
  });

  it('adds an API user', async () => {
    const row = { id: 'api-guest', seesCosts: false };
    const { body } = await client.control('POST', '/rows', { collection: 'users', row });
    expect(body).toMatchObject({ userName: 'api-guest@example-reseller.example', licensed: true });
    const { userName: UserName, secret: Secret, integrationCode: ApiIntegrationCode } = body as unknown as ApiUser;
    const headers = { UserName, Secret, ApiIntegrationCode };
    const answer = await client.raw('GET', '/ATServicesRest/V1.0/Services/1', undefined, headers);
    expect(answer.body.item).toMatchObject({ unitPrice: 6, unitCost: null });
  });

  it('tells the other sandbox when its clock is set', async () => {
    const other = await TestClient.start({ peer: () => client.sandbox.origin });
    await other.control('PUT', '/clock', { now: '2028-01-01T00:00:00Z' });
    expect((await client.control('GET', '/clock')).body.now).toContain('2028-01-01');
    await other.stop();
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
  });
});

describe('the seed', () => {
  let client: TestClient;
  beforeAll(async () => {
    client = await TestClient.start();
  });
  afterAll(() => client.stop());

  it('is the same for the same seed and day, and lays its dates out relative to the clock', async () => {
    const timeless = async () => JSON.stringify((await client.state()).whole).replaceAll(/T09:0\d:\d\d(\.\d+)?Z/g, '');
    const first = await timeless();
    await client.reset({ seed: 1 });
    expect(await timeless()).toBe(first);
    await client.reset({ seed: 2 });
    expect(await timeless()).not.toBe(first);
    await client.control('PUT', '/clock', { now: '2028-07-20T09:00:00Z' });
    await client.reset();
    expect((await client.get('Contracts/1')).body.item.startDate).toBe('2028-01-01T00:00:00Z');
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
    await client.reset();
  });

  it('names companies by the shared rule', () => {
    expect([1, 2, 40, 41, 1000, 1001, 10_000].map(companyName)).toEqual([
      'Marmalade Freight',
      'Juniper Bakery',
      'Tansy Ceramics',
      'Marmalade Films',
      'Tansy Motors',
      'Marmalade Freight 2',
      'Tansy Motors 10',
    ]);
    expect(new Set(Array.from({ length: 10_000 }, (_, at) => companyName(at + 1))).size).toBe(10_000);
  });

  it('holds customers with contact and location, every tenth in dollars', async () => {
    const state = await client.state();
    expect(state.rows('companies')).toHaveLength(2 + 30 + 12);
    const customers = state.rows('companies').slice(2, 32);
    customers.forEach((row, at) => {
      expect(row).toMatchObject({
        id: 101 + at,
        companyName: companyName(at + 1),
        companyNumber: `C${String(at + 1).padStart(5, '0')}`,
        companyType: 1,
        isActive: true,
        currencyID: (at + 1) % 10 === 0 ? 2 : 1,
      });
      const ofCompany = ({ companyID }: { companyID: number }) => companyID === row.id;
      const domain = `@${row.companyName.toLowerCase().replace(' ', '-')}.example`;
      expect(state.rows('contacts').find(ofCompany)?.emailAddress.endsWith(domain)).toBe(true);
      expect(state.rows('companyLocations').filter(ofCompany)).toHaveLength(1);
    });
  });

  it('has the contracts that a choice of contracts needs', async () => {
    const contracts = (await client.state()).rows('contracts');
    const of = (companyID: number) => contracts.filter((row) => row.companyID === companyID);
    expect(of(101)).toEqual([]);
    expect(of(102)).toHaveLength(1);
    const today = '2027-03-10T00:00:00Z';
    const suitable = of(104).filter(
      (row) =>
        row.contractType === 7 &&
        row.contractPeriodType === 2 &&
        row.status === 1 &&
        row.startDate <= today &&
        row.endDate >= today,
    );
    expect([of(104).length, suitable.length]).toEqual([4, 0]);
    expect(of(107)).toHaveLength(3);
    expect(new Set(contracts.map((row) => row.companyID)).size).toBeLessThan(15);
  });

  it('has active codes for every fee, services with units and products for fees', async () => {
    const state = await client.state();
    for (const useType of [4, 5, 7])
      expect(state.rows('billingCodes').some((row) => row.useType === useType && row.isActive)).toBe(true);
    expect(state.rows('services').length).toBeGreaterThanOrEqual(12);
    expect(state.rows('products').map((row) => row.name)).toEqual(
      expect.arrayContaining([
        'Example Setup Fee',
        'Example Cancellation Fee',
        'Example Proration Charge',
        'Example Usage Charge',
      ]),
    );
    expect(state.rows('contractServiceUnits').length).toBeGreaterThan(200);
  });

  it('grows to a thousand customers', async () => {
    await client.reset({ size: 'medium' });
    const filter = [{ op: 'eq', field: 'companyType', value: 1 }];
    expect((await client.post('Companies/query/count', { filter })).body.queryCount).toBe(1 + 1000 + 11);
    await client.reset();
  });

  it.each([
    ['the first of a month', '2027-01-01'],
    ['the last of a leap February', '2028-02-29'],
    ['the 31st', '2027-08-31'],
  ])('can be laid out on %s', async (_name, day) => {
    await client.control('PUT', '/clock', { now: `${day}T23:59:00Z` });
    await client.reset();
    const filter = [
      { op: 'lte', field: 'startDate', value: day },
      { op: 'gte', field: 'endDate', value: day },
    ];
    const running = (await client.state()).rows('contractServices').length - 1; // all but the line of the former contract
    expect(await client.rows('ContractServiceUnits', ...filter)).toHaveLength(running);
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
    await client.reset();
  });
});

describe('persistence', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'autotask-sandbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const stateOf = async (client: TestClient) => {
    const { whole, now } = await client.state();
    return { whole, day: now.slice(0, 10) };
  };

  it('keeps state, switches, limits, clock and credentials over a restart', async () => {
    const file = join(folder, 'deep', 'autotask.jsonl');
    const first = await TestClient.start({ file });
    const contract = await first.contract();
    const line = await first.line(contract);
    await first.adjust(line, '2027-01-01', 10);
    await first.approve('2027-02-01', { companyId: 101 });
    await first.adjust(line, '2027-01-15', 2);
    await first.behaviour({ sameDateAdjustment: 'merge' });
    await first.control('PUT', '/limits', { latencyMs: 1 });
    const before = await stateOf(first);
    const { credentials } = first.sandbox;
    await first.stop();

    const second = await TestClient.start({ file, now: '2030-01-01T00:00:00Z' });
    expect(await stateOf(second)).toEqual(before);
    expect(second.sandbox.credentials).toEqual(credentials);
    expect((await second.control('GET', '/behaviour')).body.sameDateAdjustment).toBe('merge');
    expect((await second.control('GET', '/limits')).body.latencyMs).toBe(1);
    expect((await second.adjust(line, '2027-01-15', 1)).status).toBe(200);
    expect(await second.approve('2027-02-01', { companyId: 101 })).toMatchObject([{ amount: 9.87 }, { amount: 18 }]);
    expect(await second.contract()).toBe(contract + 1);
    await second.stop();
  });

  it('keeps what was answered when the process dies in the middle of a line', async () => {
    const file = join(folder, 'autotask.jsonl');
    const first = await TestClient.start({ file });
    const contract = await first.contract();
    const before = await stateOf(first);
    await first.stop();
    appendFileSync(file, '[{"put":"contracts","row":{"id":999,"contractNa');

    const second = await TestClient.start({ file });
    expect(await stateOf(second)).toEqual(before);
    expect((await second.get('Contracts/999')).body.item).toBeNull();
    const next = await second.contract();
    expect(next).toBe(contract + 1);
    await second.stop();
    const third = await TestClient.start({ file });
    expect((await third.get(`Contracts/${next}`)).body.item.id).toBe(next);
    await third.stop();
  });

  it('writes a change before it answers', async () => {
    const file = join(folder, 'autotask.jsonl');
    const client = await TestClient.start({ file });
    await client.patch('Companies', { id: 101, city: 'Written at once' });
    expect(readFileSync(file, 'utf8')).toContain('Written at once');
    await client.control('POST', '/reset', {});
    expect(readFileSync(file, 'utf8')).not.toContain('Written at once');
    await client.stop();
  });

  it('says which port is taken', async () => {
    const client = await TestClient.start();
    await expect(TestClient.start({ port: client.sandbox.port })).rejects.toThrow(String(client.sandbox.port));
    await client.stop();
  });
});
