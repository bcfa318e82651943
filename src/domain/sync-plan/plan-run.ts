import type { CalendarDate } from '../calendar/calendar-date.js';
import { cents, sum, type Decimal } from '../money/money.js';
import type { ContractTarget } from './contract-target.js';
import { Findings } from './findings.js';
import { raised, type ShareStep, type Step } from './ledger.js';
import type { LineTarget } from './line-target.js';
import type { PlanEvent } from './plan-event.js';
import type { Pins } from './resume.js';
import type { PlanSettings, SyncFacts, TenantCapabilities } from './sync-facts.js';
import type { AddChargeOperation, AmountBlock, AmountRow, PlannedLine } from './sync-plan.js';

/** The five amount blocks (FEATURES WIZ-4). */
export type BlockName = 'setup' | 'prorated' | 'recurring' | 'overuse' | 'cancellation';

/** What one change does to a line on one day. Units = share + base − deduction. */
export interface LinePart {
  /** The task whose event it comes from. */
  taskId: string;
  date: CalendarDate;
  /** False where it is only counted: the day lies behind the contract's end, or the row was unticked. */
  written: boolean;
  subscriptionId: string;
  productKey: string;
  effective: CalendarDate;
  share: number;
  base: number;
  deduction: number;
  unitPrice: Decimal | undefined;
  unitCost: Decimal | undefined;
  /** Why, for the operation's title. */
  reason: string;
}

/** A line of the plan with everything that happens to it. */
export interface LinePlan {
  target: LineTarget;
  parts: LinePart[];
  rows: PlannedLine[];
  /** Text to write on the line, or to create it with. */
  description: string | undefined;
  /** Drift answered with *adopt*: the difference becomes base. */
  adopted: Step[];
  /** Days on which drift is written over, with the units that are added. */
  overwrites: { date: CalendarDate; units: number }[];
}

/** A charge of the plan, with the line whose adjustment has to be proven first. */
export interface ChargeDraft {
  operation: AddChargeOperation;
  contract: ContractTarget;
  /** Days of adjustments it belongs to, by line. */
  after: { line: LineTarget; date: CalendarDate }[];
}

/** The state of one planning run. */
export class PlanRun {
  readonly findings = new Findings();
  readonly lines = new Map<string, LinePlan>();
  readonly charges: ChargeDraft[] = [];
  readonly contracts: ContractTarget[] = [];
  /** Contracts this run found too short, with the end they need: placing starts over with it. */
  readonly lengthened = new Map<string, CalendarDate>();
  /** A contract that is ended because nothing is left on it, with its last day. */
  readonly ends: { contract: ContractTarget; date: CalendarDate }[] = [];
  private readonly blocks: Record<BlockName, AmountRow[]> = {
    setup: [],
    prorated: [],
    recurring: [],
    overuse: [],
    cancellation: [],
  };

  constructor(
    readonly facts: SyncFacts,
    /** The task's own event first, then those it carries. */
    readonly events: readonly [PlanEvent, ...PlanEvent[]],
    /** Ends that contracts are planned to have from the start, by token. */
    readonly plannedEnds: ReadonlyMap<string, CalendarDate> = new Map(),
    /** What is written already and stays where it is. */
    readonly pins: Pins = new Map(),
  ) {}

  /** The task's own event. */
  get event(): PlanEvent {
    return this.events[0];
  }

  get settings(): PlanSettings {
    return this.facts.settings;
  }

  get capabilities(): TenantCapabilities {
    return this.facts.capabilities;
  }

  /** The plan of a line, made on first use. */
  linePlan(target: LineTarget): LinePlan {
    const known = this.lines.get(target.token);
    if (known) return known;
    const plan: LinePlan = { target, parts: [], rows: [], description: undefined, adopted: [], overwrites: [] };
    this.lines.set(target.token, plan);
    return plan;
  }

  /** A share as it stands after what this plan has placed so far. */
  shareOf(target: LineTarget, subscriptionId: string, productKey: string): ShareStep[] {
    let steps = target.ledger.share(subscriptionId, productKey);
    for (const part of this.lines.get(target.token)?.parts ?? [])
      if (part.subscriptionId === subscriptionId && part.productKey === productKey && part.share !== 0)
        steps = raised(steps, part.date, part.share, part.effective);
    return steps;
  }

  /** The standing deduction on a share after what this plan has placed so far. */
  deductionOf(target: LineTarget, subscriptionId: string, productKey: string): Step[] {
    let steps: Step[] = target.ledger.deduction(subscriptionId, productKey);
    for (const part of this.lines.get(target.token)?.parts ?? [])
      if (part.subscriptionId === subscriptionId && part.productKey === productKey && part.deduction !== 0)
        steps = raised(steps, part.date, part.deduction);
    return steps;
  }

  /** What this plan has put on a line so far as price and cost; undefined where it has not. */
  figureOf(target: LineTarget, figure: 'unitPrice' | 'unitCost'): Decimal | undefined {
    return this.lines.get(target.token)?.parts.findLast((part) => part[figure] !== undefined)?.[figure];
  }

  /** Adds a row to an amount block. */
  addAmount(block: BlockName, row: AmountRow): void {
    this.blocks[block].push(row);
  }

  /** The blocks with their totals: what is only stated is listed and not summed. */
  amounts(): Record<BlockName, AmountBlock> {
    return {
      setup: blockOf(this.blocks.setup),
      prorated: blockOf(this.blocks.prorated),
      recurring: blockOf(this.blocks.recurring),
      overuse: blockOf(this.blocks.overuse),
      cancellation: blockOf(this.blocks.cancellation),
    };
  }
}

function blockOf(rows: AmountRow[]): AmountBlock {
  return { total: cents(sum(rows.filter((row) => row.written).map((row) => row.amount))), rows };
}
