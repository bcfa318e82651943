import { describe, expect, it } from 'vitest';
import { differenceOf, sidesOf } from './sides';

const item = (productKey: string, quantity: string) => ({ productKey, name: `Name of ${productKey}`, quantity });
const line = (contractServiceId: number, productKey: string, units: number) => ({
  contractServiceId,
  contractId: 1,
  productKey,
  productName: `Name of ${productKey}`,
  units,
  expected: units,
  shares: [],
  untracked: 0,
});
const differences = (...input: Parameters<typeof sidesOf>) =>
  sidesOf(...input).map((row) => [row.productKey, row.marketplace, row.autotask, differenceOf(row)]);

describe('both sides of a subscription', () => {
  it('differ by Autotask less marketplace, all lines of a product together', () => {
    expect(
      differences({
        items: [item('basic', '12'), item('mail', '4')],
        lines: [line(1, 'basic', 7), line(2, 'basic', 3), line(3, 'mail', 4)],
      }),
    ).toEqual([
      ['basic', 12, 10, -2],
      ['mail', 4, 4, 0],
    ]);
  });

  it('still tell what Autotask holds of a product that is no longer sold, and nothing of one that both have left', () => {
    expect(differences({ items: [], lines: [line(1, 'basic', 7), line(2, 'mail', 0)] })).toEqual([
      ['basic', undefined, 7, 7],
    ]);
  });

  it('do not differ where no line holds the product: it may be charged', () => {
    expect(differences({ items: [item('usage', '1')], lines: [] })).toEqual([['usage', 1, undefined, undefined]]);
  });
});
