import { Injectable, Logger } from '@nestjs/common';
import { DriverException } from '@mikro-orm/core';
import { AutotaskError } from '../../adapters/autotask/autotask.errors.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { DueJobs } from '../../platform/jobs/due-jobs.service.js';
import { AUTOMATIC } from '../../platform/tenancy/caller.js';
import { sqlList } from '../../platform/database/sql-list.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { mirrorAges } from '../mapping/mirror-writer.js';
import { ActionLog } from '../notification/action-log.service.js';
import { afterWrite, restMs } from './execution/write-outcome.js';
import { AutotaskReader } from './planning/autotask-reader.js';
import { PlanKeeper } from './planning/plan-keeper.service.js';
import { PLANNED_STATES } from './planning/planned-state.js';
import { TaskPlanner, type PlannedTask } from './planning/task-planner.service.js';
import { SyncTask } from './sync-task.entity.js';
import { isOlder, placeInLine } from './task-rows.js';
import { OPEN_STATES } from '../../domain/sync-task/sync-task-state.js';

/** Tasks planned together: their contracts are read in one round. */
const BATCH = 100;
/** Planning has no count of its own: a failed round rests as after a third try. */
const REPLAN_ATTEMPTS = 3;

/** What planning came to. */
export interface Replanned {
  /** Tasks that were accepted without a person: within the policy of automation, or of a job that waits for them. */
  confirmed: number;
  /** Set when Autotask could not be read; the tasks are planned later. */
  failed?: { waitMs: number };
}

/**
 * Plans open tasks again and moves them between `pending`, `action_required` and `ready`; accepts those that may run by
 * themselves (FEATURES INS-5, TSK-7). Tasks somebody has accepted are left alone: the executor plans them afresh.
 *
 * Which tasks are to be planned stands in their rows (`plan_summary` is null), so a crash or an Autotask that does not
 * answer only delays it.
 */
@Injectable()
export class TaskReplanner {
  private readonly logger = new Logger(TaskReplanner.name);

  constructor(
    private readonly database: Database,
    private readonly access: ConnectionAccess,
    private readonly planner: TaskPlanner,
    private readonly keeper: PlanKeeper,
    private readonly due: DueJobs,
    private readonly log: ActionLog,
  ) {}

  /**
   * Plans the open tasks of some subscriptions, or of all, now. Never throws for Autotask's sake: what could not be
   * planned is planned by the next `sync` run, which is asked for.
   *
   * @param subscriptionIds the marketplace's ids; all open tasks when absent, none when empty.
   */
  async replanOpen(connection: Connection, subscriptionIds?: string[]): Promise<void> {
    if (subscriptionIds?.length === 0) return;
    await this.markForPlanning(connection, subscriptionIds ? { subscriptionIds } : {});
    let reader;
    try {
      reader = new AutotaskReader((await this.access.autotask(connection)).forWriting());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      await this.requestSync(connection, connection.pausedUntil ?? undefined);
      return;
    }
    const { confirmed, failed } = await this.replanWaiting(connection, reader);
    if (failed) await this.requestSync(connection, new Date((await this.database.now()).getTime() + failed.waitMs));
    else if (confirmed > 0) await this.requestSync(connection);
  }

