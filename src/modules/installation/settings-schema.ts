import { DEFAULT_SETTINGS } from './connection-settings.js';

const text = (title: string, more: object = {}) => ({ type: 'string', title, minLength: 1, ...more });
const secret = (title: string) => text(title, { writeOnly: true, 'x-secret': true });
const choice = (title: string, of: readonly string[], value: string) => ({
  type: 'string',
  title,
  enum: of,
  default: value,
});
const yesNo = (title: string, value: boolean) => ({ type: 'boolean', title, default: value });

/** What an administrator sets per connection, as JSON schema; secrets are marked `x-secret` and never read back. */
export const SETTINGS_SCHEMA = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['alias', 'currency', 'timeZone', 'autotask'],
  properties: {
    alias: text('Alias', { maxLength: 100 }),
    currency: text('Currency', { pattern: '^[A-Z]{3}$' }),
    timeZone: text('Time zone', { description: 'IANA name, such as Europe/Berlin' }),
    autotask: {
      type: 'object',
      title: 'Autotask',
      required: ['userName', 'secret'],
      properties: { userName: text('API user name'), secret: secret('API user secret') },
    },
    marketplace: {
      type: 'object',
      title: 'Marketplace',
      description: 'Left out when the marketplace sent its access at the install.',
      required: ['baseUrl', 'user', 'password', 'subscriptionKey', 'marketplace'],
      properties: {
        baseUrl: text('Base URL', { format: 'uri' }),
        user: text('API user'),
        password: secret('Password'),
        subscriptionKey: secret('Subscription key'),
        marketplace: text('Marketplace code'),
      },
    },
    settings: {
      type: 'object',
      title: 'How to bill',
      properties: {
        priceSource: choice('Prices from', ['autotask', 'marketplace'], DEFAULT_SETTINGS.priceSource),
        trimDescription: yesNo('Trim the invoice text to the product name', DEFAULT_SETTINGS.trimDescription),
        proration: choice('Proration', ['autotask', 'marketplace'], DEFAULT_SETTINGS.proration),
        syncRefunds: yesNo('Sync refunds of downgrades as well', DEFAULT_SETTINGS.syncRefunds),
        severalProductsPerService: yesNo(
          'Several products may share one service',
          DEFAULT_SETTINGS.severalProductsPerService,
        ),
        automation: choice('Automation', ['off', 'daily', 'every5Minutes'], DEFAULT_SETTINGS.automation),
        dailyHour: {
          type: 'integer',
          title: 'Hour of the daily check',
          minimum: 0,
          maximum: 23,
          default: DEFAULT_SETTINGS.dailyHour,
        },
        notificationLevel: choice('Notify', ['errorsAndActions', 'all'], DEFAULT_SETTINGS.notificationLevel),
        apiBudgetShare: {
          type: 'number',
          title: 'Share of the Autotask API limit',
          minimum: 0.05,
          maximum: 1,
          default: DEFAULT_SETTINGS.apiBudgetShare,
        },
        automaticCreatesLines: yesNo(
          'Automatic runs may add missing services and lines',
          DEFAULT_SETTINGS.automaticCreatesLines,
        ),
      },
    },
  },
} as const;
