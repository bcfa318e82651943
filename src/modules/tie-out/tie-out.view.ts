import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import type { ReasonCode } from '../../domain/tie-out/tie-out.js';
import { PageQuery } from '../../platform/http/page.js';

/** Which month, and whose. */
export class TieOutQuery extends PageQuery {
  @ApiProperty({ example: '2027-03' })
  @Matches(/^\d{4}-(0[1-9]|1[0-2])$/, { message: 'must be a month such as 2027-03' })
  month!: string;

  /** The marketplace's id. Without it every customer that has a task, by name. */
  @ApiPropertyOptional({ example: '1000021' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  customerId?: string;
}

/** One amount the marketplace charges or gives back. Money is decimal text in the connection's currency. */
export class SoldAmountView {
  @ApiProperty({ example: '1200017', description: "The marketplace's id" })
  subscriptionId!: string;

  @ApiProperty({ example: 'Example Office Basic' })
  productName!: string;

  @ApiProperty({ enum: ['recurring', 'part', 'setup', 'cancellation', 'overuse', 'usage'] })
  kind!: string;

  @ApiProperty({ example: '2027-03-10' })
  date!: string;

  @ApiProperty({ example: 5 })
  quantity!: number;

  @ApiProperty({ type: String, nullable: true, example: '8' })
  unitPrice!: string | null;

  @ApiProperty({ example: '40.00' })
  amount!: string;

  @ApiProperty({ type: String, nullable: true, example: 'CH000905' })
  orderNumber!: string | null;
}

/** One line of Autotask's invoices. */
export class BilledAmountView {
  @ApiProperty({ example: 812 })
  billingItemId!: number;

  @ApiProperty({ enum: ['recurring', 'adjustment', 'charge'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true, example: 'proration', description: 'Of a charge of ours' })
  feeKind!: string | null;

  @ApiProperty({ example: '2027-03-10' })
  date!: string;

  @ApiProperty({ example: 'Example Office Basic' })
  name!: string;

  @ApiProperty({ example: '5' })
  quantity!: string;

  @ApiProperty({ example: '8' })
  rate!: string;

  @ApiProperty({ example: '40.00' })
  amount!: string;
}

const CODES = [
  'REFUND_WITHHELD',
  'CHARGE',
  'PRORATED_BY_AUTOTASK',
  'UNTRACKED_UNITS',
  'STANDING_DIFFERENCE',
  'PRICE_SOURCE',
  'UNIT_PRICE_CANNOT_EXPRESS',
  'NOT_SYNCED',
  'DONE_BY_HAND',
  'NOT_POSTED',
  'OTHER_PERIODS',
  'UNEXPLAINED',
] as const satisfies ReasonCode[];

/** A part of a difference and what it comes from. */
export class TieOutReasonView {
  @ApiProperty({ enum: CODES })
  code!: ReasonCode;

  @ApiProperty({ example: '-4.80', description: 'Billed less sold' })
  amount!: string;

  @ApiProperty()
  message!: string;
}

/** One contract line; without ids what is not on a line. */
export class TieOutLineView {
  @ApiProperty({ type: Number, nullable: true })
  contractId!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  contractServiceId!: number | null;

  @ApiProperty({ example: 'Example Office Basic' })
  name!: string;

  @ApiProperty({ example: '121.77' })
  soldTotal!: string;

  @ApiProperty({ example: '121.77' })
  billedTotal!: string;

  @ApiProperty({ example: '0.00', description: 'Billed less sold; the reasons add up to it' })
  difference!: string;

  @ApiProperty({ type: [TieOutReasonView] })
  reasons!: TieOutReasonView[];

  @ApiProperty({ type: [SoldAmountView] })
  sold!: SoldAmountView[];

  @ApiProperty({ type: [BilledAmountView] })
  billed!: BilledAmountView[];
}

/** A customer's month. */
export class TieOutCustomerView {
  @ApiProperty({ example: '1000021' })
  customerId!: string;

  @ApiProperty({ example: 'Marmalade Freight' })
  customerName!: string;

  @ApiProperty({ example: '121.77' })
  soldTotal!: string;

  @ApiProperty({ example: '121.77' })
  billedTotal!: string;

  @ApiProperty({ example: '0.00' })
  difference!: string;

  @ApiProperty({ type: [TieOutLineView] })
  lines!: TieOutLineView[];
}

/** What the customers of a page come to. */
export class TieOutTotalsView {
  @ApiProperty({ example: '1204.50' })
  soldTotal!: string;

  @ApiProperty({ example: '1176.50' })
  billedTotal!: string;

  @ApiProperty({ example: '-28.00' })
  difference!: string;
}

/** A page of customers. */
export class TieOutPage {
  @ApiProperty({ type: [TieOutCustomerView] })
  items!: TieOutCustomerView[];

  @ApiProperty({ type: TieOutTotalsView, description: 'Of the customers of this page' })
  totals!: TieOutTotalsView;

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}
