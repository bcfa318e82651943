/** Autotask's own limit per tracking identifier and endpoint (reference/autotask-rest-api §7). */
const IN_FLIGHT_PER_ENDPOINT = 3;

/**
 * Lets at most three requests per endpoint be in flight, first come first served (DESIGN §7). One instance serves one
 * Autotask instance within one process.
 */
export class RequestGate {
  readonly #limit: number;
  readonly #lanes = new Map<string, { inFlight: number; waiting: (() => void)[] }>();

  constructor(limit = IN_FLIGHT_PER_ENDPOINT) {
    this.#limit = limit;
  }

  /** Runs the work when a slot of the endpoint is free; the slot is given back however the work ends. */
  async run<T>(endpoint: string, work: () => Promise<T>): Promise<T> {
    await this.#enter(endpoint);
    try {
      return await work();
    } finally {
      this.#leave(endpoint);
    }
  }

  async #enter(endpoint: string): Promise<void> {
    const lane = this.#lanes.get(endpoint) ?? { inFlight: 0, waiting: [] };
    this.#lanes.set(endpoint, lane);
    if (lane.inFlight < this.#limit) {
      lane.inFlight += 1;
      return;
    }
    // The slot is handed over by whoever leaves, so nobody can slip in between.
    await new Promise<void>((resolve) => lane.waiting.push(resolve));
  }

  #leave(endpoint: string): void {
    const lane = this.#lanes.get(endpoint);
    if (!lane) return;
    const next = lane.waiting.shift();
    if (next) {
      next();
      return;
    }
    lane.inFlight -= 1;
    if (lane.inFlight === 0) this.#lanes.delete(endpoint);
  }
}
