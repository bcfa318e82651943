import { allowedUrl } from '../http/allowed-hosts.js';
import { backoffMs, LONGEST_WAIT_MS, MAX_ATTEMPTS } from '../http/backoff.js';
import { redactor } from '../http/redactor.js';
import { createTransport, HttpFailure, type HttpAnswer } from '../http/transport.js';
import { MarketplaceError, type MarketplaceAccess } from '../../ports/marketplace.port.js';
import {
  MarketplaceAnswerUnexpectedError,
  MarketplaceCredentialsWrongError,
  marketplaceErrorOfFailure,
  MarketplaceHostNotAllowedError,
  MarketplaceListMovingError,
  MarketplaceThrottledError,
  MarketplaceUnreachableError,
  readMarketplaceAnswer,
  type MarketplaceAnswer,
  type MarketplaceRequestContext,
} from './simple-api.errors.js';
import { TokenCache, type IssuedToken } from './simple-api.tokens.js';

/** What is the same for every connection. */
export interface SimpleApiOptions {
  /** Host suffixes for base URLs and report downloads. */
  allowedHosts: readonly string[];
  timeoutMs: number;
  /** Time, waiting and chance, replaced in tests. */
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** The API's default of 10 would be paid for in requests; known clients use 100 to 500. */
const PAGE_SIZE = 100;
/** A list that moved is read from its start again, so often (DESIGN §8). */
const RESTARTS = 3;

/**
 * Speaks HTTP with the CloudBlue Simple API 1.15 (reference/marketplace-platforms §2): tokens, paging, errors, retries.
 * Reads may be repeated and are; a `post` never is. Knows no records; `SimpleApiMarketplace` does.
 */
export class SimpleApiClient {
  readonly #options: SimpleApiOptions;
  readonly #tokens: TokenCache;
  readonly #transport = createTransport();

  constructor(options: SimpleApiOptions) {
    this.#options = options;
    this.#tokens = new TokenCache(options.now);
  }

  /** Signs in anew and reads one row: proves base URL, user, password, key and code. @throws MarketplaceError. */
  async verify(access: MarketplaceAccess): Promise<void> {
    this.#tokens.forget(access);
    await this.#page(access, 'customers', {}, 0, 1);
  }

  /** One record with its correlation id; undefined only when the marketplace says that it does not exist. @throws MarketplaceError. */
  async get(
    access: MarketplaceAccess,
    path: string,
  ): Promise<{ body: unknown; correlationId: string | undefined } | undefined> {
    const answer = await this.#signed(access, path, {});
    return answer === 'notFound' ? undefined : answer;
  }

  /**
   * Every row of a list. When the total changes while paging, a row comes twice or the pages end early, rows have moved
   * between pages and one may have been jumped over: it starts over, three times at most (DESIGN §8).
   *
   * @param identity tells rows apart; their `id` when absent.
   * @throws MarketplaceListMovingError after the third restart; any other MarketplaceError.
   */
  async list(
    access: MarketplaceAccess,
    path: string,
    query: Record<string, string> = {},
    identity: (row: unknown) => unknown = (row) => idOf(row, path),
  ): Promise<unknown[]> {
    for (let start = 0; start <= RESTARTS; start++) {
      const rows = await this.#walk(access, path, query, identity);
      if (rows) return rows;
    }
    throw new MarketplaceListMovingError({ request: `GET /${path}` });
  }

