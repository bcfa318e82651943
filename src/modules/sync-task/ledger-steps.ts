import type { CalendarDate } from '../../domain/calendar/calendar-date.js';
import type { LedgerStep, LinePriceStep } from '../../domain/sync-plan/sync-facts.js';
import type { Unit } from '../../platform/database/database.js';
import { LineLedger, LinePrice } from './sync-operation.entity.js';
import { SyncTask } from './sync-task.entity.js';

/** The tenant and connection a row belongs to. */
interface Owner {
  id: string;
  installationId: string;
}

/** What made a step: the task, and the operation where a write to Autotask carried it. */
export interface StepOrigin {
  taskId?: string | undefined;
  operationId?: string | undefined;
}

/** A ledger step of a line that exists. `effective` as in `LedgerStep`. */
export type NewLedgerStep = Omit<LedgerStep, 'taskId' | 'seq'>;
/** A price step of a line that exists. */
export type NewPriceStep = Omit<LinePriceStep, 'taskId' | 'seq'>;

/**
 * Appends steps of what a contract's lines are expected to hold (DESIGN §6 Ledger). Steps are never changed; on the same
 * day the one written last holds. Use inside the transaction that makes them true.
 */
export async function appendLedgerSteps(
  em: Unit,
  connection: Owner,
  contractId: number,
  steps: readonly NewLedgerStep[],
  origin: StepOrigin = {},
): Promise<void> {
  if (steps.length === 0) return;
  const next = await sequence(em, connection, 'line_ledger', steps);
  for (const step of steps)
    em.create(LineLedger, {
      installationId: connection.installationId,
      connectionId: connection.id,
      contractId,
      contractServiceId: step.contractServiceId,
      kind: step.kind,
      subscriptionId: step.subscriptionId ?? null,
      productKey: step.productKey ?? null,
      fromDate: step.from,
      quantity: step.quantity,
      effectiveDate: step.effective ?? null,
      seq: next(step.contractServiceId),
      taskId: origin.taskId ?? null,
      operationId: origin.operationId ?? null,
    });
  await em.flush();
}

/** Appends prices and costs we wrote; the same rules as for ledger steps. */
export async function appendPriceSteps(
  em: Unit,
  connection: Owner,
  contractId: number,
  steps: readonly NewPriceStep[],
  origin: StepOrigin = {},
): Promise<void> {
  if (steps.length === 0) return;
  const next = await sequence(em, connection, 'line_price', steps);
  for (const step of steps)
    em.create(LinePrice, {
      installationId: connection.installationId,
      connectionId: connection.id,
      contractId,
      contractServiceId: step.contractServiceId,
      fromDate: step.from,
      unitPrice: step.unitPrice ?? null,
      unitCost: step.unitCost ?? null,
      seq: next(step.contractServiceId),
      taskId: origin.taskId ?? null,
      operationId: origin.operationId ?? null,
    });
  await em.flush();
}

/** Takes the steps of a task that no write carried back, e.g. those of an ignored task that is restored. */
export async function removeUnwrittenSteps(
  em: Unit,
  task: { id: string; installationId: string; connectionId: string },
): Promise<number> {
  return await em.nativeDelete(LineLedger, {
    installationId: task.installationId,
    connectionId: task.connectionId,
    taskId: task.id,
    operationId: null,
  });
}

/** Every ledger and price step of contracts, by contract, in the order of writing. */
export async function stepsOfContracts(
  em: Unit,
  connection: Owner,
  contractIds: readonly number[],
): Promise<Map<number, { ledger: LedgerStep[]; prices: LinePriceStep[] }>> {
  const found = new Map<number, { ledger: LedgerStep[]; prices: LinePriceStep[] }>();
  for (const id of contractIds) found.set(id, { ledger: [], prices: [] });
  if (found.size === 0) return found;
  const where = {
    installationId: connection.installationId,
    connectionId: connection.id,
    contractId: { $in: [...found.keys()] },
  };
  const order = { orderBy: { seq: 'asc', createdAt: 'asc', id: 'asc' } } as const;
  for (const row of await em.find(LineLedger, where, order)) found.get(row.contractId)?.ledger.push(ledgerStepOf(row));
  for (const row of await em.find(LinePrice, where, order)) found.get(row.contractId)?.prices.push(priceStepOf(row));
  return found;
}

