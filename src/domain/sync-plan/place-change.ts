import { later, type CalendarDate } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import { cents, sign, sum, type Decimal } from '../money/money.js';
import { coverContract } from './extension.js';
import { valueOn } from './ledger.js';
import { placementWords, plannedRow } from './line-rows.js';
import { place, type Placement, type PlacementInput } from './placement.js';
import type { LinePart, PlanRun } from './plan-run.js';
import { priceApart, untoldPrice } from './price-apart.js';
import { descriptionOf, hasPriceChange, type PriceDecision } from './pricing.js';
import { highestFrom, type ProductChange } from './product-change.js';
import { chargeSpans, ownAmount, type PricedChange } from './span-charges.js';
import { askAboutAge, askAboutInitial } from './unit-questions.js';
import { hasWritten, pinKey, pricePinKey } from './resume.js';
import type { WantedProduct } from './wanted-quantity.js';

/** The price travels on a unit adjustment of the same line; by itself it is an adjustment of no units. */
export function placeAlone(run: PlanRun, part: PricedChange, all: readonly PricedChange[], market: BillingGrid): void {
  const { change, price } = part;
  const { wanted, target, event } = change;
  const direction = Math.sign(change.change) as -1 | 0 | 1;
  const travels = all.some((one) => one.change.target === target && one.change.change !== 0);
  if (direction === 0 && (!hasPriceChange(price) || travels || !change.include)) {
    keepAsItIs(run, part, market);
    return;
  }
  const untold = direction === 0 ? untoldPrice(run.facts, part) : undefined;
  if (untold && 'toldBy' in untold) {
    keepAsItIs(run, part, market);
    return;
  }
  const placed = untold ? { ...change, effective: untold.since } : change;
  const placement = place(inputFor(run, placed, direction, market));
  askAboutAge(run, event, placement);
  askAboutInitial(run, event, direction);
  if (direction === 0) {
    // Units that were only counted go to the ledger from their own day, whichever day the price gets.
    countOnly(run, part);
    addPart(run, part, placement, {});
    chargeSpans(run, [part], placement, market);
    run.linePlan(target).rows.push(plannedRow(run, part, placement));
    return;
  }
  // At a renewal the units that stay cost the new price from the first day, also where new units wait for theirs.
  if (event.kind === 'renewal' && hasPriceChange(price) && change.before > 0 && placement.date !== change.effective) {
    const atStart = place(inputFor(run, change, 0, market));
    addPart(run, part, atStart, { share: 0, base: 0, deduction: 0 });
  }
  const units = withPriceApart(run, part, placement, market);
  const isOvertaken = change.scheduled !== undefined && placement.date >= change.scheduled;
  // Half of it may be written already; then the other half has to follow.
  if (isOvertaken && !hasWritten(run.facts, target)) {
    // What was ordered ahead comes first: no day is left on which the change could show, only its money.
    const spans = placement.spans.filter((span) => span.kind === 'part' || span.kind === 'late');
    chargeSpans(run, [part], { ...placement, spans, lands: 'nowhere' }, market);
  } else {
    addPart(run, units, placement, change);
    chargeSpans(run, [part], placement, market);
    if (change.scheduled !== undefined) echo(run, part, change.scheduled, market);
  }
  describe(run, part);
  run.linePlan(target).rows.push(plannedRow(run, part, placement, units));
  noteLanding(run, wanted, placement);
}

/** The change as its units are written; a price that counts from another day gets an adjustment of its own. */
function withPriceApart(run: PlanRun, part: PricedChange, placement: Placement, market: BillingGrid): PricedChange {
  const apart = priceApart(run.facts, part, placement, (change) => place(inputFor(run, change, 0, market)));
  if (!apart) return part;
  if (apart.alone) {
    addPart(run, apart.alone.part, apart.alone.placement, {});
    chargeSpans(run, [apart.alone.part], apart.alone.placement, market);
  }
  run.findings.warn('PRICE_FOLLOWS', apart.why, false);
  return apart.units;
}

