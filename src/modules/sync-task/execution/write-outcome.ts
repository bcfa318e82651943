import {
  AutotaskError,
  AutotaskRejectedError,
  AutotaskRouteError,
  AutotaskSecretWrongError,
  AutotaskUserUnknownError,
} from '../../../adapters/autotask/autotask.errors.js';
import type { TaskFailure } from '../sync-task.entity.js';

/** What a refusal teaches about the tenant; the plan is then made again (DESIGN §7, answers table). */
export type Lesson = 'refusedDate' | 'adjustPosted' | 'negativeCharge';

/** What happens after a write that was not simply applied. */
export type AfterWrite =
  /** Nothing was done; `waitMs`: what Autotask asked to be left alone for. `pause`: the sign-in was refused. */
  | { next: 'later'; waitMs: number | undefined; code: string; message: string; pause: boolean }
  /** Autotask said no, and its words change the plan. */
  | { next: 'learn'; lesson: Lesson; failure: TaskFailure }
  /** Autotask said no. */
  | { next: 'fail'; rejected: boolean; failure: TaskFailure }
  /** Nobody knows whether it was applied. */
  | { next: 'prove'; code: string; message: string; texts: string[] };

/** The longest rest where Autotask asks for none. */
const LONGEST_REST_MS = 60_000;

/**
 * How long to rest before the next try: doubling from a second to a minute, jittered down to half so that several
 * connections do not come back together; never shorter than what Autotask asked for (DESIGN §7, Retry-After).
 *
 * @param attempts how often it was tried so far, from 1. @param askedMs Retry-After. @param random 0 ≤ value < 1.
 */
export function restMs(attempts: number, askedMs: number | undefined, random = Math.random()): number {
  const full = Math.min(LONGEST_REST_MS, 1000 * 2 ** Math.min(attempts, 6));
  return Math.max(askedMs ?? 0, Math.round(full * (0.5 + random / 2)));
}

/** The answers table of DESIGN §7, for everything but 200. Errors that are not Autotask's are none of its business. */
export function afterWrite(error: AutotaskError): AfterWrite {
  const { code, message } = error;
  const texts = [...error.texts];
  if (error.outcome === 'unknown') return { next: 'prove', code, message, texts };
  const failure: TaskFailure = { code, message, ...(texts.length > 0 ? { autotask: texts } : {}) };
  if (error instanceof AutotaskRejectedError) {
    const lesson = LESSONS[error.reason];
    return lesson ? { next: 'learn', lesson, failure } : { next: 'fail', rejected: true, failure };
  }
  if (error instanceof AutotaskRouteError) return { next: 'fail', rejected: false, failure };
  const pause = error instanceof AutotaskSecretWrongError || error instanceof AutotaskUserUnknownError;
  return { next: 'later', waitMs: error.retryAfterMs, code, message, pause };
}

const LESSONS: Partial<Record<AutotaskRejectedError['reason'], Lesson>> = {
  duplicateAdjustmentDate: 'refusedDate',
  postedPeriod: 'adjustPosted',
  negativeCharge: 'negativeCharge',
};
