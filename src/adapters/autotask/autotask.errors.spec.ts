import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AutotaskClient } from './autotask.client.js';
import {
  AutotaskError,
  AutotaskRejectedError,
  readAnswer,
  type RejectionReason,
  type WriteOutcome,
} from './autotask.errors.js';
import { createTransport } from '../http/transport.js';
import { startStubAutotask, STUB_CREDENTIALS, stubClient } from './testing/stub-autotask.js';
import type { StubReply } from '../http/stub-server.js';
import { ZoneDirectory } from './zone-directory.js';

const html = '<html><body><h1>Service Unavailable</h1></body></html>';
const texts = (status: number, ...errors: string[]): StubReply => ({ status, json: { errors } });

async function failure(work: Promise<unknown>): Promise<AutotaskError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof AutotaskError) return error;
  throw new Error('expected an AutotaskError', { cause: error });
}

/** Short only where nothing will come: on a busy machine an answer may take its time. */
const patience = (reply: StubReply): number => (reply === 'silence' ? 300 : 10_000);

const write = (client: AutotaskClient): Promise<unknown> =>
  client.write('ContractServiceAdjustments', 'POST', 'Contracts/7/ServiceAdjustments', { unitChange: 1 });

/** DESIGN §7, answers table: one row an answer. */
const ANSWERS: [what: string, reply: StubReply, outcome: WriteOutcome, code: string][] = [
  ['401', texts(401, 'bad credentials'), 'notApplied', 'AUTOTASK_SECRET_WRONG'],
  ['401 without a body', { status: 401, text: '' }, 'notApplied', 'AUTOTASK_SECRET_WRONG'],
  ['429', texts(429, 'slow down'), 'notApplied', 'AUTOTASK_THROTTLED'],
  ['429 as HTML', { status: 429, text: html }, 'notApplied', 'AUTOTASK_THROTTLED'],
  [
    'thread-limit text with 500',
    texts(500, 'Itgenatr005: The Autotask API thread threshold of 3 threads has been exceeded.'),
    'notApplied',
    'AUTOTASK_THROTTLED',
  ],
  [
    'hourly threshold with 503',
    texts(503, 'The API request threshold of 10000 requests has been exceeded.'),
    'notApplied',
    'AUTOTASK_THROTTLED',
  ],
  ['404 as HTML', { status: 404, text: html }, 'notApplied', 'AUTOTASK_NOT_FOUND_ROUTE'],
  ['405', { status: 405, json: { Message: 'no such method' } }, 'notApplied', 'AUTOTASK_NOT_FOUND_ROUTE'],
  ['500 with errors', texts(500, 'Missing Required Field: effectiveDate'), 'rejected', 'AUTOTASK_REJECTED'],
  ['400 with a message', { status: 400, json: { Message: 'bad' } }, 'rejected', 'AUTOTASK_REJECTED'],
  ['200 with errors', { status: 200, json: { errors: ['refused'] } }, 'rejected', 'AUTOTASK_REJECTED'],
  [
    '500 with a deadlock',
    texts(500, 'Transaction was deadlocked on lock resources'),
    'unknown',
    'AUTOTASK_OUTCOME_UNKNOWN',
  ],
  ['500 with a time-out', texts(500, 'Timeout expired.'), 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['500 with only a message', { status: 500, json: { Message: 'An error' } }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['500 as HTML', { status: 500, text: html }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['502', { status: 502, text: html }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['503', { status: 503, text: html }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['504 with errors', texts(504, 'upstream'), 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['200 as HTML', { status: 200, text: html }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['200 with an empty body', { status: 200, text: '' }, 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  [
    'a redirect',
    { status: 302, text: '', headers: { location: 'https://evil.example/' } },
    'unknown',
    'AUTOTASK_OUTCOME_UNKNOWN',
  ],
  ['a reset', 'reset', 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['a body cut off', 'cutOff', 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
  ['no answer in time', 'silence', 'unknown', 'AUTOTASK_OUTCOME_UNKNOWN'],
];

describe('what an answer to a write means (DESIGN §7)', () => {
  it.each(ANSWERS)('%s', async (_, reply, outcome, code) => {
    await using server = await startStubAutotask(() => reply);
    const error = await failure(write(stubClient(server.origin, { timeoutMs: patience(reply) }).client));
    expect({ outcome: error.outcome, code: error.code }).toEqual({ outcome, code });
    expect(error.request).toBe('POST /ATServicesRest/V1.0/Contracts/7/ServiceAdjustments');
    // Nothing but a 401 leads to a second request: a repeated write could bill twice.
    expect(server.calls()).toHaveLength(code === 'AUTOTASK_SECRET_WRONG' ? 2 : 1);
  });

  it('200 with itemId null is applied', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: null } }));
    expect(await write(stubClient(server.origin).client)).toEqual({ itemId: null });
  });

  it('a refused connection is not applied', async () => {
    let zone = '';
    await using server = await startStubAutotask(() => ({ json: {} }), {
      zone: () => ({ json: { zoneName: 'Stub', url: `${zone}/ATServicesRest/`, ci: 1 } }),
    });
    await using gone = await startStubAutotask(() => ({ json: {} }));
    zone = gone.origin;
    await gone[Symbol.asyncDispose]();
    const error = await failure(write(stubClient(server.origin).client));
    expect({ outcome: error.outcome, code: error.code }).toEqual({
      outcome: 'notApplied',
      code: 'AUTOTASK_UNREACHABLE',
    });
  });

  it('an unknown host name is not applied', async () => {
    await using server = await startStubAutotask(() => ({ json: {} }), {
      zone: () => ({ json: { zoneName: 'Stub', url: 'https://zone.nowhere.invalid/ATServicesRest/', ci: 1 } }),
    });
    const transport = createTransport();
    const allowedHosts = ['nowhere.invalid'];
    const zones = new ZoneDirectory({ transport, discoveryUrl: server.origin, allowedHosts, timeoutMs: 2000 });
    const error = await failure(write(stubClient(server.origin, { zones, allowedHosts }).client));
    expect({ outcome: error.outcome, code: error.code }).toEqual({
      outcome: 'notApplied',
      code: 'AUTOTASK_UNREACHABLE',
    });
  });

  it('a failed TLS handshake is not applied', async () => {
    let zone = '';
    await using server = await startStubAutotask(() => ({ json: { itemId: 1 } }), {
      zone: () => ({ json: { zoneName: 'Stub', url: zone, ci: 1 } }),
    });
    // The port speaks plain HTTP, so the handshake fails.
    zone = `${server.origin.replace('http:', 'https:')}/ATServicesRest/`;
    const error = await failure(write(stubClient(server.origin).client));
    expect({ outcome: error.outcome, code: error.code }).toEqual({
      outcome: 'notApplied',
      code: 'AUTOTASK_UNREACHABLE',
    });
  });
});

describe('refusals', () => {
  it.each<[string, RejectionReason]>([
    ['Attempt to insert duplicate data into contract_service_period', 'duplicateAdjustmentDate'],
    [
      'Unable to make changes as it would result in the deletion/modification of an already approved and posted contract period',
      'postedPeriod',
    ],
    [
      "Violation of UNIQUE KEY constraint 'IX_service'. Cannot insert duplicate key in object 'dbo.Service'.",
      'duplicateServiceName',
    ],
    [
      'ContractServiceAdjustment effectiveDate must be between the start date and end date of the Contract referenced by contractID.',
      'dateOutsideContract',
    ],
    ['A ContractCharge cannot have a negative amount.', 'negativeCharge'],
    ['The logged in Resource does not have the adequate permissions to create this entity type.', 'permission'],
    ['Missing Required Field: periodType', 'requiredField'],
    ['Picklist value [3] does not exist for priority', 'other'],
  ])('%s', (text, reason) => {
    const context = { request: 'POST /x', isWrite: true, redact: (said: string) => said };
    const answer = { status: 500, headers: {}, text: JSON.stringify({ errors: [text, 'Error updating database.'] }) };
    let error: unknown;
    try {
      readAnswer(answer, context);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(AutotaskRejectedError);
    expect(error).toMatchObject({
      reason,
      outcome: 'rejected',
      status: 500,
      texts: [text, 'Error updating database.'],
    });
  });
});

describe('secrets', () => {
  it.each<[string, StubReply]>([
    ['an answer that echoes them', texts(500, Object.values(STUB_CREDENTIALS).join(' and '))],
    ['a reset connection', 'reset'],
    ['a cut-off body', 'cutOff'],
    ['no answer in time', 'silence'],
    ['a wrong secret', texts(401, `no access for ${STUB_CREDENTIALS.userName}`)],
  ])('never stand in an error: %s', async (_, reply) => {
    await using server = await startStubAutotask(() => reply);
    const { client } = stubClient(server.origin, { timeoutMs: patience(reply) });
    const seen = await Promise.all(
      [write(client), client.get('Contracts', 'Contracts/1')].map(async (work) => {
        const error = await failure(work);
        return [
          JSON.stringify(error),
          inspect(error, { depth: 20, showHidden: true }),
          error.stack,
          String(error.cause),
        ];
      }),
    );
    const text = seen.flat().join('\n');
    for (const secret of Object.values(STUB_CREDENTIALS)) expect(text).not.toContain(secret);
    expect(text).toContain('/ATServicesRest/V1.0/Contracts/1');
  });

  it('never stand in an error of zone discovery', async () => {
    await using server = await startStubAutotask(() => ({ json: {} }), {
      zone: (request) => texts(500, `no zone for ${request.query.get('user')}`),
    });
    const error = await failure(stubClient(server.origin).client.zone());
    expect(error.code).toBe('AUTOTASK_USER_UNKNOWN');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(STUB_CREDENTIALS.userName);
  });

  it('do not show when a client is printed', async () => {
    await using server = await startStubAutotask(() => ({ json: {} }));
    const { client } = stubClient(server.origin);
    const text = inspect(client, { depth: 20 }) + JSON.stringify(client);
    expect(text).not.toContain(STUB_CREDENTIALS.secret);
  });
});
