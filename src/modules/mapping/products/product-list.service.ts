import { Injectable } from '@nestjs/common';
import { serviceNeedOf, type ProductTerms } from '../../../domain/mapping/product-service.js';
import { suggestServices, type ServiceSuggestion } from '../../../domain/mapping/product-suggestions.js';
import { Database } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { asOf, direction, leading, window } from '../list-query.js';
import { mirrorAges } from '../mirror-writer.js';
import { PRODUCT_COLUMNS, PRODUCT_ROWS, productRow, type ProductRecord } from './product-rows.js';
import type { PlanView, ProductPage, ProductQuery, ProductRow } from './product.dto.js';

/** The products list, from the mirrors alone (FEATURES MAP-6). Two rows may differ only by billing or subscription period. */
@Injectable()
export class ProductList {
  constructor(private readonly database: Database) {}

  /** A page, by name or by plan and name. @throws Problem INPUT_INVALID for another sort. */
  async page(connection: Connection, query: ProductQuery): Promise<ProductPage> {
    const order = direction(query.sort, 'name');
    const pattern = leading(query.search ?? '');
    const searched = `${PRODUCT_ROWS}
      and (lower(p.name) like ? or lower(p.group_name) like ? or lower(p.data->>'mpn') like ? or lower(p.data->>'id') like ?)
      ${query.hideMapped ? 'and m.service_id is null' : ''}`;
    const bindings = [connection.installationId, connection.id, pattern, pattern, pattern, pattern];
    const [count] = await this.database.sql<{ total: number }>(`select count(*)::int as total ${searched}`, bindings);
    const rows = await this.database.sql<ProductRecord>(
      `select ${PRODUCT_COLUMNS} ${searched}
       order by ${query.groupBy === 'plan' ? `lower(p.group_name) ${order}, p.group_name ${order},` : ''}
                lower(p.name) ${order}, p.product_key ${order} limit ? offset ?`,
      [...bindings, ...window(query)],
    );
    return {
      items: await this.complete(connection, rows),
      total: count!.total,
      page: query.page,
      pageSize: query.pageSize,
      ...(query.groupBy === 'plan' ? { plans: await this.plans(searched, bindings) } : {}),
      asOf: asOf(await mirrorAges(this.database, connection), ['products', 'services']),
    };
  }

  /** These products' rows, by name; unknown keys are left out. */
  async rows(connection: Connection, productKeys: readonly string[]): Promise<ProductRow[]> {
    if (productKeys.length === 0) return [];
    const rows = await this.database.sql<ProductRecord>(
      `select ${PRODUCT_COLUMNS} ${PRODUCT_ROWS} and p.product_key in (?) order by lower(p.name), p.product_key`,
      [connection.installationId, connection.id, productKeys],
    );
    return await this.complete(connection, rows);
  }

  private async plans(searched: string, bindings: unknown[]): Promise<PlanView[]> {
    return await this.database.sql<PlanView>(
      `select p.group_name as name, count(*)::int as products, count(m.service_id)::int as mapped ${searched}
       group by p.group_name order by lower(p.group_name), p.group_name`,
      bindings,
    );
  }

  private async complete(connection: Connection, rows: ProductRecord[]): Promise<ProductRow[]> {
    const open = rows.some((row) => row.service_id === null);
    const suggestions = open ? await this.suggestions(connection) : new Map<string, ServiceSuggestion[]>();
    return rows.map((row) => productRow(row, suggestions.get(row.product_key) ?? []));
  }

  /** Over the whole catalogue: whether two products want one service cannot be told from a page. */
  private async suggestions(connection: Connection): Promise<Map<string, ServiceSuggestion[]>> {
    const tenant = [connection.installationId, connection.id];
    const products = await this.database.sql<
      { key: string; id: string; mpn: string | null; name: string } & { terms: ProductTerms }
    >(
      `select p.product_key as key, p.data->>'id' as id, p.data->>'mpn' as mpn, p.name,
              jsonb_build_object('billingModel', p.data->'billingModel', 'billingPeriod', p.data->'billingPeriod',
                                 'subscriptionPeriod', p.data->'subscriptionPeriod') as terms
       from product_mirror p
       where p.installation_id = ? and p.connection_id = ? and p.is_active and not exists (
         select 1 from product_mapping m where m.installation_id = p.installation_id
           and m.connection_id = p.connection_id and m.product_key = p.product_key)`,
      tenant,
    );
    const services = await this.database.sql<{
      id: number;
      name: string;
      period_type: number | null;
      sku: string | null;
      external_id: string | null;
      taken: boolean;
    }>(
      `select s.service_id as id, s.name, s.period_type, s.data->>'sku' as sku, s.data->>'externalId' as external_id,
              exists (select 1 from product_mapping m where m.installation_id = s.installation_id
                        and m.connection_id = s.connection_id and m.service_id = s.service_id) as taken
       from service_mirror s where s.installation_id = ? and s.connection_id = ? and s.is_active`,
      tenant,
    );
    return suggestServices(
      products.map(({ terms, mpn, ...product }) => ({ ...product, mpn: mpn ?? undefined, need: serviceNeedOf(terms) })),
      services.map((service) => ({
        id: service.id,
        name: service.name,
        periodType: service.period_type ?? undefined,
        sku: service.sku ?? undefined,
        externalId: service.external_id ?? undefined,
        taken: service.taken,
      })),
      connection.settings.severalProductsPerService,
    );
  }
}
