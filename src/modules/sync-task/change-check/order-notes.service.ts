import { Injectable } from '@nestjs/common';
import type { Unit } from '../../../platform/database/database.js';
import { ActionLog, type LogRecord } from '../../notification/action-log.service.js';
import type { WatchOutcome } from '../sync-task.entity.js';
import type { CheckRun } from './check-run.js';
import type { ReadOrder } from './order-reader.service.js';

/** What one order's entry says. */
type Note = Pick<LogRecord, 'action' | 'outcome' | 'message' | 'notify'>;

/** Logs orders that are no task, each turn of theirs once: nothing the marketplace sends is dropped silently. */
@Injectable()
export class OrderNotes {
  constructor(private readonly log: ActionLog) {}

  /** @param stored how the watch list keeps it: an order that stands as before is not logged again. */
  async record(
    em: Unit,
    check: CheckRun,
    read: Extract<ReadOrder, { kind: 'watch' }>,
    stored: { first: boolean; changed: boolean; outcome: WatchOutcome | undefined },
  ): Promise<void> {
    const note = await this.noteOf(em, check, read, stored);
    if (!note) return;
    await this.log.record(
      {
        installationId: check.installationId,
        connectionId: check.connection.id,
        actor: check.job.actor,
        category: 'check',
        ...note,
        subscriptionId: read.watched.subscriptionId,
        details: {
          orderId: read.watched.orderId,
          order: read.watched.orderNumber,
          status: read.watched.status,
          ...(read.watched.currency === undefined ? {} : { currency: read.watched.currency }),
        },
      },
      em,
    );
  }

  private async noteOf(
    em: Unit,
    check: CheckRun,
    { watched, unreadable }: Extract<ReadOrder, { kind: 'watch' }>,
    { first, changed, outcome }: { first: boolean; changed: boolean; outcome: WatchOutcome | undefined },
  ): Promise<Note | undefined> {
    const { orderNumber, status, currency } = watched;
    switch (outcome) {
      case 'cancelled':
        return {
          action: 'order.cancelled',
          outcome: 'info',
          message: `Order ${orderNumber} was withdrawn in the marketplace; nothing is to be done.`,
        };
      case 'gone':
        return {
          action: 'order.gone',
          outcome: 'info',
          message: `The marketplace no longer knows order ${orderNumber}; it is not read again.`,
        };
      case 'gaveUp':
        return {
          action: 'order.given_up',
          outcome: 'action_required',
          message: `Order ${orderNumber} has not ended in 60 days (${status}) and is not read again. Settle it in the marketplace; if it still completes, sync its subscription by hand.`,
          notify: { level: 'action', code: 'ORDER_GIVEN_UP' },
        };
      case 'noSubscription':
        return {
          action: 'order.not_supported',
          outcome: 'action_required',
          message: `Order ${orderNumber} names no subscription, so no contract can follow it. Bill it in Autotask by hand if it has to be billed.`,
          notify: { level: 'action', code: 'ORDER_INCOMPLETE' },
        };
      case 'otherCurrency':
        if (!first || (await isSomebodys(em, check, watched.orderId, currency))) return undefined;
        return {
          action: 'order.without_connection',
          outcome: 'action_required',
          message: `Order ${orderNumber} is in ${currency ?? 'an unknown currency'}, and no connection has that currency. Add one; its first check makes the task.`,
          notify: { level: 'action', code: 'CONTRACT_CURRENCY' },
        };
      case undefined:
        break;
    }
    if (!changed) return undefined;
    if (unreadable !== undefined)
      return {
        action: 'order.unreadable',
        outcome: 'failed',
        message: `Order ${orderNumber} could not be read and is tried again: ${unreadable}`,
        notify: { level: 'error', code: 'MARKETPLACE_ANSWER_UNEXPECTED' },
      };
    if (status === 'error')
      return {
        action: 'order.in_error',
        outcome: 'info',
        message: `Order ${orderNumber} is in error in the marketplace; it is read again until it ends.`,
      };
    return undefined;
  }
}

/** True when an enabled connection has the currency, or another connection has logged the order already. */
async function isSomebodys(em: Unit, check: CheckRun, orderId: string, currency: string | undefined): Promise<boolean> {
  const rows = await em.execute(
    `select 1 from connection where installation_id = ? and enabled and currency = ?
     union all
     select 1 from order_watch
     where installation_id = ? and connection_id <> ? and order_id = ? and outcome = 'otherCurrency' limit 1`,
    [check.installationId, currency ?? '', check.installationId, check.connection.id, orderId],
  );
  return rows.length > 0;
}
