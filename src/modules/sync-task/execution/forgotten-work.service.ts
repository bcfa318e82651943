import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { AppConfig } from '../../../../config/app-config.js';
import { Database } from '../../../platform/database/database.js';
import { DueJobs } from '../../../platform/jobs/due-jobs.service.js';

/**
 * The rows of tasks are the truth, also about whether anybody must come: accepted tasks, and writes without outcome, of a
 * connection for which no run is asked (DESIGN §1, rule 1). There should be none; losing one must cost a minute, not a
 * task.
 */
@Injectable()
export class ForgottenWork {
  private readonly logger = new Logger(ForgottenWork.name);

  constructor(
    private readonly database: Database,
    private readonly due: DueJobs,
    private readonly config: AppConfig,
  ) {}

  /** Asks for the runs that are missing. @returns how many. Safe in several processes: asking twice is asking once. */
  @Cron(CronExpression.EVERY_MINUTE)
  async findAgain(): Promise<number> {
    if (this.config.role === 'worker') return 0;
    const rows = await this.database.sql<{ installation_id: string; connection_id: string }>(
      `select c.installation_id, c.id as connection_id from connection c
       where c.enabled
         and not exists (select 1 from due_job d where d.installation_id = c.installation_id
           and d.connection_id = c.id and d.name = 'sync' and (d.requested_at is not null or d.claimed_until >= clock_timestamp()))
         and (exists (select 1 from sync_task t where t.installation_id = c.installation_id and t.connection_id = c.id
             and t.state in ('ready', 'running') and t.confirmed_hash is not null)
           or exists (select 1 from sync_operation o where o.installation_id = c.installation_id
             and o.connection_id = c.id and o.state = 'sending'))`,
    );
    for (const row of rows) await this.due.request('sync', row.installation_id, row.connection_id);
    if (rows.length > 0) this.logger.warn({ rows }, 'accepted work that nobody had asked for is taken up again');
    return rows.length;
  }
}
