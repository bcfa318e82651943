import { earlier, type CalendarDate } from '../calendar/calendar-date.js';
import type { Order, OrderLine } from '../marketplace/order.js';
import { equal } from '../money/money.js';
import { isRecurringMoney, linesOf } from './order-money.js';
import type { Placement } from './placement.js';
import { hasPriceChange, heldPrice } from './pricing.js';
import { highestFrom, type ProductChange } from './product-change.js';
import type { PricedChange } from './span-charges.js';
import type { SyncFacts } from './sync-facts.js';
import type { WantedProduct } from './wanted-quantity.js';

/** A change whose price does not travel on its units. */
export interface PriceApart {
  /** The units as they are written. */
  units: PricedChange;
  /** The price by itself, an adjustment of no units; absent where a later order of the subscription brings it. */
  alone?: { part: PricedChange; placement: Placement };
  /** One sentence for people. */
  why: string;
}

/**
 * Takes the price off a change of units where it counts from another day than they do:
 * - the units come inside a posted period, in which no price may change: it follows from the first open one (DESIGN §6
 *   Not open);
 * - the price changed without the order and was only read together with it: it counts from the start of its own period
 *   (FEATURES PSH-8), or from a later order that charges it, however seldom somebody checks.
 *
 * Undefined where the price travels on the units.
 *
 * @param place places the price as a change of no units.
 */
export function priceApart(
  facts: SyncFacts,
  part: PricedChange,
  placement: Placement,
  place: (change: ProductChange) => Placement,
): PriceApart | undefined {
  const { change, price } = part;
  const { target, wanted } = change;
  if (!hasPriceChange(price)) return undefined;
  const { lastPosted, stepsBefore } = target;
  const stays = placement.lands === 'write' && lastPosted !== undefined && placement.date <= lastPosted;
  const untold = untoldPrice(facts, part);
  if (!stays && !untold) return undefined;
  const unwritten = { ...price, writePrice: undefined, writeCost: undefined };
  const without = { ...part, price: { ...unwritten, after: price.now, costAfter: price.costNow } };
  if (untold && 'toldBy' in untold)
    return { units: without, why: `${wanted.name}: order ${untold.toldBy} brings the new price.` };
  const effective = untold?.since ?? change.effective;
  if (highestFrom(stepsBefore, earlier(effective, placement.date)) === 0) return undefined;
  const open = place({ ...change, effective });
  if (open.date === placement.date) return undefined;
  const comesFirst = open.lands === 'write' && open.date < placement.date;
  const isNotOpen = placement.spans.some(({ kind }) => kind === 'notOpen');
  return {
    units: comesFirst ? { ...part, price: { ...unwritten, now: isNotOpen ? price.now : price.after } } : without,
    alone: {
      part: { ...part, change: { ...change, effective, change: 0 }, arrived: comesFirst ? 0 : change.change },
      placement: open,
    },
    why: stays
      ? `${wanted.name}: ${placement.date} is posted, so the new price counts from ${open.date}; the units that come before cost the old one until then.`
      : `${wanted.name}: its price changed without this order, so it counts from ${open.date}.`,
  };
}

/**
 * A price that the order does not tell: its own lines charge another one, or it has none and the subscription was changed
 * after it. `since` is the day it counts from: nobody tells the day itself, and the last change of the subscription is
 * the nearest there is. `toldBy` names a later open order that charges it. Undefined where the order tells it.
 */
export function untoldPrice(
  { task: { readOn }, openTasks }: Pick<SyncFacts, 'task' | 'openTasks'>,
  { change, price }: PricedChange,
): { since: CalendarDate } | { toldBy: string } | undefined {
  const { event, wanted, isOnlyProduct, effective } = change;
  const { writePrice } = price;
  if (event.kind !== 'change' || !event.order || writePrice === undefined || price.source !== 'marketplace')
    return undefined;
  const own = chargesOf(event.order, wanted, isOnlyProduct);
  const { lastModifiedDate: modified } = event.subscription;
  const isLater = modified !== undefined && modified > effective && modified <= readOn;
  if (own.length === 0 ? !isLater : own.some((line) => equal(heldPrice(line.unitPrice), writePrice))) return undefined;
  const teller = openTasks.find(
    ({ id, order }) =>
      id !== event.taskId &&
      order?.completedAt !== undefined &&
      order.completedAt > (event.order?.completedAt ?? '') &&
      chargesOf(order, wanted, isOnlyProduct).some((line) => equal(heldPrice(line.unitPrice), writePrice)),
  );
  if (teller?.order) return { toldBy: teller.order.number };
  return { since: isLater ? modified : effective };
}

function chargesOf(order: Pick<Order, 'lines'>, wanted: WantedProduct, isOnlyProduct: boolean): OrderLine[] {
  return linesOf(order, wanted, isOnlyProduct).filter(isRecurringMoney);
}
