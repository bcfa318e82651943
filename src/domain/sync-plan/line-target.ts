import type { ContractService, ContractServiceUnit, Service } from '../autotask/entities.js';
import { toWindows, type UnitWindow } from '../autotask/unit-windows.js';
import { addDays, type CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import { lastPostedOf, type ContractTarget } from './contract-target.js';
import type { Findings } from './findings.js';
import { LineLedger, sumOfSteps, type Step } from './ledger.js';
import { operationKeys, tokens } from './operation-keys.js';
import { PriceHistory } from './price-history.js';
import type { SyncFacts } from './sync-facts.js';
import type { LineRef } from './sync-plan.js';

/** A line a plan works on: one that stands, or one that an operation of the plan makes. */
export interface LineTarget {
  readonly contract: ContractTarget;
  /** Its name inside keys: the same before and after the plan created it. */
  readonly token: string;
  readonly ref: LineRef;
  readonly serviceId: number;
  /** Absent where the line holds another service than the product is mapped to. */
  readonly service: Service | undefined;
  /** Absent while it is still to be created. */
  readonly line?: ContractService;
  readonly windows: readonly UnitWindow[];
  /** The units of its windows as a step function of the date. */
  readonly steps: readonly Step[];
  /** The same without what this task has written already, so that a resumed plan is computed from the same units. */
  readonly stepsBefore: readonly Step[];
  readonly ledger: LineLedger;
  readonly prices: PriceHistory;
  readonly lastPosted: CalendarDate | undefined;
  /** Days that already carry an adjustment of another task, or that Autotask refused as such. */
  readonly taken: readonly CalendarDate[];
  /** True when this plan makes it. */
  readonly created: boolean;
  /** A second line of a service the contract already has. */
  readonly repeat: boolean;
}

/** What a line is searched for. */
export interface LineWanted {
  productKey: ProductKey;
  productName: string;
  subscriptionId: string;
  service: Service;
  /** A person's answer where several lines fit. */
  contractServiceId?: number | undefined;
  /** A person wants a second line of the service. */
  secondLine?: boolean | undefined;
}

/**
 * Finds the line for a product: the one that holds its share, else the one of the mapped service, else one to create.
 * Several lines of a service without a hint are a person's choice.
 */
export function lineTargetFor(
  facts: SyncFacts,
  contract: ContractTarget,
  wanted: LineWanted,
  findings: Findings,
): LineTarget {
  const lines = contract.facts?.lines ?? [];
  const holding = lines.find((line) => holdsShare(facts, line.id, wanted.subscriptionId, wanted.productKey));
  if (holding) {
    if (holding.serviceId !== wanted.service.id)
      findings.warn(
        'REMAPPED',
        `${wanted.productName} is mapped to ${wanted.service.name} now; its units stay on line ${holding.id}, where they were counted.`,
        false,
      );
    return standing(facts, contract, holding, wanted.service);
  }
  const fitting = lines.filter((line) => line.serviceId === wanted.service.id);
  const chosen = fitting.find((line) => line.id === wanted.contractServiceId);
  if (chosen) return standing(facts, contract, chosen, wanted.service);
  if (wanted.secondLine && fitting.length > 0) {
    const token = tokens.newLine(contract.token, wanted.service.id, true);
    const made = fitting.find((line) => line.id === madeBy(facts, token));
    return made ? standing(facts, contract, made, wanted.service) : toCreate(contract, wanted.service, token, true);
  }
  const token = tokens.newLine(contract.token, wanted.service.id, false);
  const made = fitting.find((line) => line.id === madeBy(facts, token));
  const only = made ?? soleLine(facts, fitting);
  if (only) return standing(facts, contract, only, wanted.service);
  if (fitting.length === 0) return toCreate(contract, wanted.service, token, false);
  findings.require(
    'LINE_AMBIGUOUS',
    `Contract ${contract.facts?.contract.id ?? ''} has ${fitting.length} lines of ${wanted.service.name}. Say which one holds ${wanted.productName}.`,
    {
      subject: { kind: 'product', id: wanted.productKey, name: wanted.productName },
      options: fitting.map((line) => ({
        value: `${line.id}`,
        label: `Line ${line.id}${line.invoiceDescription ? ` (${line.invoiceDescription})` : ''}`,
        choices: { lines: [{ productKey: wanted.productKey, include: true, contractServiceId: line.id }] },
      })),
    },
  );
  return standing(facts, contract, fitting[0]!, wanted.service);
}

/** The target of a line that stands. What is never asked of it is never computed: most lines are only looked at once. */
export function standing(
  facts: SyncFacts,
  contract: ContractTarget,
  line: ContractService,
  service: Service | undefined,
): LineTarget {
  return new StandingLine(facts, contract, line, service);
}

class StandingLine implements LineTarget {
  readonly token: string;
  readonly ref: LineRef;
  readonly serviceId: number;
  readonly service: Service | undefined;
  readonly created: boolean;
  readonly repeat: boolean;
  private readonly rows: readonly ContractServiceUnit[];
  private readonly known: {
    windows?: readonly UnitWindow[];
    steps?: readonly Step[];
    stepsBefore?: readonly Step[];
    ledger?: LineLedger;
    prices?: PriceHistory;
    taken?: readonly CalendarDate[];
  } = {};

  constructor(
    private readonly facts: SyncFacts,
    readonly contract: ContractTarget,
    readonly line: ContractService,
    service: Service | undefined,
  ) {
    const plain = tokens.newLine(contract.token, line.serviceId, false);
    const repeated = tokens.newLine(contract.token, line.serviceId, true);
    const created = [plain, repeated].find((token) => madeBy(facts, token) === line.id);
    this.token = created ?? tokens.line(line.id);
    this.ref = { contractServiceId: line.id };
    this.serviceId = line.serviceId;
    this.service = service?.id === line.serviceId ? service : undefined;
    this.created = created !== undefined;
    this.repeat = created === repeated && created !== undefined;
    this.rows = contract.rows.get(line.id) ?? [];
  }

  get windows(): readonly UnitWindow[] {
    return (this.known.windows ??= toWindows(this.rows));
  }

  get steps(): readonly Step[] {
    return (this.known.steps ??= unitSteps(this.windows));
  }

  get stepsBefore(): readonly Step[] {
    const { ledger, steps } = this;
    return (this.known.stepsBefore ??= ledger.hasOwn
      ? sumOfSteps([
          { steps, sign: 1 },
          { steps: ledger.expected('full'), sign: -1 },
          { steps: ledger.expected('before'), sign: 1 },
        ])
      : steps);
  }

  get ledger(): LineLedger {
    return (this.known.ledger ??= new LineLedger(
      this.facts.ledger.filter((step) => step.contractServiceId === this.line.id),
      this.facts.task.id,
    ));
  }

  get prices(): PriceHistory {
    return (this.known.prices ??= new PriceHistory(
      this.facts.prices.filter((step) => step.contractServiceId === this.line.id),
      this.facts.task.id,
    ));
  }

  get lastPosted(): CalendarDate | undefined {
    return lastPostedOf(this.contract.grid, this.rows);
  }

  get taken(): readonly CalendarDate[] {
    return (this.known.taken ??= takenDays(this.facts, this.line.id));
  }
}

function toCreate(contract: ContractTarget, service: Service, token: string, repeat: boolean): LineTarget {
  return {
    contract,
    token,
    ref: { createdBy: operationKeys.createLine(token) },
    serviceId: service.id,
    service,
    windows: [],
    steps: [],
    stepsBefore: [],
    ledger: new LineLedger([], ''),
    prices: new PriceHistory([], ''),
    lastPosted: undefined,
    taken: [],
    created: true,
    repeat,
  };
}

/** Windows with those an extension of the contract appends: they repeat the last quantity. */
export function extendedWindows(contract: ContractTarget, windows: readonly UnitWindow[]): UnitWindow[] {
  const end = contract.facts?.contract.endDate;
  const last = windows.at(-1);
  if (end === undefined || last === undefined || last.last !== end || contract.end <= end) return [...windows];
  return [...windows, { ...last, first: addDays(end, 1), last: contract.end, posted: false }];
}

/** Units as a step function of the date, 0 where no window is. */
function unitSteps(windows: readonly UnitWindow[]): Step[] {
  const steps: Step[] = [];
  let next: CalendarDate | undefined;
  for (const window of windows) {
    if (next !== undefined && next < window.first && steps.at(-1)?.quantity !== 0)
      steps.push({ from: next, quantity: 0 });
    if ((steps.at(-1)?.quantity ?? 0) !== window.units) steps.push({ from: window.first, quantity: window.units });
    next = addDays(window.last, 1);
  }
  return steps;
}

/** One of several lines speaks for itself when it is the only one that is tracked. */
function soleLine(facts: SyncFacts, fitting: readonly ContractService[]): ContractService | undefined {
  if (fitting.length === 1) return fitting[0];
  const tracked = fitting.filter((line) => facts.ledger.some((step) => step.contractServiceId === line.id));
  return tracked.length === 1 ? tracked[0] : undefined;
}

/** True when the ledger has units of a subscription's product on a line, today or ever. */
export function holdsShare(facts: SyncFacts, lineId: number, subscriptionId: string, productKey: ProductKey): boolean {
  return facts.ledger.some(
    (step) =>
      step.contractServiceId === lineId &&
      step.kind === 'share' &&
      step.subscriptionId === subscriptionId &&
      step.productKey === productKey,
  );
}

function madeBy(facts: SyncFacts, token: string): number | undefined {
  const key = operationKeys.createLine(token);
  return facts.proven.find((operation) => operation.key === key)?.resultId;
}

function takenDays(facts: SyncFacts, lineId: number): CalendarDate[] {
  const days: CalendarDate[] = [];
  for (const own of facts.ownAdjustments)
    if (own.contractServiceId === lineId && own.taskId !== facts.task.id) days.push(own.date);
  for (const refused of facts.capabilities.refusedDates)
    if (refused.contractServiceId === lineId) days.push(refused.date);
  return days;
}
