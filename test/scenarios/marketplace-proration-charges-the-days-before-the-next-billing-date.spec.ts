import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  FEES,
  orderTask,
  planFacts,
  settings,
} from '../factories/plan-facts.js';

const marketplace = { settings: settings({ proration: 'marketplace' }) };
const refunds = { settings: settings({ proration: 'marketplace', syncRefunds: true }) };

describe('Marketplace proration charges the days before the next billing date (PSH-2, INS-4)', () => {
  it('up: units on B, and one charge with the order’s own amount for E … B−1', () => {
    // 14 May to 9 June of the marketplace period 10 May to 9 June: 27 of 31 days.
    const lines = [
      aLine(BASIC, {
        feeType: 'prorated',
        extendedPrice: '20.90',
        quantity: '3',
        unitPrice: '8',
        duration: { unit: 'month', count: '0.870968' },
      }),
    ];
    const plan = plannedReady(changeFacts({ from: 5, to: 8, lines, order: { poNumber: 'PO-77' } }, marketplace));
    expect(written(plan)).toEqual(['2027-06-10 +3', '2027-05-14 proration 20.90']);
    expect(plan.operations[1]).toMatchObject({
      purchaseOrderNumber: 'PO-77',
      billingCodeId: 903,
      unitCost: '15.94',
      description: 'Proration: Example Office Basic, quantity 3, 2027-05-14 to 2027-06-09, order CH004711',
      dependsOn: ['adjust:l701:2027-06-10'],
    });
    expect(plan.amounts.prorated.rows[0]).toMatchObject({
      computedBy: 'marketplace',
      from: '2027-05-14',
      to: '2027-06-09',
    });
  });

  it('up without own lines: change × price × covered days ÷ days of the marketplace period, one rounding', () => {
    expect(written(plannedReady(changeFacts({ from: 5, to: 8 }, marketplace)))).toEqual([
      '2027-06-10 +3',
      '2027-05-14 proration 20.90',
    ]);
  });

  it('up with the price source Autotask: the amount is computed from Autotask’s price', () => {
    const lines = [aLine(BASIC, { feeType: 'prorated', extendedPrice: '99', quantity: '3', unitPrice: '38' })];
    const facts = changeFacts(
      { from: 5, to: 8, lines, stored: { unitPrice: '38' } },
      { settings: settings({ proration: 'marketplace', priceSource: 'autotask' }) },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-06-10 +3', '2027-05-14 proration 20.90']);
  });

  it('up over exactly one contract period: units on E, no charge', () => {
    const facts = changeFacts({ from: 5, to: 8, on: '2027-05-01', aligned: true }, marketplace);
    expect(written(plannedReady(facts))).toEqual(['2027-05-01 +3']);
  });

  it('up on the contract’s period start but not over a whole period: units on B with a charge', () => {
    const facts = changeFacts({ from: 5, to: 8, on: '2027-05-01' }, marketplace);
    // 1 to 9 May of 10 April to 9 May: 9 of 30 days.
    expect(written(plannedReady(facts))).toEqual(['2027-05-10 +3', '2027-05-01 proration 7.20']);
  });

  it('down, refunds withheld: units on B, the refund is only stated', () => {
    const lines = [
      aLine(BASIC, { feeType: 'refund', sourceType: 'downgrade', extendedPrice: '-41.81', quantity: '6' }),
    ];
    const plan = plannedReady(changeFacts({ from: 10, to: 4, lines }, marketplace));
    expect(written(plan)).toEqual(['2027-06-10 -6']);
    expect(plan.amounts.prorated).toEqual({
      total: '0.00',
      rows: [expect.objectContaining({ amount: '-41.81', written: false })],
    });
  });

  it('down, refunds synced: units on B and a negative charge for E … B−1', () => {
    const lines = [
      aLine(BASIC, { feeType: 'refund', sourceType: 'downgrade', extendedPrice: '-41.81', quantity: '6' }),
    ];
    expect(written(plannedReady(changeFacts({ from: 10, to: 4, lines }, refunds)))).toEqual([
      '2027-06-10 -6',
      '2027-05-14 proration -41.81',
    ]);
    // An order that says what it is worth but not for what.
    expect(written(plannedReady(changeFacts({ from: 10, to: 4, order: { total: '-41.81' } }, refunds)))).toEqual([
      '2027-06-10 -6',
      '2027-05-14 proration -41.81',
    ]);
  });

  it('down, refunds synced, but the marketplace gave none: units on B and no charge', () => {
    expect(written(plannedReady(changeFacts({ from: 10, to: 4 }, refunds)))).toEqual(['2027-06-10 -6']);
    const fee = aLine(BASIC, { feeType: 'cancellationFee', sourceType: 'cancellation', extendedPrice: '60' });
    expect(written(plannedReady(changeFacts({ from: 10, to: 4, lines: [fee] }, refunds)))).toEqual([
      '2027-06-10 -6',
      '2027-05-14 cancellation 60.00',
    ]);
  });

  it('a sale on a contract with other periods: the order adds up to the cent', () => {
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })], {
      total: '65',
      lines: [
        aLine(BASIC, { extendedPrice: '40', quantity: '5', unitPrice: '8', duration: { unit: 'month', count: '1' } }),
        aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '25' }),
      ],
    });
    const facts = planFacts({
      task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }])),
      contract: aContract(),
      ...marketplace,
    });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual([
      'line of service 55',
      '2027-04-10 +5 at 8 cost 6.1',
      '2027-03-10 setup 25.00',
      '2027-03-10 proration 40.00',
    ]);
  });

  it('asks for the mapping of the proration charge', () => {
    const fees = FEES.filter((fee) => fee.feeKind !== 'proration');
    expect(asked(planSync(changeFacts({ from: 5, to: 8 }, { ...marketplace, fees })))).toEqual(['FEE_MAPPING_MISSING']);
  });

  it('asks a person when the line’s duration is more than a day off', () => {
    const lines = [
      aLine(BASIC, {
        feeType: 'prorated',
        extendedPrice: '12',
        quantity: '3',
        unitPrice: '8',
        duration: { unit: 'month', count: '0.5' },
      }),
    ];
    const facts = changeFacts({ from: 5, to: 8, lines }, marketplace);
    expect(asked(planSync(facts))).toEqual(['DURATION_MISMATCH']);
    const near = [{ ...lines[0]!, duration: { unit: 'day' as const, count: '26' } }];
    expect(asked(planSync(changeFacts({ from: 5, to: 8, lines: near }, marketplace)))).toEqual([]);
    const dated = { ...facts, choices: { lines: [{ productKey: BASIC.key, include: true, date: '2027-05-25' }] } };
    expect(written(plannedReady(dated))).toEqual(['2027-06-10 +3', '2027-05-25 proration 12.39']);
  });

  it('an amount without a change of units is charged, or named where Autotask prorates', () => {
    const lines = [aLine(BASIC, { feeType: 'adjustment', sourceType: 'adjustment', extendedPrice: '4.50' })];
    expect(written(plannedReady(changeFacts({ from: 5, to: 5, lines }, marketplace)))).toEqual([
      '2027-05-14 proration 4.50',
    ]);
    const plan = plannedReady(changeFacts({ from: 5, to: 5, lines }));
    expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'AMOUNT_NOT_BILLED', money: true }));
    expect(plan.automatic).toBe(false);
  });
});
