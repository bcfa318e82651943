import { later, type CalendarDate } from '../calendar/calendar-date.js';
import type { OrderLine } from '../marketplace/order.js';
import { chargingCycle, periodMonths } from '../marketplace/period.js';
import {
  cents,
  decimal,
  equal,
  priceText,
  round,
  sign,
  sum,
  times,
  unitPriceOf,
  type Decimal,
} from '../money/money.js';
import type { Findings } from './findings.js';
import type { LineTarget } from './line-target.js';
import { isRecurringMoney, isWholeCycle, linesOf, netOf } from './order-money.js';
import type { PlanEvent } from './plan-event.js';
import type { LineChoice } from './sync-choices.js';
import type { ServiceMappingFacts, SyncFacts } from './sync-facts.js';
import type { WantedProduct } from './wanted-quantity.js';

/** Where a price, cost or description comes from. */
export type PriceSource = 'autotask' | 'marketplace' | 'hand';

/** Price and cost of a line before and after, per unit and billing period, and what of it has to be written. */
export interface PriceDecision {
  now: Decimal | undefined;
  costNow: Decimal | undefined;
  after: Decimal | undefined;
  costAfter: Decimal | undefined;
  /** Absent = stays as it is. */
  writePrice: Decimal | undefined;
  writeCost: Decimal | undefined;
  source: PriceSource;
  /** What the marketplace charges for the whole quantity each period, where it says more than the unit price does. */
  charged?: Decimal | undefined;
}

/** The price source in force: a person's choice for this task, else the setting (FEATURES INS-3). */
export function priceSourceOf(facts: SyncFacts, event: PlanEvent): 'autotask' | 'marketplace' {
  return event.choices.priceSource ?? facts.settings.priceSource;
}

/** True when a price or cost differs and has to be written. */
export function hasPriceChange(decision: PriceDecision): boolean {
  return decision.writePrice !== undefined || decision.writeCost !== undefined;
}

/** A price per unit and period, and what the whole quantity costs with it where that is known. */
interface UnitPrice {
  price: Decimal;
  charged?: Decimal | undefined;
}

/**
 * The unit price the marketplace charges per billing period. Orders that charge a whole cycle say what the customer
 * really pays, discount included: the lines' own unit price where it gives the amount to the cent, else extended ÷
 * quantity to four decimals. Everything else follows the subscription.
 */
export function marketplacePrice(
  event: PlanEvent,
  wanted: WantedProduct,
  isOnlyProduct: boolean,
): UnitPrice | undefined {
  const { order, subscription } = event;
  const wholeCycle = event.kind === 'sale' || event.kind === 'renewal';
  if (order && wholeCycle && wanted.quantity > 0) {
    const cycle = chargingCycle(subscription.billingModel, subscription.billingPeriod, subscription.subscriptionPeriod);
    const lines = linesOf(order, wanted, isOnlyProduct).filter(isRecurringMoney);
    const charged = lines.filter((line) => line.feeType === 'recurring');
    const months = periodMonths(cycle);
    if (
      charged.length > 0 &&
      charged.every((line) => isWholeCycle(line, months)) &&
      lines.every((line) => line.feeType !== 'prorated') &&
      Number(sum(charged.map((line) => line.quantity))) === wanted.quantity
    ) {
      const net = netOf(lines) ?? '0';
      const stated = statedPrice(charged, net, wanted.quantity);
      return stated ?? { price: unitPriceOf(net, wanted.quantity), charged: net };
    }
  }
  const stored = wanted.stored?.unitPrice;
  if (stored !== undefined) return perUnit(stored, wanted.quantity);
  const line = order
    ? linesOf(order, wanted, isOnlyProduct).find((one) => one.feeType === 'recurring' || one.feeType === 'prorated')
    : undefined;
  return line ? perUnit(line.unitPrice, wanted.quantity) : undefined;
}

/**
 * The unit price that the lines state, where it explains the amount to the cent. Dividing a rounded amount would give
 * another fourth decimal, which costs a cent as soon as the quantity changes.
 */
function statedPrice(charged: readonly OrderLine[], net: Decimal, quantity: number): UnitPrice | undefined {
  const [first, ...others] = charged;
  if (!first || others.some((line) => !equal(line.unitPrice, first.unitPrice))) return undefined;
  const price = heldPrice(first.unitPrice);
  return equal(price, first.unitPrice) && equal(cents(times(price, quantity)), net) ? { price } : undefined;
}

/** A unit price as Autotask holds it: with four decimals (DESIGN §6 Money). */
export function heldPrice(exact: Decimal): Decimal {
  return round(exact, PRICE_PLACES);
}

function perUnit(exact: Decimal, quantity: number): UnitPrice {
  const price = heldPrice(exact);
  return equal(price, exact) ? { price } : { price, charged: times(exact, quantity) };
}

const PRICE_PLACES = 4;

