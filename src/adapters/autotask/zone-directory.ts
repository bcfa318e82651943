import {
  AutotaskAnswerUnexpectedError,
  AutotaskHostNotAllowedError,
  AutotaskRejectedError,
  AutotaskRouteError,
  AutotaskUnreachableError,
  AutotaskUserUnknownError,
  errorOfFailure,
  readAnswer,
  type RequestContext,
} from './autotask.errors.js';
import { allowedUrl } from '../http/allowed-hosts.js';
import { redactor } from '../http/redactor.js';
import { HttpFailure, type HttpTransport } from '../http/transport.js';

/** Where a user's tenant lives (reference/autotask-rest-api §2.1). */
export interface Zone {
  /** Ends in `/V1.0/`. */
  baseUrl: URL;
  /** Ends in a slash; the tenant's web pages, for links. Undefined when Autotask gave none. */
  webUrl?: string;
  name: string;
  /** Autotask's number of the tenant's database. */
  ci: number;
}

const CACHE_MS = 24 * 3_600_000;

interface Cached {
  zone: Zone;
  until: number;
}

/**
 * Finds the zone of an API user and remembers it for 24 hours. Holds public data only, no credentials, so all
 * connections of a process share one.
 */
export class ZoneDirectory {
  readonly #cache = new Map<string, Cached>();
  readonly #running = new Map<string, Promise<Zone>>();

  constructor(
    private readonly options: {
      transport: HttpTransport;
      /** Origin or full address of `zoneInformation`. */
      discoveryUrl: string;
      allowedHosts: readonly string[];
      timeoutMs: number;
      now?: () => number;
    },
  ) {}

  /**
   * The user's zone. Concurrent callers share one request.
   *
   * @throws AutotaskUserUnknownError when no zone knows the user.
   * @throws AutotaskHostNotAllowedError when the zone's host is not allowed.
   * @throws AutotaskUnreachableError, AutotaskThrottledError, AutotaskAnswerUnexpectedError.
   */
  async zoneOf(userName: string): Promise<Zone> {
    const cached = this.#cache.get(userName);
    return cached && cached.until > this.#now() ? cached.zone : this.#discover(userName);
  }

  /**
   * The zone after `refusedBy` answered 401, which may mean that the tenant moved: discovered again unless somebody
   * else did so since. @throws as `zoneOf`.
   */
  async zoneAfterRefusal(userName: string, refusedBy: Zone): Promise<Zone> {
    const cached = this.#cache.get(userName);
    if (cached && cached.zone !== refusedBy) return cached.zone;
    return this.#discover(userName);
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }

  #discover(userName: string): Promise<Zone> {
    let running = this.#running.get(userName);
    if (!running) {
      running = this.#ask(userName)
        .then((zone) => {
          this.#cache.set(userName, { zone, until: this.#now() + CACHE_MS });
          return zone;
        })
        .finally(() => this.#running.delete(userName));
      this.#running.set(userName, running);
    }
    return running;
  }

  async #ask(userName: string): Promise<Zone> {
    const url = discoveryAddress(this.options.discoveryUrl);
    const context: RequestContext = {
      request: `GET ${url.pathname}`,
      isWrite: false,
      redact: redactor([userName]),
    };
    url.searchParams.set('user', userName);
    let body: unknown;
    try {
      const answer = await this.options.transport({
        method: 'GET',
        url,
        headers: {},
        timeoutMs: this.options.timeoutMs,
      });
      body = readAnswer(answer, context);
    } catch (error) {
      if (error instanceof HttpFailure) throw errorOfFailure(error, context);
      if (error instanceof AutotaskRejectedError)
        throw new AutotaskUserUnknownError({ request: error.request, status: error.status, texts: error.texts });
      if (error instanceof AutotaskRouteError)
        throw new AutotaskUnreachableError({ request: error.request, status: error.status, texts: error.texts });
      throw error;
    }
    return this.#zoneFrom(body, context);
  }

  #zoneFrom(body: unknown, context: RequestContext): Zone {
    const { url, webUrl, zoneName, ci } = (body ?? {}) as Record<string, unknown>;
    const details = { request: context.request, status: 200 };
    if (typeof url !== 'string' || url === '' || typeof ci !== 'number')
      throw new AutotaskAnswerUnexpectedError('the zone has no url or ci', details);
    const base = allowedUrl(url, this.options.allowedHosts);
    if (!base) throw new AutotaskHostNotAllowedError(URL.parse(url)?.host ?? 'no host', details);
    base.search = '';
    base.hash = '';
    base.pathname = `${base.pathname.replace(/\/+$/, '').replace(/\/v1\.0$/i, '')}/V1.0/`;
    return {
      baseUrl: base,
      ...(typeof webUrl === 'string' && webUrl !== '' ? { webUrl } : {}),
      name: typeof zoneName === 'string' ? zoneName : '',
      ci,
    };
  }
}

/** The full `zoneInformation` address of an origin, a base such as `…/ATServicesRest/`, or the address itself. */
export function discoveryAddress(text: string): URL {
  const url = new URL(text);
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/zoneinformation$/i.test(path)) return url;
  const base = path === '' ? '/ATServicesRest' : path;
  url.pathname = /\/v1\.0$/i.test(base) ? `${base}/zoneInformation` : `${base}/V1.0/zoneInformation`;
  return url;
}
