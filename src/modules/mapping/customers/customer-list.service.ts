import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { PageQuery } from '../../../platform/http/page.js';
import { notFound } from '../../../platform/http/problem.js';
import type { ConnectionRef } from '../connection-ref.js';
import { asOf, direction, leading, tenant, window } from '../list-query.js';
import { mirrorAges } from '../mirror-writer.js';
import { customerRow, suggestionView, type CustomerRecord, type SuggestionRecord } from './customer-rows.js';
import type {
  AutomationCounts,
  CustomerPage,
  CustomerQuery,
  CustomerRow,
  CustomerSuggestionPage,
} from './customer.dto.js';

/** Which rows each filter shows; every filter is an index, so that no list has to look at all customers. */
const FILTERS: Record<Exclude<CustomerQuery['status'], 'rejected'>, string> = {
  all: `c.standing <> 'hidden'`,
  unmapped: `c.standing = 'unmapped'`,
  suggested: 'c.suggested',
  matched: `c.standing = 'matched'`,
  broken: `c.standing = 'broken'`,
};
/** Two further parameters: installation and connection. */
const REJECTED = `c.standing <> 'hidden' and c.customer_id in (
  select r.customer_id from suggestion_rejection r where r.installation_id = ? and r.connection_id = ?)`;

/** Each arm has an index of its own. */
const SEARCH = `and c.standing <> 'hidden'
  and (lower(c.name) like ? or lower(c.customer_id) like ? or lower(c.data->>'externalId') like ?)`;

const CUSTOMERS = `from customer_mirror c where c.installation_id = ? and c.connection_id = ?`;

/** Without a search each filter is counted in its index alone; with one, what was found is counted in one pass. */
const COUNTED = ['unmapped', 'suggested', 'matched', 'broken'] as const;
const TALLY = COUNTED.map(
  (status) =>
    `select '${status === 'suggested' ? '' : status}' as standing, ${status === 'suggested'} as suggested, count(*)::int as rows ${CUSTOMERS} and ${FILTERS[status]}`,
).join(' union all ');
const TALLY_OF_SEARCH = `select c.standing, c.suggested, count(*)::int as rows ${CUSTOMERS} ${SEARCH}
  group by c.standing, c.suggested`;

