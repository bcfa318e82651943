import { Injectable } from '@nestjs/common';
import type { Order } from '../../../domain/marketplace/order.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import { AUTOMATIC } from '../../../platform/tenancy/caller.js';
import type { Connection } from '../../installation/connection.entity.js';
import { AutotaskCalls } from '../../mapping/autotask-calls.service.js';
import { CustomerMappings } from '../../mapping/customers/customer-mappings.service.js';
import { MappingService } from '../../mapping/mapping.service.js';
import { SubscriptionMirror } from '../../mapping/mirror.entities.js';
import { ProductMappings } from '../../mapping/products/product-mappings.service.js';
import { SubscriptionContracts } from '../../mapping/subscriptions/subscription-contracts.service.js';
import { ActionLog } from '../../notification/action-log.service.js';

interface HintedTask {
  id: string;
  order: Order;
  customerId: string;
  subscriptionId: string;
}

/**
 * Mapping at order time (FEATURES MAP-10): the host put the connection, the service and the contract that somebody chose
 * into the order's attributes (`psa.connectionId`, `psa.serviceId`, `psa.contractId`), so that the first sync needs no
 * person. Only what is not mapped yet is mapped, by the same rules as by hand; what a rule forbids is logged, and the
 * task asks a person as ever.
 */
@Injectable()
export class OrderMapping {
  constructor(
    private readonly database: Database,
    private readonly calls: AutotaskCalls,
    private readonly mappings: MappingService,
    private readonly customers: CustomerMappings,
    private readonly products: ProductMappings,
    private readonly contracts: SubscriptionContracts,
    private readonly log: ActionLog,
  ) {}

  /** Applies what the orders of new, not yet planned tasks say. Safe to repeat. */
  async apply(connection: Connection): Promise<void> {
    const tasks = await this.database.sql<HintedTask>(
      `select t.id, t."order", t.customer_id as "customerId", t.subscription_id as "subscriptionId" from sync_task t
       where t.installation_id = ? and t.connection_id = ? and t.state = 'pending' and t.plan_summary is null
         and (t."order"->'attributes'->>'psa.serviceId' is not null or t."order"->'attributes'->>'psa.contractId' is not null)
       order by t.order_created_at, t.id`,
      [connection.installationId, connection.id],
    );
    for (const task of tasks) {
      const chosen = task.order.attributes['psa.connectionId'];
      // The order's currency decides who bills it; ids that were chosen in another Autotask mean nothing here.
      if (chosen !== undefined && chosen !== connection.id) {
        await this.ignored(connection, task, 'They were chosen for another connection.');
        continue;
      }
      await this.attempt(connection, task, async () => await this.contract(connection, task));
      await this.attempt(connection, task, async () => await this.service(connection, task));
    }
  }

  private async contract(connection: Connection, task: HintedTask): Promise<void> {
    const contractId = idOf(task.order, 'psa.contractId');
    if (contractId === undefined) return;
    const unit = this.database.unit();
    if ((await this.mappings.contractOf(unit, connection, task.subscriptionId)) !== undefined) return;
    if ((await this.mappings.companiesOf(unit, connection, task.customerId)).length === 0) {
      const contract = await this.calls.run(connection, async (autotask) => await autotask.contract(contractId));
      if (!contract)
        throw new Problem('conflict', 'CONTRACT_UNKNOWN', `Autotask has no contract ${contractId} that you may see.`);
      // Whoever chose the contract chose its company too.
      const change = { customerId: task.customerId, companyId: contract.companyId, action: 'map' as const };
      await this.customers.saveAll(connection, [change], AUTOMATIC);
    }
    const mirror = await unit.findOne(SubscriptionMirror, {
      installationId: connection.installationId,
      connectionId: connection.id,
      subscriptionId: task.subscriptionId,
    });
    if (mirror) await this.contracts.map(connection, mirror, contractId, AUTOMATIC);
  }

  private async service(connection: Connection, task: HintedTask): Promise<void> {
    const serviceId = idOf(task.order, 'psa.serviceId');
    if (serviceId === undefined) return;
    const keys = [...new Set(task.order.items.map(({ productKey }) => productKey))];
    const mapped = await this.mappings.servicesOf(this.database.unit(), connection, keys);
    const open = keys.filter((key) => !mapped.has(key));
    if (open.length === 0) return;
    if (open.length > 1)
      throw new Problem(
        'conflict',
        'SERVICE_AMBIGUOUS',
        'The order names one service but several products without one. Map the products.',
      );
    await this.products.save(connection, [{ productKey: open[0]!, action: 'map', serviceId }], AUTOMATIC);
  }

  private async attempt(connection: Connection, task: HintedTask, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.ignored(connection, task, error.message);
    }
  }

  private async ignored(connection: Connection, task: HintedTask, why: string): Promise<void> {
    await this.log.record({
      installationId: connection.installationId,
      connectionId: connection.id,
      actor: AUTOMATIC,
      category: 'mapping',
      action: 'order.mapping_ignored',
      outcome: 'action_required',
      message: `Order ${task.order.number} came with mappings that cannot be used. ${why}`,
      taskId: task.id,
      subscriptionId: task.subscriptionId,
      customerId: task.customerId,
    });
  }
}

/** A whole number among the attributes; anything else is no id. @throws Problem ID_UNREADABLE. */
function idOf(order: Order, name: 'psa.serviceId' | 'psa.contractId'): number | undefined {
  const text = order.attributes[name]?.trim();
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new Problem('invalid', 'ID_UNREADABLE', `${name} must be a whole number, not "${text.slice(0, 40)}".`);
  return Number(text);
}
