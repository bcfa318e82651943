import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { FEE_KINDS, type FeeKind } from '../../../domain/sync-plan/sync-facts.js';

/** One row of a save. */
export class FeeMappingChange {
  @ApiProperty({ enum: FEE_KINDS })
  @IsIn(FEE_KINDS)
  feeKind!: FeeKind;

  @ApiPropertyOptional({
    description: 'For this product only; absent = for every product without a mapping of its own',
  })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  productKey?: string;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'A material billing code; null takes the mapping away',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  billingCodeId?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    description: 'An Autotask product; null takes the mapping away',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  autotaskProductId?: number | null;

  @ApiPropertyOptional({ description: "The row's version as the list showed it; refused when it has changed since" })
  @IsOptional()
  @IsInt()
  @Min(0)
  version?: number;
}

/** The rows of a save; the body itself is the list. */
export class FeeMappingChanges {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => FeeMappingChange)
  rows!: FeeMappingChange[];
}

/** What a fee is charged as. */
export class FeeTargetView {
  @ApiProperty({ enum: ['billingCode', 'product'] })
  kind!: 'billingCode' | 'product';

  @ApiProperty()
  id!: number;

  @ApiProperty({ type: String, nullable: true, description: 'null when Autotask no longer has it' })
  name!: string | null;

  @ApiProperty()
  active!: boolean;
}

/** Why a mapping cannot be used, and what to do. */
export class FeeBrokenView {
  @ApiProperty({ enum: ['FEE_TARGET_INACTIVE', 'FEE_TARGET_GONE', 'FEE_TARGET_RENAMED'] })
  code!: 'FEE_TARGET_INACTIVE' | 'FEE_TARGET_GONE' | 'FEE_TARGET_RENAMED';

  @ApiProperty()
  message!: string;
}

/** One row of the fees pane. */
export class FeeRow {
  @ApiProperty({ enum: FEE_KINDS })
  feeKind!: FeeKind;

  @ApiProperty({ type: String, nullable: true, description: 'null = for every product without a row of its own' })
  productKey!: string | null;

  @ApiProperty({ type: String, nullable: true })
  productName!: string | null;

  @ApiProperty({ type: FeeTargetView, nullable: true, description: 'null = not mapped' })
  target!: FeeTargetView | null;

  @ApiProperty({ type: FeeBrokenView, nullable: true })
  broken!: FeeBrokenView | null;

  @ApiProperty({ example: 14, description: 'Open tasks with a charge that goes where this row says' })
  openTasks!: number;

  @ApiProperty({ description: '0 while not mapped' })
  version!: number;

  @ApiProperty({ type: String, nullable: true })
  mappedBy!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  mappedAt!: string | null;
}

/** Age of the mirrors behind the list; null = never read. */
export class FeeAges {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  billingCodes!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  autotaskProducts!: string | null;
}

/** The whole fees pane. */
export class FeeList {
  @ApiProperty({ type: [FeeRow], description: 'The four kinds, each followed by the rows of single products' })
  items!: FeeRow[];

  @ApiProperty({ type: FeeAges })
  asOf!: FeeAges;
}

/** What a save did. */
export class FeeSaveResult extends FeeList {
  @ApiProperty()
  changed!: number;

  @ApiProperty()
  unchanged!: number;
}
