import { Injectable, Logger } from '@nestjs/common';
import { dayIn } from '../../../domain/calendar/calendar-date.js';
import { Database } from '../../../platform/database/database.js';
import type { ClaimedJob } from '../../../platform/jobs/due-jobs.service.js';
import type { Job } from '../../../platform/jobs/job.entities.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { DONE, HANDED_BACK, type RunContext, type RunOutcome } from '../../../platform/jobs/worker-loop.js';
import { Clock } from '../../../ports/clock.port.js';
import { ConnectionAccess } from '../../installation/connection-access.service.js';
import { Connection } from '../../installation/connection.entity.js';
import { AfterCheck } from './after-check.js';
import { failureOf, type CheckFailure } from './check-failure.js';
import { CheckHandedBack, CheckRun, CheckStopped } from './check-run.js';
import { CheckReport } from './check-report.service.js';
import { OrderIntake } from './order-intake.service.js';
import { SubscriptionSweep } from './subscription-sweep.service.js';

/** The key in a check's payload that asks for a sweep: every check a person starts has it. */
export const SWEEP = 'sweep';

/**
 * One change check of one connection (FEATURES TSK-1, TSK-2; DESIGN §8): orders, then the sweep where it is due, then
 * plans for what is new. The due row's claim keeps it single; every step commits by itself and may be run again.
 */
@Injectable()
export class ChangeCheckService {
  private readonly logger = new Logger(ChangeCheckService.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly jobs: JobRuns,
    private readonly access: ConnectionAccess,
    private readonly orders: OrderIntake,
    private readonly sweep: SubscriptionSweep,
    private readonly after: AfterCheck,
    private readonly report: CheckReport,
  ) {}

  /** The work of the open `check` job: whoever makes it due opens one. */
  async run(claimed: ClaimedJob, context: RunContext): Promise<RunOutcome> {
    const connection = await this.connectionOf(claimed);
    const owner = { installationId: claimed.installationId, id: claimed.connectionId };
    const job = await this.jobs.openOne('check', owner);
    // Stopped before its turn, or asked for once more between its claim and its start: that one has been run.
    if (!job) return DONE;
    await this.jobs.start(job);
    if (!connection) {
      const message = 'The connection is switched off or was removed, so nothing was checked.';
      await this.jobs.finish(job.id, job.installationId, {
        state: 'failed',
        failure: { code: 'CONNECTION_DISABLED', message },
      });
      return DONE;
    }
    let check: CheckRun | undefined;
    try {
      check = await this.begin(connection, job, context);
      await this.check(check, job);
      return DONE;
    } catch (error) {
      if (error instanceof CheckHandedBack || context.signal.aborted) return HANDED_BACK;
      if (error instanceof CheckStopped) {
        await this.report.stopped(check!);
        return DONE;
      }
      await this.fail(connection, job, error);
      return DONE;
    }
  }

  private async begin(connection: Connection, job: Job, context: RunContext): Promise<CheckRun> {
    const access = this.access.marketplace(connection);
    const now = await this.clock.businessNow();
    const today = dayIn(connection.timeZone, now);
    return new CheckRun(
      connection,
      access,
      { id: job.id, actor: job.requestedBy },
      now,
      today,
      this.jobs,
      context.signal,
    );
  }

  private async check(check: CheckRun, job: Job): Promise<void> {
    const { connection } = check;
    await this.orders.run(check);
    let sweeps = job.payload[SWEEP] === true || isSweepDue(connection, check.today);
    for (;;) {
      if (sweeps) await this.sweep.run(check);
      await this.sweep.noteTold(check);
      await this.plan(check);
      await this.database.sql(`update connection set last_check_at = ? where installation_id = ? and id = ?`, [
        new Date(check.now),
        connection.installationId,
        connection.id,
      ]);
      if (await this.report.done(check, check.counts.swept ? undefined : SWEEP)) break;
      // Somebody pressed *Check Changes* while this scheduled check ran: theirs is this one, with a sweep.
      sweeps = true;
    }
    if (sweeps) await this.after.swept(connection);
    if (connection.pauseCode?.startsWith('MARKETPLACE_')) await this.access.resume(connection);
  }

  /** Plans what is new, and what an earlier check had to leave unplanned; with nothing new nobody is asked anything. */
  private async plan(check: CheckRun): Promise<void> {
    const { connection } = check;
    const rows = await this.database.sql<{ subscription_id: string }>(
      `select distinct subscription_id from sync_task
       where installation_id = ? and connection_id = ? and state = 'pending' and plan_summary is null`,
      [connection.installationId, connection.id],
    );
    const ids = [...new Set([...check.changed, ...rows.map((row) => row.subscription_id)])];
    if (ids.length === 0) return;
    await check.tell({ step: 'Making tasks' });
    try {
      await this.after.replan(connection, ids);
      check.changed.clear();
    } catch (error) {
      // The tasks stand; they are planned by the next check, a mapping change or whoever opens them.
      this.logger.warn({ err: error, connectionId: connection.id }, 'new tasks could not be planned');
    }
  }

  private async fail(connection: Connection, job: Job, error: unknown): Promise<void> {
    const failure: CheckFailure = failureOf(error) ?? {
      code: 'UNEXPECTED',
      message: 'The check met an error of its own. What it had found is kept; the next check goes on from there.',
      refused: false,
    };
    if (failure.code === 'UNEXPECTED')
      this.logger.error({ err: error, connectionId: connection.id, jobId: job.id }, 'a change check failed');
    // Whoever sees that it has failed sees the pause, too.
    if (failure.refused) await this.access.pause(connection, failure.code, failure.message);
    await this.report.failed(connection, job, failure);
  }

  private async connectionOf({ installationId, connectionId }: ClaimedJob): Promise<Connection | undefined> {
    const [row] = await this.database.sql(
      `select 1 from connection c join installation i on i.id = c.installation_id
       where c.installation_id = ? and c.id = ? and c.enabled and i.status = 'enabled'`,
      [installationId, connectionId],
    );
    if (!row) return undefined;
    return (await this.database.unit().findOne(Connection, { installationId, id: connectionId })) ?? undefined;
  }
}

/** Once per day of the connection's zone, whatever the schedule of its checks; always until the first one is through. */
function isSweepDue(connection: Connection, today: string): boolean {
  const { lastSweepAt, timeZone } = connection;
  return !lastSweepAt || dayIn(timeZone, lastSweepAt.toISOString()) < today;
}
