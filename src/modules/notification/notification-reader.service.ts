import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import type {
  NotificationPage,
  NotificationQuery,
  NotificationRow,
  ReadNotifications,
  UnreadCount,
} from './notification.dto.js';

interface Row {
  id: string;
  created_at: string | Date;
  level: NotificationRow['level'];
  code: string;
  message: string;
  connection_id: string | null;
  task_id: string | null;
  read: boolean;
}

/** Everything but `info`, unless the connection's level is "all" (FEATURES INS-6). */
const VISIBLE = `n.installation_id = ? and (n.level <> 'info' or n.connection_id is null or exists (
  select 1 from connection c where c.installation_id = n.installation_id and c.id = n.connection_id
    and c.settings->>'notificationLevel' = 'all'))`;
const READ = `n.read_by @> to_jsonb(?::text)`;

/** Reads pop-ups and remembers who has read them (FEATURES LOG-2). */
@Injectable()
export class NotificationReader {
  constructor(private readonly database: Database) {}

  /** A page, newest first, with the caller's count of unread ones over all pages. */
  async page(caller: Caller, query: NotificationQuery): Promise<NotificationPage> {
    const conditions = [VISIBLE];
    const parameters: unknown[] = [caller.installationId];
    if (query.connectionId) {
      conditions.push('n.connection_id = ?');
      parameters.push(query.connectionId);
    }
    if (query.unread === true) {
      conditions.push(`not ${READ}`);
      parameters.push(caller.userId);
    }
    const where = conditions.join(' and ');
    const rows = await this.database.sql<Row>(
      `select n.id, n.created_at, n.level, n.code, n.message, n.connection_id, n.task_id, ${READ} as read
       from notification n where ${where} order by n.created_at desc, n.id desc limit ? offset ?`,
      [caller.userId, ...parameters, query.pageSize, (query.page - 1) * query.pageSize],
    );
    const [count] = await this.database.sql<{ total: number | string }>(
      `select count(*) as total from (select 1 from notification n where ${where} limit 10000) as counted`,
      parameters,
    );
    return {
      items: rows.map((row) => ({
        id: row.id,
        createdAt: new Date(row.created_at).toISOString(),
        level: row.level,
        code: row.code,
        message: row.message,
        connectionId: row.connection_id,
        taskId: row.task_id,
        read: row.read,
      })),
      total: Number(count?.total ?? 0),
      page: query.page,
      pageSize: query.pageSize,
      unread: await this.unread(caller),
    };
  }

  /** Marks pop-ups as read by the caller; ids of other tenants do nothing. Returns how many are left unread. */
  async markRead(caller: Caller, { ids, all }: ReadNotifications): Promise<UnreadCount> {
    if (all || (ids && ids.length > 0))
      await this.database.sql(
        `update notification n set read_by = n.read_by || to_jsonb(?::text)
         where n.installation_id = ? and not ${READ} ${all ? '' : `and n.id in (${ids!.map(() => '?').join(', ')})`}`,
        [caller.userId, caller.installationId, caller.userId, ...(all ? [] : ids!)],
      );
    return { unread: await this.unread(caller) };
  }

  private async unread(caller: Caller): Promise<number> {
    const [row] = await this.database.sql<{ total: number | string }>(
      `select count(*) as total from (select 1 from notification n where ${VISIBLE} and not ${READ} limit 10000) as counted`,
      [caller.installationId, caller.userId],
    );
    return Number(row?.total ?? 0);
  }
}
