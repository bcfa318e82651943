import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { asOpenTask } from '../factories/apply-plan.js';
import { plannedReady } from '../factories/plan-checks.js';
import { anItem, anOrder, aSubscription, BASIC, changeFacts, orderTask } from '../factories/plan-facts.js';

const cancelled = aSubscription([{ product: BASIC, units: 5 }], { status: 'terminated', expirationDate: '2027-05-14' });
const waiting = orderTask(anOrder('change', '2027-05-20', [anItem(BASIC, 9)], { number: 'CH000002' }), cancelled);
const older = orderTask(anOrder('change', '2027-05-02', [anItem(BASIC, 9)], { number: 'CH000001' }), cancelled);

function cancellation(openTasks = [waiting]) {
  const facts = changeFacts({ from: 5, to: 0 });
  facts.task = orderTask(anOrder('cancellation', '2027-05-14', [anItem(BASIC, 0, { action: 'CANCEL' })]), cancelled);
  facts.openTasks = openTasks.map(asOpenTask);
  return facts;
}

describe('A cancellation overtakes changes that wait (PSH-5)', () => {
  it('those that would take effect on or after the end are superseded with it', () => {
    const plan = plannedReady(cancellation());
    expect(plan.folded).toEqual([{ taskId: waiting.id, reason: expect.stringContaining('CH000002') as string }]);
  });

  it('an older task is not: it has to be synced first, and the plan says so', () => {
    const plan = planSync(cancellation([older]));
    expect(plan.folded).toEqual([]);
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({ code: 'HELD', message: expect.stringContaining('CH000001') as string }),
    );
  });
});
