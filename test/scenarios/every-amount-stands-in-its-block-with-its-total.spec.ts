import { describe, expect, it } from 'vitest';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { plannedReady } from '../factories/plan-checks.js';
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
  PLUS,
  settings,
} from '../factories/plan-facts.js';

const fee = (feeType: OrderLine['feeType'], extendedPrice: string, product = BASIC) =>
  aLine(product, { feeType, sourceType: feeType, extendedPrice });
const totals = ({ amounts }: SyncPlan) => Object.values(amounts).map((block) => block.total);
const marketplace = { settings: settings({ proration: 'marketplace', syncRefunds: true }) };

describe('Every amount stands in its block, with the block’s total (WIZ-4)', () => {
  it('setup once, prorated, recurring each period, overuse and cancellation', () => {
    const lines = [
      fee('setup', '15'),
      fee('prorated', '20.90'),
      fee('overuse', '3.30'),
      fee('overuse', '1.20'),
      fee('cancellationFee', '60'),
    ];
    const plan = plannedReady(changeFacts({ from: 5, to: 8, lines }, marketplace));
    // Eight seats at 8.00 each month.
    expect(totals(plan)).toEqual(['15.00', '20.90', '64.00', '4.50', '60.00']);
    expect(plan.amounts.setup.rows).toEqual([
      expect.objectContaining({ feeKind: 'setup', label: 'Setup fee: Example Office Basic', from: '2027-05-14' }),
    ]);
    expect(plan.amounts.prorated.rows[0]).toMatchObject({ from: '2027-05-14', to: '2027-06-09', quantity: '3' });
    expect(plan.amounts.recurring.rows[0]).toMatchObject({
      quantity: '8',
      unitPrice: '8',
      arithmetic: '8 × 8.00 = 64.00 each billing period',
    });
    expect(plan.amounts.recurring.rows[0]).not.toHaveProperty('to');
  });

  it('each product has its own row, and a fee that nets with its refund is one amount', () => {
    const items = [anItem(BASIC, 5, { action: 'CREATE' }), anItem(PLUS, 2, { action: 'CREATE' })];
    const back = aLine(BASIC, { feeType: 'refund', sourceType: 'setupRefund', extendedPrice: '-5' });
    const lines = [fee('setup', '25'), back, fee('setup', '10', PLUS)];
    const plan = plannedReady(
      planFacts({
        task: orderTask(
          anOrder('sales', '2027-03-10', items, { lines }),
          aSubscription([
            { product: BASIC, units: 5 },
            { product: PLUS, units: 2 },
          ]),
        ),
        contract: aContract(),
      }),
    );
    expect(plan.amounts.setup).toMatchObject({ total: '30.00', rows: [{ amount: '20.00' }, { amount: '10.00' }] });
    expect(plan.amounts.recurring).toMatchObject({ total: '65.00', rows: [{ amount: '40.00' }, { amount: '25.00' }] });
  });

  it('what is only stated is listed and not part of the total', () => {
    const refund = fee('refund', '-41.81');
    const plan = plannedReady(
      changeFacts({ from: 10, to: 4, lines: [refund] }, { settings: settings({ proration: 'marketplace' }) }),
    );
    expect(plan.amounts.prorated).toMatchObject({ total: '0.00', rows: [{ amount: '-41.81', written: false }] });
  });

  it('a net above zero is no refund, whatever it is made of, so nothing is withheld', () => {
    const lines = [fee('refund', '-10'), fee('prorated', '34'), fee('discount', '-3.10')];
    const facts = changeFacts({ from: 5, to: 8, lines }, { settings: settings({ proration: 'marketplace' }) });
    expect(plannedReady(facts).amounts.prorated).toMatchObject({ total: '20.90', rows: [{ written: true }] });
  });

  it('payments, deposits and tax are no part of any block', () => {
    const lines = [fee('prorated', '20.90'), fee('ignored', '500')];
    const plan = plannedReady(changeFacts({ from: 5, to: 8, lines }, marketplace));
    expect(totals(plan)).toEqual(['0.00', '20.90', '64.00', '0.00', '0.00']);
    expect(plan.warnings.map(({ code }) => code)).not.toContain('LINE_NOT_PLACED');
  });

  it('setup, cancellation and overuse are the marketplace’s own amounts, whatever the price source and proration', () => {
    const lines = [fee('setup', '15'), fee('overuse', '3.30'), fee('cancellationFee', '60')];
    for (const priceSource of ['autotask', 'marketplace'] as const)
      for (const proration of ['autotask', 'marketplace'] as const) {
        const { amounts } = planSync(
          changeFacts(
            { from: 5, to: 8, lines, stored: { unitPrice: '11' } },
            { settings: settings({ priceSource, proration }) },
          ),
        );
        const rows = [amounts.setup, amounts.overuse, amounts.cancellation].flatMap((block) => block.rows);
        expect(rows.map(({ amount, computedBy, written }) => [amount, computedBy, written])).toEqual([
          ['15.00', 'marketplace', true],
          ['3.30', 'marketplace', true],
          ['60.00', 'marketplace', true],
        ]);
      }
  });
});
