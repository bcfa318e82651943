import { Injectable } from '@nestjs/common';
import type { RequiredAction, SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import type { SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { AUTOMATIC } from '../../../platform/tenancy/caller.js';
import { ActionLog, type LogRecord } from '../../notification/action-log.service.js';
import type { Objection } from '../confirmation.js';
import { summaryOf } from '../planning/plan-summary.js';
import { SyncTaskStates } from '../sync-task-states.js';
import type { SyncTask, TaskFailure } from '../sync-task.entity.js';
import { countInJob, type JobOutcome } from './job-counts.js';

/** Columns of a task that nobody runs. */
export const NOT_RUNNING = { runOwner: null, runUntil: null } as const;
/** Columns of a task that nobody has accepted. */
export const NOT_CONFIRMED = { confirmedHash: null, confirmedBy: null, confirmedAt: null, jobId: null } as const;

/** The ways out of `running`, each with its log entry and its place in the job, in one transaction. */
@Injectable()
export class TaskExits {
  constructor(
    private readonly database: Database,
    private readonly states: SyncTaskStates,
    private readonly log: ActionLog,
  ) {}

  /** Back to a person: the fresh plan is not what was accepted, or has a question. Nothing unseen is written. */
  async review(task: SyncTask, objection: Objection, plan: SyncPlan): Promise<void> {
    await this.leave(task, 'action_required', 'returned', objection.message, {
      changes: {
        ...NOT_CONFIRMED,
        runAfter: null,
        failure: { code: objection.code, message: objection.message },
        requiredActions: plan.requiredActions,
        planSummary: { ...summaryOf(plan, false, new Date().toISOString()) },
      },
      entry: {
        action: 'task.returned',
        outcome: 'action_required',
        message: `${nameOf(task)} came back for review: ${objection.message}`,
        details: { code: objection.code, planHash: plan.hash },
        notify: { level: 'action', code: objection.code },
      },
    });
  }

  /** A known failure: later tasks of the subscription wait, nobody else's (FEATURES TSK-5). */
  async fail(task: SyncTask, failure: TaskFailure): Promise<void> {
    await this.leave(task, 'failed', 'failed', failure.message, {
      changes: { runAfter: null, failure },
      entry: {
        action: 'task.failed',
        outcome: 'failed',
        message: `${nameOf(task)} failed: ${failure.message}`,
        details: { ...failure },
        notify: { level: 'error', code: failure.code },
      },
    });
  }

  /** A write that nobody can prove: the lane stays closed until a person decides. */
  async uncertain(task: SyncTask, reason: string, operationId: string): Promise<void> {
    const failure = {
      code: 'OUTCOME_UNCERTAIN',
      message: `It cannot be proven whether Autotask applied the last write. ${reason} It is not sent again; decide.`,
    };
    await this.leave(task, 'uncertain', 'failed', failure.message, {
      changes: { runAfter: null, failure },
      entry: {
        action: 'task.uncertain',
        outcome: 'uncertain',
        message: `${nameOf(task)}: ${failure.message}`,
        details: { operationId, reason },
        notify: { level: 'error', code: failure.code },
      },
    });
  }

  /**
   * Back to the queue, still confirmed: something must pass first. The reason is shown with the task; the log is not
   * filled with waiting. Rests grow with the tries since something was last written or accepted: `tried` counts this one.
   */
  async handBack(task: SyncTask, wait?: { ms: number; code: string; message: string; tried?: boolean }): Promise<void> {
    const runAfter = wait ? new Date((await this.database.now()).getTime() + wait.ms) : null;
    await this.database.transaction(async (em) => {
      await this.states.move(
        em,
        task,
        'ready',
        {
          ...NOT_RUNNING,
          runAfter,
          attempts: task.attempts + (wait?.tried ? 1 : 0),
          failure: wait ? { code: wait.code, message: wait.message } : null,
        },
        'running',
      );
    });
  }

  private async leave(
    task: SyncTask,
    to: SyncTaskState,
    outcome: JobOutcome,
    why: string,
    exit: {
      changes: Record<string, unknown> & { requiredActions?: RequiredAction[] };
      entry: Pick<LogRecord, 'action' | 'outcome' | 'message' | 'details' | 'notify'>;
    },
  ): Promise<void> {
    await this.database.transaction(async (em) => {
      const moved = await this.states.move(em, task, to, { ...NOT_RUNNING, ...exit.changes }, 'running');
      if (!moved) return;
      await countInJob(em, task, outcome, why);
      await this.record(em, task, exit.entry);
    });
  }

  private async record(em: Unit, task: SyncTask, entry: Parameters<TaskExits['leave']>[4]['entry']): Promise<void> {
    await this.log.record({ ...subjectOf(task), category: 'task', ...entry }, em);
  }
}

/** How a task is called in sentences for people. */
export function nameOf(task: Pick<SyncTask, 'orderNumber' | 'subscriptionName' | 'customerName'>): string {
  const what = task.orderNumber ? `${task.orderNumber} (${task.subscriptionName})` : task.subscriptionName;
  return `${what}, ${task.customerName}`;
}

/** What every log entry about a task carries. */
export function subjectOf(
  task: Pick<SyncTask, 'id' | 'installationId' | 'connectionId' | 'subscriptionId' | 'customerId' | 'confirmedBy'>,
): Pick<LogRecord, 'installationId' | 'connectionId' | 'taskId' | 'subscriptionId' | 'customerId' | 'actor'> {
  return {
    installationId: task.installationId,
    connectionId: task.connectionId,
    taskId: task.id,
    subscriptionId: task.subscriptionId,
    customerId: task.customerId,
    actor: task.confirmedBy ?? AUTOMATIC,
  };
}
