import { Decimal } from '../kit/decimal.js';
import type { AutotaskState } from './comparison.js';
import type { TaskRow } from './sync-all.js';
import type { MarketplaceState } from './trading.js';

/** Billing models whose money comes from charges alone (DESIGN §6 Charging cycle). */
const POST_PAID = new Set(['chargeAfterBillingPeriod', 'chargeExternalRating']);

/** Lines of an order that are no part of an invoice. */
const NOT_BILLED = new Set(['payment', 'deposit', 'resellerPayment']);

/**
 * What post-paid subscriptions must have been charged: the one-off lines of their synced orders, in what the customer
 * pays, without tax.
 */
export function expectedCharges(
  marketplace: MarketplaceState,
  tasks: readonly TaskRow[],
  currency: string,
): Map<string, Decimal> {
  const synced = new Set(tasks.filter(({ state }) => state === 'synced').map(({ orderNumber }) => orderNumber));
  const expected = new Map<string, Decimal>();
  for (const subscription of marketplace.subscriptions)
    if (POST_PAID.has(subscription.billingModel) && subscription.totalPrice.currency === currency)
      expected.set(subscription.id, Decimal.zero);
  for (const order of marketplace.orders) {
    const known = order.subscriptionId === undefined ? undefined : expected.get(order.subscriptionId);
    if (!known || !synced.has(order.orderNumber)) continue;
    const amount = order.details
      .filter(({ type }) => !NOT_BILLED.has(type))
      .reduce(
        (sum, line) => sum.plus(Decimal.of((line.salesExtendedPrice ?? line.extendedPrice).amount)),
        Decimal.zero,
      );
    expected.set(order.subscriptionId!, known.plus(amount));
  }
  return expected;
}

/** What Autotask holds as charges, by the order number that stands first in our key. */
export function chargedBySubscription(autotask: AutotaskState, marketplace: MarketplaceState): Map<string, Decimal> {
  const subscriptionOf = new Map(marketplace.orders.map((order) => [order.orderNumber, order.subscriptionId]));
  const charged = new Map<string, Decimal>();
  for (const { internalPurchaseOrderNumber, billableAmount } of autotask.contractCharges) {
    const subscription = subscriptionOf.get(internalPurchaseOrderNumber?.split(':')[0] ?? '');
    if (subscription === undefined) continue;
    charged.set(subscription, (charged.get(subscription) ?? Decimal.zero).plus(Decimal.of(billableAmount ?? 0)));
  }
  return charged;
}
