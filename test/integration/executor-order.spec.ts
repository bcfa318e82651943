import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunnableTasks } from '../../src/modules/sync-task/execution/runnable-tasks.service.js';
import { PlanFacts } from '../../src/modules/sync-task/planning/plan-facts.service.js';
import { OperationResolution } from '../../src/modules/sync-task/operation-resolution.service.js';
import { Job } from '../../src/platform/jobs/job.entities.js';
import type { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { SyncTaskStates } from '../../src/modules/sync-task/sync-task-states.js';
import { JobRuns } from '../../src/platform/jobs/job-runs.service.js';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import { hashOf, TODAY, World } from './executor-world.js';
import { salesOperations, unitsOperation } from './executor-operations.js';

const CALLER = { installationId: 'inst-1', userId: 'user-7', role: 'operator' as const };

/** TSK-5, TSK-7, TSK-8, WIZ-7: who goes first, who is held, and what comes back to a person. */
describe('the executor', () => {
  let world: World;
  let contractId: number;
  let line: number;
  let subs = 0;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => await world.close());
  beforeEach(async () => {
    contractId = await world.autotask.contract();
    line = await world.autotask.line(contractId);
    subs += 1;
  });

  const sub = (name = '') => `order-${subs}${name}`;
  const change = (by: number, options: { date?: string; sub?: string; share?: number } = {}) =>
    unitsOperation(contractId, line, by, options);
  const state = async (task: { id: string }) => (await world.reload(task)).state;

  it('runs the tasks of a subscription oldest first', async () => {
    const subscriptionId = sub();
    const later = await world.task(
      () => ({ operations: [change(-2, { date: '2027-03-12', sub: subscriptionId, share: 1 })] }),
      { subscriptionId, contractId, effectiveDate: '2027-03-12' },
    );
    const earlier = await world.task(() => ({ operations: [change(3, { date: '2027-03-11', sub: subscriptionId })] }), {
      subscriptionId,
      contractId,
      effectiveDate: '2027-03-11',
    });

    await world.runToEnd();

    expect([await state(earlier), await state(later)]).toEqual(['synced', 'synced']);
    const [first] = await world.operations(earlier);
    const [second] = await world.operations(later);
    expect(first!.settledAt!.getTime()).toBeLessThanOrEqual(second!.sentAt.getTime());
    expect(await world.unitsOn(line, '2027-03-12')).toBe(1);
  });

  it('lets nothing overtake an older task of the subscription that waits for its time', async () => {
    const subscriptionId = sub();
    const task = async (date: string, units: number, share: number) =>
      await world.task(() => ({ operations: [change(units, { date, sub: subscriptionId, share })] }), {
        subscriptionId,
        contractId,
        effectiveDate: date,
      });
    const older = await task('2027-03-11', 3, 3);
    const later = await task('2027-03-12', -2, 1);
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'status', status: 429 });

    await world.run();
    await world.run();

    expect(await world.reload(older)).toMatchObject({ state: 'ready', failure: { code: 'AUTOTASK_THROTTLED' } });
    expect(await world.operations(later)).toEqual([]);
    await world.runToEnd();
    expect([await world.reload(older), await world.reload(later)].map(({ state }) => state)).toEqual([
      'synced',
      'synced',
    ]);
    expect(await world.unitsOn(line, '2027-03-12')).toBe(1);
  });

  it('holds the later tasks of a subscription behind a failure, and nobody else’s', async () => {
    const subscriptionId = sub();
    const failing = await world.task(() => ({ operations: [change(-9)] }), { subscriptionId, contractId });
    const held = await world.task(() => ({ operations: [change(2, { date: '2027-03-15' })] }), {
      subscriptionId,
      contractId,
      effectiveDate: '2027-03-15',
    });
    const other = await world.task(() => ({ operations: [change(4, { sub: sub('b') })] }), {
      subscriptionId: sub('b'),
      contractId,
    });

    await world.runToEnd();

    expect([await state(failing), await state(held), await state(other)]).toEqual(['failed', 'ready', 'synced']);
    expect((await world.reload(held)).confirmedHash).toBeNull();
    expect(await world.unitsOn(line, '2027-03-15')).toBe(4);
  });

  it('sends nothing when the plan is no longer the one a person confirmed', async () => {
    const wanted = 6;
    // What a person confirmed: from 0 to 6. Somebody sets 2 by hand before it runs.
    const script = (held: number) => ({ operations: [change(wanted - held)] });
    const task = await world.task(
      (facts) =>
        script(facts.contract!.units.find((row) => row.startDate <= TODAY && TODAY <= row.endDate)?.units ?? 0),
      { subscriptionId: sub(), contractId, confirmed: hashOf(script(0).operations) },
    );
    await world.autotask.adjust(line, addDays(TODAY, -1), 2);

    await world.runToEnd();

    expect(await world.reload(task)).toMatchObject({
      state: 'action_required',
      confirmedHash: null,
      failure: { code: 'PLAN_CHANGED' },
    });
    expect(await world.operations(task)).toEqual([]);
    expect(await world.unitsOn(line, TODAY)).toBe(2);
  });

  it('follows the row as it is at its turn, not as it was when it was picked', async () => {
    const task = await world.task(() => ({ operations: [change(2)] }), { subscriptionId: sub(), contractId });
    const runnable = world.module.get(RunnableTasks);
    const next = runnable.next.bind(runnable);
    vi.spyOn(runnable, 'next').mockImplementationOnce(async (connection, limit) => {
      const picked = await next(connection, limit);
      await world.database.sql('update sync_task set confirmed_hash = null where id = ?', [task.id]);
      return picked;
    });

    await world.runToEnd();

    expect(await state(task)).toBe('ready');
    expect(await world.operations(task)).toEqual([]);
  });

  it('brings back what has a question or a warning about money, though it was accepted in bulk', async () => {
    const asking = await world.task(
      () => ({ operations: [change(1)], requiredActions: [{ code: 'DRIFT', message: 'Two units too many.' }] }),
      { subscriptionId: sub(), contractId },
    );
    const warning = await world.task(
      () => ({ operations: [change(1)], warnings: [{ code: 'LOSS', message: 'Below cost.', money: true }] }),
      { subscriptionId: sub('b'), contractId },
    );

    await world.runToEnd();

    expect(await world.reload(asking)).toMatchObject({
      state: 'action_required',
      failure: { code: 'ACTION_REQUIRED' },
    });
    expect(await world.reload(warning)).toMatchObject({ state: 'action_required', failure: { code: 'MONEY_WARNING' } });
    expect(await world.unitsOn(line, TODAY)).toBe(0);
  });

  it('learns a date that Autotask takes for a duplicate, and plans again', async () => {
    await world.autotask.adjust(line, TODAY, 1);
    const task = await world.task(
      (facts) => {
        const refused = facts.capabilities.refusedDates.some(
          (each) => each.contractServiceId === line && each.date === TODAY,
        );
        return { operations: [change(3, { date: refused ? '2027-03-11' : TODAY })] };
      },
      { subscriptionId: sub(), contractId },
    );

    await world.runToEnd();

    expect(await state(task)).toBe('synced');
    expect((await world.operations(task)).map(({ state: outcome, effectiveDate }) => [outcome, effectiveDate])).toEqual(
      [
        ['rejected', TODAY],
        ['applied', '2027-03-11'],
      ],
    );
    expect([await world.unitsOn(line, TODAY), await world.unitsOn(line, '2027-03-11')]).toEqual([1, 4]);
  });

  it.each([
    ['posted periods', 'adjustPosted', { adjustPosted: 'refuse' }],
    ['negative charges', 'negativeCharge', { negativeCharge: 'refuse' }],
  ] as const)('learns that a tenant refuses %s', async (_, capability, behaviour) => {
    await world.autotask.behaviour(behaviour);
    await world.autotask.adjust(line, '2027-02-01', 2);
    await world.autotask.approve('2027-03-31', { contractId });
    const code = (await world.autotask.row('BillingCodes', { op: 'eq', field: 'useType', value: 4 })).id;
    const seen: string[] = [];
    const task = await world.task(
      (facts) => {
        seen.push(facts.capabilities[capability]);
        if (facts.capabilities[capability] === 'refuse') return { operations: [] };
        if (capability === 'adjustPosted') return { operations: [change(1)] };
        return {
          operations: [
            {
              kind: 'addCharge',
              key: 'charge:credit',
              title: 'Credit.',
              dependsOn: [],
              contract: { contractId },
              chargeKey: `credit-${subs}`,
              feeKind: 'proration',
              name: 'Credit',
              description: 'Credit',
              datePurchased: TODAY,
              amount: '-5.00',
              unitCost: '0',
              billingCodeId: code,
              chargeType: 1,
            },
          ],
        };
      },
      { subscriptionId: sub(), contractId },
    );

    await world.runToEnd();

    expect(seen[0]).toBe('accept');
    expect(seen.at(-1)).toBe('refuse');
    expect(await state(task)).toBe('synced');
    await world.autotask.behaviour({ adjustPosted: 'accept', negativeCharge: 'accept' });
    await world.database.sql(`update connection set capabilities = capabilities - 'adjustPosted' - 'negativeCharge'`);
  });

  describe('with a write that nobody can prove', () => {
    /** The request never arrives, and somebody else changes the line before it is proven. */
    const uncertain = async () => {
      const task = await world.task(() => ({ operations: [change(3)] }), { subscriptionId: sub(), contractId });
      await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'drop-before' });
      await world.run();
      await world.autotask.adjust(line, '2027-03-20', 5);
      await world.letTimePass();
      await world.run();
      expect(await state(task)).toBe('uncertain');
      const [operation] = await world.operations(task);
      return { task, operation: operation! };
    };
    const resolve = async (task: { id: string }, operationId: string, verdict: 'applied' | 'not_applied' | 'leave') =>
      await world.module.get(OperationResolution).resolve(CALLER, task.id, operationId, verdict, 'Looked at it.');

    it('keeps its contract closed and everybody else going, with both pictures for a person', async () => {
      const { operation } = await uncertain();
      const sameContract = await world.task(
        () => ({ operations: [change(1, { date: '2027-04-01', sub: sub('b') })] }),
        {
          subscriptionId: sub('b'),
          contractId,
        },
      );
      const elsewhere = await world.task(() => ({ operations: salesOperations(`U-${subs}`, 2, sub('c')) }), {
        subscriptionId: sub('c'),
      });

      await world.runToEnd();

      expect([await state(sameContract), await state(elsewhere)]).toEqual(['ready', 'synced']);
      expect(operation.preImage).toMatchObject({ kind: 'line', rows: [] });
      expect(operation.postImage).toMatchObject({ kind: 'line', rows: [{ first: TODAY, units: 3 }] });
      expect(operation.evidence).toMatchObject({ now: { rows: [{ first: '2027-03-20', units: 5 }, { units: 5 }] } });
    });

    it('sends it again when a person says that it was not applied', async () => {
      const { task, operation } = await uncertain();
      await resolve(task, operation.id, 'not_applied');
      await world.runToEnd();
      expect(await state(task)).toBe('synced');
      expect(await world.unitsOn(line, TODAY)).toBe(3);
      expect((await world.operations(task)).map((each) => each.state)).toEqual(['not_applied', 'applied']);
    });

    it('goes on after it when a person says that it was applied', async () => {
      const { task, operation } = await uncertain();
      await resolve(task, operation.id, 'applied');
      await world.runToEnd();
      expect(await state(task)).toBe('synced');
      expect(await world.unitsOn(line, TODAY)).toBe(0);
      // The line does not hold what a person said it does: that is drift, and told.
      expect((await world.reload(task)).planSummary).toMatchObject({ drift: [{ contractServiceId: line }] });
      expect((await world.ledger(line)).map(({ quantity }) => quantity)).toEqual([3]);
    });

    it('sends nothing more when a person leaves it, and opens the contract again', async () => {
      const { task, operation } = await uncertain();
      await resolve(task, operation.id, 'leave');
      const other = await world.task(() => ({ operations: [change(1, { date: '2027-04-01', sub: sub('b') })] }), {
        subscriptionId: sub('b'),
        contractId,
      });
      await world.runToEnd();
      expect([await state(task), await state(other)]).toEqual(['failed', 'synced']);
      expect(await world.unitsOn(line, TODAY)).toBe(0);
      await expect(resolve(task, operation.id, 'applied')).rejects.toThrow('waits for no decision');
    });
  });

  it('names drift when the line holds something else after the last write', async () => {
    const task = await world.task(
      () => ({ operations: [change(3, { share: 4 })] }), // the ledger will expect 4
      { subscriptionId: sub(), contractId },
    );
    await world.runToEnd();
    expect(await world.reload(task)).toMatchObject({
      state: 'synced',
      planSummary: { drift: [{ contractServiceId: line, from: TODAY, expected: 4, actual: 3 }] },
    });
    const entry = (await world.log(task)).find(({ action }) => action === 'task.synced');
    expect(entry).toMatchObject({ outcome: 'action_required' });
  });

  it('accounts for every task of a job at every moment, and gives back what is held', async () => {
    const job = await world.module.get(JobRuns).open('sync', world.connection, 'user-1', {});
    await world.database.sql('update job set total = 4 where id = ?', [job.id]);
    const withJob = { contractId, jobId: job.id };
    await world.task(() => ({ operations: [change(2, { sub: sub('a') })] }), { ...withJob, subscriptionId: sub('a') });
    await world.task(() => ({ operations: [change(-9)] }), { ...withJob, subscriptionId: sub('b') });
    await world.task(() => ({ operations: [change(1, { date: '2027-05-01' })] }), {
      ...withJob,
      subscriptionId: sub('b'),
      effectiveDate: '2027-05-01',
    });
    await world.task(() => ({ operations: [change(1)], requiredActions: [{ code: 'LATE', message: 'Late.' }] }), {
      ...withJob,
      subscriptionId: sub('c'),
    });

    await world.runToEnd();

    const after = await world.database.unit().findOneOrFail(Job, { id: job.id });
    expect(after).toMatchObject({ state: 'done', total: 4, done: 1, failed: 1, returned: 2 });
    expect((after.result as { tasks: { outcome: string }[] }).tasks.map(({ outcome }) => outcome).sort()).toEqual([
      'failed',
      'returned',
      'returned',
    ]);
  });

  it('stops a job after the step in flight and gives the rest back', async () => {
    const job = await world.module.get(JobRuns).open('sync', world.connection, 'user-1', {});
    await world.database.sql('update job set total = 1 where id = ?', [job.id]);
    const task = await world.task(() => ({ operations: [change(2)] }), {
      contractId,
      jobId: job.id,
      subscriptionId: sub(),
    });
    await world.module.get(JobRuns).stop(job.id, world.installationId);

    await world.runToEnd();

    expect(await world.reload(task)).toMatchObject({ state: 'ready', confirmedHash: null, jobId: null });
    expect(await world.unitsOn(line, TODAY)).toBe(0);
  });

  it('begins nothing more of a job that is stopped while its wave runs', async () => {
    const jobs = world.module.get(JobRuns);
    const job = await jobs.open('sync', world.connection, 'user-1', {});
    await world.database.sql('update job set total = 6 where id = ?', [job.id]);
    const tasks: SyncTask[] = [];
    for (let index = 0; index < 6; index++) {
      const contract = await world.autotask.contract();
      const own = await world.autotask.line(contract);
      tasks.push(
        await world.task(() => ({ operations: [unitsOperation(contract, own, 1, { sub: sub(`${index}`) })] }), {
          contractId: contract,
          jobId: job.id,
          subscriptionId: sub(`${index}`),
        }),
      );
    }
    // The first three are on their way when somebody stops the job.
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'delay', ms: 800, times: 3 });
    const running = world.run();
    const underWay = async () => (await Promise.all(tasks.map(state))).filter((each) => each === 'running').length;
    await expect.poll(underWay, { timeout: 10_000 }).toBe(3);
    await jobs.stop(job.id, world.installationId);
    await running;

    const states = await Promise.all(tasks.map(state));
    expect(states.filter((each) => each === 'synced')).toHaveLength(3);
    expect(states.filter((each) => each === 'ready')).toHaveLength(3);
    const after = await world.database.unit().findOneOrFail(Job, { id: job.id });
    expect(after).toMatchObject({ state: 'stopped', done: 3, returned: 3, total: 6 });
  });

  it('replays a subscription up to its first failure and gives the rest back', async () => {
    const job = await world.module.get(JobRuns).open('sync', world.connection, 'user-1', {});
    await world.database.sql('update job set total = 4 where id = ?', [job.id]);
    const subscriptionId = sub();
    const inJob = { subscriptionId, contractId, jobId: job.id };
    const at = (day: string) => ({ ...inJob, effectiveDate: day });
    const first = await world.task(() => ({ operations: [change(3, { sub: subscriptionId })] }), inJob);
    const second = await world.task(
      () => ({ operations: [change(1, { date: '2027-03-12', sub: subscriptionId, share: 4 })] }),
      { ...at('2027-03-12'), state: 'pending', confirmed: undefined },
    );
    const third = await world.task(() => ({ operations: [change(-9, { date: '2027-03-13' })] }), at('2027-03-13'));
    const fourth = await world.task(() => ({ operations: [change(1, { date: '2027-03-14' })] }), {
      ...at('2027-03-14'),
      state: 'pending',
      confirmed: undefined,
    });

    await world.runToEnd();

    expect(await Promise.all([first, second, third].map(state))).toEqual(['synced', 'synced', 'failed']);
    expect(await world.reload(fourth)).toMatchObject({ confirmedHash: null, jobId: null });
    expect(await world.reload(second)).toMatchObject({ confirmedBy: 'user-1' });
    expect(await world.unitsOn(line, '2027-03-14')).toBe(4);
    const after = await world.database.unit().findOneOrFail(Job, { id: job.id });
    expect(after).toMatchObject({ state: 'done', total: 4, done: 2, failed: 1, returned: 1 });
  });

  it('proves a write whose task has left the queue, so that its contract does not stay closed', async () => {
    const task = await world.task(() => ({ operations: [change(3, { sub: sub() })] }), {
      subscriptionId: sub(),
      contractId,
    });
    // Our patience ends after a second; Autotask applies it a little later.
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'delay', ms: 2600 });
    await world.run();
    expect((await world.operations(task)).map(({ state: outcome }) => outcome)).toEqual(['sending']);
    const states = world.module.get(SyncTaskStates);
    await world.database.transaction(async (em) => await states.move(em, task, 'superseded'));
    await expect.poll(async () => await world.unitsOn(line, TODAY), { timeout: 10_000 }).toBe(3);

    await world.runToEnd();

    expect(await state(task)).toBe('superseded');
    expect((await world.operations(task)).map(({ state: outcome }) => outcome)).toEqual(['applied']);
    expect((await world.ledger(line)).map(({ quantity }) => quantity)).toEqual([3]);
  });

  it('hands unfinished work back when the process stops', async () => {
    const stopping = new AbortController();
    const task = await world.task(
      () => {
        stopping.abort();
        return { operations: [change(2)] };
      },
      { subscriptionId: sub(), contractId },
    );

    expect(await world.run('worker-1', stopping.signal)).toEqual({ kind: 'handedBack' });
    expect(await state(task)).toBe('ready');
    expect(await world.operations(task)).toEqual([]);

    await world.runToEnd();
    expect(await world.unitsOn(line, TODAY)).toBe(2);
  });

  it('reads a contract again on which another lane has written meanwhile', async () => {
    const task = await world.task(() => ({ operations: [change(2)] }), { subscriptionId: sub(), contractId });
    const facts = world.module.get(PlanFacts);
    const preload = facts.preload.bind(facts);
    vi.spyOn(facts, 'preload').mockImplementation(async (connection, requests, reader) => {
      const records = await preload(connection, requests, reader);
      reader.forgetContract(contractId);
      return records;
    });

    await world.runToEnd();
    vi.restoreAllMocks();

    expect(await world.reload(task)).toMatchObject({ state: 'synced', failure: null });
  });

  it('changes nothing when it runs again after everything is synced', async () => {
    const task = await world.task(() => ({ operations: [change(2)] }), { subscriptionId: sub(), contractId });
    await world.runToEnd();
    const before = await world.autotask.state();
    await world.requests();

    await world.runToEnd();

    expect(await world.requests()).toEqual([]);
    expect((await world.autotask.state()).whole['contractServiceUnits']).toEqual(before.whole['contractServiceUnits']);
    expect(await world.operations(task)).toHaveLength(1);
  });

  it('needs few requests more than it writes (B4)', async () => {
    const contracts = 24;
    const perContract = 2;
    await world.database.sql(`update sync_task set confirmed_hash = null where state in ('ready')`);
    for (let index = 0; index < contracts; index++) {
      const contract = await world.autotask.contract();
      const ownLine = await world.autotask.line(contract);
      for (let each = 0; each < perContract; each++)
        await world.task(
          () => ({
            operations: [
              unitsOperation(contract, ownLine, 1, {
                date: addDays(TODAY, each),
                sub: `b4-${index}-${each}`,
                share: 1,
              }),
            ],
          }),
          { contractId: contract, subscriptionId: `b4-${index}-${each}` },
        );
    }
    await world.requests();

    await world.runToEnd();

    const requests = await world.requests();
    const writes = requests.filter((request) => request.includes('ServiceAdjustments'));
    expect(writes).toHaveLength(contracts * perContract);
    expect(requests.length / writes.length).toBeLessThanOrEqual(1.3);
  });
});
