import { Problem } from '../../../platform/http/problem.js';

/** What people are told of a check that failed. */
export interface CheckFailure {
  code: string;
  message: string;
  /** The marketplace refused our sign-in: nothing is sent until that is mended (ConnectionAccess.pause). */
  refused: boolean;
}

/** Codes of the marketplace adapter that mean that our access is not accepted (src/adapters/marketplace). */
const REFUSED = new Set([
  'MARKETPLACE_CREDENTIALS_WRONG',
  'MARKETPLACE_KEY_WRONG',
  'MARKETPLACE_CODE_WRONG',
  'MARKETPLACE_HOST_NOT_ALLOWED',
]);

/** Errors of the port carry a stable code; their classes belong to the adapter, which features do not know. */
function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' && code.startsWith('MARKETPLACE_') ? code : undefined;
}

/** True for a single answer that could not be understood, as opposed to a marketplace that cannot be asked. */
export function isUnreadable(error: unknown): error is Error {
  return codeOf(error) === 'MARKETPLACE_ANSWER_UNEXPECTED';
}

/** A failure with a known cause; undefined for anything else, which is a fault of ours or of the database. */
export function failureOf(error: unknown): CheckFailure | undefined {
  if (error instanceof Problem) return { code: error.code, message: error.message, refused: false };
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return { code, message: (error as Error).message, refused: REFUSED.has(code) };
}
