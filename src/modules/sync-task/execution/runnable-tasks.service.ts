import { Injectable } from '@nestjs/common';
import { OPEN_STATES } from '../../../domain/sync-task/sync-task-state.js';
import { Database } from '../../../platform/database/database.js';
import { sqlList } from '../../../platform/database/sql-list.js';
import { SyncOperation } from '../sync-operation.entity.js';
import { SyncTask } from '../sync-task.entity.js';
import { SyncTaskStates } from '../sync-task-states.js';
import { isOlder, placeInLine } from '../task-rows.js';
import type { LeaseSubject } from './connection-lease.service.js';
import { countInJob } from './job-counts.js';
import { companyLane, contractLane, type Lane } from './lanes.js';
import { PLANNED_STATES } from '../planning/planned-state.js';
import { NOT_CONFIRMED, NOT_RUNNING } from './task-exits.service.js';

/** A task whose turn it is, and the lane it runs in. */
export interface RunnableTask {
  task: SyncTask;
  lane: Lane;
}

/** Rows looked at to fill one wave. */
const CANDIDATES = 500;

const OPEN = sqlList(OPEN_STATES);

/** Which confirmed tasks may run: the rows decide, not the queue (DESIGN §1). */
@Injectable()
export class RunnableTasks {
  constructor(
    private readonly database: Database,
    private readonly states: SyncTaskStates,
  ) {}

  /**
   * Hands back what a run that lost its lease, or a killed process, left `running`. Call it while holding the lease: no
   * other run of this connection can be at work then.
   */
  async handBackOrphans(connection: LeaseSubject, owner: string): Promise<number> {
    const orphans = await this.database.unit().find(SyncTask, {
      installationId: connection.installationId,
      connectionId: connection.id,
      state: 'running',
      $or: [{ runOwner: { $ne: owner } }, { runOwner: null }],
    });
    let handedBack = 0;
    for (const task of orphans)
      await this.database.transaction(async (em) => {
        if (await this.states.move(em, task, 'ready', { ...NOT_RUNNING, runAfter: null }, 'running')) handedBack += 1;
      });
    return handedBack;
  }

  /**
   * The next tasks, at most one a lane: confirmed, no older open task of the subscription, not before their time, and
   * not in a lane that another task's write keeps closed. Oldest first.
   */
  async next(connection: LeaseSubject, limit: number): Promise<RunnableTask[]> {
    const ids = await this.database.sql<{ id: string; contract: number | null; company: number | null }>(
      `select t.id, m.contract_id as contract,
         (select min(cm.company_id) from customer_mapping cm where cm.installation_id = t.installation_id
            and cm.connection_id = t.connection_id and cm.customer_id = t.customer_id) as company
       from sync_task t
       left join subscription_mapping m on m.installation_id = t.installation_id
         and m.connection_id = t.connection_id and m.subscription_id = t.subscription_id
       where t.installation_id = ? and t.connection_id = ? and t.state in ('ready') and t.confirmed_hash is not null
         and (t.run_after is null or t.run_after <= clock_timestamp())
         and not exists (select 1 from sync_task o where o.installation_id = t.installation_id
           and o.connection_id = t.connection_id and o.subscription_id = t.subscription_id
           and o.state in (${OPEN}) and ${isOlder('o', 't')})
       order by ${placeInLine('t')} limit ?`,
      [connection.installationId, connection.id, CANDIDATES],
    );
    if (ids.length === 0) return [];
    const em = this.database.unit();
    const tenant = { installationId: connection.installationId, connectionId: connection.id };
    const tasks = new Map(
      (await em.find(SyncTask, { ...tenant, id: { $in: ids.map(({ id }) => id) } })).map((task) => [task.id, task]),
    );
    const closing = await em.find(
      SyncOperation,
      { ...tenant, state: { $in: ['sending', 'uncertain'] } },
      { fields: ['lane', 'taskId'] },
    );
    const picked: RunnableTask[] = [];
    const taken = new Set<Lane>();
    for (const { id, contract, company } of ids) {
      const task = tasks.get(id);
      if (!task) continue;
      const lane = laneOfTask(task, contract ?? undefined, company ?? undefined);
      if (taken.has(lane) || closing.some((each) => each.lane === lane && each.taskId !== id)) continue;
      taken.add(lane);
      picked.push({ task, lane });
      if (picked.length === limit) break;
    }
    return picked;
  }

