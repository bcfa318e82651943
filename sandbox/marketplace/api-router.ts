import { randomUUID } from 'node:crypto';
import { isDay } from '../kit/calendar.js';
import type { SandboxClock } from '../kit/clock.js';
import { json, type SandboxReply, type SandboxRequest } from '../kit/sandbox-server.js';
import type { Store } from '../kit/store.js';
import { contains, equals, instantIn, onePage, pageOf, wanted } from './api-list.js';
import { API_ACCESS, type ApiTokens } from './api-token.js';
import {
  customerView,
  orderView,
  planView,
  productView,
  reportView,
  subscriptionView,
  type MoneySets,
} from './api-views.js';
import { patchCustomer, readNewCustomer } from './customer-request.js';
import type { OrderEngine } from './order-engine.js';
import { readOrder } from './order-request.js';
import { SandboxProblem } from './problem.js';
import type { CustomerRow, OrderRow, PlanRow, ProductRow, ReportRow, SubscriptionRow } from './simple-api.types.js';
import { patchedByApi } from './subscription-patch.js';
import { finishRuns, requestRun, runRows } from './usage-reports.js';

/** What the routes work with. */
export interface ApiContext {
  store: Store;
  clock: SandboxClock;
  engine: OrderEngine;
  tokens: ApiTokens;
  /** The value of a behaviour switch. */
  behaviour(name: string): string;
  /** The sandbox's own origin. */
  origin(): string;
}

/** Where the API lives below the origin. */
export const API_BASE = '/marketplace';

/** How long an order placed through the API takes, on the sandbox clock. */
const API_ORDER_MS = 60_000;

type Call = (request: SandboxRequest, id: string) => SandboxReply;

/** Routes of the specification that the product never calls. */
const UNSERVED = [
  'PATCH /orders/{id}',
  'POST /subscriptions/{id}/specialPricing',
  'GET /resellers',
  'POST /resellers',
  'GET /resellers/{id}',
  'PATCH /resellers/{id}',
  'GET /resellers/{id}/customers',
  'POST /resellers/{id}/customers',
  'GET /resellers/{id}/orders',
  'POST /validation/parameters',
];

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  500: 'Internal Server Error',
  501: 'Not Implemented',
};

/**
 * Answers the Simple API 1.15 below `/marketplace`. Every answer carries `X-Correlation-ID`; refusals are
 * `{timestamp, status, error, message, path, correlationId}` (reference/marketplace-platforms.md §2.3).
 */
export function createApiRouter(context: ApiContext): (request: SandboxRequest) => SandboxReply {
  const routes = apiRoutes(context);
  return (request) => {
    const correlationId = randomUUID();
    const path = request.path.slice(API_BASE.length).replace(/\/+$/, '');
    let reply: SandboxReply;
    try {
      reply = answer(context, routes, request, path);
    } catch (error) {
      const status = error instanceof SandboxProblem ? error.status : 500;
      const message = error instanceof Error ? error.message : String(error);
      const timestamp = context.clock.nowIso();
      const body = { timestamp, status, error: REASONS[status] ?? 'Error', message, path: request.path, correlationId };
      reply = { status, body };
    }
    return { ...reply, headers: { ...reply.headers, 'X-Correlation-ID': correlationId } };
  };
}

function answer(context: ApiContext, routes: Map<string, Call>, request: SandboxRequest, path: string): SandboxReply {
  if (request.headers['x-subscription-key'] !== API_ACCESS.subscriptionKey)
    throw new SandboxProblem(401, 'Access denied: the X-Subscription-Key is missing or not valid.');
  if (path !== '/token') requireToken(context, request);
  context.engine.advanceTo(context.clock.nowMs());
  const { template, id } = templateOf(path);
  const call = routes.get(`${request.method} ${template}`);
  if (call) return call(request, id);
  if (UNSERVED.includes(`${request.method} ${template}`))
    throw new SandboxProblem(501, 'The sandbox does not imitate this call.');
  const known = [...routes.keys(), ...UNSERVED].some((route) => route.split(' ')[1] === template);
  throw new SandboxProblem(known ? 405 : 404, known ? 'This path has no such method.' : 'There is no such path.');
}

/** `/orders/500001` → `/orders/{id}` with its id; `/orders/estimate` is a path of its own. */
function templateOf(path: string): { template: string; id: string } {
  const [, collection = '', id, ...rest] = path.split('/');
  if (id === undefined || path === '/orders/estimate' || path === '/validation/parameters')
    return { template: path, id: '' };
  return { template: ['', collection, '{id}', ...rest].join('/'), id: decoded(id) };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // no id of ours is spelt like that, so it will not be found
  }
}

