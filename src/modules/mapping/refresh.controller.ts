import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { ConnectionService } from '../installation/connection.service.js';
import { RefreshJob } from './refresh-job.service.js';

/** The job to watch at GET /jobs/{jobId}. */
export class RefreshStarted {
  @ApiProperty({ format: 'uuid' })
  jobId!: string;
}

/** Refreshes the lists of the mapping screens. */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/refresh')
export class RefreshController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly refresh: RefreshJob,
  ) {}

  /** Reads both sides again in the background. A second press while it runs joins it. */
  @Post()
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Refresh the mapping lists' })
  @ApiAcceptedResponse({ type: RefreshStarted })
  async start(@CurrentCaller() caller: Caller, @Param('connectionId') connectionId: string): Promise<RefreshStarted> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return { jobId: await this.refresh.request(connection, caller.userId) };
  }
}
