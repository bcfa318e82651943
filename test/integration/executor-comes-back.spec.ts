import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ForgottenWork } from '../../src/modules/sync-task/execution/forgotten-work.service.js';
import { OperationJournal } from '../../src/modules/sync-task/execution/operation-journal.service.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import { salesOperations } from './executor-operations.js';
import { World } from './executor-world.js';

/** DESIGN §1, rule 1: the rows are the truth, so an accepted task is never waited for in vain. */
describe('somebody always comes back', () => {
  let world: World;
  let numbers = 0;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => await world.close());
  afterEach(() => vi.restoreAllMocks());

  const sale = async () => {
    numbers += 1;
    const subscriptionId = `sub-back-${numbers}`;
    return await world.task(() => ({ operations: salesOperations(`B-${numbers}`, 4, subscriptionId) }), {
      subscriptionId,
    });
  };
  const isAsked = async () => (await world.module.get(DueJobs).due()).some(({ name }) => name === 'sync');

  it('also for a task whose waiting ended while its run was still busy', async () => {
    const task = await sale();
    await world.fault({ method: 'POST', path: 'Contracts$', times: 1, kind: 'drop-before' });
    // The rest of the settle time is over before the run has come to its end.
    vi.spyOn(world.module.get(OperationJournal), 'unsettledMs').mockResolvedValue(1);
    expect(await world.run()).toMatchObject({ kind: 'again' });
    vi.restoreAllMocks();
    await world.runToEnd();
    expect((await world.reload(task)).state).toBe('synced');
  });

  it('for accepted tasks that nobody was asked to run, once', async () => {
    await world.database.sql('delete from due_job');
    const task = await sale();
    expect(await isAsked()).toBe(false);
    expect(await world.module.get(ForgottenWork).findAgain()).toBe(1);
    expect(await isAsked()).toBe(true);
    expect(await world.module.get(ForgottenWork).findAgain()).toBe(0);
    await world.runToEnd();
    expect((await world.reload(task)).state).toBe('synced');
    await world.database.sql('delete from due_job');
    expect(await world.module.get(ForgottenWork).findAgain()).toBe(0);
  });

  it('for a write without outcome whose task has left the queue', async () => {
    const task = await sale();
    await world.fault({ method: 'POST', path: 'Contracts$', times: 1, kind: 'drop-after' });
    vi.spyOn(world.module.get(OperationJournal), 'settle').mockResolvedValue(false);
    await world.run();
    vi.restoreAllMocks();
    await world.database.sql(`update sync_task set state = 'superseded', confirmed_hash = null where id = ?`, [
      task.id,
    ]);
    await world.database.sql('delete from due_job');
    expect(await world.module.get(ForgottenWork).findAgain()).toBe(1);
    await world.runToEnd();
    expect((await world.operations(task)).map(({ state }) => state)).toEqual(['applied']);
  });
});
