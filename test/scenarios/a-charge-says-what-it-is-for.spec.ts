import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { AddChargeOperation } from '../../src/domain/sync-plan/sync-plan.js';
import { plannedReady } from '../factories/plan-checks.js';
import { aLine, BASIC, capabilities, changeFacts, FEES, PLUS, settings } from '../factories/plan-facts.js';

type Facts = Parameters<typeof changeFacts>;

/** The one charge of an upgrade from five to eight with marketplace proration, 14 May to 9 June 2027. */
function charge(about: Partial<Facts[0]> = {}, facts: Facts[1] = {}): AddChargeOperation {
  const mode = { settings: settings({ proration: 'marketplace' }) };
  const { operations } = plannedReady(changeFacts({ from: 5, to: 8, ...about }, { ...mode, ...facts }));
  const found = operations.filter((one) => one.kind === 'addCharge');
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('A charge says what it is for', () => {
  it('amount, cost, day, product, quantity, days and order number', () => {
    expect(charge()).toMatchObject({
      amount: '20.90',
      unitCost: '15.94',
      datePurchased: '2027-05-14',
      name: 'Proration: Example Office Basic',
      description: 'Proration: Example Office Basic, quantity 3, 2027-05-14 to 2027-06-09, order CH004711',
      billingCodeId: 903,
      chargeType: 1,
    });
  });

  it('carries the customer’s purchase order number, and ours in a field of its own', () => {
    expect(charge()).not.toHaveProperty('purchaseOrderNumber');
    const made = charge({ order: { poNumber: 'PO-77' } });
    expect(made.purchaseOrderNumber).toBe('PO-77');
    expect(made.chargeKey).toMatch(/^CH004711:proration:[0-9a-f]{10}:2027-05-14$/);
  });

  it('our key fits Autotask’s 50 characters and stays one of a kind, however long the order’s number', () => {
    const keys = ['A', 'B'].map((end) => charge({ order: { number: `${'9'.repeat(60)}${end}` } }).chargeKey);
    for (const key of keys) expect(key.length).toBeLessThanOrEqual(50);
    expect(new Set(keys).size).toBe(2);
  });

  it('the key tells subscriptions, products and fee kinds apart', () => {
    const fees = ['setup', 'cancellationFee'] as const;
    const lines = fees.flatMap((feeType) =>
      [BASIC, PLUS].map((product) => aLine(product, { feeType, sourceType: feeType, extendedPrice: '1' })),
    );
    const keysOf = (id: string) =>
      planSync(
        changeFacts(
          {
            from: 5,
            to: 5,
            lines,
            subscription: {
              id,
              items: [BASIC, PLUS].map((product) => ({
                productKey: product.key,
                productId: product.id,
                name: product.name,
                quantity: '5',
              })),
            },
          },
          {},
        ),
      ).operations.flatMap((one) => (one.kind === 'addCharge' ? one.chargeKey : []));
    const keys = [...keysOf('S-20481'), ...keysOf('S-other')];
    expect(keys).toHaveLength(8);
    expect(new Set(keys).size).toBe(8);
  });

  it('is dated in the first open period where its own is posted', () => {
    const fee = aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' });
    const posted = changeFacts({ from: 5, to: 5, lines: [fee], postedUpTo: '2027-05-31' });
    expect(plannedReady(posted).operations[0]).toMatchObject({
      datePurchased: '2027-06-01',
      // Its key keeps the day it covers, so that a period posted in between makes no second charge.
      chargeKey: expect.stringMatching(/^CH004711:setup:[0-9a-f]{10}:2027-05-14$/) as string,
    });
  });

  it('goes to the product’s own fee mapping before the general one, and to an Autotask product as well', () => {
    const own = { feeKind: 'proration' as const, productKey: BASIC.key, autotaskProductId: 77 };
    const made = charge({}, { fees: [...FEES, own] });
    expect(made.autotaskProductId).toBe(77);
    expect(made).not.toHaveProperty('billingCodeId');
    const other = { ...own, productKey: PLUS.key };
    expect(charge({}, { fees: [...FEES, other] }).billingCodeId).toBe(903);
  });

  it('has no cost where the API user may not see costs', () => {
    expect(charge({}, { capabilities: capabilities({ costVisible: false }) }).unitCost).toBe('0.00');
  });

  it('waits for the units it belongs to', () => {
    expect(charge().dependsOn).toEqual(['adjust:l701:2027-06-10']);
  });
});
