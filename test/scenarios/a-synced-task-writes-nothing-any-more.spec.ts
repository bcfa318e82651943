import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan, nextTask } from '../factories/apply-plan.js';
import { asked, plannedReady } from '../factories/plan-checks.js';
import { anItem, anOrder, aSubscription, BASIC, changeFacts, orderTask } from '../factories/plan-facts.js';

/** A change that is carried out, and the one after it. */
function afterALaterChange(first: { from: number; to: number }, later: number): { old: SyncFacts; world: SyncFacts } {
  const old = changeFacts(first);
  const done = applyPlan(old, planSync(old));
  const order = anOrder('change', '2027-06-20', [anItem(BASIC, later)], { number: 'CH004712' });
  const subscription = aSubscription([{ product: BASIC, units: later, unitPrice: '9' }]);
  const next = nextTask(done, orderTask(order, subscription), { today: '2027-06-20' });
  return { old, world: applyPlan(next, planSync(next)) };
}

const asSynced = (world: SyncFacts, old: SyncFacts, proven: SyncFacts['proven']): SyncFacts => ({
  ...world,
  proven,
  task: { ...old.task, isSynced: true },
});

describe('A synced task writes nothing any more, whatever later tasks have made of its lines', () => {
  it.each([
    ['an upgrade', { from: 5, to: 8 }, 3],
    ['a downgrade', { from: 5, to: 2 }, 9],
    ['a task that had nothing to write', { from: 5, to: 5 }, 8],
  ])('%s', (_, first, later) => {
    const { old, world } = afterALaterChange(first, later);
    const plan = planSync(asSynced(world, old, applyPlan(old, planSync(old)).proven));
    expect([plan.operations, plan.ledgerOnly, plan.folded, asked(plan)]).toEqual([[], [], [], []]);
    for (const row of plan.lines) expect(row.after).toEqual(row.now);
  });

  it('while one that is not finished goes on with what is left of it', () => {
    const old = changeFacts({ from: 5, to: 8 });
    expect(plannedReady(old).operations).toHaveLength(1);
    expect(planSync({ ...old, task: { ...old.task, isSynced: false } }).operations).toHaveLength(1);
  });
});
