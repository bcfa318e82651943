import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { ActionLog } from '../../notification/action-log.service.js';
import type { AutotaskReader } from '../planning/autotask-reader.js';
import { SyncTask } from '../sync-task.entity.js';
import type { LeaseSubject } from './connection-lease.service.js';
import { OperationJournal } from './operation-journal.service.js';
import { OperationSender } from './operation-sender.service.js';
import { nameOf, subjectOf } from './task-exits.service.js';

/**
 * Proves attempts whose task has left the queue meanwhile, e.g. because a check found that another task replaces it. The
 * task does not come back for it, but its contract must not stay closed, and what was written belongs in the ledger.
 */
@Injectable()
export class StrayAttempts {
  constructor(
    private readonly database: Database,
    private readonly journal: OperationJournal,
    private readonly sender: OperationSender,
    private readonly log: ActionLog,
  ) {}

  /** Call it while holding the lease. What is not provable yet is left for the next run. */
  async prove(connection: LeaseSubject, reader: AutotaskReader): Promise<void> {
    for (const attempt of await this.journal.open(connection)) {
      const task = await this.database
        .unit()
        .findOne(SyncTask, { id: attempt.taskId, installationId: attempt.installationId });
      if (!task || task.state === 'ready' || task.state === 'running') continue;
      const sent = await this.sender.prove(attempt, reader);
      if (sent.kind !== 'uncertain') continue;
      await this.log.record({
        ...subjectOf(task),
        category: 'task',
        action: 'task.uncertain',
        outcome: 'uncertain',
        message: `${nameOf(task)} is ${task.state}, but whether Autotask applied its last write cannot be proven. ${sent.reason}`,
        details: { operationId: attempt.id },
        notify: { level: 'error', code: 'OUTCOME_UNCERTAIN' },
      });
    }
  }
}
