import { beforeAll, describe, expect, inject, it } from 'vitest';
import { audit, noFindings } from './accounts.js';
import { pause } from './child.js';
import { KILLS, STOPS, TROUBLES } from './faults.js';
import { Person } from './person.js';
import { Random } from './random.js';
import { crashRuns, lastLine, type Outcome } from './runner.js';
import { EmbeddedStack, NpmStartStack, type Built } from './stack.js';
import { accept, World } from './world.js';

function built(): Built {
  const [folder, template] = [inject('crashBuild'), inject('databaseTemplate')];
  return { folder, ...(template ? { template } : {}) };
}

/**
 * FEATURES WIN-1 with real processes on the embedded stack: the product is killed, stopped and starved while it writes to
 * an Autotask that outlives it. `npm run crash` explores further.
 */
describe('whatever dies, whatever is lost', () => {
  const RUNS = 11;
  let outcome: Outcome;

  beforeAll(async () => {
    const stack = async () => await Promise.resolve(new EmbeddedStack(built()));
    // Two at a time: most of a run is waiting for leases and settle times to be over.
    outcome = await crashRuns({ runs: RUNS, seed: 1, troubles: 5, side: 2, stack });
    process.stdout.write(`${outcome.points} fault points in ${outcome.lives} lives\n${lastLine(outcome)}\n`);
  }, 900_000);

  it('doubles nothing, loses nothing and keeps the order', () => {
    expect(outcome.problems).toEqual([]);
    expect(lastLine(outcome)).toBe(`${RUNS} runs, 0 doubled, 0 lost, 0 out of order`);
  });

  it('was really put to the test', () => {
    expect(outcome.points).toBeGreaterThanOrEqual(60);
    expect(outcome.lives).toBeGreaterThanOrEqual(8);
    for (const { name } of TROUBLES) expect(outcome.byName.get(name), name).toBeGreaterThan(0);
    expect([...KILLS, ...STOPS].filter(({ name }) => outcome.byName.has(name)).length).toBeGreaterThanOrEqual(7);
  });
});

/** `npm start` with everything in one process, killed in the middle of a bulk sync. */
describe('npm start, killed and started again', () => {
  it('finishes the job', { timeout: 300_000 }, async () => {
    const stack = new NpmStartStack(built());
    try {
      await stack.start();
      const person = new Person(stack);
      const world = new World(person, new Random(4), () => stack.url);
      await world.begin();
      const sales = await world.trade(5);
      await world.check();
      for (const { id } of await world.tasksOf(sales)) await person.job((await accept(person, id as string)).jobId!);
      await world.pass(1);
      const placed = await world.trade(
        5,
        sales.map(({ line }) => line),
      );
      await world.check();
      // The third write of the run hangs in Autotask when the process dies.
      await person.sandbox('autotask', 'POST', '/faults', {
        method: 'POST',
        path: 'ServiceAdjustments$',
        skip: 2,
        kind: 'delay',
        ms: 900,
      });
      const taskIds = (await world.tasksOf(placed)).map(({ id }) => id as string);
      const { jobId } = await person.call('POST', `${world.c}/tasks/sync`, { taskIds });
      while ((await person.sandbox('autotask', 'GET', '/faults')).items.length > 0) await pause(5);
      await stack.killWriter();
      expect(await person.job(jobId as string)).toMatchObject({
        state: 'done',
        total: 5,
        done: 5,
        failed: 0,
        returned: 0,
      });
      expect(await audit(person, world)).toEqual(noFindings());
      expect(stack.lives).toBe(2);
    } finally {
      await stack.end();
    }
  });
});
