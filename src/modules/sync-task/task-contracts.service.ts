import { Injectable } from '@nestjs/common';
import { ConnectionService } from '../installation/connection.service.js';
import { ContractFinder, type ContractChoices } from '../mapping/subscriptions/contract-finder.service.js';
import { TaskLookup } from './task-lookup.service.js';

/** The contracts a task's subscription can go to (FEATURES WIZ-2). */
@Injectable()
export class TaskContracts {
  constructor(
    private readonly connections: ConnectionService,
    private readonly finder: ContractFinder,
    private readonly lookup: TaskLookup,
  ) {}

  /**
   * Every contract of the customer's companies, judged for the task's own effective date with every reason against it,
   * fresh from Autotask.
   *
   * @throws Problem NOT_FOUND; the codes of `ContractFinder.suitable`.
   */
  async choices(installationId: string, taskId: string): Promise<ContractChoices> {
    const task = await this.lookup.find(installationId, taskId);
    const connection = await this.connections.find(installationId, task.connectionId);
    return await this.finder.suitable(connection, {
      customerId: task.customerId,
      subscription: task.subscription,
      date: task.effectiveDate,
    });
  }
}
