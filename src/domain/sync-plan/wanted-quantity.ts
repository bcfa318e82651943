import type { Order, OrderItem } from '../marketplace/order.js';
import { articleOf, type ProductKey } from '../marketplace/product.js';
import { hasEnded, type Subscription, type SubscriptionItem } from '../marketplace/subscription.js';
import { isWhole, sign } from '../money/money.js';
import type { Findings } from './findings.js';
import { subscriptionEnds, type PlanEvent } from './plan-event.js';
import type { SyncFacts } from './sync-facts.js';

/** What the marketplace wants of one product after an event: an absolute quantity. */
export interface WantedProduct {
  productKey: ProductKey;
  name: string;
  productId: string | undefined;
  mpn: string | undefined;
  /** Whose share it is; another subscription's for the target of a transfer. */
  subscriptionId: string;
  quantity: number;
  item: OrderItem | undefined;
  stored: SubscriptionItem | undefined;
  /** Both halves of a plan switch move together. */
  role: 'plain' | 'switchFrom' | 'switchTo';
  /** True where a missing share is no question: the order adds the product. */
  added: boolean;
}

/** Words of the marketplace for what happens to an item; anything else is unknown and asked about. */
const ENDING = new Set(['CANCEL', 'STOP_SERVICE', 'DESTROY_SERVICE']);
const ABSOLUTE = new Set(['', 'CREATE', 'UPDATE', 'UPGRADE', 'DOWNGRADE', 'RENEW', 'CHANGE', 'MIGRATION']);
const SWITCHING = new Set(['CHANGE_PLAN_PERIOD', 'TRANSFER', 'MOVE', 'SWITCH']);
const CHARGE_ONLY = new Set(['ONE_TIME_FEE', 'VENDOR_RATED_DATA', 'BILLING_SUBSCRIPTION']);

/**
 * The products an event names, with their absolute quantities (DESIGN §6 Change). Products an order does not name keep
 * theirs; events without an order take the stored subscription's; what has ended wants 0.
 */
export function wantedProducts(event: PlanEvent, facts: SyncFacts, findings: Findings): WantedProduct[] {
  if (subscriptionEnds(event)) return endedProducts(event, facts);
  const { order, subscription } = event;
  if (!order || event.kind === 'reconciliation' || event.kind === 'move') return storedProducts(event, facts, findings);
  const items = order.items.length > 0 || event.kind !== 'renewal' ? order.items : undefined;
  if (items === undefined) return storedProducts(event, facts, findings);
  const wanted: WantedProduct[] = [];
  const switches = impliedSwitch(order);
  for (const item of items) {
    const action = item.action.trim().toUpperCase();
    if (CHARGE_ONLY.has(action)) continue;
    if (isSwitch(item, action)) {
      wanted.push(...switchHalves(event, item, facts, findings));
      continue;
    }
    if (!ENDING.has(action) && !ABSOLUTE.has(action)) {
      findings.require(
        'ORDER_TYPE_UNKNOWN',
        `Order ${order.number} does "${item.action}" with ${item.name}, which is not known here. Look at it in the marketplace; ignore the task once it is dealt with.`,
        { subject: { kind: 'order', id: order.id, name: order.number } },
      );
      continue;
    }
    const quantity = ENDING.has(action) ? 0 : quantityOf(item.quantity, item.name, findings);
    if (quantity === undefined) continue;
    const role = switches ? (quantity === 0 ? 'switchFrom' : 'switchTo') : 'plain';
    add(wanted, {
      ...identity(item),
      subscriptionId: item.subscriptionId ?? subscription.id,
      quantity,
      item,
      stored: storedItem(subscription, item),
      role,
      added: event.kind === 'sale' || action === 'CREATE',
    });
  }
  // What stays of a product that is switched in part moves on the same day as the part that goes.
  const parts = new Set(items.filter((item) => isSwitch(item, item.action.trim().toUpperCase())).map(keyOf));
  for (const one of wanted) if (one.role === 'plain' && parts.has(one.productKey)) one.role = 'switchFrom';
  return wanted;
}

function keyOf(item: OrderItem): ProductKey {
  return item.productKey;
}

