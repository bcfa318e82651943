import { describe, expect, it } from 'vitest';
import { changeFacts, anItem, anOrder, aSubscription, BASIC, orderTask } from '../factories/plan-facts.js';
import { addDays } from '../../src/domain/calendar/calendar-date.js';
import { effectiveDateOf } from '../../src/domain/sync-plan/effective-date.js';
import { foldedRun } from '../../src/domain/sync-plan/folding.js';
import { planEvent } from '../../src/domain/sync-plan/plan-event.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { OpenTaskFacts } from '../../src/domain/sync-plan/sync-facts.js';

/** An upgrade that waits behind the one of the facts. */
function waiting(place: number, on: string): OpenTaskFacts {
  const items = [anItem(BASIC, 13 + place)];
  const number = `CH${String(place).padStart(6, '0')}`;
  const subscription = aSubscription([{ product: BASIC, units: 13 + place }]);
  const { order } = orderTask(anOrder('change', on, items, { number }), subscription);
  return { id: `task-${place}`, type: 'change', order: order!, subscription, createdAt: `${on}T08:00:00Z` };
}

/** PSH-9. */
describe('changes that wait behind one', () => {
  it('are not planned once for each number of them that could be carried along', () => {
    const openTasks = Array.from({ length: 40 }, (_, place) => waiting(place, addDays('2027-05-15', place)));
    const facts = changeFacts({ from: 5, to: 12 }, { openTasks });
    const event = planEvent(facts.task, effectiveDateOf(facts.task, facts.timeZone, undefined) as never, facts.choices);
    let runs = 0;
    const { folded } = foldedRun(facts, event, () => {
      runs += 1;
    });
    expect(folded).toEqual([]);
    expect(runs).toBe(2);
  });

  it('are carried up to the last one that falls on a day of an earlier one', () => {
    const days = ['2027-05-15', '2027-05-15', '2027-05-16', '2027-05-16', '2027-05-17'];
    const facts = changeFacts({ from: 5, to: 12 }, { openTasks: days.map((day, place) => waiting(place, day)) });
    expect(planSync(facts).folded.map(({ taskId }) => taskId)).toEqual(['task-0', 'task-1', 'task-2', 'task-3']);
  });
});
