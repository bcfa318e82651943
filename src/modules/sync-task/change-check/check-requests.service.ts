import { Injectable } from '@nestjs/common';
import type { Job } from '../../../platform/jobs/job.entities.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { Problem } from '../../../platform/http/problem.js';
import type { Connection } from '../../installation/connection.entity.js';
import { SWEEP } from './change-check.service.js';

/** *Check Changes* (FEATURES TSK-1). */
@Injectable()
export class CheckRequests {
  constructor(private readonly jobs: JobRuns) {}

  /**
   * Asks for a check with a sweep. One that runs or waits already is joined and, if it was a scheduled one, sweeps too.
   *
   * @throws Problem CONNECTION_DISABLED.
   */
  async byPerson(connection: Connection, userId: string): Promise<Job> {
    if (!connection.enabled)
      throw new Problem('conflict', 'CONNECTION_DISABLED', `${connection.alias} is switched off. Switch it on first.`);
    for (;;) {
      const job = await this.jobs.request('check', connection, userId, { [SWEEP]: true });
      if (job.payload[SWEEP] === true) return job;
      // A scheduled check is joined; should it end at this very moment, a new one is asked for.
      if (await this.jobs.amend(job.id, job.installationId, { [SWEEP]: true })) return job;
    }
  }
}
