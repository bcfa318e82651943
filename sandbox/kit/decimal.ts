/**
 * The sandbox's own exact money: a bigint count of 1/10^8. It shares nothing with the product on purpose (DESIGN §3).
 */

const SCALE = 100_000_000n;

/** Divides rounding half away from zero. */
function divideHalfAway(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const quotient = (2n * n + d) / (2n * d);
  return negative ? -quotient : quotient;
}

/** An immutable exact decimal with eight places. */
export class Decimal {
  private constructor(private readonly units: bigint) {}

  static readonly zero = new Decimal(0n);

  /** Reads a number or decimal text. @throws RangeError when it is neither. */
  static of(value: number | string | Decimal): Decimal {
    if (value instanceof Decimal) return value;
    const text = typeof value === 'number' ? plain(value) : value.trim();
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (!match) throw new RangeError(`"${value}" is not a decimal number`);
    const fraction = (match[3] ?? '').slice(0, 8).padEnd(8, '0');
    const units = BigInt(match[2]!) * SCALE + BigInt(fraction);
    return new Decimal(match[1] === '-' ? -units : units);
  }

  plus(other: Decimal): Decimal {
    return new Decimal(this.units + other.units);
  }

  minus(other: Decimal): Decimal {
    return new Decimal(this.units - other.units);
  }

  times(other: Decimal | number): Decimal {
    return new Decimal(divideHalfAway(this.units * Decimal.of(other).units, SCALE));
  }

  /** `this × part ÷ whole` with one rounding, at the eighth place; `part` and `whole` are whole numbers of days. */
  share(part: number, whole: number): Decimal {
    return new Decimal(divideHalfAway(this.units * BigInt(part), BigInt(whole)));
  }

  /** Rounded to `places`, half away from zero. */
  round(places: number): Decimal {
    const step = 10n ** BigInt(8 - places);
    return new Decimal(divideHalfAway(this.units, step) * step);
  }

  get isZero(): boolean {
    return this.units === 0n;
  }

  get isNegative(): boolean {
    return this.units < 0n;
  }

  /** As a JSON number (safe: money here stays far below 2^53 units of its last place). */
  toNumber(): number {
    return Number(this.toString());
  }

  /** Decimal text with exactly `places` digits after the point. */
  toFixed(places: number): string {
    const rounded = this.round(places).units;
    const negative = rounded < 0n;
    const digits = (negative ? -rounded : rounded).toString().padStart(9, '0');
    const whole = digits.slice(0, -8);
    const fraction = digits.slice(-8, digits.length - 8 + places);
    return `${negative ? '-' : ''}${whole}${places > 0 ? `.${fraction}` : ''}`;
  }

  /** Shortest exact decimal text. */
  toString(): string {
    const text = this.toFixed(8);
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  }
}

/** A float's decimal text without an exponent. */
function plain(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`"${value}" is not a decimal number`);
  const text = String(value);
  return text.includes('e') ? value.toFixed(8) : text;
}
