import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../calendar/calendar-date.js';

/** When scheduled checks run (FEATURES INS-5). */
export interface CheckSchedule {
  automation: 'off' | 'daily' | 'every5Minutes';
  /** 0–23, local hour of the daily check. */
  dailyHour: number;
}

const FIVE_MINUTES_MS = 5 * 60_000;
/** Daily checks start within this time after the chosen hour: near enough for people, wide enough to spread the load. */
const DAILY_SPREAD_MS = 30 * 60_000;

/**
 * The first scheduled check strictly after an instant: *daily* at the chosen hour of the connection's zone, *every 5
 * minutes* on a fixed grid, both moved by an offset of the connection's own so that connections do not all start at once
 * (DESIGN §8, FEATURES TSK-4). An hour that the zone skips that day counts from where the clock goes on; one that occurs
 * twice counts the first time.
 *
 * @param timeZone IANA name. @param after a business instant.
 * @returns undefined when automation is off. @throws RangeError for an unknown zone or an hour outside 0–23.
 */
export function nextCheckAt(
  schedule: CheckSchedule,
  timeZone: string,
  connectionId: string,
  after: Instant,
): Instant | undefined {
  switch (schedule.automation) {
    case 'off':
      return undefined;
    case 'every5Minutes': {
      const offset = offsetMs(connectionId, FIVE_MINUTES_MS);
      const since = Temporal.Instant.from(after).epochMilliseconds - offset;
      const next = (Math.floor(since / FIVE_MINUTES_MS) + 1) * FIVE_MINUTES_MS + offset;
      return Temporal.Instant.fromEpochMilliseconds(next).toString();
    }
    case 'daily':
      return nextDaily(schedule.dailyHour, timeZone, offsetMs(connectionId, DAILY_SPREAD_MS), after);
  }
}

function nextDaily(hour: number, timeZone: string, offset: number, after: Instant): Instant {
  const from = Temporal.Instant.from(after);
  // The offset may carry the run past midnight, so yesterday's run can still be ahead.
  let day = from.toZonedDateTimeISO(timeZone).toPlainDate().subtract({ days: 1 });
  for (;;) {
    const run = day
      .toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour }, { overflow: 'reject' }) })
      .toInstant()
      .add({ milliseconds: offset });
    if (Temporal.Instant.compare(run, from) > 0) return run.toString();
    day = day.add({ days: 1 });
  }
}

/** A whole second below `spread`, the same for one connection always (FNV-1a: even spread, no dependency). */
function offsetMs(connectionId: string, spread: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < connectionId.length; index += 1)
    hash = Math.imul(hash ^ connectionId.charCodeAt(index), 0x01000193) >>> 0;
  return (hash % (spread / 1000)) * 1000;
}
