import { addDays, daysBetween, later, type CalendarDate } from '../calendar/calendar-date.js';
import { hasEnded, type Subscription, type SubscriptionItem } from '../marketplace/subscription.js';
import { makesUnits, periodText } from '../marketplace/period.js';
import { equal, type Decimal } from '../money/money.js';
import { isSale, type KnownTask } from './known-task.js';
import { cycleWord } from '../sync-plan/charging.js';
import { linesOf } from '../sync-plan/order-money.js';
import { isBefore } from './order-window.js';
import type { PriceChange } from './source-keys.js';

/** Something a subscription shows that no order announced (FEATURES TSK-2). */
export type Finding =
  /** Active, and nothing tells where it came from. */
  | { kind: 'initial' }
  /** Ended; `date` is the first day not covered. */
  | { kind: 'expiry'; date: CalendarDate }
  | { kind: 'price'; change: PriceChange }
  /** The term was prolonged; `from` is the new one's first day, from which its prices hold too. */
  | { kind: 'renewal'; from: CalendarDate; until: CalendarDate }
  /** Only logged: something that Autotask cannot express (FEATURES PSH-10), as the end of a sentence. */
  | { kind: 'notSupported'; what: string }
  /** Only logged: services are disabled, what is sold is unchanged. */
  | { kind: 'hold' }
  /** Only logged: a status nobody knows. */
  | { kind: 'status'; status: Subscription['status'] };

/** What a list line says that tells whether the details must be read again. */
export interface Signed {
  status: string;
  lastModifiedDate?: string | undefined;
  renewalDate?: string | undefined;
  expirationDate?: string | undefined;
}

/**
 * The text of a list line that the sweep compares (DESIGN §8: modified date, status, renewal, expiration).
 *
 * The modified date is a day, so a change later on the day of our reading would not show in it. Such a text is marked
 * and never equals a list line's: the details are read once more when that day is over in every zone.
 *
 * @param readOn the day of the reading; without it the text of a list line as it is.
 */
export function signatureOf(line: Signed, readOn?: CalendarDate): string {
  const text = [line.status, line.lastModifiedDate, line.renewalDate, line.expirationDate]
    .map((part) => part ?? '')
    .join('|');
  if (readOn === undefined) return text;
  const settled = line.lastModifiedDate !== undefined && line.lastModifiedDate < addDays(readOn, -1);
  return settled ? text : `${text}|unsettled`;
}

/** A subscription as it was last stored, and when (real time). */
export interface Remembered {
  subscription: Subscription;
  readAt: string;
}

/**
 * What a freshly read subscription shows beyond what its tasks tell already. Pure: the same input, the same findings.
 *
 * @param known what the mirror remembers; undefined at first sight. @param all every task of the subscription.
 * @param readOn the day of the reading in the connection's zone.
 */
export function findingsOf(
  current: Subscription,
  known: Remembered | undefined,
  all: readonly KnownTask[],
  readOn: CalendarDate,
): Finding[] {
  // What was used is told after the fact, also of subscriptions that ended long ago: it says nothing about their life.
  const tasks = all.filter(({ source }) => source !== 'usage');
  if (hasEnded(current)) {
    const date = endDateOf(current, readOn);
    return tasks.length > 0 && !isEndAnnounced(tasks, date) ? [{ kind: 'expiry', date }] : [];
  }
  const before = known?.subscription.status;
  const findings: Finding[] = [];
  if (current.status === 'hold' && before !== 'hold') findings.push({ kind: 'hold' });
  if (current.status === 'unknown' && before !== 'unknown') findings.push({ kind: 'status', status: current.status });
  if (!isTold(tasks)) {
    // The initial task takes prices as they are, so there is nothing to compare them with.
    return current.status === 'active' ? [{ kind: 'initial' }] : findings;
  }
  const unannounced = known && !isAnnounced(tasks, known) ? known.subscription : undefined;
  if (unannounced)
    for (const what of inexpressible(unannounced, current)) findings.push({ kind: 'notSupported', what });
  const term = unannounced && newTerm(unannounced, current);
  // Its prices come with the new term; what is post-paid has neither units nor a price on the contract.
  if (term && makesUnits(current.billingModel)) return [...findings, { kind: 'renewal', ...term }];
  for (const change of priceChanges(current, known, tasks)) findings.push({ kind: 'price', change });
  return findings;
}

/** True when an order since the mirror's reading may say what the subscription shows now. */
function isAnnounced(tasks: readonly KnownTask[], known: Remembered): boolean {
  return tasks.some((task) => task.source === 'order' && !isBefore(task.createdAt, known.readAt));
}

/** The first day of a new term, and the day it runs until. */
function newTerm(before: Subscription, now: Subscription): { from: CalendarDate; until: CalendarDate } | undefined {
  const [from, until] = [before.expirationDate, now.expirationDate];
  return from !== undefined && until !== undefined && until > from ? { from, until } : undefined;
}

/** What changed that no contract can show. */
function inexpressible(before: Subscription, now: Subscription): string[] {
  const changes: string[] = [];
  if (before.name !== now.name) changes.push(`is called "${now.name}" now`);
  if (before.autoRenew !== now.autoRenew)
    changes.push(now.autoRenew ? 'renews by itself now' : 'does not renew by itself any more');
  if (periodText(before.billingPeriod) !== periodText(now.billingPeriod))
    changes.push(`bills ${cycleWord(now.billingPeriod)} instead of ${cycleWord(before.billingPeriod)}`);
  return changes;
}

