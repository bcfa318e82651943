import { Big } from 'big.js';

/**
 * Money and quantities are decimal text everywhere outside one calculation (`"12.5"`, never a float): text survives
 * JSON, the database and comparison without losing a cent. This file is the only one that computes with it.
 */
export type Decimal = string;

/** Anything a calculation accepts. A JS number is allowed only because Autotask's JSON carries money as numbers. */
export type DecimalLike = Decimal | number | Big;

/**
 * n ÷ 10^s: how nearly all money fits into one safe integer. A plan computes a hundred amounts, and `Big` takes most of
 * its time for them; whatever does not fit is left to it.
 */
interface Scaled {
  n: number;
  s: number;
}

const LONGEST_TEXT = 15;
const POWERS = Array.from({ length: LONGEST_TEXT + 1 }, (_, places) => 10 ** places);

function scaled(value: DecimalLike): Scaled | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? { n: value, s: 0 } : undefined;
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return undefined;
  const start = value.charCodeAt(0) === MINUS ? 1 : 0;
  let n = 0;
  let point = -1;
  for (let index = start; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === POINT && point < 0 && index > start && index < value.length - 1) point = index;
    else if (code >= ZERO && code <= ZERO + 9) n = n * 10 + code - ZERO;
    else return undefined;
  }
  if (value.length === start) return undefined;
  return { n: start === 1 ? -n : n, s: point < 0 ? 0 : value.length - 1 - point };
}

const MINUS = 45;
const POINT = 46;
const ZERO = 48;

/** The number with so many places; undefined when it does not fit. */
function widened({ n, s }: Scaled, places: number): number | undefined {
  const wide = n * POWERS[places - s]!;
  return Number.isSafeInteger(wide) ? wide : undefined;
}

function added(a: Scaled, b: Scaled): Scaled | undefined {
  const s = Math.max(a.s, b.s);
  const [left, right] = [widened(a, s), widened(b, s)];
  if (left === undefined || right === undefined || !Number.isSafeInteger(left + right)) return undefined;
  return { n: left + right, s };
}

/** The shortest exact text. */
function textOf({ n, s }: Scaled): Decimal {
  let [digits, places] = [n, s];
  while (places > 0 && digits % 10 === 0) [digits, places] = [digits / 10, places - 1];
  return fixedText(digits, places);
}

