import { addDays } from '../kit/calendar.js';
import { Decimal } from '../kit/decimal.js';
import { monthsOf, sharedPeriods, shareOf, windows, type Period, type Step, type Window } from './contract-grid.js';
import type { ContractRow, LineRow, NewLine, ServiceRow, WindowRow } from './contract-rows.js';
import type { Database } from './database.js';
import { toInternal, type Currencies } from './money.js';
import type { Behaviour } from './switches.js';

/** The switches whose value is visible in stored window rows. */
const LAYOUT_SWITCHES = ['zeroUnitRows', 'splitRows', 'prorationBasis'] as const;

const RECURRING = 7;

/**
 * Keeps the windows (ContractServiceUnits) of every line in step with its contract and its changes (reference §11).
 *
 * The truth is the line: its initial price and cost and its steps. Window rows are derived from them and from the grid,
 * and written anew after each change; a row that starts on the same day keeps its id.
 */
export class ContractEngine {
  constructor(
    private readonly database: Database,
    private readonly behaviour: Behaviour,
    private readonly currencies: Currencies,
    /** Reads and remembers the layout the rows were written in. */
    private readonly layout: { read(): string; write(layout: string): void },
  ) {}

  /** True for contracts that carry lines: type 7. */
  isRecurring(contract: ContractRow): boolean {
    return contract.contractType === RECURRING;
  }

  /** The lines of a contract, oldest first. */
  linesOf(contractId: number): LineRow[] {
    return this.database.where<LineRow>('contractServices', 'contractID', contractId);
  }

  /** The periods of a contract. */
  periodsOf(contract: ContractRow): readonly Period[] {
    const { startDate, endDate, contractPeriodType, ownCuts = [] } = contract;
    return sharedPeriods({ startDate, endDate, months: monthsOf(contractPeriodType), cuts: ownCuts });
  }

  /** The windows of a line as its steps make them, including those without units. */
  windowsOf(contract: ContractRow, line: NewLine): Window[] {
    return windows(this.periodsOf(contract), line.ownSteps, line.ownInitial);
  }

  /** The windows of a line that are approved and posted. */
  postedOf(contract: ContractRow, line: NewLine): Window[] {
    if (Object.keys(line.ownPosted).length === 0) return [];
    return this.windowsOf(contract, line).filter((window) => line.ownPosted[window.start] !== undefined);
  }

  /**
   * A new line without units, not stored yet. Its price is the service's in the company's currency (price list first),
   * its cost the service's in the internal currency; converted by months where the switch says so.
   */
  newLine(contract: ContractRow, service: ServiceRow, texts: Record<string, unknown> = {}): NewLine {
    const currency = this.currencies.ofCompany(contract.companyID);
    const factor = this.behaviour.is('periodConversion', 'byMonths')
      ? { part: monthsOf(contract.contractPeriodType), whole: monthsOf(service.periodType) }
      : { part: 1, whole: 1 };
    const converted = (amount: number) => Decimal.of(amount).share(factor.part, factor.whole).round(4).toNumber();
    const price = converted(this.currencies.servicePrice(service.id, service.unitPrice, currency));
    const cost = converted(service.unitCost ?? 0);
    const internal = toInternal(price, currency, 4);
    return {
      internalDescription: null,
      quoteItemID: null,
      ...texts,
      invoiceDescription: (texts['invoiceDescription'] ?? null) as string | null,
      contractID: contract.id,
      serviceID: service.id,
      internalCurrencyAdjustedPrice: internal,
      internalCurrencyUnitPrice: internal,
      unitCost: cost,
      unitPrice: price,
      ownInitial: { price, cost },
      ownSteps: [],
      ownPosted: {},
      ownBilled: {},
    };
  }

  /** Stores a line, with the price and cost its last step leaves, and writes its windows anew. */
  saveLine(contract: ContractRow, line: LineRow): LineRow {
    const currency = this.currencies.ofCompany(contract.companyID);
    const last = <K extends 'price' | 'cost'>(key: K) =>
      line.ownSteps.findLast((step) => step[key] !== undefined)?.[key] ?? line.ownInitial[key];
    const saved = this.database.put('contractServices', {
      ...line,
      internalCurrencyAdjustedPrice: toInternal(last('price'), currency, 4),
      unitCost: last('cost'),
    });
    this.writeWindows(contract, saved);
    return saved;
  }

  /** Writes the windows of all lines of a contract anew, after its dates changed. */
  rebuild(contract: ContractRow): void {
    for (const line of this.linesOf(contract.id)) this.writeWindows(contract, line);
  }

