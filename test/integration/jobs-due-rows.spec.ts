import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseTaskQueue } from '../../src/adapters/queue/database-task-queue.js';
import { dueEnvelopes } from '../../src/platform/jobs/due-envelopes.js';
import { DueJobs } from '../../src/platform/jobs/due-jobs.service.js';
import type { JobEnvelope } from '../../src/ports/task-queue.port.js';
import { until } from '../contract/task-queue.contract.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

const LEASE_MS = 60_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(async () => await db.close());
beforeEach(async () => void (await db.database.sql('delete from due_job')));

/** A process as far as due work is concerned; its queue is never started. */
function worker(): { due: DueJobs } {
  const queue = new DatabaseTaskQueue(() => dueEnvelopes(db.database), { concurrency: 4, pollMs: 3_600_000 });
  return { due: new DueJobs(db.database, queue) };
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