/** Nothing moves on the line; a difference a person decided, or units that were counted, still go to the ledger. */
function keepAsItIs(run: PlanRun, part: PricedChange, market: BillingGrid): void {
  const { change, price } = part;
  const still = countOnly(run, part);
  const net = ownAmount(run, [part]);
  const { event } = change;
  if (net !== undefined && sign(net) !== 0 && change.include && event.kind === 'change') {
    if (run.settings.proration === 'marketplace') {
      const until = market.startAfter(change.effective);
      const spans = [{ kind: 'part' as const, from: change.effective, until, sign: 1 as const }];
      chargeSpans(run, [part], { ...still, spans }, market);
    } else
      run.findings.warn(
        'AMOUNT_NOT_BILLED',
        `Order ${event.reference} charges ${cents(net)} for ${change.wanted.name} without a change of units; with Autotask proration it is not billed. Add it in Autotask by hand if it is owed.`,
        true,
      );
  }
  describe(run, part);
  run.linePlan(change.target).rows.push(plannedRow(run, { change, price }, still));
}

/** What a change moves in the ledger alone: units that were counted, or a difference a person decided. */
function countOnly(run: PlanRun, part: PricedChange): Placement {
  const { change } = part;
  const still: Placement = {
    date: change.effective,
    tableDate: change.effective,
    lands: 'ledger',
    spans: [],
    notes: change.include ? [] : ['The row is unticked: nothing is written, and the difference stands.'],
    isLate: false,
  };
  const moves = change.share !== 0 || change.base !== 0 || change.deduction !== 0;
  if (moves && change.target.line) addPart(run, part, still, change);
  return still;
}

/** Both lines of a plan switch on one day, and one net amount (DESIGN §6). */
export function placeSwitch(run: PlanRun, parts: readonly PricedChange[], market: BillingGrid): void {
  const moving = parts.filter((part) => part.change.change !== 0);
  const lead = moving.at(-1);
  if (!lead) {
    for (const part of parts) keepAsItIs(run, part, market);
    return;
  }
  const own = ownAmount(run, parts);
  const computed = sum(
    moving.map(({ change, price }) => Number(change.change < 0 ? price.now : price.after) * change.change || 0),
  );
  const holdsFrom = moving.reduce((day, part) => later(day, part.change.holdsFrom), lead.change.effective);
  const placement = place({
    ...inputFor(run, lead.change, 1, market),
    targets: moving.map((part) => part.change.target),
    holdsFrom,
    // The half that comes is owed for the days before as well, whoever billed the other one.
    ahead: [{ until: holdsFrom }],
    switchNet: sign(own ?? computed),
    hasWritten: moving.some((part) => hasWritten(run.facts, part.change.target)),
    pin: (day) => moving.map((part) => pinOf(run, part.change, day)).find((pin) => pin !== undefined),
  });
  askAboutAge(run, lead.change.event, placement);
  for (const part of parts) {
    addPart(run, part, placement, part.change);
    describe(run, part);
    run.linePlan(part.change.target).rows.push(plannedRow(run, part, placement));
  }
  chargeSpans(run, moving, placement, market);
  noteLanding(run, lead.change.wanted, placement);
}

/** An end or renewal ordered ahead stands: the change is taken back on that day. */
function echo(run: PlanRun, part: PricedChange, scheduled: CalendarDate, market: BillingGrid): void {
  const { change } = part;
  const back: ProductChange = {
    ...change,
    effective: scheduled,
    change: -change.change,
    share: -change.change,
    base: 0,
    deduction: 0,
  };
  const direction = Math.sign(back.change) as -1 | 0 | 1;
  const placement = place({
    ...inputFor(run, back, direction, market),
    // Neither proration nor refunds: it lands on its day like a move.
    kind: 'move',
  });
  const price: PriceDecision = { ...part.price, now: part.price.after, writePrice: undefined, writeCost: undefined };
  addPart(run, { change: back, price }, placement, back);
  chargeSpans(run, [{ change: back, price }], placement, market);
  run.findings.warn(
    'ORDERED_AHEAD',
    `For ${scheduled} ${change.wanted.name} has a quantity that was ordered ahead; it stays.`,
    false,
  );
}

