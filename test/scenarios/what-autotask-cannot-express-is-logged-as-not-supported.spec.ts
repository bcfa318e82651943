import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  changeFacts,
  mapped,
  orderTask,
  planFacts,
  tracked,
  YEAR,
} from '../factories/plan-facts.js';

/** The same article billed yearly instead of monthly. */
const YEARLY = aProduct('B', 'Example Office Basic', {
  serviceId: 57,
  billingPeriod: YEAR,
  periodType: 5,
  price: '90',
  cost: '70',
});

describe('What Autotask cannot express is logged as not supported, never dropped silently (PSH-10)', () => {
  it('an order that changes a friendly name or the renewal flag: no write, no question, and words for the log', () => {
    const plan = planSync(changeFacts({ from: 5, to: 5, order: { items: [] } }));
    expect(plan.notSupported).toBe(
      'Order CH004711 changes something Autotask cannot express, such as a name or automatic renewal. Nothing is written.',
    );
    expect([plan.operations, plan.ledgerOnly, asked(plan)]).toEqual([[], [], []]);
  });

  it('but what is missing is still named with it', () => {
    expect(asked(planSync(changeFacts({ from: 5, to: 5, order: { items: [] } }, { companies: [] })))).toEqual([
      'MAPPING_MISSING',
    ]);
  });

  it('a change order with money but without products is no such order: its money is placed or named', () => {
    const fee = {
      feeType: 'setup',
      sourceType: 'setup',
      description: 'Setup',
      quantity: '1',
      unitPrice: '15',
    } as const;
    const facts = changeFacts({ from: 5, to: 5, order: { items: [] }, lines: [{ ...fee, extendedPrice: '15' }] });
    const plan = plannedReady(facts);
    expect(plan.notSupported).toBeUndefined();
    expect(written(plan)).toEqual(['2027-05-14 setup 15.00']);
  });

  it('an order of a type nobody knows is asked about, not dropped', () => {
    expect(asked(planSync(changeFacts({ from: 5, to: 5, order: { type: 'unknown', sourceType: 'barter' } })))).toEqual([
      'ORDER_TYPE_UNKNOWN',
    ]);
  });
});

describe('A billing cycle cannot change in place', () => {
  /** An order that changes the period of an article and names no other product. */
  function inPlace(item: typeof BASIC, facts: Partial<SyncFacts> = {}): SyncFacts {
    const order = anOrder('change', '2027-05-14', [anItem(item, 5, { action: 'CHANGE_PLAN_PERIOD' })]);
    const after = aSubscription([{ product: YEARLY, units: 5 }], {
      billingPeriod: YEAR,
      renewalDate: '2028-05-14',
      expirationDate: '2028-05-14',
    });
    return planFacts({
      today: '2027-05-14',
      task: orderTask(order, after),
      services: mapped(BASIC, YEARLY),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 5 }),
      ...facts,
    });
  }

  it.each([
    ['its old period', BASIC],
    ['its new period', YEARLY],
  ])('an order that names the article with %s asks for a contract of the new cycle', (_, item) => {
    const plan = planSync(inPlace(item));
    expect(asked(plan)).toEqual(['CONTRACT_CYCLE']);
    expect(plan.operations).toEqual([]);
  });

  it.each([
    ['its old period', BASIC],
    ['its new period', YEARLY],
  ])('with %s and a new contract the old line goes to 0 and the new one takes over', (_, item) => {
    const { contract, ...rest } = inPlace(item);
    const created: SyncFacts = { ...rest, otherContract: contract!, choices: { contract: { create: {} } } };
    expect(written(plannedReady(created))).toEqual([
      'contract 2027-05-14..2028-05-13',
      'line of service 57',
      '2027-05-14 +5 at 90 cost 70',
      '2027-05-14 -5',
      'end on 2027-05-13',
    ]);
  });

  it('one whose old half was never counted is a question, not a guess', () => {
    expect(asked(planSync(inPlace(YEARLY, { ledger: [], prices: [] })))).toContain('HALF_MISSING');
  });
});
