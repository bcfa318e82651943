import * as fc from 'fast-check';
import {
  addDays,
  addMonths,
  dateOfEpochDay,
  epochDay,
  type CalendarDate,
} from '../../src/domain/calendar/calendar-date.js';
import type { OrderLine } from '../../src/domain/marketplace/order.js';
import type { Subscription } from '../../src/domain/marketplace/subscription.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import type { SyncChoices } from '../../src/domain/sync-plan/sync-choices.js';
import type { SyncFacts, TaskFacts } from '../../src/domain/sync-plan/sync-facts.js';
import type { SyncPlan } from '../../src/domain/sync-plan/sync-plan.js';
import { nextTask, posted } from './apply-plan.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  capabilities,
  mapped,
  orderTask,
  planFacts,
  PLUS,
  settings,
  sweepTask,
  unitRows,
} from './plan-facts.js';

/** Random but legal histories of two subscriptions on one contract, for property tests. */

export type HistoryStep =
  | {
      do: 'sale' | 'change';
      who: 0 | 1;
      basic: number;
      plus: number;
      wait: number;
      lag: number;
      money: boolean;
      /** Of a change: the price of the first product from then on; undefined = as before. */
      price: string | undefined;
    }
  | { do: 'cancel' | 'cancelAtEnd' | 'renew' | 'reconcile'; who: 0 | 1; wait: number; lag: number }
  | { do: 'price'; who: 0 | 1; wait: number; lag: number; price: string }
  | { do: 'post'; wait: number; ahead: number }
  | { do: 'hand'; wait: number; units: number };

/** A seeded history with the settings it runs under. */
export interface History {
  start: CalendarDate;
  /** Days from the contract's first day to the start; negative where it begins only later. */
  contractLead: number;
  months: number;
  term: number;
  untracked: number;
  proration: 'autotask' | 'marketplace';
  syncRefunds: boolean;
  adjustPosted: 'accept' | 'refuse';
  negativeCharge: 'accept' | 'refuse';
  priceSource: 'autotask' | 'marketplace';
  answers: number[];
  steps: HistoryStep[];
}

const who = fc.constantFrom<0 | 1>(0, 1);
const wait = fc.integer({ min: 0, max: 45 });
const lag = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 100 }) },
);
const units = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) },
);

const price = fc.constantFrom('7.25', '8', '9.1', '0', '8.3333');

const step: fc.Arbitrary<HistoryStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('sale' as const, 'change' as const),
      who,
      basic: units,
      plus: units,
      wait,
      lag,
      money: fc.boolean(),
      price: fc.option(price, { nil: undefined, freq: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'cancelAtEnd' as const, 'renew' as const, 'reconcile' as const),
      who,
      wait,
      lag,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('price' as const),
      who,
      wait,
      lag,
      price,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('post' as const), wait, ahead: fc.integer({ min: 0, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('hand' as const), wait, units: fc.integer({ min: 0, max: 12 }) }),
  },
);

/** Histories of up to six steps. */
export const histories: fc.Arbitrary<History> = fc.record({
  start: fc.integer({ min: epochDay('2026-11-20'), max: epochDay('2028-03-10') }).map(dateOfEpochDay),
  contractLead: fc.oneof(
    { weight: 4, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 70 }) },
    { weight: 1, arbitrary: fc.integer({ min: -40, max: -1 }) },
  ),
  months: fc.constantFrom(1, 1, 1, 3, 12),
  term: fc.constantFrom(1, 12),
  untracked: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
  ),
  proration: fc.constantFrom('autotask' as const, 'marketplace' as const),
  syncRefunds: fc.boolean(),
  adjustPosted: fc.constantFrom('accept' as const, 'refuse' as const),
  negativeCharge: fc.constantFrom('accept' as const, 'accept' as const, 'refuse' as const),
  priceSource: fc.constantFrom('marketplace' as const, 'marketplace' as const, 'autotask' as const),
  answers: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 8, maxLength: 8 }),
  steps: fc.array(step, { minLength: 2, maxLength: 6 }),
});

