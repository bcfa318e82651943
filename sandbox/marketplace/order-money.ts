import { Decimal } from '../kit/decimal.js';
import { chargingCycle, remaining, samePeriod, stretchAround } from './billing-cycle.js';
import type {
  LineType,
  OrderItem,
  OrderLine,
  OrderRow,
  Period,
  PriceTier,
  ProductPrice,
  ProductRow,
  SubscriptionItem,
  SubscriptionRow,
} from './simple-api.types.js';

/**
 * The money of orders (reference/marketplace-platforms.md §3). Recurring amounts of every order except renewals are
 * prorated by calendar days, the day of completion included, up to the next billing date, which is not; one rounding
 * per line to cents, half away from zero. Money back follows the plan's refund policy. Pure functions.
 */

/**
 * The lines of an order completing on `day`. Sales and renewals are given the subscription as it stands afterwards
 * (its new dates and prices), changes and cancellations as it stood before.
 */
export function orderLines(
  order: Pick<OrderRow, 'type' | 'items' | 'effective' | 'fee' | 'refund'>,
  subscription: SubscriptionRow,
  day: string,
  productOf: (id: string) => ProductRow,
): OrderLine[] {
  switch (order.type) {
    case 'sales':
      return order.items.flatMap((item) => salesLines(item, subscription, day, productOf(item.productId)));
    case 'renewal':
      return subscription.items.flatMap((held) => renewalLines(order.items, held, subscription));
    case 'change':
      return order.items.flatMap((item) => changeLines(item, order, subscription, day, productOf));
    case 'cancellation':
      return cancellationLines(order, subscription, day, productOf);
    case 'migration':
      return [];
  }
}

/** Price or cost of so many units for one charging cycle, tiers applied piece by piece; unrounded. */
export function extended(unit: string, tiers: PriceTier[] | undefined, quantity: number): Decimal {
  if (!tiers || tiers.length === 0) return Decimal.of(unit).times(quantity);
  let sum = Decimal.zero;
  tiers.forEach((tier, index) => {
    const from = Number(tier.lowerLimit);
    const to = index + 1 < tiers.length ? Number(tiers[index + 1]!.lowerLimit) : Infinity;
    const pieces = Math.max(0, Math.min(quantity, to - 1) - Math.max(from, 1) + 1);
    sum = sum.plus(Decimal.of(tier.amount).times(pieces));
  });
  return sum;
}

/** A new item of a subscription at list price in its currency, unless the order brings its own. */
export function newItem(item: OrderItem, product: ProductRow, currency: string): SubscriptionItem {
  const prices = listPrices(product.prices, 'recurring', currency);
  const flat = item.unitPrice !== undefined || prices.length < 2;
  return {
    productId: product.id,
    quantity: item.quantity,
    unitPrice: item.unitPrice ?? prices[0]?.amount ?? '0.00',
    unitCost: item.unitCost ?? listPrices(product.costs, 'recurring', currency)[0]?.amount ?? '0.00',
    ...(flat
      ? {}
      : { tiers: prices.map((price) => ({ lowerLimit: String(price.lowerLimit ?? 1), amount: price.amount })) }),
    ...(item.unitPrice === undefined ? {} : { special: true }),
    vendorSubscriptionId: '',
  };
}

/** The prices of one kind in one currency, lowest tier first. */
export function listPrices(prices: ProductPrice[], type: ProductPrice['type'], currency: string): ProductPrice[] {
  return prices
    .filter((price) => price.type === type && price.currency === currency)
    .sort((a, b) => (a.lowerLimit ?? 0) - (b.lowerLimit ?? 0));
}

/** Post-paid and externally rated products are charged from usage, never by an order. */
export function isUsageBilled(of: Pick<SubscriptionRow, 'billingModel'>): boolean {
  return of.billingModel === 'chargeAfterBillingPeriod' || of.billingModel === 'chargeExternalRating';
}

function salesLines(item: OrderItem, subscription: SubscriptionRow, day: string, product: ProductRow): OrderLine[] {
  const held = newItem(item, product, subscription.currency);
  return [
    ...setupLines(product, subscription.currency),
    ...(isUsageBilled(subscription)
      ? []
      : [partLine('recurring', held, held.quantity, subscription, day, item.discountPercent)]),
  ];
}

function setupLines(product: ProductRow, currency: string): OrderLine[] {
  const setup = listPrices(product.prices, 'setup', currency)[0];
  if (!setup) return [];
  const cost = listPrices(product.costs, 'setup', currency)[0]?.amount ?? '0.00';
  return [
    {
      type: 'setup',
      productId: product.id,
      quantity: 1,
      unitPrice: setup.amount,
      unitCost: cost,
      amount: setup.amount,
      cost,
    },
  ];
}

function renewalLines(items: OrderItem[], held: SubscriptionItem, subscription: SubscriptionRow): OrderLine[] {
  if (isUsageBilled(subscription)) return [];
  if (held.quantity === 0) return [];
  const discount = items.find((item) => item.productId === held.productId)?.discountPercent;
  return [line('renew', held, 0, held.quantity, { days: 1, of: 1 }, chargingCycle(subscription), discount)];
}

