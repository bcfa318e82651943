import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import type { PeriodType } from '../../../domain/autotask/entities.js';
import { PageQuery } from '../../../platform/http/page.js';

/** Query of the services list. `search` finds names that contain it, and SKUs and external ids that begin with it. */
export class ServiceQuery extends PageQuery {
  @ApiPropertyOptional({
    enum: [2, 3, 4, 5],
    description: 'Only this period: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly',
  })
  @IsOptional()
  @Type(() => Number)
  @IsIn([2, 3, 4, 5])
  periodType?: PeriodType;
}

/** Query of the billing codes list. */
export class BillingCodeQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only this use: 4 material (fees), 5 recurring contract service (services)' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(100)
  useType?: number;
}

/** A company that can be chosen. */
export class CompanyRow {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  companyNumber!: string | null;

  @ApiProperty({ type: String, nullable: true })
  city!: string | null;

  @ApiProperty({ type: String, nullable: true })
  taxId!: string | null;

  @ApiProperty({ description: 'Only active ones are listed' })
  isActive!: boolean;

  @ApiProperty({ type: [String], description: 'Customers that are mapped to it already (MAP-3)' })
  customerIds!: string[];
}

/** A service that can be chosen. Money in the tenant's internal currency. */
export class ServiceRow {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: Number, nullable: true })
  periodType!: PeriodType | null;

  @ApiProperty({ example: '8.5' })
  unitPrice!: string;

  @ApiProperty({ type: String, nullable: true, description: 'null where the API user may not see costs' })
  unitCost!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  billingCodeId!: number | null;

  @ApiProperty({ type: String, nullable: true })
  sku!: string | null;

  @ApiProperty({ type: String, nullable: true })
  externalId!: string | null;

  @ApiProperty({ description: 'Only active ones are listed' })
  isActive!: boolean;

  @ApiProperty({ type: [String], description: 'Products that are mapped to it already (INS-8)' })
  productKeys!: string[];
}

/** A billing code that can be chosen. */
export class BillingCodeRow {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  useType!: number;

  @ApiProperty({ description: 'Only active ones are listed' })
  isActive!: boolean;
}

/** An Autotask product or vendor that can be chosen. */
export class NamedRow {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'Only active ones are listed' })
  isActive!: boolean;
}

class CatalogPage {
  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Age of the mirror; null = never read',
  })
  asOf!: string | null;
}

export class CompanyRowPage extends CatalogPage {
  @ApiProperty({ type: [CompanyRow] })
  items!: CompanyRow[];
}

export class ServiceRowPage extends CatalogPage {
  @ApiProperty({ type: [ServiceRow] })
  items!: ServiceRow[];
}

export class BillingCodeRowPage extends CatalogPage {
  @ApiProperty({ type: [BillingCodeRow] })
  items!: BillingCodeRow[];
}

export class NamedRowPage extends CatalogPage {
  @ApiProperty({ type: [NamedRow] })
  items!: NamedRow[];
}