/** Reads a quantity that Autotask can hold; says what is wrong with any other. */
export function quantityOf(text: string, name: string, findings: Findings): number | undefined {
  const subject = { kind: 'product' as const, id: name, name };
  if (!isWhole(text)) {
    findings.require(
      'QUANTITY_NOT_WHOLE',
      `The marketplace sells ${text} of ${name}; Autotask holds whole units only. Correct the order, or ignore the task and bill it by hand.`,
      { subject },
    );
    return undefined;
  }
  if (sign(text) < 0) {
    findings.require(
      'QUANTITY_NEGATIVE',
      `The marketplace names ${text} of ${name}; a contract cannot hold less than nothing. Correct the order, or ignore the task.`,
      { subject },
    );
    return undefined;
  }
  return Number(text);
}

/** The stored subscription's item for an order's item. */
export function storedItem(
  subscription: Subscription,
  item: { productKey: ProductKey; productId: string },
): SubscriptionItem | undefined {
  return (
    subscription.items.find((stored) => stored.productKey === item.productKey) ??
    subscription.items.find((stored) => stored.productId === item.productId)
  );
}

/** Everything the subscription is known to have, at 0. */
function endedProducts(event: PlanEvent, facts: SyncFacts): WantedProduct[] {
  const { subscription, order } = event;
  const wanted: WantedProduct[] = [];
  const end = (named: { productKey: ProductKey; name: string; productId?: string; mpn?: string }, item?: OrderItem) =>
    add(wanted, {
      ...identity(named),
      subscriptionId: subscription.id,
      quantity: 0,
      item,
      stored: subscription.items.find((stored) => stored.productKey === named.productKey),
      role: 'plain',
      added: false,
    });
  for (const item of order?.items ?? []) end(item, item);
  for (const item of subscription.items) end(item);
  for (const key of sharesOf(subscription.id, facts)) end({ productKey: key, name: nameOf(key, facts) });
  return wanted;
}

/** The stored subscription as it is. For a reconciliation also products it has lost, at 0. */
function storedProducts(event: PlanEvent, facts: SyncFacts, findings: Findings): WantedProduct[] {
  const { subscription } = event;
  const ended = hasEnded(subscription);
  const wanted: WantedProduct[] = [];
  for (const item of onlyNamedByTask(event, facts)) {
    const quantity = ended ? 0 : quantityOf(item.quantity, item.name, findings);
    if (quantity === undefined) continue;
    add(wanted, {
      ...identity(item),
      subscriptionId: subscription.id,
      quantity,
      item: undefined,
      stored: item,
      role: 'plain',
      added: event.kind !== 'renewal' && event.kind !== 'price',
    });
  }
  if (event.kind !== 'reconciliation' && event.kind !== 'move') return wanted;
  for (const key of sharesOf(subscription.id, facts))
    if (!wanted.some((one) => one.productKey === key))
      wanted.push({
        ...identity({ productKey: key, name: nameOf(key, facts) }),
        subscriptionId: subscription.id,
        quantity: 0,
        item: undefined,
        stored: undefined,
        role: 'plain',
        added: false,
      });
  return wanted;
}

/** A price task is about one product, named in its source key `price:{subscription}:{product}:{hash}`. */
function onlyNamedByTask(event: PlanEvent, facts: SyncFacts): SubscriptionItem[] {
  const { items } = event.subscription;
  if (event.kind !== 'price' || event.taskId !== facts.task.id) return items;
  const prefix = `price:${event.subscription.id}:`;
  if (!facts.task.sourceKey.startsWith(prefix)) return items;
  const key = facts.task.sourceKey.slice(prefix.length, facts.task.sourceKey.lastIndexOf(':'));
  const named = items.filter((item) => item.productKey === key);
  return named.length > 0 ? named : items;
}

function isSwitch(item: OrderItem, action: string): boolean {
  return SWITCHING.has(action) || item.newProductId !== undefined || item.newMpn !== undefined;
}

/**
 * A switch that the order writes as two plain items, one to 0 and one new, with a financial line of the kind `switch`:
 * treated as two independent changes it would bill both products until the end of the period.
 */
function impliedSwitch(order: Order): boolean {
  if (order.type !== 'change' || order.items.length !== 2) return false;
  if (!order.lines.some((line) => line.sourceType.toLowerCase() === 'switch')) return false;
  const ends = order.items.map((item) => ENDING.has(item.action.toUpperCase()) || Number(item.quantity) === 0);
  return ends[0] !== ends[1];
}