/** How many customers stand where, and the page's ids in order. */
interface PageRecord {
  tally: { standing: string; suggested: boolean; rows: number }[] | null;
  rejected: number;
  ids: string[] | null;
}

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
    const isSearch = pattern !== '%';
    const searched = isSearch ? SEARCH : '';
    const filter = query.status === 'rejected' ? REJECTED : FILTERS[query.status];
    const own = [...tenant(connection), ...(isSearch ? [pattern, pattern, pattern] : [])];
    const [[found], ages] = await Promise.all([
      this.database.sql<PageRecord>(
        `with tally as (${isSearch ? TALLY_OF_SEARCH : TALLY}),
         page as (
           select c.customer_id, lower(c.name) as sort_name ${CUSTOMERS} ${searched} and ${filter}
           order by lower(c.name) ${order}, c.customer_id ${order} limit ? offset ?)
         select (select jsonb_agg(tally) from tally) as tally,
                (select count(*)::int ${CUSTOMERS} ${searched} and ${REJECTED}) as rejected,
                (select jsonb_agg(customer_id order by sort_name ${order}, customer_id ${order}) from page) as ids`,
        [
          ...(isSearch ? own : tenant(connection, COUNTED.length)),
          ...own,
          ...(filter === REJECTED ? tenant(connection) : []),
          ...window(query),
          ...own,
          ...tenant(connection),
        ],
      ),
      mirrorAges(this.database, connection),
    ]);
    const counts = countsOf(found!);
    const ids = found!.ids ?? [];
    const items = await this.rows(connection, ids);
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
    const rows = await this.database.sql<CustomerRecord>(ROWS, [...tenant(connection), customerIds]);
    return rows.map(customerRow);
  }

  /** For how many of the customers that the list shows automatic processing is on. */
  async automation(connection: ConnectionRef): Promise<AutomationCounts> {
    const [counts] = await this.database.sql<AutomationCounts>(
      `select (count(*) filter (where c.auto_sync))::int as "on", count(*)::int as "all" ${CUSTOMERS} and ${FILTERS.all}`,
      tenant(connection),
    );
    return counts!;
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
    const isSearch = pattern !== '%';
    const bindings = [...tenant(connection), ...(isSearch ? [pattern, pattern, pattern] : [])];
    const searched = isSearch ? SEARCH : '';
    const [counted, rows, ages] = await Promise.all([
      this.database.sql<{ total: number }>(
        `select count(*)::int as total ${SUGGESTED}
           and s.company_id not in (select k.company_id from company_mirror k
             where k.installation_id = ? and k.connection_id = ? and not k.is_active) ${searched}`,
        [...tenant(connection, 2), ...bindings.slice(2)],
      ),
      this.database.sql<SuggestionRecord>(
        `select s.customer_id, c.name as customer_name, c.mapping_version as version, ${SUGGESTION_COLUMNS} ${SUGGESTED_COMPANIES} ${searched}
         order by lower(c.name) ${order}, c.customer_id ${order}, s.strength desc, s.company_id limit ? offset ?`,
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

const SUGGESTION_COLUMNS = 's.company_id, k.name as company_name, s.score, s.exact, s.reasons, s.ambiguous_because';

/** A company of the other side, joined to whatever names it. */
const company = (of: string): string =>
  `company_mirror k on k.installation_id = ${of}.installation_id and k.connection_id = ${of}.connection_id and k.company_id = ${of}.company_id`;

/** Shown suggestions; a company that went inactive since the comparison is not offered (FEATURES MAP-4). */
const suggested = (further: string): string => `
  from customer_mirror c
  join customer_suggestion s on s.installation_id = c.installation_id and s.connection_id = c.connection_id
   and s.customer_id = c.customer_id and s.shown
  ${further}
  where c.installation_id = ? and c.connection_id = ? and c.suggested`;
const SUGGESTED = suggested('');
const SUGGESTED_COMPANIES = suggested(`join ${company('s')} and k.is_active`);

/** Everything of one customer's table, as a list of objects; empty = null. */
const listOf = (columns: string, from: string, order: string): string =>
  `(select jsonb_agg(to_jsonb(one) order by ${order}) from (select ${columns} ${from}) one)`;

const belongs = (table: string): string =>
  `${table}.installation_id = c.installation_id and ${table}.connection_id = c.connection_id and ${table}.customer_id = c.customer_id`;

/** Rows with all that hangs on them, in one question; parameters: installation, connection, customers' ids. */
const ROWS = `
  select c.customer_id, c.name, c.data->>'externalId' as external_id, c.data->>'status' as status, c.is_active,
         c.auto_sync, c.mapping_version as version, c.standing as state,
         ${listOf(
           `m.company_id, m.version, m.mapped_by, m.mapped_at, m.customer_name as customer_then,
            m.company_name as company_then, k.name as company_name, k.is_active as company_active,
            (k.data->>'isActive')::boolean as company_said_active,
            (select jsonb_agg(o.customer_id order by o.customer_id) from customer_mapping o
             where o.installation_id = m.installation_id and o.connection_id = m.connection_id
               and o.company_id = m.company_id and o.customer_id <> m.customer_id) as others`,
           `from customer_mapping m left join ${company('m')} where ${belongs('m')}`,
           'lower(company_name), company_id',
         )} as mappings,
         case when c.suggested then ${listOf(
           `${SUGGESTION_COLUMNS}, s.strength`,
           `from customer_suggestion s join ${company('s')} and k.is_active where ${belongs('s')} and s.shown`,
           'strength desc, company_id',
         )} end as suggestions,
         ${listOf(
           'r.company_id, r.rejected_by, r.rejected_at, k.name as company_name',
           `from suggestion_rejection r left join ${company('r')} where ${belongs('r')}`,
           'company_id',
         )} as rejections
  from customer_mirror c
  where c.installation_id = ? and c.connection_id = ? and c.customer_id in (?) and c.standing <> 'hidden'
  order by lower(c.name), c.customer_id`;

function countsOf({ tally, rejected }: PageRecord): CustomerPage['counts'] {
  const counts = { unmapped: 0, suggested: 0, matched: 0, broken: 0, rejected, all: 0 };
  for (const { standing, suggested, rows } of tally ?? []) {
    if (suggested) counts.suggested += rows;
    if (standing !== 'unmapped' && standing !== 'matched' && standing !== 'broken') continue;
    counts[standing] += rows;
    counts.all += rows;
  }
  return counts;
}
