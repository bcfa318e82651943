import { ApiProperty } from '@nestjs/swagger';
import { JOB_NAMES, type JobName } from '../../ports/task-queue.port.js';
import type { Job, JobState } from './job.entities.js';

const instant = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

/** A job as the API shows it. Times are instants in UTC. */
export class JobView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: JOB_NAMES })
  name!: JobName;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ enum: ['queued', 'running', 'done', 'stopped', 'failed'] })
  state!: JobState;

  /** Host user id, or `automatic`. */
  @ApiProperty()
  requestedBy!: string;

  @ApiProperty()
  requestedAt!: string;

  @ApiProperty({ type: String, nullable: true })
  startedAt!: string | null;

  @ApiProperty({ type: String, nullable: true })
  finishedAt!: string | null;

  /** What happens now, in words; null once it has ended. */
  @ApiProperty({ type: String, nullable: true })
  step!: string | null;

  /** done + failed + returned + left = total, always. */
  @ApiProperty()
  total!: number;

  @ApiProperty()
  done!: number;

  @ApiProperty()
  failed!: number;

  @ApiProperty()
  returned!: number;

  @ApiProperty()
  left!: number;

  /** What it found; its keys depend on the kind of job. */
  @ApiProperty({ type: Object, nullable: true })
  result!: Record<string, unknown> | null;

  @ApiProperty({ type: Object, nullable: true })
  failure!: { code: string; message: string } | null;
}

/** Only what people may see: neither the payload nor any internal column. */
export function jobView(job: Job): JobView {
  const { id, name, connectionId, state, requestedBy, total, done, failed, returned } = job;
  return {
    id,
    name,
    connectionId,
    state,
    requestedBy,
    requestedAt: job.requestedAt.toISOString(),
    startedAt: instant(job.startedAt),
    finishedAt: instant(job.finishedAt),
    step: job.step ?? null,
    total,
    done,
    failed,
    returned,
    left: Math.max(0, total - done - failed - returned),
    result: job.result ?? null,
    failure: job.failure ?? null,
  };
}
