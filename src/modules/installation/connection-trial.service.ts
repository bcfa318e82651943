import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ConnectionAccess } from './connection-access.service.js';
import type { TestConnectionDto } from './connection.dto.js';
import { lockConnection } from './connection-rows.js';
import { ConnectionService } from './connection.service.js';
import { ConnectionTester } from './connection-tester.service.js';
import type { ConnectionTestView } from './connection.view.js';

/** The *Test connection* button (FEATURES INS-2). */
@Injectable()
export class ConnectionTrial {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly tester: ConnectionTester,
    private readonly access: ConnectionAccess,
  ) {}

  /**
   * Tries what was given, filled up from the stored connection if one is named. A stored connection that passes as it is
   * also ends its pause and keeps what the test learned, e.g. that costs can be seen now.
   *
   * @throws Problem NOT_FOUND, and as `ConnectionTester.candidate`; failed checks are rows, not errors.
   */
  async run(caller: Caller, input: TestConnectionDto): Promise<ConnectionTestView> {
    const stored =
      input.connectionId === undefined
        ? undefined
        : await this.connections.find(caller.installationId, input.connectionId);
    const candidate = await this.tester.candidate(caller.installationId, input, stored);
    const { passed, checks, learned } = await this.tester.test(candidate);
    const asStored = !input.autotask && !input.marketplace && (input.currency ?? stored?.currency) === stored?.currency;
    if (stored && passed && asStored) {
      await this.database.transaction(async (em) => {
        const row = await lockConnection(em, stored.installationId, stored.id);
        if (row.credentialsVersion === stored.credentialsVersion)
          em.assign(row, { capabilities: { ...row.capabilities, ...learned } });
      });
      await this.access.resume(stored, caller.userId);
    }
    return { passed, checks };
  }
}
