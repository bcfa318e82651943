import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { cents, minus, sum } from '../../src/domain/money/money.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { LedgerStep, SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { applyPlan, applySome } from '../factories/apply-plan.js';
import { written } from '../factories/plan-checks.js';
import { histories, runHistory } from '../factories/plan-histories.js';

// Ten thousand cases take their time where other work shares the machine.
vi.setConfig({ testTimeout: 600_000 });

/** A task of a history: its facts with every question answered, and their plan. */
interface Case {
  facts: SyncFacts;
  plan: SyncPlan;
  /** A number of this history, to vary what a rule does. */
  by: number;
}

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

const same = (what: string, actual: unknown, wanted: unknown): void => {
  // A quarter of a million comparisons: text first, the slow ones only to say what differs.
  if (JSON.stringify(actual) !== JSON.stringify(wanted)) expect(actual, what).toEqual(wanted);
};

/** The facts with a row for every product, as the wizard saves them. */
function withEveryRow(facts: SyncFacts): SyncFacts {
  const lines = facts.task.subscription.items.map(
    ({ productKey }) =>
      facts.choices.lines?.find((line) => line.productKey === productKey) ?? { productKey, include: true },
  );
  return { ...facts, choices: { ...facts.choices, lines } };
}

function orderIsIrrelevant({ facts, plan, by }: Case): void {
  if (by % 4 === 0) {
    const saved = withEveryRow(facts);
    isSameInAnyOrder(saved, planSync(saved), by);
  } else isSameInAnyOrder(facts, plan, by);
}

function isSameInAnyOrder(facts: SyncFacts, plan: SyncPlan, by: number): void {
  const other = planSync(turned(facts, by));
  const inOrder = (one: SyncPlan) => [
    one.hash,
    written(one).sort(),
    one.requiredActions.map(({ code }) => code).sort(),
    Object.values(one.amounts).map(({ total }) => total),
    one.invoiceImpact,
    one.automatic,
  ];
  same('input order is irrelevant', inOrder(other), inOrder(plan));
}

function partsSumToTheWhole({ plan }: Case): void {
  for (const { total, rows } of Object.values(plan.amounts))
    same('a block is its rows', total, cents(sum(rows.filter((row) => row.written).map((row) => row.amount))));
  for (const { now, after, change } of plan.invoiceImpact)
    same('an invoice change is after less now', change, cents(minus(after, now)));
}

const othersShares = (facts: SyncFacts): LedgerStep[] =>
  facts.ledger.filter((step) => step.kind === 'share' && step.subscriptionId !== facts.task.subscription.id);

/**
 * The plan carried out by a contract engine that refuses what Autotask refuses: a write outside the contract, a second one
 * on a line and day, units below zero, fewer units or another price in a posted period, more units there where the tenant
 * does not take them.
 */
function applied({ facts, plan, by }: Case): SyncFacts {
  const after = applyPlan(facts, plan);
  const again = planSync(after);
  same('planning after applying finds nothing', [written(again), again.ledgerOnly], [[], []]);
  if (plan.operations.length > 1) {
    const count = 1 + (by % (plan.operations.length - 1));
    same(
      'a plan that was interrupted goes on where it stopped',
      planSync(applySome(facts, plan, count)).operations.map(({ key }) => key),
      plan.operations.slice(count).map(({ key }) => key),
    );
  }
  same('no other subscription’s share changes', othersShares(after), othersShares(facts));
  same('units are never negative', after.contract?.units.filter((row) => row.units < 0) ?? [], []);
  return after;
}

it('Whatever happens: planning after applying finds nothing, parts sum to the whole, input order is irrelevant, and nothing is written that Autotask refuses or that is another subscription’s', () => {
  let ready = 0;
  fc.assert(
    fc.property(histories, fc.nat({ max: 50 }), (history, by) => {
      runHistory(history, (asked, answering) => {
        const one: Case = { ...answering.answered(asked), by };
        orderIsIrrelevant(one);
        partsSumToTheWhole(one);
        if (one.plan.requiredActions.length > 0) return asked;
        ready += 1;
        return applied(one);
      });
    }),
    { numRuns: 6000 },
  );
  expect(ready).toBeGreaterThan(10_000);
});
