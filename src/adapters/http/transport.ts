import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { AxiosError, create, type AxiosInstance } from 'axios';
import { isLoopback } from './allowed-hosts.js';

/** One request. The body is text already; a JSON content type goes with it. */
interface HttpRequest {
  method: 'GET' | 'POST' | 'PATCH';
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string;
  /** Whole request: connecting, waiting and reading the body. */
  timeoutMs: number;
  /**
   * Never use a kept-alive connection. A server may close an idle one at the moment we write into it; for a read that
   * costs a retry, for a write it would look like a lost answer.
   */
  freshConnection?: boolean;
}

/** An answer of any status, its body read to the end. */
export interface HttpAnswer {
  status: number;
  /** Lower-case names. */
  headers: Readonly<Record<string, string>>;
  text: string;
}

/**
 * Why there is no answer. `notSent`: no connection (refused, DNS, TLS), so nothing reached the server. The others leave
 * open what the server did: no answer in time, connection lost, or a body that broke off.
 */
export type HttpFailureKind = 'notSent' | 'timeout' | 'reset' | 'cutOff';

/** There was no whole answer. Carries no request, headers or configuration: those hold secrets. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';

  /** @param systemCode the operating system's or TLS code, e.g. `ECONNREFUSED`. */
  constructor(
    readonly kind: HttpFailureKind,
    readonly systemCode: string,
  ) {
    super(`${SENTENCES[kind]} (${systemCode})`);
  }
}

const SENTENCES: Record<HttpFailureKind, string> = {
  notSent: 'No connection could be made',
  timeout: 'No answer arrived in time',
  reset: 'The connection was lost before an answer arrived',
  cutOff: 'The answer broke off',
};

/** Sends one request and reads its whole answer. @throws HttpFailure, and nothing else, when there is none. */
export type HttpTransport = (request: HttpRequest) => Promise<HttpAnswer>;

/** A body larger than this is not one of ours; 500 rows stay far below. */
const MAX_BODY_BYTES = 100 * 1024 * 1024;

/**
 * The one axios instance of a remote system: every status is an answer, redirects are not followed (credentials would
 * travel along), nothing is retried, bodies stay text. Proxy variables of the environment are honoured except for
 * loopback; `https` goes through a proxy as a tunnel, so it sees no headers.
 */
export function createTransport(): HttpTransport {
  const unchanged = (data: unknown): unknown => data;
  const client: AxiosInstance = create({
    adapter: 'http',
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'text',
    transformRequest: [unchanged],
    transformResponse: [unchanged],
    maxContentLength: MAX_BODY_BYTES,
  });
  const kept = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const fresh = { httpAgent: new HttpAgent({ keepAlive: false }), httpsAgent: new HttpsAgent({ keepAlive: false }) };

  return async (request) => {
    try {
      const answer = await client.request<string>({
        method: request.method,
        url: request.url.href,
        headers: {
          Accept: 'application/json',
          'User-Agent': 'psa-sync',
          ...(request.body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...request.headers,
        },
        ...(request.body === undefined ? {} : { data: request.body }),
        ...(isLoopback(request.url.hostname) ? { proxy: false } : {}),
        ...(request.freshConnection === true ? fresh : kept),
        signal: AbortSignal.timeout(request.timeoutMs),
      });
      return { status: answer.status, headers: lowerCase(answer.headers), text: answer.data };
    } catch (error) {
      throw failureOf(error);
    }
  };
}

function lowerCase(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

/** Codes that mean "never connected". */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EAI_NONAME',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** TLS codes of a handshake that failed; the request is sent only after it. */
const HANDSHAKE = /^(EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/;

/**
 * What went wrong, without the axios error itself: its `config` and `request` carry every header, secrets included.
 */
function failureOf(error: unknown): HttpFailure {
  const code = stringField(error, 'code') ?? 'UNKNOWN';
  if (error instanceof AxiosError && error.response) return new HttpFailure('cutOff', code);
  if (code === 'ERR_CANCELED' || code === 'ECONNABORTED') return new HttpFailure('timeout', 'DEADLINE');
  const connecting = syscallOf(error) === 'connect';
  if (NOT_CONNECTED.has(code) || (connecting && code === 'ETIMEDOUT')) return new HttpFailure('notSent', code);
  if (HANDSHAKE.test(code) && !code.includes('BAD_RECORD_MAC')) return new HttpFailure('notSent', code);
  if (code === 'ETIMEDOUT') return new HttpFailure('timeout', code);
  return new HttpFailure('reset', code);
}

function syscallOf(error: unknown): string | undefined {
  return stringField(error, 'syscall') ?? stringField(error instanceof Error ? error.cause : undefined, 'syscall');
}

function stringField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return typeof field === 'string' ? field : undefined;
}
