import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppConfig } from '../../config/app-config.js';
import { DatabaseTaskQueue } from '../../src/adapters/queue/database-task-queue.js';
import { dueEnvelopes } from '../../src/platform/jobs/due-envelopes.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import { DONE, HANDED_BACK, WorkerLoop, type JobWork } from '../../src/platform/jobs/worker-loop.js';
import type { JobEnvelope } from '../../src/ports/task-queue.port.js';
import { gate, until } from '../contract/task-queue.contract.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

// Work breaks on purpose here.
Logger.overrideLogger(false);

const LEASE_MS = 60_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(async () => await db.close());
beforeEach(async () => void (await db.database.sql('delete from due_job')));

/** A process as far as due work is concerned. */
function worker(options: { role?: AppConfig['role']; leaseMs?: number; pollMs?: number } = {}): {
  due: DueJobs;
  loop: WorkerLoop;
} {
  const queue = new DatabaseTaskQueue(() => dueEnvelopes(db.database), {
    concurrency: 4,
    pollMs: options.pollMs ?? 3_600_000,
  });
  const due = new DueJobs(db.database, queue);
  const config = { role: options.role ?? 'all', leaseMs: options.leaseMs ?? LEASE_MS } as AppConfig;
  return { due, loop: new WorkerLoop(due, queue, config) };
}

function envelope(name: JobEnvelope['name'] = 'check'): JobEnvelope {
  return { name, installationId: 'inst-1', connectionId: randomUUID() };
}

async function request(due: DueJobs, { name, installationId, connectionId }: JobEnvelope, at?: Date): Promise<void> {
  await due.request(name, installationId, connectionId, at);
}

const inOneHour = (): Date => new Date(Date.now() + 3_600_000);

describe('due rows', () => {
  it('are claimed by one of two processes', async () => {
    const [a, b] = [worker(), worker()];
    const work = envelope();
    await request(a.due, work);
    const claims = await Promise.all([a.due.claim(work, 'A', LEASE_MS), b.due.claim(work, 'B', LEASE_MS)]);
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
    expect(await a.due.due()).toEqual([]);
  });

  it('are taken over when the lease of their holder has run out, who then can no longer end them', async () => {
    const { due } = worker();
    const work = envelope();
    await request(due, work);
    const first = (await due.claim(work, 'A', 1))!;
    await until(async () => (await due.due()).length === 1);
    expect(await due.renew(first, 'A', LEASE_MS)).toBe(false);
    expect(await due.claim(work, 'B', LEASE_MS)).toMatchObject(work);
    await due.finish(first, 'A');
    expect(await due.claim(work, 'C', LEASE_MS)).toBeUndefined();
    expect(await db.database.sql('select claimed_by from due_job')).toEqual([{ claimed_by: 'B' }]);
  });

  it('stay due when they are asked for again while their work runs', async () => {
    const { due } = worker();
    const work = envelope();
    await request(due, work);
    const claim = (await due.claim(work, 'A', LEASE_MS))!;
    await request(due, work);
    expect(await due.finish(claim, 'A')).toBe(true);
    expect(await due.due()).toEqual([work]);
  });

  it('are no longer due once their work has ended', async () => {
    const { due } = worker();
    const work = envelope();
    await request(due, work);
    const claim = (await due.claim(work, 'A', LEASE_MS))!;
    expect(await due.finish(claim, 'A')).toBe(false);
    expect(await due.due()).toEqual([]);
    expect(await due.claim(work, 'A', LEASE_MS)).toBeUndefined();
  });

  it('wait for their time, and a request for now is not put off by one for later', async () => {
    const { due } = worker();
    const [later, now] = [envelope(), envelope()];
    await request(due, later, inOneHour());
    await request(due, now);
    await request(due, now, inOneHour());
    expect(await due.due()).toEqual([now]);
    await request(due, later);
    expect(await due.due()).toHaveLength(2);
  });

  it('rest until the time their own work asked for', async () => {
    const { due } = worker();
    const work = envelope();
    await request(due, work);
    const claim = (await due.claim(work, 'A', LEASE_MS))!;
    await request(due, work, inOneHour());
    expect(await due.finish(claim, 'A')).toBe(false);
    expect(await due.due()).toEqual([]);
    await request(due, work);
    const again = (await due.claim(work, 'A', LEASE_MS))!;
    expect(await due.finish(again, 'A', inOneHour())).toBe(false);
    expect(await db.database.sql('select requested_at from due_job where requested_at is null')).toEqual([]);
  });
});

describe('worker loop', () => {
  const running: WorkerLoop[] = [];

  async function start(loop: WorkerLoop, check: JobWork): Promise<void> {
    loop.handle('check', check);
    await loop.onApplicationBootstrap();
    running.push(loop);
  }

  beforeEach(async () => {
    for (const loop of running.splice(0)) await loop.beforeApplicationShutdown();
  });

  it('works requests of its own process at once and those of others by looking', async () => {
    const { due, loop } = worker({ pollMs: 20 });
    const web = worker({ role: 'web' });
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
    const { due, loop } = worker({ role: 'web', pollMs: 5 });
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
    const { due, loop } = worker();
    const { opened, open } = gate();
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
    const { due, loop } = worker({ leaseMs: 1500 });
    const { opened, open } = gate();
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
    const { due, loop } = worker({ leaseMs: 90 });
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
    const { due, loop } = worker();
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
    const { due, loop } = worker();
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
    expect(await worker().due.claim(work, 'next', LEASE_MS)).toMatchObject(work);
  });

  it('keeps work that nobody registered due instead of losing it', async () => {
    const { due, loop } = worker();
    await start(loop, async () => await Promise.resolve(DONE));
    await request(due, envelope('import'));
    await until(async () => {
      const rows = await db.database.sql(
        'select 1 from due_job where requested_at is not null and claimed_by is null and not_before > now()',
      );
      return rows.length === 1;
    });
  });
});
