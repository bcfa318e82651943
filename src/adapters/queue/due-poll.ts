import { Logger } from '@nestjs/common';
import type { JobEnvelope } from '../../ports/task-queue.port.js';

/**
 * Looks at the due rows again and again: the embedded queue lives by it, the Redis one falls back on it (DESIGN §1: a
 * lost message costs a minute, never a task). Looks never overlap, and a database that is away is logged once.
 */
export class DuePoll {
  private readonly logger = new Logger('queue');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = true;
  private failing = false;

  /**
   * @param due everything that could be claimed now.
   * @param everyMs pause between two looks.
   */
  constructor(
    private readonly due: () => Promise<JobEnvelope[]>,
    private readonly everyMs: number,
    private readonly found: (envelope: JobEnvelope) => void,
  ) {}

  /** Looks at once and from then on. */
  start(): void {
    this.stopped = false;
    this.lookNow();
  }

  /** Looks now instead of at the next turn. */
  lookNow(): void {
    if (this.stopped || this.looking) return;
    clearTimeout(this.timer);
    this.looking = this.look().finally(() => {
      this.looking = undefined;
      if (!this.stopped) this.timer = setTimeout(() => this.lookNow(), this.everyMs);
    });
  }

  /** Ends the looking; resolves when the last one is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    try {
      for (const envelope of await this.due()) if (!this.stopped) this.found(envelope);
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.logger.warn({ err: error }, 'the due rows cannot be read; they are tried again');
      this.failing = true;
    }
  }
}
