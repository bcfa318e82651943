import { cpuUsage } from 'node:process';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
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

/** What a reseller's tasks look like: mostly quantity changes on a contract with other subscriptions beside them. */
function everydayFacts(): Record<string, SyncFacts> {
  const marketplace = settings({ proration: 'marketplace', syncRefunds: true });
  const part = aLine(BASIC, { feeType: 'prorated', extendedPrice: '21.67' });
  const both = aSubscription([
    { product: BASIC, units: 4 },
    { product: PLUS, units: 4 },
  ]);
  const switched = anOrder('change', '2027-05-14', [anItem(BASIC, 0, { action: 'CANCEL' }), anItem(PLUS, 4)], {
    lines: [aLine(PLUS, { feeType: 'adjustment', sourceType: 'switch', extendedPrice: '16.20' })],
  });
  const busy = aContract({
    lines: [701, 702, 703, 704, 705, 706].map((id) => ({
      id,
      product: id === 701 ? BASIC : { ...PLUS, service: { ...PLUS.service, id: id - 600 } },
      units: [
        { from: '2027-01-01', units: 5 },
        { from: '2027-03-10', units: 9 },
      ],
    })),
    postedUpTo: '2027-03-31',
  });
  return {
    upgrade: changeFacts({ from: 5, to: 8 }),
    downgrade: changeFacts({ from: 8, to: 5 }),
    'upgrade with a charge': changeFacts({ from: 5, to: 8, lines: [part] }, { settings: marketplace }),
    'upgrade on a contract of six lines': changeFacts(
      { from: 9, to: 12 },
      { contract: busy, ...tracked({ lineId: 701, product: BASIC, units: 9, from: '2027-03-10' }) },
    ),
    switch: planFacts({
      today: '2027-05-14',
      task: orderTask(switched, both),
      settings: marketplace,
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 4 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 4 }),
    }),
    'price change': planFacts({
      today: '2027-05-14',
      task: sweepTask('price', aSubscription([{ product: BASIC, units: 5, unitPrice: '9' }])),
      contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
      ...tracked({ lineId: 701, product: BASIC, units: 5 }),
    }),
  };
}

/** Enough for the engine to have translated every path that is asked for in turn. */
const WARM_UP = 120_000;
const PLANS = 30_000;
const ROUNDS = 10;

/** Seconds of this process on its core: what else the machine does is no matter of the planner. */
function secondsOf(work: (facts: SyncFacts) => unknown, facts: readonly SyncFacts[], count: number): number {
  const before = cpuUsage();
  for (let index = 0; index < count; index += 1) work(facts[index % facts.length]!);
  const { user, system } = cpuUsage(before);
  return (user + system) / 1_000_000;
}

/** What a plan is held against: reading and writing its facts as JSON, which no planner in another process could spare. */
function copied(facts: SyncFacts): unknown {
  return JSON.parse(JSON.stringify(facts));
}

/**
 * B1: plans per second on one core, for all everyday tasks in turn and for each of them. Beside it stands the same facts
 * copied as JSON, both by turns in one run: `copies` says how many copies one plan costs, whatever the machine.
 */
export function planBench(): Record<string, unknown>[] {
  const kinds = Object.entries(everydayFacts());
  const measured = (facts: readonly SyncFacts[], count: number): { plansPerSecond: number; copies: number } => {
    let [planning, copying] = [0, 0];
    for (let round = 0; round < ROUNDS; round += 1) {
      planning += secondsOf(planSync, facts, count / ROUNDS);
      copying += secondsOf(copied, facts, count / ROUNDS);
    }
    return { plansPerSecond: Math.round(count / planning), copies: Math.round((planning / copying) * 100) / 100 };
  };
  const all = kinds.map(([, facts]) => facts);
  measured(all, WARM_UP);
  return [
    { id: 'B1', what: 'all in turn', ...measured(all, PLANS), target: 20_000 },
    ...kinds.map(([what, facts]) => ({ id: 'B1', what, ...measured([facts], PLANS / 3) })),
  ];
}
