import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';

/**
 * A lane: writes inside it go one after another, and one without outcome closes it (DESIGN §7). One contract is a lane;
 * what does not exist yet is waited for at its parent, the company, or at the service's own name.
 */
export type Lane = string;

/** Lane of everything on a contract. */
export function contractLane(contractId: number): Lane {
  return `contract:${contractId}`;
}

/** Lane of a new contract: two that are created for one company at once could not be told apart. */
export function companyLane(companyId: number): Lane {
  return `company:${companyId}`;
}

/** The lane of one operation; `contractId` is the resolved contract of operations that work on one. */
export function laneOf(operation: PlannedOperation, contractId: number | undefined): Lane {
  if (operation.kind === 'createContract') return companyLane(operation.companyId);
  if (operation.kind === 'createService') return `service:${operation.name}`.slice(0, 200);
  if (contractId === undefined) throw new Error(`The contract of ${operation.key} is not known.`);
  return contractLane(contractId);
}