/** True for findings that become a task. */
export function makesTask(finding: Finding): boolean {
  return ['initial', 'expiry', 'renewal', 'price'].includes(finding.kind);
}

/**
 * The first day not covered: the expiration date once it is there; a subscription that ended ahead of it ended when it
 * was last changed.
 */
export function endDateOf(ended: Subscription, readOn: CalendarDate): CalendarDate {
  const { expirationDate, lastModifiedDate } = ended;
  if (expirationDate !== undefined && expirationDate <= readOn) return expirationDate;
  return lastModifiedDate !== undefined && lastModifiedDate <= readOn ? lastModifiedDate : readOn;
}

/**
 * True when the tasks tell the subscription already: its sale or migration, an earlier initial task, or any task that
 * was carried out or decided about.
 */
function isTold(tasks: readonly KnownTask[]): boolean {
  return tasks.some(
    (task) =>
      task.source === 'initial' ||
      isSale(task) ||
      task.state === 'synced' ||
      task.state === 'running' ||
      task.state === 'uncertain' ||
      task.state === 'ignored',
  );
}

/** Marketplaces end some terms a little early; more is an end of its own, ahead of the one that was ordered. */
const EARLY_DAYS = 3;

/**
 * True when a cancellation tells this end: one that is effective around it (the marketplace's day and ours may differ, and
 * see above), or an earlier one after which nothing shows the subscription alive.
 */
function isEndAnnounced(tasks: readonly KnownTask[], end: CalendarDate): boolean {
  const initials = new Set(tasks.filter(({ source }) => source === 'initial').map(({ id }) => id));
  return tasks.some((cancellation) => {
    if (cancellation.type !== 'cancellation' || initials.has(cancellation.supersededBy ?? '')) return false;
    const ahead = daysBetween(end, cancellation.effectiveDate);
    if (ahead >= -1) return ahead <= EARLY_DAYS;
    return !tasks.some((other) => other.type !== 'cancellation' && livesOn(other, cancellation));
  });
}

/** True when `task` shows the subscription alive after the end that `cancellation` told. */
function livesOn(task: KnownTask, cancellation: KnownTask): boolean {
  return (
    isBefore(cancellation.orderCreatedAt, task.orderCreatedAt) &&
    later(task.effectiveDate, task.readOn) >= cancellation.effectiveDate
  );
}

function priceChanges(
  current: Subscription,
  known: Remembered | undefined,
  tasks: readonly KnownTask[],
): PriceChange[] {
  return current.items.flatMap((item) => {
    const before = lastKnown(item.productKey, known, tasks);
    if (!before) return [];
    const price = changed(before.unitPrice, item.unitPrice);
    const cost = changed(before.unitCost, item.unitCost);
    if (!price && !cost) return [];
    return [
      {
        productKey: item.productKey,
        productName: item.name,
        ...(before.unitPrice === undefined ? {} : { priceBefore: before.unitPrice }),
        ...(item.unitPrice === undefined ? {} : { priceAfter: item.unitPrice }),
        ...(before.unitCost === undefined ? {} : { costBefore: before.unitCost }),
        ...(item.unitCost === undefined ? {} : { costAfter: item.unitCost }),
      },
    ];
  });
}

/** An amount the marketplace does not show is not known to have changed. */
function changed(before: Decimal | undefined, after: Decimal | undefined): boolean {
  return before !== undefined && after !== undefined && !equal(before, after);
}

/**
 * The product as somebody was last told: by the newest task since the mirror's reading whose order names it, else by the
 * mirror; the price of a sale or renewal as that order charged it. So a change that an order announced is not found again, and one that followed it is.
 */
function lastKnown(
  productKey: string,
  known: Remembered | undefined,
  tasks: readonly KnownTask[],
): SubscriptionItem | undefined {
  let newest: KnownTask | undefined;
  for (const task of tasks) {
    const tells = task.order?.items.some((item) => item.productKey === productKey) ?? false;
    if (!tells || (known && isBefore(task.createdAt, known.readAt))) continue;
    if (!newest || isBefore(newest.createdAt, task.createdAt)) newest = task;
  }
  const items = newest?.items ?? known?.subscription.items;
  const told = items?.find((item) => item.productKey === productKey);
  const charged = told && newest?.order && chargedPrice(newest.order, told);
  return charged === undefined ? told : { ...told!, unitPrice: charged };
}

/** True when a subscription shows no other price than its own sale charged: then that tells all there is to tell. */
export function isToldBySale(order: KnownTask['order'], { items }: Pick<Subscription, 'items'>): boolean {
  return items.every((item) => {
    const charged = order && chargedPrice(order, item);
    return charged === undefined || !changed(charged, item.unitPrice);
  });
}

/**
 * The unit price a sale or renewal charged. Its task bills that price although the subscription, read at the check, may
 * show a newer one already: that one was never told.
 */
function chargedPrice(order: NonNullable<KnownTask['order']>, item: SubscriptionItem): Decimal | undefined {
  if (order.type !== 'sales' && order.type !== 'renewal') return undefined;
  const lines = linesOf(order, item, order.items.length === 1).filter(({ feeType }) => feeType === 'recurring');
  const [first] = lines;
  return first && lines.every(({ unitPrice }) => equal(unitPrice, first.unitPrice)) ? first.unitPrice : undefined;
}
