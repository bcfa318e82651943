import type { CalendarDate, Instant } from '../calendar/calendar-date.js';
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
  /** When the report run that holds it was made: of two rows about one thing the later one counts. */
  reportedAt?: Instant;
}

/** A product as usage rows name it. */
type UsageProduct = Pick<UsageRecord, 'productId' | 'mpn'>;

/** True when two rows are about one product; a report may name it by id, by article, or by both. */
export function isSameProduct(a: UsageProduct, b: UsageProduct): boolean {
  if (a.productId !== undefined && b.productId !== undefined) return a.productId === b.productId;
  if (a.mpn !== undefined && b.mpn !== undefined) return a.mpn === b.mpn;
  return a.productId === b.productId && a.mpn === b.mpn;
}

/** Overuse is charged apart from usage; every other word for a row is usage. */
export function usageKind(record: Pick<UsageRecord, 'kind'>): 'usage' | 'overuse' {
  return record.kind.toLowerCase() === 'overuse' ? 'overuse' : 'usage';
}
