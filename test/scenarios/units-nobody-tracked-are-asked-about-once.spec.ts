import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  settings,
} from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function sale(counted?: number, about: Partial<SyncFacts> = {}): SyncFacts {
  const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })]);
  return planFacts({
    task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }])),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 3 }] }] }),
    ...(counted === undefined
      ? {}
      : { choices: { lines: [{ productKey: BASIC.key, include: true, alreadyCounted: counted }] } }),
    ...about,
  });
}

describe('Units nobody tracked are asked about once (WIZ-5)', () => {
  it('with what each answer leads to; the task is never automatic', () => {
    const plan = planSync(sale());
    expect(asked(plan)).toEqual(['FIRST_CONTACT']);
    expect(plan.requiredActions[0]?.options?.map((option) => option.label)).toEqual([
      'All 3: 3 → 5',
      'None: 3 → 8 (3 stay, 5 come on top)',
    ]);
    expect(planSync(sale(3)).automatic).toBe(false);
  });

  it('all: the difference is added', () => {
    expect(written(plannedReady(sale(3)))).toEqual(['2027-03-10 +2']);
  });

  it('none: all come on top, and what was there stays base', () => {
    const facts = sale(0);
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-03-10 +5']);
    const after = applyPlan(facts, plan);
    expect(unitsOnDay(after, 701, '2027-04-01')).toBe(8);
    expect(after.ledger).toContainEqual(expect.objectContaining({ kind: 'base', from: '2027-01-01', quantity: 3 }));
  });

  it('some: the rest stays base', () => {
    const facts = sale(2);
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-03-10 +3']);
    expect(applyPlan(facts, plan).ledger).toEqual([
      expect.objectContaining({ kind: 'base', from: '2027-01-01', quantity: 3 }),
      expect.objectContaining({ kind: 'base', from: '2027-03-10', quantity: 1 }),
      expect.objectContaining({ kind: 'share', from: '2027-03-10', quantity: 5 }),
    ]);
  });

  it('more than there are is refused', () => {
    expect(asked(planSync(sale(4)))).toEqual(['FIRST_CONTACT']);
  });

  it('more than are sold lowers the line', () => {
    const facts = sale(9, { contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 9 }] }] }) });
    expect(written(plannedReady(facts))).toEqual(['2027-04-01 -4']);
  });

  it('the next task of the subscription asks nothing more', () => {
    const synced = applyPlan(sale(2), planSync(sale(2)));
    const change = orderTask(
      anOrder('change', '2027-05-14', [anItem(BASIC, 7)]),
      aSubscription([{ product: BASIC, units: 7 }]),
    );
    expect(written(plannedReady(nextTask(synced, change, { today: '2027-05-14' })))).toEqual(['2027-05-14 +2']);
  });

  it('all, at another price: the price is written, and the units are counted with it', () => {
    const dearer = (units: number) => aSubscription([{ product: BASIC, units, unitPrice: '9' }]);
    const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 3, { action: 'CREATE' })]);
    const facts = sale(3, { task: orderTask(order, dearer(3)) });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual(['2027-03-01 price at 9']);
    const synced = applyPlan(facts, plan);
    expect(synced.ledger.filter(({ kind }) => kind === 'share')).toEqual([
      expect.objectContaining({ from: '2027-03-10', quantity: 3 }),
    ]);
    const change = orderTask(anOrder('change', '2027-05-14', [anItem(BASIC, 7)]), dearer(7));
    expect(written(plannedReady(nextTask(synced, change, { today: '2027-05-14' })))).toEqual(['2027-05-14 +4']);
  });

  it('another subscription is asked about what is still base', () => {
    const synced = applyPlan(sale(2), planSync(sale(2)));
    const other = orderTask(
      anOrder('sales', '2027-04-01', [anItem(BASIC, 4, { action: 'CREATE' })], {
        number: 'SO000009',
        subscriptionId: 'S-2',
      }),
      aSubscription([{ product: BASIC, units: 4 }], { id: 'S-2', creationDate: '2027-04-01' }),
    );
    const facts = nextTask(synced, other, { today: '2027-04-01' });
    expect(asked(planSync(facts))).toEqual(['FIRST_CONTACT']);
    const all = { ...facts, choices: { lines: [{ productKey: BASIC.key, include: true, alreadyCounted: 1 }] } };
    expect(written(plannedReady(all))).toEqual(['2027-04-01 +3']);
  });

  it('a change of something never counted asks what it starts from', () => {
    const order = anOrder('change', '2027-05-14', [anItem(BASIC, 7)]);
    const facts = planFacts({
      today: '2027-05-14',
      task: orderTask(order, aSubscription([{ product: BASIC, units: 7 }])),
      contract: aContract(),
    });
    expect(asked(planSync(facts))).toEqual(['FIRST_CONTACT']);
    const answered = {
      ...facts,
      choices: { lines: [{ productKey: BASIC.key, include: true, alreadyCounted: 0, date: '2027-05-01' }] },
    };
    expect(written(plannedReady(answered))).toEqual(['line of service 55', '2027-05-01 +7 at 8 cost 6.1']);
  });

  it('with marketplace proration, counted units are billed already: only the rest is charged', () => {
    const plan = plannedReady(sale(3, { settings: settings({ proration: 'marketplace' }) }));
    expect(written(plan)).toEqual(['2027-04-10 +2', '2027-03-10 proration 16.00']);
  });
});
