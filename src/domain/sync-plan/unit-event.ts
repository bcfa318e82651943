import type { BillingGrid } from '../calendar/period-grid.js';
import { chargeFees } from './charges.js';
import type { ContractTarget } from './contract-target.js';
import { alsoCarried, coverContract, otherPeoplesLines } from './extension.js';
import { lineTargetFor, type LineTarget } from './line-target.js';
import { termEndOf, type PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import { checkSharedServices, mappingOf } from './preconditions.js';
import { decidePrice, type PriceDecision } from './pricing.js';
import { choiceFor, highestFrom, productChange, type ProductChange } from './product-change.js';
import { type PricedChange } from './span-charges.js';
import { askAboutDuration } from './unit-questions.js';
import { settledQuantities } from './quantity-mismatch.js';
import { wantedProducts } from './wanted-quantity.js';
import { endIfEmpty, inTwoHalves, leaves, leavesUnanswered } from './leaving-contract.js';
import { placeAlone, placeSwitch } from './place-change.js';

/** The contract a subscription's units are on or come to, and the one they leave. */
export interface UnitContracts {
  /** Undefined while there is none: then only what is missing and what it costs can be said. */
  contract: ContractTarget | undefined;
  /** The contract that still holds units: of a move, or of a switch to another billing cycle. */
  leaving: ContractTarget | undefined;
}

/**
 * Plans one event of a subscription whose quantity lives on contract lines: the change of every product it names, where
 * each lands, what price travels with it and what has to be charged besides (DESIGN §6).
 */
export function planUnits(run: PlanRun, event: PlanEvent, contracts: UnitContracts, market: BillingGrid): void {
  const { contract, leaving } = contracts;
  const products = settledQuantities(run, event, wantedProducts(event, run.facts, run.findings));
  chargeFees(run, contract, event, products);
  const mapped = products.flatMap((wanted) => {
    const mapping = mappingOf(run.facts, event, wanted, run.findings);
    return mapping?.service ? [{ wanted, mapping, service: mapping.service }] : [];
  });
  checkSharedServices(run.facts, mapped, run.findings);
  askAboutDuration(run, event, products, market);
  if (!contract) return;
  if (leaving && leavesUnanswered(run, event, products, leaving)) return;

  const isOnlyProduct = products.length === 1;
  const halves = leaving && event.kind === 'move' ? mapped.flatMap(inTwoHalves) : mapped;
  const changes = halves.flatMap(({ wanted, mapping, service }) => {
    const choice = choiceFor(event, wanted);
    const target = lineTargetFor(
      run.facts,
      leaving && leaves(run, wanted, leaving) ? leaving : contract,
      {
        productKey: wanted.productKey,
        productName: wanted.name,
        subscriptionId: wanted.subscriptionId,
        service,
        contractServiceId: choice?.contractServiceId,
        secondLine: choice?.priceConflict === 'secondLine',
      },
      run.findings,
    );
    const change = productChange(run, event, wanted, mapping, sameTarget(run, target), isOnlyProduct);
    // Nothing sold and nothing counted: no line is made for it.
    return change.change === 0 && change.after === 0 && !change.target.line ? [] : [change];
  });
  const priced = changes.map((change) => ({ change, price: priceOf(run, change, changes) }));
  checkOnePrice(run, priced);

  coverTerm(run, event, contract, priced);
  const from = priced.filter((part) => part.change.wanted.role === 'switchFrom');
  const to = priced.filter((part) => part.change.wanted.role === 'switchTo');
  const isSwitch = from.length > 0 && to.length > 0;
  if (isSwitch) placeSwitch(run, [...from, ...to], market);
  for (const part of priced)
    if (!isSwitch || part.change.wanted.role === 'plain') placeAlone(run, part, priced, market);
  if (leaving) endIfEmpty(run, leaving);
}

/** Several products of one line work on the same target. */
function sameTarget(run: PlanRun, target: LineTarget): LineTarget {
  return run.linePlan(target).target;
}

function priceOf(run: PlanRun, change: ProductChange, all: readonly ProductChange[]): PriceDecision {
  const { event, wanted, mapping, target, effective, choice, untracked } = change;
  const own = all.filter((other) => other.target === target).map((other) => other.wanted.productKey);
  const hasOthers =
    target.ledger.hasOtherShares(wanted.subscriptionId, own, effective) ||
    highestFrom(untracked, effective) + change.base > 0;
  const decision = decidePrice(
    run.facts,
    event,
    wanted,
    mapping,
    target,
    { date: effective, choice, isOnlyProduct: change.isOnlyProduct, hasOthers },
    run.findings,
  );
  if (decision.now !== undefined) return decision;
  // Of a line that an event of the same plan makes, what that one charges is the price there is.
  const now = run.figureOf(target, 'unitPrice');
  const costNow = run.figureOf(target, 'unitCost');
  return { ...decision, now, costNow, after: decision.after ?? now, costAfter: decision.costAfter ?? costNow };
}

/** Two products of one order on one line at two prices cannot both be billed. */
function checkOnePrice(run: PlanRun, priced: readonly PricedChange[]): void {
  for (const { change, price } of priced) {
    const other = priced.find(
      (one) =>
        one.change !== change &&
        one.change.target === change.target &&
        one.change.after > 0 &&
        change.after > 0 &&
        one.price.after !== price.after,
    );
    if (!other) continue;
    const names = [change.wanted.name, other.change.wanted.name].sort().join(' and ');
    const prices = [price.after ?? '–', other.price.after ?? '–'].sort().join(' and ');
    run.findings.require(
      'PRICE_CONFLICT',
      `${names} share one line but cost ${prices}. One line has one price: map them to two services, or enter one price for both.`,
      { subject: { kind: 'line', id: `${change.target.line?.id ?? ''}`, name: names } },
    );
    return;
  }
}

/** A renewal carries its contract to the end of the new term; others may be asked to (DESIGN §6 Guards). */
function coverTerm(run: PlanRun, event: PlanEvent, contract: ContractTarget, priced: readonly PricedChange[]): void {
  const end = termEndOf(event);
  const goesOn = priced.some((part) => part.change.after > 0);
  if (end === undefined || !goesOn || contract.end >= end) return;
  if (event.kind === 'renewal' || event.choices.extend === true) {
    if (event.choices.extend !== false) coverContract(run, event, contract, end);
    return;
  }
  run.findings.warn(
    'CONTRACT_ENDS_BEFORE_TERM',
    `Contract ${contract.facts?.contract.id ?? ''} ends on ${contract.end}, before the subscription's term does on ${end}. It can be extended here.${alsoCarried(otherPeoplesLines(run, contract))}`,
    false,
  );
}
