import { daysBetween } from '../calendar/calendar-date.js';
import { sign } from '../money/money.js';
import { isReplaceable, isSale, tookEffectAt, type KnownTask } from './known-task.js';
import { isBefore } from './order-window.js';
import { usageSeries } from './source-keys.js';

/** A task that another one replaces. */
export interface Superseding {
  taskId: string;
  by: string;
  /** One sentence for the Action Log. */
  reason: string;
}

/**
 * Which tasks of one subscription say what another one says already, so that no change becomes two (FEATURES TSK-2):
 *
 * - orders that took effect before an initial task read the subscription are in what it read (DESIGN §6 Guards);
 * - an end, a renewal or a price that the sweep found gives way to the order that announces it late; where the found end is already
 *   carried out, an order that adds no money gives way instead.
 * - a later report of a product's period holds everything an earlier one said, as long as nothing of it is charged.
 *
 * @param tasks every task of one subscription. @param fresh ids of those just made: only they replace or are replaced,
 * so that what a person restored stays restored.
 */
export function supersedings(tasks: readonly KnownTask[], fresh: ReadonlySet<string>): Superseding[] {
  const found = new Map<string, Superseding>();
  const replace = (task: KnownTask, by: KnownTask, reason: string): void => {
    if (isReplaceable(task) && !found.has(task.id)) found.set(task.id, { taskId: task.id, by: by.id, reason });
  };
  const initials = tasks.filter(({ source }) => source === 'initial');
  const orders = tasks.filter(({ source }) => source === 'order');
  for (const order of orders)
    for (const initial of initials)
      if (
        fresh.has(initial.id)
          ? order.effectiveDate <= initial.readOn
          : fresh.has(order.id) && isInWhatWasRead(order, initial)
      )
        replace(order, initial, 'It took effect before the subscription was first read; the initial task holds it.');
  for (const order of orders.filter(({ id }) => fresh.has(id) && !found.has(id)))
    for (const other of tasks) {
      if (other.source === 'expiry' && order.type === 'cancellation') {
        if (isReplaceable(other)) replace(other, order, 'The order that announces this end has come.');
        else if (other.state !== 'superseded' && !movesMoney(order))
          replace(order, other, 'The end of the subscription was found before its order came, and is dealt with.');
      }
      if (other.source === 'renewal' && tellsTerm(order, other))
        replace(other, order, 'The order that announces this renewal has come.');
      if (other.source === 'price' && tellsPrice(order, other))
        replace(other, order, 'The order that announces this price has come.');
    }
  for (const [earlier, latest] of correctedUsage(tasks, fresh))
    if (!earlier.hasWritten) replace(earlier, latest, 'A later report of the same period has come.');
  return [...found.values()];
}

/** Usage tasks with the fresh one that tells their product and period anew. */
function correctedUsage(tasks: readonly KnownTask[], fresh: ReadonlySet<string>): [KnownTask, KnownTask][] {
  const reports = tasks.flatMap((task) => {
    const key = usageSeries(task.sourceKey);
    return key ? [{ task, ...key }] : [];
  });
  return reports
    .filter(({ task }) => fresh.has(task.id))
    .flatMap((latest) =>
      reports
        .filter(({ series, revision }) => series === latest.series && revision < latest.revision)
        .map(({ task }): [KnownTask, KnownTask] => [task, latest.task]),
    );
}

/**
 * For an order that comes after the initial task: only what took effect before that reading is in it. An order that had
 * its task before the subscription was read needs no such comparison.
 */
function isInWhatWasRead(late: KnownTask, initial: KnownTask): boolean {
  if (!late.order || late.effectiveDate > initial.readOn) return false;
  return isBefore(tookEffectAt(late.order), initial.orderCreatedAt);
}

/** A renewal order of the same term; marketplaces and we may differ about its first day by a day or two. */
function tellsTerm(order: KnownTask, found: KnownTask): boolean {
  return (
    order.order?.type === 'renewal' && Math.abs(daysBetween(order.effectiveDate, found.effectiveDate)) <= TERM_DAYS
  );
}

const TERM_DAYS = 3;

/** The order names the product and took effect before the price was found. */
function tellsPrice(order: KnownTask, found: KnownTask): boolean {
  if (!order.order || isBefore(found.orderCreatedAt, tookEffectAt(order.order))) return false;
  if (order.type !== 'change' && !isSale(order)) return false;
  return order.order.items.some(({ productKey }) => found.sourceKey.includes(`:${productKey}:`));
}

function movesMoney(task: KnownTask): boolean {
  return (task.order?.lines ?? []).some(
    ({ feeType, extendedPrice }) => feeType !== 'ignored' && sign(extendedPrice) !== 0,
  );
}
