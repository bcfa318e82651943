import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { aLine, anItem, anOrder, BASIC, changeFacts, settings, sweepTask } from '../factories/plan-facts.js';

// Ten thousand cases take their time where other work shares the machine.
vi.setConfig({ testTimeout: 600_000 });

const units = fc.integer({ min: 0, max: 30 });
const currency = fc.constantFrom('EUR', 'EUR', 'EUR', 'EUR', 'EUR', 'USD', 'CHF');

/** Usage of February in a currency. */
function usageFacts(facts: SyncFacts, of: string): SyncFacts {
  const record = {
    subscriptionId: 'S-20481',
    productId: BASIC.id,
    kind: 'usage',
    periodStart: '2027-02-01',
    periodEnd: '2027-02-28',
    quantity: '2',
    unitPrice: '1',
    amount: '2.00',
    currency: of,
  };
  return { ...facts, task: sweepTask('usage', facts.task.subscription, { usage: [record] }) };
}

it('A plan never writes in a foreign currency: of order, subscription, company, contract and usage', () => {
  let written = 0;
  fc.assert(
    fc.property(
      fc.record({ from: units, to: units, on: fc.constantFrom('2027-05-01', '2027-05-14', '2027-06-10') }),
      fc.record({ order: currency, subscription: currency, contract: currency, company: currency, usage: currency }),
      fc.record({
        proration: fc.constantFrom('autotask' as const, 'marketplace' as const),
        priceSource: fc.constantFrom('autotask' as const, 'marketplace' as const),
        syncRefunds: fc.boolean(),
      }),
      fc.constantFrom('change', 'cancellation', 'usage', 'new contract'),
      (about, currencies, how, kind) => {
        const base = changeFacts(
          {
            ...about,
            subscription: { currency: currencies.subscription },
            order: { currency: currencies.order },
            lines: [aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' })],
          },
          { settings: settings(how), companyCurrencies: { 301: currencies.company } },
        );
        const standing = { ...base, contract: { ...base.contract!, currency: currencies.contract } };
        const ended = anOrder('cancellation', about.on, [anItem(BASIC, 0, { action: 'CANCEL' })], {
          currency: currencies.order,
        });
        const { contract: _, ...without } = base;
        const kinds: Record<string, SyncFacts> = {
          change: standing,
          cancellation: { ...standing, task: { ...standing.task, type: 'cancellation', order: ended } },
          usage: usageFacts(standing, currencies.usage),
          'new contract': { ...without, ledger: [], prices: [], choices: { contract: { create: {} } } },
        };
        const facts = kinds[kind]!;
        const plan = planSync(facts);
        if (plan.requiredActions.length > 0 || plan.operations.length === 0) return;
        written += 1;
        const touched = [
          ...(kind === 'usage' ? [currencies.usage] : [currencies.order]),
          kind === 'new contract' ? currencies.company : currencies.contract,
        ];
        expect(touched.filter((one) => one !== 'EUR')).toEqual([]);
      },
    ),
    { numRuns: 10_000 },
  );
  expect(written).toBeGreaterThan(1000);
});
