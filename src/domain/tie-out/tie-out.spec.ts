import { describe, expect, it } from 'vitest';
import { PeriodGrid } from '../calendar/period-grid.js';
import type { SoldAmount } from './sold-in-month.js';
import { tieOut, type BilledAmount, type TieOutLineFacts, type TieOutRules } from './tie-out.js';

const RULES: TieOutRules = { proration: 'marketplace', syncRefunds: true, priceSource: 'marketplace' };

function sold(kind: SoldAmount['kind'], amount: string, more: Partial<SoldAmount> = {}): SoldAmount {
  return {
    subscriptionId: 'S',
    productKey: 'P',
    productName: 'Basic',
    kind,
    date: '2027-03-10',
    quantity: 5,
    amount,
    ...more,
  };
}

function billed(kind: BilledAmount['kind'], amount: string, more: Partial<BilledAmount> = {}): BilledAmount {
  return {
    id: 1,
    contractId: 1,
    kind,
    itemDate: '2027-03-10',
    name: 'Basic',
    quantity: '5',
    rate: '8',
    amount,
    ...more,
  };
}

function reasons(line: Partial<TieOutLineFacts>, rules: Partial<TieOutRules> = {}): string[] {
  const facts: TieOutLineFacts = {
    sold: [],
    billed: [],
    base: [],
    deduction: [],
    grid: new PeriodGrid('2027-03-10', 1),
    hasOpenTask: false,
    hasIgnoredTask: false,
    ...line,
  };
  return tieOut(facts, { ...RULES, ...rules }).reasons.map(({ code, amount }) => `${code} ${amount}`);
}

const period = sold('recurring', '40.00', { unitPrice: '8' });
const item = billed('recurring', '40.00');

describe('A difference between what is sold and what is invoiced is explained', () => {
  it('and there is none where both sides agree', () => {
    expect(
      reasons({
        sold: [period, sold('setup', '25.00')],
        billed: [item, billed('charge', '25.00', { feeKind: 'setup' })],
      }),
    ).toEqual([]);
  });

  it('by refunds that are withheld, and by charges of another month', () => {
    const line = { sold: [period, sold('part', '-5.33')], billed: [item] };
    expect(reasons(line, { syncRefunds: false })).toEqual(['REFUND_WITHHELD 5.33']);
    expect(reasons(line)).toEqual(['CHARGE 5.33']);
  });

  it('by Autotask’s own proration', () => {
    const line = { sold: [period, sold('part', '16.77')], billed: [item, billed('adjustment', '17.03')] };
    expect(reasons(line, { proration: 'autotask' })).toEqual(['PRORATED_BY_AUTOTASK 0.26']);
  });

  it('by units nobody tracks and by what a person left out', () => {
    const line = { sold: [period], billed: [billed('recurring', '56.00', { quantity: '7' })] };
    expect(reasons({ ...line, base: [{ from: '2027-01-01', quantity: 2 }] })).toEqual(['UNTRACKED_UNITS 16.00']);
    expect(reasons({ ...line, deduction: [{ from: '2027-01-01', quantity: -2 }] })).toEqual([
      'STANDING_DIFFERENCE 16.00',
    ]);
  });

  it('by a price the line does not have, and by one that no unit price can express', () => {
    const dearer = { sold: [period], billed: [billed('recurring', '45.00', { rate: '9' })] };
    expect(reasons(dearer, { priceSource: 'autotask' })).toEqual(['PRICE_SOURCE 5.00']);
    expect(reasons({ sold: [sold('recurring', '38.50', { unitPrice: '8' })], billed: [item] })).toEqual([
      'UNIT_PRICE_CANNOT_EXPRESS 1.50',
    ]);
  });

  it('by what is still to be done, and is unexplained where nothing accounts for it', () => {
    expect(reasons({ sold: [period], hasOpenTask: true })).toEqual(['NOT_SYNCED -40.00']);
    expect(reasons({ sold: [period], hasIgnoredTask: true })).toEqual(['DONE_BY_HAND -40.00']);
    expect(reasons({ sold: [period] })).toEqual(['NOT_POSTED -40.00']);
    expect(
      reasons({ sold: [period], billed: [billed('recurring', '24.00')], grid: new PeriodGrid('2027-03-01', 1) }),
    ).toEqual(['OTHER_PERIODS -16.00']);
    expect(reasons({ sold: [period], billed: [billed('recurring', '24.00')] })).toEqual(['UNEXPLAINED -16.00']);
  });
});
