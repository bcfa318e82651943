import { retryAfterMs } from '../http/backoff.js';
import type { HttpAnswer, HttpFailure } from '../http/transport.js';

/**
 * What an error proves about a write (DESIGN §7, answers table). `notApplied`: Autotask did nothing, sending it again
 * later is safe. `rejected`: Autotask refused it in words. `unknown`: it may or may not have been applied; only reading
 * Autotask can tell. Errors of reads are `notApplied` or `rejected`: a read writes nothing.
 */
export type WriteOutcome = 'notApplied' | 'rejected' | 'unknown';

/** Why Autotask refused something, as far as its words are known (reference/autotask-rest-api §8.2). */
export type RejectionReason =
  | 'duplicateAdjustmentDate'
  | 'postedPeriod'
  | 'duplicateServiceName'
  | 'dateOutsideContract'
  | 'negativeCharge'
  | 'permission'
  | 'requiredField'
  | 'other';

/** What an error keeps. Never headers, credentials or bodies. */
export interface ErrorDetails {
  /** Method and path without query, e.g. `POST /ATServicesRest/V1.0/Contracts/query`. */
  request: string;
  status?: number | undefined;
  /** Autotask's own words, shown to people beneath ours. */
  texts?: readonly string[];
  outcome?: WriteOutcome;
  /** How long Autotask asked us to wait. */
  retryAfterMs?: number | undefined;
  cause?: HttpFailure;
}

/** Everything that can go wrong with Autotask. Switch on the class or `code`; never parse the message. */
export abstract class AutotaskError extends Error {
  /** Stable, shown to people through the message catalogue (reference/page-design §6). */
  abstract readonly code: string;
  readonly request: string;
  readonly status: number | undefined;
  readonly texts: readonly string[];
  readonly outcome: WriteOutcome;
  readonly retryAfterMs: number | undefined;

