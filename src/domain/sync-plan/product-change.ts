import type { CalendarDate } from '../calendar/calendar-date.js';
import { isCalendarDate, later } from '../calendar/calendar-date.js';
import type { Findings } from './findings.js';
import { baselineOf, lastValue, raised, sumOfSteps, valueOn, type ShareStep, type Step } from './ledger.js';
import type { LineTarget } from './line-target.js';
import type { PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import type { LineChoice, SyncChoices } from './sync-choices.js';
import type { ServiceMappingFacts } from './sync-facts.js';
import type { WantedProduct } from './wanted-quantity.js';

/** The change of one product's units on its line, against the ledger without this task's own steps. */
export interface ProductChange {
  event: PlanEvent;
  wanted: WantedProduct;
  choice: LineChoice | undefined;
  mapping: ServiceMappingFacts;
  target: LineTarget;
  /** *E*, or the day a person named instead. */
  effective: CalendarDate;
  isHandDate: boolean;
  include: boolean;
  /** What this subscription's product holds of the line before and after: share less deduction. */
  before: number;
  after: number;
  /** Units of the line; its sign is the direction. */
  change: number;
  /** What moves in the ledger; change = share + base − deduction. */
  share: number;
  base: number;
  deduction: number;
  /** A later step that was ordered ahead: the change reaches only up to it. */
  scheduled: CalendarDate | undefined;
  /** Of a decrease: the first day from which on the units that go are there to be taken off. */
  holdsFrom: CalendarDate;
  /** The days until then that were charged, because the change that brought the units counted from before. */
  ahead: readonly Ahead[];
  /** Units nobody tracks, before this change. */
  untracked: readonly Step[];
  isOnlyProduct: boolean;
}

/** Days up to one that were charged for units which were not there yet. */
export interface Ahead {
  /** The first day that is not meant. */
  until: CalendarDate;
  /** How many units; undefined = all that the change moves. */
  units?: number;
}

/**
 * Computes the change of a product: the order's absolute quantity less the last step of its share, with what a person
 * decided about it – another quantity, an unticked row, units that were there before (DESIGN §6 Ledger, Change).
 */
export function productChange(
  run: PlanRun,
  event: PlanEvent,
  wanted: WantedProduct,
  mapping: ServiceMappingFacts,
  target: LineTarget,
  isOnlyProduct: boolean,
): ProductChange {
  const choice = choiceFor(event, wanted);
  const include = choice?.include !== false;
  const isHandDate = isCalendarDate(choice?.date);
  const effective = isHandDate && choice?.date !== undefined ? choice.date : event.effective;
  const { productKey, subscriptionId } = wanted;
  const share = run.shareOf(target, subscriptionId, productKey);
  const own = target.ledger.ownShare(subscriptionId, productKey);
  const untracked = untrackedOf(target, run.facts.choices);
  const isFirst = share.length === 0 && own.length === 0;
  if (isFirst && include) askFirstContact(run, event, wanted, target, untracked, choice);
  const counted =
    share.length === 0 && include ? countedOf(choice, untracked, own.length > 0, run.findings, wanted) : 0;

  const baseline = baselineOf(share, later(effective, run.facts.task.readOn), wanted.quantity);
  const deductionBefore = lastValue(run.deductionOf(target, subscriptionId, productKey));
  const shareMove = wanted.quantity - baseline.quantity;
  const deductionAfter = deductionOf(wanted.quantity, deductionBefore, shareMove - counted, include, choice);
  const change = shareMove - counted - (deductionAfter - deductionBefore);
  const before = baseline.quantity + counted - deductionBefore;
  if (deductionBefore !== 0) nameStanding(run.findings, wanted, deductionBefore);
  const held = holdsFrom(
    [
      { steps: share, sign: 1 },
      { steps: run.deductionOf(target, subscriptionId, productKey), sign: -1 },
      { steps: counted > 0 ? untracked : [], sign: 1 },
    ],
    -change,
    effective,
    baseline.scheduled,
  );
  return {
    event,
    wanted,
    choice,
    mapping,
    target,
    effective,
    isHandDate,
    include,
    before,
    after: before + change,
    change,
    share: shareMove,
    base: -counted,
    deduction: deductionAfter - deductionBefore,
    scheduled: baseline.scheduled,
    holdsFrom: held,
    ahead: chargedAhead(share, held, effective, -change),
    untracked,
    isOnlyProduct,
  };
}

/** What a person decided about a product's row; only the task's own event carries choices. */
export function choiceFor(event: PlanEvent, wanted: Pick<WantedProduct, 'productKey'>): LineChoice | undefined {
  return event.choices.lines?.find((line) => line.productKey === wanted.productKey);
}

/**
 * Units nobody tracks, before this task: the ledger's base, or everything on a line that was never tracked. Where this
 * task itself was the first to track it, what it counted is put back.
 */
export function untrackedOf(target: LineTarget, choices: SyncChoices): readonly Step[] {
  const { ledger } = target;
  if (ledger.wasKnown) return ledger.base();
  if (!ledger.isKnown) return target.steps;
  return ledger.ownShares().reduce<Step[]>((base, { productKey, from }) => {
    const counted = choices.lines?.find((line) => line.productKey === productKey)?.alreadyCounted ?? 0;
    return counted === 0 ? base : raised(base, from, counted);
  }, ledger.ownBase());
}

/** The highest value of a step function on or after a day. */
export function highestFrom(steps: readonly Step[], date: CalendarDate): number {
  return steps.reduce(
    (highest, step) => (step.from > date ? Math.max(highest, step.quantity) : highest),
    valueOn(steps, date),
  );
}

/**
 * Units that wait for a day, although their change counts from before it: what lies between was charged (DESIGN §6 Not
 * open). Not so units that were billed elsewhere until then; what came last goes first, so they are the last to go.
 */
function chargedAhead(
  share: readonly ShareStep[],
  held: CalendarDate,
  effective: CalendarDate,
  leaving: number,
): Ahead[] {
  const waiting = share.find((step) => step.from === held);
  if (held <= effective || waiting === undefined || (waiting.effective ?? held) > effective) return [];
  const other = share.find(({ from, elsewhere }) => elsewhere !== undefined && from > effective && from <= held);
  if (other === undefined) return [{ until: held, units: leaving }];
  const charged = Math.min(leaving, Math.max(0, waiting.quantity - (other.elsewhere ?? 0)));
  const first = { until: other.from, units: charged };
  return other.from === held ? [first] : [first, { until: held, units: leaving }];
}

/**
 * The first day on or after `from` from which on at least `needed` units are held. Units that wait for the next billing
 * date cannot be taken off before they are there.
 */
function holdsFrom(
  parts: Parameters<typeof sumOfSteps>[0],
  needed: number,
  from: CalendarDate,
  until: CalendarDate | undefined,
): CalendarDate {
  if (needed <= 0) return from;
  let day = from;
  const held = sumOfSteps(parts);
  held.forEach((step, index) => {
    const next = held[index + 1];
    if (step.quantity >= needed || next === undefined || next.from <= from) return;
    if (until === undefined || next.from < until) day = next.from;
  });
  const first = held[0];
  return first && first.from > day ? first.from : day;
}

/**
 * The standing deduction afterwards. Unticking keeps the line as it is: the difference stands. A hand-set quantity
 * stands as a difference from the marketplace. Otherwise it stays, as far as there is something left to deduct from.
 */
function deductionOf(
  wanted: number,
  before: number,
  unitsWithout: number,
  include: boolean,
  choice: LineChoice | undefined,
): number {
  if (!include) return before + unitsWithout;
  if (choice?.quantity !== undefined) return wanted - choice.quantity;
  return wanted === 0 ? 0 : Math.min(before, wanted);
}

/** How many of the untracked units a person said are this subscription's. */
function countedOf(
  choice: LineChoice | undefined,
  untracked: readonly Step[],
  isDone: boolean,
  findings: Findings,
  wanted: WantedProduct,
): number {
  const counted = choice?.alreadyCounted ?? 0;
  const available = lastValue(untracked);
  if (isDone || (Number.isInteger(counted) && counted >= 0 && counted <= available)) return counted;
  findings.require(
    'FIRST_CONTACT',
    `The line holds ${available} untracked units, so ${counted} of them cannot be this subscription's. Say a number from 0 to ${available}.`,
    { subject: { kind: 'product', id: wanted.productKey, name: wanted.name } },
  );
  return 0;
}

/** First contact: untracked units on the line, or a change of something that was never counted (DESIGN §6 Guards). */
function askFirstContact(
  run: PlanRun,
  event: PlanEvent,
  wanted: WantedProduct,
  target: LineTarget,
  untracked: readonly Step[],
  choice: LineChoice | undefined,
): void {
  // Units that end by themselves are nobody's to count; what counts is what goes on.
  const available = lastValue(untracked);
  const unknown = !wanted.added && wanted.quantity > 0 && !isTracked(run, event.subscription.id);
  if (available === 0 && !unknown) return;
  run.findings.manualBecause(`First contact with the units of ${wanted.name}: a person says what they are.`);
  if (choice?.alreadyCounted !== undefined) return;
  const option = (value: number, label: string) => ({
    value: `${value}`,
    label,
    choices: { lines: [{ productKey: wanted.productKey, include: true, alreadyCounted: value }] },
  });
  const subject = { kind: 'product' as const, id: wanted.productKey, name: wanted.name };
  if (available === 0) {
    run.findings.require(
      'FIRST_CONTACT',
      `No units of subscription ${event.subscription.name} were ever counted here, so this change has nothing to start from. Say how many Autotask holds already, and from which day ${wanted.quantity} are to count.`,
      { subject, options: [option(0, `None: 0 → ${wanted.quantity}`)] },
    );
    return;
  }
  const quantity = choice?.quantity ?? wanted.quantity;
  run.findings.require(
    'FIRST_CONTACT',
    `Line ${target.line?.id ?? ''} already holds ${available} units of ${wanted.name} that nobody tracks. How many of them are this subscription's?`,
    {
      subject,
      options: [
        option(available, `All ${available}: ${available} → ${quantity}`),
        option(0, `None: ${available} → ${available + quantity} (${available} stay, ${quantity} come on top)`),
      ],
    },
  );
}

function isTracked(run: PlanRun, subscriptionId: string): boolean {
  return run.facts.ledger.some((step) => step.kind === 'share' && step.subscriptionId === subscriptionId);
}

function nameStanding(findings: Findings, wanted: WantedProduct, deduction: number): void {
  const words = deduction > 0 ? `${deduction} fewer` : `${-deduction} more`;
  findings.warn(
    'STANDING_DIFFERENCE',
    `${wanted.name}: by an earlier decision ${words} than the marketplace sells.`,
    true,
  );
  findings.manualBecause(`An earlier decision about the quantity of ${wanted.name} still stands.`);
}