/**
 * Marks the steps of tasks that took over a running subscription: days before their first unit were billed by somebody
 * else, where other units that follow later than they count from were charged ahead (DESIGN §6 Money).
 */
export async function markTakenOver(em: Unit, connection: Owner, steps: Iterable<LedgerStep>): Promise<void> {
  const ahead = [...steps].filter(
    ({ kind, taskId, effective, from }) =>
      kind === 'share' && taskId !== undefined && effective !== undefined && effective < from,
  );
  if (ahead.length === 0) return;
  const tasks = await em.find(
    SyncTask,
    {
      installationId: connection.installationId,
      connectionId: connection.id,
      id: { $in: [...new Set(ahead.map(({ taskId }) => taskId!))] },
      source: 'initial',
    },
    { fields: ['id'] },
  );
  const initial = new Set(tasks.map(({ id }) => id));
  for (const step of ahead) if (initial.has(step.taskId!)) step.takenOver = true;
}

/** Contracts on which a subscription has a share, ended ones too. */
export async function contractsOfShares(
  em: Unit,
  connection: Owner,
  subscriptionIds: readonly string[],
): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  if (subscriptionIds.length === 0) return found;
  const rows = await em.find(
    LineLedger,
    {
      installationId: connection.installationId,
      connectionId: connection.id,
      kind: 'share',
      subscriptionId: { $in: [...subscriptionIds] },
    },
    { fields: ['subscriptionId', 'contractId'] },
  );
  for (const { subscriptionId, contractId } of rows) {
    const contracts = found.get(subscriptionId!) ?? [];
    if (!contracts.includes(contractId)) contracts.push(contractId);
    found.set(subscriptionId!, contracts);
  }
  return found;
}

function ledgerStepOf(row: LineLedger): LedgerStep {
  return {
    contractServiceId: row.contractServiceId,
    kind: row.kind,
    from: dayOf(row.fromDate),
    quantity: row.quantity,
    seq: row.seq,
    ...(row.subscriptionId ? { subscriptionId: row.subscriptionId } : {}),
    ...(row.productKey ? { productKey: row.productKey } : {}),
    ...(row.taskId ? { taskId: row.taskId } : {}),
    ...(row.effectiveDate ? { effective: dayOf(row.effectiveDate) } : {}),
  };
}

function priceStepOf(row: LinePrice): LinePriceStep {
  return {
    contractServiceId: row.contractServiceId,
    from: dayOf(row.fromDate),
    seq: row.seq,
    ...(row.unitPrice === null ? {} : { unitPrice: row.unitPrice }),
    ...(row.unitCost === null ? {} : { unitCost: row.unitCost }),
    ...(row.taskId ? { taskId: row.taskId } : {}),
  };
}

function dayOf(value: string): CalendarDate {
  return value.slice(0, 10);
}

/** Hands out the next numbers of each line. */
async function sequence(
  em: Unit,
  connection: Owner,
  table: 'line_ledger' | 'line_price',
  steps: readonly { contractServiceId: number }[],
): Promise<(contractServiceId: number) => number> {
  const lines = [...new Set(steps.map(({ contractServiceId }) => contractServiceId))];
  const rows = await em.execute<{ line: number; last: number }[]>(
    `select contract_service_id as line, max(seq) as last from "${table}"
     where installation_id = ? and connection_id = ? and contract_service_id in (${lines.map(() => '?').join(', ')})
     group by contract_service_id`,
    [connection.installationId, connection.id, ...lines],
  );
  const last = new Map(rows.map((row) => [row.line, row.last]));
  return (line) => {
    const next = (last.get(line) ?? 0) + 1;
    last.set(line, next);
    return next;
  };
}
