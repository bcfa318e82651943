import { describe, expect, it } from 'vitest';
import { effectiveDateOf, taskPlaceOf, type DatedTask } from '../../src/domain/sync-plan/effective-date.js';
import { compareTasks } from '../../src/domain/sync-task/task-order.js';
import { plannedReady, written } from '../factories/plan-checks.js';
import {
  aContract,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  changeFacts,
  orderTask,
  sweepTask,
} from '../factories/plan-facts.js';

const items = [anItem(BASIC, 5)];
/** Started on 10 March 2027, bills on the 10th, its term ends on 10 March 2028; read on 14 May. */
const running = aSubscription([{ product: BASIC, units: 5 }], { lastModifiedDate: '2027-05-12' });
const ended = { ...running, status: 'terminated' as const };
const { contract } = aContract();
const dated = (task: DatedTask, timeZone = 'UTC') =>
  effectiveDateOf({ readOn: '2027-05-14', ...task }, timeZone, { contract });
const swept = (source: Parameters<typeof sweepTask>[0], subscription = running, about = {}) =>
  dated(sweepTask(source, subscription, { readOn: '2027-05-14', ...about }));
const order = (type: Parameters<typeof anOrder>[0], on: string, subscription = running, about = {}) =>
  dated(orderTask(anOrder(type, on, items, about), subscription));

/** What happened · the day it counts from · whether nothing beyond that day was charged. */
const TABLE: [string, ReturnType<typeof dated>, string, boolean][] = [
  [
    'a sale: the subscription’s start, also when the order completed later',
    order('sales', '2027-03-12'),
    '2027-03-10',
    false,
  ],
  ['a change: the completion date', order('change', '2027-05-14'), '2027-05-14', false],
  ['a change on a billing date', order('change', '2027-05-10'), '2027-05-10', true],
  ['an immediate cancellation: the completion date', order('cancellation', '2027-05-14', ended), '2027-05-14', false],
  [
    'an end-of-term cancellation: the end date, while the subscription is still active',
    order('cancellation', '2027-05-14'),
    '2028-03-10',
    true,
  ],
  [
    'the same, read only after the end',
    order('cancellation', '2027-02-14', { ...ended, expirationDate: '2027-05-10', lastModifiedDate: '2027-05-10' }),
    '2027-05-10',
    true,
  ],
  ['a renewal: the first day of the new term', order('renewal', '2028-03-08'), '2028-03-10', true],
  [
    'a renewal that was scheduled',
    order('renewal', '2027-12-01', running, { scheduledOn: '2028-03-10T00:00:00Z' }),
    '2028-03-10',
    true,
  ],
  [
    'a renewal without an order: the day the check found',
    swept('renewal', running, { sourceKey: 'renewal:S-20481:2027-05-02' }),
    '2027-05-02',
    true,
  ],
  [
    'an expiry: the first day not covered',
    swept('expiry', { ...ended, expirationDate: '2027-05-10' }),
    '2027-05-10',
    true,
  ],
  ['a price change: the day of the last change', swept('price'), '2027-05-12', false],
  ['a reconciliation: the start of the contract’s running period', swept('reconcile'), '2027-05-01', true],
  ['a move: the same', swept('move'), '2027-05-01', true],
  ['a running subscription: the later of both running periods’ starts', swept('initial'), '2027-05-10', false],
  [
    'the same where the contract’s period began later',
    swept('initial', { ...running, creationDate: '2027-01-28', renewalDate: '2028-01-28' }),
    '2027-05-01',
    false,
  ],
  [
    'a running subscription that starts in the future: its start',
    swept('initial', { ...running, creationDate: '2027-06-03' }),
    '2027-06-03',
    false,
  ],
];

describe('Each kind of task counts from its own day', () => {
  it.each(TABLE)('%s', (_, effective, date, boundary) => {
    expect(effective).toMatchObject({ date, boundary });
  });

  it('an order that is not completed has no day yet', () => {
    expect(dated(orderTask(anOrder('change', '2027-05-14', items, { status: 'error' }), running))).toMatchObject({
      date: undefined,
      problem: 'incomplete',
    });
  });
});

describe('The completion day is the day in the connection’s zone', () => {
  const at = (completedAt: string, timeZone: string) =>
    dated(orderTask(anOrder('change', '2027-05-14', items, { completedAt }), running), timeZone).date;

  it.each([
    ['2027-04-30T10:30:00Z', 'Pacific/Auckland', '2027-04-30'],
    ['2027-04-30T12:30:00Z', 'Pacific/Auckland', '2027-05-01'],
    ['2027-05-01T09:59:00Z', 'Pacific/Honolulu', '2027-04-30'],
    ['2027-05-01T10:00:00Z', 'Pacific/Honolulu', '2027-05-01'],
    // Summer time begins on 28 March 2027 in Berlin: midnight is 23:00 UTC before it and 22:00 UTC after.
    ['2027-03-27T22:30:00Z', 'Europe/Berlin', '2027-03-27'],
    ['2027-03-28T22:30:00Z', 'Europe/Berlin', '2027-03-29'],
    ['2028-02-28T23:59:59Z', 'UTC', '2028-02-28'],
    ['2028-02-28T23:00:00Z', 'Europe/Berlin', '2028-02-29'],
  ])('%s in %s is %s', (instant, zone, day) => {
    expect(at(instant, zone)).toBe(day);
  });

  it('so one instant is the first day of a period here and the second there, and a decrease waits or not', () => {
    const change = (timeZone: string) =>
      written(
        plannedReady(changeFacts({ from: 10, to: 4, order: { completedAt: '2027-05-02T05:00:00Z' } }, { timeZone })),
      );
    expect(change('America/Los_Angeles')).toEqual(['2027-05-01 -6']);
    expect(change('America/New_York')).toEqual(['2027-06-01 -6']);
  });
});

describe('Tasks of a subscription run by effective date, then order creation, then order number', () => {
  const place = (on: string, number: string, createdAt = '2027-05-01T08:00:00Z') =>
    taskPlaceOf(orderTask(anOrder('change', on, items, { number, createdAt }), running), 'UTC');
  const inOrder = (...places: ReturnType<typeof place>[]) =>
    places.toSorted(compareTasks).map((one) => one.orderNumber);

  it('each rule where the one before it does not decide', () => {
    expect(inOrder(place('2027-05-14', 'A'), place('2027-05-12', 'B'))).toEqual(['B', 'A']);
    expect(
      inOrder(place('2027-05-14', 'A', '2027-05-09T08:00:00Z'), place('2027-05-14', 'B', '2027-05-08T08:00:00Z')),
    ).toEqual(['B', 'A']);
    expect(inOrder(place('2027-05-14', 'CH000010'), place('2027-05-14', 'CH000009'))).toEqual(['CH000009', 'CH000010']);
  });
});
