import { addDays, addMonths, type CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import type { Subscription } from '../marketplace/subscription.js';
import { cents, sum, times, type Decimal } from '../money/money.js';
import { chargingOf } from '../sync-plan/charging.js';
import { LineLedger, valueOn } from '../sync-plan/ledger.js';
import { PriceHistory } from '../sync-plan/price-history.js';
import type { LedgerStep, LinePriceStep } from '../sync-plan/sync-facts.js';
import { daysOfMonth, soldInMonth, type TellingTask } from '../tie-out/sold-in-month.js';

/** What one subscription brings in whole billing periods that begin in a month. Money as decimal text. */
export interface RecurringAmount {
  /** `YYYY-MM`. */
  month: string;
  /** By the marketplace's orders. */
  marketplace: Decimal;
  /** By what we wrote to Autotask's lines and read back. */
  autotask: Decimal;
}

/** One subscription with all that tells its amounts. */
export interface RecurringFacts {
  /** Every task of the subscription, oldest first. */
  tasks: readonly TellingTask[];
  /** Ledger and price steps of the lines on which it has or had a share. */
  ledger: readonly LedgerStep[];
  prices: readonly LinePriceStep[];
  /** What a product's service costs, for lines whose price nobody wrote. */
  listPrices: ReadonlyMap<ProductKey, Decimal>;
  timeZone: string;
}

/** The months up to and with that of a day, oldest first. @param count how many, from 1. */
export function monthsUpTo(day: CalendarDate, count: number): string[] {
  const first = `${day.slice(0, 7)}-01`;
  return Array.from({ length: count }, (_, index) => addMonths(first, index + 1 - count).slice(0, 7));
}

/** The days up to and with one, oldest first. */
export function daysUpTo(day: CalendarDate, count: number): CalendarDate[] {
  return Array.from({ length: count }, (_, index) => addDays(day, index + 1 - count));
}

/**
 * A subscription's recurring amount in each month, on both sides: on each billing date what the marketplace charges for
 * the whole period, and the units of its share at the price we wrote. Part periods, fees and usage are not recurring.
 */
export function recurringAmounts(facts: RecurringFacts, months: readonly string[]): RecurringAmount[] {
  const { tasks, timeZone } = facts;
  const newest = tasks.at(-1)?.subscription;
  return months.map((month) => ({
    month,
    marketplace: cents(
      sum(
        soldInMonth(tasks, month, timeZone)
          .filter(({ kind }) => kind === 'recurring')
          .map(({ amount }) => amount),
      ),
    ),
    autotask: cents(sum(newest ? billingDates(newest, month).map((day) => writtenOn(newest.id, day, facts)) : [])),
  }));
}

function billingDates(subscription: Subscription, month: string): CalendarDate[] {
  const charging = chargingOf(subscription);
  if (charging.kind !== 'units') return [];
  const { first, last } = daysOfMonth(month);
  const days: CalendarDate[] = [];
  for (let day = charging.grid.startOnOrAfter(first); day <= last; day = charging.grid.startAfter(day)) days.push(day);
  return days;
}

/** What the subscription's shares cost on a billing date, share by share. */
function writtenOn(subscriptionId: string, day: CalendarDate, { ledger, prices, listPrices }: RecurringFacts): Decimal {
  const lines = new Set(ledger.map(({ contractServiceId }) => contractServiceId));
  return sum(
    [...lines].flatMap((line) => {
      const isOn = (step: { contractServiceId: number }): boolean => step.contractServiceId === line;
      const book = new LineLedger(ledger.filter(isOn), '');
      const price = new PriceHistory(prices.filter(isOn), '').priceOn(day, 'full');
      return book.productsOf(subscriptionId).map((product) => {
        const units =
          valueOn(book.share(subscriptionId, product), day) - valueOn(book.deduction(subscriptionId, product), day);
        return cents(times(price ?? listPrices.get(product) ?? '0', units));
      });
    }),
  );
}
