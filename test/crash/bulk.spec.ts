import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { audit, noFindings } from './accounts.js';
import { pause } from './child.js';
import { Person } from './person.js';
import { Random } from './random.js';
import { ServerStack } from './servers.js';
import { accept, World } from './world.js';

const built = () => ({ folder: inject('crashBuild') });

/**
 * FEATURES TSK-8 and DESIGN §7: three resellers on one Autotask instance, three workers, one limit of three requests per
 * endpoint; and Redis goes away in the middle. BULK_TASKS says how many tasks.
 */
describe('a bulk sync by three workers within the limits of one Autotask', () => {
  const TASKS = Number(process.env.BULK_TASKS);
  const RESELLERS = 3;
  const REDIS_AWAY_MS = 60_000;
  let stack: ServerStack;

  beforeAll(async () => {
    stack = new ServerStack(built());
    await stack.start();
  }, 300_000);
  afterAll(async () => await stack.end(), 60_000);

  it('accounts for every task at every moment and never sends a fourth request', { timeout: 1_500_000 }, async () => {
    const resellers: { person: Person; world: World; ids: string[] }[] = [];
    for (let part = 0; part < RESELLERS; part += 1) {
      const person = new Person(stack);
      const world = new World(person, new Random(part), () => stack.url);
      await world.begin(part, RESELLERS);
      resellers.push({ person, world, ids: [] });
    }
    const share = Math.ceil(TASKS / RESELLERS);
    for (const { person, world } of resellers) {
      // Every line is sold, one product after the other, so that a customer has one contract.
      while (world.lines.some(({ changes }) => changes.length === 0)) {
        const sales = await world.trade(
          100,
          world.lines.filter(({ changes }) => changes.length === 0),
        );
        await world.check();
        for (const { id } of await world.tasksOf(sales)) await person.job((await accept(person, id as string)).jobId!);
        await world.pass(1);
      }
    }
    const days = Math.max(...resellers.map(({ world }) => Math.ceil(share / world.lines.length)));
    const orders = resellers.map(() => [] as { line: any; orderNumber: string }[]);
    for (let day = 0; day < days; day += 1) {
      await resellers[0]!.world.pass(1 + (day === 0 ? 20 : 0));
      for (const [index, { world }] of resellers.entries())
        for (const line of world.lines.slice(0, share - orders[index]!.length))
          orders[index]!.push(await world.raise(line));
    }
    for (const [index, reseller] of resellers.entries()) {
      await reseller.world.check();
      reseller.ids = (await reseller.world.tasksOf(orders[index]!)).map(({ id }) => id as string);
    }
    const autotask = resellers[0]!.person;
    await autotask.sandbox('autotask', 'PUT', '/limits', { latencyMs: 10, currentTimeframeRequestCount: 0 });
    await autotask.sandbox('autotask', 'DELETE', '/requests');

    const startedAt = Date.now();
    const jobs = await Promise.all(
      resellers.map(async ({ person, world, ids }) => {
        const { jobId, accepted } = await person.call('POST', `${world.c}/tasks/sync`, { taskIds: ids });
        expect(accepted).toBe(ids.length);
        return { person, jobId: jobId as string, done: 0, state: 'queued' };
      }),
    );
    let redis = 'here';
    let tookMs = 0;
    for (
      const deadline = Date.now() + 1_200_000;
      jobs.some(({ state }) => state !== 'done') && Date.now() < deadline;
    ) {
      for (const job of jobs) {
        const { total, done, failed, returned, left, state } = await job.person.call('GET', `/jobs/${job.jobId}`);
        expect(done + failed + returned + left).toBe(total);
        expect(left).toBeGreaterThanOrEqual(0);
        expect(done).toBeGreaterThanOrEqual(job.done);
        Object.assign(job, { done, state });
      }
      if (redis === 'here' && jobs.reduce((sum, { done }) => sum + done, 0) > TASKS / 10) {
        redis = 'gone';
        await stack.restartRedisUnwatched(Math.min(REDIS_AWAY_MS, TASKS * 100));
      }
      tookMs = Date.now() - startedAt;
      await pause(200);
    }
    expect(jobs.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(jobs.reduce((sum, { done }) => sum + done, 0)).toBe(orders.flat().length);

    const { total, items } = await autotask.sandbox('autotask', 'GET', '/requests');
    const { externalRequestThreshold } = await autotask.sandbox('autotask', 'GET', '/limits');
    process.stdout.write(
      `${orders.flat().length} tasks in ${Math.round(tookMs / 1000)} s, ${total} requests (budget ${externalRequestThreshold / 2})\n`,
    );
    expect(items.filter(({ status }: any) => status === 429)).toEqual([]);
    expect(total).toBeLessThan(externalRequestThreshold / 2);
    for (const { person, world } of resellers) expect(await audit(person, world)).toEqual(noFindings());
  });
});
