import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { MATCH_REASONS, type MatchReasonCode } from '../../../domain/mapping/company-match.js';
import type { Ambiguity } from '../../../domain/mapping/customer-suggestions.js';
import type { Customer } from '../../../domain/marketplace/customer.js';
import { PageQuery } from '../../../platform/http/page.js';

/**
 * What a list of customers can be narrowed to (FEATURES MAP-1). `suggested` are those of `unmapped` with a suggestion,
 * `rejected` those for which somebody turned one down.
 */
export const CUSTOMER_STATUSES = ['unmapped', 'suggested', 'matched', 'broken', 'rejected', 'all'] as const;
export type CustomerStatusFilter = (typeof CUSTOMER_STATUSES)[number];

/** Query of the customers list. `search` finds names and ids that begin with it. Sorts by `name` or `-name`. */
export class CustomerQuery extends PageQuery {
  @ApiPropertyOptional({ enum: CUSTOMER_STATUSES, default: 'all' })
  @IsIn(CUSTOMER_STATUSES)
  status: CustomerStatusFilter = 'all';
}

/** Body of a change of a customer. */
export class CustomerSettingsDto {
  @ApiProperty({ description: 'Automatic processing for this customer (INS-5)' })
  @IsBoolean()
  autoSync!: boolean;
}

/** What a row of a save does: `reject` remembers that a suggestion is wrong, `restore` takes that back. */
export const CUSTOMER_ACTIONS = ['map', 'unmap', 'reject', 'restore'] as const;

/** One row of a save. */
export class CustomerMappingChange {
  @ApiProperty({ example: 'C-1001' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  customerId!: string;

  @ApiProperty({ example: 29701 })
  @IsInt()
  @Min(0)
  companyId!: number;

  @ApiProperty({ enum: CUSTOMER_ACTIONS })
  @IsIn(CUSTOMER_ACTIONS)
  action!: (typeof CUSTOMER_ACTIONS)[number];

  @ApiPropertyOptional({
    description: "The customer's version as the list showed it; refused when it has changed since",
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  version?: number;
}

/** The rows of a save; the body itself is the list. */
export class CustomerMappingChanges {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => CustomerMappingChange)
  rows!: CustomerMappingChange[];
}

/** The marketplace's side of a row. */
export class CustomerView {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ enum: ['pending', 'active', 'onHold', 'cancelled', 'error', 'unknown'] })
  status!: Customer['status'];
}

/** A company the customer is mapped to. */
export class CustomerCompanyView {
  @ApiProperty()
  companyId!: number;

  @ApiProperty({ type: String, nullable: true, description: 'null when Autotask no longer has the company' })
  companyName!: string | null;

  @ApiProperty()
  companyActive!: boolean;

  @ApiProperty({ type: [String], description: 'Other customers mapped to the same company (MAP-3)' })
  otherCustomerIds!: string[];

  @ApiProperty()
  version!: number;

  @ApiProperty()
  mappedBy!: string;

  @ApiProperty({ format: 'date-time' })
  mappedAt!: string;
}

/** A fact that speaks for a suggestion, with both sides' values. */
export class SuggestionReason {
  @ApiProperty({ enum: MATCH_REASONS })
  code!: MatchReasonCode;

  @ApiProperty()
  customer!: string;

  @ApiProperty()
  company!: string;
}

/** Why a suggestion is not the only possible one, or not certain. */
export const AMBIGUITIES = [
  'SEVERAL_COMPANIES',
  'SEVERAL_CUSTOMERS',
  'COMPANY_TAKEN',
  'OTHER_TOWN',
  'OTHER_TAX_NUMBER',
  'OTHER_LEGAL_FORM',
  'NAME_DIFFERS',
  'BRANCH',
] as const satisfies readonly Ambiguity[];

/** A company that seems to be the customer. Nothing is mapped by it (FEATURES MAP-2). */
export class SuggestionView {
  @ApiProperty()
  companyId!: number;

  @ApiProperty()
  companyName!: string;

  @ApiProperty({ description: '0 to 1, two decimals', example: 0.96 })
  score!: number;

  @ApiProperty({ description: 'The names are spelled the same' })
  exact!: boolean;

  @ApiProperty({ type: [SuggestionReason] })
  reasons!: SuggestionReason[];

  @ApiProperty({ description: 'True: a person must choose; never pre-tick it' })
  ambiguous!: boolean;

