import { describe, expect, it } from 'vitest';
import { AutotaskClients, type AutotaskConnection } from './autotask-connections.js';
import { startStubAutotask, STUB_CREDENTIALS } from './testing/stub-autotask.js';

const connection = (over: Partial<AutotaskConnection> = {}): AutotaskConnection => ({
  installationId: 'installation-1',
  connectionId: 'connection-1',
  credentials: STUB_CREDENTIALS,
  credentialsVersion: 1,
  budgetShare: 0.5,
  ...over,
});
const clientsOf = (origin: string): AutotaskClients =>
  new AutotaskClients({ discoveryUrl: origin, allowedHosts: ['127.0.0.1'], timeoutMs: 10_000 });
const settings = 'http://127.0.0.1:1';

describe('AutotaskClients', () => {
  it('keep an adapter until credentials or budget change', () => {
    const clients = clientsOf(settings);
    const first = clients.of(connection());
    expect(clients.of(connection())).toBe(first);
    const second = clients.of(connection({ credentialsVersion: 2 }));
    expect(second).not.toBe(first);
    expect(clients.of(connection({ credentialsVersion: 2 }))).toBe(second);
    expect(clients.of(connection({ credentialsVersion: 2, budgetShare: 0.2 }))).not.toBe(second);
  });

  it('never hand one tenant the adapter of another', () => {
    const clients = clientsOf(settings);
    const mine = clients.of(connection());
    expect(clients.of(connection({ installationId: 'installation-2' }))).not.toBe(mine);
    expect(clients.of(connection({ connectionId: 'connection-2' }))).not.toBe(mine);
    expect(clients.of(connection({ installationId: 'installation', connectionId: '-1connection-1' }))).not.toBe(mine);
  });

  it('forget a deleted connection', () => {
    const clients = clientsOf(settings);
    const first = clients.of(connection());
    clients.forget(connection());
    expect(clients.of(connection())).not.toBe(first);
  });

  it('share zones and the request counter between connections to one instance', async () => {
    await using server = await startStubAutotask(() => ({ json: { items: [] } }));
    const clients = clientsOf(server.origin);
    await clients.of(connection()).currencies();
    await clients.of(connection({ connectionId: 'connection-2' })).currencies();
    const read = (what: RegExp): number => server.requests.filter(({ path }) => what.test(path)).length;
    expect({ zones: read(/zoneInformation$/i), counters: read(/ThresholdInformation$/) }).toEqual({
      zones: 1,
      counters: 1,
    });
  });

  it('discover anew for credentials that are being tested', async () => {
    await using server = await startStubAutotask(() => ({ json: { items: [] } }));
    const clients = clientsOf(server.origin);
    await clients.of(connection()).zone();
    await clients.unsaved(connection()).zone();
    expect(server.requests).toHaveLength(2);
  });
});
