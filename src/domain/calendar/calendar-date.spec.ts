import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  calendarDate,
  dateOfEpochDay,
  dayIn,
  daysBetween,
  daysInclusive,
  epochDay,
  isCalendarDate,
} from './calendar-date.js';

const days = fc.integer({ min: -200_000, max: 400_000 }).map((epoch) => dateOfEpochDay(epoch));

describe('calendar days', () => {
  it('agree with Temporal on every sum of days and months', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -2000, max: 2000 }), (date, count) => {
        const plain = Temporal.PlainDate.from(date);
        expect(addDays(date, count)).toBe(plain.add({ days: count }).toString());
        expect(addMonths(date, count)).toBe(plain.add({ months: count }).toString());
      }),
      { numRuns: 500 },
    );
  });

  it('count the days between two of them as Temporal does', () => {
    fc.assert(
      fc.property(days, days, (from, to) => {
        expect(daysBetween(from, to)).toBe(Temporal.PlainDate.from(from).until(to, { largestUnit: 'day' }).days);
        expect(dateOfEpochDay(epochDay(from))).toBe(from);
      }),
      { numRuns: 500 },
    );
  });

  it('include both ends when they are counted as covered days', () => {
    expect(daysInclusive('2027-03-10', '2027-03-31')).toBe(22);
  });

  it('clamp month-ends from the anchor and come back to it', () => {
    expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
    expect(addMonths('2028-01-31', 2)).toBe('2028-03-31');
    expect(addMonths('2028-02-29', 12)).toBe('2029-02-28');
  });

  it('are the local days of an instant on both sides of UTC', () => {
    expect(dayIn('Pacific/Auckland', '2027-03-09T12:30:00Z')).toBe('2027-03-10');
    expect(dayIn('America/Los_Angeles', '2027-03-10T06:59:59Z')).toBe('2027-03-09');
    expect(dayIn('UTC', '2027-03-10T00:00:00.000Z')).toBe('2027-03-10');
  });

  it('refuse text that is no day', () => {
    expect(() => addDays('soon', 1)).toThrow(RangeError);
    expect(() => calendarDate('2027-02-30')).toThrow(RangeError);
    expect(() => dayIn('Nowhere/Town', '2027-03-10T00:00:00Z')).toThrow(RangeError);
    expect(() => dayIn('UTC', 'soon')).toThrow(RangeError);
    expect(['2027-02-29', '2027-13-01', '2027-3-1', '', undefined].some(isCalendarDate)).toBe(false);
    expect(isCalendarDate('2028-02-29')).toBe(true);
  });
});
