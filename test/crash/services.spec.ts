import { beforeAll, describe, expect, inject, it } from 'vitest';
import { crashRuns, lastLine, type Outcome } from './runner.js';
import { ServerStack } from './servers.js';

const built = () => ({ folder: inject('crashBuild') });

/** FEATURES WIN-1 on servers: one web process and three workers, of which one runs ahead of time and one behind. */
describe('whatever dies among several processes', () => {
  const RUNS = 8;
  let outcome: Outcome;

  beforeAll(async () => {
    const stack = async () => await Promise.resolve(new ServerStack(built()));
    outcome = await crashRuns({ runs: RUNS, seed: 7, troubles: 4, stack });
    process.stdout.write(`${outcome.points} fault points in ${outcome.lives} lives\n${lastLine(outcome)}\n`);
  }, 600_000);

  it('doubles nothing, loses nothing and keeps the order', () => {
    expect(outcome.problems).toEqual([]);
    expect(lastLine(outcome)).toBe(`${RUNS} runs, 0 doubled, 0 lost, 0 out of order`);
  });

  it('was really put to the test', () => {
    expect(outcome.points).toBeGreaterThanOrEqual(RUNS * 4);
    for (const name of ['Redis was emptied', 'Redis died and came back', 'PostgreSQL died and came back'])
      expect(outcome.byName.get(name), name).toBeGreaterThan(0);
    expect(outcome.byName.get('two workers raced for a connection')).toBeGreaterThan(0);
  });
});
