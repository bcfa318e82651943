import { describe, expect, it } from 'vitest';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import { plannedReady, written } from '../factories/plan-checks.js';
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
  PLUS,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';

/**
 * The decision table of DESIGN §6, cell by cell. The subscription bills on the 10th, the contract on the 1st, and the
 * change takes effect on E = 14 May: B, the next marketplace billing date, is 10 June and G, the next contract period, is
 * 1 June. E … B−1 are 27 of the 31 days from 10 May to 9 June. BASIC costs 8.00, PLUS 12.50.
 */
const change = (from: number, to: number, about: Omit<Parameters<typeof changeFacts>[0], 'from' | 'to'> = {}) =>
  changeFacts({ from, to, ...about });

/** A switch of five BASIC to PLUS, by an order that says what it nets to. */
function planSwitch(to: number, net: string): SyncFacts {
  const items = [anItem(BASIC, 0, { action: 'CANCEL' }), anItem(PLUS, to)];
  const lines = [aLine(PLUS, { feeType: 'adjustment', sourceType: 'switch', extendedPrice: net })];
  return planFacts({
    today: '2027-05-14',
    task: orderTask(anOrder('change', '2027-05-14', items, { lines }), aSubscription([{ product: PLUS, units: to }])),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
  });
}

function renewal(price: string): SyncFacts {
  const items = [anItem(BASIC, 5, { action: 'RENEW' })];
  const subscription = aSubscription([{ product: BASIC, units: 5, unitPrice: price }], {
    creationDate: '2026-05-14',
    renewalDate: '2028-05-14',
    expirationDate: '2028-05-14',
  });
  return planFacts({
    today: '2027-05-14',
    task: orderTask(anOrder('renewal', '2027-05-14', items), subscription),
    contract: aContract({ end: '2028-12-31', lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
  });
}

function sale(contract: SyncFacts['contract']): SyncFacts {
  const subscription = aSubscription([{ product: BASIC, units: 5 }], {
    creationDate: '2027-05-14',
    renewalDate: '2028-05-14',
    expirationDate: '2028-05-14',
  });
  return planFacts({
    today: '2027-05-14',
    task: orderTask(anOrder('sales', '2027-05-14', [anItem(BASIC, 5, { action: 'CREATE' })]), subscription),
    ...(contract ? { contract } : { choices: { contract: { create: {} } } }),
  });
}

const running = aSubscription([{ product: BASIC, units: 5 }]);
const initial = (alreadyBilled: boolean) =>
  planFacts({
    today: '2027-05-14',
    task: sweepTask('initial', running, { readOn: '2027-05-14' }),
    contract: aContract(),
    choices: { alreadyBilled },
  });
const reconciliation = planFacts({
  today: '2027-05-14',
  task: sweepTask('reconcile', aSubscription([{ product: BASIC, units: 8 }]), { readOn: '2027-05-14' }),
  contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }], postedUpTo: '2027-05-01' }),
  ...tracked({ lineId: 701, product: BASIC, units: 5 }),
});

type Refunds = 'withheld' | 'synced' | 'either';

/** change · INS-9 · facts · Autotask proration · marketplace proration */
const TABLE: [string, Refunds, SyncFacts, string[], string[]][] = [
  ['up', 'either', change(5, 8), ['2027-05-14 +3'], ['2027-06-10 +3', '2027-05-14 proration 20.90']],
  [
    'up, E … B−1 exactly one contract period',
    'either',
    change(5, 8, { on: '2027-05-01', aligned: true }),
    ['2027-05-01 +3'],
    ['2027-05-01 +3'],
  ],
  ['down', 'withheld', change(8, 5), ['2027-06-01 -3'], ['2027-06-10 -3']],
  [
    'down',
    'synced',
    change(8, 5, { order: { total: '-20.90' } }),
    ['2027-05-14 -3'],
    ['2027-06-10 -3', '2027-05-14 proration -20.90'],
  ],
  ['down on a billing date', 'either', change(8, 5, { on: '2027-06-10' }), ['2027-06-10 -3'], ['2027-06-10 -3']],
  [
    'none, price and cost differ',
    'either',
    change(5, 5, { stored: { unitPrice: '9', unitCost: '7' } }),
    ['2027-05-01 price at 9 cost 7'],
    ['2027-05-01 price at 9 cost 7'],
  ],
  ['none, at a renewal', 'either', renewal('9'), ['2027-05-14 price at 9'], ['2027-05-14 price at 9']],
  ['none, nothing differs', 'either', change(5, 5), [], []],
  [
    'plan switch, net > 0',
    'either',
    planSwitch(5, '19.60'),
    ['line of service 56', '2027-05-14 +5 at 12.5 cost 9', '2027-05-14 -5'],
    ['line of service 56', '2027-06-10 +5 at 12.5 cost 9', '2027-06-10 -5', '2027-05-14 proration 19.60'],
  ],
  [
    'plan switch, net < 0',
    'withheld',
    planSwitch(2, '-13.06'),
    ['line of service 56', '2027-06-01 +2 at 12.5 cost 9', '2027-06-01 -5'],
    ['line of service 56', '2027-06-10 +2 at 12.5 cost 9', '2027-06-10 -5'],
  ],
  [
    'plan switch, net < 0',
    'synced',
    planSwitch(2, '-13.06'),
    ['line of service 56', '2027-05-14 +2 at 12.5 cost 9', '2027-05-14 -5'],
    ['line of service 56', '2027-06-10 +2 at 12.5 cost 9', '2027-06-10 -5', '2027-05-14 proration -13.06'],
  ],
  [
    'line absent',
    'either',
    sale(aContract()),
    ['line of service 55', '2027-05-14 +5 at 8 cost 6.1'],
    ['line of service 55', '2027-06-14 +5 at 8 cost 6.1', '2027-05-14 proration 40.00'],
  ],
  [
    'contract absent',
    'either',
    sale(undefined),
    ['contract 2027-05-14..2028-05-13', 'line of service 55', '2027-05-14 +5 at 8 cost 6.1'],
    ['contract 2027-05-14..2028-05-13', 'line of service 55', '2027-05-14 +5 at 8 cost 6.1'],
  ],
  [
    'running already, billed here',
    'either',
    initial(false),
    ['line of service 55', '2027-05-10 +5 at 8 cost 6.1'],
    ['line of service 55', '2027-06-10 +5 at 8 cost 6.1', '2027-05-10 proration 40.00'],
  ],
  [
    'running already, billed elsewhere',
    'either',
    initial(true),
    ['line of service 55', '2027-06-10 +5 at 8 cost 6.1'],
    ['line of service 55', '2027-06-10 +5 at 8 cost 6.1'],
  ],
  ['reconciliation', 'either', reconciliation, ['2027-06-01 +3'], ['2027-06-01 +3']],
];

describe.each(TABLE)('%s, refunds %s', (_, refunds, facts, autotask, marketplace) => {
  it.each([
    ['Autotask proration', 'autotask', autotask],
    ['marketplace proration', 'marketplace', marketplace],
  ] as const)('%s', (_name, proration, expected) => {
    const choices = refunds === 'either' ? [false, true] : [refunds === 'synced'];
    for (const syncRefunds of choices)
      expect(written(plannedReady({ ...facts, settings: settings({ proration, syncRefunds }) }))).toEqual(expected);
  });
});
