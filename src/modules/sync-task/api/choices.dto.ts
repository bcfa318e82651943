import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  Validate,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import type { PeriodType } from '../../../domain/autotask/entities.js';
import { isCalendarDate } from '../../../domain/calendar/calendar-date.js';
import type { SyncChoices } from '../../../domain/sync-plan/sync-choices.js';
import { Problem } from '../../../platform/http/problem.js';

/** An existing day, `YYYY-MM-DD`. */
@ValidatorConstraint({ name: 'isCalendarDay' })
class IsCalendarDay implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return isCalendarDate(value);
  }

  defaultMessage(): string {
    return 'must be an existing day, written YYYY-MM-DD';
  }
}

const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;
const decimalText = { message: 'must be a decimal number as text, such as "12.50"' };

/** A contract to be created (FEATURES WIZ-2); missing parts take the defaults. */
export class NewContractDto {
  @ApiPropertyOptional({ example: 29701 })
  @IsOptional()
  @IsInt()
  @Min(0)
  companyId?: number;

  @ApiPropertyOptional({ example: 'Cloud services 2027' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  name?: string;

  @ApiPropertyOptional({ example: 'C-2027-014' })
  @IsOptional()
  @IsString()
  @MaxLength(50)
  contractNumber?: string;

  @ApiPropertyOptional({ example: '2027-03-01' })
  @IsOptional()
  @Validate(IsCalendarDay)
  startDate?: string;

  @ApiPropertyOptional({ example: '2028-02-29' })
  @IsOptional()
  @Validate(IsCalendarDay)
  endDate?: string;

  /** Autotask's: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly. */
  @ApiPropertyOptional({ enum: [2, 3, 4, 5], description: 'Autotask: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly' })
  @IsOptional()
  @IsIn([2, 3, 4, 5])
  periodType?: PeriodType;
}

/** Either an existing contract or one to be created. */
export class ContractChoiceDto {
  @ApiPropertyOptional({ example: 4711 })
  @IsOptional()
  @IsInt()
  @Min(1)
  id?: number;

  @ApiPropertyOptional({ type: NewContractDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => NewContractDto)
  create?: NewContractDto;
}

/** What a person decided for one product's row (FEATURES WIZ-3, WIZ-5). */
export class LineChoiceDto {
  @ApiProperty({ example: 'mpn:EX-OFF-B|example-software|1m|12m' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  productKey!: string;

  @ApiProperty({ description: 'False = unticked' })
  @IsBoolean()
  include!: boolean;

  /** The subscription's absolute share; whole and not negative. */
  @ApiPropertyOptional({ example: 12, description: "The subscription's absolute share; whole and not negative" })
  @IsOptional()
  @IsNumber()
  quantity?: number;

  @ApiPropertyOptional({ example: '2027-03-10' })
  @IsOptional()
  @Validate(IsCalendarDay)
  date?: string;

  @ApiPropertyOptional({ example: '8.00' })
  @IsOptional()
  @Matches(DECIMAL, decimalText)
  price?: string;

  @ApiPropertyOptional({ example: '6.10' })
  @IsOptional()
  @Matches(DECIMAL, decimalText)
  cost?: string;

  @ApiPropertyOptional({ example: 'Example Office Basic' })
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string;

  /** How many of the line's untracked units are this subscription's; whole and not negative. */
  @ApiPropertyOptional({ example: 3 })
  @IsOptional()
  @IsNumber()
  alreadyCounted?: number;

  @ApiPropertyOptional({ example: 5512 })
  @IsOptional()
  @IsInt()
  @Min(1)
  contractServiceId?: number;

  @ApiPropertyOptional({ enum: ['keep', 'repriceAll', 'secondLine'] })
  @IsOptional()
  @IsIn(['keep', 'repriceAll', 'secondLine'])
  priceConflict?: 'keep' | 'repriceAll' | 'secondLine';
}

/** What to do about a line that does not hold what is expected. */
export class DriftChoiceDto {
  @ApiProperty({ example: 5512 })
  @IsInt()
  @Min(1)
  lineId!: number;

  @ApiProperty({ enum: ['adopt', 'overwrite', 'leave'] })
  @IsIn(['adopt', 'overwrite', 'leave'])
  action!: 'adopt' | 'overwrite' | 'leave';
}

/** Everything a person can decide about a task (DESIGN §10); unknown keys are refused. */
export class ChoicesDto {
  @ApiPropertyOptional({ type: ContractChoiceDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => ContractChoiceDto)
  contract?: ContractChoiceDto;

  @ApiPropertyOptional({ type: [LineChoiceDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => LineChoiceDto)
  lines?: LineChoiceDto[];

  @ApiPropertyOptional({ enum: ['autotask', 'marketplace'] })
  @IsOptional()
  @IsIn(['autotask', 'marketplace'])
  priceSource?: 'autotask' | 'marketplace';

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  extend?: boolean;

  @ApiPropertyOptional({ enum: ['fromEffective', 'fromNow', 'fromNowWithCharge'] })
  @IsOptional()
  @IsIn(['fromEffective', 'fromNow', 'fromNowWithCharge'])
  late?: 'fromEffective' | 'fromNow' | 'fromNowWithCharge';

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  alreadyBilled?: boolean;

  @ApiPropertyOptional({ type: [DriftChoiceDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => DriftChoiceDto)
  drift?: DriftChoiceDto[];

  @ApiPropertyOptional()
  @IsOptional()
  @IsBoolean()
  creditedByHand?: boolean;

  @ApiPropertyOptional({ enum: ['order', 'subscription'] })
  @IsOptional()
  @IsIn(['order', 'subscription'])
  quantityFrom?: 'order' | 'subscription';
}

/**
 * The choices as plain data, as they are stored and planned with.
 *
 * @throws Problem QUANTITY_NOT_WHOLE, QUANTITY_NEGATIVE; CONTRACT_CHOICE when both or neither contract is named.
 */
export function choicesOf(dto: ChoicesDto): SyncChoices {
  for (const line of dto.lines ?? [])
    for (const [field, value] of [
      ['quantity', line.quantity],
      ['alreadyCounted', line.alreadyCounted],
    ] as const)
      if (value !== undefined) checkQuantity(line.productKey, field, value);
  const { contract } = dto;
  if (contract && (contract.id === undefined) === (contract.create === undefined))
    throw new Problem(
      'invalid',
      'CONTRACT_CHOICE',
      'choices.contract: name either an existing contract (id) or one to create, not both. Nothing was changed.',
    );
  return JSON.parse(JSON.stringify(dto)) as SyncChoices;
}

function checkQuantity(productKey: string, field: string, value: number): void {
  const details = { productKey, field, value };
  if (!Number.isInteger(value))
    throw new Problem(
      'invalid',
      'QUANTITY_NOT_WHOLE',
      `The ${field} of ${productKey} is ${value}; Autotask knows whole units only. Enter a whole number.`,
      details,
    );
  if (value < 0)
    throw new Problem(
      'invalid',
      'QUANTITY_NEGATIVE',
      `The ${field} of ${productKey} is ${value}; enter zero or more.`,
      details,
    );
}
