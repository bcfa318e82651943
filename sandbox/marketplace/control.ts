import type { SandboxClock } from '../kit/clock.js';
import { json, type SandboxReply, type SandboxRequest } from '../kit/sandbox-server.js';
import type { Row, Store } from '../kit/store.js';
import type { ApiTokens } from './api-token.js';
import { ROLES } from './host-identity.js';
import { LIFECYCLE_EVENTS, TAMPERINGS, type ExtensionHost, type LifecycleOutcome } from './lifecycle.js';
import type { OrderEngine } from './order-engine.js';
import { oneOf, readOrder, text } from './order-request.js';
import { panelData } from './panel-data.js';
import { SandboxProblem } from './problem.js';
import type { OrderRow, SubscriptionRow } from './simple-api.types.js';
import { patchedByControl } from './subscription-patch.js';
import { addUsage, publishRun } from './usage-reports.js';

/** What the control calls work with. */
export interface ControlContext {
  store: Store;
  clock: SandboxClock;
  engine: OrderEngine;
  tokens: ApiTokens;
  host: ExtensionHost;
  /** Origin of the sandbox Autotask, where there is one. */
  peer(): string | undefined;
  /** Where the extension lives when a call does not say. */
  extensionUrl(): string | undefined;
  orderView(row: OrderRow): Record<string, unknown>;
  subscriptionView(row: SubscriptionRow): Record<string, unknown>;
}

type Json = Record<string, unknown>;

const COLLECTIONS = ['customers', 'products', 'plans', 'orders', 'subscriptions', 'reports', 'usage'];
const ORDER_STATES = ['processing', 'error', 'completed', 'cancelled'] as const;

/**
 * Answers the marketplace's own control calls (DESIGN §9); undefined for the calls every sandbox has.
 *
 *     POST  /orders {type, customerId, subscriptionId?, items, completeAfterMs?, failFirst?, retryAfterMs?, effective?,
 *                    fee?, refund?, poNumber?, attributes?, alignTo?, startDate?, renewalStatus?}   → the order
 *     PATCH /orders/{id} {status: processing|error|completed|cancelled, completeAfterMs?}           → the order
 *     POST  /subscriptions/{id} {patch}          → the subscription        POST /usage {…}          → the row
 *     POST  /rows {collection, row}              → the row                 DELETE /tokens           (revokes all)
 *     DELETE /rows {collection, id}              → the row as it was, for putting it back
 *     POST  /approve-and-post {upTo}             → {items: how many}: asks the sandbox Autotask, for the panel's button
 *     POST  /install {baseUrl?, accountId?, accountName?, timeZone?, tamper?}                       → {installationId, status}
 *     POST  /lifecycle {installationId?, event, tamper?}      POST /lifecycle/replay                → the same
 *     POST  /token {installationId?, userId?, role, ttlSeconds?}                                    → {token, expiresAt}
 *
 * @throws Error with a sentence; the kit answers it with 400. A call the extension refuses is answered with 409.
 */
