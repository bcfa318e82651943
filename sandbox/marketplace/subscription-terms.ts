import { addMonths } from '../kit/calendar.js';
import { boundary, chargingCycle, stretchAround } from './billing-cycle.js';
import { listPrices, newItem, switchedTerms } from './order-money.js';
import type { OrderItem, OrderRow, ProductRow, SubscriptionItem, SubscriptionRow } from './simple-api.types.js';

type Applied = Pick<OrderRow, 'type' | 'items' | 'effective' | 'alignTo'> & { startDate?: string };

/**
 * The subscription after an order completed on `day`; pure. A renewal or expiration date is the first day that the
 * running term no longer covers.
 */
export function subscriptionAfter(
  order: Applied,
  subscription: SubscriptionRow,
  day: string,
  productOf: (id: string) => ProductRow,
): SubscriptionRow {
  const touched = { ...subscription, lastModifiedDate: day };
  switch (order.type) {
    case 'sales':
      return startedOn(touched, day, order.alignTo === 'calendarMonth' ? firstOfMonth(day) : day);
    case 'migration': {
      const anchor = order.startDate ?? day;
      const { next } = stretchAround(anchor, touched.subscriptionPeriod, day);
      return { ...startedOn(touched, anchor, anchor), renewalDate: next, expirationDate: next };
    }
    case 'renewal': {
      const after = stretchAround(touched.anchor, touched.subscriptionPeriod, touched.renewalDate).next;
      return {
        ...touched,
        renewalDate: after,
        expirationDate: after,
        items: touched.items.map((item) => refreshed(item, order.items, touched.currency, productOf)),
      };
    }
    case 'change':
      return order.items.reduce((now, item) => changed(now, item, day, productOf), touched);
    case 'cancellation':
      return order.effective === 'now'
        ? { ...touched, status: 'terminated', renewalStatus: false, expirationDate: day }
        : { ...touched, renewalStatus: false, expirationDate: endOf(order.effective, touched, day) };
  }
}

/** The day a delayed order takes effect: the next billing date or the end of the running term. */
export function endOf(effective: OrderRow['effective'], subscription: SubscriptionRow, day: string): string {
  return effective === 'nextBilling'
    ? stretchAround(subscription.anchor, chargingCycle(subscription), day).next
    : subscription.renewalDate;
}

function startedOn(subscription: SubscriptionRow, start: string, anchor: string): SubscriptionRow {
  const end = boundary(anchor, subscription.subscriptionPeriod, 1);
  return { ...subscription, status: 'active', creationDate: start, anchor, renewalDate: end, expirationDate: end };
}

/** The first day of a month on or after `day`. */
function firstOfMonth(day: string): string {
  return day.endsWith('-01') ? day : `${addMonths(day, 1).slice(0, 8)}01`;
}

/** A renewed item takes the list price of the day, unless its price was set for this customer. */
function refreshed(
  held: SubscriptionItem,
  wanted: OrderItem[],
  currency: string,
  productOf: (id: string) => ProductRow,
): SubscriptionItem {
  const item = wanted.find((other) => other.productId === held.productId);
  const quantity = item?.quantity ?? held.quantity;
  if (item?.unitPrice !== undefined)
    return {
      ...withoutTiers(held),
      quantity,
      unitPrice: item.unitPrice,
      unitCost: item.unitCost ?? held.unitCost,
      special: true,
    };
  const product = productOf(held.productId);
  if (held.special || listPrices(product.prices, 'recurring', currency).length === 0) return { ...held, quantity };
  const listed = newItem({ productId: held.productId, quantity }, product, currency);
  return { ...listed, vendorSubscriptionId: held.vendorSubscriptionId };
}

function changed(
  subscription: SubscriptionRow,
  item: OrderItem,
  day: string,
  productOf: (id: string) => ProductRow,
): SubscriptionRow {
  const held = subscription.items.find((other) => other.productId === item.productId);
  if (held && item.newProductId !== undefined) {
    const target = productOf(item.newProductId);
    const taken = newItem({ ...item, productId: target.id }, target, subscription.currency);
    const items = subscription.items.map((other) =>
      other === held ? { ...taken, vendorSubscriptionId: held.vendorSubscriptionId } : other,
    );
    const terms = switchedTerms(subscription, target, day);
    const named = { ...terms, items, name: subscription.items[0] === held ? target.name : subscription.name };
    if (terms.anchor === subscription.anchor) return named;
    const end = boundary(terms.anchor, terms.subscriptionPeriod, 1);
    return { ...named, renewalDate: end, expirationDate: end };
  }
  if (!held) {
    const added = newItem(item, productOf(item.productId), subscription.currency);
    const vendorSubscriptionId = `VS-${subscription.id}-${subscription.items.length + 1}`;
    return { ...subscription, items: [...subscription.items, { ...added, vendorSubscriptionId }] };
  }
  const items = subscription.items.map((other) => {
    if (other !== held) return other;
    if (item.unitPrice === undefined) return { ...held, quantity: item.quantity };
    return {
      ...withoutTiers(held),
      quantity: item.quantity,
      unitPrice: item.unitPrice,
      unitCost: item.unitCost ?? held.unitCost,
      special: true,
    };
  });
  return { ...subscription, items };
}

function withoutTiers(item: SubscriptionItem): SubscriptionItem {
  const { tiers: _tiers, ...flat } = item;
  return flat;
}
