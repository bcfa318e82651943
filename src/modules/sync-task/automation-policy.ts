import type { ConnectionSettings } from '../installation/connection-settings.js';

/**
 * Whether tasks of a customer are processed without a person (FEATURES INS-5): when automation is on for the connection,
 * or is switched on for this customer. What an automatic run may do is another question, see `outsidePolicy`.
 */
export function isAutomatic(settings: Pick<ConnectionSettings, 'automation'>, customerAutoSync: boolean): boolean {
  return settings.automation !== 'off' || customerAutoSync;
}
