import {
  AutotaskAnswerUnexpectedError,
  AutotaskBudgetSpentError,
  AutotaskHostNotAllowedError,
  AutotaskNotSentInTimeError,
  AutotaskSecretWrongError,
  AutotaskThrottledError,
  errorOfFailure,
  readAnswer,
  type RequestContext,
} from './autotask.errors.js';
import { allowedUrl } from '../http/allowed-hosts.js';
import { backoffMs } from '../http/backoff.js';
import { redactor } from '../http/redactor.js';
import { HttpFailure, type HttpTransport } from '../http/transport.js';
import type { InstanceLimits, InstanceLimitsRegistry } from './instance-limits.js';
import type { RequestPurpose, Threshold } from './request-budget.js';
import { shouldRetry } from './retry-policy.js';
import type { Zone, ZoneDirectory } from './zone-directory.js';

/** What signs a request. Secrets: kept in private fields, never part of an error. */
export interface AutotaskCredentials {
  userName: string;
  secret: string;
  /** The vendor's tracking identifier. */
  integrationCode: string;
}

/** One connection's access to Autotask. */
export interface AutotaskClientOptions {
  installationId: string;
  connectionId: string;
  credentials: AutotaskCredentials;
  /** Host suffixes to which the credentials may go. */
  allowedHosts: readonly string[];
  timeoutMs: number;
  /** Share of the tenant's hourly requests we may use, 0–1 (FEATURES INS-13). */
  budgetShare: number;
  transport: HttpTransport;
  zones: ZoneDirectory;
  limits: InstanceLimitsRegistry;
  /** Waiting and chance, replaced in tests. */
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** A condition of a query (reference/autotask-rest-api §4). Only operators that the API documents can be written. */
export type Filter =
  | { op: 'eq' | 'noteq' | 'gt' | 'gte' | 'lt' | 'lte'; field: string; value: string | number | boolean }
  | { op: 'in'; field: string; value: readonly (string | number)[] }
  | { op: 'exist' | 'notExist'; field: string }
  | { op: 'and' | 'or'; items: readonly Filter[] };

/** A query; conditions of `filter` are joined with *and*. */
export interface Query {
  filter: readonly Filter[];
  /** Only these fields; all when absent. */
  includeFields?: readonly string[];
  /** Stop after so many rows; the page size when below 500. */
  atMost?: number;
}

interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  /** The object endpoint whose threads the call uses, e.g. `ContractServices`. */
  endpoint: string;
  /** Relative to `…/V1.0/`, or an absolute address that Autotask gave. */
  path: string;
  body?: unknown;
  isWrite: boolean;
  purpose: RequestPurpose;
  sendBefore?: Date | undefined;
}

const PAGE_SIZE = 500;
/** Half a million rows: a list that goes on beyond this is a loop on the server's side. */
const MAX_PAGES = 1000;

/**
 * Speaks HTTP with one Autotask tenant: zone, headers, paging, errors, gate, budget and the retries of reads. Knows no
 * entities; `AutotaskAdapter` does. Sends credentials nowhere but to the zone's own origin.
 */
export class AutotaskClient {
  readonly #options: AutotaskClientOptions;
  readonly #redact: (text: string) => string;

  constructor(options: AutotaskClientOptions) {
    this.#options = options;
    const { userName, secret, integrationCode } = options.credentials;
    this.#redact = redactor([secret, integrationCode, userName]);
  }

  /** Where the tenant lives. @throws as `ZoneDirectory.zoneOf`. */
  zone(): Promise<Zone> {
    return this.#options.zones.zoneOf(this.#options.credentials.userName);
  }

  /** One GET; `path` is relative to `…/V1.0/`. Repeats itself by `shouldRetry`. @throws AutotaskError. */
  get(endpoint: string, path: string, purpose: RequestPurpose = 'read'): Promise<unknown> {
    return this.#persistently({ method: 'GET', endpoint, path, isWrite: false, purpose });
  }

