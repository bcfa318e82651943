import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { SandboxClock } from '../kit/clock.js';
import type { SandboxReply, SandboxRequest, SandboxSystem } from '../kit/sandbox-server.js';
import type { Store } from '../kit/store.js';
import { Adjustments } from './adjustments.js';
import { ApiError, noPage, refused, texts } from './api-error.js';
import { ContractEngine } from './contract-engine.js';
import { contractRules, derivedValues } from './contract-rules.js';
import { answerControl, readState, type ControlParts } from './control.js';
import { Database } from './database.js';
import { catalogueRules, type Workshop } from './entity-rules.js';
import { entities } from './entity-table.js';
import { Metadata } from './metadata.js';
import { Currencies } from './money.js';
import { Posting } from './posting.js';
import { QueryEngine, type QueryCall } from './query-engine.js';
import { RequestLimits } from './request-limits.js';
import { endpointOf, isKnownSegment, isRead, resolve, type Action } from './router.js';
import { RowPresenter } from './rows.js';
import { seedTenant, sizes, type Size } from './seed/seed.js';
import { Behaviour, foreignSwitches, switches } from './switches.js';
import { Users, type ApiUser } from './users.js';
import { WriteEngine, type WriteCall } from './write-engine.js';

/** GET addresses beyond this length are refused by the web server (rule 9). */
const URL_LIMIT = 2048;
const ROOT = /^\/atservicesrest(?=\/|$)/i;
const VERSION = /^\/v1\.0(?=\/|$)/i;

/** The imitated Autotask: transport rules here, the rest in the engines (reference §14). */
export class AutotaskSystem implements SandboxSystem {
  readonly switches = switches;
  readonly foreignSwitches = foreignSwitches;
  readonly clock: SandboxClock;
  readonly users: Users;
  private readonly behaviour: Behaviour;
  private readonly limits: RequestLimits;
  private readonly queries: QueryEngine;
  private readonly writes: WriteEngine;
  private readonly metadata: Metadata;
  private readonly parts: ControlParts;
  private origin = '';

  constructor(readonly store: Store) {
    this.clock = new SandboxClock(store);
    this.behaviour = new Behaviour(store);
    this.users = new Users(store);
    this.limits = new RequestLimits(store, this.clock, this.behaviour);
    this.metadata = new Metadata(this.behaviour);
    const database = new Database(store);
    const currencies = new Currencies(database);
    const engine = new ContractEngine(database, this.behaviour, currencies, {
      read: () => store.read('layout', ''),
      write: (layout) => store.write('layout', layout),
    });
    const adjustments = new Adjustments(database, this.behaviour, this.clock, engine);
    const workshop: Workshop = {
      database,
      behaviour: this.behaviour,
      engine,
      adjustments,
      currencies,
      now: () => this.clock.nowIso(),
    };
    const presenter = new RowPresenter(this.behaviour, derivedValues(workshop));
    this.queries = new QueryEngine(database, this.behaviour, presenter, () => `${this.origin}/ATServicesRest/V1.0`);
    this.writes = new WriteEngine(database, this.behaviour, this.clock, this.queries, {
      ...catalogueRules(workshop),
      ...contractRules(workshop),
    });
    const posting = new Posting(database, this.behaviour, this.clock, engine, currencies);
    this.parts = { ...workshop, store, clock: this.clock, limits: this.limits, users: this.users, presenter, posting };
  }

  /** Tells the system where it is served, e.g. `http://127.0.0.1:3001`; addresses in answers begin with it. */
  servedAt(origin: string): void {
    this.origin = origin;
  }

  async handle(request: SandboxRequest): Promise<SandboxReply> {
    try {
      return await this.answer(request);
    } catch (error) {
      if (error instanceof ApiError) return error.reply;
      throw error;
    }
  }

  control(request: SandboxRequest, path: string): SandboxReply | undefined {
    return answerControl(this.parts, request, path);
  }

  /**
   * Empties the tenant and seeds it relative to the clock, which keeps its time; switches, limits and counts go back to
   * their defaults.
   *
   * @throws Error for an unknown size or a seed that is no whole number.
   */
  reset(options: { seed?: number; size?: string }): void {
    const { seed = 1, size = 'small' } = options;
    if (!Number.isInteger(seed)) throw new Error('seed must be a whole number.');
    if (!(size in sizes)) throw new Error(`size must be one of ${Object.keys(sizes).join(', ')}.`);
    const offset = this.store.read('clock:offsetMs', 0);
    this.store.clear();
    this.store.write('clock:offsetMs', offset);
    this.limits.clear();
    this.parts.database.reload();
    this.parts.engine.ensureLayout();
    const [today, now] = [this.clock.today(), this.clock.nowIso()];
    seedTenant(this.parts, { seed, size: size as Size, today, now });
  }

  state(): Record<string, unknown> {
    return readState(this.parts);
  }