  constructor(sentence: string, details: ErrorDetails) {
    super(sentence, details.cause ? { cause: details.cause } : undefined);
    this.name = new.target.name;
    this.request = details.request;
    this.status = details.status;
    this.texts = details.texts ?? [];
    this.outcome = details.outcome ?? 'notApplied';
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** No zone knows the user name (reference §2.1). */
export class AutotaskUserUnknownError extends AutotaskError {
  override readonly code = 'AUTOTASK_USER_UNKNOWN';
  constructor(details: ErrorDetails) {
    super('No Autotask zone knows this user name. Check it for a missing part after the @.', details);
  }
}

/** 401, also after the zone was discovered again. */
export class AutotaskSecretWrongError extends AutotaskError {
  override readonly code = 'AUTOTASK_SECRET_WRONG';
  constructor(details: ErrorDetails) {
    super(
      'Autotask knows this user but refused the sign-in. Generate a new secret in Autotask and paste it here; if that ' +
        'changes nothing, check that the API user is unlocked, has its licence and is bound to our tracking identifier.',
      details,
    );
  }
}

/** No answer to a read, or no connection at all. Nothing was written. */
export class AutotaskUnreachableError extends AutotaskError {
  override readonly code = 'AUTOTASK_UNREACHABLE';
  constructor(details: ErrorDetails) {
    super('Autotask did not answer properly and nothing was written. It is tried again later by itself.', details);
  }
}

/** Too many requests at once or in this hour; nothing was done. */
export class AutotaskThrottledError extends AutotaskError {
  override readonly code = 'AUTOTASK_THROTTLED';
  constructor(details: ErrorDetails) {
    super('Autotask takes no more requests at the moment and nothing was done. It is tried again later.', details);
  }
}

/** Our own share of the tenant's hourly requests is used up, so nothing was sent (DESIGN §7, budget). */
export class AutotaskBudgetSpentError extends AutotaskError {
  override readonly code = 'AUTOTASK_BUDGET_SPENT';
  constructor(details: ErrorDetails) {
    super(
      'Our share of the requests Autotask allows per hour is used up and nothing was sent. It goes on by itself later; ' +
        'an administrator can raise the share in the settings.',
      details,
    );
  }
}

/** No slot became free before the caller's deadline, so the write was not sent. */
export class AutotaskNotSentInTimeError extends AutotaskError {
  override readonly code = 'AUTOTASK_NOT_SENT_IN_TIME';
  constructor(details: ErrorDetails) {
    super('Too much was waiting for Autotask, so this was not sent. It is tried again by itself.', details);
  }
}

/** Autotask understood and refused. `reason` tells the refusals that change what we do next. */
export class AutotaskRejectedError extends AutotaskError {
  override readonly code = 'AUTOTASK_REJECTED';
  readonly reason: RejectionReason;
  constructor(details: ErrorDetails) {
    super(
      `Autotask refused this: ${details.texts?.[0] ?? 'it gave no reason'} Correct it there or in the task, then retry.`,
      { ...details, outcome: 'rejected' },
    );
    this.reason = reasonOf(details.texts ?? []);
  }
}

/** 404 or 405: the tenant's API has no such route. */
export class AutotaskRouteError extends AutotaskError {
  override readonly code = 'AUTOTASK_NOT_FOUND_ROUTE';
  constructor(details: ErrorDetails) {
    super(
      'This Autotask has no such API route, so nothing was done. Check that the Contracts module is on; if it is, ' +
        'report this with the request below.',
      details,
    );
  }
}

/** A write was sent and its answer is missing or unusable: only reading Autotask tells whether it was applied. */
export class AutotaskOutcomeUnknownError extends AutotaskError {
  override readonly code = 'AUTOTASK_OUTCOME_UNKNOWN';
  constructor(details: ErrorDetails) {
    super(
      'It was sent, but no usable answer came back. It is not sent again until Autotask shows whether it was applied.',
      { ...details, outcome: 'unknown' },
    );
  }
}

/** Autotask answered in a shape we do not understand: a required field is missing or has another type. */
export class AutotaskAnswerUnexpectedError extends AutotaskError {
  override readonly code = 'AUTOTASK_ANSWER_UNEXPECTED';
  /** @param what the place and what is wrong with it, e.g. `Contract 7: endDate is missing`. Never the value. */
  constructor(what: string, details: ErrorDetails) {
    super(`Autotask's answer could not be read: ${what}. Report this; nothing was changed by reading it.`, details);
  }
}

/** A zone or next-page address outside the allowed hosts; credentials were not sent there. */
export class AutotaskHostNotAllowedError extends AutotaskError {
  override readonly code = 'AUTOTASK_HOST_NOT_ALLOWED';
  constructor(host: string, details: ErrorDetails) {
    super(
      `Autotask named the host "${host}", to which credentials may not be sent. If it is right, an operator adds it to ` +
        'AUTOTASK_ALLOWED_HOSTS.',
      details,
    );
  }
}

/** What the factories need to know about the request. */
export interface RequestContext {
  request: string;
  isWrite: boolean;
  /** Removes our credentials from text that a server sent back. */
  redact: (text: string) => string;
}

const REASONS: readonly [RejectionReason, RegExp][] = [
  ['duplicateAdjustmentDate', /duplicate data into contract_service_period/i],
  ['postedPeriod', /approved and posted|already posted|posted (contract )?period/i],
  ['duplicateServiceName', /IX_service\b|service.{0,40}name.{0,40}(already exists|unique)/i],
  ['dateOutsideContract', /effectiveDate must be between/i],
  ['negativeCharge', /negative.{0,60}(charge|cost|price|amount)|(charge|unit\s?price|amount).{0,60}negative/i],
  ['permission', /adequate permissions|required permissions|not have (the )?permission/i],
  ['requiredField', /^missing required field|required field|\bis required\b/i],
];

function reasonOf(texts: readonly string[]): RejectionReason {
  return REASONS.find(([, pattern]) => texts.some((text) => pattern.test(text)))?.[0] ?? 'other';
}

/** The database gave up on a lock: unlike other `errors[]` this says nothing about the request. */
const TRANSIENT = /deadlock|lock request time.?out|timeout expired|timed out|time.?out/i;
/** Thread limit and hourly threshold (reference §7); the status is not reliable. */
const THROTTLED = /Itgenatr005|threshold.{0,60}exceeded|exceeded.{0,60}threshold/i;

/**
 * The answer's JSON, or the error the answer means (DESIGN §7, answers table). This is the only place that reads
 * statuses and texts.
 *
 * A 2xx with `errors` is a refusal all the same; a body that is no JSON is a broken transport, not "invalid JSON".
 */
export function readAnswer(answer: HttpAnswer, context: RequestContext): unknown {
  const body = jsonOf(answer.text);
  const { status } = answer;
  const texts = textsOf(body).map((text) => context.redact(text).slice(0, 1000));
  const details: ErrorDetails = { request: context.request, status, texts };
  if (status === 401) throw new AutotaskSecretWrongError(details);
  if (status === 429 || texts.some((text) => THROTTLED.test(text)))
    throw new AutotaskThrottledError({ ...details, retryAfterMs: retryAfterMs(answer.headers['retry-after']) });
  if (status === 404 || status === 405) throw new AutotaskRouteError(details);
  if (body !== undefined && status >= 200 && status < 300 && !hasErrors(body)) return body;
  const gateway = status === 502 || status === 503 || status === 504;
  const understood = hasErrors(body) || (texts.length > 0 && status >= 400 && status < 500);
  if (understood && !gateway && !texts.some((text) => TRANSIENT.test(text))) throw new AutotaskRejectedError(details);
  throw noAnswer(details, context);
}

/** The error for a request that got no whole answer. */
export function errorOfFailure(failure: HttpFailure, context: RequestContext): AutotaskError {
  const details: ErrorDetails = { request: context.request, cause: failure };
  return failure.kind === 'notSent' ? new AutotaskUnreachableError(details) : noAnswer(details, context);
}

function noAnswer(details: ErrorDetails, context: RequestContext): AutotaskError {
  return context.isWrite ? new AutotaskOutcomeUnknownError(details) : new AutotaskUnreachableError(details);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `errors[]`, else `Message`/`message` (reference §8.1, parse order). */
function textsOf(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  const { errors, Message, message } = body as Record<string, unknown>;
  if (Array.isArray(errors)) return errors.slice(0, 10).map((text) => (typeof text === 'string' ? text : 'no text'));
  const single = Message ?? message;
  return typeof single === 'string' && single !== '' ? [single] : [];
}

function hasErrors(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  const { errors } = body as { errors?: unknown };
  return Array.isArray(errors) && errors.length > 0;
}
