import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import type { SyncTask } from '../../src/modules/sync-task/sync-task.entity.js';
import { Job } from '../../src/platform/jobs/job.entities.js';
import { JobRuns } from '../../src/platform/jobs/job-runs.service.js';
import { unitsOperation } from './executor-operations.js';
import { TODAY, World } from './executor-world.js';

const SUBSCRIPTIONS = 50;
/** Tasks of a subscription, each on a day of its own. */
const EACH = 10;
/** Which task of these subscriptions asks for something Autotask refuses. */
const POISONED = new Map([
  [7, 0],
  [23, 4],
  [41, 9],
]);

/** FEATURES TSK-5: a list of 500 tasks, three of which can never be written. */
describe('a long list with a few poisoned tasks', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => await world.close());

  it('ends with exactly their subscriptions held', { timeout: 240_000 }, async () => {
    const job = await world.module.get(JobRuns).open('sync', world.connection, 'user-1', {});
    await world.database.sql('update job set total = 500 where id = ?', [job.id]);
    const lines: { line: number; tasks: SyncTask[] }[] = [];
    for (let at = 0; at < SUBSCRIPTIONS; at += 1) lines.push(await subscription(world, at, job.id));
    expect(lines.flatMap(({ tasks }) => tasks)).toHaveLength(500);

    await world.runToEnd();

    for (const [index, { line, tasks }] of lines.entries()) {
      const states = await Promise.all(tasks.map(async (task) => await world.reload(task)));
      const poisoned = POISONED.get(index) ?? EACH;
      expect(
        states.map(({ state }) => state),
        `subscription ${index}`,
      ).toEqual(tasks.map((_, at) => (at < poisoned ? 'synced' : at === poisoned ? 'failed' : 'ready')));
      // Held: nobody's word stands any more, and somebody must say it again after the failure is mended.
      for (const held of states.slice(poisoned + 1)) expect(held.confirmedHash).toBeNull();
      expect(await world.unitsOn(line, addDays(TODAY, EACH + 1))).toBe(poisoned * 2);
    }
    const held = [...POISONED.values()].reduce((sum, at) => sum + EACH - at - 1, 0);
    expect(await world.database.unit().findOneOrFail(Job, { id: job.id })).toMatchObject({
      state: 'done',
      total: 500,
      done: 500 - 3 - held,
      failed: 3,
      returned: held,
    });
  });
});

async function subscription(world: World, index: number, jobId: string): Promise<{ line: number; tasks: SyncTask[] }> {
  const contractId = await world.autotask.contract();
  const line = await world.autotask.line(contractId);
  const sub = `sub-${index}`;
  const tasks: SyncTask[] = [];
  for (let at = 0; at < EACH; at += 1) {
    const date = addDays(TODAY, at);
    const change = POISONED.get(index) === at ? -1000 : 2;
    const operations = [unitsOperation(contractId, line, change, { date, sub, share: (at + 1) * 2 })];
    tasks.push(
      await world.task(() => ({ operations }), { contractId, subscriptionId: sub, effectiveDate: date, jobId }),
    );
  }
  return { line, tasks };
}
