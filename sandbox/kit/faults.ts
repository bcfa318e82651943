/** A fault waiting for its requests (DESIGN §9). */
export type Fault = { method: string; path: string; times: number } & (
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
    ''.search(new RegExp(String(path))); // an expression that cannot be compiled is refused now
    const fault = { ...wanted, kind, times, method: String(method).toUpperCase(), path: String(path) } as Fault;
    this.faults.push(fault);
    return fault;
  }

  /** The first fault that matches, used up by one. Method `*` matches every method; path matches ignoring case. */
  take(method: string, url: string): Fault | undefined {
    const fault = this.faults.find(
      (f) => (f.method === '*' || f.method === method) && new RegExp(f.path, 'i').test(url),
    );
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