/** The old product at 0 and the new one at the item's quantity; a missing half is a question (DESIGN §6 Guards). */
function switchHalves(event: PlanEvent, item: OrderItem, facts: SyncFacts, findings: Findings): WantedProduct[] {
  const quantity = quantityOf(item.quantity, item.name, findings);
  if (quantity === undefined) return [];
  const { order, subscription } = event;
  const targetId = order?.targetSubscriptionId ?? subscription.id;
  const into = targetId === subscription.id ? subscription : facts.task.targetSubscription;
  const inPlace = newCycleOf(event, item, facts);
  const target = inPlace?.to ?? targetOf(item, order, into);
  if (!target) {
    findings.require(
      'HALF_MISSING',
      `Order ${order?.number ?? ''} switches ${item.name} to something it does not name completely${
        into ? '' : ` in subscription ${targetId}, which could not be read`
      }. Reconcile the subscription once the marketplace shows the new product.`,
      { subject: { kind: 'order', id: order?.id ?? '', name: order?.number } },
    );
    return [];
  }
  const rest = order?.items.find((other) => other !== item && other.productKey === item.productKey);
  const from: WantedProduct = {
    ...identity(inPlace?.from ?? item),
    subscriptionId: subscription.id,
    quantity: 0,
    item,
    stored: undefined,
    role: 'switchFrom',
    added: false,
  };
  const to: WantedProduct = {
    ...identity(target),
    subscriptionId: targetId,
    quantity: targetId === subscription.id ? quantity : Number(target.quantity) || quantity,
    item,
    stored: into ? storedItem(into, target) : undefined,
    role: 'switchTo',
    added: true,
  };
  // What stays of the old product stands in the order as an item of its own.
  return rest ? [to] : [from, to];
}

/**
 * A new billing cycle or term of the same article, without another product being named: the old half is the share that is
 * counted under the old periods, the new half what the subscription shows now (FEATURES PSH-7, PSH-10). Undefined where
 * the order names another product or subscription, or where either half is not known.
 */
function newCycleOf(
  { order, subscription }: PlanEvent,
  item: OrderItem,
  facts: SyncFacts,
): { from: { productKey: ProductKey; name: string }; to: SubscriptionItem } | undefined {
  if (item.newProductId !== undefined || item.newMpn !== undefined || order?.targetSubscriptionId !== undefined)
    return undefined;
  const to = subscription.items.find((stored) => stored.productId === item.productId);
  if (!to) return undefined;
  const old = sharesOf(subscription.id, facts).filter(
    (key) => key !== to.productKey && articleOf(key) === articleOf(to.productKey),
  );
  const [from] = old;
  return from !== undefined && old.length === 1 ? { from: { productKey: from, name: item.name }, to } : undefined;
}

function targetOf(
  item: OrderItem,
  order: Order | undefined,
  into: Subscription | undefined,
): { productKey: ProductKey; name: string; productId: string; mpn?: string | undefined; quantity: string } | undefined {
  const fits = (other: { productKey: ProductKey; productId: string; mpn?: string | undefined }): boolean =>
    (item.newProductId !== undefined && other.productId === item.newProductId) ||
    (item.newMpn !== undefined && other.mpn === item.newMpn);
  const named = order?.items.find((other) => other !== item && fits(other)) ?? into?.items.find(fits);
  if (named) return named;
  // A move keeps the product and changes the subscription.
  const moved =
    order?.targetSubscriptionId !== undefined && item.newProductId === undefined && item.newMpn === undefined;
  return moved ? into?.items.find((other) => other.productKey === item.productKey) : undefined;
}

function identity(named: {
  productKey: ProductKey;
  name: string;
  productId?: string | undefined;
  mpn?: string | undefined;
}): Pick<WantedProduct, 'productKey' | 'name' | 'productId' | 'mpn'> {
  return { productKey: named.productKey, name: named.name, productId: named.productId, mpn: named.mpn };
}

/** Two items of one product are one wish: their sum. */
function add(list: WantedProduct[], product: WantedProduct): void {
  const known = list.find(
    (other) => other.productKey === product.productKey && other.subscriptionId === product.subscriptionId,
  );
  if (known) known.quantity += product.quantity;
  else list.push(product);
}

function sharesOf(subscriptionId: string, facts: SyncFacts): ProductKey[] {
  const keys = new Set<ProductKey>();
  for (const step of facts.ledger)
    if (step.kind === 'share' && step.subscriptionId === subscriptionId && step.productKey !== undefined)
      keys.add(step.productKey);
  return [...keys];
}

function nameOf(productKey: ProductKey, facts: SyncFacts): string {
  return facts.services.find((service) => service.productKey === productKey)?.productName ?? productKey;
}
