import { applyAdjustment, type UnitWindow } from '../autotask/unit-windows.js';
import { addDays, daysInclusive, type CalendarDate } from '../calendar/calendar-date.js';
import type { PeriodGrid } from '../calendar/period-grid.js';
import { cents, minus, prorate, sign, sum, times, type Decimal } from '../money/money.js';
import type { Adjustment } from './line-operations.js';
import { extendedWindows, type LineTarget } from './line-target.js';
import { effectivePrice } from './pricing.js';
import type { AddChargeOperation, InvoiceImpact } from './sync-plan.js';

/** How many coming invoice periods are shown; what follows is like the last of them. */
const PERIODS = 3;

/** A line of the plan with the adjustments that are still to be made on it. */
export interface LineOutlook {
  target: LineTarget;
  adjustments: Adjustment[];
}

/** The windows of a line as they are, split where a price of ours begins, with the price per unit. */
export function windowsNow(target: LineTarget): UnitWindow[] {
  const { line, prices, windows } = target;
  const days = prices.priceDays();
  const list = line?.unitPrice ?? undefined;
  const shown = line ? effectivePrice(line) : undefined;
  const priceOn = (day: CalendarDate): Decimal | undefined =>
    prices.priceOn(day, 'full') ?? (days.length > 0 ? list : shown);
  const result: UnitWindow[] = [];
  for (const window of windows) {
    let first = window.first;
    for (const day of days) {
      if (day <= first || day > window.last) continue;
      result.push({ ...window, first, last: addDays(day, -1), ...priced(priceOn(first)) });
      first = day;
    }
    result.push({ ...window, first, ...priced(priceOn(first)) });
  }
  return result;
}

/** The windows of a line after the adjustments that are still to be made. */
export function windowsAfter({ target, adjustments }: LineOutlook, now: readonly UnitWindow[]): UnitWindow[] {
  let windows = extendedWindows(target.contract, now);
  for (const operation of adjustments)
    windows = applyAdjustment(windows, {
      from: operation.date,
      until: target.contract.end,
      unitChange: operation.kind === 'adjustUnits' ? operation.unitChange : 0,
      unitPrice: operation.unitPrice,
      unitCost: operation.unitCost,
    });
  return windows;
}

/**
 * What the next invoices of the plan's lines come to, now and after: each contract period by Autotask's rule, charges in
 * the period of their date (FEATURES WIZ-6). Starts with the first period that changes.
 */
export function invoiceImpact(
  grid: PeriodGrid,
  end: CalendarDate,
  lines: readonly { now: readonly UnitWindow[]; after: readonly UnitWindow[]; from: CalendarDate }[],
  charges: readonly AddChargeOperation[],
): InvoiceImpact[] {
  const days = [...lines.map((line) => line.from), ...charges.map((charge) => charge.datePurchased)].sort();
  const first = days[0];
  if (first === undefined) return [];
  const impact: InvoiceImpact[] = [];
  let period = grid.containing(first);
  for (let count = 0; count < PERIODS && period.first <= end; count++) {
    const { first: from, last: to } = period;
    const amounts = lines.map((line) => ({
      line,
      now: periodAmount(line.now, period, end),
      after: periodAmount(line.after, period, end),
    }));
    const now = sum(amounts.map((one) => one.now));
    const extra = charges.filter((charge) => charge.datePurchased >= from && charge.datePurchased <= to);
    const after = sum([...amounts.map((one) => one.after), ...extra.map((charge) => charge.amount)]);
    impact.push({
      first: from,
      last: to,
      now: cents(now),
      after: cents(after),
      change: cents(minus(after, now)),
      // A line that stays as it is adds nothing to the change, prorated or not.
      expected: amounts.some(
        (one) =>
          sign(minus(one.after, one.now)) !== 0 && !(isWhole(one.line.now, period) && isWhole(one.line.after, period)),
      ),
    });
    period = grid.period(period.index + 1);
  }
  return impact;
}

/**
 * What Autotask bills of a line, by windows in order, for one period: an item for what holds at its start, and one for each change inside it:
 * (units × price after − before) × remaining days ÷ days of the period, each rounded (reference/autotask-rest-api §11.5).
 */
function periodAmount(
  windows: readonly UnitWindow[],
  period: { first: CalendarDate; last: CalendarDate },
  end: CalendarDate,
): Decimal {
  const last = period.last < end ? period.last : end;
  const open = windows.find((window) => window.last >= period.first);
  if (open === undefined || open.first > last) return '0';
  // Most periods hold one quantity from their first day to their last.
  if (open.first <= period.first && open.last >= period.last && last === period.last) return cents(valueOf(open));
  const whole = daysInclusive(period.first, period.last);
  const items: Decimal[] = [];
  let before: Decimal = '0';
  let covered = period.first;
  const item = (value: Decimal, from: CalendarDate): void => {
    if (value === before) return;
    items.push(prorate(minus(value, before), daysInclusive(from, last), whole));
    before = value;
  };
  for (const window of windows) {
    if (window.last < period.first) continue;
    if (window.first > last) break;
    const from = window.first < period.first ? period.first : window.first;
    if (from > covered) item('0', covered);
    item(valueOf(window), from);
    covered = addDays(window.last, 1);
  }
  if (covered <= last) item('0', covered);
  return sum(items);
}

/** Whether one quantity holds, or nothing is held, on every day of a period: then nothing in it is prorated. */
function isWhole(
  windows: readonly UnitWindow[],
  { first, last }: { first: CalendarDate; last: CalendarDate },
): boolean {
  const held = windows.filter((window) => window.last >= first && window.first <= last && sign(valueOf(window)) !== 0);
  const [begins] = held;
  if (begins === undefined) return true;
  let covered = begins.first <= first;
  for (const [at, window] of held.entries()) {
    const before = held[at - 1];
    covered &&=
      before === undefined || (addDays(before.last, 1) === window.first && valueOf(before) === valueOf(window));
  }
  return covered && held.at(-1)!.last >= last;
}

/** What a window costs for a whole period. */
function valueOf({ units, unitPrice }: UnitWindow): Decimal {
  return units === 0 || unitPrice === undefined ? '0' : times(unitPrice, units);
}

function priced(unitPrice: Decimal | undefined): { unitPrice?: Decimal } {
  return unitPrice === undefined ? {} : { unitPrice };
}

/** Units on a day of windows in order that do not overlap; behind the last of them its quantity goes on. */
export function unitsAt(windows: readonly UnitWindow[], date: CalendarDate): number {
  let held: UnitWindow | undefined;
  for (const window of windows) {
    if (window.first > date) return held !== undefined && held.last >= date ? held.units : 0;
    held = window;
  }
  return held?.units ?? 0;
}