  /** True when a task is accepted, or waits to be planned. */
  async anyWaiting(connection: LeaseSubject): Promise<boolean> {
    const rows = await this.database.sql(
      `select 1 as one from sync_task where installation_id = ? and connection_id = ?
         and state in (${sqlList(PLANNED_STATES)}) and (confirmed_hash is not null or plan_summary is null) limit 1`,
      [connection.installationId, connection.id],
    );
    return rows.length > 0;
  }

  /** When the next confirmed task that waits for its time may run; undefined when none does. */
  async nextAt(connection: LeaseSubject): Promise<Date | undefined> {
    const [row] = await this.database.sql<{ at: string | Date | null }>(
      `select min(run_after) as at from sync_task where installation_id = ? and connection_id = ?
         and state in ('ready') and confirmed_hash is not null and run_after > clock_timestamp()`,
      [connection.installationId, connection.id],
    );
    return row?.at ? new Date(row.at) : undefined;
  }

  /**
   * Gives tasks back that will not run by themselves: those of a stopped job, those behind an older task that needs a
   * person, and those in a lane that an uncertain write keeps closed. They lose their acceptance, and their jobs count
   * them as returned; a task with a write to prove keeps its place.
   */
  async giveBackStuck(connection: LeaseSubject): Promise<number> {
    const stuck = await this.database.sql<{ id: string; why: string }>(STUCK, [
      connection.installationId,
      connection.id,
      connection.installationId,
      connection.id,
    ]);
    let given = 0;
    for (const { id, why } of stuck)
      await this.database.transaction(async (em) => {
        const where = { id, installationId: connection.installationId };
        const task = await em.findOne(SyncTask, where);
        if (!task) return;
        const changed = await em.nativeUpdate(
          SyncTask,
          { ...where, state: { $in: [...PLANNED_STATES] } },
          { ...NOT_CONFIRMED, updatedAt: new Date() },
        );
        if (changed === 0) return;
        given += 1;
        await countInJob(em, task, 'returned', why);
      });
    return given;
  }
}

/** SQL: what waits in a job or accepted, and why it will not go on. Both halves have an index of their own. */
const STUCK = `
  with waiting as (
    select * from sync_task where installation_id = ? and connection_id = ?
      and state in ('ready') and confirmed_hash is not null
    union all
    select * from sync_task where installation_id = ? and connection_id = ?
      and state in (${sqlList(PLANNED_STATES)}) and confirmed_hash is null and job_id is not null),
  judged as (
    select t.id, j.state as job_state, older.id as older_id, older.order_number as older_number,
      exists (select 1 from sync_operation u where u.installation_id = t.installation_id
        and u.connection_id = t.connection_id and u.state in ('uncertain') and u.task_id <> t.id
        and u.lane = case when m.contract_id is not null then 'contract:' || m.contract_id
          else 'company:' || (select min(cm.company_id) from customer_mapping cm
            where cm.installation_id = t.installation_id and cm.connection_id = t.connection_id
              and cm.customer_id = t.customer_id) end) as blocked
    from waiting t
    left join job j on j.installation_id = t.installation_id and j.id = t.job_id
    left join subscription_mapping m on m.installation_id = t.installation_id
      and m.connection_id = t.connection_id and m.subscription_id = t.subscription_id
    left join lateral (select o.id, o.order_number from sync_task o
      where o.installation_id = t.installation_id and o.connection_id = t.connection_id
        and o.subscription_id = t.subscription_id and ${isOlder('o', 't')}
        and (o.state in ('failed', 'uncertain')
          or (o.state in (${sqlList(PLANNED_STATES)}) and o.confirmed_hash is null and o.job_id is null))
      order by o.effective_date limit 1) older on true
    where not exists (select 1 from sync_operation p where p.installation_id = t.installation_id
      and p.task_id = t.id and p.state in ('sending')))
  select id, case
      when job_state in ('stopped') then 'It was stopped before its turn.'
      when older_id is not null then 'An older task of the subscription needs a person first'
        || coalesce(': ' || older_number, '') || '.'
      else 'A write on its contract must be decided first.' end as why
  from judged where job_state in ('stopped') or older_id is not null or blocked`;

/** The lane a task runs in: its contract; without one, the company that gets one. */
function laneOfTask(task: SyncTask, mapped: number | undefined, company: number | undefined): Lane {
  const { contract } = task.choices;
  if (contract && 'id' in contract) return contractLane(contract.id);
  if (mapped !== undefined && !contract) return contractLane(mapped);
  return companyLane((contract && 'create' in contract ? contract.create.companyId : undefined) ?? company ?? 0);
}
