import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../../../platform/http/page.js';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { CatalogList } from './catalog-list.service.js';
import {
  BillingCodeQuery,
  BillingCodeRowPage,
  CompanyRowPage,
  NamedRowPage,
  ServiceQuery,
  ServiceRowPage,
} from './catalog.dto.js';
import { NewServiceDto, NewServiceView } from './new-service.dto.js';
import { ServiceCreation } from './service-creation.service.js';

/** What Autotask offers for mapping: active records only, from the mirrors (FEATURES MAP-4). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId')
export class CatalogController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly catalog: CatalogList,
    private readonly creation: ServiceCreation,
  ) {}

  /** Companies whose name or number begins with the search. */
  @Get('companies')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Autotask companies' })
  @ApiOkResponse({ type: CompanyRowPage })
  async companies(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: PageQuery,
  ): Promise<CompanyRowPage> {
    return await this.catalog.companies(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Services, of one period or all. */
  @Get('services')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Autotask services' })
  @ApiOkResponse({ type: ServiceRowPage })
  async services(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: ServiceQuery,
  ): Promise<ServiceRowPage> {
    return await this.catalog.services(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Creates a service in Autotask, at most once, and maps the product to it when asked (FEATURES MAP-7). */
  @Post('services')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Add a product to Autotask as a service' })
  @ApiCreatedResponse({ type: NewServiceView })
  async create(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body() body: NewServiceDto,
  ): Promise<NewServiceView> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.creation.create(connection, body, caller.userId);
  }

  /** Billing codes, of one use or all. */
  @Get('billing-codes')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Autotask billing codes' })
  @ApiOkResponse({ type: BillingCodeRowPage })
  async billingCodes(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: BillingCodeQuery,
  ): Promise<BillingCodeRowPage> {
    return await this.catalog.billingCodes(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Autotask products, for fees. */
  @Get('autotask-products')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Autotask products' })
  @ApiOkResponse({ type: NamedRowPage })
  async autotaskProducts(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: PageQuery,
  ): Promise<NamedRowPage> {
    return await this.catalog.autotaskProducts(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Companies of type vendor, for a new service. */
  @Get('vendors')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Autotask vendors' })
  @ApiOkResponse({ type: NamedRowPage })
  async vendors(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: PageQuery,
  ): Promise<NamedRowPage> {
    return await this.catalog.vendors(await this.connections.find(caller.installationId, connectionId), query);
  }
}
