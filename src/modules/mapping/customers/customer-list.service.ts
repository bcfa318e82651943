import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { PageQuery } from '../../../platform/http/page.js';
import { notFound } from '../../../platform/http/problem.js';
import type { ConnectionRef } from '../connection-ref.js';
import { groupBy } from '../group-by.js';
import { asOf, direction, leading, tenant, window } from '../list-query.js';
import { mirrorAges } from '../mirror-writer.js';
import {
  customerRow,
  suggestionView,
  type MappingRecord,
  type RejectionRecord,
  type StandingRecord,
  type SuggestionRecord,
} from './customer-rows.js';
import type { CustomerPage, CustomerQuery, CustomerRow, CustomerSuggestionPage } from './customer.dto.js';

/** What a row of the list needs of the customer itself. */
const COLUMNS = `c.customer_id, c.name, c.data->>'externalId' as external_id, c.data->>'status' as status, c.is_active,
  c.auto_sync, c.mapping_version as version, c.standing as state, c.suggested`;

/** Which rows each filter shows; every filter is a stored column, so that no list has to compare names. */
const FILTERS: Record<CustomerQuery['status'], string> = {
  all: 'true',
  unmapped: `standing = 'unmapped'`,
  suggested: 'suggested',
  matched: `standing = 'matched'`,
  broken: `standing = 'broken'`,
  rejected: 'rejected',
};

/**
 * The customers list and its suggestions, from the mirrors alone: it answers at once and calls nobody (FEATURES MAP-1,
 * MAP-2). Shown are customers that may be mapped and those that are.
 */
@Injectable()
export class CustomerList {
  constructor(private readonly database: Database) {}

  /** A page, sorted by name, with how many rows each filter would show. @throws Problem INPUT_INVALID for another sort. */
  async page(connection: ConnectionRef, query: CustomerQuery): Promise<CustomerPage> {
    const order = direction(query.sort, 'name');
    const pattern = leading(query.search ?? '');
    const searches = pattern === '%' ? [] : [pattern, pattern, pattern];
    // One pass over narrow rows for the counts and the page; the page's rows are then fetched by their keys.
    const rows = await this.database.sql<Record<keyof CustomerPage['counts'], number> & { customer_id: string | null }>(
      `with rejecting as materialized (
         select distinct r.customer_id from suggestion_rejection r where r.installation_id = ? and r.connection_id = ?),
       searched as materialized (
         select c.customer_id, lower(c.name) as sort_name, c.standing, c.suggested, r.customer_id is not null as rejected
         from customer_mirror c left join rejecting r on r.customer_id = c.customer_id
         where c.installation_id = ? and c.connection_id = ? and c.standing <> 'hidden'
           ${searches.length === 0 ? '' : `and (lower(c.name) like ? or lower(c.customer_id) like ? or lower(c.data->>'externalId') like ?)`}),
       counts as (
         select (count(*) filter (where standing = 'unmapped'))::int as unmapped,
                (count(*) filter (where suggested))::int as suggested,
                (count(*) filter (where standing = 'matched'))::int as matched,
                (count(*) filter (where standing = 'broken'))::int as broken,
                (count(*) filter (where rejected))::int as rejected, count(*)::int as "all"
         from searched),
       page as (
         select customer_id, sort_name from searched where ${FILTERS[query.status]}
         order by sort_name ${order}, customer_id ${order} limit ? offset ?)
       select counts.*, page.customer_id from counts left join page on true
       order by page.sort_name ${order}, page.customer_id ${order}`,
      [...tenant(connection, 2), ...searches, ...window(query)],
    );
    const { customer_id: _, ...counts } = rows[0]!;
    const ids = rows.flatMap(({ customer_id }) => customer_id ?? []);
    const [items, ages] = await Promise.all([this.rows(connection, ids), mirrorAges(this.database, connection)]);
    const place = new Map(ids.map((id, index) => [id, index]));
    return {
      items: items.sort((a, b) => place.get(a.customer.id)! - place.get(b.customer.id)!),
      total: counts[query.status],
      page: query.page,
      pageSize: query.pageSize,
      counts,
      asOf: asOf(ages, ['customers', 'companies']),
    };
  }

