import { SandboxClock } from '../kit/clock.js';
import {
  behaviourOf,
  serveSandbox,
  type RunningSandbox,
  type SandboxReply,
  type SandboxRequest,
  type SandboxSystem,
} from '../kit/sandbox-server.js';
import { Store, type Row } from '../kit/store.js';
import { API_BASE, createApiRouter, downloadReport } from './api-router.js';
import { API_ACCESS, ApiTokens } from './api-token.js';
import {
  customerView,
  orderView,
  planView,
  productView,
  reportView,
  subscriptionView,
  type MoneySets,
} from './api-views.js';
import { control } from './control.js';
import { HostIdentity } from './host-identity.js';
import { ExtensionHost, installationView, type InstallationRow } from './lifecycle.js';
import { OrderEngine } from './order-engine.js';
import { panelFile } from './panel-files.js';
import { seedMarketplace, seedSize } from './seed.js';
import type { CustomerRow, OrderRow, PlanRow, ProductRow, ReportRow, SubscriptionRow } from './simple-api.types.js';
import { finishRuns } from './usage-reports.js';

/** Own switches; the first value is the default (DESIGN §9). */
export const MARKETPLACE_SWITCHES = {
  orderListing: ['newest', 'oldest'],
  moneySets: ['equal', 'different'],
  expiryMakesOrder: ['off', 'on'],
  tokenLifetime: ['1500', '300', '60', '10', '5', '2', '1', '0'],
} as const satisfies SandboxSystem['switches'];

/** Switches of the sandbox Autotask: taken without effect, so that one object can be sent to both. */
export const AUTOTASK_SWITCHES: readonly string[] = [
  'sameDateAdjustment',
  'adjustPosted',
  'negativeCharge',
  'zeroUnitRows',
  'splitRows',
  'windowPriceMeaning',
  'readOnlyPatch',
  'patchedPrice',
  'belowZero',
  'repeatService',
  'effectiveTime',
  'prorationBasis',
  'rounding',
  'periodConversion',
  'missingPeriodType',
  'defaultCompanyCurrency',
  'contractNotes',
  'newServiceFields',
  'requiredServiceField',
  'stringCompare',
  'unknownOperator',
  'dateFormat',
  'threadLimitStatus',
  'thresholdStatus',
  'thresholdRetryAfter',
  'slowDown',
  'unauthorizedBody',
];

/** Values that belong to the host rather than to its data, and so survive a reset. */
const KEPT_OVER_RESET = ['clock:offsetMs', 'tokens:key', 'tokens:epoch'];

export interface MarketplaceSandboxOptions {
  /** 0 picks a free port. */
  port: number;
  /** Journal file; omitted = memory only. */
  file?: string;
  /** Origin of the sandbox Autotask, told whenever the clock moves. */
  peer?: () => string | undefined;
  /** Where the extension lives when an install does not say. */
  extensionUrl?: () => string;
  /** Instant the clock starts from when there is no journal yet; omitted = real time. */
  now?: string;
}

/**
 * Starts a marketplace: the Simple API 1.15 at `{origin}/marketplace`, the host panel at `/`, its key set at
 * `/.well-known/jwks.json`, control calls at `/_sandbox/…` (DESIGN §9, reference/marketplace-platforms.md §14).
 * An empty store is seeded small.
 *
 * @throws Error with one sentence when the port is taken or `now` is no instant.
 */
export async function startMarketplaceSandbox(options: MarketplaceSandboxOptions): Promise<RunningSandbox> {
  let origin = '';
  const store = new Store(options.file);
  const clock = new SandboxClock(store);
  const fresh = store.isEmpty;
  if (fresh && options.now !== undefined) clock.set(options.now);
  const switches = { store, switches: MARKETPLACE_SWITCHES };
  const engine = new OrderEngine(store, () => behaviourOf(switches, 'expiryMakesOrder') === 'on');
  const tokens = new ApiTokens(store);
  const identity = await HostIdentity.open(store, () => origin);
  const host = new ExtensionHost(store, identity, () => origin);

  const productOf = (id: string) => store.get<ProductRow>('products', id);
  const sets = () => behaviourOf(switches, 'moneySets') as MoneySets;
  const orderDetail = (row: OrderRow) => orderView(row, true, sets(), productOf);
  const subscriptionDetail = (row: SubscriptionRow) => subscriptionView(row, true, productOf);
  const api = createApiRouter({
    store,
    clock,
    engine,
    tokens,
    behaviour: (name) => behaviourOf(switches, name),
    origin: () => origin,
  });
  const controls = {
    store,
    clock,
    engine,
    tokens,
    host,
    extensionUrl: () => options.extensionUrl?.(),
    peer: () => options.peer?.(),
    orderView: orderDetail,
    subscriptionView: subscriptionDetail,
  };

  function seed(wanted: { seed?: number; size?: string }): void {
    seedMarketplace(store, engine, clock.nowMs(), wanted);
  }

  const system: SandboxSystem = {
    store,
    clock,
    switches: MARKETPLACE_SWITCHES,
    foreignSwitches: AUTOTASK_SWITCHES,
    handle: (request) => answer(request),
    control: (request, path) => control(controls, request, path),
    reset(wanted) {
      seedSize(wanted.size);
      const kept = KEPT_OVER_RESET.map((name) => [name, store.read<unknown>(name, undefined)] as const);
      store.clear();
      for (const [name, value] of kept) if (value !== undefined) store.write(name, value);
      identity.keepIn(store);
      seed(wanted);
    },
    state() {
      engine.advanceTo(clock.nowMs());
      finishRuns(store);
      return {
        customers: store.all<CustomerRow>('customers').map(customerView),
        products: store.all<ProductRow>('products').map(productView),
        plans: store.all<PlanRow>('plans').map((row) => planView(row, true)),
        orders: store.all<OrderRow>('orders').map(orderDetail),
        subscriptions: store.all<SubscriptionRow>('subscriptions').map(subscriptionDetail),
        reports: store.all<ReportRow>('reports').map((row) => reportView(row, origin)),
        usage: store.all<Row>('usage'),
        installations: store.all<InstallationRow>('installations').map(installationView),
        credentials: { baseUrl: `${origin}${API_BASE}`, ...API_ACCESS },
        clock: { now: clock.nowIso() },
      };
    },
  };

  function answer(request: SandboxRequest): SandboxReply {
    if (request.path === API_BASE || request.path.startsWith(`${API_BASE}/`)) return api(request);
    if (request.path.startsWith('/marketplace-files/')) return downloadReport(store, request);
    if (request.path === '/.well-known/jwks.json') return { status: 200, body: identity.jwks() };
    return panelFile(request, origin) ?? { status: 404, body: { error: `There is nothing at ${request.path}.` } };
  }

  if (fresh) seed({});
  store.commit();
  const running = await serveSandbox(system, { port: options.port, ...(options.peer ? { peer: options.peer } : {}) });
  origin = running.origin;
  return running;
}
