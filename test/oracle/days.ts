/**
 * The oracle's own calendar, with day numbers instead of dates: it shares nothing with the product or the sandboxes, so
 * that no mistake can be made in both (DESIGN §3).
 */

/** Days since 1970-01-01. */
export type Day = number;

/** The day of ISO text; a time of day is ignored. */
export function day(text: string): Day {
  const [year, month, date] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return civil(year, month) + date - 1;
}

/** ISO text of a day. */
export function text(of: Day): string {
  const { year, month, date } = parts(of);
  return `${year}-${`${month}`.padStart(2, '0')}-${`${date}`.padStart(2, '0')}`;
}

/** `YYYY-MM` of a day. */
export function month(of: Day): string {
  return text(of).slice(0, 7);
}

/** The day on which an instant falls in a time zone. */
export function dayOfInstant(instant: string, timeZone: string): Day {
  return day(new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date(instant)));
}

/** Periods of so many months counted from an anchor; a day a month lacks is that month's last, the anchor's day stays. */
export class Grid {
  constructor(
    readonly anchor: Day,
    readonly months: number,
  ) {}

  /** First day of the n-th period. */
  start(index: number): Day {
    const { year, month: first, date } = parts(this.anchor);
    const count = year * 12 + first - 1 + index * this.months;
    const begin = civil(Math.floor(count / 12), (count % 12) + 1);
    const next = civil(Math.floor((count + 1) / 12), ((count + 1) % 12) + 1);
    return Math.min(begin + date - 1, next - 1);
  }

  /** The period that holds a day: its first day and the first day after it. */
  around(of: Day): { first: Day; next: Day } {
    let index = Math.floor((of - this.anchor) / (31 * this.months)) - 1;
    while (this.start(index + 1) <= of) index += 1;
    return { first: this.start(index), next: this.start(index + 1) };
  }

  /** True when a period begins on a day. */
  startsOn(of: Day): boolean {
    return this.around(of).first === of;
  }

  /** The first period start on or after a day. */
  startFrom(of: Day): Day {
    const { first, next } = this.around(of);
    return first === of ? of : next;
  }
}

/** Days since 1970 of the first of a month (proleptic Gregorian). */
function civil(year: number, month: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const shifted = month <= 2 ? month + 9 : month - 3;
  const leaps = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return 365 * y + leaps + Math.floor((153 * shifted + 2) / 5) - 719_468;
}

function parts(of: Day): { year: number; month: number; date: number } {
  let year = 1970 + Math.floor(of / 365.2425);
  while (civil(year + 1, 1) <= of) year += 1;
  while (civil(year, 1) > of) year -= 1;
  let month = 12;
  while (civil(year, month) > of) month -= 1;
  return { year, month, date: of - civil(year, month) + 1 };
}
