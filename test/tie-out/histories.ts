/**
 * Random but legal lives of customers: what a reseller's customer buys, changes and gives up over some months. Seeded:
 * the same seed and number give the same history, whatever else is drawn. Days are calendar dates, quantities absolute.
 */

/** A product by the names the marketplace's catalogue gives it. */
export interface Goods {
  plan: string;
  name: string;
  /** Subscription period in months. */
  term: number;
  /** Months that one charge covers. */
  cycle: number;
}

/** Which contract a new subscription goes on: one of its own, or that of an earlier subscription of the history. */
export type ContractWish = { start?: string } | { of: string };

/** One thing that happens on a day. `ref` names a subscription inside its history. */
export type Action =
  | {
      does: 'sale';
      day: string;
      ref: string;
      items: { goods: Goods; quantity: number; unitPrice?: string }[];
      alignTo?: 'calendarMonth';
      renewalStatus?: boolean;
      contract: ContractWish;
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
  | { does: 'stopRenewal'; day: string; ref: string };

/** The life of one customer. */
export interface History {
  number: number;
  /** True when every contract's periods begin on the marketplace's billing dates. */
  aligned: boolean;
  actions: Action[];
}

/** A range of months in which everything happens. */
export interface Span {
  /** First day of the first month. */
  first: string;
  months: number;
}

const OFFICE = ['Example Office Basic', 'Example Office Standard', 'Example Office Premium'];

/** Plans with their products; weight = how often one is drawn. All are paid before the period, at one price per unit. */
const PLANS: { plan: string; term: number; cycle: number; weight: number; products: string[] }[] = [
  { plan: 'Example Office, annual commitment', term: 12, cycle: 1, weight: 7, products: OFFICE },
  { plan: 'Example Mail', term: 12, cycle: 1, weight: 3, products: ['Example Mail Basic', 'Example Mail Plus'] },
  {
    plan: 'Example Desktop',
    term: 12,
    cycle: 1,
    weight: 4,
    products: ['Example Desktop Small', 'Example Desktop Large'],
  },
  {
    plan: 'Example Voice',
    term: 12,
    cycle: 1,
    weight: 2,
    products: ['Example Voice Number', 'Example Voice Recording'],
  },
  { plan: 'Example Office, no commitment', term: 1, cycle: 1, weight: 1, products: OFFICE },
  {
    plan: 'Sample Backup, quarterly',
    term: 3,
    cycle: 3,
    weight: 2,
    products: ['Sample Backup 100 GB', 'Sample Backup 1 TB'],
  },
  {
    plan: 'Sample Backup, half-yearly',
    term: 6,
    cycle: 6,
    weight: 1,
    products: ['Sample Backup 100 GB', 'Sample Backup 1 TB'],
  },
  { plan: 'Example Office, paid yearly', term: 12, cycle: 12, weight: 1, products: OFFICE },
  {
    plan: 'Placeholder Shield, prepaid year',
    term: 12,
    cycle: 12,
    weight: 1,
    products: ['Placeholder Shield', 'Placeholder Shield Plus'],
  },
];

/** The product charged by tiers, which one unit price cannot express. */
const TIERED: Goods = { plan: 'Example Voice', name: 'Example Voice Line', term: 12, cycle: 1 };

/** Everything that is ever sold here. */
export const GOODS: Goods[] = [
  ...PLANS.flatMap(({ plan, term, cycle, products }) => products.map((name) => ({ plan, name, term, cycle }))),
  TIERED,
];

/** A subscription while its history is written. */
interface Living {
  ref: string;
  sold: string;
  plan: (typeof PLANS)[number];
  held: Map<string, number>;
  /** Its last day with something on it: later things happen after it. */
  last: string;
  /** Months in which the price was changed: nothing else happens then. */
  ended: boolean;
  tiered: boolean;
  shared: boolean;
}

/** The histories of a run. */
export function drawHistories(seed: number, count: number, span: Span): History[] {
  return Array.from({ length: count }, (_, index) => drawHistory(seed, index + 1, span));
}

function drawHistory(seed: number, number: number, span: Span): History {
  const random = new Dice(seed * 7_919 + number * 104_729);
  const aligned = random.below(100) < 60;
  const actions: Action[] = [];
  const lives = [beginning(random, 's1', aligned, span, actions, random.below(100) < 8)];
  if (random.below(100) < 30) {
    const second = together(random, lives[0]!, aligned, span, actions) ?? undefined;
    if (second) lives.push(second);
  }
  const more = 1 + random.below(3);
  for (let index = 0; index < more; index += 1) {
    const alive = lives.filter((one) => !one.ended);
    if (alive.length === 0) break;
    goOn(random, random.of(alive), span, actions);
  }
  actions.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return { number, aligned, actions };
}

/** The first sale. */
function beginning(
  random: Dice,
  ref: string,
  aligned: boolean,
  span: Span,
  actions: Action[],
  tiered: boolean,
): Living {
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
  if (first.tiered || first.shared || first.plan.cycle !== 1) return undefined;
  const sale = actions[0];
  if (sale?.does !== 'sale' || sale.alignTo) return undefined;
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
  const roll = random.below(100);
  if (roll < 34) return change([item(name, quantity + 1 + random.below(12))]);
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
      actions.push({ does: 'cancel', day, ref, effective: plan.term === 12 ? 'nextBilling' : 'endOfTerm', ...fee });
    else actions.push({ does: 'cancel', day, ref, ...fee, ...refund });
    return;
  }
  // A price and an order of one month are read together; then the price travels with the order's units.
  const isAlone = plan.term === 12 && day.slice(0, 7) > before.slice(0, 7);
  if (roll < 96 && !life.shared && !life.tiered && isAlone) {
    actions.push({ does: 'price', day, ref, goods: goods(plan, name), unitPrice: random.price() });
    life.last = monthsLater(`${day.slice(0, 8)}01`, 1);
    return;
  }
  if (plan.term < 12 && plan.term === plan.cycle) {
    actions.push({ does: 'stopRenewal', day, ref });
    life.ended = true;
    return;
  }
  change([item(name, quantity + 1)]);
}

