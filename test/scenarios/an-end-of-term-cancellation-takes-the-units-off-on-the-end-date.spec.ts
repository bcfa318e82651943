import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  alignedSubscription,
  anItem,
  anOrder,
  BASIC,
  orderTask,
  planFacts,
  settings,
  tracked,
} from '../factories/plan-facts.js';

const running = alignedSubscription([{ product: BASIC, units: 5 }], { autoRenew: false, expirationDate: '2027-09-16' });
const order = anOrder('cancellation', '2027-05-14', [anItem(BASIC, 0, { action: 'CANCEL' })]);
const facts = planFacts({
  today: '2027-05-14',
  task: orderTask(order, running),
  contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
  ...tracked({ lineId: 701, product: BASIC, units: 5 }),
});

describe('An end-of-term cancellation takes the units off on the end date, the first day not covered (PSH-5)', () => {
  for (const proration of ['autotask', 'marketplace'] as const)
    it(`with ${proration} proration, whatever the refund setting`, () => {
      expect(written(plannedReady({ ...facts, settings: settings({ proration }) }))).toEqual(['2027-09-16 -5']);
      expect(written(plannedReady({ ...facts, settings: settings({ proration, syncRefunds: true }) }))).toEqual([
        '2027-09-16 -5',
      ]);
    });

  it('also when it is read only after that day, when the subscription has ended', () => {
    const ended = { ...running, status: 'terminated' as const, lastModifiedDate: '2027-09-16' };
    const late = planFacts({
      ...facts,
      today: '2027-09-20',
      task: { ...orderTask(order, ended), readOn: '2027-09-20' },
    });
    expect(planSync(late).lines[0]).toMatchObject({ effectiveDate: '2027-09-16', quantityAfter: 0 });
    // One that ended at once keeps the day of its order, whatever the marketplace shows as its expiration.
    const atOnce = { ...running, status: 'terminated' as const, lastModifiedDate: '2027-05-14' };
    expect(written(plannedReady({ ...facts, task: orderTask(order, atOnce) }))).toEqual(['2027-06-01 -5']);
  });

  it('is not doubled by a change that is ordered before the end: that one reaches only up to the end', () => {
    const cancelled = applyPlan(facts, planSync(facts));
    const change = anOrder('change', '2027-06-20', [anItem(BASIC, 7)]);
    const changed = nextTask(
      cancelled,
      orderTask(change, { ...running, items: alignedSubscription([{ product: BASIC, units: 7 }]).items }),
      { today: '2027-06-20' },
    );
    const plan = plannedReady(changed);
    expect(written(plan).slice(0, 2)).toEqual(['2027-06-20 +2', '2027-09-17 -2']);
    const after = applyPlan(changed, plan);
    expect(unitsOnDay(after, 701, '2027-07-01')).toBe(7);
    expect(unitsOnDay(after, 701, '2027-09-17')).toBe(0);
  });
});
