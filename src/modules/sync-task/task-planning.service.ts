import { Injectable } from '@nestjs/common';
import { AutotaskError, AutotaskRejectedError } from '../../adapters/autotask/autotask.errors.js';
import type { SyncChoices } from '../../domain/sync-plan/sync-choices.js';
import type { SyncPlan } from '../../domain/sync-plan/sync-plan.js';
import { Problem } from '../../platform/http/problem.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { ConnectionService } from '../installation/connection.service.js';
import { afterWrite } from './execution/write-outcome.js';
import { AutotaskReader } from './planning/autotask-reader.js';
import type { PlanRequest } from './planning/plan-facts.service.js';
import { TaskPlanner, type PlannedTask } from './planning/task-planner.service.js';
import type { SyncTask } from './sync-task.entity.js';
import { TaskLookup } from './task-lookup.service.js';

/** Makes the plan that a person is shown: fresh from Autotask, by the planner that also runs it (FEATURES WIZ-6). */
@Injectable()
export class TaskPlanning {
  constructor(
    private readonly connections: ConnectionService,
    private readonly access: ConnectionAccess,
    private readonly planner: TaskPlanner,
    private readonly lookup: TaskLookup,
  ) {}

  /**
   * The plan of a task with these choices, or with those stored with it. Stores nothing.
   *
   * @throws Problem NOT_FOUND; the codes of `ConnectionAccess.autotask`; AUTOTASK_… (503, or 409 when Autotask refused a
   * look-up) – a failed look-up fails the plan.
   */
  async plan(installationId: string, taskId: string, choices?: SyncChoices): Promise<SyncPlan> {
    const task = await this.lookup.find(installationId, taskId);
    return (await this.planTask(task, choices ?? task.choices)).plan;
  }

  /** The same for a task at hand, with the facts. @throws Problem as `plan`. */
  async planTask(task: SyncTask, choices: SyncChoices): Promise<PlannedTask> {
    const connection = await this.connections.find(task.installationId, task.connectionId);
    return (await this.planAll(connection, [{ task, choices }])).get(task.id)!;
  }

  /** The same for several tasks of one connection, stored or not, by task id. @throws Problem as `plan`. */
  async planAll(connection: Connection, requests: readonly PlanRequest[]): Promise<Map<string, PlannedTask>> {
    const reader = new AutotaskReader(await this.access.autotask(connection));
    try {
      return await this.planner.plan(connection, requests, reader);
    } catch (error) {
      if (!(error instanceof AutotaskError)) throw error;
      const after = afterWrite(error);
      if (after.next === 'later' && after.pause) await this.access.pause(connection, error.code, error.message);
      throw autotaskProblem(error);
    }
  }
}

/** An error of Autotask as an answer of ours: its own words are kept beside ours. */
export function autotaskProblem(error: AutotaskError): Problem {
  return new Problem(
    error instanceof AutotaskRejectedError ? 'conflict' : 'unavailable',
    error.code,
    error.message,
    error.texts.length > 0 ? { autotask: error.texts } : {},
    { cause: error },
  );
}
