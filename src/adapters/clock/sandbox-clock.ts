import axios, { type AxiosInstance } from 'axios';
import { dayIn, type CalendarDate, type Instant } from '../../domain/calendar/calendar-date.js';
import { Clock } from '../../ports/clock.port.js';

/**
 * Rehearsal: business time is the sandbox's clock, asked each time, because a person may move it between two clicks
 * (DESIGN §9). Real time stays real for tokens, leases, time-outs and stamps.
 */
export class SandboxClock extends Clock {
  private readonly http: AxiosInstance;

  constructor(sandboxOrigin: string) {
    super();
    this.http = axios.create({ baseURL: sandboxOrigin, timeout: 5000, proxy: false });
  }

  now(): Date {
    return new Date();
  }

  /** @throws AxiosError when the sandbox does not run. */
  async businessNow(): Promise<Instant> {
    const { data } = await this.http.get<{ now: string }>('/_sandbox/clock');
    return data.now;
  }

  async businessToday(timeZone: string): Promise<CalendarDate> {
    return dayIn(timeZone, await this.businessNow());
  }
}
