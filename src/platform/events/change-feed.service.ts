import { Injectable } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { Database } from '../database/database.js';
import type { ChangeKind } from './change-event.entity.js';

/** A change as the page hears it: ids only, never data (DESIGN §10). */
export interface Change {
  kind: ChangeKind;
  connectionId: string | null;
  /** Null = many; read the list again. */
  ids: string[] | null;
}

/** Changes after a place in the feed, and the place after them. */
export interface Changes {
  changes: Change[];
  cursor: string;
  /** True when the place is no longer known: whatever is shown must be read again. */
  lost: boolean;
}

/** Changes are kept this long; a reader that comes back later starts anew. */
const KEPT_MS = 60 * 60_000;
const AT_ONCE = 500;

interface Row {
  xact: string | number;
  id: string | number;
  kind: ChangeKind;
  connection_id: string | null;
  ids: string[] | null;
}

/** Reads what triggers wrote, in an order in which nothing can be missed (see the migration). */
@Injectable()
export class ChangeFeed {
  constructor(private readonly database: Database) {}

  /** The place after everything that has happened. */
  async now(): Promise<string> {
    const [row] = await this.database.sql<{ horizon: string | number; at: string | number }>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as horizon,
              floor(extract(epoch from clock_timestamp()))::text as at`,
    );
    return `${row!.horizon}.0.${row!.at}`;
  }

  /**
   * What the installation's rows went through since that place, in order, at most 500 at once.
   *
   * @param cursor from `now` or an earlier answer; anything else, or one older than an hour, is `lost`.
   */
  async since(installationId: string, cursor: string): Promise<Changes> {
    const place = /^(\d{1,18})\.(\d{1,18})\.(\d{1,12})$/.exec(cursor);
    if (!place || Date.now() - Number(place[3]) * 1000 > KEPT_MS * 0.9)
      return { changes: [], cursor: await this.now(), lost: true };
    const [, xact, id] = place;
    const rows = await this.database.sql<Row>(
      `select xact, id, kind, connection_id, ids from change_event
       where installation_id = ? and (xact, id) > (?::bigint, ?::bigint)
         and xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
       order by xact, id limit ${AT_ONCE}`,
      [installationId, xact, id],
    );
    const last = rows.at(-1);
    return {
      changes: rows.map((row) => ({ kind: row.kind, connectionId: row.connection_id, ids: row.ids })),
      cursor: `${last ? `${last.xact}.${last.id}` : `${xact}.${id}`}.${Math.floor(Date.now() / 1000)}`,
      lost: false,
    };
  }

  /** Forgets what no reader can ask for any more. */
  @Cron(CronExpression.EVERY_10_MINUTES)
  async forget(): Promise<void> {
    await this.database.sql(`delete from change_event where created_at < ?`, [new Date(Date.now() - KEPT_MS)]);
  }
}
