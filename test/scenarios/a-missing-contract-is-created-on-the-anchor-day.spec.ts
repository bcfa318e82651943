import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, applySome } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  mapped,
  orderTask,
  planFacts,
  settings,
  sweepTask,
  YEAR,
} from '../factories/plan-facts.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function sale(about: Partial<SyncFacts> = {}, subscription: Partial<Subscription> = {}): SyncFacts {
  const order = anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })], { number: 'SO004711' });
  return planFacts({
    task: orderTask(order, aSubscription([{ product: BASIC, units: 5 }], subscription)),
    choices: { contract: { create: {} } },
    ...about,
  });
}

describe('A missing contract is created on the anchor day (PSH-4)', () => {
  it('and runs to the end of the contract period that contains the term’s end', () => {
    const plan = plannedReady(sale());
    expect(written(plan)).toEqual([
      'contract 2027-03-10..2028-03-09',
      'line of service 55',
      '2027-03-10 +5 at 8 cost 6.1',
    ]);
    expect(plan.operations[0]).toMatchObject({
      companyId: 301,
      name: 'Cloud services Marmalade Freight',
      contractNumber: 'S-20481',
      periodType: 2,
    });
    expect(plan.amounts.prorated.rows).toEqual([]);
  });

  it('and covers the whole first term of a sale that was aligned to a later billing date', () => {
    const aligned = { creationDate: '2027-03-10', renewalDate: '2028-04-01', expirationDate: '2028-04-01' };
    expect(written(plannedReady(sale({}, aligned)))[0]).toBe('contract 2027-03-01..2028-03-31');
    const coTermed = { creationDate: '2027-03-10', renewalDate: '2027-10-01', expirationDate: '2027-10-01' };
    expect(written(plannedReady(sale({}, coTermed)))[0]).toBe('contract 2027-03-01..2027-09-30');
  });

  it('is asked for when nobody chose, and shows what it would cost meanwhile', () => {
    const plan = planSync(sale({ choices: {} }));
    expect(asked(plan)).toEqual(['CONTRACT_MISSING']);
  });

  it('starts on the latest anchor day before a change in the middle of a period', () => {
    const subscription = aSubscription([{ product: BASIC, units: 5 }], {
      creationDate: '2026-06-20',
      renewalDate: '2027-06-20',
      expirationDate: '2027-06-20',
    });
    const facts = planFacts({
      today: '2027-05-14',
      task: sweepTask('initial', subscription, { readOn: '2027-05-14' }),
      choices: { contract: { create: {} }, alreadyBilled: false },
    });
    expect(written(plannedReady(facts))).toEqual([
      'contract 2027-04-20..2027-06-19',
      'line of service 55',
      '2027-04-20 +5 at 8 cost 6.1',
    ]);
  });

  it('runs for twelve months where the subscription has no term', () => {
    const facts = sale({}, { subscriptionPeriod: { unit: 'statement_day', count: 1 }, expirationDate: undefined });
    expect(written(planSync(facts))[0]).toBe('contract 2027-03-10..2028-03-09');
  });

  it('covers the next billing date where units wait for it', () => {
    const monthly = aSubscription([{ product: BASIC, units: 5 }], {
      creationDate: '2027-01-10',
      renewalDate: '2027-06-10',
      expirationDate: '2027-06-10',
      subscriptionPeriod: { unit: 'month', count: 1 },
    });
    const facts = planFacts({
      today: '2027-05-14',
      task: sweepTask('initial', monthly, { readOn: '2027-05-14' }),
      choices: { contract: { create: {} }, alreadyBilled: true },
    });
    expect(written(plannedReady(facts))).toEqual([
      'contract 2027-05-10..2027-07-09',
      'line of service 55',
      '2027-06-10 +5 at 8 cost 6.1',
    ]);
  });

  it('is yearly for a product that is paid before its yearly term', () => {
    const yearly = aProduct('Y', 'Example Backup', { serviceId: 57, periodType: 5, price: '90', cost: '70' });
    const order = anOrder('sales', '2027-03-10', [anItem(yearly, 2, { action: 'CREATE' })]);
    const facts = planFacts({
      task: orderTask(
        order,
        aSubscription([{ product: yearly, units: 2 }], {
          billingModel: 'chargeBeforeSubscriptionPeriod',
          subscriptionPeriod: YEAR,
        }),
      ),
      services: mapped(yearly),
      choices: { contract: { create: {} } },
    });
    const plan = plannedReady(facts);
    expect(plan.operations[0]).toMatchObject({
      kind: 'createContract',
      periodType: 5,
      startDate: '2027-03-10',
      endDate: '2028-03-09',
    });
    expect(written(plan)[2]).toBe('2027-03-10 +2 at 90 cost 70');
  });

  it('takes the dates, number and name a person chose, and refuses a cycle that does not fit', () => {
    const create = { name: 'Office', contractNumber: 'N-1', startDate: '2027-03-01', endDate: '2027-12-31' };
    expect(plannedReady(sale({ choices: { contract: { create } } })).operations[0]).toMatchObject(create);
    expect(asked(planSync(sale({ choices: { contract: { create: { periodType: 5 } } } })))).toEqual(['CONTRACT_CYCLE']);
    expect(asked(planSync(sale({ choices: { contract: { create: { endDate: '2027-01-01' } } } })))).toEqual([
      'CONTRACT_DATE',
    ]);
  });

  it('asks which company where the customer has several', () => {
    const companies = [301, 302].map((id) => ({ id, name: `Marmalade ${id}`, isActive: true, companyType: 1 }));
    expect(asked(planSync(sale({ companies })))).toEqual(['CONTRACT_MISSING']);
    const plan = plannedReady(sale({ companies, choices: { contract: { create: { companyId: 302 } } } }));
    expect(plan.operations[0]).toMatchObject({ companyId: 302 });
  });

  it('is not made for a company in another currency', () => {
    expect(asked(planSync(sale({ companyCurrencies: { 301: 'USD' } })))).toEqual(['CONTRACT_CURRENCY']);
  });

  it('keeps keys and hash while its operations are proven one after the other', () => {
    const facts = sale();
    const plan = planSync(facts);
    for (let count = 0; count <= plan.operations.length; count++) {
      const resumed = planSync(applySome(facts, plan, count));
      expect(resumed.operations.map((operation) => operation.key)).toEqual(
        plan.operations.slice(count).map((operation) => operation.key),
      );
      expect(resumed.hash).toBe(plan.hash);
    }
    expect(planSync(applyPlan(facts, plan)).operations).toEqual([]);
  });

  it('is never created by an automatic run unless a setting says so', () => {
    expect(planSync(sale()).automatic).toBe(false);
    expect(planSync(sale({ settings: settings({ autoCreate: true }) })).automatic).toBe(true);
  });
});
