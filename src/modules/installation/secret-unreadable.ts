import { Problem } from '../../platform/http/problem.js';

/** 503 for a stored secret whose key is gone or that was changed; the cause goes to the log, not to the caller. */
export function secretUnreadable(what: string, cause: unknown): Problem {
  return new Problem(
    'unavailable',
    'SECRET_UNREADABLE',
    `${what} cannot be decrypted, because its key is missing in ENCRYPTION_KEYS or it was changed. An operator must bring the key back, or an administrator enter it again.`,
    {},
    { cause },
  );
}
