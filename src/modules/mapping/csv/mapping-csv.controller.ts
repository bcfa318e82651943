import { Body, Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { SaveQuery } from '../customers/customer.dto.js';
import { CsvImportReport } from './mapping-csv.dto.js';
import { MappingCsv } from './mapping-csv.service.js';

/** All mappings as a file (FEATURES MAP-11). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/mappings')
export class MappingCsvController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly csv: MappingCsv,
  ) {}

  /** Columns kind, marketplaceKey, autotaskId; the same file can be imported again. */
  @Get('export')
  @NeedsRole('viewer')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="psa-sync-mappings.csv"')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'All mappings as CSV' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  async export(@CurrentCaller() caller: Caller, @Param('connectionId') connectionId: string): Promise<string> {
    return await this.csv.export(await this.connections.find(caller.installationId, connectionId));
  }

  /** With `dryRun` only lists every problem by row; else good rows are applied and the rest are listed. */
  @Post('import')
  @HttpCode(200)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Import mappings from CSV' })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiOkResponse({ type: CsvImportReport })
  async import(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: SaveQuery,
    @Body() body: unknown,
  ): Promise<CsvImportReport> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.csv.import(connection, body, query.dryRun, caller.userId);
  }
}
