import { expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { plannedReady } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  planFacts,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';

const everything = { settings: settings({ autoCreate: true, autoExtend: true, severalProductsPerService: true }) };
const subscription = aSubscription([{ product: BASIC, units: 5 }]);
const line = aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] });
const swept = (source: 'initial' | 'reconcile' | 'move', about: Partial<SyncFacts> = {}) =>
  planFacts({
    task: sweepTask(source, subscription),
    contract: line,
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    ...everything,
    ...about,
  });
const drifted = (): SyncFacts => {
  const facts = changeFacts(
    { from: 5, to: 8 },
    { ...everything, choices: { drift: [{ lineId: 701, action: 'leave' }] } },
  );
  for (const row of facts.contract!.units) row.units += 1;
  return facts;
};
const counted = (alreadyCounted: number) => ({ lines: [{ productKey: BASIC.key, include: true, alreadyCounted }] });
const renewal = anOrder('renewal', '2028-03-10', [anItem(BASIC, 5, { action: 'RENEW' })]);

/** Every question is answered and every setting allows it; still a person confirms. */
const TABLE: [string, SyncFacts, string][] = [
  [
    'a running subscription met for the first time',
    swept('initial', { choices: { alreadyBilled: true } }),
    'first time',
  ],
  ['a reconciliation', swept('reconcile'), 'reconciliation'],
  [
    'a migrated subscription',
    swept('reconcile', { task: orderTask(anOrder('migration', '2027-03-10', []), subscription) }),
    'reconciliation',
  ],
  ['a move', swept('move'), 'move'],
  [
    'first contact with units on the line',
    planFacts({
      task: orderTask(anOrder('sales', '2027-03-10', [anItem(BASIC, 5, { action: 'CREATE' })]), subscription),
      contract: line,
      choices: counted(2),
      ...everything,
    }),
    'First contact',
  ],
  [
    'a change of something that was never counted',
    changeFacts(
      { from: 0, to: 8 },
      { ledger: [], prices: [], contract: aContract(), choices: counted(0), ...everything },
    ),
    'First contact',
  ],
  [
    'a renewal of something that was never counted',
    planFacts({
      today: '2028-03-10',
      task: orderTask(renewal, { ...subscription, renewalDate: '2029-03-10', expirationDate: '2029-03-10' }),
      contract: aContract({ start: '2028-01-01', end: '2029-12-31' }),
      choices: counted(0),
      ...everything,
    }),
    'First contact',
  ],
  [
    'a late change',
    changeFacts(
      { from: 5, to: 8, on: '2027-03-14' },
      { today: '2027-05-20', choices: { late: 'fromEffective' }, ...everything },
    ),
    'before the previous billing period',
  ],
  ['a line that somebody changed', drifted(), 'changed by hand'],
  ['a task after an ignored one', changeFacts({ from: 5, to: 8 }, { followsIgnored: true, ...everything }), 'ignored'],
];

it.each(TABLE)('%s is never automatic, even with every question answered', (_, facts, reason) => {
  const plan = planSync(facts);
  expect(plan.requiredActions).toEqual([]);
  expect(plan.automatic).toBe(false);
  expect(plan.manualReason).toContain(reason);
});

it('while an ordinary change is', () => {
  expect(plannedReady(changeFacts({ from: 5, to: 8 }, everything))).toMatchObject({ automatic: true });
});
