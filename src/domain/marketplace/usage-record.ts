import type { CalendarDate } from '../calendar/calendar-date.js';
import type { Decimal } from '../money/money.js';

/** One row of a usage report (DESIGN §9). */
export interface UsageRecord {
  subscriptionId: string;
  productId?: string;
  mpn?: string;
  kind: string;
  periodStart: CalendarDate;
  periodEnd: CalendarDate;
  quantity: Decimal;
  unitPrice: Decimal;
  unitCost?: Decimal;
  amount: Decimal;
  currency: string;
}
