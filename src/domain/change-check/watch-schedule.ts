import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../calendar/calendar-date.js';
import type { OrderStatus } from '../marketplace/order.js';

const HOUR = 60;
const DAY = 24 * HOUR;
/** Checks do not start to the second; without this a daily one would now and then skip a day. */
const SLACK_MINUTES = 5;

/** True for an order that can still become something: it is read again until it ends (DESIGN §8). */
export function isUnfinished(status: OrderStatus): boolean {
  switch (status) {
    case 'submitted':
    case 'processing':
    case 'error':
    case 'unknown':
      return true;
    case 'completed':
    case 'cancelled':
      return false;
  }
}

/**
 * When an unfinished order is read again: at every check for 2 days after it was first seen, hourly to day 7, daily to
 * day 60, then never (DESIGN §8).
 *
 * @param now the business instant of the reading that found it unfinished.
 * @returns the earliest instant of the next reading, or undefined when it is given up.
 */
export function nextWatchAt(firstSeenAt: Instant, now: Instant): Instant | undefined {
  const current = Temporal.Instant.from(now);
  const age = Temporal.Instant.from(firstSeenAt).until(current).total('minutes');
  if (age < 2 * DAY) return current.toString();
  if (age < 7 * DAY) return current.add({ minutes: HOUR - SLACK_MINUTES }).toString();
  if (age < 60 * DAY) return current.add({ minutes: DAY - SLACK_MINUTES }).toString();
  return undefined;
}

/**
 * True while an unfinished order may still be about to explain what its subscription shows: marketplaces change the
 * subscription first and complete the order a little later. Orders in error and orders scheduled for a later date do
 * not hold the sweep back for longer.
 */
export function mayExplain(status: OrderStatus, firstSeenAt: Instant, now: Instant): boolean {
  if (status !== 'submitted' && status !== 'processing') return false;
  return Temporal.Instant.from(firstSeenAt).until(Temporal.Instant.from(now)).total('minutes') < 2 * DAY;
}
