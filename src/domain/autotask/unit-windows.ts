import { addDays, daysInclusive, type CalendarDate } from '../calendar/calendar-date.js';
import type { Decimal } from '../money/money.js';
import type { ContractServiceUnit } from './entities.js';

/**
 * A stretch of days on which a line holds the same units. Both days included. `unitPrice`/`unitCost` are per unit and
 * full period where known.
 */
export interface UnitWindow {
  first: CalendarDate;
  last: CalendarDate;
  units: number;
  unitPrice?: Decimal | undefined;
  unitCost?: Decimal | undefined;
  posted: boolean;
}

/**
 * Units on a day by the reading rule that survives both row layouts (reference/autotask-rest-api §11.4): among the rows
 * that contain the day the one that starts last, ties by highest id; no row is 0.
 */
export function unitsOn(rows: readonly ContractServiceUnit[], date: CalendarDate): number {
  return rowOn(rows, date)?.units ?? 0;
}

/** The row that decides a day, by the same rule. */
export function rowOn(rows: readonly ContractServiceUnit[], date: CalendarDate): ContractServiceUnit | undefined {
  let best: ContractServiceUnit | undefined;
  for (const row of rows) {
    if (row.startDate > date || row.endDate < date) continue;
    if (!best || row.startDate > best.startDate || (row.startDate === best.startDate && row.id > best.id)) best = row;
  }
  return best;
}

/**
 * Rows as non-overlapping days in order: an older row is cut where a later one starts, row ids are dropped. Equal
 * neighbours stay apart, because each row is a posting of its own.
 */
export function toWindows(rows: readonly ContractServiceUnit[]): UnitWindow[] {
  const ordered = [...rows].sort((a, b) =>
    a.startDate < b.startDate ? -1 : a.startDate > b.startDate ? 1 : a.id - b.id,
  );
  const windows: UnitWindow[] = [];
  for (const row of ordered) {
    const previous = windows.at(-1);
    if (previous && previous.last >= row.startDate) {
      if (previous.first === row.startDate) windows.pop();
      else previous.last = addDays(row.startDate, -1);
    }
    windows.push({
      first: row.startDate,
      last: row.endDate,
      units: row.units,
      posted: row.approveAndPostDate !== undefined,
    });
  }
  return windows;
}

/** A change of a line as an adjustment makes it (reference/autotask-rest-api §11.3). */
export interface WindowAdjustment {
  /** Effective date. */
  from: CalendarDate;
  /** The contract's last day: units change up to here. */
  until: CalendarDate;
  /** Signed; 0 for a pure change of price. */
  unitChange: number;
  /** Per unit and whole period, from the date on; absent = kept. */
  unitPrice?: Decimal | undefined;
  unitCost?: Decimal | undefined;
}

/**
 * The windows after an adjustment: every day from its date to the contract's end gets the change, the window that
 * contains the date is split, days without a window count as 0 units. Windows must be in order and not overlap, and so
 * is the answer; what the adjustment does not reach is taken over as it is.
 */
export function applyAdjustment(windows: readonly UnitWindow[], adjustment: WindowAdjustment): UnitWindow[] {
  const { from, until } = adjustment;
  const after: UnitWindow[] = [];
  let next = from;
  const fill = (end: CalendarDate): void => {
    if (next <= end) after.push(changed(NO_UNITS, next, end, adjustment));
  };
  for (const window of windows) {
    if (window.last < from) {
      after.push(window);
      continue;
    }
    if (window.first > until) {
      fill(until);
      next = addDays(until, 1);
      after.push(window);
      continue;
    }
    if (window.first < from) after.push({ ...window, last: addDays(from, -1) });
    else if (next < window.first) fill(addDays(window.first, -1));
    const last = window.last > until ? until : window.last;
    after.push(changed(window, window.first < from ? from : window.first, last, adjustment));
    if (window.last > until) after.push({ ...window, first: addDays(until, 1) });
    next = addDays(last, 1);
  }
  fill(until);
  return after;
}

const NO_UNITS: Pick<UnitWindow, 'units' | 'unitPrice' | 'unitCost' | 'posted'> = { units: 0, posted: false };

function changed(
  { units, unitPrice, unitCost, posted }: Pick<UnitWindow, 'units' | 'unitPrice' | 'unitCost' | 'posted'>,
  first: CalendarDate,
  last: CalendarDate,
  adjustment: WindowAdjustment,
): UnitWindow {
  return {
    first,
    last,
    units: units + adjustment.unitChange,
    posted,
    unitPrice: adjustment.unitPrice ?? unitPrice,
    unitCost: adjustment.unitCost ?? unitCost,
  };
}

/**
 * A stretch of a line's image: the picture by which a write is proven (DESIGN §7). `price` and `cost` are the figures
 * Autotask shows for each row, whatever they mean in this tenant (reference §16 row 11); they are absent where a write
 * makes them new and Autotask computes them. `unitPrice` and `unitCost` are what such a row must then be made of.
 */
export interface ImageRow {
  first: CalendarDate;
  last: CalendarDate;
  units: number;
  posted: boolean;
  price?: Decimal | undefined;
  cost?: Decimal | undefined;
  unitPrice?: Decimal | undefined;
  unitCost?: Decimal | undefined;
}

/**
 * The image of one line from a day on: older rows cut where the next starts, stretches without units dropped, equal
 * neighbours joined, row ids dropped.
 */