/** Runs a history: each task's facts are handed to `onTask`, whose answer is the world that follows. */
export function runHistory(history: History, onTask: (facts: SyncFacts, answer: Answering) => SyncFacts): void {
  const period = { unit: 'month' as const, count: history.months };
  const termPeriod = { unit: 'month' as const, count: Math.max(history.term, history.months) };
  const periodType = ({ 1: 2, 3: 3, 12: 5 } as const)[history.months as 1 | 3 | 12];
  const basic = { ...BASIC, service: { ...BASIC.service, periodType } };
  const plus = { ...PLUS, service: { ...PLUS.service, periodType } };
  const contractStart = addDays(history.start, -history.contractLead);
  const subscriptions: (Subscription | undefined)[] = [undefined, undefined];
  const answering = new Answering(history.answers);
  let day = history.start;
  let number = 0;
  let world: SyncFacts = planFacts({
    task: sweepTask('reconcile', aSubscription([])),
    services: mapped(basic, plus),
    settings: settings({
      proration: history.proration,
      syncRefunds: history.syncRefunds,
      priceSource: history.priceSource,
    }),
    capabilities: capabilities({ adjustPosted: history.adjustPosted, negativeCharge: history.negativeCharge }),
    contract: aContract({
      start: contractStart,
      end: addDays(addMonths(contractStart, Math.max(12, history.months)), -1),
      periodType,
      lines: history.untracked > 0 ? [{ id: 701, product: basic, units: [{ units: history.untracked }] }] : [],
    }),
  });

  const run = (task: TaskFacts, lagDays: number): void => {
    world = onTask(nextTask(world, { ...task, readOn: day }, { today: addDays(day, lagDays) }), answering);
  };
  const items = (subscription: Subscription) =>
    subscription.items.map((item) => anItem(item.productId === basic.id ? basic : plus, item.quantity));

  for (const one of history.steps) {
    day = addDays(day, one.wait);
    number += 1;
    if (one.do === 'post') {
      world = posted(world, addDays(day, one.ahead));
      continue;
    }
    if (one.do === 'hand') {
      world = byHand(world, day, one.units);
      continue;
    }
    const current = subscriptions[one.who];
    const id = current?.id ?? `S-${one.who}-${number}`;
    const orderNumber = { number: `N${number}`, subscriptionId: id };
    if (one.do === 'sale' || (one.do === 'change' && !current)) {
      if (current || !('basic' in one)) continue;
      const end = addMonths(day, termPeriod.count);
      const made = aSubscription(
        [{ product: basic, units: one.basic }, ...(one.plus > 0 ? [{ product: plus, units: one.plus }] : [])],
        {
          id,
          billingPeriod: period,
          subscriptionPeriod: termPeriod,
          creationDate: day,
          renewalDate: end,
          expirationDate: end,
          lastModifiedDate: day,
        },
      );
      subscriptions[one.who] = made;
      const order = anOrder(
        'sales',
        day,
        items(made).map((item) => ({ ...item, action: 'CREATE' })),
        orderNumber,
      );
      run(orderTask(order, made), one.lag);
      continue;
    }
    if (!current) continue;
    switch (one.do) {
      case 'change': {
        const wanted = [one.basic, one.plus];
        const changed = {
          ...current,
          lastModifiedDate: day,
          items: current.items.map((item, index) => ({
            ...item,
            quantity: `${wanted[index] ?? 0}`,
            ...(one.price !== undefined && index === 0 ? { unitPrice: one.price } : {}),
          })),
        };
        subscriptions[one.who] = changed;
        const lines: OrderLine[] = one.money
          ? changed.items.map((item, index) =>
              aLine(item.productId === basic.id ? basic : plus, {
                feeType: Number(item.quantity) < Number(current.items[index]?.quantity) ? 'refund' : 'prorated',
                sourceType: 'x',
                extendedPrice: `${Number(item.quantity) - Number(current.items[index]?.quantity)}.37`,
                unitPrice: item.unitPrice ?? '0',
              }),
            )
          : [];
        run(orderTask(anOrder('change', day, items(changed), { ...orderNumber, lines }), changed), one.lag);
        break;
      }
      case 'cancel': {
        subscriptions[one.who] = undefined;
        const ended = { ...current, status: 'terminated' as const, expirationDate: day, lastModifiedDate: day };
        run(
          orderTask(
            anOrder(
              'cancellation',
              day,
              items(current).map((item) => ({ ...item, quantity: '0', action: 'CANCEL' })),
              orderNumber,
            ),
            ended,
          ),
          one.lag,
        );
        break;
      }
      case 'cancelAtEnd': {
        const end = current.expirationDate ?? day;
        if (end <= day) break;
        const ending = { ...current, autoRenew: false, lastModifiedDate: day };
        subscriptions[one.who] = ending;
        run(
          orderTask(
            anOrder(
              'cancellation',
              day,
              items(current).map((item) => ({ ...item, quantity: '0', action: 'CANCEL' })),
              orderNumber,
            ),
            ending,
          ),
          one.lag,
        );
        break;
      }
      case 'renew': {
        const due = current.expirationDate ?? day;
        if (due > addDays(day, 60) || !current.autoRenew) break;
        if (due > day) day = due;
        const next = addMonths(due, termPeriod.count);
        const renewed = { ...current, renewalDate: next, expirationDate: next, lastModifiedDate: day };
        subscriptions[one.who] = renewed;
        run(
          orderTask(
            anOrder(
              'renewal',
              due,
              items(renewed).map((item) => ({ ...item, action: 'RENEW' })),
              orderNumber,
            ),
            renewed,
          ),
          one.lag,
        );
        break;
      }
      case 'reconcile':
        run(
          {
            ...sweepTask('reconcile', current, { readOn: day }),
            id: `task-r${number}`,
            sourceKey: `reconcile:${id}:${number}`,
          },
          0,
        );
        break;
      case 'price': {
        const repriced = {
          ...current,
          lastModifiedDate: day,
          items: current.items.map((item, index) => (index === 0 ? { ...item, unitPrice: one.price } : item)),
        };
        subscriptions[one.who] = repriced;
        run(
          {
            ...sweepTask('price', repriced, { readOn: day }),
            id: `task-p${number}`,
            sourceKey: `price:${id}:${repriced.items[0]?.productKey}:${number}`,
          },
          one.lag,
        );
        break;
      }
    }
  }
}

