import { Temporal } from 'temporal-polyfill';
import { dayIn, type CalendarDate, type Instant } from '../../domain/calendar/calendar-date.js';
import type { Decimal } from '../../domain/money/money.js';
import { MarketplaceAnswerUnexpectedError } from './simple-api.errors.js';

/** Money as the API writes it; `amount` is decimal text, verbatim. */
export interface WireMoney {
  currency: string;
  amount: Decimal;
}

/** What reading a record needs besides the record. */
export interface ReadingContext {
  /** Zone in which instants become days (FEATURES INS-13). */
  timeZone: string;
  correlationId?: string | undefined;
  /** Told of every value this product has never heard of. */
  unknown(where: string, field: string, value: string): void;
}

const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

/**
 * Reads one record of an answer field by field. The specification makes almost every field optional, so absence is
 * normal; a field that is there but unreadable is an error that names record and field, never the value.
 */
export class WireRecord {
  readonly #fields: Record<string, unknown>;

  /** @param where the record for messages, e.g. `order 12`. @throws MarketplaceAnswerUnexpectedError when it is no object. */
  constructor(
    readonly where: string,
    value: unknown,
    readonly context: ReadingContext,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.unreadable('it', 'is no object');
    this.#fields = value as Record<string, unknown>;
  }

  /** An id or text; numbers are taken as text, since ids are opaque. */
  text(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string') throw this.unreadable(name, 'is no text');
    return value;
  }

  requiredText(name: string): string {
    return this.text(name) ?? this.#missing(name);
  }

  flag(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.unreadable(name, 'is no flag');
    return value;
  }

  /** A quantity: a JSON number or decimal text. */
  decimal(name: string): Decimal | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const text = decimalText(value);
    if (text === undefined) throw this.unreadable(name, 'is no decimal number');
    return text;
  }

  /** An amount with its currency. The amount stays as it was sent, `"12.50"` and all. */
  money(name: string): WireMoney | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const money = new WireRecord(`${this.where}, ${name}`, value, this.context);
    return {
      currency: money.requiredText('currency'),
      amount: money.decimal('amount') ?? money.#missing('amount'),
    };
  }

  /** An instant, normalised to UTC with milliseconds; text without a zone is UTC. */
  instant(name: string): Instant | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    return this.#instantOf(name, value);
  }

  requiredInstant(name: string): Instant {
    return this.instant(name) ?? this.#missing(name);
  }

  /** A day. A date stays as it is; an instant becomes the day it is in the marketplace's zone. */
  day(name: string): CalendarDate | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
      if (Number.isNaN(Date.parse(value)) || new Date(value).toISOString().slice(0, 10) !== value)
        throw this.unreadable(name, 'is no date');
      return value;
    }
    return dayIn(this.context.timeZone, this.#instantOf(name, value));
  }

  requiredDay(name: string): CalendarDate {
    return this.day(name) ?? this.#missing(name);
  }

  /** An instant, or the first moment of a day in the marketplace's zone; undefined for any other text, see `scheduledOn`. */
  moment(name: string): Instant | undefined {
    const text = this.text(name);
    if (text === undefined || !/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
    if (text.length > 10) return this.#instantOf(name, text);
    const day = this.requiredDay(name);
    const { epochMilliseconds } = Temporal.PlainDate.from(day).toZonedDateTime(this.context.timeZone);
    return new Date(epochMilliseconds).toISOString();
  }

  /** Records of a list; none when it is absent. */
  records(name: string): WireRecord[] {
    const value = this.#value(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.unreadable(name, 'is no list');
    return value.map(
      (item: unknown, index) => new WireRecord(`${this.where}, ${name} ${index + 1}`, item, this.context),
    );
  }

  record(name: string): WireRecord | undefined {
    const value = this.#value(name);
    return value === undefined ? undefined : new WireRecord(`${this.where}, ${name}`, value, this.context);
  }

  /** A map of free attributes; values that are no text are written as JSON. */
  attributes(name: string): Record<string, string> {
    const value = this.#value(name);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== null && item !== undefined)
        .map(([key, item]) => [key, typeof item === 'string' ? item : JSON.stringify(item)]),
    );
  }

  /**
   * One of the known words. Any other, and none at all, is `otherwise` and is reported: it is kept and shown, never
   * guessed.
   */
  word<K extends string, O>(name: string, known: Readonly<Record<K, O>>, otherwise: O): O {
    const value = this.text(name);
    if (value !== undefined && Object.hasOwn(known, value)) return known[value as K];
    this.context.unknown(this.where, name, value ?? 'missing');
    return otherwise;
  }

  /** Reports a gap that is filled with nothing. */
  reportMissing(name: string): void {
    this.context.unknown(this.where, name, 'missing');
  }

  unreadable(name: string, problem: string): MarketplaceAnswerUnexpectedError {
    return new MarketplaceAnswerUnexpectedError(`${this.where}: ${name} ${problem}`, {
      request: 'reading an answer',
      correlationId: this.context.correlationId,
    });
  }

  #instantOf(name: string, value: unknown): Instant {
    if (typeof value !== 'string') throw this.unreadable(name, 'is no instant');
    const zoned = /([zZ]|[+-]\d{2}:?\d{2})$/.test(value) || value.length <= 10 ? value : `${value}Z`;
    const ms = Date.parse(zoned);
    if (Number.isNaN(ms)) throw this.unreadable(name, 'is no instant');
    return new Date(ms).toISOString();
  }

  #value(name: string): unknown {
    const value = this.#fields[name];
    return value === null || value === '' ? undefined : value;
  }

  #missing(name: string): never {
    throw this.unreadable(name, 'is missing');
  }
}

/** Decimal text of a JSON number or of text that is one; undefined otherwise. Text is kept verbatim. */
function decimalText(value: unknown): Decimal | undefined {
  if (typeof value === 'string') return DECIMAL.test(value) ? value : undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const text = String(value);
  return DECIMAL.test(text) ? text : undefined;
}