export async function control(
  context: ControlContext,
  request: SandboxRequest,
  path: string,
): Promise<SandboxReply | undefined> {
  const { store, clock, engine } = context;
  engine.advanceTo(clock.nowMs());
  const [, section = '', id] = path.split('/');
  const call = `${request.method} /${section}${id === undefined ? '' : '/{id}'}`;
  switch (call) {
    case 'POST /orders': {
      const placed = engine.place(readOrder(json(request), store), clock.nowMs());
      engine.advanceTo(clock.nowMs());
      return ok(context.orderView(store.get<OrderRow>('orders', placed.id)!));
    }
    case 'PATCH /orders/{id}': {
      const body = json(request);
      const wait = body['completeAfterMs'];
      const to = oneOf(body, 'status', ORDER_STATES) ?? 'completed';
      const steered = engine.steer(id!, to, clock.nowMs(), typeof wait === 'number' ? wait : undefined);
      return ok(context.orderView(steered));
    }
    case 'POST /subscriptions/{id}': {
      const row = store.get<SubscriptionRow>('subscriptions', id!);
      if (!row) throw new SandboxProblem(400, `There is no subscription "${id}".`);
      const body = json(request);
      const patch = typeof body['patch'] === 'object' && body['patch'] !== null ? (body['patch'] as Json) : body;
      engine.putSubscription(patchedByControl(row, patch, store, clock.today()));
      engine.advanceTo(clock.nowMs());
      return ok(context.subscriptionView(store.get<SubscriptionRow>('subscriptions', id!)!));
    }
    case 'POST /usage': {
      const row = addUsage(store, json(request));
      publishRun(store, clock.nowIso());
      return ok(row);
    }
    case 'POST /rows':
      return ok(putRaw(context, json(request)));
    case 'DELETE /rows':
      return ok(dropRaw(context, json(request)));
    case 'DELETE /tokens':
      context.tokens.revokeAll();
      return ok({ revoked: true });
    case 'POST /approve-and-post':
      return ok(await approveAndPost(context, json(request)));
    case 'POST /install':
      return outcome(await install(context, json(request)));
    case 'POST /lifecycle': {
      const body = json(request);
      const event = oneOf(body, 'event', LIFECYCLE_EVENTS);
      if (event === undefined) throw new SandboxProblem(400, `event must be one of ${LIFECYCLE_EVENTS.join(', ')}.`);
      return outcome(await context.host.tell(text(body, 'installationId'), event, oneOf(body, 'tamper', TAMPERINGS)));
    }
    case 'POST /lifecycle/{id}':
      return id === 'replay' ? outcome(await context.host.replay()) : undefined;
    case 'POST /token':
      return ok(await userToken(context, json(request)));
    case 'GET /panel/{id}':
      return panelData(context, id!, request.query);
    default:
      return undefined;
  }
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function outcome(result: LifecycleOutcome): SandboxReply {
  return { status: result.status === 'refused' ? 409 : 200, body: result };
}

/** The panel may call its own origin only, so that its button goes through here. */
async function approveAndPost(context: ControlContext, body: Json): Promise<{ items: number }> {
  const origin = context.peer();
  if (origin === undefined) throw new Error('There is no sandbox Autotask to post in.');
  const answer = await fetch(`${origin}/_sandbox/approve-and-post`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ upTo: body['upTo'] }),
  });
  const said = (await answer.json()) as { items?: unknown[]; errors?: string[] };
  if (!answer.ok) throw new Error((said.errors ?? []).join(' ') || 'It was not posted.');
  return { items: said.items?.length ?? 0 };
}

async function install(context: ControlContext, body: Json): Promise<LifecycleOutcome> {
  const baseUrl = text(body, 'baseUrl') ?? context.extensionUrl();
  if (baseUrl === undefined) throw new SandboxProblem(400, 'baseUrl is missing: where does the extension live?');
  const accountId = text(body, 'accountId');
  const accountName = text(body, 'accountName');
  const timeZone = text(body, 'timeZone');
  const tamper = oneOf(body, 'tamper', TAMPERINGS);
  return context.host.install({
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...(accountId === undefined ? {} : { accountId }),
    ...(accountName === undefined ? {} : { accountName }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(tamper === undefined ? {} : { tamper }),
  });
}

async function userToken(context: ControlContext, body: Json): Promise<{ token: string; expiresAt: string }> {
  const role = oneOf(body, 'role', ROLES);
  if (role === undefined) throw new SandboxProblem(400, `role must be one of ${ROLES.join(', ')}.`);
  const seconds = body['ttlSeconds'] ?? 60;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds))
    throw new SandboxProblem(400, 'ttlSeconds must be a whole number; negative makes an expired token.');
  const installationId = text(body, 'installationId');
  return context.host.userToken({
    ...(installationId === undefined ? {} : { installationId }),
    userId: text(body, 'userId') ?? 'user-1',
    role,
    seconds,
  });
}

