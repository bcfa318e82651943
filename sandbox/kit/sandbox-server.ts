import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxClock } from './clock.js';
import { FaultPlan, type Fault, type Moment } from './faults.js';
import type { Store } from './store.js';

/** One request, read to its end. `path` has no query and keeps the caller's case; `body` is raw text. */
export interface SandboxRequest {
  method: string;
  path: string;
  /** Path and query exactly as sent. */
  url: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
}

/** One answer. A string body is sent as it is, anything else as JSON; undefined = no body. */
export interface SandboxReply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** What a simulated system provides; the kit adds everything DESIGN §9 lists outside the imitated API. */
export interface SandboxSystem {
  store: Store;
  clock: SandboxClock;
  /** Answers the imitated API. */
  handle(request: SandboxRequest): Promise<SandboxReply> | SandboxReply;
  /** Answers a `/_sandbox/...` call of its own (path without the prefix), or undefined when it has no such call. */
  control(request: SandboxRequest, path: string): Promise<SandboxReply | undefined> | SandboxReply | undefined;
  /** The behaviour switches with their legal values; the first value is the default. */
  switches: Record<string, readonly [string, ...string[]]>;
  /** Switches of the *other* sandbox: accepted and ignored, so one object can be sent to both. */
  foreignSwitches: readonly string[];
  /** Empties the store and seeds it again. @throws Error with a sentence when the options make no sense. */
  reset(options: { seed?: number; size?: string }): void;
  /** Every collection under its API name, plus credentials and clock. */
  state(): Record<string, unknown>;
}

/** A running sandbox server. */
export interface RunningSandbox {
  /** Origin without trailing slash, e.g. `http://127.0.0.1:3001`. */
  origin: string;
  port: number;
  close(): Promise<void>;
}

interface LoggedRequest {
  at: string;
  method: string;
  path: string;
  status: number;
  durationMs: number;
}

/** The log keeps the newest entries only; `total` counts all. */
const LOG_LIMIT = 100_000;

/** How long somebody who is told of a fault may take. */
const TELL_LIMIT_MS = 30_000;

/** The value of a behaviour switch now. */
export function behaviourOf(system: Pick<SandboxSystem, 'store' | 'switches'>, name: string): string {
  return system.store.read<Record<string, string>>('behaviour', {})[name] ?? system.switches[name]![0];
}

/**
 * Serves a simulated system and its control endpoints on 127.0.0.1.
 *
 * @param port 0 picks a free one. @param peer reads the other sandbox's origin, told whenever the clock moves.
 * @throws when the port is taken, with one sentence naming it.
 */
