import { describe, expect, it } from 'vitest';
import type { Order, OrderItem } from '../marketplace/order.js';
import type { Subscription, SubscriptionItem } from '../marketplace/subscription.js';
import type { KnownTask } from './known-task.js';
import { subscriptionsOf, taskTypeOf } from './order-tasks.js';
import { ordersFrom } from './order-window.js';
import { expiryKey, initialKey, orderKey, priceKey } from './source-keys.js';
import { supersedings } from './supersedings.js';
import { endDateOf, findingsOf, isToldBySale, signatureOf } from './sweep-findings.js';
import { isUnfinished, mayExplain, nextWatchAt } from './watch-schedule.js';

const MONTHLY = { unit: 'month', count: 1 } as const;
const KEY = 'mpn:EX-1|Example|1m|1m';

function item(values: Partial<SubscriptionItem> = {}): SubscriptionItem {
  return { productKey: KEY, productId: 'P1', name: 'Example Office Basic', quantity: '5', unitPrice: '10', ...values };
}

function subscription(values: Partial<Subscription> = {}): Subscription {
  return {
    id: 'S1',
    name: 'Example Office Basic',
    customerId: 'C1',
    status: 'active',
    autoRenew: true,
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: MONTHLY,
    subscriptionPeriod: MONTHLY,
    creationDate: '2027-01-10',
    renewalDate: '2027-04-10',
    expirationDate: '2027-04-10',
    lastModifiedDate: '2027-03-01',
    currency: 'EUR',
    attributes: {},
    items: [item()],
    ...values,
  };
}

function orderItem(values: Partial<OrderItem> = {}): OrderItem {
  return {
    productKey: KEY,
    productId: 'P1',
    name: 'Example Office Basic',
    quantity: '5',
    action: 'UPDATE',
    billingPeriod: MONTHLY,
    subscriptionPeriod: MONTHLY,
    ...values,
  };
}

const ORDER: NonNullable<KnownTask['order']> = {
  type: 'change',
  createdAt: '2027-03-05T10:00:00Z',
  completedAt: '2027-03-05T10:00:00Z',
  items: [orderItem()],
  lines: [],
};

function task(values: Partial<KnownTask> = {}): KnownTask {
  return {
    id: 'T1',
    source: 'order',
    sourceKey: 'order:O1:S1',
    type: 'change',
    state: 'pending',
    effectiveDate: '2027-03-05',
    orderCreatedAt: '2027-03-05T10:00:00Z',
    readOn: '2027-03-05',
    createdAt: '2027-03-05T11:00:00Z',
    hasWritten: false,
    order: ORDER,
    items: [item()],
    ...values,
  };
}

const sale = (values: Partial<KnownTask> = {}): KnownTask =>
  task({ id: 'SALE', type: 'sales', order: { ...ORDER, type: 'sales' }, ...values });
const initial = (values: Partial<KnownTask> = {}): KnownTask =>
  task({ id: 'INIT', source: 'initial', sourceKey: 'initial:S1', type: 'sales', order: undefined, ...values });
const cancellation = (values: Partial<KnownTask> = {}): KnownTask =>
  task({ id: 'CANCEL', type: 'cancellation', order: { ...ORDER, type: 'cancellation' }, ...values });
const expiry = (values: Partial<KnownTask> = {}): KnownTask =>
  task({
    id: 'EXP',
    source: 'expiry',
    sourceKey: 'expiry:S1:2027-04-10',
    type: 'cancellation',
    order: undefined,
    ...values,
  });

const TODAY = '2027-03-10';

describe('order window', () => {
  it.each([
    [undefined, '2027-03-31T12:00:00Z', '2027-02-28T12:00:00Z'],
    [undefined, '2027-03-10T09:00:00Z', '2027-02-10T09:00:00Z'],
    ['2027-03-09T08:00:00Z', '2027-03-10T09:00:00Z', '2027-03-08T08:00:00Z'],
  ])('mark %s, now %s: from %s', (mark, now, from) => {
    expect(ordersFrom(mark, now)).toBe(from);
  });
});

