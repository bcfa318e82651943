import { addDays, addMonths, isDay } from '../kit/calendar.js';
import type { Store } from '../kit/store.js';
import { stretchAround } from './billing-cycle.js';
import type { OrderEngine } from './order-engine.js';
import type { PlaceOrder } from './order-request.js';
import { buildCatalogue } from './seed-catalogue.js';
import { buildCustomer } from './seed-customers.js';
import { drawScript, SPECIAL_SCRIPTS, type Later, type Start, type SubscriptionScript } from './seed-scripts.js';
import type { CustomerRow, CustomerStatus, ProductRow, SubscriptionRow } from './simple-api.types.js';
import { addUsage, publishRun } from './usage-reports.js';

const SIZES: Record<string, { customers: number; subscriptions: number }> = {
  bare: { customers: 0, subscriptions: 0 },
  small: { customers: 30, subscriptions: 60 },
  medium: { customers: 1_000, subscriptions: 5_000 },
  large: { customers: 10_000, subscriptions: 50_000 },
};

/** Customers that end up in another state than active, by number. */
const STATUSES: Record<number, CustomerStatus> = { 16: 'creditHold', 28: 'cancelled' };

const DAY_MS = 86_400_000;

interface Action {
  at: number;
  run(): void;
}

/**
 * Fills an empty store: catalogue, customers, and subscriptions with the orders that made them what they are, played
 * through the engine from about 20 months ago until now. The same seed, size and day give the same rows.
 *
 * @param now instant of the sandbox clock in milliseconds. @throws Error naming the sizes when `size` is none of them.
 */
export function seedMarketplace(
  store: Store,
  engine: OrderEngine,
  now: number,
  options: { seed?: number; size?: string },
): void {
  const size = seedSize(options.size);
  const { plans, products } = buildCatalogue();
  for (const plan of plans) store.put('plans', plan);
  for (const product of products) store.put('products', product);
  for (let i = 1; i <= size.customers; i += 1) store.put('customers', buildCustomer(i));
  store.write('next:customer', 1_000_001 + size.customers);
  engine.reload();

  const today = new Date(now).toISOString().slice(0, 10);
  const random = generator(options.seed ?? 1);
  const actions = owners(size).flatMap((owner, index) => {
    const script = SPECIAL_SCRIPTS[index] ?? drawScript(index, random);
    return play(ending(script, owner), { store, engine, products, owner, index, today });
  });
  actions.sort((a, b) => a.at - b.at);
  for (const action of actions) {
    engine.advanceTo(action.at);
    action.run();
  }
  engine.advanceTo(now);
  for (const [number, status] of Object.entries(STATUSES)) {
    const customer = store.get<CustomerRow>('customers', String(1_000_000 + Number(number)));
    if (customer) store.put('customers', { ...customer, status });
  }
  publishRun(store, new Date(now).toISOString());
}

/** How many rows a size means. @throws Error naming the sizes when it is none of them. */
export function seedSize(name = 'small'): { customers: number; subscriptions: number } {
  const size = SIZES[name];
  if (!size) throw new Error(`size must be one of ${Object.keys(SIZES).join(', ')}, not "${name}".`);
  return size;
}

/** The owner's number of each subscription: 1, 2, 3, 1, 2, 3 … each, what is left over goes to every fifth customer. */
function owners(size: { customers: number; subscriptions: number }): number[] {
  const list: number[] = [];
  for (let i = 1; i <= size.customers; i += 1) for (let n = 0; n <= (i - 1) % 3; n += 1) list.push(i);
  for (let n = 0; list.length < size.subscriptions; n += 1) list.push(1 + ((n * 5) % size.customers));
  return list.slice(0, size.subscriptions);
}

/** A customer that has gone has no running subscriptions either. */
function ending(script: SubscriptionScript, owner: number): SubscriptionScript {
  if (STATUSES[owner] !== 'cancelled') return script;
  return { ...script, start: { monthsAgo: 9, day: 5 }, later: [{ daysAgo: 100, does: 'cancel' }] };
}

interface Stage {
  store: Store;
  engine: OrderEngine;
  products: ProductRow[];
  owner: number;
  index: number;
  today: string;
}

