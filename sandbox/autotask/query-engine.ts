import { ApiError, refused, texts, wrongVerb } from './api-error.js';
import type { ApiRow, Database } from './database.js';
import type { Entity } from './entity-fields.js';
import { compileFilter, type CompiledFilter } from './query-filter.js';
import { tenantField, type RowPresenter } from './rows.js';
import type { Behaviour } from './switches.js';
import { mayQuery, type ApiUser } from './users.js';

/** The largest page and the default one (reference §4.1). */
const PAGE_SIZE = 500;

/** Where a page begins. `previousIds` holds the bounds of the pages before it, `nextIds` the last id already sent. */
interface PageToken {
  pageSize: number;
  previousIds: number[];
  nextIds: number[];
}

/** One answer of a query or child list. */
export interface QueryPage {
  items: Record<string, unknown>[];
  pageDetails: { count: number; requestCount: number; prevPageUrl: string | null; nextPageUrl: string | null };
}

/** How a query came in: a chain begun by POST goes on by POST only, one begun by GET by GET only (rule 14). */
export interface QueryCall {
  method: 'GET' | 'POST';
  /** The query: the POST body, or the GET's `search` parameter; undefined when there was none. */
  query: Record<string, unknown> | undefined;
  /** The raw `search` parameter of a GET, carried on in page addresses. */
  search: string | null;
  /** The `paging` parameter of a next or previous page. */
  paging: string | null;
}

interface Query {
  filter: unknown;
  pageSize: number;
  only: ReadonlySet<string> | undefined;
}

/** Answers queries, counts, single rows and child lists for every entity (reference §3, §4; rules 10–17). */
export class QueryEngine {
  constructor(
    private readonly database: Database,
    private readonly behaviour: Behaviour,
    private readonly presenter: RowPresenter,
    /** The address of the API, e.g. `http://127.0.0.1:3001/ATServicesRest/V1.0`. */
    private readonly base: () => string,
  ) {}

  /** `{item}`: the row, or null when there is none or the user does not see it (rule 15). */
  one(entity: Entity, user: ApiUser, id: number, parentId?: number): { item: Record<string, unknown> | null } {
    this.demandRight(entity, user);
    const row = this.visible(entity, user, this.database.get(entity.collection, id));
    if (!row || (parentId !== undefined && row[entity.child!.key] !== parentId)) return { item: null };
    return { item: this.presenter.show(entity, row, user) };
  }

  /** A page of a query. @throws ApiError 405 when a chain changes its verb, 500 as the grammar demands. */
  query(entity: Entity, user: ApiUser, call: QueryCall): QueryPage {
    this.demandRight(entity, user);
    if (call.paging !== null && (call.search !== null) !== (call.method === 'GET')) throw wrongVerb(call.method);
    const query = this.readQuery(entity, call.query);
    const filter = this.compile(entity, user, query.filter);
    const token = call.paging === null ? undefined : readToken(call.paging);
    const search = call.search === null ? '' : `&search=${encodeURIComponent(call.search)}`;
    return this.page(entity, user, filter, {
      pageSize: token?.pageSize ?? query.pageSize,
      only: query.only,
      token,
      address: (kind) => `${this.base()}/${entity.name}/query/${kind}`,
      suffix: search,
    });
  }

  /** `{queryCount}`. */
  count(entity: Entity, user: ApiUser, query: Record<string, unknown> | undefined): { queryCount: number } {
    this.demandRight(entity, user);
    const filter = this.compile(entity, user, this.readQuery(entity, query).filter);
    let count = 0;
    for (const row of this.matching(entity, user, filter, -1)) count += row ? 1 : 0;
    return { queryCount: count };
  }

  /** A page of the children of one parent; an unknown parent has none. */
  children(entity: Entity, user: ApiUser, parentId: number, paging: string | null): QueryPage {
    this.demandRight(entity, user);
    const { parent, path, key } = entity.child!;
    const token = paging === null ? undefined : readToken(paging);
    const filter: CompiledFilter = {
      test: (row) => row[key] === parentId,
      lookups: [{ field: key, values: [parentId] }],
      idAbove: -1,
    };
    return this.page(entity, user, filter, {
      pageSize: token?.pageSize ?? PAGE_SIZE,
      only: undefined,
      token,
      address: (kind) => `${this.base()}/${parent}/${parentId}/${path}/${kind}`,
      suffix: '',
    });
  }

  /** The row when the user may see it; undefined otherwise. */
  visible(entity: Entity, user: ApiUser, row: ApiRow | undefined): ApiRow | undefined {
    return entity.ofOrganisation && !user.seesOrganisations ? undefined : row;
  }