  /**
   * Adapts the lines to a contract's new dates (rule 30): changes after a new end are gone for good, changes before a
   * new start move to it, and an extension of a posted part period begins a part of its own.
   */
  moveDates(before: ContractRow, after: ContractRow): ContractRow {
    const kept = (after.ownCuts ?? []).filter((cut) => cut <= after.endDate && after.startDate === before.startDate);
    const lastPeriod = this.periodsOf(before).at(-1);
    const resumesPosted =
      after.endDate > before.endDate &&
      this.linesOf(before.id).some((line) => this.postedOf(before, line).some((w) => w.period.end === lastPeriod?.end));
    const cut = addDays(before.endDate, 1);
    const starts = this.periodsOf({ ...after, ownCuts: [] }).map((period) => period.start);
    const cuts = resumesPosted && !starts.includes(cut) ? [...kept, cut] : kept;
    const contract = this.database.change('contracts', after, { ownCuts: cuts });
    for (const line of this.linesOf(contract.id)) {
      const steps = line.ownSteps.filter((step) => step.date <= contract.endDate);
      this.saveLine(contract, { ...line, ownSteps: movedTo(contract.startDate, steps) });
    }
    return contract;
  }

  /** Rewrites every window when a switch that shapes them has changed since they were written. */
  ensureLayout(): void {
    const wanted = LAYOUT_SWITCHES.map((name) => this.behaviour.of(name)).join(' ');
    if (this.layout.read() === wanted) return;
    for (const contract of this.database.rows<ContractRow>('contracts')) this.rebuild(contract);
    this.layout.write(wanted);
  }

  private writeWindows(contract: ContractRow, line: LineRow): void {
    const collection = 'contractServiceUnits';
    const service = this.database.get<ServiceRow>('services', line.serviceID);
    const currency = this.currencies.ofCompany(contract.companyID);
    const old = new Map(
      this.database.where<WindowRow>(collection, 'contractServiceID', line.id).map((row) => [row.startDate, row]),
    );
    const totals = rememberedTotals();
    for (const window of this.windowsOf(contract, line).filter((w) => this.isRow(w))) {
      const end = this.behaviour.is('splitRows', 'keep') ? window.period.end : window.end;
      const { part, whole } = shareOf(window.period, window.start, end, this.behaviour.of('prorationBasis'));
      const price = totals(window.units, window.price, part, whole);
      const values = {
        approveAndPostDate: line.ownPosted[window.start] ?? null,
        contractID: contract.id,
        contractServiceID: line.id,
        cost: totals(window.units, window.cost, part, whole),
        endDate: end,
        internalCurrencyPrice: toInternal(price, currency, 4),
        organizationalLevelAssociationID: contract.organizationalLevelAssociationID ?? null,
        price,
        serviceID: line.serviceID,
        startDate: window.start,
        units: window.units,
        vendorCompanyID: service?.vendorCompanyID ?? null,
        ownUnitPrice: window.price,
        ownUnitCost: window.cost,
        ownInternalUnitPrice: toInternal(window.price, currency, 4),
      };
      const before = old.get(window.start);
      old.delete(window.start);
      if (before && sameValues(before, values)) continue;
      this.database.put<WindowRow>(collection, { id: before?.id ?? this.database.nextId(collection), ...values });
    }
    for (const row of old.values()) this.database.drop(collection, row.id);
  }

  /** Whether a window shows as a row (switch `zeroUnitRows`). */
  private isRow(window: Window): boolean {
    switch (this.behaviour.of('zeroUnitRows')) {
      case 'on':
        return true;
      case 'off':
        return window.begun;
      case 'never':
        return window.units !== 0;
    }
  }
}

/** Steps before a contract's new start happen on it; several on one day become one. */
function movedTo(start: string, steps: readonly Step[]): Step[] {
  const early = steps.filter((step) => step.date <= start);
  if (early.every((step) => step.date === start)) return [...steps];
  const merged = early.reduce<Step | undefined>(
    (sum, step) => (sum ? { ...sum, ...step, units: sum.units + step.units, date: start } : { ...step, date: start }),
    undefined,
  );
  return [...(merged ? [merged] : []), ...steps.filter((step) => step.date > start)];
}

/** `units × price × part ÷ whole` to four decimals; the windows of a line mostly share a few totals. */
function rememberedTotals(): (units: number, price: number, part: number, whole: number) => number {
  const known = new Map<string, number>();
  return (units, price, part, whole) => {
    const key = part === whole ? `${units} ${price}` : `${units} ${price} ${part} ${whole}`;
    const total = known.get(key) ?? Decimal.of(units).times(price).share(part, whole).round(4).toNumber();
    known.set(key, total);
    return total;
  };
}

function sameValues(row: WindowRow, values: Record<string, unknown>): boolean {
  return Object.entries(values).every(([name, value]) => row[name] === value);
}
