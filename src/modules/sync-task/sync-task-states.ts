import { Injectable } from '@nestjs/common';
import type { EntityData } from '@mikro-orm/core';
import {
  canTransition,
  IllegalTransitionError,
  statesBefore,
  type SyncTaskState,
} from '../../domain/sync-task/sync-task-state.js';
import type { Unit } from '../../platform/database/database.js';
import { SyncTask } from './sync-task.entity.js';

/** The only place that writes `sync_task.state`: every step passes the transition table (DESIGN §5). */
@Injectable()
export class SyncTaskStates {
  /**
   * Moves one task, together with other columns, in one conditional statement.
   *
   * @param from when given, only from this state; else from any state the table allows.
   * @returns false when the row is no longer in such a state (somebody was faster): nothing was changed.
   * @throws IllegalTransitionError when the table has no such step.
   */
  async move(
    em: Unit,
    task: { id: string; installationId: string },
    to: SyncTaskState,
    changes: EntityData<SyncTask> = {},
    from?: SyncTaskState,
  ): Promise<boolean> {
    if (from !== undefined && !canTransition(from, to)) throw new IllegalTransitionError(from, to);
    const count = await em.nativeUpdate(
      SyncTask,
      {
        id: task.id,
        installationId: task.installationId,
        state: from ?? { $in: statesBefore(to) },
      },
      { ...changes, state: to, updatedAt: new Date() },
    );
    return count > 0;
  }
}
