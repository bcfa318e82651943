import type { SandboxReply } from '../kit/sandbox-server.js';
import type { ControlContext } from './control.js';
import { installationView } from './lifecycle.js';
import type { CustomerRow, OrderRow, ProductRow, SubscriptionRow } from './simple-api.types.js';

/** As many rows as a panel list shows. */
const SHOWN = 50;

/**
 * What the panel page shows, in small portions: `status`, `customers?search=`, `products?search=`, `orders`,
 * `subscriptions?customerId=`; undefined for anything else.
 */
export function panelData(context: ControlContext, section: string, query: URLSearchParams): SandboxReply | undefined {
  const read = SECTIONS[section];
  return read === undefined ? undefined : { status: 200, body: read(context, query) };
}

const SECTIONS: Record<string, (context: ControlContext, query: URLSearchParams) => unknown> = {
  status: (context) => ({
    now: context.clock.nowIso(),
    extensionUrl: context.extensionUrl() ?? null,
    canPost: context.peer() !== undefined,
    installation: newestInstallation(context),
  }),
  customers: ({ store }, query) =>
    found(store.all<CustomerRow>('customers'), query, (row) => row.name).map(({ id, name, status, currency }) => ({
      id,
      name,
      status,
      currency,
    })),
  products: ({ store }, query) =>
    found(store.all<ProductRow>('products'), query, (row) => `${row.name} ${row.serviceName}`).map((row) => ({
      id: row.id,
      name: row.name,
      plan: row.serviceName,
      mpn: row.mpn ?? '',
      billingPeriod: row.billingPeriod,
      subscriptionPeriod: row.subscriptionPeriod,
      billingModel: row.billingModel,
      prices: row.prices.filter((price) => price.type !== 'overuse'),
    })),
  orders: (context) =>
    context.store
      .all<OrderRow>('orders')
      .slice(-SHOWN)
      .toReversed()
      .map((row) => {
        const { total } = context.orderView(row);
        const customer = context.store.get<CustomerRow>('customers', row.customerId);
        const { id, orderNumber, type, status, creationDate, provisioningDate, subscriptionId } = row;
        const name = customer?.name ?? row.customerId;
        return { id, orderNumber, type, status, creationDate, provisioningDate, subscriptionId, customer: name, total };
      }),
  subscriptions: (context, query) =>
    context.store
      .all<SubscriptionRow>('subscriptions')
      .filter((row) => row.customerId === query.get('customerId'))
      .map((row) => context.subscriptionView(row)),
};

function newestInstallation(context: ControlContext): unknown {
  if (context.store.size('installations') === 0) return null;
  return installationView(context.host.installation());
}

/** The first rows whose text holds the search; no search = the first rows. */
function found<T>(rows: T[], query: URLSearchParams, textOf: (row: T) => string): T[] {
  const search = (query.get('search') ?? '').toLowerCase();
  return rows.filter((row) => textOf(row).toLowerCase().includes(search)).slice(0, SHOWN);
}
