import { addDays, type CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import type { LedgerStep } from './sync-facts.js';

/** A point of a step function of the date: from this day on the value holds, until the next point. */
export interface Step {
  from: CalendarDate;
  quantity: number;
}

/** A share's step with the day its change took effect in the marketplace, where that is another one. */
export interface ShareStep extends Step {
  effective?: CalendarDate | undefined;
  /** How many of its units were billed elsewhere until then. */
  elsewhere?: number | undefined;
}

/** The value on a day; 0 before the first step. Steps are in order, one a day. */
export function valueOn(steps: readonly Step[], date: CalendarDate): number {
  let value = 0;
  for (const step of steps) {
    if (step.from > date) break;
    value = step.quantity;
  }
  return value;
}

/** The value after the last step; 0 without steps. */
export function lastValue(steps: readonly Step[]): number {
  return steps.at(-1)?.quantity ?? 0;
}

/** The step function that differs from `steps` by `change` from a day on. */
export function raised(
  steps: readonly ShareStep[],
  from: CalendarDate,
  change: number,
  effective?: CalendarDate,
): ShareStep[] {
  const result: ShareStep[] = steps.filter((step) => step.from < from);
  const elsewhere = steps.find((step) => step.from === from)?.elsewhere;
  result.push({
    from,
    quantity: valueOn(steps, from) + change,
    ...(effective === undefined ? {} : { effective }),
    ...(elsewhere === undefined ? {} : { elsewhere }),
  });
  for (const step of steps) if (step.from > from) result.push({ ...step, quantity: step.quantity + change });
  return result;
}

/** The steps of `after` that `before` does not have: what has to be written down. */
export function newSteps<T extends Step>(before: readonly Step[], after: readonly T[]): T[] {
  return after.filter((step) => !before.some((old) => old.from === step.from && old.quantity === step.quantity));
}

/** The sum of step functions, each with a sign. Equal neighbours are joined, so the answer is the shortest form. */
export function sumOfSteps(parts: readonly { steps: readonly Step[]; sign: 1 | -1 }[]): Step[] {
  const changes = new Map<CalendarDate, number>();
  for (const { steps, sign } of parts) {
    let previous = 0;
    for (const step of steps) {
      const difference = step.quantity - previous;
      if (difference !== 0) changes.set(step.from, (changes.get(step.from) ?? 0) + sign * difference);
      previous = step.quantity;
    }
  }
  let value = 0;
  const result: Step[] = [];
  for (const from of [...changes.keys()].sort()) {
    const change = changes.get(from) ?? 0;
    if (change === 0) continue;
    value += change;
    result.push({ from, quantity: value });
  }
  return result;
}

/** A stretch on which two step functions differ, both days included. */
export interface Difference {
  from: CalendarDate;
  to: CalendarDate;
  expected: number;
  actual: number;
}

/** Where `actual` differs from `expected` between two days, as the fewest stretches of constant difference. */
export function differencesBetween(
  expected: readonly Step[],
  actual: readonly Step[],
  first: CalendarDate,
  last: CalendarDate,
): Difference[] {
  const days = [first, ...expected.map((step) => step.from), ...actual.map((step) => step.from)]
    .filter((day) => day >= first && day <= last)
    .sort();
  const result: Difference[] = [];
  let open: Difference | undefined;
  let previous: CalendarDate | undefined;
  for (const day of days) {
    if (day === previous) continue;
    previous = day;
    const want = valueOn(expected, day);
    const have = valueOn(actual, day);
    if (open && open.expected === want && open.actual === have) continue;
    if (open) result.push({ ...open, to: addDays(day, -1) });
    open = want === have ? undefined : { from: day, to: last, expected: want, actual: have };
  }
  if (open) result.push(open);
  return result;
}

/**
 * The ledger of one line (DESIGN §6 Ledger): `base`, the units nobody tracks, one share per subscription and product,
 * and standing deductions; expected = base + Σ shares − Σ deductions. Two views exist: everything, with which drift is
 * found, and everything but this task's own steps, against which its change is computed.
 */
export class LineLedger {
  private readonly ordered: readonly LedgerStep[];
  private readonly expectedSteps: { full?: Step[]; before?: Step[] } = {};
  /** True when the task itself has changed the line already. */
  readonly hasOwn: boolean;

  /** @param steps all steps of the line, any order where `seq` is given; @param ownTaskId the task being planned. */
  constructor(
    steps: readonly LedgerStep[],
    private readonly ownTaskId: string,
  ) {
    this.ordered = inOrder(steps);
    this.hasOwn = steps.some((step) => step.taskId === ownTaskId);
  }

  /** True when the line has been tracked before, by this task or another. */
  get isKnown(): boolean {
    return this.ordered.length > 0;
  }

  /** True when a task before this one tracked the line. */
  get wasKnown(): boolean {
    return this.ordered.some((step) => step.taskId !== this.ownTaskId);
  }

  /** A subscription's product; `before` = without this task's own steps. */
  share(subscriptionId: string, productKey: ProductKey, view: 'full' | 'before' = 'before'): ShareStep[] {
    return this.steps((step) => isOf(step, 'share', subscriptionId, productKey) && this.isIn(step, view));
  }

  /** This task's own proven steps of a share. */
  ownShare(subscriptionId: string, productKey: ProductKey): ShareStep[] {
    if (!this.hasOwn) return [];
    return this.steps((step) => isOf(step, 'share', subscriptionId, productKey) && step.taskId === this.ownTaskId);
  }

  /** The standing deduction on a share; `before` = without this task's own steps. */
  deduction(subscriptionId: string, productKey: ProductKey, view: 'full' | 'before' = 'before'): Step[] {
    return this.steps((step) => isOf(step, 'deduction', subscriptionId, productKey) && this.isIn(step, view));
  }

  /** Units nobody tracks, without this task's own steps. */
  base(): Step[] {
    return this.steps((step) => step.kind === 'base' && step.taskId !== this.ownTaskId);
  }

  /** This task's own steps of what nobody tracks. */
  ownBase(): Step[] {
    return this.steps((step) => step.kind === 'base' && step.taskId === this.ownTaskId);
  }

  /** The shares this task's own steps began or changed, each with the first day. */
  ownShares(): { productKey: ProductKey; from: CalendarDate }[] {
    const first = new Map<string, { productKey: ProductKey; from: CalendarDate }>();
    for (const step of this.ordered)
      if (step.kind === 'share' && step.taskId === this.ownTaskId && !first.has(groupKey(step)))
        first.set(groupKey(step), { productKey: step.productKey ?? '', from: step.from });
    return [...first.values()];
  }

  /** The products of a subscription that have a share here, without this task's own steps. */
  productsOf(subscriptionId: string): ProductKey[] {
    const keys = new Set<ProductKey>();
    for (const step of this.ordered)
      if (step.kind === 'share' && step.subscriptionId === subscriptionId && step.taskId !== this.ownTaskId)
        keys.add(step.productKey ?? '');
    return [...keys];
  }

  /** What the line must hold. @param view `full` with this task's own steps, `before` without them. */
  expected(view: 'full' | 'before'): readonly Step[] {
    return (this.expectedSteps[this.hasOwn ? view : 'full'] ??= this.summedUp(view));
  }

  private summedUp(view: 'full' | 'before'): Step[] {
    const groups = new Map<string, LedgerStep[]>();
    for (const step of this.ordered) {
      if (view === 'before' && step.taskId === this.ownTaskId) continue;
      const key = groupKey(step);
      const group = groups.get(key);
      if (group) group.push(step);
      else groups.set(key, [step]);
    }
    return sumOfSteps(
      [...groups.values()].map((steps) => ({
        steps: lastPerDay(steps),
        sign: steps[0]?.kind === 'deduction' ? -1 : 1,
      })),
    );
  }

  /** True when a share other than the named ones is on the line on or after a day. */
  hasOtherShares(subscriptionId: string, productKeys: readonly ProductKey[], date: CalendarDate): boolean {
    const groups = new Map<string, LedgerStep[]>();
    for (const step of this.ordered) {
      if (step.kind !== 'share') continue;
      if (step.subscriptionId === subscriptionId && productKeys.includes(step.productKey ?? '')) continue;
      const group = groups.get(groupKey(step));
      if (group) group.push(step);
      else groups.set(groupKey(step), [step]);
    }
    return [...groups.values()].some((steps) => {
      const days = lastPerDay(steps);
      return valueOn(days, date) > 0 || days.some((step) => step.from > date && step.quantity > 0);
    });
  }

  private isIn(step: LedgerStep, view: 'full' | 'before'): boolean {
    return view === 'full' || step.taskId !== this.ownTaskId;
  }

  private steps(wanted: (step: LedgerStep) => boolean): ShareStep[] {
    return lastPerDay(this.ordered.filter(wanted));
  }
}

function isOf(step: LedgerStep, kind: LedgerStep['kind'], subscriptionId: string, productKey: ProductKey): boolean {
  return step.kind === kind && step.subscriptionId === subscriptionId && step.productKey === productKey;
}

function groupKey(step: LedgerStep): string {
  return `${step.kind}\n${step.subscriptionId ?? ''}\n${step.productKey ?? ''}`;
}

/** By day, then by order of writing. */
function inOrder(steps: readonly LedgerStep[]): LedgerStep[] {
  return [...steps].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : (a.seq ?? 0) - (b.seq ?? 0)));
}

