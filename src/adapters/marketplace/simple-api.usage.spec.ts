import { describe, expect, it } from 'vitest';
import type { UsageRecord } from '../../domain/marketplace/usage-record.js';
import { startStubMarketplace, pageOf, stubAccess, stubOptions } from './testing/stub-marketplace.js';
import { SimpleApiMarketplace } from './simple-api.adapter.js';
import { newestRevisions } from './simple-api.usage.js';

const row = (over: Partial<Record<keyof UsageRecord, unknown>> = {}) => ({
  subscriptionId: '1000060',
  mpn: 'EX-STORE',
  productId: 'PRD7',
  kind: 'usage',
  periodStart: '2027-02-01',
  periodEnd: '2027-02-28',
  quantity: 120.5,
  unitPrice: '0.0200',
  unitCost: '0.0150',
  amount: '2.41',
  currency: 'EUR',
  ...over,
});
const report = (id: string, over: Record<string, unknown> = {}) => ({
  id,
  name: 'Usage',
  status: 'completed',
  type: 'daily',
  format: 'json',
  creationDate: `2027-03-0${id}T04:00:00Z`,
  startDate: '2027-02-01T00:00:00Z',
  endDate: '2027-02-28T23:59:59Z',
  downloadUrl: `/files/${id}.json?sig=abc`,
  ...over,
});

/** Reads the usage of February from these reports and files. */
async function readUsage(reports: unknown[], files: Record<string, unknown>, reportsFrom?: string) {
  await using server = await startStubMarketplace((request) =>
    request.path === '/reports' ? pageOf(reports, request) : { json: files[request.path] ?? null },
  );
  const marketplace = new SimpleApiMarketplace(stubOptions());
  const access = stubAccess(server.origin, { timeZone: 'UTC' });
  const rows = await marketplace.usage(access, '2027-02-01', '2027-02-28', reportsFrom);
  return { rows, unknown: marketplace.takeUnknownValues('connection-1'), requests: server.calls() };
}

describe('usage', () => {
  it('is read from completed JSON runs that cover the window', async () => {
    const { rows, requests } = await readUsage(
      [
        report('1'),
        report('2', { status: 'processing', downloadUrl: null }),
        report('3', { startDate: '2027-03-01T00:00:00Z', endDate: '2027-03-31T00:00:00Z' }),
      ],
      { '/files/1.json': [row(), row({ periodStart: '2027-01-01', periodEnd: '2027-01-31' })] },
    );
    expect(rows).toEqual([
      {
        subscriptionId: '1000060',
        mpn: 'EX-STORE',
        productId: 'PRD7',
        kind: 'usage',
        periodStart: '2027-02-01',
        periodEnd: '2027-02-28',
        quantity: '120.5',
        unitPrice: '0.0200',
        unitCost: '0.0150',
        amount: '2.41',
        currency: 'EUR',
        reportedAt: '2027-03-01T04:00:00.000Z',
      },
    ]);
    expect(requests.map(({ path }) => path)).toEqual(['/marketplace/reports', '/files/1.json']);
    expect(requests[0]?.query.get('status')).toBe('completed');
  });

  it('counts once what several runs repeat, in its newest revision', async () => {
    const { rows } = await readUsage([report('2'), report('1')], {
      '/files/1.json': [row({ amount: '1.00' }), row({ subscriptionId: '1000061' })],
      '/files/2.json': [row({ amount: '2.00' }), row({ amount: '0.50' })],
    });
    expect(rows.map(({ subscriptionId, amount }) => [subscriptionId, amount])).toEqual([
      ['1000061', '2.41'],
      ['1000060', '2.00'],
      ['1000060', '0.50'],
    ]);
  });

  it('of a period that a newer run cut short or drew out is counted once', async () => {
    const { rows } = await readUsage([report('1'), report('2')], {
      '/files/1.json': [row({ periodEnd: '2027-02-15', amount: '1.00' })],
      '/files/2.json': [row({ amount: '2.00' })],
    });
    expect(rows.map(({ periodEnd, amount }) => [periodEnd, amount])).toEqual([['2027-02-28', '2.00']]);
  });

  it('is read from runs made since an instant, and from those that do not say when they were made', async () => {
    const { requests } = await readUsage(
      [report('1'), report('2', { creationDate: '2027-03-02T05:00:00+01:00' }), report('3', { creationDate: null })],
      { '/files/1.json': [], '/files/2.json': [], '/files/3.json': [] },
      '2027-03-02T04:00:00.000Z',
    );
    expect(requests.map(({ path }) => path)).toEqual(['/marketplace/reports', '/files/3.json', '/files/2.json']);
  });

  it('in other formats, without link or of other data sets is reported', async () => {
    const { rows, unknown } = await readUsage(
      [
        report('1', { name: 'Invoices', format: 'csv' }),
        report('2', { name: 'Linkless', downloadUrl: null }),
        report('3', { name: 'Payments' }),
        report('4', { name: 'Empty' }),
      ],
      { '/files/3.json': [{ invoice: 'x' }], '/files/4.json': [] },
    );
    expect(rows).toEqual([]);
    expect(unknown).toEqual([
      { where: 'report "Invoices"', field: 'format', value: 'csv' },
      { where: 'report "Linkless"', field: 'downloadUrl', value: 'missing' },
      { where: 'report "Payments"', field: 'columns', value: 'no usage columns' },
    ]);
  });

  it('with a broken row is refused, since leaving it out would leave money out', async () => {
    const broken = readUsage([report('1')], { '/files/1.json': [row(), row({ amount: null })] });
    await expect(broken).rejects.toMatchObject({
      code: 'MARKETPLACE_ANSWER_UNEXPECTED',
      message: expect.stringContaining('report 1, row 2: amount is missing') as string,
    });
  });

  it('without a unit price has the one that follows from the amount', async () => {
    const { rows } = await readUsage([report('1')], {
      '/files/1.json': { data: [row({ unitPrice: null, quantity: 3, amount: '1.00' })] },
    });
    expect(rows[0]?.unitPrice).toBe('0.3333');
  });
});

describe('newestRevisions', () => {
  it('keeps rows of different kinds and periods apart', () => {
    const record = (over: Partial<UsageRecord>): UsageRecord => ({ ...(row() as UsageRecord), ...over });
    const first = [record({}), record({ kind: 'overuse' }), record({ periodStart: '2027-02-02' })];
    expect(newestRevisions([first, [record({ amount: '9' })]])).toEqual([first[1], first[2], record({ amount: '9' })]);
  });
});
