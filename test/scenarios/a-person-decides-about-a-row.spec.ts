import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import { anItem, anOrder, aSubscription, BASIC, changeFacts, orderTask, settings } from '../factories/plan-facts.js';
import type { LineChoice } from '../../src/domain/sync-plan/sync-choices.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const choose = (choice: Partial<LineChoice>): Partial<SyncFacts> => ({
  choices: { lines: [{ productKey: BASIC.key, include: true, ...choice }] },
});

function next(facts: SyncFacts, quantity: number): SyncFacts {
  const order = anOrder('change', '2027-05-20', [anItem(BASIC, quantity)], { number: 'CH000099' });
  return nextTask(
    applyPlan(facts, planSync(facts)),
    orderTask(order, aSubscription([{ product: BASIC, units: quantity }])),
    { today: '2027-05-20' },
  );
}

describe('A person decides about a row', () => {
  it('unticked: nothing is written, the difference stands, and the next task names it', () => {
    const facts = changeFacts({ from: 5, to: 8 }, choose({ include: false }));
    const plan = plannedReady(facts);
    expect(plan.operations).toEqual([]);
    expect(plan.ledgerOnly).toEqual([
      expect.objectContaining({ kind: 'share', quantity: 8 }),
      expect.objectContaining({ kind: 'deduction', quantity: 3 }),
    ]);
    const following = next(facts, 10);
    const later = planSync(following);
    expect(written(later)).toEqual(['2027-05-20 +2']);
    expect(later.warnings).toContainEqual(expect.objectContaining({ code: 'STANDING_DIFFERENCE' }));
    expect(later.automatic).toBe(false);
    expect(unitsOnDay(applyPlan(following, later), 701, '2027-06-01')).toBe(7);
  });

  it('another quantity is the absolute share and stands as a difference from the marketplace', () => {
    const facts = changeFacts({ from: 5, to: 8 }, choose({ quantity: 6 }));
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +1']);
    const following = next(facts, 10);
    expect(written(planSync(following))).toEqual(['2027-05-20 +2']);
    expect(planSync(following).automatic).toBe(false);
    const all = { ...following, ...choose({ quantity: 10 }) };
    expect(written(plannedReady(all))).toEqual(['2027-05-20 +4']);
  });

  it('a standing difference ends with the subscription', () => {
    const facts = changeFacts({ from: 5, to: 8 }, choose({ quantity: 6 }));
    expect(written(planSync(next(facts, 0)))).toEqual(['2027-06-01 -6']);
  });

  it('another day is taken as it is', () => {
    expect(written(plannedReady(changeFacts({ from: 5, to: 8 }, choose({ date: '2027-05-20' }))))).toEqual([
      '2027-05-20 +3',
    ]);
    expect(written(plannedReady(changeFacts({ from: 8, to: 5 }, choose({ date: '2027-05-20' }))))).toEqual([
      '2027-05-20 -3',
    ]);
  });

  it('another price and cost', () => {
    expect(written(plannedReady(changeFacts({ from: 5, to: 8 }, choose({ price: '7.77', cost: '5' }))))).toEqual([
      '2027-05-14 +3 at 7.77 cost 5',
    ]);
  });

  it('an unticked row charges nothing either', () => {
    const marketplace = settings({ proration: 'marketplace' });
    const plan = plannedReady(
      changeFacts({ from: 5, to: 8 }, { settings: marketplace, ...choose({ include: false }) }),
    );
    expect(plan.operations).toEqual([]);
  });

  it('what is written already cannot be written again with another quantity', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    const synced = applyPlan(facts, planSync(facts));
    const plan = planSync({ ...synced, ...choose({ quantity: 12 }) });
    expect(plan.operations).toEqual([]);
    expect(asked(plan)).toEqual(['QUANTITY_MISMATCH']);
    expect(asked(planSync({ ...synced, ...choose({ quantity: 8 }) }))).toEqual([]);
    const more = planSync({
      ...synced,
      task: { ...synced.task, order: { ...synced.task.order!, items: [anItem(BASIC, 12)] } },
    });
    expect(asked(more)).toContain('QUANTITY_MISMATCH');
  });

  it('nor at another price', () => {
    const facts = changeFacts({ from: 5, to: 8, stored: { unitPrice: '9' } });
    const synced = applyPlan(facts, planSync(facts));
    expect(asked(planSync({ ...synced, ...choose({ price: '9.5' }) }))).toEqual(['PRICE_CONFLICT']);
  });

  it('the order and the subscription name different quantities: a person says which counts', () => {
    const facts = changeFacts({ from: 5, to: 12, stored: { quantity: '13' } });
    const plan = planSync(facts);
    expect(asked(plan)).toEqual(['QUANTITY_MISMATCH']);
    expect(plan.requiredActions[0]?.message).toBe(
      'Order CH004711 says 12 of Example Office Basic, the subscription says 13. Say which is right.',
    );
    expect(written(planSync({ ...facts, choices: { quantityFrom: 'order' } }))).toEqual(['2027-05-14 +7']);
    expect(written(planSync({ ...facts, choices: { quantityFrom: 'subscription' } }))).toEqual(['2027-05-14 +8']);
  });

  it('but only for the newest open task: an older one differs rightly', () => {
    const newer = orderTask(
      anOrder('change', '2027-05-20', [anItem(BASIC, 13)], { number: 'CH000099' }),
      aSubscription([{ product: BASIC, units: 13 }]),
    );
    const facts = changeFacts(
      { from: 5, to: 12, stored: { quantity: '13' } },
      {
        openTasks: [
          {
            id: newer.id,
            type: 'change',
            order: newer.order!,
            subscription: newer.subscription,
            createdAt: '2027-05-20T08:00:00Z',
          },
        ],
      },
    );
    expect(asked(planSync(facts))).toEqual([]);
  });
});
