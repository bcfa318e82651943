import { Global, Module } from '@nestjs/common';
import { DueJobs } from './due-jobs.service.js';
import { JobRuns } from './job-runs.service.js';
import { JobsController } from './jobs.controller.js';
import { WorkerLoop } from './worker-loop.js';

/**
 * Due rows, the loop that works them off, and the jobs people watch. Features import nothing: they inject `DueJobs`,
 * `JobRuns` and `WorkerLoop` and register their work in `onModuleInit`.
 */
@Global()
@Module({
  controllers: [JobsController],
  providers: [DueJobs, JobRuns, WorkerLoop],
  exports: [DueJobs, JobRuns, WorkerLoop],
})
export class JobsModule {}
