import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan } from '../factories/apply-plan.js';
import { asked, plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  mapped,
  orderTask,
  planFacts,
  PLUS,
  sweepTask,
  tracked,
  YEAR,
} from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const old = (other = false) =>
  aContract({
    id: 100,
    lines: [
      { id: 801, product: BASIC, units: [{ units: 5 }] },
      ...(other ? [{ id: 802, product: PLUS, units: [{ units: 2 }] }] : []),
    ],
  });

function moving(source: 'move' | 'change', other = false): SyncFacts {
  const subscription = aSubscription([{ product: BASIC, units: 5 }]);
  const order = anOrder('change', '2027-05-14', [anItem(BASIC, 5)]);
  return planFacts({
    today: '2027-05-14',
    task:
      source === 'move' ? sweepTask('move', subscription, { readOn: '2027-05-14' }) : orderTask(order, subscription),
    contract: aContract({ id: 200 }),
    otherContract: old(other),
    ...tracked({ lineId: 801, product: BASIC, units: 5 }),
  });
}

describe('A subscription with units on another contract is moved (PSH-7)', () => {
  it('an ordinary task asks for the move first', () => {
    expect(asked(planSync(moving('change')))).toEqual(['CONTRACT_UNSUITABLE']);
  });

  it('off the one and onto the other on the same day, without a charge; what is left empty is ended', () => {
    const facts = moving('move');
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual([
      'line of service 55',
      '2027-05-01 +5 at 8 cost 6.1',
      '2027-05-01 -5',
      'end on 2027-04-30',
    ]);
    expect(plan.automatic).toBe(false);
    expect(applyPlan(facts, plan).otherContract?.contract.endDate).toBe('2027-04-30');
  });

  it('the contract that is left goes on when something else is on it', () => {
    expect(written(plannedReady(moving('move', true)))).toEqual([
      'line of service 55',
      '2027-05-01 +5 at 8 cost 6.1',
      '2027-05-01 -5',
    ]);
  });

  it('the contract is not ended while another subscription counts on units that somebody took off by hand', () => {
    const facts = moving('move');
    const share = facts.ledger.find(({ kind }) => kind === 'share')!;
    const lowered: SyncFacts = {
      ...facts,
      ledger: [...facts.ledger, { ...share, subscriptionId: 'S-2', quantity: 2 }],
      choices: { drift: [{ lineId: 801, action: 'leave' }] },
    };
    expect(asked(planSync({ ...lowered, choices: {} }))).toContain('DRIFT');
    const plan = planSync(lowered);
    expect(asked(plan)).toEqual(['REFERENCED_LINES']);
    expect(plan.requiredActions[0]?.message).toContain('Example Office Basic');
  });

  it('an end takes the units off where they are', () => {
    const facts = moving('change');
    facts.task = sweepTask(
      'expiry',
      aSubscription([{ product: BASIC, units: 5 }], { status: 'terminated', expirationDate: '2027-05-10' }),
    );
    expect(written(plannedReady(facts))).toContain('2027-05-10 -5');
  });

  it('a switch to another billing cycle: the old line goes to 0, a contract with the new cycle takes over', () => {
    const yearly = aProduct('Y', 'Example Office Yearly', {
      serviceId: 57,
      billingPeriod: YEAR,
      periodType: 5,
      price: '90',
      cost: '70',
    });
    const order = anOrder('change', '2027-05-14', [
      anItem(BASIC, 5, { action: 'CHANGE_PLAN_PERIOD', newProductId: yearly.id }),
    ]);
    const after = aSubscription([{ product: yearly, units: 5 }], {
      billingPeriod: YEAR,
      renewalDate: '2028-05-14',
      expirationDate: '2028-05-14',
    });
    const facts = planFacts({
      today: '2027-05-14',
      task: orderTask(order, after),
      services: mapped(BASIC, yearly),
      contract: old(),
      ...tracked({ lineId: 801, product: BASIC, units: 5 }),
    });
    expect(asked(planSync(facts))).toEqual(['CONTRACT_CYCLE']);
    const { contract, ...rest } = facts;
    const created: SyncFacts = { ...rest, otherContract: contract!, choices: { contract: { create: {} } } };
    expect(written(plannedReady(created))).toEqual([
      'contract 2027-05-14..2028-05-13',
      'line of service 57',
      '2027-05-14 +5 at 90 cost 70',
      '2027-05-14 -5',
      'end on 2027-05-13',
    ]);
  });
});
