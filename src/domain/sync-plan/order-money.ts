import { daysInclusive, type CalendarDate } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import type { Order, OrderLine } from '../marketplace/order.js';
import { periodMonths } from '../marketplace/period.js';
import { sign, sum, type Decimal } from '../money/money.js';

/** Kinds of financial lines that make up a product's recurring and prorated amount (DESIGN §6 Money). */
const RECURRING: ReadonlySet<string> = new Set(['recurring', 'prorated', 'refund', 'discount', 'adjustment']);

/** A product as order lines name it. */
export interface LineOwner {
  productId?: string | undefined;
  mpn?: string | undefined;
}

/** The order's lines of a product; of the only product also the lines that name none. */
export function linesOf(order: Pick<Order, 'lines'>, owner: LineOwner, isOnlyProduct: boolean): OrderLine[] {
  return order.lines.filter((line) => {
    if (line.productId === undefined && line.mpn === undefined) return isOnlyProduct;
    if (line.productId !== undefined && owner.productId !== undefined) return line.productId === owner.productId;
    return line.mpn !== undefined && line.mpn === owner.mpn;
  });
}

/** True for lines that belong to the recurring money of a product; a refunded setup fee does not. */
export function isRecurringMoney(line: OrderLine): boolean {
  return RECURRING.has(line.feeType) && !isSetupRefund(line);
}

/** A refund of a setup fee, which nets with setup fees and with nothing else. */
export function isSetupRefund(line: OrderLine): boolean {
  return line.feeType === 'refund' && line.sourceType.toLowerCase().startsWith('setup');
}

/** The net of lines, what the customer pays after discount and without tax; undefined without lines. */
export function netOf(lines: readonly OrderLine[]): Decimal | undefined {
  return lines.length === 0 ? undefined : sum(lines.map((line) => line.extendedPrice));
}

/**
 * Days a line's `duration` stands for, in the marketplace period it lies in; undefined where the line gives none or the
 * unit has no length.
 */
export function durationDays(
  line: OrderLine,
  grid: BillingGrid,
  day: CalendarDate,
  months: number,
): number | undefined {
  if (!line.duration) return undefined;
  const count = Number(line.duration.count);
  const { unit } = line.duration;
  if (unit === 'day') return count;
  const length = periodMonths({ unit, count: 1 });
  if (length === undefined) return undefined;
  const period = grid.containing(day);
  return (count * length * daysInclusive(period.first, period.last)) / months;
}

/** True when a line charges a whole cycle: it gives no duration, or one of the cycle's length. */
export function isWholeCycle(line: OrderLine, months: number | undefined): boolean {
  if (!line.duration) return line.feeType === 'recurring';
  const length = periodMonths({ unit: line.duration.unit, count: 1 });
  if (length === undefined || months === undefined) return false;
  return Math.abs(Number(line.duration.count) * length - months) < 0.0005;
}

/** Lines of kinds nobody here can place, with an amount: shown, so that they are not dropped silently. */
export function unplacedLines(order: Order): OrderLine[] {
  return order.lines.filter((line) => line.feeType === 'other' && sign(line.extendedPrice) !== 0);
}