/** Fields of kept orders and subscriptions that have the API's own name and form. */
const OWN_FIELDS: Record<string, string[]> = {
  orders: [
    'type',
    'orderNumber',
    'customerId',
    'poNumber',
    'creationDate',
    'provisioningDate',
    'status',
    'statusCode',
    'attributes',
    'subscriptionId',
    'targetSubscriptionId',
    'billingModel',
    'lastBillingDate',
    'nextBillingDate',
  ],
  subscriptions: [
    'name',
    'customerId',
    'status',
    'attributes',
    'renewalStatus',
    'creationDate',
    'renewalDate',
    'lastModifiedDate',
    'expirationDate',
    'billingModel',
    'billingPeriod',
    'subscriptionPeriod',
    'planId',
  ],
};

/**
 * Writes fields of one row as they are; null removes one. In orders and subscriptions, fields the sandbox computes
 * (`details`, `total`, `products` …) are answered as given from then on. An unknown id makes a new row.
 */
function putRaw(context: ControlContext, body: Json): Json {
  const { store, engine } = context;
  const collection = text(body, 'collection') ?? '';
  if (!COLLECTIONS.includes(collection))
    throw new SandboxProblem(400, `collection must be one of ${COLLECTIONS.join(', ')}.`);
  const row = body['row'] as Json | undefined;
  const id = row === undefined || row === null ? undefined : text(row, 'id');
  if (row === undefined || id === undefined) throw new SandboxProblem(400, 'row needs an id.');
  const old = store.get(collection, id) as Json | undefined;
  const own = OWN_FIELDS[collection];
  if (!own) {
    const merged = withoutNulls({ ...old, ...row, id });
    return store.put(collection, merged as Row);
  }
  const given = Object.entries(row).filter(([name]) => name !== 'id');
  const overrides = withoutNulls({
    ...(old?.['overrides'] as Json | undefined),
    ...Object.fromEntries(given.filter(([name]) => !own.includes(name))),
  });
  const base = old ?? (collection === 'orders' ? EMPTY_ORDER : { ...EMPTY_SUBSCRIPTION, anchor: row['creationDate'] });
  const fields = Object.fromEntries(given.filter(([name]) => own.includes(name)));
  const merged = { ...withoutNulls({ ...base, ...fields }), id, overrides };
  if (collection === 'orders') return context.orderView(engine.putOrder(merged as unknown as OrderRow));
  return context.subscriptionView(engine.putSubscription(merged as unknown as SubscriptionRow));
}

const EMPTY_ORDER = {
  orderNumber: '',
  type: 'sales',
  customerId: '',
  creationDate: '',
  status: 'submitted',
  statusCode: 'NW',
  attributes: {},
  currency: 'EUR',
  subscriptionId: '',
  billingModel: 'chargeBeforeBillingPeriod',
  items: [],
  lines: [],
  effective: 'now',
  schedule: [],
};

const EMPTY_SUBSCRIPTION = {
  name: '',
  customerId: '',
  status: 'pending',
  attributes: {},
  renewalStatus: false,
  creationDate: '',
  renewalDate: '',
  lastModifiedDate: '',
  expirationDate: '',
  billingModel: 'chargeBeforeBillingPeriod',
  billingPeriod: { type: 'month', duration: 1 },
  subscriptionPeriod: { type: 'month', duration: 1 },
  planId: 0,
  currency: 'EUR',
  items: [],
};

function withoutNulls(row: Json): Json {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}

/** Removes a customer, product or the like, as somebody who deletes it. @returns the row with its hidden fields. */
function dropRaw({ store }: ControlContext, body: Json): Row {
  const collection = text(body, 'collection') ?? '';
  const id = text(body, 'id');
  const row = id === undefined || !COLLECTIONS.includes(collection) ? undefined : store.get(collection, id);
  if (id === undefined || row === undefined)
    throw new SandboxProblem(400, `There is no row "${id}" in "${collection}".`);
  store.drop(collection, id);
  return row;
}
