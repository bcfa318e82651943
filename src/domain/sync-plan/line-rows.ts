import { addDays, daysInclusive, earlier } from '../calendar/calendar-date.js';
import { cents, minus, priceText, sign, times, type Decimal } from '../money/money.js';
import { valueOn } from './ledger.js';
import type { Placement } from './placement.js';
import type { PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import type { ProductChange } from './product-change.js';
import { autotaskItem } from './proration.js';
import type { PricedChange } from './span-charges.js';
import type { PlannedLine } from './sync-plan.js';
import type { WantedProduct } from './wanted-quantity.js';

/**
 * The wizard's row of a product (FEATURES WIZ-3), and its part in the recurring and prorated blocks (WIZ-4). Windows and
 * drift are filled in when the whole line is known.
 *
 * @param units the change as its units are written, where the price follows later.
 */
export function plannedRow(
  run: PlanRun,
  part: PricedChange,
  placement: Placement,
  units: PricedChange = part,
): PlannedLine {
  const { change, price } = part;
  const { wanted, target, mapping } = change;
  const unitsNow = valueOn(target.steps, placement.date);
  const moves = change.include ? change.change : 0;
  addRecurring(run, part);
  const arithmetic = [...placement.notes, ...prorated(run, units, placement)];
  const row: PlannedLine = {
    productKey: wanted.productKey,
    productName: wanted.name,
    serviceId: target.serviceId,
    serviceName: target.service?.name ?? mapping.service?.name ?? `service ${target.serviceId}`,
    invoiceDescription:
      run.linePlan(target).description ??
      target.line?.invoiceDescription ??
      mapping.service?.invoiceDescription ??
      mapping.service?.name ??
      wanted.name,
    include: change.include,
    effectiveDate: placement.date,
    quantityNow: change.before,
    quantityAfter: change.after,
    unitsNow,
    unitsAfter: unitsNow + moves,
    periodMonths: target.contract.grid.months,
    priceSource: price.source,
    detail: detailOf(change),
    now: [],
    after: [],
    arithmetic,
  };
  if (target.line) row.contractServiceId = target.line.id;
  if (price.now !== undefined) row.priceNow = price.now;
  if (price.after !== undefined) row.priceAfter = price.after;
  if (price.costNow !== undefined) row.costNow = price.costNow;
  if (price.costAfter !== undefined) row.costAfter = price.costAfter;
  return row;
}

/** Why an adjustment is made, in the words of the title. */
export function placementWords(event: PlanEvent, wanted: WantedProduct): string {
  return `${wanted.name}, ${event.reference}`;
}

/** New sale, Upgrade, Downgrade, … (FEATURES WIZ-3). */
function detailOf(change: ProductChange): string {
  const { event, wanted } = change;
  if (wanted.role !== 'plain') return 'Plan switch';
  switch (event.kind) {
    case 'cancellation':
    case 'endOfTerm':
    case 'expiry':
      return change.change === 0 ? 'No change' : 'Cancellation';
    case 'reconciliation':
      return change.change === 0 ? 'No change' : 'Reconciliation';
    case 'move':
      return 'Move';
    case 'renewal':
      return 'Renewal';
    case 'initial':
      return 'Running subscription';
    case 'sale':
    case 'change':
    case 'price':
    case 'billing':
      break;
  }
  if (change.change > 0) return change.before === 0 ? 'New sale' : 'Upgrade';
  if (change.change < 0) return 'Downgrade';
  return 'No change';
}

function shown(price: Decimal | undefined): string {
  return price === undefined ? 'an unknown price' : priceText(price);
}

function addRecurring(run: PlanRun, { change, price }: PricedChange): void {
  if (price.after === undefined || change.after === 0) return;
  const amount = cents(times(price.after, change.after));
  run.addAmount('recurring', {
    productKey: change.wanted.productKey,
    label: change.wanted.name,
    feeKind: 'recurring',
    quantity: `${change.after}`,
    unitPrice: price.after,
    amount,
    computedBy: 'autotask',
    arithmetic: `${change.after} × ${priceText(price.after)} = ${amount} each billing period`,
    written: change.include,
  });
  if (price.charged !== undefined && change.after === change.wanted.quantity)
    showInexpressible(run, change, price.after, price.charged, amount);
}

/** Tiers, or a discount on a large quantity: what one unit price cannot express is shown, not billed (DESIGN §6 Money). */
function showInexpressible(
  run: PlanRun,
  { wanted, after, include }: ProductChange,
  unitPrice: Decimal,
  charged: Decimal,
  amount: Decimal,
): void {
  const rest = cents(minus(cents(charged), amount));
  if (sign(rest) === 0 || !include) return;
  const arithmetic = `The marketplace charges ${cents(charged)} for ${after}; at ${priceText(unitPrice)} each Autotask bills ${amount}, a difference of ${rest} each billing period`;
  run.addAmount('recurring', {
    productKey: wanted.productKey,
    label: `Not in the unit price: ${wanted.name}`,
    feeKind: 'recurring',
    amount: rest,
    computedBy: 'marketplace',
    arithmetic,
    written: false,
  });
  run.findings.warn('PRICE_INEXACT', `${wanted.name}: ${arithmetic}. One unit price cannot express it.`, true);
}

/** The part period Autotask bills by itself, because the change falls inside a billing period. */
function prorated(run: PlanRun, { change, price }: PricedChange, placement: Placement): string[] {
  const { target, wanted } = change;
  const { grid } = target.contract;
  if (placement.lands !== 'write' || grid.startsOn(placement.date) || !change.include) return [];
  const before = times(price.now ?? price.after ?? '0', change.before);
  const after = times(price.after ?? price.now ?? '0', change.after);
  const value = minus(after, before);
  const amount = autotaskItem(value, placement.date, target.contract);
  if (Number(amount) === 0) return [];
  const period = grid.containing(placement.date);
  const days = daysInclusive(placement.date, earlier(period.last, target.contract.end));
  const ofDays = daysInclusive(period.first, period.last);
  const unitPrice = price.after ?? price.now;
  const rate =
    price.writePrice === undefined || change.before === 0
      ? `${change.change} × ${shown(unitPrice)}`
      : `(${change.after} × ${shown(price.after)} − ${change.before} × ${shown(price.now)})`;
  const arithmetic = `${rate} × ${days} of ${ofDays} days = ${amount} (Autotask computes this when the period is posted)`;
  // With marketplace proration the block holds the marketplace's part periods; Autotask's own share of a period is no
  // part of the order's money and shows in the arithmetic and the invoice only.
  if (run.settings.proration === 'marketplace') return [arithmetic];
  run.addAmount('prorated', {
    productKey: wanted.productKey,
    label: wanted.name,
    feeKind: 'proration',
    from: placement.date,
    to: addDays(placement.date, days - 1),
    quantity: `${change.change}`,
    ...(unitPrice === undefined ? {} : { unitPrice }),
    days,
    ofDays,
    amount,
    computedBy: 'autotask',
    arithmetic,
    written: true,
  });
  return [arithmetic];
}
