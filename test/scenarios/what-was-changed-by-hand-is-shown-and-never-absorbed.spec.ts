import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import { aContract, anItem, anOrder, aSubscription, BASIC, changeFacts, orderTask } from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const line = (units: { from?: string; units: number }[], postedUpTo?: string) =>
  aContract({ lines: [{ id: 701, product: BASIC, units }], ...(postedUpTo === undefined ? {} : { postedUpTo }) });

/** Ours wrote 5 from 10 March; somebody made it 7 from 4 April. */
function drifted(action?: 'adopt' | 'overwrite' | 'leave', about: Partial<SyncFacts> = {}): SyncFacts {
  return changeFacts(
    { from: 5, to: 8 },
    {
      contract: line([
        { from: '2027-03-10', units: 5 },
        { from: '2027-04-04', units: 7 },
      ]),
      ...(action ? { choices: { drift: [{ lineId: 701, action }] } } : {}),
      ...about,
    },
  );
}

describe('What was changed by hand is shown and never absorbed (PSH-12)', () => {
  it('as a question with what each answer leads to; the task is never automatic', () => {
    const plan = planSync(drifted());
    expect(asked(plan)).toEqual(['DRIFT']);
    expect(plan.lines[0]?.drift).toEqual({ from: '2027-04-04', expected: 5, actual: 7 });
    expect(plan.requiredActions[0]?.options?.map((option) => option.label)).toEqual([
      '7 is right, 2 are not tracked: 7 → 10',
      'Back to ours: 7 → 8',
      'Leave it for now',
    ]);
    expect(planSync(drifted('leave')).automatic).toBe(false);
  });

  it('adopt: the difference becomes base', () => {
    const facts = drifted('adopt');
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.ledgerOnly).toEqual([]);
    expect(plan.operations[0]).toMatchObject({
      ledger: [
        { kind: 'share', from: '2027-05-14', quantity: 8 },
        { kind: 'base', from: '2027-04-04', quantity: 2 },
      ],
    });
    expect(unitsOnDay(applyPlan(facts, plan), 701, '2027-06-01')).toBe(10);
  });

  it('overwrite: expected is written again, from where the difference began', () => {
    const facts = drifted('overwrite');
    const after = applyPlan(facts, planSync(facts));
    expect(written(planSync(facts))).toEqual(['2027-05-14 +3', '2027-04-04 -2']);
    expect(unitsOnDay(after, 701, '2027-04-10')).toBe(5);
    expect(unitsOnDay(after, 701, '2027-06-01')).toBe(8);
    expect(planSync(after).operations).toEqual([]);
    expect(asked(planSync(after))).toEqual([]);
  });

  it('overwrite leaves posted days alone: they become base, what is open is written', () => {
    const facts = drifted('overwrite', {
      contract: line(
        [
          { from: '2027-03-10', units: 5 },
          { from: '2027-04-04', units: 7 },
        ],
        '2027-04-30',
      ),
    });
    const plan = planSync(facts);
    expect(written(plan)).toEqual(['2027-05-14 +3', '2027-05-01 -2']);
    expect(plan.operations[1]).toMatchObject({
      ledger: [
        { kind: 'base', from: '2027-04-04', quantity: 2 },
        { kind: 'base', from: '2027-05-01', quantity: 0 },
      ],
    });
    expect(asked(planSync(applyPlan(facts, plan)))).toEqual([]);
  });

  it('overwrite of a stretch in between writes both of its ends', () => {
    const facts = drifted('overwrite', {
      contract: line([
        { from: '2027-03-10', units: 5 },
        { from: '2027-06-03', units: 1 },
        { from: '2027-08-20', units: 5 },
      ]),
    });
    expect(written(planSync(facts))).toEqual(['2027-05-14 +3', '2027-06-03 +4', '2027-08-20 -4']);
  });

  it('leave: only this task’s own change is written, and the next task asks again', () => {
    const facts = drifted('leave');
    expect(written(planSync(facts))).toEqual(['2027-05-14 +3']);
    const synced = applyPlan(facts, planSync(facts));
    const next = orderTask(
      anOrder('change', '2027-05-20', [anItem(BASIC, 9)], { number: 'CH000009' }),
      aSubscription([{ product: BASIC, units: 9 }]),
    );
    expect(asked(planSync(nextTask(synced, next, { today: '2027-05-20' })))).toEqual(['DRIFT']);
  });

  it('our own steps are no drift, also before the last of them is proven', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    expect(asked(planSync(applyPlan(facts, planSync(facts))))).toEqual([]);
  });

  it('a change of the windows that our journal explains keeps the hash, one that it does not changes it', () => {
    const facts = changeFacts({ from: 5, to: 8 });
    const other = {
      ...facts,
      contract: line([{ from: '2027-03-10', units: 9 }]),
      ledger: [
        ...facts.ledger,
        {
          contractServiceId: 701,
          kind: 'share' as const,
          subscriptionId: 'S-other',
          productKey: BASIC.key,
          from: '2027-03-10',
          quantity: 4,
          taskId: 'x',
          seq: 9,
        },
      ],
    };
    expect(planSync(other).hash).toBe(planSync(facts).hash);
    expect(planSync(drifted()).hash).not.toBe(planSync(facts).hash);
  });

  it('a line that somebody lowered is never taken below zero', () => {
    const facts = changeFacts({ from: 5, to: 0 }, { contract: line([{ from: '2027-03-10', units: 2 }]) });
    const plan = planSync(facts);
    expect(asked(plan)).toEqual(['DRIFT', 'QUANTITY_NEGATIVE']);
    expect(plan.operations).toEqual([]);
  });
});
