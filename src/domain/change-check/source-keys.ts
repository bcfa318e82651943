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
