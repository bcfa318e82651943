import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type {
  AmountBlock,
  AmountRow,
  InvoiceImpact,
  PlannedLine,
  PlannedOperation,
  PlanWarning,
  RequiredAction,
  RequiredActionCode,
  SyncPlan,
} from '../../../domain/sync-plan/sync-plan.js';

const window: ApiPropertyOptions = {
  type: [Object],
  example: [{ first: '2027-03-10', last: '2027-03-31', units: 12, posted: false }],
};
const money = (example: string): ApiPropertyOptions => ({ type: String, required: false, example });

/** A question a person must answer, or a thing to mend. */
export class RequiredActionView implements RequiredAction {
  @ApiProperty({ type: String, example: 'MAPPING_MISSING' })
  code!: RequiredActionCode;

  @ApiProperty()
  message!: string;

  @ApiProperty({ type: Object, required: false, example: { kind: 'product', id: 'mpn:EX-OFF-B|…', name: 'Example' } })
  subject?: NonNullable<RequiredAction['subject']>;

  @ApiProperty({ type: [Object], required: false, description: 'Ready answers: the choices each one sets' })
  options?: NonNullable<RequiredAction['options']>;
}

/** Something to know; `money` keeps the task from running by itself. */
export class PlanWarningView implements PlanWarning {
  @ApiProperty()
  code!: string;

  @ApiProperty()
  message!: string;

  @ApiProperty()
  money!: boolean;
}

/** One line now and after (FEATURES WIZ-3, WIZ-6). */
export class PlannedLineView implements PlannedLine {
  @ApiProperty()
  productKey!: string;

  @ApiProperty()
  productName!: string;

  @ApiProperty({ type: Number, required: false, description: 'Absent while the line is still to be created' })
  contractServiceId?: number;

  @ApiProperty()
  serviceId!: number;

  @ApiProperty()
  serviceName!: string;

  @ApiProperty()
  invoiceDescription!: string;

  @ApiProperty()
  include!: boolean;

  @ApiProperty({ example: '2027-03-10' })
  effectiveDate!: string;

  @ApiProperty({ type: String, required: false, example: '2027-03-31' })
  endDate?: string;

  @ApiProperty({ description: "The subscription's share" })
  quantityNow!: number;

  @ApiProperty()
  quantityAfter!: number;

  @ApiProperty({ description: 'All shares and the base on the effective date' })
  unitsNow!: number;

  @ApiProperty()
  unitsAfter!: number;

  @ApiProperty({ example: 1, description: 'Length of the billing period in months' })
  periodMonths!: number;

  @ApiProperty(money('8.00'))
  priceNow?: string;

  @ApiProperty(money('8.00'))
  priceAfter?: string;

  @ApiProperty(money('6.10'))
  costNow?: string;

  @ApiProperty(money('6.10'))
  costAfter?: string;

  @ApiProperty({ enum: ['autotask', 'marketplace', 'hand'] })
  priceSource!: 'autotask' | 'marketplace' | 'hand';

  @ApiProperty({ example: 'Upgrade' })
  detail!: string;

  @ApiProperty(window)
  now!: PlannedLine['now'];

  @ApiProperty(window)
  after!: PlannedLine['after'];

  @ApiProperty({ type: Object, required: false, example: { from: '2027-03-10', expected: 10, actual: 11 } })
  drift?: NonNullable<PlannedLine['drift']>;

  @ApiProperty({ type: [String] })
  arithmetic!: string[];
}

/** One row of an amount block. */
export class AmountRowView implements AmountRow {
  @ApiProperty({ type: String, required: false })
  productKey?: string;

  @ApiProperty()
  label!: string;

  @ApiProperty()
  feeKind!: string;

  @ApiProperty({ type: String, required: false })
  from?: string;

  @ApiProperty({ type: String, required: false })
  to?: string;

  @ApiProperty(money('2'))
  quantity?: string;

  @ApiProperty(money('8.00'))
  unitPrice?: string;

  @ApiProperty({ type: Number, required: false })
  days?: number;

  @ApiProperty({ type: Number, required: false })
  ofDays?: number;

  @ApiProperty({ example: '11.35' })
  amount!: string;

  @ApiProperty({ enum: ['autotask', 'marketplace', 'psa-sync'] })
  computedBy!: AmountRow['computedBy'];

  @ApiProperty()
  arithmetic!: string;

  @ApiProperty({ description: 'False where it is only stated and not written' })
  written!: boolean;
}

/** An amount block with its total (FEATURES WIZ-4). */
export class AmountBlockView implements AmountBlock {
  @ApiProperty({ example: '11.35' })
  total!: string;

  @ApiProperty({ type: [AmountRowView] })
  rows!: AmountRowView[];
}

/** The five blocks. */
export class AmountsView {
  @ApiProperty({ type: AmountBlockView })
  setup!: AmountBlockView;

  @ApiProperty({ type: AmountBlockView })
  prorated!: AmountBlockView;

  @ApiProperty({ type: AmountBlockView })
  recurring!: AmountBlockView;

  @ApiProperty({ type: AmountBlockView })
  overuse!: AmountBlockView;

  @ApiProperty({ type: AmountBlockView })
  cancellation!: AmountBlockView;
}

/** What one coming invoice period changes by. */
export class InvoiceImpactView implements InvoiceImpact {
  @ApiProperty()
  first!: string;

  @ApiProperty()
  last!: string;

  @ApiProperty()
  now!: string;

  @ApiProperty()
  after!: string;

  @ApiProperty()
  change!: string;

  @ApiProperty({ description: 'Autotask prorates a part of it itself, once the period is posted' })
  expected!: boolean;
}

/** The plan of a task: what would be written, what it costs, and what a person must settle first. */
export class SyncPlanView implements SyncPlan {
  @ApiProperty({
    type: [Object],
    description: 'The Autotask writes, in order; each has kind, key and a title for people',
    example: [{ kind: 'adjustUnits', key: 'units:l5512:2027-03-10', title: 'Add 2 units', unitChange: 2 }],
  })
  operations!: PlannedOperation[];

  @ApiProperty({ type: [PlannedLineView] })
  lines!: PlannedLineView[];

  @ApiProperty({ type: AmountsView })
  amounts!: AmountsView;

  @ApiProperty({ type: [InvoiceImpactView] })
  invoiceImpact!: InvoiceImpactView[];

  @ApiProperty({ type: [Object], example: [{ taskId: '…', reason: 'Same day' }] })
  folded!: SyncPlan['folded'];

  @ApiProperty({ type: [Object], description: 'Ledger steps that need no write' })
  ledgerOnly!: SyncPlan['ledgerOnly'];

  @ApiProperty({ type: [RequiredActionView] })
  requiredActions!: RequiredActionView[];

  @ApiProperty({ type: [PlanWarningView] })
  warnings!: PlanWarningView[];

  @ApiProperty({ type: String, required: false })
  notSupported?: string;

  @ApiProperty()
  automatic!: boolean;

  @ApiProperty({ type: String, required: false })
  manualReason?: string;

  @ApiProperty({ description: 'What a confirmation of this plan names' })
  hash!: string;
}
