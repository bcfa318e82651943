import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MarketplaceTestClient } from './marketplace-test-client.js';

let folder = '';
let file = '';
const open: MarketplaceTestClient<any>[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'marketplace-sandbox-'));
  file = join(folder, 'state', 'marketplace.jsonl');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<MarketplaceTestClient<any>> {
  const client = await MarketplaceTestClient.start<any>({ file });
  open.push(client);
  return client;
}

async function stop(client: MarketplaceTestClient<any>): Promise<void> {
  open.splice(open.indexOf(client), 1);
  await client.close();
}

/** The state without what belongs to the running process: its port and the moment of reading. */
async function lasting(client: MarketplaceTestClient<any>): Promise<unknown> {
  const { clock: _clock, credentials: _credentials, ...rows } = await client.state();
  return JSON.parse(JSON.stringify(rows).replaceAll(client.sandbox.origin, ''));
}

it('keeps rows, clock, switches, scheduled orders, tokens and keys over a restart', async () => {
  const first = await start();
  const order = await first.sell('Example Mail', 'Example Mail Basic', 4, { months: 1, completeAfterMs: 86_400_000 });
  await first.clock('2027-03-10T22:00:00Z');
  await first.behave({ orderListing: 'oldest' });
  const { token } = (await first.signIn()).body;
  const [before, jwks] = [await lasting(first), (await first.send('GET', '/.well-known/jwks.json', {})).body];
  await stop(first);

  const second = await start();
  expect(await lasting(second)).toEqual(before);
  expect((await second.send('GET', '/.well-known/jwks.json', {})).body).toEqual(jwks);
  expect((await second.control('GET', '/behaviour')).orderListing).toBe('oldest');
  expect((await second.state()).clock.now.slice(0, 16)).toBe('2027-03-10T22:00');
  const { subscriptionKey } = (await second.state()).credentials;
  const headers = { authorization: `Bearer ${token}`, 'x-subscription-key': subscriptionKey };
  expect((await second.send('GET', `/marketplace/orders/${order.id}`, headers)).body.status).toBe('processing');
  await second.clock('2027-03-11T22:00:00Z');
  expect((await second.order(order.id)).status).toBe('completed');
  const next = await second.sell('Example Mail', 'Example Mail Basic', 1, { months: 1 });
  expect(Number(next.id)).toBe(Number(order.id) + 1);
});

it('drops a last line cut off by a kill, and nothing else', async () => {
  const first = await start();
  await first.sell('Example Mail', 'Example Mail Basic', 4, { months: 1 });
  const before = await lasting(first);
  await stop(first);
  appendFileSync(file, '[{"put":"orders","row":{"id":"9');
  expect(await lasting(await start())).toEqual(before);
});

it('has written an order to the file before it answers', async () => {
  const client = await start();
  const order = await client.sell('Example Mail', 'Example Mail Basic', 4, { months: 1 });
  expect(readFileSync(file, 'utf8')).toContain(`"orderNumber":"${order.orderNumber}"`);
});

it('resets to the same rows for the same seed and day, and keeps clock and key', async () => {
  const client = await start();
  const before = await lasting(client);
  const jwks = (await client.send('GET', '/.well-known/jwks.json', {})).body;
  await client.sell('Example Mail', 'Example Mail Basic', 4, { months: 1 });
  await client.control('POST', '/reset', { seed: 1, size: 'small' });
  const strip = (state: any) => ({ ...state, reports: state.reports.map(({ creationDate: _at, ...row }: any) => row) });
  expect(strip(await lasting(client))).toEqual(strip(before));
  expect((await client.send('GET', '/.well-known/jwks.json', {})).body).toEqual(jwks);
  expect((await client.state()).clock.now.slice(0, 10)).toBe('2027-03-10');
  await client.control('POST', '/reset', { seed: 2 });
  expect(strip(await lasting(client))).not.toEqual(strip(before));
  await stop(client);
  expect((await (await start()).send('GET', '/.well-known/jwks.json', {})).body).toEqual(jwks);
});

it('refuses a size it does not know without losing anything', async () => {
  const client = await start();
  const before = await lasting(client);
  const refused = await client.try('POST', '/reset', { size: 'huge' });
  expect(refused.status).toBe(400);
  expect(refused.body.errors[0]).toContain('small, medium, large');
  expect(await lasting(client)).toEqual(before);
});
