import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextCheckAt, type CheckSchedule } from './schedule.js';

const DAILY: CheckSchedule = { automation: 'daily', dailyHour: 6 };
const OFTEN: CheckSchedule = { automation: 'every5Minutes', dailyHour: 6 };
const ID = '4f6e1c9a-0f0e-4f0a-9c1d-2b7a5d3e1f00';
const MINUTE = 60_000;

const at = (text: string | undefined): number => Date.parse(text!);
const offsetOf = (id: string): number =>
  at(nextCheckAt(DAILY, 'UTC', id, '2026-03-10T00:00:00Z')) - at('2026-03-10T06:00:00Z');

describe('nextCheckAt', () => {
  it('is never when automation is off', () => {
    expect(nextCheckAt({ automation: 'off', dailyHour: 6 }, 'UTC', ID, '2026-03-10T05:00:00Z')).toBeUndefined();
  });

  it('runs daily within half an hour after the chosen local hour', () => {
    const next = at(nextCheckAt(DAILY, 'Asia/Kolkata', ID, '2026-03-10T00:00:00Z'));
    const hour = at('2026-03-10T00:30:00Z'); // 06:00 in +05:30
    expect(next).toBe(hour + offsetOf(ID));
    expect(offsetOf(ID)).toBeGreaterThanOrEqual(0);
    expect(offsetOf(ID)).toBeLessThan(30 * MINUTE);
  });

  it("asks for the next day once today's time is there", () => {
    const today = nextCheckAt(DAILY, 'UTC', ID, '2026-03-10T00:00:00Z')!;
    expect(at(nextCheckAt(DAILY, 'UTC', ID, today)) - at(today)).toBe(24 * 60 * MINUTE);
  });

  it('keeps the local hour over a change to summer time', () => {
    const offset = offsetOf(ID);
    const before = at(nextCheckAt(DAILY, 'Europe/Berlin', ID, '2026-03-28T00:00:00Z'));
    const after = at(nextCheckAt(DAILY, 'Europe/Berlin', ID, new Date(before).toISOString()));
    expect(new Date(before - offset).toISOString()).toBe('2026-03-28T05:00:00.000Z');
    expect(new Date(after - offset).toISOString()).toBe('2026-03-29T04:00:00.000Z');
  });

  it('runs once on a day that skips the hour, and once on a day that has it twice', () => {
    const two: CheckSchedule = { automation: 'daily', dailyHour: 2 };
    const runs = (from: string, days: number): string[] => {
      const all: string[] = [];
      let next = from;
      while (all.length < days) {
        next = nextCheckAt(two, 'Europe/Berlin', ID, next)!;
        all.push(new Date(at(next) - offsetOf(ID)).toISOString());
      }
      return all;
    };
    expect(runs('2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z']);
    expect(runs('2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:00:00.000Z', '2026-10-26T01:00:00.000Z']);
  });

  it('does not lose the run whose offset carries it past midnight', () => {
    const late: CheckSchedule = { automation: 'daily', dailyHour: 23 };
    const run = at('2026-03-10T23:00:00Z') + offsetOf(ID);
    expect(at(nextCheckAt(late, 'UTC', ID, new Date(run - 1).toISOString()))).toBe(run);
    expect(at(nextCheckAt({ automation: 'daily', dailyHour: 0 }, 'UTC', ID, '2026-03-10T23:59:00Z'))).toBe(
      at('2026-03-11T00:00:00Z') + offsetOf(ID),
    );
  });

  it('runs every 5 minutes on a grid of its own', () => {
    let next = nextCheckAt(OFTEN, 'UTC', ID, '2026-03-10T00:00:00Z')!;
    expect(at(next) - at('2026-03-10T00:00:00Z')).toBeLessThanOrEqual(5 * MINUTE);
    for (let run = 0; run < 5; run += 1) {
      const following = nextCheckAt(OFTEN, 'UTC', ID, next)!;
      expect(at(following) - at(next)).toBe(5 * MINUTE);
      next = following;
    }
  });

  it('spreads connections over the whole time', () => {
    const seconds = new Set<number>();
    for (let index = 0; index < 400; index += 1)
      seconds.add(at(nextCheckAt(OFTEN, 'UTC', `connection-${index}`, '2026-03-10T00:00:00Z')) % (5 * MINUTE));
    expect(seconds.size).toBeGreaterThan(150);
  });

  it('is always later than the instant, by at most one interval, and the same for the same input', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        zones,
        fc.uuid(),
        fc.integer({ min: 0, max: 23 }),
        fc.constantFrom('daily' as const, 'every5Minutes' as const),
        (after, zone, id, dailyHour, automation) => {
          const text = after.toISOString();
          const next = at(nextCheckAt({ automation, dailyHour }, zone, id, text));
          expect(next).toBeGreaterThan(after.getTime());
          expect(next - after.getTime()).toBeLessThanOrEqual(automation === 'daily' ? 26 * 60 * MINUTE : 5 * MINUTE);
          expect(at(nextCheckAt({ automation, dailyHour }, zone, id, text))).toBe(next);
        },
      ),
    );
  });

  it('refuses an unknown zone and an impossible hour', () => {
    expect(() => nextCheckAt(DAILY, 'Mars/Olympus', ID, '2026-03-10T00:00:00Z')).toThrow(RangeError);
    expect(() => nextCheckAt({ automation: 'daily', dailyHour: 24 }, 'UTC', ID, '2026-03-10T00:00:00Z')).toThrow(
      RangeError,
    );
  });
});
