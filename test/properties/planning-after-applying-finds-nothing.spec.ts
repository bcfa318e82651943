import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, applySome } from '../factories/apply-plan.js';
import { histories, runHistory } from '../factories/plan-histories.js';

/**
 * Every plan of a history is carried out by a contract engine that refuses what Autotask refuses: a write outside the
 * contract, a second one on a line and day, units below zero, lower units or another price in a posted period.
 */
it('Planning after applying finds nothing, also after only some operations, and never writes what Autotask refuses', () => {
  let ready = 0;
  fc.assert(
    fc.property(histories, (history) => {
      runHistory(history, (asked, answering) => {
        const { facts, plan } = answering.answered(asked);
        if (plan.requiredActions.length > 0) return asked;
        ready += 1;
        const others = facts.ledger.filter(
          (step) => step.kind === 'share' && step.subscriptionId !== facts.task.subscription.id,
        );
        const after = applyPlan(facts, plan);
        const again = planSync(after);
        expect(again.operations).toEqual([]);
        expect(again.ledgerOnly).toEqual([]);
        for (let count = 1; count < plan.operations.length; count++) {
          const resumed = planSync(applySome(facts, plan, count));
          expect(resumed.operations.map((operation) => operation.key)).toEqual(
            plan.operations.slice(count).map((operation) => operation.key),
          );
        }
        expect(
          after.ledger.filter((step) => step.kind === 'share' && step.subscriptionId !== facts.task.subscription.id),
        ).toEqual(others);
        expect(after.contract?.units.every((row) => row.units >= 0)).toBe(true);
        return after;
      });
    }),
    { numRuns: 2000 },
  );
  expect(ready).toBeGreaterThan(2000);
});
