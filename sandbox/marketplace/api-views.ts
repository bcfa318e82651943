import { Decimal } from '../kit/decimal.js';
import { extended } from './order-money.js';
import type {
  CustomerRow,
  Money,
  OrderLine,
  OrderRow,
  PlanRow,
  ProductRow,
  ReportRow,
  SubscriptionItem,
  SubscriptionRow,
  UnitMoney,
} from './simple-api.types.js';

/** Turns kept rows into the API's forms. Lists carry the short forms, a get by id the detailed ones (reference §2.4). */

/** How the two money sets of an order line relate (switch `moneySets`). */
export type MoneySets = 'equal' | 'different';

/** Tax on top of every amount; amounts themselves are without it. */
const TAX_PERCENT = 20;
/** The currency the vendor settles in, and what one unit of a selling currency is worth in it. */
const VENDOR_CURRENCY = 'USD';
const VENDOR_RATE: Record<string, string> = { EUR: '1.10', USD: '1' };

const PRODUCT_TYPE: Record<OrderRow['type'], string> = {
  sales: 'CREATE',
  change: 'UPGRADE',
  renewal: 'RENEW',
  cancellation: 'CANCEL',
  migration: 'MIGRATION',
};

const DESCRIPTION: Record<OrderLine['type'], string> = {
  setup: 'Setup fee',
  recurring: 'Recurring fee',
  recurringRefund: 'Recurring fee refund',
  renew: 'Renewal fee',
  switch: 'Plan switch fee',
  downgrade: 'Downgrade refund',
  cancellation: 'Cancellation fee',
  overuse: 'Overuse fee',
  discount: 'Discount',
};

type View = Record<string, unknown>;
type ProductOf = (id: string) => ProductRow | undefined;

/** A customer without what only the sandbox knows; credentials never come back. */
export function customerView(row: CustomerRow): View {
  const { currency: _currency, login: _login, ...view } = row;
  return view;
}

export function productView(row: ProductRow): View {
  const { planId: _planId, refund: _refund, ...view } = row;
  return view;
}

export function planView(row: PlanRow, detailed: boolean): View {
  const { planSwitches, ...view } = row;
  return detailed ? { ...view, planSwitches } : view;
}

/** @param origin the sandbox's own, for the download link of a completed run. */
export function reportView(row: ReportRow, origin: string): View {
  const { signature, rowIds: _rowIds, ...view } = row;
  const link = `${origin}/marketplace-files/${row.id}.json?sig=${signature}`;
  return row.status === 'completed' ? { ...view, downloadUrl: link } : view;
}

export function subscriptionView(row: SubscriptionRow, detailed: boolean, productOf: ProductOf): View {
  const short = {
    id: row.id,
    name: row.name,
    customerId: row.customerId,
    status: row.status,
    attributes: row.attributes,
    renewalStatus: row.renewalStatus,
    creationDate: row.creationDate,
    renewalDate: row.renewalDate,
    lastModifiedDate: row.lastModifiedDate,
    expirationDate: row.expirationDate,
    billingModel: row.billingModel,
    billingPeriod: row.billingPeriod,
    subscriptionPeriod: row.subscriptionPeriod,
  };
  if (!detailed) return { ...short, ...pick(row.overrides, Object.keys(short)) };
  const price = total(row.items.map((item) => extended(item.unitPrice, item.tiers, item.quantity)));
  const cost = total(row.items.map((item) => extended(item.unitCost, undefined, item.quantity)));
  return {
    ...short,
    planId: row.planId,
    totalPrice: money(price, row.currency),
    totalSubscriptionPrice: money(price, row.currency),
    totalSubscriptionCost: money(cost, row.currency),
    products: row.items.map((item) => subscriptionProduct(item, row.currency, productOf(item.productId))),
    orderParameters: [],
    fulfillmentParameters: [],
    ...row.overrides,
  };
}

function subscriptionProduct(item: SubscriptionItem, currency: string, product: ProductRow | undefined): View {
  const price = money(extended(item.unitPrice, item.tiers, item.quantity), currency);
  const cost = money(extended(item.unitCost, undefined, item.quantity), currency);
  return {
    ...(product?.mpn === undefined ? {} : { mpn: product.mpn }),
    vendor: product?.vendor,
    id: item.productId,
    quantity: item.quantity,
    name: product?.name,
    unitPrice: unit(item.unitPrice, currency, item.tiers),
    unitCost: unit(item.unitCost, currency),
    extendedPrice: price,
    vendorSubscriptionId: item.vendorSubscriptionId,
    totalSubscriptionPrice: price,
    totalSubscriptionCost: cost,
  };
}

export function orderView(row: OrderRow, detailed: boolean, sets: MoneySets, productOf: ProductOf): View {
  const short = {
    id: row.id,
    orderNumber: row.orderNumber,
    type: row.type,
    customerId: row.customerId,
    ...(row.poNumber === undefined ? {} : { poNumber: row.poNumber }),
    creationDate: row.creationDate,
    ...(row.provisioningDate === undefined ? {} : { provisioningDate: row.provisioningDate }),
    status: row.status,
    statusCode: row.statusCode,
    total: money(total(row.lines.map((line) => Decimal.of(line.amount))), row.currency),
    details: row.lines.map((line) => detailView(line, row, sets, productOf(line.productId))),
    attributes: row.attributes,
    creditCheck: false,
    ...(row.lastBillingDate === undefined ? {} : { lastBillingDate: row.lastBillingDate }),
    ...(row.nextBillingDate === undefined ? {} : { nextBillingDate: row.nextBillingDate }),
  };
  if (!detailed) return { ...short, ...pick(row.overrides, Object.keys(short)) };
  return {
    ...short,
    products: row.items.map((item) => orderProduct(item, row, productOf)),
    subscriptionId: row.subscriptionId,
    ...(row.targetSubscriptionId === undefined ? {} : { targetSubscriptionId: row.targetSubscriptionId }),
    billingModel: row.billingModel,
    ...(row.alignTo === undefined ? {} : { alignExpirationDate: { alignmentType: 'MATCH_END_OF_CALENDAR_MONTH' } }),
    ...row.overrides,
  };
}

