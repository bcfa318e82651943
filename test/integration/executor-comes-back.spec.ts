import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ForgottenWork } from '../../src/modules/sync-task/execution/forgotten-work.service.js';
import { OperationJournal } from '../../src/modules/sync-task/execution/operation-journal.service.js';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import type { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { TaskReplanner } from '../../src/modules/sync-task/task-replanner.service.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../src/platform/jobs/job-runs.service.js';
import { salesOperations, unitsOperation } from './executor-operations.js';
import { TODAY, World } from './executor-world.js';

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

  describe('in a queue of one subscription', () => {
    /** So many tasks of a new subscription that a job waits for; none is accepted but by its turn. */
    async function queue(length: number): Promise<SyncTask[]> {
      const contractId = await world.autotask.contract();
      const line = await world.autotask.line(contractId);
      numbers += 1;
      const subscriptionId = `sub-back-${numbers}`;
      const job = await world.module.get(JobRuns).open('sync', world.connection, 'user-1', {});
      await world.database.sql('update job set total = ? where id = ?', [length, job.id]);
      const tasks: SyncTask[] = [];
      for (let at = 0; at < length; at += 1) {
        const date = addDays(TODAY, at);
        const operations = [unitsOperation(contractId, line, 1, { date, sub: subscriptionId, share: at + 1 })];
        tasks.push(
          await world.task(() => ({ operations }), {
            subscriptionId,
            contractId,
            effectiveDate: date,
            state: 'pending',
            confirmed: undefined,
            jobId: job.id,
          }),
        );
      }
      return tasks;
    }
    const states = async (tasks: readonly SyncTask[]) =>
      await Promise.all(tasks.map(async (task) => (await world.reload(task)).state));

    it('for the next one, though somebody planned it while the one before it ended', async () => {
      const tasks = await queue(2);
      const planner = world.planner;
      const replanner = world.module.get(TaskReplanner);
      const original = planner.plan.bind(planner);
      await replanner.replanOpen(world.connection, [tasks[0]!.subscriptionId]);
      vi.spyOn(planner, 'plan').mockImplementationOnce(async (...values) => {
        const planned = await original(...values);
        // A check plans the second one as held; the executor ends the first one, and has not looked for the next yet.
        vi.spyOn(replanner, 'replanWaiting').mockResolvedValueOnce({ confirmed: 0 });
        await world.run();
        return planned;
      });
      await replanner.replanOpen(world.connection, [tasks[1]!.subscriptionId]);
      vi.restoreAllMocks();
      await world.runToEnd();
      expect(await states(tasks)).toEqual(['synced', 'synced']);
    });

    it('for the next one, when the one before it turns out to be none of Autotask’s business', async () => {
      const tasks = await queue(2);
      world.planner.scripts.set(tasks[0]!.id, () => ({ operations: [], notSupported: 'Autotask knows no names.' }));
      await world.runToEnd();
      expect(await states(tasks)).toEqual(['not_supported', 'synced']);
      expect(await world.module.get(JobRuns).state(tasks[0]!.jobId!, world.installationId)).toBe('done');
    });

    it('with a new plan, when a mapping was saved while the old one was made', async () => {
      const [task] = await queue(1);
      const planner = world.planner;
      const replanner = world.module.get(TaskReplanner);
      const original = planner.plan.bind(planner);
      const plans = vi.spyOn(planner, 'plan').mockImplementationOnce(async (...values) => {
        const planned = await original(...values);
        await replanner.markForPlanning(world.connection, { customerIds: [task!.customerId] });
        return planned;
      });
      await replanner.replanOpen(world.connection, [task!.subscriptionId]);
      expect(plans).toHaveBeenCalledTimes(2);
      vi.restoreAllMocks();
      await world.runToEnd();
      expect(await states([task!])).toEqual(['synced']);
    });

    it('and plans each one a few times only, however long the queue is', async () => {
      const LENGTH = 12;
      const tasks = await queue(LENGTH);
      const planner = world.planner;
      const original = planner.plan.bind(planner);
      let plans = 0;
      vi.spyOn(planner, 'plan').mockImplementation(async (...values) => {
        plans += values[1].length;
        return await original(...values);
      });
      await world.runToEnd();
      expect(await states(tasks)).toEqual(tasks.map(() => 'synced'));
      expect(plans).toBeLessThanOrEqual(LENGTH * 4);
    });
  });
});
