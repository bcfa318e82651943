import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { Clock } from '../../ports/clock.port.js';
import { ConnectionService } from '../installation/connection.service.js';
import type { Connection } from '../installation/connection.entity.js';
import type { RecurringChange, TaskSelectionView } from './api/outcome.view.js';
import type { SyncManyDto, TaskSelectionDto } from './api/task.dto.js';
import { ACTS, taskConditions } from './task-conditions.js';
import { TaskQueries } from './task-queries.service.js';

interface Summed {
  total: number;
  syncable: number;
  ignorable: number;
  contracts: number;
  recurring: RecurringChange[];
  one_off: string;
}

/** Many tasks at once, named by id or by a filter (FEATURES TSK-6, TSK-8). */
@Injectable()
export class TaskSelection {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly queries: TaskQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * The tasks that are meant, each once. What may be done with each is for whoever does it to look at again.
   *
   * @param most how many the caller takes at once.
   * @throws Problem BULK_TARGET (neither or both given); COUNT_CHANGED with both counts when another number matches than
   * the person was shown; TOO_MANY_TASKS.
   */
  async ids(connection: Connection, body: SyncManyDto, most: number): Promise<string[]> {
    assertOneTarget(body);
    const ids = body.taskIds
      ? [...new Set(body.taskIds)]
      : await this.queries.ids(connection, body.filter ?? {}, most + 1);
    if (ids.length > most)
      throw new Problem(
        'invalid',
        'TOO_MANY_TASKS',
        `More than ${most} tasks match. Narrow the filter. Nothing was started.`,
      );
    if (body.expectedCount !== undefined && body.expectedCount !== ids.length)
      throw new Problem(
        'conflict',
        'COUNT_CHANGED',
        `${ids.length} tasks match now, not ${body.expectedCount}. Nothing was started; look again.`,
        { matching: ids.length, expected: body.expectedCount },
      );
    return ids;
  }

  /**
   * What a selection comes to, from the stored plans.
   *
   * @throws Problem NOT_FOUND (connection); BULK_TARGET (neither or both given).
   */
  async summary(installationId: string, connectionId: string, body: TaskSelectionDto): Promise<TaskSelectionView> {
    const connection = await this.connections.find(installationId, connectionId);
    assertOneTarget(body);
    const { where, parameters } = await taskConditions(
      connection,
      body.taskIds ? { ids: body.taskIds } : (body.filter ?? {}),
      this.clock,
    );
    const [found] = await this.database.sql<Summed>(
      `with matched as materialized (
         select t.plan_summary as plan, (${ACTS.sync}) as syncable, (${ACTS.ignore}) as ignorable,
                coalesce(m.contract_id::text, t.subscription_id) as contract
         from sync_task t
         left join subscription_mapping m on m.installation_id = t.installation_id
           and m.connection_id = t.connection_id and m.subscription_id = t.subscription_id
         where ${where}),
       recurring as (
         select (plan->>'periodMonths')::int as months, sum((plan->>'recurringChange')::numeric) as change
         from matched where syncable group by 1)
       select count(*)::int as total,
              count(*) filter (where syncable)::int as syncable,
              count(*) filter (where ignorable)::int as ignorable,
              count(distinct contract) filter (where syncable and (plan->>'operations')::int > 0)::int as contracts,
              (select coalesce(json_agg(json_build_object('periodMonths', months, 'change', change::text) order by months), '[]')
               from recurring where change <> 0) as recurring,
              coalesce(sum((plan->>'oneOff')::numeric) filter (where syncable), 0)::text as one_off
       from matched`,
      parameters,
    );
    const { one_off: oneOff, ...summary } = found!;
    return { ...summary, oneOff };
  }
}

function assertOneTarget({ taskIds, filter }: TaskSelectionDto): void {
  if ((taskIds === undefined) === (filter === undefined))
    throw new Problem('invalid', 'BULK_TARGET', 'Name either taskIds or a filter, not both. Nothing was started.');
}
