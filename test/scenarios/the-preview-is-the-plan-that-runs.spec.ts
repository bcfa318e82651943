import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan, applySome, unitsOnDay } from '../factories/apply-plan.js';
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
  tracked,
} from '../factories/plan-facts.js';

const windows = (list: { first: string; last: string; units: number; unitPrice?: string }[]) =>
  list.slice(0, 3).map((one) => `${one.first}..${one.last} ${one.units} at ${one.unitPrice ?? '?'}`);

describe('The preview is the plan that runs (WIZ-6)', () => {
  it('each line shows its windows now and after, from the period of the change on', () => {
    const [row] = plannedReady(changeFacts({ from: 5, to: 8, stored: { unitPrice: '9' } })).lines;
    expect(windows(row!.now)).toEqual([
      '2027-05-01..2027-05-31 5 at 8',
      '2027-06-01..2027-06-30 5 at 8',
      '2027-07-01..2027-07-31 5 at 8',
    ]);
    expect(windows(row!.after)).toEqual([
      '2027-05-01..2027-05-13 5 at 8',
      '2027-05-14..2027-05-31 8 at 9',
      '2027-06-01..2027-06-30 8 at 9',
    ]);
    expect(row).toMatchObject({ priceNow: '8', priceAfter: '9', effectiveDate: '2027-05-14', include: true });
  });

  it('what it shows is what Autotask holds once it has run', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    const plan = planSync(facts);
    const after = applyPlan(facts, plan);
    for (const window of plan.lines[0]!.after) {
      expect(unitsOnDay(after, 701, window.first)).toBe(window.units);
      expect(unitsOnDay(after, 701, window.last)).toBe(window.units);
    }
  });

  it('the arithmetic says days, rate and rounding', () => {
    const [row] = plannedReady(changeFacts({ from: 5, to: 8, stored: { unitPrice: '9' } })).lines;
    // (72.00 − 40.00) × 18 ÷ 31 = 18.580… → 18.58.
    expect(row!.arithmetic).toEqual([
      '(8 × 9.00 − 5 × 8.00) × 18 of 31 days = 18.58 (Autotask computes this when the period is posted)',
    ]);
  });

  it('the change of the next invoice counts units, price and charges of each period', () => {
    const lines = [
      aLine(BASIC, { feeType: 'prorated', extendedPrice: '20.90' }),
      aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' }),
    ];
    const facts = changeFacts({ from: 5, to: 8, lines }, { settings: settings({ proration: 'marketplace' }) });
    // May: 20.90 and 15.00 as charges. June: 3 × 8.00 × 21 of 30 days more, by Autotask. July: 24.00 more.
    expect(plannedReady(facts).invoiceImpact).toEqual([
      { first: '2027-05-01', last: '2027-05-31', now: '40.00', after: '75.90', change: '35.90', expected: false },
      { first: '2027-06-01', last: '2027-06-30', now: '40.00', after: '56.80', change: '16.80', expected: true },
      { first: '2027-07-01', last: '2027-07-31', now: '40.00', after: '64.00', change: '24.00', expected: false },
    ]);
  });

  it('every call is named in the order in which it is made, with what it waits for', () => {
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })], {
      lines: [aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' })],
    });
    const facts = planFacts({
      task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }])),
      choices: { contract: { create: {} } },
    });
    const plan = plannedReady(facts);
    expect(plan.operations.map(({ title }) => title)).toEqual([
      'Create contract Cloud services Marmalade Freight, 2027-03-10 to 2028-03-09',
      'Create line Example Office Basic service',
      'Change units by +5 from 2027-03-10 at 8.00 (Example Office Basic, SO004711)',
      'Charge 15.00 EUR for Setup fee: Example Office Basic',
    ]);
    const known = new Set<string>();
    for (const { key, dependsOn } of plan.operations) {
      expect(dependsOn.filter((one) => !known.has(one))).toEqual([]);
      known.add(key);
    }
  });

  it('an unticked row shows no change and is not written', () => {
    const facts = changeFacts({ from: 5, to: 8 }, { choices: { lines: [{ productKey: BASIC.key, include: false }] } });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual([]);
    expect(plan.lines[0]).toMatchObject({ include: false, unitsNow: 5, unitsAfter: 5 });
  });
});

describe('The hash of a plan', () => {
  const two = (): SyncFacts =>
    planFacts({
      today: '2027-05-14',
      task: orderTask(
        anOrder('change', '2027-05-14', [anItem(BASIC, 8), anItem(PLUS, 1)]),
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

  it('stays the same while the task’s own operations are proven one after the other', () => {
    const facts = two();
    const plan = planSync(facts);
    expect(plan.operations).toHaveLength(2);
    for (const count of [0, 1, 2]) expect(planSync(applySome(facts, plan, count)).hash).toBe(plan.hash);
  });

  it('changes with an operation, a choice, or drift that nobody explained; not with the day on which it is planned', () => {
    const facts = two();
    const { hash } = planSync(facts);
    expect(planSync({ ...facts, today: '2027-05-15' }).hash).toBe(hash);
    const other = two();
    other.task.order!.items[0]!.quantity = '9';
    other.task.subscription.items[0]!.quantity = '9';
    expect(planSync(other).hash).not.toBe(hash);
    expect(planSync({ ...facts, choices: { priceSource: 'marketplace' } }).hash).not.toBe(hash);
    const drifted = two();
    for (const row of drifted.contract!.units) if (row.startDate >= '2027-09-01') row.units += 1;
    expect(planSync(drifted).hash).not.toBe(hash);
  });
});
