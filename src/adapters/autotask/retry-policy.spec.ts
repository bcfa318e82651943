import { describe, expect, it } from 'vitest';
import {
  AutotaskBudgetSpentError,
  AutotaskOutcomeUnknownError,
  AutotaskRejectedError,
  AutotaskRouteError,
  AutotaskSecretWrongError,
  AutotaskThrottledError,
  AutotaskUnreachableError,
} from './autotask.errors.js';
import { MAX_ATTEMPTS } from '../http/backoff.js';
import { shouldRetry } from './retry-policy.js';

const details = { request: 'POST /Contracts/query' };
const unreachable = new AutotaskUnreachableError(details);
const throttled = new AutotaskThrottledError(details);

describe('shouldRetry', () => {
  it.each([
    ['a read that got no answer', false, unreachable, 1, true],
    ['a read that was throttled', false, throttled, 1, true],
    [
      'a read asked to wait half a minute',
      false,
      new AutotaskThrottledError({ ...details, retryAfterMs: 30_000 }),
      1,
      true,
    ],
    ['a read asked to wait longer', false, new AutotaskThrottledError({ ...details, retryAfterMs: 30_001 }), 1, false],
    ['a read before its last try', false, unreachable, MAX_ATTEMPTS - 1, true],
    ['a read after its last try', false, unreachable, MAX_ATTEMPTS, false],
    ['a refused read', false, new AutotaskRejectedError(details), 1, false],
    ['a read with a wrong secret', false, new AutotaskSecretWrongError(details), 1, false],
    ['a read of a missing route', false, new AutotaskRouteError(details), 1, false],
    ['a read beyond the budget', false, new AutotaskBudgetSpentError(details), 1, false],
    ['a bug', false, new TypeError('x is undefined'), 1, false],
    ['a write that got no connection', true, unreachable, 1, false],
    ['a write that was throttled', true, throttled, 1, false],
    ['a write without answer', true, new AutotaskOutcomeUnknownError(details), 1, false],
  ])('%s', (_, isWrite, error, attempt, expected) => {
    expect(shouldRetry({ isWrite, error, attempt })).toBe(expected);
  });
});
