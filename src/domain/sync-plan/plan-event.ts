import { addDays, later, type CalendarDate } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import type { Order } from '../marketplace/order.js';
import { hasEnded, type Subscription } from '../marketplace/subscription.js';
import { chargingOf, termBoundary, termEnd, termGrid, type Charging } from './charging.js';
import type { Effective, EventKind } from './effective-date.js';
import type { SyncChoices } from './sync-choices.js';

/** One thing that happened to a subscription: the task itself, or an open task it carries along. */
export interface PlanEvent {
  taskId: string;
  kind: EventKind;
  order: Order | undefined;
  subscription: Subscription;
  /** *E*, the day the change counts from. */
  effective: CalendarDate;
  /** Nothing beyond *E* was charged. */
  boundary: boolean;
  charging: Charging;
  choices: SyncChoices;
  /** What people call it: the order's number, or words. */
  reference: string;
}

/** Puts an event together once its date is known. */
export function planEvent(
  task: { id: string; order?: Order | undefined; subscription: Subscription },
  effective: Extract<Effective, { date: CalendarDate }>,
  choices: SyncChoices,
): PlanEvent {
  return {
    taskId: task.id,
    kind: effective.kind,
    order: task.order,
    subscription: task.subscription,
    effective: effective.date,
    boundary: effective.boundary,
    charging: chargingOf(task.subscription),
    choices,
    reference: task.order?.number ?? WORDS[effective.kind],
  };
}

const WORDS: Record<EventKind, string> = {
  sale: 'new subscription',
  change: 'change',
  renewal: 'renewal',
  cancellation: 'cancellation',
  endOfTerm: 'cancellation',
  expiry: 'end of subscription',
  initial: 'running subscription',
  price: 'price change',
  reconciliation: 'reconciliation',
  move: 'move',
  billing: 'billing',
};

/** The marketplace billing grid of an event; undefined where the marketplace named no usable period. */
export function marketGrid(event: PlanEvent): BillingGrid | undefined {
  return 'grid' in event.charging ? event.charging.grid : undefined;
}

/** True for events after which the subscription sells nothing any more. */
export function subscriptionEnds(event: PlanEvent): boolean {
  if (event.kind === 'endOfTerm' || event.kind === 'expiry') return true;
  return event.kind === 'cancellation' && (hasEnded(event.subscription) || (event.order?.items.length ?? 0) === 0);
}

/**
 * The last day of the term a change belongs to: of the new term for a renewal, else of the running one
 * (DESIGN §6 Guards: contracts run to the end of the period that contains it). The days before a first term that was
 * aligned to a later date belong to that term. Undefined without a term.
 */
export function termEndOf(event: PlanEvent): CalendarDate | undefined {
  const { subscription } = event;
  if (event.kind === 'renewal') {
    const end = termEnd(event.effective, subscription.subscriptionPeriod);
    // Found without an order, it may be more than one term since anybody looked.
    const shown = event.order ? undefined : subscription.expirationDate;
    return shown === undefined ? end : later(end ?? shown, addDays(shown, -1));
  }
  const grid = termGrid(subscription);
  const term = grid?.containing(event.effective);
  if (!grid || !term) return undefined;
  const next = addDays(term.last, 1);
  const end = termBoundary(subscription);
  const isBeforeFirstTerm = term.first < subscription.creationDate && end !== undefined && end > next;
  return isBeforeFirstTerm ? grid.containing(next).last : term.last;
}