  /** These customers' rows, by name; unknown ids are left out. */
  async rows(connection: ConnectionRef, customerIds: readonly string[]): Promise<CustomerRow[]> {
    if (customerIds.length === 0) return [];
    const bindings = [...tenant(connection), customerIds];
    const [rows, mappings, suggestions, rejections] = await Promise.all([
      this.database.sql<StandingRecord>(
        `select ${COLUMNS} from customer_mirror c
         where c.installation_id = ? and c.connection_id = ? and c.customer_id in (?) and c.standing <> 'hidden'
         order by lower(c.name), c.customer_id`,
        bindings,
      ),
      this.database.sql<MappingRecord>(
        `select m.customer_id, m.company_id, m.version, m.mapped_by, m.mapped_at,
                k.name as company_name, k.is_active as company_active, (k.data->>'isActive')::boolean as company_said_active,
                (select jsonb_agg(o.customer_id order by o.customer_id) from customer_mapping o
                 where o.installation_id = m.installation_id and o.connection_id = m.connection_id
                   and o.company_id = m.company_id and o.customer_id <> m.customer_id) as others
         from customer_mapping m
         left join company_mirror k on k.installation_id = m.installation_id and k.connection_id = m.connection_id
          and k.company_id = m.company_id
         where m.installation_id = ? and m.connection_id = ? and m.customer_id in (?)
         order by lower(k.name), m.company_id`,
        bindings,
      ),
      this.database.sql<SuggestionRecord>(
        `${SUGGESTIONS} and s.customer_id in (?) order by s.strength desc, s.company_id`,
        bindings,
      ),
      this.database.sql<RejectionRecord>(
        `select r.customer_id, r.company_id, r.rejected_by, r.rejected_at, k.name as company_name
         from suggestion_rejection r
         left join company_mirror k on k.installation_id = r.installation_id and k.connection_id = r.connection_id
          and k.company_id = r.company_id
         where r.installation_id = ? and r.connection_id = ? and r.customer_id in (?) order by r.company_id`,
        bindings,
      ),
    ]);
    const mappingsOf = groupBy(mappings, (row) => row.customer_id);
    const suggestionsOf = groupBy(suggestions, (row) => row.customer_id);
    const rejectionsOf = groupBy(rejections, (row) => row.customer_id);
    return rows.map((row) =>
      customerRow(row, {
        mappings: mappingsOf.get(row.customer_id) ?? [],
        suggestions: suggestionsOf.get(row.customer_id) ?? [],
        rejections: rejectionsOf.get(row.customer_id) ?? [],
      }),
    );
  }

  /** One customer's row. @throws Problem NOT_FOUND. */
  async row(connection: ConnectionRef, customerId: string): Promise<CustomerRow> {
    const [row] = await this.rows(connection, [customerId]);
    if (!row) throw notFound('The customer');
    return row;
  }

  /**
   * Suggestions for every unmapped customer, by name, as the last refresh and the mappings since left them; an ambiguous
   * one says why.
   *
   * @throws Problem INPUT_INVALID for another sort than by name.
   */
  async suggestions(connection: ConnectionRef, query: PageQuery): Promise<CustomerSuggestionPage> {
    const order = direction(query.sort, 'name');
    const pattern = leading(query.search ?? '');
    const bindings = [...tenant(connection), pattern, pattern];
    const searched = `${SUGGESTIONS} and (lower(c.name) like ? or lower(c.customer_id) like ?)`;
    const [counted, rows, ages] = await Promise.all([
      this.database.sql<{ total: number }>(`select count(*)::int as total from (${searched}) found`, bindings),
      this.database.sql<SuggestionRecord>(
        `${searched} order by lower(c.name) ${order}, c.customer_id ${order}, s.strength desc, s.company_id limit ? offset ?`,
        [...bindings, ...window(query)],
      ),
      mirrorAges(this.database, connection),
    ]);
    return {
      items: rows.map((row) => ({
        customerId: row.customer_id,
        customerName: row.customer_name,
        version: row.version,
        ...suggestionView(row),
      })),
      total: counted[0]!.total,
      page: query.page,
      pageSize: query.pageSize,
      asOf: asOf(ages, ['customers', 'companies']),
    };
  }
}

/** Shown suggestions; a company that went inactive since the comparison is not offered (FEATURES MAP-4). */
const SUGGESTIONS = `
  select s.customer_id, c.name as customer_name, c.mapping_version as version, s.company_id, k.name as company_name,
         s.score, s.exact, s.reasons, s.ambiguous_because
  from customer_suggestion s
  join customer_mirror c on c.installation_id = s.installation_id and c.connection_id = s.connection_id
   and c.customer_id = s.customer_id and c.standing = 'unmapped'
  join company_mirror k on k.installation_id = s.installation_id and k.connection_id = s.connection_id
   and k.company_id = s.company_id and k.is_active
  where s.installation_id = ? and s.connection_id = ? and s.shown`;
