import { Injectable } from '@nestjs/common';
import { hasEnded, type Subscription } from '../../domain/marketplace/subscription.js';
import { MarketplacePort } from '../../ports/marketplace.port.js';
import { Clock } from '../../ports/clock.port.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import type { ConnectionRef } from './connection-ref.js';
import { noteStandings } from './customers/customer-standings.js';
import {
  CUSTOMERS,
  customerRow,
  PRODUCTS,
  productRow,
  productsOf,
  SUBSCRIPTIONS,
  subscriptionRow,
} from './mirror-tables.js';
import {
  deactivateVanished,
  noteMirrorRead,
  refuseSuddenEmptiness,
  upsertMirror,
  type MirrorRow,
} from './mirror-writer.js';

/**
 * Copies of the marketplace's customers, products and subscriptions, for screens that call nobody (DESIGN §5). A push
 * re-reads what it relies on.
 */
@Injectable()
export class MarketplaceMirror {
  constructor(
    private readonly database: Database,
    private readonly marketplace: MarketplacePort,
    private readonly access: ConnectionAccess,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads every customer; those that vanished become inactive. The API has no delta.
   *
   * @returns how many were read. @throws MarketplaceError, or Problem MIRROR_EMPTY.
   */
  async refreshCustomers(connection: Connection): Promise<number> {
    const readAt = this.clock.now();
    const customers = await this.marketplace.customers(this.access.marketplace(connection));
    await refuseSuddenEmptiness(this.database, connection, CUSTOMERS, 'customers', customers.length);
    await upsertMirror(this.database.unit(), connection, CUSTOMERS, customers.map(customerRow), readAt);
    await deactivateVanished(this.database, connection, CUSTOMERS, readAt);
    await noteStandings(this.database.unit(), connection);
    await noteMirrorRead(this.database, connection, 'customers', { readAt, full: true });
    return customers.length;
  }

  /**
   * Reads the whole catalogue. A product that vanished from it stays active while a running subscription holds it:
   * what is no longer sold still has to be billed.
   *
   * @returns how many were read. @throws MarketplaceError, or Problem MIRROR_EMPTY.
   */
  async refreshProducts(connection: Connection): Promise<number> {
    const readAt = this.clock.now();
    const products = await this.marketplace.products(this.access.marketplace(connection));
    await refuseSuddenEmptiness(this.database, connection, PRODUCTS, 'products', products.length);
    await upsertMirror(this.database.unit(), connection, PRODUCTS, products.map(productRow), readAt);
    await deactivateVanished(
      this.database,
      connection,
      PRODUCTS,
      readAt,
      `m.product_key in (
         select item->>'productKey' from subscription_mirror s, jsonb_array_elements(s.data->'items') item
         where s.installation_id = m.installation_id and s.connection_id = m.connection_id and s.is_active)`,
    );
    await noteMirrorRead(this.database, connection, 'products', { readAt, full: true });
    return products.length;
  }

  /**
   * Stores subscriptions that somebody else read, in the caller's unit of work, and makes their products known where the
   * catalogue lacks them. Never removes any: subscriptions end by their status.
   *
   * @param rows the detailed form with the text of the list line it belongs to (DESIGN §8, sweep).
   */
  async saveSubscriptions(
    em: Unit,
    connection: Connection,
    rows: { subscription: Subscription; signature: string }[],
  ): Promise<void> {
    const readAt = this.clock.now();
    await upsertMirror(
      em,
      connection,
      SUBSCRIPTIONS,
      rows.map(({ subscription, signature }) => subscriptionRow(subscription, signature)),
      readAt,
    );
    const products = rows
      .filter(({ subscription }) => !hasEnded(subscription))
      .flatMap(({ subscription }) => productsOf(subscription));
    await addUnlistedProducts(em, connection, products.map(productRow), readAt);
  }

  /** A customer's name as last read; undefined when no such customer was ever read. */
  async customerName(em: Unit, connection: ConnectionRef, customerId: string): Promise<string | undefined> {
    const [row] = await em.execute<{ name: string }[]>(
      `select name from customer_mirror where installation_id = ? and connection_id = ? and customer_id = ?`,
      [connection.installationId, connection.id, customerId],
    );
    return row?.name;
  }
}

/** Adds products only where the key is new; a known one becomes active again and keeps what the catalogue said. */
async function addUnlistedProducts(
  em: Unit,
  connection: ConnectionRef,
  rows: readonly MirrorRow[],
  readAt: Date,
): Promise<void> {
  const unique = [...new Map(rows.map((row) => [row.product_key, row])).values()];
  if (unique.length === 0) return;
  await em.execute(
    `insert into product_mirror (id, installation_id, connection_id, read_at, product_key, group_name, name, is_active, data)
     select gen_random_uuid(), ?, ?, ?, r.product_key, r.group_name, r.name, true, r.data
     from jsonb_to_recordset(?::jsonb) as r(product_key text, group_name text, name text, data jsonb)
     on conflict (installation_id, connection_id, product_key) do update set is_active = true
       where not product_mirror.is_active`,
    [connection.installationId, connection.id, readAt, JSON.stringify(unique)],
  );
}
