import { Injectable } from '@nestjs/common';
import { AutotaskClients } from '../../adapters/autotask/autotask-connections.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { DueJob } from '../../platform/jobs/job.entities.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ActionLogEntry } from '../notification/notification.entities.js';
import { ConnectionChanges, loggable } from './connection-changes.service.js';
import type { Connection } from './connection.entity.js';
import { hasHistory, lockConnection, WITHOUT_SECRETS } from './connection-rows.js';
import { ConnectionService } from './connection.service.js';

/** Removes connections (DESIGN §10, `DELETE /connections/{id}`). */
@Injectable()
export class ConnectionRemoval {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly clients: AutotaskClients,
    private readonly changes: ConnectionChanges,
  ) {}

  /**
   * Removes a connection. One with history – tasks, mappings or anything written – is kept without its secrets and
   * switched off, so that the log still explains itself. Autotask stays as it is in both cases.
   *
   * @throws Problem NOT_FOUND.
   */
  async remove(caller: Caller, connectionId: string): Promise<'removed' | 'disabled'> {
    const { installationId } = caller;
    const connection = await this.connections.find(installationId, connectionId);
    const outcome = await this.database.transaction(async (em) => {
      const row = await lockConnection(em, installationId, connectionId);
      const before = loggable(row);
      if (!(await hasHistory(em, row))) {
        const message = `Connection ${row.alias} was removed. It had no history.`;
        await this.changes.record(em, caller, row, { action: 'connection.removed', message, before });
        await removeRows(em, row);
        return 'removed';
      }
      const message = `Connection ${row.alias} was switched off and its secrets deleted. Mappings, tasks and this log are kept; Autotask stays as it is.`;
      await this.changes.record(em, caller, row, { action: 'connection.disabled', message, before });
      em.assign(row, { ...WITHOUT_SECRETS, credentialsVersion: row.credentialsVersion + 1 });
      await em.nativeDelete(DueJob, { installationId, connectionId });
      return 'disabled';
    });
    this.clients.forget({ installationId, connectionId });
    await this.changes.publish(connection, ['removed']);
    return outcome;
  }
}

/** The connection and everything below it but the log, which only ever grows. */
async function removeRows(em: Unit, row: Connection): Promise<void> {
  const below = [...em.getMetadata().getAll().values()].filter((meta) => 'connectionId' in meta.properties);
  for (const { class: entity } of below)
    if (entity !== ActionLogEntry)
      await em.nativeDelete(entity, { installationId: row.installationId, connectionId: row.id });
  em.remove(row);
}
