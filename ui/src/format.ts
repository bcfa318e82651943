import { host } from './host';

/**
 * Numbers, money and dates as the host's user writes them. Amounts are decimal text from the server and are never made into
 * floats: `Intl.NumberFormat` reads decimal text exactly.
 */

type Formatter = Intl.NumberFormat | Intl.DateTimeFormat | Intl.RelativeTimeFormat | Intl.ListFormat;
const memory = new Map<string, Formatter>();

function cached<T extends Formatter>(key: string, make: () => T): T {
  const full = `${host.context.locale}|${host.context.timeZone}|${key}`;
  let found = memory.get(full);
  if (!found) memory.set(full, (found = make()));
  return found as T;
}

const decimals = (least: number, most: number, sign: 'auto' | 'exceptZero'): Intl.NumberFormat =>
  cached(
    `n${least}${most}${sign}`,
    () =>
      new Intl.NumberFormat(host.context.locale, {
        minimumFractionDigits: least,
        maximumFractionDigits: most,
        signDisplay: sign,
      }),
  );
/** A real minus sign: a hyphen is too short beside digits. */
const typographic = (text: string): string => text.replace('-', '−');
const decimal = (value: string): Intl.StringNumericLiteral => value as Intl.StringNumericLiteral;

/** A count. */
export function count(value: number): string {
  return decimals(0, 0, 'auto').format(value);
}

/** Money, two decimals. @param value decimal text */
export function money(value: string): string {
  return typographic(decimals(2, 2, 'auto').format(decimal(value)));
}

/** A unit price: two to four decimals. */
export function price(value: string): string {
  return typographic(decimals(2, 4, 'auto').format(decimal(value)));
}

/** A difference: always signed, zero without sign. */
export function difference(value: string): string {
  return typographic(decimals(2, 2, 'exceptZero').format(decimal(value)));
}

/** A signed count. */
export function signed(value: number): string {
  return typographic(decimals(0, 0, 'exceptZero').format(value));
}

/** Things one after the other: "a, b and c". */
export function list(items: readonly string[]): string {
  return cached('list', () => new Intl.ListFormat(host.context.locale, { type: 'conjunction' })).format(items);
}

/** True for zero in any spelling. */
export function isZero(value: string): boolean {
  return /^[+-]?0*(\.0*)?$/.test(value);
}

/** A billing day: no zone can shift it. @param value YYYY-MM-DD */
export function day(value: string): string {
  return cached(
    'day',
    () => new Intl.DateTimeFormat(host.context.locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  ).format(new Date(`${value.slice(0, 10)}T00:00:00Z`));
}

/** A sentence of the server with its days as the locale writes them, and minus signs that are not hyphens. */
export function sentence(text: string): string {
  return text.replaceAll(/\b\d{4}-\d{2}-\d{2}\b/g, (value) => day(value)).replaceAll(/(?<=^|[\s(])-(?=\d)/g, '−');
}

/** A span of days, as short as the locale writes it. */
export function days(first: string, last: string): string {
  return cached(
    'day',
    () => new Intl.DateTimeFormat(host.context.locale, { dateStyle: 'medium', timeZone: 'UTC' }),
  ).formatRange(new Date(`${first.slice(0, 10)}T00:00:00Z`), new Date(`${last.slice(0, 10)}T00:00:00Z`));
}

/** A month in words. @param value YYYY-MM */
export function month(value: string, style: 'long' | 'short' = 'long'): string {
  return cached(
    `month${style}`,
    () => new Intl.DateTimeFormat(host.context.locale, { month: style, year: 'numeric', timeZone: 'UTC' }),
  ).format(new Date(`${value.slice(0, 7)}-01T00:00:00Z`));
}

/** A billing day without its year, for axes. @param value YYYY-MM-DD */
export function shortDay(value: string): string {
  return cached(
    'shortDay',
    () => new Intl.DateTimeFormat(host.context.locale, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  ).format(new Date(`${value.slice(0, 10)}T00:00:00Z`));
}

/** A moment in the reseller's zone. @param value ISO instant */
export function moment(value: string): string {
  return cached(
    'moment',
    () =>
      new Intl.DateTimeFormat(host.context.locale, {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        timeZone: host.context.timeZone,
      }),
  ).format(new Date(value));
}

/** A moment with seconds and year. */
export function fullMoment(value: string): string {
  return cached(
    'full',
    () =>
      new Intl.DateTimeFormat(host.context.locale, {
        dateStyle: 'medium',
        timeStyle: 'medium',
        timeZone: host.context.timeZone,
      }),
  ).format(new Date(value));
}

/** The clock time of a moment. */
export function time(value: string): string {
  return cached(
    'time',
    () => new Intl.DateTimeFormat(host.context.locale, { timeStyle: 'short', timeZone: host.context.timeZone }),
  ).format(new Date(value));
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** How long ago, in the largest whole unit. @param now milliseconds, for a clock that is not ours */
export function age(value: string, now = Date.now()): string {
  const seconds = (now - Date.parse(value)) / 1000;
  const format = cached(
    'age',
    () => new Intl.RelativeTimeFormat(host.context.locale, { style: 'narrow', numeric: 'always' }),
  );
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return format.format(-Math.trunc(seconds / size), unit);
  return format.format(0, 'minute');
}

/**
 * What somebody typed as a number, as decimal text; undefined when it is none. Takes the locale's decimal sign and a dot.
 *
 * @example typed('8,50') === '8.50' in German
 */
export function typed(text: string): string | undefined {
  const parts = decimals(1, 1, 'auto').formatToParts(1234.5);
  const group = parts.find(({ type }) => type === 'group')?.value ?? '';
  const point = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
  let plain = text
    .trim()
    .replaceAll(/[\s\u00a0\u202f]/g, '')
    .replace('−', '-');
  if (point !== '.' && plain.includes(point)) plain = plain.replaceAll('.', '').replace(point, '.');
  else if (group !== '' && group !== '.') plain = plain.replaceAll(group, '');
  return /^-?\d{1,12}(\.\d{1,6})?$/.test(plain) ? plain : undefined;
}
