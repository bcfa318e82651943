import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Database, type Unit } from '../database/database.js';
import { TaskQueue, type JobEnvelope, type JobName } from '../../ports/task-queue.port.js';
import { dueEnvelopes } from './due-envelopes.js';

/** A due row as a worker claimed it. */
export interface ClaimedJob extends JobEnvelope {
  id: string;
  /**
   * The newest request when it was claimed, as the database's own text: a JavaScript date would lose its microseconds
   * and the row would look newer than itself. `finish` leaves a later request standing.
   */
  requestedAt: string;
}

/**
 * The due rows: one per connection and kind of work. They are the truth, queue messages only hint at them (DESIGN §1, §8).
 *
 * `not_before` of a claimed row is the epoch: the request it carries is being served. A request that comes meanwhile
 * replaces that mark, so that "now" is told from "later" without a column of its own.
 */
@Injectable()
export class DueJobs {
  private readonly logger = new Logger(DueJobs.name);

  constructor(
    private readonly database: Database,
    private readonly queue: TaskQueue,
  ) {}

  /**
   * Marks work as due and hints at it. Asking again while it waits or runs leads to one more run, not to two; the
   * earliest of several `notBefore` counts, none at all is earliest.
   */
  async request(name: JobName, installationId: string, connectionId: string, notBefore?: Date): Promise<void> {
    const envelope = { name, installationId, connectionId };
    await this.mark(this.database.unit(), envelope, notBefore);
    await this.announce(envelope);
  }

  /** The row half of `request`, for callers that write something else in the same transaction; announce after commit. */
  async mark(em: Unit, { name, installationId, connectionId }: JobEnvelope, notBefore?: Date): Promise<void> {
    await em.execute(
      `insert into due_job (id, installation_id, connection_id, name, requested_at, not_before)
       values (?, ?, ?, ?, clock_timestamp(), ?)
       on conflict (installation_id, connection_id, name) do update
         set requested_at = clock_timestamp(),
             not_before = case
               when excluded.not_before is null then null
               when due_job.requested_at is null or due_job.not_before = to_timestamp(0) then excluded.not_before
               when due_job.not_before is null then null
               else least(due_job.not_before, excluded.not_before) end`,
      [randomUUID(), installationId, connectionId, name, notBefore ?? null],
    );
  }

  /** The hint half of `request`. Never throws: the row stands and the next poll finds it. */
  async announce(envelope: JobEnvelope): Promise<void> {
    try {
      await this.queue.announce(envelope);
    } catch (error) {
      this.logger.warn({ err: error, ...envelope }, 'the queue could not be told; the due row will be found by a poll');
    }
  }

  /**
   * Claims a due row of this connection and kind for `leaseMs`, or returns undefined when nothing is due or somebody
   * else holds it. One statement, so two processes never both get it.
   */
  async claim(envelope: JobEnvelope, owner: string, leaseMs: number): Promise<ClaimedJob | undefined> {
    const [row] = await this.database.sql<{ id: string; requested_at: string }>(
      `update due_job set claimed_by = ?, claimed_until = clock_timestamp() + ? * interval '1 millisecond',
              not_before = to_timestamp(0)
       where installation_id = ? and connection_id = ? and name = ? and requested_at is not null
         and (not_before is null or not_before <= clock_timestamp())
         and (claimed_until is null or claimed_until < clock_timestamp())
       returning id, requested_at::text as requested_at`,
      [owner, leaseMs, envelope.installationId, envelope.connectionId, envelope.name],
    );
    return row ? { ...envelope, id: row.id, requestedAt: row.requested_at } : undefined;
  }

  /** Keeps a claim alive; false when it is no longer ours. */
  async renew(job: ClaimedJob, owner: string, leaseMs: number): Promise<boolean> {
    const rows = await this.database.sql(
      `update due_job set claimed_until = clock_timestamp() + ? * interval '1 millisecond'
       where installation_id = ? and id = ? and claimed_by = ? and claimed_until > clock_timestamp() returning id`,
      [leaseMs, job.installationId, job.id, owner],
    );
    return rows.length > 0;
  }

  /**
   * Ends a claim. Without `again` the request is cleared, with it the work is due again from then on; a newer request
   * that came meanwhile stands in any case.
   *
   * @returns true when more is due at once.
   */
  async finish(job: ClaimedJob, owner: string, again?: Date): Promise<boolean> {
    const [row] = await this.database.sql<{ due: boolean }>(
      `update due_job set claimed_by = null, claimed_until = null,
              requested_at = case when requested_at > ?::timestamptz then requested_at
                                  when ?::timestamptz is null then null else clock_timestamp() end,
              not_before = case when requested_at > ?::timestamptz then nullif(not_before, to_timestamp(0))
                                else ?::timestamptz end
       where installation_id = ? and id = ? and claimed_by = ?
       returning requested_at is not null and (not_before is null or not_before <= clock_timestamp()) as due`,
      [job.requestedAt, again ?? null, job.requestedAt, again ?? null, job.installationId, job.id, owner],
    );
    return row?.due ?? false;
  }

  /**
   * Gives a claim back undone, to be taken again at once or after `notBefore`. A newer request that came meanwhile keeps
   * its own time.
   */
  async release(job: ClaimedJob, owner: string, notBefore?: Date): Promise<void> {
    await this.database.sql(
      `update due_job set claimed_by = null, claimed_until = null,
              not_before = case when requested_at > ?::timestamptz then nullif(not_before, to_timestamp(0))
                                else ?::timestamptz end
       where installation_id = ? and id = ? and claimed_by = ?`,
      [job.requestedAt, notBefore ?? null, job.installationId, job.id, owner],
    );
  }

  /** The same, to be taken again after so long by the database's clock: machines' clocks differ. */
  async rest(job: ClaimedJob, owner: string, ms: number): Promise<void> {
    await this.release(job, owner, new Date((await this.database.now()).getTime() + ms));
  }

  /** Everything that could be claimed now, oldest request first. */
  async due(limit = 500): Promise<JobEnvelope[]> {
    return await dueEnvelopes(this.database, limit);
  }
}
