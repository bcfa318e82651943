import { expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  PLUS,
  tracked,
} from '../factories/plan-facts.js';

it('A mixed order raises one product and lowers another, each on its own line and day; products not named stay (PSH-1)', () => {
  const order = anOrder('change', '2027-05-14', [anItem(BASIC, 8), anItem(PLUS, 1)]);
  const facts = planFacts({
    today: '2027-05-14',
    task: orderTask(
      order,
      aSubscription([
        { product: BASIC, units: 8 },
        { product: PLUS, units: 1 },
      ]),
    ),
    contract: aContract({
      lines: [
        { id: 701, product: BASIC, units: [{ units: 5 }] },
        { id: 702, product: PLUS, units: [{ units: 4 }] },
      ],
    }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }, { lineId: 702, product: PLUS, units: 4 }),
  });
  const plan = plannedReady(facts);
  expect(written(plan)).toEqual(['2027-05-14 +3', '2027-06-01 -3']);
  expect(plan.lines.map((line) => [line.productName, line.detail])).toEqual([
    [BASIC.name, 'Upgrade'],
    [PLUS.name, 'Downgrade'],
  ]);
  const onlyBasic = planFacts({
    ...facts,
    task: orderTask({ ...order, items: [anItem(BASIC, 8)] }, facts.task.subscription),
  });
  expect(written(plannedReady(onlyBasic))).toEqual(['2027-05-14 +3']);
});