  private async answer(request: SandboxRequest): Promise<SandboxReply> {
    const root = ROOT.exec(request.path);
    if (!root) throw noPage();
    const path = request.path.slice(root[0].length).replace(/\/+$/, '');
    if (path.toLowerCase() === '/versioninformation') return ok({ apiVersions: ['V1.0'] });
    const version = VERSION.exec(path);
    if (!version) throw noPage();
    const segments = path
      .slice(version[0].length)
      .split('/')
      .filter((segment) => segment !== '')
      .map(decoded);
    if (segments.length === 1 && segments[0]!.toLowerCase() === 'zoneinformation') return this.zone(request);
    if (!isKnownSegment(segments[0] ?? '')) throw noPage();
    if (request.method === 'GET' && request.url.length > URL_LIMIT) throw noPage();
    const user = this.users.authenticated(request.headers);
    if (!user) return this.unauthorized();
    const action = resolve(request.method, segments, `${this.origin}${request.path}`);
    const admission = this.limits.enter(user.integrationCode, endpointOf(action));
    try {
      // Even an instant answer gives way once, so that calls sent together do hold their threads together.
      await (admission.delayMs > 0 ? pause(admission.delayMs) : nextTurn());
      this.parts.engine.ensureLayout();
      return ok(this.perform(action, user, request));
    } finally {
      admission.release();
    }
  }

  private perform(action: Action, user: ApiUser, request: SandboxRequest): unknown {
    const impersonated = request.headers['impersonationresourceid'];
    if (impersonated !== undefined && isRead(action)) throw refused(texts.noRight('query'));
    const write = (): WriteCall => ({
      user,
      impersonated: this.impersonated(impersonated),
      body: bodyOf(request) ?? {},
      ...('parentId' in action && action.parentId !== undefined ? { parentId: action.parentId } : {}),
    });
    switch (action.kind) {
      case 'query':
      case 'page':
        return this.queries.query(action.entity, user, this.queryCall(action.kind, request));
      case 'count':
        return this.queries.count(action.entity, user, this.queryCall('query', request).query);
      case 'one':
        return this.queries.one(action.entity, user, action.id, action.parentId);
      case 'children':
        return this.queries.children(action.entity, user, action.parentId, parameter(request, 'paging'));
      case 'create':
        return this.writes.create(action.entity, write());
      case 'patch':
        return this.writes.update(action.entity, write(), 'PATCH');
      case 'put':
        return this.writes.update(action.entity, write(), 'PUT');
      case 'delete':
        return this.writes.remove(action.entity, write(), action.id);
      case 'info':
        return { info: this.metadata.info(action.entity, user) };
      case 'fields':
        return { fields: this.metadata.fields(action.entity) };
      case 'userDefinedFields':
        return { fields: this.metadata.userDefinedFields(action.entity) };
      case 'threshold':
        return {
          externalRequestThreshold: this.limits.settings().externalRequestThreshold,
          requestThresholdTimeframe: 60,
          currentTimeframeRequestCount: this.limits.count(),
        };
      case 'version':
        return { version: 'sandbox' };
      case 'modules':
        return { modules: [{ name: 'Contracts', isActive: true }] };
      case 'entities':
        return { info: entities.map((entity) => this.metadata.info(entity, user)) };
    }
  }

  private queryCall(kind: 'query' | 'page', request: SandboxRequest): QueryCall {
    const paging = kind === 'page' ? parameter(request, 'paging') : null;
    if (kind === 'page' && paging === null) throw refused(texts.malformed);
    const search = parameter(request, 'search');
    if (request.method === 'POST') return { method: 'POST', query: bodyOf(request), search, paging };
    return { method: 'GET', query: search === null ? undefined : objectOf(search), search, paging };
  }

  /** The impersonated resource, which must be a person. @throws ApiError 500 otherwise. */
  private impersonated(header: string | string[] | undefined): number | null {
    if (header === undefined) return null;
    const id = Number(header);
    const person = Number.isInteger(id) ? this.parts.database.get('resources', id) : undefined;
    if (!person || person['licenseType'] === API_LICENCE) throw refused(texts.noRight('create'));
    return id;
  }

  private zone(request: SandboxRequest): SandboxReply {
    const user = this.users.byName(parameter(request, 'user') ?? '');
    if (!user) throw refused(texts.unknownUser);
    return ok({
      zoneName: 'SANDBOX',
      url: `${this.origin}/ATServicesRest/`,
      webUrl: `${this.origin}/`,
      ci: 1,
    });
  }

  private unauthorized(): SandboxReply {
    const empty = this.behaviour.is('unauthorizedBody', 'empty');
    return { status: 401, ...(empty ? {} : { body: { errors: [texts.unauthorized] } }) };
  }
}

const API_LICENCE = 7;

const ok = (body: unknown): SandboxReply => ({ status: 200, body });

/** A path segment as the caller meant it; one that cannot be decoded stays as it is and matches nothing. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** A query parameter, its name in any case. */
function parameter(request: SandboxRequest, name: string): string | null {
  for (const [key, value] of request.query) if (key.toLowerCase() === name) return value;
  return null;
}

/** The body as an object; undefined when empty. @throws ApiError 500 when it is no JSON object. */
function bodyOf(request: SandboxRequest): Record<string, unknown> | undefined {
  return request.body.trim() === '' ? undefined : objectOf(request.body);
}

function objectOf(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(texts.malformed);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refused(texts.malformed);
  return value as Record<string, unknown>;
}
