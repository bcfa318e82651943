import { applyAdjustment, type UnitWindow } from '../autotask/unit-windows.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import { priceText, type Decimal } from '../money/money.js';
import { extensionFixes } from './extension.js';
import { newSteps, raised, valueOn, type ShareStep, type Step } from './ledger.js';
import { extendedWindows } from './line-target.js';
import { operationKeys } from './operation-keys.js';
import type { LinePart, LinePlan, PlanRun } from './plan-run.js';
import { untrackedOf } from './product-change.js';
import { unitsOf, writtenUnits } from './resume.js';
import type { PlannedLedgerStep, PlannedOperation, PlannedPriceStep } from './sync-plan.js';

/** What a line's plan comes to: its adjustments in order, and what only the ledger has to learn. */
export interface LineOperations {
  operations: Adjustment[];
  ledgerOnly: PlannedLedgerStep[];
}

/** A change of a line on a day. */
export type Adjustment = Extract<PlannedOperation, { kind: 'adjustUnits' | 'adjustPrice' }>;

/** Everything that happens to a line on one day. */
interface DayGroup {
  date: CalendarDate;
  isWritten: boolean;
  parts: LinePart[];
  units: number;
  unitPrice: Decimal | undefined;
  unitCost: Decimal | undefined;
  isOverwrite: boolean;
}

/**
 * Turns a line's plan into operations: one adjustment a day, the price travelling on the units, ledger and price steps
 * with the write that proves them (DESIGN §6, FEATURES PSH-9). Units never go below zero on any day.
 */
export function lineOperations(run: PlanRun, plan: LinePlan, proven: ReadonlySet<string>): LineOperations {
  const { target } = plan;
  const book = new LedgerBook(plan, untrackedOf(plan.target, run.facts.choices));
  const operations: Adjustment[] = [];
  // Steps without a write of their own are proven with the next write of the line, so that a task that is resumed in
  // between finds either all of an answer or nothing of it.
  let waiting: PlannedLedgerStep[] = [];
  let windows = extendedWindows(target.contract, target.windows);
  for (const group of inSendingOrder(byDay(plan))) {
    waiting.push(...book.take(group.parts));
    if (group.isOverwrite) waiting.push(...book.adopt());
    const { unitPrice, unitCost } = group;
    if (!group.isWritten || (group.units === 0 && unitPrice === undefined && unitCost === undefined)) continue;
    const operation = adjustment(plan, group, waiting);
    if (proven.has(operation.key)) checkWritten(run, plan, group);
    else if (group.units !== 0) {
      const after = applyAdjustment(windows, {
        from: group.date,
        until: target.contract.end,
        unitChange: group.units,
        unitPrice,
        unitCost,
      });
      const negative = after.find((window) => window.units < 0 && window.last >= group.date);
      if (negative) {
        refuseNegative(run, plan, group, negative);
        continue;
      }
      windows = after;
    }
    operations.push(operation);
    waiting = [];
  }
  waiting.push(...book.adopt());
  const last = operations.at(-1);
  if (!last) return { operations, ledgerOnly: waiting };
  last.ledger.push(...waiting);
  return { operations, ledgerOnly: [] };
}

/**
 * The order in which adjustments of a line are sent: what adds units first, each by day. Then no state in between is
 * below zero unless the last one is.
 */
export function compareAdjustments(
  a: { date: CalendarDate; unitChange?: number },
  b: { date: CalendarDate; unitChange?: number },
): number {
  const lowers = (one: { unitChange?: number }): number => ((one.unitChange ?? 0) < 0 ? 1 : 0);
  return lowers(a) - lowers(b) || (a.date < b.date ? -1 : a.date > b.date ? 1 : 0);
}

function inSendingOrder(groups: readonly DayGroup[]): DayGroup[] {
  const known: { unitPrice?: Decimal | undefined; unitCost?: Decimal | undefined } = {};
  // A price that an earlier day has already set is not written again.
  for (const group of groups) {
    if (group.unitPrice === known.unitPrice) group.unitPrice = undefined;
    else known.unitPrice = group.unitPrice ?? known.unitPrice;
    if (group.unitCost === known.unitCost) group.unitCost = undefined;
    else known.unitCost = group.unitCost ?? known.unitCost;
  }
  return [...groups].sort((a, b) =>
    compareAdjustments({ date: a.date, unitChange: a.units }, { date: b.date, unitChange: b.units }),
  );
}

