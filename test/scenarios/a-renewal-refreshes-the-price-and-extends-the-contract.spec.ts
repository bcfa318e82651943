import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  alignedSubscription,
  anItem,
  anOrder,
  BASIC,
  orderTask,
  planFacts,
  PLUS,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function renewal(
  about: { quantity?: number; price?: string; on?: string; other?: boolean } = {},
  facts: Partial<SyncFacts> = {},
): SyncFacts {
  const { quantity = 5, price = '8.2', on = '2028-01-01' } = about;
  const order = anOrder('renewal', on, [anItem(BASIC, quantity, { action: 'RENEW' })], {
    lines: [
      aLine(BASIC, {
        sourceType: 'renew',
        extendedPrice: `${quantity * Number(price)}`,
        quantity: `${quantity}`,
        unitPrice: price,
      }),
    ],
  });
  const renewed = alignedSubscription([{ product: BASIC, units: quantity, unitPrice: price }], {
    renewalDate: '2029-01-01',
    expirationDate: '2029-01-01',
  });
  return planFacts({
    today: on,
    task: orderTask(order, renewed),
    contract: aContract({
      lines: [
        { id: 701, product: BASIC, units: [{ units: 5 }] },
        ...(about.other ? [{ id: 702, product: PLUS, units: [{ units: 3 }] }] : []),
      ],
    }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    ...facts,
  });
}

describe('A renewal refreshes the price and extends the contract (PSH-7)', () => {
  it('to the end of the new term, with the new price from its first day', () => {
    const plan = plannedReady(renewal());
    expect(written(plan)).toEqual(['extend to 2028-12-31', '2028-01-01 price at 8.2']);
    expect(plan.lines[0]).toMatchObject({ detail: 'Renewal', effectiveDate: '2028-01-01' });
  });

  it('counts from its term although the subscription was given up in it before anybody read the renewal', () => {
    const facts = renewal();
    const given = { status: 'terminated' as const, expirationDate: '2028-02-20', lastModifiedDate: '2028-02-20' };
    const task = { ...facts.task, readOn: '2028-02-29', subscription: { ...facts.task.subscription, ...given } };
    const order = anOrder('cancellation', '2028-02-20', [anItem(BASIC, 0, { action: 'CANCEL' })]);
    const waiting = { ...orderTask(order, task.subscription), id: 'cancellation', createdAt: order.createdAt };
    const plan = plannedReady({ ...facts, today: '2028-02-29', task, openTasks: [waiting] });
    expect(written(plan)).toEqual(['extend to 2028-12-31', '2028-01-01 price at 8.2']);
  });

  it('finds the first day of the new term also when it is made some days ahead or late', () => {
    expect(written(plannedReady(renewal({ on: '2027-12-18' })))).toEqual([
      'extend to 2028-12-31',
      '2028-01-01 price at 8.2',
    ]);
    expect(written(plannedReady(renewal({ on: '2028-01-04' })))).toEqual([
      'extend to 2028-12-31',
      '2028-01-01 price at 8.2',
    ]);
  });

  it('may change the quantity: a decrease counts from the new term’s first day in both modes', () => {
    for (const proration of ['autotask', 'marketplace'] as const)
      expect(
        written(plannedReady(renewal({ quantity: 3, price: '8' }, { settings: settings({ proration }) }))),
      ).toEqual(['extend to 2028-12-31', '2028-01-01 -2']);
  });

  it('asks before it carries on lines that are not ours, and names them', () => {
    const plan = planSync(renewal({ other: true }));
    expect(asked(plan)).toEqual(['CONTRACT_DATE']);
    expect(plan.requiredActions[0]?.message).toContain(PLUS.name);
    expect(plan.operations.some((operation) => operation.kind === 'extendContract')).toBe(false);
    const agreed = renewal({ other: true }, { choices: { extend: true } });
    expect(written(plannedReady(agreed))).toEqual(['extend to 2028-12-31', '2028-01-01 price at 8.2']);
  });

  it('is automatic only where the settings let contracts be extended', () => {
    expect(planSync(renewal()).automatic).toBe(false);
    expect(planSync(renewal({}, { settings: settings({ autoExtend: true }) })).automatic).toBe(true);
  });

  it('without an order does the same, up to the end of the term that the subscription shows', () => {
    const found = (expirationDate: string): SyncFacts => {
      const { task, ...facts } = renewal();
      const subscription = { ...task.subscription, renewalDate: expirationDate, expirationDate };
      const made = sweepTask('renewal', subscription, { sourceKey: `renewal:${subscription.id}:2028-01-01` });
      return { ...facts, task: { ...made, readOn: '2028-01-02' } };
    };
    const plan = plannedReady(found('2029-01-01'));
    expect(written(plan)).toEqual(['extend to 2028-12-31', '2028-01-01 price at 8.2']);
    expect(plan.lines[0]).toMatchObject({ detail: 'Renewal', effectiveDate: '2028-01-01' });
    expect(written(plannedReady(found('2030-01-01')))).toEqual(['extend to 2029-12-31', '2028-01-01 price at 8.2']);
  });

  it('puts new price and more units right where the marketplace’s grid is not the contract’s', () => {
    const facts = renewal({ quantity: 7 }, { settings: settings({ proration: 'marketplace' }) });
    facts.task.subscription.renewalDate = '2029-01-15';
    facts.task.subscription.expirationDate = '2029-01-15';
    const plan = plannedReady({ ...facts, choices: { extend: true }, today: '2028-01-15' });
    // The five that stay cost the new price from the new term on; the two that come are charged to the next billing date.
    expect(written(plan)).toEqual([
      'extend to 2029-01-31',
      '2028-01-15 price at 8.2',
      '2028-02-15 +2',
      '2028-01-15 proration 16.40',
    ]);
  });
});
