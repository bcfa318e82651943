import { expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import { changeFacts, settings } from '../factories/plan-facts.js';

it('A downgrade with refunds synced counts from its day, and Autotask credits the rest of the period (PSH-1, INS-9)', () => {
  const plan = plannedReady(changeFacts({ from: 10, to: 4 }, { settings: settings({ syncRefunds: true }) }));
  expect(written(plan)).toEqual(['2027-05-14 -6']);
  expect(plan.amounts.prorated.total).toBe('-27.87');
  expect(plan.amounts.prorated.rows[0]?.arithmetic).toContain('-6 × 8.00 × 18 of 31 days');
});
