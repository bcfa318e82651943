import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addDays, dayIn } from '../../src/domain/calendar/calendar-date.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import { Connection } from '../../src/modules/installation/connection.entity.js';
import { MarketplaceMirror } from '../../src/modules/mapping/marketplace-mirror.service.js';
import { appendLedgerSteps, stepsOfContracts } from '../../src/modules/sync-task/ledger-steps.js';
import { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { OPEN_STATES } from '../../src/domain/sync-task/sync-task-state.js';
import { LineLedger, valueOn } from '../../src/domain/sync-plan/ledger.js';
import { aMonthlySubscription, startMappingTest, type MappingTest } from './mapping-support.js';

/** A customer and company of the seed, both in EUR. */
const CUSTOMER = '1000021';
const COMPANY = 121;
const PRODUCT = 'mpn:EX-OFF-B|example-software|1m|1m';

let t: MappingTest;
let connection: Connection;
let today: string;
const ids = new Map<string, string>();
const api = (id: string, rest = ''): string => `/subscriptions/${ids.get(id)}${rest}`;
const map = async (id: string, contractId: number) => await t.operator.put(api(id, '/contract'), { contractId });
const detail = async (id: string): Promise<any> => (await t.viewer.get(api(id))).body;
const list = async (query = ''): Promise<any> => (await t.viewer.get(t.path(`subscriptions?${query}`))).body;

const subscription = (id: string, changes: Partial<Subscription> = {}): Subscription =>
  aMonthlySubscription(id, { customerId: CUSTOMER, productKey: PRODUCT }, changes);
const contract = async (changes: Record<string, unknown> = {}): Promise<number> => await t.contract(COMPANY, changes);

async function share(
  subscriptionId: string,
  contractId: number,
  contractServiceId: number,
  quantity: number,
): Promise<void> {
  await appendLedgerSteps(t.app.database.unit(), connection, contractId, [
    { contractServiceId, kind: 'share', subscriptionId, productKey: PRODUCT, from: '2026-01-01', quantity },
  ]);
}

async function task(
  subscriptionId: string,
  state: SyncTask['state'],
  changes: Record<string, unknown> = {},
): Promise<void> {
  const unit = t.app.database.unit();
  unit.create(SyncTask, {
    installationId: t.installationId,
    connectionId: t.connectionId,
    sourceKey: `order:${subscriptionId}:${state}:${JSON.stringify(changes)}`,
    source: 'order',
    type: 'change',
    state,
    customerId: CUSTOMER,
    customerName: 'Amber Joinery',
    subscriptionId,
    subscriptionName: 'Example Office',
    orderId: null,
    orderNumber: 'SO1',
    order: null,
    subscription: subscription(subscriptionId),
    usage: null,
    effectiveDate: '2026-02-01',
    orderCreatedAt: new Date('2026-02-01T00:00:00Z'),
    readOn: '2026-02-01',
    requiredActions: [],
    planSummary: null,
    choices: {},
    ...changes,
  } as never);
  await unit.flush();
}

beforeAll(async () => {
  t = await startMappingTest();
  connection = await t.app.database.unit().findOneOrFail(Connection, { id: t.connectionId });
  today = dayIn(connection.timeZone, (await t.app.sandbox('autotask', 'GET', '/clock')).now);
  const rows = [
    subscription('S-1'),
    subscription('S-2'),
    subscription('S-3', { billingPeriod: { unit: 'year', count: 1 }, subscriptionPeriod: { unit: 'year', count: 1 } }),
    subscription('S-4', { customerId: '1000022' }),
    subscription('S-5', { status: 'terminated' }),
  ];
  await t.app.app.get(MarketplaceMirror).saveSubscriptions(
    t.app.database.unit(),
    connection,
    rows.map((one) => ({ subscription: one, signature: one.id })),
  );
  for (const row of await t.rows('select id, subscription_id from subscription_mirror'))
    ids.set(row.subscription_id, row.id);
}, 120_000);

afterAll(async () => await t?.close());

beforeEach(async () => {
  for (const table of ['subscription_mapping', 'customer_mapping', 'line_ledger', 'sync_task', 'action_log_entry'])
    await t.rows(`delete from ${table}`);
  await t.operator.put(t.path('customers/mappings'), [{ customerId: CUSTOMER, companyId: COMPANY, action: 'map' }]);
});

describe('contracts a subscription could go to (WIZ-2, PSH-4)', () => {
  it('preselects the only suitable one and gives every reason against the others', async () => {
    const suitable = await contract({ contractName: 'Fits' });
    const yearly = await contract({ contractName: 'Yearly', contractPeriodType: 5 });
    const other = await contract({ contractName: 'Time and materials', contractType: 1, contractPeriodType: null });
    const inactive = await contract({ contractName: 'Asleep', status: 0 });
    const ended = await contract({ contractName: 'Ended', endDate: addDays(today, -1) });
    const { companies, items, date } = (await t.viewer.get(api('S-1', '/contracts'))).body;
    expect(companies).toEqual([{ id: COMPANY, name: 'Amber Joinery', active: true }]);
    expect(date).toBe(today);
    const found = (id: number): any => items.find((one: any) => one.id === id);
    const codes = (id: number): string[] => found(id).reasons.map(({ code }: any) => code);
    expect(found(suitable)).toMatchObject({
      suitable: true,
      preselected: true,
      periodType: 2,
      currency: 'EUR',
      reasons: [],
    });
    expect(items[0].id).toBe(suitable);
    expect(codes(yearly)).toEqual(['CONTRACT_CYCLE']);
    expect(codes(other)).toContain('CONTRACT_UNSUITABLE');
    expect(codes(inactive)).toEqual(['CONTRACT_UNSUITABLE']);
    expect(codes(ended)).toEqual(['CONTRACT_DATE']);
    expect(found(ended).extendable).toBe(true);
    expect(found(yearly).reasons[0].message).toContain('bills yearly; this subscription bills monthly');
    await contract({ contractName: 'Fits too' });
    const again = (await t.viewer.get(api('S-1', '/contracts'))).body.items;
    expect(again.filter((one: any) => one.suitable)).toHaveLength(2);
    expect(again.some((one: any) => one.preselected)).toBe(false);
  });

  it('has none for a customer without company', async () => {
    expect((await t.viewer.get(api('S-4', '/contracts'))).body).toMatchObject({ companies: [], items: [] });
  });
});

describe('mapping an existing subscription to a contract (MAP-9)', () => {
  it('maps it, shows it, and tells the log who did it', async () => {
    const id = await contract();
    const answer = await map('S-1', id);
    expect(answer.body).toMatchObject({
      status: 'synced',
      contract: { contractId: id, contractName: 'Cloud services', mappedBy: 'user-1', version: 1 },
    });
    expect((await list('search=Example Office S-1')).items[0].contract.contractId).toBe(id);
    expect(await t.logged('subscription.contract.mapped')).toMatchObject([
      { actor: 'user-1', before: null, after: { contractId: id }, subscription_id: 'S-1' },
    ]);
  });

  it('lets several subscriptions share a contract, and moves one without units freely', async () => {
    const [one, other] = [await contract(), await contract()];
    await map('S-1', one);
    await map('S-2', one);
    expect(await t.rows('select count(*)::int as n from subscription_mapping where contract_id = ?', [one])).toEqual([
      { n: 2 },
    ]);
    expect((await map('S-1', other)).body.contract).toMatchObject({ contractId: other, version: 2 });
    expect(await t.rows(`select contract_id from subscription_mapping where subscription_id = 'S-1'`)).toHaveLength(1);
  });

  it.each([
    ['CONTRACT_CYCLE', 'S-3', {}],
    ['CONTRACT_UNSUITABLE', 'S-1', { status: 0 }],
    ['CONTRACT_UNSUITABLE', 'S-1', { companyID: 122 }],
    ['CONTRACT_DATE', 'S-1', { endDate: '2026-02-01' }],
    ['CONTRACT_UNSUITABLE', 'S-3', { endDate: '2026-02-01' }],
  ])('refuses with %s and leaves everything as it was', async (code, id, changes) => {
    const contractId = await contract(changes);
    const answer = await map(id, contractId);
    expect([answer.status, answer.body.code]).toEqual([409, code]);
    expect(answer.body.reasons.length).toBeGreaterThan(0);
    expect(await t.rows('select * from subscription_mapping')).toEqual([]);
    expect(await t.logged('subscription.contract.mapped')).toEqual([]);
  });

  it('refuses a contract in another currency, and one of an inactive company', async () => {
    const { companies } = await t.app.sandbox('autotask', 'GET', '/state?collections=companies');
    const dollars = companies.find((one: any) => one.currencyID === 2 && one.isActive);
    const foreign = await contract({ companyID: dollars.id });
    await t.operator.put(t.path('customers/mappings'), [
      { customerId: CUSTOMER, companyId: COMPANY, action: 'unmap' },
      { customerId: CUSTOMER, companyId: dollars.id, action: 'map' },
    ]);
    expect((await map('S-1', foreign)).body.code).toBe('CONTRACT_CURRENCY');
    await t.change('autotask', 'companies', { id: dollars.id, isActive: false, currencyID: 1 });
    expect((await map('S-1', foreign)).body.code).toBe('COMPANY_INACTIVE');
    await t.change('autotask', 'companies', { id: dollars.id, isActive: true, currencyID: 2 });
    expect(await t.rows('select * from subscription_mapping')).toEqual([]);
  });

  it('refuses an unknown contract, an unmapped customer, and anything it does not know', async () => {
    expect((await map('S-1', 999_999)).body.code).toBe('CONTRACT_UNKNOWN');
    expect((await map('S-4', await contract({ companyID: 122 }))).body.code).toBe('MAPPING_MISSING');
    expect((await t.operator.put(api('S-1', '/contract'), { contractId: 'x' })).body.code).toBe('INPUT_INVALID');
    expect((await t.operator.put(api('S-1', '/contract'), { contractId: 1, colour: 'red' })).body.code).toBe(
      'INPUT_INVALID',
    );
    expect((await t.viewer.put(api('S-1', '/contract'), { contractId: 1 })).body.code).toBe('FORBIDDEN');
  });

  it('does not move a subscription that has units on another contract without a task', async () => {
    const [one, other] = [await contract(), await contract()];
    await map('S-1', one);
    await share('S-1', one, 501, 5);
    const answer = await map('S-1', other);
    expect([answer.status, answer.body.code, answer.body.contractId, answer.body.units]).toEqual([
      409,
      'MOVE_NEEDED',
      one,
      5,
    ]);
    expect((await detail('S-1')).contract.contractId).toBe(one);
    await share('S-1', one, 501, 0);
    expect((await map('S-1', other)).status).toBe(200);
  });

  it('asks Autotask afresh: a contract that was shortened since is refused', async () => {
    const id = await contract();
    expect((await t.viewer.get(api('S-1', '/contracts'))).body.items.find((one: any) => one.id === id).suitable).toBe(
      true,
    );
    await t.autotask('PATCH', 'Contracts', { id, endDate: addDays(today, -1) });
    expect((await map('S-1', id)).body.code).toBe('CONTRACT_DATE');
  });
});

describe('taking a subscription off its contract (MAP-9)', () => {
  it('leaves Autotask as it is and turns its units into untracked base', async () => {
    const id = await contract();
    await map('S-1', id);
    await map('S-2', id);
    await share('S-1', id, 502, 5);
    await share('S-2', id, 502, 4);
    expect((await detail('S-1')).lines).toMatchObject([
      { contractServiceId: 502, units: 5, expected: 9, untracked: 0, shares: [{ units: 5 }, { units: 4 }] },
    ]);
    await t.app.sandbox('autotask', 'DELETE', '/requests');
    const answer = await t.operator.delete(api('S-1', '/contract'));
    expect(answer.body).toMatchObject({ contract: null, status: 'notMapped' });
    expect((await t.app.sandbox('autotask', 'GET', '/requests')).total).toBe(0);
    expect((await detail('S-2')).lines).toMatchObject([
      { units: 4, expected: 9, untracked: 5, shares: [{ units: 4 }] },
    ]);
    expect(await t.logged('subscription.contract.unmapped')).toMatchObject([
      { actor: 'user-1', before: { contractId: id, units: 5 }, after: null, subscription_id: 'S-1' },
    ]);
    const ledger = (await stepsOfContracts(t.app.database.unit(), connection, [id])).get(id)!.ledger;
    expect(valueOn(new LineLedger(ledger, '').share('S-1', PRODUCT), addDays(today, -1))).toBe(5);
    expect((await t.operator.delete(api('S-1', '/contract'))).status).toBe(200);
    expect(await t.logged('subscription.contract.unmapped')).toHaveLength(1);
    // Units that stayed there as base no longer keep it from going elsewhere.
    expect((await map('S-1', await contract())).status).toBe(200);
  });

  it('is told before what it affects, and asking changes nothing', async () => {
    expect((await t.viewer.get(api('S-1', '/contract/unmapping'))).body).toEqual({
      contractId: null,
      lines: [],
      units: 0,
      openTasks: 0,
      taskRunning: false,
    });
    const id = await contract();
    await map('S-1', id);
    await share('S-1', id, 504, 5);
    await share('S-2', id, 504, 4);
    await t.rows('delete from sync_task');
    await task('S-1', 'running');
    await task('S-1', 'synced');
    expect((await t.viewer.get(api('S-1', '/contract/unmapping'))).body).toEqual({
      contractId: id,
      lines: [{ contractServiceId: 504, productKey: PRODUCT, units: 5 }],
      units: 5,
      openTasks: 1,
      taskRunning: true,
    });
    expect((await detail('S-1')).lines).toMatchObject([{ units: 5, untracked: 0 }]);
    expect((await detail('S-1')).contract).toMatchObject({ contractId: id });
    await t.rows('delete from sync_task');
  });

  it('waits for a task that is being written or not proven', async () => {
    const id = await contract();
    await map('S-1', id);
    await share('S-1', id, 503, 5);
    for (const state of ['running', 'uncertain'] as const) {
      await t.rows('delete from sync_task');
      await task('S-1', state);
      expect((await t.operator.delete(api('S-1', '/contract'))).body.code).toBe('TASK_RUNNING');
      expect((await map('S-1', await contract())).body.code).toBe('TASK_RUNNING');
    }
    expect((await detail('S-1')).lines).toMatchObject([{ units: 5, untracked: 0 }]);
  });
});

describe('sync status (MAP-9)', () => {
  const STATUSES = ['notMapped', 'outOfSync', 'ignored', 'synced'] as const;
  /** Tasks oldest first, and what the subscription is with them once it has a contract. */
  const CASES: [words: string, tasks: SyncTask['state'][], status: (typeof STATUSES)[number]][] = [
    ['without any task: synced', [], 'synced'],
    ['all synced: synced', ['synced', 'synced'], 'synced'],
    ['superseded and not supported do not count: synced', ['superseded', 'not_supported'], 'synced'],
    ['the newest ignored and none open: ignored', ['synced', 'ignored'], 'ignored'],
    ['ignored once, synced since: synced', ['ignored', 'synced'], 'synced'],
    ['the newest ignored, but an older one open: out of sync', ['failed', 'ignored'], 'outOfSync'],
    ...(['pending', 'action_required', 'ready', 'running', 'uncertain', 'failed'] as const).map(
      (state): [string, SyncTask['state'][], 'outOfSync'] => [
        `one ${state}: out of sync`,
        ['synced', state],
        'outOfSync',
      ],
    ),
  ];

  it.each(CASES)(
    '%s, in the list and in each filter; without a contract it is not mapped',
    async (_, states, status) => {
      await map('S-1', await contract());
      for (const [index, state] of states.entries())
        await task('S-1', state, {
          effectiveDate: `2026-02-0${index + 1}`,
          ...(state === 'synced' ? { syncedAt: new Date() } : {}),
        });
      const isShownAs = async (expected: string): Promise<void> => {
        const open = states.filter((state) => (OPEN_STATES as readonly string[]).includes(state)).length;
        expect(await detail('S-1')).toMatchObject({ status: expected, openTasks: open, drift: false });
        for (const one of STATUSES)
          expect([one, (await list(`status=${one}&search=Example Office S-1`)).total]).toEqual([
            one,
            one === expected ? 1 : 0,
          ]);
      };
      await isShownAs(status);
      expect((await list()).counts).toMatchObject({ all: 4, notMapped: 3, [status]: 1 });
      expect((await detail('S-1')).tasks.map(({ state }: any) => state)).toEqual(states.toReversed());
      await t.rows('delete from subscription_mapping');
      await isShownAs('notMapped');
    },
  );

  it('is out of sync when the last sync found something else in Autotask', async () => {
    await map('S-1', await contract());
    const drift = [{ contractServiceId: 1, from: today, expected: 5, actual: 6 }];
    await task('S-1', 'synced', { syncedAt: new Date(Date.now() - 60_000), planSummary: { drift } });
    expect(await detail('S-1')).toMatchObject({ status: 'outOfSync', drift: true });
    await task('S-1', 'synced', { syncedAt: new Date(), planSummary: {}, effectiveDate: '2026-02-02' });
    expect(await detail('S-1')).toMatchObject({ status: 'synced', drift: false });
  });

  it('leaves ended subscriptions out of the list once nothing is to be done for them', async () => {
    expect((await list()).items.map((one: any) => one.subscriptionId)).not.toContain('S-5');
    expect((await detail('S-5')).marketplaceStatus).toBe('terminated');
    await task('S-5', 'pending');
    expect((await list()).items.map((one: any) => one.subscriptionId)).toContain('S-5');
  });
});

describe('another installation', () => {
  it('sees, maps and unmaps none of these subscriptions', async () => {
    const { installationId } = await t.app.sandbox('marketplace', 'POST', '/install', {
      baseUrl: t.app.url,
      accountId: 'second-reseller',
    });
    const stranger = t.app.as('admin', installationId);
    const id = await contract();
    for (const answer of [
      await stranger.get(t.path('subscriptions')),
      await stranger.get(api('S-1')),
      await stranger.get(api('S-1', '/contracts')),
      await stranger.put(api('S-1', '/contract'), { contractId: id }),
      await stranger.delete(api('S-1', '/contract')),
      await t.viewer.get('/subscriptions/not-an-id'),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
    expect(await t.rows('select * from subscription_mapping')).toEqual([]);
  });
});
