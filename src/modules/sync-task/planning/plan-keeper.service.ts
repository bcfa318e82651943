import { Injectable } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import type { SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { Job } from '../../../platform/jobs/job.entities.js';
import { AUTOMATIC } from '../../../platform/tenancy/caller.js';
import type { Connection } from '../../installation/connection.entity.js';
import { CustomerMirror } from '../../mapping/mirror.entities.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { isAutomatic } from '../automation-policy.js';
import { CONFIRMED_BY_POLICY, outsidePolicy, type Objection } from '../confirmation.js';
import { countInJob } from '../execution/job-counts.js';
import { nameOf, subjectOf } from '../execution/task-exits.service.js';
import { SyncTaskStates } from '../sync-task-states.js';
import { SyncTask } from '../sync-task.entity.js';
import { planNextInLine } from './next-in-line.js';
import { summaryOf } from './plan-summary.js';
import { PLANNED_STATES, pathTo, stateAfterPlan, type PlannedState } from './planned-state.js';
import type { PlannedTask } from './task-planner.service.js';

/** Stores what a plan means for its task: questions, short words, state; and accepts it where nobody needs to. */
@Injectable()
export class PlanKeeper {
  constructor(
    private readonly database: Database,
    private readonly states: SyncTaskStates,
    private readonly log: ActionLog,
  ) {}

  /**
   * @param seen the task as it was planned; one that somebody has touched since, or that was marked to be planned again
   * meanwhile, is left alone: the plan is of the past.
   * @param planned undefined = planning broke.
   * @param held an older task of the subscription is open, so the plan is provisional.
   * @returns true when the task was accepted and may run.
   */
  async keep(
    connection: Connection,
    seen: SyncTask,
    planned: PlannedTask | undefined,
    held: boolean,
  ): Promise<boolean> {
    return await this.database.transaction(async (em) => {
      const task = await em.findOne(
        SyncTask,
        { id: seen.id, installationId: seen.installationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      const touched =
        !task ||
        !PLANNED_STATES.some((state) => state === task.state) ||
        task.confirmedHash != null ||
        task.updatedAt.getTime() !== seen.updatedAt.getTime() ||
        JSON.stringify(task.choices) !== JSON.stringify(seen.choices);
      if (touched) return false;
      if (!planned) {
        await this.keepNothing(em, task);
        return false;
      }
      return await this.keepPlan(em, connection, task, planned.plan, held);
    });
  }

  private async keepPlan(
    em: Unit,
    connection: Connection,
    task: SyncTask,
    plan: SyncPlan,
    held: boolean,
  ): Promise<boolean> {
    const to = stateAfterPlan(plan, held);
    await this.move(em, task, to, {
      requiredActions: plan.requiredActions,
      planSummary: { ...summaryOf(plan, held, new Date().toISOString()) },
      failure: to === 'not_supported' ? { code: 'NOT_SUPPORTED', message: plan.notSupported ?? '' } : null,
    });
    if (to !== task.state) await this.recordState(em, task, to, plan);
    if (to === 'not_supported') await planNextInLine(em, task);
    if (held) return false;
    return (await this.acceptForJob(em, task, plan, to)) ?? (await this.acceptByItself(em, connection, task, plan, to));
  }

  private async keepNothing(em: Unit, task: SyncTask): Promise<void> {
    await em.nativeUpdate(
      SyncTask,
      { id: task.id, installationId: task.installationId },
      { planSummary: {}, failure: { code: 'UNEXPECTED', message: 'This task could not be planned. Report its id.' } },
    );
  }

  /** Through every step of the table; the columns go with the last one. */
  private async move(
    em: Unit,
    task: SyncTask,
    to: PlannedState,
    changes: Partial<Pick<SyncTask, 'requiredActions' | 'planSummary' | 'failure'>>,
  ): Promise<void> {
    const path = pathTo(task.state, to);
    if (path.length === 0)
      await em.nativeUpdate(
        SyncTask,
        { id: task.id, installationId: task.installationId },
        { ...changes, updatedAt: new Date() },
      );
    for (const [index, step] of path.entries())
      await this.states.move(em, task, step, index === path.length - 1 ? changes : {});
  }

  /** A job waits for the task (DESIGN §10, subscriptions/{id}/sync). Undefined = none does. */
  private async acceptForJob(
    em: Unit,
    task: SyncTask,
    plan: SyncPlan,
    state: PlannedState,
  ): Promise<boolean | undefined> {
    if (!task.jobId) return undefined;
    const job = await em.findOne(Job, { id: task.jobId, installationId: task.installationId });
    if (!job || !['queued', 'running'].includes(job.state)) return undefined;
    const objection = state === 'ready' ? outsidePolicy(plan, job.requestedBy) : NOT_READY(plan);
    if (!objection) return await this.accept(em, task, job.requestedBy);
    await em.nativeUpdate(SyncTask, { id: task.id, installationId: task.installationId }, { jobId: null });
    await countInJob(em, task, 'returned', objection.message);
    return false;
  }

  private async acceptByItself(
    em: Unit,
    connection: Connection,
    task: SyncTask,
    plan: SyncPlan,
    state: PlannedState,
  ): Promise<boolean> {
    if (state !== 'ready' || outsidePolicy(plan, AUTOMATIC)) return false;
    const customer = await em.findOne(
      CustomerMirror,
      { installationId: task.installationId, connectionId: task.connectionId, customerId: task.customerId },
      { fields: ['autoSync'] },
    );
    if (!isAutomatic(connection.settings, customer?.autoSync ?? false)) return false;
    return await this.accept(em, task, AUTOMATIC);
  }

  private async accept(em: Unit, task: SyncTask, by: string): Promise<boolean> {
    const changed = await em.nativeUpdate(
      SyncTask,
      { id: task.id, installationId: task.installationId, state: 'ready' },
      {
        confirmedHash: CONFIRMED_BY_POLICY,
        attempts: 0,
        confirmedBy: by,
        confirmedAt: new Date(),
        runAfter: null,
        updatedAt: new Date(),
      },
    );
    await this.log.record(
      {
        ...subjectOf(task),
        actor: by,
        category: 'task',
        action: 'task.accepted',
        outcome: 'info',
        message: `${nameOf(task)} runs by itself, whatever its plan is then, within the policy.`,
      },
      em,
    );
    return changed > 0;
  }

  private async recordState(em: Unit, task: SyncTask, to: PlannedState, plan: SyncPlan): Promise<void> {
    const [action, ...more] = plan.requiredActions;
    const subject = subjectOf(task);
    if (to === 'action_required' && action)
      await this.log.record(
        {
          ...subject,
          actor: AUTOMATIC,
          category: 'task',
          action: 'task.action_required',
          outcome: 'action_required',
          message: `${nameOf(task)}: ${action.message}${more.length > 0 ? ` (+${more.length})` : ''}`,
          details: { codes: plan.requiredActions.map(({ code }) => code) },
          notify: { level: 'action', code: action.code },
        },
        em,
      );
    if (to === 'ready' || to === 'not_supported')
      await this.log.record(
        {
          ...subject,
          actor: AUTOMATIC,
          category: 'task',
          action: `task.${to}`,
          outcome: 'info',
          message:
            to === 'ready'
              ? `${nameOf(task)} is ready.`
              : `${nameOf(task)}: ${plan.notSupported ?? 'Autotask cannot express this.'}`,
          notify: { level: 'info', code: to === 'ready' ? 'TASK_READY' : 'NOT_SUPPORTED' },
        },
        em,
      );
  }
}

const NOT_READY = (plan: SyncPlan): Objection => ({
  code: plan.notSupported === undefined ? 'ACTION_REQUIRED' : 'NOT_SUPPORTED',
  message: plan.requiredActions[0]?.message ?? plan.notSupported ?? 'It has a question for a person.',
});
