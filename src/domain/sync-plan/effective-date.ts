import type { Contract } from '../autotask/entities.js';
import { periodTypeMonths } from '../autotask/entities.js';
import { addDays, dayIn, daysBetween, later, type CalendarDate, type Instant } from '../calendar/calendar-date.js';
import { PeriodGrid } from '../calendar/period-grid.js';
import type { Order } from '../marketplace/order.js';
import { hasEnded, type Subscription } from '../marketplace/subscription.js';
import type { TaskPlace } from '../sync-task/task-order.js';
import { chargingOf, termGrid } from './charging.js';
import type { TaskFacts, TaskSource, TaskType } from './sync-facts.js';

/** What happened, as the decision table tells it apart. */
export type EventKind =
  | 'sale'
  | 'change'
  | 'renewal'
  /** Ends on the day it was ordered. */
  | 'cancellation'
  /** Ordered ahead: the subscription runs to the end of its term. */
  | 'endOfTerm'
  /** Ended without an order. */
  | 'expiry'
  /** A running subscription met for the first time. */
  | 'initial'
  /** Price or cost changed without an order. */
  | 'price'
  | 'reconciliation'
  | 'move'
  /** An order or report that only charges. */
  | 'billing';

/** A task as far as its date and kind depend on it. */
export interface DatedTask {
  type: TaskType;
  source?: TaskSource;
  sourceKey?: string;
  order?: Order | undefined;
  subscription: Subscription;
  readOn?: CalendarDate;
}

/** The effective date *E* with its nature, or why there is none. */
export type Effective =
  | {
      kind: EventKind;
      date: CalendarDate;
      /** Nothing beyond this day was charged: a decrease stays on it in both proration modes (DESIGN §6). */
      boundary: boolean;
    }
  | { kind: EventKind | undefined; date: undefined; problem: 'type' | 'incomplete'; message: string };

/**
 * The effective date *E* of a task (DESIGN §6 Dates).
 *
 * @param timeZone the connection's, decides the day of an order's completion; @param grid what the contract says about
 * its periods, for tasks that take their date from them.
 */
export function effectiveDateOf(
  task: DatedTask,
  timeZone: string,
  contract?: { contract: Contract; firstOpenStart?: ((from: CalendarDate) => CalendarDate) | undefined },
): Effective {
  const kind = eventKindOf(task, timeZone);
  const { order, subscription } = task;
  if (kind === undefined)
    return {
      kind,
      date: undefined,
      problem: 'type',
      message: `Order ${order?.number ?? '?'} has the type "${order?.sourceType ?? task.type}", which is not known here. Look at it in the marketplace; ignore the task once it is dealt with.`,
    };
  const readOn = task.readOn ?? subscription.lastModifiedDate ?? subscription.creationDate;
  switch (kind) {
    case 'initial':
      return { kind, date: initialDate(subscription, readOn, contract?.contract), boundary: false };
    case 'price':
      return { kind, date: subscription.lastModifiedDate ?? readOn, boundary: false };
    case 'reconciliation':
    case 'move':
      return { kind, date: firstOpenPeriod(readOn, contract), boundary: true };
    case 'expiry':
      return { kind, date: dayInKey(task, 'expiry') ?? endDate(subscription, readOn), boundary: true };
    case 'endOfTerm':
      return { kind, date: subscription.expirationDate ?? readOn, boundary: true };
    case 'renewal':
      if (!order) return { kind, date: dayInKey(task, 'renewal') ?? readOn, boundary: true };
      return ofOrder(kind, task, timeZone, readOn);
    case 'sale':
    case 'change':
    case 'cancellation':
    case 'billing':
      return ofOrder(kind, task, timeZone, readOn);
  }
}

/** The kind of a task; undefined for an order type that is not known here. */
function eventKindOf(task: DatedTask, timeZone: string): EventKind | undefined {
  switch (task.source ?? (task.order ? 'order' : undefined)) {
    case 'initial':
      return 'initial';
    case 'expiry':
      return 'expiry';
    case 'renewal':
      return 'renewal';
    case 'price':
      return 'price';
    case 'reconcile':
      return 'reconciliation';
    case 'move':
      return 'move';
    case 'usage':
      return 'billing';
    case 'order':
      return task.order ? kindOfOrder(task.order, task.subscription, timeZone) : kindOfType(task.type);
    case undefined:
      return kindOfType(task.type);
  }
}

function kindOfType(type: TaskType): EventKind {
  switch (type) {
    case 'sales':
      return 'initial';
    case 'change':
      return 'price';
    case 'billing':
      return 'billing';
    case 'cancellation':
      return 'expiry';
    case 'reconciliation':
      return 'reconciliation';
  }
}

function kindOfOrder(order: Order, subscription: Subscription, timeZone: string): EventKind | undefined {
  switch (order.type) {
    case 'sales':
      return 'sale';
    case 'change':
      return 'change';
    case 'renewal':
      return 'renewal';
    case 'cancellation':
      return isEndOfTerm(order, subscription, timeZone) ? 'endOfTerm' : 'cancellation';
    case 'migration':
      return 'reconciliation';
    case 'billing':
      return 'billing';
    case 'unknown':
      return undefined;
  }
}

