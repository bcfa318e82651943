import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import type { MappingProblem } from '../../../domain/mapping/mapping-health.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import { LineLedger, valueOn } from '../../../domain/sync-plan/ledger.js';
import type { LedgerStep } from '../../../domain/sync-plan/sync-facts.js';
import { OPEN_STATES } from '../../../domain/sync-task/sync-task-state.js';
import { Database } from '../../../platform/database/database.js';
import { sqlList } from '../../../platform/database/sql-list.js';
import { notFound } from '../../../platform/http/problem.js';
import { Clock } from '../../../ports/clock.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { stepsOfContracts } from '../../sync-task/ledger-steps.js';
import { groupBy } from '../group-by.js';
import { direction, leading, tenant, window } from '../list-query.js';
import { SubscriptionMirror } from '../mirror.entities.js';
import type {
  LineDetailView,
  SubscriptionDetail,
  SubscriptionLineView,
  SubscriptionPage,
  SubscriptionQuery,
  SubscriptionRow,
  SubscriptionTaskView,
  SyncStatus,
} from './subscription.dto.js';

/** Those that run, that are mapped, or that still have something to do. */
const LISTED = 's.is_active or m.contract_id is not null or t.open > 0';

/**
 * Subscriptions with their sync status; a common table expression `standing` (FEATURES MAP-9). Drift is what the last
 * sync found instead of what was expected.
 */
const standing = (which: string): string => `
  with tasks as (
    select t.subscription_id, count(*) filter (where t.state in (${sqlList(OPEN_STATES)}))::int as open,
           (array_agg(t.state order by t.effective_date desc, t.order_created_at desc,
                      coalesce(t.order_number, '') desc, t.id desc))[1] as newest,
           coalesce((array_agg(jsonb_array_length(coalesce(t.plan_summary->'drift', '[]'::jsonb)) > 0
                      order by t.synced_at desc nulls last) filter (where t.state = 'synced'))[1], false) as drift
    from sync_task t where t.installation_id = ? and t.connection_id = ? group by t.subscription_id),
  standing as (
    select s.id, s.subscription_id, s.name, s.status as marketplace_status, s.customer_id, c.name as customer_name,
           s.data, s.read_at, m.contract_id, m.contract_name, m.broken_because, m.mapped_by, m.mapped_at, m.version,
           coalesce(t.open, 0) as open_tasks, coalesce(t.drift, false) as drift,
           case when m.contract_id is null then 'notMapped'
                when t.open > 0 or t.drift then 'outOfSync'
                when t.newest = 'ignored' then 'ignored'
                else 'synced' end as status
    from subscription_mirror s
    left join customer_mirror c on c.installation_id = s.installation_id and c.connection_id = s.connection_id
     and c.customer_id = s.customer_id
    left join subscription_mapping m on m.installation_id = s.installation_id and m.connection_id = s.connection_id
     and m.subscription_id = s.subscription_id
    left join tasks t on t.subscription_id = s.subscription_id
    where s.installation_id = ? and s.connection_id = ? and (${which}))`;

interface StandingRecord {
  id: string;
  subscription_id: string;
  name: string;
  marketplace_status: string;
  customer_id: string;
  customer_name: string | null;
  data: Subscription;
  read_at: string;
  contract_id: number | null;
  contract_name: string | null;
  broken_because: MappingProblem | null;
  mapped_by: string | null;
  mapped_at: string | null;
  version: number | null;
  open_tasks: number;
  drift: boolean;
  status: SyncStatus;
}

/** Subscriptions, their contracts, lines and sync status, without asking anybody (FEATURES MAP-9). */
@Injectable()
export class SubscriptionList {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** A page by name, with how many rows each filter would show. @throws Problem INPUT_INVALID for another sort. */
  async page(connection: Connection, query: SubscriptionQuery): Promise<SubscriptionPage> {
    const order = direction(query.sort, 'name');
    const pattern = leading(query.search ?? '');
    const bindings = [...tenant(connection, 2), pattern, pattern, pattern];
    const searched = `${standing(LISTED)}, searched as (
      select * from standing
      where lower(name) like ? or lower(subscription_id) like ? or lower(customer_name) like ?)`;
    const [counts] = await this.database.sql<SubscriptionPage['counts']>(
      `${searched} select
         (count(*) filter (where status = 'notMapped'))::int as "notMapped",
         (count(*) filter (where status = 'outOfSync'))::int as "outOfSync",
         (count(*) filter (where status = 'ignored'))::int as ignored,
         (count(*) filter (where status = 'synced'))::int as synced,
         count(*)::int as "all"
       from searched`,
      bindings,
    );
    const rows = await this.database.sql<StandingRecord>(
      `${searched} select * from searched where ? = 'all' or status = ?
       order by lower(name) ${order}, subscription_id ${order} limit ? offset ?`,
      [...bindings, query.status, query.status, ...window(query)],
    );
    const lines = await this.lines(connection, rows);
    return {
      items: rows.map((row) => subscriptionRow(connection, row, (lines.get(row.subscription_id) ?? []).map(short))),
      total: counts![query.status],
      page: query.page,
      pageSize: query.pageSize,
      counts: counts!,
    };
  }

