import { Injectable } from '@nestjs/common';
import { IGNORABLE_STATES, type SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../platform/database/database.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ConnectionService } from '../installation/connection.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { ActionLog } from '../notification/action-log.service.js';
import type { IgnoreTasksDto } from './api/task.dto.js';
import { countInJob } from './execution/job-counts.js';
import { nameOf, NOT_CONFIRMED, subjectOf } from './execution/task-exits.service.js';
import { ignoredSteps } from './ignored-steps.js';
import { appendLedgerSteps, contractsOfShares, removeUnwrittenSteps, stepsOfContracts } from './ledger-steps.js';
import { SyncOperation } from './sync-operation.entity.js';
import { SyncTaskStates } from './sync-task-states.js';
import { SyncTask } from './sync-task.entity.js';
import { TaskLookup } from './task-lookup.service.js';
import { TaskSelection } from './task-selection.service.js';
import { TaskReplanner } from './task-replanner.service.js';
import type { IgnoreResult, NotChanged } from './api/outcome.view.js';

/** One answer waits for all of them: more than this takes too long for it. */
const MOST = 1000;
const RESTORABLE: readonly SyncTaskState[] = ['ignored', 'superseded'];

/** Takes tasks out of the way with a reason, and brings them back (FEATURES TSK-6). */
@Injectable()
export class TaskIgnoring {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly lookup: TaskLookup,
    private readonly selection: TaskSelection,
    private readonly states: SyncTaskStates,
    private readonly replanner: TaskReplanner,
    private readonly log: ActionLog,
  ) {}

  /**
   * Ignores tasks. The ledger follows (DESIGN §6): *done by hand* – the share takes the order's quantity, and drift shows
   * what the hand did; *not to be billed* – a standing deduction, which the next task names.
   *
   * @throws Problem NOT_FOUND for the connection; and as `TaskSelection.ids`. Nothing is ignored then.
   */
  async ignore(caller: Caller, connectionId: string, body: IgnoreTasksDto): Promise<IgnoreResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    const taskIds = await this.selection.ids(connection, body, MOST);
    return await this.each(caller, connection, taskIds, async (em, task) => {
      if (!IGNORABLE_STATES.includes(task.state)) return task.state;
      const open = await em.count(SyncOperation, {
        installationId: task.installationId,
        taskId: task.id,
        state: { $in: ['sending', 'uncertain'] },
      });
      if (open > 0) return 'OUTCOME_UNKNOWN';
      const { kind, reason } = body;
      await this.states.move(
        em,
        task,
        'ignored',
        {
          ...NOT_CONFIRMED,
          runAfter: null,
          ignoreKind: kind,
          ignoreReason: reason,
          ignoredBy: caller.userId,
          ignoredAt: new Date(),
        },
        task.state,
      );
      await countInJob(em, task, 'returned', 'It was ignored.');
      await this.writeSteps(em, task, kind);
      await this.record(em, caller, task, {
        action: 'task.ignored',
        message: `${nameOf(task)} is ignored (${kind === 'done_by_hand' ? 'done by hand in Autotask' : 'not to be billed'}): ${reason}`,
        details: { kind, reason },
      });
      return undefined;
    });
  }

  /** Brings ignored or superseded tasks back; they are checked again and keep their place in their subscription. */
  async restore(caller: Caller, connectionId: string, taskIds: readonly string[]): Promise<IgnoreResult> {
    const connection = await this.connections.find(caller.installationId, connectionId);
    return await this.each(caller, connection, taskIds, async (em, task) => {
      if (!RESTORABLE.includes(task.state)) return task.state;
      await this.states.move(
        em,
        task,
        'pending',
        {
          ...NOT_CONFIRMED,
          ignoreKind: null,
          ignoreReason: null,
          ignoredBy: null,
          ignoredAt: null,
          supersededBy: null,
          planSummary: null,
          failure: null,
        },
        task.state,
      );
      await removeUnwrittenSteps(em, task);
      await this.record(em, caller, task, {
        action: 'task.restored',
        message: `${nameOf(task)} is restored and planned again.`,
        details: { from: task.state },
      });
      return undefined;
    });
  }

  /** Each in a transaction of its own: one that cannot be changed keeps none of the others from it. */
  private async each(
    caller: Caller,
    connection: Connection,
    taskIds: readonly string[],
    change: (em: Unit, task: SyncTask) => Promise<NotChanged['because'] | undefined>,
  ): Promise<IgnoreResult> {
    const result: IgnoreResult = { changed: [], skipped: [] };
    const subscriptionIds = new Set<string>();
    for (const taskId of new Set(taskIds)) {
      const known = await this.database
        .unit()
        .findOne(
          SyncTask,
          { id: taskId, installationId: caller.installationId, connectionId: connection.id },
          { fields: ['id', 'subscriptionId'] },
        );
      const because = known
        ? await this.database.transaction(
            async (em) => await change(em, await this.lookup.lock(em, caller.installationId, taskId)),
          )
        : 'NOT_FOUND';
      if (because) result.skipped.push({ taskId, because });
      else result.changed.push(taskId);
      if (!because && known) subscriptionIds.add(known.subscriptionId);
    }
    if (subscriptionIds.size > 0) {
      // What was held by them may be planned for real now.
      await this.replanner.markForPlanning(connection, { subscriptionIds: [...subscriptionIds] });
      await this.replanner.requestSync(connection);
    }
    return result;
  }

  private async writeSteps(em: Unit, task: SyncTask, kind: 'done_by_hand' | 'not_billed'): Promise<void> {
    const connection = { id: task.connectionId, installationId: task.installationId };
    const contracts = (await contractsOfShares(em, connection, [task.subscriptionId])).get(task.subscriptionId) ?? [];
    const steps = await stepsOfContracts(em, connection, contracts);
    for (const contractId of contracts)
      await appendLedgerSteps(
        em,
        connection,
        contractId,
        ignoredSteps(task, kind, steps.get(contractId)?.ledger ?? []),
        { taskId: task.id },
      );
  }

  private async record(
    em: Unit,
    caller: Caller,
    task: SyncTask,
    entry: { action: string; message: string; details: Record<string, unknown> },
  ): Promise<void> {
    await this.log.record({ ...subjectOf(task), actor: caller.userId, category: 'task', outcome: 'ok', ...entry }, em);
  }
}
