import { createHash } from 'node:crypto';
import { addDays, isDay } from '../kit/calendar.js';
import { Decimal } from '../kit/decimal.js';
import type { Store } from '../kit/store.js';
import { isUsageBilled, listPrices } from './order-money.js';
import { day, decimal, findProduct, oneOf, text } from './order-request.js';
import { SandboxProblem } from './problem.js';
import type { ReportRow, SubscriptionRow, UsageRow } from './simple-api.types.js';

/**
 * Usage and the reports that carry it (reference/marketplace-platforms.md §2.9). The reseller has one report
 * configured; a run of it holds the rows whose period touches the run's days, fixed when the run completes.
 */

/** The name of the one configured report. */
export const USAGE_REPORT = 'Usage and overuse';

/** A published run reaches so far back; files are kept about that long. */
const KEPT_DAYS = 90;

type Json = Record<string, unknown>;

/**
 * Adds one row of usage. Price and cost default to the product's list (overuse price for `overuse`), the product to
 * the subscription's only one, the kind to `usage` for products billed by usage and `overuse` for others.
 *
 * @throws SandboxProblem 400 with a sentence naming what is wrong.
 */
export function addUsage(store: Store, body: Json): UsageRow {
  const subscription = store.get<SubscriptionRow>('subscriptions', text(body, 'subscriptionId') ?? '');
  if (!subscription) throw new SandboxProblem(400, `There is no subscription "${String(body['subscriptionId'])}".`);
  const product = findProduct(body, subscription, store);
  const kind =
    oneOf(body, 'kind', ['usage', 'overuse'] as const) ?? (isUsageBilled(subscription) ? 'usage' : 'overuse');
  const periodStart = day(body, 'periodStart');
  const periodEnd = day(body, 'periodEnd');
  if (periodStart === undefined || periodEnd === undefined || periodEnd < periodStart)
    throw new SandboxProblem(400, 'periodStart and periodEnd (the last day covered) are dates, the end not earlier.');
  const quantity = decimal(body, 'quantity');
  if (quantity === undefined) throw new SandboxProblem(400, 'quantity is missing.');
  const listed = (prices: typeof product.prices) =>
    (kind === 'overuse' ? listPrices(prices, 'overuse', subscription.currency)[0] : undefined) ??
    listPrices(prices, 'recurring', subscription.currency)[0];
  const unitPrice = decimal(body, 'unitPrice') ?? listed(product.prices)?.amount ?? '0.00';
  return store.put<UsageRow>('usage', {
    id: String(store.nextId('usage', 1)),
    subscriptionId: subscription.id,
    mpn: product.mpn ?? null,
    productId: product.id,
    kind,
    periodStart,
    periodEnd,
    quantity: Number(quantity),
    unitPrice,
    unitCost: decimal(body, 'unitCost') ?? listed(product.costs)?.amount ?? '0.00',
    amount: Decimal.of(unitPrice).times(Decimal.of(quantity)).toFixed(2),
    currency: subscription.currency,
  });
}

/** A completed run as the daily generator makes it: everything of the last 90 days. */
export function publishRun(store: Store, at: string): ReportRow {
  const today = at.slice(0, 10);
  const run = newRun(store, at, 'daily', addDays(today, -KEPT_DAYS), today);
  return store.put('reports', completed(store, run));
}

/**
 * Asks for a run of a configured report. It is `submitted` in the answer and complete when read again.
 *
 * @throws SandboxProblem 400 for a report that is not configured, a missing start or another format than JSON.
 */
export function requestRun(store: Store, body: Json, at: string): ReportRow {
  const name = text(body, 'name');
  if (name !== USAGE_REPORT)
    throw new SandboxProblem(400, `No report named "${name ?? ''}" is configured; there is "${USAGE_REPORT}".`);
  if ((text(body, 'format') ?? 'json') !== 'json') throw new SandboxProblem(400, 'This report is made as json only.');
  const from = dayOfInstant(body, 'startDate');
  if (from === undefined) throw new SandboxProblem(400, 'startDate is missing.');
  return store.put('reports', newRun(store, at, 'onetime', from, dayOfInstant(body, 'endDate') ?? at.slice(0, 10)));
}

/** Completes what was submitted before; call it ahead of every read. */
export function finishRuns(store: Store): void {
  for (const run of store.all<ReportRow>('reports'))
    if (run.status === 'submitted') store.put('reports', completed(store, run));
}

/** The rows of a run's file. */
export function runRows(store: Store, run: ReportRow): Omit<UsageRow, 'id'>[] {
  return run.rowIds.flatMap((id) => {
    const row = store.get<UsageRow>('usage', id);
    if (!row) return [];
    const { id: _id, ...fields } = row;
    return [fields];
  });
}

function completed(store: Store, run: ReportRow): ReportRow {
  const from = run.startDate.slice(0, 10);
  const to = run.endDate.slice(0, 10);
  const rows = store.all<UsageRow>('usage').filter((row) => row.periodStart <= to && row.periodEnd >= from);
  return { ...run, status: 'completed', rowIds: rows.map((row) => row.id) };
}

/** Two runs of one millisecond would leave nobody able to tell the newer one. */
function laterThanEveryRun(store: Store, at: string): string {
  const last = store
    .all<ReportRow>('reports')
    .reduce((latest, run) => (run.creationDate > latest ? run.creationDate : latest), '');
  return at > last ? at : new Date(Date.parse(last) + 1).toISOString();
}

function newRun(store: Store, at: string, type: ReportRow['type'], from: string, to: string): ReportRow {
  const hash = createHash('sha256')
    .update(`report ${store.nextId('report')}`)
    .digest('hex');
  return {
    id: hash.slice(0, 32).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5'),
    name: USAGE_REPORT,
    customizationName: USAGE_REPORT,
    status: 'submitted',
    type,
    format: 'json',
    creationDate: laterThanEveryRun(store, at),
    startDate: `${from}T00:00:00.000Z`,
    endDate: `${to}T23:59:59.999Z`,
    signature: hash.slice(32),
    rowIds: [],
  };
}

function dayOfInstant(body: Json, name: string): string | undefined {
  const value = text(body, name);
  if (value === undefined) return undefined;
  const instant = isDay(value) ? value : Number.isNaN(Date.parse(value)) ? undefined : new Date(value).toISOString();
  if (instant === undefined) throw new SandboxProblem(400, `${name} must be a date or an instant.`);
  return instant.slice(0, 10);
}
