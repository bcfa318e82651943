import type { UsageRecord } from '../../domain/marketplace/usage-record.js';
import type { CalendarDate } from '../../domain/calendar/calendar-date.js';
import { sign, unitPriceOf } from '../../domain/money/money.js';
import { dropUndefined } from '../http/drop-undefined.js';
import { WireRecord, type ReadingContext } from './wire-record.js';

/** A completed run of a report (reference/marketplace-platforms §2.9). */
export interface ReportRun {
  id: string;
  name: string;
  format: string;
  createdAt: string;
  downloadUrl?: string;
}

/** A row of the report list with the days it covers; undefined while it is not complete. */
export function completedRun(
  value: unknown,
  context: ReadingContext,
): (ReportRun & { first?: CalendarDate; last?: CalendarDate }) | undefined {
  const id = new WireRecord('a report', value, context).requiredText('id');
  const r = new WireRecord(`report ${id}`, value, context);
  if (r.text('status') !== 'completed') return undefined;
  return dropUndefined({
    id,
    name: r.text('name') ?? id,
    format: r.text('format') ?? '',
    createdAt: r.instant('creationDate') ?? '',
    downloadUrl: r.text('downloadUrl'),
    first: r.day('startDate'),
    last: r.day('endDate'),
  });
}

/** Columns without which a row is no usage. */
const COLUMNS = ['subscriptionId', 'kind', 'periodStart', 'periodEnd', 'quantity', 'amount', 'currency'];

/**
 * Rows of a report file. A file of another data set, whose first row lacks a usage column, gives undefined; within a
 * usage file a row that cannot be read is an error, since leaving it out would leave money out.
 *
 * @throws MarketplaceAnswerUnexpectedError
 */
export function usageRows(value: unknown, run: ReportRun, context: ReadingContext): UsageRecord[] | undefined {
  const rows: unknown = Array.isArray(value) ? value : (value as { data?: unknown } | null)?.data;
  if (!Array.isArray(rows)) return undefined;
  const first: unknown = rows[0];
  if (first === undefined) return [];
  if (typeof first !== 'object' || first === null || !COLUMNS.every((column) => column in first)) return undefined;
  return rows.map((row: unknown, index) =>
    usageRow(new WireRecord(`report ${run.id}, row ${index + 1}`, row, context), run.createdAt || undefined),
  );
}

function usageRow(r: WireRecord, reportedAt: string | undefined): UsageRecord {
  const quantity = r.decimal('quantity');
  const amount = r.decimal('amount');
  if (quantity === undefined) throw r.unreadable('quantity', 'is missing');
  if (amount === undefined) throw r.unreadable('amount', 'is missing');
  return dropUndefined({
    subscriptionId: r.requiredText('subscriptionId'),
    productId: r.text('productId'),
    mpn: r.text('mpn'),
    kind: r.requiredText('kind'),
    periodStart: r.requiredDay('periodStart'),
    periodEnd: r.requiredDay('periodEnd'),
    quantity,
    unitPrice: r.decimal('unitPrice') ?? (sign(quantity) === 0 ? amount : unitPriceOf(amount, quantity)),
    unitCost: r.decimal('unitCost'),
    amount,
    currency: r.requiredText('currency'),
    reportedAt,
  });
}

/**
 * The newest revision of every group of rows. Runs of a report repeat earlier days with whatever is known by then, so
 * for one subscription, product, kind and period only the rows of the newest run that has any count – all of them,
 * since several rows of one run add up. A period is known by its first day: the same one with a later last day, or an
 * earlier one because the subscription ended, is the same period with more or less in it.
 *
 * @param runs oldest first. @returns rows in the order of their runs.
 */
export function newestRevisions(runs: readonly (readonly UsageRecord[])[]): UsageRecord[] {
  const newest = new Map<string, number>();
  runs.forEach((rows, index) => {
    for (const row of rows) newest.set(groupOf(row), index);
  });
  return runs.flatMap((rows, index) => rows.filter((row) => newest.get(groupOf(row)) === index));
}

function groupOf({ subscriptionId, productId, mpn, kind, periodStart }: UsageRecord): string {
  return JSON.stringify([subscriptionId, mpn ?? productId ?? '', kind, periodStart]);
}
