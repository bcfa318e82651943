/** Tries in all, the first included. */
export const MAX_ATTEMPTS = 4;
/** A longer wait than this belongs to the rows of a task or check, not to a process that holds a lease (DESIGN §8). */
export const LONGEST_WAIT_MS = 30_000;

const BASE_MS = 500;

/**
 * Milliseconds to wait before the next try: doubling from half a second, jittered down to half so that several workers
 * do not come back together; never shorter than what the server asked for.
 *
 * @param attempt how many times it was sent so far, from 1. @param random 0 ≤ value < 1.
 */
export function backoffMs(attempt: number, serverAsksMs: number | undefined, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, BASE_MS * 2 ** (attempt - 1));
  return Math.max(Math.round(full * (0.5 + random / 2)), serverAsksMs ?? 0);
}

/** A `Retry-After` header (seconds or an HTTP date) in milliseconds; undefined when absent or unreadable. */
export function retryAfterMs(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
