import { Injectable } from '@nestjs/common';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import type { TaskType } from '../../../domain/sync-plan/sync-facts.js';
import { Database } from '../../../platform/database/database.js';
import { jobView } from '../../../platform/jobs/job-view.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import type { Connection } from '../../installation/connection.entity.js';
import { placeInLine } from '../task-rows.js';
import type { DashboardView } from './change-check.dto.js';

const TYPES: TaskType[] = ['sales', 'change', 'billing', 'cancellation', 'reconciliation'];

/** The numbers above the task list (FEATURES TSK-1, INS-7; reference/page-design §9). */
@Injectable()
export class Dashboard {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobRuns,
  ) {}

  async of(connection: Connection): Promise<DashboardView> {
    const { installationId, id } = connection;
    const rows = await this.database.sql<{
      state: SyncTaskState;
      type: TaskType;
      count: number;
      confirmed: number;
    }>(
      `select state, type, count(*)::int as count, count(confirmed_hash)::int as confirmed
       from sync_task where installation_id = ? and connection_id = ? group by state, type`,
      [installationId, id],
    );
    const byState = Object.fromEntries(SYNC_TASK_STATES.map((state) => [state, 0])) as Record<SyncTaskState, number>;
    const byType = Object.fromEntries(TYPES.map((type) => [type, 0])) as Record<TaskType, number>;
    let [total, confirmed] = [0, 0];
    for (const row of rows) {
      byState[row.state] += row.count;
      byType[row.type] += row.count;
      total += row.count;
      if (row.state === 'ready') confirmed += row.confirmed;
    }
    const recent = await this.jobs.list('check', connection, { page: 1, pageSize: 1 });
    const open = await this.jobs.openOf(['check', 'sync', 'import'], connection);
    const check = open.find(({ name }) => name === 'check');
    return {
      tasks: {
        total,
        byState,
        byType,
        views: {
          needsYou: byState.action_required + byState.failed + byState.uncertain,
          ready: byState.ready - confirmed,
          inProgress: byState.pending + byState.running + confirmed,
          waiting: await this.waiting(connection),
          synced: byState.synced,
          ignored: byState.ignored,
        },
      },
      ordersWithoutConnection: await this.ordersWithoutConnection(installationId),
      lastCheckAt: connection.lastCheckAt?.toISOString() ?? null,
      nextCheckAt: connection.nextCheckAt?.toISOString() ?? null,
      lastSweepAt: connection.lastSweepAt?.toISOString() ?? null,
      lastCheck: recent.items[0] ? jobView(recent.items[0]) : null,
      runningCheck: check ? { jobId: check.id } : null,
      runningJobs: open.filter(({ name }) => name !== 'check').map(({ id: jobId, name }) => ({ jobId, name })),
    };
  }

  /** Open tasks behind an older open one of their subscription (TSK-5). */
  private async waiting({ installationId, id }: Connection): Promise<number> {
    const [row] = await this.database.sql<{ count: number }>(
      `select count(*)::int as count from (
         select row_number() over (partition by subscription_id
           order by ${placeInLine()}) as place
         from sync_task where installation_id = ? and connection_id = ?
           and state in ('pending', 'action_required', 'ready', 'running', 'failed', 'uncertain')) open
       where place > 1`,
      [installationId, id],
    );
    return row!.count;
  }

  /** Orders in a currency that no enabled connection of the installation has, each once, unless it became a task. */
  private async ordersWithoutConnection(
    installationId: string,
  ): Promise<{ total: number; byCurrency: { currency: string; count: number }[] }> {
    const rows = await this.database.sql<{ currency: string; count: number }>(
      `select coalesce(w.currency, '') as currency, count(distinct w.order_id)::int as count from order_watch w
       where w.installation_id = ? and w.outcome = 'otherCurrency'
         and not exists (select 1 from connection c
           where c.installation_id = w.installation_id and c.enabled and c.currency = w.currency)
         and not exists (select 1 from sync_task t
           where t.installation_id = w.installation_id and t.order_id = w.order_id)
       group by 1 order by 1`,
      [installationId],
    );
    return { total: rows.reduce((sum, { count }) => sum + count, 0), byCurrency: rows };
  }
}
