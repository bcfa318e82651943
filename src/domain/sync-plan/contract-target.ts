import { periodTypeMonths, type Contract, type ContractServiceUnit, type PeriodType } from '../autotask/entities.js';
import { addDays, later, type CalendarDate } from '../calendar/calendar-date.js';
import { PeriodGrid } from '../calendar/period-grid.js';
import { operationKeys, readExtendKey, tokens } from './operation-keys.js';
import type { ContractFacts, ProvenOperation } from './sync-facts.js';
import type { ContractRef, CreateContractOperation } from './sync-plan.js';

/** The contract a plan works on: one that stands, or one that an operation of the plan makes. */
export interface ContractTarget {
  /** Its name inside keys: the same before and after the plan created it. */
  token: string;
  ref: ContractRef;
  /** Absent while it is still to be created. */
  facts?: ContractFacts;
  companyId: number;
  start: CalendarDate;
  /** The last covered day before this plan. */
  endBefore: CalendarDate;
  /** The last covered day as planned: later than `endBefore` once an extension is planned. */
  end: CalendarDate;
  grid: PeriodGrid;
  /** Its unit rows by line. */
  rows: ReadonlyMap<number, ContractServiceUnit[]>;
  /** The operation that makes it, also when it is proven already. */
  create?: CreateContractOperation;
}

/** A contract that is still to be created, or that an earlier step of this task created. */
export interface NewContract {
  companyId: number;
  name: string;
  contractNumber: string;
  periodType: PeriodType;
  startDate: CalendarDate;
  endDate: CalendarDate;
}

/** The target for a contract that nobody has to create. An extension this task has proven counts as planned. */
export function standingContract(facts: ContractFacts, proven: readonly ProvenOperation[]): ContractTarget {
  const { contract } = facts;
  const token = tokens.contract(contract.id);
  const extension = provenExtension(proven, token);
  return {
    token,
    ref: { contractId: contract.id },
    facts,
    companyId: contract.companyId,
    start: contract.startDate,
    endBefore: extension?.from ?? contract.endDate,
    end: later(contract.endDate, extension?.to ?? contract.endDate),
    grid: gridOf(contract),
    rows: rowsByLine(facts),
  };
}

/** The target for a contract of this plan, with the operation that makes it and, once it was made, its facts. */
export function createdContract(spec: NewContract, made: ContractFacts | undefined): ContractTarget {
  // What was made stands: a later plan must not find another end for it.
  const endDate = made?.contract.endDate ?? spec.endDate;
  const key = operationKeys.createContract(spec.companyId, spec.contractNumber, spec.periodType, spec.startDate);
  const create: CreateContractOperation = {
    kind: 'createContract',
    key,
    title: `Create contract ${spec.name}, ${spec.startDate} to ${endDate}`,
    dependsOn: [],
    ...spec,
    endDate,
  };
  return {
    token: tokens.contract(undefined),
    ref: made ? { contractId: made.contract.id } : { createdBy: key },
    ...(made ? { facts: made } : {}),
    companyId: spec.companyId,
    start: spec.startDate,
    endBefore: endDate,
    end: endDate,
    grid: PeriodGrid.of(spec.startDate, periodTypeMonths(spec.periodType)),
    rows: rowsByLine(made),
    create,
  };
}

function rowsByLine(facts: ContractFacts | undefined): Map<number, ContractServiceUnit[]> {
  const rows = new Map<number, ContractServiceUnit[]>();
  for (const row of facts?.units ?? []) {
    const known = rows.get(row.contractServiceId);
    if (known) known.push(row);
    else rows.set(row.contractServiceId, [row]);
  }
  return rows;
}

/** The billing periods of a contract; monthly where it has none, so that dates can still be shown. */
export function gridOf(contract: Contract): PeriodGrid {
  return PeriodGrid.of(
    contract.startDate,
    contract.periodType === undefined ? 1 : periodTypeMonths(contract.periodType),
  );
}

/** True when a step of this task created the contract. */
export function wasCreatedHere(contractId: number, proven: readonly ProvenOperation[]): boolean {
  return proven.some((operation) => operation.kind === 'createContract' && operation.resultId === contractId);
}

/** The first period start on or after a day that lies behind everything posted. */
export function firstOpenStart(
  grid: PeriodGrid,
  lastPosted: CalendarDate | undefined,
  from: CalendarDate,
): CalendarDate {
  return grid.startOnOrAfter(lastPosted === undefined ? from : later(from, addDays(lastPosted, 1)));
}

/**
 * The last day of the last contract period in which something is approved and posted; undefined when nothing is. A
 * posted period stays posted as a whole when a later adjustment splits its window.
 */
export function lastPostedOf(grid: PeriodGrid, rows: readonly PostedRow[]): CalendarDate | undefined {
  let last: CalendarDate | undefined;
  for (const row of rows) {
    if (!row.approveAndPostDate) continue;
    if (last === undefined || row.endDate > last) last = row.endDate;
  }
  return last === undefined ? undefined : grid.containing(last).last;
}

/** What is looked at of a unit row to know whether its period is posted. */
export interface PostedRow {
  startDate: CalendarDate;
  endDate: CalendarDate;
  approveAndPostDate?: CalendarDate | undefined;
}

/** The first day on or after `from` whose contract period holds nothing posted. */
export function firstOpenDay(grid: PeriodGrid, rows: readonly PostedRow[], from: CalendarDate): CalendarDate {
  const posted = rows.filter((row) => row.approveAndPostDate && row.endDate >= grid.containing(from).first);
  if (posted.length === 0) return from;
  const periods = new Set(posted.map((row) => grid.containing(row.startDate).first));
  let day = from;
  while (periods.has(grid.containing(day).first)) day = grid.startAfter(day);
  return day;
}

function provenExtension(
  proven: readonly ProvenOperation[],
  token: string,
): { from: CalendarDate; to: CalendarDate } | undefined {
  for (const operation of proven) {
    const extension = readExtendKey(operation.key, token);
    if (extension) return extension;
  }
  return undefined;
}
