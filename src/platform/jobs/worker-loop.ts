import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { JOB_NAMES, TaskQueue, type JobEnvelope, type JobName } from '../../ports/task-queue.port.js';
import { DueJobs, type ClaimedJob } from './due-jobs.service.js';

/** What a run knows about the process that runs it. */
export interface RunContext {
  /** Who holds the claim: this process and this life of it. */
  owner: string;
  /**
   * Aborts when the process is stopping or the claim was lost. Long work looks at it between steps and then returns
   * `handedBack` (or throws): the row stays due and another run goes on.
   */
  signal: AbortSignal;
}

/**
 * How a run ended. `done` clears the request, `again` leaves the work due from `at` on, `handedBack` leaves it due at
 * once. Whoever throws gets the row back after a pause.
 */
export type RunOutcome = { kind: 'done' } | { kind: 'again'; at: Date } | { kind: 'handedBack' };

/** Does the due work of one kind for one connection. It must be safe to run again after a crash at any point. */
export type JobWork = (job: ClaimedJob, context: RunContext) => Promise<RunOutcome>;

export const DONE: RunOutcome = { kind: 'done' };
export const HANDED_BACK: RunOutcome = { kind: 'handedBack' };

/** How long a row rests after its work threw. */
const PAUSE_AFTER_ERROR_MS = 30_000;

/**
 * The one loop behind every queue (DESIGN §8): claim the due row, keep the claim alive, run, clear the request unless a
 * newer one came, and repeat until nothing is due. Only the claim decides who runs; hints may come twice or never.
 *
 * Features register in `onModuleInit`; the loop starts taking work when the whole application stands, in the roles `all`
 * and `worker`, and hands unfinished work back when it shuts down.
 */
@Injectable()
export class WorkerLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** Name of this process in claims; long enough to be told from its own former life. */
  readonly owner = `${hostname().slice(0, 60)}:${process.pid}:${randomUUID().slice(0, 8)}`;
  private readonly logger = new Logger(WorkerLoop.name);
  private readonly works = new Map<JobName, JobWork>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly due: DueJobs,
    private readonly queue: TaskQueue,
    private readonly config: AppConfig,
  ) {}

  /** Registers the only work of a kind. @throws Error when the kind already has one. */
  handle(name: JobName, work: JobWork): void {
    if (this.works.has(name)) throw new Error(`The job "${name}" already has its work.`);
    this.works.set(name, work);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.role === 'web') return;
    for (const name of JOB_NAMES) this.queue.register(name, async (envelope) => await this.run(envelope));
    await this.queue.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort(new Error('The process is stopping.'));
    await this.queue.stop();
  }

  /** Works off what is due for this connection and kind. Returns at once when nothing is, or somebody else has it. */
  async run(envelope: JobEnvelope): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const job = await this.due.claim(envelope, this.owner, this.config.leaseMs);
      if (!job || !(await this.runClaimed(job))) return;
    }
  }

  /** @returns true when more is due at once. */
  private async runClaimed(job: ClaimedJob): Promise<boolean> {
    const heartbeat = new Heartbeat(job, this.due, this.owner, this.config.leaseMs, this.stopping.signal);
    try {
      const work = this.works.get(job.name);
      if (!work) throw new Error(`Nobody has registered work for the job "${job.name}".`);
      const outcome = await work(job, { owner: this.owner, signal: heartbeat.signal });
      await heartbeat.stop();
      if (outcome.kind !== 'handedBack')
        return await this.due.finish(job, this.owner, outcome.kind === 'again' ? outcome.at : undefined);
      await this.due.release(job, this.owner);
      return false;
    } catch (error) {
      await heartbeat.stop();
      if (heartbeat.signal.aborted) {
        await this.due.release(job, this.owner);
        return false;
      }
      const { name, installationId, connectionId } = job;
      this.logger.error({ err: error, name, installationId, connectionId }, `the job "${name}" failed`);
      await this.due.rest(job, this.owner, PAUSE_AFTER_ERROR_MS);
      return false;
    }
  }
}

/** Keeps a claim alive at a third of its length, and tells the run when it is lost or the process stops. */
class Heartbeat {
  private readonly lost = new AbortController();
  readonly signal: AbortSignal;
  private readonly timer: NodeJS.Timeout;
  private beating: Promise<void> | undefined;
  private provenAt = performance.now();

  constructor(
    private readonly job: ClaimedJob,
    private readonly due: DueJobs,
    private readonly owner: string,
    private readonly leaseMs: number,
    stopping: AbortSignal,
  ) {
    this.signal = AbortSignal.any([stopping, this.lost.signal]);
    this.timer = setInterval(() => {
      this.beating ??= this.beat();
    }, leaseMs / 3);
  }

  /** Ends the beating; an unfinished beat is awaited so that it cannot revive a claim that was given back. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
  }

  private async beat(): Promise<void> {
    const sentAt = performance.now();
    try {
      if (await this.due.renew(this.job, this.owner, this.leaseMs)) this.provenAt = sentAt;
      else this.lost.abort(new Error('Another process has taken this work over.'));
    } catch (error) {
      // The database may be away for a moment; the claim still holds until its own time is over.
      if (performance.now() - this.provenAt > this.leaseMs)
        this.lost.abort(new Error('The claim on this work could not be kept.', { cause: error }));
    } finally {
      this.beating = undefined;
    }
  }
}
