import { compare, isWhole, sum, times, unitPriceOf, type Decimal } from '../../domain/money/money.js';
import type { FeeType, Order, OrderItem, OrderLine, OrderStatus, OrderType } from '../../domain/marketplace/order.js';
import type { Period } from '../../domain/marketplace/period.js';
import { productKeyOf } from '../../domain/marketplace/product.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import type { OrderHeader } from '../../ports/marketplace.port.js';
import { dropUndefined } from '../http/drop-undefined.js';
import { identified, period, PERIOD_UNITS } from './simple-api.schema.js';
import type { ReadingContext, WireRecord } from './wire-record.js';

/** Orders of the Simple API 1.15 → the domain's orders (reference/marketplace-platforms §2.8 and §13.1). */

const ORDER_TYPES: Record<string, OrderType> = {
  sales: 'sales',
  change: 'change',
  renewal: 'renewal',
  cancellation: 'cancellation',
  migration: 'migration',
  billing: 'billing',
};

const ORDER_STATUSES: Record<string, OrderStatus> = {
  submitted: 'submitted',
  processing: 'processing',
  error: 'error',
  completed: 'completed',
  cancelled: 'cancelled',
};

/** `details[].type` → fee type (reference/marketplace-platforms §13.1). A fractional `recurring` or `renew` is `prorated`. */
const FEE_TYPES: Record<string, FeeType> = {
  setup: 'setup',
  recurring: 'recurring',
  renew: 'recurring',
  switch: 'prorated',
  transfer: 'prorated',
  downgrade: 'prorated',
  overuse: 'overuse',
  cancellation: 'cancellationFee',
  billPenalty: 'cancellationFee',
  setupRefund: 'refund',
  recurringRefund: 'refund',
  renewRefund: 'refund',
  transferRefund: 'refund',
  refund: 'refund',
  refundAdjustment: 'refund',
  discount: 'discount',
  adjustment: 'adjustment',
  handlingFee: 'other',
  nonProvisioningItem: 'other',
  billRecord: 'other',
  payment: 'ignored',
  deposit: 'ignored',
  resellerPayment: 'ignored',
};

/** What an item's action is where the marketplace does not say: the specification promises it for partial upgrades only. */
const ACTION_OF_TYPE: Record<OrderType, string> = {
  sales: 'CREATE',
  change: 'UPDATE',
  renewal: 'RENEW',
  cancellation: 'CANCEL',
  migration: 'MIGRATION',
  billing: 'BILLING_SUBSCRIPTION',
  unknown: 'unknown',
};

/** A line of the order list. */
export function orderHeader(value: unknown, context: ReadingContext): OrderHeader {
  const r = identified('order', value, context);
  return {
    id: r.requiredText('id'),
    number: r.text('orderNumber') ?? r.requiredText('id'),
    sourceType: r.text('type') ?? '',
    status: r.word('status', ORDER_STATUSES, 'unknown'),
    createdAt: r.requiredInstant('creationDate'),
  };
}

/**
 * Subscriptions whose products complete this order's: an order may name a product without periods, vendor or MPN, and
 * without those its mapping key would differ from the same product's elsewhere.
 */
