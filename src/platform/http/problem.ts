/** How a problem maps to HTTP; the only place that knows the numbers is `problem.filter.ts`. */
export type ProblemKind =
  'invalid' | 'unauthorized' | 'forbidden' | 'notFound' | 'conflict' | 'unavailable' | 'tooMany';

/**
 * Something a caller can act on: a stable code, what happened and what to do. Services throw it; they never import HTTP
 * exceptions. `details` is added to the answer as it is and must hold no secret.
 */
export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'Problem';
  }
}

/** 404 for a thing that does not exist *for this caller*: another tenant's row looks exactly like no row. */
export function notFound(what: string): Problem {
  return new Problem('notFound', 'NOT_FOUND', `${what} was not found. Check the id and the connection.`);
}
