import { describe, expect, it } from 'vitest';
import { report, run } from './wanted.js';

/** Behaviours of the other systems that nobody could observe yet (DESIGN §9): the invoices must come out the same. */
const BEHAVIOURS = [
  { mode: 'marketplace', moneySets: 'different' },
  { mode: 'autotask', sameDateAdjustment: 'merge' },
  { mode: 'marketplace', sameDateAdjustment: 'replace' },
  { mode: 'autotask', orderListing: 'oldest' },
] as const;

describe('Customers are invoiced to the cent', () => {
  it.each(BEHAVIOURS)(
    'where $mode proration meets %o',
    async ({ mode, ...behaviour }) => {
      const outcome = await run({ histories: 50, months: 6, mode, seed: 5, behaviour });
      expect(outcome.differences, report(outcome)).toEqual([]);
      expect(outcome.stuck).toEqual([]);
      expect(outcome.lines).toBeGreaterThanOrEqual(outcome.histories);
    },
    3_600_000,
  );
});
