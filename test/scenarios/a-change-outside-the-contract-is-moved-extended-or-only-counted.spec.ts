import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  planFacts,
  PLUS,
} from '../factories/plan-facts.js';

describe('A change outside the contract', () => {
  it('up before its start: on its start', () => {
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })]);
    const facts = planFacts({
      task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }])),
      contract: aContract({ start: '2027-04-01', end: '2028-03-31' }),
    });
    expect(written(plannedReady(facts))).toEqual(['line of service 55', '2027-04-01 +5 at 8 cost 6.1']);
  });

  it('up after its end: the contract is extended first, by itself where every line is ours', () => {
    const facts = changeFacts({ from: 5, to: 8, end: '2027-04-30' });
    expect(written(plannedReady(facts))).toEqual(['extend to 2028-03-31', '2027-05-14 +3']);
  });

  it('up after its end without a term: extended by twelve months, to the end of the contract period', () => {
    const facts = changeFacts({
      from: 5,
      to: 8,
      end: '2027-04-30',
      subscription: { subscriptionPeriod: { unit: 'statement_day', count: 1 }, expirationDate: undefined },
    });
    expect(written(plannedReady(facts))).toEqual(['extend to 2028-05-31', '2027-05-14 +3']);
  });

  it('up after its end with other people’s lines: a person decides, and every other line is named', () => {
    const facts = changeFacts(
      { from: 5, to: 8, end: '2027-04-30' },
      {
        contract: aContract({
          end: '2027-04-30',
          lines: [
            { id: 701, product: BASIC, units: [{ from: '2027-03-10', units: 5 }] },
            { id: 702, product: PLUS, units: [{ units: 4 }], description: 'Phone support' },
          ],
        }),
      },
    );
    const plan = planSync(facts);
    expect(asked(plan)).toEqual(['CONTRACT_DATE']);
    expect(plan.requiredActions[0]?.message).toContain('Phone support');
    const agreed = plannedReady({ ...facts, choices: { extend: true } });
    expect(written(agreed)).toEqual(['extend to 2028-03-31', '2027-05-14 +3']);
    expect(agreed.warnings).toContainEqual(expect.objectContaining({ code: 'EXTENDS_OTHERS' }));
    expect(written(planSync({ ...facts, choices: { extend: false } }))).toEqual([]);
  });

  it('down after its end: no operation, the ledger only', () => {
    const facts = changeFacts({ from: 10, to: 4, end: '2027-05-31' });
    const plan = plannedReady(facts);
    expect(plan.operations).toEqual([]);
    expect(plan.ledgerOnly).toEqual([expect.objectContaining({ kind: 'share', from: '2027-06-01', quantity: 4 })]);
  });

  it('an extension is followed by adjustments wherever appended windows differ from the ledger', () => {
    const lowered = changeFacts({ from: 10, to: 4, end: '2027-05-31', order: { number: 'CH000001' } });
    const counted = applyPlan(lowered, planSync(lowered));
    const sale = anOrder('sales', '2027-06-05', [anItem(PLUS, 2, { action: 'CREATE' })], { number: 'SO000002' });
    const other = aSubscription([{ product: PLUS, units: 2 }], { id: 'S-new', creationDate: '2027-06-05' });
    const facts = nextTask(counted, orderTask(sale, other), { today: '2027-06-05' });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual([
      'extend to 2028-03-31',
      'line of service 56',
      '2027-06-05 +2 at 12.5 cost 9',
      '2027-06-01 -6',
    ]);
    const after = applyPlan(facts, plan);
    expect(unitsOnDay(after, 701, '2027-05-31')).toBe(10);
    expect(unitsOnDay(after, 701, '2027-06-01')).toBe(4);
  });

  it('offers the extension of a contract that ends before the term, and makes it when asked', () => {
    const plan = planSync(changeFacts({ from: 5, to: 8 }));
    expect(plan.warnings).toEqual([expect.objectContaining({ code: 'CONTRACT_ENDS_BEFORE_TERM', money: false })]);
    const extended = plannedReady(changeFacts({ from: 5, to: 8 }, { choices: { extend: true } }));
    expect(written(extended)).toEqual(['extend to 2028-03-31', '2027-05-14 +3']);
  });
});
