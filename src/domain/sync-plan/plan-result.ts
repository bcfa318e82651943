import type { UnitWindow } from '../autotask/unit-windows.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import { sign } from '../money/money.js';
import { settleDrift } from './drift.js';
import { everyLine, extensionFixes, otherPeoplesLines } from './extension.js';
import { invoiceImpact, unitsAt, windowsAfter, windowsNow } from './invoice-impact.js';
import { compareAdjustments, lineOperations, type Adjustment } from './line-operations.js';
import { operationKeys } from './operation-keys.js';
import { planHash } from './plan-hash.js';
import type { LinePlan, PlanRun } from './plan-run.js';
import type { SyncFacts } from './sync-facts.js';
import type { PlannedLedgerStep, PlannedOperation, SyncPlan } from './sync-plan.js';

/** An operation with the names of what it works on, for the hash. */
interface NamedOperation {
  operation: PlannedOperation;
  contract: string;
  line: string;
}

/**
 * Puts the plan together: the whole of it first, then without what is proven already (DESIGN §6 Change), so that
 * planning after a sync gives an empty plan and a resumed task keeps its hash.
 */
export function planResult(run: PlanRun, folded: SyncPlan['folded']): SyncPlan {
  const { facts, findings } = run;
  includeExtendedLines(run);
  const drift = settleDrift(run);
  const done = provenKeys(facts);
  const whole: NamedOperation[] = [];
  const ledgerOnly: SyncPlan['ledgerOnly'] = [];
  const adjusted: { plan: LinePlan; operations: Adjustment[] }[] = [];
  for (const plan of run.lines.values()) {
    const { operations, ledgerOnly: counted } = lineOperations(run, plan, done);
    adjusted.push({ plan, operations });
    ledgerOnly.push(...unwritten(facts, plan, counted));
  }
  whole.push(...contractOperations(run, adjusted));
  whole.push(...lineCreations(adjusted));
  whole.push(...descriptions(adjusted, done));
  whole.push(...inOrder(adjusted));
  whole.push(...chargeOperations(run, adjusted));
  whole.push(...contractEnds(run, adjusted));
  guardAutomation(run, whole);

  const isSynced = facts.task.isSynced === true;
  if (isSynced) for (const { operation } of whole) done.add(operation.key);
  const operations = whole.map((named) => named.operation).filter((operation) => !done.has(operation.key));
  const outlooks = adjusted.map((one) => outlookOf(one, done));
  showWindows(outlooks);
  const { manualReason } = findings;
  return {
    operations,
    lines: [...run.lines.values()].flatMap((plan) => plan.rows),
    amounts: run.amounts(),
    invoiceImpact: impactOf(run, outlooks, operations),
    folded: isSynced ? [] : folded,
    ledgerOnly: isSynced ? [] : ledgerOnly,
    requiredActions: isSynced ? [] : findings.requiredActions,
    warnings: findings.warnings,
    ...(findings.notSupported === undefined ? {} : { notSupported: findings.notSupported }),
    automatic: manualReason === undefined,
    ...(manualReason === undefined ? {} : { manualReason }),
    hash: planHash(whole, facts.choices, drift),
  };
}

/** An extension repeats the last quantity of every line, so tracked ones may need putting right (DESIGN §6 Guards). */
function includeExtendedLines(run: PlanRun): void {
  for (const contract of run.contracts)
    if (contract.facts && contract.end > contract.endBefore)
      for (const target of everyLine(run, contract)) if (extensionFixes(target).length > 0) run.linePlan(target);
}

/** Keys whose outcome is proven, and charges that Autotask holds under our keys. */
function provenKeys(facts: SyncFacts): Set<string> {
  const keys = new Set(facts.proven.map((operation) => operation.key));
  for (const held of facts.heldCharges) keys.add(operationKeys.charge(held));
  return keys;
}

