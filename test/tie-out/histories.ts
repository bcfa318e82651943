/**
 * Random but legal lives of customers: what a reseller's customer buys, changes and gives up over some months. Seeded:
 * the same seed and number give the same history, whatever else is drawn. Days are calendar dates, quantities absolute.
 */
import { Dice, monthsLater, type Span } from './dice.js';
import { goods, METERED, PLANS, TERMED, TIERED, type Goods, type PlanOfGoods } from './goods.js';

/** Which contract a new subscription goes on: one of its own, or that of an earlier subscription of the history. */
export type ContractWish = { start?: string } | { of: string };

/** A contract that people keep in Autotask already when a running subscription is first met. */
export interface ByHand {
  start: string;
  /** How many of its units are the subscription's. */
  counted: number;
  /** How many are nobody's we know. */
  foreign: number;
  /** Billed at the service's own price, which nobody set, or at what the marketplace charges. */
  price: 'service' | 'marketplace';
}

/** Of a subscription that runs before the reseller connects: it is told by one initial task. */
export interface Early {
  /** The running period is billed elsewhere. */
  billed: boolean;
  byHand?: ByHand;
}

/** One thing that happens on a day. `ref` names a subscription inside its history. */
export type Action =
  | {
      does: 'sale';
      day: string;
      ref: string;
      items: { goods: Goods; quantity: number; unitPrice?: string }[];
      alignTo?: 'calendarMonth';
      contract: ContractWish;
      early?: Early;
    }
  | {
      does: 'change';
      day: string;
      ref: string;
      items: { goods: Goods; quantity: number; unitPrice?: string; to?: Goods }[];
      effective?: 'nextBilling';
      refund?: 'full' | 'prorated' | 'none';
    }
  | {
      does: 'cancel';
      day: string;
      ref: string;
      effective?: 'endOfTerm' | 'nextBilling';
      fee?: string;
      refund?: 'full' | 'prorated' | 'none';
    }
  | { does: 'price'; day: string; ref: string; goods: Goods; unitPrice: string }
  | { does: 'usage'; day: string; ref: string; goods: Goods; from: string; to: string; quantity: string }
  | { does: 'stopRenewal'; day: string; ref: string };

/** The life of one customer. */
export interface History {
  number: number;
  /** True when every contract's periods begin on the marketplace's billing dates. */
  aligned: boolean;
  actions: Action[];
}

/** A subscription while its history is written. */
interface Living {
  ref: string;
  sold: string;
  plan: PlanOfGoods;
  held: Map<string, number>;
  /** Its last day with something on it: later things happen after it. */
  last: string;
  ended: boolean;
  tiered: boolean;
  /** Its price is not its own alone, so it stays. */
  shared: boolean;
  /** The last thing that happened charged the price of one product by an order. */
  charged?: string;
}

/** The histories of a run. */
export function drawHistories(seed: number, count: number, span: Span): History[] {
  return Array.from({ length: count }, (_, index) => drawHistory(seed, index + 1, span));
}

function drawHistory(seed: number, number: number, span: Span): History {
  const random = new Dice(seed * 7_919 + number * 104_729);
  const actions: Action[] = [];
  const kind = random.below(100);
  const isAligned = random.below(100) < 60;
  if (kind < 9) {
    if (kind < 6) useUp(random, span, actions);
    else payByTerm(random, span, actions);
    return { number, aligned: true, actions: inOrder(actions) };
  }
  const first = kind < 30 ? running(random, span, actions) : beginning(random, isAligned, span, actions, kind >= 93);
  const lives = [first];
  const sale = actions[0]!;
  const early = sale.does === 'sale' ? sale.early : undefined;
  // A contract made for a clamped day keeps that day, not the marketplace's.
  const aligned = early ? !early.byHand && Number(first.sold.slice(8)) <= 28 : isAligned;
  // On a contract kept by hand the second one meets units that nobody tracks.
  const isJoined = !early || early.byHand?.price === 'marketplace';
  if (isJoined && random.below(100) < (early ? 50 : 30)) {
    const second = together(random, first, aligned, span, actions);
    if (second) lives.push(second);
  }
  const more = 1 + random.below(3);
  for (let index = 0; index < more; index += 1) {
    const alive = lives.filter((one) => !one.ended);
    if (alive.length === 0) break;
    goOn(random, random.of(alive), span, actions);
  }
  return { number, aligned, actions: inOrder(actions) };
}

