import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, NeedsRole, type Caller } from '../../../platform/tenancy/caller.js';
import { ConnectionService } from '../../installation/connection.service.js';
import { RequestedTasks } from '../requested-tasks.service.js';
import { ReconcileResult } from './outcome.view.js';

/** *Reconcile* on a mapped customer (FEATURES TSK-10). */
@ApiTags('mapping')
@ApiBearerAuth()
@Controller('connections/:connectionId/customers')
export class CustomerReconcileController {
  constructor(
    private readonly connections: ConnectionService,
    private readonly requested: RequestedTasks,
  ) {}

  /**
   * Compares each mapped subscription with its contract, both read now. What differs becomes a task that waits for a
   * person; what agrees is *nothing to do*. 409 MAPPING_MISSING for a customer without company.
   */
  @Post(':customerId/reconcile')
  @HttpCode(200)
  @NeedsRole('operator')
  @ApiOperation({ summary: 'Compare both sides of a customer now' })
  @ApiOkResponse({ type: ReconcileResult })
  async reconcile(
    @CurrentCaller() caller: Caller,
    @Param('connectionId') connectionId: string,
    @Param('customerId') customerId: string,
  ): Promise<ReconcileResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return { subscriptions: await this.requested.reconcile(connection, customerId, caller.userId) };
  }
}
