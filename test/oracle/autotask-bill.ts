import { month, type Day } from './days.js';
import { PostingCalendar } from './invoice-month.js';
import { perUnit, toCents } from './money.js';
import { addTo, billKey, type Bill, type Policy, type Sold, type SoldEvent, type SoldItem } from './sold.js';

/** A change on another day than the rules give it, because that one was taken. */
export interface Move {
  contract: string;
  /** Of the bill: the months of both days. */
  keys: string[];
}

/** One adjustment of a line. */
interface Step {
  day: Day;
  units: number;
  /** Price per unit from that day on. */
  price?: bigint;
  subscription: string;
  round: number;
  /** Behind the contract's end: nothing is written, so the day stays free. */
  isUnwritten?: boolean;
  /** How many of the units were billed elsewhere before that day. */
  elsewhere?: number;
}

/** A contract line as adjustments have made it. */
interface Line {
  sold: Sold;
  product: string;
  /** In date order; on one day in the order of writing. */
  steps: Step[];
}

/** What one event does to one product. */
interface Change {
  sold: Sold;
  event: SoldEvent;
  item: SoldItem;
  line: Line;
  units: number;
  round: number;
}

/**
 * What Autotask must invoice when every change lands on the day the house rules give it (DESIGN §6): for each period the
 * quantity at its start and, for each later change, (units × price after − before) × remaining days ÷ days of the period,
 * each rounded; besides, one-off amounts for what units cannot express. Works for any grid of contracts.
 *
 * @param until last day of the last month that is compared.
 * @param moves takes every change that got another day because its own was taken.
 */
export function autotaskBill(all: readonly Sold[], policy: Policy, until: Day, moves: Move[] = []): Bill {
  const bill: Bill = new Map();
  const book = new Book(policy, until, bill, moves);
  for (const sold of all) book.stand(sold);
  const events = all.flatMap((sold) => sold.events.map((event) => ({ sold, event })));
  for (const round of policy.posted.keys()) {
    const seen = events.filter(({ event }) => book.calendar.roundOf(event.seen) === round);
    seen.sort((a, b) => a.event.day - b.event.day || a.event.seen - b.event.seen || order(a.sold.id, b.sold.id));
    for (const { sold, event } of seen) book.take(sold, event, round);
  }
  book.invoice();
  return bill;
}

class Book {
  readonly calendar: PostingCalendar;
  private readonly lines = new Map<string, Line>();
  /** Units a subscription is to have in the end, by subscription and product. */
  private readonly held = new Map<string, number>();
  /** The marketplace's price of a product, by subscription and product. */
  private readonly prices = new Map<string, bigint>();

  constructor(
    private readonly policy: Policy,
    private readonly until: Day,
    private readonly bill: Bill,
    private readonly moves: Move[],
  ) {
    this.calendar = new PostingCalendar(policy);
  }

  /** Takes note of what was on a contract before. */
  stand(sold: Sold): void {
    const { standing } = sold;
    if (!standing) return;
    const { product, units, counted, price, from, until } = standing;
    this.calendar.end(sold, until);
    this.held.set(`${sold.id}|${product}`, counted);
    if (units === 0) return;
    this.lineOf(sold, product).steps.push({ day: from, units, price, subscription: '', round: -1 });
    this.calendar.begin(sold, product, from);
  }

  /** Places one event on its lines. */
  take(sold: Sold, event: SoldEvent, round: number): void {
    // A new contract is made for the first term; a renewal carries it along.
    if (event.kind === 'sale')
      this.calendar.reach(sold, sold.term.around(Math.max(event.day, sold.term.anchor)).next - 1);
    if (event.kind === 'renewal') this.calendar.reach(sold, sold.term.around(event.day).next - 1);
    if (event.kind === 'initial' && !sold.standing) {
      const first = event.billedElsewhere ? sold.market.around(event.day).next : event.day;
      this.calendar.reach(sold, Math.max(sold.term.around(event.day).next - 1, first));
    }
    const changes = event.items.map((item): Change => {
      const key = `${sold.id}|${item.product}`;
      const units = item.quantity - (this.held.get(key) ?? 0);
      this.held.set(key, item.quantity);
      if (item.price !== undefined) this.prices.set(key, item.price);
      return { sold, event, item, line: this.lineOf(sold, item.product), units, round };
    });
    if (event.kind === 'switch') this.takeSwitch(changes);
    else for (const change of changes) this.takeOne(change);
    for (const change of changes) if (change.item.fee) this.charge(change, change.item.fee, event.day);
  }