export function subscriptionsToComplete(value: unknown, context: ReadingContext): string[] {
  const r = identified('order', value, context);
  const incomplete = r
    .records('products')
    .filter(
      (p) =>
        ['billingPeriod', 'subscriptionPeriod'].some((name) => !p.record(name)) || !p.text('vendor') || !p.text('mpn'),
    );
  const ids = incomplete.map((p) => p.text('subscriptionId') ?? r.text('subscriptionId'));
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/**
 * An order in its detailed form.
 *
 * @param known subscriptions read for `subscriptionsToComplete`, by id; a gap they leave is reported.
 */
export function order(value: unknown, known: ReadonlyMap<string, Subscription>, context: ReadingContext): Order {
  const r = identified('order', value, context);
  const header = orderHeader(value, context);
  const type = r.word('type', ORDER_TYPES, 'unknown');
  const items = r.records('products').map((p) => orderItem(p, r, type, known));
  const details = r.records('details').map((detail) => orderLine(detail, items));
  const total = r.money('total');
  const currency = total?.currency ?? details.find((detail) => detail.currency !== undefined)?.currency;
  if (currency === undefined) r.reportMissing('total');
  for (const { currency: other, record, line } of details)
    if (line.feeType !== 'ignored' && other !== undefined && other !== currency)
      throw record.unreadable('its currency', `differs from the order's ${currency}`);
  return dropUndefined({
    ...header,
    type,
    customerId: r.requiredText('customerId'),
    subscriptionId: r.text('subscriptionId'),
    targetSubscriptionId: r.text('targetSubscriptionId'),
    poNumber: r.text('poNumber'),
    completedAt: header.status === 'completed' ? r.instant('provisioningDate') : undefined,
    scheduledOn: r.moment('scheduledOn'),
    currency: currency ?? '',
    total: total?.amount ?? sum(details.map(({ line }) => line.extendedPrice)),
    attributes: r.attributes('attributes'),
    items,
    lines: details.map(({ line }) => line),
    correlationId: context.correlationId,
  });
}

function orderItem(
  r: WireRecord,
  order: WireRecord,
  type: OrderType,
  known: ReadonlyMap<string, Subscription>,
): OrderItem {
  const orderSubscription = order.text('subscriptionId');
  const subscriptionId = r.text('subscriptionId') ?? orderSubscription;
  const held = subscriptionId === undefined ? undefined : known.get(subscriptionId);
  const id = r.text('id');
  const ownMpn = r.text('mpn');
  const same = held?.items.find((item) => (id === undefined ? item.mpn === ownMpn : item.productId === id));
  const mpn = ownMpn ?? same?.mpn;
  const productId = id ?? same?.productId ?? mpn;
  if (productId === undefined) throw r.unreadable('id', 'and mpn are both missing');
  const vendor = r.text('vendor') ?? same?.vendor;
  if (vendor === undefined) r.reportMissing('vendor');
  // A cancellation leaves nothing, whether it says so or not; any other gap must not be guessed.
  const quantity = r.decimal('quantity') ?? (type === 'cancellation' ? '0' : undefined);
  if (quantity === undefined) throw r.unreadable('quantity', 'is missing');
  const billingPeriod = r.record('billingPeriod') ? period(r, 'billingPeriod') : held?.billingPeriod;
  const subscriptionPeriod = r.record('subscriptionPeriod')
    ? period(r, 'subscriptionPeriod')
    : order.record('subscriptionPeriod')
      ? period(order, 'subscriptionPeriod')
      : held?.subscriptionPeriod;
  const periods = {
    billingPeriod: billingPeriod ?? period(r, 'billingPeriod'),
    subscriptionPeriod: subscriptionPeriod ?? period(r, 'subscriptionPeriod'),
  };
  return dropUndefined({
    productKey: productKeyOf({ id: productId, mpn, vendor, ...periods }),
    productId,
    mpn,
    vendor,
    name: r.text('name') ?? same?.name ?? mpn ?? productId,
    quantity,
    action: r.text('type') ?? ACTION_OF_TYPE[type],
    ...periods,
    subscriptionId: subscriptionId === orderSubscription ? undefined : subscriptionId,
    newProductId: r.text('newId') ?? r.text('newProductId'),
    newMpn: r.text('newMPN'),
  });
}

/** A financial line with the currency of the money set it was read from. */
function orderLine(
  r: WireRecord,
  items: readonly OrderItem[],
): { line: OrderLine; currency: string | undefined; record: WireRecord } {
  const sourceType = r.text('type') ?? '';
  const kind = r.word('type', FEE_TYPES, 'other');
  const productId = r.text('productId');
  const mpn = r.text('mpn');
  const item = items.find((i) =>
    productId === undefined ? i.mpn === mpn : i.productId === productId || i.newProductId === productId,
  );
  const duration = durationOf(r);
  const quantity = r.decimal('quantity') ?? '1';
  const money = moneyOf(r, quantity, kind);
  const partial = duration !== undefined && isPartial(duration, item?.billingPeriod);
  const line: OrderLine = dropUndefined({
    feeType: kind === 'recurring' && partial ? 'prorated' : kind,
    sourceType,
    productId,
    mpn,
    description: r.text('description') ?? '',
    quantity,
    unitPrice: money.unitPrice,
    extendedPrice: money.extendedPrice,
    duration,
  });
  return { line, currency: money.currency, record: r };
}

/** A part of a period: a fraction of it, or days of something that is not counted in days. */
function isPartial(duration: { unit: Period['unit']; count: Decimal }, billingPeriod: Period | undefined): boolean {
  if (!isWhole(duration.count)) return true;
  return duration.unit === 'day' && billingPeriod !== undefined && billingPeriod.unit !== 'day';
}

/**
 * What the customer pays: the `sales` set where the line has one, else the plain set; never a mix of both, which may be
 * in two currencies (DESIGN §6 Money). Amounts stay verbatim.
 */
function moneyOf(
  r: WireRecord,
  quantity: Decimal,
  kind: FeeType,
): { unitPrice: Decimal; extendedPrice: Decimal; currency: string | undefined } {
  const prefix = r.money('salesExtendedPrice') || r.money('salesUnitPrice') ? 'sales' : '';
  const unit = r.money(prefix === '' ? 'unitPrice' : 'salesUnitPrice');
  const extended = r.money(prefix === '' ? 'extendedPrice' : 'salesExtendedPrice');
  const currency = extended?.currency ?? unit?.currency;
  if (extended) {
    const derived = compare(quantity, 0) === 0 ? '0' : unitPriceOf(extended.amount, quantity);
    return { unitPrice: unit?.amount ?? derived, extendedPrice: extended.amount, currency };
  }
  if (unit) return { unitPrice: unit.amount, extendedPrice: times(unit.amount, quantity), currency };
  // Payments and the like are not ours; any other line without an amount would lose money silently.
  if (kind === 'ignored') return { unitPrice: '0', extendedPrice: '0', currency };
  throw r.unreadable('extendedPrice', 'is missing');
}

function durationOf(r: WireRecord): { unit: Period['unit']; count: Decimal } | undefined {
  const duration = r.record('duration');
  const count = duration?.decimal('duration');
  if (!duration || count === undefined) return undefined;
  return { unit: duration.word('type', PERIOD_UNITS, 'unknown'), count };
}