  /**
   * Creates a record with one request. Only a refused token is tried again: then nothing was done.
   *
   * @param secrets texts of the body that must never stand in an error.
   * @throws MarketplaceError; `mayHaveLanded` tells when nobody knows.
   */
  async post(
    access: MarketplaceAccess,
    path: string,
    record: unknown,
    secrets: readonly string[] = [],
  ): Promise<{ body: unknown; correlationId: string | undefined }> {
    const url = this.#address(access, path);
    const request = `POST ${url.pathname}`;
    const once = async (): Promise<{ body: unknown; correlationId: string | undefined }> => {
      const token = await this.#persistently(
        async () => await this.#tokens.tokenFor(access, () => this.#signIn(access)),
      );
      const headers = { Authorization: `Bearer ${token}`, 'X-Subscription-Key': access.subscriptionKey };
      const redact = redactor([access.password, access.subscriptionKey, token, ...secrets]);
      const context = { request, isSignIn: false, isWrite: true, redact };
      try {
        const call = { url, headers, body: JSON.stringify(record), isWrite: true };
        const answer = readMarketplaceAnswer(await this.#send(request, call), context);
        if (answer === 'notFound') throw new MarketplaceAnswerUnexpectedError('a write was not found', context);
        return answer;
      } catch (error) {
        if (error instanceof MarketplaceCredentialsWrongError) this.#tokens.refuse(access, token);
        throw error;
      }
    };
    try {
      return await once();
    } catch (error) {
      if (error instanceof MarketplaceCredentialsWrongError && error.request === request) return await once();
      throw error;
    }
  }

  /**
   * A report file. The link is signed, so no credentials go along, and its query is kept out of errors.
   *
   * @throws MarketplaceHostNotAllowedError when the link leaves the allowed hosts; any other MarketplaceError.
   */
  async download(access: MarketplaceAccess, link: string): Promise<unknown> {
    const base = this.#allowed(access.baseUrl, 'the base URL');
    const absolute = URL.parse(link, base.href)?.href ?? link;
    const url = this.#allowed(absolute, 'a report download');
    const secrets = [access.password, access.subscriptionKey, ...url.searchParams.values()];
    const context = { request: `GET ${url.pathname}`, isSignIn: false, redact: redactor(secrets) };
    const answer = await this.#persistently(async () =>
      readMarketplaceAnswer(await this.#send(context.request, { url, headers: {} }), context),
    );
    if (answer === 'notFound') throw new MarketplaceAnswerUnexpectedError('a report file is gone', context);
    return answer.body;
  }

  /** All rows, or undefined when the list moved. */
  async #walk(
    access: MarketplaceAccess,
    path: string,
    query: Record<string, string>,
    identity: (row: unknown) => unknown,
  ): Promise<unknown[] | undefined> {
    const byIdentity = new Map<unknown, unknown>();
    let total: number | undefined;
    for (let offset = 0; total === undefined || offset < total;) {
      const page = await this.#page(access, path, query, offset, PAGE_SIZE);
      total ??= page.total;
      if (page.total !== total) return undefined;
      if (page.rows.length === 0) break;
      for (const row of page.rows) byIdentity.set(identity(row), row);
      // By what came, not by what was asked for: a server may give less, and one list ignores paging altogether.
      offset += page.rows.length;
    }
    return byIdentity.size === total ? [...byIdentity.values()] : undefined;
  }

