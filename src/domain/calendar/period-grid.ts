import { addDays, addMonths, dateOfEpochDay, daysBetween, epochDay, type CalendarDate } from './calendar-date.js';

/** One period of a grid, both days included. */
export interface GridPeriod {
  /** 0 for the period that starts on the anchor; negative before it. */
  index: number;
  first: CalendarDate;
  last: CalendarDate;
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
  abstract period(index: number): GridPeriod;
  abstract containing(date: CalendarDate): GridPeriod;

  startsOn(date: CalendarDate): boolean {
    return this.containing(date).first === date;
  }

  startOnOrAfter(date: CalendarDate): CalendarDate {
    const period = this.containing(date);
    return period.first === date ? date : addDays(period.last, 1);
  }

  startAfter(date: CalendarDate): CalendarDate {
    return addDays(this.containing(date).last, 1);
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

  period(index: number): GridPeriod {
    const first = addMonths(this.anchor, index * this.months);
    return { index, first, last: addDays(addMonths(this.anchor, (index + 1) * this.months), -1) };
  }

  containing(date: CalendarDate): GridPeriod {
    const monthsApart =
      (Number(date.slice(0, 4)) - Number(this.anchor.slice(0, 4))) * 12 +
      (Number(date.slice(5, 7)) - Number(this.anchor.slice(5, 7)));
    let index = Math.floor(monthsApart / this.months);
    if (addMonths(this.anchor, index * this.months) > date) index -= 1;
    else if (addMonths(this.anchor, (index + 1) * this.months) <= date) index += 1;
    return this.period(index);
  }
}

/** Periods of `days` length, for marketplace cycles that count days. */
export class DayGrid extends Grid {
  constructor(
    readonly anchor: CalendarDate,
    readonly days: number,
  ) {
    super();
  }

  period(index: number): GridPeriod {
    const first = epochDay(this.anchor) + index * this.days;
    return { index, first: dateOfEpochDay(first), last: dateOfEpochDay(first + this.days - 1) };
  }

  containing(date: CalendarDate): GridPeriod {
    return this.period(Math.floor(daysBetween(this.anchor, date) / this.days));
  }
}