  @ApiProperty({ enum: AMBIGUITIES, isArray: true })
  ambiguousBecause!: Ambiguity[];
}

/** A company that somebody said is not this customer; it is not suggested until that is taken back. */
export class RejectedCompany {
  @ApiProperty()
  companyId!: number;

  @ApiProperty({ type: String, nullable: true })
  companyName!: string | null;

  @ApiProperty()
  rejectedBy!: string;

  @ApiProperty({ format: 'date-time' })
  rejectedAt!: string;
}

/** What can be wrong with a mapping; a renamed side is mapped again when it is still the same (MAP-4). */
const CUSTOMER_BROKEN = [
  'CUSTOMER_INACTIVE',
  'CUSTOMER_GONE',
  'CUSTOMER_RENAMED',
  'COMPANY_INACTIVE',
  'COMPANY_GONE',
  'COMPANY_RENAMED',
] as const;

/** Why a mapping cannot be used, and what to do. */
export class BrokenView {
  @ApiProperty({ enum: CUSTOMER_BROKEN })
  code!: (typeof CUSTOMER_BROKEN)[number];

  @ApiProperty()
  message!: string;
}

/** One row of the customers list. */
export class CustomerRow {
  @ApiProperty({ type: CustomerView })
  customer!: CustomerView;

  @ApiProperty({ enum: ['unmapped', 'matched', 'broken'] })
  state!: 'unmapped' | 'matched' | 'broken';

  @ApiProperty({ description: 'Send it back with a save' })
  version!: number;

  @ApiProperty()
  autoSync!: boolean;

  @ApiProperty({ type: [CustomerCompanyView] })
  mappings!: CustomerCompanyView[];

  @ApiProperty({ type: [SuggestionView], description: 'Only on unmapped rows' })
  suggestions!: SuggestionView[];

  @ApiProperty({ type: [RejectedCompany] })
  rejected!: RejectedCompany[];

  @ApiProperty({ type: BrokenView, nullable: true })
  broken!: BrokenView | null;
}

/** For how many of the customers shown automatic processing is on. */
export class AutomationCounts {
  @ApiProperty()
  on!: number;

  @ApiProperty()
  all!: number;
}

/** How many rows each filter would show, under the present search. */
export class CustomerCounts {
  @ApiProperty()
  unmapped!: number;

  @ApiProperty()
  suggested!: number;

  @ApiProperty()
  matched!: number;

  @ApiProperty()
  broken!: number;

  @ApiProperty()
  rejected!: number;

  @ApiProperty()
  all!: number;
}

/** Age of the mirrors behind the list; null = never read. */
export class CustomerAges {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  customers!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  companies!: string | null;
}

/** A page of customers. */
export class CustomerPage {
  @ApiProperty({ type: [CustomerRow] })
  items!: CustomerRow[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({ type: CustomerCounts })
  counts!: CustomerCounts;

  @ApiProperty({ type: CustomerAges })
  asOf!: CustomerAges;
}

/** A suggestion with its customer. */
export class CustomerSuggestion extends SuggestionView {
  @ApiProperty()
  customerId!: string;

  @ApiProperty()
  customerName!: string;

  @ApiProperty({ description: "The customer's version, to be sent back with a save" })
  version!: number;
}

/** A page of suggestions. */
export class CustomerSuggestionPage {
  @ApiProperty({ type: [CustomerSuggestion] })
  items!: CustomerSuggestion[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({ type: CustomerAges })
  asOf!: CustomerAges;
}

/** Query of a save. */
export class SaveQuery {
  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Only say what would happen; nothing is changed' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  dryRun = false;
}

/** What depends on customers that lose a company: it waits until they have one again. Nothing changes in Autotask. */
export class CustomerSaveEffect {
  @ApiProperty()
  customers!: number;

  @ApiProperty({ description: 'Running subscriptions of these customers' })
  subscriptions!: number;

  @ApiProperty()
  openTasks!: number;
}

/** What a save did, or with `dryRun` would do. */
export class CustomerSaveResult {
  @ApiProperty({ description: 'Rows that changed something' })
  changed!: number;

  @ApiProperty({ description: 'Rows that were already so' })
  unchanged!: number;

  @ApiProperty({ type: [CustomerRow], description: 'The customers of the save as they are now' })
  items!: CustomerRow[];

  @ApiProperty({ type: CustomerSaveEffect })
  affected!: CustomerSaveEffect;
}
