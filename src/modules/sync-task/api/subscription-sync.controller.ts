import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { BulkConfirmation } from '../bulk-confirmation.service.js';
import { BulkAccepted } from './outcome.view.js';

/** *Sync* on an out-of-sync subscription (FEATURES TSK-9). */
@ApiTags('subscriptions')
@ApiBearerAuth()
@Controller('subscriptions')
export class SubscriptionSyncController {
  constructor(private readonly bulk: BulkConfirmation) {}

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
