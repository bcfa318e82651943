import { addDays, later, type CalendarDate } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import { firstOpenStart, type ContractTarget } from './contract-target.js';
import type { EventKind } from './effective-date.js';
import type { LineTarget } from './line-target.js';
import type { Ahead } from './product-change.js';
import { isExactlyOnePeriod } from './proration.js';
import type { SyncChoices } from './sync-choices.js';

/**
 * A stretch of money that units alone do not bring right.
 * - `part`: the marketplace's own part period, E … B−1 (the decision table);
 * - `notOpen`: from the wanted day to the first open one;
 * - `late`: from the effective day to the day a person chose;
 * - `shift`: units sit a few days off the wanted day, because that day is taken.
 */
export interface MoneySpan {
  kind: 'part' | 'notOpen' | 'late' | 'shift';
  /** First day; of a shift the earlier of used and wanted day. */
  from: CalendarDate;
  /** First day no longer covered; of a shift the later one. */
  until: CalendarDate;
  /** Of a shift: −1 when Autotask bills the days though it should not, 1 when it does not though it should. */
  sign: 1 | -1;
  /** How many of the units that go it is about; all of them without it. */
  units?: number | undefined;
}

/** Where a change lands. */
export interface Placement {
  /** The day that is sent. */
  date: CalendarDate;
  /** The day of the decision table, before anything stood in its way. */
  tableDate: CalendarDate;
  /** `ledger`: counted but not written; `nowhere`: nothing to write and nothing to count. */
  lands: 'write' | 'ledger' | 'nowhere';
  spans: MoneySpan[];
  /** Why the day is another one than the effective day, in words. */
  notes: string[];
  /** A person must say what to do about a change this old. */
  isLate: boolean;
}

/** Everything that decides where a change lands. */
export interface PlacementInput {
  /** The sign of this subscription's own change; 0 for price and cost only. */
  direction: -1 | 0 | 1;
  kind: EventKind;
  /** *E*. */
  effective: CalendarDate;
  /** Nothing beyond E was charged. */
  boundary: boolean;
  /** The marketplace's billing grid. */
  market: BillingGrid;
  proration: 'autotask' | 'marketplace';
  syncRefunds: boolean;
  adjustPosted: 'accept' | 'refuse';
  today: CalendarDate;
  choices: Pick<SyncChoices, 'late' | 'alreadyBilled'>;
  /** Of a decrease: the first day on which the units are there to be taken off. */
  holdsFrom: CalendarDate;
  /** The days until then that were charged when the units came, so a decrease gives them back. */
  ahead: readonly Ahead[];
  /** A person named the day: the table does not move it. */
  isHandDate: boolean;
  /** The lines that move together: one, or both of a switch. */
  targets: readonly LineTarget[];
  /** Of a switch: the sign of its net amount. */
  switchNet?: -1 | 0 | 1 | undefined;
  /** True when this task has written on one of the lines already: then it asks nothing about age any more. */
  hasWritten: boolean;
  /** The day on which the change is written already, where that is another one than the day it would get now. */
  pin: (day: CalendarDate) => CalendarDate | undefined;
  /** Makes the contract cover a day, or says that it will not (an extension is a decision of its own). */
  cover: (contract: ContractTarget, day: CalendarDate) => boolean;
}

/** Places a change: decision table, then late, outside the contract, not open, date taken (DESIGN §6). */
export function place(input: PlacementInput): Placement {
  const table = earliestPlace(input);
  const placement: Placement = { ...table, tableDate: table.date, lands: 'write', isLate: false };
  resolveLate(input, placement);
  resolveOutside(input, placement);
  if (placement.lands === 'write') resolveNotOpen(input, placement);
  if (placement.lands === 'write') resolveTaken(input, placement);
  const pin = input.pin(placement.date);
  return pin === undefined ? placement : pinnedTo(pin, placement, input);
}

/** A day by the decision table, with what it does to the money. */
interface TablePlace {
  date: CalendarDate;
  spans: MoneySpan[];
  notes: string[];
}

/** The day of the table, or the one on which the units are there to be taken off; days until then are *not open*. */
function earliestPlace(input: PlacementInput): TablePlace {
  const table = tablePlace(input);
  if (input.direction === 0 || input.holdsFrom <= table.date) return table;
  const spans = [...table.spans];
  let from = table.date;
  for (const { until, units } of input.ahead) {
    if (until > from && units !== 0) spans.push({ kind: 'notOpen', from, until, sign: 1, units });
    from = later(from, until);
  }
  return { ...table, date: input.holdsFrom, spans };
}

