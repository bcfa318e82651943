import type { Schemas } from '../api/client';

export type Connection = Schemas['ConnectionView'];
type Settings = Schemas['SettingsView'];

/** Everything a person can enter about a connection, flat. Secrets are empty unless typed anew. */
export interface Values extends Settings {
  alias: string;
  currency: string;
  timeZone: string;
  userName: string;
  secret: string;
  baseUrl: string;
  user: string;
  password: string;
  subscriptionKey: string;
  marketplace: string;
}
export type Field = keyof Values;
export type Changes = Partial<Values>;

const BASICS = ['alias', 'currency', 'timeZone'] as const satisfies Field[];
const AUTOTASK = ['userName', 'secret'] as const satisfies Field[];
const MARKETPLACE = ['baseUrl', 'user', 'password', 'subscriptionKey', 'marketplace'] as const satisfies Field[];
const BILLING = [
  'priceSource',
  'trimDescription',
  'proration',
  'syncRefunds',
  'severalProductsPerService',
] as const satisfies Field[];
const AUTOMATION = ['automation', 'dailyHour', 'automaticCreatesLines', 'apiBudgetShare'] as const satisfies Field[];
const SETTINGS: Field[] = [...BILLING, ...AUTOMATION, 'notificationLevel'];
/** Never shown again, never kept in the browser. */
export const SECRETS: ReadonlySet<Field> = new Set<Field>(['secret', 'password', 'subscriptionKey']);
/** What a test result depends on. */
export const TESTED: ReadonlySet<Field> = new Set<Field>(['currency', ...AUTOTASK, ...MARKETPLACE]);

/** Sections of a connection's settings, with what each holds. */
export const SECTIONS = {
  connection: [...BASICS, ...AUTOTASK],
  marketplace: [...MARKETPLACE],
  billing: [...BILLING],
  automation: [...AUTOMATION],
  notifications: ['notificationLevel'],
  danger: [],
} as const satisfies Record<string, readonly Field[]>;
export type Section = keyof typeof SECTIONS;

/** A fresh connection (FEATURES INS-13). */
export const FRESH: Values = {
  alias: '',
  currency: '',
  timeZone: '',
  userName: '',
  secret: '',
  baseUrl: '',
  user: '',
  password: '',
  subscriptionKey: '',
  marketplace: '',
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

/** What a stored connection holds. */
export function valuesOf({ alias, currency, timeZone, autotask, marketplace, settings }: Connection): Values {
  return {
    ...FRESH,
    ...settings,
    alias,
    currency,
    timeZone,
    userName: autotask.userName,
    baseUrl: marketplace?.baseUrl ?? '',
    user: marketplace?.user ?? '',
    marketplace: marketplace?.marketplace ?? '',
  };
}

/** The same without one field. */
export function without<T extends Partial<Record<Field, unknown>>>(of: T, field: Field): T {
  return Object.fromEntries(Object.entries(of).filter(([name]) => name !== field)) as T;
}

/** The changes after one more; a value that is the old one again is no change. */
export function changed<F extends Field>(base: Values, changes: Changes, field: F, value: Values[F]): Changes {
  const rest = without(changes, field);
  return value === base[field] ? rest : { ...rest, [field]: value };
}

function pick(values: Changes, fields: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter((field) => values[field] !== undefined && values[field] !== '')
      .map((field) => [field, values[field]]),
  );
}

/** Body of a change: only what differs, grouped as the API has it. */
export function changeBody(changes: Changes): Schemas['UpdateConnectionDto'] {
  const [autotask, marketplace, settings] = [AUTOTASK, MARKETPLACE, SETTINGS].map((fields) => pick(changes, fields));
  return {
    ...pick(changes, BASICS),
    ...(Object.keys(autotask!).length > 0 ? { autotask } : {}),
    ...(Object.keys(marketplace!).length > 0 ? { marketplace } : {}),
    ...(Object.keys(settings!).length > 0 ? { settings } : {}),
  };
}

/** Body of a new connection. @param ownAccess false = the marketplace sent its access at the install. */
export function createBody(values: Values, ownAccess: boolean): Schemas['CreateConnectionDto'] {
  const trimmed = { ...values, alias: values.alias.trim(), timeZone: values.timeZone.trim() };
  return {
    alias: trimmed.alias,
    currency: trimmed.currency,
    timeZone: trimmed.timeZone,
    autotask: { userName: values.userName.trim(), secret: values.secret.trim() },
    ...(ownAccess
      ? {
          marketplace: {
            baseUrl: values.baseUrl.trim(),
            user: values.user.trim(),
            password: values.password,
            subscriptionKey: values.subscriptionKey.trim(),
            marketplace: values.marketplace.trim(),
          },
        }
      : {}),
    settings: pick(values, SETTINGS),
  };
}

/** The field that a message of the server is about, e.g. `autotask.userName`. */
export function fieldOf(path: string): Field | undefined {
  const name = path.split('.').at(-1) as Field;
  return name in FRESH ? name : undefined;
}

const ZONES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'));

/** True for an IANA name that this browser or the standard knows. */
export function isZone(name: string): boolean {
  if (ZONES.has(name)) return true;
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}
