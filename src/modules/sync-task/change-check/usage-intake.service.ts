import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../domain/calendar/calendar-date.js';
import { usageKey } from '../../../domain/change-check/source-keys.js';
import {
  firstUsageMark,
  isChargeable,
  isOver,
  nextUsageMark,
  periodEndOf,
  usageFindings,
  type UsageFinding,
  type UsageMark,
} from '../../../domain/change-check/usage-tasks.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type { UsageRecord } from '../../../domain/marketplace/usage-record.js';
import { effectiveDateOf } from '../../../domain/sync-plan/effective-date.js';
import { Database } from '../../../platform/database/database.js';
import { Clock } from '../../../ports/clock.port.js';
import { MarketplacePort } from '../../../ports/marketplace.port.js';
import { SubscriptionMirror } from '../../mapping/mirror.entities.js';
import { ActionLog, type LogRecord } from '../../notification/action-log.service.js';
import { knownUsage } from '../usage-tasks.js';
import { isUnreadable } from './check-failure.js';
import type { CheckRun } from './check-run.js';
import { CustomerNames } from './customer-names.service.js';
import { chunked, mapSome } from './in-batches.js';
import type { NamelessTask } from './order-reader.service.js';
import { TaskWriter } from './task-writer.service.js';

/** Subscriptions of one transaction. */
const CHUNK = 100;
/** Details read at once. */
const READ_AT_ONCE = 4;

/**
 * Usage reports → Billing tasks (FEATURES TSK-3, PSH-6). Read with every sweep: reports come once a day at most, and
 * between sweeps a check with nothing new is one request (DESIGN §13 B3).
 *
 * A task is made once a period is over, one for each product and period, and one more for each later correction. Read are
 * the runs made since a week before the last reading, whatever period they tell of, so a late report is found whenever it
 * comes; the first reading takes periods that ended within the last month.
 */
@Injectable()
export class UsageIntake {
  constructor(
    private readonly database: Database,
    private readonly marketplace: MarketplacePort,
    private readonly clock: Clock,
    private readonly writer: TaskWriter,
    private readonly names: CustomerNames,
    private readonly log: ActionLog,
  ) {}

  /**
   * Reports that cannot be read are logged and read again by the next sweep; nothing of them is left out.
   *
   * @throws MarketplaceError, CheckStopped, CheckHandedBack
   */
  async run(check: CheckRun): Promise<void> {
    await check.tell({ step: 'Reading usage' });
    const { connection, today } = check;
    const mark = markOf(connection) ?? firstUsageMark(today);
    const readAt = await this.clock.businessNow();
    const records = await this.read(check, mark);
    if (!records) return;
    check.counts.usageRows += records.length;
    const ours = records.filter(({ currency }) => currency === connection.currency);
    await this.noteForeign(check, records);
    const open = ours.filter((record) => !isOver(record, today));
    const chargeable = bySubscription(ours.filter((record) => isChargeable(record, mark, today)));
    for (const ids of chunked([...chargeable.keys()], CHUNK)) {
      const unread = await this.take(check, ids, chargeable, readAt);
      open.push(...unread.flatMap((id) => chargeable.get(id) ?? []));
      await check.tell({});
    }
    const next = nextUsageMark(mark, readAt, open);
    await this.database.sql(
      `update connection set usage_from = ?, usage_reports_from = ? where installation_id = ? and id = ?`,
      [next.from, new Date(next.reportsFrom!), check.installationId, connection.id],
    );
  }

  /** Undefined where a report cannot be understood. */
  private async read(check: CheckRun, mark: UsageMark): Promise<UsageRecord[] | undefined> {
    try {
      return await this.marketplace.usage(check.access, mark.from, check.today, mark.reportsFrom);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      await this.record(check, {
        action: 'usage.unreadable',
        outcome: 'failed',
        message: `Usage reports could not be read, so no usage was charged; they are read again by the next sweep. ${error.message}`,
        notify: { level: 'error', code: 'MARKETPLACE_ANSWER_UNEXPECTED' },
      });
      return undefined;
    }
  }

  /** Makes the tasks of some subscriptions. Returns those that could not be read. */
  private async take(
    check: CheckRun,
    ids: readonly string[],
    records: ReadonlyMap<string, readonly UsageRecord[]>,
    readAt: Instant,
  ): Promise<string[]> {
    const { found, unread } = await this.subscriptions(check, ids);
    const known = await knownUsage(
      this.database.unit(),
      { installationId: check.installationId, connectionId: check.connection.id },
      ids,
    );
    const tasks = found.flatMap((subscription) =>
      usageFindings(subscription, records.get(subscription.id) ?? [], known.get(subscription.id) ?? []).map((finding) =>
        taskOf(check, subscription, finding, readAt),
      ),
    );
    const names = await this.names.of(
      check,
      tasks.map(({ subscription }) => subscription.customerId),
    );
    const named = tasks.map((task) => ({ ...task, customerName: names.get(task.subscription.customerId)! }));
    const written = await this.database.transaction(async (em) => await this.writer.write(em, check, named));
    check.count(written.made, written.superseded);
    return unread;
  }

