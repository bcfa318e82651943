import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import { BASIC, changeFacts, settings } from '../factories/plan-facts.js';

const today = { today: '2027-07-05' };

describe('A late change waits for a person', () => {
  it('is one before the previous period’s start; it is never automatic', () => {
    const plan = planSync(changeFacts({ from: 5, to: 8, on: '2027-05-31' }, today));
    expect(asked(plan)).toEqual(['LATE']);
    expect(plan.automatic).toBe(false);
    expect(plan.requiredActions[0]?.options?.map((option) => option.value)).toEqual([
      'fromEffective',
      'fromNow',
      'fromNowWithCharge',
    ]);
    expect(asked(planSync(changeFacts({ from: 5, to: 8, on: '2027-06-01' }, today)))).toEqual([]);
  });

  it('from E, where periods are open', () => {
    const facts = changeFacts(
      { from: 5, to: 8, on: '2027-05-14', postedUpTo: '2027-05-31' },
      { ...today, choices: { late: 'fromEffective' } },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
  });

  it('from now, the first open period start, and the past is not billed', () => {
    const facts = changeFacts(
      { from: 5, to: 8, on: '2027-05-14', postedUpTo: '2027-07-31' },
      { ...today, choices: { late: 'fromNow' } },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-08-01 +3']);
    const open = changeFacts({ from: 5, to: 8, on: '2027-05-14' }, { ...today, choices: { late: 'fromNow' } });
    expect(written(plannedReady(open))).toEqual(['2027-07-01 +3']);
  });

  it('from now plus a charge: the order’s part period and price × change per whole period since', () => {
    const facts = changeFacts(
      { from: 5, to: 8, on: '2027-05-14', aligned: true },
      { ...today, choices: { late: 'fromNowWithCharge' } },
    );
    // 18 of 31 days of May and all of June: 3 × 8.00 × (18/31 + 1).
    expect(written(plannedReady(facts))).toEqual(['2027-07-01 +3', '2027-05-14 proration 37.94']);
    const own = changeFacts(
      {
        from: 5,
        to: 8,
        on: '2027-05-14',
        aligned: true,
        lines: [
          {
            feeType: 'prorated',
            sourceType: 'recurring',
            productId: BASIC.id,
            description: '',
            quantity: '3',
            unitPrice: '8',
            extendedPrice: '13.90',
          },
        ],
      },
      { ...today, choices: { late: 'fromNowWithCharge' } },
    );
    expect(written(plannedReady(own))).toEqual(['2027-07-01 +3', '2027-05-14 proration 37.90']);
  });

  it('a decrease gives back from where billing should have stopped', () => {
    const facts = changeFacts(
      { from: 10, to: 4, on: '2027-04-14', aligned: true },
      { ...today, choices: { late: 'fromNowWithCharge' } },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-07-01 -6', '2027-05-01 proration -96.00']);
    const silent = changeFacts({ from: 10, to: 4, on: '2027-04-14' }, { ...today, choices: { late: 'fromNow' } });
    expect(written(plannedReady(silent))).toEqual(['2027-07-01 -6']);
  });

  it('a price that is late never charges the past', () => {
    const stored = { unitPrice: '9' };
    const facts = changeFacts(
      { from: 5, to: 5, on: '2027-04-14', stored },
      { ...today, choices: { late: 'fromNowWithCharge' } },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-07-01 price at 9']);
  });

  it('asks nothing where there is nothing to do', () => {
    expect(asked(planSync(changeFacts({ from: 5, to: 5, on: '2027-04-14' }, today)))).toEqual([]);
  });

  it('also with marketplace proration', () => {
    const facts = changeFacts(
      { from: 5, to: 8, on: '2027-05-01', aligned: true },
      { ...today, settings: settings({ proration: 'marketplace' }), choices: { late: 'fromNowWithCharge' } },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-07-01 +3', '2027-05-01 proration 48.00']);
  });
});
