import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { Job } from '../../../platform/jobs/job.entities.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { MarketplacePort } from '../../../ports/marketplace.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { CheckFailure } from './check-failure.js';
import type { CheckCounts, CheckRun } from './check-run.js';

/** Tells how checks ended: in the job, in the Action Log and, where somebody should know, as a pop-up (LOG-1, INS-6). */
@Injectable()
export class CheckReport {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobRuns,
    private readonly marketplace: MarketplacePort,
    private readonly log: ActionLog,
  ) {}

  /**
   * Ends a check that went through.
   *
   * @param unless the payload key that, when set, leaves it open: more was asked for while it ran.
   * @returns false when it was left open.
   */
  async done(check: CheckRun, unless: string | undefined): Promise<boolean> {
    const { connection, job } = check;
    const [row] = await this.database.sql<{ count: number }>(
      `select count(*)::int as count from order_watch where installation_id = ? and connection_id = ? and outcome is null`,
      [connection.installationId, connection.id],
    );
    check.counts.unfinished = row!.count;
    const ended = await this.jobs.finish(
      job.id,
      check.installationId,
      { state: 'done', result: { ...check.counts } },
      unless,
    );
    if (!ended) return false;
    await this.unknownValues(check);
    await this.log.record({
      installationId: check.installationId,
      connectionId: connection.id,
      actor: job.actor,
      category: 'check',
      action: 'check.finished',
      outcome: 'ok',
      message: sentence(check.counts),
      details: { jobId: job.id, ...check.counts },
      ...(check.counts.newTasks > 0 ? { notify: { level: 'info' as const, code: 'NEW_TASKS' } } : {}),
    });
    return true;
  }

  /** A check that somebody stopped: what it had found is kept. */
  async stopped(check: CheckRun): Promise<void> {
    await this.jobs.finish(check.job.id, check.installationId, { state: 'stopped', result: { ...check.counts } });
    await this.log.record({
      installationId: check.installationId,
      connectionId: check.connection.id,
      actor: check.job.actor,
      category: 'check',
      action: 'check.stopped',
      outcome: 'info',
      message: `The check was stopped. ${sentence(check.counts)} The next one goes on from there.`,
      details: { jobId: check.job.id, ...check.counts },
    });
  }

  async failed(connection: Connection, job: Job, failure: CheckFailure): Promise<void> {
    const { code, message } = failure;
    await this.jobs.finish(job.id, job.installationId, { state: 'failed', failure: { code, message } });
    await this.log.record({
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: job.requestedBy,
      category: 'check',
      action: 'check.failed',
      outcome: 'failed',
      message: `${connection.alias}: the check failed. ${message}`,
      details: { jobId: job.id, code },
      // A refused sign-in pauses the connection, which tells people itself.
      ...(failure.refused ? {} : { notify: { level: 'error' as const, code } }),
    });
  }

  /** Values nobody knows are kept in the record and reported once, never dropped. */
  private async unknownValues(check: CheckRun): Promise<void> {
    const { installationId, connection, job } = check;
    for (const { where, field, value } of this.marketplace.takeUnknownValues(connection.id)) {
      const message = `The marketplace sent something unknown in ${where}: ${field} is "${value}". It is kept as it is.`;
      const known = await this.database.sql(
        `select 1 from action_log_entry where installation_id = ? and connection_id = ?
         and action = 'marketplace.unknown_value' and message = ? limit 1`,
        [installationId, connection.id, message],
      );
      if (known.length > 0) continue;
      await this.log.record({
        installationId,
        connectionId: connection.id,
        actor: job.actor,
        category: 'check',
        action: 'marketplace.unknown_value',
        outcome: 'info',
        message,
        details: { where, field, value },
      });
    }
  }
}

function sentence({
  newTasks,
  orders,
  knownOrders,
  swept,
  subscriptionsRead,
  usageRows,
  unfinished,
}: CheckCounts): string {
  const parts = [
    `${newTasks} new ${newTasks === 1 ? 'task' : 'tasks'}`,
    `${orders} ${orders === 1 ? 'order' : 'orders'} listed, ${knownOrders} already known`,
    ...(unfinished > 0 ? [`${unfinished} not ended yet`] : []),
    ...(swept ? [`${subscriptionsRead} changed subscriptions and ${usageRows} rows of usage read`] : []),
  ];
  return `${parts.join('; ')}.`;
}
