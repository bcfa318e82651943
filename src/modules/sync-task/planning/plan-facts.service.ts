import { Injectable } from '@nestjs/common';
import type { SyncChoices } from '../../../domain/sync-plan/sync-choices.js';
import type { SyncFacts } from '../../../domain/sync-plan/sync-facts.js';
import { Clock } from '../../../ports/clock.port.js';
import { Database } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { SyncTask } from '../sync-task.entity.js';
import { assembleFacts, contractIdOf } from './assemble-facts.js';
import type { AutotaskReader } from './autotask-reader.js';
import { PlanRecords, type LoadedRecords } from './plan-records.service.js';

/** A task to be planned, and the choices to plan it with. */
export interface PlanRequest {
  task: SyncTask;
  choices: SyncChoices;
}

/**
 * Gathers what `planSync` looks at (DESIGN §6): rows of ours first, then one round of reads in Autotask for all tasks
 * together. No request is made inside a transaction, and none at all for customers without a company.
 */
@Injectable()
export class PlanFacts {
  constructor(
    private readonly database: Database,
    private readonly records: PlanRecords,
    private readonly clock: Clock,
  ) {}

  /**
   * The facts of each task, by task id. `heldCharges` is empty: only plans with charges need them, see `TaskPlanner`.
   *
   * @param reader of this run; contracts it has read within a minute are not read again.
   * @throws AutotaskError when a look-up fails: the plans fail, nothing counts as missing (DESIGN §7).
   */
  async gather(
    connection: Connection,
    requests: readonly PlanRequest[],
    reader: AutotaskReader,
  ): Promise<Map<string, SyncFacts>> {
    const today = await this.clock.businessToday(connection.timeZone);
    const records = await this.preload(connection, requests, reader);
    const facts = new Map<string, SyncFacts>();
    for (const request of requests)
      facts.set(request.task.id, await assembleFacts({ connection, today, request, records, reader }));
    return facts;
  }

  /**
   * Reads what these tasks need, for all of them in one round, so that planning them one by one finds it read.
   *
   * @throws AutotaskError when a look-up fails.
   */
  async preload(
    connection: Connection,
    requests: readonly PlanRequest[],
    reader: AutotaskReader,
  ): Promise<LoadedRecords> {
    const records = await this.records.load(this.database.unit(), connection, requests);
    const mapped = requests.filter(({ task }) => records.companies.has(task.customerId));
    await reader.load({
      companyIds: mapped.flatMap(({ task }) => records.companies.get(task.customerId) ?? []),
      contractIds: mapped.flatMap((request) => [
        ...present(contractIdOf(request, records)),
        ...(records.shareContracts.get(request.task.subscriptionId) ?? []),
      ]),
      serviceIds: mapped.flatMap((request) => [...records.servicesOf(request)].map(([, id]) => id)),
    });
    return records;
  }
}

function present<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}
