import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan } from '../factories/apply-plan.js';
import { written } from '../factories/plan-checks.js';
import { histories, runHistory } from '../factories/plan-histories.js';

/** The same facts with every list turned: each by its own number of places. */
function turned(facts: SyncFacts, by: number): SyncFacts {
  const turn = <T>(list: readonly T[], places: number): T[] => {
    const at = list.length === 0 ? 0 : (by * places) % list.length;
    return [...list.slice(at), ...list.slice(0, at)].toReversed();
  };
  const { task, contract } = facts;
  return {
    ...facts,
    companies: turn(facts.companies, 1),
    services: turn(facts.services, 2),
    fees: turn(facts.fees, 3),
    ledger: turn(facts.ledger, 5),
    prices: turn(facts.prices, 7),
    proven: turn(facts.proven, 11),
    ownAdjustments: turn(facts.ownAdjustments, 13),
    heldCharges: turn(facts.heldCharges, 17),
    choices: { ...facts.choices, ...(facts.choices.lines ? { lines: turn(facts.choices.lines, 1) } : {}) },
    task: {
      ...task,
      subscription: { ...task.subscription, items: turn(task.subscription.items, 1) },
      ...(task.order
        ? { order: { ...task.order, items: turn(task.order.items, 1), lines: turn(task.order.lines, 1) } }
        : {}),
    },
    ...(contract
      ? { contract: { ...contract, lines: turn(contract.lines, 19), units: turn(contract.units, 23) } }
      : {}),
  };
}

it('Input order is irrelevant: the same facts in any order make the same plan', () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 0, max: 50 }), (history, by) => {
      runHistory(history, (asked, answering) => {
        const { facts, plan } = answering.answered(asked);
        const other = planSync(turned(facts, by));
        expect(other.hash).toBe(plan.hash);
        expect(written(other).sort()).toEqual(written(plan).sort());
        expect(other.requiredActions.map((action) => action.code).sort()).toEqual(
          plan.requiredActions.map((action) => action.code).sort(),
        );
        for (const block of Object.keys(plan.amounts) as (keyof typeof plan.amounts)[])
          expect(other.amounts[block].total).toBe(plan.amounts[block].total);
        expect(other.invoiceImpact).toEqual(plan.invoiceImpact);
        expect(other.automatic).toBe(plan.automatic);
        return plan.requiredActions.length > 0 ? asked : applyPlan(facts, plan);
      });
    }),
    { numRuns: 2000 },
  );
});
