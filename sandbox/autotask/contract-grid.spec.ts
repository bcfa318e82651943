import { describe, expect, it } from 'vitest';
import { monthsOf, periods, shareOf, windows, type Step } from './contract-grid.js';

const grid = (startDate: string, endDate: string, months = 1, cuts: string[] = []) =>
  periods({ startDate, endDate, months, cuts });
const spans = (found: { start: string; end: string }[]) => found.map(({ start, end }) => `${start}–${end}`);
const step = (date: string, units: number, more: Partial<Step> = {}): Step => ({
  date,
  units,
  adjustmentId: 1,
  ...more,
});

describe('periods', () => {
  it('start on the anchor day and end with the contract', () => {
    expect(spans(grid('2027-01-15', '2027-03-20'))).toEqual([
      '2027-01-15–2027-02-14',
      '2027-02-15–2027-03-14',
      '2027-03-15–2027-03-20',
    ]);
    expect(grid('2027-01-15', '2027-03-20').map(({ days }) => days)).toEqual([31, 28, 31]);
  });

  it('clamp to the last day of shorter months and return to the anchor, leap years included', () => {
    expect(grid('2028-01-31', '2028-04-30').map(({ start }) => start)).toEqual([
      '2028-01-31',
      '2028-02-29',
      '2028-03-31',
      '2028-04-30',
    ]);
    expect(grid('2027-11-30', '2028-11-29', 3).map(({ start }) => start)).toEqual([
      '2027-11-30',
      '2028-02-29',
      '2028-05-30',
      '2028-08-30',
    ]);
  });

  it('are one for a contract of one day, and none before it', () => {
    expect(spans(grid('2027-05-05', '2027-05-05'))).toEqual(['2027-05-05–2027-05-05']);
    expect(grid('2027-05-05', '2027-05-04')).toEqual([]);
  });

  it('are cut where an extension followed a posting, with the days of the whole', () => {
    const found = grid('2027-01-01', '2027-02-28', 1, ['2027-02-15']);
    expect(spans(found)).toEqual(['2027-01-01–2027-01-31', '2027-02-01–2027-02-14', '2027-02-15–2027-02-28']);
    expect(found.map(({ days }) => days)).toEqual([31, 28, 28]);
  });

  it('know the months of each period type', () => {
    expect([2, 3, 4, 5, null].map(monthsOf)).toEqual([1, 3, 6, 12, 1]);
  });
});

describe('windows', () => {
  const q1 = grid('2027-01-01', '2027-03-31');

  it('split a period where a step falls inside it and carry on', () => {
    const found = windows(q1, [step('2027-01-01', 3), step('2027-02-10', 2, { price: 9 })], { price: 7, cost: 1 });
    expect(found.map(({ start, end, units, price }) => [start, end, units, price])).toEqual([
      ['2027-01-01', '2027-01-31', 3, 7],
      ['2027-02-01', '2027-02-09', 3, 7],
      ['2027-02-10', '2027-02-28', 5, 9],
      ['2027-03-01', '2027-03-31', 5, 9],
    ]);
  });

  it('split off the last day of a period', () => {
    const found = windows(q1, [step('2027-01-01', 3), step('2027-01-31', 1)], { price: 7, cost: 1 });
    expect(found.slice(0, 3).map(({ start, end, units }) => [start, end, units])).toEqual([
      ['2027-01-01', '2027-01-30', 3],
      ['2027-01-31', '2027-01-31', 4],
      ['2027-02-01', '2027-02-28', 4],
    ]);
  });

  it('know whether the line has begun', () => {
    const steps = [step('2027-01-10', 0, { price: 5 }), step('2027-02-01', 2), step('2027-03-01', -2)];
    expect(windows(q1, steps, { price: 7, cost: 1 }).map(({ units, begun }) => [units, begun])).toEqual([
      [0, false],
      [0, false],
      [2, true],
      [0, true],
    ]);
  });
});

describe('shares', () => {
  const [january] = grid('2027-01-01', '2027-01-31');

  it('count days inclusive over the days of the period', () => {
    expect(shareOf(january!, '2027-01-17', '2027-01-31', 'calendarDays')).toEqual({ part: 15, whole: 31 });
    expect(shareOf(january!, '2027-01-01', '2027-01-31', 'calendarDays')).toEqual({ part: 31, whole: 31 });
  });

  it('count thirty days a month, a whole period being whole', () => {
    expect(shareOf(january!, '2027-01-17', '2027-01-31', 'thirtyDays')).toEqual({ part: 15, whole: 30 });
    expect(shareOf(january!, '2027-01-01', '2027-01-31', 'thirtyDays')).toEqual({ part: 31, whole: 31 });
  });
});