export async function serveSandbox(
  system: SandboxSystem,
  options: { port: number; peer?: () => string | undefined },
): Promise<RunningSandbox> {
  const faults = new FaultPlan();
  let log: LoggedRequest[] = [];
  let total = 0;

  const server: Server = createServer((message, response) => {
    void answer(message, response).catch((error: unknown) => {
      if (!response.headersSent) send(response, { status: 500, body: { errors: [String(error)] } });
    });
  });

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = Date.now();
    const request = await read(message);
    const control = /^\/_sandbox(\/[^?]*)$/i.exec(request.path)?.[1];
    if (control !== undefined) {
      const reply = await answerControl(request, control);
      system.store.commit();
      send(response, reply);
      return;
    }
    const note = (status: number) => {
      total += 1;
      log.push({
        at: system.clock.nowIso(),
        method: request.method,
        path: request.url,
        status,
        durationMs: Date.now() - startedAt,
      });
      if (log.length > LOG_LIMIT) log = log.slice(-LOG_LIMIT / 2);
    };
    const fault = faults.take(request.method, request.url);
    await tellOf(fault, 'before');
    if (fault?.kind === 'drop-before') {
      note(0);
      message.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault?.kind === 'status' || fault?.kind === 'html') {
      const reply: SandboxReply =
        fault.kind === 'html'
          ? {
              status: fault.status ?? 503,
              body: '<html><body><h1>Service Unavailable</h1></body></html>',
              headers: { 'content-type': 'text/html' },
            }
          : { status: fault.status, body: fault.body };
      note(reply.status);
      send(response, reply);
      return;
    }
    const reply = await system.handle(request);
    system.store.commit();
    await tellOf(fault, 'applied');
    if (fault?.kind === 'drop-after') {
      note(0);
      message.socket.resetAndDestroy();
      return;
    }
    note(reply.status);
    send(response, reply);
    await tellOf(fault, 'answered');
  }

  async function answerControl(request: SandboxRequest, path: string): Promise<SandboxReply> {
    try {
      const own = await system.control(request, path);
      if (own) return own;
      const call = `${request.method} ${path}`;
      if (call === 'POST /reset') {
        system.reset(json(request));
        faults.clear();
        log = [];
        total = 0;
        return { status: 200, body: { ok: true } };
      }
      if (call === 'GET /state') return { status: 200, body: system.state() };
      if (call === 'GET /clock') return { status: 200, body: { now: system.clock.nowIso() } };
      if (call === 'PUT /clock') {
        const { now } = json(request) as { now?: string };
        system.clock.set(String(now));
        const peer = options.peer?.();
        if (peer !== undefined && request.headers['x-sandbox-told'] === undefined) await tell(peer, String(now));
        return { status: 200, body: { now: system.clock.nowIso() } };
      }
      if (call === 'GET /behaviour') return { status: 200, body: currentBehaviour() };
      if (call === 'PUT /behaviour') return switchBehaviour(json(request));
      if (call === 'GET /requests') return { status: 200, body: { total, items: log } };
      if (call === 'DELETE /requests') {
        log = [];
        total = 0;
        return { status: 200, body: { total: 0 } };
      }
      if (call === 'GET /faults') return { status: 200, body: { items: faults.list() } };
      if (call === 'POST /faults') return { status: 200, body: faults.add(json(request)) };
      if (call === 'DELETE /faults') {
        faults.clear();
        return { status: 200, body: { items: [] } };
      }
      return { status: 404, body: { errors: [`The sandbox has no control call ${call}.`] } };
    } catch (error) {
      return { status: 400, body: { errors: [error instanceof Error ? error.message : String(error)] } };
    }
  }

  function currentBehaviour(): Record<string, string> {
    return Object.fromEntries(Object.keys(system.switches).map((name) => [name, behaviourOf(system, name)]));
  }

  function switchBehaviour(wanted: Record<string, unknown>): SandboxReply {
    for (const [name, value] of Object.entries(wanted)) {
      if (system.foreignSwitches.includes(name)) continue;
      const legal = system.switches[name];
      if (!legal)
        throw new Error(`The sandbox has no switch "${name}". It knows ${Object.keys(system.switches).join(', ')}.`);
      if (!legal.includes(String(value)))
        throw new Error(`${name} can be ${legal.join(' or ')}, not "${String(value)}".`);
    }
    const own = Object.entries(wanted).filter(([name]) => system.switches[name]);
    system.store.write('behaviour', { ...system.store.read('behaviour', {}), ...Object.fromEntries(own) });
    return { status: 200, body: currentBehaviour() };
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${options.port} is taken; set another one for the sandbox.`)
          : error,
      ),
    );
    server.listen(options.port, '127.0.0.1', resolve);
  });
  // A reset that no fault asked for would look like a lost reply: idle connections stay open.
  server.keepAliveTimeout = 0;
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise<void>((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** The request's body as an object; an empty body is an empty object. @throws Error with a sentence on anything else. */
export function json(request: SandboxRequest): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw new Error('The body is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The body must be a JSON object.');
  return value as Record<string, unknown>;
}

async function read(message: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = message.url ?? '/';
  const cut = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: cut < 0 ? url : url.slice(0, cut),
    url,
    query: new URLSearchParams(cut < 0 ? '' : url.slice(cut + 1)),
    headers: message.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, reply: SandboxReply): void {
  const text = reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  const type = typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(reply.status, { ...(text === '' ? {} : { 'content-type': type }), ...reply.headers });
  response.end(text);
}

/** Tells whoever set the fault that it strikes, and waits for the answer; nobody there is no reason to stop. */
async function tellOf(fault: Fault | undefined, moment: Moment): Promise<void> {
  if (fault?.tell?.at !== moment) return;
  await fetch(fault.tell.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
    signal: AbortSignal.timeout(TELL_LIMIT_MS),
  }).catch(() => {});
}

/** Moves the other sandbox's clock along. The mark in the header stops it from telling us back. */
async function tell(peer: string, now: string): Promise<void> {
  await fetch(`${peer}/_sandbox/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-sandbox-told': 'yes' },
    body: JSON.stringify({ now }),
  });
}
