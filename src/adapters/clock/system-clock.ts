import { Injectable } from '@nestjs/common';
import { dayIn, type CalendarDate, type Instant } from '../../domain/calendar/calendar-date.js';
import { Clock } from '../../ports/clock.port.js';

/** Production: business time is real time. */
@Injectable()
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }

  async businessNow(): Promise<Instant> {
    return await Promise.resolve(this.now().toISOString());
  }

  async businessToday(timeZone: string): Promise<CalendarDate> {
    return dayIn(timeZone, await this.businessNow());
  }
}
