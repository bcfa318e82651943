import { addDays } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import type { Order } from '../marketplace/order.js';
import { cents, minus, negate, sign, sum, times, type Decimal } from '../money/money.js';
import { addCharge, stateOnly, type ChargeWanted } from './charges.js';
import { valueOn } from './ledger.js';
import { isRecurringMoney, linesOf, netOf } from './order-money.js';
import type { MoneySpan, Placement } from './placement.js';
import type { PlanRun } from './plan-run.js';
import { priceSourceOf, type PriceDecision } from './pricing.js';
import type { ProductChange } from './product-change.js';
import { autotaskAmount, marketplaceAmount, type Computed } from './proration.js';

/** A change with its price: what a stretch of money is computed from. */
export interface PricedChange {
  change: ProductChange;
  price: PriceDecision;
  /** Of a price that follows its units: how many came before it. */
  arrived?: number | undefined;
}

/**
 * Makes charges of the money that units alone do not bring right: part periods of the marketplace, days before the first
 * open one, late days, and days a change had to move. One change, or both halves of a switch with one net amount.
 */
export function chargeSpans(
  run: PlanRun,
  parts: readonly PricedChange[],
  placement: Placement,
  market: BillingGrid,
): void {
  for (const span of placement.spans)
    // Moved days are put right on the line that bills them; everything else of a switch is one net charge.
    if (span.kind === 'shift') for (const part of parts) chargeSpan(run, [part], placement, span, market);
    else chargeSpan(run, parts, placement, span, market);
}

function chargeSpan(
  run: PlanRun,
  parts: readonly PricedChange[],
  placement: Placement,
  span: MoneySpan,
  market: BillingGrid,
): void {
  // A switch is one charge, keyed by the product it leads to.
  const lead = parts.at(-1);
  if (!lead) return;
  const { change } = lead;
  const { event, wanted, target } = change;
  const priced = parts.filter((part) => part.change.change !== 0 || span.kind === 'shift');
  if (priced.some((part) => unitPriceOf(part) === undefined)) {
    run.findings.require(
      'ORDER_INCOMPLETE',
      `No price is known for ${wanted.name}, so the days from ${span.from} cannot be charged. Enter a price in its row.`,
      { subject: { kind: 'product', id: wanted.productKey, name: wanted.name } },
    );
    return;
  }
  const money = spanMoney(run, parts, span, market, 'price');
  const isShift = span.kind === 'shift';
  const label = `${isShift ? 'Date shift' : 'Proration'}: ${wanted.name}`;
  if (span.kind === 'part' && sign(money.amount) < 0 && !run.settings.syncRefunds) {
    stateOnly(
      run,
      'prorated',
      wanted,
      { feeKind: 'proration', label },
      money.amount,
      span.from,
      'Refunds are not synced.',
    );
    return;
  }
  const units = parts.reduce((total, part) => total + unitsIn(part, span), 0);
  const wantedCharge: ChargeWanted = {
    feeKind: isShift ? 'shift' : 'proration',
    block: 'prorated',
    product: wanted,
    label,
    amount: money.amount,
    cost: spanMoney(run, parts, span, market, 'cost').amount,
    from: span.from,
    to: addDays(span.until, -1),
    quantity: `${units}`,
    arithmetic: money.arithmetic,
    computedBy: money.own ? 'marketplace' : 'psa-sync',
    after: placement.lands === 'write' ? { line: target, date: placement.date } : undefined,
    statedWithoutMapping: isShift,
  };
  if (!change.include) {
    stateOnly(run, 'prorated', wanted, wantedCharge, money.amount, span.from, 'The row is unticked.');
    return;
  }
  addCharge(run, target.contract, event, wantedCharge);
}

/** The amount of a stretch: the order's own where it has one, else computed by the rule of the proration in force. */
function spanMoney(
  run: PlanRun,
  parts: readonly PricedChange[],
  span: MoneySpan,
  market: BillingGrid,
  figure: 'price' | 'cost',
): Computed & { own: boolean } {
  const { contract } = parts[0]!.change.target;
  const own = figure === 'price' && (span.kind === 'part' || span.kind === 'late') ? ownAmount(run, parts) : undefined;
  if (own !== undefined && span.kind === 'part')
    return { amount: cents(own), arithmetic: `${cents(own)}, the marketplace's own amount`, own: true };
  if (own !== undefined && span.kind === 'late' && parts.every((part) => part.change.change > 0)) {
    const next = market.startAfter(span.from);
    if (next < span.until) {
      const rest = parts.map((part) => marketplaceAmount(valueOf(part, figure), next, span.until, market));
      const amount = cents(sum([own, ...rest.map((one) => one.amount)]));
      return {
        amount,
        arithmetic: `${cents(own)} (order) + ${rest.map((one) => one.arithmetic).join(' + ')}`,
        own: false,
      };
    }
  }
  const computed = parts.map((part) => {
    if (span.kind === 'shift') return shiftAmount(part, span, figure);
    if (span.kind === 'notOpen' && run.settings.proration === 'autotask')
      return autotaskAmount(valueOf(part, figure, span), span.from, span.until, contract);
    return marketplaceAmount(valueOf(part, figure, span), span.from, span.until, market);
  });
  const [only] = computed;
  if (only && computed.length === 1) return { ...only, own: false };
  return {
    amount: cents(sum(computed.map((one) => one.amount))),
    arithmetic: computed.map((one) => one.arithmetic).join('; '),
    own: false,
  };
}

