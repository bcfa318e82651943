import { expect, it } from 'vitest';
import { report, run } from './wanted.js';

it('with Autotask proration every customer is invoiced by Autotask’s rule from the day of each change', async () => {
  const outcome = await run({ histories: 200, months: 6, mode: 'autotask', seed: 1 });
  expect(outcome.differences, report(outcome)).toEqual([]);
  expect(outcome.stuck).toEqual([]);
  expect(outcome.lines).toBeGreaterThanOrEqual(outcome.histories);
}, 3_600_000);
