import { Injectable } from '@nestjs/common';
import { ConnectionService } from '../installation/connection.service.js';
import { CustomerList } from '../mapping/customers/customer-list.service.js';
import { ProductList } from '../mapping/products/product-list.service.js';
import type { TaskMappingsView } from './api/task-mappings.view.js';
import { TaskLookup } from './task-lookup.service.js';

/** What the first two steps of the wizard ask about (FEATURES WIZ-1). */
@Injectable()
export class TaskMappings {
  constructor(
    private readonly connections: ConnectionService,
    private readonly customers: CustomerList,
    private readonly products: ProductList,
    private readonly lookup: TaskLookup,
  ) {}

  /**
   * The task's customer and the products that its order or, without one, its subscription names: their mappings and
   * suggestions, from the mirrors alone. What the marketplace no longer shows is left out.
   *
   * @throws Problem NOT_FOUND.
   */
  async of(installationId: string, taskId: string): Promise<TaskMappingsView> {
    const task = await this.lookup.find(installationId, taskId);
    const connection = await this.connections.find(installationId, task.connectionId);
    const keys = new Set((task.order ?? task.subscription).items.map(({ productKey }) => productKey));
    const [[customer], products] = await Promise.all([
      this.customers.rows(connection, [task.customerId]),
      this.products.rows(connection, [...keys]),
    ]);
    return { customer: customer ?? null, products };
  }
}
