import { Injectable } from '@nestjs/common';
import { OPEN_STATES } from '../../domain/sync-task/sync-task-state.js';
import { Database } from '../../platform/database/database.js';
import type { Page } from '../../platform/http/page.js';
import { Problem } from '../../platform/http/problem.js';
import { sqlList } from '../../platform/database/sql-list.js';
import { Clock } from '../../ports/clock.port.js';
import { ConnectionService } from '../installation/connection.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { CustomerMirror } from '../mapping/mirror.entities.js';
import type { TaskFilterDto, TaskQuery } from './api/task.dto.js';
import { planSummaryOf, ROW_FIELDS, taskRow, taskStep, type RowColumns } from './api/task-view-mapper.js';
import type { TaskDetail, TaskRow } from './api/task.view.js';
import { isAutomatic } from './automation-policy.js';
import { OperationJournal } from './execution/operation-journal.service.js';
import { SyncTask } from './sync-task.entity.js';
import { taskConditions } from './task-conditions.js';
import { TaskLookup } from './task-lookup.service.js';
import { isOlder, placeInLine } from './task-rows.js';

/** Totals are exact up to here (DESIGN §10). */
const COUNTED = 10_000;

const SORTS: Record<string, string[]> = {
  effectiveDate: ['t.effective_date', 't.order_created_at', 't.id'],
  createdAt: ['t.created_at', 't.id'],
  updatedAt: ['t.updated_at', 't.id'],
  customer: ['t.customer_name', 't.effective_date', 't.id'],
};

/** Reads tasks for lists and panels (DESIGN §10). */
@Injectable()
export class TaskQueries {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly lookup: TaskLookup,
    private readonly journal: OperationJournal,
    private readonly clock: Clock,
  ) {}

  /** A page of a connection's tasks, oldest first unless sorted otherwise. @throws Problem NOT_FOUND, INPUT_INVALID. */
  async page(installationId: string, connectionId: string, query: TaskQuery): Promise<Page<TaskRow>> {
    const connection = await this.connections.find(installationId, connectionId);
    const { where, parameters } = await taskConditions(connection, query, this.clock);
    const { page, pageSize } = query;
    const ids = await this.database.sql<{ id: string }>(
      `select t.id from sync_task t where ${where} order by ${orderBy(query.sort)} limit ? offset ?`,
      [...parameters, pageSize, (page - 1) * pageSize],
    );
    const [count] = await this.database.sql<{ total: number }>(
      `select count(*)::int as total from (select 1 from sync_task t where ${where} limit ${COUNTED}) as counted`,
      parameters,
    );
    const rows = await this.rows(
      connection,
      ids.map(({ id }) => id),
    );
    return { items: rows, total: count?.total ?? 0, page, pageSize };
  }

  /** A task with its order, subscription, attempts and neighbours. @throws Problem NOT_FOUND. */
  async detail(installationId: string, taskId: string): Promise<TaskDetail> {
    const task = await this.lookup.find(installationId, taskId);
    const connection = await this.connections.find(installationId, task.connectionId);
    const [row] = await this.rows(connection, [task.id]);
    const steps = await this.journal.ofTask(task);
    const waiting = await this.database.sql<{ id: string; order_number: string | null }>(
      `select o.id, o.order_number from sync_task o
       join sync_task t on t.installation_id = o.installation_id and t.connection_id = o.connection_id
         and t.subscription_id = o.subscription_id
       where t.installation_id = ? and t.id = ? and t.state in (${sqlList(OPEN_STATES)})
         and o.state in (${sqlList(OPEN_STATES)}) and ${isOlder('t', 'o')} order by ${placeInLine('o')} limit 20`,
      [installationId, task.id],
    );
    return Object.assign(row!, {
      order: task.order ?? null,
      subscription: task.subscription,
      usage: task.usage ?? null,
      choices: task.choices,
      steps: steps.map(taskStep),
      lastReadAt: planSummaryOf(task)?.plannedAt ?? null,
      waitedForBy: waiting.map(({ id, order_number: orderNumber }) => ({ taskId: id, orderNumber })),
    });
  }

  /** Ids of the tasks a filter matches, oldest first. @param limit one more than a caller can take. */
  async ids(connection: Connection, filter: TaskFilterDto, limit: number): Promise<string[]> {
    const { where, parameters } = await taskConditions(connection, filter, this.clock);
    const rows = await this.database.sql<{ id: string }>(
      `select t.id from sync_task t where ${where} order by ${orderBy(undefined)} limit ?`,
      [...parameters, limit],
    );
    return rows.map(({ id }) => id);
  }

  private async rows(connection: Connection, ids: readonly string[]): Promise<TaskRow[]> {
    if (ids.length === 0) return [];
    const em = this.database.unit();
    const tenant = { installationId: connection.installationId };
    const found: RowColumns[] = await em.find(SyncTask, { ...tenant, id: { $in: [...ids] } }, { fields: ROW_FIELDS });
    const tasks = new Map(found.map((task) => [task.id, task]));
    const waitsFor = await this.lookup.waitsFor(connection.installationId, ids);
    const automatic = new Set(
      (
        await em.find(
          CustomerMirror,
          {
            ...tenant,
            connectionId: connection.id,
            customerId: { $in: [...new Set(found.map(({ customerId }) => customerId))] },
            autoSync: true,
          },
          { fields: ['customerId'] },
        )
      ).map(({ customerId }) => customerId),
    );
    return ids.flatMap((id) => {
      const task = tasks.get(id);
      if (!task) return [];
      return taskRow(task, waitsFor.get(id), isAutomatic(connection.settings, automatic.has(task.customerId)));
    });
  }
}

/** @throws Problem INPUT_INVALID for a field the list does not sort by. */
function orderBy(sort: string | undefined): string {
  const wanted = sort ?? 'effectiveDate';
  const descending = wanted.startsWith('-');
  const columns = SORTS[descending ? wanted.slice(1) : wanted];
  if (!columns)
    throw new Problem(
      'invalid',
      'INPUT_INVALID',
      `sort: this list sorts by ${Object.keys(SORTS).join(', ')}, with - in front for descending.`,
    );
  return columns.map((column) => `${column} ${descending ? 'desc' : 'asc'}`).join(', ');
}
