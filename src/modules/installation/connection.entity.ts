import { defineEntity, p } from '@mikro-orm/core';
import { installationColumns } from '../../platform/database/tenant-columns.js';
import type { ConnectionSettings } from './connection-settings.js';

/** What an Autotask tenant turned out to be and to accept; learned, never typed in. */
export interface LearnedCapabilities {
  adjustPosted?: 'accept' | 'refuse';
  negativeCharge?: 'accept' | 'refuse';
  costVisible?: boolean;
  /** Value of the `chargeType` picklist to use, read from metadata. */
  chargeType?: number;
  /** Line and date pairs refused as duplicates although our journal does not hold them. */
  refusedDates?: { contractServiceId: number; date: string }[];
  /** Id of the connection's currency in Autotask. */
  currencyId?: number;
  /** True when the connection's currency is the tenant's internal one. */
  isInternalCurrency?: boolean;
  /** Name of the tenant's zone, for people. */
  zoneName?: string;
  /** The tenant's web pages, for links. */
  webUrl?: string;
  /** Autotask's number of the tenant's database: ids of mappings and contracts mean nothing in another one. */
  tenantCi?: number;
}

const ConnectionSchema = defineEntity({
  name: 'Connection',
  tableName: 'connection',
  indexes: [
    {
      name: 'connection_one_enabled_per_currency',
      expression:
        'create unique index "connection_one_enabled_per_currency" on "connection" ("installation_id", "currency") where "enabled"',
    },
  ],
  properties: {
    ...installationColumns,
    alias: p.string().length(100),
    /** ISO code; one per connection (FEATURES INS-7). */
    currency: p.string().length(3),
    timeZone: p.string().length(100),
    enabled: p.boolean().default(true),
    /** Shown in settings; the secret is not. */
    autotaskUserName: p.string().length(200),
    /** Encrypted JSON {userName, secret}. */
    autotaskCredentials: p.text(),
    /** Grows with each change of credentials, so that cached clients are dropped. */
    credentialsVersion: p.integer().default(1),
    /** Encrypted JSON {baseUrl, user, password, subscriptionKey, marketplace}. */
    marketplaceAccess: p.text(),
    settings: p.json().$type<ConnectionSettings>(),
    capabilities: p.json().$type<LearnedCapabilities>(),
    /** Set while Autotask or the marketplace refuses us; nothing is sent until then (DESIGN §7). */
    pausedUntil: p.datetime().nullable(),
    pauseCode: p.string().length(60).nullable(),
    pauseAttempts: p.integer().default(0),
    /** Business instant of the newest order seen; null before the first check (DESIGN §8). */
    highWaterMark: p.datetime().nullable(),
    lastCheckAt: p.datetime().nullable(),
    /** Business instant of the last sweep over subscriptions. */
    lastSweepAt: p.datetime().nullable(),
    /** Usage of periods that ended before this day is never charged; null before the first reading (DESIGN §8). */
    usageFrom: p.date().nullable(),
    /** Business instant of the oldest report run that the next reading looks at; null = every run there is. */
    usageReportsFrom: p.datetime().nullable(),
    /** Business instant of the next scheduled check; null = automation off. */
    nextCheckAt: p.datetime().nullable(),
    /** Who may write to Autotask for this connection now, and until when (database time; DESIGN §7). */
    leaseOwner: p.string().length(100).nullable(),
    leaseUntil: p.datetime().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});

/** One Autotask instance and currency below an installation. */
export class Connection extends ConnectionSchema.class {}
ConnectionSchema.setClass(Connection);
