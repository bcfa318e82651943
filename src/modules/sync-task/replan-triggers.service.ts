import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RequiredActionCode } from '../../domain/sync-plan/sync-plan.js';
import { Database } from '../../platform/database/database.js';
import { sqlList } from '../../platform/database/sql-list.js';
import { ConnectionChanges, type ConnectionChange } from '../installation/connection-changes.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { MappingChanges, type MappingChange } from '../mapping/mapping-changes.js';
import { TaskReplanner } from './task-replanner.service.js';

/** Changes of a connection after which its open tasks may have other plans. */
const TELLING: readonly ConnectionChange[] = ['settings', 'credentials', 'enabled'];

/** Questions that somebody may have answered on the other side: activated, renamed back, extended, restored. */
const OF_RECORDS: readonly RequiredActionCode[] = [
  'MAPPING_BROKEN',
  'COMPANY_INACTIVE',
  'CONTRACT_UNSUITABLE',
  'CONTRACT_CYCLE',
  'CONTRACT_CURRENCY',
  'CONTRACT_DATE',
];

/**
 * Has waiting tasks planned again when a mapping or setting changes (DESIGN §5), and those
 * that are ready or ask about a record when the records were read again. Only marks rows and asks for a `sync`
 * run: the person who saves a mapping does not wait for Autotask.
 */
@Injectable()
export class ReplanTriggers implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly replanner: TaskReplanner,
    private readonly mappings: MappingChanges,
    private readonly connections: ConnectionChanges,
  ) {}

  onModuleInit(): void {
    this.mappings.subscribe(async (connection, change) => await this.mappingChanged(connection, change));
    this.connections.subscribe(async (connection, changes) => await this.connectionChanged(connection, changes));
  }

  private async mappingChanged(connection: Connection, change: MappingChange): Promise<void> {
    const { customerIds, productKeys, subscriptionIds, fees, records } = change;
    let marked = 0;
    if (fees) marked += await this.replanner.markForPlanning(connection);
    else {
      if (customerIds?.length) marked += await this.replanner.markForPlanning(connection, { customerIds });
      const named = [
        ...(subscriptionIds ?? []),
        ...(await this.subscriptionsWith(connection, productKeys ?? [])),
        ...(records ? await this.subscriptionsOfRecords(connection) : []),
      ];
      if (named.length > 0) marked += await this.replanner.markForPlanning(connection, { subscriptionIds: named });
    }
    if (marked > 0) await this.replanner.requestSync(connection);
  }

  private async connectionChanged(connection: Connection, changes: readonly ConnectionChange[]): Promise<void> {
    if (!changes.some((change) => TELLING.includes(change))) return;
    if (changes.includes('settings')) await this.replanner.markForPlanning(connection);
    // New credentials and a connection that is switched on again also free what waits to be written.
    await this.replanner.requestSync(connection);
  }

  /** Subscriptions with an open task that names one of the products. */
  private async subscriptionsWith(connection: Connection, productKeys: readonly string[]): Promise<string[]> {
    if (productKeys.length === 0) return [];
    const rows = await this.database.sql<{ subscription_id: string }>(
      `select distinct t.subscription_id from sync_task t
       where t.installation_id = ? and t.connection_id = ? and t.state in ('pending', 'action_required', 'ready')
         and (exists (select 1 from jsonb_array_elements(t.subscription->'items') i
                where i->>'productKey' in (${productKeys.map(() => '?').join(', ')}))
           or exists (select 1 from jsonb_array_elements(coalesce(t."order"->'items', '[]'::jsonb)) i
                where i->>'productKey' in (${productKeys.map(() => '?').join(', ')})))`,
      [connection.installationId, connection.id, ...productKeys, ...productKeys],
    );
    return rows.map((row) => row.subscription_id);
  }

  /** Subscriptions with a task that waits for a record to be put right, or that one may keep from being written now. */
  private async subscriptionsOfRecords(connection: Connection): Promise<string[]> {
    const rows = await this.database.sql<{ subscription_id: string }>(
      `select distinct t.subscription_id from sync_task t
       where t.installation_id = ? and t.connection_id = ? and t.confirmed_hash is null and (t.state = 'ready'
         or t.state = 'action_required' and exists (
              select 1 from jsonb_array_elements(t.required_actions) a where a->>'code' in (${sqlList(OF_RECORDS)})))`,
      [connection.installationId, connection.id],
    );
    return rows.map((row) => row.subscription_id);
  }
}
