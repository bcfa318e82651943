import type { Store } from './store.js';

/** The sandbox's clock: real time plus an offset that the control endpoint sets and the store keeps. */
export class SandboxClock {
  constructor(private readonly store: Store) {}

  /** Milliseconds since the epoch on the sandbox's clock. */
  nowMs(): number {
    return Date.now() + this.store.read('clock:offsetMs', 0);
  }

  /** The instant as ISO text with milliseconds, UTC. */
  nowIso(): string {
    return new Date(this.nowMs()).toISOString();
  }

  /** The calendar date (YYYY-MM-DD, UTC). */
  today(): string {
    return this.nowIso().slice(0, 10);
  }

  /** Jumps to an instant; the clock goes on ticking from there. @throws RangeError on text that is no instant. */
  set(iso: string): void {
    const target = Date.parse(iso);
    if (Number.isNaN(target))
      throw new RangeError(`"${iso}" is not an instant; send ISO text such as 2027-03-10T09:00:00Z.`);
    this.store.write('clock:offsetMs', target - Date.now());
  }
}
