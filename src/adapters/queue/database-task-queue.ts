import { TaskQueue, type JobEnvelope, type JobHandler, type JobName } from '../../ports/task-queue.port.js';
import { DuePoll } from './due-poll.js';
import { LocalRuns } from './local-runs.js';

/** How a queue takes work. */
export interface QueueOptions {
  /** Handlers at once in this process. */
  concurrency: number;
  /** Pause between two looks at the due rows, in milliseconds. */
  pollMs: number;
}

/**
 * The queue without Redis: the due rows are the queue. A hint given in this process starts its work at once; work that
 * another process made due is found by the next look. Several workers may share one database this way, because the claim
 * on the row and not this queue decides who runs.
 */
export class DatabaseTaskQueue extends TaskQueue {
  private readonly runs: LocalRuns;
  private readonly poll: DuePoll;

  /** @param due everything that could be claimed now. */
  constructor(due: () => Promise<JobEnvelope[]>, options: QueueOptions) {
    super();
    this.runs = new LocalRuns(options.concurrency);
    this.poll = new DuePoll(due, options.pollMs, (envelope) => {
      // What runs here is at work on its rows already; a look is no new request.
      if (!this.runs.isRunning(envelope)) this.runs.offer(envelope);
    });
  }

  register(name: JobName, handler: JobHandler): void {
    this.runs.register(name, handler);
  }

  async announce(envelope: JobEnvelope): Promise<void> {
    this.runs.offer(envelope);
    await Promise.resolve();
  }

  async start(): Promise<void> {
    this.runs.start();
    this.poll.start();
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.poll.stop();
    await this.runs.stop();
  }
}
