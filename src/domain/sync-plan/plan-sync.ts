import type { CalendarDate } from '../calendar/calendar-date.js';
import { planBilling, planMetered, planTerm } from './charge-event.js';
import { contractTargetOf } from './contract-choice.js';
import { firstOpenStart, gridOf, lastPostedOf, standingContract, type ContractTarget } from './contract-target.js';
import { effectiveDateOf, taskPlaceOf } from './effective-date.js';
import { Findings } from './findings.js';
import { lengthen } from './extension.js';
import { foldedRun } from './folding.js';
import { lastValue, LineLedger } from './ledger.js';
import { planEvent, type PlanEvent } from './plan-event.js';
import { planHash } from './plan-hash.js';
import { planResult } from './plan-result.js';
import { PlanRun } from './plan-run.js';
import { checkCurrency, subscriptionSubject, usableCompanies } from './preconditions.js';
import { unreadableFact } from './readable-facts.js';
import type { ContractFacts, SyncFacts } from './sync-facts.js';
import type { AmountBlock, SyncPlan } from './sync-plan.js';
import { compareTasks } from '../sync-task/task-order.js';
import { planUnits } from './unit-event.js';

/**
 * Plans one task: which writes bring Autotask to what the marketplace sells, what they cost, and what a person must
 * settle first (DESIGN §6). Pure: same facts, same plan. Missing facts become required actions, never exceptions.
 *
 * *E* effective day · *B* next marketplace billing date after E · *G* first contract period start on or after E.
 * The direction is the sign of this subscription's own change, never target minus units.
 *
 *     change                       Autotask proration          marketplace proration
 *     ---------------------------  --------------------------  -----------------------------------------------
 *     up                           units on E                  units on B; charge for E … B−1
 *                                                              E … B−1 exactly one contract period:
 *                                                              units on E, no charge
 *     down, refunds withheld       units on G                  units on B
 *     down, refunds synced         units on E                  units on B; negative charge for E … B−1
 *     down, E is a billing date    units on E                  units on E
 *     none, price or cost differs  zero-unit adjustment at the start of E's period; a renewal's on E
 *     plan switch                  both lines on E             both lines on B; one net charge or refund
 *     switch, net < 0, withheld    both lines on G             both lines on B, no refund
 *     reconciliation, move         units on E, the first open period start; never a charge
 *     running already, billed      units on B, no charge
 *     line or contract absent      createContract, createLine, then as up
 *
 * Then, in this order (placement.ts): *late* – a person chooses; *outside the contract* – its start, an extension, or the
 * ledger only; *not open* – the first open period start with the days between as a charge; *date taken* – the nearest
 * free day with the money put right.
 *
 *     this file          routes a task to what it is: units, term charges, metered, billing, not supported
 *     effective-date     E and what happened          wanted-quantity    absolute quantities per product
 *     product-change     change against the ledger    placement          the table above and what follows it
 *     pricing            price, cost, description     span-charges       money that units alone do not bring right
 *     charge-event       usage, terms, fees           drift              what was changed by hand
 *     line-operations    one adjustment a day         plan-result        the whole plan, then without what is proven
 */
export function planSync(facts: SyncFacts): SyncPlan {
  const unreadable = unreadableFact(facts);
  if (unreadable !== undefined)
    return refused(
      facts,
      'ORDER_INCOMPLETE',
      `The facts of this task hold something unreadable: ${unreadable}. Check for changes again; if it stays, look at the order in the marketplace.`,
    );
  const effective = effectiveDateOf(facts.task, facts.timeZone, openPeriods(facts));
  if (effective.date === undefined)
    return refused(facts, effective.problem === 'type' ? 'ORDER_TYPE_UNKNOWN' : 'ORDER_INCOMPLETE', effective.message);
  const event = planEvent(facts.task, effective, facts.choices);
  const { run, folded } = foldedRun(facts, event, planEvents);
  return planResult(run, folded);
}

/** Plans the events of a run one after the other: each sees the shares the ones before it leave. */
function planEvents(run: PlanRun): void {
  const { facts, event, findings } = run;
  guard(run);
  const companies = usableCompanies(facts, findings);
  checkCurrency(facts, event, findings);
  if (isUnsupported(event)) {
    findings.notSupported = `Order ${event.reference} changes something Autotask cannot express, such as a name or automatic renewal. Nothing is written.`;
    return;
  }
  if (event.charging.kind === 'unknown') {
    findings.require(
      'CYCLE_UNKNOWN',
      `Subscription ${event.subscription.name} bills by ${event.charging.word}, which is not known here. Look at it in the marketplace.`,
      { subject: subscriptionSubject(event) },
    );
    return;
  }
  const needsContract = event.charging.kind !== 'metered' || event.kind === 'billing' || hasFees(event);
  const contract = needsContract ? contractTargetOf(facts, event, companies, findings) : undefined;
  if (contract) {
    const end = run.plannedEnds.get(contract.token);
    if (end !== undefined && end > contract.end) lengthen(contract, end);
    run.contracts.push(contract);
  }
  const leaving = leavingContract(run);
  if (leaving) run.contracts.push(leaving);
  for (const one of run.events) planOne(run, one, contract, leaving);
}

