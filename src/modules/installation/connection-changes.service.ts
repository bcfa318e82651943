import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import type { Unit } from '../../platform/database/database.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ActionLog } from '../notification/action-log.service.js';
import type { Connection } from './connection.entity.js';
import { DEFAULT_SETTINGS } from './connection-settings.js';

/** What an administrator did to a connection. */
export type ConnectionChange = 'created' | 'settings' | 'credentials' | 'enabled' | 'disabled' | 'removed';

/** Told after the change is committed. Should only mark work as due; the person waits for it. */
export type ConnectionListener = (connection: Connection, changes: ConnectionChange[]) => Promise<void>;

/** What the log may hold of a connection: everything but secrets, flat. */
export function loggable(row: Connection): Record<string, unknown> {
  const { alias, currency, timeZone, enabled, autotaskUserName, settings } = row;
  return { alias, currency, timeZone, enabled, autotaskUserName, ...settings };
}

/**
 * What an administrator's change must name to be sure that nobody changed the connection meanwhile (page-design §5.4):
 * opaque text that is another one after every change a person makes, and the same after checks, pauses and tests.
 */
export function versionOf(row: Connection): string {
  const values = { ...DEFAULT_SETTINGS, ...loggable(row), credentialsVersion: row.credentialsVersion };
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}

/**
 * Writes changes of connections to the Action Log and tells other modules of them, so that they can plan again
 * (page-design §4.14) without this module knowing them. Telling is a hint within one process: what must not be lost
 * belongs into rows.
 */
@Injectable()
export class ConnectionChanges {
  private readonly logger = new Logger(ConnectionChanges.name);
  private readonly listeners: ConnectionListener[] = [];

  constructor(private readonly log: ActionLog) {}

  /** One log entry with the change, or none at all (FEATURES LOG-1). `before` and `after` must hold no secret. */
  async record(
    em: Unit,
    caller: Caller,
    row: Connection,
    entry: { action: string; message: string; before?: unknown; after?: unknown },
  ): Promise<void> {
    await this.log.record(
      {
        installationId: row.installationId,
        connectionId: row.id,
        actor: caller.userId,
        category: entry.action === 'connection.changed' ? 'settings' : 'connection',
        outcome: 'ok',
        ...entry,
      },
      em,
    );
  }

  /** Adds a listener; call it in `onModuleInit`. */
  subscribe(listener: ConnectionListener): void {
    this.listeners.push(listener);
  }

  /** Tells everybody, one after the other. A listener that throws is logged: the change stands. */
  async publish(connection: Connection, changes: ConnectionChange[]): Promise<void> {
    if (changes.length === 0) return;
    for (const listener of this.listeners)
      try {
        await listener(connection, changes);
      } catch (error) {
        this.logger.error({ err: error as Error, connectionId: connection.id }, 'a listener failed');
      }
  }
}
