import { month, type Day } from './days.js';
import { PostingCalendar } from './invoice-month.js';
import { toCents } from './money.js';
import { addTo, billKey, type Bill, type Policy, type Sold, type SoldEvent, type SoldItem } from './sold.js';

/**
 * What customers owe by the marketplace's own books, whatever any rule about contracts says: on every billing date the
 * units held then at the price of then, and besides the orders' own amounts for the days before the next billing date.
 * For contracts whose periods begin on the billing dates, with marketplace proration, Autotask must bill exactly this
 * (issue 3, accept 3).
 *
 * @param until last day of the last month that is compared.
 */
export function marketplaceBill(all: readonly Sold[], policy: Policy, until: Day): Bill {
  const bill: Bill = new Map();
  const calendar = new PostingCalendar(policy);
  for (const sold of all)
    for (const event of sold.events)
      for (const { product, quantity } of event.items)
        if (quantity > 0) calendar.begin(sold, product, comesOn(sold, event));
  for (const sold of all) {
    recurring(sold, policy, calendar, until, bill);
    oneOff(sold, policy, calendar, until, bill);
  }
  return bill;
}

/** Units × price on every billing date. */
function recurring(sold: Sold, policy: Policy, calendar: PostingCalendar, until: Day, bill: Bill): void {
  const { market, events } = sold;
  const [first] = events;
  if (!first) return;
  const products = new Set(events.flatMap(({ items }) => items.map(({ product }) => product)));
  for (let start = market.startFrom(first.day); start <= until; start = market.around(start).next)
    for (const product of products) {
      let quantity = 0;
      let price = 0n;
      for (const event of events) {
        const item = event.items.find((one) => one.product === product);
        if (!item) continue;
        if (countsFrom(sold, event) <= start) quantity = item.quantity;
        if (item.price !== undefined && priceFrom(sold, event.day, event.kind, policy, calendar) <= start)
          price = item.price;
      }
      const value = valueOf(sold, product, quantity, price);
      if (value !== 0) addTo(bill, billKey(sold.contract, product, month(start)), value);
    }
}

/** The first day an event's units are billed here. */
function countsFrom({ market }: Sold, { day, billedElsewhere }: SoldEvent): Day {
  return billedElsewhere ? market.around(day).next : day;
}

/** The day an event's units are on the contract: the next billing date, unless it falls on one. */
function comesOn(sold: Sold, event: SoldEvent): Day {
  const { market } = sold;
  return market.startsOn(event.day) ? countsFrom(sold, event) : market.around(event.day).next;
}

/** A price that changes without units holds from the start of its period, or from the next where that one is posted. */
function priceFrom(sold: Sold, day: Day, kind: string, policy: Policy, calendar: PostingCalendar): Day {
  if (kind !== 'price') return day;
  const { first, next } = sold.market.around(day);
  const posted = policy.posted[calendar.roundOf(day) - 1];
  return posted !== undefined && first <= posted ? next : first;
}

/** Fees always; recurring amounts where the order does not fall on a billing date, refunds only where they are synced. */
function oneOff(sold: Sold, policy: Policy, calendar: PostingCalendar, until: Day, bill: Bill): void {
  for (const event of sold.events) {
    const { day, kind, items } = event;
    // An amount behind the end that a contract has by then is dated on that end.
    if (kind === 'sale' || kind === 'renewal' || kind === 'initial')
      calendar.reach(
        sold,
        Math.max(sold.term.around(Math.max(day, sold.term.anchor)).next - 1, countsFrom(sold, event)),
      );
    // Units that come on the next billing date carry the contract along to it; on a billing date they come at once.
    const waits = !sold.market.startsOn(day);
    if (waits && items.some(({ amount = 0 }) => amount > 0)) calendar.reach(sold, sold.market.around(day).next);
    const at = calendar.openDay(sold, day, calendar.roundOf(day));
    if (at > until) continue;
    const owed = (item: SoldItem | undefined, cents: number): void => {
      if (item && cents !== 0 && (cents > 0 || policy.refunds))
        addTo(bill, billKey(sold.contract, item.product, month(at)), cents);
    };
    for (const item of items) owed(item, item.fee ?? 0);
    if (!waits) continue;
    // A switch is one amount, told by the product it leads to.
    if (kind === 'switch')
      owed(
        items.at(-1),
        items.reduce((net, { amount = 0 }) => net + amount, 0),
      );
    else for (const item of items) owed(item, item.amount ?? 0);
  }
}

/** Cents for so many units of one cycle. */
function valueOf(sold: Sold, product: string, quantity: number, price: bigint): number {
  const tiers = sold.tiers.get(product);
  if (!tiers) return toCents(price * BigInt(quantity));
  let value = 0n;
  tiers.forEach(({ from, price: each }, index) => {
    const to = tiers[index + 1]?.from ?? Infinity;
    value += each * BigInt(Math.max(0, Math.min(quantity, to - 1) - from + 1));
  });
  return toCents(value);
}
