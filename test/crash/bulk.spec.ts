import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { audit, noFindings } from './accounts.js';
import { pause } from './child.js';
import { Person } from './person.js';
import { Random } from './random.js';
import { ServerStack } from './servers.js';
import { accept, World, type Placed } from './world.js';

const built = () => ({ folder: inject('crashBuild') });

/** A reseller with customers of its own, and the changes that are to be synced at once. */
interface Reseller {
  person: Person;
  world: World;
  orders: Placed[];
}

/** A bulk job as it was last seen. */
interface Watched {
  person: Person;
  jobId: string;
  done: number;
  state: string;
}

/**
 * FEATURES TSK-8 and DESIGN §7: three resellers on one Autotask instance, three workers, one limit of three requests per
 * endpoint; and Redis goes away in the middle. BULK_TASKS says how many tasks.
 */
describe('a bulk sync by three workers within the limits of one Autotask', () => {
  const TASKS = Number(process.env.BULK_TASKS);
  const RESELLERS = 3;
  /** An order from before the previous period would ask a person whether it still counts from its day. */
  const MOST_DAYS = 28;
  /** A minute, unless the whole work is short: some of it must be left when Redis is back. */
  const REDIS_AWAY_MS = Math.min(60_000, TASKS * 30);
  let stack: ServerStack;

  beforeAll(async () => {
    stack = new ServerStack(built());
    await stack.start();
  }, 300_000);
  afterAll(async () => await stack.end(), 60_000);

  it('accounts for every task at every moment and never sends a fourth request', { timeout: 3_600_000 }, async () => {
    const startedAt = Date.now();
    const say = (what: string): void => {
      process.stdout.write(`${Math.round((Date.now() - startedAt) / 1000)} s: ${what}\n`);
    };
    const resellers = await openResellers();
    await sellEverything(resellers);
    say('every line is sold');
    await raiseLines(resellers);
    say(`${TASKS} changes are ordered`);
    // One marketplace: each reseller is told of everybody's orders.
    await Promise.all(resellers.map(async ({ world }) => await world.check(1800)));
    say('every change has its task');
    const autotask = resellers[0]!.person;
    await autotask.sandbox('autotask', 'PUT', '/limits', { latencyMs: 10, currentTimeframeRequestCount: 0 });
    await autotask.sandbox('autotask', 'DELETE', '/requests');
    await stack.forgetRequests();

    const begunAt = Date.now();
    const jobs = await Promise.all(resellers.map(syncAll));
    let redisAwayFrom: number | undefined;
    let doneWithoutRedis = 0;
    for (let told = 0; jobs.some(({ state }) => state !== 'done');) {
      for (const job of jobs) await look(job);
      const done = sum(jobs);
      if (redisAwayFrom === undefined && done > TASKS / 10) {
        redisAwayFrom = done;
        await stack.restartRedisUnwatched(REDIS_AWAY_MS);
      }
      if (redisAwayFrom !== undefined && !stack.isRedisHere) doneWithoutRedis = done - redisAwayFrom;
      if (done >= told + TASKS / 10) say(`${(told = done)} are done`);
      await pause(200);
    }
    const tookMs = Date.now() - begunAt;
    const { total, items } = await autotask.sandbox('autotask', 'GET', '/requests');
    const { externalRequestThreshold, threadLimit } = await autotask.sandbox('autotask', 'GET', '/limits');
    say(
      `${TASKS} tasks in ${Math.round(tookMs / 1000)} s, ${doneWithoutRedis} of them without Redis; ${total} requests ` +
        `(budget ${externalRequestThreshold / 2})`,
    );

    expect(sum(jobs)).toBe(TASKS);
    expect(doneWithoutRedis).toBeGreaterThan(0);
    expect(TASKS - (redisAwayFrom ?? TASKS) - doneWithoutRedis, 'done when Redis was back').toBeGreaterThan(0);
    // The sandbox refuses a fourth request at once, and one above the hour's threshold.
    expect(threadLimit).toBe(3);
    expect(items.filter(({ status }: { status: number }) => status !== 200)).toEqual([]);
    expect(total).toBeLessThan(externalRequestThreshold / 2);
    for (const { person, world, orders } of resellers) {
      const states = (await world.tasksOf(orders)).map(({ state }) => state as string);
      expect(new Set(states)).toEqual(new Set(['synced']));
      expect(await audit(person, world)).toEqual(noFindings());
    }
  });

  async function openResellers(): Promise<Reseller[]> {
    const resellers: Reseller[] = [];
    for (let part = 0; part < RESELLERS; part += 1) {
      const person = new Person(stack);
      const world = new World(person, new Random(part), () => stack.url);
      await world.begin(part, RESELLERS, true);
      resellers.push({ person, world, orders: [] });
    }
    return resellers;
  }

  /** One product after the other, so that a customer has one contract. */
  async function sellEverything(resellers: readonly Reseller[]): Promise<void> {
    const unsold = ({ world }: Reseller) => world.lines.filter(({ changes }) => changes.length === 0);
    while (resellers.some((reseller) => unsold(reseller).length > 0)) {
      await Promise.all(
        resellers.map(async (reseller) => {
          const { person, world } = reseller;
          const sales = await world.trade(100, unsold(reseller));
          await world.check();
          for (const { id } of await world.tasksOf(sales))
            await person.job((await accept(person, id as string)).jobId!);
        }),
      );
      await passDays(resellers, 1);
    }
  }

  /** Each day one more of every line, until there are as many orders as asked for. */
  async function raiseLines(resellers: readonly Reseller[]): Promise<void> {
    const lines = resellers.reduce((all, { world }) => all + world.lines.length, 0);
    if (TASKS > lines * MOST_DAYS) throw new Error(`${lines} lines take no more than ${lines * MOST_DAYS} tasks.`);
    await passDays(resellers, 20);
    for (let left = TASKS; left > 0;) {
      await passDays(resellers, 1);
      for (const { world, orders } of resellers)
        for (const line of world.lines.slice(0, left)) {
          orders.push(await world.raise(line));
          left -= 1;
        }
    }
  }

  /** They share one calendar: whoever lets days pass, lets them pass for all. */
  async function passDays([first]: readonly Reseller[], days: number): Promise<void> {
    await first!.world.pass(days);
  }

  async function syncAll({ person, world, orders }: Reseller): Promise<Watched> {
    const taskIds = (await world.tasksOf(orders)).map(({ id }) => id as string);
    const { jobId, accepted } = await person.call('POST', `${world.c}/tasks/sync`, { taskIds });
    expect(accepted).toBe(taskIds.length);
    return { person, jobId: jobId as string, done: 0, state: 'queued' };
  }

  /** FEATURES TSK-8 at one moment. */
  async function look(job: Watched): Promise<void> {
    const { total, done, failed, returned, left, state } = await job.person.call('GET', `/jobs/${job.jobId}`);
    expect(done + failed + returned + left).toBe(total);
    expect(left).toBeGreaterThanOrEqual(0);
    expect(done).toBeGreaterThanOrEqual(job.done);
    expect([failed, returned]).toEqual([0, 0]);
    Object.assign(job, { done, state });
  }
});

const sum = (jobs: readonly Watched[]): number => jobs.reduce((all, { done }) => all + done, 0);
