import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Job, Queue } from 'bull';
import { TaskQueue, type JobEnvelope, type JobHandler, type JobName } from '../../ports/task-queue.port.js';
import type { QueueOptions } from './database-task-queue.js';
import { DuePoll } from './due-poll.js';
import { jobKey, LocalRuns } from './local-runs.js';

/** How long an announcement may hold up its caller while Redis does not answer. */
const ANNOUNCE_MS = 1000;
/** How long closing may take before the connections are cut. */
const CLOSE_MS = 5000;
/** A mark nobody collected; the due row tells the same. */
const MARK_MS = 3_600_000;

/**
 * Hints through Redis: they wake any worker at once. Bull silently drops an `add` whose id is still known, also while
 * that job runs, so an announcement first leaves a mark beside the job; a run clears it before it begins and, where one
 * stands after it, the job is added again (DESIGN §8).
 *
 * Redis is never needed: without it nothing throws, one line is logged, and a slow look at the due rows goes on in every
 * worker; when it is back the rows are looked at at once.
 */
export class BullTaskQueue extends TaskQueue {
  private readonly logger = new Logger('queue');
  private readonly runs: LocalRuns;
  private readonly poll: DuePoll;
  private away = false;
  private stopped = false;

  /**
   * @param queue a Bull queue of this database alone.
   * @param due everything that could be claimed now: the safety net.
   */
  constructor(
    private readonly queue: Queue<JobEnvelope>,
    due: () => Promise<JobEnvelope[]>,
    private readonly options: QueueOptions,
  ) {
    super();
    this.runs = new LocalRuns(options.concurrency);
    this.poll = new DuePoll(due, options.pollMs, (envelope) => {
      if (!this.runs.isRunning(envelope)) this.runs.offer(envelope);
    });
    queue.on('error', (error) => this.report(error));
    queue.client.on('ready', () => this.back());
  }

  register(name: JobName, handler: JobHandler): void {
    this.runs.register(name, handler);
  }

  async announce(envelope: JobEnvelope): Promise<void> {
    if (!(await this.isReachable())) return;
    await this.orReport(
      (async () => {
        await this.queue.client.set(this.markOf(envelope), '1', 'PX', MARK_MS);
        await this.add(envelope);
      })(),
    );
  }

  async start(): Promise<void> {
    this.runs.start();
    this.poll.start();
    // Bull's own start fails for good while Redis is away, so it waits for the first contact.
    if (this.queue.client.status === 'ready') this.takeJobs();
    else this.queue.client.once('ready', () => this.takeJobs());
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.poll.stop();
    await this.runs.stop();
    const closed = this.queue.close().then(() => true);
    if (!(await Promise.race([closed, wait(CLOSE_MS, false)]))) this.queue.client.disconnect();
  }

  private takeJobs(): void {
    if (this.stopped) return;
    this.queue.on('completed', (job: Job<JobEnvelope>) => void this.repeatIfMarked(job.data));
    this.queue.on('failed', (job: Job<JobEnvelope>) => void this.repeatIfMarked(job.data));
    this.queue
      .process('*', this.options.concurrency, async (job: Job<JobEnvelope>) => {
        await this.queue.client.del(this.markOf(job.data));
        await this.runs.run(job.data);
      })
      .catch((error: unknown) => this.report(error));
  }

  private async repeatIfMarked(envelope: JobEnvelope): Promise<void> {
    if (this.stopped) return;
    await this.orReport(
      (async () => {
        if (await this.queue.client.exists(this.markOf(envelope))) await this.add(envelope);
      })(),
    );
  }

  private async add(envelope: JobEnvelope): Promise<void> {
    const { name, installationId, connectionId } = envelope;
    await this.queue.add(
      name,
      { name, installationId, connectionId },
      { jobId: jobKey(envelope), removeOnComplete: true, removeOnFail: true, attempts: 1 },
    );
  }

  private markOf(envelope: JobEnvelope): string {
    return this.queue.toKey(`again:${jobKey(envelope)}`);
  }

  /** A hint is worth a moment while the process starts, and nothing at all while Redis is known to be away. */
  private async isReachable(): Promise<boolean> {
    const { client } = this.queue;
    if (client.status === 'ready') return true;
    if (this.away || this.stopped) return false;
    try {
      await once(client, 'ready', { signal: AbortSignal.timeout(ANNOUNCE_MS) });
      return true;
    } catch (error) {
      this.report(error);
      return false;
    }
  }

  /** Waits for a command of ours, but not for ever: the row stands whatever becomes of the hint. */
  private async orReport(command: Promise<void>): Promise<void> {
    const late = wait(ANNOUNCE_MS, undefined, { ref: false }).then(() => {
      throw new Error('Redis does not answer in time.');
    });
    try {
      await Promise.race([command, late]);
    } catch (error) {
      this.report(error);
      // Whatever it comes to later has been said here.
      command.catch(() => {});
    }
    late.catch(() => {});
  }

  private report(error: unknown): void {
    if (this.stopped) return;
    if (this.queue.client.status === 'ready') {
      this.logger.warn({ err: error }, 'a queue command failed; the due rows stand');
      return;
    }
    if (!this.away) this.logger.warn({ err: error }, 'Redis is away; work goes on from the due rows, only slower');
    this.away = true;
  }

  private back(): void {
    if (this.away) this.logger.log('Redis is back');
    this.away = false;
    this.poll.lookNow();
  }
}