  private takeOne(change: Change): void {
    const { event, units, line } = change;
    if (units === 0) {
      const price = this.newPrice(change);
      if (price === undefined || price === this.priceOf(line) || change.item.quantity === 0) return;
      const last = this.lastPosted(change);
      if (event.kind !== 'renewal') this.write(change, this.openStart(change, event.day, last), price);
      else
        this.write(
          change,
          last === undefined || event.day > last ? event.day : change.sold.periods.startFrom(last + 1),
          price,
        );
      return;
    }
    const { day, part } = units > 0 ? this.whenUp(change) : this.whenDown(change);
    const held = units > 0 ? undefined : this.heldFrom(change);
    // Units that came later than their change counted from were charged for the days between.
    if (held && held.day > day) this.giveBackAhead(change, day, held.day);
    this.land(change, Math.max(day, held?.day ?? day));
    if (part) this.chargePart([change], part);
  }

  private whenUp({ sold, event }: Change): { day: Day; part?: Stretch } {
    const { day } = event;
    const next = sold.market.around(day).next;
    if (event.billedElsewhere) return { day: next };
    if (this.policy.proration === 'autotask') return { day };
    const period = sold.periods.around(day);
    if (period.first === day && period.next === next) return { day };
    return { day: next, part: { from: day, until: next } };
  }

  private whenDown({ sold, event }: Change): { day: Day; part?: Stretch } {
    const { day } = event;
    if (endsOnBillingDate(sold, event)) return { day };
    if (this.policy.proration === 'autotask') return { day: this.policy.refunds ? day : sold.periods.startFrom(day) };
    const next = sold.market.around(day).next;
    return { day: next, part: { from: day, until: next } };
  }

  /** The first day from which on a subscription has the units that are to go: none can be taken off before. */
  private heldFrom({ sold, line, units, event }: Change): Step | undefined {
    const own = line.steps.filter(({ subscription }) => subscription === sold.id);
    const counted = sold.standing?.product === line.product ? sold.standing.counted : 0;
    return own.findLast(({ day }) => {
      const before = own.filter((step) => step.day < day).reduce((sum, step) => sum + step.units, counted);
      return before < -units && day > event.day;
    });
  }

  /** Day by day: of the units that go, those that were billed elsewhere are given back last, and not by us. */
  private giveBackAhead(change: Change, from: Day, until: Day): void {
    const { line, sold, units } = change;
    const own = line.steps.filter(({ subscription }) => subscription === sold.id);
    const counted = sold.standing?.product === line.product ? sold.standing.counted : 0;
    const all = own.filter((step) => step.day <= until).reduce((sum, step) => sum + step.units, counted);
    const elsewhere = (day: Day) =>
      own.filter((step) => step.day > day && step.day <= until).reduce((sum, step) => sum + (step.elsewhere ?? 0), 0);
    for (let day = from; day < until;) {
      let next = day + 1;
      while (next < until && elsewhere(next) === elsewhere(day)) next += 1;
      const charged = Math.min(-units, Math.max(0, all - elsewhere(day)));
      if (charged > 0) this.chargeDays([{ ...change, units: -charged }], { from: day, until: next });
      day = next;
    }
  }

  /** Both halves on one day, and one net amount. */
  private takeSwitch(changes: Change[]): void {
    const [{ sold, event }] = changes as [Change];
    const net = changes.reduce((sum, { item: { amount = 0 } }) => sum + amount, 0);
    const withheld = net < 0 && !this.policy.refunds;
    const next = sold.market.around(event.day).next;
    let day = event.day;
    if (!sold.market.startsOn(event.day)) {
      if (this.policy.proration === 'marketplace') day = next;
      else if (withheld) day = sold.periods.startFrom(event.day);
    }
    const held = Math.max(
      day,
      ...changes.flatMap((change) => (change.units < 0 ? (this.heldFrom(change)?.day ?? []) : [])),
    );
    if (held > day) this.chargeDays(changes, { from: day, until: held });
    const wanted = day;
    day = held;
    const last = Math.max(-1, ...changes.map((change) => this.lastPosted(change) ?? -1));
    const open = day > last ? day : sold.periods.startFrom(last + 1);
    const lines = changes.map(({ line }) => line);
    for (const change of changes) this.write(change, open, this.travelling(change), lines);
    if (wanted !== event.day && this.policy.proration === 'marketplace')
      this.chargePart(changes, { from: event.day, until: wanted });
    if (open > day) this.chargeDays(changes, { from: day, until: open });
  }

  /** Past what is posted: an increase stays, a decrease waits for the next open period with its days given back. */
  private land(change: Change, day: Day): void {
    const last = this.lastPosted(change);
    const price = this.travelling(change);
    if (last === undefined || day > last) {
      this.write(change, day, price);
      return;
    }
    if (change.units > 0) {
      // No price changes in a posted period: that of the units that are there follows from the first open one.
      const follows = price !== undefined && this.unitsOf(change.line, day) > 0;
      this.write(change, day, follows ? undefined : price);
      if (follows) this.write({ ...change, units: 0 }, this.openStart(change, change.event.day, last), price);
      return;
    }
    const open = change.sold.periods.startFrom(last + 1);
    this.chargeDays([change], { from: day, until: open });
    this.write(change, open, this.travelling(change));
  }

