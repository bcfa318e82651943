import { addDays } from '../../domain/calendar/calendar-date.js';
import { IGNORABLE_STATES } from '../../domain/sync-task/sync-task-state.js';
import type { Clock } from '../../ports/clock.port.js';
import { sqlList } from '../../platform/database/sql-list.js';
import type { Connection } from '../installation/connection.entity.js';
import type { TaskAct, TaskFilterDto, TaskQuery, TaskViewName } from './api/task.dto.js';
import { WAITING_TASKS } from './task-lookup.service.js';

/** The dashboard's views; *waiting* is the `waiting` filter by another name. */
const VIEWS: Record<Exclude<TaskViewName, 'waiting'>, string> = {
  needsYou: `t.state in ('action_required', 'failed', 'uncertain')`,
  ready: `t.state = 'ready' and t.confirmed_hash is null`,
  inProgress: `(t.state in ('pending', 'running') or (t.state = 'ready' and t.confirmed_hash is not null))`,
  synced: `t.state = 'synced'`,
  ignored: `t.state = 'ignored'`,
};

/** What an act can be done with at once; each is looked at again when it is done. */
export const ACTS: Record<TaskAct, string> = {
  sync: VIEWS.ready,
  ignore: `t.state in (${sqlList(IGNORABLE_STATES)})`,
};

/**
 * SQL conditions on `sync_task t` with their parameters.
 *
 * Ages count from the business day in the connection's zone, which is asked for only where there is one.
 */
export async function taskConditions(
  connection: Connection,
  filter: TaskFilterDto & Partial<Pick<TaskQuery, 'ids' | 'jobId' | 'subscriptionId'>>,
  clock: Clock,
): Promise<{ where: string; parameters: unknown[] }> {
  const conditions = ['t.installation_id = ?', 't.connection_id = ?'];
  const parameters: unknown[] = [connection.installationId, connection.id];
  const add = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  const oneOf = (column: string, values: readonly string[]): void =>
    add(values.length === 0 ? 'false' : `${column} in (${values.map(() => '?').join(', ')})`, ...values);
  if (filter.state) oneOf('t.state', filter.state);
  if (filter.type) oneOf('t.type', filter.type);
  if (filter.ids) oneOf('t.id', filter.ids);
  if (filter.customerId) add('t.customer_id = ?', filter.customerId);
  if (filter.subscriptionId) add('t.subscription_id = ?', filter.subscriptionId);
  if (filter.jobId) add('t.job_id = ?', filter.jobId);
  if (filter.view && filter.view !== 'waiting') add(VIEWS[filter.view]);
  if (filter.can) add(ACTS[filter.can]);
  // Something that begins later is not old yet.
  if (filter.minAgeDays !== undefined || filter.maxAgeDays !== undefined) {
    const today = await clock.businessToday(connection.timeZone);
    if (filter.minAgeDays !== undefined) add('t.effective_date <= ?', addDays(today, -filter.minAgeDays));
    if (filter.maxAgeDays !== undefined) add('t.effective_date >= ?', addDays(today, -filter.maxAgeDays));
  }
  const waiting = filter.view === 'waiting' ? true : filter.waiting;
  if (waiting !== undefined)
    add(
      `${waiting ? '' : 'not '}(t.id in (${WAITING_TASKS}))`,
      connection.installationId,
      connection.id,
      connection.installationId,
      connection.id,
    );
  if (filter.search?.trim()) {
    const leading = `${filter.search
      .trim()
      .toLowerCase()
      .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    const columns = ['t.customer_name', 't.order_number', 't.subscription_name'];
    add(`(${columns.map((column) => `lower(${column}) like ?`).join(' or ')})`, ...columns.map(() => leading));
  }
  return { where: conditions.join(' and '), parameters };
}
