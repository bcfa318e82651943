import { describe, expect, it } from 'vitest';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts, TaskFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan, nextTask } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  MODELS,
  orderTask,
  planFacts,
  sweepTask,
} from '../factories/plan-facts.js';

/** Post-paid, billed on the 10th: a billing order of 10 April tells what was used from 10 March to 9 April. */
const subscription = aSubscription([{ product: BASIC, units: 3 }], { billingModel: MODELS.after });

function ordered(
  on: string,
  number: string,
  lines: OrderLine[] = [aLine(BASIC, { extendedPrice: '7.50' })],
): TaskFacts {
  return orderTask(anOrder('billing', on, [anItem(BASIC, 3)], { number, lines }), subscription);
}

function reported(periodStart: string, periodEnd: string, kind = 'usage'): TaskFacts {
  const record = { subscriptionId: subscription.id, productId: BASIC.id, kind, periodStart, periodEnd };
  const amount = { quantity: '3', unitPrice: '2.5', amount: '7.50', currency: 'EUR' };
  return sweepTask('usage', subscription, {
    sourceKey: `usage:${subscription.id}:${BASIC.key}:${periodStart}:1`,
    usage: [{ ...record, ...amount }],
  });
}

const world = (task: TaskFacts): SyncFacts =>
  planFacts({ today: '2027-04-12', task, contract: aContract(), services: [] });
const after = (first: TaskFacts, second: TaskFacts): SyncFacts => {
  const facts = world(first);
  return nextTask(applyPlan(facts, planSync(facts)), second, { today: '2027-04-14' });
};

describe('Usage that an order and a report both tell is charged once (PSH-6)', () => {
  it('the report after the billing order asks, and names the order', () => {
    const plan = planSync(after(ordered('2027-04-10', 'BO000001'), reported('2027-03-10', '2027-04-09')));
    expect(asked(plan)).toEqual(['USAGE_CHARGED']);
    expect(plan.requiredActions[0]?.message).toBe(
      'The usage of Example Office Basic from 2027-03-10 to 2027-04-09 is charged already, by order BO000001. Ignore the task; what is still owed is charged in Autotask by hand.',
    );
    expect([plan.operations, plan.automatic]).toEqual([[], false]);
  });

  it('the billing order after the report asks too', () => {
    const plan = planSync(after(reported('2027-03-10', '2027-04-09'), ordered('2027-04-10', 'BO000001')));
    expect(asked(plan)).toEqual(['USAGE_CHARGED']);
    expect(plan.requiredActions[0]?.message).toContain('by a usage report');
    expect(plan.operations).toEqual([]);
  });

  it('also where the report counts other days than the subscription, as far as they meet', () => {
    const april = after(ordered('2027-04-10', 'BO000001'), reported('2027-03-01', '2027-03-31'));
    expect(asked(planSync(april))).toEqual(['USAGE_CHARGED']);
  });

  it('also where the first went to the contract the subscription was on before', () => {
    const facts = after(ordered('2027-04-10', 'BO000001'), reported('2027-03-10', '2027-04-09'));
    const moved = { ...facts, contract: aContract({ id: 30001 }), heldCharges: [] };
    expect(written(plannedReady(moved))).toEqual(['2027-03-10 usage 7.50']);
    expect(asked(planSync({ ...moved, chargedElsewhere: facts.heldCharges }))).toEqual(['USAGE_CHARGED']);
  });

  it('overuse likewise', () => {
    const lines = [aLine(BASIC, { feeType: 'overuse', sourceType: 'overuse', extendedPrice: '4' })];
    const twice = after(ordered('2027-04-10', 'BO000001', lines), reported('2027-03-10', '2027-04-09', 'overuse'));
    expect(asked(planSync(twice))).toEqual(['USAGE_CHARGED']);
    const back = after(reported('2027-03-10', '2027-04-09', 'overuse'), ordered('2027-04-10', 'BO000001', lines));
    expect(asked(planSync(back))).toEqual(['USAGE_CHARGED']);
  });

  it('another period, another kind or a second order of the period are charged as they come', () => {
    const first = ordered('2027-04-10', 'BO000001');
    expect(written(plannedReady(after(first, reported('2027-04-10', '2027-05-09'))))).toEqual([
      '2027-04-10 usage 7.50',
    ]);
    expect(written(plannedReady(after(first, reported('2027-03-10', '2027-04-09', 'overuse'))))).toEqual([
      '2027-03-10 overuse 7.50',
    ]);
    expect(written(plannedReady(after(first, ordered('2027-04-10', 'BO000002'))))).toEqual(['2027-03-10 usage 7.50']);
  });

  it('the task that charged it asks nothing when it is planned again', () => {
    const facts = world(reported('2027-03-10', '2027-04-09'));
    expect(asked(planSync(applyPlan(facts, planSync(facts))))).toEqual([]);
  });
});
