import { Injectable } from '@nestjs/common';
import type { AutotaskAdapter } from '../../adapters/autotask/autotask.adapter.js';
import {
  AutotaskError,
  AutotaskRejectedError,
  AutotaskRouteError,
  AutotaskSecretWrongError,
  AutotaskUserUnknownError,
} from '../../adapters/autotask/autotask.errors.js';
import { Problem } from '../../platform/http/problem.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';

/** Calls to Autotask for a request that a person waits for: what goes wrong becomes a problem they can act on. */
@Injectable()
export class AutotaskCalls {
  constructor(private readonly access: ConnectionAccess) {}

  /**
   * Runs the work with the connection's Autotask. A refused sign-in pauses the connection (DESIGN §7).
   *
   * @throws Problem with the error's own code: 503 when it may go well later, 409 when Autotask refused in words
   * (`autotask`); and what `ConnectionAccess.autotask` throws.
   */
  async run<T>(connection: Connection, work: (autotask: AutotaskAdapter) => Promise<T>): Promise<T> {
    try {
      const result = await work(await this.access.autotask(connection));
      await this.access.resume(connection);
      return result;
    } catch (error) {
      if (error instanceof AutotaskSecretWrongError || error instanceof AutotaskUserUnknownError)
        await this.access.pause(connection, error.code, error.message);
      throw error instanceof AutotaskError ? problemOf(error) : error;
    }
  }
}

/** The answer an Autotask error deserves; its own words go beneath ours. */
export function problemOf(error: AutotaskError): Problem {
  const refused = error instanceof AutotaskRejectedError || error instanceof AutotaskRouteError;
  const texts = error.texts.length > 0 ? { autotask: [...error.texts] } : {};
  return new Problem(refused ? 'conflict' : 'unavailable', error.code, error.message, texts, { cause: error });
}