/** One step a day: what was written last. Steps must be in order. */
function lastPerDay(steps: readonly LedgerStep[]): ShareStep[] {
  const result: ShareStep[] = [];
  for (const step of steps) {
    const same = result.at(-1)?.from === step.from ? result.pop() : undefined;
    // A later change of the same day moves the units; who billed those that waited stays as it was.
    const elsewhere = step.takenOver ? step.quantity - quantityWhenWritten(steps, step) : same?.elsewhere;
    result.push({
      from: step.from,
      quantity: step.quantity,
      ...(step.effective === undefined ? {} : { effective: step.effective }),
      ...(elsewhere === undefined ? {} : { elsewhere }),
    });
  }
  return result;
}

/** The quantity just before a step at the time it was written: what was written since does not count. */
function quantityWhenWritten(steps: readonly LedgerStep[], { from, seq = 0 }: LedgerStep): number {
  return steps.findLast((one) => one.from < from && (one.seq ?? 0) < seq)?.quantity ?? 0;
}

/** What a line's share was before a change that takes effect on a day, and whether an end was ordered ahead. */
export interface ShareBaseline {
  /** The marketplace quantity from which the change is counted. */
  quantity: number;
  /** The first later step that took effect after the day: it stands, the change reaches only up to it. */
  scheduled?: CalendarDate;
}

/**
 * The quantity a change starts from: the last step of the share (DESIGN §6 Change). Steps ordered ahead – an end or a
 * renewal that takes effect only after the state was read – are not what the marketplace held, so they stay as they are
 * and the change reaches only up to them.
 *
 * @param known the later of the change's effective day and the day its state was read.
 */
export function baselineOf(share: readonly ShareStep[], known: CalendarDate, wanted: number): ShareBaseline {
  const scheduledAt = share.findIndex((step, index) => {
    if (step.from <= known) return false;
    if (step.effective !== undefined) return step.effective > known;
    // Without the effective day only one case is certain: nobody changes what has already ended.
    return index === share.length - 1 && step.quantity === 0 && wanted > 0;
  });
  if (scheduledAt < 0) return { quantity: lastValue(share) };
  return { quantity: share[scheduledAt - 1]?.quantity ?? 0, scheduled: share[scheduledAt]?.from };
}