/** Answers a plan's questions as a person would, by a seed. */
export class Answering {
  private next = 0;

  constructor(private readonly seed: readonly number[]) {}

  /** The facts with every question answered that has answers, and the plan they lead to. */
  answered(facts: SyncFacts): { facts: SyncFacts; plan: SyncPlan } {
    let current = facts;
    let plan = planSync(current);
    for (let round = 0; round < 4 && plan.requiredActions.some((action) => action.options?.length); round++) {
      let { choices } = current;
      for (const action of plan.requiredActions) {
        const options = (action.options ?? []).filter((option) => option.value !== 'secondLine');
        const option = options[(this.seed[this.next++ % this.seed.length] ?? 0) % Math.max(1, options.length)];
        if (option?.choices) choices = merged(choices, option.choices);
      }
      current = { ...current, choices };
      plan = planSync(current);
    }
    return { facts: current, plan };
  }
}

function merged(choices: SyncChoices, more: SyncChoices): SyncChoices {
  const lines = [...(choices.lines ?? [])];
  for (const line of more.lines ?? []) {
    const index = lines.findIndex((known) => known.productKey === line.productKey);
    if (index < 0) lines.push(line);
    else lines[index] = { ...lines[index], ...line };
  }
  const drift = [...(choices.drift ?? []), ...(more.drift ?? [])];
  return { ...choices, ...more, ...(lines.length > 0 ? { lines } : {}), ...(drift.length > 0 ? { drift } : {}) };
}

/** Somebody sets the units of the first line from a day on, in Autotask itself. */
function byHand(facts: SyncFacts, day: CalendarDate, quantity: number): SyncFacts {
  const { contract } = facts;
  const line = contract?.lines[0];
  if (!contract || !line || day < contract.contract.startDate || day > contract.contract.endDate) return facts;
  const rows = contract.units.filter((row) => row.contractServiceId === line.id);
  const stretches = rows.filter((row) => row.startDate < day).map((row) => ({ from: row.startDate, units: row.units }));
  const { id, startDate, endDate, periodType = 2 } = contract.contract;
  const made = unitRows(
    { contractId: id, lineId: line.id, serviceId: line.serviceId, start: startDate, end: endDate, periodType },
    [...stretches, { from: day, units: quantity }],
  );
  for (const row of made) {
    const old = rows.find((one) => one.startDate === row.startDate);
    if (old?.approveAndPostDate) row.approveAndPostDate = old.approveAndPostDate;
  }
  return {
    ...facts,
    contract: { ...contract, units: [...contract.units.filter((row) => row.contractServiceId !== line.id), ...made] },
  };
}
