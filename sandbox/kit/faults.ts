/** When a fault that strikes tells somebody: the request is here, it was worked on, it was answered. */
export type Moment = 'before' | 'applied' | 'answered';

/**
 * A fault waiting for its requests (DESIGN §9). `skip` lets so many matching requests pass first. `tell` posts the fault
 * to an address at that moment and goes on when it is answered, so that a test can act exactly then.
 */
export type Fault = {
  method: string;
  path: string;
  times: number;
  skip?: number;
  tell?: { url: string; at: Moment };
} & (
  | { kind: 'status'; status: number; body?: unknown }
  | { kind: 'html'; status?: number }
  | { kind: 'drop-before' }
  | { kind: 'drop-after' }
  | { kind: 'delay'; ms: number }
);

const KINDS = ['status', 'html', 'drop-before', 'drop-after', 'delay'];

/** Faults in the order they were added; each strikes `times` matching requests and is gone. */
export class FaultPlan {
  private faults: Fault[] = [];

  /** Adds a fault. @throws Error with a sentence naming what is wrong with it. */
  add(wanted: Record<string, unknown>): Fault {
    const { method = '*', path = '.*', times = 1, kind } = wanted;
    if (typeof kind !== 'string' || !KINDS.includes(kind)) throw new Error(`kind must be one of ${KINDS.join(', ')}.`);
    if (typeof times !== 'number' || !Number.isInteger(times) || times < 1)
      throw new Error('times must be a whole number from 1.');
    if (kind === 'status' && typeof wanted['status'] !== 'number')
      throw new Error('kind "status" needs a numeric status.');
    if (kind === 'delay' && typeof wanted['ms'] !== 'number') throw new Error('kind "delay" needs ms.');
    if (wanted['skip'] !== undefined && !(Number.isInteger(wanted['skip']) && (wanted['skip'] as number) >= 0))
      throw new Error('skip must be a whole number from 0.');
    ''.search(new RegExp(String(path))); // an expression that cannot be compiled is refused now
    const fault = { ...wanted, kind, times, method: String(method).toUpperCase(), path: String(path) } as Fault;
    this.faults.push(fault);
    return fault;
  }

  /**
   * The first fault that matches, used up by one; those that still skip let it pass. Method `*` matches every method;
   * path matches ignoring case.
   */
  take(method: string, url: string): Fault | undefined {
    const fault = this.faults.find((f) => {
      if (f.method !== '*' && f.method !== method) return false;
      if (!new RegExp(f.path, 'i').test(url)) return false;
      if (!f.skip) return true;
      f.skip -= 1;
      return false;
    });
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times <= 0) this.faults = this.faults.filter((other) => other !== fault);
    return { ...fault };
  }

  list(): Fault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }
}
