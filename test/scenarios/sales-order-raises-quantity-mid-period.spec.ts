import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan } from '../factories/apply-plan.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
} from '../factories/plan-facts.js';

describe('A sales order raises the quantity mid period (PSH-2)', () => {
  const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })], {
    number: 'SO004711',
    lines: [
      aLine(BASIC, { extendedPrice: '40.00', quantity: '5', unitPrice: '8' }),
      aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '25.00', description: 'Setup fee' }),
    ],
  });
  const facts = planFacts({
    task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }])),
    contract: aContract(),
  });

  it('creates the line, puts units, price and cost on it from the day of the sale, and charges the setup fee', () => {
    const plan = planSync(facts);
    expect(plan.requiredActions).toEqual([]);
    expect(plan.operations.map((operation) => operation.kind)).toEqual(['createLine', 'adjustUnits', 'addCharge']);
    expect(plan.operations[1]).toMatchObject({
      date: '2027-03-10',
      unitChange: 5,
      unitPrice: '8',
      unitCost: '6.1',
      ledger: [{ kind: 'share', subscriptionId: 'S-20481', productKey: BASIC.key, from: '2027-03-10', quantity: 5 }],
    });
    expect(plan.operations[2]).toMatchObject({ amount: '25.00', datePurchased: '2027-03-10', billingCodeId: 901 });
  });

  it('plans nothing once everything is written', () => {
    const after = applyPlan(facts, planSync(facts));
    const again = planSync(after);
    expect(again.operations).toEqual([]);
    expect(again.requiredActions).toEqual([]);
    expect(again.hash).toBe(planSync(facts).hash);
  });
});
