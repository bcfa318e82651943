import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { LedgerStep, SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { asOpenTask, unitsOnDay, applyPlan } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import { anItem, anOrder, aSubscription, BASIC, changeFacts, orderTask } from '../factories/plan-facts.js';

it('A task after an ignored one is never automatic, because it may include what that one asked for', () => {
  expect(planSync(changeFacts({ from: 5, to: 8 })).automatic).toBe(true);
  const plan = planSync(changeFacts({ from: 5, to: 8 }, { followsIgnored: true }));
  expect(plan.automatic).toBe(false);
  expect(plan.manualReason).toContain('ignored');
});

/** From five to eight was ignored on 14 April; now ten are ordered. The line holds `units`. */
function afterIgnored(units: number, ...steps: Partial<LedgerStep>[]): SyncFacts {
  const facts = changeFacts({ from: units, to: 10 }, { followsIgnored: true });
  const [share] = facts.ledger;
  const ignored = { ...share!, from: '2027-04-14', effective: '2027-04-14', taskId: 'ignored' };
  facts.ledger = [{ ...share!, quantity: 5 }, ...steps.map((step, index) => ({ ...ignored, seq: 2 + index, ...step }))];
  return facts;
}

describe('What an ignored predecessor leaves behind', () => {
  it('done by hand: the share took its quantity, so the next task adds only what is new', () => {
    const facts = afterIgnored(5, { quantity: 8 });
    for (const row of facts.contract!.units) if (row.startDate >= '2027-05-01') row.units = 8;
    // The hand wrote it from May on, the ledger from 14 April: that difference is shown, not absorbed.
    expect(planSync(facts).requiredActions.map(({ code }) => code)).toEqual(['DRIFT']);
    const exact = afterIgnored(8, { quantity: 8, from: '2027-03-10', effective: '2027-03-10' });
    expect(written(plannedReady(exact))).toEqual(['2027-05-14 +2']);
  });

  it('not to be billed: a standing deduction, which the next task names and keeps', () => {
    const facts = afterIgnored(5, { quantity: 8 }, { kind: 'deduction', quantity: 3 });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +2']);
    expect(plan.lines[0]).toMatchObject({ quantityNow: 5, quantityAfter: 7, unitsNow: 5, unitsAfter: 7 });
    expect(plan.warnings).toContainEqual({
      code: 'STANDING_DIFFERENCE',
      message: 'Example Office Basic: by an earlier decision 3 fewer than the marketplace sells.',
      money: true,
    });
    expect(unitsOnDay(applyPlan(facts, plan), 701, '2027-06-01')).toBe(7);
  });
});

describe('A superseded predecessor', () => {
  it('counts nothing: the absolute quantity of the next task holds all of it', () => {
    // Two orders raised to eight and to ten; the first was superseded and never written.
    expect(written(plannedReady(changeFacts({ from: 5, to: 10 })))).toEqual(['2027-05-14 +5']);
  });

  it('while one that is open is waited for, and the plan says that it does not count it', () => {
    const waiting = orderTask(
      anOrder('change', '2027-05-02', [anItem(BASIC, 8)], { number: 'CH000001' }),
      aSubscription([{ product: BASIC, units: 10 }]),
    );
    const plan = planSync(changeFacts({ from: 5, to: 10 }, { openTasks: [asOpenTask(waiting)] }));
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({
        code: 'HELD',
        message: 'CH000001 of this subscription is not synced yet; this plan does not count it.',
      }),
    );
  });
});
