import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import { capabilities, changeFacts, settings } from '../factories/plan-facts.js';

const dearer = { unitPrice: '8.75', unitCost: '6.6' };

describe('An equal quantity syncs price and cost from the start of the billing period (PSH-1)', () => {
  it('writes them as an adjustment of no units', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 5, stored: dearer }));
    expect(written(plan)).toEqual(['2027-05-01 price at 8.75 cost 6.6']);
    expect(plan.lines[0]).toMatchObject({ priceNow: '8', priceAfter: '8.75', costNow: '6.1', costAfter: '6.6' });
    expect(plan.amounts.recurring.total).toBe('43.75');
  });

  it('in both proration modes', () => {
    const facts = changeFacts({ from: 5, to: 5, stored: dearer }, { settings: settings({ proration: 'marketplace' }) });
    expect(written(plannedReady(facts))).toEqual(['2027-05-01 price at 8.75 cost 6.6']);
  });

  it('from the next period when this one is posted, without a charge', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 5, stored: dearer, postedUpTo: '2027-05-31' }));
    expect(written(plan)).toEqual(['2027-06-01 price at 8.75 cost 6.6']);
  });

  it('writes only the cost when only the cost differs, and none where costs are hidden', () => {
    const facts = changeFacts({ from: 5, to: 5, stored: { unitCost: '6.6' } });
    expect(written(plannedReady(facts))).toEqual(['2027-05-01 price cost 6.6']);
    const hidden = changeFacts(
      { from: 5, to: 5, stored: dearer },
      { capabilities: capabilities({ costVisible: false }) },
    );
    expect(written(plannedReady(hidden))).toEqual(['2027-05-01 price at 8.75']);
  });

  it('plans nothing when price and cost agree, however they are written', () => {
    const plan = planSync(changeFacts({ from: 5, to: 5, stored: { unitPrice: '8.00', unitCost: '6.10' } }));
    expect(plan.operations).toEqual([]);
    expect(plan.requiredActions).toEqual([]);
    expect(plan.lines[0]?.detail).toBe('No change');
  });

  it('lets the price travel on the unit adjustment when both change', () => {
    expect(written(plannedReady(changeFacts({ from: 5, to: 8, stored: dearer })))).toEqual([
      '2027-05-14 +3 at 8.75 cost 6.6',
    ]);
    expect(written(plannedReady(changeFacts({ from: 8, to: 5, stored: dearer })))).toEqual([
      '2027-06-01 -3 at 8.75 cost 6.6',
    ]);
  });
});
