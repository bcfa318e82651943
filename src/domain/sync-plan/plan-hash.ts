import { hash } from 'node:crypto';
import type { SyncChoices } from './sync-choices.js';
import type { PlannedOperation } from './sync-plan.js';

/** A difference between ledger and Autotask that our own writes do not explain. */
export interface UnexplainedDrift {
  line: string;
  from: string;
  expected: number;
  actual: number;
}

/**
 * SHA-256, hex, of the whole plan's operations (proven ones included, so that a resumed task keeps its hash), the
 * choices and unexplained drift (DESIGN §6 Hash). Left out is what may move without changing what is sent: titles,
 * windows, ledger bookkeeping, and whether a contract or line exists already or is still to be created.
 *
 * @param operations each with the token of the contract and line it works on instead of their ids.
 */
export function planHash(
  operations: readonly { operation: PlannedOperation; contract: string; line: string }[],
  choices: SyncChoices,
  drift: readonly UnexplainedDrift[],
): string {
  const parts = operations.map(({ operation, contract, line }) => `${contract} ${line} ${essence(operation)}`);
  const differences = drift.map((one) => `${one.line} ${one.from} ${one.expected} ${one.actual}`);
  const text = [parts.sort().join('\n'), canonical(choices), differences.sort().join('\n')].join('\n--\n');
  return hash('sha256', text, 'hex');
}

function essence(operation: PlannedOperation): string {
  switch (operation.kind) {
    case 'adjustUnits':
      return list(operation.key, operation.date, operation.unitChange, operation.unitPrice, operation.unitCost);
    case 'adjustPrice':
      return list(operation.key, operation.date, operation.unitPrice, operation.unitCost);
    case 'addCharge':
      return list(
        operation.key,
        operation.amount,
        operation.unitCost,
        operation.datePurchased,
        operation.billingCodeId,
        operation.autotaskProductId,
        operation.purchaseOrderNumber,
      );
    case 'createContract':
      return list(operation.key, operation.name, operation.endDate);
    case 'createLine':
      return list(operation.key, operation.invoiceDescription);
    case 'describeLine':
      return list(operation.key, operation.invoiceDescription);
    case 'createService':
      return list(operation.key, operation.name, operation.unitPrice, operation.unitCost, operation.billingCodeId);
    case 'extendContract':
    case 'endContract':
      return list(operation.key, operation.endDate);
  }
}

function list(...values: (string | number | undefined)[]): string {
  return JSON.stringify(values);
}

/** JSON with sorted keys, and with lists of things in the order of their text: neither order means anything here. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, content]) => content !== undefined);
  return `{${entries
    .map(([key, content]) => `${JSON.stringify(key)}:${canonical(content)}`)
    .sort()
    .join(',')}}`;
}
