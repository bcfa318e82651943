/** Something due at an instant. `order` events of an instant run before `subscription` events of the same instant. */
export interface Due {
  at: number;
  kind: 'order' | 'subscription';
  id: string;
}

/** A binary heap of due events. It may hold outdated ones: who takes an event checks it against its row. */
export class Agenda {
  private readonly heap: (Due & { seq: number })[] = [];
  private seq = 0;

  /** The instant of the earliest event, or Infinity. */
  get nextAt(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  add(due: Due): void {
    this.heap.push({ ...due, seq: this.seq++ });
    let child = this.heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** Removes and returns the earliest event. */
  take(): Due | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (!first || !last || first === last) return first;
    this.heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.heap.length) break;
      const child = left + 1 < this.heap.length && this.before(left + 1, left) ? left + 1 : left;
      if (!this.before(child, parent)) break;
      this.swap(child, parent);
      parent = child;
    }
    return first;
  }

  clear(): void {
    this.heap.length = 0;
  }

  private before(i: number, j: number): boolean {
    const a = this.heap[i]!;
    const b = this.heap[j]!;
    if (a.at !== b.at) return a.at < b.at;
    if (a.kind !== b.kind) return a.kind === 'order';
    return a.seq < b.seq;
  }

  private swap(i: number, j: number): void {
    const kept = this.heap[i]!;
    this.heap[i] = this.heap[j]!;
    this.heap[j] = kept;
  }
}