/**
 * The order's own net of the products' lines: only where the order's change is the one that is planned, and only where
 * the marketplace's prices count (DESIGN §6 Money).
 */
export function ownAmount(run: PlanRun, parts: readonly PricedChange[]): Decimal | undefined {
  const nets: Decimal[] = [];
  for (const { change } of parts) {
    const { event, choice } = change;
    const untouched = choice?.quantity === undefined && choice?.price === undefined && !change.isHandDate;
    const fits = event.kind === 'sale' || event.kind === 'change' || event.kind === 'cancellation';
    if (!event.order || !fits || !untouched || change.base !== 0) return undefined;
    if (priceSourceOf(run.facts, event) !== 'marketplace') return undefined;
    const net = netOf(linesOf(event.order, change.wanted, change.isOnlyProduct).filter(isRecurringMoney));
    if (net !== undefined) nets.push(net);
    else if (parts.length === 1 && change.change < 0 && givesNothingBack(event.order)) nets.push('0');
  }
  return nets.length === 0 ? undefined : sum(nets);
}

/**
 * True for an order that lowers a product without a line for it and is worth nothing else: the marketplace's refund
 * policy gave nothing back, so there is nothing to sync (FEATURES PSH-2: the lines add up to the order total).
 */
function givesNothingBack({ lines, total }: Order): boolean {
  return lines.length > 0 || sign(total) === 0;
}

/** Moved money: Autotask's rounded item at the used day less at the wanted day (DESIGN §6 Date taken), put right. */
function shiftAmount(part: PricedChange, span: MoneySpan, figure: 'price' | 'cost'): Computed {
  const { change, price } = part;
  const value = times(figureOf(part, figure), change.change);
  const written = change.target.prices.before(figure === 'price' ? 'unitPrice' : 'unitCost', span.from);
  const now = written ?? (figure === 'price' ? price.now : price.costNow);
  const write = figure === 'price' ? price.writePrice : price.writeCost;
  // A price that travels on the moved adjustment moves for the units that stay as well.
  const moved =
    write === undefined || now === undefined
      ? '0'
      : times(minus(write, now), unitsKept(change, span) + (part.arrived ?? 0));
  const total = sum([value, moved]);
  const billed = autotaskAmount({ units: 1, price: total }, span.from, span.until, change.target.contract);
  const standing = times(now ?? '0', valueOn(change.target.stepsBefore, span.from));
  const owed = span.sign < 0 ? negate(billed.amount) : sum([billed.amount, atPeriodStart(part, span, standing, total)]);
  const amount = cents(owed);
  const words = span.sign < 0 ? 'Autotask bills these days too early' : 'Autotask bills these days too late';
  return { amount, arithmetic: `${words}: ${billed.arithmetic}; put right by ${amount}` };
}

/**
 * On the first day of a period a change makes no item of its own: the period is billed at once with what is there then, so
 * it is the whole amounts that round, not the change. What that differs by, at most a cent.
 */
function atPeriodStart({ change }: PricedChange, { from }: MoneySpan, standing: Decimal, total: Decimal): Decimal {
  if (!change.target.contract.grid.startsOn(from)) return '0';
  return sum([cents(sum([standing, total])), negate(cents(standing)), negate(cents(total))]);
}

/** Units of the line that stay, on the days that the shift is about. */
function unitsKept(change: ProductChange, { from: day }: MoneySpan): number {
  return valueOn(change.target.stepsBefore, day) + Math.min(change.change, 0);
}

function valueOf(part: PricedChange, figure: 'price' | 'cost', span?: MoneySpan): { units: number; price: Decimal } {
  return { units: unitsIn(part, span), price: figureOf(part, figure) };
}

/** Units that a stretch is about: those that move, or fewer of those that go. */
function unitsIn({ change: { change } }: PricedChange, span?: MoneySpan): number {
  return span?.units === undefined ? change : Math.sign(change) * span.units;
}

function figureOf(part: PricedChange, figure: 'price' | 'cost'): Decimal {
  return (figure === 'price' ? unitPriceOf(part) : unitCostOf(part)) ?? '0';
}

/** Units that come are billed at the new price, units that go were billed at the old one. */
function unitPriceOf({ change, price }: PricedChange): Decimal | undefined {
  return change.change < 0 ? (price.now ?? price.after) : (price.after ?? price.now);
}

function unitCostOf({ change, price }: PricedChange): Decimal | undefined {
  return change.change < 0 ? (price.costNow ?? price.costAfter) : (price.costAfter ?? price.costNow);
}
