import type { SandboxClock } from '../kit/clock.js';
import { refused, texts } from './api-error.js';
import type { ContractEngine } from './contract-engine.js';
import type { Step } from './contract-grid.js';
import type { ContractRow, LineRow, NewLine, ServiceRow } from './contract-rows.js';
import type { ApiRow, Database } from './database.js';
import type { Behaviour } from './switches.js';

/** A ContractServiceAdjustment as posted, after types and references were checked. */
export interface AdjustmentInput {
  contractServiceID: number | null;
  contractID: number | null;
  serviceID: number | null;
  effectiveDate: string;
  unitChange: number | null;
  adjustedUnitPrice: number | null;
  adjustedUnitCost: number | null;
  allowRepeatService: boolean | null;
  quoteItemID: number | null;
}

/** Changes of units and price (reference §10.6, §11.3; rules 27–29). */
export class Adjustments {
  constructor(
    private readonly database: Database,
    private readonly behaviour: Behaviour,
    private readonly clock: SandboxClock,
    private readonly engine: ContractEngine,
  ) {}

  /**
   * Applies an adjustment: units change from the effective date to the contract's end, the running period splits, price
   * and cost hold from that date on (later price changes are overwritten). Everything is checked before anything is
   * written. Two adjustments of one line on one date follow the switch `sameDateAdjustment`: `merge` adds the units to
   * the first one's and its price wins where it has one; `replace` undoes the first one's units and price first.
   *
   * @returns the line. @throws ApiError 500 with the texts of reference §8.2.
   */
  accept(input: AdjustmentInput): LineRow {
    const { contract, line } = this.target(input);
    const date = input.effectiveDate;
    if (date < contract.startDate || date > contract.endDate) throw refused(texts.outsideContract);
    const steps = this.stepsAfter(input, line.ownSteps);
    if (
      this.behaviour.is('adjustPosted', 'refuse') &&
      this.engine.postedOf(contract, line).some((window) => window.end >= date)
    )
      throw refused(texts.postedPeriod);
    if (this.behaviour.is('belowZero', 'refuse') && fallsBelowZero(steps)) throw refused(texts.belowZero);

    const id = (line['id'] as number | undefined) ?? this.database.nextId('contractServices');
    const adjustment = this.database.put<ApiRow>('contractServiceAdjustments', {
      ...input,
      id: this.database.nextId('contractServiceAdjustments'),
      contractID: contract.id,
      contractServiceID: id,
      serviceID: line.serviceID,
      acceptedAt: this.clock.nowIso(),
    });
    const numbered = steps.map((step) => (step.date === date ? { ...step, adjustmentId: adjustment.id } : step));
    return this.engine.saveLine(contract, { ...line, id, ownSteps: numbered });
  }

  /** The line the adjustment means, found or new (reference §10.6). */
  private target(input: AdjustmentInput): { contract: ContractRow; line: NewLine } {
    if (input.contractServiceID !== null) {
      const line = this.database.must<LineRow>('contractServices', input.contractServiceID);
      if (input.contractID !== null && input.contractID !== line.contractID)
        throw refused(texts.reference('contractServiceID', 'ContractService'));
      return { contract: this.database.must<ContractRow>('contracts', line.contractID), line };
    }
    if (input.contractID === null || input.serviceID === null) throw refused(texts.lineNeeded);
    const contract = this.database.must<ContractRow>('contracts', input.contractID);
    if (!this.engine.isRecurring(contract)) throw refused(texts.recurringOnly);
    const existing = this.engine.linesOf(contract.id).find((line) => line.serviceID === input.serviceID);
    const repeat = input.allowRepeatService === true && this.behaviour.is('repeatService', 'add');
    if (existing && !repeat) return { contract, line: existing };
    const service = this.database.must<ServiceRow>('services', input.serviceID);
    if (service.isActive === false) throw refused(texts.reference('serviceID', 'Service'));
    return { contract, line: this.engine.newLine(contract, service) };
  }

  private stepsAfter(input: AdjustmentInput, before: readonly Step[]): Step[] {
    const date = input.effectiveDate;
    const own: Step = {
      date,
      units: input.unitChange ?? 0,
      ...(input.adjustedUnitPrice === null ? {} : { price: input.adjustedUnitPrice }),
      ...(input.adjustedUnitCost === null ? {} : { cost: input.adjustedUnitCost }),
      adjustmentId: 0,
    };
    const earlier = before.find((step) => step.date === date);
    if (earlier && this.behaviour.is('sameDateAdjustment', 'refuse'))
      throw refused(`${texts.duplicateWindow}.`, texts.databaseUpdate);
    const merged =
      earlier && this.behaviour.is('sameDateAdjustment', 'merge')
        ? { ...earlier, ...own, units: earlier.units + own.units }
        : own;
    const later = before
      .filter((step) => step.date > date)
      .map((step) => {
        const { price, cost, ...rest } = step;
        return {
          ...rest,
          ...(price === undefined || own.price !== undefined ? {} : { price }),
          ...(cost === undefined || own.cost !== undefined ? {} : { cost }),
        };
      });
    return [...before.filter((step) => step.date < date), merged, ...later];
  }
}

function fallsBelowZero(steps: readonly Step[]): boolean {
  let units = 0;
  return steps.some((step) => (units += step.units) < 0);
}
