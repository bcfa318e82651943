import type { PlanSettings } from '../../domain/sync-plan/sync-facts.js';

/** Everything an admin can tune on a connection (FEATURES INS-3 to INS-9, INS-13). */
export interface ConnectionSettings extends PlanSettings {
  /** INS-5. `daily` runs at `dailyHour` in the connection's zone. */
  automation: 'off' | 'daily' | 'every5Minutes';
  /** 0–23, local hour of the daily check. */
  dailyHour: number;
  /** INS-6: what pops up and is mailed; the log always holds everything. */
  notificationLevel: 'errorsAndActions' | 'all';
  /** Share of the tenant's hourly API threshold this product may use, 0.05–1. */
  apiBudgetShare: number;
  /** Automatic runs may create missing services, lines' contracts, or extensions only where this says so. */
  automaticCreatesLines: boolean;
}

/** A fresh connection (FEATURES INS-13). */
export const DEFAULT_SETTINGS: ConnectionSettings = {
  priceSource: 'marketplace',
  trimDescription: false,
  proration: 'autotask',
  syncRefunds: false,
  severalProductsPerService: false,
  automation: 'off',
  dailyHour: 6,
  notificationLevel: 'errorsAndActions',
  apiBudgetShare: 0.5,
  automaticCreatesLines: false,
};
