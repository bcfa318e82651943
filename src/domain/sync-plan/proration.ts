import { addDays, daysBetween, daysInclusive, earlier, later, type CalendarDate } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import { cents, minus, priceText, prorate, prorateShares, sum, times, type Decimal } from '../money/money.js';

/** A computed amount with the sentence that says how. */
export interface Computed {
  amount: Decimal;
  arithmetic: string;
}

/** What an amount is computed from: so many units (signed) at a price per unit and period. */
export interface Valued {
  units: number;
  price: Decimal;
}

/**
 * The marketplace's rule where an order brings no amount of its own: units × price × covered days ÷ days of the
 * marketplace period, days inclusive, summed over the periods, one rounding on the total, half away from zero
 * (DESIGN §6 Money).
 *
 * @param from first covered day; @param until the first day not covered.
 */
export function marketplaceAmount(value: Valued, from: CalendarDate, until: CalendarDate, grid: BillingGrid): Computed {
  const shares: { part: number; whole: number }[] = [];
  const words: string[] = [];
  let whole = 0;
  for (let period = grid.containing(from); period.first < until; period = grid.containing(addDays(period.last, 1))) {
    const first = later(from, period.first);
    const last = earlier(addDays(until, -1), period.last);
    const part = { part: daysInclusive(first, last), whole: daysInclusive(period.first, period.last) };
    shares.push(part);
    if (part.part === part.whole) whole += 1;
    else words.push(`${part.part} of ${part.whole} days`);
  }
  if (whole > 0) words.push(whole === 1 ? '1 whole period' : `${whole} whole periods`);
  const full = times(value.price, value.units);
  const amount = prorateShares(full, shares);
  return { amount, arithmetic: `${value.units} × ${priceText(value.price)} × ${words.join(' + ')} = ${amount}` };
}

/** The billing periods of a contract up to its last day: a period cut by the end is billed for the days it has. */
export interface ContractPeriods {
  grid: BillingGrid;
  end: CalendarDate;
}

/**
 * Autotask's rule for a value that starts to count on a day: in the period of that day value × remaining days ÷ days of
 * the period, in later ones the whole value, each item rounded to cents (reference/autotask-rest-api §11.5). The answer is
 * what the customer is billed for `from` … `until` − 1 when the value starts on `from` instead of on `until`.
 */
export function autotaskAmount(
  value: Valued,
  from: CalendarDate,
  until: CalendarDate,
  contract: ContractPeriods,
): Computed {
  const full = times(value.price, value.units);
  const amount = itemsUntil(full, from, until, contract);
  const period = contract.grid.containing(from);
  const days = daysInclusive(period.first, period.last);
  const isBeyond = until > period.last;
  const covered = isBeyond ? daysInclusive(from, earlier(period.last, contract.end)) : daysBetween(from, until);
  const more = isBeyond && until > addDays(period.last, 1) ? ' and on' : '';
  return {
    amount,
    arithmetic: `${value.units} × ${priceText(value.price)} × ${covered} of ${days} days${more} = ${amount}`,
  };
}

/** The item Autotask makes in the period of a day for a value that starts on it. */
export function autotaskItem(full: Decimal, from: CalendarDate, { grid, end }: ContractPeriods): Decimal {
  if (from > end) return '0.00';
  const period = grid.containing(from);
  return prorate(full, daysInclusive(from, earlier(period.last, end)), daysInclusive(period.first, period.last));
}

function itemsUntil(full: Decimal, from: CalendarDate, until: CalendarDate, contract: ContractPeriods): Decimal {
  const { grid, end } = contract;
  let period = grid.containing(from);
  if (until <= period.last)
    return cents(minus(autotaskItem(full, from, contract), autotaskItem(full, until, contract)));
  const parts = [autotaskItem(full, from, contract)];
  for (period = grid.containing(addDays(period.last, 1)); period.first < until;) {
    parts.push(autotaskItem(full, period.first, contract));
    if (until <= period.last) parts.push(minus('0', autotaskItem(full, until, contract)));
    const next = addDays(period.last, 1);
    if (next > end) break;
    period = grid.containing(next);
  }
  return cents(sum(parts));
}

/** True when `from` … `until` − 1 is exactly one period of the grid. */
export function isExactlyOnePeriod(grid: BillingGrid, from: CalendarDate, until: CalendarDate): boolean {
  const period = grid.containing(from);
  return period.first === from && addDays(period.last, 1) === until;
}
