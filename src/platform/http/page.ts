import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** What every list takes (DESIGN §10). */
export class PageQuery {
  /** 1-based page. */
  @ApiPropertyOptional({ type: Number, minimum: 1, default: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  page = 1;

  /** Rows a page, at most 200. */
  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: 200, default: 50 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  pageSize = 50;

  /** Leading characters or words, depending on the list. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;

  /** Field to sort by, `-` in front for descending; each list names its own. */
  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(50)
  sort?: string;
}

/** What every list returns; `total` is exact up to 10,000. */
export interface Page<T> {
  items: T[];
  total: number;
  page: number;
  pageSize: number;
}
