import { addDays, addMonths, dayIn, type CalendarDate } from '../calendar/calendar-date.js';
import type { Order } from '../marketplace/order.js';
import { hasEnded, type Subscription } from '../marketplace/subscription.js';
import type { UsageRecord } from '../marketplace/usage-record.js';
import { cents, equal, sign, sum, times, type Decimal } from '../money/money.js';
import { chargingOf, type Charging } from '../sync-plan/charging.js';
import { isRecurringMoney, isSetupRefund, linesOf, netOf } from '../sync-plan/order-money.js';
import type { TaskSource } from '../sync-plan/sync-facts.js';
import type { SyncTaskState } from '../sync-task/sync-task-state.js';

/** A task as far as it tells what the marketplace sold. */
export interface TellingTask {
  id: string;
  source: TaskSource;
  state: SyncTaskState;
  ignoreKind?: 'done_by_hand' | 'not_billed' | undefined;
  /** The task that stands for it, where it was superseded. */
  supersededBy?: string | undefined;
  effectiveDate: CalendarDate;
  order?: Order | undefined;
  subscription: Subscription;
  usage?: readonly UsageRecord[] | undefined;
}

/** One amount the marketplace charges or gives back in a month. Money as decimal text, days as calendar dates. */
export interface SoldAmount {
  subscriptionId: string;
  productKey: string;
  productName: string;
  /** `recurring`: a whole period from a billing date; `part`: the days before one; the rest as the order names it. */
  kind: 'recurring' | 'part' | 'setup' | 'cancellation' | 'overuse' | 'usage';
  date: CalendarDate;
  quantity: number;
  /** Per unit and billing period, where it has one. */
  unitPrice?: Decimal;
  amount: Decimal;
  orderNumber?: string;
}

/** First and last day of a month named `YYYY-MM`. */
export function daysOfMonth(month: string): { first: CalendarDate; last: CalendarDate } {
  const first = `${month}-01`;
  return { first, last: addDays(addMonths(first, 1), -1) };
}

/**
 * What the marketplace charges for one subscription in a month, as its orders and readings tell: on each billing date the
 * units held then at their price, and each order's own amounts for the days before the next billing date and for fees.
 *
 * @param tasks every task of the subscription, oldest first.
 */
export function soldInMonth(tasks: readonly TellingTask[], month: string, timeZone: string): SoldAmount[] {
  const { first, last } = daysOfMonth(month);
  const newest = tasks.at(-1);
  if (!newest) return [];
  const initials = new Set(tasks.filter(({ source }) => source === 'initial').map(({ id }) => id));
  // What was ordered before the first contact is no business of ours.
  const own = tasks.filter(({ supersededBy }) => !initials.has(supersededBy ?? ''));
  const within = own.filter(({ effectiveDate }) => effectiveDate >= first && effectiveDate <= last);
  return [
    ...recurringOf(own, first, last, timeZone),
    ...within.flatMap((task) => [...orderAmounts(task), ...usageAmounts(task)]),
  ];
}

/** A product's quantity and price from a day on. */
interface Held {
  name: string;
  quantity: number;
  unitPrice: Decimal | undefined;
  order: Order | undefined;
}

function recurringOf(
  tasks: readonly TellingTask[],
  first: CalendarDate,
  last: CalendarDate,
  timeZone: string,
): SoldAmount[] {
  const amounts: SoldAmount[] = [];
  const start = tasks[0]?.effectiveDate;
  const grid = gridOf(chargingOf(tasks.at(-1)!.subscription));
  if (!grid || start === undefined) return [];
  for (let date = grid.startOnOrAfter(first > start ? first : start); date <= last; date = grid.startAfter(date)) {
    const held = new Map<string, Held>();
    for (const task of tasks) if (task.effectiveDate <= date) hold(held, task, timeZone);
    for (const [productKey, { name, quantity, unitPrice, order }] of held) {
      if (quantity === 0 || unitPrice === undefined) continue;
      amounts.push({
        subscriptionId: tasks[0]!.subscription.id,
        productKey,
        productName: name,
        kind: 'recurring',
        date,
        quantity,
        unitPrice,
        amount: wholeCycleAmount(order, productKey, date, tasks) ?? cents(times(unitPrice, quantity)),
      });
    }
  }
  return amounts;
}

