import { inspect } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startStub, type StubReply } from './stub-server.js';
import { createTransport, HttpFailure, type HttpFailureKind } from './transport.js';

const secret = 'header-Secret-1';
const request = (origin: string, timeoutMs = 10_000) => ({
  method: 'POST' as const,
  url: new URL(`${origin}/path?sig=${secret}`),
  headers: { Secret: secret },
  body: '{}',
  timeoutMs,
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('createTransport', () => {
  it('gives every status with its text, unparsed', async () => {
    await using server = await startStub(() => ({ status: 500, json: { amount: '12.50' }, headers: { 'X-Id': 'a' } }));
    expect(await createTransport()(request(server.origin))).toMatchObject({
      status: 500,
      text: '{"amount":"12.50"}',
      headers: { 'x-id': 'a' },
    });
  });

  it.each<[StubReply, HttpFailureKind]>([
    ['reset', 'reset'],
    ['cutOff', 'cutOff'],
    ['silence', 'timeout'],
  ])('tells %s as %s, without a trace of the request', async (reply, kind) => {
    await using server = await startStub(() => reply);
    const timeoutMs = reply === 'silence' ? 300 : 10_000;
    const sent = createTransport()(request(server.origin, timeoutMs));
    const failure: unknown = await sent.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpFailure);
    expect(failure).toMatchObject({ kind });
    expect(inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure)).not.toContain(secret);
  });

  it('tells a refused connection as not sent', async () => {
    await using server = await startStub(() => ({ json: {} }));
    await server[Symbol.asyncDispose]();
    await expect(createTransport()(request(server.origin))).rejects.toMatchObject({ kind: 'notSent' });
  });

  it('goes around a proxy to this machine and through it to others', async () => {
    await using proxy = await startStub(() => ({ json: { by: 'proxy' } }));
    await using server = await startStub(() => ({ json: { by: 'server' } }));
    vi.stubEnv('http_proxy', proxy.origin);
    vi.stubEnv('no_proxy', '');
    const send = createTransport();
    expect((await send(request(server.origin))).text).toBe('{"by":"server"}');
    expect((await send(request('http://zone.nowhere.invalid'))).text).toBe('{"by":"proxy"}');
  });

  it('ends a body that drips without end', async () => {
    await using server = await startStub(() => 'drip');
    await expect(createTransport()(request(server.origin, 300))).rejects.toBeInstanceOf(HttpFailure);
  });

  it('reads a whole long body', async () => {
    const text = JSON.stringify({ rows: Array.from({ length: 20_000 }, (_, id) => ({ id, name: `Row ${id} ü` })) });
    await using server = await startStub(() => ({ text }));
    expect((await createTransport()(request(server.origin))).text).toBe(text);
  });
});
