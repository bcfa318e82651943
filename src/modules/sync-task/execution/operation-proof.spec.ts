import { describe, expect, it } from 'vitest';
import type { ContractService } from '../../../domain/autotask/entities.js';
import type { ImageRow } from '../../../domain/autotask/unit-windows.js';
import { effectivePrice, proveCharge, proveCreated, proveField, provePrice, proveUnits } from './operation-proof.js';

const row = (units: number, more: Partial<ImageRow> = {}): ImageRow => ({
  first: '2027-03-10',
  last: '2027-12-31',
  units,
  posted: false,
  ...more,
});
const line = (more: Partial<ContractService> = {}): ContractService => ({
  id: 5,
  contractId: 7,
  serviceId: 1,
  ...more,
});

describe('the proof of a change of units', () => {
  const [pre, post] = [[row(10)], [row(12)]];

  it.each([
    ['the post-image', [row(12)], false, 'applied'],
    ['the post-image after the settle time', [row(12)], true, 'applied'],
    ['the pre-image', [row(10)], false, 'wait'],
    ['the pre-image after the settle time', [row(10)], true, 'not_applied'],
    ['something else', [row(15)], false, 'wait'],
    ['something else after the settle time', [row(15)], true, 'uncertain'],
    ['nothing after the settle time', [], true, 'uncertain'],
    ['the post-image on other days', [row(12, { first: '2027-03-11' })], true, 'uncertain'],
  ])('%s', (_, now, settled, verdict) => {
    expect(proveUnits(pre, post, now, settled).verdict).toBe(verdict);
  });
});

describe('the proof of a price', () => {
  const pre = [row(10, { price: '80', last: '2027-03-31', first: '2027-03-01' })];
  const post = [row(10, { unitPrice: '9', last: '2027-03-31', first: '2027-03-01' })];
  const now = (price: string) => [row(10, { price, last: '2027-03-31', first: '2027-03-01' })];

  it('is the window, whether it shows the price per unit or the total', () => {
    for (const price of ['90', '9', '90.004'])
      expect(provePrice({ unitPrice: '9' }, { pre, post, now: now(price) }, undefined, false).verdict).toBe('applied');
  });

  it('is never uncertain: what is not seen is sent again after the settle time', () => {
    const images = { pre, post, now: now('80') };
    expect(provePrice({ unitPrice: '9' }, images, undefined, false).verdict).toBe('wait');
    expect(provePrice({ unitPrice: '9' }, images, undefined, true).verdict).toBe('not_applied');
  });

  it('is the effective price where windows say nothing, in the currency of the line', () => {
    const images = { pre: [], post: [], now: [] };
    const inForeignCurrency = line({
      unitPrice: '12',
      internalCurrencyUnitPrice: '10',
      internalCurrencyAdjustedPrice: '7.5',
    });
    expect(effectivePrice(inForeignCurrency)).toBe('9');
    expect(provePrice({ unitPrice: '9' }, images, inForeignCurrency, false).verdict).toBe('applied');
    expect(provePrice({ unitPrice: '9.01' }, images, inForeignCurrency, true).verdict).toBe('not_applied');
    expect(provePrice({ unitPrice: '9', unitCost: '4' }, images, inForeignCurrency, true).verdict).toBe('not_applied');
  });

  it('knows no price of a line without a list price', () => {
    expect(
      effectivePrice(line({ unitPrice: '0', internalCurrencyUnitPrice: '0', internalCurrencyAdjustedPrice: '5' })),
    ).toBeUndefined();
    expect(effectivePrice(undefined)).toBeUndefined();
  });
});

describe('the proof of a row', () => {
  it('of a charge is one row with the key; two are a person’s', () => {
    expect(proveCharge([{ id: 3 }], false)).toEqual({ verdict: 'applied', resultId: 3 });
    expect(proveCharge([], false).verdict).toBe('wait');
    expect(proveCharge([], true).verdict).toBe('not_applied');
    expect(proveCharge([{ id: 3 }, { id: 4 }], true).verdict).toBe('uncertain');
  });

  it('that was created is one above those that were there', () => {
    expect(proveCreated([4, 9], 4, false)).toEqual({ verdict: 'applied', resultId: 9 });
    expect(proveCreated([4], 4, false).verdict).toBe('wait');
    expect(proveCreated([4], 4, true).verdict).toBe('not_applied');
    expect(proveCreated([4, 8, 9], 4, true).verdict).toBe('uncertain');
  });

  it('of a field is its value', () => {
    expect([proveField(true, false), proveField(false, false), proveField(false, true)]).toEqual([
      { verdict: 'applied' },
      { verdict: 'wait' },
      { verdict: 'not_applied' },
    ]);
  });
});
