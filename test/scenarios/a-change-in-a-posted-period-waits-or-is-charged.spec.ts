import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, posted } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import { capabilities, changeFacts, settings } from '../factories/plan-facts.js';

const postedMay = { postedUpTo: '2027-05-31' };
const refuse = { capabilities: capabilities({ adjustPosted: 'refuse' }) };

describe('A change in a posted period waits for an open one, with the days between put right', () => {
  it('up stays where Autotask accepts it: the difference is billed as an item of its own', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 8, ...postedMay }));
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.lines[0]?.arithmetic.join()).toContain('is posted');
  });

  it('up with another price: the units stay, the price of those that are there follows in the first open period', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 8, postedUpTo: '2027-06-30', stored: { unitPrice: '9' } }));
    expect(written(plan)).toEqual(['2027-05-14 +3', '2027-07-01 price at 9']);
    // 3 × 8.00 × 18 of 31 days, what Autotask bills of the running period.
    expect(plan.amounts.prorated.total).toBe('13.94');
    expect(plan.warnings.map(({ code }) => code)).toContain('PRICE_FOLLOWS');
    const taken = changeFacts(
      { from: 5, to: 8, postedUpTo: '2027-06-30', stored: { unitPrice: '9' } },
      {
        ownAdjustments: [{ contractServiceId: 701, date: '2027-07-01', taskId: 'earlier', subscriptionId: 'S-other' }],
      },
    );
    // Eight units cost a euro more from 1 July on; on the 1st they still cost the old price.
    expect(written(plannedReady(taken))).toEqual(['2027-05-14 +3', '2027-07-02 price at 9', '2027-07-01 shift 0.26']);
  });

  it('up on a line that holds nothing brings its price along, also into a posted period', () => {
    const facts = changeFacts({ from: 0, to: 8, postedUpTo: '2027-06-30', stored: { unitPrice: '9' } });
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +8 at 9']);
  });

  it('up goes to the first open period start where Autotask refuses it, with a charge for the days between', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 8, ...postedMay }, refuse));
    // 14 to 31 May by Autotask's rule: 3 × 8.00 × 18 of 31 days; dated in the first open period.
    expect(written(plan)).toEqual(['2027-06-01 +3', '2027-06-01 proration 13.94']);
    expect(plan.operations[1]).toMatchObject({ chargeKey: expect.stringContaining(':proration:') as string });
  });

  it('down goes to the first open period start with a negative charge from the table’s date, whatever the refund setting', () => {
    // G is 1 June, posted too; billing must stop there, so June is given back.
    const withheld = plannedReady(changeFacts({ from: 10, to: 4, postedUpTo: '2027-06-30' }));
    expect(written(withheld)).toEqual(['2027-07-01 -6', '2027-07-01 proration -48.00']);
    const synced = changeFacts({ from: 10, to: 4, ...postedMay }, { settings: settings({ syncRefunds: true }) });
    expect(written(plannedReady(synced))).toEqual(['2027-06-01 -6', '2027-06-01 proration -27.87']);
  });

  it('down that waits for its period anyway needs no charge when that period is open', () => {
    expect(written(plannedReady(changeFacts({ from: 10, to: 4, ...postedMay })))).toEqual(['2027-06-01 -6']);
  });

  it('down with marketplace proration gives back by the marketplace’s periods', () => {
    const facts = changeFacts(
      { from: 10, to: 4, postedUpTo: '2027-06-30' },
      { settings: settings({ proration: 'marketplace' }) },
    );
    // From B, 10 June, to 30 June: 21 of 30 days of the period 10 June to 9 July.
    expect(written(plannedReady(facts))).toEqual(['2027-07-01 -6', '2027-07-01 proration -33.60']);
  });

  it('asks a person to credit by hand where negative charges are refused', () => {
    const facts = changeFacts(
      { from: 10, to: 4, postedUpTo: '2027-06-30' },
      { capabilities: capabilities({ negativeCharge: 'refuse' }) },
    );
    const plan = planSync(facts);
    expect(asked(plan)).toEqual(['CREDIT_BY_HAND']);
    expect(plan.requiredActions[0]?.message).toContain('48');
    const credited = plannedReady({ ...facts, choices: { creditedByHand: true } });
    expect(written(credited)).toEqual(['2027-07-01 -6']);
  });

  it('keeps the day of what is written already, also when its period is posted before the rest is done', () => {
    const facts = changeFacts({ from: 5, to: 8 }, refuse);
    const synced = posted(applyPlan(facts, planSync(facts)), '2027-05-31');
    expect(planSync(synced).operations).toEqual([]);
  });
});
