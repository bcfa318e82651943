import { Injectable } from '@nestjs/common';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SyncChoices } from '../../domain/sync-plan/sync-choices.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { TaskDraft, type SyncTask } from './sync-task.entity.js';
import { TaskLookup } from './task-lookup.service.js';
import type { DraftView } from './api/outcome.view.js';

/** Keeps what is answered in the wizard on the server, so that a reload or another device goes on with it (WIZ-1). */
@Injectable()
export class TaskDrafts {
  constructor(
    private readonly database: Database,
    private readonly lookup: TaskLookup,
  ) {}

  /** @throws Problem NOT_FOUND. */
  async read(installationId: string, taskId: string): Promise<DraftView> {
    const task = await this.lookup.find(installationId, taskId);
    return await this.view(this.database.unit(), task);
  }

  /**
   * Saves the draft if nobody has saved it since this version.
   *
   * @throws Problem NOT_FOUND; DRAFT_CONFLICT (409) with `yours` and `theirs`; nothing is changed then.
   */
  async save(
    caller: Caller,
    taskId: string,
    draft: { step: string; choices: SyncChoices; version: number },
  ): Promise<DraftView> {
    const task = await this.lookup.find(caller.installationId, taskId);
    const { step, choices, version } = draft;
    const saved = await this.write(caller, task, draft);
    if (saved) return await this.view(this.database.unit(), task);
    throw new Problem(
      'conflict',
      'DRAFT_CONFLICT',
      'Somebody else changed this draft meanwhile. Nothing of yours was saved; compare and save again.',
      { yours: { step, choices, version }, theirs: await this.view(this.database.unit(), task) },
    );
  }

  private async write(
    caller: Caller,
    task: SyncTask,
    { step, choices, version }: { step: string; choices: SyncChoices; version: number },
  ): Promise<boolean> {
    const em = this.database.unit();
    const row = { step, choices, updatedBy: caller.userId, updatedAt: new Date() };
    if (version > 0) {
      const where = { installationId: task.installationId, taskId: task.id, version };
      return (await em.nativeUpdate(TaskDraft, where, { ...row, version: version + 1 })) > 0;
    }
    try {
      em.create(TaskDraft, {
        ...row,
        installationId: task.installationId,
        connectionId: task.connectionId,
        taskId: task.id,
        version: 1,
      });
      await em.flush();
      return true;
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException) return false;
      throw error;
    }
  }

  private async view(em: Unit, task: SyncTask): Promise<DraftView> {
    const draft = await em.findOne(TaskDraft, { installationId: task.installationId, taskId: task.id });
    return {
      taskId: task.id,
      step: draft?.step ?? '',
      choices: draft?.choices ?? task.choices,
      version: draft?.version ?? 0,
      updatedBy: draft?.updatedBy ?? null,
      updatedAt: draft?.updatedAt.toISOString() ?? null,
    };
  }
}
