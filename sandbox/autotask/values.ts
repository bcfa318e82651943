import { addDays, isDay } from '../kit/calendar.js';
import { Decimal } from '../kit/decimal.js';
import { refused, texts } from './api-error.js';
import type { Field } from './entity-fields.js';

/** A field's value inside the sandbox: dates as `YYYY-MM-DD`, instants as ISO text with milliseconds and `Z`. */
export type Value = string | number | boolean | null;

/** A date or date-time as clients send it: the day, and the instant it means (UTC unless it carries an offset). */
export interface SentDate {
  readonly day: string;
  readonly instant: string;
  readonly hasTime: boolean;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,7}))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Reads a date in any form of reference §3; undefined when the text is none. */
export function readDate(text: string): SentDate | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (!match || !isDay(match[1]!)) return undefined;
  const [, day, time = '00:00', fraction = '', zone = 'Z'] = match;
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const ms = Date.parse(
    `${day}T${time.length === 5 ? `${time}:00` : time}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`,
  );
  if (Number.isNaN(ms)) return undefined;
  const hasTime = /[1-9]/.test(time) || /[1-9]/.test(fraction);
  return { day: day!, instant: new Date(ms).toISOString(), hasTime };
}

/** The calendar date a date-only field takes from what was sent: the time dropped, or first moved to UTC−5. */
function dayOf(sent: SentDate, effectiveTime: 'drop' | 'shift'): string {
  if (effectiveTime === 'drop' || !sent.hasTime) return sent.day;
  return +sent.instant.slice(11, 13) < 5 ? addDays(sent.instant.slice(0, 10), -1) : sent.instant.slice(0, 10);
}

const INT_TYPES = { i32: 'System.Nullable`1[System.Int32]', i64: 'System.Nullable`1[System.Int64]' } as const;
const INT_LIMITS = { i32: 2 ** 31, i64: 2 ** 53 } as const;

/**
 * Turns a value of a request body into the field's own type. Numbers and booleans are also taken as text, as the real
 * system's JSON reader does; money and other decimals keep four places (reference §3).
 *
 * @throws ApiError 500 when the value cannot be of the field's type.
 */
export function readValue(field: Field, sent: unknown, effectiveTime: 'drop' | 'shift'): Value {
  if (sent === null || sent === undefined) return null;
  const wrong = (type: string) => refused(texts.valueType(field.name, sent, type));
  switch (field.type) {
    case 'i32':
    case 'i64': {
      const number = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : sent;
      if (typeof number !== 'number' || !Number.isInteger(number) || Math.abs(number) >= INT_LIMITS[field.type])
        throw wrong(INT_TYPES[field.type]);
      return number;
    }
    case 'dbl': {
      const number = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : sent;
      if (typeof number !== 'number' || !Number.isFinite(number)) throw wrong('System.Nullable`1[System.Double]');
      return Decimal.of(number)
        .round(field.name === 'exchangeRate' ? 6 : 4)
        .toNumber();
    }
    case 'bool': {
      if (typeof sent === 'boolean') return sent;
      if (sent === 'true' || sent === 'false') return sent === 'true';
      throw wrong('System.Nullable`1[System.Boolean]');
    }
    case 'str':
      if (typeof sent !== 'string' && typeof sent !== 'number' && typeof sent !== 'boolean')
        throw wrong('System.String');
      return String(sent);
    case 'date':
    case 'dt': {
      const date = typeof sent === 'string' ? readDate(sent) : undefined;
      if (!date) throw wrong('System.Nullable`1[System.DateTime]');
      const day = dayOf(date, effectiveTime);
      if (day < '1900-01-01' || day > '2079-06-06') throw refused(texts.dateRange(field.name));
      return field.type === 'date' ? day : date.instant;
    }
  }
}

/** A stored date or instant as answers show it (rule 17). */
export function showDate(field: Field, stored: string, format: 'seconds' | 'milliseconds'): string {
  const iso = field.type === 'date' ? `${stored}T00:00:00.000Z` : stored;
  return format === 'seconds' ? iso.replace('.000Z', 'Z') : iso;
}