function adjustment(plan: LinePlan, group: DayGroup, ledger: PlannedLedgerStep[]): Adjustment {
  const { target } = plan;
  const { unitPrice, unitCost } = group;
  const { contract } = target;
  const figures = {
    ...(unitPrice === undefined ? {} : { unitPrice }),
    ...(unitCost === undefined ? {} : { unitCost }),
  };
  const effective = group.parts.findLast(
    (part) => part.unitPrice !== undefined || part.unitCost !== undefined,
  )?.effective;
  const price: PlannedPriceStep = { from: group.date, ...figures, ...(effective === undefined ? {} : { effective }) };
  const base = {
    dependsOn: prerequisites(plan, group.date),
    contract: contract.ref,
    line: target.ref,
    serviceId: target.serviceId,
    date: group.date,
    ...figures,
    ledger,
  };
  const why = [...new Set(group.parts.map((part) => part.reason))].join('; ') || 'as the ledger expects it';
  const at = unitPrice === undefined ? '' : ` at ${priceText(unitPrice)}`;
  if (group.units === 0)
    return {
      kind: 'adjustPrice',
      key: operationKeys.adjust(target.token, group.date),
      title: `Set price${at}${unitCost === undefined ? '' : `, cost ${unitCost}`} from ${group.date} (${why})`,
      ...base,
      price,
    };
  return {
    kind: 'adjustUnits',
    key: operationKeys.adjust(target.token, group.date),
    title: `Change units by ${group.units > 0 ? '+' : ''}${group.units} from ${group.date}${at} (${why})`,
    ...base,
    unitChange: group.units,
    ...(unitPrice === undefined && unitCost === undefined ? {} : { price }),
  };
}

/** What has to be proven before an adjustment of a line can be sent. */
function prerequisites({ target }: LinePlan, date: CalendarDate): string[] {
  const { contract } = target;
  const keys: string[] = [];
  if (contract.create) keys.push(contract.create.key);
  else if (date > contract.endBefore) keys.push(operationKeys.extend(contract.token, contract.endBefore, contract.end));
  if (target.created) keys.push(operationKeys.createLine(target.token));
  return keys;
}

/** All parts by day, with the days on which drift or an extension is put right. */
function byDay(plan: LinePlan): DayGroup[] {
  const groups = new Map<string, DayGroup>();
  const at = (date: CalendarDate, isWritten: boolean): DayGroup => {
    const key = `${date}${isWritten}`;
    const known = groups.get(key);
    if (known) return known;
    const group: DayGroup = {
      date,
      isWritten,
      parts: [],
      units: 0,
      unitPrice: undefined,
      unitCost: undefined,
      isOverwrite: false,
    };
    groups.set(key, group);
    return group;
  };
  for (const part of plan.parts) {
    const group = at(part.date, part.written);
    group.parts.push(part);
    group.units += unitsOf(part);
    group.unitPrice = part.unitPrice ?? group.unitPrice;
    group.unitCost = part.unitCost ?? group.unitCost;
  }
  for (const extra of extensionFixes(plan.target)) at(extra.date, true).units += extra.units;
  for (const extra of plan.overwrites) {
    const group = at(extra.date, true);
    group.units += extra.units;
    group.isOverwrite = true;
  }
  return [...groups.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.isWritten ? -1 : 1));
}

/** What this task has written cannot be written again with another quantity or at another price. */
function checkWritten(run: PlanRun, plan: LinePlan, group: DayGroup): void {
  const { target } = plan;
  for (const part of group.parts) {
    const own = group.parts.filter(
      (other) => other.subscriptionId === part.subscriptionId && other.productKey === part.productKey,
    );
    const planned = own.reduce((total, one) => total + one.share - one.deduction, 0);
    const written = writtenUnits(target, part, group.date);
    if (written === planned) continue;
    const name = plan.rows.find((row) => row.productKey === part.productKey)?.productName ?? part.productKey;
    run.findings.require(
      'QUANTITY_MISMATCH',
      `This task has already changed ${name} by ${written} on ${group.date}; ${planned} would need a task of its own. Go back to what is written.`,
      { subject: { kind: 'product', id: part.productKey, name } },
    );
  }
  const planned = group.unitPrice;
  const done = target.prices.ownPrice();
  if (done === undefined || planned === undefined || done === planned) return;
  run.findings.require(
    'PRICE_CONFLICT',
    `This task has already written the price ${priceText(done)}; ${priceText(planned)} would need a task of its own. Go back to ${priceText(done)}.`,
    { subject: { kind: 'line', id: `${plan.target.line?.id ?? ''}` } },
  );
}

