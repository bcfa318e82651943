import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../marketplace/usage-record.js';
import { readUsageKey, usageKey } from './source-keys.js';
import {
  firstUsageMark,
  isChargeable,
  nextUsageMark,
  usageBefore,
  usageFindings,
  type KnownUsage,
  type UsageFinding,
} from './usage-tasks.js';

const MONTH = { unit: 'month', count: 1 } as const;
const KEY = 'mpn:EX-STORE|Example|1m|1m';
const SUBSCRIPTION = {
  items: [{ productKey: KEY, productId: 'P1', mpn: 'EX-STORE', name: 'Example Storage', quantity: '1' }],
  billingPeriod: MONTH,
  subscriptionPeriod: MONTH,
};

function row(values: Partial<UsageRecord> = {}): UsageRecord {
  return {
    subscriptionId: 'S1',
    productId: 'P1',
    mpn: 'EX-STORE',
    kind: 'usage',
    periodStart: '2027-02-01',
    periodEnd: '2027-02-28',
    quantity: '10',
    unitPrice: '0.2',
    amount: '2.00',
    currency: 'EUR',
    reportedAt: '2027-03-01T04:00:00Z',
    ...values,
  };
}

const known = (finding: UsageFinding, state: KnownUsage['state'] = 'synced'): KnownUsage => ({ ...finding, state });
const short = (findings: UsageFinding[]) =>
  findings.map(
    ({ productKey, periodStart, revision, usage }) =>
      `${productKey} ${periodStart} r${revision}: ${usage.map(({ kind, amount }) => `${kind} ${amount}`).join(', ')}`,
  );

describe('usage findings', () => {
  it('are one task for each product and period, with every kind and row of it', () => {
    const other = row({ productId: 'P2', mpn: 'EX-TRAF', amount: '7.00' });
    const rows = [row(), row({ kind: 'overuse', amount: '1.00' }), row({ amount: '0.50' }), other];
    expect(short(usageFindings(SUBSCRIPTION, [...rows, row({ periodStart: '2027-01-01' })], []))).toEqual([
      `${KEY} 2027-01-01 r1: usage 2.00`,
      `${KEY} 2027-02-01 r1: usage 2.00, overuse 1.00, usage 0.50`,
      'mpn:EX-TRAF||1m|1m 2027-02-01 r1: usage 7.00',
    ]);
  });

  it('are nothing when the same is reported again, or when nothing was used', () => {
    const [first] = usageFindings(SUBSCRIPTION, [row()], []);
    const again = [row({ amount: '1.50' }), row({ amount: '0.50', reportedAt: '2027-03-02T04:00:00Z' })];
    expect(usageFindings(SUBSCRIPTION, again, [known(first!)])).toEqual([]);
    expect(usageFindings(SUBSCRIPTION, [row({ quantity: '0', amount: '0.00' })], [])).toEqual([]);
  });

  it('are one task more for a correction, counted from the newest', () => {
    const [first] = usageFindings(SUBSCRIPTION, [row()], []);
    const [second] = usageFindings(SUBSCRIPTION, [row({ amount: '3.00' })], [known(first!)]);
    const tasks = [known(first!), known(second!, 'pending')];
    expect(short(usageFindings(SUBSCRIPTION, [row({ amount: '2.00' })], tasks))).toEqual([
      `${KEY} 2027-02-01 r3: usage 2.00`,
    ]);
    expect(usageFindings(SUBSCRIPTION, [row({ amount: '3.00' })], tasks)).toEqual([]);
  });

  it('leave a kind as it was that the later report does not mention', () => {
    const [first] = usageFindings(SUBSCRIPTION, [row(), row({ kind: 'overuse', amount: '1.00' })], []);
    expect(short(usageFindings(SUBSCRIPTION, [row({ amount: '3.00' })], [known(first!)]))).toEqual([
      `${KEY} 2027-02-01 r2: overuse 1.00, usage 3.00`,
    ]);
  });

  it('know a product again that has left the subscription, or is named by id or article alone', () => {
    const [first] = usageFindings(SUBSCRIPTION, [row()], []);
    const left = { ...SUBSCRIPTION, items: [] };
    const { mpn: _, ...byId } = row({ amount: '3.00' });
    expect(short(usageFindings(left, [byId], [known(first!)]))).toEqual([`${KEY} 2027-02-01 r2: usage 3.00`]);
    const { mpn: _mpn, productId: _id, ...nameless } = row();
    const [unnamed] = usageFindings(SUBSCRIPTION, [nameless, nameless], []);
    expect(unnamed?.usage).toHaveLength(2);
    expect(usageFindings(SUBSCRIPTION, [nameless, nameless], [known(unnamed!)])).toEqual([]);
  });
});

describe('what of the reports is read', () => {
  const first = firstUsageMark('2027-03-31');

  it('the first time: periods that ended within the last month, as far as they are over', () => {
    expect(first).toEqual({ from: '2027-02-28' });
    const chargeable = (periodEnd: string) => isChargeable(row({ periodEnd }), first, '2027-03-31');
    expect(['2027-02-27', '2027-02-28', '2027-03-30', '2027-03-31'].map(chargeable)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('later: runs since a week before the last reading, and older ones that hold what is still to be charged', () => {
    const now = '2027-03-31T09:00:00.000Z';
    expect(nextUsageMark(first, now, [])).toEqual({ from: '2027-02-28', reportsFrom: '2027-03-24T09:00:00.000Z' });
    const open = [row({ reportedAt: '2027-03-30T00:00:00Z' }), row({ reportedAt: '2027-03-12T00:00:00Z' })];
    expect(nextUsageMark(first, now, open).reportsFrom).toBe('2027-03-12T00:00:00Z');
  });
});

describe('what of a period is charged already', () => {
  const report = (revision: number, state: KnownUsage['state']): KnownUsage => ({
    productKey: KEY,
    periodStart: '2027-02-01',
    revision,
    state,
    usage: [row({ amount: `${revision}.00` })],
  });
  const before = (revision: number, ...known: KnownUsage[]) => {
    const { previous, overtaken } = usageBefore(report(revision, 'pending'), known);
    return [previous[0]?.amount, overtaken];
  };

  it('is the newest earlier revision that was not replaced, also one that a person dealt with', () => {
    expect(before(3, report(1, 'synced'), report(2, 'ignored'))).toEqual(['2.00', false]);
    expect(before(3, report(1, 'synced'), report(2, 'superseded'))).toEqual(['1.00', false]);
    expect(before(2, report(1, 'superseded'))).toEqual([undefined, false]);
    expect(before(2, { ...report(1, 'synced'), periodStart: '2027-01-01' })).toEqual([undefined, false]);
    expect(before(2, { ...report(1, 'synced'), productKey: 'other' })).toEqual([undefined, false]);
  });

  it('makes a restored task too late once a later revision is charged', () => {
    expect(before(1, report(2, 'synced'))).toEqual([undefined, true]);
    expect(before(1, report(2, 'pending'))).toEqual([undefined, false]);
  });
});

it('a usage key can be read back, whatever the product key holds', () => {
  expect(readUsageKey(usageKey('S:1', KEY, '2027-02-01', 12), 'S:1')).toEqual({
    productKey: KEY,
    periodStart: '2027-02-01',
    revision: 12,
  });
  expect(readUsageKey('usage:S2:x:2027-02-01:1', 'S1')).toBeUndefined();
  expect(readUsageKey('price:S1:x:abc', 'S1')).toBeUndefined();
});
