import { isDay } from '../kit/calendar.js';
import { Decimal } from '../kit/decimal.js';
import type { Store } from '../kit/store.js';
import { samePeriod } from './billing-cycle.js';
import { SandboxProblem } from './problem.js';
import type { Effective, OrderItem, OrderRow, OrderType, Period, ProductRow } from './simple-api.types.js';
import type { SubscriptionRow } from './simple-api.types.js';

/** A checked wish for an order; quantities are absolute, money is decimal text, durations are milliseconds. */
export interface PlaceOrder {
  type: OrderType;
  customerId?: string;
  subscriptionId?: string;
  items: OrderItem[];
  attributes: Record<string, string>;
  effective: Effective;
  completeAfterMs?: number;
  failFirst?: boolean;
  retryAfterMs?: number;
  fee?: string;
  refund?: OrderRow['refund'];
  poNumber?: string;
  alignTo?: 'calendarMonth';
  startDate?: string;
  renewalStatus?: boolean;
}

const TYPES = ['sales', 'change', 'renewal', 'cancellation', 'migration'] as const;
const EFFECTIVE = ['now', 'nextBilling', 'endOfTerm'] as const;
const REFUND = ['policy', 'full', 'prorated', 'none'] as const;

type Json = Record<string, unknown>;

/**
 * Reads an order wish from JSON, of the control endpoint (`items`) or of the API (`products`).
 *
 * A product is named by `productId`/`id`, or by `mpn` with its periods where one mpn stands for several products
 * (reference §2.6: mpn, vendor, subscription period, billing period). In a change of a subscription with one product
 * it may be left out. @throws SandboxProblem 400 with a sentence naming what is wrong.
 */
export function readOrder(body: Json, store: Store): PlaceOrder {
  const type = oneOf(body, 'type', TYPES) ?? 'sales';
  const subscriptionId = text(body, 'subscriptionId');
  const subscription =
    subscriptionId === undefined ? undefined : store.get<SubscriptionRow>('subscriptions', subscriptionId);
  // What a cancellation names is all of it.
  const rows = type === 'cancellation' ? [] : list(body, body['items'] === undefined ? 'products' : 'items');
  const items = rows.map((row) => readItem(row, type, subscription, store));
  if (items.length === 0 && type !== 'renewal' && type !== 'cancellation')
    throw new SandboxProblem(400, `A ${type} order needs at least one item.`);
  if (type === 'sales' || type === 'migration') refuseMixedPlans(items, store);
  return {
    type,
    items,
    attributes: strings(body, 'attributes'),
    effective: readEffective(body),
    ...defined({
      customerId: text(body, 'customerId'),
      subscriptionId,
      completeAfterMs: wholeNumber(body, 'completeAfterMs', 0),
      retryAfterMs: wholeNumber(body, 'retryAfterMs', 0),
      failFirst: bool(body, 'failFirst'),
      renewalStatus: bool(body, 'renewalStatus'),
      fee: decimal(body, 'fee'),
      refund: oneOf(body, 'refund', REFUND),
      poNumber: text(body, 'poNumber'),
      alignTo: oneOf(body, 'alignTo', ['calendarMonth'] as const) ?? alignedByApi(body),
      startDate: day(body, 'startDate'),
    }),
  };
}

function readEffective(body: Json): Effective {
  const scheduled = text(body, 'scheduledOn');
  if (scheduled === undefined) return oneOf(body, 'effective', EFFECTIVE) ?? 'now';
  return scheduled === 'renewal' ? 'endOfTerm' : 'nextBilling';
}

function alignedByApi(body: Json): 'calendarMonth' | undefined {
  const align = body['alignExpirationDate'] as Json | undefined;
  return align?.['alignmentType'] === 'MATCH_END_OF_CALENDAR_MONTH' ? 'calendarMonth' : undefined;
}

function readItem(row: Json, type: OrderType, subscription: SubscriptionRow | undefined, store: Store): OrderItem {
  const product = findProduct(row, subscription, store);
  const quantity = Number(row['quantity']);
  const lowest = type === 'change' ? 0 : 1;
  if (row['quantity'] === undefined || !Number.isInteger(quantity) || quantity < lowest)
    throw new SandboxProblem(400, `quantity must be a whole number from ${lowest}; it is the new total, not a change.`);
  const target: Json = { productId: row['newProductId'] ?? row['newId'], mpn: row['newMPN'] };
  const switched = target['productId'] !== undefined || target['mpn'] !== undefined;
  return {
    productId: product.id,
    quantity,
    ...defined({
      newProductId: switched ? findProduct({ ...row, id: undefined, ...target }, undefined, store).id : undefined,
      unitPrice: decimal(row, 'unitPrice') ?? amountIn(row['specialPrice']),
      unitCost: decimal(row, 'unitCost') ?? amountIn(row['specialCost']),
      discountPercent: decimal(row, 'discountPercent'),
    }),
  };
}

