import { describe, expect, it } from 'vitest';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { PlanSettings, SyncFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { PlannedOperation, SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { DEFAULT_SETTINGS, type ConnectionSettings } from '../../src/modules/installation/connection-settings.js';
import type { Connection } from '../../src/modules/installation/connection.entity.js';
import { planSettings } from '../../src/modules/sync-task/planning/assemble-facts.js';
import { asked } from '../factories/plan-checks.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aProduct,
  aSubscription,
  BASIC,
  changeFacts,
  mapped,
  orderTask,
  planFacts,
  PLUS,
  settings,
  sweepTask,
  tracked,
} from '../factories/plan-facts.js';

const DEARER = { unitPrice: '9', unitCost: '7' };
const WAREHOUSE = aProduct('W', 'Example Warehouse', { serviceId: BASIC.service.id });
const bought = (action: string) => [anItem(BASIC, 5, { action })];
const sold = aSubscription([{ product: BASIC, units: 5, ...DEARER }]);
const usage = {
  subscriptionId: sold.id,
  productId: BASIC.id,
  kind: 'usage',
  periodStart: '2027-02-01',
  periodEnd: '2027-02-28',
  quantity: '2',
  unitPrice: '1',
  amount: '2.00',
  currency: 'EUR',
};

const SCENARIOS: Record<string, SyncFacts> = {
  'an upgrade': changeFacts({ from: 5, to: 8, stored: DEARER }),
  'a downgrade': changeFacts({ from: 8, to: 5, order: { total: '-20.90' } }),
  'a price change': changeFacts({ from: 5, to: 5, stored: DEARER }),
  'a setup fee that is given back': changeFacts({
    from: 5,
    to: 5,
    lines: [aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '-15' })],
  }),
  'a sale with its setup fee on a new contract': planFacts({
    task: orderTask(
      anOrder('sales', '2027-03-10', bought('CREATE'), {
        lines: [
          aLine(BASIC, { extendedPrice: '45', quantity: '5', unitPrice: '9' }),
          aLine(BASIC, { feeType: 'setup', sourceType: 'setup', extendedPrice: '15' }),
        ],
      }),
      sold,
    ),
    choices: { contract: { create: {} } },
  }),
  'a sale of two products of one service': planFacts({
    task: orderTask(
      anOrder('sales', '2027-03-10', [...bought('CREATE'), anItem(WAREHOUSE, 2, { action: 'CREATE' })]),
      aSubscription([
        { product: BASIC, units: 5 },
        { product: WAREHOUSE, units: 2 },
      ]),
    ),
    services: mapped(BASIC, WAREHOUSE),
    contract: aContract(),
  }),
  'a renewal that extends the contract': planFacts({
    today: '2028-03-10',
    task: orderTask(
      anOrder('renewal', '2028-03-10', bought('RENEW')),
      aSubscription([{ product: BASIC, units: 5 }], { renewalDate: '2029-03-10', expirationDate: '2029-03-10' }),
    ),
    contract: aContract({ end: '2028-03-31', lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
  }),
  'a plan switch': planFacts({
    today: '2027-05-14',
    task: orderTask(
      anOrder('change', '2027-05-14', [anItem(BASIC, 0, { action: 'CANCEL' }), anItem(PLUS, 5)], {
        lines: [aLine(PLUS, { feeType: 'adjustment', sourceType: 'switch', extendedPrice: '19.60' })],
      }),
      aSubscription([{ product: PLUS, units: 5 }]),
    ),
    contract: aContract({
      lines: [
        { id: 701, product: BASIC, units: [{ units: 5 }] },
        { id: 702, product: PLUS, units: [{ units: 1 }] },
      ],
    }),
    ...tracked(
      { lineId: 701, product: BASIC, units: 5 },
      { lineId: 702, product: PLUS, units: 1, subscriptionId: 'S-other' },
    ),
  }),
  'a reconciliation': planFacts({
    today: '2027-05-14',
    task: sweepTask('reconcile', aSubscription([{ product: BASIC, units: 8 }]), { readOn: '2027-05-14' }),
    contract: aContract({ lines: [{ id: 701, product: BASIC, units: [{ units: 5 }] }] }),
    ...tracked({ lineId: 701, product: BASIC, units: 5 }),
  }),
  usage: planFacts({ task: sweepTask('usage', sold, { usage: [usage] }), contract: aContract() }),
};

type Aspect = 'units' | 'days' | 'prices' | 'texts' | 'fees' | 'prorations' | 'contracts' | 'questions' | 'automatic';

/** A plan taken apart into what a setting may be about. */
function aspectsOf(plan: SyncPlan): Record<Aspect, unknown> {
  const each = (see: (operation: PlannedOperation) => unknown): unknown[] =>
    plan.operations.map(see).filter((one) => one !== undefined);
  const charges = (wanted: (feeKind: string) => boolean) =>
    each((one) => (one.kind === 'addCharge' && wanted(one.feeKind) ? [one.feeKind, one.amount] : undefined));
  return {
    units: each((one) => (one.kind === 'adjustUnits' ? [one.serviceId, one.unitChange] : undefined)),
    days: each((one) => ('date' in one ? [one.serviceId, one.date] : undefined)),
    prices: each((one) =>
      one.kind === 'adjustUnits' || one.kind === 'adjustPrice' ? [one.unitPrice, one.unitCost] : undefined,
    ),
    texts: each((one) => ('invoiceDescription' in one ? one.invoiceDescription : undefined)),
    fees: charges((feeKind) => feeKind !== 'proration'),
    prorations: charges((feeKind) => feeKind === 'proration'),
    contracts: each((one) => (one.kind.endsWith('Contract') ? one.kind : undefined)),
    questions: asked(plan),
    automatic: [plan.automatic, plan.manualReason],
  };
}

/** setting · its two values · what it may change · scenarios that it must change */
const SETTINGS: [
  keyof PlanSettings,
  [PlanSettings[keyof PlanSettings], PlanSettings[keyof PlanSettings]],
  Aspect[],
  string[],
][] = [
  // Of a price that does not differ there is nothing to write, so its day goes with it.
  [
    'priceSource',
    ['marketplace', 'autotask'],
    ['prices', 'texts', 'prorations', 'days'],
    ['an upgrade', 'a price change'],
  ],
  ['trimDescription', [true, false], ['texts'], ['a sale with its setup fee on a new contract']],
  ['proration', ['autotask', 'marketplace'], ['days', 'prorations'], ['an upgrade', 'a downgrade', 'a plan switch']],
  ['syncRefunds', [false, true], ['days', 'prorations', 'fees'], ['a downgrade', 'a setup fee that is given back']],
  // What asks a person is not automatic.
  ['severalProductsPerService', [false, true], ['questions', 'automatic'], ['a sale of two products of one service']],
  ['autoCreate', [false, true], ['automatic'], ['a sale with its setup fee on a new contract']],
  ['autoExtend', [false, true], ['automatic'], ['a renewal that extends the contract']],
];

/** Settings of the connection that a plan never sees: when it runs, who hears of it, how fast it may ask. */
const UNSEEN: [keyof ConnectionSettings, unknown, unknown][] = [
  ['automation', 'off', 'every5Minutes'],
  ['dailyHour', 6, 23],
  ['notificationLevel', 'errorsAndActions', 'all'],
  ['apiBudgetShare', 0.5, 0.05],
];

/** What raises, charges or asks has nothing to do with refunds. */
const UNTOUCHED_BY_REFUNDS = ['an upgrade', 'a price change', 'a reconciliation', 'usage'];

describe.each(SETTINGS)('Switching %s changes only what it is about', (setting, [one, other], allowed, affected) => {
  it.each(Object.entries(SCENARIOS))('%s', (name, facts) => {
    for (const proration of setting === 'proration'
      ? (['autotask'] as const)
      : (['autotask', 'marketplace'] as const)) {
      const planned = (value: PlanSettings[keyof PlanSettings]) =>
        aspectsOf(planSync({ ...facts, settings: settings({ proration, [setting]: value }) }));
      const [before, after] = [planned(one), planned(other)];
      const changed = (Object.keys(before) as Aspect[]).filter(
        (aspect) => JSON.stringify(before[aspect]) !== JSON.stringify(after[aspect]),
      );
      expect(changed.filter((aspect) => !allowed.includes(aspect))).toEqual([]);
      expect(changed.length > 0 || !affected.includes(name)).toBe(true);
      expect(setting === 'syncRefunds' && UNTOUCHED_BY_REFUNDS.includes(name) ? changed : []).toEqual([]);
    }
  });
});

describe('Every other setting of a connection', () => {
  const seen = (settings: Partial<ConnectionSettings>) =>
    planSettings({ settings: { ...DEFAULT_SETTINGS, ...settings } } as Connection);

  it.each(UNSEEN)('%s changes no plan', (setting, one, other) => {
    expect(seen({ [setting]: other })).toEqual(seen({ [setting]: one }));
  });

  it('is one of the table, unseen by plans, or the switch that lets automatic runs create and extend', () => {
    const known = [...SETTINGS.map(([setting]) => setting), ...UNSEEN.map(([setting]) => setting)];
    const rest = Object.keys(DEFAULT_SETTINGS).filter((setting) => !known.some((one) => one === setting));
    expect(rest).toEqual(['automaticCreatesLines']);
    const { autoCreate, autoExtend, ...others } = seen({ automaticCreatesLines: true });
    expect([autoCreate, autoExtend]).toEqual([true, true]);
    expect(seen({})).toEqual({ ...others, autoCreate: false, autoExtend: false });
  });

  it('a fresh one has marketplace prices, Autotask proration, and everything else off', () => {
    expect(DEFAULT_SETTINGS).toMatchObject({
      priceSource: 'marketplace',
      trimDescription: false,
      proration: 'autotask',
      automation: 'off',
      notificationLevel: 'errorsAndActions',
      severalProductsPerService: false,
      syncRefunds: false,
      apiBudgetShare: 0.5,
    });
  });
});

describe('The time zone of a connection', () => {
  it.each(Object.entries(SCENARIOS))(
    'changes the days and what is prorated by them, and nothing else: %s',
    (name, facts) => {
      for (const proration of ['autotask', 'marketplace'] as const) {
        const planned = (timeZone: string) =>
          aspectsOf(planSync({ ...facts, timeZone, settings: settings({ proration, syncRefunds: true }) }));
        // Noon in UTC is the next day in Auckland.
        const [utc, auckland] = [planned('UTC'), planned('Pacific/Auckland')];
        const changed = (Object.keys(utc) as Aspect[]).filter(
          (aspect) => JSON.stringify(utc[aspect]) !== JSON.stringify(auckland[aspect]),
        );
        expect(changed.filter((aspect) => aspect !== 'days' && aspect !== 'prorations')).toEqual([]);
        expect(changed.length > 0 || name !== 'an upgrade').toBe(true);
      }
    },
  );
});
