import { defineEntity, p } from '@mikro-orm/core';
import type { Order } from '../../domain/marketplace/order.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import type { UsageRecord } from '../../domain/marketplace/usage-record.js';
import type { SyncChoices } from '../../domain/sync-plan/sync-choices.js';
import type { TaskSource, TaskType } from '../../domain/sync-plan/sync-facts.js';
import type { RequiredAction } from '../../domain/sync-plan/sync-plan.js';
import type { SyncTaskState } from '../../domain/sync-task/sync-task-state.js';
import { connectionColumns } from '../../platform/database/tenant-columns.js';

/** Why a task failed, in words for people. */
export interface TaskFailure {
  code: string;
  message: string;
  /** Autotask's own words, where it said any. */
  autotask?: string[];
}

const SyncTaskSchema = defineEntity({
  name: 'SyncTask',
  tableName: 'sync_task',
  uniques: [{ name: 'sync_task_source', properties: ['installationId', 'connectionId', 'sourceKey'] }],
  indexes: [
    {
      name: 'sync_task_list',
      properties: ['installationId', 'connectionId', 'state', 'effectiveDate', 'orderCreatedAt', 'id'],
    },
    {
      name: 'sync_task_place',
      properties: ['installationId', 'connectionId', 'effectiveDate', 'orderCreatedAt', 'id'],
    },
    { name: 'sync_task_newest', properties: ['installationId', 'connectionId', 'createdAt', 'id'] },
    // Who is held: the open tasks of a subscription in their order (DESIGN §6 Order).
    {
      name: 'sync_task_open',
      expression:
        'create index "sync_task_open" on "sync_task" ("installation_id", "connection_id", "subscription_id", "effective_date", "order_created_at", (coalesce("order_number", \'\')), "id") where "state" in (\'pending\', \'action_required\', \'ready\', \'running\', \'failed\', \'uncertain\')',
    },
    // Lists of open tasks, which are few among all: without it a page reads past every finished one.
    {
      name: 'sync_task_open_place',
      expression:
        'create index "sync_task_open_place" on "sync_task" ("installation_id", "connection_id", "effective_date", "order_created_at", "id") where "state" in (\'pending\', \'action_required\', \'ready\', \'running\', \'failed\', \'uncertain\')',
    },
    // Search by leading characters.
    {
      name: 'sync_task_customer_name',
      expression:
        'create index "sync_task_customer_name" on "sync_task" ("installation_id", "connection_id", (lower("customer_name")) text_pattern_ops)',
    },
    {
      name: 'sync_task_order_number',
      expression:
        'create index "sync_task_order_number" on "sync_task" ("installation_id", "connection_id", (lower("order_number")) text_pattern_ops)',
    },
    {
      name: 'sync_task_subscription_name',
      expression:
        'create index "sync_task_subscription_name" on "sync_task" ("installation_id", "connection_id", (lower("subscription_name")) text_pattern_ops)',
    },
    {
      name: 'sync_task_subscription',
      properties: ['installationId', 'connectionId', 'subscriptionId', 'effectiveDate'],
    },
    { name: 'sync_task_customer', properties: ['installationId', 'connectionId', 'customerId'] },
    { name: 'sync_task_order', properties: ['installationId', 'connectionId', 'orderId'] },
    {
      name: 'sync_task_one_running',
      expression:
        'create unique index "sync_task_one_running" on "sync_task" ("installation_id", "connection_id", "subscription_id") where "state" = \'running\'',
    },
    {
      name: 'sync_task_due',
      expression:
        'create index "sync_task_due" on "sync_task" ("installation_id", "connection_id", "effective_date") where "state" in (\'ready\', \'running\') and "confirmed_hash" is not null',
    },
  ],
  properties: {
    ...connectionColumns,
    /** DESIGN §5; what makes a change exactly one task. */
    sourceKey: p.string().length(500),
    source: p.string().$type<TaskSource>().length(20),
    type: p.string().$type<TaskType>().length(20),
    state: p.string().$type<SyncTaskState>().length(20),
    customerId: p.string().length(100),
    customerName: p.string().length(300),
    subscriptionId: p.string().length(100),
    subscriptionName: p.string().length(300),
    orderId: p.string().length(100).nullable(),
    orderNumber: p.string().length(100).nullable(),
    /** As read at the check; planning never reads the marketplace again. */
    order: p.json().$type<Order>().nullable(),
    subscription: p.json().$type<Subscription>(),
    usage: p.json().$type<UsageRecord[]>().nullable(),
    /** First day the change counts, in the connection's zone; orders the subscription's tasks. */
    effectiveDate: p.date(),
    orderCreatedAt: p.datetime(),
    readOn: p.date(),
    /** What the newest plan still needs from a person. */
    requiredActions: p.json().$type<RequiredAction[]>(),
    /** Short words of the newest plan for lists. */
    planSummary: p.json().$type<Record<string, unknown>>().nullable(),
    /** Hash of the plan somebody accepted; workers take only rows that have one. */
    confirmedHash: p.string().length(64).nullable(),
    confirmedBy: p.string().length(200).nullable(),
    confirmedAt: p.datetime().nullable(),
    /** Choices the confirmed plan was made with. */
    choices: p.json().$type<SyncChoices>(),
    /** Whose process runs it, and until when that claim holds. */
    runOwner: p.string().length(100).nullable(),
    runUntil: p.datetime().nullable(),
    /** Not before this time (back-off, settle time). */
    runAfter: p.datetime().nullable(),
    /** Tries since something was last written or somebody accepted it; rests grow with them. */
    attempts: p.integer().default(0),
    failure: p.json().$type<TaskFailure>().nullable(),
    ignoreKind: p.string().$type<'done_by_hand' | 'not_billed'>().length(20).nullable(),
    ignoreReason: p.string().length(500).nullable(),
    ignoredBy: p.string().length(200).nullable(),
    ignoredAt: p.datetime().nullable(),
    supersededBy: p.uuid().nullable(),
    syncedAt: p.datetime().nullable(),
    /** Bulk job that confirmed it. */
    jobId: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});

/** One order's journey to Autotask. Its state changes only through `SyncTaskStates`. */
export class SyncTask extends SyncTaskSchema.class {}
SyncTaskSchema.setClass(SyncTask);

const TaskDraftSchema = defineEntity({
  name: 'TaskDraft',
  tableName: 'task_draft',
  uniques: [{ name: 'task_draft_task', properties: ['installationId', 'taskId'] }],
  properties: {
    ...connectionColumns,
    taskId: p.uuid(),
    step: p.string().length(40),
    choices: p.json().$type<SyncChoices>(),
    version: p.integer().default(1),
    updatedBy: p.string().length(200),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});

/** Where somebody stands in the wizard, so that a reload or a second person loses nothing. */
export class TaskDraft extends TaskDraftSchema.class {}
TaskDraftSchema.setClass(TaskDraft);

/**
 * Why an order is over without a task: withdrawn, in the currency of another connection (or of none, FEATURES INS-7),
 * unfinished for too long, no longer known to the marketplace, or without a subscription.
 */
export type WatchOutcome = 'cancelled' | 'otherCurrency' | 'gaveUp' | 'gone' | 'noSubscription';

const OrderWatchSchema = defineEntity({
  name: 'OrderWatch',
  tableName: 'order_watch',
  uniques: [{ name: 'order_watch_order', properties: ['installationId', 'connectionId', 'orderId'] }],
  indexes: [{ name: 'order_watch_due', properties: ['installationId', 'connectionId', 'nextReadAt'] }],
  properties: {
    ...connectionColumns,
    orderId: p.string().length(100),
    orderNumber: p.string().length(100),
    status: p.string().length(20),
    /** Of its subscription, once an order told it: an order that is about to complete may explain what the sweep sees. */
    subscriptionId: p.string().length(100).nullable(),
    currency: p.string().length(3).nullable(),
    orderCreatedAt: p.datetime(),
    /** Business instants: watching starts with the first sight and slows down with age (DESIGN §8). */
    firstSeenAt: p.datetime(),
    /** Null once it is over. */
    nextReadAt: p.datetime().nullable(),
    /** Why it is over without a task; null while it is watched. */
    outcome: p.string().$type<WatchOutcome>().length(20).nullable(),
    gaveUpAt: p.datetime().nullable(),
  },
});

/** Orders that are no task: not ended yet, or ended as something that is none of this connection's. */
export class OrderWatch extends OrderWatchSchema.class {}
OrderWatchSchema.setClass(OrderWatch);
