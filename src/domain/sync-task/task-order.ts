import type { CalendarDate, Instant } from '../calendar/calendar-date.js';

/** What decides the place of a task among the tasks of its subscription (DESIGN §6 Order). */
export interface TaskPlace {
  /** The day the change counts from; a task whose day is not known yet waits behind the others. */
  effectiveDate?: CalendarDate | undefined;
  /** Creation of the order, or of the task where there is no order. */
  createdAt: Instant;
  /** Order number; tasks without an order come first, they describe what was there before. */
  orderNumber?: string | undefined;
  /** Last resort, so that the order is total. */
  id: string;
}

/** Sorts tasks of one subscription: effective date, order creation, order number. Negative = `a` runs first. */
export function compareTasks(a: TaskPlace, b: TaskPlace): number {
  return (
    compareText(a.effectiveDate ?? '9999-12-31', b.effectiveDate ?? '9999-12-31') ||
    instantOf(a.createdAt) - instantOf(b.createdAt) ||
    compareNumbers(a.orderNumber ?? '', b.orderNumber ?? '') ||
    compareText(a.id, b.id)
  );
}

/** Instants are compared as points in time: `…00Z` and `…00.000Z` are the same one. */
function instantOf(text: Instant): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}

/** `CH000099` before `CH000100` and `SO9` before `SO10`: shorter numbers of one prefix are smaller. */
function compareNumbers(a: string, b: string): number {
  const [prefixA, digitsA] = split(a);
  const [prefixB, digitsB] = split(b);
  return compareText(prefixA, prefixB) || digitsA.length - digitsB.length || compareText(digitsA, digitsB);
}

function split(number: string): [string, string] {
  const digits = /\d+$/.exec(number)?.[0] ?? '';
  return [number.slice(0, number.length - digits.length), digits.replace(/^0+/, '')];
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
