import { calendarDate, type CalendarDate, type Instant } from '../../domain/calendar/calendar-date.js';
import { decimal, type Decimal } from '../../domain/money/money.js';
import { AutotaskAnswerUnexpectedError } from './autotask.errors.js';

/**
 * Reads one row of an answer field by field, strictly: a required field that is missing or any field of another type is
 * a typed error that names row and field, never the value. `null`, an absent field and empty text all mean "not set"
 * (reference/autotask-rest-api §3).
 */
export class WireRow {
  readonly #fields: Record<string, unknown>;
  readonly #what: string;

  /** @param entity singular, for messages, e.g. `Contract`. @throws AutotaskAnswerUnexpectedError when it is no object. */
  constructor(entity: string, row: unknown) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw unexpected(`a ${entity} is no object`);
    this.#fields = row as Record<string, unknown>;
    this.#what = `${entity} ${typeof this.#fields['id'] === 'number' ? this.#fields['id'] : 'without id'}`;
  }

  /** A whole number; 0 is a value like any other (company 0 is the tenant itself). */
  int(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw this.#wrong(name, 'is no whole number');
    return number;
  }

  /** A whole number that must be there. */
  requiredInt(name: string): number {
    return this.int(name) ?? this.#missing(name);
  }

  /** Text, exactly as sent. */
  text(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#wrong(name, 'is no text');
    return value;
  }

  /** Text that must be there and not empty. */
  requiredText(name: string): string {
    return this.text(name) ?? this.#missing(name);
  }

  /** Money or a quantity as decimal text; Autotask writes JSON numbers. */
  decimal(name: string): Decimal | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' && typeof value !== 'string') throw this.#wrong(name, 'is no number');
    try {
      return decimal(value);
    } catch {
      throw this.#wrong(name, 'is no number');
    }
  }

  /** A decimal that must be there. */
  requiredDecimal(name: string): Decimal {
    return this.decimal(name) ?? this.#missing(name);
  }

  /** True or false; 1 and 0 count, since Autotask writes some flags as integers. */
  flag(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (value === true || value === 1) return true;
    if (value === false || value === 0) return false;
    throw this.#wrong(name, 'is no flag');
  }

  /** A flag that must be there. */
  requiredFlag(name: string): boolean {
    return this.flag(name) ?? this.#missing(name);
  }

  /** A calendar day. Any time of day is dropped without shifting zones (reference §3, date-only fields). */
  date(name: string): CalendarDate | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}($|[T ])/.test(value)) throw this.#wrong(name, 'is no date');
    try {
      return calendarDate(value);
    } catch {
      throw this.#wrong(name, 'is no date');
    }
  }

  /** A calendar day that must be there. */
  requiredDate(name: string): CalendarDate {
    return this.date(name) ?? this.#missing(name);
  }

  /** An instant, normalised to UTC with milliseconds. Text without a zone is UTC (reference §3). */
  instant(name: string): Instant | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#wrong(name, 'is no instant');
    const zoned = /([zZ]|[+-]\d{2}:?\d{2})$/.test(value) ? value : `${value}Z`;
    const ms = Date.parse(zoned);
    if (Number.isNaN(ms)) throw this.#wrong(name, 'is no instant');
    return new Date(ms).toISOString();
  }

  #value(name: string): unknown {
    const value = this.#fields[name];
    return value === null || value === '' ? undefined : value;
  }

  #missing(name: string): never {
    throw this.#wrong(name, 'is missing');
  }

  #wrong(name: string, problem: string): AutotaskAnswerUnexpectedError {
    return unexpected(`${this.#what}: ${name} ${problem}`);
  }
}

function unexpected(what: string): AutotaskAnswerUnexpectedError {
  return new AutotaskAnswerUnexpectedError(what, { request: 'reading an answer' });
}
