import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../../../platform/http/page.js';
import { jobView } from '../../../platform/jobs/job-view.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { CheckPage, DashboardView, JobStarted } from './change-check.dto.js';
import { CheckRequests } from './check-requests.service.js';
import { Dashboard } from './dashboard.service.js';

/** Change checks of a connection (FEATURES TSK-1). Every route answers 404 NOT_FOUND for another tenant's connection. */
@ApiTags('checks')
@ApiBearerAuth()
@Controller('connections/:id')
export class ChangeCheckController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly requests: CheckRequests,
    private readonly jobs: JobRuns,
    private readonly dashboard: Dashboard,
  ) {}

  /** *Check Changes*: starts a check with a sweep, or joins the one that runs. 409 CONNECTION_DISABLED. */
  @Post('check')
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Check changes now, or join the check that runs' })
  @ApiAcceptedResponse({ type: JobStarted })
  async check(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<JobStarted> {
    const connection = await this.connections.find(caller.installationId, id);
    const job = await this.requests.byPerson(connection, caller.userId);
    return { jobId: job.id };
  }

  /** Checks, newest first, each with its counts or its failure. */
  @Get('checks')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Recent checks with what they found' })
  @ApiOkResponse({ type: CheckPage })
  async checks(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: PageQuery,
  ): Promise<CheckPage> {
    const connection = await this.connections.find(caller.installationId, id);
    const { page, pageSize } = query;
    const { items, total } = await this.jobs.list('check', connection, { page, pageSize });
    return { items: items.map(jobView), total, page, pageSize };
  }

  /** Counts of tasks, orders without connection, and when the last and the next check are. */
  @Get('dashboard')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'The numbers above the task list' })
  @ApiOkResponse({ type: DashboardView })
  async numbers(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<DashboardView> {
    return await this.dashboard.of(await this.connections.find(caller.installationId, id));
  }
}
