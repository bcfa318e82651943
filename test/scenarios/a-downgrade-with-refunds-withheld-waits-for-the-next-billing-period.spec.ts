import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, unitsOnDay } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import { changeFacts } from '../factories/plan-facts.js';

describe('A downgrade with refunds withheld waits for the next billing period (PSH-1, INS-9)', () => {
  it('lowers the units on G, the first contract period start after the change', () => {
    const facts = changeFacts({ from: 10, to: 4 });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-06-01 -6']);
    expect(plan.lines[0]).toMatchObject({ detail: 'Downgrade', effectiveDate: '2027-06-01', quantityAfter: 4 });
    expect(plan.amounts.prorated.rows).toEqual([]);
    const after = applyPlan(facts, plan);
    expect(unitsOnDay(after, 701, '2027-05-31')).toBe(10);
    expect(unitsOnDay(after, 701, '2027-06-01')).toBe(4);
  });

  it('remembers the day it took effect, so that a later change starts from the lower quantity', () => {
    expect(planSync(changeFacts({ from: 10, to: 4 })).operations[0]).toMatchObject({
      ledger: [{ from: '2027-06-01', quantity: 4, effective: '2027-05-14' }],
    });
  });

  it('needs no wait when the change falls on a contract period start', () => {
    expect(written(plannedReady(changeFacts({ from: 10, to: 4, on: '2027-05-01' })))).toEqual(['2027-05-01 -6']);
  });
});
