import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  mapped,
  MODELS,
  orderTask,
  planFacts,
  PLUS,
  settings,
  tracked,
} from '../factories/plan-facts.js';

const modes = (facts: SyncFacts, about: Partial<SyncFacts['settings']> = {}) =>
  (['autotask', 'marketplace'] as const).map((proration) => ({
    ...facts,
    settings: settings({ proration, ...about }),
  }));

describe('A co-termed addition', () => {
  /** Bought on 14 May 2027 and aligned to a subscription that bills on the 1st and ends with the year. */
  const dates = { creationDate: '2027-05-14', renewalDate: '2028-01-01', expirationDate: '2028-01-01' };
  const part = { feeType: 'prorated', duration: { unit: 'month', count: '0.580645' } } as const;
  const added = (lines = [aLine(PLUS, { ...part, extendedPrice: '21.77', quantity: '3', unitPrice: '12.5' })]) => {
    const order = anOrder('sales', '2027-05-14', [anItem(PLUS, 3, { action: 'CREATE' })], { lines, total: '21.77' });
    return planFacts({
      today: '2027-05-14',
      task: orderTask(order, aSubscription([{ product: PLUS, units: 3 }], dates)),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 4 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 4, subscriptionId: 'S-first' }),
    });
  };

  it('is charged for the days to the common billing date, and its units begin with that date', () => {
    const [autotask, marketplace] = modes(added());
    expect(written(plannedReady(autotask!))).toEqual(['line of service 56', '2027-05-14 +3 at 12.5 cost 9']);
    // 18 of 31 days of May: 3 × 12.50 × 18 ÷ 31 = 21.77, the order's own amount.
    expect(written(plannedReady(marketplace!))).toEqual([
      'line of service 56',
      '2027-06-01 +3 at 12.5 cost 9',
      '2027-05-14 proration 21.77',
    ]);
  });

  it('comes to the same cent where the order brings no lines', () => {
    expect(written(plannedReady(modes(added([]))[1]!))).toContain('2027-05-14 proration 21.77');
  });

  it('to a product that the line holds already adds to it, and a product it never had needs no first contact', () => {
    const facts = added();
    facts.task.subscription = aSubscription([{ product: BASIC, units: 3 }], { id: 'S-20481', ...dates });
    facts.task.order = anOrder('change', '2027-05-14', [anItem(BASIC, 3, { action: 'CREATE' })]);
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
  });
});

describe('A partial upgrade moves some units to another product and leaves the rest', () => {
  const partial = (
    items = [anItem(BASIC, 3), anItem(BASIC, 2, { action: 'CHANGE_PLAN_PERIOD', newProductId: PLUS.id })],
  ) =>
    planFacts({
      today: '2027-05-14',
      task: orderTask(
        anOrder('change', '2027-05-14', items),
        aSubscription([
          { product: BASIC, units: 3 },
          { product: PLUS, units: 2 },
        ]),
      ),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    });

  it('on one day in both modes, with the net of both as one charge', () => {
    const [autotask, marketplace] = modes(partial());
    expect(written(plannedReady(autotask!))).toEqual([
      'line of service 56',
      '2027-05-14 +2 at 12.5 cost 9',
      '2027-05-14 -2',
    ]);
    // 27 of 31 days: 2 × 12.50 = 21.77 less 2 × 8.00 = 13.94; rounded once each.
    expect(written(plannedReady(marketplace!))).toEqual([
      'line of service 56',
      '2027-06-10 +2 at 12.5 cost 9',
      '2027-06-10 -2',
      '2027-05-14 proration 7.83',
    ]);
  });

  it('the units that stay keep their line', () => {
    const facts = partial();
    const after = applyPlan(facts, planSync(facts));
    expect(unitsOnDay(after, 701, '2027-12-31')).toBe(3);
  });

  it('into another subscription the share goes with it, keyed by the source; without the other half a person is asked', () => {
    const facts = partial([anItem(BASIC, 3), anItem(BASIC, 2, { action: 'TRANSFER', newProductId: PLUS.id })]);
    facts.task.order!.targetSubscriptionId = 'S-target';
    expect(asked(planSync(facts))).toEqual(['HALF_MISSING']);
    facts.task.targetSubscription = aSubscription([{ product: PLUS, units: 2 }], { id: 'S-target' });
    const after = applyPlan(facts, plannedReady(facts));
    expect(after.ledger.filter((step) => step.taskId === facts.task.id)).toEqual([
      expect.objectContaining({ subscriptionId: 'S-target', productKey: PLUS.key, quantity: 2 }),
      expect.objectContaining({ subscriptionId: 'S-20481', productKey: BASIC.key, quantity: 3 }),
    ]);
  });
});

describe('A prepaid term is one line of the term’s length', () => {
  const YEARLY = aProduct('Y', 'Example Backup', { serviceId: 57, periodType: 5, price: '365', cost: '300' });
  /** Paid before the year that began on 10 March 2027 (366 days, with a leap day), from five to `to`. */
  const prepaid = (to: number, about: Partial<SyncFacts> = {}) =>
    planFacts({
      today: '2027-05-14',
      services: mapped(YEARLY),
      task: orderTask(
        anOrder('change', '2027-05-14', [anItem(YEARLY, to)], { total: '-1' }),
        aSubscription([{ product: YEARLY, units: to }], { billingModel: MODELS.term }),
      ),
      contract: aContract({
        start: '2027-03-10',
        end: '2029-03-09',
        periodType: 5,
        lines: [{ id: 701, product: YEARLY, units: [{ units: 5 }] }],
      }),
      ...tracked({ lineId: 701, product: YEARLY, units: 5, from: '2027-03-10' }),
      ...about,
    });

  it('more of it is prorated over the days of the year that are left', () => {
    const [autotask, marketplace] = modes(prepaid(8));
    const plan = plannedReady(autotask!);
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.amounts.prorated.rows[0]).toMatchObject({ days: 301, ofDays: 366, amount: '900.53' });
    expect(written(plannedReady(marketplace!))).toEqual(['2028-03-10 +3', '2027-05-14 proration 900.53']);
  });

  it('less of it waits for the next term, or is given back where refunds are synced', () => {
    const [autotask, marketplace] = modes(prepaid(2));
    expect(written(plannedReady(autotask!))).toEqual(['2028-03-10 -3']);
    expect(written(plannedReady(marketplace!))).toEqual(['2028-03-10 -3']);
    const [credited, refunded] = modes(prepaid(2), { syncRefunds: true });
    expect(written(plannedReady(credited!))).toEqual(['2027-05-14 -3']);
    expect(written(plannedReady(refunded!))).toEqual(['2028-03-10 -3', '2027-05-14 proration -900.53']);
  });

  it('an annual commitment billed monthly is a monthly line all the same', () => {
    const plan = planSync(
      planFacts({
        task: orderTask(
          anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })]),
          aSubscription([{ product: BASIC, units: 5 }]),
        ),
        choices: { contract: { create: {} } },
      }),
    );
    expect(plan.operations[0]).toMatchObject({ kind: 'createContract', periodType: 2, endDate: '2028-03-09' });
  });
});
