import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AttemptSettlement } from '../../src/modules/sync-task/execution/attempt-settlement.service.js';
import { OperationJournal } from '../../src/modules/sync-task/execution/operation-journal.service.js';
import { TaskCompletion } from '../../src/modules/sync-task/execution/task-completion.service.js';
import { SyncTaskStates } from '../../src/modules/sync-task/sync-task-states.js';
import { Killed, TODAY, World } from './executor-world.js';
import { salesOperations } from './executor-operations.js';

/**
 * FEATURES WIN-1: the process dies at every step of the journal (DESIGN §7), with and without the answer, and another one
 * goes on. Dying means that no statement and no request of the old process follows.
 */
describe('a process that is killed', () => {
  let world: World;
  let numbers = 0;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => await world.close());
  afterEach(() => {
    vi.restoreAllMocks();
    world.database.revive();
  });

  /** Runs a method of a service as it is, but dies before or after its n-th call. */
  function dieAt<T extends object>(service: T, method: keyof T & string, when: 'before' | 'after', call: number): void {
    const original = (service[method] as (...values: unknown[]) => Promise<unknown>).bind(service);
    let calls = 0;
    vi.spyOn(service, method as never).mockImplementation((async (...values: unknown[]) => {
      calls += 1;
      if (calls === call && when === 'before') world.database.kill();
      const result = await original(...values);
      if (calls === call && when === 'after') world.database.kill();
      return result;
    }) as never);
  }

  const points: [string, (operation: number) => void, number[]][] = [
    ['before the journal row', (n) => dieAt(world.module.get(OperationJournal), 'begin', 'before', n), [1, 2, 3]],
    [
      'after the journal row, before sending',
      (n) => dieAt(world.module.get(OperationJournal), 'begin', 'after', n),
      [1, 2, 3],
    ],
    [
      'after the answer, before its outcome',
      (n) => dieAt(world.module.get(AttemptSettlement), 'applied', 'before', n),
      [1, 2, 3],
    ],
    ['after the outcome', (n) => dieAt(world.module.get(AttemptSettlement), 'applied', 'after', n), [1, 2, 3]],
    ['before the last reading', () => dieAt(world.module.get(TaskCompletion), 'complete', 'before', 1), [1]],
    // 1 = ready → running, 2 = running → synced
    ['inside the last transaction', () => dieAt(world.module.get(SyncTaskStates), 'move', 'after', 2), [1]],
    ['after claiming the task', () => dieAt(world.module.get(SyncTaskStates), 'move', 'after', 1), [1]],
  ];

  describe.each(points)('%s', (_, die, operations) => {
    it.each(operations)('of operation %i leaves everything exactly once', async (operation) => {
      numbers += 1;
      const number = `K-${numbers}`;
      const sub = `sub-killed-${numbers}`;
      const task = await world.task(() => ({ operations: salesOperations(number, 4, sub) }), { subscriptionId: sub });
      die(operation);

      await expect(world.run('worker-old')).rejects.toThrow(Killed);
      vi.restoreAllMocks();
      await world.restart();
      await world.runToEnd();

      expect((await world.reload(task)).state).toBe('synced');
      await expectOnce(number, task);
    });
  });

  it('after its answer got lost too leaves everything exactly once', async () => {
    numbers += 1;
    const number = `K-${numbers}`;
    const sub = `sub-killed-${numbers}`;
    const task = await world.task(() => ({ operations: salesOperations(number, 4, sub) }), { subscriptionId: sub });
    await world.fault({ method: 'POST', path: 'ServiceAdjustments', kind: 'drop-after' });
    dieAt(world.module.get(OperationJournal), 'unsettledMs', 'before', 1);

    await expect(world.run('worker-old')).rejects.toThrow(Killed);
    vi.restoreAllMocks();
    await world.restart();
    await world.runToEnd();

    expect((await world.reload(task)).state).toBe('synced');
    await expectOnce(number, task);
  });

  it('holds the lease until it expires: nobody writes meanwhile', async () => {
    numbers += 1;
    const number = `K-${numbers}`;
    const sub = `sub-killed-${numbers}`;
    const task = await world.task(() => ({ operations: salesOperations(number, 4, sub) }), { subscriptionId: sub });
    dieAt(world.module.get(OperationJournal), 'begin', 'after', 2);
    await expect(world.run('worker-old')).rejects.toThrow(Killed);
    vi.restoreAllMocks();
    world.database.revive();

    expect((await world.run('worker-new')).kind).toBe('again');
    expect((await world.reload(task)).state).toBe('running');

    await world.letTimePass();
    await world.runToEnd();
    expect((await world.reload(task)).state).toBe('synced');
    await expectOnce(number, task);
  });

  async function expectOnce(contractNumber: string, task: { id: string; subscriptionId: string }): Promise<void> {
    const contracts = await world.autotask.rows('Contracts', {
      op: 'eq',
      field: 'contractNumber',
      value: contractNumber,
    });
    expect(contracts).toHaveLength(1);
    const lines = await world.autotask.rows('ContractServices', {
      op: 'eq',
      field: 'contractID',
      value: contracts[0]!.id,
    });
    expect(lines).toHaveLength(1);
    expect(await world.unitsOn(lines[0]!.id, TODAY)).toBe(4);
    expect((await world.ledger(lines[0]!.id)).map(({ kind, quantity }) => [kind, quantity])).toEqual([['share', 4]]);
    const applied = (await world.operations(task)).filter(({ state }) => state === 'applied');
    expect(applied.map(({ kind }) => kind)).toEqual(['createContract', 'createLine', 'adjustUnits']);
    const mapped = await world.database.sql<{ contract_id: number }>(
      'select contract_id from subscription_mapping where subscription_id = ?',
      [task.subscriptionId],
    );
    expect(mapped).toEqual([{ contract_id: contracts[0]!.id }]);
    expect((await world.log(task)).filter(({ action }) => action === 'task.synced')).toHaveLength(1);
  }
});
