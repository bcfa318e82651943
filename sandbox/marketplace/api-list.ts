import { SandboxProblem } from './problem.js';

/** The API's lists: paging, and filters read from the query (reference/marketplace-platforms.md §2.3, §2.4). */

/** A page with its place in the whole. */
export interface Page<T> {
  data: T[];
  pagination: { offset: number; limit: number; total: number };
}

/** No maximum is documented; this one keeps a mistaken `limit` from sending everything. */
const LIMIT_MAX = 1000;

/** Cuts the page the query asks for (default: the first ten). @throws SandboxProblem 400 on an offset or limit that is none. */
export function pageOf<R, T>(rows: readonly R[], query: URLSearchParams, view: (row: R) => T): Page<T> {
  const offset = whole(query, 'offset', 0, 0);
  const limit = Math.min(whole(query, 'limit', 10, 1), LIMIT_MAX);
  return {
    data: rows.slice(offset, offset + limit).map(view),
    pagination: { offset, limit, total: rows.length },
  };
}

/** Everything on one page, for the list that ignores paging. */
export function onePage<R, T>(rows: readonly R[], view: (row: R) => T): Page<T> {
  return { data: rows.map(view), pagination: { offset: 0, limit: Math.max(rows.length, 1), total: rows.length } };
}

/** A query value; undefined when absent or empty. */
export function wanted(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name);
  return value === null || value === '' ? undefined : value;
}

/** True unless the query asks for another value. */
export function equals(query: URLSearchParams, name: string, value: string | undefined): boolean {
  const asked = wanted(query, name);
  return asked === undefined || asked === value;
}

/** True unless the query asks for text that `value` does not contain, ignoring case. */
export function contains(query: URLSearchParams, name: string, value: string): boolean {
  const asked = wanted(query, name);
  return asked === undefined || value.toLowerCase().includes(asked.toLowerCase());
}

/** An instant of the query as comparable ISO text. @throws SandboxProblem 400 when it is none. */
export function instantIn(query: URLSearchParams, name: string): string | undefined {
  const asked = wanted(query, name);
  if (asked === undefined) return undefined;
  // A plus sign sent unescaped arrives as a space.
  const ms = Date.parse(asked.replace(/ (\d\d:?\d\d)$/, '+$1'));
  if (Number.isNaN(ms)) throw new SandboxProblem(400, `${name} must be an instant like 2027-03-10T09:00:00Z.`);
  return new Date(ms).toISOString();
}

function whole(query: URLSearchParams, name: string, otherwise: number, lowest: number): number {
  const asked = wanted(query, name);
  if (asked === undefined) return otherwise;
  const value = Number(asked);
  if (!Number.isInteger(value) || value < lowest)
    throw new SandboxProblem(400, `${name} must be a whole number from ${lowest}.`);
  return value;
}