/** The decision table, drawn above `planSync`. */
function tablePlace(input: PlacementInput): TablePlace {
  const { effective: e, kind, direction, market, proration, isHandDate } = input;
  const contract = input.targets[0]!.contract;
  const on = (date: CalendarDate, ...notes: string[]) => ({ date, spans: [] as MoneySpan[], notes });
  if (kind === 'reconciliation' || kind === 'move') return on(e);
  if (direction === 0) {
    if (kind === 'renewal' || isHandDate) return on(e);
    const start = contract.grid.containing(e).first;
    return on(start, `A price holds from the start of the billing period, ${start}.`);
  }
  const nextBilling = market.startAfter(e);
  if (input.switchNet !== undefined) return switchPlace(input, input.switchNet, nextBilling);
  if (kind === 'initial' && direction > 0 && input.choices.alreadyBilled === true)
    return on(nextBilling, `The running period is billed already: units from the next billing date, ${nextBilling}.`);
  if (isHandDate && direction < 0) return on(e);
  // Nothing beyond E was charged, so nothing has to be waited for or given back.
  if (direction < 0 && input.boundary) return on(e);
  if (proration === 'autotask') {
    if (direction > 0 || input.syncRefunds) return on(e);
    const next = contract.grid.startOnOrAfter(e);
    return on(next, ...(next === e ? [] : [`A decrease counts from the next billing period, ${next}.`]));
  }
  if (direction > 0 && isExactlyOnePeriod(contract.grid, e, nextBilling)) return on(e);
  const part: MoneySpan = { kind: 'part', from: e, until: nextBilling, sign: 1 };
  return {
    date: nextBilling,
    spans: [part],
    notes: [`Units change on the marketplace's next billing date, ${nextBilling}.`],
  };
}

/** Both lines of a switch share a day; a net refund that is withheld waits for the day it would have run to. */
function switchPlace(
  { effective: e, boundary, proration, syncRefunds, targets }: PlacementInput,
  net: -1 | 0 | 1,
  nextBilling: CalendarDate,
): TablePlace {
  const { grid } = targets[0]!.contract;
  const withheld = net < 0 && !syncRefunds;
  if (boundary) return { date: e, spans: [], notes: [] };
  if (proration === 'autotask') {
    const date = withheld ? grid.startOnOrAfter(e) : e;
    return { date, spans: [], notes: withheld ? [`No refund is synced: both lines change on ${date}.`] : [] };
  }
  const part: MoneySpan = { kind: 'part', from: e, until: nextBilling, sign: 1 };
  return {
    date: nextBilling,
    spans: withheld ? [] : [part],
    notes: [`Both lines change on the marketplace's next billing date, ${nextBilling}.`],
  };
}

/** *Late*: E lies before the previous period's start (DESIGN §6). */
function resolveLate(input: PlacementInput, placement: Placement): void {
  if (input.kind === 'reconciliation' || input.kind === 'move' || input.kind === 'initial') return;
  const target = input.targets[0]!;
  const { grid } = target.contract;
  const running = grid.containing(input.today);
  if (input.effective >= grid.period(running.index - 1).first) return;
  const now = firstOpenStart(grid, lastPostedOfAll(input.targets), running.first);
  if (placement.date >= now) return;
  // What this task has written already was decided then; a day that passes meanwhile asks nothing anew.
  placement.isLate = !input.hasWritten;
  const { late } = input.choices;
  if (late !== 'fromNow' && late !== 'fromNowWithCharge') return;
  // What was billed too much of a decrease starts where the table ends it; a price is never charged afterwards.
  const from = input.direction > 0 ? input.effective : placement.date;
  placement.spans =
    late === 'fromNowWithCharge' && input.direction !== 0 ? [{ kind: 'late', from, until: now, sign: 1 }] : [];
  placement.notes.push(`Chosen: from now on, ${now}.`);
  placement.date = now;
}

/** *Outside the contract*. */
function resolveOutside(input: PlacementInput, placement: Placement): void {
  for (const { contract } of input.targets)
    if (placement.date < contract.start) {
      placement.notes.push(`The contract starts on ${contract.start}.`);
      placement.date = contract.start;
    }
  // Of two contracts it is the one the units come to that has to cover the day.
  const { contract } = input.targets.at(-1)!;
  if (placement.date <= contract.end) return;
  if (input.direction > 0 && input.cover(contract, placement.date)) return;
  if (input.direction > 0) {
    placement.lands = 'nowhere';
    return;
  }
  placement.lands = input.direction < 0 ? 'ledger' : 'nowhere';
  placement.notes.push(`The contract ends on ${contract.end}: nothing is left to change in it.`);
}

