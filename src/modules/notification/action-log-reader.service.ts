import { Injectable } from '@nestjs/common';
import type { FilterQuery } from '@mikro-orm/core';
import { Database, type Unit } from '../../platform/database/database.js';
import { actionLogRow, type ActionLogPage, type ActionLogQuery, type ActionLogRow } from './action-log.dto.js';
import { csvLine } from './csv.js';
import { ActionLogEntry } from './notification.entities.js';

const COLUMNS = [
  'id',
  'at',
  'actor',
  'category',
  'action',
  'outcome',
  'message',
  'connectionId',
  'taskId',
  'subscriptionId',
  'customerId',
  'before',
  'after',
  'details',
] as const satisfies (keyof ActionLogRow)[];

/** Rows read at once for a file. */
const BATCH = 1000;
/** Totals are exact up to here (DESIGN §10). */
const COUNTED = 10_000;

/** Reads the Action Log of one installation (FEATURES LOG-1). */
@Injectable()
export class ActionLogReader {
  constructor(private readonly database: Database) {}

  /** One page, newest first. */
  async page(installationId: string, query: ActionLogQuery): Promise<ActionLogPage> {
    const em = this.database.unit();
    const where = conditions(installationId, query);
    const { page, pageSize } = query;
    const entries = await em.find(ActionLogEntry, where, {
      orderBy: { at: 'desc', id: 'desc' },
      limit: pageSize,
      offset: (page - 1) * pageSize,
    });
    const counted = await em.find(ActionLogEntry, where, { fields: ['id'], limit: COUNTED });
    return { items: entries.map(actionLogRow), total: counted.length, page, pageSize };
  }

  /** Everything that matches, newest first, as lines of a CSV file with a header. Reads in batches, so size is no matter. */
  async *csv(installationId: string, query: ActionLogQuery): AsyncGenerator<string> {
    yield csvLine(COLUMNS);
    let after: { at: Date; id: string } | undefined;
    for (;;) {
      const entries = await this.batch(this.database.unit(), conditions(installationId, query), after);
      for (const entry of entries) {
        const row = actionLogRow(entry);
        yield csvLine(COLUMNS.map((column) => row[column]));
      }
      const last = entries.at(-1);
      if (!last || entries.length < BATCH) return;
      after = last;
    }
  }

  private async batch(
    em: Unit,
    where: FilterQuery<ActionLogEntry>,
    after: { at: Date; id: string } | undefined,
  ): Promise<ActionLogEntry[]> {
    const rest = after ? { $or: [{ at: { $lt: after.at } }, { at: after.at, id: { $lt: after.id } }] } : {};
    return await em.find(
      ActionLogEntry,
      { $and: [where, rest] },
      { orderBy: { at: 'desc', id: 'desc' }, limit: BATCH },
    );
  }
}

function conditions(installationId: string, query: ActionLogQuery): FilterQuery<ActionLogEntry> {
  const { connectionId, category, outcome, taskId, subscriptionId, customerId, actor, from, to, search } = query;
  const given = Object.entries({ connectionId, category, taskId, subscriptionId, customerId, actor }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    installationId,
    ...Object.fromEntries(given),
    ...(outcome ? { outcome: { $in: outcome } } : {}),
    ...(from || to ? { at: { ...(from ? { $gte: new Date(from) } : {}), ...(to ? { $lte: endOf(to) } : {}) } } : {}),
    ...(search ? { message: { $ilike: `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%` } } : {}),
  };
}

/** A day counts to its end. */
function endOf(text: string): Date {
  return new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text);
}
