import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, unitsOnDay } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  changeFacts,
  planFacts,
  tracked,
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
} from '../factories/plan-facts.js';

describe('An upgrade counts from the day it took effect (PSH-1)', () => {
  it('adds the difference to the share on the completion day, with Autotask prorating the rest of the period', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.amounts.prorated).toEqual({
      total: '13.94',
      rows: [expect.objectContaining({ days: 18, ofDays: 31, amount: '13.94', computedBy: 'autotask', written: true })],
    });
    expect(plan.amounts.recurring.total).toBe('64.00');
    expect(plan.invoiceImpact).toEqual([
      { first: '2027-05-01', last: '2027-05-31', now: '40.00', after: '53.94', change: '13.94', expected: true },
      { first: '2027-06-01', last: '2027-06-30', now: '40.00', after: '64.00', change: '24.00', expected: false },
      { first: '2027-07-01', last: '2027-07-31', now: '40.00', after: '64.00', change: '24.00', expected: false },
    ]);
    const [line] = plan.lines;
    expect(line).toMatchObject({ detail: 'Upgrade', quantityNow: 5, quantityAfter: 8, unitsNow: 5, unitsAfter: 8 });
    expect(line?.arithmetic).toContain(
      '3 × 8.00 × 18 of 31 days = 13.94 (Autotask computes this when the period is posted)',
    );
    expect(plan.automatic).toBe(true);
  });

  it('takes the day of completion in the connection’s zone, on both sides of UTC', () => {
    const late = { completedAt: '2027-05-14T23:30:00Z' };
    const east = changeFacts({ from: 5, to: 8, order: late }, { timeZone: 'Europe/Berlin' });
    const west = changeFacts(
      { from: 5, to: 8, order: { completedAt: '2027-05-14T03:00:00Z' } },
      { timeZone: 'America/New_York' },
    );
    expect(written(planSync(east))).toEqual(['2027-05-15 +3']);
    expect(written(planSync(west))).toEqual(['2027-05-13 +3']);
  });

  it('is the change of this subscription only: another one on the line keeps its share', () => {
    const order = anOrder('change', '2027-05-14', [anItem(BASIC, 8)]);
    const facts = planFacts({
      today: '2027-05-14',
      task: orderTask(order, aSubscription([{ product: BASIC, units: 8 }])),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 25 }] }] }),
      ...tracked(
        { lineId: 701, product: BASIC, units: 5 },
        { lineId: 701, product: BASIC, units: 20, subscriptionId: 'S-other' },
      ),
    });
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
    const after = applyPlan(facts, planSync(facts));
    expect(unitsOnDay(after, 701, '2027-05-14')).toBe(28);
    expect(after.ledger.filter((step) => step.subscriptionId === 'S-other')).toEqual(
      facts.ledger.filter((step) => step.subscriptionId === 'S-other'),
    );
  });

  it('lets a decrease that waits for its period stand, because that money is owed until then', () => {
    const lowered = changeFacts({ from: 10, to: 8, on: '2027-05-14', order: { number: 'CH000001' } });
    const synced = applyPlan(lowered, planSync(lowered));
    const order = anOrder('change', '2027-05-20', [anItem(BASIC, 12)], { number: 'CH000002' });
    const raised = {
      ...synced,
      today: '2027-05-20',
      proven: [],
      task: orderTask(order, aSubscription([{ product: BASIC, units: 12 }])),
    };
    expect(written(plannedReady(raised))).toEqual(['2027-05-20 +4']);
    const after = applyPlan(raised, planSync(raised));
    expect(unitsOnDay(after, 701, '2027-05-25')).toBe(14);
    expect(unitsOnDay(after, 701, '2027-06-01')).toBe(12);
  });
});
