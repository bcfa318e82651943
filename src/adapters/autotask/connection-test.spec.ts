import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAutotaskSandbox, type RunningAutotaskSandbox } from '../../../sandbox/autotask/autotask-sandbox.js';
import { apiUsers } from '../../../sandbox/autotask/users.js';
import { AutotaskClients } from './autotask-connections.js';
import { testConnection, type ConnectionTestResult } from './connection-test.js';

let sandbox: RunningAutotaskSandbox;

beforeAll(async () => {
  sandbox = await startAutotaskSandbox({ port: 0, now: '2027-03-10T09:00:00Z' });
});
afterAll(() => sandbox.close());
beforeEach(() => control('POST', '/reset', {}));

async function control(method: string, path: string, body?: unknown): Promise<void> {
  const response = await fetch(`${sandbox.origin}/_sandbox${path}`, { method, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
}

interface Attempt {
  user?: string;
  secret?: string;
  userName?: string;
  currency?: string;
  allowedHosts?: string[];
}

function attempt(wanted: Attempt = {}): Promise<ConnectionTestResult> {
  const user = apiUsers.find(({ id }) => id === (wanted.user ?? 'api-sync'))!;
  const clients = new AutotaskClients({
    discoveryUrl: sandbox.origin,
    allowedHosts: wanted.allowedHosts ?? ['127.0.0.1'],
    timeoutMs: 15_000,
  });
  const adapter = clients.unsaved({
    installationId: 'installation-1',
    connectionId: 'new',
    credentials: {
      userName: wanted.userName ?? user.userName,
      secret: wanted.secret ?? user.secret,
      integrationCode: user.integrationCode,
    },
    budgetShare: 0.5,
  });
  return testConnection(adapter, wanted.currency ?? 'EUR');
}

/** One line a row, the rights rows joined unless one of them is not ok. */
function summary({ checks }: ConnectionTestResult): string[] {
  return checks
    .filter(({ check, status }) => check !== 'rights' || status !== 'ok')
    .map(({ check, subject, status, code }) => [check, subject, status, code].filter(Boolean).join(' '));
}

const OK = ['zone ok', 'user ok', 'secret ok', 'licence ok'];
const SKIPPED = ['visible skipped', 'cost skipped', 'billingCode skipped', 'currency skipped'];

describe('testConnection', () => {
  it('passes a good connection and learns about the tenant', async () => {
    const result = await attempt();
    expect(summary(result)).toEqual([...OK, 'visible ok', 'cost ok', 'billingCode ok', 'currency ok']);
    expect(result.passed).toBe(true);
    expect(result.learned).toMatchObject({ costVisible: true, chargeType: 1, isInternalCurrency: true });
    expect(result.learned.currencyId).toEqual(expect.any(Number));
    expect([...new Set(result.checks.map(({ check }) => check))]).toEqual([
      'zone',
      'user',
      'secret',
      'licence',
      'rights',
      'visible',
      'cost',
      'billingCode',
      'currency',
    ]);
    expect(result.checks.filter(({ check }) => check === 'rights').map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['Contracts', 'ContractServices', 'ContractServiceAdjustments', 'ContractCharges']),
    );
  });

  it('names a wrong user', async () => {
    const result = await attempt({ userName: 'nobody@example-reseller.example' });
    expect(summary(result)).toEqual([
      'zone ok',
      'user failed AUTOTASK_USER_UNKNOWN',
      'secret skipped',
      'licence skipped',
      'rights skipped',
      ...SKIPPED,
    ]);
    expect(result.passed).toBe(false);
  });

  it('names a wrong secret', async () => {
    expect(summary(await attempt({ secret: 'wrong' }))).toEqual([
      'zone ok',
      'user ok',
      'secret failed AUTOTASK_SECRET_WRONG',
      'licence skipped',
      'rights skipped',
      ...SKIPPED,
    ]);
  });

  it('says with a refused sign-in that the licence may be what is missing', async () => {
    const { checks } = await attempt({ user: 'api-no-licence' });
    expect(checks.find(({ status }) => status === 'failed')).toMatchObject({
      check: 'secret',
      message: expect.stringContaining('licence') as string,
    });
  });

  it('names a licence that Autotask names', async () => {
    await control('POST', '/faults', {
      method: 'GET',
      path: 'ThresholdInformation',
      kind: 'status',
      status: 401,
      body: { errors: ['The user has no API license.'] },
      times: 2,
    });
    expect(summary(await attempt())).toEqual([
      'zone ok',
      'user ok',
      'secret ok',
      'licence failed AUTOTASK_LICENCE_MISSING',
      'rights skipped',
      ...SKIPPED,
    ]);
  });

  it('names the rights that are missing, entity by entity', async () => {
    const result = await attempt({ user: 'api-read-only' });
    expect(summary(result)).toEqual([
      ...OK,
      'rights Contracts failed AUTOTASK_RIGHT_MISSING',
      'rights ContractServices failed AUTOTASK_RIGHT_MISSING',
      'rights ContractServiceAdjustments failed AUTOTASK_RIGHT_MISSING',
      'rights ContractCharges failed AUTOTASK_RIGHT_MISSING',
      'rights Services warning AUTOTASK_RIGHT_MISSING',
      'visible ok',
      'cost ok',
      'billingCode ok',
      'currency ok',
    ]);
    const contracts = result.checks.find(({ subject, status }) => subject === 'Contracts' && status === 'failed');
    expect(contracts?.message).toContain('may not add and change Contracts');
  });

  it('names what may not be read', async () => {
    const result = await attempt({ user: 'api-no-contracts' });
    expect(result.checks.filter(({ status }) => status === 'failed').map(({ subject }) => subject)).toEqual([
      'Contracts',
      'ContractServices',
      'ContractServiceUnits',
      'ContractCharges',
    ]);
  });

  it('believes a refusal more than the metadata', async () => {
    await control('POST', '/faults', {
      method: 'POST',
      path: 'BillingCodes/query',
      kind: 'status',
      status: 500,
      body: { errors: ['The logged in Resource does not have the adequate permissions to query this entity type.'] },
    });
    const result = await attempt();
    expect(summary(result)).toContain('rights BillingCodes failed AUTOTASK_RIGHT_MISSING');
    expect(summary(result)).toContain('billingCode skipped');
  });

  it('notices that nothing is visible', async () => {
    expect(summary(await attempt({ user: 'api-sees-nothing' }))).toContain('visible failed AUTOTASK_NOTHING_VISIBLE');
  });

  it('warns when costs are hidden, and passes', async () => {
    const result = await attempt({ user: 'api-no-cost' });
    expect(summary(result)).toContain('cost warning AUTOTASK_COST_HIDDEN');
    expect(result).toMatchObject({ passed: true, learned: { costVisible: false } });
  });

  it('needs an active billing code for recurring services', async () => {
    await control('POST', '/faults', {
      method: 'POST',
      path: 'BillingCodes/query',
      kind: 'status',
      status: 200,
      body: { items: [{ id: 1, name: 'Old', useType: 5, isActive: false }], pageDetails: { nextPageUrl: null } },
      times: 2,
    });
    expect(summary(await attempt())).toContain('billingCode failed AUTOTASK_BILLING_CODE_MISSING');
  });

  it('needs the currency to be one of the tenant', async () => {
    const result = await attempt({ currency: 'XTS' });
    expect(summary(result)).toContain('currency failed AUTOTASK_CURRENCY_UNKNOWN');
    expect(result.checks.at(-1)?.message).toContain('EUR');
  });

  it('stops when the sign-in is refused on the way', async () => {
    await control('POST', '/faults', {
      method: 'GET',
      path: 'entityInformation$',
      kind: 'status',
      status: 401,
      times: 500,
    });
    const result = await attempt();
    const rights = result.checks.filter(({ check }) => check === 'rights');
    expect(new Set(rights.map(({ code }) => code))).toEqual(new Set(['AUTOTASK_SECRET_WRONG']));
    expect(summary(result).slice(-4)).toEqual(SKIPPED);
  });

  it('does not send credentials to a zone outside the allowed hosts', async () => {
    expect(summary(await attempt({ allowedHosts: ['autotask.example'] }))).toEqual([
      'zone failed AUTOTASK_HOST_NOT_ALLOWED',
      'user skipped',
      'secret skipped',
      'licence skipped',
      'rights skipped',
      ...SKIPPED,
    ]);
  });
});
