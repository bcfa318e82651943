import { Controller, Delete, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../tenancy/caller.js';
import { notFound } from '../http/problem.js';
import { JobRuns } from './job-runs.service.js';
import { JobView, jobView } from './job-view.js';

/** An id that is no id of ours is treated like one that does not exist. */
const jobId = new ParseUUIDPipe({ exceptionFactory: () => notFound('The job') });

/** Jobs people watch: checks, refreshes, imports and bulk runs (DESIGN §10). */
@ApiTags('jobs')
@ApiBearerAuth()
@Controller('jobs')
export class JobsController {
  constructor(private readonly jobs: JobRuns) {}

  /** A job's state and progress. 404 NOT_FOUND for another installation's. */
  @Get(':id')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'State and progress of a job' })
  @ApiOkResponse({ type: JobView })
  async get(@CurrentCaller() caller: Caller, @Param('id', jobId) id: string): Promise<JobView> {
    return jobView(await this.jobs.get(id, caller.installationId));
  }

  /** Stops a job: what is in flight ends, nothing new is begun. 409 JOB_ENDED when it has ended. */
  @Delete(':id')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Stop a job after the step in flight' })
  @ApiOkResponse({ type: JobView })
  async stop(@CurrentCaller() caller: Caller, @Param('id', jobId) id: string): Promise<JobView> {
    return jobView(await this.jobs.stop(id, caller.installationId));
  }
}