function orderProduct(item: OrderRow['items'][number], row: OrderRow, productOf: ProductOf): View {
  const product = productOf(item.productId);
  const target = item.newProductId === undefined ? undefined : productOf(item.newProductId);
  const sold = target ?? product;
  const line = row.lines.find((candidate) => candidate.productId === sold?.id && candidate.type !== 'setup');
  return {
    ...(product?.mpn === undefined ? {} : { mpn: product.mpn }),
    vendor: product?.vendor,
    id: item.productId,
    billingPeriod: product?.billingPeriod,
    subscriptionPeriod: product?.subscriptionPeriod,
    ...(target?.mpn === undefined ? {} : { newMPN: target.mpn }),
    ...(target === undefined ? {} : { newId: target.id }),
    name: product?.name,
    quantity: item.quantity,
    ...(line === undefined
      ? {}
      : {
          extendedPrice: money(
            extended(line.unitPrice, tiersOf(line, row.currency, sold), item.quantity),
            row.currency,
          ),
        }),
    subscriptionId: row.subscriptionId,
    type: target === undefined ? PRODUCT_TYPE[row.type] : 'CHANGE_PLAN_PERIOD',
  };
}

/**
 * One financial line. The `sales` set is what the customer pays; the plain set equals it or, with `different`, is what
 * the vendor charges in its own currency (reference §2.8: vendor and selling currency can differ).
 */
function detailView(line: OrderLine, row: OrderRow, sets: MoneySets, product: ProductRow | undefined): View {
  const selling = {
    unitPrice: unit(line.unitPrice, row.currency, tiersOf(line, row.currency, product)),
    extended: Decimal.of(line.amount),
    currency: row.currency,
  };
  const rate = Decimal.of(VENDOR_RATE[row.currency] ?? '1');
  const vendor =
    sets === 'equal'
      ? selling
      : {
          unitPrice: unit(Decimal.of(line.unitCost).times(rate).round(4).toString(), VENDOR_CURRENCY),
          extended: Decimal.of(line.cost).times(rate).round(2),
          currency: VENDOR_CURRENCY,
        };
  return {
    type: line.type,
    ...(product?.mpn === undefined ? {} : { mpn: product.mpn }),
    productId: line.productId,
    ...(line.duration === undefined ? {} : { duration: line.duration }),
    description: `${DESCRIPTION[line.type]} for ${product?.name ?? line.productId}`,
    quantity: line.quantity,
    unitPrice: vendor.unitPrice,
    salesUnitPrice: selling.unitPrice,
    extendedPrice: money(vendor.extended, vendor.currency),
    salesExtendedPrice: money(selling.extended, selling.currency),
    ...(line.discountPercent === undefined
      ? {}
      : {
          ...(sets === 'equal' ? { discount: discount(line.discountPercent, selling.extended, row.currency) } : {}),
          salesDiscount: discount(line.discountPercent, selling.extended, selling.currency),
        }),
    taxAmount: tax(vendor.extended, vendor.currency),
    salesTaxAmount: tax(selling.extended, selling.currency),
    exclusiveTaxAmount: tax(vendor.extended, vendor.currency),
    salesExclusiveTaxAmount: tax(selling.extended, selling.currency),
    ...(sets === 'equal'
      ? {}
      : {
          exchangeRate: Decimal.of(1).share(100, rate.times(100).toNumber()).round(6).toNumber(),
          exchangeTime: row.provisioningDate ?? row.creationDate,
        }),
  };
}

/** The tier table of a line that was charged by it. */
function tiersOf(line: OrderLine, currency: string, product: ProductRow | undefined): UnitMoney['priceTiers'] {
  if (line.type === 'setup' || line.type === 'cancellation') return undefined;
  const tiers = (product?.prices ?? []).filter((p) => p.model === 'TIERED' && p.currency === currency);
  if (tiers[0]?.amount !== line.unitPrice) return undefined;
  return tiers.map((tier) => ({ lowerLimit: String(tier.lowerLimit ?? 1), amount: tier.amount }));
}

/** What the discount took off an amount that is already reduced. */
function discount(percent: string, after: Decimal, currency: string): View {
  const kept = Math.round((100 - Number(percent)) * 100);
  const off = kept <= 0 ? Decimal.zero : after.times(Decimal.of(percent)).share(100, kept).round(2);
  return { type: 'percent', value: percent, amount: off.toFixed(2), amountCode: currency };
}

function tax(of: Decimal, currency: string): Money {
  return money(of.times(TAX_PERCENT).share(1, 100), currency);
}

function money(amount: Decimal, currency: string): Money {
  return { currency, amount: amount.toFixed(2) };
}

function unit(amount: string, currency: string, priceTiers?: UnitMoney['priceTiers']): UnitMoney {
  const exact = Decimal.of(amount);
  const text = exact.round(2).toString() === exact.toString() ? exact.toFixed(2) : exact.toString();
  return { currency, amount: text, ...(priceTiers ? { priceTiers } : {}) };
}

function total(amounts: Decimal[]): Decimal {
  return amounts.reduce((sum, amount) => sum.plus(amount), Decimal.zero);
}

function pick(from: Record<string, unknown> | undefined, names: string[]): View {
  return Object.fromEntries(Object.entries(from ?? {}).filter(([name]) => names.includes(name)));
}
