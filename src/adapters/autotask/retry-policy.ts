import { AutotaskThrottledError, AutotaskUnreachableError } from './autotask.errors.js';
import { LONGEST_WAIT_MS, MAX_ATTEMPTS } from '../http/backoff.js';

/**
 * May this request be sent again by itself? Only reads: adjustments have no idempotency key, so a repeated write could
 * bill twice (DESIGN §7). And only for failures that time cures: no answer, or throttling.
 *
 * @param tried `attempt`: how many times it was sent so far, from 1.
 */
export function shouldRetry(tried: { isWrite: boolean; error: unknown; attempt: number }): boolean {
  if (tried.isWrite || tried.attempt >= MAX_ATTEMPTS) return false;
  if (tried.error instanceof AutotaskThrottledError) return (tried.error.retryAfterMs ?? 0) <= LONGEST_WAIT_MS;
  return tried.error instanceof AutotaskUnreachableError;
}
