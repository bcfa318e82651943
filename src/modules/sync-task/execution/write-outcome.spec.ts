import { describe, expect, it } from 'vitest';
import {
  AutotaskOutcomeUnknownError,
  AutotaskRejectedError,
  AutotaskRouteError,
  AutotaskSecretWrongError,
  AutotaskThrottledError,
  AutotaskUnreachableError,
} from '../../../adapters/autotask/autotask.errors.js';
import { afterWrite, restMs } from './write-outcome.js';

const details = { request: 'POST /x' };
const rejected = (text: string) => afterWrite(new AutotaskRejectedError({ ...details, texts: [text] }));

/** DESIGN §7, answers table. */
describe('what follows an answer', () => {
  it('without an outcome is a proof, never another try', () => {
    expect(afterWrite(new AutotaskOutcomeUnknownError(details)).next).toBe('prove');
  });

  it('that nothing was done is another try later, after the time Autotask asked for', () => {
    expect(afterWrite(new AutotaskThrottledError({ ...details, retryAfterMs: 7000 }))).toMatchObject({
      next: 'later',
      waitMs: 7000,
      pause: false,
    });
    expect(afterWrite(new AutotaskUnreachableError(details))).toMatchObject({ next: 'later', pause: false });
    expect(afterWrite(new AutotaskSecretWrongError(details))).toMatchObject({ next: 'later', pause: true });
  });

  it('without a time is a rest that doubles with every try, jittered, to a minute', () => {
    expect([1, 2, 3, 6, 20].map((attempts) => restMs(attempts, undefined, 1))).toEqual([
      2000, 4000, 8000, 60_000, 60_000,
    ]);
    expect(restMs(1, undefined, 0)).toBe(1000);
    expect(restMs(1, 7000, 0)).toBe(7000);
  });

  it('of a missing route is a failure of which nothing was written', () => {
    expect(afterWrite(new AutotaskRouteError(details))).toMatchObject({ next: 'fail', rejected: false });
  });

  it('with Autotask’s own no is a failure with its words', () => {
    expect(rejected('Missing Required Field: billingCodeID')).toMatchObject({
      next: 'fail',
      rejected: true,
      failure: { code: 'AUTOTASK_REJECTED', autotask: ['Missing Required Field: billingCodeID'] },
    });
  });

  it.each([
    ['Attempt to insert duplicate data into contract_service_period', 'refusedDate'],
    ['deletion/modification of an already approved and posted contract period', 'adjustPosted'],
    ['A charge must not have a negative amount', 'negativeCharge'],
  ])('%j teaches %s', (text, lesson) => {
    expect(rejected(text)).toMatchObject({ next: 'learn', lesson });
  });
});
