import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../platform/tenancy/caller.js';
import { ConnectionService } from '../installation/connection.service.js';
import { TieOutReport } from './tie-out.service.js';
import { TieOutPage, TieOutQuery } from './tie-out.view.js';

/** What customers owe against what Autotask invoices (FEATURES WIN-5). */
@ApiTags('tie-out')
@ApiBearerAuth()
@Controller('connections/:id/tie-out')
export class TieOutController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly report: TieOutReport,
  ) {}

  /** A month of one customer or of all, by name, read from Autotask now. 404 for another tenant's connection. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Marketplace amounts against Autotask invoice lines, explained' })
  @ApiOkResponse({ type: TieOutPage })
  async month(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() query: TieOutQuery,
  ): Promise<TieOutPage> {
    return await this.report.page(await this.connections.find(caller.installationId, id), query);
  }
}
