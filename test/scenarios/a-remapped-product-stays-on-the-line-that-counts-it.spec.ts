import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask, unitsOnDay } from '../factories/apply-plan.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  mapped,
  orderTask,
  PLUS,
  settings,
} from '../factories/plan-facts.js';

/** BASIC, whose units are on line 701 of its old service, is mapped to the service of PLUS now. */
const remapped = [{ ...mapped(BASIC)[0]!, serviceId: PLUS.service.id, service: PLUS.service }];

describe('A remapped product stays on the line that counts it', () => {
  it('its change goes to the old line and not to a new one, and the plan says so', () => {
    const plan = plannedReady(changeFacts({ from: 5, to: 8 }, { services: remapped }));
    expect(written(plan)).toEqual(['2027-05-14 +3']);
    expect(plan.operations[0]).toMatchObject({ line: { contractServiceId: 701 }, serviceId: BASIC.service.id });
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({
        code: 'REMAPPED',
        message:
          'Example Office Basic is mapped to Example Office Plus service now; its units stay on line 701, where they were counted.',
      }),
    );
  });

  it('its end takes the units off the old line', () => {
    const facts = changeFacts({ from: 5, to: 0, on: '2027-05-10' }, { services: remapped });
    expect(written(plannedReady(facts))).toEqual(['2027-05-10 -5']);
    expect(unitsOnDay(applyPlan(facts, planSync(facts)), 701, '2027-05-10')).toBe(0);
  });

  it('a subscription that is new to the contract comes to a line of the new service', () => {
    const order = anOrder('sales', '2027-05-14', [anItem(BASIC, 2, { action: 'CREATE' })], { subscriptionId: 'S-new' });
    const sold = aSubscription([{ product: BASIC, units: 2 }], { id: 'S-new', creationDate: '2027-05-14' });
    const facts = nextTask(changeFacts({ from: 5, to: 5 }, { services: remapped }), orderTask(order, sold));
    expect(written(plannedReady(facts))).toEqual(['line of service 56', '2027-05-14 +2 at 8 cost 6.1']);
  });

  it('with Autotask’s prices the line takes the price of the service it is mapped to now', () => {
    const facts = changeFacts(
      { from: 5, to: 8 },
      { services: remapped, settings: settings({ priceSource: 'autotask' }) },
    );
    expect(written(plannedReady(facts))).toEqual(['2027-05-14 +3 at 12.5 cost 9']);
  });
});
