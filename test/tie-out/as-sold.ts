import { day, dayOfInstant, Grid, type Day } from '../oracle/days.js';
import { exact, toCents } from '../oracle/money.js';
import type { Sold, SoldEvent, SoldItem } from '../oracle/sold.js';
import { isCharged, TERMED, type Goods } from './goods.js';
import type { Action } from './histories.js';
import type { Books, Customer, Reseller, SoldOrder, SoldSubscription } from './reseller.js';

/** The reseller's zone, in which an order's day is counted. */
const ZONE = 'Europe/Berlin';

const RECURRING = new Set(['recurring', 'recurringRefund', 'renew', 'switch', 'downgrade']);
const PRICED = new Set(['recurring', 'renew', 'switch']);

/** What the marketplace's books say about every subscription of a run, in the oracle's terms. */
export function soldOf(reseller: Reseller, books: Books, connected: Day, until: Day): Sold[] {
  const subscriptions = new Map(books.subscriptions.map((one) => [one.id, one]));
  return reseller.customers.flatMap((customer) =>
    [...customer.subscriptions].map(([ref, id]) => {
      const orders = books.orders.filter((order) => order.subscriptionId === id);
      return soldOne({
        reseller,
        books,
        customer,
        ref,
        subscription: subscriptions.get(id)!,
        orders,
        connected,
        until,
      });
    }),
  );
}

/** A subscription with all that is known of it. */
interface About {
  reseller: Reseller;
  books: Books;
  customer: Customer;
  ref: string;
  subscription: SoldSubscription;
  orders: readonly SoldOrder[];
  connected: Day;
  until: Day;
}

function soldOne(about: About): Sold {
  const { customer, ref, subscription, connected, until } = about;
  const actions = customer.history.actions.filter((action) => action.ref === ref);
  const sale = saleOf(customer, ref);
  const { goods } = sale.items[0]!;
  const anchor = anchorOf(sale);
  const market = new Grid(anchor, goods.cycle);
  const term = new Grid(anchor, goods.term);
  const owner = 'of' in sale.contract ? saleOf(customer, sale.contract.of) : sale;
  const { standing } = customer;
  const initial = sale.early && initialOf(about, sale, market, standing && new Grid(day(standing.start), goods.cycle));
  const start =
    'start' in owner.contract
      ? day(owner.contract.start!)
      : initial
        ? market.around(initial.day).first
        : anchorOf(owner);
  const tiers: Sold['tiers'] = new Map();
  const events: SoldEvent[] = initial ? [initial] : [];
  // What happened before the reseller connected is in what is read then.
  const orders = about.orders.filter(
    ({ status, provisioningDate }) =>
      status === 'completed' && (!sale.early || dayOfInstant(provisioningDate!, ZONE) > connected),
  );
  for (const order of orders) {
    for (const line of order.details) {
      const { priceTiers } = line.salesUnitPrice;
      if (priceTiers)
        tiers.set(
          line.productId,
          priceTiers.map(({ lowerLimit, amount }) => ({ from: Number(lowerLimit), price: exact(amount) })),
        );
    }
    const event = eventOf(order, subscription, actions, market, term, goods);
    if (!isCharged(goods)) events.push(event);
    else if (goods.plan === TERMED.plan) events.push(...byTheTerm(event));
    else if (event.kind === 'sale') events.push(withoutUnits(event));
  }
  for (const action of actions) {
    if (action.does === 'price') events.push(...pricesOf(about, action, orders));
    if (action.does === 'usage') events.push(usedUp(about, action));
  }
  const ended = actions.find(({ does }) => does === 'stopRenewal');
  if (ended && day(subscription.expirationDate) <= until) {
    const end = day(subscription.expirationDate);
    events.push({ day: end, seen: end, kind: 'expiry', items: allOff(subscription) });
  }
  events.sort((a, b) => a.day - b.day || a.seen - b.seen);
  carryQuantities(events);
  return {
    id: subscription.id,
    customer: customer.customerId,
    market,
    contract: customer.subscriptions.get('of' in sale.contract ? sale.contract.of : ref)!,
    periods: new Grid(start, goods.cycle),
    term,
    tiers,
    events: events.filter((event) => event.seen <= until),
    ...(standing && sale.early
      ? {
          standing: {
            product: standing.product,
            units: standing.units,
            counted: sale.early.byHand!.counted,
            price: exact(standing.unitPrice),
            from: day(standing.start),
            until: day(standing.end),
          },
        }
      : {}),
  };
}

/**
 * A subscription that ran already: taken over from the start of the period that runs on the day of the first reading, of
 * the marketplace's or of the contract's, whichever is later.
 */
function initialOf(
  { orders, customer, ref, connected }: About,
  sale: Sale,
  market: Grid,
  kept: Grid | undefined,
): SoldEvent {
  const first = orders.find(({ type }) => type === 'sales')!;
  const goods = saleOf(customer, ref).items[0]!.goods;
  const running = Math.max(market.around(connected).first, day(sale.day));
  return {
    day: kept ? Math.max(running, kept.around(connected).first) : running,
    seen: connected,
    kind: 'initial',
    items: first.products.map(({ id, quantity }) => {
      const { price } = itemOf(first, id, quantity, goods);
      return { product: id, quantity, ...(price === undefined ? {} : { price }) };
    }),
    billedElsewhere: sale.early!.billed,
  };
}

/**
 * A price that changed without an order; nothing where a later order of the same check charges it and so tells it. What a
 * check sees of the day is the subscription's last change.
 */
