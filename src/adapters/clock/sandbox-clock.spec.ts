import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SandboxClock } from './sandbox-clock.js';

const NOW = '2027-03-10T23:30:00Z';

/** DESIGN §9. */
describe('the clock of a rehearsal', () => {
  let server: Server;
  let clock: SandboxClock;
  let requests: { socket: Socket; connection: string | undefined }[];
  /** Requests whose connection is cut instead of answered. */
  let broken: number;

  beforeEach(async () => {
    requests = [];
    broken = 0;
    server = createServer((request, response) => {
      requests.push({ socket: request.socket, connection: request.headers.connection });
      if (requests.length <= broken) request.socket.resetAndDestroy();
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ now: NOW }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clock = new SandboxClock(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is the sandbox’s, whose day depends on where one is', async () => {
    expect(await clock.businessNow()).toBe(NOW);
    expect(await clock.businessToday('Europe/Berlin')).toBe('2027-03-11');
    expect(await clock.businessToday('America/New_York')).toBe('2027-03-10');
  });

  it('uses no connection that the sandbox may be about to close', async () => {
    await clock.businessNow();
    await clock.businessNow();

    expect(requests.map(({ connection }) => connection)).toEqual(['close', 'close']);
    expect(new Set(requests.map(({ socket }) => socket)).size).toBe(2);
  });

  it('is asked again where the connection breaks, but not for ever', async () => {
    broken = 2;
    expect(await clock.businessNow()).toBe(NOW);
    expect(requests).toHaveLength(3);

    requests = [];
    broken = 9;
    await expect(clock.businessNow()).rejects.toThrow();
    expect(requests).toHaveLength(3);
  });
});
