import { describe, expect, it } from 'vitest';
import { judge, suggestLabelled } from '../bench/matching.bench.js';
import { companyPairs } from '../fixtures/company-pairs.js';

describe('explained matching with measured precision and recall (WIN-7, B9)', () => {
  it('has a labelled set of at least 2,000 pairs, the same on every machine', () => {
    const set = companyPairs();
    expect(set.pairs.length).toBeGreaterThanOrEqual(2_000);
    expect(companyPairs()).toEqual(set);
    expect(new Set(set.pairs.map(({ kind }) => kind)).size).toBeGreaterThan(20);
  });

  it('is right in 99 of 100 suggestions and finds 95 of 100 pairs', () => {
    const set = companyPairs();
    const { precision, recall } = judge(set, suggestLabelled(set).suggestions);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });

  it('is as good on a set that it was not tuned on', () => {
    const set = companyPairs({ pairs: 1_200, seed: 77 });
    const { precision, recall } = judge(set, suggestLabelled(set).suggestions);
    expect(precision).toBeGreaterThanOrEqual(0.99);
    expect(recall).toBeGreaterThanOrEqual(0.95);
  });
});
