/** The tenant's counter as `ThresholdInformation` gives it (reference/autotask-rest-api §7). */
export interface Threshold {
  /** Requests allowed per time frame, of all integrations together. */
  limit: number;
  timeFrameMinutes: number;
  /** Requests counted in the running time frame. */
  current: number;
}

/**
 * What a request is for. `writing`: a write, or a read that plans or proves one; a write that cannot be proven is worse
 * than a late list. `read`: checks and screens. `refresh`: the mirrors, which can always wait.
 */
export type RequestPurpose = 'writing' | 'read' | 'refresh';

/** The budget's answer: go, or come back after so long. */
export type Admission = { admitted: true } | { admitted: false; retryAfterMs: number };

/** Our share of an Autotask instance's hourly requests. */
export interface Budget {
  /**
   * Asks for one request and counts it when it may go out.
   *
   * @param share of the tenant's threshold we may use, 0–1.
   */
  take(purpose: RequestPurpose, share: number): Promise<Admission>;
  /** Counts a request that is sent whatever the budget says. */
  count(): Promise<void> | void;
  /** True when the tenant's counter should be read again. */
  readonly refreshDue: boolean;
  /**
   * Reads the tenant's counter if due; callers at the same time share one read. A failed read keeps the old figures:
   * whatever is wrong will show in the requests themselves.
   */
  refresh(read: () => Promise<Threshold>): Promise<void>;
}

const MINUTE = 60_000;
/** `ThresholdInformation` itself counts, so it is read at most this often. */
export const REFRESH_MS = 5 * MINUTE;
/** Tried again sooner after a failure to read it. */
export const RETRY_REFRESH_MS = MINUTE;
/** Above this share of the tenant's count only writing goes on. */
export const WRITING_ONLY_FROM = 0.75;
/** Kept back from reads, so that what was written can still be proven. */
const RESERVED_FOR_WRITING = 0.1;
/** What vendors document for every tenant; true until the tenant's own figure is read. */
export const USUAL_LIMIT = 10_000;

/** The part of the threshold that requests of this purpose may use up: reads leave room for what is being written. */
export function usableShare(purpose: RequestPurpose, share: number): number {
  return share * (purpose === 'writing' ? 1 : 1 - RESERVED_FOR_WRITING);
}

/**
 * Our share of an Autotask instance's hourly requests (DESIGN §7, FEATURES INS-13). The threshold belongs to the
 * tenant, so other integrations count too; this keeps ours to a share and backs off when the tenant as a whole runs
 * high. In memory: one instance per Autotask instance within one process.
 */
export class RequestBudget implements Budget {
  readonly #now: () => number;
  /** Own requests per minute of the epoch, oldest first. */
  readonly #perMinute = new Map<number, number>();
  #threshold: Threshold = { limit: USUAL_LIMIT, timeFrameMinutes: 60, current: 0 };
  #sentSinceRead = 0;
  #refreshAt = 0;
  #refreshing: Promise<void> | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async take(purpose: RequestPurpose, share: number): Promise<Admission> {
    const admission = this.admit(purpose, share);
    if (admission.admitted) this.count();
    return await Promise.resolve(admission);
  }

  /** May a request go out? @param share of the tenant's threshold we may use, 0–1. */
  admit(purpose: RequestPurpose, share: number): Admission {
    const budget = this.#threshold.limit * usableShare(purpose, share);
    if (this.ownCount() >= budget) return { admitted: false, retryAfterMs: this.#untilOldestLeaves() };
    const tenantCount = this.#threshold.current + this.#sentSinceRead;
    if (purpose !== 'writing' && tenantCount > this.#threshold.limit * WRITING_ONLY_FROM)
      return { admitted: false, retryAfterMs: Math.max(1000, this.#refreshAt - this.#now()) };
    return { admitted: true };
  }

  /** Counts a request that is about to be sent. */
  count(): void {
    const minute = Math.floor(this.#now() / MINUTE);
    this.#perMinute.set(minute, (this.#perMinute.get(minute) ?? 0) + 1);
    this.#sentSinceRead += 1;
  }

  /** Our own requests within the tenant's time frame. */
  ownCount(): number {
    const oldest = Math.floor(this.#now() / MINUTE) - this.#threshold.timeFrameMinutes;
    let total = 0;
    for (const [minute, count] of this.#perMinute) {
      if (minute <= oldest) this.#perMinute.delete(minute);
      else total += count;
    }
    return total;
  }

  get refreshDue(): boolean {
    return this.#now() >= this.#refreshAt;
  }

  async refresh(read: () => Promise<Threshold>): Promise<void> {
    if (!this.refreshDue) return;
    this.#refreshing ??= this.#read(read).finally(() => (this.#refreshing = undefined));
    await this.#refreshing;
  }

  async #read(read: () => Promise<Threshold>): Promise<void> {
    this.#refreshAt = this.#now() + RETRY_REFRESH_MS;
    try {
      this.#threshold = await read();
    } catch {
      return; // the old figures stay
    }
    this.#sentSinceRead = 0;
    this.#refreshAt = this.#now() + REFRESH_MS;
  }

  #untilOldestLeaves(): number {
    const [oldest] = this.#perMinute.keys();
    if (oldest === undefined) return MINUTE;
    const leavesAt = (oldest + this.#threshold.timeFrameMinutes + 1) * MINUTE;
    return Math.max(1000, leavesAt - this.#now());
  }
}
