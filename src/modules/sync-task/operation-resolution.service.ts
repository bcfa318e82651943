import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { AutotaskError } from '../../adapters/autotask/autotask.errors.js';
import { Database } from '../../platform/database/database.js';
import { notFound, Problem } from '../../platform/http/problem.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import { ConnectionService } from '../installation/connection.service.js';
import { ActionLog } from '../notification/action-log.service.js';
import { AttemptSettlement, type Witness } from './execution/attempt-settlement.service.js';
import { createsRow, highest, idsWithNaturalKey } from './execution/natural-keys.js';
import type { OperationImage } from './execution/operation-image.js';
import { nameOf, subjectOf } from './execution/task-exits.service.js';
import { AutotaskReader } from './planning/autotask-reader.js';
import { SyncOperation } from './sync-operation.entity.js';
import { SyncTaskStates } from './sync-task-states.js';
import type { SyncTask } from './sync-task.entity.js';
import { TaskLookup } from './task-lookup.service.js';
import { autotaskProblem } from './task-planning.service.js';
import { TaskReplanner } from './task-replanner.service.js';

/** What a person says about a write that nobody can prove (DESIGN §7). */
export type ResolutionVerdict = 'applied' | 'not_applied' | 'leave';

/** Takes a person's word for an uncertain write; the lane opens again and the task goes on. */
@Injectable()
export class OperationResolution {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly access: ConnectionAccess,
    private readonly lookup: TaskLookup,
    private readonly settlement: AttemptSettlement,
    private readonly states: SyncTaskStates,
    private readonly replanner: TaskReplanner,
    private readonly log: ActionLog,
  ) {}

  /**
   * `applied`: it counts as written and the task goes on after it. `not_applied`: it is sent again. `leave`: nothing is
   * sent, the task counts as failed, and what the line holds shows as drift.
   *
   * @throws Problem NOT_FOUND; OPERATION_SETTLED (409) when it is not uncertain; ROW_NOT_FOUND (409) when it is to count
   * as applied and Autotask shows no row that it could have created; AUTOTASK_… when that look fails.
   */
  async resolve(
    caller: Caller,
    taskId: string,
    operationId: string,
    verdict: ResolutionVerdict,
    note: string | undefined,
  ): Promise<SyncTask> {
    const task = await this.lookup.find(caller.installationId, taskId);
    const attempt = isUUID(operationId)
      ? await this.database
          .unit()
          .findOne(SyncOperation, { id: operationId, taskId: task.id, installationId: caller.installationId })
      : null;
    if (!attempt) throw notFound('The operation');
    if (attempt.state !== 'uncertain') throw settled(attempt);
    const witness: Witness = { by: 'person', userId: caller.userId, note };
    const done =
      verdict === 'applied'
        ? await this.settlement.applied(attempt, await this.createdId(task, attempt), witness)
        : await this.settlement.notApplied(attempt, SAID[verdict], witness);
    if (!done) throw settled(attempt);
    await this.moveOn(caller, task, attempt, verdict, note);
    await this.replanner.requestSync({ id: task.connectionId, installationId: task.installationId });
    return await this.lookup.find(caller.installationId, taskId);
  }

  private async moveOn(
    caller: Caller,
    task: SyncTask,
    attempt: SyncOperation,
    verdict: ResolutionVerdict,
    note: string | undefined,
  ): Promise<void> {
    await this.database.transaction(async (em) => {
      // Its job has counted it as failed already; what follows is no longer that job's. A task that had left the queue
      // before stays where it is.
      await this.states.move(
        em,
        task,
        verdict === 'leave' ? 'failed' : 'ready',
        {
          jobId: null,
          runAfter: null,
          failure: verdict === 'leave' ? { code: 'LEFT_UNPROVEN', message: LEFT } : null,
        },
        'uncertain',
      );
      await this.log.record(
        {
          ...subjectOf(task),
          actor: caller.userId,
          category: 'task',
          action: 'task.resolved',
          outcome: 'ok',
          message: `${nameOf(task)}: ${attempt.operation.title.replace(/\.$/, '')} – ${WORDS[verdict]}.`,
          details: { operationId: attempt.id, verdict, ...(note ? { note } : {}) },
        },
        em,
      );
    });
  }

  /** The row an applied create must have left; undefined for writes that create none. */
  private async createdId(task: SyncTask, attempt: SyncOperation): Promise<number | undefined> {
    const { operation } = attempt;
    if (!createsRow(operation) && operation.kind !== 'addCharge') return undefined;
    const connection = await this.connections.find(task.installationId, task.connectionId);
    const { autotask } = new AutotaskReader(await this.access.autotask(connection));
    try {
      const pre = attempt.preImage as OperationImage | null;
      const before = pre?.kind === 'highest' ? pre.id : 0;
      const contractId = attempt.contractId ?? undefined;
      const ids = createsRow(operation)
        ? await idsWithNaturalKey(autotask, operation, contractId)
        : (await autotask.chargesByKey(contractId ?? 0, operation.chargeKey)).map(({ id }) => id);
      const id = highest(ids.filter((each) => each > before));
      if (id > 0) return id;
    } catch (error) {
      throw error instanceof AutotaskError ? autotaskProblem(error) : error;
    }
    throw new Problem(
      'conflict',
      'ROW_NOT_FOUND',
      'Autotask shows nothing that this write could have created, so it cannot count as applied.',
    );
  }
}

const LEFT = 'A write of this task was left unproven by a person. Compare the line, then retry or ignore the task.';

const SAID = {
  not_applied: { code: 'RESOLVED', message: 'A person found that it was not applied.' },
  leave: { code: 'LEFT_UNPROVEN', message: LEFT },
};

const WORDS: Record<ResolutionVerdict, string> = {
  applied: 'it was applied',
  not_applied: 'it was not applied and is sent again',
  leave: 'left as it is',
};

function settled(attempt: SyncOperation): Problem {
  return new Problem('conflict', 'OPERATION_SETTLED', 'This write waits for no decision.', { state: attempt.state });
}
