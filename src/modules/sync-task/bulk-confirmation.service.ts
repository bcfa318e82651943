import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { OPEN_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { notFound, Problem } from '../../platform/http/problem.js';
import { DueJobs } from '../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../platform/jobs/job-runs.service.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { sqlList } from '../../platform/database/sql-list.js';
import { ConnectionService } from '../installation/connection.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { SubscriptionMirror } from '../mapping/mirror.entities.js';
import { ActionLog } from '../notification/action-log.service.js';
import type { SyncManyDto } from './api/task.dto.js';
import { CONFIRMED_BY_POLICY } from './confirmation.js';
import { SyncTaskStates } from './sync-task-states.js';
import { SyncTask } from './sync-task.entity.js';
import { TaskSelection } from './task-selection.service.js';
import { isOlder, placeInLine } from './task-rows.js';
import type { BulkAccepted, Skipped } from './api/outcome.view.js';

/** One run takes at most this many. */
const MOST = 10_000;
const CHUNK = 500;

/** Which of the tasks a run takes with what. */
interface Sorted {
  /** Ready: they are accepted now. */
  ready: SyncTask[];
  /** Failed: they are tried again. */
  failed: SyncTask[];
  /** To be planned at their turn, and accepted then. */
  later: SyncTask[];
  skipped: Skipped[];
}

/**
 * A person's yes to many tasks at once: "whatever the plan is, within the policy" (DESIGN §6 Hash). Each is planned
 * afresh when its turn comes; one with a question or a warning about money comes back (FEATURES TSK-8).
 */
@Injectable()
export class BulkConfirmation {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly selection: TaskSelection,
    private readonly states: SyncTaskStates,
    private readonly jobs: JobRuns,
    private readonly due: DueJobs,
    private readonly log: ActionLog,
  ) {}

  /**
   * Accepts the ready and failed ones among the tasks named, or among those a filter matches.
   *
   * @throws Problem NOT_FOUND (connection); BULK_TARGET (neither or both given); COUNT_CHANGED with both counts when
   * another number matches than the person was shown; TOO_MANY_TASKS. Nothing is started then.
   */
  async confirmMany(caller: Caller, connectionId: string, body: SyncManyDto): Promise<BulkAccepted> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    const ids = await this.selection.ids(connection, body, MOST);
    const payload = body.taskIds ? { taskIds: ids } : { filter: body.filter };
    return await this.start(caller, connection, ids, payload, false);
  }

  /**
   * Replays a subscription's open tasks, oldest first, stopping at the first failure (FEATURES TSK-9).
   *
   * @param mirrorId our id of the subscription, not the marketplace's.
   * @throws Problem NOT_FOUND; ACTION_REQUIRED or OUTCOME_UNCERTAIN (409) when the oldest one needs a person first.
   */
  async confirmSubscription(caller: Caller, mirrorId: string): Promise<BulkAccepted> {
    const mirror = isUUID(mirrorId)
      ? await this.database.unit().findOne(SubscriptionMirror, { id: mirrorId, installationId: caller.installationId })
      : null;
    if (!mirror) throw notFound('The subscription');
    const connection = await this.connections.find(caller.installationId, mirror.connectionId);
    const open = await this.database.sql<{ id: string; state: SyncTaskState }>(
      `select t.id, t.state from sync_task t
       where t.installation_id = ? and t.connection_id = ? and t.subscription_id = ?
         and t.state in (${sqlList(OPEN_STATES)})
       order by ${placeInLine('t')}`,
      [connection.installationId, connection.id, mirror.subscriptionId],
    );
    const [oldest] = open;
    if (!oldest) return { jobId: null, accepted: 0, skipped: [] };
    if (oldest.state === 'action_required' || oldest.state === 'uncertain')
      throw new Problem(
        'conflict',
        oldest.state === 'uncertain' ? 'OUTCOME_UNCERTAIN' : 'ACTION_REQUIRED',
        'The oldest open task of this subscription needs an answer first. Open it.',
        { taskId: oldest.id },
      );
    const ids = open.map(({ id }) => id);
    return await this.start(caller, connection, ids, { subscriptionId: mirror.subscriptionId, taskIds: ids }, true);
  }

  private async start(
    caller: Caller,
    connection: Connection,
    ids: readonly string[],
    payload: Record<string, unknown>,
    replay: boolean,
  ): Promise<BulkAccepted> {
    const envelope = { name: 'sync', installationId: connection.installationId, connectionId: connection.id } as const;
    const result = await this.database.transaction(async (em) => {
      const sorted = await this.sort(em, connection, ids, replay);
      const accepted = sorted.ready.length + sorted.failed.length + sorted.later.length;
      if (accepted === 0) return { jobId: null, accepted, skipped: sorted.skipped };
      const job = await this.jobs.open('sync', connection, caller.userId, payload, em);
      await em.execute('update job set total = ? where installation_id = ? and id = ?', [
        accepted,
        connection.installationId,
        job.id,
      ]);
      await this.accept(em, caller, sorted, job.id);
      await this.log.record(
        {
          installationId: connection.installationId,
          connectionId: connection.id,
          actor: caller.userId,
          category: 'task',
          action: 'task.bulk_accepted',
          outcome: 'ok',
          message: `${accepted} task${accepted === 1 ? '' : 's'} accepted, whatever their plans are, within the policy.`,
          details: { jobId: job.id, ...(replay ? payload : {}) },
        },
        em,
      );
      await this.due.mark(em, envelope);
      return { jobId: job.id, accepted, skipped: sorted.skipped };
    });
    if (result.accepted > 0) await this.due.announce(envelope);
    return result;
  }

  private async sort(em: Unit, connection: Connection, ids: readonly string[], replay: boolean): Promise<Sorted> {
    const sorted: Sorted = { ready: [], failed: [], later: [], skipped: [] };
    for (let at = 0; at < ids.length; at += CHUNK) {
      const chunk = ids.slice(at, at + CHUNK);
      const rows = await em.find(
        SyncTask,
        { installationId: connection.installationId, connectionId: connection.id, id: { $in: chunk } },
        { fields: ['id', 'installationId', 'state', 'confirmedHash', 'jobId'] },
      );
      const tasks = new Map(rows.map((row) => [row.id, row as SyncTask]));
      const held = await this.held(em, connection, chunk);
      for (const id of chunk) {
        const task = tasks.get(id);
        const skip = (code: Skipped['code']): void => void sorted.skipped.push({ taskId: id, code });
        if (!task) skip('NOT_FOUND');
        else if (!OPEN_STATES.some((open) => open === task.state)) skip('TASK_CLOSED');
        else if ((task.confirmedHash && task.state === 'ready') || task.state === 'running') skip('ALREADY_QUEUED');
        else if (task.state === 'ready') sorted.ready.push(task);
        else if (task.state === 'failed') sorted.failed.push(task);
        else if (task.state === 'uncertain') skip('OUTCOME_UNCERTAIN');
        // Behind an older task of the same run its questions may answer themselves; it is planned again at its turn.
        else if (held.has(id) || (replay && task.state === 'pending')) sorted.later.push(task);
        else skip(task.state === 'pending' ? 'NOT_PLANNED' : 'ACTION_REQUIRED');
      }
    }
    return sorted;
  }

  private async held(em: Unit, connection: Connection, ids: readonly string[]): Promise<Set<string>> {
    const rows = await em.execute<{ id: string }[]>(
      `select t.id from sync_task t where t.installation_id = ? and t.id in (${ids.map(() => '?').join(', ')})
         and exists (select 1 from sync_task o where o.installation_id = t.installation_id
           and o.connection_id = t.connection_id and o.subscription_id = t.subscription_id
           and o.state in (${sqlList(OPEN_STATES)}) and ${isOlder('o', 't')})`,
      [connection.installationId, ...ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async accept(em: Unit, caller: Caller, sorted: Sorted, jobId: string): Promise<void> {
    const confirmed = {
      confirmedHash: CONFIRMED_BY_POLICY,
      attempts: 0,
      confirmedBy: caller.userId,
      confirmedAt: new Date(),
      runAfter: null,
      failure: null,
      jobId,
    };
    for (const [tasks, changes, state] of [
      [sorted.ready, confirmed, 'ready'],
      [sorted.later, { jobId, planSummary: null }, undefined],
    ] as const)
      for (let at = 0; at < tasks.length; at += CHUNK)
        await em.nativeUpdate(
          SyncTask,
          {
            id: { $in: tasks.slice(at, at + CHUNK).map(({ id }) => id) },
            installationId: caller.installationId,
            ...(state ? { state } : {}),
          },
          { ...changes, updatedAt: new Date() },
        );
    for (const task of sorted.failed) await this.states.move(em, task, 'ready', confirmed, 'failed');
  }
}
