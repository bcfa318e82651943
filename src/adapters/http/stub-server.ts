import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface StubRequest {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
  /** How often this method and path was called before, from 0: "fails twice, then succeeds" is `attempt < 2`. */
  attempt: number;
}

/** What to answer: a status with JSON, raw text, or a broken connection. */
export type StubReply =
  | { status?: number; json?: unknown; headers?: Record<string, string> }
  | { status?: number; text: string; headers?: Record<string, string> }
  /** Closes the connection without an answer. */
  | 'reset'
  /** Sends the head and half of the body, then closes. */
  | 'cutOff'
  /** Never answers. */
  | 'silence'
  /** Sends the head and then a byte now and again, without end. */
  | 'drip';

/** A running stub. */
export interface StubServer extends AsyncDisposable {
  /** Origin without trailing slash. */
  origin: string;
  /** Everything that arrived, oldest first. */
  requests: StubRequest[];
}

/** Starts a real server on a free loopback port for one test; dispose of it with `await using`. */
export async function startStub(
  handler: (request: StubRequest) => StubReply | Promise<StubReply>,
): Promise<StubServer> {
  const requests: StubRequest[] = [];
  const attempts = new Map<string, number>();
  const server = createServer((message, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of message) chunks.push(chunk as Buffer);
      const url = new URL(message.url ?? '/', 'http://stub');
      const method = message.method ?? 'GET';
      const key = `${method} ${url.pathname}`;
      const attempt = attempts.get(key) ?? 0;
      attempts.set(key, attempt + 1);
      const request: StubRequest = {
        method,
        path: url.pathname,
        query: url.searchParams,
        headers: message.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        attempt,
      };
      requests.push(request);
      send(response, await handler(request));
    })().catch((error: unknown) => send(response, { status: 599, text: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, reply: StubReply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply === 'drip') {
    response.writeHead(200, { 'content-type': 'application/json' });
    const drops = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drops));
    return;
  }
  if (reply === 'cutOff') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"items":[{"id":1', () => response.socket?.destroy());
    return;
  }
  const text = 'text' in reply ? reply.text : reply.json === undefined ? '' : JSON.stringify(reply.json);
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(text);
}
