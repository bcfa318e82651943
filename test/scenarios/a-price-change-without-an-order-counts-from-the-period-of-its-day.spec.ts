import { describe, expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  planFacts,
  PLUS,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';

describe('A price change without an order counts from the start of the period it was made in (PSH-8)', () => {
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

describe('A price that changed without the order it was read with counts from the start of its own period', () => {
  const charged = (unitPrice: string) => aLine(BASIC, { unitPrice, quantity: '3', extendedPrice: '14.00' });
  const read = (order: 'old' | 'new', modified = '2027-05-14') =>
    changeFacts({
      from: 5,
      to: 8,
      stored: { unitPrice: '8.75' },
      lines: [charged(order === 'old' ? '8.00' : '8.75')],
      subscription: { lastModifiedDate: modified },
    });

  it('the order’s lines charge the old price: the units come at it, the price follows its own rule', () => {
    expect(written(plannedReady(read('old')))).toEqual(['2027-05-01 price at 8.75', '2027-05-14 +3']);
  });

  it('the order’s lines charge the new price: it travels on the units', () => {
    expect(written(plannedReady(read('new')))).toEqual(['2027-05-14 +3 at 8.75']);
  });

  it('in the period after the order’s, the units cost the old price until then', () => {
    const facts = { ...read('old', '2027-06-03'), today: '2027-06-05' };
    facts.task = { ...facts.task, readOn: '2027-06-05' };
    expect(written(plannedReady(facts))).toEqual(['2027-06-01 price at 8.75', '2027-05-14 +3'].sort());
  });

  it('with marketplace proration the price does not wait for the next billing date as the units do', () => {
    const facts = { ...read('old'), settings: settings({ proration: 'marketplace' as const }) };
    expect(written(plannedReady(facts))).toEqual([
      '2027-05-01 price at 8.75',
      '2027-06-10 +3',
      '2027-05-14 proration 14.00',
    ]);
  });

  it('from the next period where this one is posted, while the units stay on their day', () => {
    const facts = changeFacts({
      from: 5,
      to: 8,
      stored: { unitPrice: '8.75' },
      lines: [charged('8.00')],
      postedUpTo: '2027-05-31',
    });
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3', '2027-06-01 price at 8.75']);
  });

  it('an order without lines tells no price once the subscription was changed after it', () => {
    const facts = changeFacts({
      from: 8,
      to: 5,
      stored: { unitPrice: '8.75' },
      subscription: { lastModifiedDate: '2027-05-20' },
    });
    facts.task = { ...facts.task, readOn: '2027-05-20' };
    expect(written(plannedReady({ ...facts, today: '2027-05-20' }))).toEqual([
      '2027-05-01 price at 8.75',
      '2027-06-01 -3',
    ]);
  });

  it('a later order of the same check that charges it brings it', () => {
    const facts = read('old', '2027-05-20');
    const { subscription } = facts.task;
    const later = anOrder('change', '2027-05-20', [anItem(BASIC, 9)], { lines: [charged('8.75')], number: 'CH004712' });
    const plan = plannedReady({
      ...facts,
      openTasks: [{ ...orderTask(later, subscription), id: 'later', createdAt: later.createdAt }],
    });
    expect(written(plan)).toEqual(['2027-05-14 +3']);
  });
});
