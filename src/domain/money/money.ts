import { Big } from 'big.js';

/**
 * Money and quantities are decimal text everywhere outside one calculation (`"12.5"`, never a float): text survives
 * JSON, the database and comparison without losing a cent. This file is the only one that computes with it.
 */
export type Decimal = string;

/** Anything a calculation accepts. A JS number is allowed only because Autotask's JSON carries money as numbers. */
export type DecimalLike = Decimal | number | Big;

/** Normalises to the shortest exact text. @throws Error when the value is no decimal number. */
export function decimal(value: DecimalLike): Decimal {
  return new Big(value).toFixed();
}

/** The exact sum; no summands give `"0"`. */
export function sum(values: Iterable<DecimalLike>): Decimal {
  let total = new Big(0);
  for (const value of values) total = total.plus(value);
  return total.toFixed();
}

/** a − b, exact. */
export function minus(a: DecimalLike, b: DecimalLike): Decimal {
  return new Big(a).minus(b).toFixed();
}

/** a × b, exact. */
export function times(a: DecimalLike, b: DecimalLike): Decimal {
  return new Big(a).times(b).toFixed();
}

/** Rounded to `places`, half away from zero: the rule for everything that becomes an amount (DESIGN §6 Money). */
export function round(value: DecimalLike, places: number): Decimal {
  return new Big(value).round(places, Big.roundHalfUp).toFixed();
}

/** A cent amount with exactly two places, e.g. `"12.50"`. */
export function cents(value: DecimalLike): Decimal {
  return twoPlaces(new Big(value));
}

/** Two places, half away from zero; what rounds to nothing is `"0.00"`, without a sign. */
function twoPlaces(value: Big): Decimal {
  const rounded = value.round(2, Big.roundHalfUp);
  return rounded.eq(0) ? '0.00' : rounded.toFixed(2);
}

/** A price for people: as exact as it is, with at least two places (`"8.00"`, `"7.6271"`). */
export function priceText(value: DecimalLike): string {
  const exact = new Big(value);
  return exact.toFixed(Math.max(2, exact.toFixed().split('.')[1]?.length ?? 0));
}

/** `amount × part ÷ whole` rounded once to cents, half away from zero. `part` and `whole` are counts of days. */
export function prorate(amount: DecimalLike, part: number, whole: number): Decimal {
  return twoPlaces(new Big(amount).times(part).div(whole));
}

/** `amount` × Σ (part ÷ whole), summed exactly and rounded once to cents, half away from zero. */
export function prorateShares(amount: DecimalLike, shares: Iterable<{ part: number; whole: number }>): Decimal {
  let numerator = new Big(0);
  let denominator = new Big(1);
  for (const { part, whole } of shares) {
    if (part === whole) {
      numerator = numerator.plus(denominator);
      continue;
    }
    numerator = numerator.times(whole).plus(denominator.times(part));
    denominator = denominator.times(whole);
  }
  return twoPlaces(new Big(amount).times(numerator).div(denominator));
}

/** extended ÷ quantity to four places (DESIGN §6 Money). @throws Error when quantity is zero. */
export function unitPriceOf(extended: DecimalLike, quantity: DecimalLike): Decimal {
  return new Big(extended).times(10_000).div(quantity).round(0, Big.roundHalfUp).div(10_000).toFixed();
}

/** −1, 0 or 1 as a is smaller, equal or larger. */
export function compare(a: DecimalLike, b: DecimalLike): -1 | 0 | 1 {
  return new Big(a).cmp(b);
}

/** True when both are the same number, however written. */
export function equal(a: DecimalLike, b: DecimalLike): boolean {
  return new Big(a).eq(b);
}

/** −1, 0 or 1. */
export function sign(value: DecimalLike): -1 | 0 | 1 {
  return compare(value, 0);
}

/** The same amount with the other sign. */
export function negate(value: DecimalLike): Decimal {
  return new Big(value).times(-1).toFixed();
}

/** True for text that is a plain decimal number: the only form that money and quantities may have. */
export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value);
}

/** True when the value has no fraction (`"3"`, `"3.00"`). */
export function isWhole(value: DecimalLike): boolean {
  return new Big(value).mod(1).eq(0);
}