function contractOperations(
  run: PlanRun,
  adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[],
): NamedOperation[] {
  const result: NamedOperation[] = [];
  for (const contract of run.contracts) {
    const isUsed =
      adjusted.some(({ plan, operations }) => plan.target.contract === contract && operations.length > 0) ||
      run.charges.some((charge) => charge.contract === contract);
    if (contract.create) {
      if (isUsed) result.push({ operation: contract.create, contract: contract.token, line: '' });
    } else if (contract.end > contract.endBefore)
      result.push({
        contract: contract.token,
        line: '',
        operation: {
          kind: 'extendContract',
          key: operationKeys.extend(contract.token, contract.endBefore, contract.end),
          title: `Extend the contract from ${contract.endBefore} to ${contract.end}`,
          dependsOn: [],
          contract: contract.ref,
          endDate: contract.end,
        },
      });
  }
  return result;
}

function lineCreations(adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[]): NamedOperation[] {
  return adjusted.flatMap(({ plan, operations }) => {
    const { target, description } = plan;
    if (!target.created || operations.length === 0) return [];
    const operation: PlannedOperation = {
      kind: 'createLine',
      key: operationKeys.createLine(target.token),
      title: `Create line ${target.service?.name ?? target.serviceId}`,
      dependsOn: target.contract.create ? [target.contract.create.key] : [],
      contract: target.contract.ref,
      serviceId: target.serviceId,
      ...(description === undefined ? {} : { invoiceDescription: description }),
      ...(target.repeat ? { repeat: true as const } : {}),
    };
    return [{ operation, contract: target.contract.token, line: target.token }];
  });
}

function descriptions(
  adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[],
  done: ReadonlySet<string>,
): NamedOperation[] {
  return adjusted.flatMap(({ plan }) => {
    const { target, description } = plan;
    if (!target.line || target.created || description === undefined) return [];
    const key = operationKeys.describe(target.token, description);
    if (description === (target.line.invoiceDescription ?? '') && !done.has(key)) return [];
    const operation: PlannedOperation = {
      kind: 'describeLine',
      key,
      title: `Set the invoice text to "${description.slice(0, 60)}"`,
      dependsOn: [],
      contract: target.contract.ref,
      line: target.ref,
      invoiceDescription: description,
    };
    return [{ operation, contract: target.contract.token, line: target.token }];
  });
}

/** Adjustments in the order of `compareAdjustments`, those of different lines by their keys. */
function inOrder(adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[]): NamedOperation[] {
  return adjusted
    .flatMap(({ plan, operations }) =>
      operations.map((operation) => ({
        operation,
        contract: plan.target.contract.token,
        line: plan.target.token,
      })),
    )
    .sort((a, b) => compareAdjustments(a.operation, b.operation) || compare(a.operation.key, b.operation.key));
}

function chargeOperations(
  run: PlanRun,
  adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[],
): NamedOperation[] {
  return run.charges
    .filter(({ operation }) => sign(operation.amount) !== 0)
    .map(({ operation, contract, after }) => {
      const dependsOn = contract.create ? [contract.create.key] : [];
      for (const { line, date } of after) {
        const found = adjusted.find(({ plan }) => plan.target === line);
        const before = found?.operations.find((one) => one.date === date);
        if (before) dependsOn.push(before.key);
      }
      return { operation: { ...operation, contract: contract.ref, dependsOn }, contract: contract.token, line: '' };
    });
}

function contractEnds(
  run: PlanRun,
  adjusted: readonly { plan: LinePlan; operations: Adjustment[] }[],
): NamedOperation[] {
  return run.ends.map(({ contract, date }) => ({
    contract: contract.token,
    line: '',
    operation: {
      kind: 'endContract' as const,
      key: operationKeys.end(contract.token, date),
      title: `End the contract on ${date}: nothing is left on it`,
      dependsOn: adjusted.flatMap(({ plan, operations }) =>
        plan.target.contract === contract ? operations.map((one) => one.key) : [],
      ),
      contract: contract.ref,
      endDate: date,
    },
  }));
}