  /**
   * Marks open tasks that nobody has accepted, so that they are planned again: after a change of a mapping, a setting, or
   * of the task before them.
   */
  async markForPlanning(
    connection: { id: string; installationId: string },
    which: { subscriptionIds?: string[]; customerIds?: string[] } = {},
  ): Promise<number> {
    const { subscriptionIds, customerIds } = which;
    return await this.database.unit().nativeUpdate(
      SyncTask,
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        state: { $in: [...PLANNED_STATES] },
        confirmedHash: null,
        ...(subscriptionIds ? { subscriptionId: { $in: subscriptionIds } } : {}),
        ...(customerIds ? { customerId: { $in: customerIds } } : {}),
      },
      // A plan that is being made of what was there before is no longer kept (`PlanKeeper`).
      { planSummary: null, updatedAt: new Date() },
    );
  }

  /** Asks for a `sync` run, which also plans what is marked. */
  async requestSync(connection: { id: string; installationId: string }, notBefore?: Date): Promise<void> {
    await this.due.request('sync', connection.installationId, connection.id, notBefore);
  }

  /**
   * Plans what is marked, in batches.
   *
   * @param own of the caller's run; not used any more once the records were read again (FEATURES MAP-4): what was marked
   * because of what changed must not be planned from a reading of before.
   */
  async replanWaiting(connection: Connection, own: AutotaskReader): Promise<Replanned> {
    let confirmed = 0;
    let reader = own;
    for (;;) {
      const waiting = await this.waiting(connection);
      if (waiting.length === 0) return { confirmed };
      if (await this.recordsReadSince(connection, reader.begunAt)) reader = new AutotaskReader(reader.autotask);
      try {
        const planned = await this.plan(connection, waiting, reader);
        for (const { task, held } of waiting)
          confirmed += (await this.keeper.keep(connection, task, planned.get(task.id), held)) ? 1 : 0;
      } catch (error) {
        if (!(error instanceof AutotaskError)) throw error;
        return { confirmed, failed: { waitMs: await this.noteFailure(connection, error) } };
      }
    }
  }

  private async recordsReadSince(connection: Connection, instant: Date): Promise<boolean> {
    const ages = await mirrorAges(this.database, connection);
    return Object.values(ages).some(({ readAt }) => readAt >= instant);
  }

  /** A task for which planning itself breaks must not keep the others from being planned: it gets none. */
  private async plan(
    connection: Connection,
    waiting: readonly { task: SyncTask }[],
    reader: AutotaskReader,
  ): Promise<Map<string, PlannedTask>> {
    const requests = waiting.map(({ task }) => ({ task, choices: task.choices }));
    try {
      return await this.planner.plan(connection, requests, reader);
    } catch (error) {
      if (error instanceof AutotaskError || error instanceof DriverException) throw error;
      const planned = new Map<string, PlannedTask>();
      for (const request of requests)
        try {
          for (const [id, one] of await this.planner.plan(connection, [request], reader)) planned.set(id, one);
        } catch (single) {
          if (single instanceof AutotaskError || single instanceof DriverException) throw single;
          this.logger.error({ err: single, taskId: request.task.id }, 'a task could not be planned');
        }
      return planned;
    }
  }

  private async waiting(connection: Connection): Promise<{ task: SyncTask; held: boolean }[]> {
    const rows = await this.database.sql<{ id: string; held: boolean }>(
      `select t.id, exists (select 1 from sync_task o where o.installation_id = t.installation_id
           and o.connection_id = t.connection_id and o.subscription_id = t.subscription_id
           and o.state in (${sqlList(OPEN_STATES)}) and ${isOlder('o', 't')}) as held
       from sync_task t
       where t.installation_id = ? and t.connection_id = ? and t.state in (${sqlList(PLANNED_STATES)})
         and t.confirmed_hash is null and t.plan_summary is null
       order by ${placeInLine('t')} limit ${BATCH}`,
      [connection.installationId, connection.id],
    );
    const held = new Map(rows.map((row) => [row.id, row.held]));
    const tasks = await this.database
      .unit()
      .find(SyncTask, { installationId: connection.installationId, id: { $in: [...held.keys()] } });
    return tasks.map((task) => ({ task, held: held.get(task.id) ?? false }));
  }

  private async noteFailure(connection: Connection, error: AutotaskError): Promise<number> {
    const after = afterWrite(error);
    if (after.next === 'later' && after.pause) await this.access.pause(connection, error.code, error.message);
    else
      await this.log.record({
        installationId: connection.installationId,
        connectionId: connection.id,
        actor: AUTOMATIC,
        category: 'task',
        action: 'task.plan_failed',
        outcome: 'failed',
        message: `Tasks could not be planned: ${error.message} They are kept and planned later.`,
        details: { code: error.code, autotask: error.texts },
      });
    return after.next === 'later' ? restMs(REPLAN_ATTEMPTS, after.waitMs) : 60_000;
  }
}
