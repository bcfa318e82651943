import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseTaskQueue } from '../../src/adapters/queue/database-task-queue.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../src/platform/jobs/job-runs.service.js';
import { jobView } from '../../src/platform/jobs/job-view.js';
import { Problem } from '../../src/platform/http/problem.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

let db: TestDatabase;
let due: DueJobs;
let jobs: JobRuns;

beforeAll(async () => {
  db = await openTestDatabase();
  due = new DueJobs(
    db.database,
    new DatabaseTaskQueue(async () => await Promise.resolve([]), { concurrency: 1, pollMs: 3_600_000 }),
  );
  jobs = new JobRuns(db.database, due);
});
afterAll(async () => await db.close());
beforeEach(async () => {
  await db.database.sql('delete from due_job');
  await db.database.sql('delete from job');
});

const connection = (installationId = 'inst-1') => ({ installationId, id: randomUUID() });

async function problemOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'no problem',
    (error: unknown) => (error as Problem).code,
  );
}

describe('jobs people watch', () => {
  it('join the open check of a connection, also when two ask at the same moment', async () => {
    const of = connection();
    const asked = await Promise.all([1, 2, 3].map(async () => await jobs.request('check', of, 'user-1', {})));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
    expect(await due.due()).toHaveLength(1);
    const other = await jobs.request('check', connection(), 'user-1', {});
    expect(other.id).not.toBe(asked[0]!.id);
  });

  it('join a running check without asking for another run, and open a new one once it has ended', async () => {
    const of = connection();
    const first = await jobs.request('check', of, 'user-1', {});
    const claim = (await due.claim({ name: 'check', installationId: 'inst-1', connectionId: of.id }, 'A', 60_000))!;
    await jobs.start(first);
    expect((await jobs.request('check', of, 'user-2', {})).id).toBe(first.id);
    await jobs.finish(first.id, 'inst-1', { state: 'done', result: { newTasks: 2 } });
    expect(await due.finish(claim, 'A')).toBe(false);
    const next = await jobs.request('check', of, 'user-2', {});
    expect(next.id).not.toBe(first.id);
    expect(await due.due()).toHaveLength(1);
    expect(jobView(await jobs.get(first.id, 'inst-1'))).toMatchObject({ state: 'done', result: { newTasks: 2 } });
  });

  it('of other kinds are opened each time', async () => {
    const of = connection();
    const [first, second] = [await jobs.open('bulk', of, 'u', {}), await jobs.open('bulk', of, 'u', {})];
    expect(first.id).not.toBe(second.id);
  });

  it('account for everything at every moment, and no count falls', async () => {
    const job = await jobs.open('bulk', connection(), 'u', {});
    const view = async () => jobView(await jobs.get(job.id, 'inst-1'));
    const steps = [
      { total: 10, step: 'Working' },
      { done: 4 },
      { done: 2, failed: 1 },
      { returned: 3 },
      { done: 9 },
      { total: 5 },
    ];
    let done = 0;
    for (const step of steps) {
      await jobs.progress(job.id, 'inst-1', step);
      const seen = await view();
      expect(seen.done + seen.failed + seen.returned + seen.left).toBe(seen.total);
      expect(seen.done).toBeGreaterThanOrEqual(done);
      expect(seen.left).toBeGreaterThanOrEqual(0);
      done = seen.done;
    }
    expect(await view()).toMatchObject({ total: 13, done: 9, failed: 1, returned: 3, left: 0, step: 'Working' });
    await Promise.all([1, 2, 3].map(async () => await jobs.advance(job.id, 'inst-1', { done: 1, total: 2 })));
    expect(await view()).toMatchObject({ total: 19, done: 12, left: 3 });
  });

  it('are stopped in word at once, and the run learns it from its next step', async () => {
    const job = await jobs.open('bulk', connection(), 'u', {});
    await jobs.start(job);
    expect(await jobs.progress(job.id, 'inst-1', { total: 3, done: 1 })).toBe('running');
    await jobs.stop(job.id, 'inst-1');
    expect(await jobs.progress(job.id, 'inst-1', { done: 2 })).toBe('stopped');
    await jobs.stop(job.id, 'inst-1');
    await jobs.finish(job.id, 'inst-1', { state: 'done', result: { synced: 2 } });
    expect(jobView(await jobs.get(job.id, 'inst-1'))).toMatchObject({
      state: 'stopped',
      done: 2,
      left: 1,
      result: { synced: 2 },
    });
  });

  it('cannot be stopped after their end', async () => {
    const job = await jobs.open('bulk', connection(), 'u', {});
    await jobs.finish(job.id, 'inst-1', { state: 'failed', failure: { code: 'X', message: 'It broke.' } });
    expect(await problemOf(jobs.stop(job.id, 'inst-1'))).toBe('JOB_ENDED');
    expect(jobView(await jobs.get(job.id, 'inst-1'))).toMatchObject({
      state: 'failed',
      failure: { code: 'X', message: 'It broke.' },
    });
  });

  it('of another installation do not exist', async () => {
    const job = await jobs.open('bulk', connection('inst-2'), 'u', {});
    expect(await problemOf(jobs.get(job.id, 'inst-1'))).toBe('NOT_FOUND');
    expect(await problemOf(jobs.stop(job.id, 'inst-1'))).toBe('NOT_FOUND');
    expect(await jobs.progress(job.id, 'inst-1', { done: 5 })).toBeUndefined();
    expect((await jobs.get(job.id, 'inst-2')).done).toBe(0);
  });

  it('stay open while more was asked for', async () => {
    const job = await jobs.open('check', connection(), 'u', { sweep: true });
    await jobs.start(job);
    expect(await jobs.finish(job.id, 'inst-1', { state: 'done' }, 'sweep')).toBe(false);
    expect((await jobs.get(job.id, 'inst-1')).state).toBe('running');
    expect(await jobs.finish(job.id, 'inst-1', { state: 'done' })).toBe(true);
    expect((await jobs.get(job.id, 'inst-1')).state).toBe('done');
  });
});
