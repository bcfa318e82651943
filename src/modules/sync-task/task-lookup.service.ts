import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { isUUID } from 'class-validator';
import { OPEN_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { notFound } from '../../platform/http/problem.js';
import { sqlList } from '../../platform/database/sql-list.js';
import type { WaitsFor } from './api/task.view.js';
import { SyncTask } from './sync-task.entity.js';
import { isOlder, placeInLine } from './task-rows.js';

/** Finds tasks of one installation. Another one's task is no task (DESIGN §5). */
@Injectable()
export class TaskLookup {
  constructor(private readonly database: Database) {}

  /** @throws Problem NOT_FOUND, also for text that is no id. */
  async find(installationId: string, taskId: string): Promise<SyncTask> {
    const task = isUUID(taskId) ? await this.database.unit().findOne(SyncTask, { id: taskId, installationId }) : null;
    if (!task) throw notFound('The task');
    return task;
  }

  /** The row as it is now, locked until the transaction ends. @throws Problem NOT_FOUND. */
  async lock(em: Unit, installationId: string, taskId: string): Promise<SyncTask> {
    const task = await em.findOne(SyncTask, { id: taskId, installationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!task) throw notFound('The task');
    return task;
  }

  /**
   * What each of these tasks waits for: the oldest open task before it in its subscription, else the task whose write
   * keeps its contract's lane closed. Tasks that wait for nothing, and finished ones, are missing.
   */
  async waitsFor(installationId: string, taskIds: readonly string[]): Promise<Map<string, WaitsFor>> {
    if (taskIds.length === 0) return new Map();
    const rows = await this.database.sql<{
      id: string;
      kind: 'task' | 'lane';
      task_id: string;
      order_number: string | null;
      state: SyncTaskState;
    }>(
      `select t.id, case when older.id is not null then 'task' else 'lane' end as kind,
         coalesce(older.id, closing.id) as task_id,
         case when older.id is not null then older.order_number else closing.order_number end as order_number,
         coalesce(older.state, closing.state) as state
       from sync_task t
       left join lateral (${OLDER_TASK}) older on true
       left join lateral (${CLOSING_TASK}) closing on true
       where t.installation_id = ? and t.id in (${taskIds.map(() => '?').join(', ')})
         and t.state in (${sqlList(OPEN_STATES)}) and (older.id is not null or closing.id is not null)`,
      [installationId, ...taskIds],
    );
    return new Map(
      rows.map((row) => [
        row.id,
        { kind: row.kind, taskId: row.task_id, orderNumber: row.order_number, state: row.state },
      ]),
    );
  }
}

/** SQL: the oldest open task of the subscription of `t` before it. */
const OLDER_TASK = `select o.id, o.order_number, o.state from sync_task o
  where o.installation_id = t.installation_id and o.connection_id = t.connection_id
    and o.subscription_id = t.subscription_id and o.state in (${sqlList(OPEN_STATES)}) and ${isOlder('o', 't')}
  order by ${placeInLine('o')} limit 1`;

/** SQL: the task whose write has no outcome and stands on the contract of `t`'s subscription. */
const CLOSING_TASK = `select c.id, c.order_number, c.state
  from subscription_mapping m
  join sync_operation u on u.installation_id = m.installation_id and u.connection_id = m.connection_id
    and u.lane = 'contract:' || m.contract_id and u.state in ('sending', 'uncertain')
  join sync_task c on c.installation_id = u.installation_id and c.id = u.task_id
  where m.installation_id = t.installation_id and m.connection_id = t.connection_id
    and m.subscription_id = t.subscription_id and u.task_id <> t.id limit 1`;

/**
 * SQL: ids of a connection's tasks that wait for another one, found in one pass over its open tasks. Parameters:
 * installation and connection, twice.
 */
export const WAITING_TASKS = `
  select placed.id from (
    select o.id, row_number() over (
      partition by o.subscription_id order by ${placeInLine('o')}) as place
    from sync_task o where o.installation_id = ? and o.connection_id = ? and o.state in (${sqlList(OPEN_STATES)})
  ) placed where placed.place > 1
  union all
  select w.id from sync_operation u
  join subscription_mapping m on m.installation_id = u.installation_id and m.connection_id = u.connection_id
    and u.lane = 'contract:' || m.contract_id
  join sync_task w on w.installation_id = m.installation_id and w.connection_id = m.connection_id
    and w.subscription_id = m.subscription_id and w.id <> u.task_id and w.state in (${sqlList(OPEN_STATES)})
  where u.installation_id = ? and u.connection_id = ? and u.state in ('sending', 'uncertain')`;
