import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../platform/http/problem.js';
import type { Page, PageQuery } from '../../platform/http/page.js';
import { Clock } from '../../ports/clock.port.js';
import { SyncTask } from '../sync-task/sync-task.entity.js';
import { Connection } from './connection.entity.js';
import { versionOf } from './connection-changes.service.js';
import { isPaused, UNTIL_A_PERSON_ACTS } from './connection-pause.js';
import { ConnectionSecrets } from './connection-secrets.service.js';
import { DEFAULT_SETTINGS } from './connection-settings.js';
import type { ConnectionListItem, ConnectionView } from './connection.view.js';

/** Task states that wait for a person. */
const NEEDS_YOU = ['action_required', 'failed', 'uncertain'];

/** Reads connections. Every read names the installation: another one's row is no row (DESIGN §5). */
@Injectable()
export class ConnectionService {
  constructor(
    private readonly database: Database,
    private readonly secrets: ConnectionSecrets,
    private readonly clock: Clock,
  ) {}

  /** A connection of the installation, enabled or not. @throws Problem NOT_FOUND, also for text that is no id. */
  async find(installationId: string, connectionId: string): Promise<Connection> {
    const found = isUUID(connectionId)
      ? await this.database.unit().findOne(Connection, { installationId, id: connectionId })
      : null;
    if (!found) throw notFound('The connection');
    return found;
  }

  /**
   * Connections that may work now, of all installations: both are enabled, the secrets are there, and no pause runs. A
   * connection whose pause time is over is among them: its next use is the retry (DESIGN §7).
   */
  async enabled(): Promise<Connection[]> {
    const rows = await this.database.sql<{ id: string }>(
      `select c.id from connection c join installation i on i.id = c.installation_id
       where i.status = 'enabled' and c.enabled and c.autotask_credentials <> ''
         and (c.paused_until is null or c.paused_until <= clock_timestamp())`,
    );
    return await this.database
      .unit()
      .find(Connection, { id: { $in: rows.map(({ id }) => id) } }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  }

  /** Connections of an installation by alias, with how many tasks of each wait for a person. */
  async list(installationId: string, query: PageQuery): Promise<Page<ConnectionListItem>> {
    const { page, pageSize, search } = query;
    const like = search === undefined ? {} : { alias: { $ilike: `${escapeLike(search)}%` } };
    const [rows, total] = await this.database
      .unit()
      .findAndCount(
        Connection,
        { installationId, ...like },
        { orderBy: { alias: 'asc', id: 'asc' }, limit: pageSize, offset: (page - 1) * pageSize },
      );
    const counts = await this.needsYou(installationId);
    return { items: rows.map((row) => this.item(row, counts.get(row.id) ?? 0)), total, page, pageSize };
  }

  /** A connection as people see it: no secret, but whether there is one. @throws Problem NOT_FOUND. */
  async view(installationId: string, connectionId: string): Promise<ConnectionView> {
    const connection = await this.find(installationId, connectionId);
    const counts = await this.needsYou(installationId);
    const access = this.secrets.marketplace(connection, 'forget');
    const { zoneName, webUrl, costVisible, isInternalCurrency } = connection.capabilities;
    return {
      ...this.item(connection, counts.get(connection.id) ?? 0),
      autotask: { userName: connection.autotaskUserName, hasSecret: connection.autotaskCredentials !== '' },
      marketplace: access
        ? { baseUrl: access.baseUrl, user: access.user, marketplace: access.marketplace, hasSecret: true }
        : null,
      settings: { ...DEFAULT_SETTINGS, ...connection.settings },
      learned: { zoneName, webUrl, costVisible, isInternalCurrency },
      currencyCanChange: !(await this.hasTasks(connection)),
      version: versionOf(connection),
      createdAt: connection.createdAt.toISOString(),
      updatedAt: connection.updatedAt.toISOString(),
    };
  }

  /** True once the connection has tasks: its currency is then part of its history. */
  async hasTasks(connection: Pick<Connection, 'installationId' | 'id'>, em = this.database.unit()): Promise<boolean> {
    const { installationId, id: connectionId } = connection;
    return (await em.findOne(SyncTask, { installationId, connectionId }, { fields: ['id'] })) !== null;
  }

  private item(connection: Connection, needsYou: number): Pick<ConnectionListItem, keyof ConnectionListItem> {
    const { id, alias, currency, timeZone, settings, pausedUntil, pauseCode } = connection;
    const paused = isPaused(connection, this.clock.now());
    const until = paused && pausedUntil && pausedUntil < UNTIL_A_PERSON_ACTS ? pausedUntil.toISOString() : null;
    return {
      id,
      alias,
      currency,
      timeZone,
      state: stateOf(connection, paused),
      pause: paused ? { code: pauseCode ?? 'UNKNOWN', until } : null,
      needsYou,
      automation: settings.automation,
      notificationLevel: settings.notificationLevel,
      lastCheckAt: connection.lastCheckAt?.toISOString() ?? null,
      nextCheckAt: connection.nextCheckAt?.toISOString() ?? null,
    };
  }

  private async needsYou(installationId: string): Promise<Map<string, number>> {
    const rows = await this.database.sql<{ connection_id: string; count: number }>(
      `select connection_id, count(*)::int as count from sync_task
       where installation_id = ? and state in (${NEEDS_YOU.map(() => '?').join(', ')}) group by connection_id`,
      [installationId, ...NEEDS_YOU],
    );
    return new Map(rows.map((row) => [row.connection_id, row.count]));
  }
}

function stateOf(connection: Connection, paused: boolean): ConnectionListItem['state'] {
  if (connection.autotaskCredentials === '') return 'needsCredentials';
  if (!connection.enabled) return 'disabled';
  return paused ? 'paused' : 'connected';
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