/** Price and cost that a source names; undefined where it names none in the connection's currency. */
function sourceFigures(
  facts: SyncFacts,
  event: PlanEvent,
  wanted: WantedProduct,
  mapping: ServiceMappingFacts,
  isOnlyProduct: boolean,
): { price: Decimal | undefined; cost: Decimal | undefined; charged?: Decimal | undefined } {
  if (priceSourceOf(facts, event) === 'marketplace') {
    const cost = wanted.stored?.unitCost;
    return {
      ...(marketplacePrice(event, wanted, isOnlyProduct) ?? { price: undefined }),
      cost: cost === undefined ? undefined : decimal(cost),
    };
  }
  const { service } = mapping;
  const cost = service?.unitCost;
  return {
    price: servicePrice(facts, mapping),
    cost: cost === undefined || facts.isInternalCurrency === false ? undefined : decimal(cost),
  };
}

/** The service's price in the connection's currency: its price list's, else its own where the currency is the tenant's. */
function servicePrice(facts: SyncFacts, mapping: ServiceMappingFacts): Decimal | undefined {
  if (mapping.listPrice !== undefined) return decimal(mapping.listPrice);
  if (facts.isInternalCurrency === false || !mapping.service) return undefined;
  return decimal(mapping.service.unitPrice);
}

/**
 * Decides price and cost of a line for one product: hand-set prices stay unless chosen, one line has one price, and a
 * different price while other shares are on it is a person's decision (DESIGN §6 Money).
 *
 * @param date the day the price would hold from.
 */
export function decidePrice(
  facts: SyncFacts,
  event: PlanEvent,
  wanted: WantedProduct,
  mapping: ServiceMappingFacts,
  target: LineTarget,
  about: { date: CalendarDate; choice: LineChoice | undefined; isOnlyProduct: boolean; hasOthers: boolean },
  findings: Findings,
): PriceDecision {
  const known = later(about.date, facts.task.readOn);
  const current = currentPrice(facts, target, mapping, known);
  const { choice } = about;
  const kept: PriceDecision = {
    now: current.price,
    costNow: current.cost,
    after: current.price,
    costAfter: current.cost,
    writePrice: undefined,
    writeCost: undefined,
    source: current.handSet ? 'hand' : priceSourceOf(facts, event),
  };
  // A line that goes to nothing keeps its price: there is nothing left to bill at another one.
  if (wanted.quantity === 0 && choice?.price === undefined) return kept;
  const figures = sourceFigures(facts, event, wanted, mapping, about.isOnlyProduct);
  const chosen = choice?.price === undefined ? undefined : decimal(choice.price);
  const wantsOwn = chosen !== undefined || event.choices.priceSource !== undefined;
  if (current.handSet && !wantsOwn) {
    if (figures.price !== undefined && figures.price !== current.price)
      findings.warn(
        'PRICE_HAND_SET',
        `The price ${priceText(current.price ?? '0')} of ${wanted.name} was set by hand in Autotask and stays; the ${priceSourceOf(facts, event)} price is ${priceText(figures.price)}.`,
        false,
      );
    return kept;
  }
  const price = chosen ?? figures.price ?? current.price;
  const cost = choice?.cost === undefined ? figures.cost : decimal(choice.cost);
  const { prices } = target;
  const differs = price !== undefined && (price !== current.price || prices.wroteItself('unitPrice'));
  if (differs && about.hasOthers && current.price !== undefined) {
    if (choice?.priceConflict === undefined) askForPrice(wanted, target, current.price, price, findings);
    if (choice?.priceConflict !== 'repriceAll') return kept;
  }
  const costDiffers =
    facts.capabilities.costVisible && cost !== undefined && (cost !== current.cost || prices.wroteItself('unitCost'));
  if (differs && prices.hasPriceAhead(known))
    findings.warn(
      'PRICE_ORDERED_AHEAD',
      `A price of ${wanted.name} was ordered ahead; the price written now replaces it. Check it when that day comes.`,
      true,
    );
  return {
    ...kept,
    after: price,
    costAfter: cost ?? current.cost,
    writePrice: differs ? price : undefined,
    // A cost that differs by itself would go back and forth between subscriptions that share the line.
    writeCost: costDiffers && (differs || !about.hasOthers) ? cost : undefined,
    source: chosen === undefined ? priceSourceOf(facts, event) : 'hand',
    charged: chosen === undefined ? figures.charged : undefined,
  };
}

/** Text for the invoice: a person's, else what the price source gives; undefined = the service's own. */
export function descriptionOf(
  facts: SyncFacts,
  event: PlanEvent,
  wanted: WantedProduct,
  choice: LineChoice | undefined,
  isOnlyProduct: boolean,
): string | undefined {
  if (choice?.description !== undefined) return choice.description.slice(0, DESCRIPTION_LENGTH);
  if (priceSourceOf(facts, event) === 'autotask') return undefined;
  if (facts.settings.trimDescription) return wanted.name.slice(0, DESCRIPTION_LENGTH);
  const line =
    event.order && event.kind === 'sale'
      ? linesOf(event.order, wanted, isOnlyProduct).find(
          (one) => one.feeType === 'recurring' || one.feeType === 'prorated',
        )
      : undefined;
  const full = line?.description.trim() || `${wanted.name} (${event.subscription.name})`;
  return full.slice(0, DESCRIPTION_LENGTH);
}