describe('watch schedule', () => {
  const seen = '2027-03-01T00:00:00Z';
  it.each([
    ['2027-03-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ['2027-03-02T23:59:00Z', '2027-03-02T23:59:00Z'],
    ['2027-03-03T00:00:00Z', '2027-03-03T00:55:00Z'],
    ['2027-03-07T23:00:00Z', '2027-03-07T23:55:00Z'],
    ['2027-03-08T00:00:00Z', '2027-03-08T23:55:00Z'],
    ['2027-04-29T23:00:00Z', '2027-04-30T22:55:00Z'],
    ['2027-04-30T00:00:00Z', undefined],
  ])('read at %s, next at %s', (now, next) => {
    expect(nextWatchAt(seen, now)).toBe(next);
  });

  it('watches everything but what has ended, errors included', () => {
    const all = ['submitted', 'processing', 'error', 'unknown', 'completed', 'cancelled'] as const;
    expect(all.filter(isUnfinished)).toEqual(['submitted', 'processing', 'error', 'unknown']);
  });

  it('lets an order under way hold the sweep back for two days, and one in error not at all', () => {
    expect(mayExplain('processing', seen, '2027-03-02T23:00:00Z')).toBe(true);
    expect(mayExplain('processing', seen, '2027-03-03T00:00:00Z')).toBe(false);
    expect(mayExplain('error', seen, seen)).toBe(false);
  });
});

describe('orders → tasks', () => {
  it.each([
    ['sales', 'sales'],
    ['change', 'change'],
    ['renewal', 'change'],
    ['cancellation', 'cancellation'],
    ['migration', 'reconciliation'],
    ['billing', 'billing'],
    ['unknown', 'change'],
  ] as const)('%s → %s', (type, expected) => {
    expect(taskTypeOf({ type })).toBe(expected);
  });

  const of = (values: Partial<Order>): string[] => subscriptionsOf({ items: [orderItem()], ...values });

  it('one task for each subscription an order changes', () => {
    expect(of({ subscriptionId: 'S1' })).toEqual(['S1']);
    expect(of({ items: [orderItem({ subscriptionId: 'S2' }), orderItem({ subscriptionId: 'S3' })] })).toEqual([
      'S2',
      'S3',
    ]);
    expect(of({ subscriptionId: 'S1', items: [orderItem(), orderItem({ subscriptionId: 'S2' })] })).toEqual([
      'S1',
      'S2',
    ]);
    expect(of({ subscriptionId: 'S1', items: [] })).toEqual(['S1']);
    expect(of({})).toEqual([]);
  });

  it('one task keyed by the source for whatever moves from one subscription to another', () => {
    const two = [orderItem(), orderItem({ subscriptionId: 'S2' })];
    expect(of({ subscriptionId: 'S1', targetSubscriptionId: 'S2', items: two })).toEqual(['S1']);
    for (const action of ['MOVE', 'TRANSFER', 'CHANGE_PLAN_PERIOD'])
      expect(of({ subscriptionId: 'S1', items: [orderItem({ action }), two[1]!] })).toEqual(['S1']);
  });
});

describe('source keys', () => {
  const change = { productKey: KEY, productName: 'x', priceBefore: '10', priceAfter: '11' };

  it('name what they stand for', () => {
    expect([orderKey('O1', 'S1'), initialKey('S1'), expiryKey('S1', '2027-04-10')]).toEqual([
      'order:O1:S1',
      'initial:S1',
      'expiry:S1:2027-04-10',
    ]);
  });

  it('tell one price change from the next, also where a price comes back', () => {
    const key = priceKey('S1', change, '2027-03-01');
    expect(key).toMatch(/^price:S1:mpn:EX-1\|Example\|1m\|1m:[0-9a-f]{16}$/);
    expect(priceKey('S1', { ...change }, '2027-03-01')).toBe(key);
    expect(priceKey('S1', change, '2027-03-02')).not.toBe(key);
    expect(priceKey('S1', { ...change, priceBefore: '11', priceAfter: '10' }, '2027-03-01')).not.toBe(key);
    expect(priceKey('S1', { ...change, costAfter: '3' }, '2027-03-01')).not.toBe(key);
  });
});

describe('the text of a list line', () => {
  const line = subscription();

  it('changes with status, modified day, renewal and expiration, and with nothing else', () => {
    const text = signatureOf(line);
    const renamed = { ...line, name: 'Renamed' };
    expect(signatureOf(renamed)).toBe(text);
    for (const other of [
      { status: 'hold' as const },
      { lastModifiedDate: '2027-03-02' },
      { renewalDate: '2027-05-10' },
      { expirationDate: '2027-05-10' },
    ])
      expect(signatureOf({ ...line, ...other })).not.toBe(text);
  });

  it('is not trusted as long as the day of the last change may not be over', () => {
    expect(signatureOf(line, '2027-03-03')).toBe(signatureOf(line));
    for (const readOn of ['2027-03-02', '2027-03-01', '2027-02-28'])
      expect(signatureOf(line, readOn)).not.toBe(signatureOf(line));
    const { lastModifiedDate: _, ...undated } = line;
    expect(signatureOf(undated, '2027-12-31')).not.toBe(signatureOf(undated));
  });
});

describe('sweep findings', () => {
  const ended = subscription({ status: 'terminated', expirationDate: '2027-03-09' });

  it('an active subscription nobody told of is an initial task', () => {
    expect(findingsOf(subscription(), undefined, [], TODAY)).toEqual([{ kind: 'initial' }]);
    expect(findingsOf(subscription(), undefined, [task()], TODAY)).toEqual([{ kind: 'initial' }]);
  });

  it('one that its sale, migration, initial task or a finished task tells is none', () => {
    for (const told of [
      sale(),
      task({ order: { ...ORDER, type: 'migration' } }),
      initial(),
      task({ state: 'synced' }),
      task({ state: 'running' }),
      task({ state: 'ignored' }),
    ])
      expect(findingsOf(subscription(), undefined, [told], TODAY)).toEqual([]);
  });

  it('one that is pending or on hold is no initial task; hold and unknown are logged once', () => {
    expect(findingsOf(subscription({ status: 'pending' }), undefined, [], TODAY)).toEqual([]);
    const held = subscription({ status: 'hold' });
    expect(findingsOf(held, undefined, [sale()], TODAY)).toEqual([{ kind: 'hold' }]);
    expect(findingsOf(held, { subscription: held, readAt: '2027-03-09T00:00:00Z' }, [sale()], TODAY)).toEqual([]);
    expect(findingsOf(subscription({ status: 'unknown' }), undefined, [], TODAY)).toEqual([
      { kind: 'status', status: 'unknown' },
    ]);
  });

  it('an end is found once something of the subscription is known', () => {
    expect(findingsOf(ended, undefined, [], TODAY)).toEqual([]);
    expect(findingsOf(ended, undefined, [sale()], TODAY)).toEqual([{ kind: 'expiry', date: '2027-03-09' }]);
  });

  it.each([
    ['on its day', cancellation({ effectiveDate: '2027-03-09' })],
    ['a day off, as days differ between zones', cancellation({ effectiveDate: '2027-03-08' })],
    [
      'long ahead, for the end of the term',
      cancellation({ orderCreatedAt: '2027-01-02T00:00:00Z', effectiveDate: '2027-03-09' }),
    ],
    [
      'earlier, with nothing alive after it',
      cancellation({ orderCreatedAt: '2027-03-06T00:00:00Z', effectiveDate: '2027-02-20' }),
    ],
    ['by an earlier sweep', expiry({ effectiveDate: '2027-03-09' })],
    ['and was ignored by a person', cancellation({ state: 'ignored', effectiveDate: '2027-03-09' })],
  ])('an end that was announced %s is not found again', (_, announced) => {
    expect(findingsOf(ended, undefined, [sale(), announced], TODAY)).toEqual([]);
  });

  it('an end long before the one that was ordered is an end of its own', () => {
    const ahead = (effectiveDate: string) =>
      findingsOf(ended, undefined, [sale(), cancellation({ effectiveDate })], TODAY);
    expect(ahead('2027-03-12')).toEqual([]);
    expect(ahead('2027-03-13')).toEqual([{ kind: 'expiry', date: '2027-03-09' }]);
  });

  it('a cancellation from before the subscription lived on announces nothing', () => {
    const old = cancellation({ orderCreatedAt: '2026-10-01T00:00:00Z', effectiveDate: '2026-11-10' });
    const revived = task({ orderCreatedAt: '2026-11-09T00:00:00Z', effectiveDate: '2026-11-10' });
    expect(findingsOf(ended, undefined, [sale(), old, revived], TODAY)).toEqual([
      { kind: 'expiry', date: '2027-03-09' },
    ]);
    const first = initial({ readOn: '2026-12-01', orderCreatedAt: '2026-12-01T00:00:00Z' });
    const replaced = { ...old, state: 'superseded' as const, supersededBy: first.id };
    expect(findingsOf(ended, undefined, [replaced, first], TODAY)).toEqual([{ kind: 'expiry', date: '2027-03-09' }]);
  });

  it('an end ahead of the expiration date is dated on the last change', () => {
    const early = subscription({ status: 'terminated', expirationDate: '2027-12-31', lastModifiedDate: '2027-03-07' });
    expect(endDateOf(early, TODAY)).toBe('2027-03-07');
    const { lastModifiedDate: _, ...undated } = early;
    expect(endDateOf(undated, TODAY)).toBe(TODAY);
    expect(endDateOf({ ...early, expirationDate: '2027-03-01' }, TODAY)).toBe('2027-03-01');
  });

  const known = { subscription: subscription(), readAt: '2027-03-06T00:00:00Z' };
  const dearer = subscription({ items: [item({ unitPrice: '11' })] });
  const prices = (current: Subscription, tasks: KnownTask[], remembered = known) =>
    findingsOf(current, remembered, tasks, TODAY).map((finding) =>
      finding.kind === 'price' ? `${finding.change.priceBefore} → ${finding.change.priceAfter}` : finding.kind,
    );

  it('a price or cost that differs from the last one known is a change', () => {
    expect(prices(dearer, [sale()])).toEqual(['10 → 11']);
    expect(prices(subscription({ items: [item({ unitPrice: '10.00' })] }), [sale()])).toEqual([]);
    const cost = { subscription: subscription({ items: [item({ unitCost: '6' })] }), readAt: known.readAt };
    expect(findingsOf(subscription({ items: [item({ unitCost: '7' })] }), cost, [sale()], TODAY)).toMatchObject([
      { kind: 'price', change: { costBefore: '6', costAfter: '7' } },
    ]);
  });

  it('a term that was prolonged is a renewal, unless an order since the last reading says so', () => {
    const renewed = subscription({ expirationDate: '2027-05-10' });
    expect(findingsOf(renewed, known, [sale()], TODAY)).toEqual([
      { kind: 'renewal', from: '2027-04-10', until: '2027-05-10' },
    ]);
    const order = task({ createdAt: '2027-03-07T00:00:00Z', order: { ...ORDER, type: 'renewal' } });
    expect(findingsOf(renewed, known, [sale(), order], TODAY)).toEqual([]);
    expect(findingsOf(subscription({ expirationDate: '2027-03-20' }), known, [sale()], TODAY)).toEqual([]);
  });

  it('a renewal brings its prices with it, and a post-paid one changes no contract', () => {
    const dear = { ...dearer, expirationDate: '2027-05-10' };
    expect(prices(dear, [sale()])).toEqual(['renewal']);
    const model = { billingModel: 'chargeAfterBillingPeriod' } as const;
    expect(prices({ ...dear, ...model, items: [item()] }, [sale()])).toEqual([]);
  });

  it('a name, a renewal flag or a billing period that changed is told as not supported', () => {
    const YEARLY = { unit: 'year', count: 1 } as const;
    const changed = subscription({ name: 'Office', autoRenew: false, billingPeriod: YEARLY });
    expect(findingsOf(changed, known, [sale()], TODAY)).toEqual([
      { kind: 'notSupported', what: 'is called "Office" now' },
      { kind: 'notSupported', what: 'does not renew by itself any more' },
      { kind: 'notSupported', what: 'bills yearly instead of monthly' },
    ]);
    const order = task({ createdAt: '2027-03-07T00:00:00Z' });
    expect(findingsOf(changed, known, [sale(), order], TODAY)).toEqual([]);
  });

  it('what was used says nothing about whether the subscription lives', () => {
    const used = task({
      source: 'usage',
      sourceKey: `usage:S1:${KEY}:2027-03-01:1`,
      type: 'billing',
      order: undefined,
    });
    const late = { ...used, orderCreatedAt: '2027-03-20T00:00:00Z', effectiveDate: '2027-03-20' };
    expect(findingsOf(ended, undefined, [late], TODAY)).toEqual([]);
    expect(findingsOf(subscription(), undefined, [{ ...used, state: 'synced' }], TODAY)).toEqual([{ kind: 'initial' }]);
    const earlier = cancellation({ orderCreatedAt: '2027-03-06T00:00:00Z', effectiveDate: '2027-02-20' });
    expect(findingsOf(ended, undefined, [sale(), earlier, late], TODAY)).toEqual([]);
  });

  it('an amount the marketplace does not show is not known to have changed', () => {
    const { unitPrice: _, ...silent } = item();
    expect(prices(subscription({ items: [silent] }), [sale()])).toEqual([]);
    expect(prices(dearer, [sale()], { ...known, subscription: subscription({ items: [silent] }) })).toEqual([]);
  });

  it('a price an order announced since the last reading is no finding, one that followed it is', () => {
    const order = task({ createdAt: '2027-03-07T00:00:00Z', items: [item({ unitPrice: '11' })] });
    expect(prices(dearer, [sale(), order])).toEqual([]);
    expect(prices(subscription({ items: [item({ unitPrice: '12' })] }), [sale(), order])).toEqual(['11 → 12']);
  });

  it('a price that changed between a sale and the check that reads it is a change', () => {
    const line = {
      feeType: 'recurring' as const,
      sourceType: 'recurring',
      productId: 'P1',
      description: 'Recurring fee',
      quantity: '5',
      unitPrice: '10',
      extendedPrice: '50',
    };
    const order = { ...ORDER, type: 'sales' as const, lines: [line] };
    const sold = sale({ order, items: dearer.items });
    expect(findingsOf(dearer, undefined, [sold], TODAY)).toMatchObject([
      { kind: 'price', change: { priceBefore: '10', priceAfter: '11' } },
    ]);
    expect(findingsOf(subscription(), undefined, [sale({ order })], TODAY)).toEqual([]);
    expect([isToldBySale(order, dearer), isToldBySale(order, subscription())]).toEqual([false, true]);
  });

  it('an order from before the last reading, or of another product, explains nothing', () => {
    const before = task({ createdAt: '2027-03-05T00:00:00Z', items: [item({ unitPrice: '11' })] });
    expect(prices(dearer, [sale(), before])).toEqual(['10 → 11']);
    const other = task({
      createdAt: '2027-03-07T00:00:00Z',
      order: { ...ORDER, items: [orderItem({ productKey: 'mpn:EX-2|Example|1m|1m' })] },
      items: [item({ unitPrice: '11' })],
    });
    expect(prices(dearer, [sale(), other])).toEqual(['10 → 11']);
  });
});

describe('supersedings', () => {
  const short = (tasks: KnownTask[], ...fresh: string[]) =>
    supersedings(tasks, new Set(fresh)).map(({ taskId, by }) => `${taskId} by ${by}`);

  it('a new initial task replaces what its reading holds, not what is still to come', () => {
    const read = initial({ readOn: TODAY, orderCreatedAt: '2027-03-10T09:00:00Z' });
    const future = cancellation({ effectiveDate: '2027-04-10' });
    expect(short([task(), future, read], 'INIT')).toEqual(['T1 by INIT']);
  });

  it('an order that comes after the initial task is replaced only if it took effect before that reading', () => {
    const read = initial({ readOn: TODAY, orderCreatedAt: '2027-03-10T09:00:00Z' });
    const at = (completedAt: string) =>
      task({ effectiveDate: TODAY, order: { ...ORDER, completedAt }, orderCreatedAt: completedAt });
    expect(short([read, at('2027-03-10T08:59:59Z')], 'T1')).toEqual(['T1 by INIT']);
    expect(short([read, at('2027-03-10T09:00:00Z')], 'T1')).toEqual([]);
    expect(short([read, at('2027-03-10T15:00:00Z')], 'T1')).toEqual([]);
  });

  it('a found end gives way to its late order', () => {
    expect(short([sale(), expiry(), cancellation()], 'CANCEL')).toEqual(['EXP by CANCEL']);
  });

  it('where the found end is carried out, the late order gives way unless it moves money', () => {
    const done = expiry({ state: 'synced' });
    expect(short([done, cancellation()], 'CANCEL')).toEqual(['CANCEL by EXP']);
    const fee = {
      feeType: 'cancellationFee',
      sourceType: 'cancellation',
      description: '',
      quantity: '1',
      unitPrice: '50',
      extendedPrice: '50',
    } as const;
    expect(short([done, cancellation({ order: { ...ORDER, type: 'cancellation', lines: [fee] } })], 'CANCEL')).toEqual(
      [],
    );
    expect(short([expiry({ state: 'superseded' }), cancellation()], 'CANCEL')).toEqual([]);
  });

  it('a found price gives way to the late order that names the product, not to one that came after it', () => {
    const found = task({
      id: 'PRICE',
      source: 'price',
      sourceKey: `price:S1:${KEY}:0123456789abcdef`,
      order: undefined,
      orderCreatedAt: '2027-03-06T09:00:00Z',
    });
    expect(short([found, task()], 'T1')).toEqual(['PRICE by T1']);
    const after = task({ order: { ...ORDER, completedAt: '2027-03-06T10:00:00Z' } });
    expect(short([found, after], 'T1')).toEqual([]);
    const other = task({ order: { ...ORDER, items: [orderItem({ productKey: 'mpn:EX|Example|1m|1m' })] } });
    expect(short([found, other], 'T1')).toEqual([]);
  });

  it('a later report of a period replaces an earlier one of which nothing is charged yet, and no other period', () => {
    const report = (id: string, tail: string, values: Partial<KnownTask> = {}) =>
      task({ id, source: 'usage', sourceKey: `usage:S1:${KEY}:${tail}`, type: 'billing', order: undefined, ...values });
    const second = report('R2', '2027-02-01:2');
    expect(short([report('R1', '2027-02-01:1'), report('JAN', '2027-01-01:1'), second], 'R2')).toEqual(['R1 by R2']);
    expect(short([report('R1', '2027-02-01:1', { hasWritten: true }), second], 'R2')).toEqual([]);
    expect(short([report('R1', '2027-02-01:1', { state: 'synced' }), second], 'R2')).toEqual([]);
    expect(short([report('R3', '2027-02-01:3'), second], 'R2')).toEqual([]);
  });

  it('a found renewal gives way to the late order of that term, not to another term’s', () => {
    const found = task({
      id: 'RENEW',
      source: 'renewal',
      sourceKey: 'renewal:S1:2027-04-10',
      order: undefined,
      effectiveDate: '2027-04-10',
    });
    const order = (effectiveDate: string) => task({ effectiveDate, order: { ...ORDER, type: 'renewal' } });
    expect(short([found, order('2027-04-11')], 'T1')).toEqual(['RENEW by T1']);
    expect(short([found, order('2027-05-10')], 'T1')).toEqual([]);
    expect(short([found, task({ effectiveDate: '2027-04-10' })], 'T1')).toEqual([]);
  });

  it('nothing happens to tasks that run, or that a person restored', () => {
    const read = initial({ readOn: TODAY, orderCreatedAt: '2027-03-10T09:00:00Z' });
    for (const state of ['running', 'synced', 'uncertain', 'ignored'] as const)
      expect(short([task({ state }), read], 'INIT')).toEqual([]);
    expect(short([task(), read, sale()], 'SALE')).toEqual(['SALE by INIT']);
  });
});