function refuseNegative(run: PlanRun, plan: LinePlan, group: DayGroup, window: UnitWindow): void {
  const name = plan.rows[0]?.productName ?? `line ${plan.target.line?.id ?? ''}`;
  run.findings.require(
    'QUANTITY_NEGATIVE',
    `Taking ${-group.units} units of ${name} off from ${group.date} would leave ${window.units} from ${window.first}. Somebody lowered the line in Autotask: settle the difference first.`,
    { subject: { kind: 'line', id: `${plan.target.line?.id ?? ''}`, name } },
  );
}

/** Keeps the step functions of a line while its changes are written down one after the other. */
class LedgerBook {
  private readonly shares = new Map<string, ShareStep[]>();
  private readonly deductions = new Map<string, Step[]>();
  /** Base steps that have to be written although no change made them: the line was never tracked. */
  private unwrittenBase: readonly Step[];
  private isAdopted = false;

  constructor(
    private readonly plan: LinePlan,
    private base: readonly Step[],
  ) {
    this.unwrittenBase = plan.target.ledger.wasKnown ? [] : base;
  }

  take(parts: readonly LinePart[]): PlannedLedgerStep[] {
    const { ledger } = this.plan.target;
    const written: PlannedLedgerStep[] = [];
    for (const part of parts) {
      const { subscriptionId, productKey, effective } = part;
      const key = `${subscriptionId}\n${productKey}`;
      if (part.base !== 0) {
        const after = raised(this.base, part.date, part.base);
        const steps = [...this.unwrittenBase.filter((step) => step.from < part.date), ...newSteps(this.base, after)];
        written.push(...steps.map((step) => baseStep(step)));
        this.unwrittenBase = this.unwrittenBase.filter(
          (step) => step.from >= part.date && !steps.some((one) => one.from === step.from),
        );
        this.base = after;
      }
      const before = this.shares.get(key) ?? ledger.share(subscriptionId, productKey);
      // Units that were counted make a share of their own, even one that goes to nothing at once.
      if (part.share !== 0 || (part.base !== 0 && before.length === 0)) {
        const after = raised(before, part.date, part.share, effective);
        this.shares.set(key, after);
        for (const step of newSteps(before, after))
          written.push({
            kind: 'share',
            subscriptionId,
            productKey,
            from: step.from,
            quantity: step.quantity,
            ...(step.effective === undefined ? {} : { effective: step.effective }),
          });
      }
      if (part.deduction !== 0) {
        const before = this.deductions.get(key) ?? ledger.deduction(subscriptionId, productKey);
        const after = raised(before, part.date, part.deduction);
        this.deductions.set(key, after);
        for (const step of newSteps(before, after))
          written.push({ kind: 'deduction', subscriptionId, productKey, from: step.from, quantity: step.quantity });
      }
    }
    // A line that is tracked from now on must account for every unit it holds.
    if (written.length > 0 && this.unwrittenBase.length > 0) {
      written.push(...this.unwrittenBase.map((step) => baseStep(step)));
      this.unwrittenBase = [];
    }
    return written;
  }

  /** Adopted drift as base steps, once. */
  adopt(): PlannedLedgerStep[] {
    const { adopted } = this.plan;
    if (adopted.length === 0 || this.isAdopted) return [];
    this.isAdopted = true;
    const days = [...new Set([...this.base, ...adopted].map((step) => step.from))].sort();
    const after = days.map((from) => ({ from, quantity: valueOn(this.base, from) + valueOn(adopted, from) }));
    const steps = newSteps(this.base, after);
    this.base = after;
    return steps.map((step) => baseStep(step));
  }
}

function baseStep(step: Step): PlannedLedgerStep {
  return { kind: 'base', from: step.from, quantity: step.quantity };
}
