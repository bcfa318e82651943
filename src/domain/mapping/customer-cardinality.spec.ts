import { describe, expect, it } from 'vitest';
import { manyToManyPairs } from './customer-cardinality.js';

const pairs = (text: string) =>
  text.split(' ').map((pair) => ({ customerId: pair[0]!, companyId: Number(pair.slice(1)) }));

describe('customer cardinality (MAP-3)', () => {
  it.each([
    ['one to one', 'A1 B2'],
    ['one customer to several companies', 'A1 A2 A3'],
    ['several customers to one company', 'A1 B1 C1'],
    ['both forms side by side', 'A1 A2 B3 C3'],
    ['the same pair twice', 'A1 A1'],
  ])('allows %s', (_, text) => {
    expect(manyToManyPairs(pairs(text))).toEqual([]);
  });

  it('names the pair whose both sides have further partners', () => {
    expect(manyToManyPairs(pairs('A1 A2 B2'))).toEqual(pairs('A2'));
  });

  it('names every pair of a full grid', () => {
    expect(manyToManyPairs(pairs('A1 A2 B1 B2'))).toEqual(pairs('A1 A2 B1 B2'));
  });

  it('leaves another group alone', () => {
    expect(manyToManyPairs(pairs('A1 A2 B2 C7 C8'))).toEqual(pairs('A2'));
  });
});
