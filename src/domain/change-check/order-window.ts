import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../calendar/calendar-date.js';

/** How far a check looks back beyond the newest order it has seen (DESIGN §8). */
const OVERLAP_HOURS = 24;

/**
 * From which creation time orders are listed: the high-water mark less a day, or one month back on the first check of a
 * connection (FEATURES TSK-2).
 *
 * @param mark creation of the newest order committed; undefined before the first one. @param now business instant.
 */
export function ordersFrom(mark: Instant | undefined, now: Instant): Instant {
  if (mark !== undefined) return Temporal.Instant.from(mark).subtract({ hours: OVERLAP_HOURS }).toString();
  return Temporal.Instant.from(now).toZonedDateTimeISO('UTC').subtract({ months: 1 }).toInstant().toString();
}

/** True when `a` is before `b`; instants are compared as points in time, not as text. */
export function isBefore(a: Instant, b: Instant): boolean {
  return Temporal.Instant.compare(a, b) < 0;
}
