import { addDays, daysBetween, type CalendarDate } from '../calendar/calendar-date.js';
import { valueOn } from './ledger.js';
import type { LineTarget } from './line-target.js';
import { operationKeys } from './operation-keys.js';
import type { LinePart, LinePlan, PlanRun } from './plan-run.js';
import type { SyncFacts } from './sync-facts.js';

/**
 * Days on which something stays because this task has written it there already: by line and product (or price), from
 * the day it would be placed on now to the day it is on. Between two attempts periods get posted and days get taken;
 * what is written does not move with them.
 */
export type Pins = ReadonlyMap<string, ReadonlyMap<CalendarDate, CalendarDate>>;

/** The name of a product's units on a line inside pins. */
export function pinKey(target: LineTarget, subscriptionId: string, productKey: string): string {
  return `${target.token}\n${subscriptionId}\n${productKey}`;
}

/** The name of a line's price inside pins. */
export function pricePinKey(target: LineTarget): string {
  return `${target.token}\nprice`;
}

/** True when this task has written an adjustment on the line. */
export function hasWritten(facts: SyncFacts, target: LineTarget): boolean {
  return writtenDays(facts, target).length > 0;
}

/** What of the plan was written on another day than it would be placed on now. */
export function pinsFor(run: PlanRun): Pins {
  const pins = new Map<string, Map<CalendarDate, CalendarDate>>();
  if (run.facts.proven.length === 0) return pins;
  for (const plan of run.lines.values()) {
    const days = writtenDays(run.facts, plan.target);
    for (const [key, parts] of byProduct(plan)) {
      const first = parts[0];
      if (!first) continue;
      const done = days.filter((day) => writtenUnits(plan.target, first, day) !== 0);
      match(
        pins,
        key,
        done,
        parts.map((part) => part.date),
      );
    }
    const priceParts = plan.parts.filter((part) => part.written && unitsOf(part) === 0 && hasPrice(part));
    match(
      pins,
      pricePinKey(plan.target),
      days.filter((day) => plan.target.prices.ownDays().includes(day)),
      priceParts.map((part) => part.date),
    );
  }
  return pins;
}

/** Units of a subscription's product that this task has written on a day, by its own proven ledger steps. */
export function writtenUnits(
  target: LineTarget,
  product: Pick<LinePart, 'subscriptionId' | 'productKey'>,
  day: CalendarDate,
): number {
  const { subscriptionId, productKey } = product;
  const { ledger } = target;
  const jump = (steps: readonly { from: CalendarDate; quantity: number }[]): number =>
    valueOn(steps, day) - valueOn(steps, addDays(day, -1));
  return (
    jump(ledger.share(subscriptionId, productKey, 'full')) -
    jump(ledger.share(subscriptionId, productKey)) -
    jump(ledger.deduction(subscriptionId, productKey, 'full')) +
    jump(ledger.deduction(subscriptionId, productKey))
  );
}

/** Units a part moves on its line. */
export function unitsOf(part: LinePart): number {
  return part.share + part.base - part.deduction;
}

function byProduct(plan: LinePlan): Map<string, LinePart[]> {
  const groups = new Map<string, LinePart[]>();
  for (const part of plan.parts) {
    if (!part.written || unitsOf(part) === 0) continue;
    const key = pinKey(plan.target, part.subscriptionId, part.productKey);
    const group = groups.get(key);
    if (group) group.push(part);
    else groups.set(key, [part]);
  }
  return groups;
}

function match(
  pins: Map<string, Map<CalendarDate, CalendarDate>>,
  key: string,
  done: readonly CalendarDate[],
  planned: readonly CalendarDate[],
): void {
  const free = planned.filter((day) => !done.includes(day));
  for (const day of done) {
    if (planned.includes(day) || free.length === 0) continue;
    const nearest = free.reduce((best, one) => (distance(one, day) < distance(best, day) ? one : best));
    free.splice(free.indexOf(nearest), 1);
    pins.set(key, (pins.get(key) ?? new Map<CalendarDate, CalendarDate>()).set(nearest, day));
  }
}

function distance(a: CalendarDate, b: CalendarDate): number {
  return Math.abs(daysBetween(a, b));
}

function hasPrice(part: LinePart): boolean {
  return part.unitPrice !== undefined || part.unitCost !== undefined;
}

function writtenDays(facts: SyncFacts, target: LineTarget): CalendarDate[] {
  const prefix = operationKeys.adjust(target.token, '');
  const days: CalendarDate[] = [];
  for (const { key } of facts.proven) if (key.startsWith(prefix)) days.push(key.slice(prefix.length));
  return days;
}