function requireToken(context: ApiContext, request: SandboxRequest): void {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const refusal = token === undefined ? 'A bearer token is missing.' : context.tokens.refusal(token);
  if (refusal !== undefined) throw new SandboxProblem(401, refusal);
}

function apiRoutes(context: ApiContext): Map<string, Call> {
  const { store, clock, engine } = context;
  const productOf = (id: string) => store.get<ProductRow>('products', id);
  const sets = () => context.behaviour('moneySets') as MoneySets;
  const order = (row: OrderRow, detailed: boolean) => orderView(row, detailed, sets(), productOf);
  const newestFirst = () => context.behaviour('orderListing') === 'newest';
  const ok = (body: unknown, status = 200): SandboxReply => ({ status, body });
  const found = <T>(row: T | undefined, what: string): T => {
    if (row === undefined) throw new SandboxProblem(404, `There is no such ${what}.`);
    return row;
  };
  /** Lists of dated rows start with the newest; rows are kept in the order of their creation. */
  const dated = <T>(rows: T[]): T[] => (newestFirst() ? rows.toReversed() : rows);

  return new Map<string, Call>([
    ['POST /token', (request) => issueToken(context, request)],
    [
      'GET /customers',
      ({ query }) =>
        ok(
          pageOf(
            store
              .all<CustomerRow>('customers')
              .filter(
                (row) =>
                  contains(query, 'name', row.name) &&
                  equals(query, 'externalId', row.externalId) &&
                  equals(query, 'resellerId', row.resellerId) &&
                  (wanted(query, 'email') === undefined ||
                    row.contactPersons.some((person) => equals(query, 'email', person.email))),
              ),
            query,
            customerView,
          ),
        ),
    ],
    [
      'POST /customers',
      (request) => ok(customerView(store.put('customers', readNewCustomer(body(request), store))), 201),
    ],
    ['GET /customers/{id}', (_, id) => ok(customerView(found(store.get<CustomerRow>('customers', id), 'customer')))],
    [
      'PATCH /customers/{id}',
      (request, id) => {
        const row = found(store.get<CustomerRow>('customers', id), 'customer');
        return ok(customerView(store.put('customers', patchCustomer(row, body(request)))));
      },
    ],
    [
      'GET /products',
      ({ query }) =>
        ok(
          pageOf(
            store
              .all<ProductRow>('products')
              .filter(
                (row) =>
                  contains(query, 'name', row.name) &&
                  equals(query, 'serviceName', row.serviceName) &&
                  equals(query, 'mpn', row.mpn) &&
                  equals(query, 'vendor', row.vendor),
              ),
            query,
            productView,
          ),
        ),
    ],
    ['GET /plans', ({ query }) => ok(pageOf(store.all<PlanRow>('plans'), query, (row) => planView(row, false)))],
    ['GET /plans/{id}', (_, id) => ok(planView(found(store.get<PlanRow>('plans', id), 'plan'), true))],
    ['GET /orders', ({ query }) => ok(pageOf(dated(filteredOrders(store, query)), query, (row) => order(row, false)))],
    [
      'POST /orders',
      (request) => {
        const wish = { completeAfterMs: API_ORDER_MS, ...readOrder(body(request), store) };
        return ok(order(engine.place(wish, clock.nowMs()), true), 201);
      },
    ],
    [
      'POST /orders/estimate',
      (request) => {
        const estimated = order(engine.estimate(readOrder(body(request), store), clock.nowMs()), true);
        const { id: _id, orderNumber: _number, creationDate: _created, status: _status, ...rest } = estimated;
        return ok(rest);
      },
    ],
    ['GET /orders/{id}', (_, id) => ok(order(found(store.get<OrderRow>('orders', id), 'order'), true))],
    [
      'GET /subscriptions',
      ({ query }) =>
        ok(pageOf(dated(filteredSubscriptions(store, query)), query, (row) => subscriptionView(row, false, productOf))),
    ],
    [
      'GET /subscriptions/{id}',
      (_, id) =>
        ok(subscriptionView(found(store.get<SubscriptionRow>('subscriptions', id), 'subscription'), true, productOf)),
    ],
    [
      'PATCH /subscriptions/{id}',
      (request, id) => {
        const row = found(store.get<SubscriptionRow>('subscriptions', id), 'subscription');
        const patched = engine.putSubscription(patchedByApi(row, body(request), store, clock.today()));
        return ok(subscriptionView(patched, true, productOf));
      },
    ],
    [
      'GET /reports',
      ({ query }) => {
        finishRuns(store);
        return ok(onePage(dated(filteredReports(store, query)), (row) => reportView(row, context.origin())));
      },
    ],
    [
      'POST /reports',
      (request) => ok(reportView(requestRun(store, body(request), clock.nowIso()), context.origin()), 201),
    ],
    [
      'GET /reports/{id}',
      (_, id) => {
        finishRuns(store);
        return ok(reportView(found(store.get<ReportRow>('reports', id), 'report'), context.origin()));
      },
    ],
  ]);
}

