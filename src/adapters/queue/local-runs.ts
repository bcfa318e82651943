import { Logger } from '@nestjs/common';
import { JOB_NAMES, type JobEnvelope, type JobHandler, type JobName } from '../../ports/task-queue.port.js';

interface Run {
  envelope: JobEnvelope;
  /** A hint came while it ran: run once more. */
  again: boolean;
  ended: Promise<void>;
}

/** One job name and connection; the identity of a job in every queue (DESIGN §8). */
export function jobKey({ name, connectionId }: JobEnvelope): string {
  return `${name}:${connectionId}`;
}

/**
 * The runs of one process: at most one per job name and connection, so many at a time, each hint during a run leading to
 * one more. Both queues end here; they differ only in where hints come from.
 */
export class LocalRuns {
  private readonly logger = new Logger('queue');
  private readonly handlers = new Map<JobName, JobHandler>();
  /** Hints that wait for room or for the start, in order of arrival. */
  private readonly waiting = new Map<string, JobEnvelope>();
  private readonly running = new Map<string, Run>();
  private open = false;

  /** @param concurrency how many handlers may run at once. */
  constructor(private readonly concurrency: number) {}

  /** @throws Error when the name already has a handler. */
  register(name: JobName, handler: JobHandler): void {
    if (this.handlers.has(name)) throw new Error(`The job "${name}" already has a handler.`);
    this.handlers.set(name, handler);
  }

  /** Begins to run what waits. @throws Error naming the job without a handler. */
  start(): void {
    const missing = JOB_NAMES.filter((name) => !this.handlers.has(name));
    if (missing.length > 0) throw new Error(`No handler is registered for: ${missing.join(', ')}.`);
    this.open = true;
    this.fill();
  }

  /** Takes a hint. */
  offer(envelope: JobEnvelope): void {
    const key = jobKey(envelope);
    const run = this.running.get(key);
    if (run) run.again = true;
    else this.waiting.set(key, envelope);
    this.fill();
  }

  /** True while a handler of this job runs here. */
  isRunning(envelope: JobEnvelope): boolean {
    return this.running.has(jobKey(envelope));
  }

  /** Runs a job now, whatever waits, and resolves when it has ended; joins a run in progress and has it repeated. */
  async run(envelope: JobEnvelope): Promise<void> {
    if (!this.open) return;
    const key = jobKey(envelope);
    this.waiting.delete(key);
    const run = this.running.get(key);
    if (run) run.again = true;
    await (run ?? this.begin(envelope)).ended;
  }

  /** Begins nothing more and resolves when nothing runs. */
  async stop(): Promise<void> {
    this.open = false;
    this.waiting.clear();
    await Promise.all([...this.running.values()].map(({ ended }) => ended));
  }

  private fill(): void {
    for (const [key, envelope] of this.waiting) {
      if (!this.open || this.running.size >= this.concurrency) return;
      this.waiting.delete(key);
      this.begin(envelope);
    }
  }

  private begin(envelope: JobEnvelope): Run {
    const run: Run = { envelope, again: false, ended: Promise.resolve() };
    this.running.set(jobKey(envelope), run);
    run.ended = this.repeat(run);
    return run;
  }

  private async repeat(run: Run): Promise<void> {
    do {
      run.again = false;
      try {
        await this.handlers.get(run.envelope.name)!(run.envelope);
      } catch (error) {
        this.logger.error({ err: error, ...run.envelope }, `the handler of "${run.envelope.name}" threw`);
      }
    } while (run.again && this.open);
    this.running.delete(jobKey(run.envelope));
    this.fill();
  }
}
