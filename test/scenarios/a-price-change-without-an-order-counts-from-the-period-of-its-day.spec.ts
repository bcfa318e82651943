import { describe, expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import { aContract, aSubscription, BASIC, planFacts, PLUS, sweepTask, tracked } from '../factories/plan-facts.js';

describe('A price change without an order counts from the start of the period it was made in', () => {
  const subscription = aSubscription(
    [
      { product: BASIC, units: 5, unitPrice: '8.4' },
      { product: PLUS, units: 2, unitPrice: '13' },
    ],
    { lastModifiedDate: '2027-05-14' },
  );
  const facts = planFacts({
    today: '2027-05-16',
    task: sweepTask('price', subscription),
    contract: aContract({
      lines: [
        { id: 701, product: BASIC, units: [{ units: 5 }] },
        { id: 702, product: PLUS, units: [{ units: 2 }] },
      ],
    }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }, { lineId: 702, product: PLUS, units: 2 }),
  });

  it('for the product the task is about', () => {
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-01 price at 8.4']);
    expect(plan.automatic).toBe(true);
  });

  it('follows the stored quantity too', () => {
    const more = {
      ...facts,
      task: { ...facts.task, subscription: { ...subscription, items: [{ ...subscription.items[0]!, quantity: '7' }] } },
    };
    expect(written(plannedReady(more))).toEqual(['2027-05-14 +2 at 8.4']);
  });
});
