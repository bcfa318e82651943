import { Injectable, Logger } from '@nestjs/common';
import { DriverException, LockMode, UniqueConstraintViolationException } from '@mikro-orm/core';
import { AppConfig } from '../../../../config/app-config.js';
import { AutotaskError, AutotaskRejectedError } from '../../../adapters/autotask/autotask.errors.js';
import type { PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import type { Connection } from '../../installation/connection.entity.js';
import { CONFIRMED_BY_POLICY, isByPolicy, objectionTo, pinnedTo } from '../confirmation.js';
import type { AutotaskReader } from '../planning/autotask-reader.js';
import { TaskPlanner, type PlannedTask } from '../planning/task-planner.service.js';
import { SyncOperation } from '../sync-operation.entity.js';
import { SyncTaskStates } from '../sync-task-states.js';
import { SyncTask } from '../sync-task.entity.js';
import type { HeldLease } from './connection-lease.service.js';
import { startInJob } from './job-counts.js';
import { OperationJournal } from './operation-journal.service.js';
import { OperationSender, type Sent } from './operation-sender.service.js';
import { TaskExits } from './task-exits.service.js';
import { TenantLessons } from './tenant-lessons.service.js';
import { afterWrite, restMs } from './write-outcome.js';

/** What a run of one task works with. */
export interface RunScope {
  connection: Connection;
  lease: HeldLease;
  reader: AutotaskReader;
  /** Aborts when the process stops or the lease is lost: what is in flight ends, nothing new is begun. */
  signal: AbortSignal;
}

/** Where a task stands after its turn. */
export type RunResult =
  /** Every operation is proven; the final re-read is to be done (step 6). The task is still `running`. */
  | { kind: 'written'; task: SyncTask; planned: PlannedTask }
  /** It left `running`: failed, uncertain or back with a person. */
  | { kind: 'left' }
  /** It waits; `pauseMs` = nothing else of the connection should be sent until then either. */
  | { kind: 'waits'; pauseMs?: number };

/** How often refusals may change the plan of one turn; each teaches something new, so this is never reached in earnest. */
const PLANS_PER_TURN = 5;
/** A look-up that Autotask refuses for no cause we know is tried so often: unlike a write it may simply be repeated. */
const READ_TRIES = 5;
/** When a lane turned out to be closed by somebody else. */
const LANE_WAIT_MS = 5_000;

/** Runs one confirmed task through steps 1 to 5 of DESIGN §7. */
@Injectable()
export class TaskRunner {
  private readonly logger = new Logger(TaskRunner.name);

  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
    private readonly states: SyncTaskStates,
    private readonly planner: TaskPlanner,
    private readonly journal: OperationJournal,
    private readonly sender: OperationSender,
    private readonly exits: TaskExits,
    private readonly lessons: TenantLessons,
  ) {}

  /** Takes the task and runs it. Only the database's errors come out; the task is then handed back by the next lease. */
  async run(scope: RunScope, picked: SyncTask): Promise<RunResult> {
    const task = await this.claim(scope, picked);
    if (!task) return { kind: 'waits' };
    try {
      return (await this.proveOpen(scope, task)) ?? (await this.write(scope, task));
    } catch (error) {
      if (error instanceof AutotaskError) return await this.afterRead(task, scope, error);
      if (error instanceof DriverException) throw error;
      return await this.afterBug(task, error);
    }
  }

  /**
   * ready → running, and the row as it is then: since it was picked somebody may have accepted another plan for it, taken
   * their word back, or stopped its job. The index allows one running task a subscription.
   */
  private async claim({ lease }: RunScope, { id, installationId }: SyncTask): Promise<SyncTask | undefined> {
    try {
      return await this.database.transaction(async (em) => {
        const task = await em.findOne(SyncTask, { id, installationId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!task?.confirmedHash || task.state !== 'ready') return undefined;
        const runUntil = new Date(Date.now() + this.config.leaseMs);
        const changes = { runOwner: lease.owner, runUntil, attempts: task.attempts + 1, failure: null, runAfter: null };
        await this.states.move(em, task, 'running', changes, 'ready');
        if (!(await startInJob(em, task)) && !(await this.hasOpenAttempt(task, em))) throw new JobStoppedError();
        return task;
      });
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException || error instanceof JobStoppedError) return undefined;
      throw error;
    }
  }

  private async hasOpenAttempt(task: SyncTask, em?: Unit): Promise<boolean> {
    return (await this.journal.ofTask(task, em)).some(({ state }) => state === 'sending');
  }

  /** Step 2: an earlier attempt without outcome is proven before anything else. Undefined = nothing stands open. */
  private async proveOpen(scope: RunScope, task: SyncTask): Promise<RunResult | undefined> {
    for (const attempt of await this.journal.ofTask(task)) {
      if (attempt.state !== 'sending') continue;
      const result = await this.afterSending(scope, task, await this.sender.prove(attempt, scope.reader));
      if (result) return result;
    }
    return undefined;
  }

  /** Steps 1, 3, 4 and 5. A refusal that teaches something about the tenant leads to another plan. */
  private async write(scope: RunScope, task: SyncTask): Promise<RunResult> {
    for (let round = 1; ; round++) {
      const planned = await this.planned(scope, task);
      const { plan } = planned;
      const begun = planned.facts.proven.length > 0;
      const objection = objectionTo(plan, confirmationOf(task), begun && round === 1);
      if (objection) {
        await this.exits.review(task, objection, plan);
        return { kind: 'left' };
      }
      const result = await this.send(scope, task, planned);
      if (result !== 'plan again') return result;
      if (round >= PLANS_PER_TURN) {
        await this.exits.fail(task, {
          code: 'PLAN_UNSTABLE',
          message: 'Autotask refused every plan that was made. What was written before stays; look at the log.',
        });
        return { kind: 'left' };
      }
    }
  }

  private async planned({ connection, reader }: RunScope, task: SyncTask): Promise<PlannedTask> {
    const planned = await this.planner.plan(connection, [{ task, choices: task.choices }], reader);
    return planned.get(task.id)!;
  }

  private async send(scope: RunScope, task: SyncTask, planned: PlannedTask): Promise<RunResult | 'plan again'> {
    const { operations } = planned.plan;
    if (operations.length > 0) await this.pin(task, planned);
    for (const [index, operation] of operations.entries()) {
      if (scope.signal.aborted) {
        await this.exits.handBack(task);
        return { kind: 'waits' };
      }
      const created = await this.created(task);
      const sent = await this.sender.send(scope, {
        task,
        operation,
        sequence: planned.facts.proven.length + index + 1,
        created,
      });
      if (sent.kind === 'refusal') return await this.afterRefusal(scope, task, operation, sent);
      if (sent.kind === 'not applied') {
        await this.exits.handBack(task, { ms: restMs(task.attempts, undefined), ...NOT_ARRIVED, tried: true });
        return { kind: 'waits' };
      }
      const result = await this.afterSending(scope, task, sent);
      if (result) return result;
    }
    return { kind: 'written', task, planned };
  }

  /** From here on the task follows this plan and no other, also after a crash. */
  private async pin(task: SyncTask, { plan }: PlannedTask): Promise<void> {
    if (!isByPolicy(confirmationOf(task))) return;
    task.confirmedHash = pinnedTo(plan.hash);
    await this.database
      .unit()
      .nativeUpdate(
        SyncTask,
        { id: task.id, installationId: task.installationId },
        { confirmedHash: task.confirmedHash },
      );
  }

  private async created(task: SyncTask): Promise<Map<string, number>> {
    const rows = await this.database
      .unit()
      .find(
        SyncOperation,
        { installationId: task.installationId, taskId: task.id, state: 'applied', resultId: { $ne: null } },
        { fields: ['operationKey', 'resultId'] },
      );
    return new Map(rows.map((row) => [row.operationKey, row.resultId!]));
  }

  /** Undefined = go on with the next operation. */
  private async afterSending(scope: RunScope, task: SyncTask, sent: Sent): Promise<RunResult | undefined> {
    switch (sent.kind) {
      case 'applied':
        task.attempts = 0;
        return undefined;
      case 'not applied':
        return undefined;
      case 'not provable yet':
        await this.exits.handBack(task, {
          ms: sent.waitMs,
          code: 'OUTCOME_UNKNOWN',
          message: 'The answer to a write was lost. It is being proven; nothing is sent again before.',
        });
        return { kind: 'waits' };
      case 'uncertain':
        await this.exits.uncertain(task, sent.reason, sent.operationId);
        return { kind: 'left' };
      case 'later': {
        const ms = restMs(task.attempts, sent.after.waitMs);
        await this.exits.handBack(task, { ms, code: sent.after.code, message: sent.after.message, tried: true });
        return { kind: 'waits', pauseMs: ms };
      }
      case 'exists already':
        await this.exits.fail(task, { code: 'DUPLICATE_SERVICE', message: sent.message });
        return { kind: 'left' };
      case 'not begun':
        await this.exits.handBack(task, sent.because === 'lane_closed' ? LANE_CLOSED : undefined);
        return { kind: 'waits', ...(sent.because === 'lease_lost' ? { pauseMs: 0 } : {}) };
      case 'refusal':
        await this.exits.fail(task, sent.after.failure);
        return { kind: 'left' };
    }
  }

  private async afterRefusal(
    { connection }: RunScope,
    task: SyncTask,
    operation: PlannedOperation,
    { after, contractServiceId }: Extract<Sent, { kind: 'refusal' }>,
  ): Promise<RunResult | 'plan again'> {
    if (after.next === 'learn' && (await this.lessons.learn(connection, after.lesson, operation, contractServiceId))) {
      // What was accepted within the policy stays accepted within it; what a person saw is compared with the new plan.
      if (isByPolicy(confirmationOf(task))) task.confirmedHash = CONFIRMED_BY_POLICY;
      return 'plan again';
    }
    await this.exits.fail(task, after.failure);
    return { kind: 'left' };
  }

  /** One task's trouble with our own code must not keep the connection's other tasks waiting for ever. */
  private async afterBug(task: SyncTask, error: unknown): Promise<RunResult> {
    this.logger.error({ err: error, taskId: task.id, installationId: task.installationId }, 'a task could not be run');
    if (await this.hasOpenAttempt(task)) {
      await this.exits.handBack(task, {
        ms: restMs(task.attempts, undefined),
        code: 'UNEXPECTED',
        message: UNEXPECTED,
        tried: true,
      });
      return { kind: 'waits' };
    }
    await this.exits.fail(task, { code: 'UNEXPECTED', message: UNEXPECTED });
    return { kind: 'left' };
  }

  /** A look-up failed: nothing was sent, nothing counts as missing. */
  private async afterRead(task: SyncTask, scope: RunScope, error: AutotaskError): Promise<RunResult> {
    const after = afterWrite(error);
    const mayPass = error instanceof AutotaskRejectedError && error.reason === 'other' && task.attempts < READ_TRIES;
    if ((after.next === 'fail' || after.next === 'learn') && !mayPass) {
      await this.exits.fail(task, after.failure);
      return { kind: 'left' };
    }
    const waitMs = restMs(task.attempts, after.next === 'later' ? after.waitMs : undefined);
    await this.exits.handBack(task, { ms: waitMs, code: error.code, message: error.message, tried: true });
    if (after.next === 'later' && after.pause) await this.sender.pause(scope.connection, error);
    return { kind: 'waits', pauseMs: waitMs };
  }
}

const UNEXPECTED =
  'Something went wrong on our side. What was written before stays; what was not is not sent by itself.';

const NOT_ARRIVED = {
  code: 'AUTOTASK_OUTCOME_UNKNOWN',
  message: 'A write got lost on the way and was not applied. It is sent again by itself.',
};

const LANE_CLOSED = {
  ms: LANE_WAIT_MS,
  code: 'HELD',
  message: 'Another write on this contract is being proven; this one waits for it.',
};

/** Undoes a claim. */
class JobStoppedError extends Error {}

function confirmationOf(task: SyncTask): { confirmedHash: string; confirmedBy: string } {
  return { confirmedHash: task.confirmedHash ?? '', confirmedBy: task.confirmedBy ?? '' };
}
