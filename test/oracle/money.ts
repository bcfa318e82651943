/** The oracle's own money: whole ten-thousandths as bigint, fractions kept exact until one rounding to cents. */

const UNIT = 10_000n;

/** A decimal of at most four places, as a count of ten-thousandths. @throws Error for anything else. */
export function exact(amount: string | number): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,}))?$/.exec(String(amount));
  if (!match) throw new Error(`${amount} is no amount.`);
  const places = (match[3] ?? '').replace(/0+$/, '');
  if (places.length > 4) throw new Error(`${amount} has more than four places.`);
  const count = BigInt(match[2]!) * UNIT + BigInt(places.padEnd(4, '0'));
  return match[1] ? -count : count;
}

/** `value × part ÷ whole` in cents, half away from zero. @param value ten-thousandths. */
export function toCents(value: bigint, part = 1, whole = 1): number {
  return Number(nearest(value * BigInt(part), BigInt(whole) * 100n));
}

/** An amount of whole cents ÷ a quantity, as a price in ten-thousandths, half away from zero. */
export function perUnit(cents: number, quantity: number): bigint {
  return nearest(BigInt(cents) * 100n, BigInt(quantity));
}

/** Cents as decimal text. */
export function centsText(cents: number): string {
  const size = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${`${size % 100}`.padStart(2, '0')}`;
}

function nearest(numerator: bigint, denominator: bigint): bigint {
  const size = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * size + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}
