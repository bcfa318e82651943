import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ConnectionService } from '../../installation/connection.service.js';
import type { SubscriptionMirror } from '../mirror.entities.js';
import { ContractFinder } from './contract-finder.service.js';
import { SubscriptionContracts } from './subscription-contracts.service.js';
import { SubscriptionList } from './subscription-list.service.js';
import {
  ContractChoicesView,
  SubscriptionDetail,
  SubscriptionPage,
  SubscriptionQuery,
  UnmapEffect,
} from './subscription.dto.js';

/** Subscriptions of a connection (FEATURES MAP-9). */
@ApiTags('subscriptions')
@ApiBearerAuth()
@Controller('connections/:connectionId/subscriptions')
export class ConnectionSubscriptionsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly subscriptions: SubscriptionList,
  ) {}

  /** A page of subscriptions by name, with contract, lines and sync status. */
  @Get()
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Subscriptions with their contracts and sync status' })
  @ApiOkResponse({ type: SubscriptionPage })
  async list(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Query() query: SubscriptionQuery,
  ): Promise<SubscriptionPage> {
    return await this.subscriptions.page(await this.connections.find(caller.installationId, connectionId), query);
  }
}

/** One subscription; `id` is ours, because marketplace ids are unique only within a connection. */
@ApiTags('subscriptions')
@ApiBearerAuth()
@Controller('subscriptions')
export class SubscriptionsController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly subscriptions: SubscriptionList,
    private readonly contracts: SubscriptionContracts,
    private readonly finder: ContractFinder,
  ) {}

  /** Its facts, its lines with everybody's shares, and its tasks. 404 NOT_FOUND for another installation's. */
  @Get(':id')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'One subscription' })
  @ApiOkResponse({ type: SubscriptionDetail })
  async detail(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDetail> {
    const { connection } = await this.find(caller, id);
    return await this.subscriptions.detail(connection, id);
  }

  /** Contracts of the customer's companies, fresh from Autotask, with every reason against each. */
  @Get(':id/contracts')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'Contracts a subscription could go to' })
  @ApiOkResponse({ type: ContractChoicesView })
  async candidates(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ContractChoicesView> {
    const { connection, subscription } = await this.find(caller, id);
    const { customerId, data } = subscription;
    return await this.finder.suitable(connection, { customerId, subscription: data });
  }

  /** What taking it off its contract would do; nothing is changed by asking. */
  @Get(':id/contract/unmapping')
  @NeedsRole('viewer')
  @ApiOperation({ summary: 'What unmapping a subscription would affect' })
  @ApiOkResponse({ type: UnmapEffect })
  async unmapEffect(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<UnmapEffect> {
    const { connection, subscription } = await this.find(caller, id);
    return await this.contracts.unmapPreview(connection, subscription);
  }

  /** Takes it off its contract. Autotask stays as it is; its units there are no longer tracked. */
  @Delete(':id/contract')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Take a subscription off its contract' })
  @ApiOkResponse({ type: SubscriptionDetail })
  async unmap(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<SubscriptionDetail> {
    const { connection, subscription } = await this.find(caller, id);
    await this.contracts.unmap(connection, subscription, caller.userId);
    return await this.subscriptions.detail(connection, id);
  }

  private async find(
    caller: Caller,
    id: string,
  ): Promise<{ connection: Connection; subscription: SubscriptionMirror }> {
    const subscription = await this.subscriptions.find(caller.installationId, id);
    return { subscription, connection: await this.connections.find(caller.installationId, subscription.connectionId) };
  }
}
