import type { Row, Store } from '../kit/store.js';
import { entities } from './entity-table.js';

/** A row of the imitated API; properties that the entity table lacks (`own…`) are the engine's and never leave the
 * sandbox. */
export interface ApiRow extends Row {
  id: number;
}

type Key = number | string;

/** Rows of one collection in id order, with an index per indexed field. */
interface Shelf {
  rows: ApiRow[];
  indices: Map<string, Map<Key, Set<number>>>;
}

/** Text is indexed in lower case, because filters compare it so by default; a reader re-checks what it gets. */
const keyOf = (value: unknown): Key | undefined =>
  typeof value === 'string' ? value.toLowerCase() : typeof value === 'number' ? value : undefined;

/**
 * The store with rows in id order and indices (so that 50,000 rows answer at once). Rows are immutable: change one by
 * putting a new object under its id.
 */
export class Database {
  private shelves = new Map<string, Shelf>();

  constructor(private readonly store: Store) {
    this.reload();
  }

  /** Builds order and indices anew from the store, after it was replayed or emptied. */
  reload(): void {
    this.shelves = new Map();
    for (const { collection } of entities)
      for (const row of this.store.all<ApiRow>(collection)) this.shelve(collection, undefined, row);
  }

  /** The row, or undefined. */
  get<T extends ApiRow>(collection: string, id: number): T | undefined {
    return this.store.get<T>(collection, id);
  }

  /** The row. @throws Error when there is none: for rows that must exist. */
  must<T extends ApiRow>(collection: string, id: number): T {
    const row = this.get<T>(collection, id);
    if (!row) throw new Error(`${collection} has no row ${id}.`);
    return row;
  }

  /** All rows in id order; do not change the array. */
  rows<T extends ApiRow>(collection: string): readonly T[] {
    return this.shelf(collection).rows as T[];
  }

  /** Rows whose indexed field has the value (text: ignoring case), in id order. @throws Error when not indexed. */
  where<T extends ApiRow>(collection: string, field: string, value: Key): T[] {
    return this.whereAny<T>(collection, field, [value]);
  }

  /** Rows whose indexed field has one of the values, in id order. @throws Error when the field is not indexed. */
  whereAny<T extends ApiRow>(collection: string, field: string, values: readonly Key[]): T[] {
    const index = this.shelf(collection).indices.get(field);
    if (!index) throw new Error(`${collection}.${field} has no index.`);
    const ids = new Set<number>();
    for (const value of values) for (const id of index.get(keyOf(value)!) ?? []) ids.add(id);
    return [...ids].sort((a, b) => a - b).map((id) => this.must<T>(collection, id));
  }

  /** True when the field of the collection has an index. */
  hasIndex(collection: string, field: string): boolean {
    return this.shelf(collection).indices.has(field);
  }

  /** The position of the first row with an id above `id`. */
  positionAfter(collection: string, id: number): number {
    return lowerBound(this.shelf(collection).rows, id + 1);
  }

  /** A new id: above every id the collection has or had. */
  nextId(collection: string): number {
    const counter = `next:${collection}`;
    const last = this.shelf(collection).rows.at(-1)?.id ?? 0;
    const id = Math.max(this.store.read(counter, 1), last + 1);
    this.store.write(counter, id + 1);
    return id;
  }

  /** Inserts or replaces a row. */
  put<T extends ApiRow>(collection: string, row: T): T {
    const before = this.store.get<ApiRow>(collection, row.id);
    this.store.put(collection, row);
    this.shelve(collection, before, row);
    return row;
  }

  /** Changes fields of a row that exists, and returns the new row. */
  change<T extends ApiRow>(collection: string, row: T, changes: Partial<T>): T {
    return this.put(collection, { ...row, ...changes });
  }

  /** Removes a row; unknown ids are ignored. */
  drop(collection: string, id: number): void {
    const row = this.store.get<ApiRow>(collection, id);
    if (!row) return;
    this.store.drop(collection, id);
    const shelf = this.shelf(collection);
    shelf.rows.splice(lowerBound(shelf.rows, id), 1);
    for (const [field, index] of shelf.indices) forget(index, row[field], id);
  }

  private shelf(collection: string): Shelf {
    let shelf = this.shelves.get(collection);
    if (!shelf) {
      const indexed = entities.find((entity) => entity.collection === collection)?.fields.filter((f) => f.indexed);
      shelf = { rows: [], indices: new Map((indexed ?? []).map((field) => [field.name, new Map()])) };
      this.shelves.set(collection, shelf);
    }
    return shelf;
  }

  private shelve(collection: string, before: ApiRow | undefined, row: ApiRow): void {
    const shelf = this.shelf(collection);
    const last = shelf.rows.at(-1);
    if (!last || last.id < row.id) shelf.rows.push(row);
    else shelf.rows.splice(lowerBound(shelf.rows, row.id), before ? 1 : 0, row);
    for (const [field, index] of shelf.indices) {
      if (before && before[field] === row[field]) continue;
      if (before) forget(index, before[field], row.id);
      const key = keyOf(row[field]);
      if (key === undefined) continue;
      const ids = index.get(key);
      if (ids) ids.add(row.id);
      else index.set(key, new Set([row.id]));
    }
  }
}

function forget(index: Map<Key, Set<number>>, value: unknown, id: number): void {
  const key = keyOf(value);
  if (key !== undefined) index.get(key)?.delete(id);
}

/** The position of the first row whose id is not below `id`. */
function lowerBound(rows: readonly ApiRow[], id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
