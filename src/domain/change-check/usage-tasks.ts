import { addMonths, type CalendarDate, type Instant } from '../calendar/calendar-date.js';
import { productKeyOf, type ProductKey } from '../marketplace/product.js';
import type { Subscription } from '../marketplace/subscription.js';
import { isSameProduct, usageKind, type UsageRecord } from '../marketplace/usage-record.js';
import { equal, sum } from '../money/money.js';
import type { SyncTaskState } from '../sync-task/sync-task-state.js';
import { isBefore } from './order-window.js';

/**
 * How far a reading of reports looks back beyond the one before: a run is listed once it is complete, and may have been
 * asked for days earlier.
 */
const OVERLAP_MS = 7 * 24 * 3_600_000;

/** What is kept of readings, so that the next one finds what is new and nothing else. */
export interface UsageMark {
  /** Periods that ended before this day are never charged: they were billed before this product came. */
  from: CalendarDate;
  /** The oldest run the next reading has to look at; undefined = every run there is. */
  reportsFrom?: Instant | undefined;
}

/** The mark before the first reading: like orders, one month back (FEATURES TSK-2). @param today of the connection. */
export function firstUsageMark(today: CalendarDate): UsageMark {
  return { from: addMonths(today, -1) };
}

/**
 * The mark after a reading: a week before it, and no later than the run of any row that could not be dealt with yet, for
 * no later run need repeat it.
 *
 * @param open rows whose period is not over, or whose subscription could not be read.
 */
export function nextUsageMark(mark: UsageMark, now: Instant, open: readonly UsageRecord[]): UsageMark {
  let reportsFrom: Instant = new Date(Date.parse(now) - OVERLAP_MS).toISOString();
  for (const { reportedAt } of open)
    if (reportedAt !== undefined && isBefore(reportedAt, reportsFrom)) reportsFrom = reportedAt;
  return { from: mark.from, reportsFrom };
}

/** True for a row that can be charged: its period is over, and was not before anybody looked. */
export function isChargeable(record: UsageRecord, mark: UsageMark, today: CalendarDate): boolean {
  return isOver(record, today) && record.periodEnd >= mark.from;
}

/** True when nothing can be added to the row's period any more. */
export function isOver(record: UsageRecord, today: CalendarDate): boolean {
  return record.periodEnd < today;
}

/** A usage task that exists, of one subscription. */
export interface KnownUsage {
  productKey: ProductKey;
  periodStart: CalendarDate;
  revision: number;
  state: SyncTaskState;
  usage: readonly UsageRecord[];
}

/** Usage that no task tells yet: the first report of a product's period, or a correction of an earlier one. */
export interface UsageFinding {
  productKey: ProductKey;
  /** For people. */
  productName: string;
  periodStart: CalendarDate;
  revision: number;
  /** Everything that is known of the period now, also what this report left as it was. */
  usage: UsageRecord[];
}

/**
 * The tasks that reported usage of one subscription becomes: one for each product and period, and one more whenever the
 * amount of a kind differs from what the newest task of that product and period says (FEATURES TSK-3, PSH-6). Pure; the
 * same rows again find nothing. A kind that a later report does not mention stays as it was: a report that was cut is no
 * credit.
 *
 * @param records chargeable rows, of each kind and period only the newest run's. @param known every usage task of it.
 */
export function usageFindings(
  subscription: Pick<Subscription, 'items' | 'billingPeriod' | 'subscriptionPeriod'>,
  records: readonly UsageRecord[],
  known: readonly KnownUsage[],
): UsageFinding[] {
  const findings: UsageFinding[] = [];
  for (const group of byProductAndPeriod(records)) {
    const first = group[0]!;
    const { periodStart } = first;
    const newest = newestOf(known, first);
    const told = newest?.usage ?? [];
    const kinds = new Set(group.map(usageKind));
    if ([...kinds].every((kind) => equal(amountOf(group, kind), amountOf(told, kind)))) continue;
    const item = subscription.items.find((one) => isSameProduct(one, first));
    findings.push({
      // A product that has left the subscription since keeps the name its first task gave it.
      productKey: newest?.productKey ?? item?.productKey ?? keyOf(first, subscription),
      productName: item?.name ?? first.productId ?? first.mpn ?? 'an unnamed product',
      periodStart,
      revision: (newest?.revision ?? 0) + 1,
      usage: [...told.filter((record) => !kinds.has(usageKind(record))), ...group],
    });
  }
  return findings;
}

/** The last covered day of some rows of one period. */
export function periodEndOf(usage: readonly UsageRecord[]): CalendarDate {
  return usage.reduce((end, { periodEnd }) => (periodEnd > end ? periodEnd : end), '');
}

function byProductAndPeriod(records: readonly UsageRecord[]): UsageRecord[][] {
  const groups: UsageRecord[][] = [];
  for (const record of records) {
    const group = groups.find(([first]) => first!.periodStart === record.periodStart && isSameProduct(first!, record));
    if (group) group.push(record);
    else groups.push([record]);
  }
  return groups.sort(([a], [b]) => (a!.periodStart < b!.periodStart ? -1 : a!.periodStart > b!.periodStart ? 1 : 0));
}

function newestOf(known: readonly KnownUsage[], record: UsageRecord): KnownUsage | undefined {
  let newest: KnownUsage | undefined;
  for (const one of known)
    if (
      one.periodStart === record.periodStart &&
      one.usage.some((told) => isSameProduct(told, record)) &&
      (!newest || one.revision > newest.revision)
    )
      newest = one;
  return newest;
}

function amountOf(records: readonly UsageRecord[], kind: 'usage' | 'overuse'): string {
  return sum(records.filter((record) => usageKind(record) === kind).map((record) => record.amount));
}

/** The key of a product that the subscription does not list (any more). */
function keyOf(
  { productId, mpn }: UsageRecord,
  { billingPeriod, subscriptionPeriod }: Pick<Subscription, 'billingPeriod' | 'subscriptionPeriod'>,
): ProductKey {
  return productKeyOf({ id: productId ?? '', mpn, billingPeriod, subscriptionPeriod });
}

/** States of a task after which its usage counts as charged: written, about to be, or dealt with by a person. */
const CHARGED: ReadonlySet<SyncTaskState> = new Set(['running', 'uncertain', 'synced', 'ignored']);

/**
 * What other tasks of a usage task's product and period mean for it.
 *
 * @param known every usage task of the subscription except itself.
 * @returns `previous`: the rows that are charged, or will be before it; `overtaken`: a later revision is charged, so that
 * charging this one would undo it.
 */
export function usageBefore(
  own: Pick<KnownUsage, 'productKey' | 'periodStart' | 'revision'>,
  known: readonly KnownUsage[],
): { previous: readonly UsageRecord[]; overtaken: boolean } {
  const others = known.filter(
    (one) => one.productKey === own.productKey && one.periodStart === own.periodStart && one.state !== 'superseded',
  );
  const before = others.filter(({ revision }) => revision < own.revision);
  const previous = before.reduce<KnownUsage | undefined>(
    (newest, one) => (newest && newest.revision > one.revision ? newest : one),
    undefined,
  );
  return {
    previous: previous?.usage ?? [],
    overtaken: others.some((one) => one.revision > own.revision && CHARGED.has(one.state)),
  };
}
