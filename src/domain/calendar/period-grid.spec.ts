import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dateOfEpochDay } from './calendar-date.js';
import { DayGrid, PeriodGrid } from './period-grid.js';

const date = fc.integer({ min: 15_000, max: 25_000 }).map((epoch) => dateOfEpochDay(epoch));
const grid = fc.oneof(
  fc
    .record({ anchor: date, months: fc.constantFrom(1, 2, 3, 6, 12, 36) })
    .map((g) => new PeriodGrid(g.anchor, g.months)),
  fc.record({ anchor: date, days: fc.integer({ min: 1, max: 90 }) }).map((g) => new DayGrid(g.anchor, g.days)),
);

describe('a billing grid', () => {
  it('has every day in exactly one period, and periods follow each other without a gap', () => {
    fc.assert(
      fc.property(grid, date, (some, day) => {
        const period = some.containing(day);
        expect(period.first <= day && day <= period.last).toBe(true);
        expect(some.period(period.index)).toEqual(period);
        expect(some.period(period.index + 1).first).toBe(addDays(period.last, 1));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the next period start after, and on or after, a day', () => {
    const monthly = new PeriodGrid('2027-01-15', 1);
    expect(monthly.startAfter('2027-03-15')).toBe('2027-04-15');
    expect(monthly.startOnOrAfter('2027-03-15')).toBe('2027-03-15');
    expect(monthly.startOnOrAfter('2027-03-16')).toBe('2027-04-15');
    expect(monthly.startsOn('2026-12-15')).toBe(true);
    expect(monthly.startsOn('2026-12-16')).toBe(false);
  });

  it('returns to the 31st after a short month', () => {
    const monthly = new PeriodGrid('2027-01-31', 1);
    expect(monthly.containing('2027-02-28')).toEqual({ index: 1, first: '2027-02-28', last: '2027-03-30' });
    expect(monthly.containing('2027-03-31')).toEqual({ index: 2, first: '2027-03-31', last: '2027-04-29' });
  });
});
