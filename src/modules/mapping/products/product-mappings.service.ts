import { Injectable } from '@nestjs/common';
import type { PeriodType } from '../../../domain/autotask/entities.js';
import { examineProductSave, type PresentProducts, type ProductChange } from '../../../domain/mapping/product-save.js';
import { isRenamed } from '../../../domain/mapping/mapping-health.js';
import { serviceNeedOf } from '../../../domain/mapping/product-service.js';
import type { Product } from '../../../domain/marketplace/product.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { ConnectionRef } from '../connection-ref.js';
import { MappingChanges } from '../mapping-changes.js';
import { noteSize } from '../mirror-writer.js';
import { lockMappings } from '../save/change-lock.js';
import { refusal, type RefusedRow } from '../save/refused-rows.js';
import { ProductList } from './product-list.service.js';
import type { ProductMappingChange, ProductSaveResult } from './product.dto.js';

/** Saves products' mappings: all rows or none (FEATURES MAP-6, INS-8). */
@Injectable()
export class ProductMappings {
  constructor(
    private readonly database: Database,
    private readonly log: ActionLog,
    private readonly list: ProductList,
    private readonly changes: MappingChanges,
  ) {}

  /**
   * Applies the rows together; mapping a product to another service replaces the old one. A row that is already so
   * changes nothing and is never a conflict.
   *
   * @param by host user id.
   * @throws Problem naming every refused row (`rows`), and then nothing was changed. Codes: MAPPING_CONFLICT,
   * PRODUCT_UNKNOWN, PRODUCT_INACTIVE, PRODUCT_NEEDS_NO_SERVICE, SERVICE_UNKNOWN, SERVICE_INACTIVE, SERVICE_TAKEN,
   * CYCLE_MISMATCH, ROW_TWICE; MAPPING_REFUSED when they differ.
   */
  async save(connection: Connection, rows: ProductMappingChange[], by: string): Promise<ProductSaveResult> {
    const changed = await this.database.transaction(async (em) => await this.saveIn(em, connection, rows, by));
    if (changed.length > 0)
      await this.changes.changed(connection, { productKeys: changed.map(({ productKey }) => productKey) });
    return {
      changed: changed.length,
      unchanged: rows.length - changed.length,
      items: await this.list.rows(connection, [...new Set(rows.map(({ productKey }) => productKey))]),
    };
  }

  /** The same inside the caller's transaction; tell `MappingChanges` after it. @returns rows that changed something. */
  async saveIn(em: Unit, connection: Connection, rows: ProductChange[], by: string): Promise<ProductChange[]> {
    await lockMappings(em, connection);
    const present = await this.present(em, connection, rows);
    const { effective, refused } = examineProductSave(rows, present, connection.settings.severalProductsPerService);
    if (refused.length > 0)
      throw refusal(
        refused.map((row) => ({ ...row })),
        rows.length,
      );
    await this.apply(em, connection, effective, by);
    await noteSize(em, 'product_mapping', effective.length);
    for (const change of effective) await this.record(em, connection, change, present, by);
    return effective;
  }

  /** The rows a save would refuse, and why. */
  async refusals(connection: Connection, rows: readonly ProductChange[]): Promise<RefusedRow[]> {
    const present = await this.database.transaction(async (em) => await this.present(em, connection, rows));
    const { refused } = examineProductSave(rows, present, connection.settings.severalProductsPerService);
    return refused.map((row) => ({ ...row }));
  }

