import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
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
  settings,
  tracked,
} from '../factories/plan-facts.js';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function switched(
  about: { to?: 'up' | 'down'; on?: string; lines?: OrderLine[] },
  facts: Partial<SyncFacts> = {},
): SyncFacts {
  const { to = 'up', on = '2027-05-14' } = about;
  const [from, target] = to === 'up' ? [BASIC, PLUS] : [PLUS, BASIC];
  const order = anOrder('change', on, [anItem(from, 5, { action: 'CHANGE_PLAN_PERIOD', newProductId: target.id })], {
    lines: about.lines ?? [],
  });
  return planFacts({
    today: on,
    task: orderTask(order, aSubscription([{ product: target, units: 5 }])),
    contract: aContract({ lines: [{ id: 701, product: from, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: from, units: 5 }),
    ...facts,
  });
}

const mode = (proration: 'autotask' | 'marketplace', syncRefunds = false): Partial<SyncFacts> => ({
  settings: settings({ proration, syncRefunds }),
});

describe('A plan switch moves both lines on one day with one net charge (PSH-7)', () => {
  it('Autotask proration: both on E', () => {
    const facts = switched({});
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['line of service 56', '2027-05-14 +5 at 12.5 cost 9', '2027-05-14 -5']);
    const after = applyPlan(facts, plan);
    expect(unitsOnDay(after, 701, '2027-05-14')).toBe(0);
    expect(plan.lines.map((line) => line.detail)).toEqual(['Plan switch', 'Plan switch']);
  });

  it('marketplace proration: both on B, and the net of all lines of both products as one charge', () => {
    const lines = [
      aLine(PLUS, { feeType: 'prorated', sourceType: 'switch', extendedPrice: '54.44', quantity: '5' }),
      aLine(BASIC, { feeType: 'refund', sourceType: 'recurringRefund', extendedPrice: '-34.84', quantity: '5' }),
    ];
    expect(written(plannedReady(switched({ lines }, mode('marketplace'))))).toEqual([
      'line of service 56',
      '2027-06-10 +5 at 12.5 cost 9',
      '2027-06-10 -5',
      '2027-05-14 proration 19.60',
    ]);
  });

  it('marketplace proration without own lines: computed for both halves', () => {
    // 27 of 31 days: 5 × 12.50 = 54.44, 5 × 8.00 = 34.84.
    expect(written(plannedReady(switched({}, mode('marketplace'))))).toContain('2027-05-14 proration 19.60');
  });

  it('net below zero and refunds withheld: both on G or B, no refund', () => {
    expect(written(plannedReady(switched({ to: 'down' })))).toEqual([
      'line of service 55',
      '2027-06-01 +5 at 8 cost 6.1',
      '2027-06-01 -5',
    ]);
    expect(written(plannedReady(switched({ to: 'down' }, mode('marketplace'))))).toEqual([
      'line of service 55',
      '2027-06-10 +5 at 8 cost 6.1',
      '2027-06-10 -5',
    ]);
  });

  it('net below zero and refunds synced: on E with Autotask’s credit, or on B with a negative charge', () => {
    expect(written(plannedReady(switched({ to: 'down' }, mode('autotask', true))))).toContain('2027-05-14 -5');
    expect(written(plannedReady(switched({ to: 'down' }, mode('marketplace', true))))).toContain(
      '2027-05-14 proration -19.60',
    );
  });

  it('on a billing date: both on it, nothing to charge, because the old product was paid up to it', () => {
    const plan = plannedReady(switched({ on: '2027-05-10' }, mode('marketplace')));
    expect(written(plan)).toEqual(['line of service 56', '2027-05-10 +5 at 12.5 cost 9', '2027-05-10 -5']);
  });

  it('a posted period: both lines move together, and the days between are one net charge', () => {
    const contract = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }],
      postedUpTo: '2027-05-31',
    });
    const plan = plannedReady(switched({}, { contract }));
    expect(written(plan)).toEqual([
      'line of service 56',
      '2027-06-01 +5 at 12.5 cost 9',
      '2027-06-01 -5',
      // 18 of 31 days: 36.29 − 23.23, dated in the first open period.
      '2027-06-01 proration 13.06',
    ]);
  });

  describe('a posted period has put it off, and then', () => {
    const contract = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }],
      postedUpTo: '2027-05-31',
    });
    const first = switched({}, { contract, ...mode('autotask', true) });
    const later = (on: string, item: ReturnType<typeof anItem>, held: ReturnType<typeof aSubscription>) =>
      planSync(
        nextTask(
          applyPlan(first, plannedReady(first)),
          orderTask(anOrder('change', on, [item], { number: 'CH000002' }), held),
          { today: on },
        ),
      );

    it('a switch back is charged for the days that were given back', () => {
      const back = anItem(PLUS, 5, { action: 'CHANGE_PLAN_PERIOD', newProductId: BASIC.id });
      const plan = later('2027-05-20', back, aSubscription([{ product: BASIC, units: 5 }]));
      // 12 of 31 days: 5 × 8.00 = 15.48, 5 × 12.50 = 24.19.
      expect(written(plan)).toContain('2027-06-01 proration -8.71');
    });

    it('a decrease gives the days back for which its units were charged ahead', () => {
      const plan = later('2027-05-20', anItem(PLUS, 3), aSubscription([{ product: PLUS, units: 3 }]));
      // 2 × 12.50 × 12 of 31 days.
      expect(written(plan)).toContain('2027-06-01 proration -9.68');
    });
  });

  it('written as two plain items with a line of the kind switch, it is still one switch', () => {
    const facts = switched({});
    facts.task.order!.items = [anItem(BASIC, 0), anItem(PLUS, 5)];
    facts.task.order!.lines = [
      aLine(PLUS, { feeType: 'prorated', sourceType: 'switch', extendedPrice: '54.44', quantity: '5' }),
    ];
    expect(written(plannedReady(facts))).toEqual([
      'line of service 56',
      '2027-05-14 +5 at 12.5 cost 9',
      '2027-05-14 -5',
    ]);
  });

  it('half missing: a person is asked', () => {
    const facts = switched({});
    facts.task.subscription.items = [];
    expect(asked(planSync(facts))).toEqual(['HALF_MISSING']);
  });

  it('a transfer moves the share to the other subscription', () => {
    const facts = switched({});
    const target = aSubscription([{ product: PLUS, units: 5 }], { id: 'S-target' });
    facts.task.order!.targetSubscriptionId = 'S-target';
    facts.task.targetSubscription = target;
    const plan = plannedReady(facts);
    const steps = plan.operations.flatMap((operation) => ('ledger' in operation ? operation.ledger : []));
    expect(steps).toEqual([
      expect.objectContaining({ subscriptionId: 'S-target', productKey: PLUS.key, quantity: 5 }),
      expect.objectContaining({ subscriptionId: 'S-20481', productKey: BASIC.key, quantity: 0 }),
    ]);
    delete facts.task.targetSubscription;
    expect(asked(planSync(facts))).toEqual(['HALF_MISSING']);
  });

  it('read together with the sale it follows: one adjustment a line, and its days at the price the sale charges', () => {
    const lines = [
      aLine(PLUS, { feeType: 'prorated', sourceType: 'switch', extendedPrice: '54.44', quantity: '5' }),
      aLine(BASIC, { feeType: 'refund', sourceType: 'recurringRefund', extendedPrice: '-34.84', quantity: '5' }),
    ];
    const later = switched({ lines }).task;
    const charged = aLine(BASIC, { unitPrice: '8', quantity: '5', extendedPrice: '40.00' });
    const sale = anOrder('sales', '2027-05-10', [anItem(BASIC, 5)], { lines: [charged] });
    const subscription = { ...later.subscription, creationDate: '2027-05-10', renewalDate: '2027-06-10' };
    const plan = plannedReady(
      planFacts({
        today: '2027-05-31',
        task: orderTask(sale, subscription),
        contract: aContract(),
        openTasks: [{ ...later, id: 'later', subscription, createdAt: '2027-05-14T12:00:00Z' }],
        ...mode('marketplace'),
      }),
    );
    expect(plan.folded.map(({ taskId }) => taskId)).toEqual(['later']);
    expect(written(plan)).toEqual([
      'line of service 55',
      'line of service 56',
      '2027-06-10 price at 8',
      '2027-06-10 +5 at 12.5 cost 9',
      '2027-05-10 proration 40.00',
      '2027-05-14 proration 19.60',
    ]);
  });
});
