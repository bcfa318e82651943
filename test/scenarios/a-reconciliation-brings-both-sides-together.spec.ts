import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  PLUS,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

function reconcile(units: number, about: Partial<SyncFacts> = {}): SyncFacts {
  return planFacts({
    today: '2027-05-14',
    task: sweepTask('reconcile', aSubscription([{ product: BASIC, units }]), { readOn: '2027-05-14' }),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    ...about,
  });
}

describe('A reconciliation brings both sides together (TSK-3, TSK-10)', () => {
  it('from the start of the running contract period, without proration, up and down, in both modes', () => {
    for (const proration of ['autotask', 'marketplace'] as const) {
      expect(written(plannedReady(reconcile(8, { settings: settings({ proration }) })))).toEqual(['2027-05-01 +3']);
      expect(written(plannedReady(reconcile(2, { settings: settings({ proration }) })))).toEqual(['2027-05-01 -3']);
    }
  });

  it('from the first open period where the running one is posted', () => {
    const contract = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }],
      postedUpTo: '2027-05-20',
    });
    expect(written(plannedReady(reconcile(2, { contract })))).toEqual(['2027-06-01 -3']);
  });

  it('says nothing to do when both sides agree, and is never automatic', () => {
    const plan = planSync(reconcile(5));
    expect(plan.operations).toEqual([]);
    expect(plan.requiredActions).toEqual([]);
    expect(plan.automatic).toBe(false);
  });

  it('takes off what the subscription no longer sells', () => {
    const facts = reconcile(5, {
      contract: aContract({
        lines: [
          { id: 701, product: BASIC, units: [{ units: 5 }] },
          { id: 702, product: PLUS, units: [{ units: 2 }] },
        ],
      }),
      ...tracked({ lineId: 701, product: BASIC, units: 5 }, { lineId: 702, product: PLUS, units: 2 }),
    });
    expect(written(plannedReady(facts))).toEqual(['2027-05-01 -2']);
  });

  it('shows drift', () => {
    const contract = aContract({
      lines: [{ id: 701, product: BASIC, units: [{ units: 5 }, { from: '2027-04-03', units: 6 }] }],
    });
    expect(asked(planSync(reconcile(5, { contract })))).toEqual(['DRIFT']);
  });

  it('is what a migrated subscription gets', () => {
    const migration = anOrder('migration', '2027-05-14', []);
    const plan = planSync(reconcile(8, { task: orderTask(migration, aSubscription([{ product: BASIC, units: 8 }])) }));
    expect(written(plan)).toEqual(['2027-05-01 +3']);
    expect(plan.automatic).toBe(false);
  });
});
