import { Injectable } from '@nestjs/common';
import type { Company, PeriodType, Service } from '../../../domain/autotask/entities.js';
import { Database } from '../../../platform/database/database.js';
import type { PageQuery } from '../../../platform/http/page.js';
import type { ConnectionRef } from '../connection-ref.js';
import { containing, direction, leading, window } from '../list-query.js';
import { mirrorAges } from '../mirror-writer.js';
import type { MirrorKind } from '../mirror.entities.js';
import type {
  BillingCodeQuery,
  BillingCodeRow,
  BillingCodeRowPage,
  CompanyRow,
  CompanyRowPage,
  NamedRow,
  NamedRowPage,
  ServiceQuery,
  ServiceRow,
  ServiceRowPage,
} from './catalog.dto.js';

/** `companyType` of a vendor (reference/autotask-rest-api §10.1). */
const VENDOR = 7;

interface CatalogPage<T> {
  items: T[];
  total: number;
  page: number;
  pageSize: number;
  asOf: string | null;
}

/** What one of the lists is read from. */
interface Selection {
  kind: MirrorKind;
  table: string;
  columns: string;
  /** SQL after `is_active and`, with its parameters. */
  where: string;
  bindings: unknown[];
}

/**
 * Autotask's records that can be chosen on the mapping screens: active ones only (FEATURES MAP-4), by name, from the
 * mirrors. All lists throw Problem INPUT_INVALID for another sort than by name.
 */
@Injectable()
export class CatalogList {
  constructor(private readonly database: Database) {}

  /** Companies whose name, or company number, begins with the search. */
  async companies(connection: ConnectionRef, query: PageQuery): Promise<CompanyRowPage> {
    const { search } = query;
    const page = await this.page<{ data: Company; used_by: string[] | null }>(connection, query, {
      kind: 'companies',
      table: 'company_mirror',
      columns: `m.data, (select jsonb_agg(c.customer_id order by c.customer_id) from customer_mapping c
        where c.installation_id = m.installation_id and c.connection_id = m.connection_id
          and c.company_id = m.company_id) as used_by`,
      // Without a search the whole list is counted and paged from one index.
      ...(search === undefined || search.trim() === ''
        ? { where: 'true', bindings: [] }
        : {
            where: `(lower(m.name) like ? or lower(m.data->>'companyNumber') like ?)`,
            bindings: [leading(search), leading(search)],
          }),
    });
    return {
      ...page,
      items: page.items.map(({ data, used_by }): CompanyRow => ({
        id: data.id,
        name: data.name,
        companyNumber: data.companyNumber ?? null,
        city: data.city ?? null,
        taxId: data.taxId ?? null,
        isActive: data.isActive,
        customerIds: used_by ?? [],
      })),
    };
  }

  /** Services of one period or all. */
  async services(connection: ConnectionRef, query: ServiceQuery): Promise<ServiceRowPage> {
    const search = query.search ?? '';
    const page = await this.page<{ data: Service; used_by: string[] | null }>(connection, query, {
      kind: 'services',
      table: 'service_mirror',
      columns: `m.data, (select jsonb_agg(c.product_key order by c.product_key) from product_mapping c
        where c.installation_id = m.installation_id and c.connection_id = m.connection_id
          and c.service_id = m.service_id) as used_by`,
      where: `(lower(m.name) like ? or lower(m.data->>'sku') like ? or lower(m.data->>'externalId') like ?)
        and (?::int is null or m.period_type = ?::int)`,
      bindings: [
        containing(search),
        leading(search),
        leading(search),
        query.periodType ?? null,
        query.periodType ?? null,
      ],
    });
    return { ...page, items: page.items.map(({ data, used_by }) => serviceRow(data, used_by ?? [])) };
  }

  /** Billing codes of one use type or all. */
  async billingCodes(connection: ConnectionRef, query: BillingCodeQuery): Promise<BillingCodeRowPage> {
    return await this.page<BillingCodeRow>(connection, query, {
      kind: 'billingCodes',
      table: 'billing_code_mirror',
      columns: 'm.billing_code_id as id, m.name, m.use_type as "useType", m.is_active as "isActive"',
      where: 'lower(m.name) like ? and (?::int is null or m.use_type = ?::int)',
      bindings: [containing(query.search ?? ''), query.useType ?? null, query.useType ?? null],
    });
  }

  /** Autotask products: targets of fees. */
  async autotaskProducts(connection: ConnectionRef, query: PageQuery): Promise<NamedRowPage> {
    return await this.page<NamedRow>(connection, query, {
      kind: 'autotaskProducts',
      table: 'autotask_product_mirror',
      columns: 'm.product_id as id, m.name, m.is_active as "isActive"',
      where: 'lower(m.name) like ?',
      bindings: [containing(query.search ?? '')],
    });
  }

  /** Companies of type vendor, for a new service. */
  async vendors(connection: ConnectionRef, query: PageQuery): Promise<NamedRowPage> {
    return await this.page<NamedRow>(connection, query, {
      kind: 'companies',
      table: 'company_mirror',
      columns: 'm.company_id as id, m.name, m.is_active as "isActive"',
      where: `lower(m.name) like ? and (m.data->>'companyType')::int = ${VENDOR}`,
      bindings: [leading(query.search ?? '')],
    });
  }

  private async page<T>(connection: ConnectionRef, query: PageQuery, from: Selection): Promise<CatalogPage<T>> {
    const order = direction(query.sort, 'name');
    const rows = `from ${from.table} m where m.installation_id = ? and m.connection_id = ? and m.is_active and ${from.where}`;
    const bindings = [connection.installationId, connection.id, ...from.bindings];
    const [count] = await this.database.sql<{ total: number }>(`select count(*)::int as total ${rows}`, bindings);
    return {
      items: await this.database.sql<T>(
        `select ${from.columns} ${rows} order by lower(m.name) ${order}, m.name ${order}, m.id limit ? offset ?`,
        [...bindings, ...window(query)],
      ),
      total: count!.total,
      page: query.page,
      pageSize: query.pageSize,
      asOf: (await mirrorAges(this.database, connection))[from.kind]?.readAt.toISOString() ?? null,
    };
  }
}

/** What the API shows of a service. */
export function serviceRow(service: Service, productKeys: string[]): ServiceRow {
  const periodType: PeriodType | null = service.periodType ?? null;
  return {
    id: service.id,
    name: service.name,
    periodType,
    unitPrice: service.unitPrice,
    unitCost: service.unitCost ?? null,
    billingCodeId: service.billingCodeId ?? null,
    sku: service.sku ?? null,
    externalId: service.externalId ?? null,
    isActive: service.isActive,
    productKeys,
  };
}
