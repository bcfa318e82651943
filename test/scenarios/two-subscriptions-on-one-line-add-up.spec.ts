import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  settings,
  tracked,
} from '../factories/plan-facts.js';

const FIRST = 'S-20481';
const SECOND = 'S-30592';
const subscription = (id: string, units: number, unitPrice = '8') =>
  aSubscription([{ product: BASIC, units, unitPrice }], { id });

/** Line 701 holds five of the first subscription and twenty of the second; one of them changes on a day. */
function change(
  id: string,
  to: number,
  about: { on?: string; price?: string; number?: string } = {},
  more = {},
): SyncFacts {
  const { on = '2027-05-14', price, number = 'CH000001' } = about;
  const order = anOrder('change', on, [anItem(BASIC, to)], { number, subscriptionId: id });
  return planFacts({
    today: on,
    task: orderTask(order, subscription(id, to, price)),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 25 }] }] }),
    ...tracked(
      { lineId: 701, product: BASIC, units: 5, subscriptionId: FIRST },
      { lineId: 701, product: BASIC, units: 20, subscriptionId: SECOND },
    ),
    ...more,
  });
}

const shareOf = (facts: SyncFacts, id: string) =>
  facts.ledger.filter((step) => step.kind === 'share' && step.subscriptionId === id).at(-1)?.quantity;

describe('Two subscriptions on one line add up; neither overwrites the other (PSH-11)', () => {
  it.each(['autotask', 'marketplace'] as const)('in quantity, one after the other, with %s proration', (proration) => {
    const mode = { settings: settings({ proration }) };
    const first = change(FIRST, 8, {}, mode);
    const raised = applyPlan(first, planSync(first));
    const order = anOrder('change', '2027-05-20', [anItem(BASIC, 17)], { number: 'CH000002', subscriptionId: SECOND });
    const second = nextTask(raised, orderTask(order, subscription(SECOND, 17)), { today: '2027-05-20' });
    const lowered = applyPlan(second, plannedReady(second));
    expect([shareOf(lowered, FIRST), shareOf(lowered, SECOND)]).toEqual([8, 17]);
    expect(unitsOnDay(lowered, 701, '2027-07-01')).toBe(25);
  });

  it('each change is of its own share only, whatever the other one did the same day', () => {
    const first = change(FIRST, 8);
    const raised = applyPlan(first, planSync(first));
    const order = anOrder('change', '2027-05-14', [anItem(BASIC, 22)], { number: 'CH000002', subscriptionId: SECOND });
    const second = nextTask(raised, orderTask(order, subscription(SECOND, 22)));
    // One adjustment a line and day: the second moves by a day, with the money put right. 2 × 8.00 × (19 − 18) of 31.
    expect(written(plannedReady(second))).toEqual(['2027-05-13 +2', '2027-05-13 shift -0.52']);
    expect(unitsOnDay(applyPlan(second, planSync(second)), 701, '2027-05-14')).toBe(30);
  });

  it('the end of one leaves the other’s units and price', () => {
    const order = anOrder('cancellation', '2027-05-10', [anItem(BASIC, 0, { action: 'CANCEL' })], {
      subscriptionId: FIRST,
    });
    const gone = { ...subscription(FIRST, 5, '9.99'), status: 'terminated' as const, expirationDate: '2027-05-10' };
    const facts = change(FIRST, 0, {}, { today: '2027-05-10', task: orderTask(order, gone) });
    const after = applyPlan(facts, plannedReady(facts));
    expect(written(planSync(facts))).toEqual(['2027-05-10 -5']);
    expect([shareOf(after, FIRST), shareOf(after, SECOND)]).toEqual([0, 20]);
    expect(unitsOnDay(after, 701, '2027-12-31')).toBe(20);
  });

  it('a sale onto a line of another subscription adds its own units', () => {
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 3, { action: 'CREATE' })], { subscriptionId: 'S-new' });
    const facts = change(FIRST, 5, {}, { today: '2027-03-10', task: orderTask(order, subscription('S-new', 3)) });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-03-10 +3']);
    expect(plan.lines[0]).toMatchObject({ quantityNow: 0, quantityAfter: 3, unitsNow: 25, unitsAfter: 28 });
  });
});

describe('One line has one price', () => {
  const dearer = (more = {}) => change(FIRST, 8, { price: '9' }, more);
  const answer = (priceConflict: 'keep' | 'repriceAll') => ({
    choices: { lines: [{ productKey: BASIC.key, include: true, priceConflict }] },
  });

  it('another price while others are on the line asks, and says what each answer leads to', () => {
    const plan = planSync(dearer());
    expect(asked(plan)).toEqual(['PRICE_CONFLICT']);
    expect(plan.requiredActions[0]?.options?.map(({ label }) => label)).toEqual([
      'Keep 8.00',
      '9.00 for all units of the line',
      'A second line of the service',
    ]);
  });

  it('keep: the units come at the price that is there, and nothing of the other changes', () => {
    const facts = dearer(answer('keep'));
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
    expect(plannedReady(facts).lines[0]).toMatchObject({ priceNow: '8', priceAfter: '8' });
  });

  it('reprice all: the price travels on the units, and the invoice shows it for every unit of the line', () => {
    const plan = plannedReady(dearer(answer('repriceAll')));
    expect(written(plan)).toEqual(['2027-05-14 +3 at 9']);
    // June: 28 × 9.00 instead of 25 × 8.00.
    expect(plan.invoiceImpact[1]).toMatchObject({ now: '200.00', after: '252.00', change: '52.00' });
  });

  it('a cost that differs by itself does not go back and forth between the two', () => {
    const facts = change(FIRST, 8);
    facts.task.subscription.items[0]!.unitCost = '7';
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3']);
  });

  it('once the others are gone the line takes the price of the one that is left', () => {
    const alone = dearer(
      tracked(
        { lineId: 701, product: BASIC, units: 25, subscriptionId: FIRST },
        { lineId: 701, product: BASIC, units: 0, subscriptionId: SECOND },
      ),
    );
    expect(
      written(
        plannedReady({
          ...alone,
          task: {
            ...alone.task,
            order: { ...alone.task.order!, items: [anItem(BASIC, 26)] },
            subscription: subscription(FIRST, 26, '9'),
          },
        }),
      ),
    ).toEqual(['2027-05-14 +1 at 9']);
  });
});
