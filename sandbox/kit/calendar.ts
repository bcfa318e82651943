/**
 * The sandbox's own calendar. It shares nothing with the product on purpose: a mistake made in both would pass every
 * check (DESIGN §3). Days are ISO text `YYYY-MM-DD`, which also sorts and compares as text.
 */

const DAY_MS = 86_400_000;

const toMs = (day: string): number => Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8, 10));
const fromMs = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** True for a real calendar date in `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && fromMs(toMs(text)) === text;
}

/** The day `count` days later (negative: earlier). */
export function addDays(day: string, count: number): string {
  return fromMs(toMs(day) + count * DAY_MS);
}

/** Whole days from `from` to `to`, both at midnight; the same day gives 0. */
export function daysBetween(from: string, to: string): number {
  return Math.round((toMs(to) - toMs(from)) / DAY_MS);
}

/** `count` months after the anchor; a day the month lacks becomes its last day, always counted from the anchor. */
export function addMonths(anchor: string, count: number): string {
  const month = +anchor.slice(0, 4) * 12 + (+anchor.slice(5, 7) - 1) + count;
  const year = Math.floor(month / 12);
  const lastDay = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  const day = Math.min(+anchor.slice(8, 10), lastDay);
  return fromMs(Date.UTC(year, month % 12, day));
}