function inputFor(run: PlanRun, change: ProductChange, direction: -1 | 0 | 1, market: BillingGrid): PlacementInput {
  const { event, target } = change;
  return {
    direction,
    kind: event.kind,
    effective: change.effective,
    // Units that are not there yet on E were charged ahead, so E is no day beyond which nothing was charged.
    boundary: event.boundary && !change.isHandDate && change.holdsFrom <= change.effective,
    holdsFrom: direction < 0 ? change.holdsFrom : change.effective,
    ahead: direction < 0 ? change.ahead : [],
    market,
    proration: run.settings.proration,
    syncRefunds: run.settings.syncRefunds,
    adjustPosted: run.capabilities.adjustPosted,
    today: run.facts.today,
    choices: event.choices,
    isHandDate: change.isHandDate,
    targets: [target],
    hasWritten: hasWritten(run.facts, target),
    pin: (day) => (direction === 0 ? run.pins.get(pricePinKey(target))?.get(day) : pinOf(run, change, day)),
    cover: (contract, day) => coverContract(run, event, contract, day),
  };
}

function pinOf(run: PlanRun, { target, wanted }: ProductChange, day: CalendarDate): CalendarDate | undefined {
  return run.pins.get(pinKey(target, wanted.subscriptionId, wanted.productKey))?.get(day);
}

/** Puts a change on its line's plan: units with the price that travels, or only one of the two. */
function addPart(
  run: PlanRun,
  { change, price }: PricedChange,
  placement: Placement,
  moves: { share?: number; base?: number; deduction?: number },
): void {
  if (placement.lands === 'nowhere') return;
  const { wanted, target, event } = change;
  const isWritten = placement.lands === 'write' && placement.date <= target.contract.end;
  const part: LinePart = {
    taskId: event.taskId,
    date: placement.date,
    written: isWritten,
    subscriptionId: wanted.subscriptionId,
    productKey: wanted.productKey,
    effective: change.effective,
    share: moves.share ?? 0,
    base: moves.base ?? 0,
    deduction: moves.deduction ?? 0,
    unitPrice: isWritten ? (price.writePrice ?? priceToBring(change, price, placement.date)) : undefined,
    unitCost: isWritten ? price.writeCost : undefined,
    reason: placementWords(event, wanted),
  };
  run.linePlan(target).parts.push(part);
}

/**
 * Units that had to come before the day from which their price was written bring it along: nothing else is billed then,
 * and without it Autotask would bill them at the line's first price.
 */
function priceToBring(
  { target, change }: ProductChange,
  { after }: PriceDecision,
  date: CalendarDate,
): Decimal | undefined {
  const isWritten = target.prices.before('unitPrice', target.contract.end) !== undefined;
  if (change <= 0 || after === undefined || !isWritten) return undefined;
  const isBilled = valueOn(target.ledger.expected('before'), date) > 0;
  return isBilled || target.prices.before('unitPrice', date) === after ? undefined : after;
}

/** The invoice text of a line: for a new line always, else where a person or a first sale says so. */
function describe(run: PlanRun, { change }: PricedChange): void {
  const { event, wanted, choice, target, isOnlyProduct } = change;
  if (!change.include) return;
  const text = descriptionOf(run.facts, event, wanted, choice, isOnlyProduct);
  if (text === undefined) return;
  const plan = run.linePlan(target);
  if (!target.line || target.created) plan.description ??= text;
  if (!target.line) return;
  const alone =
    !target.ledger.hasOtherShares(wanted.subscriptionId, [wanted.productKey], change.effective) &&
    highestFrom(change.untracked, change.effective) + change.base <= 0;
  const isSale = event.kind === 'sale' || event.kind === 'initial' || wanted.role === 'switchTo';
  const asked = choice?.description !== undefined || (isSale && alone && !target.created);
  if (asked) plan.description = text;
}

function noteLanding(run: PlanRun, wanted: WantedProduct, placement: Placement): void {
  if (placement.date === placement.tableDate && placement.lands === 'write') return;
  const note = placement.notes.at(-1);
  if (note !== undefined) run.findings.warn('DATE_MOVED', `${wanted.name}: ${note}`, false);
}