/** The product a row names; an mpn is looked up among the subscription's own products first. */
export function findProduct(row: Json, subscription: SubscriptionRow | undefined, store: Store): ProductRow {
  const id = text(row, 'productId') ?? text(row, 'id');
  const mpn = text(row, 'mpn');
  if (id !== undefined) {
    const product = store.get<ProductRow>('products', id);
    if (!product) throw new SandboxProblem(400, `There is no product "${id}".`);
    return product;
  }
  const own = subscription?.items.map((item) => store.get<ProductRow>('products', item.productId)!) ?? [];
  if (mpn === undefined) {
    if (own.length === 1) return own[0]!;
    throw new SandboxProblem(400, 'Each item needs productId or mpn.');
  }
  const held = own.filter((product) => fits(product, row, mpn));
  const fitting = held.length > 0 ? held : store.all<ProductRow>('products').filter((p) => fits(p, row, mpn));
  if (fitting.length === 1) return fitting[0]!;
  throw new SandboxProblem(
    400,
    fitting.length === 0
      ? `There is no product with mpn "${mpn}" and these periods.`
      : `mpn "${mpn}" stands for ${fitting.map((p) => p.id).join(', ')}; add billingPeriod and subscriptionPeriod.`,
  );
}

function fits(product: ProductRow, row: Json, mpn: string): boolean {
  const period = (name: string) => row[name] as Period | undefined;
  const billing = period('billingPeriod');
  const term = period('subscriptionPeriod');
  return (
    product.mpn === mpn &&
    (row['vendor'] === undefined || product.vendor === row['vendor']) &&
    (billing === undefined || samePeriod(product.billingPeriod, billing)) &&
    (term === undefined || samePeriod(product.subscriptionPeriod, term))
  );
}

/** Products of one plan and period land in one subscription (reference §2.6); others need an order of their own. */
function refuseMixedPlans(items: OrderItem[], store: Store): void {
  const kinds = new Set(
    items.map((item) => {
      const product = store.get<ProductRow>('products', item.productId)!;
      return JSON.stringify([product.planId, product.subscriptionPeriod]);
    }),
  );
  if (kinds.size > 1) throw new SandboxProblem(400, 'One order holds products of one plan and subscription period.');
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

function amountIn(money: unknown): string | undefined {
  return typeof money === 'object' && money !== null ? decimal(money as Json, 'amount') : undefined;
}

/** Text or a number as text; undefined when absent. */
export function text(body: Json, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' && typeof value !== 'number') throw new SandboxProblem(400, `${name} must be text.`);
  return String(value);
}

/** A decimal amount as text; undefined when absent. */
export function decimal(body: Json, name: string): string | undefined {
  const value = text(body, name);
  if (value === undefined) return undefined;
  try {
    const exact = Decimal.of(value);
    return exact.round(2).toString() === exact.toString() ? exact.toFixed(2) : exact.toString();
  } catch {
    throw new SandboxProblem(400, `${name} must be a decimal number, not "${value}".`);
  }
}

/** A calendar date as text; undefined when absent. */
export function day(body: Json, name: string): string | undefined {
  const value = text(body, name);
  if (value !== undefined && !isDay(value)) throw new SandboxProblem(400, `${name} must be a date like 2027-03-10.`);
  return value;
}

export function bool(body: Json, name: string): boolean | undefined {
  const value = body[name];
  if (value !== undefined && typeof value !== 'boolean')
    throw new SandboxProblem(400, `${name} must be true or false.`);
  return value;
}

/** One of the listed words; undefined when absent. */
export function oneOf<T extends string>(body: Json, name: string, legal: readonly T[]): T | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  const found = legal.find((word) => word === value);
  if (found === undefined) throw new SandboxProblem(400, `${name} must be one of ${legal.join(', ')}.`);
  return found;
}

/** A map of text to text; anything else in it is refused. */
export function strings(body: Json, name: string): Record<string, string> {
  const value = body[name] ?? {};
  if (typeof value !== 'object' || Array.isArray(value) || Object.values(value).some((v) => typeof v !== 'string'))
    throw new SandboxProblem(400, `${name} must map names to text.`);
  return value as Record<string, string>;
}

/** A list of objects; an absent one is empty. */
export function list(body: Json, name: string): Json[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value) || value.some((row) => typeof row !== 'object' || row === null))
    throw new SandboxProblem(400, `${name} must be a list of objects.`);
  return value as Json[];
}

function wholeNumber(body: Json, name: string, lowest: number): number | undefined {
  const value = body[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < lowest)
    throw new SandboxProblem(400, `${name} must be a whole number from ${lowest}.`);
  return value;
}