/**
 * An end-of-term cancellation leaves the subscription active with an expiration after the order's completion. Read only
 * after that day it has ended like any other, but then it was last changed by its end and not by the order.
 */
function isEndOfTerm(order: Order, subscription: Subscription, timeZone: string): boolean {
  const { expirationDate, lastModifiedDate } = subscription;
  if (expirationDate === undefined || expirationDate <= dayIn(timeZone, order.completedAt ?? order.createdAt))
    return false;
  return !hasEnded(subscription) || (lastModifiedDate !== undefined && lastModifiedDate >= expirationDate);
}

function ofOrder(
  kind: 'sale' | 'change' | 'cancellation' | 'renewal' | 'billing',
  task: DatedTask,
  timeZone: string,
  readOn: CalendarDate,
): Effective {
  const { order, subscription } = task;
  if (!order) return { kind, date: readOn, boundary: false };
  const completed = order.completedAt;
  if (order.status !== 'completed' || completed === undefined)
    return {
      kind,
      date: undefined,
      problem: 'incomplete',
      message: `Order ${order.number} is not completed yet, so its amounts are not final. It is read again until it ends.`,
    };
  if (kind === 'sale') return { kind, date: subscription.creationDate, boundary: false };
  const day = dayIn(timeZone, completed);
  if (kind === 'renewal')
    return { kind, date: newTermStart(order.scheduledOn, day, subscription, timeZone), boundary: true };
  const charging = chargingOf(subscription);
  const onBillingDate = 'grid' in charging && charging.grid?.startsOn(day) === true;
  return { kind, date: day, boundary: onBillingDate };
}

/**
 * The first day of the new term: the term boundary nearest to the day the renewal was made for. The stored subscription
 * may already show the new term's end or still the old one's; both lie on the same grid.
 */
function newTermStart(
  scheduledOn: Instant | undefined,
  completed: CalendarDate,
  subscription: Subscription,
  timeZone: string,
): CalendarDate {
  const day = scheduledOn === undefined ? completed : dayIn(timeZone, scheduledOn);
  const term = termGrid(subscription)?.containing(day);
  if (!term) return day;
  const next = addDays(term.last, 1);
  return daysBetween(day, next) <= daysBetween(term.first, day) ? next : term.first;
}

/** The later of the contract's current period start and the running marketplace period's start. */
function initialDate(subscription: Subscription, readOn: CalendarDate, contract: Contract | undefined): CalendarDate {
  if (subscription.creationDate > readOn) return subscription.creationDate;
  const charging = chargingOf(subscription);
  const running = 'grid' in charging && charging.grid ? charging.grid.containing(readOn).first : readOn;
  const start = later(running, subscription.creationDate);
  return contract ? later(start, currentPeriodStart(contract, readOn)) : start;
}

function currentPeriodStart(contract: Contract, day: CalendarDate): CalendarDate {
  if (contract.periodType === undefined || day < contract.startDate) return contract.startDate;
  return PeriodGrid.of(contract.startDate, periodTypeMonths(contract.periodType)).containing(day).first;
}

/** The first open period start, not before the period that was running when the state was read. */
function firstOpenPeriod(
  readOn: CalendarDate,
  contract: { contract: Contract; firstOpenStart?: ((from: CalendarDate) => CalendarDate) | undefined } | undefined,
): CalendarDate {
  if (!contract) return readOn;
  const current = currentPeriodStart(contract.contract, readOn);
  return contract.firstOpenStart ? contract.firstOpenStart(current) : current;
}

/** The day that the check which found an end or a new term wrote into the source key (DESIGN §5). */
function dayInKey(task: DatedTask, source: 'expiry' | 'renewal'): CalendarDate | undefined {
  return task.source === source ? /:(\d{4}-\d{2}-\d{2})$/.exec(task.sourceKey ?? '')?.[1] : undefined;
}

/** The first day not covered. */
function endDate({ expirationDate, lastModifiedDate }: Subscription, readOn: CalendarDate): CalendarDate {
  return expirationDate ?? lastModifiedDate ?? readOn;
}

/** The place of a task among its subscription's tasks, for `compareTasks` (DESIGN §6 Order). */
export function taskPlaceOf(
  task: Pick<TaskFacts, 'id' | 'type' | 'subscription' | 'order'> & {
    source?: TaskSource;
    sourceKey?: string;
    readOn?: CalendarDate;
    /** Creation of the task; used where it has no order. */
    createdAt?: Instant;
  },
  timeZone: string,
): TaskPlace {
  return {
    id: task.id,
    effectiveDate: effectiveDateOf(task, timeZone).date,
    createdAt: task.order?.createdAt ?? task.createdAt ?? `${task.readOn ?? task.subscription.creationDate}T00:00:00Z`,
    orderNumber: task.order?.number,
  };
}