export function imageOf(rows: readonly ContractServiceUnit[], from: CalendarDate): ImageRow[] {
  const ordered = [...rows].sort((a, b) =>
    a.startDate < b.startDate ? -1 : a.startDate > b.startDate ? 1 : a.id - b.id,
  );
  const image: ImageRow[] = [];
  ordered.forEach((row, index) => {
    const next = ordered[index + 1];
    const last = next && next.startDate <= row.endDate ? addDays(next.startDate, -1) : row.endDate;
    if (last < row.startDate || last < from || row.units === 0) return;
    image.push({
      first: row.startDate < from ? from : row.startDate,
      last,
      units: row.units,
      posted: row.approveAndPostDate !== undefined,
      price: row.price,
      cost: row.cost,
    });
  });
  return joined(image);
}

/**
 * The image a line must show after an adjustment, from the image before it. Where the adjustment reaches, prices are
 * left to Autotask and only what they are made of is foretold.
 */
export function postImageOf(before: readonly ImageRow[], adjustment: WindowAdjustment): ImageRow[] {
  const { from, until, unitChange, unitPrice, unitCost } = adjustment;
  const after: ImageRow[] = [];
  const reach = (row: Omit<ImageRow, 'price' | 'cost'>): void => {
    const units = row.units + unitChange;
    if (units === 0) return;
    after.push({
      first: row.first,
      last: row.last,
      units,
      posted: row.posted,
      unitPrice: unitPrice ?? row.unitPrice,
      unitCost: unitCost ?? row.unitCost,
    });
  };
  let next = from;
  for (const row of before) {
    if (row.last < from || row.first > until) {
      after.push({ ...row });
      continue;
    }
    // A split row shows another figure on either side, so its own is no longer foretold.
    if (row.first < from) after.push({ ...row, last: addDays(from, -1), price: undefined, cost: undefined });
    else if (next < row.first) reach({ first: next, last: addDays(row.first, -1), units: 0, posted: false });
    const last = row.last > until ? until : row.last;
    reach({ ...row, first: row.first < from ? from : row.first, last });
    if (row.last > until) after.push({ ...row, first: addDays(until, 1), price: undefined, cost: undefined });
    next = addDays(last, 1);
  }
  if (next <= until) reach({ first: next, last: until, units: 0, posted: false });
  return joined(after.sort((a, b) => (a.first < b.first ? -1 : 1)));
}

/**
 * True when two images show the same units and the same posting on every day, and no price or cost that contradicts
 * the other's. A figure that only one side knows is no contradiction.
 */
export function sameImage(a: readonly ImageRow[], b: readonly ImageRow[]): boolean {
  let left = 0;
  let right = 0;
  let day: CalendarDate | undefined;
  while (left < a.length || right < b.length) {
    const one = a[left];
    const two = b[right];
    if (!one || !two) return false;
    const first = day ?? (one.first < two.first ? one.first : two.first);
    if ((one.first < first ? first : one.first) !== (two.first < first ? first : two.first)) return false;
    if (one.units !== two.units || one.posted !== two.posted || !sameFigures(one, two)) return false;
    if (one.last <= two.last) left += 1;
    if (two.last <= one.last) right += 1;
    const last = one.last < two.last ? one.last : two.last;
    day = one.last === two.last ? undefined : addDays(last, 1);
  }
  return true;
}

/**
 * True when a figure of a row can stand for a price per unit: the price itself, units × price, or that for a part of a
 * period of any length Autotask knows. Tolerance 0.005 (reference §11.7), one cent where Autotask rounded a part.
 */
export function figureFits(figure: Decimal, perUnit: Decimal, units: number, days: number): boolean {
  // Plain numbers are exact enough here: figures are compared within half a cent, no amount comes of it.
  const shown = Number(figure);
  const total = Number(perUnit) * units;
  if (isNear(shown, Number(perUnit), 0.005) || isNear(shown, total, 0.005)) return true;
  return PERIOD_DAYS.some((whole) => days < whole && isNear(shown, (total * days) / whole, 0.01));
}

/** Lengths in days of one, three, six and twelve months, and of the 30-day convention. */
const PERIOD_DAYS = [28, 29, 30, 31, 89, 90, 91, 92, 180, 181, 182, 183, 184, 360, 365, 366];

function isNear(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= tolerance + 1e-9;
}

function sameFigures(one: ImageRow, two: ImageRow): boolean {
  const days = Math.min(daysInclusive(one.first, one.last), daysInclusive(two.first, two.last));
  return (
    sameFigure(one.price, one.unitPrice, two.price, two.unitPrice, one.units, days) &&
    sameFigure(one.cost, one.unitCost, two.cost, two.unitCost, one.units, days)
  );
}

function sameFigure(
  shown: Decimal | undefined,
  madeOf: Decimal | undefined,
  otherShown: Decimal | undefined,
  otherMadeOf: Decimal | undefined,
  units: number,
  days: number,
): boolean {
  if (shown !== undefined && otherShown !== undefined) return isNear(Number(shown), Number(otherShown), 0.005);
  if (shown !== undefined && otherMadeOf !== undefined) return figureFits(shown, otherMadeOf, units, days);
  if (otherShown !== undefined && madeOf !== undefined) return figureFits(otherShown, madeOf, units, days);
  if (madeOf !== undefined && otherMadeOf !== undefined) return isNear(Number(madeOf), Number(otherMadeOf), 0.00005);
  return true;
}

function joined(image: readonly ImageRow[]): ImageRow[] {
  const result: ImageRow[] = [];
  for (const row of image) {
    const previous = result.at(-1);
    if (previous && addDays(previous.last, 1) === row.first && isLike(previous, row)) previous.last = row.last;
    else result.push({ ...row });
  }
  return result;
}

function isLike(a: ImageRow, b: ImageRow): boolean {
  return (
    a.units === b.units &&
    a.posted === b.posted &&
    a.price === b.price &&
    a.cost === b.cost &&
    a.unitPrice === b.unitPrice &&
    a.unitCost === b.unitCost
  );
}
