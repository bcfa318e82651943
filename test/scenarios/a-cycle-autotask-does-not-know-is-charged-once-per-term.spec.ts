import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  mapped,
  orderTask,
  planFacts,
  settings,
  sweepTask,
} from '../factories/plan-facts.js';
import type { Order } from '../../src/domain/marketplace/order.js';
import type { Period } from '../../src/domain/marketplace/period.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const THREE_YEARS: Period = { unit: 'month', count: 36 };
const product = aProduct('T', 'Example Archive', {
  serviceId: 58,
  billingPeriod: THREE_YEARS,
  subscriptionPeriod: THREE_YEARS,
  price: '250',
  cost: '200',
});

function term(
  type: Order['type'],
  amount: string | undefined,
  about: Partial<SyncFacts> = {},
  cycle: Period = THREE_YEARS,
): SyncFacts {
  const order = anOrder(
    type,
    type === 'sales' ? '2027-03-10' : '2027-05-14',
    [anItem(product, 4, { action: type === 'sales' ? 'CREATE' : 'UPDATE' })],
    {
      lines: amount === undefined ? [] : [aLine(product, { extendedPrice: amount, quantity: '4' })],
    },
  );
  const subscription = aSubscription([{ product, units: 4 }], {
    billingPeriod: cycle,
    subscriptionPeriod: cycle,
    renewalDate: '2030-03-10',
    expirationDate: '2030-03-10',
  });
  return planFacts({
    task: orderTask(order, subscription),
    contract: aContract(),
    services: mapped(product),
    ...about,
  });
}

describe('A cycle Autotask does not know is charged once per term and never makes units', () => {
  it('a sale is one charge of the order’s amount', () => {
    const plan = plannedReady(term('sales', '1000'));
    expect(written(plan)).toEqual(['2027-03-10 term 1000.00']);
    expect(plan.operations[0]).toMatchObject({ unitCost: '800.00', billingCodeId: 904 });
    expect(plan.lines).toEqual([]);
  });

  it('without an amount of its own a sale charges price × quantity', () => {
    expect(written(plannedReady(term('sales', undefined)))).toEqual(['2027-03-10 term 1000.00']);
  });

  it('a change is charged by its order, or asked about', () => {
    expect(written(plannedReady(term('change', '123.45')))).toEqual(['2027-05-14 term 123.45']);
    expect(asked(planSync(term('change', undefined)))).toEqual(['ORDER_INCOMPLETE']);
  });

  it('a refund follows the refund setting', () => {
    expect(written(plannedReady(term('change', '-80')))).toEqual([]);
    expect(written(plannedReady(term('change', '-80', { settings: settings({ syncRefunds: true }) })))).toEqual([
      '2027-05-14 term -80.00',
    ]);
  });

  it('every two months, thirty days and the statement day are such cycles too', () => {
    for (const cycle of [
      { unit: 'month', count: 2 },
      { unit: 'day', count: 30 },
    ] as Period[])
      expect(written(plannedReady(term('sales', '1000', {}, cycle)))).toEqual(['2027-03-10 term 1000.00']);
  });

  it('a cycle nobody has heard of is asked about', () => {
    expect(asked(planSync(term('sales', '1000', {}, { unit: 'unknown', count: 1 })))).toEqual(['CYCLE_UNKNOWN']);
  });

  it('a running one asks whether its term is billed elsewhere', () => {
    const facts = term('sales', undefined);
    const initial = { ...facts, task: sweepTask('initial', facts.task.subscription, { readOn: '2027-03-12' }) };
    expect(asked(planSync(initial))).toEqual(['INITIAL_BILLED']);
    expect(written(planSync({ ...initial, choices: { alreadyBilled: true } }))).toEqual([]);
    expect(written(planSync({ ...initial, choices: { alreadyBilled: false } }))).toHaveLength(1);
  });
});
