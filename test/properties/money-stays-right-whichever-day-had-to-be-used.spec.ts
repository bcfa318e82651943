import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays, type CalendarDate } from '../../src/domain/calendar/calendar-date.js';
import { cents, sum } from '../../src/domain/money/money.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { applyPlan } from '../factories/apply-plan.js';
import { billOfLine } from '../factories/autotask-bill.js';
import { capabilities, changeFacts, settings } from '../factories/plan-facts.js';

// Ten thousand cases take their time where other work shares the machine.
vi.setConfig({ testTimeout: 600_000 });

const RUNS = 10_000;
const day = fc.integer({ min: 0, max: 150 }).map((offset) => addDays('2027-04-02', offset));
const units = fc.integer({ min: 0, max: 40 });
const price = fc.integer({ min: 1, max: 5000 }).map((value) => (value / 100).toFixed(2));

/** Everything the customer is billed over the contract: Autotask's items and our charges. */
function billed(facts: SyncFacts): string {
  const plan = planSync(facts);
  expect(plan.requiredActions).toEqual([]);
  const charges = plan.operations.flatMap((operation) => (operation.kind === 'addCharge' ? [operation.amount] : []));
  return cents(sum([billOfLine(applyPlan(facts, plan), 701, '8'), ...charges]));
}

function taken(...dates: CalendarDate[]): SyncFacts['ownAdjustments'] {
  return dates.map((date) => ({ contractServiceId: 701, date, taskId: 'earlier', subscriptionId: 'S-other' }));
}

describe('Money stays right, whichever day had to be used', () => {
  it('a taken day: shift and Autotask’s items come to what the wanted day would have cost, in both modes', () => {
    fc.assert(
      fc.property(
        fc.record({
          from: units,
          to: units,
          on: day,
          unitPrice: price,
          run: fc.integer({ min: 1, max: 4 }),
          aligned: fc.boolean(),
        }),
        fc.constantFrom('autotask' as const, 'marketplace' as const),
        fc.boolean(),
        (about, proration, syncRefunds) => {
          const facts = changeFacts(
            { ...about, stored: { unitPrice: about.unitPrice } },
            { settings: settings({ proration, syncRefunds }) },
          );
          const wanted = planSync(facts).operations.find((operation) => 'date' in operation)?.date;
          if (wanted === undefined) return;
          const days = Array.from({ length: about.run }, (_, index) => addDays(wanted, index));
          expect(billed({ ...facts, ownAdjustments: taken(...days) })).toBe(billed(facts));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('a posted period: the charge for the days between and the later units come to what the day itself would have cost', () => {
    fc.assert(
      fc.property(
        fc.record({ from: units, to: units, on: day, postedMonths: fc.integer({ min: 0, max: 3 }) }),
        fc.boolean(),
        (about, syncRefunds) => {
          const open = changeFacts({ ...about }, { settings: settings({ syncRefunds }) });
          const wanted = planSync(open).operations.find((operation) => 'date' in operation)?.date;
          if (wanted === undefined) return;
          const shut = changeFacts(
            { ...about, postedUpTo: addDays(wanted, about.postedMonths * 28) },
            { settings: settings({ syncRefunds }), capabilities: capabilities({ adjustPosted: 'refuse' }) },
          );
          if (planSync(shut).operations.some((operation) => operation.kind === 'extendContract')) return;
          expect(billed(shut)).toBe(billed(open));
        },
      ),
      { numRuns: RUNS },
    );
  });
});