  /**
   * All rows of a query, every page, in the order Autotask gives. Pages of a query started by POST are fetched by POST
   * with the same body (reference §4.2).
   *
   * @throws AutotaskError; AutotaskHostNotAllowedError when a next-page address leaves the zone's own API;
   * AutotaskAnswerUnexpectedError on an endless list.
   */
  async query(endpoint: string, query: Query, purpose: RequestPurpose = 'read'): Promise<unknown[]> {
    const { atMost = Infinity } = query;
    const body = {
      filter: query.filter,
      MaxRecords: Math.min(PAGE_SIZE, atMost),
      ...(query.includeFields ? { IncludeFields: query.includeFields } : {}),
    };
    const rows: unknown[] = [];
    const seen = new Set<string>();
    let path = `${endpoint}/query`;
    for (let page = 1; page <= MAX_PAGES; page++) {
      const call: Call = { method: 'POST', endpoint, path, body, isWrite: false, purpose };
      const { items, nextPageUrl } = pageOf(await this.#persistently(call), call);
      rows.push(...items);
      if (nextPageUrl === undefined || rows.length >= atMost) return atMost === Infinity ? rows : rows.slice(0, atMost);
      if (seen.has(nextPageUrl)) break;
      seen.add(nextPageUrl);
      path = nextPageUrl;
    }
    throw new AutotaskAnswerUnexpectedError(`the list of ${endpoint} does not end`, {
      request: `POST ${endpoint}/query`,
    });
  }

  /**
   * Sends one write, once; never repeats it except after a 401, which proves that nothing was done. A value returned
   * means applied; every error carries `outcome` (DESIGN §7).
   *
   * @param sendBefore give up instead of sending when no slot is free by then: the caller's lease would run out.
   */
  write(endpoint: string, method: 'POST' | 'PATCH', path: string, body: unknown, sendBefore?: Date): Promise<unknown> {
    return this.#authenticated({ method, endpoint, path, body, isWrite: true, purpose: 'writing', sendBefore });
  }

  async #persistently(call: Call): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#authenticated(call);
      } catch (error) {
        if (!shouldRetry({ isWrite: call.isWrite, error, attempt })) throw error;
        const serverAsks = error instanceof AutotaskThrottledError ? error.retryAfterMs : undefined;
        await this.#sleep(backoffMs(attempt, serverAsks, (this.#options.random ?? Math.random)()));
      }
    }
  }

  /** One 401 → one new discovery of the zone → once more (DESIGN §7). */
  async #authenticated(call: Call): Promise<unknown> {
    const { zones, credentials } = this.#options;
    const zone = await this.zone();
    try {
      return await this.#send(zone, call);
    } catch (error) {
      if (!(error instanceof AutotaskSecretWrongError)) throw error;
      return this.#send(await zones.zoneAfterRefusal(credentials.userName, zone), call);
    }
  }

  async #send(zone: Zone, call: Call): Promise<unknown> {
    const url = this.#address(zone, call);
    const { gate, budget } = this.#options.limits.of(zone);
    const context: RequestContext = {
      request: `${call.method} ${url.pathname}`,
      isWrite: call.isWrite,
      redact: this.#redact,
    };
    await this.#admit(zone, call, context.request);
    const tooLate = (): Error => new AutotaskNotSentInTimeError({ request: context.request });
    const work = async (): Promise<unknown> => {
      if (call.sendBefore && call.sendBefore.getTime() <= Date.now()) throw tooLate();
      try {
        const received = await this.#options.transport({
          method: call.method,
          url,
          headers: this.#headers(),
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
          timeoutMs: this.#options.timeoutMs,
          freshConnection: call.isWrite,
        });
        return readAnswer(received, context);
      } catch (error) {
        throw error instanceof HttpFailure ? errorOfFailure(error, context) : error;
      }
    };
    const { purpose, sendBefore } = call;
    const until = sendBefore && { at: sendBefore, expired: tooLate };
    const answer = await gate.run(call.endpoint, work, { purpose, until });
    // After a success, so that a wrong secret is not tried once more for the counter's sake; never on the way of a write.
    if (!call.isWrite && budget.refreshDue) await this.#readThreshold(zone);
    return answer;
  }

  #headers(): Record<string, string> {
    const { userName, secret, integrationCode } = this.#options.credentials;
    return { UserName: userName, Secret: secret, ApiIntegrationCode: integrationCode };
  }

  /** The call's address, which must lie in the zone's own API: a next-page address comes from the server. */
  #address(zone: Zone, call: Call): URL {
    const url = new URL(call.path, zone.baseUrl);
    const inside =
      url.origin === zone.baseUrl.origin &&
      url.pathname.toLowerCase().startsWith(zone.baseUrl.pathname.toLowerCase()) &&
      allowedUrl(url.href, this.#options.allowedHosts);
    if (!inside) throw new AutotaskHostNotAllowedError(url.host, { request: `${call.method} ${call.endpoint}` });
    return url;
  }

  async #admit(zone: Zone, call: Call, request: string): Promise<void> {
    const { budget } = this.#options.limits.of(zone);
    let admission = await budget.take(call.purpose, this.#options.budgetShare);
    if (!admission.admitted && budget.refreshDue) {
      await this.#readThreshold(zone);
      admission = await budget.take(call.purpose, this.#options.budgetShare);
    }
    if (!admission.admitted) throw new AutotaskBudgetSpentError({ request, retryAfterMs: admission.retryAfterMs });
  }

  #readThreshold(zone: Zone): Promise<void> {
    const limits: InstanceLimits = this.#options.limits.of(zone);
    return limits.budget.refresh(async () => {
      const url = new URL('ThresholdInformation', zone.baseUrl);
      await limits.budget.count();
      const answer = await limits.gate.run('ThresholdInformation', () =>
        this.#options.transport({ method: 'GET', url, headers: this.#headers(), timeoutMs: this.#options.timeoutMs }),
      );
      return thresholdOf(readAnswer(answer, { request: `GET ${url.pathname}`, isWrite: false, redact: this.#redact }));
    });
  }

  #sleep(ms: number): Promise<void> {
    return this.#options.sleep?.(ms) ?? new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** The tenant's counter as the API writes it. @throws AutotaskAnswerUnexpectedError. */
export function thresholdOf(body: unknown): Threshold {
  const { externalRequestThreshold, requestThresholdTimeframe, currentTimeframeRequestCount } = (body ?? {}) as Record<
    string,
    unknown
  >;
  if (
    typeof externalRequestThreshold !== 'number' ||
    typeof requestThresholdTimeframe !== 'number' ||
    typeof currentTimeframeRequestCount !== 'number'
  )
    throw new AutotaskAnswerUnexpectedError('ThresholdInformation lacks a number', {
      request: 'GET ThresholdInformation',
    });
  return {
    limit: externalRequestThreshold,
    timeFrameMinutes: requestThresholdTimeframe,
    current: currentTimeframeRequestCount,
  };
}

function pageOf(body: unknown, call: Call): { items: unknown[]; nextPageUrl: string | undefined } {
  const { items, pageDetails } = (body ?? {}) as { items?: unknown; pageDetails?: { nextPageUrl?: unknown } | null };
  if (!Array.isArray(items))
    throw new AutotaskAnswerUnexpectedError(`the list of ${call.endpoint} has no items`, {
      request: `${call.method} ${call.endpoint}`,
    });
  const next = pageDetails?.nextPageUrl;
  return { items, nextPageUrl: typeof next === 'string' && next !== '' ? next : undefined };
}
