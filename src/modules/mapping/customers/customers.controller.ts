import { Body, Controller, Get, Param, Patch, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../../../platform/http/page.js';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { BodyList } from '../save/body-list.pipe.js';
import { CustomerList } from './customer-list.service.js';
import { CustomerMappings } from './customer-mappings.service.js';
import {
  AutomationCounts,
  CustomerMappingChange,
  CustomerMappingChanges,
  CustomerPage,
  CustomerQuery,
  CustomerRow,
  CustomerSaveResult,
  CustomerSettingsDto,
  CustomerSuggestionPage,
  SaveQuery,
} from './customer.dto.js';

/** Customers and the companies they are mapped to (FEATURES MAP-1 to MAP-4). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/customers')
export class CustomersController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly customers: CustomerList,
    private readonly mappings: CustomerMappings,
  ) {}

  /** A page of customers by name, from the mirrors. 404 NOT_FOUND for another installation's connection. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Customers with their companies and suggestions' })
  @ApiOkResponse({ type: CustomerPage })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: CustomerQuery,
  ): Promise<CustomerPage> {
    return await this.customers.page(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Companies that seem to be an unmapped customer; nothing is mapped by listing them. */
  @Get('suggestions')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Suggestions for unmapped customers' })
  @ApiOkResponse({ type: CustomerSuggestionPage })
  async suggestions(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: PageQuery,
  ): Promise<CustomerSuggestionPage> {
    return await this.customers.suggestions(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** How many customers automatic processing is on for. */
  @Get('automation')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'How many customers are processed automatically' })
  @ApiOkResponse({ type: AutomationCounts })
  async automation(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
  ): Promise<AutomationCounts> {
    return await this.customers.automation(await this.connections.find(caller.installationId, connectionId));
  }

  /** Maps, unmaps, rejects and restores in bulk: all rows or none, every refused row named (`rows`). */
  @Put('mappings')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Save mappings of customers, all or none' })
  @ApiBody({ type: [CustomerMappingChange] })
  @ApiOkResponse({ type: CustomerSaveResult })
  async save(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: SaveQuery,
    @Body(new BodyList(CustomerMappingChanges)) rows: CustomerMappingChange[],
  ): Promise<CustomerSaveResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    if (query.dryRun) return await this.mappings.preview(connection, rows);
    return await this.mappings.save(connection, rows, caller.userId);
  }

  /** Switches automatic processing of one customer. 404 NOT_FOUND when the mirror has no such customer. */
  @Patch(':customerId')
  @NeedsRole('admin')
  @ApiOperation({ summary: 'Automatic processing of a customer' })
  @ApiOkResponse({ type: CustomerRow })
  async update(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Param('customerId') customerId: string,
    @Body() body: CustomerSettingsDto,
  ): Promise<CustomerRow> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.mappings.setAutoSync(connection, customerId, body.autoSync, caller.userId);
  }
}
