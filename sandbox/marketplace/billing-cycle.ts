import { addDays, addMonths, daysBetween } from '../kit/calendar.js';
import type { BillingModel, Period } from './simple-api.types.js';

/** A stretch between two billing dates; `next` is the first day that no longer belongs to it. */
export interface Stretch {
  start: string;
  next: string;
}

/**
 * The period one recurring charge covers: the subscription period for plans charged per term, else the billing period
 * (DESIGN §6, "Charging cycle").
 */
export function chargingCycle(of: {
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
}): Period {
  return of.billingModel === 'chargeBeforeSubscriptionPeriod' ? of.subscriptionPeriod : of.billingPeriod;
}

/** The `index`-th boundary from the anchor; month-ends are clamped, always counted from the anchor's own day. */
export function boundary(anchor: string, period: Period, index: number): string {
  if (period.type === 'day') return addDays(anchor, index * period.duration);
  return addMonths(anchor, index * period.duration * (period.type === 'year' ? 12 : 1));
}

/** The stretch between two boundaries that holds `day`. */
export function stretchAround(anchor: string, period: Period, day: string): Stretch {
  const approximateDays = period.duration * (period.type === 'day' ? 1 : period.type === 'month' ? 30.44 : 365.25);
  let index = Math.floor(daysBetween(anchor, day) / approximateDays);
  let start = boundary(anchor, period, index);
  while (start > day) start = boundary(anchor, period, --index);
  let next = boundary(anchor, period, index + 1);
  while (next <= day) {
    start = next;
    next = boundary(anchor, period, ++index + 1);
  }
  return { start, next };
}

/** The days of a stretch from `day` (inclusive) to the next boundary (exclusive), and the days of all of it. */
export function remaining(stretch: Stretch, day: string): { days: number; of: number } {
  return { days: daysBetween(day, stretch.next), of: daysBetween(stretch.start, stretch.next) };
}

/** True when two periods are equally long, however they are written (12 months = 1 year). */
export function samePeriod(a: Period, b: Period): boolean {
  const months = (p: Period) => (p.type === 'day' ? `${p.duration}d` : p.duration * (p.type === 'year' ? 12 : 1));
  return months(a) === months(b);
}
