import { ApiProperty } from '@nestjs/swagger';
import type { TaskType } from '../../../domain/sync-plan/sync-facts.js';
import type { SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import type { Page } from '../../../platform/http/page.js';
import { JobView } from '../../../platform/jobs/job-view.js';
import { JOB_NAMES, type JobName } from '../../../ports/task-queue.port.js';

/** The job that does what was asked for; a second call while it runs gets the same one. */
export class JobStarted {
  @ApiProperty()
  jobId!: string;
}

/** A job that waits or runs now. */
export class RunningJob extends JobStarted {
  @ApiProperty({ enum: JOB_NAMES })
  name!: JobName;
}

export class CheckPage implements Page<JobView> {
  @ApiProperty({ type: [JobView] })
  items!: JobView[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}

/** Counts of the task list's views; a task may be in *waiting* and in one of the others. */
class TaskViews {
  /** Action required, failed, uncertain. */
  @ApiProperty()
  needsYou!: number;

  /** Nothing missing, nobody has confirmed it yet. */
  @ApiProperty()
  ready!: number;

  /** New, confirmed or running. */
  @ApiProperty()
  inProgress!: number;

  /** Behind an older open task of its subscription. */
  @ApiProperty()
  waiting!: number;

  @ApiProperty()
  synced!: number;

  @ApiProperty()
  ignored!: number;
}

class TaskCounts {
  @ApiProperty()
  total!: number;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  byState!: Record<SyncTaskState, number>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' } })
  byType!: Record<TaskType, number>;

  @ApiProperty()
  views!: TaskViews;
}

class CurrencyCount {
  /** ISO code; empty where the order names none. */
  @ApiProperty()
  currency!: string;

  @ApiProperty()
  count!: number;
}

class OrdersWithoutConnection {
  @ApiProperty()
  total!: number;

  @ApiProperty({ type: [CurrencyCount] })
  byCurrency!: CurrencyCount[];
}

/** The numbers above the task list. Check times are business instants. */
export class DashboardView {
  @ApiProperty()
  tasks!: TaskCounts;

  @ApiProperty()
  ordersWithoutConnection!: OrdersWithoutConnection;

  @ApiProperty({ type: String, nullable: true })
  lastCheckAt!: string | null;

  /** Null while automation is off. */
  @ApiProperty({ type: String, nullable: true })
  nextCheckAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  lastSweepAt!: string | null;

  /** The newest check, also one that failed or still runs. */
  @ApiProperty({ type: JobView, nullable: true })
  lastCheck!: JobView | null;

  /** The check that waits or runs now. */
  @ApiProperty({ type: JobStarted, nullable: true })
  runningCheck!: JobStarted | null;

  /** Syncs of many tasks and imports that wait or run now, oldest first. */
  @ApiProperty({ type: [RunningJob] })
  runningJobs!: RunningJob[];
}
