import { describe, expect, it } from 'vitest';
import { examineFeeSave, type FeeChange, type PresentFees } from './fee-save.js';

const present: PresentFees = {
  mappings: new Map([['setup ', { target: { billingCodeId: 1 }, version: 2 }]]),
  billingCodes: new Map([
    [1, { name: 'Setup', active: true, useType: 4 }],
    [2, { name: 'Old', active: false, useType: 4 }],
    [3, { name: 'Recurring', active: true, useType: 5 }],
  ]),
  autotaskProducts: new Map([
    [1, { name: 'Setup service', active: true }],
    [2, { name: 'Old service', active: false }],
  ]),
  products: new Set(['mpn:A||1m|1m']),
};
const codes = (...changes: FeeChange[]) => examineFeeSave(changes, present).refused.map(({ code }) => code);

describe('a bulk save of fee mappings (MAP-8)', () => {
  it('takes an active material billing code or an active product, for all products or for one', () => {
    const verdict = examineFeeSave(
      [
        { feeKind: 'setup', autotaskProductId: 1 },
        { feeKind: 'usage', productKey: 'mpn:A||1m|1m', billingCodeId: 1 },
      ],
      present,
    );
    expect(verdict).toEqual({
      refused: [],
      effective: [
        { feeKind: 'setup', productKey: undefined, target: { autotaskProductId: 1 } },
        { feeKind: 'usage', productKey: 'mpn:A||1m|1m', target: { billingCodeId: 1 } },
      ],
    });
  });

  it('takes a mapping away by null', () => {
    expect(examineFeeSave([{ feeKind: 'setup', billingCodeId: null }], present).effective).toEqual([
      { feeKind: 'setup', productKey: undefined, target: undefined },
    ]);
  });

  it.each<[string, FeeChange]>([
    ['BILLING_CODE_UNKNOWN', { feeKind: 'usage', billingCodeId: 9 }],
    ['BILLING_CODE_INACTIVE', { feeKind: 'usage', billingCodeId: 2 }],
    ['BILLING_CODE_NOT_MATERIAL', { feeKind: 'usage', billingCodeId: 3 }],
    ['AUTOTASK_PRODUCT_UNKNOWN', { feeKind: 'usage', autotaskProductId: 9 }],
    ['AUTOTASK_PRODUCT_INACTIVE', { feeKind: 'usage', autotaskProductId: 2 }],
    ['PRODUCT_UNKNOWN', { feeKind: 'usage', productKey: 'x', billingCodeId: 1 }],
    ['FEE_TARGET_TWICE', { feeKind: 'usage', billingCodeId: 1, autotaskProductId: 1 }],
    ['FEE_TARGET_MISSING', { feeKind: 'usage' }],
    ['MAPPING_CONFLICT', { feeKind: 'setup', autotaskProductId: 1, version: 1 }],
  ])('refuses with %s', (code, change) => {
    expect(codes(change)).toEqual([code]);
  });

  it('refuses a fee named twice, and leaves out what is already so', () => {
    expect(codes({ feeKind: 'usage', billingCodeId: 1 }, { feeKind: 'usage', billingCodeId: null })).toEqual([
      'ROW_TWICE',
    ]);
    expect(examineFeeSave([{ feeKind: 'setup', billingCodeId: 1, version: 1 }], present)).toEqual({
      effective: [],
      refused: [],
    });
  });
});