function planOne(
  run: PlanRun,
  event: PlanEvent,
  contract: ContractTarget | undefined,
  leaving: ContractTarget | undefined,
): void {
  if (event.kind === 'billing') planBilling(run, event, contract);
  else if (event.charging.kind === 'metered') planMetered(run, event, contract);
  else if (event.charging.kind === 'term') planTerm(run, event, contract);
  else if (event.charging.kind === 'units') planUnits(run, event, { contract, leaving }, event.charging.grid);
}

/** What is never automatic, and which open task this one has to wait for (DESIGN §6 Guards, Order). */
function guard(run: PlanRun): void {
  const { facts, event, findings } = run;
  if (event.kind === 'initial') findings.manualBecause('A running subscription is met for the first time.');
  if (event.kind === 'reconciliation') findings.manualBecause('A reconciliation is always confirmed by a person.');
  if (event.kind === 'move') findings.manualBecause('A move is always confirmed by a person.');
  if (facts.followsIgnored)
    findings.manualBecause('The task before this one was ignored, so this one may include what it asked for.');
  if (facts.openTasks.length === 0) return;
  const own = taskPlaceOf(facts.task, facts.timeZone);
  const older = facts.openTasks.filter((task) => compareTasks(taskPlaceOf(task, facts.timeZone), own) < 0);
  for (const task of older)
    findings.warn(
      'HELD',
      `${task.order?.number ?? 'An older task'} of this subscription is not synced yet; this plan does not count it.`,
      false,
    );
}

/** A change order that names neither a product nor an amount: a friendly name, a flag (FEATURES PSH-10). */
function isUnsupported(event: PlanEvent): boolean {
  const { order } = event;
  return event.kind === 'change' && order !== undefined && order.items.length === 0 && order.lines.length === 0;
}

function hasFees(event: PlanEvent): boolean {
  return (event.order?.lines ?? []).some(
    (line) => line.feeType === 'setup' || line.feeType === 'cancellationFee' || line.feeType === 'overuse',
  );
}

/** Another contract on which the subscription still has units. */
function leavingContract(run: PlanRun): ContractTarget | undefined {
  const { facts, event } = run;
  const other = facts.otherContract;
  if (!other || other.contract.id === facts.contract?.contract.id) return undefined;
  const holds = other.lines.some((line) => {
    const ledger = new LineLedger(
      facts.ledger.filter((step) => step.contractServiceId === line.id),
      facts.task.id,
    );
    return ledger
      .productsOf(event.subscription.id)
      .some((productKey) => lastValue(ledger.share(event.subscription.id, productKey)) > 0);
  });
  return holds ? standingContract(other, facts.proven) : undefined;
}

/** The contract, with the first open period start of the lines this subscription is on or comes to. */
function openPeriods(
  facts: SyncFacts,
): (ContractFacts & { firstOpenStart: (from: CalendarDate) => CalendarDate }) | undefined {
  const { contract } = facts;
  if (!contract) return undefined;
  return {
    ...contract,
    firstOpenStart: (from) => {
      const services = new Set(facts.services.map((service) => service.serviceId));
      const lines = new Set(contract.lines.filter((line) => services.has(line.serviceId)).map((line) => line.id));
      const grid = gridOf(contract.contract);
      const posted = lastPostedOf(
        grid,
        contract.units.filter((row) => lines.has(row.contractServiceId)),
      );
      return firstOpenStart(grid, posted, from);
    },
  };
}

/** A plan that says only why there is none. */
function refused(facts: SyncFacts, code: 'ORDER_INCOMPLETE' | 'ORDER_TYPE_UNKNOWN', message: string): SyncPlan {
  const findings = new Findings();
  const { order, subscription } = facts.task;
  findings.require(code, message, {
    subject: order
      ? { kind: 'order', id: order.id, name: order.number }
      : { kind: 'subscription', id: subscription.id, name: subscription.name },
  });
  const empty = (): AmountBlock => ({ total: '0.00', rows: [] });
  return {
    operations: [],
    lines: [],
    amounts: { setup: empty(), prorated: empty(), recurring: empty(), overuse: empty(), cancellation: empty() },
    invoiceImpact: [],
    folded: [],
    ledgerOnly: [],
    requiredActions: findings.requiredActions,
    warnings: [],
    automatic: false,
    manualReason: message,
    hash: planHash([], facts.choices, []),
  };
}
