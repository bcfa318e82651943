import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { applyPlan, nextTask } from '../factories/apply-plan.js';
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
  sweepTask,
} from '../factories/plan-facts.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';

const old = aSubscription([{ product: BASIC, units: 5 }], {
  creationDate: '2026-06-20',
  renewalDate: '2027-06-20',
  expirationDate: '2027-06-20',
});
const initial = (about: Partial<SyncFacts> = {}): SyncFacts =>
  planFacts({
    today: '2027-05-14',
    task: sweepTask('initial', old, { readOn: '2027-05-14' }),
    contract: aContract(),
    ...about,
  });

describe('A running subscription is taken over once', () => {
  it('asks whether the running period is billed elsewhere, and is never automatic', () => {
    const plan = planSync(initial());
    expect(asked(plan)).toEqual(['INITIAL_BILLED']);
    expect(plan.requiredActions[0]?.options?.map((option) => option.choices)).toEqual([
      { alreadyBilled: true },
      { alreadyBilled: false },
    ]);
    expect(plan.automatic).toBe(false);
  });

  it('starts on the later of the contract’s and the marketplace’s running period start when it is not', () => {
    const plan = plannedReady(initial({ choices: { alreadyBilled: false } }));
    expect(written(plan)).toEqual(['line of service 55', '2027-05-01 +5 at 8 cost 6.1']);
    expect(plan.automatic).toBe(false);
    const younger = { ...old, creationDate: '2026-05-08', renewalDate: '2027-06-08' };
    const later = initial({
      task: sweepTask('initial', younger, { readOn: '2027-05-14' }),
      choices: { alreadyBilled: false },
    });
    expect(written(plannedReady(later))).toContain('2027-05-08 +5 at 8 cost 6.1');
  });

  it('starts on the next billing date, without a charge, when it is', () => {
    for (const proration of ['autotask', 'marketplace'] as const) {
      const facts = initial({ choices: { alreadyBilled: true }, settings: settings({ proration }) });
      expect(written(plannedReady(facts))).toEqual(['line of service 55', '2027-05-20 +5 at 8 cost 6.1']);
    }
  });

  it('charges the days to the next billing date with marketplace proration when it is not', () => {
    const facts = initial({ choices: { alreadyBilled: false }, settings: settings({ proration: 'marketplace' }) });
    // 1 to 19 May of the marketplace period 20 April to 19 May: 19 of 30 days of 5 × 8.00.
    expect(written(plannedReady(facts))).toEqual([
      'line of service 55',
      '2027-05-20 +5 at 8 cost 6.1',
      '2027-05-01 proration 25.33',
    ]);
  });

  it('is lowered on the next possible day where the decrease comes before its units are there', () => {
    for (const proration of ['autotask', 'marketplace'] as const)
      for (const syncRefunds of [false, true])
        for (const to of [0, 3]) {
          const how = settings({ proration, syncRefunds });
          const taken = initial({ choices: { alreadyBilled: true }, settings: how });
          const world = applyPlan(taken, planSync(taken));
          const lowered = { ...old, lastModifiedDate: '2027-05-16', items: [{ ...old.items[0]!, quantity: `${to}` }] };
          const order = anOrder('change', '2027-05-16', [anItem(BASIC, to)]);
          const plan = plannedReady(nextTask(world, orderTask(order, lowered), { today: '2027-05-16' }));
          const days = plan.operations.flatMap((one) => (one.kind === 'adjustUnits' ? [one] : []));
          // The units come on 20 May; that day is taken, so they go on the next one or with the next period.
          expect(days.map(({ date, unitChange }) => `${date} ${unitChange}`)).toEqual([
            proration === 'autotask' && !syncRefunds ? `2027-06-01 ${to - 5}` : `2027-05-21 ${to - 5}`,
          ]);
        }
  });

  it('gives back days only of units that were not billed elsewhere then, and those go first', () => {
    const how = settings({ proration: 'autotask', syncRefunds: true });
    const taken = initial({ choices: { alreadyBilled: true }, settings: how });
    const held = (units: number, on: string) => ({
      ...old,
      lastModifiedDate: on,
      items: [{ ...old.items[0]!, quantity: `${units}` }],
    });
    const raised = nextTask(
      applyPlan(taken, planSync(taken)),
      orderTask(anOrder('change', '2027-05-15', [anItem(BASIC, 8)]), held(8, '2027-05-15')),
      { today: '2027-05-15' },
    );
    const lowered = (to: number): string[] =>
      written(
        plannedReady(
          nextTask(
            applyPlan(raised, plannedReady(raised)),
            orderTask(
              anOrder('change', '2027-05-17', [anItem(BASIC, to)], { number: 'CH000002' }),
              held(to, '2027-05-17'),
            ),
            { today: '2027-05-17' },
          ),
        ),
      );
    // Three of eight came on 15 May: 17 to 19 May of 3 × 8.00, 3 of 31 days.
    expect(lowered(0)).toContain('2027-05-17 proration -2.32');
    expect(lowered(4)).toContain('2027-05-17 proration -2.32');
    expect(lowered(6)).toEqual(['2027-05-17 -2']);
  });

  it('keeps its day when it is resumed in a later month', () => {
    const facts = initial({ choices: { alreadyBilled: false } });
    const later = { ...facts, today: '2027-06-03' };
    expect(planSync(later).hash).toBe(planSync(facts).hash);
  });

  it('asks nothing about billing when every unit is counted already', () => {
    const facts = initial({
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
      choices: { lines: [{ productKey: BASIC.key, include: true, alreadyCounted: 5 }] },
    });
    const plan = plannedReady(facts);
    expect(written(plan)).toEqual([]);
    expect(plan.ledgerOnly).toEqual([
      expect.objectContaining({ kind: 'base', from: '2027-01-01', quantity: 5 }),
      expect.objectContaining({ kind: 'base', from: '2027-05-01', quantity: 0 }),
      expect.objectContaining({ kind: 'share', from: '2027-05-01', quantity: 5 }),
    ]);
  });
});