/** *Not open*: a posted window covers the day. */
function resolveNotOpen(input: PlacementInput, placement: Placement): void {
  const lastPosted = lastPostedOfAll(input.targets);
  if (lastPosted === undefined || placement.date > lastPosted) return;
  if (input.direction > 0 && input.targets.length === 1 && input.adjustPosted === 'accept') {
    placement.notes.push(`${placement.date} is posted: Autotask bills the difference as an item of its own.`);
    return;
  }
  const { contract } = input.targets[0]!;
  const open = firstOpenStart(contract.grid, lastPosted, placement.date);
  placement.notes.push(`${placement.date} is posted, so it counts from the first open period, ${open}.`);
  const beyond = open > contract.end && !(input.direction > 0 && input.cover(contract, open));
  const until = beyond ? addDays(contract.end, 1) : open;
  if (input.direction !== 0 && until > placement.date)
    placement.spans.push({ kind: 'notOpen', from: placement.date, until, sign: 1 });
  placement.date = open;
  if (beyond) placement.lands = input.direction === 0 ? 'nowhere' : 'ledger';
}

/** *Date taken*: another task's adjustment of the line has the day already. */
function resolveTaken(input: PlacementInput, placement: Placement): void {
  const isTaken = (day: CalendarDate): boolean => input.targets.some((target) => target.taken.includes(day));
  const wanted = placement.date;
  if (!isTaken(wanted)) return;
  const { contract } = input.targets[0]!;
  const lastPosted = lastPostedOfAll(input.targets);
  const upAlone = input.direction > 0 && input.targets.length === 1;
  const before = upAlone ? freeDay(wanted, -1, contract, isTaken, lastPosted) : undefined;
  const used = before ?? freeDay(wanted, 1, contract, isTaken, undefined);
  if (used === undefined) {
    placement.notes.push(`${wanted} holds an adjustment already, and no free day is left in the contract.`);
    placement.lands = input.direction > 0 ? 'nowhere' : 'ledger';
    placement.date = addDays(contract.end, 1);
    placement.spans.push({ kind: 'shift', from: wanted, until: placement.date, sign: 1 });
    return;
  }
  placement.notes.push(`${wanted} holds an adjustment already, so ${used} is used and the money put right.`);
  placement.spans.push(
    used < wanted
      ? { kind: 'shift', from: used, until: wanted, sign: -1 }
      : { kind: 'shift', from: wanted, until: used, sign: 1 },
  );
  placement.date = used;
}

/** The nearest day in one direction that is free, open and inside the contract. */
function freeDay(
  from: CalendarDate,
  step: 1 | -1,
  contract: ContractTarget,
  isTaken: (day: CalendarDate) => boolean,
  lastPosted: CalendarDate | undefined,
): CalendarDate | undefined {
  for (let day = addDays(from, step); day >= contract.start && day <= contract.end; day = addDays(day, step)) {
    if (lastPosted !== undefined && day <= lastPosted) return undefined;
    if (!isTaken(day)) return day;
  }
  return undefined;
}

/** This task wrote it already: the day stays, whatever has been posted or taken since. */
function pinnedTo(pinned: CalendarDate, placement: Placement, input: PlacementInput): Placement {
  const { tableDate } = placement;
  const at = { ...placement, date: pinned, lands: 'write' as const };
  const late = placement.spans.find((span) => span.kind === 'late');
  if (late) return { ...at, spans: [{ ...late, until: pinned }] };
  if (input.choices.late === 'fromNow' && pinned > tableDate) return { ...at, spans: [] };
  const spans = [...earliestPlace(input).spans];
  if (pinned < tableDate) spans.push({ kind: 'shift', from: pinned, until: tableDate, sign: -1 });
  else if (pinned > tableDate)
    spans.push({
      kind: input.targets[0]!.contract.grid.startsOn(pinned) ? 'notOpen' : 'shift',
      from: tableDate,
      until: pinned,
      sign: 1,
    });
  return { ...at, spans };
}

function lastPostedOfAll(targets: readonly LineTarget[]): CalendarDate | undefined {
  let last: CalendarDate | undefined;
  for (const { lastPosted } of targets)
    if (lastPosted !== undefined && (last === undefined || lastPosted > last)) last = lastPosted;
  return last;
}