  private async present(em: Unit, connection: ConnectionRef, rows: readonly ProductChange[]): Promise<PresentProducts> {
    const tenant = [connection.installationId, connection.id];
    const mappings = await em.execute<
      { product_key: string; service_id: number; product_name: string | null; service_name: string | null }[]
    >(
      `select product_key, service_id, product_name, service_name from product_mapping
       where installation_id = ? and connection_id = ?`,
      tenant,
    );
    const keys = new Set(rows.map(({ productKey }) => productKey));
    const serviceIds = new Set(rows.map(({ serviceId }) => serviceId).filter((id) => id !== undefined));
    // Neighbours too: a refusal names the product that has the service.
    for (const row of mappings) {
      if (serviceIds.has(row.service_id)) keys.add(row.product_key);
      else if (keys.has(row.product_key)) serviceIds.add(row.service_id);
    }
    const products = await em.execute<{ key: string; name: string; active: boolean; version: number; data: Product }[]>(
      `select product_key as key, name, is_active as active, mapping_version as version, data from product_mirror
       where installation_id = ? and connection_id = ? and product_key in (?)`,
      [...tenant, [...keys]],
    );
    const services =
      serviceIds.size === 0
        ? []
        : await em.execute<{ id: number; name: string; active: boolean; period_type: PeriodType | null }[]>(
            `select service_id as id, name, is_active as active, period_type from service_mirror
             where installation_id = ? and connection_id = ? and service_id in (?)`,
            [...tenant, [...serviceIds]],
          );
    const names = {
      products: new Map(products.map(({ key, name }) => [key, name])),
      services: new Map(services.map(({ id, name }) => [id, name])),
    };
    const isOther = (then: string | null, now: string | undefined) => now !== undefined && isRenamed(then, now);
    return {
      renamed: new Set(
        mappings
          .filter(
            (row) =>
              isOther(row.product_name, names.products.get(row.product_key)) ||
              isOther(row.service_name, names.services.get(row.service_id)),
          )
          .map((row) => row.product_key),
      ),
      products: new Map(
        products.map(({ key, name, active, version, data }) => [
          key,
          { name, active, version, need: serviceNeedOf(data) },
        ]),
      ),
      services: new Map(
        services.map((row) => [
          row.id,
          {
            name: row.name,
            isActive: row.active,
            ...(row.period_type === null ? {} : { periodType: row.period_type }),
          },
        ]),
      ),
      mappings: new Map(mappings.map((row) => [row.product_key, row.service_id])),
    };
  }

  private async apply(em: Unit, connection: ConnectionRef, changes: ProductChange[], by: string): Promise<void> {
    const tenant = [connection.installationId, connection.id];
    const record = 'jsonb_to_recordset(?::jsonb) as r("productKey" text, "serviceId" int, action text)';
    const list = JSON.stringify(changes);
    await em.execute(
      `update product_mirror p set mapping_version = p.mapping_version + 1
       where p.installation_id = ? and p.connection_id = ? and p.product_key in (select r."productKey" from ${record})`,
      [...tenant, list],
    );
    await em.execute(
      `delete from product_mapping m using ${record}
       where m.installation_id = ? and m.connection_id = ? and r.action = 'unmap' and m.product_key = r."productKey"`,
      [list, ...tenant],
    );
    await em.execute(
      `insert into product_mapping
         (id, installation_id, connection_id, product_key, service_id, product_name, service_name, mapped_by, mapped_at,
          version)
       select gen_random_uuid(), p.installation_id, p.connection_id, r."productKey", r."serviceId", p.name, s.name, ?,
              clock_timestamp(), p.mapping_version
       from ${record} join product_mirror p on p.product_key = r."productKey"
       left join service_mirror s on s.installation_id = p.installation_id and s.connection_id = p.connection_id
        and s.service_id = r."serviceId"
       where p.installation_id = ? and p.connection_id = ? and r.action = 'map'
       on conflict (installation_id, connection_id, product_key) do update
         set service_id = excluded.service_id, product_name = excluded.product_name,
             service_name = excluded.service_name, mapped_by = excluded.mapped_by, mapped_at = excluded.mapped_at,
             version = excluded.version`,
      [by, list, ...tenant],
    );
  }

  private async record(
    em: Unit,
    connection: ConnectionRef,
    change: ProductChange,
    present: PresentProducts,
    by: string,
  ): Promise<void> {
    const { productKey, serviceId, action } = change;
    const name = present.products.get(productKey)?.name ?? productKey;
    const service = serviceId === undefined ? '' : (present.services.get(serviceId)?.name ?? String(serviceId));
    const mapped = action === 'map';
    await this.log.record(
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        actor: by,
        category: 'mapping',
        action: mapped ? 'product.mapped' : 'product.unmapped',
        outcome: 'ok',
        message: mapped ? `${name} is mapped to service "${service}".` : `${name} is no longer mapped to any service.`,
        before: { productKey, serviceId: present.mappings.get(productKey) ?? null },
        after: { productKey, serviceId: mapped ? serviceId : null },
      },
      em,
    );
  }
}
