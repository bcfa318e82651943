import type { SandboxClock } from '../kit/clock.js';
import type { Store } from '../kit/store.js';
import { ApiError, texts } from './api-error.js';
import type { Behaviour } from './switches.js';

const MINUTE = 60_000;
const TIMEFRAME_MINUTES = 60;

/** What a test may set: the tenant's limits, and how long every call takes. */
export interface LimitSettings {
  /** Calls per rolling 60 minutes. */
  externalRequestThreshold: number;
  /** Concurrent calls per integration code and entity. */
  threadLimit: number;
  /** Milliseconds every counted call takes, while it holds its thread. */
  latencyMs: number;
}

const DEFAULTS: LimitSettings = { externalRequestThreshold: 10_000, threadLimit: 3, latencyMs: 0 };

/** Leave to go on: wait `delayMs`, work, then `release`. */
export interface Admission {
  delayMs: number;
  release(): void;
}

/** Counts requests and threads (reference §7; rules 7 and 8). The window runs on the sandbox's clock. */
export class RequestLimits {
  /** Calls per minute of the epoch. */
  private minutes = new Map<number, number>();
  private readonly running = new Map<string, number>();

  constructor(
    private readonly store: Store,
    private readonly clock: SandboxClock,
    private readonly behaviour: Behaviour,
  ) {}

  /** The settings now. */
  settings(): LimitSettings {
    return { ...DEFAULTS, ...this.store.read<Partial<LimitSettings>>('limits', {}) };
  }

  /** Changes settings. @throws Error with a sentence for an unknown one or one that is no whole number. */
  set(wanted: Record<string, unknown>): void {
    const { currentTimeframeRequestCount, ...rest } = wanted;
    for (const [name, value] of Object.entries(wanted)) {
      if (!(name in DEFAULTS) && name !== 'currentTimeframeRequestCount')
        throw new Error(
          `There is no limit "${name}". Known are ${Object.keys(DEFAULTS).join(', ')}, currentTimeframeRequestCount.`,
        );
      const least = name === 'latencyMs' || name === 'currentTimeframeRequestCount' ? 0 : 1;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < least)
        throw new Error(`${name} must be a whole number from ${least}.`);
    }
    this.store.write('limits', { ...this.store.read('limits', {}), ...rest });
    if (currentTimeframeRequestCount !== undefined)
      this.minutes = new Map([[this.minute(), currentTimeframeRequestCount as number]]);
  }

  /** Forgets the count. */
  clear(): void {
    this.minutes = new Map();
  }

  /** Calls counted in the last 60 minutes. */
  count(): number {
    const now = this.minute();
    for (const minute of this.minutes.keys())
      if (minute <= now - TIMEFRAME_MINUTES || minute > now) this.minutes.delete(minute);
    return [...this.minutes.values()].reduce((sum, calls) => sum + calls, 0);
  }

  /**
   * Counts a call and gives it a thread.
   *
   * @throws ApiError for the hourly threshold (the refused call is not counted) and for the thread limit.
   */
  enter(integrationCode: string, endpoint: string): Admission {
    const { externalRequestThreshold: threshold, threadLimit, latencyMs } = this.settings();
    const before = this.count();
    if (before >= threshold) throw this.suspended(threshold);
    this.minutes.set(this.minute(), (this.minutes.get(this.minute()) ?? 0) + 1);
    const key = `${integrationCode} ${endpoint}`;
    const threads = this.running.get(key) ?? 0;
    if (threads >= threadLimit)
      throw new ApiError({
        status: Number(this.behaviour.of('threadLimitStatus')),
        body: { errors: [texts.threads(threadLimit)] },
      });
    this.running.set(key, threads + 1);
    return {
      delayMs: latencyMs + this.slowDown((before + 1) / threshold),
      release: () => this.running.set(key, (this.running.get(key) ?? 1) - 1),
    };
  }

  private slowDown(load: number): number {
    if (this.behaviour.is('slowDown', 'off') || load < 0.5) return 0;
    return load < 0.75 ? 500 : 1000;
  }

  private suspended(threshold: number): ApiError {
    const oldest = Math.min(...this.minutes.keys());
    const seconds = Math.max(1, (oldest + TIMEFRAME_MINUTES - this.minute()) * 60);
    return new ApiError({
      status: Number(this.behaviour.of('thresholdStatus')),
      body: { errors: [texts.threshold(threshold)] },
      ...(this.behaviour.is('thresholdRetryAfter', 'on') ? { headers: { 'retry-after': String(seconds) } } : {}),
    });
  }

  private minute(): number {
    return Math.floor(this.clock.nowMs() / MINUTE);
  }
}
