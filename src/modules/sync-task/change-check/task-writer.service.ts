import { Injectable } from '@nestjs/common';
import type { CalendarDate, Instant } from '../../../domain/calendar/calendar-date.js';
import { supersedings, type Superseding } from '../../../domain/change-check/supersedings.js';
import type { Order } from '../../../domain/marketplace/order.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type { UsageRecord } from '../../../domain/marketplace/usage-record.js';
import type { TaskSource, TaskType } from '../../../domain/sync-plan/sync-facts.js';
import type { Unit } from '../../../platform/database/database.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { SyncTaskStates } from '../sync-task-states.js';
import type { CheckRun } from './check-run.js';
import { inList } from './in-batches.js';
import { knownTasks } from './known-tasks.js';

/** A task as a check makes it: order and subscription as read, nothing planned yet. */
export interface NewTask {
  sourceKey: string;
  source: TaskSource;
  type: TaskType;
  order?: Order;
  subscription: Subscription;
  /** Of a Billing task: everything known of the product's period. */
  usage?: UsageRecord[];
  customerName: string;
  effectiveDate: CalendarDate;
  /** Creation of the order; without one the business instant at which the subscription was read. */
  orderCreatedAt: Instant;
  /** What was found, as the end of a sentence: "the order completed", "the price changed". */
  why: string;
}

/** What a transaction wrote. */
export interface WrittenTasks {
  made: { id: string; type: TaskType; subscriptionId: string }[];
  superseded: number;
}

/**
 * Makes tasks, each source key at most once, and lets those give way that say the same thing twice. All in the caller's
 * transaction, so that a crash leaves either all of it or nothing.
 */
@Injectable()
export class TaskWriter {
  constructor(
    private readonly states: SyncTaskStates,
    private readonly log: ActionLog,
  ) {}

  async write(em: Unit, check: CheckRun, tasks: readonly NewTask[]): Promise<WrittenTasks> {
    if (tasks.length === 0) return { made: [], superseded: 0 };
    const made = await this.insert(em, check, tasks);
    const fresh = new Set(made.map(({ id }) => id));
    let superseded = 0;
    const shared = await subscriptionsWithSeveral(em, check, [...new Set(made.map((row) => row.subscriptionId))]);
    for (const [subscriptionId, all] of await knownTasks(em, check.connection, shared))
      for (const one of supersedings(all, fresh))
        if (await this.supersede(em, check, subscriptionId, one)) superseded += 1;
    return { made, superseded };
  }

  /** One statement for all: a check of many orders must not cost much more than writing their rows (DESIGN §13 B2). */
  private async insert(em: Unit, check: CheckRun, tasks: readonly NewTask[]): Promise<WrittenTasks['made']> {
    const { installationId, id: connectionId } = check.connection;
    const now = new Date();
    const rows = tasks.map((task) => ({
      source_key: task.sourceKey,
      source: task.source,
      type: task.type,
      customer_id: task.subscription.customerId,
      customer_name: task.customerName,
      subscription_id: task.subscription.id,
      subscription_name: task.subscription.name,
      order_id: task.order?.id ?? null,
      order_number: task.order?.number ?? null,
      order: task.order ?? null,
      subscription: task.subscription,
      usage: task.usage ?? null,
      effective_date: task.effectiveDate,
      order_created_at: task.orderCreatedAt,
    }));
    const inserted = await em.execute<{ id: string; source_key: string }[]>(
      `insert into sync_task (id, installation_id, connection_id, source_key, source, type, state, customer_id,
         customer_name, subscription_id, subscription_name, order_id, order_number, "order", subscription, usage,
         effective_date, order_created_at, read_on, required_actions, choices, attempts, created_at, updated_at)
       select gen_random_uuid(), ?, ?, r.source_key, r.source, r.type, 'pending', r.customer_id, r.customer_name,
         r.subscription_id, r.subscription_name, r.order_id, r.order_number, r."order", r.subscription,
         r.usage,         r.effective_date, r.order_created_at, ?, '[]', '{}', 0, ?, ?
       from jsonb_to_recordset(?::jsonb) as r(source_key text, source text, type text, customer_id text,
         customer_name text, subscription_id text, subscription_name text, order_id text, order_number text,
         "order" jsonb, subscription jsonb, usage jsonb, effective_date date, order_created_at timestamptz)
       on conflict (installation_id, connection_id, source_key) do nothing
       returning id, source_key`,
      [installationId, connectionId, check.today, now, now, JSON.stringify(rows)],
    );
    const ids = new Map(inserted.map((row) => [row.source_key, row.id]));
    const made: WrittenTasks['made'] = [];
    for (const task of tasks) {
      const id = ids.get(task.sourceKey);
      if (id === undefined) continue;
      ids.delete(task.sourceKey);
      made.push({ id, type: task.type, subscriptionId: task.subscription.id });
      await this.log.record(
        {
          installationId,
          connectionId,
          actor: check.job.actor,
          category: 'task',
          action: 'task.created',
          outcome: 'info',
          message: `${task.customerName}, ${task.subscription.name}: ${task.why}.`,
          taskId: id,
          subscriptionId: task.subscription.id,
          customerId: task.subscription.customerId,
          details: { type: task.type, source: task.source, ...(task.order ? { order: task.order.number } : {}) },
        },
        em,
      );
    }
    return made;
  }

  private async supersede(
    em: Unit,
    check: CheckRun,
    subscriptionId: string,
    { taskId, by, reason }: Superseding,
  ): Promise<boolean> {
    const { installationId, id: connectionId } = check.connection;
    const moved = await this.states.move(em, { id: taskId, installationId }, 'superseded', { supersededBy: by });
    if (!moved) return false;
    await this.log.record(
      {
        installationId,
        connectionId,
        actor: check.job.actor,
        category: 'task',
        action: 'task.superseded',
        outcome: 'info',
        message: reason,
        taskId,
        subscriptionId,
        details: { by },
      },
      em,
    );
    return true;
  }
}

/** Those of the subscriptions that have more than one task: only there can one say what another says already. */
async function subscriptionsWithSeveral(em: Unit, check: CheckRun, subscriptionIds: string[]): Promise<string[]> {
  if (subscriptionIds.length === 0) return [];
  const rows = await em.execute<{ subscription_id: string }[]>(
    `select subscription_id from sync_task
     where installation_id = ? and connection_id = ?
       and subscription_id in ${inList(subscriptionIds)}
     group by subscription_id having count(*) > 1`,
    [check.installationId, check.connection.id, ...subscriptionIds],
  );
  return rows.map((row) => row.subscription_id);
}