function inOrder(actions: Action[]): Action[] {
  return actions.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** A post-paid subscription: its sale bills a setup fee, then reports of what was used up, some of them corrected. */
function useUp(random: Dice, span: Span, actions: Action[]): void {
  const ref = 's1';
  const sold = random.dayIn(span, 0, Math.max(1, span.months - 3));
  const names = [METERED.products[0]!, ...random.some(METERED.products.slice(1), random.below(3))];
  const items = names.map((name) => ({ goods: goods(METERED, name), quantity: 1 }));
  actions.push({ does: 'sale', day: sold, ref, items, contract: {} });
  for (let from = sold; ;) {
    const to = monthsLater(`${from.slice(0, 8)}01`, 1);
    const day = random.dayAfter(to, span, 25);
    if (day === undefined) break;
    for (const name of names) {
      const used = { does: 'usage' as const, ref, goods: goods(METERED, name), from, to: dayBefore(to) };
      actions.push({ ...used, day, quantity: random.quantity() });
      const again = random.below(100) < 25 ? random.dayAfter(day, span, 40) : undefined;
      if (again !== undefined) actions.push({ ...used, day: again, quantity: random.quantity() });
    }
    from = to;
  }
}

/** A subscription with a cycle Autotask does not know: bought, raised, and sometimes given up. */
function payByTerm(random: Dice, span: Span, actions: Action[]): void {
  const ref = 's1';
  const [name] = TERMED.products as [string];
  let quantity = 1 + random.below(20);
  const item = () => ({ goods: goods(TERMED, name), quantity });
  let day: string | undefined = random.dayIn(span, 0, Math.max(1, span.months - 3));
  actions.push({ does: 'sale', day, ref, items: [item()], contract: {} });
  for (let more = random.below(3); more > 0 && day !== undefined; more -= 1) {
    day = random.dayAfter(day, span, 60);
    if (day === undefined) return;
    quantity += 1 + random.below(9);
    actions.push({ does: 'change', day, ref, items: [item()] });
  }
  day = day && random.dayAfter(day, span);
  const refund = random.of(['full', 'prorated', 'none'] as const);
  if (day !== undefined && random.below(2) === 0)
    actions.push({ does: 'cancel', day, ref, fee: random.price(), refund });
}

/** A subscription that runs for months when the reseller connects. */
function running(random: Dice, span: Span, actions: Action[]): Living {
  const plan = random.weighted(PLANS);
  const day = random.dayIn({ ...span, first: monthsLater(span.first, -11) }, 0, 9);
  const byHand = plan.cycle === 1 && random.below(100) < 55 ? handMade(random, span) : undefined;
  const names = random.some(plan.products, random.below(100) < 30 ? 2 : 1);
  const items = names.map((name) => ({
    goods: goods(plan, name),
    quantity: 1 + random.below(40),
    ...(byHand?.price !== 'marketplace' && random.below(100) < 10 ? { unitPrice: random.price() } : {}),
  }));
  if (byHand) byHand.counted = random.below(2) === 0 ? items[0]!.quantity : random.below(items[0]!.quantity + 1);
  const early = { billed: random.below(100) < 60, ...(byHand ? { byHand } : {}) };
  actions.push({ does: 'sale', day, ref: 's1', items, contract: byHand ? { start: byHand.start } : {}, early });
  return {
    ref: 's1',
    sold: day,
    plan,
    held: new Map(items.map(({ goods: { name }, quantity }) => [name, quantity])),
    last: span.first,
    ended: false,
    tiered: false,
    shared: byHand?.price === 'marketplace' || items.some((item) => item.unitPrice !== undefined),
  };
}

function handMade(random: Dice, span: Span): ByHand {
  const start = random.dayIn({ ...span, first: monthsLater(span.first, -11) }, 0, 9);
  const price = random.below(100) < 50 ? 'service' : 'marketplace';
  return { start, counted: 0, foreign: price === 'marketplace' ? random.below(6) : 0, price };
}

/** The first sale. */
function beginning(random: Dice, aligned: boolean, span: Span, actions: Action[], tiered: boolean): Living {
  const ref = 's1';
  const plan = tiered ? PLANS.find((one) => one.plan === TIERED.plan)! : random.weighted(PLANS);
  const day = random.dayIn(span, 0, Math.max(1, span.months - 2));
  const names = tiered ? [TIERED.name] : random.some(plan.products, random.below(100) < 30 ? 2 : 1);
  const items = names.map((name) => ({
    goods: goods(plan, name),
    quantity: tiered ? 3 + random.below(70) : 1 + random.below(40),
    ...(!tiered && random.below(100) < 10 ? { unitPrice: random.price() } : {}),
  }));
  const monthly = plan.cycle === 1 && plan.term === 12;
  const toMonth = aligned && monthly && random.below(100) < 15;
  actions.push({
    does: 'sale',
    day,
    ref,
    items,
    ...(toMonth ? { alignTo: 'calendarMonth' as const } : {}),
    contract: aligned ? {} : { start: otherDay(random, day) },
  });
  return {
    ref,
    sold: day,
    plan,
    held: new Map(items.map(({ goods: { name }, quantity }) => [name, quantity])),
    last: day,
    ended: false,
    tiered,
    shared: items.some((item) => item.unitPrice !== undefined),
  };
}

/** A second subscription of the same plan: on the same contract, or where the days do not fit on one of its own. */
function together(random: Dice, first: Living, aligned: boolean, span: Span, actions: Action[]): Living | undefined {
  const sale = actions[0];
  if (sale?.does !== 'sale' || sale.alignTo) return undefined;
  if (first.tiered || (first.shared && !sale.early) || first.plan.cycle !== 1) return undefined;
  const day = aligned ? monthsLater(first.sold, 1 + random.below(2)) : random.dayIn(span, 1, span.months - 1);
  if (day <= first.sold || day >= monthsLater(span.first, span.months - 1)) return undefined;
  if (aligned && day.slice(8) !== first.sold.slice(8)) return undefined;
  const names = random.below(100) < 70 ? [sale.items[0]!.goods.name] : random.some(first.plan.products, 1);
  const items = names.map((name) => ({ goods: goods(first.plan, name), quantity: 1 + random.below(20) }));
  actions.push({ does: 'sale', day, ref: 's2', items, contract: { of: first.ref } });
  first.shared = true;
  return {
    ref: 's2',
    sold: day,
    plan: first.plan,
    held: new Map(items.map(({ goods: { name }, quantity }) => [name, quantity])),
    last: day,
    ended: false,
    tiered: false,
    shared: true,
  };
}

/** One more thing that happens to a subscription, some time after the last one. */
function goOn(random: Dice, life: Living, span: Span, actions: Action[]): void {
  const day = random.dayAfter(life.last, span);
  if (day === undefined) return;
  const held = [...life.held].filter(([, quantity]) => quantity > 0);
  const [name, quantity] = random.of(held);
  const { ref, plan } = life;
  const item = (product: string, to: number) => ({ goods: goods(plan, product), quantity: to });
  const lower = () => Math.max(1, quantity - 1 - random.below(Math.max(1, Math.floor(quantity / 2))));
  const change = (items: Extract<Action, { does: 'change' }>['items'], more: object = {}) => {
    actions.push({ does: 'change', day, ref, items, ...more });
    for (const { goods: of, quantity: to, to: target } of items) {
      if (target) life.held.delete(of.name);
      life.held.set((target ?? of).name, to);
    }
  };
  const refund = random.below(100) < 40 ? { refund: random.of(['full', 'prorated', 'none'] as const) } : {};
  const before = life.last;
  life.last = day;
  const { charged } = life;
  delete life.charged;
  const roll = random.below(100);
  if (roll < 34) {
    life.charged = name;
    return change([item(name, quantity + 1 + random.below(12))]);
  }
  if (roll < 52) return quantity > 1 ? change([item(name, lower())], refund) : change([item(name, quantity + 2)]);
  if (roll < 60 && held.length > 1) {
    const [other, had] = held.find(([one]) => one !== name)!;
    return change([item(name, lower()), item(other, had + 1 + random.below(5))]);
  }
  if (roll < 66 && !life.tiered) {
    const fresh = plan.products.find((product) => !life.held.has(product));
    if (fresh) return change([item(fresh, 1 + random.below(9))]);
  }
  if (roll < 72 && !life.shared && !life.tiered) {
    const target = plan.products.find((product) => !life.held.has(product));
    if (target) return change([{ ...item(name, quantity), to: goods(plan, target) }]);
  }
  if (roll < 78 && plan.cycle === 1 && !life.tiered) {
    change([item(name, quantity > 2 && random.below(2) === 0 ? lower() : quantity + 3)], { effective: 'nextBilling' });
    life.last = monthsLater(day, 1);
    return;
  }
  if (roll < 90) {
    life.ended = true;
    const fee = random.below(100) < 30 ? { fee: random.price() } : {};
    if (random.below(100) < 35)
      actions.push({
        does: 'cancel',
        day,
        ref,
        effective: endsWithin(life, span) ? 'endOfTerm' : 'nextBilling',
        ...fee,
      });
    else actions.push({ does: 'cancel', day, ref, ...fee, ...refund });
    return;
  }
  // What a check reads of a price together with an order: only an order that charges a price says whether it is the new one.
  const isAlone = day.slice(0, 7) > before.slice(0, 7) || charged === name;
  if (roll < 97 && plan.term === 12 && !life.shared && !life.tiered && isAlone) {
    actions.push({ does: 'price', day, ref, goods: goods(plan, name), unitPrice: random.price() });
    const end = monthsLater(`${day.slice(0, 8)}01`, 1);
    const next = random.below(100) < 50 ? random.dayAfter(day, span, 20) : undefined;
    life.last = end;
    if (next === undefined || next >= end) return;
    actions.push({ does: 'change', day: next, ref, items: [item(name, quantity + 1 + random.below(6))] });
    life.held.set(name, (actions.at(-1) as Extract<Action, { does: 'change' }>).items[0]!.quantity);
    return;
  }
  if (!life.tiered && endsWithin(life, span)) {
    actions.push({ does: 'stopRenewal', day, ref });
    life.ended = true;
    return;
  }
  change([item(name, quantity + 1)]);
}

/** True when a term ends in the span, after the last thing that happened. */
function endsWithin({ sold, plan, last }: Living, span: Span): boolean {
  let end = sold;
  for (let term = 1; end <= last; term += 1) end = monthsLater(sold, term * plan.term);
  return end < monthsLater(span.first, span.months);
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}

/** A day of the month before the sale or of the same month that is not the sale's day of the month. */
function otherDay(random: Dice, day: string): string {
  const start =
    random.below(3) === 0
      ? `${day.slice(0, 8)}01`
      : `${monthsLater(`${day.slice(0, 8)}01`, -1).slice(0, 8)}${String(2 + random.below(26)).padStart(2, '0')}`;
  return start.slice(8) === day.slice(8)
    ? monthsLater(`${day.slice(0, 8)}01`, -1).slice(0, 8) + (day.endsWith('-01') ? '09' : '01')
    : start;
}
