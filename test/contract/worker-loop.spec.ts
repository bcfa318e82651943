import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import Bull from 'bull';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppConfig } from '../../config/app-config.js';
import { BullTaskQueue } from '../../src/adapters/queue/bull-task-queue.js';
import { DatabaseTaskQueue, type QueueOptions } from '../../src/adapters/queue/database-task-queue.js';
import { jobKey } from '../../src/adapters/queue/local-runs.js';
import { redisOptions } from '../../src/adapters/queue/redis-options.js';
import { dueEnvelopes } from '../../src/platform/jobs/due-envelopes.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import { DONE, HANDED_BACK, WorkerLoop, type JobWork } from '../../src/platform/jobs/worker-loop.js';
import type { JobEnvelope, TaskQueue } from '../../src/ports/task-queue.port.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';
import { envelope, gate, until } from './task-queue.contract.js';

// Work breaks on purpose here.
Logger.overrideLogger(false);

const LEASE_MS = 60_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(async () => await db.close());
beforeEach(async () => void (await db.database.sql('delete from due_job')));

/** Where queues of several processes meet. */
interface Meeting {
  /** The queue of one more process. */
  queue(options: QueueOptions): Promise<TaskQueue>;
  /** A process takes the hint of this work and dies with it: the queue itself believes it is being worked on. */
  die(work: JobEnvelope): Promise<void>;
  /** Loses every hint that was given so far. */
  forget(): Promise<void>;
  end(): Promise<void>;
}

const due = async (): Promise<JobEnvelope[]> => await dueEnvelopes(db.database);

async function embedded(): Promise<Meeting> {
  return await Promise.resolve({
    queue: async (options) => await Promise.resolve(new DatabaseTaskQueue(due, options)),
    die: async () => await Promise.resolve(),
    // Hints live in the process that was told; another one never had them.
    forget: async () => await Promise.resolve(),
    end: async () => await Promise.resolve(),
  });
}

async function onRedis(url: string): Promise<Meeting> {
  const name = `loop-${randomUUID()}`;
  const open = (): Bull.Queue<JobEnvelope> =>
    new Bull<JobEnvelope>(name, { prefix: 'psa-sync-test', redis: redisOptions(url) });
  const own = open();
  await own.isReady();
  const forget = async (): Promise<void> => {
    const keys = await own.client.keys(`psa-sync-test:${name}:*`);
    if (keys.length > 0) await own.client.del(keys);
  };
  return {
    queue: async (options) => {
      const bull = open();
      await bull.isReady();
      return new BullTaskQueue(bull, due, options);
    },
    die: async (work) => {
      const bull = open();
      await bull.add(work.name, work, { jobId: jobKey(work) });
      expect(await bull.getNextJob()).toBeTruthy();
      await bull.close(true);
    },
    forget,
    end: async () => {
      await forget();
      await own.close();
    },
  };
}

async function request(jobs: DueJobs, work: JobEnvelope, at?: Date): Promise<void> {
  await jobs.request(work.name, work.installationId, work.connectionId, at);
}

