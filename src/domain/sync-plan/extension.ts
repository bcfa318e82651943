import { unitsOn } from '../autotask/unit-windows.js';
import { addDays, addMonths, later, type CalendarDate } from '../calendar/calendar-date.js';
import type { ContractTarget } from './contract-target.js';
import { valueOn } from './ledger.js';
import { standing, type LineTarget } from './line-target.js';
import { termEndOf, type PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';

/**
 * Makes a contract cover a day by an extension, or says that a person has to decide: an extension carries every other
 * line along, so it needs one unless all of them are ours (DESIGN §6 Guards).
 *
 * @returns true when the contract covers the day, as it stands or as planned.
 */
export function coverContract(run: PlanRun, event: PlanEvent, contract: ContractTarget, day: CalendarDate): boolean {
  if (day <= contract.end) return true;
  const until = later(day, termEndOf(event) ?? addDays(addMonths(event.effective, 12), -1));
  const end = contract.grid.containing(until).last;
  const strangers = otherPeoplesLines(run, contract);
  // A contract that is still to be created is simply made long enough.
  const isDecided = contract.create !== undefined && contract.facts === undefined;
  const isRefused = event.choices.extend === false || (event.choices.extend !== true && strangers.length > 0);
  if (!isDecided && isRefused) {
    askToExtend(run, contract, day, end, strangers);
    return false;
  }
  lengthen(contract, end);
  run.lengthened.set(contract.token, end);
  return true;
}

/** Gives a contract the end that planning found necessary, before anything is placed on it. */
export function lengthen(contract: ContractTarget, end: CalendarDate): void {
  contract.end = end;
  if (!contract.create || contract.facts) return;
  contract.endBefore = end;
  contract.create = {
    ...contract.create,
    endDate: end,
    title: `Create contract ${contract.create.name}, ${contract.start} to ${end}`,
  };
}

/** Lines with units at the contract's end that are not wholly ours, by the name people know them by. */
export function otherPeoplesLines(run: PlanRun, contract: ContractTarget): string[] {
  const tracked = new Set(run.facts.ledger.map((step) => step.contractServiceId));
  return (contract.facts?.lines ?? [])
    .filter((line) =>
      tracked.has(line.id)
        ? isPartlyOthers(plannedTarget(run, contract, line.id) ?? standing(run.facts, contract, line, undefined))
        : unitsOn(contract.rows.get(line.id) ?? [], contract.endBefore) !== 0,
    )
    .map((line) => line.invoiceDescription ?? `line ${line.id}`);
}

function isPartlyOthers(target: LineTarget): boolean {
  const { endBefore } = target.contract;
  const atEnd = target.windows.at(-1);
  if (!atEnd || atEnd.units === 0 || atEnd.last < endBefore) return false;
  return valueOn(target.ledger.expected('full'), endBefore) !== atEnd.units || hasBase(target);
}

function plannedTarget(run: PlanRun, contract: ContractTarget, lineId: number): LineTarget | undefined {
  for (const { target } of run.lines.values())
    if (target.contract === contract && target.line?.id === lineId) return target;
  return undefined;
}

/** Every line of a contract, those of the plan included. */
export function everyLine(run: PlanRun, contract: ContractTarget): LineTarget[] {
  const planned = [...run.lines.values()].map((plan) => plan.target).filter((target) => target.contract === contract);
  const others = (contract.facts?.lines ?? [])
    .filter((line) => !planned.some((target) => target.line?.id === line.id))
    .map((line) => standing(run.facts, contract, line, undefined));
  return [...planned, ...others];
}

/**
 * Days behind the old end on which appended windows, which repeat the last quantity, would differ from the ledger
 * (DESIGN §6 Guards), with the units to add.
 */
export function extensionFixes(target: LineTarget): { date: CalendarDate; units: number }[] {
  const { endBefore, end } = target.contract;
  if (end <= endBefore || !target.ledger.isKnown) return [];
  const expected = target.ledger.expected('before');
  const fixes: { date: CalendarDate; units: number }[] = [];
  let previous = valueOn(expected, endBefore);
  for (const step of expected) {
    if (step.from <= endBefore || step.from > end) continue;
    if (step.quantity !== previous) fixes.push({ date: step.from, units: step.quantity - previous });
    previous = step.quantity;
  }
  return fixes;
}

/** True when a line has no units left on or after a day. */
export function isEmptyFrom(target: LineTarget, date: CalendarDate, planned: number): boolean {
  const { steps } = target;
  if (valueOn(steps, date) + planned !== 0) return false;
  return steps.every((step) => step.from <= date || step.quantity + planned === 0);
}

function hasBase(target: LineTarget): boolean {
  return valueOn(target.ledger.base(), target.contract.endBefore) !== 0;
}

function askToExtend(
  run: PlanRun,
  contract: ContractTarget,
  day: CalendarDate,
  end: CalendarDate,
  strangers: readonly string[],
): void {
  const id = contract.facts?.contract.id ?? '';
  run.findings.require(
    'CONTRACT_DATE',
    `Contract ${id} ends on ${contract.end}, before ${day}. Extend it to ${end}, or pick another contract.${alsoCarried(strangers)}`,
    {
      subject: { kind: 'contract', id: `${id}`, ...(contract.facts ? { name: contract.facts.contract.name } : {}) },
      options: [{ value: 'extend', label: `Extend to ${end}`, choices: { extend: true } }],
    },
  );
}

/** Names the lines that an extension would bill on, for whoever decides about it (FEATURES PSH-4); empty without any. */
export function alsoCarried(strangers: readonly string[]): string {
  if (strangers.length === 0) return '';
  const count = strangers.length === 1 ? 'Another line' : `${strangers.length} other lines`;
  return ` ${count} (${strangers.join(', ')}) would be billed until then too.`;
}
