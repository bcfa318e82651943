import { Body, Controller, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { SubscriptionContracts } from '../../mapping/subscriptions/subscription-contracts.service.js';
import { SubscriptionList } from '../../mapping/subscriptions/subscription-list.service.js';
import { SubscriptionContractDto, SubscriptionDetail } from '../../mapping/subscriptions/subscription.dto.js';
import { BulkConfirmation } from '../bulk-confirmation.service.js';
import { RequestedTasks } from '../requested-tasks.service.js';
import { BulkAccepted, MoveAccepted } from './outcome.view.js';

/** What a person does with a subscription: *Sync* it, map it to a contract, move it (FEATURES TSK-9, MAP-9). */
@ApiTags('subscriptions')
@ApiBearerAuth()
@Controller('subscriptions')
export class SubscriptionSyncController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly subscriptions: SubscriptionList,
    private readonly contracts: SubscriptionContracts,
    private readonly requested: RequestedTasks,
    private readonly bulk: BulkConfirmation,
  ) {}

  /**
   * Maps it to a contract that suits it. 409 with the reasons when it does not; 409 MOVE_NEEDED when it has units
   * elsewhere, unless `move` is set: then a task that moves them is made (202) and nothing changes before it is synced.
   */
  @Put(':subscriptionId/contract')
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Map a subscription to a contract, or ask for its move' })
  @ApiOkResponse({ type: SubscriptionDetail })
  @ApiAcceptedResponse({ type: MoveAccepted })
  async map(
    @CurrentCaller() caller: Caller,
    @Param('subscriptionId') id: string,
    @Body() { contractId, move }: SubscriptionContractDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SubscriptionDetail | MoveAccepted> {
    const subscription = await this.subscriptions.find(caller.installationId, id);
    const connection = await this.connections.find(caller.installationId, subscription.connectionId);
    if (move) {
      const task = await this.requested.move(connection, subscription, contractId, caller.userId);
      if (task) {
        response.status(202);
        return task;
      }
    } else await this.contracts.map(connection, subscription, contractId, caller.userId);
    return await this.subscriptions.detail(connection, id);
  }

  /** Replays the open tasks, oldest first, stopping at the first failure. */
  @Post(':subscriptionId/sync')
  @HttpCode(202)
  @NeedsRole('operator')
  @ApiOperation({ summary: "Replay a subscription's open tasks" })
  @ApiAcceptedResponse({ type: BulkAccepted })
  async sync(@CurrentCaller() caller: Caller, @Param('subscriptionId') subscriptionId: string): Promise<BulkAccepted> {
    return await this.bulk.confirmSubscription(caller, subscriptionId);
  }
}