/** Ledger steps that no write carries, without those this task has written down already. */
function unwritten(facts: SyncFacts, plan: LinePlan, steps: readonly PlannedLedgerStep[]): SyncPlan['ledgerOnly'] {
  const id = plan.target.line?.id;
  if (id === undefined) return [];
  return steps
    .filter(
      (step) =>
        !facts.ledger.some(
          (known) =>
            known.taskId === facts.task.id &&
            known.contractServiceId === id &&
            known.kind === step.kind &&
            known.subscriptionId === step.subscriptionId &&
            known.productKey === step.productKey &&
            known.from === step.from &&
            known.quantity === step.quantity,
        ),
    )
    .map((step) => ({ ...step, contractServiceId: id }));
}

/** Automatic runs create, extend and end nothing unless a setting says so (FEATURES INS-5). */
function guardAutomation(run: PlanRun, whole: readonly NamedOperation[]): void {
  const { settings, findings } = run;
  for (const { operation } of whole) {
    if (operation.kind === 'createContract' && settings.autoCreate !== true)
      findings.manualBecause('A contract is created.');
    if (operation.kind === 'extendContract' && settings.autoExtend !== true)
      findings.manualBecause('A contract is extended.');
    if (operation.kind === 'endContract' && settings.autoExtend !== true)
      findings.manualBecause('A contract is ended.');
  }
  for (const contract of run.contracts) {
    if (contract.create || contract.end <= contract.endBefore) continue;
    const strangers = otherPeoplesLines(run, contract);
    if (strangers.length > 0)
      findings.warn(
        'EXTENDS_OTHERS',
        `The extension to ${contract.end} also carries on ${strangers.join(', ')}.`,
        false,
      );
  }
  for (const { contract, date } of run.ends) {
    const strangers = otherPeoplesLines(run, contract);
    if (strangers.length > 0)
      findings.require(
        'REFERENCED_LINES',
        `Ending contract ${contract.facts?.contract.id ?? ''} on ${date} would end ${strangers.join(', ')} too, on which others still count. Settle the difference between that line and the ledger first.`,
      );
  }
}

/** A line with its windows now and after what is still to be written. */
interface Outlook {
  plan: LinePlan;
  operations: Adjustment[];
  /** The first day that changes; undefined where nothing is left to write. */
  from: CalendarDate | undefined;
  now: UnitWindow[];
  after: UnitWindow[];
}

function outlookOf(
  { plan, operations }: { plan: LinePlan; operations: Adjustment[] },
  done: ReadonlySet<string>,
): Outlook {
  const adjustments = operations.filter((one) => !done.has(one.key));
  const from = adjustments[0]?.date;
  if (plan.rows.length === 0 && from === undefined) return { plan, operations, from, now: [], after: [] };
  const now = windowsNow(plan.target);
  return { plan, operations, from, now, after: windowsAfter({ target: plan.target, adjustments }, now) };
}

/** Fills the windows of the rows. */
function showWindows(outlooks: readonly Outlook[]): void {
  for (const { plan, operations, now, after } of outlooks)
    for (const row of plan.rows) {
      const { first } = plan.target.contract.grid.containing(row.effectiveDate);
      row.now = now.filter((window) => window.last >= first);
      row.after = after.filter((window) => window.last >= first);
      row.invoiceDescription = plan.description ?? row.invoiceDescription;
      if (operations.length > 0 && row.include) row.unitsAfter = unitsAt(after, row.effectiveDate);
    }
}

function impactOf(
  run: PlanRun,
  outlooks: readonly Outlook[],
  remaining: readonly PlannedOperation[],
): SyncPlan['invoiceImpact'] {
  const contract = run.contracts[0];
  if (!contract || remaining.length === 0) return [];
  const lines = outlooks.flatMap(({ plan, from, now, after }) =>
    from === undefined || plan.target.contract !== contract ? [] : [{ now, after, from }],
  );
  const charges = remaining.filter((operation) => operation.kind === 'addCharge');
  return invoiceImpact(contract.grid, contract.end, lines, charges);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
