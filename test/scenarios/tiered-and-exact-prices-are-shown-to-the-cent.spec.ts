import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  planFacts,
  settings,
} from '../factories/plan-facts.js';

/** A sale of so many units that costs so much for a whole month, on the first day of contract and subscription alike. */
function sale(units: number, total: string, unitPrice: string, about: Partial<SyncFacts> = {}): SyncFacts {
  const order = anOrder('sales', '2027-03-01', [anItem(BASIC, units, { action: 'CREATE' })], {
    total,
    lines: [aLine(BASIC, { extendedPrice: total, quantity: `${units}`, unitPrice })],
  });
  const dates = { creationDate: '2027-03-01', renewalDate: '2028-03-01', expirationDate: '2028-03-01' };
  return planFacts({
    today: '2027-03-01',
    task: orderTask(order, aSubscription([{ product: BASIC, units, unitPrice }], dates)),
    contract: aContract({ end: '2028-02-29' }),
    ...about,
  });
}

describe('The unit price is what the customer pays ÷ quantity, to four decimals', () => {
  it('a tiered total that four decimals express is billed to the cent, and nothing is left to show', () => {
    // 10 at 8.00 and 5 at 6.50 = 112.50.
    const plan = plannedReady(sale(15, '112.50', '8'));
    expect(written(plan)[1]).toBe('2027-03-01 +15 at 7.5 cost 6.1');
    expect(plan.amounts.recurring).toMatchObject({ total: '112.50', rows: [{ amount: '112.50', written: true }] });
    expect(plan.warnings).toEqual([]);
    expect(plan.automatic).toBe(true);
  });

  it('a seventh of a price rounds at the fourth decimal, and the product is still right to the cent', () => {
    // 53.39 ÷ 7 = 7.627142… → 7.6271 × 7 = 53.3897 → 53.39.
    const plan = plannedReady(sale(7, '53.39', '8'));
    expect(written(plan)[1]).toBe('2027-03-01 +7 at 7.6271 cost 6.1');
    expect(plan.amounts.recurring.total).toBe('53.39');
    expect(plan.warnings).toEqual([]);
  });

  it('a price that the order states and that gives the amount to the cent is taken as it is', () => {
    // 3 × 15.2290 = 45.687 → 45.69; 45.69 ÷ 3 = 15.23 would bill 7 of them a cent too dear.
    const plan = plannedReady(sale(3, '45.69', '15.229'));
    expect(written(plan)[1]).toBe('2027-03-01 +3 at 15.229 cost 6.1');
    expect(plan.amounts.recurring).toMatchObject({ total: '45.69', rows: [{ amount: '45.69', written: true }] });
  });

  it('what it cannot express is shown and not billed, and a person confirms it', () => {
    // 10,000.00 ÷ 300,000 = 0.033333… → 0.0333 × 300,000 = 9,990.00.
    const plan = plannedReady(sale(300_000, '10000.00', '0.0333'));
    expect(written(plan)[1]).toBe('2027-03-01 +300000 at 0.0333 cost 6.1');
    expect(plan.amounts.recurring).toMatchObject({
      total: '9990.00',
      rows: [
        { amount: '9990.00', written: true },
        {
          label: 'Not in the unit price: Example Office Basic',
          amount: '10.00',
          computedBy: 'marketplace',
          written: false,
          arithmetic:
            'The marketplace charges 10000.00 for 300000; at 0.0333 each Autotask bills 9990.00, a difference of 10.00 each billing period',
        },
      ],
    });
    expect(plan.warnings).toEqual([expect.objectContaining({ code: 'PRICE_INEXACT', money: true })]);
    expect(plan.automatic).toBe(false);
    expect(plan.operations.some((operation) => operation.kind === 'addCharge')).toBe(false);
  });

  it('a difference in the customer’s favour has the other sign', () => {
    // 100.00 ÷ 60,000 = 0.001666… → 0.0017 × 60,000 = 102.00.
    const plan = plannedReady(sale(60_000, '100.00', '0.0017'));
    expect(plan.amounts.recurring.rows[1]).toMatchObject({ amount: '-2.00', written: false });
  });

  it('a price of the subscription with more than four decimals is cut to four, and the rest is shown', () => {
    const facts = changeFacts({ from: 5, to: 40_000, stored: { unitPrice: '0.041266' } });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +39995 at 0.0413']);
    // 40,000 × 0.041266 = 1,650.64; 40,000 × 0.0413 = 1,652.00.
    expect(plan.amounts.recurring.rows[1]).toMatchObject({ amount: '-1.36', written: false });
    const exact = plannedReady(changeFacts({ from: 5, to: 40_000, stored: { unitPrice: '0.0413' } }));
    expect(exact.amounts.recurring.rows).toHaveLength(1);
  });

  it('with Autotask’s prices, a hand-set price or an unticked row there is nothing of the marketplace’s to miss', () => {
    const autotask = planSync(sale(300_000, '10000.00', '0.0333', { settings: settings({ priceSource: 'autotask' }) }));
    expect(autotask.amounts.recurring.rows).toHaveLength(1);
    for (const choice of [{ include: true, price: '0.0334' }, { include: false }]) {
      const chosen = sale(300_000, '10000.00', '0.0333', {
        choices: { lines: [{ productKey: BASIC.key, ...choice }] },
      });
      expect(planSync(chosen).warnings.map(({ code }) => code)).not.toContain('PRICE_INEXACT');
    }
  });
});
