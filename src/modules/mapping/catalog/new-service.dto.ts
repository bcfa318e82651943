import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import type { PeriodType } from '../../../domain/autotask/entities.js';
import { ProductRow } from '../products/product.dto.js';
import { ServiceRow } from './catalog.dto.js';

/** May be left out, but not be null. */
const Optional = () => ValidateIf((_, value: unknown) => value !== undefined);
const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
/** Autotask keeps four decimals (reference/autotask-rest-api §3). */
const Money = () =>
  Matches(/^-?\d{1,12}(\.\d{1,4})?$/, {
    message: '$property must be a decimal such as "8.50", with at most 4 decimals',
  });

/** A service to be added to Autotask's catalogue (FEATURES MAP-7). */
export class NewServiceDto {
  @ApiPropertyOptional({
    description: 'The product it is made for: period, SKU and external id are checked or taken from it',
  })
  @Optional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  productKey?: string;

  @ApiProperty({ example: 'Example Office Basic, monthly', description: 'Unique in Autotask' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(150)
  name!: string;

  @ApiPropertyOptional()
  @Optional()
  @IsString()
  @MaxLength(400)
  description?: string;

  @ApiPropertyOptional()
  @Optional()
  @IsString()
  @MaxLength(1000)
  invoiceDescription?: string;

  @ApiProperty({ enum: [2, 3, 4, 5], description: '2 monthly, 3 quarterly, 4 semi-annual, 5 yearly; fixed for ever' })
  @IsIn([2, 3, 4, 5])
  periodType!: PeriodType;

  @ApiProperty({ example: '8.50', description: "In the connection's currency" })
  @Money()
  unitPrice!: string;

  @ApiPropertyOptional({ example: '6.10' })
  @Optional()
  @Money()
  unitCost?: string;

  @ApiProperty({ description: 'An active billing code of use type 5' })
  @IsInt()
  @Min(0)
  billingCodeId!: number;

  @ApiPropertyOptional()
  @Optional()
  @IsInt()
  @Min(0)
  vendorCompanyId?: number;

  @ApiPropertyOptional()
  @Optional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  sku?: string;

  @ApiPropertyOptional()
  @Optional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  externalId?: string;

  @ApiPropertyOptional({
    type: Object,
    description: 'Further fields that this Autotask requires, by its own field names',
  })
  @Optional()
  @IsObject()
  additionalFields?: Record<string, unknown>;

  @ApiPropertyOptional({ default: false, description: 'Also maps `productKey` to the new service' })
  @Optional()
  @IsBoolean()
  mapProduct?: boolean;
}

/** Why the product could not be mapped to the service that was made. */
export class MappingProblemView {
  @ApiProperty()
  code!: string;

  @ApiProperty()
  message!: string;
}

/** Why the price in the connection's currency could not be set. The service stands, at the converted price. */
export class PriceProblemView {
  @ApiProperty({ enum: ['PRICE_LIST_MISSING', 'PRICE_LIST_REFUSED'] })
  code!: string;

  @ApiProperty()
  message!: string;

  @ApiPropertyOptional({ type: [String], description: "Autotask's own words" })
  autotask?: string[];
}

/** The new service. */
export class NewServiceView {
  @ApiProperty({ type: ServiceRow })
  service!: ServiceRow;

  @ApiProperty({
    type: ProductRow,
    nullable: true,
    description: 'The product as mapped now; null when that was not asked for',
  })
  product!: ProductRow | null;

  @ApiProperty({ type: MappingProblemView, nullable: true })
  mappingProblem!: MappingProblemView | null;

  @ApiProperty({ description: 'True: its answer was lost at first and it was found in Autotask afterwards' })
  foundAgain!: boolean;

  @ApiProperty({ description: 'False: the API user may not write costs, so none was set' })
  costWritten!: boolean;

  @ApiProperty({
    description: "True: the catalogue keeps price and cost in Autotask's own currency, converted at its exchange rate",
  })
  priceConverted!: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: "The price written to the price list of the connection's currency; null in Autotask's own currency",
  })
  listPrice!: string | null;

  @ApiProperty({ type: PriceProblemView, nullable: true })
  priceProblem!: PriceProblemView | null;
}
