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
  FEES,
  MODELS,
  orderTask,
  planFacts,
  sweepTask,
} from '../factories/plan-facts.js';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import type { UsageRecord } from '../../src/domain/marketplace/usage-record.js';
import type { SyncFacts, TaskFacts } from '../../src/domain/sync-plan/sync-facts.js';

const record = (about: Partial<UsageRecord> = {}): UsageRecord => ({
  subscriptionId: 'S-20481',
  productId: BASIC.id,
  kind: 'usage',
  periodStart: '2027-02-01',
  periodEnd: '2027-02-28',
  quantity: '12.5',
  unitPrice: '0.4',
  unitCost: '0.3',
  amount: '5.00',
  currency: 'EUR',
  ...about,
});

function order(
  type: 'sales' | 'change' | 'cancellation',
  lines: OrderLine[],
  model: keyof typeof MODELS,
  about: Partial<SyncFacts> = {},
): SyncFacts {
  const made = anOrder(type, '2027-03-10', [anItem(BASIC, '2.5')], { lines });
  return planFacts({
    task: orderTask(made, aSubscription([{ product: BASIC, units: 3 }], { billingModel: MODELS[model] })),
    services: [],
    ...about,
  });
}

function usage(records: UsageRecord[], about: Partial<TaskFacts> = {}, facts: Partial<SyncFacts> = {}): SyncFacts {
  return planFacts({
    task: sweepTask('usage', aSubscription([{ product: BASIC, units: 3 }], { billingModel: MODELS.after }), {
      usage: records,
      ...about,
    }),
    contract: aContract(),
    services: [],
    ...facts,
  });
}

describe('Post-paid products only charge what was used (PSH-6)', () => {
  it('Sales, Change and Cancellation plan nothing and need no contract, whatever the quantity', () => {
    for (const model of ['after', 'external'] as const)
      for (const type of ['sales', 'change', 'cancellation'] as const) {
        const plan = plannedReady(order(type, [], model));
        expect(plan.operations).toEqual([]);
      }
  });

  it('but fees of the order are charged, and then a contract is needed', () => {
    const setup = aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' });
    expect(asked(planSync(order('sales', [setup], 'after')))).toEqual(['CONTRACT_MISSING']);
    const facts = order('sales', [setup], 'after', { contract: aContract({ periodType: 5 }) });
    expect(written(plannedReady(facts))).toEqual(['2027-03-10 setup 15.00']);
  });

  it('a Billing task charges quantity × price once for each product and period, with cost', () => {
    const plan = plannedReady(usage([record(), record({ quantity: '2.5', amount: '1.00' })]));
    expect(written(plan)).toEqual(['2027-02-01 usage 6.00']);
    expect(plan.operations[0]).toMatchObject({
      unitCost: '4.50',
      billingCodeId: 904,
      chargeKey: expect.stringMatching(/^USAGE:usage:[0-9a-f]{10}:2027-02-01$/) as string,
    });
    expect(plan.amounts.overuse.total).toBe('6.00');
  });

  it('overuse is a charge of its own', () => {
    const plan = plannedReady(usage([record(), record({ kind: 'overuse', amount: '9.99' })]));
    expect(written(plan).toSorted()).toEqual(['2027-02-01 overuse 9.99', '2027-02-01 usage 5.00']);
  });

  it('a later correction charges the difference under a key of its own', () => {
    const corrected = { sourceKey: 'usage:S-20481:product:2027-02-01:2', previousUsage: [record()] };
    const plan = plannedReady(usage([record({ quantity: '10', amount: '4.00' })], corrected));
    expect(written(plan)).toEqual(['2027-02-01 usage -1.00']);
    expect(plan.operations[0]).toMatchObject({ chargeKey: expect.stringMatching(/:r2$/) as string });
    expect(asked(planSync(usage([record()], { sourceKey: 'usage:S-20481:product:2027-02-01:2' })))).toEqual([
      'ORDER_INCOMPLETE',
    ]);
  });

  it('is dated in the first open period, and inside the contract', () => {
    const contract = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ units: 1 }] }],
      postedUpTo: '2027-02-28',
    });
    expect(written(plannedReady(usage([record()], {}, { contract })))).toEqual(['2027-03-01 usage 5.00']);
    const later = aContract({ start: '2027-04-01' });
    expect(written(plannedReady(usage([record()], {}, { contract: later })))).toEqual(['2027-04-01 usage 5.00']);
  });

  it('says what is missing: contract, fee mapping, rows, currency', () => {
    expect(asked(planSync(usage([record()], {}, { contract: undefined })))).toEqual(['CONTRACT_MISSING']);
    expect(asked(planSync(usage([record()], {}, { fees: FEES.filter((fee) => fee.feeKind !== 'usage') })))).toEqual([
      'FEE_MAPPING_MISSING',
    ]);
    expect(asked(planSync(usage([])))).toEqual(['ORDER_INCOMPLETE']);
    expect(asked(planSync(usage([record({ currency: 'USD' })])))).toEqual(['CURRENCY_UNKNOWN']);
  });

  it('a billing order charges its own lines', () => {
    const made = anOrder('billing', '2027-03-10', [anItem(BASIC, 3)], {
      lines: [aLine(BASIC, { extendedPrice: '7.50', quantity: '3' })],
    });
    const facts = planFacts({
      task: orderTask(made, aSubscription([{ product: BASIC, units: 3 }], { billingModel: MODELS.after })),
      contract: aContract(),
      services: [],
    });
    expect(written(plannedReady(facts))).toEqual(['2027-02-10 usage 7.50']);
  });
});
