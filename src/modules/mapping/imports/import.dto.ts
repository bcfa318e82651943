import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  Equals,
  IsArray,
  IsEmail,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Min,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { PROFILE_FIELDS, type ProfileField, type ProfileInput } from '../../../domain/mapping/customer-profile.js';
import { PageQuery } from '../../../platform/http/page.js';

/** Query of the companies that can be imported: ten at a time, by leading characters of name or number. */
export class ImportableQuery extends PageQuery {
  override pageSize = 10;
}

/** Corrections to one company's profile and, if wanted, how its administrator signs in. */
export class ImportProfileDto implements ProfileInput {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) name?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) street?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) extension?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(30) postalCode?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) city?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) state?: string;
  @ApiPropertyOptional({ description: 'ISO alpha-2' })
  @IsOptional()
  @Matches(/^[A-Za-z]{2}$/, { message: 'countryCode must be two letters' })
  countryCode?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(50) taxId?: string;
  @ApiPropertyOptional({ default: 'en' }) @IsOptional() @IsString() @Length(2, 10) language?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) firstName?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) lastName?: string;
  @ApiPropertyOptional() @IsOptional() @IsEmail({ ignore_max_length: true }) @MaxLength(254) email?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(40) phone?: string;
  @ApiPropertyOptional({ description: 'A second address the marketplace writes to' })
  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  notificationEmail?: string;
  @ApiPropertyOptional({ description: 'Sign-in of the administrator; with `password`' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  login?: string;
  @ApiPropertyOptional({ description: 'Never stored in the clear, logged or exported', writeOnly: true })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  password?: string;
}

/** Which companies become customers: those named, or all with a complete profile that are not mapped. */
export class ImportRequestDto {
  @ApiPropertyOptional({ type: [Number] })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @IsInt({ each: true })
  @Min(1, { each: true })
  companyIds?: number[];

  @ApiPropertyOptional({ enum: [true] })
  @IsOptional()
  @Equals(true)
  all?: true;

  @ApiPropertyOptional({ type: ImportProfileDto, description: 'Only with exactly one company' })
  @IsOptional()
  @ValidateNested()
  @Type(() => ImportProfileDto)
  profile?: ImportProfileDto;
}

/** The profile as it would be sent. */
export class ProfileView implements ProfileInput {
  @ApiPropertyOptional() name?: string;
  @ApiPropertyOptional() street?: string;
  @ApiPropertyOptional() extension?: string;
  @ApiPropertyOptional() postalCode?: string;
  @ApiPropertyOptional() city?: string;
  @ApiPropertyOptional() state?: string;
  @ApiPropertyOptional() countryCode?: string;
  @ApiPropertyOptional() taxId?: string;
  @ApiPropertyOptional() language?: string;
  @ApiPropertyOptional() firstName?: string;
  @ApiPropertyOptional() lastName?: string;
  @ApiPropertyOptional() email?: string;
  @ApiPropertyOptional() phone?: string;
}

/** How the last attempt to import a company ended. */
export class LastImportView {
  @ApiProperty({ enum: ['queued', 'sending', 'imported', 'failed'] })
  state!: string;

  @ApiProperty({ type: String, nullable: true })
  code!: string | null;

  @ApiProperty({ type: String, nullable: true })
  message!: string | null;
}

/** A company that is not mapped yet. */
export class ImportableCompany {
  @ApiProperty()
  companyId!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty({ type: ProfileView })
  profile!: ProfileView;

  @ApiProperty({ description: 'Import All takes only complete profiles' })
  complete!: boolean;

  @ApiProperty({ enum: PROFILE_FIELDS, isArray: true })
  missing!: ProfileField[];

  @ApiProperty({ type: LastImportView, nullable: true })
  lastImport!: LastImportView | null;
}

/** A page of companies that can be imported. */
export class ImportablePage {
  @ApiProperty({ type: [ImportableCompany] })
  items!: ImportableCompany[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}

/** The job to watch at GET /jobs/{jobId}. */
export class ImportStarted {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;
}
