import { periodTypeMonths } from '../../src/domain/autotask/entities.js';
import { addDays, later, type CalendarDate } from '../../src/domain/calendar/calendar-date.js';
import { PeriodGrid } from '../../src/domain/calendar/period-grid.js';
import { PriceHistory } from '../../src/domain/sync-plan/price-history.js';
import type {
  ContractFacts,
  LedgerStep,
  OpenTaskFacts,
  SyncFacts,
  TaskFacts,
} from '../../src/domain/sync-plan/sync-facts.js';
import type { ContractRef, LineRef, PlannedOperation, SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';

/** Raised where Autotask would refuse a write; a test that sees it has found a plan that cannot be carried out. */
export class AutotaskRefusal extends Error {}

/**
 * What a plan's operations make of the facts when Autotask carries all of them out and every one is proven: its contract
 * engine in small (reference/autotask-rest-api §11.3, DESIGN §9). Later facts of the same task must then plan nothing.
 *
 * @throws AutotaskRefusal for a write that Autotask refuses: outside the contract, a second one on a line and day, below
 * zero, in a posted period where the tenant refuses it, or one whose prerequisites are not proven.
 */
export function applyPlan(facts: SyncFacts, plan: SyncPlan): SyncFacts {
  const state = copied(facts);
  for (const operation of plan.operations) applyOperation(state, operation);
  for (const step of plan.ledgerOnly) addStep(state, step);
  return state;
}

/** Carries out the first `count` operations only, as if the process died after them. */
export function applySome(facts: SyncFacts, plan: SyncPlan, count: number): SyncFacts {
  const state = copied(facts);
  for (const operation of plan.operations.slice(0, count)) applyOperation(state, operation);
  return state;
}

/** The same world with another task: what the one before wrote is somebody else's from now on. */
export function nextTask(
  facts: SyncFacts,
  task: TaskFacts,
  about: Partial<Pick<SyncFacts, 'today' | 'choices' | 'openTasks' | 'settings'>> = {},
): SyncFacts {
  return { ...facts, task, proven: [], choices: {}, openTasks: [], ...about };
}

/** A task as another one sees it. */
export function asOpenTask(task: TaskFacts): OpenTaskFacts {
  return {
    id: task.id,
    type: task.type,
    subscription: task.subscription,
    createdAt: task.order?.createdAt ?? `${task.readOn}T00:00:00Z`,
    ...(task.order ? { order: task.order } : {}),
  };
}

/** Marks every row that starts on or before a day as approved and posted. */
export function posted(facts: SyncFacts, upTo: CalendarDate): SyncFacts {
  const state = copied(facts);
  for (const row of state.contract?.units ?? []) if (row.startDate <= upTo) row.approveAndPostDate = upTo;
  return state;
}

/** Units of a line on a day, by the reading rule of the reference. */
export function unitsOnDay(facts: SyncFacts, lineId: number, day: CalendarDate): number {
  const rows = (facts.contract?.units ?? []).filter(
    (row) => row.contractServiceId === lineId && row.startDate <= day && row.endDate >= day,
  );
  return rows.sort((a, b) => (a.startDate < b.startDate ? 1 : -1))[0]?.units ?? 0;
}

/** A copy of what writes change; the rest is shared. */
function copied(facts: SyncFacts): SyncFacts {
  const contract = (one: ContractFacts): ContractFacts => ({
    ...one,
    contract: { ...one.contract },
    lines: one.lines.map((line) => ({ ...line })),
    units: one.units.map((row) => ({ ...row })),
  });
  return {
    ...facts,
    ledger: [...facts.ledger],
    prices: [...facts.prices],
    proven: [...facts.proven],
    ownAdjustments: [...facts.ownAdjustments],
    heldCharges: [...facts.heldCharges],
    ...(facts.contract ? { contract: contract(facts.contract) } : {}),
    ...(facts.otherContract ? { otherContract: contract(facts.otherContract) } : {}),
  };
}

function applyOperation(state: SyncFacts, operation: PlannedOperation): void {
  for (const key of operation.dependsOn)
    if (!state.proven.some((proven) => proven.key === key)) throw new AutotaskRefusal(`${operation.key} before ${key}`);
  const resultId = carryOut(state, operation);
  state.proven.push({ key: operation.key, kind: operation.kind, ...(resultId === undefined ? {} : { resultId }) });
}

function carryOut(state: SyncFacts, operation: PlannedOperation): number | undefined {
  switch (operation.kind) {
    case 'createContract': {
      const id = 77_001;
      state.contract = {
        contract: {
          id,
          companyId: operation.companyId,
          name: operation.name,
          contractNumber: operation.contractNumber,
          contractType: 7,
          periodType: operation.periodType,
          isActive: true,
          startDate: operation.startDate,
          endDate: operation.endDate,
        },
        currency: state.currency,
        lines: [],
        units: [],
      };
      return id;
    }
    case 'createLine': {
      const contract = contractOf(state, operation.contract);
      const id = 80_001 + contract.lines.length;
      const service = state.services.find((mapping) => mapping.serviceId === operation.serviceId)?.service;
      contract.lines.push({
        id,
        contractId: contract.contract.id,
        serviceId: operation.serviceId,
        ...(operation.invoiceDescription === undefined ? {} : { invoiceDescription: operation.invoiceDescription }),
        unitPrice: service?.unitPrice ?? '0',
        internalCurrencyUnitPrice: service?.unitPrice ?? '0',
        internalCurrencyAdjustedPrice: service?.unitPrice ?? '0',
        unitCost: service?.unitCost ?? '0',
      });
      return id;
    }
    case 'adjustUnits':
    case 'adjustPrice':
      adjust(state, operation);
      return undefined;
    case 'addCharge': {
      if (Number(operation.amount) < 0 && state.capabilities.negativeCharge === 'refuse')
        throw new AutotaskRefusal(`negative charge ${operation.amount}`);
      if (operation.chargeKey.length > 50) throw new AutotaskRefusal(`key too long: ${operation.chargeKey}`);
      contractOf(state, operation.contract);
      state.heldCharges.push(operation.chargeKey);
      return 90_000 + state.heldCharges.length;
    }
    case 'describeLine': {
      const contract = contractOf(state, operation.contract);
      lineOf(contract, state, operation.line).invoiceDescription = operation.invoiceDescription;
      return undefined;
    }
    case 'extendContract':
    case 'endContract':
      moveEnd(state, contractOf(state, operation.contract), operation.endDate);
      return undefined;
    case 'createService':
      return 95_001;
  }
}

function adjust(state: SyncFacts, operation: Extract<PlannedOperation, { kind: 'adjustUnits' | 'adjustPrice' }>): void {
  const contract = contractOf(state, operation.contract);
  const line = lineOf(contract, state, operation.line);
  const { date } = operation;
  const change = operation.kind === 'adjustUnits' ? operation.unitChange : 0;
  if (operation.kind === 'adjustUnits' && change === 0) throw new AutotaskRefusal('a unit change of 0');
  if (date < contract.contract.startDate || date > contract.contract.endDate)
    throw new AutotaskRefusal(`${date} is outside the contract`);
  if (state.ownAdjustments.some((own) => own.contractServiceId === line.id && own.date === date))
    throw new AutotaskRefusal(`a second adjustment of line ${line.id} on ${date}`);
  const rows = contract.units.filter((row) => row.contractServiceId === line.id);
  const inPosted = rows.some((row) => row.approveAndPostDate && row.endDate >= date);
  // A price in a period that is posted without a unit, or at that very price, changes nothing that was billed.
  const history = new PriceHistory(
    state.prices.filter((step) => step.contractServiceId === line.id),
    '',
  );
  const differs = (figure: 'unitPrice' | 'unitCost', day: CalendarDate): boolean => {
    const wanted = operation[figure];
    const held = history.before(figure, day) ?? line[figure];
    return wanted !== undefined && (held === undefined || Number(held) !== Number(wanted));
  };
  const reprices = rows.some(
    (row) =>
      row.approveAndPostDate &&
      row.endDate >= date &&
      row.units > 0 &&
      (differs('unitPrice', later(row.startDate, date)) || differs('unitCost', later(row.startDate, date))),
  );
  if (inPosted && (change <= 0 || reprices || state.capabilities.adjustPosted === 'refuse'))
    throw new AutotaskRefusal(`lowers units or changes a price in a posted period on ${date}`);
  const after = rowsAfter(contract, line.id, line.serviceId, rows, date, change);
  if (after.some((row) => row.units < 0)) throw new AutotaskRefusal('below zero');
  contract.units = [...contract.units.filter((row) => row.contractServiceId !== line.id), ...after];
  state.ownAdjustments.push({
    contractServiceId: line.id,
    date,
    taskId: state.task.id,
    subscriptionId: state.task.subscription.id,
  });
  if (operation.unitPrice !== undefined) line.internalCurrencyAdjustedPrice = operation.unitPrice;
  if (operation.unitCost !== undefined) line.unitCost = operation.unitCost;
  for (const step of operation.ledger) addStep(state, { ...step, contractServiceId: line.id });
  if (operation.price)
    state.prices.push({
      ...operation.price,
      contractServiceId: line.id,
      taskId: state.task.id,
      seq: state.prices.length + 1,
    });
}

/** The rows of a line with a change from a day on: one a period, split where the day falls inside one. */
function rowsAfter(
  contract: ContractFacts,
  lineId: number,
  serviceId: number,
  rows: readonly ContractFacts['units'][number][],
  date: CalendarDate,
  change: number,
): ContractFacts['units'] {
  const { startDate, endDate, periodType, id } = contract.contract;
  const grid = new PeriodGrid(startDate, periodTypeMonths(periodType ?? 2));
  const cuts = new Set<CalendarDate>([date, ...rows.map((row) => row.startDate)]);
  const on = (day: CalendarDate) => rows.find((row) => row.startDate <= day && row.endDate >= day);
  const result: ContractFacts['units'] = [];
  for (let period = grid.period(0); period.first <= endDate; period = grid.period(period.index + 1)) {
    const last = period.last < endDate ? period.last : endDate;
    const starts = [period.first, ...[...cuts].filter((cut) => cut > period.first && cut <= last).sort()];
    starts.forEach((first, index) => {
      const next = starts[index + 1];
      const old = on(first);
      const units = (old?.units ?? 0) + (first >= date ? change : 0);
      if (!old && units === 0) return;
      // A window that starts on the same day stays posted; what a split makes is new.
      const isOldStart = old?.startDate === first;
      result.push({
        id: lineId * 1000 + result.length,
        contractId: id,
        contractServiceId: lineId,
        serviceId,
        startDate: first,
        endDate: next === undefined ? last : addDays(next, -1),
        units,
        ...(isOldStart && old.approveAndPostDate ? { approveAndPostDate: old.approveAndPostDate } : {}),
      });
    });
  }
  return result;
}

function moveEnd(state: SyncFacts, contract: ContractFacts, end: CalendarDate): void {
  const before = contract.contract.endDate;
  contract.contract.endDate = end;
  const kept = contract.units.filter((row) => row.startDate <= end);
  contract.units = contract.lines.flatMap((line) => {
    const rows = kept.filter((row) => row.contractServiceId === line.id);
    const last = rows.find((row) => row.endDate === before);
    if (end > before && last) last.endDate = end;
    for (const row of rows) if (row.endDate > end) row.endDate = end;
    return rowsAfter(contract, line.id, line.serviceId, rows, end, 0);
  });
  if (state.contract === contract) state.contract = contract;
}

function contractOf(state: SyncFacts, ref: ContractRef): ContractFacts {
  const id =
    'contractId' in ref ? ref.contractId : state.proven.find((proven) => proven.key === ref.createdBy)?.resultId;
  const found = [state.contract, state.otherContract].find((contract) => contract?.contract.id === id);
  if (!found) throw new AutotaskRefusal(`no contract ${JSON.stringify(ref)}`);
  return found;
}

function lineOf(contract: ContractFacts, state: SyncFacts, ref: LineRef): ContractFacts['lines'][number] {
  const id =
    'contractServiceId' in ref
      ? ref.contractServiceId
      : state.proven.find((proven) => proven.key === ref.createdBy)?.resultId;
  const found = contract.lines.find((line) => line.id === id);
  if (!found) throw new AutotaskRefusal(`no line ${JSON.stringify(ref)}`);
  return found;
}

function addStep(state: SyncFacts, step: Omit<LedgerStep, 'taskId' | 'seq'>): void {
  const takenOver = state.task.source === 'initial' && step.effective !== undefined && step.effective < step.from;
  state.ledger.push({
    ...step,
    taskId: state.task.id,
    seq: state.ledger.length + 1,
    ...(takenOver && step.kind === 'share' ? { takenOver } : {}),
  });
}