function changeLines(
  item: OrderItem,
  order: Pick<OrderRow, 'effective' | 'refund'>,
  subscription: SubscriptionRow,
  day: string,
  productOf: (id: string) => ProductRow,
): OrderLine[] {
  // A delayed change takes effect on a billing date: the new period is charged with the new quantity right away.
  if (order.effective !== 'now') return [];
  const product = productOf(item.productId);
  const held = subscription.items.find((other) => other.productId === item.productId);
  if (item.newProductId !== undefined && held)
    return switchLines(item, held, subscription, day, product, productOf(item.newProductId));
  if (isUsageBilled(subscription)) return held ? [] : setupLines(product, subscription.currency);
  if (!held)
    return [
      ...setupLines(product, subscription.currency),
      partLine(
        'recurring',
        newItem(item, product, subscription.currency),
        item.quantity,
        subscription,
        day,
        item.discountPercent,
      ),
    ];
  const change = item.quantity - held.quantity;
  const priced = item.unitPrice === undefined ? held : { ...held, unitPrice: item.unitPrice, tiers: undefined };
  if (change > 0)
    return [
      partLine(
        'recurring',
        { ...priced, quantity: item.quantity },
        change,
        subscription,
        day,
        item.discountPercent,
        held.quantity,
      ),
    ];
  if (change < 0) return refundLines('downgrade', held, -change, order.refund, subscription, day, product);
  return [];
}

/** Old product's unused days back, new product's days charged; setup fees do not apply (reference §3). */
function switchLines(
  item: OrderItem,
  held: SubscriptionItem,
  subscription: SubscriptionRow,
  day: string,
  product: ProductRow,
  target: ProductRow,
): OrderLine[] {
  const taken = newItem(item, target, subscription.currency);
  const back = refundLines('recurringRefund', held, held.quantity, 'prorated', subscription, day, product);
  if (isUsageBilled(target)) return back;
  const after = switchedTerms(subscription, target, day);
  return [partLine('switch', taken, taken.quantity, after, day, item.discountPercent), ...back];
}

/** The subscription's terms after a switch: an equal cycle keeps its dates, another one starts a new term that day. */
export function switchedTerms(subscription: SubscriptionRow, target: ProductRow, day: string): SubscriptionRow {
  const { billingModel, billingPeriod, subscriptionPeriod } = target;
  const terms = { ...subscription, billingModel, billingPeriod, subscriptionPeriod, planId: Number(target.planId) };
  const alike =
    samePeriod(chargingCycle(terms), chargingCycle(subscription)) &&
    samePeriod(terms.subscriptionPeriod, subscription.subscriptionPeriod);
  return alike ? terms : { ...terms, anchor: day };
}

function cancellationLines(
  order: Pick<OrderRow, 'effective' | 'fee' | 'refund'>,
  subscription: SubscriptionRow,
  day: string,
  productOf: (id: string) => ProductRow,
): OrderLine[] {
  const back =
    order.effective === 'now'
      ? subscription.items.flatMap((held) =>
          refundLines(
            'recurringRefund',
            held,
            held.quantity,
            order.refund,
            subscription,
            day,
            productOf(held.productId),
          ),
        )
      : [];
  if (order.fee === undefined || Decimal.of(order.fee).isZero) return back;
  const fee = Decimal.of(order.fee).toFixed(2);
  return [
    ...back,
    {
      type: 'cancellation',
      productId: subscription.items[0]?.productId ?? '',
      quantity: 1,
      unitPrice: fee,
      unitCost: '0.00',
      amount: fee,
      cost: '0.00',
    },
  ];
}

/** Money back for `count` units; on a billing date nothing of the new period was charged for them yet. */
function refundLines(
  type: LineType,
  held: SubscriptionItem,
  count: number,
  refund: OrderRow['refund'],
  subscription: SubscriptionRow,
  day: string,
  product: ProductRow,
): OrderLine[] {
  const cycle = chargingCycle(subscription);
  const stretch = stretchAround(subscription.anchor, cycle, day);
  if (count === 0 || isUsageBilled(subscription) || stretch.start === day) return [];
  const kind = refund === undefined || refund === 'policy' ? policyOn(product, subscription, day) : refund;
  if (kind === 'none') return [];
  const part = kind === 'full' ? { days: 1, of: 1 } : remaining(stretch, day);
  return [line(type, held, held.quantity - count, held.quantity, part, cycle, undefined, true)];
}

function policyOn(product: ProductRow, subscription: SubscriptionRow, day: string): 'full' | 'prorated' | 'none' {
  const term = stretchAround(subscription.anchor, subscription.subscriptionPeriod, day);
  const used = remaining(term, term.start).days - remaining(term, day).days;
  return used < product.refund.fullDays ? 'full' : product.refund.afterwards;
}

/** A charge for the units above `above`, from `day` to the next billing date. */
function partLine(
  type: LineType,
  item: SubscriptionItem,
  count: number,
  subscription: SubscriptionRow,
  day: string,
  discountPercent?: string,
  above = item.quantity - count,
): OrderLine {
  const cycle = chargingCycle(subscription);
  const part = remaining(stretchAround(subscription.anchor, cycle, day), day);
  return line(type, item, above, above + count, part, cycle, discountPercent);
}

/** Units `from`+1 … `to` of an item over `part` of one cycle. */
function line(
  type: LineType,
  item: SubscriptionItem,
  from: number,
  to: number,
  part: { days: number; of: number },
  cycle: Period,
  discountPercent?: string,
  back = false,
): OrderLine {
  const sign = back ? -1 : 1;
  const full = extended(item.unitPrice, item.tiers, to).minus(extended(item.unitPrice, item.tiers, from));
  const keep = Decimal.of(100).minus(Decimal.of(discountPercent ?? '0'));
  const cost = extended(item.unitCost, undefined, to - from);
  return {
    type,
    productId: item.productId,
    quantity: to - from,
    unitPrice: item.unitPrice,
    unitCost: item.unitCost,
    amount: full
      .times(keep)
      .times(sign)
      .share(part.days, part.of * 100)
      .toFixed(2),
    cost: cost.times(sign).share(part.days, part.of).toFixed(2),
    duration: {
      type: cycle.type,
      duration: Decimal.of(cycle.duration).share(part.days, part.of).round(6).toNumber(),
    },
    ...(discountPercent === undefined ? {} : { discountPercent }),
  };
}