/** What a sale or renewal of that very day charged for the whole period: tiers and discounts are in it. */
function wholeCycleAmount(
  order: Order | undefined,
  productKey: string,
  date: CalendarDate,
  tasks: readonly TellingTask[],
): Decimal | undefined {
  const task = tasks.find((one) => one.order === order && one.effectiveDate === date);
  const item = order?.items.find((one) => one.productKey === productKey);
  if (!order || !task || !item || (order.type !== 'sales' && order.type !== 'renewal')) return undefined;
  const net = netOf(linesOf(order, item, order.items.length === 1).filter(isRecurringMoney));
  return net === undefined ? undefined : cents(net);
}

function hold(
  held: Map<string, Held>,
  { order, subscription, source, effectiveDate }: TellingTask,
  zone: string,
): void {
  const priceOf = (productKey: string) =>
    subscription.items.find((item) => item.productKey === productKey)?.unitPrice ?? held.get(productKey)?.unitPrice;
  const set = (productKey: string, name: string, quantity: number, from?: Order) =>
    held.set(productKey, {
      name,
      quantity,
      unitPrice: priceOf(productKey),
      order: from ?? held.get(productKey)?.order,
    });
  const ends =
    source === 'expiry' ||
    (order?.type === 'cancellation' &&
      (hasEnded(subscription) ||
        effectiveDate > dayIn(zone, order.completedAt ?? order.createdAt) ||
        order.items.length === 0));
  if (ends) for (const [key, one] of held) held.set(key, { ...one, quantity: 0 });
  else if (!order)
    for (const { productKey, name, quantity } of subscription.items) set(productKey, name, Number(quantity));
  else
    for (const item of order.items) {
      const target = subscription.items.find(
        (one) => item.newProductId !== undefined && one.productId === item.newProductId,
      );
      if (target) set(item.productKey, item.name, 0, order);
      if (target) set(target.productKey, target.name, Number(item.quantity), order);
      else set(item.productKey, item.name, Number(item.quantity), order);
    }
}

/** Fees always; recurring money where the day is no billing date, because then the period itself is charged. */
function orderAmounts({ order, subscription, effectiveDate: date }: TellingTask): SoldAmount[] {
  if (!order) return [];
  const charging = chargingOf(subscription);
  const isPeriodStart = charging.kind === 'units' && charging.grid.startsOn(date);
  const owners = [...order.items, ...subscription.items].map(({ productKey, productId, name, mpn }) => ({
    productKey,
    productId,
    name,
    ...(mpn === undefined ? {} : { mpn }),
  }));
  const products = owners.filter(
    (one, at) => owners.findIndex(({ productKey }) => productKey === one.productKey) === at,
  );
  return products.flatMap((product) => {
    const lines = linesOf(order, product, products.length === 1);
    const amount = (kind: SoldAmount['kind'], some: typeof lines): SoldAmount[] => {
      const net = netOf(some);
      if (net === undefined || sign(net) === 0) return [];
      const { productKey, name: productName } = product;
      const quantity = Number(sum(some.map((line) => line.quantity)));
      const told = { subscriptionId: subscription.id, productKey, productName, kind, date, quantity };
      return [{ ...told, amount: cents(net), orderNumber: order.number }];
    };
    return [
      ...(isPeriodStart ? [] : amount('part', lines.filter(isRecurringMoney))),
      ...amount(
        'setup',
        lines.filter((line) => line.feeType === 'setup' || isSetupRefund(line)),
      ),
      ...amount(
        'cancellation',
        lines.filter((line) => line.feeType === 'cancellationFee'),
      ),
      ...amount(
        'overuse',
        lines.filter((line) => line.feeType === 'overuse'),
      ),
    ];
  });
}

function usageAmounts({ usage = [], subscription, effectiveDate: date }: TellingTask): SoldAmount[] {
  return usage
    .filter(({ amount }) => !equal(amount, 0))
    .map((record) => {
      const item = subscription.items.find(({ productId }) => productId === record.productId);
      return {
        subscriptionId: subscription.id,
        productKey: item?.productKey ?? record.productId ?? record.mpn ?? 'usage',
        productName: item?.name ?? record.mpn ?? 'Usage',
        kind: 'usage',
        date,
        quantity: Number(record.quantity),
        unitPrice: record.unitPrice,
        amount: cents(record.amount),
      } satisfies SoldAmount;
    });
}

function gridOf(charging: Charging) {
  return charging.kind === 'units' ? charging.grid : undefined;
}
