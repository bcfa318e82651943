import { Type } from 'class-transformer';
import {
  Equals,
  IsDefined,
  IsIn,
  IsISO8601,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** What the host tells about an installation's life (FEATURES INS-10). */
export const LIFECYCLE_EVENTS = ['installed', 'enabled', 'disabled', 'uninstalled', 'redact'] as const;
export type LifecycleEventType = (typeof LIFECYCLE_EVENTS)[number];

/** The account that installed; only resellers may. */
export class LifecycleAccount {
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  id!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @Equals('reseller')
  role!: 'reseller';
}

/** Marketplace access the host hands over at install (FEATURES INS-12). */
export class LifecycleMarketplaceAccess {
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  baseUrl!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  user!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  password!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  subscriptionKey!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(50)
  marketplace!: string;
}

/**
 * Body of a lifecycle call (reference/marketplace-platforms §6.5). Unlike our own API's bodies it may carry keys we do not
 * know: the host may learn new ones before we do.
 */
export class LifecycleBody {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  eventId!: string;

  @IsIn(LIFECYCLE_EVENTS)
  eventType!: LifecycleEventType;

  @IsISO8601({ strict: true })
  occurredAt!: string;

  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  installationId!: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => LifecycleAccount)
  account!: LifecycleAccount;

  @IsString()
  @MaxLength(50)
  marketplaceCode!: string;

  @IsString()
  @MaxLength(500)
  apiBaseUrl!: string;

  @IsString()
  @MaxLength(50)
  environment!: string;

  /** Only in `installed`. HS256 needs 32 bytes to be as strong as its hash. */
  @ValidateIf((body: LifecycleBody) => body.eventType === 'installed')
  @IsString()
  @MinLength(32)
  @MaxLength(500)
  sharedSecret?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  installedBy?: string;

  /** An origin and nothing else: it goes into `frame-ancestors` and is the issuer of the host's tokens. */
  @Matches(/^(https:\/\/[\w.-]+|http:\/\/(127(\.\d{1,3}){3}|localhost))(:\d+)?$/, {
    message: 'hostOrigin must be an origin with https (http only on this machine)',
  })
  hostOrigin!: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  timeZone?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => LifecycleMarketplaceAccess)
  marketplaceAccess?: LifecycleMarketplaceAccess;
}
