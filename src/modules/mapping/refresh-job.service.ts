import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { ClaimedJob } from '../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../platform/jobs/job-runs.service.js';
import { DONE, HANDED_BACK, WorkerLoop, type RunContext, type RunOutcome } from '../../platform/jobs/worker-loop.js';
import { AUTOMATIC } from '../../platform/tenancy/caller.js';
import { ConnectionChanges } from '../installation/connection-changes.service.js';
import { Connection } from '../installation/connection.entity.js';
import { ActionLog } from '../notification/action-log.service.js';
import { MappingChanges } from './mapping-changes.js';
import { MirrorRefresh, REFRESH_STEPS } from './mirror-refresh.service.js';

/** Lists are read once a day: a little less than the time between two sweeps, so that none of them finds the lists too young. */
const OLD_AFTER_HOURS = 20;

/** The work behind the job `refresh`: what *Refresh* on the mapping screens, and a new connection, start. */
@Injectable()
export class RefreshJob implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: WorkerLoop,
    private readonly jobs: JobRuns,
    private readonly refresh: MirrorRefresh,
    private readonly log: ActionLog,
    private readonly connections: ConnectionChanges,
    private readonly changes: MappingChanges,
  ) {}

  onModuleInit(): void {
    // A new connection has nothing to map yet; by the time somebody opens the screen its lists are there.
    this.connections.subscribe(async (connection, changes) => {
      if (changes.includes('created')) await this.request(connection, AUTOMATIC);
    });
    this.worker.handle('refresh', async (job, context) => await this.work(job, context));
  }

  /**
   * Starts a refresh, or joins the one that runs.
   *
   * @param by host user id. @returns the job's id.
   */
  async request(connection: Connection, by: string): Promise<string> {
    return (await this.jobs.request('refresh', connection, by, {})).id;
  }

  /**
   * Starts a refresh where any list is from another day. Who lets everything run by itself opens no screen, and what was
   * deactivated or deleted meanwhile must still be noticed (FEATURES MAP-4). Lists that were never read wait for a person.
   */
  async requestIfOld(connection: Connection): Promise<void> {
    const [row] = await this.database.sql<{ old: boolean | null }>(
      `select min(read_at) < clock_timestamp() - make_interval(hours => ?) as old from mirror_state
       where installation_id = ? and connection_id = ?`,
      [OLD_AFTER_HOURS, connection.installationId, connection.id],
    );
    if (row?.old) await this.request(connection, AUTOMATIC);
  }

  /** Runs the open job of the connection. Safe to repeat: a refresh only copies. */
  async work(claimed: ClaimedJob, context: RunContext): Promise<RunOutcome> {
    const connection = await this.database
      .unit()
      .findOne(Connection, { id: claimed.connectionId, installationId: claimed.installationId });
    if (!connection) return DONE;
    const job = await this.jobs.openOne('refresh', connection);
    if (!job) return DONE;
    await this.jobs.start(job);
    const result = await this.refresh.run(
      connection,
      async ({ words, done, total }) => {
        context.signal.throwIfAborted();
        await this.jobs.progress(job.id, job.installationId, { step: words, done, total });
      },
      // Somebody who presses the button wants to see what was deleted, too.
      { full: true },
    );
    if (context.signal.aborted) return HANDED_BACK;
    const [failure] = result.failures;
    const failed = result.failures.length;
    await this.jobs.progress(job.id, job.installationId, {
      done: REFRESH_STEPS - failed,
      failed,
      total: REFRESH_STEPS,
    });
    // Whoever sees that it has ended finds it in the log.
    await this.log.record({
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: job.requestedBy,
      category: 'mapping',
      action: 'mirror.refreshed',
      outcome: failure ? 'failed' : 'info',
      message: failure
        ? `${connection.alias}: the mapping lists could not be refreshed completely. ${failure.message}`
        : `${connection.alias}: the mapping lists were refreshed.`,
      details: { ...result },
    });
    await this.jobs.finish(job.id, job.installationId, {
      state: failure ? 'failed' : 'done',
      result: { ...result },
      ...(failure ? { failure: { code: failure.code, message: failure.message } } : {}),
    });
    await this.changes.changed(connection, { records: true });
    return DONE;
  }
}