function play(script: SubscriptionScript, stage: Stage): Action[] {
  const { store, engine, index, today } = stage;
  const started = startDay(script.start, today);
  const placed = script.migratedDaysAgo === undefined ? started : addDays(today, -script.migratedDaysAgo);
  const at = instant(placed, index);
  const items = script.buys.map(([name, quantity]) => ({ productId: productNamed(name, script, stage).id, quantity }));
  let id = '';
  const first: Action = {
    at,
    run: () => {
      id = engine.place(
        {
          ...request(script.migratedDaysAgo === undefined ? 'sales' : 'migration'),
          customerId: String(1_000_000 + stage.owner),
          items,
          ...(script.migratedDaysAgo === undefined ? {} : { startDate: started }),
          ...(script.alignTo === undefined ? {} : { alignTo: script.alignTo }),
          ...(script.completesInDays === undefined
            ? {}
            : { completeAfterMs: instant(addDays(today, script.completesInDays), index) - at }),
        },
        at,
      ).subscriptionId;
    },
  };
  const later = (script.later ?? []).map((step): Action => {
    const when = instant(addDays(today, -step.daysAgo), index + 3);
    return { at: when, run: () => happen(step, id, script, stage, when) };
  });
  const usage: Action[] = script.usage
    ? [{ at: instant(addDays(today, -1), index), run: () => use(script.usage!, id, script, stage, store) }]
    : [];
  return [first, ...later, ...usage];
}

function happen(step: Later, id: string, script: SubscriptionScript, stage: Stage, at: number): void {
  const { engine, store } = stage;
  const subscription = store.get<SubscriptionRow>('subscriptions', id)!;
  const day = new Date(at).toISOString().slice(0, 10);
  const productId = subscription.items[0]!.productId;
  switch (step.does) {
    case 'change': {
      const change = { ...request('change'), subscriptionId: id, items: [{ productId, quantity: step.to }] };
      if (step.stays === undefined) engine.place({ ...change, effective: step.effective ?? 'now' }, at);
      else engine.place({ ...change, failFirst: true }, at);
      break;
    }
    case 'cancel':
      engine.place(
        {
          ...request('cancellation'),
          subscriptionId: id,
          effective: step.effective ?? 'now',
          ...(step.fee === undefined ? {} : { fee: step.fee }),
        },
        at,
      );
      break;
    case 'switch': {
      const target = productNamed(script.buys[0]![0], { ...script, plan: step.plan }, stage);
      const item = { productId, quantity: subscription.items[0]!.quantity, newProductId: target.id };
      engine.place({ ...request('change'), subscriptionId: id, items: [item] }, at);
      break;
    }
    case 'hold':
      engine.putSubscription({ ...subscription, status: 'hold', lastModifiedDate: day });
      break;
    case 'stopRenewal':
      engine.putSubscription({ ...subscription, renewalStatus: false, lastModifiedDate: day });
      break;
  }
}

/** Rows for the last two billing periods that have ended. */
function use(rows: [string, number][], id: string, script: SubscriptionScript, stage: Stage, store: Store): void {
  const { anchor, billingPeriod } = store.get<SubscriptionRow>('subscriptions', id)!;
  const running = stretchAround(anchor, billingPeriod, stage.today);
  const last = stretchAround(anchor, billingPeriod, addDays(running.start, -1));
  const former = stretchAround(anchor, billingPeriod, addDays(last.start, -1));
  for (const [back, { start, next }] of [former, last].entries())
    for (const [name, pieces] of rows)
      addUsage(store, {
        subscriptionId: id,
        productId: productNamed(name, script, stage).id,
        periodStart: start,
        periodEnd: addDays(next, -1),
        quantity: Math.max(1, pieces - back * 7),
        // What the vendor rates has no list price; the rated price comes with the row.
        ...(script.plan === '10009' ? { unitPrice: '128.40', unitCost: '109.15' } : {}),
      });
}

function request(type: PlaceOrder['type']): PlaceOrder {
  return { type, items: [], attributes: {}, effective: 'now' };
}

function productNamed(name: string, script: SubscriptionScript, stage: Stage): ProductRow {
  const found = stage.products.find(
    (product) =>
      product.planId === script.plan &&
      product.name === name &&
      (script.term === undefined || product.subscriptionPeriod.duration === script.term.duration),
  );
  if (!found) throw new Error(`The seed names "${name}" in plan ${script.plan}, which the catalogue does not have.`);
  return found;
}

/** The day a script begins; a day of the month that month lacks moves the start to an earlier month that has it. */
function startDay(start: Start, today: string): string {
  if ('daysAgo' in start) return addDays(today, -start.daysAgo);
  const dayOfMonth = String(start.day).padStart(2, '0');
  for (let back = start.monthsAgo; ; back += 1) {
    const day = `${addMonths(`${today.slice(0, 8)}01`, -back).slice(0, 8)}${dayOfMonth}`;
    if (isDay(day)) return day;
  }
}

/** Working hours, spread so that no two orders of a day look alike. */
function instant(day: string, index: number): number {
  return Date.parse(`${day}T00:00:00.000Z`) + ((index * 7_919) % (DAY_MS / 3)) + DAY_MS / 3;
}

/** A small deterministic generator of numbers from 0 (inclusive) to 1 (exclusive). */
function generator(seed: number): () => number {
  let state = (seed * 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
