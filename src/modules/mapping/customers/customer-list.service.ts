import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { PageQuery } from '../../../platform/http/page.js';
import { notFound } from '../../../platform/http/problem.js';
import type { ConnectionRef } from '../connection-ref.js';
import { groupBy } from '../group-by.js';
import { asOf, direction, leading, window } from '../list-query.js';
import { mirrorAges } from '../mirror-writer.js';
import { customerRow, suggestionView, type MappingRecord, type StandingRecord } from './customer-rows.js';
import type { CustomerPage, CustomerQuery, CustomerRow, CustomerSuggestionPage } from './customer.dto.js';
import { CANDIDATES, CANDIDATES_BINDINGS, STANDING, STANDING_BINDINGS, type CandidateRecord } from './customer-sql.js';

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
    const filter = { all: 'true', suggested: 'suggested' }[query.status as string] ?? 'state = ?';
    // One pass for the counts and the page: both look at every customer of the connection.
    const rows = await this.database.sql<Record<keyof CustomerPage['counts'], number> & { row: StandingRecord | null }>(
      `${STANDING}, searched as materialized (
         select * from standing s
         where lower(s.name) like ? or lower(s.customer_id) like ? or lower(s.external_id) like ?),
       counts as (
         select (count(*) filter (where state = 'unmapped'))::int as unmapped,
                (count(*) filter (where suggested))::int as suggested,
                (count(*) filter (where state = 'matched'))::int as matched,
                (count(*) filter (where state = 'broken'))::int as broken, count(*)::int as "all"
         from searched),
       page as (
         select * from searched where ${filter} order by lower(name) ${order}, customer_id ${order} limit ? offset ?)
       select counts.*, to_jsonb(page) as row from counts left join page on true
       order by lower(page.name) ${order}, page.customer_id ${order}`,
      [
        ...STANDING_BINDINGS(connection),
        pattern,
        pattern,
        pattern,
        ...(filter === 'state = ?' ? [query.status] : []),
        ...window(query),
      ],
    );
    const { unmapped, suggested, matched, broken, all } = rows[0]!;
    const counts = { unmapped, suggested, matched, broken, all };
    return {
      items: await this.complete(
        connection,
        rows.flatMap(({ row }) => row ?? []),
      ),
      total: counts[query.status],
      page: query.page,
      pageSize: query.pageSize,
      counts,
      asOf: asOf(await mirrorAges(this.database, connection), ['customers', 'companies']),
    };
  }

  /** These customers' rows, by name; unknown ids are left out. */
  async rows(connection: ConnectionRef, customerIds: readonly string[]): Promise<CustomerRow[]> {
    if (customerIds.length === 0) return [];
    const rows = await this.database.sql<StandingRecord>(
      `${STANDING} select * from standing where customer_id in (?) order by lower(name), customer_id`,
      [...STANDING_BINDINGS(connection), customerIds],
    );
    return await this.complete(connection, rows);
  }

  /** One customer's row. @throws Problem NOT_FOUND. */
  async row(connection: ConnectionRef, customerId: string): Promise<CustomerRow> {
    const [row] = await this.rows(connection, [customerId]);
    if (!row) throw notFound('The customer');
    return row;
  }

  /**
   * Suggestions for every unmapped customer, by name. For now those spelled exactly alike; an ambiguous one says why.
   *
   * @throws Problem INPUT_INVALID for another sort than by name.
   */
  async suggestions(connection: ConnectionRef, query: PageQuery): Promise<CustomerSuggestionPage> {
    const order = direction(query.sort, 'name');
    const pattern = leading(query.search ?? '');
    const bindings = [...CANDIDATES_BINDINGS(connection), pattern, pattern];
    const searched = `${CANDIDATES}, searched as (
      select * from candidates where lower(customer_name) like ? or lower(customer_id) like ?)`;
    const [count] = await this.database.sql<{ total: number }>(
      `${searched} select count(*)::int as total from searched`,
      bindings,
    );
    const rows = await this.database.sql<CandidateRecord>(
      `${searched} select * from searched
       order by lower(customer_name) ${order}, customer_id ${order}, company_id limit ? offset ?`,
      [...bindings, ...window(query)],
    );
    return {
      items: rows.map((row) => ({
        customerId: row.customer_id,
        customerName: row.customer_name,
        version: row.version,
        ...suggestionView(row),
      })),
      total: count!.total,
      page: query.page,
      pageSize: query.pageSize,
      asOf: asOf(await mirrorAges(this.database, connection), ['customers', 'companies']),
    };
  }

  /** Adds each row's companies and suggestions: two queries for the whole page. */
  private async complete(connection: ConnectionRef, rows: StandingRecord[]): Promise<CustomerRow[]> {
    if (rows.length === 0) return [];
    const ids = rows.map(({ customer_id }) => customer_id);
    const mappings = await this.database.sql<MappingRecord>(
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
      [connection.installationId, connection.id, ids],
    );
    const candidates = rows.some((row) => row.suggested)
      ? await this.database.sql<CandidateRecord>(
          `${CANDIDATES} select * from candidates where customer_id in (?) order by company_id`,
          [...CANDIDATES_BINDINGS(connection), ids],
        )
      : [];
    const mappingsOf = groupBy(mappings, (row) => row.customer_id);
    const candidatesOf = groupBy(candidates, (row) => row.customer_id);
    return rows.map((row) =>
      customerRow(row, mappingsOf.get(row.customer_id) ?? [], candidatesOf.get(row.customer_id) ?? []),
    );
  }
}
