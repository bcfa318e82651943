import { periodTypeMonths } from '../../src/domain/autotask/entities.js';
import { addDays, daysInclusive, type CalendarDate } from '../../src/domain/calendar/calendar-date.js';
import { PeriodGrid } from '../../src/domain/calendar/period-grid.js';
import { prorate, sum, times, minus, type Decimal } from '../../src/domain/money/money.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

/**
 * What Autotask bills of one line from contract start to end: an item for the value at each period's start and one for
 * each change inside it, (units × price after − before) × remaining days ÷ days of the period, each rounded (DESIGN §9).
 *
 * @param startPrice price per unit before the first price step.
 */
export function billOfLine(facts: SyncFacts, lineId: number, startPrice: Decimal): Decimal {
  const contract = facts.contract!;
  const { startDate, endDate, periodType } = contract.contract;
  const grid = new PeriodGrid(startDate, periodTypeMonths(periodType ?? 2));
  const rows = contract.units.filter((row) => row.contractServiceId === lineId);
  const prices = facts.prices
    .filter((step) => step.contractServiceId === lineId && step.unitPrice !== undefined)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const valueOn = (day: CalendarDate): Decimal => {
    const units = rows.find((row) => row.startDate <= day && row.endDate >= day)?.units ?? 0;
    const price = prices.filter((step) => step.from <= day).at(-1)?.unitPrice ?? startPrice;
    return times(price, units);
  };
  const days = [...rows.map((row) => row.startDate), ...prices.map((step) => step.from)];
  const items: Decimal[] = [];
  for (let period = grid.period(0); period.first <= endDate; period = grid.period(period.index + 1)) {
    const last = period.last < endDate ? period.last : endDate;
    const whole = daysInclusive(period.first, period.last);
    const changes = [...new Set([period.first, ...days.filter((day) => day > period.first && day <= last)])].sort();
    changes.forEach((day) => {
      const before = day === period.first ? '0' : valueOn(addDays(day, -1));
      items.push(prorate(minus(valueOn(day), before), daysInclusive(day, last), whole));
    });
  }
  return sum(items);
}
