import type { RequestPurpose } from './request-budget.js';

/** Autotask's own limit per tracking identifier and endpoint (reference/autotask-rest-api §7). */
export const IN_FLIGHT_PER_ENDPOINT = 3;

/** Whoever waits as long goes first, whatever it is for: nothing is kept out for ever. */
const PATIENCE_MS = 10_000;

const RANKS: Record<RequestPurpose, number> = { writing: 0, read: 1, refresh: 2 };

/** How a request waits for its place. */
export interface Waiting {
  /** Writes go before checks, checks before refreshes (DESIGN §7). Default `read`. */
  purpose?: RequestPurpose;
  /** Give up at this time on this process's clock, with what `expired` makes. */
  until?: { at: Date; expired: () => Error } | undefined;
}

/** Lets at most three requests per endpoint be in flight (DESIGN §7). */
export interface Gate {
  /** Runs the work when the endpoint has a free place; the place is given back however the work ends. */
  run<T>(endpoint: string, work: () => Promise<T>, waiting?: Waiting): Promise<T>;
}

interface Waiter<P> {
  rank: number;
  since: number;
  enter: (place: P) => void;
  refuse: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/** Who waits for a place, in the order in which they may enter: by purpose, then by arrival. */
export class WaitingLine<P> {
  readonly #waiters: Waiter<P>[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Queues up; resolves with the place. Rejects with `expired` when its time is over first. */
  async wait({ purpose = 'read', until }: Waiting): Promise<P> {
    return await new Promise<P>((enter, refuse) => {
      const waiter: Waiter<P> = { rank: RANKS[purpose], since: Date.now(), enter, refuse, timer: undefined };
      if (until)
        waiter.timer = setTimeout(
          () => {
            this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
            refuse(until.expired());
          },
          Math.max(0, until.at.getTime() - Date.now()),
        );
      this.#waiters.push(waiter);
    });
  }

  /** The rank of whoever is next, 0 being first; undefined when nobody waits. */
  get rank(): number | undefined {
    const next = this.#next();
    return next && rankNow(next);
  }

  /** Lets the next one in. @returns false when nobody waits: the place stays with the caller. */
  admit(place: P): boolean {
    const next = this.#next();
    if (!next) return false;
    this.#leave(next);
    next.enter(place);
    return true;
  }

  /** Sends everybody away. */
  refuse(error: unknown): void {
    for (let waiter = this.#waiters[0]; waiter; waiter = this.#waiters[0]) {
      this.#leave(waiter);
      waiter.refuse(error);
    }
  }

  #next(): Waiter<P> | undefined {
    let best: Waiter<P> | undefined;
    for (const waiter of this.#waiters) if (!best || rankNow(waiter) < rankNow(best)) best = waiter;
    return best;
  }

  #leave(waiter: Waiter<P>): void {
    clearTimeout(waiter.timer);
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
  }
}

function rankNow({ rank, since }: Pick<Waiter<never>, 'rank' | 'since'>): number {
  return Date.now() - since >= PATIENCE_MS ? 0 : rank;
}

/** The gate of one Autotask instance within one process. */
export class RequestGate implements Gate {
  readonly #limit: number;
  readonly #lanes = new Map<string, { inFlight: number; line: WaitingLine<void> }>();

  constructor(limit = IN_FLIGHT_PER_ENDPOINT) {
    this.#limit = limit;
  }

  async run<T>(endpoint: string, work: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
    const lane = this.#lanes.get(endpoint) ?? { inFlight: 0, line: new WaitingLine<void>() };
    this.#lanes.set(endpoint, lane);
    // The place is handed over by whoever leaves, so nobody can slip in between.
    if (lane.inFlight < this.#limit) lane.inFlight += 1;
    else await lane.line.wait(waiting);
    try {
      return await work();
    } finally {
      if (!lane.line.admit()) lane.inFlight -= 1;
      if (lane.inFlight === 0) this.#lanes.delete(endpoint);
    }
  }
}
