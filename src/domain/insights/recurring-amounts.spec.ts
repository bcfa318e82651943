import { describe, expect, it } from 'vitest';
import type { Subscription } from '../marketplace/subscription.js';
import type { LedgerStep, LinePriceStep } from '../sync-plan/sync-facts.js';
import type { TellingTask } from '../tie-out/sold-in-month.js';
import { daysUpTo, monthsUpTo, recurringAmounts, type RecurringFacts } from './recurring-amounts.js';

const PRODUCT = 'mpn:EX-OFF-B|example-software|1m|12m';

function subscription(quantity: string, months = 1): Subscription {
  return {
    id: 'S',
    name: 'Basic',
    customerId: 'C',
    status: 'active',
    autoRenew: true,
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: { unit: 'month', count: months },
    subscriptionPeriod: { unit: 'month', count: 12 },
    creationDate: '2027-01-10',
    attributes: {},
    items: [{ productKey: PRODUCT, productId: 'P', name: 'Basic', quantity, unitPrice: '8' }],
  };
}

/** Taken over with 5 units on 10 January, synced. */
function task(more: Partial<TellingTask> = {}): TellingTask {
  return {
    id: 'T',
    source: 'initial',
    state: 'synced',
    effectiveDate: '2027-01-10',
    subscription: subscription('5'),
    ...more,
  };
}

const step = (from: string, quantity: number, more: Partial<LedgerStep> = {}): LedgerStep => ({
  contractServiceId: 7,
  kind: 'share',
  subscriptionId: 'S',
  productKey: PRODUCT,
  from,
  quantity,
  taskId: 'T',
  ...more,
});
const price = (from: string, unitPrice: string): LinePriceStep => ({ contractServiceId: 7, from, unitPrice });

function amounts(facts: Partial<RecurringFacts>, months = ['2026-12', '2027-01', '2027-02']): string[] {
  return recurringAmounts(
    { tasks: [task()], ledger: [], prices: [], listPrices: new Map(), timeZone: 'Europe/Berlin', ...facts },
    months,
  ).map(({ month, marketplace, autotask }) => `${month} ${marketplace} ${autotask}`);
}

describe('recurring amounts', () => {
  it('are what both sides charge on the billing date of each month', () => {
    expect(amounts({ ledger: [step('2027-01-10', 5)], prices: [price('2027-01-10', '8')] })).toEqual([
      '2026-12 0.00 0.00',
      '2027-01 40.00 40.00',
      '2027-02 40.00 40.00',
    ]);
  });

  it('differ by what is not written, by a deduction, and by another price', () => {
    expect(amounts({}, ['2027-02'])).toEqual(['2027-02 40.00 0.00']);
    const ledger = [step('2027-01-10', 5), step('2027-02-01', 2, { kind: 'deduction' })];
    expect(amounts({ ledger, prices: [price('2027-01-10', '8')] }, ['2027-01', '2027-02'])).toEqual([
      '2027-01 40.00 40.00',
      '2027-02 40.00 24.00',
    ]);
    const prices = [price('2027-01-10', '8'), { ...price('2027-02-10', '7.995'), seq: 2 }];
    expect(amounts({ ledger: [step('2027-01-10', 5)], prices }, ['2027-02'])).toEqual(['2027-02 40.00 39.98']);
  });

  it('take the service’s price where nobody wrote one', () => {
    expect(amounts({ ledger: [step('2027-01-10', 5)], listPrices: new Map([[PRODUCT, '7.50']]) }, ['2027-02'])).toEqual(
      ['2027-02 40.00 37.50'],
    );
  });

  it('fall into the months of the billing dates only', () => {
    const tasks = [task({ subscription: subscription('5', 3) })];
    const facts = { tasks, ledger: [step('2027-01-10', 5)], prices: [price('2027-01-10', '8')] };
    expect(amounts(facts, ['2027-01', '2027-02', '2027-03', '2027-04'])).toEqual([
      '2027-01 40.00 40.00',
      '2027-02 0.00 0.00',
      '2027-03 0.00 0.00',
      '2027-04 40.00 40.00',
    ]);
  });

  it('count the own share of a line only', () => {
    const ledger = [step('2027-01-10', 5), step('2027-01-10', 9, { subscriptionId: 'OTHER' })];
    expect(amounts({ ledger, prices: [price('2027-01-10', '8')] }, ['2027-02'])).toEqual(['2027-02 40.00 40.00']);
  });
});

it('ranges end with the day or month asked for', () => {
  expect(monthsUpTo('2027-01-31', 3)).toEqual(['2026-11', '2026-12', '2027-01']);
  expect(daysUpTo('2027-03-01', 3)).toEqual(['2027-02-27', '2027-02-28', '2027-03-01']);
});
