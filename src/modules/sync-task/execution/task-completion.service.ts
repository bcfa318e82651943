import { Injectable } from '@nestjs/common';
import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import type { SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { appendLedgerSteps, stepsOfContracts } from '../ledger-steps.js';
import type { AutotaskReader } from '../planning/autotask-reader.js';
import { planNextInLine } from '../planning/next-in-line.js';
import { summaryOf, type LineDrift, type PlanSummary } from '../planning/plan-summary.js';
import type { PlannedTask } from '../planning/task-planner.service.js';
import { SyncOperation } from '../sync-operation.entity.js';
import { SyncTaskStates } from '../sync-task-states.js';
import { SyncTask, TaskDraft } from '../sync-task.entity.js';
import { isByPolicy } from '../confirmation.js';
import { countInJob } from './job-counts.js';
import { driftOf } from './ledger-check.js';
import { nameOf, NOT_RUNNING, subjectOf } from './task-exits.service.js';

/** A task all of whose operations are proven. */
export interface WrittenTask {
  task: SyncTask;
  planned: PlannedTask;
}

/** Step 6 of DESIGN §7: reads the lines again and ends the task. */
@Injectable()
export class TaskCompletion {
  constructor(
    private readonly database: Database,
    private readonly states: SyncTaskStates,
    private readonly log: ActionLog,
  ) {}

  /**
   * Reads the lines of several tasks in one round. As expected → synced; otherwise synced with the drift named.
   *
   * @throws AutotaskError when the reading fails; the tasks stay `running` and are handed back by the caller.
   */
  async complete(written: readonly WrittenTask[], reader: AutotaskReader): Promise<void> {
    const operations = await this.appliedOperations(written.map(({ task }) => task));
    const changed = new Map(written.map(({ task }) => [task.id, changedLines(operations.get(task.id) ?? [])]));
    await reader.load({ contractIds: [...changed.values()].flatMap((contracts) => [...contracts.keys()]) });
    for (const each of written)
      await this.finish(each, operations.get(each.task.id) ?? [], changed.get(each.task.id) ?? new Map(), reader);
  }

  private async appliedOperations(tasks: readonly SyncTask[]): Promise<Map<string, SyncOperation[]>> {
    const found = new Map<string, SyncOperation[]>();
    for (const { installationId, connectionId } of tasks.slice(0, 1)) {
      const rows = await this.database
        .unit()
        .find(
          SyncOperation,
          { installationId, connectionId, taskId: { $in: tasks.map(({ id }) => id) }, state: 'applied' },
          { orderBy: { sequence: 'asc' } },
        );
      for (const row of rows) found.set(row.taskId, [...(found.get(row.taskId) ?? []), row]);
    }
    return found;
  }

  private async finish(
    { task, planned }: WrittenTask,
    operations: readonly SyncOperation[],
    changed: ChangedLines,
    reader: AutotaskReader,
  ): Promise<void> {
    const { plan } = planned;
    await this.database.transaction(async (em) => {
      await this.writeLedgerOnly(em, task, planned);
      const drift = await this.drift(em, task, changed, reader);
      const summary: PlanSummary = {
        ...summaryBefore(task, plan),
        ...(drift.length > 0 ? { drift } : {}),
      };
      const moved = await this.states.move(
        em,
        task,
        'synced',
        {
          ...NOT_RUNNING,
          runAfter: null,
          failure: null,
          requiredActions: [],
          planSummary: { ...summary },
          syncedAt: new Date(),
        },
        'running',
      );
      if (!moved) throw new TaskMovedError(task.id);
      await em.nativeDelete(TaskDraft, { installationId: task.installationId, taskId: task.id });
      await countInJob(em, task, 'done');
      for (const folded of plan.folded) await this.supersede(em, task, folded);
      await planNextInLine(em, task);
      await this.record(em, task, operations, drift);
    });
  }

  /** Steps that no write carries: what a person decided, or what lies beyond a contract's end. */
  private async writeLedgerOnly(em: Unit, task: SyncTask, { facts, plan }: PlannedTask): Promise<void> {
    const connection = { id: task.connectionId, installationId: task.installationId };
    for (const contract of [facts.contract, facts.otherContract]) {
      const lines = new Set(contract?.lines.map(({ id }) => id));
      const steps = plan.ledgerOnly.filter((step) => lines.has(step.contractServiceId));
      if (contract) await appendLedgerSteps(em, connection, contract.contract.id, steps, { taskId: task.id });
    }
  }

  private async drift(em: Unit, task: SyncTask, changed: ChangedLines, reader: AutotaskReader): Promise<LineDrift[]> {
    const connection = { id: task.connectionId, installationId: task.installationId };
    const steps = await stepsOfContracts(em, connection, [...changed.keys()]);
    return [...changed].flatMap(([contractId, lines]) => {
      const picture = reader.contract(contractId);
      return picture ? driftOf(picture, steps.get(contractId)?.ledger ?? [], lines) : [];
    });
  }

  /** A task that this one carried is done with it. */
  private async supersede(em: Unit, carrier: SyncTask, folded: { taskId: string; reason: string }): Promise<void> {
    const task = await em.findOne(SyncTask, { id: folded.taskId, installationId: carrier.installationId });
    if (!task) return;
    const moved = await this.states.move(em, task, 'superseded', { supersededBy: carrier.id, runAfter: null });
    if (!moved) return;
    await countInJob(em, task, 'done');
    await this.log.record(
      {
        ...subjectOf(task),
        actor: subjectOf(carrier).actor,
        category: 'task',
        action: 'task.superseded',
        outcome: 'info',
        message: `${nameOf(task)} went along with ${carrier.orderNumber ?? carrier.sourceKey}: ${folded.reason}`,
        details: { supersededBy: carrier.id },
      },
      em,
    );
  }

  private async record(
    em: Unit,
    task: SyncTask,
    operations: readonly SyncOperation[],
    drift: readonly LineDrift[],
  ): Promise<void> {
    const [first] = drift;
    const found = first
      ? ` Read back, line ${first.contractServiceId} holds ${first.actual} from ${first.from} instead of ${first.expected}: somebody changed it meanwhile.`
      : '';
    await this.log.record(
      {
        ...subjectOf(task),
        category: 'task',
        action: 'task.synced',
        outcome: first ? 'action_required' : 'ok',
        message: `${nameOf(task)} is synced.${found}`,
        details: {
          operations: operations.length,
          accepted: isByPolicy({ confirmedHash: task.confirmedHash ?? '' }) ? 'within the policy' : 'this plan',
          contractIds: [...new Set(operations.flatMap(({ contractId }) => contractId ?? []))],
          ...(first ? { drift } : {}),
        },
        notify: first ? { level: 'action', code: 'DRIFT' } : { level: 'info', code: 'TASK_SYNCED' },
      },
      em,
    );
  }
}

/** By contract: the lines a task changed, each from its first changed day on. */
type ChangedLines = ReadonlyMap<number, ReadonlyMap<number, CalendarDate>>;

function changedLines(operations: readonly SyncOperation[]): ChangedLines {
  const contracts = new Map<number, Map<number, CalendarDate>>();
  for (const { contractId, contractServiceId, effectiveDate } of operations) {
    if (contractId == null || contractServiceId == null || effectiveDate == null) continue;
    const lines = contracts.get(contractId) ?? new Map<number, CalendarDate>();
    contracts.set(contractId, lines);
    const day = effectiveDate.slice(0, 10);
    const known = lines.get(contractServiceId);
    if (known === undefined || day < known) lines.set(contractServiceId, day);
  }
  return contracts;
}

/** A plan made again after everything was written shows no change; the list keeps the figures of the one that ran. */
function summaryBefore(task: SyncTask, plan: SyncPlan): PlanSummary {
  const stored = task.planSummary as PlanSummary | null;
  if (stored && plan.operations.length === 0) return { ...stored, provisional: false };
  return summaryOf(plan, false, new Date().toISOString());
}

/** The task was taken away while it was finished: the transaction is undone and its new owner goes on. */
export class TaskMovedError extends Error {
  constructor(taskId: string) {
    super(`Task ${taskId} is no longer run by this process.`);
  }
}
