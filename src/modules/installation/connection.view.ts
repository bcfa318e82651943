import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ConnectionCheck } from '../../adapters/autotask/connection-test.js';
import { DEFAULT_SETTINGS, type ConnectionSettings } from './connection-settings.js';

/** `needsCredentials`: its secrets were deleted (uninstall or removal). `paused`: a system refuses us at the moment. */
export const CONNECTION_STATES = ['connected', 'paused', 'needsCredentials', 'disabled'] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Why nothing is sent at the moment, and when it is tried again. */
export class PauseView {
  @ApiProperty({ example: 'AUTOTASK_SECRET_WRONG' })
  code!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Next try; null = a person must replace or test the credentials',
  })
  until!: string | null;
}

/** A connection in a list. */
export class ConnectionListItem {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ example: 'EU - EUR' })
  alias!: string;

  @ApiProperty({ example: 'EUR' })
  currency!: string;

  @ApiProperty({ example: 'Europe/Berlin' })
  timeZone!: string;

  @ApiProperty({ enum: CONNECTION_STATES })
  state!: ConnectionState;

  @ApiProperty({ type: PauseView, nullable: true })
  pause!: PauseView | null;

  @ApiProperty({ description: 'Tasks that wait for a person: action required, failed or uncertain' })
  needsYou!: number;

  @ApiProperty({ enum: ['off', 'daily', 'every5Minutes'] })
  automation!: ConnectionSettings['automation'];

  @ApiProperty({ enum: ['errorsAndActions', 'all'], description: 'The default filter of the action log follows it' })
  notificationLevel!: ConnectionSettings['notificationLevel'];

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  lastCheckAt!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  nextCheckAt!: string | null;
}

/** A page of connections. */
export class ConnectionPage {
  @ApiProperty({ type: [ConnectionListItem] })
  items!: ConnectionListItem[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}

/** An API user without its secret. */
export class AutotaskUserView {
  @ApiProperty()
  userName!: string;

  @ApiProperty()
  hasSecret!: boolean;
}

/** Marketplace access without its secrets. */
export class MarketplaceAccessView {
  @ApiProperty()
  baseUrl!: string;

  @ApiProperty()
  user!: string;

  @ApiProperty()
  marketplace!: string;

  @ApiProperty()
  hasSecret!: boolean;
}

/** Every setting with its value. */
export class SettingsView implements ConnectionSettings {
  @ApiProperty({ enum: ['autotask', 'marketplace'] })
  priceSource: ConnectionSettings['priceSource'] = DEFAULT_SETTINGS.priceSource;

  @ApiProperty()
  trimDescription: boolean = DEFAULT_SETTINGS.trimDescription;

  @ApiProperty({ enum: ['autotask', 'marketplace'] })
  proration: ConnectionSettings['proration'] = DEFAULT_SETTINGS.proration;

  @ApiProperty()
  syncRefunds: boolean = DEFAULT_SETTINGS.syncRefunds;

  @ApiProperty()
  severalProductsPerService: boolean = DEFAULT_SETTINGS.severalProductsPerService;

  @ApiProperty({ enum: ['off', 'daily', 'every5Minutes'] })
  automation: ConnectionSettings['automation'] = DEFAULT_SETTINGS.automation;

  @ApiProperty({ minimum: 0, maximum: 23 })
  dailyHour: number = DEFAULT_SETTINGS.dailyHour;

  @ApiProperty({ enum: ['errorsAndActions', 'all'] })
  notificationLevel: ConnectionSettings['notificationLevel'] = DEFAULT_SETTINGS.notificationLevel;

  @ApiProperty({ minimum: 0.05, maximum: 1 })
  apiBudgetShare: number = DEFAULT_SETTINGS.apiBudgetShare;

  @ApiProperty()
  automaticCreatesLines: boolean = DEFAULT_SETTINGS.automaticCreatesLines;
}

/** What the last test learned about the tenant. */
export class LearnedView {
  @ApiPropertyOptional({ description: 'Zone of the tenant' })
  zoneName?: string;

  @ApiPropertyOptional({ description: "The tenant's web pages, for links" })
  webUrl?: string;

  @ApiPropertyOptional({ description: 'False: the API user may not see costs, so costs are not synced' })
  costVisible?: boolean;

  @ApiPropertyOptional()
  isInternalCurrency?: boolean;
}

/** A connection in full, without any secret. */
export class ConnectionView extends ConnectionListItem {
  @ApiProperty({ type: AutotaskUserView })
  autotask!: AutotaskUserView;

  @ApiProperty({ type: MarketplaceAccessView, nullable: true })
  marketplace!: MarketplaceAccessView | null;

  @ApiProperty({ type: SettingsView })
  settings!: ConnectionSettings;

  @ApiProperty({ type: LearnedView })
  learned!: LearnedView;

  @ApiProperty({ description: 'False once there are tasks' })
  currencyCanChange!: boolean;

  @ApiProperty({ description: 'Another one after every change a person makes; a change sends it back' })
  version!: string;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({ format: 'date-time' })
  updatedAt!: string;
}

/** One row of a connection test (FEATURES INS-2), in the order to show. */
export class ConnectionCheckView {
  @ApiProperty({
    enum: ['zone', 'user', 'secret', 'licence', 'rights', 'visible', 'cost', 'billingCode', 'currency', 'marketplace'],
  })
  check!: ConnectionCheck['check'] | 'marketplace';

  @ApiPropertyOptional({ description: 'The Autotask entity a rights row is about' })
  subject?: string;

  @ApiProperty({ enum: ['ok', 'warning', 'failed', 'skipped'] })
  status!: ConnectionCheck['status'];

  @ApiPropertyOptional()
  code?: string;

  @ApiPropertyOptional({ description: 'What is the matter and what to do' })
  message?: string;
}

/** Result of a connection test. */
export class ConnectionTestView {
  @ApiProperty({ description: 'No row failed or was skipped: it may be saved' })
  passed!: boolean;

  @ApiProperty({ type: [ConnectionCheckView] })
  checks!: ConnectionCheckView[];
}

/** What a removal came to. */
export class RemovalView {
  @ApiProperty({ enum: ['removed', 'disabled'], description: 'disabled: it has history, which is kept' })
  outcome!: 'removed' | 'disabled';
}
