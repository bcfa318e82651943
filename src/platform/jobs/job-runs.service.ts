import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { JobName } from '../../ports/task-queue.port.js';
import { Database, type Unit } from '../database/database.js';
import { Problem, notFound } from '../http/problem.js';
import { DueJobs } from './due-jobs.service.js';
import { Job, type JobState } from './job.entities.js';

/** The connection a job belongs to; the entity fits. */
export interface JobOwner {
  installationId: string;
  /** Connection id. */
  id: string;
}

/** New counts and words; a missing one stays. */
export interface JobProgress {
  total?: number;
  done?: number;
  failed?: number;
  returned?: number;
  /** What happens now, in words, e.g. "Reading orders". */
  step?: string;
}

/** How a job ended. */
export interface JobEnd {
  state: Extract<JobState, 'done' | 'stopped' | 'failed'>;
  result?: Record<string, unknown>;
  failure?: { code: string; message: string };
}

const OPEN: JobState[] = ['queued', 'running'];

/**
 * Jobs people watch (FEATURES TSK-1, TSK-8): what was asked for, how far it is, how it ended. At every moment
 * done + failed + returned + left = total, and no count ever falls. The due row decides who works; this row only tells.
 */
@Injectable()
export class JobRuns {
  constructor(
    private readonly database: Database,
    private readonly due: DueJobs,
  ) {}

  /**
   * Opens a job, or joins the open one where only one may be open (`check`, `refresh`: the natural key of DESIGN §10).
   * Without `em` it is written at once.
   *
   * @param payload ids only.
   * @returns the new or the joined job.
   */
  async open(
    name: JobName,
    connection: JobOwner,
    requestedBy: string,
    payload: Record<string, unknown>,
    em: Unit = this.database.unit(),
  ): Promise<Job> {
    for (;;) {
      const [opened] = await em.execute<{ id: string }[]>(
        `insert into job (id, installation_id, connection_id, name, state, requested_by, requested_at, payload)
         values (?, ?, ?, ?, 'queued', ?, clock_timestamp(), ?::jsonb) on conflict do nothing returning id`,
        [randomUUID(), connection.installationId, connection.id, name, requestedBy, JSON.stringify(payload)],
      );
      const job = opened
        ? await em.findOne(Job, { id: opened.id, installationId: connection.installationId })
        : await this.openOne(name, connection, em);
      // The open one may end between the two statements; then there is room for a new one.
      if (job) return job;
    }
  }

  /**
   * Opens or joins a job and makes its work due, in one transaction: a job that people see waiting is never one that
   * nobody will run.
   */
  async request(
    name: JobName,
    connection: JobOwner,
    requestedBy: string,
    payload: Record<string, unknown>,
  ): Promise<Job> {
    const envelope = { name, installationId: connection.installationId, connectionId: connection.id };
    const job = await this.database.transaction(async (em) => {
      const found = await this.open(name, connection, requestedBy, payload, em);
      if (found.state === 'queued') await this.due.mark(em, envelope);
      return found;
    });
    if (job.state === 'queued') await this.due.announce(envelope);
    return job;
  }

  /** The open job of that kind and connection, oldest first. */
  async openOne(name: JobName, connection: JobOwner, em: Unit = this.database.unit()): Promise<Job | undefined> {
    const job = await em.findOne(
      Job,
      { installationId: connection.installationId, connectionId: connection.id, name, state: { $in: OPEN } },
      { orderBy: { requestedAt: 'asc' } },
    );
    return job ?? undefined;
  }

  /** The open jobs of some kinds, oldest first. */
  async openOf(names: readonly JobName[], connection: JobOwner): Promise<Job[]> {
    return await this.database.unit().find(
      Job,
      {
        installationId: connection.installationId,
        connectionId: connection.id,
        name: { $in: [...names] },
        state: { $in: OPEN },
      },
      { orderBy: { requestedAt: 'asc' } },
    );
  }

  /** Marks an open job as running; a job taken up again after a crash keeps its first start. */
  async start(job: Pick<Job, 'id' | 'installationId'>): Promise<void> {
    await this.database.sql(
      `update job set state = 'running', started_at = coalesce(started_at, clock_timestamp())
       where installation_id = ? and id = ? and state in ('queued', 'running')`,
      [job.installationId, job.id],
    );
  }

  /**
   * Sets counts (absolute) and words. A count is never lowered and the total never below what is accounted for.
   *
   * @returns the job's state now, so that a run sees that somebody stopped it; undefined when the job is gone.
   */
  async progress(jobId: string, installationId: string, values: JobProgress): Promise<JobState | undefined> {
    const [row] = await this.database.sql<{ state: JobState }>(
      `update job set done = greatest(job.done, n.done), failed = greatest(job.failed, n.failed),
              returned = greatest(job.returned, n.returned), step = coalesce(n.step, job.step),
              total = greatest(job.total, n.total,
                greatest(job.done, n.done) + greatest(job.failed, n.failed) + greatest(job.returned, n.returned))
       from (select ?::int as total, ?::int as done, ?::int as failed, ?::int as returned, ?::text as step) n
       where job.installation_id = ? and job.id = ? returning job.state`,
      [
        values.total ?? null,
        values.done ?? null,
        values.failed ?? null,
        values.returned ?? null,
        values.step ?? null,
        installationId,
        jobId,
      ],
    );
    return row?.state;
  }

