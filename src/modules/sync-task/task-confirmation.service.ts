import { Injectable } from '@nestjs/common';
import type { SyncChoices } from '../../domain/sync-plan/sync-choices.js';
import type { SyncPlan } from '../../domain/sync-plan/sync-plan.js';
import type { SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { DueJobs } from '../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../platform/jobs/job-runs.service.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { MappingService } from '../mapping/mapping.service.js';
import { ActionLog } from '../notification/action-log.service.js';
import { nameOf, subjectOf } from './execution/task-exits.service.js';
import { contractsOfShares, stepsOfContracts } from './ledger-steps.js';
import { pathTo } from './planning/planned-state.js';
import { summaryOf } from './planning/plan-summary.js';
import { SyncTaskStates } from './sync-task-states.js';
import { SyncTask, TaskDraft } from './sync-task.entity.js';
import { TaskLookup } from './task-lookup.service.js';
import { TaskPlanning } from './task-planning.service.js';
import type { Accepted } from './api/outcome.view.js';

/** States from which a person can accept a plan. */
const ACCEPTABLE: readonly SyncTaskState[] = ['pending', 'action_required', 'ready', 'failed'];

/** A person's yes to one plan (DESIGN §1: a preview is confirmed by its hash). */
@Injectable()
export class TaskConfirmation {
  constructor(
    private readonly database: Database,
    private readonly lookup: TaskLookup,
    private readonly planning: TaskPlanning,
    private readonly states: SyncTaskStates,
    private readonly jobs: JobRuns,
    private readonly due: DueJobs,
    private readonly mappings: MappingService,
    private readonly log: ActionLog,
  ) {}

  /**
   * Accepts the plan with this hash, made with these choices, and has it run in the background. The plan is made again
   * first: nothing is accepted that the person has not seen.
   *
   * Repeating it is safe: a task that is synced, running or already accepted with this hash answers as it did, and
   * nothing is done again.
   *
   * @throws Problem NOT_FOUND; HELD, OUTCOME_UNCERTAIN, TASK_CLOSED (409); PLAN_CHANGED with the new plan (409);
   * ACTION_REQUIRED with what is missing (409); NOT_SUPPORTED, MOVE_NEEDED (409); and as `TaskPlanning.plan`.
   */
  async confirm(caller: Caller, taskId: string, planHash: string, choices: SyncChoices | undefined): Promise<Accepted> {
    const seen = await this.lookup.find(caller.installationId, taskId);
    const already = answerAlready(seen, planHash);
    if (already) return already;
    assertAcceptable(seen);
    await this.assertNotHeld(seen);
    const wanted = choices ?? seen.choices;
    const { plan } = await this.planning.planTask(seen, wanted);
    assertPlan(plan, planHash);

    const accepted = await this.database.transaction(async (em) => {
      const task = await this.lookup.lock(em, caller.installationId, taskId);
      const meanwhile = answerAlready(task, planHash);
      if (meanwhile) return meanwhile;
      assertAcceptable(task);
      return await this.accept(em, caller, task, plan, wanted);
    });
    await this.due.announce({ name: 'sync', installationId: seen.installationId, connectionId: seen.connectionId });
    return accepted;
  }

  private async accept(
    em: Unit,
    caller: Caller,
    task: SyncTask,
    plan: SyncPlan,
    choices: SyncChoices,
  ): Promise<Accepted> {
    const connection = { id: task.connectionId, installationId: task.installationId };
    if (choices.contract && 'id' in choices.contract) {
      await this.assertNoMove(em, task, choices.contract.id);
      await this.mappings.setContract(em, connection, task.subscriptionId, choices.contract.id, caller.userId);
    }
    const job = await this.jobs.open('sync', connection, caller.userId, { taskIds: [task.id] }, em);
    await em.execute('update job set total = 1 where installation_id = ? and id = ?', [task.installationId, job.id]);
    const changes = {
      choices,
      confirmedHash: plan.hash,
      attempts: 0,
      confirmedBy: caller.userId,
      confirmedAt: new Date(),
      jobId: job.id,
      runAfter: null,
      failure: null,
      requiredActions: [],
      planSummary: { ...summaryOf(plan, false, new Date().toISOString()) },
    };
    const path = pathTo(task.state, 'ready');
    if (path.length === 0)
      await em.nativeUpdate(
        SyncTask,
        { id: task.id, installationId: task.installationId },
        { ...changes, updatedAt: new Date() },
      );
    for (const [index, step] of path.entries())
      await this.states.move(em, task, step, index === path.length - 1 ? changes : {});
    await em.nativeDelete(TaskDraft, { installationId: task.installationId, taskId: task.id });
    await this.log.record(
      {
        ...subjectOf(task),
        actor: caller.userId,
        category: 'task',
        action: 'task.accepted',
        outcome: 'ok',
        message: `${nameOf(task)} was confirmed: ${plan.operations.length} write${plan.operations.length === 1 ? '' : 's'}.`,
        after: { choices, planHash: plan.hash, operations: plan.operations.map(({ title }) => title) },
      },
      em,
    );
    await this.due.mark(em, { name: 'sync', installationId: task.installationId, connectionId: task.connectionId });
    return { jobId: job.id, taskId: task.id, state: 'ready' };
  }

  private async assertNotHeld(task: SyncTask): Promise<void> {
    const waitsFor = (await this.lookup.waitsFor(task.installationId, [task.id])).get(task.id);
    if (waitsFor?.kind !== 'task') return;
    throw new Problem(
      'conflict',
      'HELD',
      `It waits for ${waitsFor.orderNumber ?? 'an older task'} of the same subscription. Finish or ignore that one first.`,
      { waitsFor },
    );
  }

  /** A subscription with units on one contract does not simply go on on another one (FEATURES MAP-9). */
  private async assertNoMove(em: Unit, task: SyncTask, contractId: number): Promise<void> {
    if (task.source === 'move') return;
    const connection = { id: task.connectionId, installationId: task.installationId };
    const contracts = (await contractsOfShares(em, connection, [task.subscriptionId])).get(task.subscriptionId) ?? [];
    const others = contracts.filter((id) => id !== contractId);
    const steps = await stepsOfContracts(em, connection, others);
    for (const id of others) {
      const last = new Map<string, number>();
      for (const step of steps.get(id)?.ledger ?? [])
        if (step.kind === 'share' && step.subscriptionId === task.subscriptionId)
          last.set(`${step.contractServiceId} ${step.productKey}`, step.quantity);
      if ([...last.values()].some((quantity) => quantity !== 0))
        throw new Problem(
          'conflict',
          'MOVE_NEEDED',
          'The subscription has units on another contract. Move it there with a task of its own.',
          { contractId: id },
        );
    }
  }
}

/** What a repeated confirmation answers; undefined = there is something to do. */
function answerAlready(task: SyncTask, planHash: string): Accepted | undefined {
  const answer = { jobId: task.jobId ?? null, taskId: task.id, state: task.state };
  if (task.state === 'synced' || task.state === 'running') return answer;
  const queued = task.state === 'ready' && task.confirmedHash === planHash && task.jobId;
  return queued ? answer : undefined;
}

function assertAcceptable(task: SyncTask): void {
  if (task.state === 'uncertain')
    throw new Problem(
      'conflict',
      'OUTCOME_UNCERTAIN',
      'A write of this task can neither be proven nor disproven. Decide about it first.',
      { state: task.state },
    );
  if (!ACCEPTABLE.includes(task.state))
    throw new Problem('conflict', 'TASK_CLOSED', `This task is ${task.state}. Restore it first, if it can be.`, {
      state: task.state,
    });
}

function assertPlan(plan: SyncPlan, planHash: string): void {
  if (plan.notSupported !== undefined) throw new Problem('conflict', 'NOT_SUPPORTED', plan.notSupported, { plan });
  if (plan.hash !== planHash)
    throw new Problem(
      'conflict',
      'PLAN_CHANGED',
      'What would be written is no longer what was shown. Nothing was sent; look at the new plan.',
      { plan },
    );
  const [action] = plan.requiredActions;
  if (action)
    throw new Problem('conflict', 'ACTION_REQUIRED', action.message, { requiredActions: plan.requiredActions, plan });
}
