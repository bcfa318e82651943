import { retryAfterMs } from '../http/backoff.js';
import { MarketplaceError, type MarketplaceErrorDetails } from '../../ports/marketplace.port.js';
import type { HttpAnswer, HttpFailure } from '../http/transport.js';

/** User or password is not accepted. */
export class MarketplaceCredentialsWrongError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_CREDENTIALS_WRONG';
  constructor(details: MarketplaceErrorDetails) {
    super('The marketplace refused the sign-in. Check the API user and its password, then test again.', details);
  }
}

/** The gateway does not accept the subscription key. */
class MarketplaceKeyWrongError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_KEY_WRONG';
  constructor(details: MarketplaceErrorDetails) {
    super(
      'The marketplace does not accept the subscription key. Copy it again from its API page, then test again.',
      details,
    );
  }
}

/** The sign-in was understood but the marketplace code (or the request for a token as such) was refused. */
class MarketplaceCodeWrongError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_CODE_WRONG';
  constructor(details: MarketplaceErrorDetails) {
    super(
      'The marketplace gave no token for this marketplace code. It is usually the first part of the control panel ' +
        'address, such as "us"; correct it, then test again.',
      details,
    );
  }
}

/** The API user may not do this. */
class MarketplaceForbiddenError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_FORBIDDEN';
  constructor(details: MarketplaceErrorDetails) {
    super(
      'The marketplace does not let its API user read this. Give the user the right there, then try again.',
      details,
    );
  }
}

/** No answer, or one that is no answer. */
export class MarketplaceUnreachableError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_UNREACHABLE';
  constructor(details: MarketplaceErrorDetails) {
    super('The marketplace did not answer properly. It is tried again later by itself.', details);
  }
}

/** The marketplace understood a write and said no; its words say why. */
export class MarketplaceRejectedError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_REJECTED';
  constructor(details: MarketplaceErrorDetails) {
    super(
      `The marketplace refused this${details.texts?.length ? `: ${details.texts.join(' ')}` : '.'} Correct it and try again.`,
      details,
    );
  }
}

/** Too many requests. */
export class MarketplaceThrottledError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_THROTTLED';
  constructor(details: MarketplaceErrorDetails) {
    super('The marketplace takes no more requests at the moment. It is tried again later by itself.', details);
  }
}

/** An answer in a shape or with a status that we do not understand. */
export class MarketplaceAnswerUnexpectedError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_ANSWER_UNEXPECTED';
  /** @param what the place and what is wrong with it, e.g. `order 12: creationDate is missing`. Never the value. */
  constructor(what: string, details: MarketplaceErrorDetails) {
    super(
      `The marketplace's answer could not be read: ${what}. Check the base URL; if it is right, report this.`,
      details,
    );
  }
}

/** A base URL or download link outside the allowed hosts; nothing was sent there. */
export class MarketplaceHostNotAllowedError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_HOST_NOT_ALLOWED';
  constructor(host: string, details: MarketplaceErrorDetails) {
    super(
      `"${host}" is not a host we may send marketplace credentials to or load from. If it is right, an operator adds it ` +
        'to MARKETPLACE_ALLOWED_HOSTS.',
      details,
    );
  }
}

/** The list kept changing while it was read, three restarts long. */
export class MarketplaceListMovingError extends MarketplaceError {
  override readonly code = 'MARKETPLACE_LIST_MOVING';
  constructor(details: MarketplaceErrorDetails) {
    super(
      'The list kept changing while it was read, so it could not be read whole. The next check reads it again.',
      details,
    );
  }
}

/** What the factory needs to know about the request. */
export interface MarketplaceRequestContext {
  request: string;
  /** The token endpoint, where a refusal means other things. */
  isSignIn: boolean;
  /** The request changes something. */
  isWrite?: boolean;
  redact: (text: string) => string;
}

/** The answer's JSON and its correlation id; `notFound` when the marketplace itself says that the record does not exist. */
export type MarketplaceAnswer = { body: unknown; correlationId: string | undefined } | 'notFound';

/**
 * Reads an answer, or throws the error it means. The only place that looks at statuses and texts.
 *
 * @throws MarketplaceError
 */
export function readMarketplaceAnswer(answer: HttpAnswer, context: MarketplaceRequestContext): MarketplaceAnswer {
  const { status, headers } = answer;
  const body = jsonOf(answer.text);
  const texts = textsOf(body).map((text) => context.redact(text).slice(0, 1000));
  const correlationId = headers['x-correlation-id'];
  const details: MarketplaceErrorDetails = { request: context.request, status, texts, correlationId };
  if (status === 429 || (status === 403 && texts.some((text) => /quota|rate limit/i.test(text))))
    throw new MarketplaceThrottledError({ ...details, retryAfterMs: retryAfterMs(headers['retry-after']) });
  if (status === 401)
    throw texts.some((text) => /subscription.?key/i.test(text))
      ? new MarketplaceKeyWrongError(details)
      : new MarketplaceCredentialsWrongError(details);
  const landed = { ...details, mayHaveLanded: context.isWrite === true };
  if (status >= 500) throw new MarketplaceUnreachableError(landed);
  if (status === 403) throw new MarketplaceForbiddenError(details);
  if (context.isSignIn && (status === 400 || status === 422)) throw new MarketplaceCodeWrongError(details);
  if (status === 404 && !context.isSignIn && !context.isWrite && isRecordMissing(body)) return 'notFound';
  if (context.isWrite && status >= 400) throw new MarketplaceRejectedError(details);
  if (status < 200 || status >= 300)
    throw new MarketplaceAnswerUnexpectedError(`it answered with status ${status}`, details);
  // A body that is no JSON was cut off or comes from something in between.
  if (body === undefined) throw new MarketplaceUnreachableError(landed);
  return { body, correlationId };
}

/** The error for a request that got no whole answer. */
export function marketplaceErrorOfFailure(failure: HttpFailure, request: string, isWrite = false): MarketplaceError {
  return new MarketplaceUnreachableError({
    request,
    cause: failure,
    mayHaveLanded: isWrite && failure.kind !== 'notSent',
  });
}

/**
 * A 404 about the record, not about the address: the API gateway in front answers a wrong path with `statusCode` and
 * "Resource not found", and a web server with HTML. Mistaking one for the other would report every record as gone.
 */
function isRecordMissing(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !('statusCode' in body);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Clients have seen several shapes: `message`, `error`, `details` (reference §2.3). */
function textsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  const { message, error, details } = body as Record<string, unknown>;
  return [message, error, details].filter((text): text is string => typeof text === 'string' && text !== '');
}
