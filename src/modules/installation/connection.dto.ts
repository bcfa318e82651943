import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { ConnectionSettings } from './connection-settings.js';
import { IsIanaTimeZone } from './time-zone.js';

/** May be left out, but not be null: null is never a setting. */
const Optional = () => ValidateIf((_, value: unknown) => value !== undefined);
/** What people paste often carries a space or a line end. */
const Trimmed = () => Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
/** Goes into an HTTP header as it is. */
const HeaderText = () =>
  Matches(/^[\x20-\x7e]+$/, { message: '$property must hold plain letters, digits and signs only' });

/** An Autotask API user (FEATURES INS-2). */
export class AutotaskUserDto {
  @ApiProperty({ example: 'api-sync@marmalade-freight.example' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  @HeaderText()
  userName!: string;

  @ApiProperty({ writeOnly: true })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @HeaderText()
  secret!: string;
}

/** Marketplace access (FEATURES INS-12). */
export class MarketplaceAccessDto {
  @ApiProperty({ example: 'https://api.marketplace.example/marketplace' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  baseUrl!: string;

  @ApiProperty()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  user!: string;

  @ApiProperty({ writeOnly: true })
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  password!: string;

  @ApiProperty({ writeOnly: true })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  @HeaderText()
  subscriptionKey!: string;

  @ApiProperty({ example: 'eu' })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  marketplace!: string;
}

/** Changed settings; those left out stay (FEATURES INS-3 to INS-9). */
export class SettingsDto implements Partial<ConnectionSettings> {
  @ApiPropertyOptional({ enum: ['autotask', 'marketplace'] })
  @Optional()
  @IsIn(['autotask', 'marketplace'])
  priceSource?: ConnectionSettings['priceSource'];

  @ApiPropertyOptional()
  @Optional()
  @IsBoolean()
  trimDescription?: boolean;

  @ApiPropertyOptional({ enum: ['autotask', 'marketplace'] })
  @Optional()
  @IsIn(['autotask', 'marketplace'])
  proration?: ConnectionSettings['proration'];

  @ApiPropertyOptional()
  @Optional()
  @IsBoolean()
  syncRefunds?: boolean;

  @ApiPropertyOptional()
  @Optional()
  @IsBoolean()
  severalProductsPerService?: boolean;

  @ApiPropertyOptional({ enum: ['off', 'daily', 'every5Minutes'] })
  @Optional()
  @IsIn(['off', 'daily', 'every5Minutes'])
  automation?: ConnectionSettings['automation'];

  @ApiPropertyOptional({ minimum: 0, maximum: 23, description: "Local hour of the connection's zone" })
  @Optional()
  @IsInt()
  @Min(0)
  @Max(23)
  dailyHour?: number;

  @ApiPropertyOptional({ enum: ['errorsAndActions', 'all'] })
  @Optional()
  @IsIn(['errorsAndActions', 'all'])
  notificationLevel?: ConnectionSettings['notificationLevel'];

  @ApiPropertyOptional({ minimum: 0.05, maximum: 1 })
  @Optional()
  @IsNumber()
  @Min(0.05)
  @Max(1)
  apiBudgetShare?: number;

  @ApiPropertyOptional()
  @Optional()
  @IsBoolean()
  automaticCreatesLines?: boolean;
}

/** A new connection. `marketplace` is left out when the host sent its access at the install. */
export class CreateConnectionDto {
  @ApiProperty({ example: 'EU - EUR', maxLength: 100 })
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  alias!: string;

  @ApiProperty({ example: 'EUR', description: 'ISO code; once among enabled connections' })
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO code of three capital letters, such as EUR' })
  currency!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  @IsIanaTimeZone()
  timeZone!: string;

  @ApiProperty({ type: AutotaskUserDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => AutotaskUserDto)
  autotask!: AutotaskUserDto;

  @ApiPropertyOptional({ type: MarketplaceAccessDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => MarketplaceAccessDto)
  marketplace?: MarketplaceAccessDto;

  @ApiPropertyOptional({ type: SettingsDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SettingsDto)
  settings?: SettingsDto;
}

/** A changed API user; without `secret` the stored one is used, if the user name is the stored one too. */
export class AutotaskUserChangeDto extends PartialType(AutotaskUserDto, { skipNullProperties: false }) {}

/** Changed marketplace access; without password and key the stored ones are used, if address and user are too. */
export class MarketplaceAccessChangeDto extends PartialType(MarketplaceAccessDto, { skipNullProperties: false }) {}

/** What can be changed about a connection; whatever is left out stays. */
export class UpdateConnectionDto {
  @ApiPropertyOptional({ description: 'The version that was read; another one now answers 409 CONNECTION_CHANGED' })
  @Optional()
  @IsString()
  @MaxLength(64)
  version?: string;

  @ApiPropertyOptional({ maxLength: 100 })
  @Optional()
  @Trimmed()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  alias?: string;

  @ApiPropertyOptional({ description: 'Only while the connection has no tasks' })
  @Optional()
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO code of three capital letters, such as EUR' })
  currency?: string;

  @ApiPropertyOptional()
  @Optional()
  @IsIanaTimeZone()
  timeZone?: string;

  @ApiPropertyOptional({ description: 'Switch off without losing anything, or on again' })
  @Optional()
  @IsBoolean()
  enabled?: boolean;

  @ApiPropertyOptional({ type: AutotaskUserChangeDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => AutotaskUserChangeDto)
  autotask?: AutotaskUserChangeDto;

  @ApiPropertyOptional({ type: MarketplaceAccessChangeDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => MarketplaceAccessChangeDto)
  marketplace?: MarketplaceAccessChangeDto;

  @ApiPropertyOptional({ type: SettingsDto })
  @Optional()
  @IsObject()
  @ValidateNested()
  @Type(() => SettingsDto)
  settings?: SettingsDto;
}

/** What to test: a connection as it would be created, or a stored one with what would change. */
export class TestConnectionDto extends UpdateConnectionDto {
  @ApiPropertyOptional({ format: 'uuid', description: 'Stored connection whose values fill what is left out' })
  @Optional()
  @IsUUID()
  connectionId?: string;
}