  /** The start of the period of a day, or the first that is not posted. */
  private openStart({ sold: { periods } }: Change, day: Day, last: Day | undefined): Day {
    const { first } = periods.around(day);
    return last === undefined || first > last ? first : periods.startFrom(last + 1);
  }

  /** The marketplace's own amount for the days before its next billing date, or what its rule makes of them. */
  private chargePart(changes: Change[], { from, until }: Stretch): void {
    const { sold, event } = changes[0]!;
    const asks = ['sale', 'change', 'cancellation', 'switch'].includes(event.kind);
    // An order that lowers and names no amount gives nothing back.
    const own = changes.flatMap(({ item: { amount }, units }) =>
      amount === undefined ? (units < 0 ? [0] : []) : [amount],
    );
    const { first, next } = sold.market.around(from);
    const cents =
      asks && own.length > 0
        ? own.reduce((sum, one) => sum + one, 0)
        : toCents(
            changes.reduce((sum, change) => sum + this.priceFor(change) * BigInt(change.units), 0n),
            until - from,
            next - first,
          );
    if (cents < 0 && !this.policy.refunds) return;
    this.charge(changes.at(-1)!, cents, from);
  }

  /** Days between the wanted day and the first open one, by the rule of the proration in force. */
  private chargeDays(changes: Change[], { from, until }: Stretch): void {
    const [{ sold }] = changes as [Change];
    const grid = this.policy.proration === 'autotask' ? sold.periods : sold.market;
    let cents = 0;
    for (const change of changes) {
      const value = this.priceFor(change) * BigInt(change.units);
      for (let day = from; day < until;) {
        const { first, next } = grid.around(day);
        cents += toCents(value, Math.min(next, until) - day, next - first);
        day = next;
      }
    }
    this.charge(changes.at(-1)!, cents, from);
  }

  private charge({ sold, item, round }: Change, cents: number, from: Day): void {
    if (cents === 0 || (cents < 0 && item.fee === cents && !this.policy.refunds)) return;
    const at = this.calendar.openDay(sold, from, round);
    if (at <= this.until) addTo(this.bill, billKey(sold.contract, item.product, month(at)), cents);
  }

  /**
   * Writes an adjustment; a day that another one holds, on any of the lines that move together, is left alone and the
   * money put right.
   */
  private write(change: Change, wanted: Day, price: bigint | undefined, together = [change.line]): void {
    const { line, sold, units, round } = change;
    const isTaken = (day: Day) =>
      together.some(({ steps }) =>
        steps.some(
          (step) => step.day === day && !step.isUnwritten && (step.subscription !== sold.id || step.round !== round),
        ),
      );
    let day = wanted;
    const isUnwritten = units < 0 && this.calendar.isBehindEnd(sold, wanted);
    if (!isUnwritten && isTaken(wanted)) {
      const last = this.lastPosted(change) ?? -Infinity;
      let before = wanted - 1;
      while (before > last && before >= sold.periods.anchor && isTaken(before)) before -= 1;
      let after = wanted + 1;
      while (isTaken(after)) after += 1;
      const isBefore = units > 0 && change.event.kind !== 'switch' && before > last && before >= sold.periods.anchor;
      day = isBefore ? before : after;
      const keys = [wanted, day].map((one) => billKey(sold.contract, change.item.product, month(one)));
      this.moves.push({ contract: sold.contract, keys });
      const kept = Math.max(0, this.unitsOf(line, Math.min(day, wanted)) + Math.min(units, 0));
      const now = this.priceOf(line);
      const value =
        (units < 0 ? now : (price ?? now)) * BigInt(units) + (price === undefined ? 0n : (price - now) * BigInt(kept));
      const moved = billedBetween(sold, value, Math.min(day, wanted), Math.max(day, wanted));
      // A period is billed as a whole with what is there on its first day.
      const standing = now * BigInt(this.unitsOf(line, wanted));
      const fix = sold.periods.startsOn(wanted) ? toCents(standing + value) - toCents(standing) - toCents(value) : 0;
      this.charge(change, isBefore ? -moved : moved + fix, Math.min(day, wanted));
    }
    if (units > 0) {
      // Units that come before the price does bring it along.
      if (!line.steps.some((step) => step.day <= day && step.price !== undefined)) price ??= this.priceOf(line);
      this.calendar.reach(sold, day);
    }
    const same = line.steps.find((step) => step.day === day && step.subscription === sold.id);
    if (same) {
      same.units += units;
      if (price !== undefined) same.price = price;
    } else {
      line.steps.push({
        day,
        units,
        ...(price === undefined ? {} : { price }),
        subscription: sold.id,
        round,
        ...(isUnwritten ? { isUnwritten } : {}),
        ...(change.event.billedElsewhere ? { elsewhere: units } : {}),
      });
      line.steps.sort((a, b) => a.day - b.day);
    }
    // A price that is written replaces those that were written for later days.
    if (price !== undefined) for (const step of line.steps) if (step.day > day) delete step.price;
    // A price that stands before there are units makes nothing that could be posted.
    const first = line.steps.find((step) => step.units > 0);
    if (first) this.calendar.begin(sold, line.product, first.day);
  }

