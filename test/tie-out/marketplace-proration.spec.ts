import { expect, it } from 'vitest';
import { report, run } from './wanted.js';

it('with marketplace proration every customer is invoiced what the marketplace sold, to the cent', async () => {
  const outcome = await run({ histories: 200, months: 6, mode: 'marketplace', seed: 1 });
  expect(outcome.differences, report(outcome)).toEqual([]);
  expect(outcome.stuck).toEqual([]);
  expect(outcome.lines).toBeGreaterThanOrEqual(outcome.histories);
}, 3_600_000);
