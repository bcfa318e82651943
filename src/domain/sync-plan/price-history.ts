import type { CalendarDate } from '../calendar/calendar-date.js';
import { decimal, type Decimal } from '../money/money.js';
import type { LinePriceStep } from './sync-facts.js';

interface PricePoint {
  from: CalendarDate;
  value: Decimal;
  effective: CalendarDate | undefined;
}

/**
 * What we wrote as price and cost of one line, by day. A price written for a day also replaces everything written before
 * for later days, as Autotask does it.
 */
export class PriceHistory {
  private readonly steps: readonly LinePriceStep[];
  private readonly known = new Map<string, readonly PricePoint[]>();
  private readonly hasOwn: boolean;

  constructor(
    steps: readonly LinePriceStep[],
    private readonly ownTaskId: string,
  ) {
    this.steps = [...steps].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    this.hasOwn = steps.some((step) => step.taskId === ownTaskId);
  }

  /** The price that holds on a day; `before` leaves out this task's own steps. */
  priceOn(date: CalendarDate, view: 'full' | 'before'): Decimal | undefined {
    return on(this.points('unitPrice', view), date);
  }

  /** A figure before this task on a day by the day it was written for. */
  before(figure: 'unitPrice' | 'unitCost', date: CalendarDate): Decimal | undefined {
    return on(this.points(figure, 'before'), date);
  }

  /**
   * The figure in force before this task, also where it was written for a later day because an earlier one was posted or
   * taken. Prices ordered ahead, for a renewal, are not in force yet.
   *
   * @param known the later of the change's effective day and the day its state was read.
   */
  inForce(figure: 'unitPrice' | 'unitCost', known: CalendarDate): Decimal | undefined {
    return this.points(figure, 'before').findLast((point) => !isAhead(point, known))?.value;
  }

  /** True when a price was ordered ahead, which a price written now would replace. */
  hasPriceAhead(known: CalendarDate): boolean {
    return this.points('unitPrice', 'before').some((point) => isAhead(point, known));
  }

  /** The price after the last step. */
  lastPrice(): Decimal | undefined {
    return this.points('unitPrice', 'full').at(-1)?.value;
  }

  /** The days from which this task wrote a price or a cost. */
  ownDays(): CalendarDate[] {
    return this.steps.filter((step) => step.taskId === this.ownTaskId).map((step) => step.from);
  }

  /** True when this task wrote the figure. */
  wroteItself(figure: 'unitPrice' | 'unitCost'): boolean {
    return this.steps.some((step) => step.taskId === this.ownTaskId && step[figure] !== undefined);
  }

  /** The price this task wrote; undefined when it wrote none. */
  ownPrice(): Decimal | undefined {
    const own = this.steps.findLast((step) => step.taskId === this.ownTaskId && step.unitPrice !== undefined);
    return own?.unitPrice === undefined ? undefined : decimal(own.unitPrice);
  }

  /** The days on which the price changes, for showing windows with their price. */
  priceDays(): CalendarDate[] {
    return this.points('unitPrice', 'full').map((point) => point.from);
  }

  private points(figure: 'unitPrice' | 'unitCost', view: 'full' | 'before'): readonly PricePoint[] {
    const key = figure + (this.hasOwn ? view : 'full');
    let points = this.known.get(key);
    if (!points) this.known.set(key, (points = this.pointsOf(figure, view)));
    return points;
  }

  private pointsOf(figure: 'unitPrice' | 'unitCost', view: 'full' | 'before'): PricePoint[] {
    let points: PricePoint[] = [];
    for (const step of this.steps) {
      const value = step[figure];
      if (value === undefined || (view === 'before' && step.taskId === this.ownTaskId)) continue;
      points = [
        ...points.filter((point) => point.from < step.from),
        { from: step.from, value: decimal(value), effective: step.effective },
      ];
    }
    return points;
  }
}

function isAhead(point: PricePoint, known: CalendarDate): boolean {
  return point.effective !== undefined && point.effective > known;
}

function on(points: readonly PricePoint[], date: CalendarDate): Decimal | undefined {
  let value: Decimal | undefined;
  for (const point of points) {
    if (point.from > date) break;
    value = point.value;
  }
  return value;
}
