import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { BodyList } from '../save/body-list.pipe.js';
import { ProductList } from './product-list.service.js';
import { ProductMappings } from './product-mappings.service.js';
import {
  ProductMappingChange,
  ProductMappingChanges,
  ProductPage,
  ProductQuery,
  ProductSaveResult,
} from './product.dto.js';

/** Products and the services they are mapped to (FEATURES MAP-6). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/products')
export class ProductsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly products: ProductList,
    private readonly mappings: ProductMappings,
  ) {}

  /** A page of products by name, or by plan; from the mirrors. 404 NOT_FOUND for another installation's connection. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Products with both periods, their services and suggestions' })
  @ApiOkResponse({ type: ProductPage })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: ProductQuery,
  ): Promise<ProductPage> {
    return await this.products.page(await this.connections.find(caller.installationId, connectionId), query);
  }

  /** Maps and unmaps in bulk: all rows or none, every refused row named (`rows`). */
  @Put('mappings')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Save mappings of products, all or none' })
  @ApiBody({ type: [ProductMappingChange] })
  @ApiOkResponse({ type: ProductSaveResult })
  async save(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Body(new BodyList(ProductMappingChanges)) rows: ProductMappingChange[],
  ): Promise<ProductSaveResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.mappings.save(connection, rows, caller.userId);
  }
}