function pricesOf(
  { reseller, until }: About,
  action: Extract<Action, { does: 'price' }>,
  orders: readonly SoldOrder[],
): SoldEvent[] {
  const product = reseller.productId(action.goods);
  const price = exact(action.unitPrice);
  const later = orders.filter(
    ({ provisioningDate }) =>
      provisioningDate!.slice(0, 7) === action.day.slice(0, 7) && provisioningDate! > `${action.day}T10:00`,
  );
  const isTold = later.some(({ details }) =>
    details.some(
      (line) => line.productId === product && RECURRING.has(line.type) && exact(line.salesUnitPrice.amount) === price,
    ),
  );
  if (isTold) return [];
  const on = Math.max(day(action.day), ...later.map(({ provisioningDate }) => dayOfInstant(provisioningDate!, ZONE)));
  return on > until ? [] : [{ day: on, seen: on, kind: 'price', items: [{ product, quantity: NaN, price }] }];
}

/** One row of a report: quantity × price, in cents. */
function usedUp({ reseller, books, subscription }: About, action: Extract<Action, { does: 'usage' }>): SoldEvent {
  const product = reseller.productId(action.goods);
  const { unitPrice } = books.usage.find((row) => row.subscriptionId === subscription.id && row.productId === product)!;
  const fee = toCents(exact(unitPrice) * exact(action.quantity), 1, 10_000);
  return { day: day(action.from), seen: day(action.day), kind: 'usage', items: [{ product, quantity: 0, fee }] };
}

/** One charge for what an order asks for its term, and one for each of its fees. */
function byTheTerm(event: SoldEvent): SoldEvent[] {
  const charges = event.items.map(({ product, amount = 0 }) => ({ product, quantity: 0, fee: amount }));
  const kind = event.kind === 'sale' ? 'sale' : 'usage';
  return [withoutUnits({ ...event, kind: 'usage' }), { ...event, kind, items: charges }];
}

/** Without units an order bills its fees only. */
function withoutUnits(event: SoldEvent): SoldEvent {
  const items = event.items.map(({ product, fee }) => ({
    product,
    quantity: 0,
    ...(fee === undefined ? {} : { fee }),
  }));
  return { ...event, items };
}

function eventOf(
  order: SoldOrder,
  subscription: SoldSubscription,
  actions: readonly Action[],
  market: Grid,
  term: Grid,
  goods: Goods,
): SoldEvent {
  const on = dayOfInstant(order.provisioningDate!, ZONE);
  const items = order.products.flatMap(({ id, newId, quantity }): SoldItem[] =>
    newId === undefined
      ? [itemOf(order, id, quantity, goods)]
      : [itemOf(order, id, 0, goods), itemOf(order, newId, quantity, goods)],
  );
  switch (order.type) {
    case 'sales':
      return { day: day(subscription.creationDate), seen: on, kind: 'sale', items };
    case 'renewal':
      return { day: on, seen: on, kind: 'renewal', items };
    case 'change':
      return { day: on, seen: on, kind: order.products.some(({ newId }) => newId) ? 'switch' : 'change', items };
    case 'cancellation': {
      const action = actions.find((one) => one.does === 'cancel');
      const later = action?.does === 'cancel' ? action.effective : undefined;
      const off = allOff(subscription).map((item) => ({ ...itemOf(order, item.product, 0, goods), quantity: 0 }));
      if (!later) return { day: on, seen: on, kind: 'cancellation', items: off };
      const end = (later === 'nextBilling' ? market : term).around(on).next;
      return { day: end, seen: on, kind: 'endOfTerm', items: off };
    }
    default:
      throw new Error(`Order ${order.orderNumber} is a ${order.type}.`);
  }
}

/** A product of an order with its money. */
function itemOf(order: SoldOrder, product: string, quantity: number, { cycle }: Goods): SoldItem {
  const lines = order.details.filter(({ productId }) => productId === product);
  const recurring = lines.filter(({ type }) => RECURRING.has(type));
  const fees = lines.filter(({ type }) => !RECURRING.has(type));
  const price = lines.find(({ type }) => PRICED.has(type))?.salesUnitPrice.amount;
  const net = (some: typeof lines) =>
    some.reduce((sum, { salesExtendedPrice }) => sum + toCents(exact(salesExtendedPrice.amount)), 0);
  const months = ({ duration }: (typeof lines)[number]) =>
    duration ? duration.duration * (duration.type === 'year' ? 12 : 1) : cycle;
  return {
    product,
    quantity,
    ...(price === undefined ? {} : { price: exact(price) }),
    ...(recurring.length === 0
      ? {}
      : { amount: net(recurring), wholeCycle: recurring.every((line) => months(line) === cycle) }),
    ...(fees.length === 0 ? {} : { fee: net(fees) }),
  };
}

/** Events that say nothing about the quantity keep it. */
function carryQuantities(events: SoldEvent[]): void {
  const held = new Map<string, number>();
  for (const event of events)
    for (const item of event.items) {
      if (Number.isNaN(item.quantity)) item.quantity = held.get(item.product) ?? 0;
      held.set(item.product, item.quantity);
    }
}

function allOff(subscription: SoldSubscription): SoldItem[] {
  return subscription.products.map(({ id }) => ({ product: id, quantity: 0 }));
}

type Sale = Extract<Action, { does: 'sale' }>;

function saleOf(customer: Customer, ref: string): Sale {
  const sale = customer.history.actions.find((action) => action.does === 'sale' && action.ref === ref);
  if (sale?.does !== 'sale') throw new Error(`History ${customer.history.number} does not sell ${ref}.`);
  return sale;
}

/** The day billing dates are counted from: the sale's, or the first of the next month where the order asked for it. */
function anchorOf({ day: sold, alignTo }: Sale): Day {
  if (!alignTo || sold.endsWith('-01')) return day(sold);
  const [year, month] = sold.split('-').map(Number) as [number, number];
  return day(month === 12 ? `${year + 1}-01-01` : `${year}-${`${month + 1}`.padStart(2, '0')}-01`);
}