  async #page(
    access: MarketplaceAccess,
    path: string,
    query: Record<string, string>,
    offset: number,
    limit: number,
  ): Promise<{ rows: unknown[]; total: number }> {
    const answer = await this.#signed(access, path, { ...query, offset: String(offset), limit: String(limit) });
    const { data, pagination } = (answer === 'notFound' ? {} : (answer.body ?? {})) as {
      data?: unknown;
      pagination?: { total?: unknown } | null;
    };
    const total = pagination?.total;
    if (!Array.isArray(data) || typeof total !== 'number')
      throw new MarketplaceAnswerUnexpectedError(`the list ${path} has no data or no total`, {
        request: `GET /${path}`,
        ...(answer === 'notFound' ? { status: 404 } : { correlationId: answer.correlationId }),
      });
    return { rows: data, total };
  }

  /** A GET with the connection's token; a token that is refused is renewed once. */
  #signed(access: MarketplaceAccess, path: string, query: Record<string, string>): Promise<MarketplaceAnswer> {
    const url = this.#address(access, path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const request = `GET ${url.pathname}`;
    const once = async (): Promise<MarketplaceAnswer> => {
      const token = await this.#tokens.tokenFor(access, () => this.#signIn(access));
      const headers = { Authorization: `Bearer ${token}`, 'X-Subscription-Key': access.subscriptionKey };
      const redact = redactor([access.password, access.subscriptionKey, token]);
      try {
        return readMarketplaceAnswer(await this.#send(request, { url, headers }), { request, isSignIn: false, redact });
      } catch (error) {
        if (error instanceof MarketplaceCredentialsWrongError) this.#tokens.refuse(access, token);
        throw error;
      }
    };
    return this.#persistently(async () => {
      try {
        return await once();
      } catch (error) {
        // Only a refused token is worth a second try; a refused sign-in would be refused again.
        if (error instanceof MarketplaceCredentialsWrongError && error.request === request) return once();
        throw error;
      }
    });
  }

  async #signIn(access: MarketplaceAccess): Promise<IssuedToken> {
    const url = this.#address(access, 'token');
    const basic = Buffer.from(`${access.user}:${access.password}`).toString('base64');
    const context: MarketplaceRequestContext = {
      request: `POST ${url.pathname}`,
      isSignIn: true,
      redact: redactor([access.password, access.subscriptionKey, basic]),
    };
    const headers = { Authorization: `Basic ${basic}`, 'X-Subscription-Key': access.subscriptionKey };
    const body = JSON.stringify({ marketplace: access.marketplace });
    const answer = readMarketplaceAnswer(await this.#send(context.request, { url, headers, body }), context);
    const { token, expiresInSeconds } = (answer === 'notFound' ? {} : (answer.body ?? {})) as Partial<IssuedToken>;
    if (typeof token !== 'string' || typeof expiresInSeconds !== 'number')
      throw new MarketplaceAnswerUnexpectedError('the token answer has no token or no lifetime', context);
    return { token, expiresInSeconds };
  }

  async #send(
    request: string,
    { isWrite = false, ...call }: { url: URL; headers: Record<string, string>; body?: string; isWrite?: boolean },
  ): Promise<HttpAnswer> {
    try {
      return await this.#transport({
        method: call.body === undefined ? 'GET' : 'POST',
        ...call,
        timeoutMs: this.#options.timeoutMs,
        freshConnection: isWrite,
      });
    } catch (error) {
      throw error instanceof HttpFailure ? marketplaceErrorOfFailure(error, request, isWrite) : error;
    }
  }

  async #persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof MarketplaceError) || !mayRetry(error, attempt)) throw error;
        const wait = backoffMs(attempt, error.retryAfterMs, (this.#options.random ?? Math.random)());
        await (this.#options.sleep?.(wait) ?? new Promise((resolve) => setTimeout(resolve, wait)));
      }
    }
  }

  #address(access: MarketplaceAccess, path: string): URL {
    const base = this.#allowed(access.baseUrl, 'the base URL');
    base.search = '';
    base.hash = '';
    base.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
    return base;
  }

  #allowed(text: string, what: string): URL {
    const url = allowedUrl(text, this.#options.allowedHosts);
    if (!url) throw new MarketplaceHostNotAllowedError(URL.parse(text)?.host ?? 'no host', { request: what });
    return url;
  }
}

/** Time cures only a missing answer and throttling, and a long wait belongs to the rows of a check. */
function mayRetry(error: MarketplaceError, attempt: number): boolean {
  if (attempt >= MAX_ATTEMPTS) return false;
  if (error instanceof MarketplaceThrottledError) return (error.retryAfterMs ?? 0) <= LONGEST_WAIT_MS;
  return error instanceof MarketplaceUnreachableError;
}

function idOf(row: unknown, path: string): unknown {
  const id = (row as { id?: unknown } | null)?.id;
  if (id === undefined || id === null)
    throw new MarketplaceAnswerUnexpectedError(`a row of ${path} has no id`, { request: `GET /${path}` });
  return id;
}
