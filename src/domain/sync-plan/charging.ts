import { periodTypeOf, periodTypeWord, type PeriodType } from '../autotask/entities.js';
import { addDays, addMonths, type CalendarDate } from '../calendar/calendar-date.js';
import { DayGrid, PeriodGrid, type BillingGrid } from '../calendar/period-grid.js';
import {
  chargingCycle,
  makesUnits,
  periodMonths,
  periodText,
  type BillingModel,
  type Period,
} from '../marketplace/period.js';

/**
 * How a subscription's money reaches Autotask (DESIGN §6 Charging cycle):
 * - `units`: quantity on a contract line, billed by Autotask every contract period;
 * - `term`: a cycle Autotask has no period for, one charge per term, never units;
 * - `metered`: post-paid or externally rated, money comes from Billing tasks only;
 * - `unknown`: the marketplace named a model or period that nobody here has heard of.
 */
export type Charging =
  | { kind: 'units'; periodType: PeriodType; grid: BillingGrid; word: string }
  | { kind: 'term'; grid: BillingGrid; word: string }
  | { kind: 'metered'; grid: BillingGrid | undefined; word: string }
  | { kind: 'unknown'; word: string };

/** What decides the charging cycle; a subscription has all of it, a single product brings its own periods. */
export interface ChargingTerms {
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
  creationDate: CalendarDate;
  renewalDate?: CalendarDate | undefined;
}

/**
 * The charging of a subscription, with its marketplace billing grid: anchored on the renewal date (else the creation
 * date), one charging cycle long, month-ends clamped from the anchor's own day (DESIGN §6 Dates, *B*).
 */
export function chargingOf(terms: ChargingTerms): Charging {
  const cycle = chargingCycle(terms.billingModel, terms.billingPeriod, terms.subscriptionPeriod);
  const anchor = anchorOf(terms, cycle);
  const grid = gridOf(anchor, cycle) ?? gridOf(anchor, terms.subscriptionPeriod);
  const word = cycleWord(cycle);
  if (terms.billingModel === 'unknown') return { kind: 'unknown', word: 'an unknown billing model' };
  if (!makesUnits(terms.billingModel)) return { kind: 'metered', grid, word };
  if (!grid) return { kind: 'unknown', word };
  const periodType = periodTypeOf(periodMonths(cycle));
  return periodType === undefined ? { kind: 'term', grid, word } : { kind: 'units', periodType, grid, word };
}

/**
 * The day a grid is anchored on: the renewal date, else the creation date. A renewal date that is the last day of a short
 * month may itself be clamped: a subscription created on the 31st renews on 30 November and on 31 December. Its own day
 * is then the creation date's, found in the nearest earlier month of the same grid that is long enough; else the whole
 * grid would stay on the 30th and every period would be billed a day off.
 */
function anchorOf(terms: ChargingTerms, cycle: Period): CalendarDate {
  const { creationDate, renewalDate } = terms;
  if (renewalDate === undefined) return creationDate;
  const months = periodMonths(cycle);
  const day = Number(creationDate.slice(8, 10));
  if (months === undefined || day <= Number(renewalDate.slice(8, 10)) || !isLastOfMonth(renewalDate))
    return renewalDate;
  for (let back = months; back <= 12; back += months) {
    const last = lastOfMonth(addMonths(renewalDate, -back));
    if (Number(last.slice(8, 10)) >= day) return last.slice(0, 8) + creationDate.slice(8, 10);
  }
  return renewalDate;
}

function lastOfMonth(date: CalendarDate): CalendarDate {
  return addDays(addMonths(`${date.slice(0, 8)}01`, 1), -1);
}

function isLastOfMonth(date: CalendarDate): boolean {
  return lastOfMonth(date) === date;
}

/** The billing cycle in words people use: `monthly`, `yearly`, `every 36 months`, `every 30 days`. */
export function cycleWord(cycle: Period): string {
  const months = periodMonths(cycle);
  const known = periodTypeOf(months);
  if (known !== undefined) return periodTypeWord(known);
  if (months !== undefined) return `every ${months} months`;
  if (cycle.unit === 'day') return `every ${cycle.count} days`;
  return cycle.unit === 'statement_day' ? 'on the statement day' : `an unknown period (${periodText(cycle)})`;
}

/** The last day of the term that starts on a day; undefined when the subscription period is no length. */
export function termEnd(start: CalendarDate, subscriptionPeriod: Period): CalendarDate | undefined {
  return gridOf(start, subscriptionPeriod)?.period(0).last;
}

/** A subscription's terms as far as they are dated. */
type TermDates = Pick<ChargingTerms, 'renewalDate'> & { expirationDate?: CalendarDate | undefined };

/**
 * The first day after the running term. A subscription that was given up ends on its expiration date, ahead of the
 * renewal: that is no end of a term. Undefined where the marketplace names neither.
 */
export function termBoundary({ renewalDate, expirationDate }: TermDates): CalendarDate | undefined {
  const isCutShort = expirationDate !== undefined && renewalDate !== undefined && expirationDate < renewalDate;
  return isCutShort ? renewalDate : (expirationDate ?? renewalDate);
}

/** The grid of terms (not of charges) around an anchor; undefined when the subscription period is no length. */
export function termGrid(terms: ChargingTerms & TermDates): BillingGrid | undefined {
  const renewalDate = termBoundary(terms);
  return gridOf(anchorOf({ ...terms, renewalDate }, terms.subscriptionPeriod), terms.subscriptionPeriod);
}

/** No product is sold for more than this many days or months at once; years are far fewer. */
const LONGEST = 366;

function gridOf(anchor: CalendarDate, period: Period): BillingGrid | undefined {
  if (!Number.isInteger(period.count) || period.count < 1 || period.count > LONGEST) return undefined;
  const months = periodMonths(period);
  if (months !== undefined) return PeriodGrid.of(anchor, months);
  return period.unit === 'day' ? new DayGrid(anchor, period.count) : undefined;
}
