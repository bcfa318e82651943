import * as fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { PlannedOperation } from '../../src/domain/sync-plan/sync-plan.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  planFacts,
  sweepTask,
} from '../factories/plan-facts.js';

// Ten thousand cases take their time where other work shares the machine.
vi.setConfig({ testTimeout: 600_000 });

/** Leaves that a real record may lack, by the name of their field. */
const OPTIONAL = new Set([
  'order',
  'contract',
  'otherContract',
  'completedAt',
  'renewalDate',
  'expirationDate',
  'lastModifiedDate',
  'currency',
  'unitPrice',
  'unitCost',
  'service',
  'duration',
  'poNumber',
  'productId',
  'mpn',
  'price',
  'cost',
  'listPrice',
  'taskId',
  'subscriptionId',
  'productKey',
  'effective',
  'seq',
  'internalCurrencyUnitPrice',
  'internalCurrencyAdjustedPrice',
  'invoiceDescription',
  'periodType',
  'approveAndPostDate',
  'billingCodeId',
  'usage',
]);

const texts = fc.constantFrom(
  '',
  ' ',
  'x',
  '-1',
  '1.5',
  '0',
  '1e5',
  'NaN',
  '2027-02-30',
  '2027-13-01',
  '9999-12-31',
  '0001-01-01',
  'CREATE',
  'unknown',
  '2027-05-14T99:00:00Z',
);
const numbers = fc.constantFrom(0, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER, 4, 6);

type Spoil = { at: number; text: string; number: number; remove: boolean };

/** The facts with the `at`-th leaf or list spoiled. */
function spoiled<T>(value: T, spoil: Spoil): T {
  let index = 0;
  const visit = (node: unknown, name: string): unknown => {
    const mine = index === spoil.at;
    index += 1;
    if (mine && spoil.remove && OPTIONAL.has(name)) return undefined;
    if (Array.isArray(node)) return mine ? [] : node.map((entry) => visit(entry, ''));
    if (node !== null && typeof node === 'object')
      return Object.fromEntries(
        // A contract that was read at all has its own record.
        Object.entries(node).map(([key, entry]) => [
          key,
          visit(entry, key === 'contract' && 'units' in node ? '' : key),
        ]),
      );
    if (!mine) return node;
    if (typeof node === 'string') return spoil.text;
    if (typeof node === 'number') return spoil.number;
    return typeof node === 'boolean' ? !node : node;
  };
  return visit(value, '') as T;
}

const order = (type: 'sales' | 'renewal' | 'cancellation' | 'billing' | 'migration') =>
  planFacts({
    task: orderTask(
      anOrder(type, '2027-03-10', [anItem(BASIC, 5)], {
        lines: [aLine(BASIC, { extendedPrice: '40', quantity: '5', duration: { unit: 'month', count: '1' } })],
      }),
      aSubscription([{ product: BASIC, units: 5 }]),
    ),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    choices: {
      lines: [{ productKey: BASIC.key, include: true, quantity: 6, date: '2027-03-12', price: '7', alreadyCounted: 2 }],
    },
  });
const subscription = aSubscription([{ product: BASIC, units: 5 }]);
const bases: SyncFacts[] = [
  changeFacts({
    from: 5,
    to: 8,
    lines: [aLine(BASIC, { feeType: 'prorated', extendedPrice: '20', duration: { unit: 'month', count: '0.8' } })],
  }),
  changeFacts({ from: 8, to: 5, postedUpTo: '2027-06-30' }, { otherContract: aContract({ id: 100 }) }),
  ...(['sales', 'renewal', 'cancellation', 'billing', 'migration'] as const).map(order),
  ...(['initial', 'expiry', 'price', 'reconcile', 'move'] as const).map((source) =>
    planFacts({
      task: sweepTask(source, subscription),
      contract: aContract(),
      choices: { contract: { create: { startDate: '2027-01-01' } } },
    }),
  ),
  planFacts({
    task: sweepTask('usage', subscription, {
      usage: [
        {
          subscriptionId: 'S-20481',
          productId: BASIC.id,
          kind: 'usage',
          periodStart: '2027-02-01',
          periodEnd: '2027-02-28',
          quantity: '2',
          unitPrice: '1',
          unitCost: '1',
          amount: '2',
          currency: 'EUR',
        },
      ],
    }),
    contract: aContract(),
  }),
];

/** Whether Autotask could be sent the operation: whole units that change something, money with two decimals. */
function isWritable(operation: PlannedOperation): boolean {
  if (operation.kind === 'adjustUnits') return Number.isSafeInteger(operation.unitChange) && operation.unitChange !== 0;
  return operation.kind !== 'addCharge' || /^-?\d+\.\d\d$/.test(operation.amount);
}

it('No facts make the planner throw: what is missing or unreadable becomes a required action', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...bases),
      fc.array(
        fc.record({ at: fc.integer({ min: 0, max: 420 }), text: texts, number: numbers, remove: fc.boolean() }),
        { minLength: 1, maxLength: 4 },
      ),
      (base, spoils) => {
        const facts = spoils.reduce((value, spoil) => spoiled(value, spoil), base);
        const plan = planSync(facts);
        expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
        expect(plan.operations.filter((operation) => !isWritable(operation))).toEqual([]);
      },
    ),
    { numRuns: 10_000 },
  );
});
