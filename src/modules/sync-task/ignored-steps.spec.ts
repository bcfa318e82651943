import { describe, expect, it } from 'vitest';
import type { Order } from '../../domain/marketplace/order.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import type { LedgerStep } from '../../domain/sync-plan/sync-facts.js';
import { ignoredSteps, type IgnoredTask } from './ignored-steps.js';

const KEY = 'mpn:BASIC|acme|1m|1y';
const share = (from: string, quantity: number, more: Partial<LedgerStep> = {}): LedgerStep => ({
  contractServiceId: 5,
  kind: 'share',
  subscriptionId: 'sub-1',
  productKey: KEY,
  from,
  quantity,
  ...more,
});
const order = (quantity: string, action = 'UPDATE'): Order =>
  ({ items: [{ productKey: KEY, quantity, action }] }) as Order;
const task = (more: Partial<IgnoredTask> = {}): IgnoredTask => ({
  id: 'task-1',
  type: 'change',
  subscriptionId: 'sub-1',
  order: order('12'),
  subscription: { status: 'active', items: [{ productKey: KEY, quantity: '12' }] } as Subscription,
  effectiveDate: '2027-03-10',
  ...more,
});
const ledger = [share('2027-01-01', 10)];
const short = (kind: 'done_by_hand' | 'not_billed', one: IgnoredTask, steps = ledger) =>
  ignoredSteps(one, kind, steps).map((step) => [step.kind, step.from, step.quantity]);

/** DESIGN §6 Ledger, ignoring. */
describe('the ledger of an ignored task', () => {
  it('done by hand: the share takes the order’s quantity', () => {
    expect(short('done_by_hand', task())).toEqual([['share', '2027-03-10', 12]]);
  });

  it('not to be billed: the difference stands as a deduction on top of earlier ones', () => {
    expect(short('not_billed', task())).toEqual([
      ['share', '2027-03-10', 12],
      ['deduction', '2027-03-10', 2],
    ]);
    const before = [...ledger, share('2027-02-01', 3, { kind: 'deduction' })];
    expect(short('not_billed', task({ order: order('7') }), before)).toEqual([
      ['share', '2027-03-10', 7],
      ['deduction', '2027-03-10', 0],
    ]);
  });

  it('of a cancellation or an ended subscription: nothing is left', () => {
    expect(short('done_by_hand', task({ type: 'cancellation', order: order('12') }))).toEqual([
      ['share', '2027-03-10', 0],
    ]);
    expect(short('done_by_hand', task({ type: 'cancellation', order: null }))).toEqual([['share', '2027-03-10', 0]]);
    expect(short('done_by_hand', task({ order: order('12', 'CANCEL') }))).toEqual([['share', '2027-03-10', 0]]);
  });

  it('changes nothing where nothing changed, nothing is known, or nothing is whole', () => {
    expect(short('done_by_hand', task({ order: order('10') }))).toEqual([]);
    expect(short('done_by_hand', task(), [share('2027-01-01', 10, { subscriptionId: 'sub-2' })])).toEqual([]);
    expect(short('done_by_hand', task({ order: order('2.5') }))).toEqual([]);
    expect(short('done_by_hand', task({ type: 'billing' }))).toEqual([]);
  });
});
