import { Temporal } from 'temporal-polyfill';

/**
 * A billing day: ISO text `YYYY-MM-DD`, no time and no zone. It compares and sorts as text. Billing days are never
 * JavaScript `Date`s: midnight in the wrong zone moves an invoice by a month (reference/codebase-models §8.15).
 *
 * The planner asks thousands of times per plan run for neighbours and distances, so days are computed as whole numbers
 * (days since 1970-01-01, proleptic Gregorian); `Temporal` only checks text that comes from outside.
 */
export type CalendarDate = string;

/** An instant: ISO text in UTC, `YYYY-MM-DDTHH:MM:SS(.sss)Z`. */
export type Instant = string;

const DASH = 45;
const SHORTEST_MONTH = 28;
/** 400 years of the Gregorian calendar, and the days from 0000-03-01 to 1970-01-01. */
const ERA_DAYS = 146_097;
const EPOCH_SHIFT = 719_468;

interface DayParts {
  year: number;
  month: number;
  day: number;
}

/** Reads a date from ISO text, dropping any time of day *without* shifting zones. @throws RangeError on other text. */
export function calendarDate(text: string): CalendarDate {
  return Temporal.PlainDate.from(text.slice(0, 10)).toString();
}

/** True for an existing day written as `YYYY-MM-DD`. */
export function isCalendarDate(value: unknown): value is CalendarDate {
  if (typeof value !== 'string' || value.length !== 10) return false;
  if (value.charCodeAt(4) !== DASH || value.charCodeAt(7) !== DASH) return false;
  const { year, month, day } = digitsOf(value);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

/**
 * The calendar day of an instant in an IANA time zone (FEATURES INS-13).
 * @throws RangeError when either is unknown.
 */
export function dayIn(timeZone: string, instant: Instant): CalendarDate {
  let zone = ZONES.get(timeZone);
  if (!zone) {
    // en-CA writes days as YYYY-MM-DD; the formatter is kept because making one costs more than a whole plan.
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    ZONES.set(timeZone, (zone = { format, days: new Map() }));
  }
  let day = zone.days.get(instant);
  if (day === undefined) {
    // One order is asked for its day by every plan of its subscription.
    if (zone.days.size >= KEPT_DAYS) zone.days.clear();
    day = zone.format.format(Date.parse(instant));
    zone.days.set(instant, day);
  }
  return day;
}

const ZONES = new Map<string, { format: Intl.DateTimeFormat; days: Map<Instant, CalendarDate> }>();
const KEPT_DAYS = 10_000;

/** The day `days` later; negative is earlier. @throws RangeError when the text is no day. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  const { year, month, day } = partsOf(date);
  const target = day + days;
  // Nearly every step is a short one, and stays in its month or ends in the next.
  if (target >= 1 && target <= SHORTEST_MONTH) return dateText(year, month, target);
  if (target >= 1 && target <= 2 * SHORTEST_MONTH) {
    const length = daysInMonth(year, month);
    if (target <= length) return dateText(year, month, target);
    return month === 12 ? dateText(year + 1, 1, target - length) : dateText(year, month + 1, target - length);
  }
  return dateOfEpochDay(epochDay(date) + days);
}

/** Whole days from `from` to `to`; the same day gives 0, an earlier `to` a negative count. @throws RangeError */
export function daysBetween(from: CalendarDate, to: CalendarDate): number {
  const start = partsOf(from);
  const end = partsOf(to);
  if (start.year === end.year && start.month === end.month) return end.day - start.day;
  return epochDayOf(end) - epochDayOf(start);
}

/** Days a range covers, both ends included. @throws RangeError when a text is no day. */
export function daysInclusive(first: CalendarDate, last: CalendarDate): number {
  return daysBetween(first, last) + 1;
}

/**
 * `months` after the anchor; a day the month lacks becomes its last day, always counted from the anchor's own day.
 * @throws RangeError when the text is no day.
 */
export function addMonths(anchor: CalendarDate, months: number): CalendarDate {
  const { year, month, day } = partsOf(anchor);
  const count = year * 12 + (month - 1) + months;
  const targetYear = Math.floor(count / 12);
  const targetMonth = count - targetYear * 12 + 1;
  return dateText(targetYear, targetMonth, Math.min(day, daysInMonth(targetYear, targetMonth)));
}

/** Calendar months from the month of one day to the month of another, whatever the days in them. @throws RangeError */
export function monthsBetween(from: CalendarDate, to: CalendarDate): number {
  const start = partsOf(from);
  const end = partsOf(to);
  return (end.year - start.year) * 12 + end.month - start.month;
}

/** The later of two days. */
export function later(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a > b ? a : b;
}

/** The earlier of two days. */
export function earlier(a: CalendarDate, b: CalendarDate): CalendarDate {
  return a < b ? a : b;
}

/** Days since 1970-01-01; negative before it. @throws RangeError when the text is no day. */
export function epochDay(date: CalendarDate): number {
  return epochDayOf(partsOf(date));
}

function epochDayOf({ year, month, day }: DayParts): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return (
    era * ERA_DAYS + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - EPOCH_SHIFT
  );
}

/** The day with this number of days since 1970-01-01. */
export function dateOfEpochDay(epoch: number): CalendarDate {
  const shifted = epoch + EPOCH_SHIFT;
  const era = Math.floor(shifted / ERA_DAYS);
  const dayOfEra = shifted - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  return dateText(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

/** Days of a month, 1 = January. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Year, month and day of a day's text. @throws RangeError when it has another shape. */
function partsOf(date: CalendarDate): DayParts {
  const parts = digitsOf(date);
  if (date.length !== 10 || Number.isNaN(parts.year + parts.month + parts.day))
    throw new RangeError(`"${date}" is no calendar day.`);
  return parts;
}

/** The same without looking at the shape: NaN where no digit is. */
function digitsOf(date: string): DayParts {
  return {
    year: digit(date, 0) * 1000 + digit(date, 1) * 100 + digit(date, 2) * 10 + digit(date, 3),
    month: digit(date, 5) * 10 + digit(date, 6),
    day: digit(date, 8) * 10 + digit(date, 9),
  };
}

function digit(text: string, index: number): number {
  const code = text.charCodeAt(index) - 48;
  return code >= 0 && code <= 9 ? code : NaN;
}

function dateText(year: number, month: number, day: number): CalendarDate {
  if (year < 0 || year > 9999) throw new RangeError(`The year ${year} is outside the calendar.`);
  const years = year > 999 ? `${year}` : String(year).padStart(4, '0');
  return `${years}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}
