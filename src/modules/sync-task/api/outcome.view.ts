import { ApiProperty } from '@nestjs/swagger';
import type { SyncChoices } from '../../../domain/sync-plan/sync-choices.js';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import { ChoicesDto } from './choices.dto.js';

const SKIP_CODES = [
  'NOT_FOUND',
  'ALREADY_QUEUED',
  'ACTION_REQUIRED',
  'OUTCOME_UNCERTAIN',
  'NOT_PLANNED',
  'TASK_CLOSED',
] as const;

/** What accepting a task led to. */
export class Accepted {
  /** The job to watch; null where a task was accepted without one, e.g. automatically. */
  @ApiProperty({ type: String, nullable: true })
  jobId!: string | null;

  @ApiProperty()
  taskId!: string;

  @ApiProperty({ enum: SYNC_TASK_STATES })
  state!: SyncTaskState;
}

/** A task that a bulk run does not take. */
export class Skipped {
  @ApiProperty()
  taskId!: string;

  @ApiProperty({ enum: SKIP_CODES })
  code!: (typeof SKIP_CODES)[number];
}

/** What was asked for in bulk. */
export class BulkAccepted {
  /** The job to watch; null when there was nothing to do. */
  @ApiProperty({ type: String, nullable: true })
  jobId!: string | null;

  @ApiProperty()
  accepted!: number;

  @ApiProperty({ type: [Skipped] })
  skipped!: Skipped[];
}

/** What is billed more or less each period of one length. */
export class RecurringChange {
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 1,
    description: 'null where a plan has lines of several lengths',
  })
  periodMonths!: number | null;

  @ApiProperty({ example: '412.00' })
  change!: string;
}

/** What a selection of tasks comes to, before anything is done with it. Amounts are in the connection's currency. */
export class TaskSelectionView {
  @ApiProperty()
  total!: number;

  /** Ready and not accepted yet: a bulk run takes them at once. */
  @ApiProperty()
  syncable!: number;

  @ApiProperty()
  ignorable!: number;

  /** Contracts that the syncable ones change, as planned now; one to be created counts as well. */
  @ApiProperty()
  contracts!: number;

  /** Change of what is billed each period by the syncable ones, as planned now: months and years are never added up. */
  @ApiProperty({ type: [RecurringChange], description: 'Shortest period first; none where nothing changes' })
  recurring!: RecurringChange[];

  /** What the syncable ones bill once, as planned now. */
  @ApiProperty({ example: '130.00' })
  oneOff!: string;
}

/** A task left as it is, with the state that forbids the change; `NOT_FOUND` for unknown ids. */
export class NotChanged {
  @ApiProperty()
  taskId!: string;

  @ApiProperty({ enum: [...SYNC_TASK_STATES, 'NOT_FOUND', 'OUTCOME_UNKNOWN'] })
  because!: SyncTaskState | 'NOT_FOUND' | 'OUTCOME_UNKNOWN';
}

/** What happened to each task that was named. */
export class IgnoreResult {
  @ApiProperty({ type: [String] })
  changed!: string[];

  @ApiProperty({ type: [NotChanged] })
  skipped!: NotChanged[];
}

/** Where somebody stands in the wizard. Without a draft: the task's own choices at version 0. */
export class DraftView {
  @ApiProperty()
  taskId!: string;

  @ApiProperty({ example: 'contract' })
  step!: string;

  @ApiProperty({ type: ChoicesDto })
  choices!: SyncChoices;

  @ApiProperty()
  version!: number;

  @ApiProperty({ type: String, nullable: true })
  updatedBy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  updatedAt!: string | null;
}

/** What reconciling came to for a subscription. */
export class ReconciledSubscription {
  @ApiProperty()
  subscriptionId!: string;

  @ApiProperty()
  subscriptionName!: string;

  @ApiProperty({ enum: ['nothing_to_do', 'task', 'not_mapped'] })
  outcome!: 'nothing_to_do' | 'task' | 'not_mapped';

  /** The task that brings both sides together; null unless `outcome` is `task`. */
  @ApiProperty({ type: String, nullable: true })
  taskId!: string | null;
}

/** What reconciling a customer came to. */
export class ReconcileResult {
  @ApiProperty({ type: [ReconciledSubscription] })
  subscriptions!: ReconciledSubscription[];
}

/** A move that waits for a person as a task. */
export class MoveAccepted {
  @ApiProperty()
  taskId!: string;

  @ApiProperty({ enum: SYNC_TASK_STATES })
  state!: SyncTaskState;
}
