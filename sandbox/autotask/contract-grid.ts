import { addDays, addMonths, daysBetween } from '../kit/calendar.js';

/** A billing period of a contract, as far as the contract covers it; all days inclusive. */
export interface Period {
  readonly start: string;
  readonly end: string;
  /** Days of the whole period of the grid, of which a contract that ends inside it covers only a part. */
  readonly days: number;
  readonly months: number;
}

/** The dates that define a contract's grid. */
export interface Grid {
  readonly startDate: string;
  readonly endDate: string;
  /** Length of a period: 1, 3, 6 or 12 months. */
  readonly months: number;
  /** Days on which an extension after posting began: the part before them is billed and stays as it was. */
  readonly cuts: readonly string[];
}

/** A change of a line on a day: units added (or taken), and from then on another price or cost. */
export interface Step {
  readonly date: string;
  readonly units: number;
  readonly price?: number;
  readonly cost?: number;
  /** The adjustment row behind it. */
  readonly adjustmentId: number;
}

/** A stretch of a period during which units, price and cost stay the same; days inclusive. */
export interface Window {
  readonly start: string;
  readonly end: string;
  readonly period: Period;
  readonly units: number;
  readonly price: number;
  readonly cost: number;
  /** True from the first window on in which the line has or had units. */
  readonly begun: boolean;
}

/** Months of a period type of reference §10.4; monthly when a contract has none. */
export function monthsOf(periodType: number | null): number {
  return { 2: 1, 3: 3, 4: 6, 5: 12 }[periodType ?? 2] ?? 1;
}

const GRID_MEMORY = 2_000;
const remembered = new Map<string, readonly Period[]>();

/** {@link periods}, computed once for contracts with the same dates: a tenant has thousands of those. */
export function sharedPeriods(grid: Grid): readonly Period[] {
  const key = `${grid.startDate} ${grid.endDate} ${grid.months} ${grid.cuts.join()}`;
  const known = remembered.get(key);
  if (known) return known;
  if (remembered.size >= GRID_MEMORY) remembered.clear();
  const found = periods(grid);
  remembered.set(key, found);
  return found;
}

/**
 * The periods of a contract: from its start by its period length, month-ends clamped from the start's day, the last one
 * cut at the contract's end (reference §11.2), and cut again where an extension followed a posting.
 */
export function periods(grid: Grid): Period[] {
  const found: Period[] = [];
  for (let index = 0; ; index++) {
    const start = addMonths(grid.startDate, index * grid.months);
    if (start > grid.endDate) return found;
    const fullEnd = addDays(addMonths(grid.startDate, (index + 1) * grid.months), -1);
    const end = fullEnd < grid.endDate ? fullEnd : grid.endDate;
    const shared = { days: daysBetween(start, fullEnd) + 1, months: grid.months };
    const starts = [start, ...grid.cuts.filter((cut) => cut > start && cut <= end).sort()];
    starts.forEach((partStart, at) => {
      const next = starts[at + 1];
      found.push({ start: partStart, end: next === undefined ? end : addDays(next, -1), ...shared });
    });
  }
}

/** The windows of a line: every period, split where a step falls inside it. Steps must be in date order. */
export function windows(
  grid: readonly Period[],
  steps: readonly Step[],
  initial: { price: number; cost: number },
): Window[] {
  const found: Window[] = [];
  let { price, cost } = initial;
  let units = 0;
  let begun = false;
  let next = 0;
  const take = (day: string): void => {
    for (let step = steps[next]; step && step.date <= day; step = steps[++next]) {
      units += step.units;
      price = step.price ?? price;
      cost = step.cost ?? cost;
    }
    begun ||= units !== 0;
  };
  for (const period of grid) {
    let start = period.start;
    for (;;) {
      take(start);
      const split = steps[next]?.date;
      const end = split !== undefined && split <= period.end ? addDays(split, -1) : period.end;
      found.push({ start, end, period, units, price, cost, begun });
      if (end === period.end) break;
      start = addDays(end, 1);
    }
  }
  return found;
}

/** The share of a period's amount that `start`…`end` stands for, as `part ÷ whole` (reference §11.5, §16 row 6). */
export function shareOf(
  period: Period,
  start: string,
  end: string,
  basis: 'calendarDays' | 'thirtyDays',
): { part: number; whole: number } {
  const part = daysBetween(start, end) + 1;
  if (basis === 'calendarDays' || part === period.days) return { part, whole: period.days };
  const whole = 30 * period.months;
  return { part: Math.min(part, whole), whole };
}
