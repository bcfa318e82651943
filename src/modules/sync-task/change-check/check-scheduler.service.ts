import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { AppConfig } from '../../../../config/app-config.js';
import { nextCheckAt } from '../../../domain/change-check/schedule.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { DueJobs } from '../../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { AUTOMATIC } from '../../../platform/tenancy/caller.js';
import { Clock } from '../../../ports/clock.port.js';
import type { JobEnvelope } from '../../../ports/task-queue.port.js';
import type { ConnectionSettings } from '../../installation/connection-settings.js';

/** Connections of one transaction. */
const CHUNK = 100;

/**
 * Scheduled checks (FEATURES TSK-4): one tick a minute for all connections, in every process that serves the API. A
 * connection's row is locked while its next time is set, so one of several processes takes it; a time that passed while
 * nothing ran is made up for once, at the start.
 */
@Injectable()
export class CheckScheduler implements OnApplicationBootstrap {
  private readonly logger = new Logger(CheckScheduler.name);
  private ticking: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly due: DueJobs,
    private readonly jobs: JobRuns,
    private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    void this.tick();
  }

  /** Never throws: what one tick misses the next one does. A tick that takes longer than a minute is not joined by another. */
  @Cron(CronExpression.EVERY_MINUTE)
  async tick(): Promise<void> {
    if (this.config.role === 'worker') return;
    this.ticking ??= this.work()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'scheduled checks could not be started; tried again'))
      .finally(() => (this.ticking = undefined));
    await this.ticking;
  }

  /** Resolves when no tick is at work. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.ticking;
  }

  private async work(): Promise<void> {
    const now = await this.clock.businessNow();
    for (;;) {
      const taken = await this.database.transaction(async (em) => await this.take(em, now));
      for (const envelope of taken) await this.due.announce(envelope);
      if (taken.length < CHUNK) break;
    }
    // Hints that were lost on their way; whoever works on a row already ignores it.
    for (const envelope of await this.due.due()) await this.due.announce(envelope);
  }

  private async take(em: Unit, now: string): Promise<JobEnvelope[]> {
    const rows = await em.execute<
      { id: string; installation_id: string; settings: ConnectionSettings; time_zone: string }[]
    >(
      `select c.id, c.installation_id, c.settings, c.time_zone
       from connection c join installation i on i.id = c.installation_id
       where c.enabled and i.status = 'enabled' and c.next_check_at <= ?
         and (c.paused_until is null or c.paused_until <= clock_timestamp())
       order by c.next_check_at limit ? for update of c skip locked`,
      [new Date(now), CHUNK],
    );
    const taken: JobEnvelope[] = [];
    for (const { id, installation_id: installationId, settings, time_zone: timeZone } of rows) {
      const next = nextCheckAt(settings, timeZone, id, now);
      await em.execute(`update connection set next_check_at = ? where installation_id = ? and id = ?`, [
        next === undefined ? null : new Date(next),
        installationId,
        id,
      ]);
      if (next === undefined) continue;
      const envelope: JobEnvelope = { name: 'check', installationId, connectionId: id };
      await this.jobs.open('check', { installationId, id }, AUTOMATIC, {}, em);
      await this.due.mark(em, envelope);
      taken.push(envelope);
    }
    return taken;
  }
}