  /** The mirror row of an id of ours. Another installation's is none. @throws Problem NOT_FOUND. */
  async find(installationId: string, id: string): Promise<SubscriptionMirror> {
    const found = isUUID(id) ? await this.database.unit().findOne(SubscriptionMirror, { id, installationId }) : null;
    if (!found) throw notFound('The subscription');
    return found;
  }

  /** One subscription in full. @throws Problem NOT_FOUND. */
  async detail(connection: Connection, id: string): Promise<SubscriptionDetail> {
    // An ended subscription that is neither mapped nor waited for is not listed, but it still has a history.
    const [row] = await this.database.sql<StandingRecord>(`${standing('s.id = ?')} select * from standing`, [
      ...tenant(connection, 2),
      id,
    ]);
    if (!row) throw notFound('The subscription');
    const lines = (await this.lines(connection, [row])).get(row.subscription_id) ?? [];
    const { data } = row;
    return {
      ...subscriptionRow(connection, row, lines),
      billingModel: data.billingModel,
      billingPeriod: data.billingPeriod,
      subscriptionPeriod: data.subscriptionPeriod,
      creationDate: data.creationDate,
      renewalDate: data.renewalDate ?? null,
      expirationDate: data.expirationDate ?? null,
      lines,
      tasks: await this.tasks(connection, row.subscription_id),
    };
  }

  private async tasks(connection: Connection, subscriptionId: string): Promise<SubscriptionTaskView[]> {
    const rows = await this.database.sql<Omit<SubscriptionTaskView, 'syncedAt'> & { synced_at: string | null }>(
      `select t.id, t.type, t.state, t.order_number as "orderNumber", t.effective_date::text as "effectiveDate",
              t.synced_at
       from sync_task t where t.installation_id = ? and t.connection_id = ? and t.subscription_id = ?
       order by t.effective_date desc, t.order_created_at desc, coalesce(t.order_number, '') desc, t.id desc limit 100`,
      [connection.installationId, connection.id, subscriptionId],
    );
    return rows.map(({ synced_at, ...task }) => ({
      ...task,
      syncedAt: synced_at === null ? null : new Date(synced_at).toISOString(),
    }));
  }

  /** Lines on which the subscriptions hold something today, by subscription. */
  private async lines(connection: Connection, rows: StandingRecord[]): Promise<Map<string, LineDetailView[]>> {
    const found = new Map<string, LineDetailView[]>();
    const contractIds = [...new Set(rows.map(({ contract_id }) => contract_id).filter((id) => id !== null))];
    if (contractIds.length === 0) return found;
    const today = await this.clock.businessToday(connection.timeZone);
    const steps = await stepsOfContracts(this.database.unit(), connection, contractIds);
    for (const row of rows) {
      if (row.contract_id === null) continue;
      const ledger = steps.get(row.contract_id)?.ledger ?? [];
      const lines: LineDetailView[] = [];
      for (const [contractServiceId, own] of groupBy(ledger, (step) => step.contractServiceId))
        lines.push(...linesOf(row, row.contract_id, contractServiceId, own, today));
      found.set(row.subscription_id, lines);
    }
    return found;
  }
}

/** The subscription's products on one line, each with the whole line's composition. */
function linesOf(
  row: StandingRecord,
  contractId: number,
  contractServiceId: number,
  steps: LedgerStep[],
  today: string,
): LineDetailView[] {
  const ledger = new LineLedger(steps, '');
  const subscriptionIds = [
    ...new Set(steps.map(({ subscriptionId }) => subscriptionId).filter((id) => id !== undefined)),
  ];
  const shares = subscriptionIds
    .flatMap((subscriptionId) =>
      ledger.productsOf(subscriptionId).map((productKey) => ({
        subscriptionId,
        productKey,
        units: valueOn(ledger.share(subscriptionId, productKey), today),
      })),
    )
    .filter(({ units }) => units !== 0);
  return ledger.productsOf(row.subscription_id).map((productKey) => ({
    contractServiceId,
    contractId,
    productKey,
    productName: row.data.items.find((item) => item.productKey === productKey)?.name ?? productKey,
    units: valueOn(ledger.share(row.subscription_id, productKey), today),
    expected: valueOn(ledger.expected('full'), today),
    shares,
    untracked: valueOn(ledger.base(), today),
  }));
}

function short({
  contractServiceId,
  contractId,
  productKey,
  productName,
  units,
}: LineDetailView): SubscriptionLineView {
  return { contractServiceId, contractId, productKey, productName, units };
}

function subscriptionRow(
  connection: Connection,
  row: StandingRecord,
  lines: SubscriptionLineView[],
): Pick<SubscriptionRow, keyof SubscriptionRow> {
  return {
    id: row.id,
    connectionId: connection.id,
    subscriptionId: row.subscription_id,
    name: row.name,
    marketplaceStatus: row.marketplace_status,
    customer: { id: row.customer_id, name: row.customer_name },
    items: row.data.items.map(({ productKey, name, quantity }) => ({ productKey, name, quantity })),
    contract:
      row.contract_id === null
        ? null
        : {
            contractId: row.contract_id,
            contractName: row.contract_name,
            broken: row.broken_because,
            mappedBy: row.mapped_by ?? '',
            mappedAt: new Date(row.mapped_at ?? 0).toISOString(),
            version: row.version ?? 0,
          },
    lines,
    status: row.status,
    openTasks: row.open_tasks,
    drift: row.drift,
    asOf: new Date(row.read_at).toISOString(),
  };
}
