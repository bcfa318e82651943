import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { ConnectionService } from '../installation/connection.service.js';
import { Insights } from './insights.service.js';
import { InsightsQuery, InsightsView } from './insights.view.js';

/** Pictures in place of lists: how tasks stand, and both sides' units and amounts (reference/page-design §4.16). */
@ApiTags('insights')
@ApiBearerAuth()
@Controller('connections/:id/insights')
export class InsightsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly insights: Insights,
  ) {}

  /** From stored rows: Autotask is as it was written and read back. 404 for another tenant's connection. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Tasks by day and state, units and recurring amounts on both sides' })
  @ApiOkResponse({ type: InsightsView })
  async read(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: InsightsQuery,
  ): Promise<InsightsView> {
    return await this.insights.of(await this.connections.find(caller.installationId, id), query);
  }
}