  /** As the mirror knows them, which the sweep has just brought up to date; what it does not know is read. */
  private async subscriptions(
    check: CheckRun,
    ids: readonly string[],
  ): Promise<{ found: Subscription[]; unread: string[] }> {
    const rows = await this.database.unit().find(SubscriptionMirror, {
      installationId: check.installationId,
      connectionId: check.connection.id,
      subscriptionId: { $in: [...ids] },
    });
    const found = rows.map(({ data }) => data);
    const known = new Set(rows.map(({ subscriptionId }) => subscriptionId));
    const missing = ids.filter((id) => !known.has(id));
    const unread: string[] = [];
    const read = await mapSome(missing, READ_AT_ONCE, async (id) => {
      try {
        const subscription = await this.marketplace.subscription(check.access, id);
        if (!subscription) await this.noteUnknown(check, id);
        return subscription;
      } catch (error) {
        if (!isUnreadable(error)) throw error;
        unread.push(id);
        return undefined;
      }
    });
    return { found: [...found, ...read.filter((subscription) => subscription !== undefined)], unread };
  }

  private async noteUnknown(check: CheckRun, subscriptionId: string): Promise<void> {
    await this.once(check, subscriptionId, {
      action: 'usage.without_subscription',
      outcome: 'action_required',
      message: `A usage report names subscription ${subscriptionId}, which the marketplace does not know. Bill its usage in Autotask by hand if it has to be billed.`,
      notify: { level: 'action', code: 'ORDER_INCOMPLETE' },
    });
  }

  /** Usage in a currency that nobody syncs is told, never dropped (FEATURES INS-7). */
  private async noteForeign(check: CheckRun, records: readonly UsageRecord[]): Promise<void> {
    const foreign = records.filter(({ currency }) => currency !== check.connection.currency);
    if (foreign.length === 0) return;
    const rows = await this.database.sql<{ currency: string }>(
      `select currency from connection where installation_id = ? and enabled`,
      [check.installationId],
    );
    const synced = new Set(rows.map(({ currency }) => currency));
    for (const [subscriptionId, [first]] of bySubscription(foreign.filter(({ currency }) => !synced.has(currency))))
      await this.once(check, subscriptionId, {
        action: 'usage.without_connection',
        outcome: 'action_required',
        message: `Usage of subscription ${subscriptionId} is in ${first!.currency}, and no connection has that currency. Add one; its first check makes the task.`,
        notify: { level: 'action', code: 'CONTRACT_CURRENCY' },
      });
  }

  /** Reports repeat themselves; what they say is logged once for a subscription. */
  private async once(check: CheckRun, subscriptionId: string, note: Note): Promise<void> {
    const told = await this.database.sql(
      `select 1 from action_log_entry where installation_id = ? and subscription_id = ? and action = ? limit 1`,
      [check.installationId, subscriptionId, note.action],
    );
    if (told.length === 0) await this.record(check, { ...note, subscriptionId });
  }

  private async record(check: CheckRun, note: Note): Promise<void> {
    const { installationId, connection, job } = check;
    await this.log.record({
      installationId,
      connectionId: connection.id,
      actor: job.actor,
      category: 'check',
      ...note,
    });
  }
}

type Note = Pick<LogRecord, 'action' | 'outcome' | 'message' | 'notify' | 'subscriptionId'>;

function markOf(connection: CheckRun['connection']): UsageMark | undefined {
  const { usageFrom, usageReportsFrom } = connection;
  return usageFrom ? { from: usageFrom.slice(0, 10), reportsFrom: usageReportsFrom?.toISOString() } : undefined;
}

function bySubscription(records: readonly UsageRecord[]): Map<string, UsageRecord[]> {
  const groups = new Map<string, UsageRecord[]>();
  for (const record of records)
    groups.set(record.subscriptionId, [...(groups.get(record.subscriptionId) ?? []), record]);
  return groups;
}

function taskOf(check: CheckRun, subscription: Subscription, finding: UsageFinding, readAt: Instant): NamelessTask {
  const { productKey, productName, periodStart, revision, usage } = finding;
  const task = {
    source: 'usage' as const,
    sourceKey: usageKey(subscription.id, productKey, periodStart, revision),
    type: 'billing' as const,
  };
  const effective = effectiveDateOf({ ...task, subscription, readOn: check.today }, check.connection.timeZone);
  const period = `${periodStart} to ${periodEndOf(usage)}`;
  return {
    ...task,
    subscription,
    usage,
    effectiveDate: effective.date ?? check.today,
    orderCreatedAt: readAt,
    why:
      revision === 1
        ? `usage of ${productName} from ${period} was reported`
        : `usage of ${productName} from ${period} was corrected`,
  };
}
