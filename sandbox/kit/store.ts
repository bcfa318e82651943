import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A stored row: any JSON object with an identity. */
export interface Row {
  id: number | string;
  [field: string]: unknown;
}

type Change = { put: string; row: Row } | { drop: string; id: number | string } | { value: string; to: unknown };

/**
 * The sandbox's memory: named collections of rows plus named values, optionally kept in one append-only file.
 *
 * Promise: `commit()` writes everything changed since the last commit as one line *before* the caller answers, so a
 * killed process loses at most a request that was never answered (DESIGN §9, "append before answering, replay at
 * start"). A half-written last line is dropped at replay. Rows handed out are the live objects; change them only
 * through `put`.
 */
export class Store {
  private readonly collections = new Map<string, Map<number | string, Row>>();
  private readonly values = new Map<string, unknown>();
  private pending: Change[] = [];

  /** @param file where to keep the journal; omitted = memory only. */
  constructor(private readonly file?: string) {
    if (file === undefined) return;
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) this.replay(readFileSync(file, 'utf8'));
    this.compact();
  }

  /** True when nothing was ever stored: the owner then seeds. */
  get isEmpty(): boolean {
    return this.collections.size === 0;
  }

  /** All rows of a collection in insertion order. */
  all<T extends Row>(collection: string): T[] {
    return [...(this.collections.get(collection)?.values() ?? [])] as T[];
  }

  /** The row, or undefined. */
  get<T extends Row>(collection: string, id: number | string): T | undefined {
    return this.collections.get(collection)?.get(id) as T | undefined;
  }

  /** How many rows the collection holds. */
  size(collection: string): number {
    return this.collections.get(collection)?.size ?? 0;
  }

  /** Inserts or replaces a row and remembers the change for the next `commit`. */
  put<T extends Row>(collection: string, row: T): T {
    this.bucket(collection).set(row.id, row);
    if (this.file !== undefined) this.pending.push({ put: collection, row });
    return row;
  }

  /** Removes a row; unknown ids are ignored. */
  drop(collection: string, id: number | string): void {
    if (this.bucket(collection).delete(id) && this.file !== undefined) this.pending.push({ drop: collection, id });
  }

  /** Reads a named value (counters, behaviour switches, clock offset). */
  read<T>(name: string, fallback: T): T {
    return this.values.has(name) ? (this.values.get(name) as T) : fallback;
  }

  /** Writes a named value. */
  write(name: string, to: unknown): void {
    this.values.set(name, to);
    if (this.file !== undefined) this.pending.push({ value: name, to });
  }

  /** The next id of a counter, starting at `first`. */
  nextId(counter: string, first = 1): number {
    const next = this.read(`next:${counter}`, first);
    this.write(`next:${counter}`, next + 1);
    return next;
  }

  /** Makes everything since the last commit durable, as one line. */
  commit(): void {
    if (this.file === undefined || this.pending.length === 0) return;
    appendFileSync(this.file, `${JSON.stringify(this.pending)}\n`);
    this.pending = [];
  }

  /** Forgets everything, named values too. */
  clear(): void {
    this.collections.clear();
    this.values.clear();
    this.pending = [];
    if (this.file !== undefined) writeFileSync(this.file, '');
  }

  private bucket(collection: string): Map<number | string, Row> {
    let bucket = this.collections.get(collection);
    if (!bucket) this.collections.set(collection, (bucket = new Map()));
    return bucket;
  }

  private replay(journal: string): void {
    for (const line of journal.split('\n')) {
      if (line === '') continue;
      let changes: Change[];
      try {
        changes = JSON.parse(line) as Change[];
      } catch {
        return; // cut off by a kill in mid-write: that request was never answered
      }
      for (const change of changes) {
        if ('put' in change) this.bucket(change.put).set(change.row.id, change.row);
        else if ('drop' in change) this.bucket(change.drop).delete(change.id);
        else this.values.set(change.value, change.to);
      }
    }
  }

  /** Rewrites the journal as one snapshot; the rename makes it all or nothing. */
  private compact(): void {
    const file = this.file;
    if (file === undefined) return;
    const snapshot: Change[] = [];
    for (const [collection, rows] of this.collections)
      for (const row of rows.values()) snapshot.push({ put: collection, row });
    for (const [value, to] of this.values) snapshot.push({ value, to });
    writeFileSync(`${file}.new`, snapshot.length === 0 ? '' : `${JSON.stringify(snapshot)}\n`);
    renameSync(`${file}.new`, file);
  }
}