  private demandRight(entity: Entity, user: ApiUser): void {
    if (!mayQuery(user, entity)) throw refused(texts.noRight('query'));
  }

  private compile(entity: Entity, user: ApiUser, filter: unknown): CompiledFilter {
    return compileFilter({ entity, behaviour: this.behaviour, seesCosts: user.seesCosts }, filter);
  }

  private readQuery(entity: Entity, sent: Record<string, unknown> | undefined): Query {
    const query: Query = { filter: undefined, pageSize: PAGE_SIZE, only: undefined };
    for (const [key, value] of Object.entries(sent ?? {})) {
      switch (key.toLowerCase()) {
        case 'filter':
          query.filter = value;
          break;
        case 'maxrecords':
          if (value !== null) query.pageSize = readPageSize(value);
          break;
        case 'includefields':
          if (value !== null) query.only = this.readOnly(entity, value);
          break;
        default:
          throw refused(texts.unknownField(key, entity.singular));
      }
    }
    return query;
  }

  private readOnly(entity: Entity, sent: unknown): ReadonlySet<string> {
    if (!Array.isArray(sent)) throw refused(texts.malformed);
    const names = sent.map((name) => {
      const field = tenantField(entity, String(name), this.behaviour);
      if (!field) throw refused(texts.unknownField(String(name), entity.singular));
      return field.name;
    });
    return new Set(names);
  }

  private page(
    entity: Entity,
    user: ApiUser,
    filter: CompiledFilter,
    options: {
      pageSize: number;
      only: ReadonlySet<string> | undefined;
      token: PageToken | undefined;
      address: (kind: 'next' | 'previous') => string;
      suffix: string;
    },
  ): QueryPage {
    const { pageSize, token } = options;
    const after = token?.nextIds.at(-1) ?? -1;
    const rows: ApiRow[] = [];
    let more = false;
    for (const row of this.matching(entity, user, filter, after)) {
      if (rows.length === pageSize) {
        more = true;
        break;
      }
      rows.push(row);
    }
    const bounds = token ? token.previousIds : [];
    const link = (kind: 'next' | 'previous', next: PageToken) =>
      `${options.address(kind)}?paging=${encodeURIComponent(JSON.stringify(next))}${options.suffix}`;
    return {
      items: rows.map((row) => this.presenter.show(entity, row, user, options.only)),
      pageDetails: {
        count: rows.length,
        requestCount: pageSize,
        prevPageUrl:
          bounds.length > 0
            ? link('previous', { pageSize, previousIds: bounds.slice(0, -1), nextIds: [bounds.at(-1)!] })
            : null,
        nextPageUrl: more
          ? link('next', { pageSize, previousIds: [...bounds, after], nextIds: [rows.at(-1)!.id] })
          : null,
      },
    };
  }

  /** Matching rows with an id above `after`, in id order; narrowed by an index where the filter allows. */
  private *matching(entity: Entity, user: ApiUser, filter: CompiledFilter, after: number): Generator<ApiRow> {
    if (entity.ofOrganisation && !user.seesOrganisations) return;
    const above = Math.max(after, filter.idAbove);
    const { collection } = entity;
    const lookup = filter.lookups.find(({ field }) => field === 'id') ?? filter.lookups[0];
    if (lookup) {
      for (const row of this.lookUp(collection, lookup)) if (row.id > above && filter.test(row)) yield row;
      return;
    }
    const rows = this.database.rows(collection);
    for (let at = this.database.positionAfter(collection, above); at < rows.length; at++)
      if (filter.test(rows[at]!)) yield rows[at]!;
  }

  private lookUp(collection: string, lookup: CompiledFilter['lookups'][number]): ApiRow[] {
    if (lookup.field !== 'id') return this.database.whereAny(collection, lookup.field, lookup.values);
    const ids = [...new Set(lookup.values as number[])].sort((a, b) => a - b);
    return ids.map((id) => this.database.get(collection, id)).filter((row) => row !== undefined);
  }
}

function readPageSize(value: unknown): number {
  const size = typeof value === 'string' ? Number(value) : value;
  if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > PAGE_SIZE)
    throw refused(texts.maxRecords);
  return size;
}

function readToken(paging: string): PageToken {
  try {
    const { pageSize, previousIds, nextIds } = JSON.parse(paging) as Partial<PageToken>;
    if (Array.isArray(nextIds) && Array.isArray(previousIds)) {
      const all = [...previousIds, ...nextIds];
      if (all.every((id) => Number.isInteger(id))) return { pageSize: readPageSize(pageSize), previousIds, nextIds };
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
  }
  throw refused(texts.malformed);
}
