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
  orderTask,
  planFacts,
  settings,
  tracked,
} from '../factories/plan-facts.js';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function cancellation(lines: OrderLine[], about: Partial<SyncFacts> = {}): SyncFacts {
  const order = anOrder('cancellation', '2027-05-14', [anItem(BASIC, 0, { action: 'CANCEL' })], { lines });
  const ended = aSubscription([{ product: BASIC, units: 5 }], { status: 'terminated', expirationDate: '2027-05-14' });
  return planFacts({
    today: '2027-05-14',
    task: orderTask(order, ended),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    ...about,
  });
}

const fee = aLine(BASIC, { feeType: 'cancellationFee', sourceType: 'cancellation', extendedPrice: '60' });

describe('An immediate cancellation takes the units off by the rules of any decrease (PSH-5)', () => {
  it('from the next billing period, and charges the mapped cancellation fee', () => {
    const plan = plannedReady(cancellation([fee]));
    expect(written(plan)).toEqual(['2027-06-01 -5', '2027-05-14 cancellation 60.00']);
    expect(plan.lines[0]).toMatchObject({ detail: 'Cancellation', quantityNow: 5, quantityAfter: 0 });
    expect(plan.amounts.cancellation.total).toBe('60.00');
    expect(plan.amounts.recurring.rows).toEqual([]);
  });

  it('from its day where refunds are synced', () => {
    expect(written(plannedReady(cancellation([], { settings: settings({ syncRefunds: true }) })))).toEqual([
      '2027-05-14 -5',
    ]);
  });

  it('asks for the mapping of a fee that is charged, and shows its amount meanwhile', () => {
    const plan = planSync(cancellation([fee], { fees: FEES.filter((one) => one.feeKind !== 'cancellation') }));
    expect(asked(plan)).toEqual(['FEE_MAPPING_MISSING']);
    expect(plan.amounts.cancellation.rows).toHaveLength(1);
  });

  it('changes no price on the way out', () => {
    const facts = cancellation([]);
    facts.task.subscription.items[0]!.unitPrice = '9.5';
    expect(written(plannedReady(facts))).toEqual(['2027-06-01 -5']);
  });

  it('ends products the subscription still has a share of, although the order does not name them', () => {
    const facts = cancellation([]);
    facts.task.order!.items = [];
    facts.task.subscription.items = [];
    expect(written(plannedReady(facts))).toEqual(['2027-06-01 -5']);
  });
});