function fixedText(n: number, places: number): Decimal {
  if (places === 0) return `${n === 0 ? 0 : n}`;
  const digits = `${Math.abs(n)}`.padStart(places + 1, '0');
  return `${n < 0 ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** n ÷ d as whole cents in hundredths, half away from zero; undefined when it does not fit. */
function centsOf(n: number, d: number): Decimal | undefined {
  const size = Math.abs(n);
  if (!Number.isSafeInteger(size * 2) || !Number.isSafeInteger(d * 2)) return undefined;
  const rest = size % d;
  const whole = (size - rest) / d + (rest * 2 >= d ? 1 : 0);
  return fixedText(n < 0 ? -whole : whole, 2);
}

/** Normalises to the shortest exact text. @throws Error when the value is no decimal number. */
export function decimal(value: DecimalLike): Decimal {
  const small = scaled(value);
  return small ? textOf(small) : new Big(value).toFixed();
}

/** The exact sum; no summands give `"0"`. */
export function sum(values: readonly DecimalLike[]): Decimal {
  let total: Scaled | undefined = { n: 0, s: 0 };
  for (const value of values) {
    const small = scaled(value);
    total = total && small ? added(total, small) : undefined;
    if (!total) return values.reduce<Big>((sofar, one) => sofar.plus(one), new Big(0)).toFixed();
  }
  return textOf(total);
}

/** a − b, exact. */
export function minus(a: DecimalLike, b: DecimalLike): Decimal {
  const [left, right] = [scaled(a), scaled(b)];
  const difference = left && right ? added(left, { n: -right.n, s: right.s }) : undefined;
  return difference ? textOf(difference) : new Big(a).minus(b).toFixed();
}

/** a × b, exact. */
export function times(a: DecimalLike, b: DecimalLike): Decimal {
  const [left, right] = [scaled(a), scaled(b)];
  if (left && right && Number.isSafeInteger(left.n * right.n))
    return textOf({ n: left.n * right.n, s: left.s + right.s });
  return new Big(a).times(b).toFixed();
}

/** Rounded to `places`, half away from zero: the rule for everything that becomes an amount (DESIGN §6 Money). */
export function round(value: DecimalLike, places: number): Decimal {
  const small = scaled(value);
  return small && small.s <= places ? textOf(small) : new Big(value).round(places, Big.roundHalfUp).toFixed();
}

/** A cent amount with exactly two places, e.g. `"12.50"`. */
export function cents(value: DecimalLike): Decimal {
  return prorate(value, 1, 1);
}

/** Two places, half away from zero; what rounds to nothing is `"0.00"`, without a sign. */
function twoPlaces(value: Big): Decimal {
  const rounded = value.round(2, Big.roundHalfUp);
  return rounded.eq(0) ? '0.00' : rounded.toFixed(2);
}

/** A price for people: as exact as it is, with at least two places (`"8.00"`, `"7.6271"`). */
export function priceText(value: DecimalLike): string {
  const exact = decimal(value);
  const places = exact.length - exact.indexOf('.') - 1;
  if (!exact.includes('.')) return `${exact}.00`;
  return places < 2 ? `${exact}0` : exact;
}

/** `amount × part ÷ whole` rounded once to cents, half away from zero. `part` and `whole` are counts of days. */
export function prorate(amount: DecimalLike, part: number, whole: number): Decimal {
  const small = scaled(amount);
  const text =
    small === undefined
      ? undefined
      : small.s <= 2
        ? centsOf(small.n * part * POWERS[2 - small.s]!, whole)
        : centsOf(small.n * part, whole * POWERS[small.s - 2]!);
  return text ?? twoPlaces(new Big(amount).times(part).div(whole));
}

/** `amount` × Σ (part ÷ whole), summed exactly and rounded once to cents, half away from zero. */
export function prorateShares(amount: DecimalLike, shares: Iterable<{ part: number; whole: number }>): Decimal {
  const all = [...shares];
  let [numerator, denominator] = [0, 1];
  for (const { part, whole } of all) {
    if (part === whole) numerator += denominator;
    else [numerator, denominator] = [numerator * whole + denominator * part, denominator * whole];
  }
  // Whole periods beside two cut ones stay small; anything longer is summed as exact numbers.
  if (Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator))
    return prorate(amount, numerator, denominator);
  let [over, under] = [new Big(0), new Big(1)];
  for (const { part, whole } of all) [over, under] = [over.times(whole).plus(under.times(part)), under.times(whole)];
  return twoPlaces(new Big(amount).times(over).div(under));
}

/** extended ÷ quantity to four places (DESIGN §6 Money). @throws Error when quantity is zero. */
export function unitPriceOf(extended: DecimalLike, quantity: DecimalLike): Decimal {
  return new Big(extended).times(10_000).div(quantity).round(0, Big.roundHalfUp).div(10_000).toFixed();
}

/** −1, 0 or 1 as a is smaller, equal or larger. */
export function compare(a: DecimalLike, b: DecimalLike): -1 | 0 | 1 {
  const [left, right] = [scaled(a), scaled(b)];
  const difference = left && right ? added(left, { n: -right.n, s: right.s }) : undefined;
  return difference ? signOf(difference.n) : new Big(a).cmp(b);
}

function signOf(n: number): -1 | 0 | 1 {
  return n < 0 ? -1 : n > 0 ? 1 : 0;
}

/** True when both are the same number, however written. */
export function equal(a: DecimalLike, b: DecimalLike): boolean {
  return compare(a, b) === 0;
}

/** −1, 0 or 1. */
export function sign(value: DecimalLike): -1 | 0 | 1 {
  const small = scaled(value);
  return small ? signOf(small.n) : new Big(value).cmp(0);
}

/** The same amount with the other sign. */
export function negate(value: DecimalLike): Decimal {
  return times(value, -1);
}

/** True for text that is a plain decimal number: the only form that money and quantities may have. */
export function isDecimal(value: unknown): value is Decimal {
  return typeof value === 'string' && /^-?\d{1,20}(\.\d{1,20})?$/.test(value);
}

/** True when the value has no fraction (`"3"`, `"3.00"`). */
export function isWhole(value: DecimalLike): boolean {
  const small = scaled(value);
  return small ? small.n % (POWERS[small.s] ?? 1) === 0 : new Big(value).mod(1).eq(0);
}