  /** Every line, period by period. */
  invoice(): void {
    for (const { sold, product, steps } of this.lines.values()) {
      const [first] = steps;
      if (!first) continue;
      let units = 0;
      let price = 0n;
      let next = 0;
      for (let { first: start } = sold.periods.around(first.day); start <= this.until;) {
        const end = sold.periods.around(start).next;
        for (; steps[next] && steps[next]!.day <= start; next += 1) {
          units += steps[next]!.units;
          price = steps[next]!.price ?? price;
        }
        this.add(sold, product, start, toCents(price * BigInt(units)));
        for (; steps[next] && steps[next]!.day < end; next += 1) {
          const step = steps[next]!;
          const before = price * BigInt(units);
          units += step.units;
          price = step.price ?? price;
          if (step.day <= this.until)
            this.add(sold, product, step.day, toCents(price * BigInt(units) - before, end - step.day, end - start));
        }
        start = end;
      }
    }
  }

  private add(sold: Sold, product: string, day: Day, cents: number): void {
    if (cents !== 0) addTo(this.bill, billKey(sold.contract, product, month(day)), cents);
  }

  /** The price an adjustment of units carries along: only where it differs, and never to nothing. */
  private travelling(change: Change): bigint | undefined {
    if (change.item.quantity === 0) return undefined;
    const price = this.newPrice(change);
    return price === undefined || price === this.priceOf(change.line) ? undefined : price;
  }

  /** What the marketplace charges per unit: an order of a whole cycle says what is really paid. */
  private newPrice({ sold, event, item }: Change): bigint | undefined {
    if (
      (event.kind === 'sale' || event.kind === 'renewal') &&
      item.wholeCycle &&
      item.amount !== undefined &&
      item.quantity > 0
    ) {
      const isStated = item.price !== undefined && toCents(item.price * BigInt(item.quantity)) === item.amount;
      return isStated ? item.price : perUnit(item.amount, item.quantity);
    }
    return this.prices.get(`${sold.id}|${item.product}`);
  }

  /** Units that come cost the new price, units that go the old one. */
  private priceFor(change: Change): bigint {
    const now = this.priceOf(change.line);
    if (change.units < 0 && change.line.steps.length > 0) return now;
    return this.newPrice(change) ?? now;
  }

  private priceOf({ steps }: Line): bigint {
    return steps.findLast(({ price }) => price !== undefined)?.price ?? 0n;
  }

  private unitsOf({ steps }: Line, day: Day): number {
    return steps.filter((step) => step.day <= day).reduce((sum, { units }) => sum + units, 0);
  }

  private lastPosted({ sold, item, round }: Change): Day | undefined {
    return this.calendar.lastPosted(sold, item.product, round);
  }

  private lineOf(sold: Sold, product: string): Line {
    const key = `${sold.contract}|${product}`;
    const known = this.lines.get(key);
    if (known) return known;
    const line = { sold, product, steps: [] };
    this.lines.set(key, line);
    return line;
  }
}

interface Stretch {
  from: Day;
  /** The first day not covered. */
  until: Day;
}

/** What Autotask bills for a value from one day to another: each item rounded. */
function billedBetween({ periods }: Sold, value: bigint, from: Day, until: Day): number {
  const item = (day: Day): number => {
    const { first, next } = periods.around(day);
    return toCents(value, next - day, next - first);
  };
  const { next } = periods.around(from);
  return until < next ? item(from) - item(until) : item(from) + (until === next ? 0 : item(next) - item(until));
}

/** Nothing beyond the day was charged: a renewal, an end, or a change that falls on a billing date. */
function endsOnBillingDate(sold: Sold, { kind, day }: SoldEvent): boolean {
  return kind === 'renewal' || kind === 'endOfTerm' || kind === 'expiry' || sold.market.startsOn(day);
}

function order(a: string, b: string): number {
  return Number(a) - Number(b);
}
