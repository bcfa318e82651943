import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { CompanyProfiles } from './company-profiles.service.js';
import { CustomerImports } from './customer-imports.service.js';
import { ImportablePage, ImportableQuery, ImportRequestDto, ImportStarted } from './import.dto.js';

/** Autotask companies that become customers of the marketplace (FEATURES MAP-5). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId')
export class ImportsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly profiles: CompanyProfiles,
    private readonly imports: CustomerImports,
  ) {}

  /** Companies without a customer, with what their profile lacks. Contacts are read live, ten companies at a time. */
  @Get('importable-companies')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Companies that can be imported as customers' })
  @ApiOkResponse({ type: ImportablePage })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: ImportableQuery,
  ): Promise<ImportablePage> {
    return await this.profiles.page(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Imports in the background and maps at once; watch the job. Safe to repeat. */
  @Post('imports')
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Import companies as customers' })
  @ApiAcceptedResponse({ type: ImportStarted })
  async start(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: ImportRequestDto,
  ): Promise<ImportStarted> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return { jobId: await this.imports.request(connection, body, caller.userId) };
  }
}
