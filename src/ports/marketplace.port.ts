import type { Customer, NewCustomer } from '../domain/marketplace/customer.js';
import type { Instant } from '../domain/calendar/calendar-date.js';
import type { Order } from '../domain/marketplace/order.js';
import type { Product } from '../domain/marketplace/product.js';
import type { Subscription } from '../domain/marketplace/subscription.js';
import type { UsageRecord } from '../domain/marketplace/usage-record.js';

/** Access to one reseller's marketplace account (FEATURES INS-12). Secrets; never logged. */
export interface MarketplaceAccess {
  installationId: string;
  connectionId: string;
  baseUrl: string;
  user: string;
  password: string;
  subscriptionKey: string;
  marketplace: string;
  /** IANA zone in which the marketplace's days are read (INS-13). */
  timeZone: string;
}

/** A line of an order list: enough to know whether the detailed form must be read. */
export interface OrderHeader {
  id: string;
  number: string;
  sourceType: string;
  status: Order['status'];
  createdAt: Instant;
}

/** A line of the subscription list: what the sweep compares (DESIGN §8). */
export interface SubscriptionHeader {
  id: string;
  customerId: string;
  name: string;
  status: Subscription['status'];
  creationDate: string;
  lastModifiedDate?: string;
  renewalDate?: string;
  expirationDate?: string;
}

/** Values the marketplace sent that this product has never heard of: kept in the record and reported, never dropped. */
export interface UnknownValue {
  where: string;
  field: string;
  value: string;
}

/** What an error keeps. Never headers, credentials, tokens, signed links or bodies. */
export interface MarketplaceErrorDetails {
  /** Method and path without query, e.g. `GET /marketplace/orders`. */
  request: string;
  status?: number | undefined;
  /** The marketplace's own words. */
  texts?: readonly string[];
  /** Its id of the exchange, for its support and the Action Log (reference/marketplace-platforms §2.3). */
  correlationId?: string | undefined;
  retryAfterMs?: number | undefined;
  /** A write was sent and nobody knows whether it took effect. */
  mayHaveLanded?: boolean;
  cause?: unknown;
}

/** Everything that can go wrong with the marketplace. Switch on the class or `code`; never parse the message. */
export abstract class MarketplaceError extends Error {
  abstract readonly code: string;
  readonly request: string;
  readonly status: number | undefined;
  readonly texts: readonly string[];
  readonly correlationId: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** True only for a write whose outcome is unknown: it has to be proven before it is sent again (DESIGN §7). */
  readonly mayHaveLanded: boolean;

  constructor(sentence: string, details: MarketplaceErrorDetails) {
    super(sentence, details.cause ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.request = details.request;
    this.status = details.status;
    this.texts = details.texts ?? [];
    this.correlationId = details.correlationId;
    this.retryAfterMs = details.retryAfterMs;
    this.mayHaveLanded = details.mayHaveLanded ?? false;
  }
}

/**
 * The marketplace as this product needs it. Reads only, except `createCustomer`. Every method may throw a
 * `MarketplaceError` subclass; a failed look-up is never reported as "not found" (reference/autotask-rest-api §12.4).
 */
export abstract class MarketplacePort {
  /** Proves access: token and one list call. @throws MarketplaceError whose code says what is wrong. */
  abstract verifyAccess(access: MarketplaceAccess): Promise<void>;
  /**
   * Orders created from an instant on, every page. Survives a moving list: if `total` changes while paging it starts
   * over, three times at most (DESIGN §8). No order is returned twice.
   */
  abstract ordersSince(access: MarketplaceAccess, createdFrom: Instant): Promise<OrderHeader[]>;
  /** One order in detail; undefined only when the marketplace says that it does not exist. */
  abstract order(access: MarketplaceAccess, id: string): Promise<Order | undefined>;
  /** Every subscription's header. */
  abstract subscriptions(access: MarketplaceAccess): Promise<SubscriptionHeader[]>;
  /** One subscription in detail; undefined only when the marketplace says that it does not exist. */
  abstract subscription(access: MarketplaceAccess, id: string): Promise<Subscription | undefined>;
  /** Every customer. */
  abstract customers(access: MarketplaceAccess): Promise<Customer[]>;
  /** Customers whose external id is exactly this one. */
  abstract customersByExternalId(access: MarketplaceAccess, externalId: string): Promise<Customer[]>;
  /**
   * Creates a customer; never repeated by itself, because the marketplace has no idempotency key.
   *
   * @throws MarketplaceError with code MARKETPLACE_REJECTED and the marketplace's words when it refused; with
   * `mayHaveLanded` when nobody knows; otherwise nothing was created.
   */
  abstract createCustomer(access: MarketplaceAccess, customer: NewCustomer): Promise<Customer>;
  /** The whole catalogue. */
  abstract products(access: MarketplaceAccess): Promise<Product[]>;
  /**
   * Usage rows whose period overlaps the window, of completed report runs: of each subscription, product, kind and period
   * start only what the newest run says.
   *
   * @param reportsFrom only runs made from this instant on; without it every run the marketplace still keeps.
   */
  abstract usage(access: MarketplaceAccess, from: string, to: string, reportsFrom?: Instant): Promise<UsageRecord[]>;
  /** Unknown values met since the last call, cleared by reading them. */
  abstract takeUnknownValues(connectionId: string): UnknownValue[];
}