function issueToken(context: ApiContext, request: SandboxRequest): SandboxReply {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [user, ...password] = Buffer.from(basic ?? '', 'base64')
    .toString('utf8')
    .split(':');
  if (user !== API_ACCESS.user) throw new SandboxProblem(401, 'There is no such API user.');
  if (password.join(':') !== API_ACCESS.password) throw new SandboxProblem(401, 'The password is wrong.');
  if (body(request)['marketplace'] !== API_ACCESS.marketplace)
    throw new SandboxProblem(400, 'There is no such marketplace.');
  const expiresInSeconds = Number(context.behaviour('tokenLifetime'));
  return { status: 200, body: { token: context.tokens.issue(expiresInSeconds), expiresInSeconds } };
}

function filteredOrders(store: Store, query: URLSearchParams): OrderRow[] {
  const from = instantIn(query, 'creationTimeFrom');
  const to = instantIn(query, 'creationTimeTo');
  const rows = store
    .all<OrderRow>('orders')
    .filter(
      (row) =>
        (from === undefined || row.creationDate >= from) &&
        (to === undefined || row.creationDate <= to) &&
        equals(query, 'customerId', row.customerId) &&
        equals(query, 'subscriptionId', row.subscriptionId) &&
        equals(query, 'orderNumber', row.orderNumber) &&
        equals(query, 'status', row.status) &&
        equals(query, 'statusCode', row.statusCode),
    );
  // Only a clock set back makes an order that is older than the one before it.
  const sorted = rows.every((row, index) => index === 0 || rows[index - 1]!.creationDate <= row.creationDate);
  return sorted ? rows : rows.sort((a, b) => (a.creationDate < b.creationDate ? -1 : 1));
}

function filteredSubscriptions(store: Store, query: URLSearchParams): SubscriptionRow[] {
  const from = dayIn(query, 'creationDateFrom');
  const to = dayIn(query, 'creationDateTo');
  return store
    .all<SubscriptionRow>('subscriptions')
    .filter(
      (row) =>
        (from === undefined || row.creationDate >= from) &&
        (to === undefined || row.creationDate <= to) &&
        equals(query, 'customerId', row.customerId) &&
        equals(query, 'status', row.status),
    );
}

function filteredReports(store: Store, query: URLSearchParams): ReportRow[] {
  const from = dayIn(query, 'from');
  const to = dayIn(query, 'to');
  return store
    .all<ReportRow>('reports')
    .filter(
      (row) =>
        (from === undefined || row.creationDate.slice(0, 10) >= from) &&
        (to === undefined || row.creationDate.slice(0, 10) <= to) &&
        equals(query, 'name', row.name) &&
        equals(query, 'format', row.format) &&
        equals(query, 'status', row.status) &&
        equals(query, 'type', row.type),
    );
}

function dayIn(query: URLSearchParams, name: string): string | undefined {
  const asked = wanted(query, name);
  if (asked !== undefined && !isDay(asked)) throw new SandboxProblem(400, `${name} must be a date like 2027-03-10.`);
  return asked;
}

function body(request: SandboxRequest): Record<string, unknown> {
  try {
    return json(request);
  } catch (error) {
    throw new SandboxProblem(400, error instanceof Error ? error.message : String(error));
  }
}

/** The file behind a report's download link: JSON rows for whoever has the link, 403 for anyone else. */
export function downloadReport(store: Store, request: SandboxRequest): SandboxReply {
  const id = /^\/marketplace-files\/([\w-]+)\.json$/.exec(request.path)?.[1] ?? '';
  const run = store.get<ReportRow>('reports', id);
  if (!run || run.signature !== request.query.get('sig'))
    return { status: 403, body: { error: 'The link is not valid.' } };
  return { status: 200, body: runRows(store, run) };
}
