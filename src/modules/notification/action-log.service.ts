import { Injectable } from '@nestjs/common';
import { Database, type Unit } from '../../platform/database/database.js';
import { ActionLogEntry, Notification, type LogCategory, type LogOutcome } from './notification.entities.js';

/** What happened, as the log keeps it (FEATURES LOG-1). Never put a secret into any of it. */
export interface LogRecord {
  installationId: string;
  connectionId?: string | undefined;
  /** Host user id, or `automatic`. */
  actor: string;
  category: LogCategory;
  /** Stable word, e.g. `task.synced`. */
  action: string;
  outcome: LogOutcome;
  /** One sentence for people. */
  message: string;
  taskId?: string | undefined;
  subscriptionId?: string | undefined;
  customerId?: string | undefined;
  before?: unknown;
  after?: unknown;
  details?: Record<string, unknown> | undefined;
  /** Also tell people by a pop-up; the level decides who sees it (INS-6). */
  notify?: { level: 'error' | 'action' | 'info'; code: string };
}

/** The append-only Action Log. */
@Injectable()
export class ActionLog {
  constructor(private readonly database: Database) {}

  /**
   * Adds an entry. Inside a unit of work pass its `em`, so that the entry exists exactly when the change does; without
   * one it is written at once.
   */
  async record(entry: LogRecord, em?: Unit): Promise<void> {
    const unit = em ?? this.database.unit();
    const at = new Date();
    unit.create(ActionLogEntry, {
      installationId: entry.installationId,
      connectionId: entry.connectionId ?? null,
      at,
      actor: entry.actor,
      category: entry.category,
      action: entry.action,
      outcome: entry.outcome,
      message: entry.message,
      taskId: entry.taskId ?? null,
      subscriptionId: entry.subscriptionId ?? null,
      customerId: entry.customerId ?? null,
      before: entry.before ?? null,
      after: entry.after ?? null,
      details: entry.details ?? null,
    });
    if (entry.notify)
      unit.create(Notification, {
        installationId: entry.installationId,
        connectionId: entry.connectionId ?? null,
        createdAt: at,
        level: entry.notify.level,
        code: entry.notify.code,
        message: entry.message,
        taskId: entry.taskId ?? null,
        readBy: [],
      });
    if (!em) await unit.flush();
  }
}
