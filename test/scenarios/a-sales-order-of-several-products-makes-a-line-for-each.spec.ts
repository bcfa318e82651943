import { expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  PLUS,
} from '../factories/plan-facts.js';

it('A sales order of several products makes a line for each, with one setup fee each', () => {
  const order = anOrder(
    'sales',
    '2027-03-10',
    [anItem(BASIC, 5, { action: 'CREATE' }), anItem(PLUS, 2, { action: 'CREATE' })],
    {
      lines: [
        aLine(BASIC, { extendedPrice: '40', quantity: '5', unitPrice: '8' }),
        aLine(PLUS, { extendedPrice: '25', quantity: '2', unitPrice: '12.5' }),
        aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '25' }),
        aLine(PLUS, { feeType: 'setup', sourceType: 'setup', extendedPrice: '10' }),
      ],
    },
  );
  const facts = planFacts({
    task: orderTask(
      order,
      aSubscription([
        { product: BASIC, units: 5 },
        { product: PLUS, units: 2 },
      ]),
    ),
    contract: aContract(),
  });
  const plan = plannedReady(facts);
  expect(written(plan)).toEqual([
    'line of service 55',
    'line of service 56',
    '2027-03-10 +5 at 8 cost 6.1',
    '2027-03-10 +2 at 12.5 cost 9',
    '2027-03-10 setup 25.00',
    '2027-03-10 setup 10.00',
  ]);
  expect(plan.amounts.setup.total).toBe('35.00');
  expect(plan.amounts.recurring.total).toBe('65.00');
});
