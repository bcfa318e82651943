import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, asOpenTask, nextTask } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  capabilities,
  changeFacts,
  FEES,
  orderTask,
  planFacts,
  settings,
} from '../factories/plan-facts.js';

const taken = (date: string) => ({
  ownAdjustments: [{ contractServiceId: 701, date, taskId: 'earlier', subscriptionId: 'S-other' }],
});

describe('A taken date moves the change by a day, with the money put right (PSH-9)', () => {
  it('up takes the nearest free open day before, and what Autotask bills too much is given back', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 8 }, taken('2027-05-14')));
    // 3 × 8.00 × (19 − 18) of 31 days: 14.71 − 13.94.
    expect(written(plan)).toEqual(['2027-05-13 +3', '2027-05-13 shift -0.77']);
    expect(plan.operations[1]).toMatchObject({ billingCodeId: 903, feeKind: 'shift' });
  });

  it('up takes the day after where the day before is posted or outside', () => {
    const first = changeFacts({ from: 5, to: 8, on: '2027-05-01', postedUpTo: '2027-04-30' }, taken('2027-05-01'));
    expect(written(plannedReady(first))).toEqual(['2027-05-02 +3', '2027-05-01 shift 0.77']);
  });

  it('down takes the nearest free day after, and what is billed too long is given back, refunds or not', () => {
    const plan = plannedReady(changeFacts({ from: 10, to: 4 }, taken('2027-06-01')));
    // One day of 6 × 8.00: 48.00 − 46.40.
    expect(written(plan)).toEqual(['2027-06-02 -6', '2027-06-01 shift -1.60']);
  });

  it('a price takes the nearest free day after, with the difference of the day', () => {
    const facts = changeFacts({ from: 5, to: 5, stored: { unitPrice: '9' } }, taken('2027-05-01'));
    expect(written(plannedReady(facts))).toEqual(['2027-05-02 price at 9', '2027-05-01 shift 0.16']);
  });

  it('skips several taken days, and days Autotask refused although our journal does not hold them', () => {
    const facts = changeFacts(
      { from: 5, to: 8 },
      {
        ...taken('2027-05-13'),
        capabilities: capabilities({ refusedDates: [{ contractServiceId: 701, date: '2027-05-14' }] }),
      },
    );
    expect(written(plannedReady(facts))[0]).toBe('2027-05-12 +3');
  });

  it('without a mapped proration fee the moved money is only stated', () => {
    const fees = FEES.filter((fee) => fee.feeKind !== 'proration');
    const plan = plannedReady(changeFacts({ from: 5, to: 8 }, { ...taken('2027-05-14'), fees }));
    expect(written(plan)).toEqual(['2027-05-13 +3']);
    expect(plan.amounts.prorated.rows).toContainEqual(
      expect.objectContaining({ feeKind: 'shift', amount: '-0.77', written: false }),
    );
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'SHIFT_NOT_BILLED', money: true }));
  });

  it('units that move before the first day with a price bring that price along', () => {
    const mode = { settings: settings({ proration: 'marketplace' }) };
    const sold = planFacts({
      task: orderTask(
        anOrder('sales', '2027-03-18', [anItem(BASIC, 5, { action: 'CREATE' })]),
        aSubscription([{ product: BASIC, units: 5 }], { creationDate: '2027-03-18', renewalDate: '2028-03-18' }),
      ),
      contract: aContract(),
      ...mode,
    });
    const raised = nextTask(
      applyPlan(sold, planSync(sold)),
      orderTask(
        anOrder('change', '2027-04-02', [anItem(BASIC, 7)], { number: 'CH000002' }),
        aSubscription([{ product: BASIC, units: 7 }], { creationDate: '2027-03-18', renewalDate: '2028-03-18' }),
      ),
      { today: '2027-04-02' },
    );
    // The line bills nothing before 18 April; at the service's own price the two units would cost something else.
    expect(written(plannedReady(raised))[0]).toBe('2027-04-17 +2 at 8');
  });

  it('two changes of one month with marketplace proration, one after the other, both end up right', () => {
    const mode = { settings: settings({ proration: 'marketplace' }) };
    const first = changeFacts({ from: 5, to: 8, order: { number: 'CH000001' } }, mode);
    const second = nextTask(
      applyPlan(first, planSync(first)),
      orderTask(
        anOrder('change', '2027-05-20', [anItem(BASIC, 9)], { number: 'CH000002' }),
        aSubscription([{ product: BASIC, units: 9 }]),
      ),
      { today: '2027-05-20' },
    );
    // 20 May to 9 June: 21 of 31 days; one day too early: 8.00 × (22 − 21) of 30 days.
    expect(written(plannedReady(second))).toEqual([
      '2027-06-09 +1',
      '2027-05-20 proration 5.42',
      '2027-06-09 shift -0.27',
    ]);
  });
});

describe('Several changes of one subscription on one line and day become one adjustment', () => {
  const later = orderTask(
    anOrder('change', '2027-05-14', [anItem(BASIC, 12)], { number: 'CH004712', createdAt: '2027-05-14T09:00:00Z' }),
    aSubscription([{ product: BASIC, units: 12 }]),
  );

  it('the later open task is carried along and superseded', () => {
    const facts = changeFacts({ from: 5, to: 8 }, { openTasks: [asOpenTask(later)] });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +7']);
    expect(plan.folded).toEqual([{ taskId: later.id, reason: expect.stringContaining('CH004712') as string }]);
  });

  it('an opposite change of the same day has its own day, so it stays a task of its own', () => {
    const lower = orderTask(
      anOrder('change', '2027-05-14', [anItem(BASIC, 3)], { number: 'CH004712', createdAt: '2027-05-14T09:00:00Z' }),
      aSubscription([{ product: BASIC, units: 3 }]),
    );
    const plan = plannedReady(changeFacts({ from: 5, to: 8 }, { openTasks: [asOpenTask(lower)] }));
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.folded).toEqual([]);
  });

  it('with marketplace proration both land on B and each keeps its own charge', () => {
    const lower = orderTask(
      anOrder('change', '2027-05-20', [anItem(BASIC, 3)], { number: 'CH004712' }),
      aSubscription([{ product: BASIC, units: 3 }]),
    );
    const facts = changeFacts(
      { from: 5, to: 8 },
      { openTasks: [asOpenTask(lower)], settings: settings({ proration: 'marketplace' }) },
    );
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-06-10 -2', '2027-05-14 proration 20.90']);
    expect(plan.folded).toHaveLength(1);
  });

  it('a task that arrives after the write is not counted as written', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    const synced = applyPlan(facts, planSync(facts));
    const plan = planSync({ ...synced, openTasks: [asOpenTask(later)] });
    expect(plan.operations).toEqual([]);
    expect(plan.folded).toEqual([]);
  });
});
