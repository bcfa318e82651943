import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ConnectionLeases, type HeldLease } from '../../src/modules/sync-task/execution/connection-lease.service.js';
import { OperationJournal, type NewAttempt } from '../../src/modules/sync-task/execution/operation-journal.service.js';
import { SyncTaskStates } from '../../src/modules/sync-task/sync-task-states.js';
import type { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { TODAY, World } from './executor-world.js';
import { unitsOperation } from './executor-operations.js';

/** DESIGN §7: writing needs the connection's lease, and the statement that begins a write checks it once more. */
describe('the lease of a connection', () => {
  let world: World;
  let leases: ConnectionLeases;
  let journal: OperationJournal;
  let contractId: number;
  let line: number;

  beforeAll(async () => {
    world = await World.open();
    leases = world.module.get(ConnectionLeases);
    journal = world.module.get(OperationJournal);
  });
  afterAll(async () => await world.close());
  beforeEach(async () => {
    await world.database.sql('truncate sync_operation, sync_task');
    contractId = await world.autotask.contract();
    line = await world.autotask.line(contractId);
  });

  const running = async (owner: string): Promise<SyncTask> => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 3)] }), { contractId });
    const states = world.module.get(SyncTaskStates);
    await world.database.transaction(
      async (em) => await states.move(em, task, 'running', { runOwner: owner }, 'ready'),
    );
    return task;
  };
  const attempt = (task: SyncTask, lane = `contract:${contractId}`): NewAttempt => ({
    task,
    operation: unitsOperation(contractId, line, 3),
    sequence: 1,
    lane,
    call: { method: 'POST', path: 'x', body: {} },
    preImage: undefined,
    postImage: undefined,
    contractId,
    contractServiceId: line,
  });
  const leaseLeft = async (milliseconds: number) =>
    await world.database.sql(
      `update connection set lease_until = clock_timestamp() + ? * interval '1 millisecond' where id = ?`,
      [milliseconds, world.connection.id],
    );
  const rows = async () =>
    await world.database.sql('select id from sync_operation where contract_id = ?', [contractId]);
  const holding = async (owner: string, work: (lease: HeldLease) => Promise<void>): Promise<void> => {
    const lease = await leases.take(world.connection, owner);
    if (!lease) throw new Error(`${owner} did not get the lease.`);
    try {
      await work(lease);
    } finally {
      await lease.release();
    }
  };

  it('is held by one at a time and free again when it is given back', async () => {
    await holding('a', async () => {
      expect(await leases.take(world.connection, 'b')).toBeUndefined();
      expect((await leases.heldUntil(world.connection))!.getTime()).toBeGreaterThan(Date.now());
    });
    await holding('b', async () => await Promise.resolve());
  });

  it('lets its holder begin a write', async () => {
    await holding('a', async (lease) => {
      const begun = await journal.begin(lease, attempt(await running('a')));
      expect(begun).toMatchObject({ id: expect.any(String) });
      expect(await rows()).toHaveLength(1);
    });
  });

  it('refuses the late writer whose lease another process has taken', async () => {
    const task = await running('a');
    const late = (await leases.take(world.connection, 'a'))!;
    late.abandon();
    await leaseLeft(-1);
    await holding('b', async () => {
      expect(await journal.begin(late, attempt(task))).toBe('lease_lost');
      expect(await rows()).toEqual([]);
    });
  });

  it('refuses a write that could outlast it', async () => {
    const task = await running('a');
    const lease = (await leases.take(world.connection, 'a'))!;
    lease.abandon();
    await leaseLeft(1000); // the request may take a second, and has not even been sent
    expect(await journal.begin(lease, attempt(task))).toBe('lease_lost');
    expect(await rows()).toEqual([]);
    await lease.release();
  });

  it('refuses a task that another run has taken', async () => {
    const task = await running('b');
    await holding('a', async (lease) => {
      expect(await journal.begin(lease, attempt(task))).toBe('task_moved');
    });
  });

  it('lets nothing into a lane with a write that has no outcome, by rule and by index', async () => {
    const [first, second] = [await running('a'), await running('a')];
    await holding('a', async (lease) => {
      const [one, two] = await Promise.all([
        journal.begin(lease, attempt(first)),
        journal.begin(lease, attempt(second)),
      ]);
      expect([one, two].filter((each) => typeof each === 'object')).toHaveLength(1);
      expect([one, two]).toContain('lane_closed');
      expect(await rows()).toHaveLength(1);
    });
  });

  it('lets nothing into a lane with a write that a person must decide', async () => {
    const [first, second] = [await running('a'), await running('a')];
    await holding('a', async (lease) => {
      const begun = await journal.begin(lease, attempt(first));
      if (typeof begun === 'string') throw new Error(begun);
      const row = { id: begun.id, installationId: world.installationId };
      await world.database.transaction(async (em) => await journal.settle(em, row, 'uncertain'));
      expect(await journal.begin(lease, attempt(second))).toBe('lane_closed');
    });
  });

  it('never begins an operation again that is proven', async () => {
    const task = await running('a');
    await holding('a', async (lease) => {
      const begun = await journal.begin(lease, attempt(task));
      if (typeof begun === 'string') throw new Error(begun);
      const row = { id: begun.id, installationId: world.installationId };
      await world.database.transaction(async (em) => await journal.settle(em, row, 'applied'));
      expect(await journal.begin(lease, attempt(task))).toBe('already_applied');
    });
  });

  it('is renewed while it is held, and tells its holder when it is lost', async () => {
    await holding('a', async (lease) => {
      await leaseLeft(100);
      const left = async () =>
        ((await leases.heldUntil(world.connection))?.getTime() ?? 0) - (await world.database.now()).getTime();
      await expect.poll(left, { timeout: 5000 }).toBeGreaterThan(5000);
      await world.database.sql(`update connection set lease_owner = 'b' where id = ?`, [world.connection.id]);
      await expect.poll(() => lease.lost.aborted, { timeout: 5000 }).toBe(true);
    });
    await world.letTimePass();
  });

  it('makes two workers at one lane write once', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 5)] }), { contractId });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'delay', ms: 300 });

    await Promise.all([world.run('worker-1'), world.run('worker-2'), world.run('worker-3')]);
    await world.runToEnd();

    expect((await world.reload(task)).state).toBe('synced');
    expect(await world.unitsOn(line, TODAY)).toBe(5);
    expect(await world.operations(task)).toHaveLength(1);
  });

  it('lost once a write has begun leaves one outcome: the next holder proves, the late answer changes nothing', async () => {
    const task = await world.task(() => ({ operations: [unitsOperation(contractId, line, 5)] }), { contractId });
    const begin = journal.begin.bind(journal);
    let next: Awaited<ReturnType<World['run']>> | undefined;
    // The next one works between the journal's row and the answer, however long that takes it.
    vi.spyOn(journal, 'begin').mockImplementationOnce(async (...given) => {
      const begun = await begin(...given);
      await world.database.sql(`update connection set lease_owner = null, lease_until = null where id = ?`, [
        world.connection.id,
      ]);
      next = await world.run('worker-next');
      return begun;
    });

    await world.run('worker-late');
    expect(next?.kind).toBe('again');
    await world.runToEnd();

    expect(await world.reload(task)).toMatchObject({ state: 'synced', failure: null });
    expect(await world.unitsOn(line, TODAY)).toBe(5);
    expect((await world.operations(task)).map(({ state }) => state)).toEqual(['applied']);
    expect(await world.ledger(line)).toHaveLength(1);
  });
});
