import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { BodyList } from '../save/body-list.pipe.js';
import { FeeMappings } from './fee-mappings.service.js';
import { FeeList, FeeMappingChange, FeeMappingChanges, FeeSaveResult } from './fee.dto.js';

/** Fees and what they are charged as (FEATURES MAP-8). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/fees')
export class FeesController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly fees: FeeMappings,
  ) {}

  /** All fees, mapped or not. 404 NOT_FOUND for another installation's connection. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Fees and what they are charged as' })
  @ApiOkResponse({ type: FeeList })
  async list(@CurrentCaller() caller: Caller, @Param('connectionId') connectionId: string): Promise<FeeList> {
    return await this.fees.list(await this.connections.find(caller.installationId, connectionId));
  }

  /** Maps and unmaps together: all rows or none, every refused row named (`rows`). */
  @Put('mappings')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Save mappings of fees, all or none' })
  @ApiBody({ type: [FeeMappingChange] })
  @ApiOkResponse({ type: FeeSaveResult })
  async save(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body(new BodyList(FeeMappingChanges)) rows: FeeMappingChange[],
  ): Promise<FeeSaveResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.fees.save(connection, rows, caller.userId);
  }
}
