import type { CalendarDate, Instant } from '../domain/calendar/calendar-date.js';

/**
 * Time. Business days follow the sandbox's clock while it is on; tokens, leases, time-outs and audit stamps always use
 * real time (DESIGN §9).
 */
export abstract class Clock {
  /** Real time, for stamps and leases. */
  abstract now(): Date;
  /** The business instant: real time in production, the sandbox's clock with SANDBOX=on. */
  abstract businessNow(): Promise<Instant>;
  /** The business day in a connection's zone. */
  abstract businessToday(timeZone: string): Promise<CalendarDate>;
}