/** What the loop behind every queue promises (DESIGN §8), whichever queue gives the hints. */
function workerLoopContract(title: string, meet: () => Promise<Meeting>): void {
  describe(`worker loop: ${title}`, () => {
    let meeting: Meeting;
    const queues: TaskQueue[] = [];
    const running: WorkerLoop[] = [];
    const gates: (() => void)[] = [];

    beforeEach(async () => {
      meeting = await meet();
    });
    afterEach(async () => {
      for (const open of gates.splice(0)) open();
      for (const loop of running.splice(0)) await loop.beforeApplicationShutdown();
      for (const queue of queues.splice(0)) await queue.stop();
      await meeting.end();
    });

    /** A process as far as due work is concerned. */
    async function worker(
      options: { role?: AppConfig['role']; leaseMs?: number; pollMs?: number } = {},
    ): Promise<{ due: DueJobs; loop: WorkerLoop }> {
      const queue = await meeting.queue({ concurrency: 4, pollMs: options.pollMs ?? 3_600_000 });
      queues.push(queue);
      const jobs = new DueJobs(db.database, queue);
      const config = { role: options.role ?? 'all', leaseMs: options.leaseMs ?? LEASE_MS } as AppConfig;
      return { due: jobs, loop: new WorkerLoop(jobs, queue, config) };
    }

    async function start(loop: WorkerLoop, check: JobWork): Promise<void> {
      loop.handle('check', check);
      await loop.onApplicationBootstrap();
      running.push(loop);
    }

    /** A gate that is opened at the end in any case. */
    function testGate(): ReturnType<typeof gate> {
      const made = gate();
      gates.push(made.open);
      return made;
    }

    it('works requests of its own process at once and those of others by looking', async () => {
      const { due, loop } = await worker({ pollMs: 20 });
      const web = await worker({ role: 'web' });
      const seen: string[] = [];
      await start(loop, async (job) => {
        seen.push(job.connectionId);
        return await Promise.resolve(DONE);
      });
      await web.loop.onApplicationBootstrap();
      const [own, others] = [envelope(), envelope()];
      await request(due, own);
      await request(web.due, others);
      await until(() => seen.length === 2);
      expect([...seen].sort()).toEqual([own.connectionId, others.connectionId].sort());
    });

    it('does nothing in the role web but ask', async () => {
      const { due, loop } = await worker({ role: 'web', pollMs: 5 });
      let runs = 0;
      await start(loop, async () => {
        runs += 1;
        return await Promise.resolve(DONE);
      });
      const work = envelope();
      await request(due, work);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await due.due()).toEqual([work]);
      expect(runs).toBe(0);
    });

    it('runs one of two requests at a time, and once more for those that came during the run', async () => {
      const { due, loop } = await worker();
      const { opened, open } = testGate();
      let [runs, atOnce, most] = [0, 0, 0];
      await start(loop, async () => {
        runs += 1;
        most = Math.max(most, ++atOnce);
        await opened;
        atOnce -= 1;
        return DONE;
      });
      const work = envelope();
      await request(due, work);
      await until(() => runs === 1);
      await request(due, work);
      await request(due, work);
      open();
      await until(async () => runs === 2 && (await due.due()).length === 0);
      expect(most).toBe(1);
    });

    it('keeps a claim alive for as long as the work takes', async () => {
      const { due, loop } = await worker({ leaseMs: 1500 });
      const { opened, open } = testGate();
      let runs = 0;
      await start(loop, async () => {
        runs += 1;
        await opened;
        return DONE;
      });
      const work = envelope();
      await request(due, work);
      await until(() => runs === 1);
      const [first] = await db.database.sql<{ until: Date }>('select claimed_until as until from due_job');
      await until(async () => {
        const [row] = await db.database.sql<{ late: boolean }>(
          `select claimed_until > ?::timestamptz + interval '600 milliseconds' as late from due_job`,
          [first!.until],
        );
        return row!.late;
      });
      expect(await due.claim(work, 'somebody else', LEASE_MS)).toBeUndefined();
      open();
    });

    it('tells work whose claim was taken over to stop, and leaves the new holder alone', async () => {
      const { due, loop } = await worker({ leaseMs: 90 });
      let told = false;
      await start(loop, async (_, { signal }) => {
        await db.database.sql(
          `update due_job set claimed_by = 'B', claimed_until = clock_timestamp() + interval '1 hour'`,
        );
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        told = true;
        return HANDED_BACK;
      });
      await request(due, envelope());
      await until(() => told);
      await loop.beforeApplicationShutdown();
      expect(await db.database.sql('select claimed_by from due_job')).toEqual([{ claimed_by: 'B' }]);
    });

    it('gives work that threw a rest and keeps it due', async () => {
      const { due, loop } = await worker();
      let runs = 0;
      await start(loop, async () => {
        runs += 1;
        return await Promise.reject(new Error('broken on purpose'));
      });
      const work = envelope();
      await request(due, work);
      await until(async () => {
        const rows = await db.database.sql('select 1 from due_job where claimed_by is null and not_before > now()');
        return rows.length === 1;
      });
      expect(runs).toBe(1);
      expect(await due.due()).toEqual([]);
      // A new request does not wait for the rest to end.
      await request(due, work);
      await until(() => runs === 2);
    });

    it('hands unfinished work back when it stops, for the next process at once', async () => {
      const { due, loop } = await worker();
      let begun = false;
      await start(loop, async (_, { signal }) => {
        begun = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return HANDED_BACK;
      });
      const work = envelope();
      await request(due, work);
      await until(() => begun);
      await loop.beforeApplicationShutdown();
      expect(await due.due()).toEqual([work]);
      const next = await worker();
      expect(await next.due.claim(work, 'next', LEASE_MS)).toMatchObject(work);
    });

    it('keeps work that nobody registered due instead of losing it', async () => {
      const { due, loop } = await worker();
      await start(loop, async () => await Promise.resolve(DONE));
      await request(due, envelope('import'));
      await until(async () => {
        const rows = await db.database.sql(
          'select 1 from due_job where requested_at is not null and claimed_by is null and not_before > now()',
        );
        return rows.length === 1;
      });
    });

    it('takes over what a killed process left when its claim has run out, and not before', async () => {
      const dead = await worker({ role: 'web' });
      const work = envelope();
      await meeting.die(work);
      await request(dead.due, work);
      const left = (await dead.due.claim(work, 'dead', 400))!;
      const [row] = await db.database.sql<{ until: string }>('select claimed_until::text as until from due_job');
      const { loop } = await worker({ pollMs: 20 });
      let late: boolean | undefined;
      await start(loop, async () => {
        [{ late }] = (await db.database.sql('select clock_timestamp() > ?::timestamptz as late', [row!.until])) as [
          { late: boolean },
        ];
        return DONE;
      });
      await until(async () => late !== undefined && (await dead.due.due()).length === 0);
      expect(late).toBe(true);
      // Back from the dead: its word counts for nothing any more.
      expect(await dead.due.renew(left, 'dead', LEASE_MS)).toBe(false);
    });

    it('loses nothing when every hint is lost', async () => {
      const web = await worker({ role: 'web' });
      const wanted = [envelope(), envelope(), envelope()];
      for (const work of wanted) await request(web.due, work);
      await meeting.forget();
      const { due: jobs, loop } = await worker({ pollMs: 20 });
      const seen: string[] = [];
      await start(loop, async (job) => {
        seen.push(job.connectionId);
        return await Promise.resolve(DONE);
      });
      await until(async () => seen.length >= 3 && (await jobs.due()).length === 0);
      expect([...seen].sort()).toEqual(wanted.map(({ connectionId }) => connectionId).sort());
    });

    it('runs the work of a connection in one of several processes at a time, however often it is asked for', async () => {
      const processes = [await worker({ pollMs: 10 }), await worker({ pollMs: 10 }), await worker({ pollMs: 10 })];
      let [runs, atOnce, most] = [0, 0, 0];
      for (const { loop } of processes)
        await start(loop, async () => {
          runs += 1;
          most = Math.max(most, ++atOnce);
          await db.database.sql('select pg_sleep(0.01)');
          atOnce -= 1;
          return DONE;
        });
      const work = envelope();
      for (let asked = 0; asked < 12; asked += 1) await request(processes[asked % 3]!.due, work);
      await until(async () => atOnce === 0 && (await due()).length === 0);
      expect(runs).toBeGreaterThan(0);
      expect(most).toBe(1);
    });

    it('goes on at once in another process with what one handed back when it stopped', async () => {
      const [first, second] = [await worker({ pollMs: 20 }), await worker({ pollMs: 20 })];
      let begun = false;
      await start(first.loop, async (_, { signal }) => {
        begun = true;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return HANDED_BACK;
      });
      const work = envelope();
      await request(first.due, work);
      await until(() => begun);
      const taken: string[] = [];
      await start(second.loop, async (job) => {
        taken.push(job.connectionId);
        return await Promise.resolve(DONE);
      });
      await first.loop.beforeApplicationShutdown();
      await until(async () => taken.length > 0 && (await due()).length === 0);
      expect(taken).toEqual([work.connectionId]);
    });
  });
}

workerLoopContract('embedded', embedded);

const REDIS = process.env.REDIS_URL;
if (REDIS) workerLoopContract('Bull on Redis', async () => await onRedis(REDIS));
