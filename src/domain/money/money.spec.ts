import { Big } from 'big.js';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  cents,
  compare,
  decimal,
  isWhole,
  minus,
  negate,
  priceText,
  prorate,
  prorateShares,
  sign,
  sum,
  times,
} from './money.js';

/** Short numbers, which are computed as whole ones, and long ones, which are not; both must say the same. */
const number = fc.oneof(
  fc.record({ n: fc.integer({ min: -999_999_999, max: 999_999_999 }), places: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ n: fc.maxSafeInteger(), places: fc.integer({ min: 0, max: 15 }) }),
);
const amount = number.map(({ n, places }) => new Big(n).div(new Big(10).pow(places)).toFixed());

/** `Big` writes −0; money has no such thing. */
const exact = (value: Big): string => (value.eq(0) ? '0' : value.toFixed());
const twoPlaces = (value: Big): string => {
  const rounded = value.round(2, Big.roundHalfUp);
  return rounded.eq(0) ? '0.00' : rounded.toFixed(2);
};

it('every sum, difference, product and comparison is the exact one', () => {
  fc.assert(
    fc.property(amount, amount, amount, (a, b, c) => {
      expect(decimal(a)).toBe(exact(new Big(a)));
      expect(sum([a, b, c])).toBe(exact(new Big(a).plus(b).plus(c)));
      expect(minus(a, b)).toBe(exact(new Big(a).minus(b)));
      expect(times(a, b)).toBe(exact(new Big(a).times(b)));
      expect(negate(a)).toBe(exact(new Big(0).minus(a)));
      expect([compare(a, b), sign(a)]).toEqual([new Big(a).cmp(b), new Big(a).cmp(0)]);
      expect(priceText(a)).toBe(new Big(a).toFixed(Math.max(2, exact(new Big(a)).split('.')[1]?.length ?? 0)));
    }),
    { numRuns: 3000 },
  );
});

it('amounts and part amounts are rounded once, half away from zero', () => {
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (a, part, whole) => {
      expect(cents(a)).toBe(twoPlaces(new Big(a)));
      expect(prorate(a, part, whole)).toBe(twoPlaces(new Big(a).times(part).div(whole)));
    }),
    { numRuns: 3000 },
  );
  expect(['0.005', '-0.005', '2.675', '-0.0049', '1.004999999999999999'].map(cents)).toEqual([
    '0.01',
    '-0.01',
    '2.68',
    '0.00',
    '1.00',
  ]);
});

it('shares of periods are summed exactly and rounded once', () => {
  const share = fc.record({ part: fc.integer({ min: 1, max: 366 }), whole: fc.integer({ min: 1, max: 366 }) });
  fc.assert(
    fc.property(amount, fc.array(share, { maxLength: 12 }), (a, shares) => {
      let [over, under] = [new Big(0), new Big(1)];
      for (const { part, whole } of shares)
        [over, under] = [over.times(whole).plus(under.times(part)), under.times(whole)];
      expect(prorateShares(a, shares)).toBe(twoPlaces(new Big(a).times(over).div(under)));
      expect(isWhole(a)).toBe(new Big(a).mod(1).eq(0));
    }),
    { numRuns: 2000 },
  );
});

it('what is no decimal number is refused, whatever it looks like', () => {
  for (const text of ['', '-', '.5.', '1.2.3', '1,5', 'x', ' 1', '--1', 'NaN'])
    expect(() => decimal(text), text).toThrow();
});
