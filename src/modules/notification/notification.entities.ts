import { defineEntity, p } from '@mikro-orm/core';
import { installationColumns } from '../../platform/database/tenant-columns.js';

/** What an entry is about; the Action Log filters by it. */
export type LogCategory = 'lifecycle' | 'connection' | 'settings' | 'check' | 'mapping' | 'task' | 'push' | 'access';
export type LogOutcome = 'ok' | 'failed' | 'uncertain' | 'info' | 'action_required';

const ActionLogEntrySchema = defineEntity({
  name: 'ActionLogEntry',
  tableName: 'action_log_entry',
  indexes: [
    { name: 'action_log_list', properties: ['installationId', 'at'] },
    { name: 'action_log_task', properties: ['installationId', 'taskId'] },
  ],
  properties: {
    ...installationColumns,
    connectionId: p.uuid().nullable(),
    at: p.datetime(),
    /** Host user id, or `automatic`. */
    actor: p.string().length(200),
    category: p.string().$type<LogCategory>().length(20),
    /** Stable word for what happened, e.g. `task.synced`. */
    action: p.string().length(60),
    outcome: p.string().$type<LogOutcome>().length(20),
    message: p.text(),
    taskId: p.uuid().nullable(),
    subscriptionId: p.string().length(100).nullable(),
    customerId: p.string().length(100).nullable(),
    before: p.json().$type<unknown>().nullable(),
    after: p.json().$type<unknown>().nullable(),
    /** Autotask's own error texts and ids. */
    details: p.json().$type<Record<string, unknown>>().nullable(),
  },
});

/** One line of the Action Log (FEATURES LOG-1); append-only. */
export class ActionLogEntry extends ActionLogEntrySchema.class {}
ActionLogEntrySchema.setClass(ActionLogEntry);

const NotificationSchema = defineEntity({
  name: 'Notification',
  tableName: 'notification',
  indexes: [{ name: 'notification_list', properties: ['installationId', 'createdAt'] }],
  properties: {
    ...installationColumns,
    connectionId: p.uuid().nullable(),
    createdAt: p.datetime(),
    level: p.string().$type<'error' | 'action' | 'info'>().length(20),
    code: p.string().length(60),
    message: p.text(),
    taskId: p.uuid().nullable(),
    /** Host user ids that have read it. */
    readBy: p.json().$type<string[]>(),
  },
});

/** A pop-up derived from the log (FEATURES LOG-2). */
export class Notification extends NotificationSchema.class {}
NotificationSchema.setClass(Notification);
