import { describe, expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  mapped,
  orderTask,
  planFacts,
  settings,
  tracked,
} from '../factories/plan-facts.js';
import type { PeriodType } from '../../src/domain/autotask/entities.js';
import type { Period } from '../../src/domain/marketplace/period.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

/** A change from 10 to `to` units of a product with the given period, on a contract that starts on `start`. */
function change(
  about: {
    months: number;
    periodType: PeriodType;
    start: string;
    end: string;
    on: string;
    to: number;
    renewal?: string;
  },
  facts: Partial<SyncFacts> = {},
): SyncFacts {
  const period: Period = { unit: 'month', count: about.months };
  const product = aProduct('G', 'Example Grid', {
    serviceId: 60,
    billingPeriod: period,
    periodType: about.periodType,
    price: '31',
    cost: '20',
  });
  const order = anOrder('change', about.on, [anItem(product, about.to)]);
  const renewalDate = about.renewal ?? about.start;
  return planFacts({
    today: about.on,
    task: orderTask(
      order,
      aSubscription([{ product, units: about.to }], {
        billingPeriod: period,
        creationDate: about.start,
        renewalDate,
        expirationDate: undefined,
      }),
    ),
    services: mapped(product),
    contract: aContract({
      start: about.start,
      end: about.end,
      periodType: about.periodType,
      lines: [{ id: 701, product, units: [{ units: 10 }] }],
    }),
    ...tracked({ lineId: 701, product, units: 10, from: about.start }),
    ...facts,
  });
}

describe('Month-ends, leap years and other periods keep their grid', () => {
  it('a contract on the 31st: the next period starts on the clamped day', () => {
    const facts = { months: 1, periodType: 2 as const, start: '2028-01-31', end: '2029-01-30', to: 4 };
    expect(written(plannedReady(change({ ...facts, on: '2028-02-10' })))).toEqual(['2028-02-29 -6']);
    expect(written(plannedReady(change({ ...facts, on: '2028-03-05' })))).toEqual(['2028-03-31 -6']);
  });

  it('a quarter, a half-year and a year', () => {
    const day = { start: '2027-01-15', end: '2029-01-14', on: '2027-05-14', to: 4 };
    expect(written(plannedReady(change({ months: 3, periodType: 3, ...day })))).toEqual(['2027-07-15 -6']);
    expect(written(plannedReady(change({ months: 6, periodType: 4, ...day })))).toEqual(['2027-07-15 -6']);
    expect(written(plannedReady(change({ months: 12, periodType: 5, ...day })))).toEqual(['2028-01-15 -6']);
  });

  it('a leap year’s days count in the arithmetic', () => {
    const plan = plannedReady(
      change({ months: 12, periodType: 5, start: '2028-01-01', end: '2029-12-31', on: '2028-12-31', to: 11 }),
    );
    expect(plan.amounts.prorated.rows[0]).toMatchObject({ days: 1, ofDays: 366, amount: '0.08' });
  });

  it('misaligned grids: the contract on the 1st, the subscription on the 31st', () => {
    const facts = change(
      {
        months: 1,
        periodType: 2,
        start: '2028-01-01',
        end: '2028-12-31',
        on: '2028-02-29',
        to: 13,
        renewal: '2028-01-31',
      },
      { settings: settings({ proration: 'marketplace' }) },
    );
    // The marketplace period is 29 February to 30 March; 31 March is the next billing date.
    expect(written(plannedReady(facts))).toEqual(['2028-03-31 +3', '2028-02-29 proration 93.00']);
  });

  it('quantities in the hundred thousands and prices of four decimals', () => {
    const facts = change({
      months: 1,
      periodType: 2,
      start: '2027-01-01',
      end: '2027-12-31',
      on: '2027-05-14',
      to: 250_010,
    });
    facts.task.subscription.items[0]!.unitPrice = '0.0375';
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +250000 at 0.0375']);
    expect(plan.amounts.recurring.total).toBe('9375.38');
  });

  it('several products of one service on one line become one adjustment a day', () => {
    const second = { ...aProduct('S', 'Example Office Second'), service: BASIC.service };
    const order = anOrder('change', '2027-05-14', [anItem(BASIC, 8), anItem(second, 6)]);
    const facts = planFacts({
      today: '2027-05-14',
      task: orderTask(
        order,
        aSubscription([
          { product: BASIC, units: 8 },
          { product: second, units: 6 },
        ]),
      ),
      services: mapped(BASIC, second),
      settings: settings({ severalProductsPerService: true }),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 9 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 5 }, { lineId: 701, product: second, units: 4 }),
    });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-05-14 +5']);
    expect(plan.operations[0]).toMatchObject({
      ledger: [
        { productKey: BASIC.key, quantity: 8 },
        { productKey: second.key, quantity: 6 },
      ],
    });
  });
});
