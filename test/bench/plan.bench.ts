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

const WARM_UP = 3_000;
const PLANS = 20_000;

/** B1: plans per second on one core, for each everyday task and for all of them in turn. */
export function planBench(): Record<string, unknown>[] {
  const kinds = Object.entries(everydayFacts());
  const perSecond = (facts: readonly SyncFacts[], count: number): number => {
    // Time of this process on its core: what else the machine does is no matter of the planner.
    const before = cpuUsage();
    for (let index = 0; index < count; index += 1) planSync(facts[index % facts.length]!);
    const { user, system } = cpuUsage(before);
    return Math.round((count / (user + system)) * 1_000_000);
  };
  const all = kinds.map(([, facts]) => facts);
  perSecond(all, WARM_UP);
  return [
    { id: 'B1', what: 'all in turn', plansPerSecond: perSecond(all, PLANS), target: 20_000 },
    ...kinds.map(([what, facts]) => ({ id: 'B1', what, plansPerSecond: perSecond([facts], PLANS / 4) })),
  ];
}
