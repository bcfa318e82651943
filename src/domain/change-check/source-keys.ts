import { createHash } from 'node:crypto';
import type { CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import type { Decimal } from '../money/money.js';

/** What makes a change exactly one task (DESIGN §5): these keys are unique per connection. */

export function orderKey(orderId: string, subscriptionId: string): string {
  return `order:${orderId}:${subscriptionId}`;
}

export function initialKey(subscriptionId: string): string {
  return `initial:${subscriptionId}`;
}

/** @param date the first day not covered. */
export function expiryKey(subscriptionId: string, date: CalendarDate): string {
  return `expiry:${subscriptionId}:${date}`;
}

/** @param date the first day of the new term. */
export function renewalKey(subscriptionId: string, date: CalendarDate): string {
  return `renewal:${subscriptionId}:${date}`;
}

/** @param revision 1 for the first report of a period, then one more for each correction. */
export function usageKey(
  subscriptionId: string,
  productKey: ProductKey,
  periodStart: CalendarDate,
  revision: number,
): string {
  return `usage:${subscriptionId}:${productKey}:${periodStart}:${revision}`;
}

/** What the usage tasks of one product and period have in common, and which of them this is; undefined for other keys. */
export function usageSeries(sourceKey: string): { series: string; revision: number } | undefined {
  const match = /^(usage:.*):(\d+)$/s.exec(sourceKey);
  return match ? { series: match[1]!, revision: Number(match[2]) } : undefined;
}

/** What a usage task's key says; undefined for any other key. */
export function readUsageKey(
  sourceKey: string,
  subscriptionId: string,
): { productKey: ProductKey; periodStart: CalendarDate; revision: number } | undefined {
  const prefix = `usage:${subscriptionId}:`;
  const match = /^(.*):(\d{4}-\d{2}-\d{2}):(\d+)$/s.exec(sourceKey.slice(prefix.length));
  if (!sourceKey.startsWith(prefix) || !match) return undefined;
  const [, productKey = '', periodStart = '', revision] = match;
  return { productKey, periodStart, revision: Number(revision) };
}

/** A price or cost per unit that changed without an order. Absent where the marketplace shows none. */
export interface PriceChange {
  productKey: ProductKey;
  productName: string;
  priceBefore?: Decimal;
  priceAfter?: Decimal;
  costBefore?: Decimal;
  costAfter?: Decimal;
}

/**
 * The hash holds both prices and the day of the change: a price that goes up, down and up again is three changes, the
 * same one met twice is one.
 */
export function priceKey(subscriptionId: string, change: PriceChange, modified: CalendarDate | undefined): string {
  const { productKey, priceBefore, priceAfter, costBefore, costAfter } = change;
  const hash = createHash('sha256')
    .update(JSON.stringify([priceBefore, priceAfter, costBefore, costAfter, modified].map((part) => part ?? null)))
    .digest('hex')
    .slice(0, 16);
  return `price:${subscriptionId}:${productKey}:${hash}`;
}

/** @param request tells apart the reconciliations that people asked for. */
export function reconcileKey(subscriptionId: string, request: string): string {
  return `reconcile:${subscriptionId}:${request}`;
}

/** @param request tells apart the moves that people asked for. */
export function moveKey(subscriptionId: string, request: string): string {
  return `move:${subscriptionId}:${request}`;
}
