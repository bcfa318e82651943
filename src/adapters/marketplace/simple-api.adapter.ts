import type { Customer, NewCustomer } from '../../domain/marketplace/customer.js';
import type { Instant } from '../../domain/calendar/calendar-date.js';
import type { Order } from '../../domain/marketplace/order.js';
import type { Product } from '../../domain/marketplace/product.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import type { UsageRecord } from '../../domain/marketplace/usage-record.js';
import {
  MarketplacePort,
  type MarketplaceAccess,
  type OrderHeader,
  type SubscriptionHeader,
  type UnknownValue,
} from '../../ports/marketplace.port.js';
import { SimpleApiClient, type SimpleApiOptions } from './simple-api.client.js';
import { order, orderHeader, subscriptionsToComplete } from './simple-api.order-schema.js';
import * as schema from './simple-api.schema.js';
import { completedRun, newestRevisions, usageRows } from './simple-api.usage.js';
import type { ReadingContext } from './wire-record.js';

/** So many different unknown values are kept per connection until somebody takes them. */
const UNKNOWN_VALUES_KEPT = 200;

/**
 * The marketplace port over the CloudBlue Simple API 1.15. Reads only, except `createCustomer`. Every method throws MarketplaceError subclasses
 * (see simple-api.errors); a failed look-up is never "not found".
 */
export class SimpleApiMarketplace extends MarketplacePort {
  readonly #client: SimpleApiClient;
  readonly #unknown = new Map<string, Map<string, UnknownValue>>();

  constructor(options: SimpleApiOptions) {
    super();
    this.#client = new SimpleApiClient(options);
  }

  override verifyAccess(access: MarketplaceAccess): Promise<void> {
    return this.#client.verify(access);
  }

  override async ordersSince(access: MarketplaceAccess, createdFrom: Instant): Promise<OrderHeader[]> {
    const rows = await this.#client.list(access, 'orders', { creationTimeFrom: createdFrom });
    const context = this.#context(access);
    return rows.map((row) => orderHeader(row, context));
  }

  /** An item that lacks periods, vendor or MPN is completed from its subscription, which costs a request more. */
  override async order(access: MarketplaceAccess, id: string): Promise<Order | undefined> {
    const found = await this.#client.get(access, `orders/${encodeURIComponent(id)}`);
    if (!found) return undefined;
    const context = this.#context(access, found.correlationId);
    const known = new Map<string, Subscription>();
    for (const subscriptionId of subscriptionsToComplete(found.body, context)) {
      const held = await this.subscription(access, subscriptionId);
      if (held) known.set(subscriptionId, held);
    }
    return order(found.body, known, context);
  }

  override async subscriptions(access: MarketplaceAccess): Promise<SubscriptionHeader[]> {
    const rows = await this.#client.list(access, 'subscriptions');
    const context = this.#context(access);
    return rows.map((row) => schema.subscriptionHeader(row, context));
  }

  override async subscription(access: MarketplaceAccess, id: string): Promise<Subscription | undefined> {
    const found = await this.#client.get(access, `subscriptions/${encodeURIComponent(id)}`);
    return found && schema.subscription(found.body, this.#context(access, found.correlationId));
  }

  override async customers(access: MarketplaceAccess): Promise<Customer[]> {
    const rows = await this.#client.list(access, 'customers');
    const context = this.#context(access);
    return rows.map((row) => schema.customer(row, context));
  }

  override async customersByExternalId(access: MarketplaceAccess, externalId: string): Promise<Customer[]> {
    const rows = await this.#client.list(access, 'customers', { externalId });
    const context = this.#context(access);
    // A filter that a tenant does not know is no filter.
    return rows.map((row) => schema.customer(row, context)).filter((customer) => customer.externalId === externalId);
  }

  override async createCustomer(access: MarketplaceAccess, customer: NewCustomer): Promise<Customer> {
    const secrets = customer.access ? [customer.access.password] : [];
    const created = await this.#client.post(access, 'customers', schema.newCustomer(customer), secrets);
    return schema.customer(created.body, this.#context(access, created.correlationId));
  }

  override async products(access: MarketplaceAccess): Promise<Product[]> {
    // One article may be listed once per period, so the id alone does not tell rows apart.
    const rows = await this.#client.list(access, 'products', {}, productIdentity);
    const context = this.#context(access);
    return rows.map((row) => schema.product(row, context));
  }

  /**
   * Rows whose period overlaps `from`…`to` (both included), of every completed JSON run that covers one of these days and
   * was made from `reportsFrom` on. Of each subscription, product, kind and period start only the newest run's rows are
   * given. Runs in other formats and of other data sets are reported, not read.
   */
  override async usage(
    access: MarketplaceAccess,
    from: string,
    to: string,
    reportsFrom?: Instant,
  ): Promise<UsageRecord[]> {
    const context = this.#context(access);
    const listed = await this.#client.list(access, 'reports', { status: 'completed' });
    const runs = listed
      .map((row) => completedRun(row, context))
      .filter((run) => run !== undefined)
      .filter(({ first, last }) => (first === undefined || first <= to) && (last === undefined || last >= from))
      .filter(({ createdAt }) => reportsFrom === undefined || isFrom(createdAt, reportsFrom))
      .sort((a, b) => timeOf(a.createdAt) - timeOf(b.createdAt));
    const files: UsageRecord[][] = [];
    for (const run of runs) {
      if (run.format !== 'json' || run.downloadUrl === undefined) {
        const [field, value] = run.format === 'json' ? ['downloadUrl', 'missing'] : ['format', run.format];
        context.unknown(`report "${run.name}"`, field, value);
        continue;
      }
      const rows = usageRows(await this.#client.download(access, run.downloadUrl), run, context);
      if (rows) files.push(rows);
      else context.unknown(`report "${run.name}"`, 'columns', 'no usage columns');
    }
    return newestRevisions(files).filter(({ periodStart, periodEnd }) => periodStart <= to && periodEnd >= from);
  }

  override takeUnknownValues(connectionId: string): UnknownValue[] {
    const values = [...(this.#unknown.get(connectionId)?.values() ?? [])];
    this.#unknown.delete(connectionId);
    return values;
  }

  #context(access: MarketplaceAccess, correlationId?: string): ReadingContext {
    return {
      timeZone: access.timeZone,
      correlationId,
      unknown: (where, field, value) => {
        const kept = this.#unknown.get(access.connectionId) ?? new Map<string, UnknownValue>();
        this.#unknown.set(access.connectionId, kept);
        if (kept.size < UNKNOWN_VALUES_KEPT) kept.set(JSON.stringify([where, field, value]), { where, field, value });
      },
    };
  }
}

/** A run that does not say when it was made is the oldest. */
function timeOf(instant: Instant): number {
  return Date.parse(instant) || 0;
}

/** A run that does not say when it was made may be new. */
function isFrom(createdAt: Instant, from: Instant): boolean {
  return createdAt === '' || timeOf(createdAt) >= timeOf(from);
}

function productIdentity(row: unknown): string {
  const { id, mpn, vendor, billingPeriod, subscriptionPeriod } = (row ?? {}) as Record<string, unknown>;
  return JSON.stringify([id, mpn, vendor, billingPeriod, subscriptionPeriod]);
}
