import { m } from '../messages';
import type { Field, Values } from './values';

/** What a field is called. */
export function nameOf(field: Field): string {
  const s = m.settings;
  const names: Record<Field, string> = {
    alias: s.alias,
    currency: s.currency,
    timeZone: s.timeZone,
    userName: s.userName,
    secret: s.secret,
    baseUrl: s.baseUrl,
    user: s.user,
    password: s.password,
    subscriptionKey: s.subscriptionKey,
    marketplace: s.marketplaceCode,
    priceSource: s.priceSource,
    trimDescription: s.trim,
    proration: s.proration,
    syncRefunds: s.downgrades,
    severalProductsPerService: s.several,
    automation: s.automation,
    dailyHour: s.dailyHour,
    notificationLevel: s.notify,
    apiBudgetShare: s.budget,
    automaticCreatesLines: s.createsLines,
  };
  return names[field];
}

/** What a value is called. */
export function wordOf<F extends Field>(field: F, value: Values[F]): string {
  const s = m.settings;
  const words: Partial<Record<Field, Record<string, string>>> = {
    priceSource: s.priceSources,
    proration: s.prorations,
    automation: s.automations,
    notificationLevel: s.levels,
    syncRefunds: { true: s.refunds.sync, false: s.refunds.quantity },
  };
  if (field === 'secret' || field === 'password' || field === 'subscriptionKey') return m.setup.hiddenValue;
  if (field === 'dailyHour') return hour(value as number);
  if (field === 'apiBudgetShare') return `${Math.round((value as number) * 100)} %`;
  const word = words[field]?.[String(value)];
  if (word !== undefined) return word;
  if (typeof value === 'boolean') return value ? m.setup.yes : m.setup.no;
  return value === '' ? m.common.none : String(value);
}

/** An hour of the day, from 0. */
export function hour(of: number): string {
  return `${String(of).padStart(2, '0')}:00`;
}
