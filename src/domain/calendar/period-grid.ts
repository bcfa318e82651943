import {
  addDays,
  addMonths,
  dateOfEpochDay,
  daysBetween,
  epochDay,
  monthsBetween,
  type CalendarDate,
} from './calendar-date.js';

/** One period of a grid, both days included. */
export interface GridPeriod {
  /** 0 for the period that starts on the anchor; negative before it. */
  readonly index: number;
  readonly first: CalendarDate;
  readonly last: CalendarDate;
}

/** An endless row of neighbouring periods. */
export interface BillingGrid {
  /** The period with this index. */
  period(index: number): GridPeriod;
  /** The period that contains the day. */
  containing(date: CalendarDate): GridPeriod;
  /** True when a period starts on the day. */
  startsOn(date: CalendarDate): boolean;
  /** The first period start on or after the day. */
  startOnOrAfter(date: CalendarDate): CalendarDate;
  /** The first period start strictly after the day. */
  startAfter(date: CalendarDate): CalendarDate;
}

abstract class Grid implements BillingGrid {
  /** A plan asks for the same few periods dozens of times, so they are kept. */
  private readonly known = new Map<number, GridPeriod>();

  abstract containing(date: CalendarDate): GridPeriod;
  /** The first day of a period. */
  protected abstract firstOf(index: number): CalendarDate;

  period(index: number): GridPeriod {
    let period = this.known.get(index);
    if (!period) {
      period = { index, first: this.firstOf(index), last: addDays(this.firstOf(index + 1), -1) };
      this.known.set(index, period);
    }
    return period;
  }

  startsOn(date: CalendarDate): boolean {
    return this.containing(date).first === date;
  }

  startOnOrAfter(date: CalendarDate): CalendarDate {
    const period = this.containing(date);
    return period.first === date ? date : this.period(period.index + 1).first;
  }

  startAfter(date: CalendarDate): CalendarDate {
    return this.period(this.containing(date).index + 1).first;
  }
}

/**
 * Periods of `months` length, anchored on a day. Serves contract periods (anchor = contract start,
 * reference/autotask-rest-api §11.2) and marketplace billing periods (anchor = renewal date) alike. Month-ends are
 * clamped from the anchor's own day, so a grid on the 31st returns to the 31st after February.
 */
export class PeriodGrid extends Grid {
  constructor(
    readonly anchor: CalendarDate,
    readonly months: number,
  ) {
    super();
  }

  /** The grid, one object for many askers: plans of one contract or one billing day share what they look up. */
  static of(anchor: CalendarDate, months: number): PeriodGrid {
    const key = `${anchor}/${months}`;
    let grid = GRIDS.get(key);
    if (!grid) {
      if (GRIDS.size >= KEPT_GRIDS) GRIDS.clear();
      grid = new PeriodGrid(anchor, months);
      GRIDS.set(key, grid);
    }
    return grid;
  }

  containing(date: CalendarDate): GridPeriod {
    const period = this.period(Math.floor(monthsBetween(this.anchor, date) / this.months));
    if (period.first > date) return this.period(period.index - 1);
    return period.last < date ? this.period(period.index + 1) : period;
  }

  protected override firstOf(index: number): CalendarDate {
    return addMonths(this.anchor, index * this.months);
  }
}

const GRIDS = new Map<string, PeriodGrid>();
const KEPT_GRIDS = 1000;

/** Periods of `days` length, for marketplace cycles that count days. */
export class DayGrid extends Grid {
  constructor(
    readonly anchor: CalendarDate,
    readonly days: number,
  ) {
    super();
  }

  containing(date: CalendarDate): GridPeriod {
    return this.period(Math.floor(daysBetween(this.anchor, date) / this.days));
  }

  protected override firstOf(index: number): CalendarDate {
    return dateOfEpochDay(epochDay(this.anchor) + index * this.days);
  }
}
