import { describe, expect, it } from 'vitest';
import { plannedReady, written } from '../factories/plan-checks.js';
import { changeFacts, settings } from '../factories/plan-facts.js';

describe('A decrease on a marketplace billing date counts from that day, because nothing beyond it was charged', () => {
  for (const proration of ['autotask', 'marketplace'] as const)
    for (const syncRefunds of [true, false])
      it(`with ${proration} proration and refunds ${syncRefunds ? 'synced' : 'withheld'}`, () => {
        const facts = changeFacts(
          { from: 10, to: 4, on: '2027-05-10' },
          { settings: settings({ proration, syncRefunds }) },
        );
        const plan = plannedReady(facts);
        expect(written(plan)).toEqual(['2027-05-10 -6']);
        expect(plan.operations.some((operation) => operation.kind === 'addCharge')).toBe(false);
      });
});