function goods({ plan, term, cycle }: (typeof PLANS)[number], name: string): Goods {
  return { plan, name, term, cycle };
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

function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return `${first.toISOString().slice(0, 8)}${String(Math.min(date, days)).padStart(2, '0')}`;
}

/** Throws of a die that are the same for the same seed. */
class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  some<T>(list: readonly T[], count: number): T[] {
    const rest = [...list];
    return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(this.below(rest.length), 1)[0]!);
  }

  weighted<T extends { weight: number }>(list: readonly T[]): T {
    let point = this.below(list.reduce((sum, { weight }) => sum + weight, 0));
    return list.find(({ weight }) => (point -= weight) < 0)!;
  }

  /** A price with two to four decimals. */
  price(): string {
    return this.below(3) === 0
      ? `${1 + this.below(60)}.${String(1 + this.below(9999)).padStart(4, '0')}`
      : `${1 + this.below(60)}.${String(this.below(100)).padStart(2, '0')}`;
  }

  /** A day of the months `from` … `until` − 1 of the span; month-ends come up more often than by chance. */
  dayIn(span: Span, from: number, until: number): string {
    const first = monthsLater(span.first, from + this.below(Math.max(1, until - from)));
    const roll = this.below(100);
    const day = roll < 15 ? 1 : roll < 25 ? 31 : 1 + this.below(31);
    return monthsLater(`${first.slice(0, 8)}01`, 0).slice(0, 8) + String(Math.min(day, lastOf(first))).padStart(2, '0');
  }

  /** A day after `last` within the span. */
  dayAfter(last: string, span: Span): string | undefined {
    const end = Date.parse(monthsLater(span.first, span.months)) - 86_400_000;
    const start = Date.parse(last) + 86_400_000;
    if (start > end) return undefined;
    const days = Math.min(100, Math.round((end - start) / 86_400_000) + 1);
    return new Date(start + this.below(days) * 86_400_000).toISOString().slice(0, 10);
  }
}

function lastOf(day: string): number {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