  /** Adds to the counts: for work that several processes share. Otherwise as `progress`. */
  async advance(jobId: string, installationId: string, added: JobProgress): Promise<JobState | undefined> {
    const [row] = await this.database.sql<{ state: JobState }>(
      `update job set done = done + n.d, failed = failed + n.f, returned = returned + n.r,
              step = coalesce(n.step, job.step),
              total = greatest(total + n.t, done + n.d + failed + n.f + returned + n.r)
       from (select ?::int as t, ?::int as d, ?::int as f, ?::int as r, ?::text as step) n
       where job.installation_id = ? and job.id = ? returning job.state`,
      [
        added.total ?? 0,
        added.done ?? 0,
        added.failed ?? 0,
        added.returned ?? 0,
        added.step ?? null,
        installationId,
        jobId,
      ],
    );
    return row?.state;
  }

  /** The state now; undefined when the job is gone. */
  async state(jobId: string, installationId: string): Promise<JobState | undefined> {
    const [row] = await this.database.sql<{ state: JobState }>(
      'select state from job where installation_id = ? and id = ?',
      [installationId, jobId],
    );
    return row?.state;
  }

  /**
   * Ends an open job; a job somebody stopped keeps that state and only takes the findings.
   *
   * @param unless when given, the job is left open if its payload has this key set to true: something asked for more
   * while it ran.
   * @returns false when it was left open for that reason.
   */
  async finish(jobId: string, installationId: string, end: JobEnd, unless?: string): Promise<boolean> {
    const rows = await this.database.sql(
      `update job set state = case when state in ('queued', 'running') then ? else state end,
              finished_at = coalesce(finished_at, clock_timestamp()), result = coalesce(?::jsonb, result),
              failure = ?::jsonb, step = null
       where installation_id = ? and id = ? and state in ('queued', 'running', 'stopped')
         and (?::text is null or payload ->> ? is distinct from 'true') returning id`,
      [
        end.state,
        end.result ? JSON.stringify(end.result) : null,
        end.failure ? JSON.stringify(end.failure) : null,
        installationId,
        jobId,
        unless ?? null,
        unless ?? '',
      ],
    );
    if (rows.length > 0 || unless === undefined) return true;
    return !OPEN.includes((await this.state(jobId, installationId)) ?? 'done');
  }

  /** Adds to the payload of a job that has not ended. @returns false when it has. */
  async amend(jobId: string, installationId: string, payload: Record<string, unknown>): Promise<boolean> {
    const rows = await this.database.sql(
      `update job set payload = payload || ?::jsonb
       where installation_id = ? and id = ? and state in ('queued', 'running') returning id`,
      [JSON.stringify(payload), installationId, jobId],
    );
    return rows.length > 0;
  }

  /** Jobs of a kind and connection, newest first. */
  async list(
    name: JobName,
    connection: JobOwner,
    { page, pageSize }: { page: number; pageSize: number },
  ): Promise<{ items: Job[]; total: number }> {
    const [items, total] = await this.database
      .unit()
      .findAndCount(
        Job,
        { installationId: connection.installationId, connectionId: connection.id, name },
        { orderBy: { requestedAt: 'desc', id: 'asc' }, limit: pageSize, offset: (page - 1) * pageSize },
      );
    return { items, total };
  }

  /** @throws Problem NOT_FOUND for a job of another installation as for none. */
  async get(jobId: string, installationId: string): Promise<Job> {
    const job = await this.database.unit().findOne(Job, { id: jobId, installationId });
    if (!job) throw notFound('The job');
    return job;
  }

  /**
   * Asks a job to stop: what is in flight ends, nothing new is begun (FEATURES TSK-8). The state tells at once; the run
   * sees it at its next step. Stopping a stopped job changes nothing.
   *
   * @throws Problem NOT_FOUND; JOB_ENDED when it is already done or failed.
   */
  async stop(jobId: string, installationId: string): Promise<Job> {
    const stopped = await this.database.sql(
      `update job set state = 'stopped', finished_at = clock_timestamp(), step = null
       where installation_id = ? and id = ? and state in ('queued', 'running') returning id`,
      [installationId, jobId],
    );
    const job = await this.get(jobId, installationId);
    if (stopped.length === 0 && job.state !== 'stopped')
      throw new Problem('conflict', 'JOB_ENDED', 'The job has already ended; there is nothing left to stop.');
    return job;
  }
}
