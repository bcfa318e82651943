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
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/page.js';

/** Query flags arrive as text. */
const Flag = () =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** Query of the products list. `search` finds products whose name, plan or article begins with it. */
export class ProductQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['plan'], description: 'Sorts by plan and adds how many of each plan are mapped' })
  @IsOptional()
  @IsIn(['plan'])
  groupBy?: 'plan';

  @ApiPropertyOptional({ type: Boolean, default: false })
  @Flag()
  @IsBoolean()
  hideMapped = false;
}

/** One row of a save. */
export class ProductMappingChange {
  @ApiProperty({ example: 'mpn:EX-OFF-B|Example|1m|12m' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(400)
  productKey!: string;

  @ApiProperty({ enum: ['map', 'unmap'] })
  @IsIn(['map', 'unmap'])
  action!: 'map' | 'unmap';

  @ApiPropertyOptional({ description: 'Needed to map; with unmap the service that was seen' })
  @ValidateIf((row: ProductMappingChange) => row.action !== 'unmap' || row.serviceId !== undefined)
  @IsInt()
  @Min(0)
  serviceId?: number;

  @ApiPropertyOptional({
    description: "The product's version as the list showed it; refused when it has changed since",
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  version?: number;
}

/** The rows of a save; the body itself is the list. */
export class ProductMappingChanges {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => ProductMappingChange)
  rows!: ProductMappingChange[];
}

/** A period as the marketplace names it. */
export class PeriodView {
  @ApiProperty({ enum: ['day', 'month', 'year', 'statement_day', 'unknown'] })
  unit!: 'day' | 'month' | 'year' | 'statement_day' | 'unknown';

  @ApiProperty()
  count!: number;
}

/** What the product becomes in Autotask (DESIGN §6 Charging cycle). */
export class CycleView {
  @ApiProperty({ description: 'False: it becomes charges and needs a fee mapping instead' })
  needsService!: boolean;

  @ApiProperty({ type: Number, nullable: true, description: "Autotask's period type: 2, 3, 4 or 5" })
  periodType!: number | null;

  @ApiProperty({ example: 'monthly' })
  word!: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why no service is needed' })
  message!: string | null;
}

/** The marketplace's side of a row. */
export class ProductView {
  @ApiProperty()
  key!: string;

  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  mpn!: string | null;

  @ApiProperty({ type: String, nullable: true })
  vendor!: string | null;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'Plan or service name it is grouped under' })
  plan!: string;

  @ApiProperty()
  billingModel!: string;

  @ApiProperty({ type: PeriodView })
  billingPeriod!: PeriodView;

  @ApiProperty({ type: PeriodView })
  subscriptionPeriod!: PeriodView;

  @ApiProperty({ type: CycleView })
  cycle!: CycleView;

  @ApiProperty({ description: 'False: no longer sold nor subscribed' })
  active!: boolean;
}

/** The service a product is mapped to. */
export class ProductServiceView {
  @ApiProperty()
  serviceId!: number;

  @ApiProperty({ type: String, nullable: true, description: 'null when Autotask no longer has the service' })
  serviceName!: string | null;

  @ApiProperty()
  serviceActive!: boolean;

  @ApiProperty({ type: [String], description: 'Other products on the same service (INS-8): their units add up' })
  otherProductKeys!: string[];

  @ApiProperty()
  version!: number;

  @ApiProperty()
  mappedBy!: string;

  @ApiProperty({ format: 'date-time' })
  mappedAt!: string;
}

/** A fact that speaks for a service, with both sides' values. */
export class ServiceReasonView {
  @ApiProperty({ enum: ['SAME_SKU', 'SAME_EXTERNAL_ID', 'SAME_NAME'] })
  code!: 'SAME_SKU' | 'SAME_EXTERNAL_ID' | 'SAME_NAME';

  @ApiProperty()
  product!: string;

  @ApiProperty()
  service!: string;
}

/** A service that seems to be the product. Nothing is mapped by it. */
export class ServiceSuggestionView {
  @ApiProperty()
  serviceId!: number;

  @ApiProperty()
  serviceName!: string;

  @ApiProperty()
  exact!: true;

  @ApiProperty({ type: [ServiceReasonView], description: 'Strongest first' })
  reasons!: ServiceReasonView[];

  @ApiProperty()
  ambiguous!: boolean;

  @ApiProperty({ enum: ['SEVERAL_SERVICES', 'SEVERAL_PRODUCTS', 'SERVICE_TAKEN'], isArray: true })
  ambiguousBecause!: ('SEVERAL_SERVICES' | 'SEVERAL_PRODUCTS' | 'SERVICE_TAKEN')[];
}

/** What can be wrong with a mapping; a renamed side is mapped again when it is still the same (MAP-4). */
const PRODUCT_BROKEN = [
  'SERVICE_INACTIVE',
  'SERVICE_GONE',
  'SERVICE_RENAMED',
  'PRODUCT_GONE',
  'PRODUCT_RENAMED',
  'CYCLE_MISMATCH',
  'PRODUCT_NEEDS_NO_SERVICE',
] as const;

/** Why a mapping cannot be used, and what to do. */
export class ProductBrokenView {
  @ApiProperty({ enum: PRODUCT_BROKEN })
  code!: (typeof PRODUCT_BROKEN)[number];

  @ApiProperty()
  message!: string;
}

/** One row of the products list. */
export class ProductRow {
  @ApiProperty({ type: ProductView })
  product!: ProductView;

  @ApiProperty({ enum: ['unmapped', 'matched', 'broken', 'notNeeded'] })
  state!: 'unmapped' | 'matched' | 'broken' | 'notNeeded';

  @ApiProperty({ description: 'Send it back with a save' })
  version!: number;

  @ApiProperty({ type: ProductServiceView, nullable: true })
  mapping!: ProductServiceView | null;

  @ApiProperty({ type: [ServiceSuggestionView] })
  suggestions!: ServiceSuggestionView[];

  @ApiProperty({ type: ProductBrokenView, nullable: true })
  broken!: ProductBrokenView | null;
}

/** A plan with how many of its products are mapped. */
export class PlanView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  products!: number;

  @ApiProperty()
  mapped!: number;
}

/** Age of the mirrors behind the list; null = never read. */
export class ProductAges {
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  products!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  services!: string | null;
}

/** A page of products. */
export class ProductPage {
  @ApiProperty({ type: [ProductRow] })
  items!: ProductRow[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({ type: [PlanView], required: false, description: 'With groupBy=plan: every plan under the search' })
  plans?: PlanView[];

  @ApiProperty({ type: ProductAges })
  asOf!: ProductAges;
}

/** What a save did. */
export class ProductSaveResult {
  @ApiProperty()
  changed!: number;

  @ApiProperty()
  unchanged!: number;

  @ApiProperty({ type: [ProductRow], description: 'The products of the save as they are now' })
  items!: ProductRow[];
}
