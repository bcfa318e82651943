import { Injectable } from '@nestjs/common';
import type { AutotaskAdapter } from '../../adapters/autotask/autotask.adapter.js';
import { AutotaskClients } from '../../adapters/autotask/autotask-connections.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { AUTOMATIC } from '../../platform/tenancy/caller.js';
import { Clock } from '../../ports/clock.port.js';
import type { MarketplaceAccess } from '../../ports/marketplace.port.js';
import { ActionLog } from '../notification/action-log.service.js';
import type { Connection } from './connection.entity.js';
import { isPaused, PAUSE_MINUTES, UNTIL_A_PERSON_ACTS } from './connection-pause.js';
import { ConnectionSecrets } from './connection-secrets.service.js';
import { DEFAULT_SETTINGS } from './connection-settings.js';

/** Pauses of the running outage. One that ended a day ago belongs to another outage, even if nobody said that it is over. */
const ATTEMPTS = `(case when paused_until < clock_timestamp() - interval '1 day' then 0 else pause_attempts end)`;

/** The way from a connection's row to the two systems it connects: opens its secrets, respects its pause. */
@Injectable()
export class ConnectionAccess {
  constructor(
    private readonly database: Database,
    private readonly secrets: ConnectionSecrets,
    private readonly clients: AutotaskClients,
    private readonly log: ActionLog,
    private readonly clock: Clock,
  ) {}

  /**
   * The connection's Autotask.
   *
   * @throws Problem CONNECTION_DISABLED, CREDENTIALS_MISSING (409), CONNECTION_PAUSED, INSTALLATION_DISABLED or
   *   SECRET_UNREADABLE (503).
   */
  async autotask(connection: Connection): Promise<AutotaskAdapter> {
    this.assertUsable(connection);
    const [installation] = await this.database.sql<{ status: string }>(`select status from installation where id = ?`, [
      connection.installationId,
    ]);
    if (installation?.status !== 'enabled')
      throw new Problem(
        'unavailable',
        'INSTALLATION_DISABLED',
        'The extension is switched off in the marketplace, so nothing is read or written.',
      );
    const user = this.secrets.autotask(connection);
    if (!user) throw credentialsMissing();
    return this.clients.of({
      installationId: connection.installationId,
      connectionId: connection.id,
      credentials: this.secrets.credentials(user),
      credentialsVersion: connection.credentialsVersion,
      budgetShare: connection.settings.apiBudgetShare ?? DEFAULT_SETTINGS.apiBudgetShare,
    });
  }

  /** The connection's marketplace access. @throws Problem as `autotask`, but for the installation's state. */
  marketplace(connection: Connection): MarketplaceAccess {
    this.assertUsable(connection);
    const access = this.secrets.marketplace(connection);
    if (!access) throw credentialsMissing();
    const { installationId, id: connectionId, timeZone } = connection;
    return { ...access, installationId, connectionId, timeZone };
  }

  /**
   * Stops all traffic of a connection after its sign-in was refused: for 15 minutes, then – if refused again – for 60,
   * then until a person acts (DESIGN §7). The first pause tells people, the others only the log. Several refusals of one
   * outage, and refusals of credentials that have been replaced since, count once or not at all.
   *
   * @param code stable, such as AUTOTASK_SECRET_WRONG. @param message one sentence for people.
   * @returns false when it was paused already or the credentials are no longer those that were refused.
   */
  async pause(connection: Connection, code: string, message: string): Promise<boolean> {
    const { id, installationId, credentialsVersion } = connection;
    const steps = PAUSE_MINUTES.map(
      (minutes, index) => `when ${ATTEMPTS} = ${index} then clock_timestamp() + interval '${minutes} minutes'`,
    );
    return await this.database.transaction(async (em) => {
      const [row] = await em.execute<{ pause_attempts: number; paused_until: string }[]>(
        `update connection set pause_attempts = ${ATTEMPTS} + 1, pause_code = ?,
                paused_until = case ${steps.join(' ')} else ?::timestamptz end
         where installation_id = ? and id = ? and credentials_version = ? and enabled
           and (paused_until is null or paused_until <= clock_timestamp())
         returning pause_attempts, paused_until`,
        [code, UNTIL_A_PERSON_ACTS, installationId, id, credentialsVersion],
      );
      if (!row) return false;
      const minutes = PAUSE_MINUTES[row.pause_attempts - 1];
      const next =
        minutes === undefined
          ? 'It is not tried again by itself: replace the credentials or test the connection.'
          : `It is tried again in ${minutes} minutes.`;
      await this.log.record(
        {
          installationId,
          connectionId: id,
          actor: AUTOMATIC,
          category: 'connection',
          action: 'connection.paused',
          outcome: 'failed',
          message: `${connection.alias}: ${message} Nothing is sent meanwhile. ${next}`,
          details: { code, attempt: row.pause_attempts },
          ...(row.pause_attempts === 1 ? { notify: { level: 'error' as const, code } } : {}),
        },
        em,
      );
      return true;
    });
  }

  /**
   * Ends a pause: call it after the first success that follows one. Costs nothing when the row as read has no pause. A
   * pause that began while that success was under way stays, unless a person ends it.
   *
   * @param by who ended it, when a person did.
   */
  async resume(connection: Connection, by: string = AUTOMATIC): Promise<void> {
    if (connection.pauseAttempts === 0) return;
    const { id, installationId } = connection;
    await this.database.transaction(async (em) => {
      const rows = await em.execute<{ id: string }[]>(
        `update connection set pause_attempts = 0, pause_code = null, paused_until = null
         where installation_id = ? and id = ? and pause_attempts > 0
           and (paused_until is null or paused_until <= clock_timestamp() or ?::boolean) returning id`,
        [installationId, id, by !== AUTOMATIC],
      );
      if (rows.length === 0) return;
      await this.log.record(
        {
          installationId,
          connectionId: id,
          actor: by,
          category: 'connection',
          action: 'connection.resumed',
          outcome: 'ok',
          message: `${connection.alias}: the sign-in works again; checks and syncs go on.`,
        },
        em,
      );
    });
  }

  private assertUsable(connection: Connection): void {
    if (!connection.enabled)
      throw new Problem('conflict', 'CONNECTION_DISABLED', `${connection.alias} is switched off. Switch it on first.`);
    if (isPaused(connection, this.clock.now()))
      throw new Problem(
        'unavailable',
        'CONNECTION_PAUSED',
        `${connection.alias} is paused, because the sign-in was refused. Replace the credentials or test the connection.`,
        { reason: connection.pauseCode },
      );
  }
}

function credentialsMissing(): Problem {
  return new Problem(
    'conflict',
    'CREDENTIALS_MISSING',
    'The credentials of this connection were deleted. Enter them again in its settings.',
  );
}
