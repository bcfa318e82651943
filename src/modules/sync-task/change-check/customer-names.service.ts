import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { MarketplaceMirror } from '../../mapping/marketplace-mirror.service.js';
import { CustomerMirror } from '../../mapping/mirror.entities.js';
import type { CheckRun } from './check-run.js';

/** Names of customers for tasks and log entries, from the mirror. */
@Injectable()
export class CustomerNames {
  constructor(
    private readonly database: Database,
    private readonly mirror: MarketplaceMirror,
  ) {}

  /**
   * Names by customer id. Where one is missing, the customers are read again, once per check; a customer the
   * marketplace does not list is called by its id.
   *
   * @throws MarketplaceError
   */
  async of(check: CheckRun, customerIds: Iterable<string>): Promise<Map<string, string>> {
    const ids = [...new Set(customerIds)];
    let names = await this.known(check, ids);
    if (names.size < ids.length && !check.customersRead) {
      await this.mirror.refreshCustomers(check.connection);
      check.customersRead = true;
      names = await this.known(check, ids);
    }
    return new Map(ids.map((id) => [id, names.get(id) ?? id]));
  }

  private async known(check: CheckRun, ids: string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database
      .unit()
      .find(
        CustomerMirror,
        { installationId: check.installationId, connectionId: check.connection.id, customerId: { $in: ids } },
        { fields: ['customerId', 'name'] },
      );
    return new Map(rows.map((row) => [row.customerId, row.name]));
  }
}
