import { expect } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { PlannedOperation, SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { applyPlan } from './apply-plan.js';

/** Plans, expects that nothing has to be asked, and that planning again after the sync finds nothing left to do. */
export function plannedReady(facts: SyncFacts): SyncPlan {
  const plan = planSync(facts);
  expect(plan.requiredActions).toEqual([]);
  const again = planSync(applyPlan(facts, plan));
  expect(again.operations).toEqual([]);
  expect(again.ledgerOnly).toEqual([]);
  expect(again.requiredActions).toEqual([]);
  return plan;
}

/** The codes of what a plan asks a person. */
export function asked(plan: SyncPlan): string[] {
  return plan.requiredActions.map((action) => action.code);
}

/** An operation as one line of text, so that a test reads as a list of writes. */
export function written(plan: SyncPlan): string[] {
  return plan.operations.map(inWords);
}

function inWords(operation: PlannedOperation): string {
  switch (operation.kind) {
    case 'adjustUnits':
      return `${operation.date} ${operation.unitChange > 0 ? '+' : ''}${operation.unitChange}${at(operation)}`;
    case 'adjustPrice':
      return `${operation.date} price${at(operation)}`;
    case 'addCharge':
      return `${operation.datePurchased} ${operation.feeKind} ${operation.amount}`;
    case 'createContract':
      return `contract ${operation.startDate}..${operation.endDate}`;
    case 'createLine':
      return `line of service ${operation.serviceId}`;
    case 'describeLine':
      return `text "${operation.invoiceDescription}"`;
    case 'extendContract':
      return `extend to ${operation.endDate}`;
    case 'endContract':
      return `end on ${operation.endDate}`;
    case 'createService':
      return `service ${operation.name}`;
  }
}

function at(operation: { unitPrice?: string; unitCost?: string }): string {
  const price = operation.unitPrice === undefined ? '' : ` at ${operation.unitPrice}`;
  return price + (operation.unitCost === undefined ? '' : ` cost ${operation.unitCost}`);
}
