import { afterAll, beforeAll, expect, it } from 'vitest';
import { MarketplaceTestClient } from './marketplace-test-client.js';
import { USAGE_REPORT } from './usage-reports.js';

let client: MarketplaceTestClient<any>;
let compute = '';
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
  const { subscriptions } = await client.state();
  compute = subscriptions.find((row: any) => row.name === 'Sample Compute Hours').id;
});
afterAll(() => client.close());

/** The rows behind a download link, fetched without any sign-in. */
const download = async (url: string) => client.send('GET', url.slice(client.sandbox.origin.length), {});

it('the seed comes with a run that holds the last billing periods of every usage-billed subscription', async () => {
  const { data, pagination } = await client.get('/reports');
  expect(pagination.total).toBe(1);
  expect(data[0]).toMatchObject({ name: USAGE_REPORT, status: 'completed', type: 'daily', format: 'json' });
  const rows = (await download(data[0].downloadUrl)).body;
  expect(rows.length).toBeGreaterThanOrEqual(8);
  const own = rows.filter((row: any) => row.subscriptionId === compute && row.mpn === 'SC-CPU-H');
  expect(own.map((row: any) => [row.periodStart, row.periodEnd])).toEqual([
    ['2027-01-01', '2027-01-31'],
    ['2027-02-01', '2027-02-28'],
  ]);
  expect(Object.keys(own[0]).sort()).toEqual([
    'amount',
    'currency',
    'kind',
    'mpn',
    'periodEnd',
    'periodStart',
    'productId',
    'quantity',
    'subscriptionId',
    'unitCost',
    'unitPrice',
  ]);
  expect(own[0]).toMatchObject({
    kind: 'usage',
    quantity: 1460,
    unitPrice: '0.0450',
    amount: '65.70',
    currency: 'EUR',
  });
});

it('usage added by hand is published in a new run at once; overuse has its own price', async () => {
  const productId = await client.product('Sample Compute, pay as you use', 'Sample Traffic GB');
  const { subscriptions } = await client.state();
  const traffic = subscriptions.find((row: any) => row.name === 'Sample Traffic GB').id;
  const row = await client.control('POST', '/usage', {
    subscriptionId: traffic,
    productId,
    kind: 'overuse',
    periodStart: '2027-02-15',
    periodEnd: '2027-03-14',
    quantity: 12.5,
  });
  expect(row).toMatchObject({
    kind: 'overuse',
    quantity: 12.5,
    unitPrice: '0.1100',
    unitCost: '0.0770',
    amount: '1.38',
    mpn: 'SC-TRA-GB',
  });
  const [newest] = (await client.get('/reports')).data;
  const rows = (await download(newest.downloadUrl)).body;
  expect(rows.at(-1)).toMatchObject({ subscriptionId: traffic, amount: '1.38', periodEnd: '2027-03-14' });
});

it('a run is asked for, submitted, and complete when read; it holds the days it was asked for', async () => {
  const asked = await client.api('POST', '/reports', {
    name: USAGE_REPORT,
    startDate: '2027-02-01',
    endDate: '2027-02-10T00:00:00Z',
  });
  expect(asked.status).toBe(201);
  expect(asked.body).toMatchObject({ status: 'submitted', type: 'onetime' });
  expect(asked.body).not.toHaveProperty('downloadUrl');
  const run = await client.get(`/reports/${asked.body.id}`);
  expect(run.status).toBe('completed');
  const rows = (await download(run.downloadUrl)).body;
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(row.periodStart <= '2027-02-10' && row.periodEnd >= '2027-02-01').toBe(true);
  await client.control('POST', '/usage', {
    subscriptionId: compute,
    productId: rows[0].productId,
    periodStart: '2027-02-01',
    periodEnd: '2027-02-28',
    quantity: 1,
  });
  expect((await download(run.downloadUrl)).body).toEqual(rows);
});

it('lists ignore offset and limit, and narrow by status, type and days', async () => {
  const { data, pagination } = await client.get('/reports?limit=1&offset=1');
  expect(data.length).toBe(pagination.total);
  expect(pagination.total).toBeGreaterThan(1);
  expect((await client.get('/reports?type=onetime')).data.every((row: any) => row.type === 'onetime')).toBe(true);
  expect((await client.get('/reports?from=2027-03-11')).data).toEqual([]);
  expect((await client.get('/reports?name=Other')).data).toEqual([]);
});

it('refuses an unknown report, another format, a missing start, bad usage and a wrong link', async () => {
  const run = (body: unknown) => client.api('POST', '/reports', body);
  const refused = await Promise.all([
    run({ name: 'Anything', startDate: '2027-02-01' }),
    run({ name: USAGE_REPORT, startDate: '2027-02-01', format: 'xlsx' }),
    run({ name: USAGE_REPORT }),
    client.try('POST', '/usage', { subscriptionId: 'x', quantity: 1 }),
    client.try('POST', '/usage', {
      subscriptionId: compute,
      productId: 'PRD100024',
      periodStart: '2027-02-02',
      periodEnd: '2027-02-01',
      quantity: 1,
    }),
  ]);
  expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 400]);
  const { downloadUrl } = (await client.get('/reports')).data[0];
  expect((await download(`${downloadUrl}0`)).status).toBe(403);
});
