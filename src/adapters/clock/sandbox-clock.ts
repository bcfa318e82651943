import { Agent } from 'node:http';
import axios, { AxiosError, type AxiosInstance } from 'axios';
import { dayIn, type CalendarDate, type Instant } from '../../domain/calendar/calendar-date.js';
import { Clock } from '../../ports/clock.port.js';

/** How often the sandbox is asked before its silence counts. */
const TRIES = 3;

/**
 * Rehearsal: business time is the sandbox's clock, asked each time, because a person may move it between two clicks
 * (DESIGN §9). Real time stays real for tokens, leases, time-outs and stamps.
 */
export class SandboxClock extends Clock {
  private readonly http: AxiosInstance;

  constructor(sandboxOrigin: string) {
    super();
    this.http = axios.create({
      baseURL: sandboxOrigin,
      timeout: 5000,
      proxy: false,
      // A kept connection may be closed at the very moment of the question; no plan should fail for that.
      httpAgent: new Agent({ keepAlive: false }),
    });
  }

  now(): Date {
    return new Date();
  }

  /** Asks again where the connection breaks or the answer is late. @throws AxiosError when the sandbox does not run. */
  async businessNow(): Promise<Instant> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { data } = await this.http.get<{ now: string }>('/_sandbox/clock');
        return data.now;
      } catch (error) {
        if (!(error instanceof AxiosError) || error.response || attempt === TRIES) throw error;
      }
    }
  }

  async businessToday(timeZone: string): Promise<CalendarDate> {
    return dayIn(timeZone, await this.businessNow());
  }
}