/** `invoiceDescription` holds 1000 characters (reference/autotask-rest-api §10.5). */
const DESCRIPTION_LENGTH = 1000;

interface CurrentPrice {
  price: Decimal | undefined;
  cost: Decimal | undefined;
  handSet: boolean;
}

/**
 * What a line charges before this task: what we wrote, unless Autotask shows that somebody changed it. What this task
 * itself wrote first is left out; then the line's and the service's list figures stand for what was there.
 */
function currentPrice(
  facts: SyncFacts,
  target: LineTarget,
  mapping: ServiceMappingFacts,
  known: CalendarDate,
): CurrentPrice {
  const { line, prices } = target;
  if (!line) return { price: undefined, cost: undefined, handSet: false };
  const shown = effectivePrice(line);
  // A line of ours that never held a unit carries whatever price Autotask gave it, not one that somebody set.
  const isFresh = target.created && !target.ledger.wasKnown;
  const isOurs = (price: Decimal | undefined): boolean =>
    shown !== undefined && price !== undefined && isNear(shown, price);
  const handSet =
    shown !== undefined &&
    !isFresh &&
    !isOurs(prices.lastPrice()) &&
    !isOurs(prices.priceOn(known, 'full')) &&
    !isOurs(servicePrice(facts, mapping)) &&
    !isOurs(rawServicePrice(line, mapping));
  const listCost = prices.wroteItself('unitCost') ? mapping.service?.unitCost : line.unitCost;
  const cost = prices.inForce('unitCost', known) ?? (isFresh ? undefined : listCost);
  const listPrice = prices.wroteItself('unitPrice') ? line.unitPrice : shown;
  const price = handSet ? shown : (prices.inForce('unitPrice', known) ?? (isFresh ? undefined : listPrice));
  return {
    price: price === undefined ? undefined : decimal(price),
    cost: cost === undefined ? undefined : decimal(cost),
    handSet,
  };
}

/**
 * The effective price per unit in the company's currency. REST shows it only as a base-currency figure, so it is
 * brought back by the ratio of the line's list prices (reference/autotask-rest-api §10.5, §11.7).
 */
export function effectivePrice(line: {
  unitPrice?: Decimal;
  internalCurrencyUnitPrice?: Decimal;
  internalCurrencyAdjustedPrice?: Decimal;
}): Decimal | undefined {
  const { unitPrice, internalCurrencyUnitPrice: internal, internalCurrencyAdjustedPrice: adjusted } = line;
  if (adjusted === undefined) return unitPrice === undefined ? undefined : decimal(unitPrice);
  if (unitPrice === undefined || internal === undefined || sign(internal) === 0) return decimal(adjusted);
  if (adjusted === internal) return decimal(unitPrice);
  return unitPriceOf(times(adjusted, unitPrice), internal);
}

/** The service's base-currency price brought to the line's currency, to recognise a price nobody touched. */
function rawServicePrice(
  line: { unitPrice?: Decimal; internalCurrencyUnitPrice?: Decimal },
  mapping: ServiceMappingFacts,
): Decimal | undefined {
  const internal = line.internalCurrencyUnitPrice;
  if (!mapping.service || line.unitPrice === undefined || internal === undefined || sign(internal) === 0)
    return undefined;
  return unitPriceOf(times(mapping.service.unitPrice, line.unitPrice), internal);
}

/** Read-back prices are compared with a tolerance (reference/autotask-rest-api §11.7). */
function isNear(a: Decimal, b: Decimal): boolean {
  return Math.abs(Number(a) - Number(b)) <= 0.005;
}

function askForPrice(
  wanted: WantedProduct,
  target: LineTarget,
  now: Decimal,
  price: Decimal,
  findings: Findings,
): void {
  const answer = (priceConflict: LineChoice['priceConflict']) => ({
    lines: [{ productKey: wanted.productKey, include: true, priceConflict }],
  });
  findings.require(
    'PRICE_CONFLICT',
    `Line ${target.line?.id ?? ''} bills ${priceText(now)} for units that are not this subscription's; here ${wanted.name} costs ${priceText(price)}. One line has one price: map another service, or choose.`,
    {
      subject: { kind: 'line', id: `${target.line?.id ?? ''}`, name: wanted.name },
      options: [
        { value: 'keep', label: `Keep ${priceText(now)}`, choices: answer('keep') },
        { value: 'repriceAll', label: `${priceText(price)} for all units of the line`, choices: answer('repriceAll') },
        { value: 'secondLine', label: 'A second line of the service', choices: answer('secondLine') },
      ],
    },
  );
}
