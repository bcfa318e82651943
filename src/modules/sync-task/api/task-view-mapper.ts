import type { SyncOperation } from '../sync-operation.entity.js';
import type { SyncTask } from '../sync-task.entity.js';
import { isByPolicy } from '../confirmation.js';
import type { PlanSummary } from '../planning/plan-summary.js';
import type { NextAction, TaskRow, TaskStep, WaitsFor } from './task.view.js';

/** Columns a list row needs: without the stored order and subscription. */
export const ROW_FIELDS = [
  'id',
  'installationId',
  'connectionId',
  'type',
  'source',
  'state',
  'customerId',
  'customerName',
  'subscriptionId',
  'subscriptionName',
  'orderId',
  'orderNumber',
  'effectiveDate',
  'createdAt',
  'updatedAt',
  'syncedAt',
  'confirmedHash',
  'confirmedBy',
  'confirmedAt',
  'ignoreKind',
  'ignoreReason',
  'ignoredBy',
  'ignoredAt',
  'supersededBy',
  'runAfter',
  'jobId',
  'requiredActions',
  'failure',
  'planSummary',
] as const satisfies (keyof SyncTask)[];

/** The columns of `ROW_FIELDS`. */
export type RowColumns = Pick<SyncTask, (typeof ROW_FIELDS)[number]>;

/** A list row. @param automation whether automation applies to the task's customer. */
export function taskRow(task: RowColumns, waitsFor: WaitsFor | undefined, automation: boolean): TaskRow {
  const summary = planSummaryOf(task);
  return {
    id: task.id,
    connectionId: task.connectionId,
    type: task.type,
    source: task.source,
    state: task.state,
    customerId: task.customerId,
    customerName: task.customerName,
    subscriptionId: task.subscriptionId,
    subscriptionName: task.subscriptionName,
    orderId: task.orderId ?? null,
    orderNumber: task.orderNumber ?? null,
    effectiveDate: task.effectiveDate.slice(0, 10),
    createdAt: task.createdAt.toISOString(),
    updatedAt: task.updatedAt.toISOString(),
    syncedAt: instant(task.syncedAt),
    accepted:
      task.confirmedHash && task.confirmedBy && task.confirmedAt
        ? {
            by: task.confirmedBy,
            at: task.confirmedAt.toISOString(),
            byPolicy: isByPolicy({ confirmedHash: task.confirmedHash }),
          }
        : null,
    ignored:
      task.state === 'ignored' && task.ignoredAt
        ? {
            kind: task.ignoreKind ?? '',
            reason: task.ignoreReason ?? '',
            by: task.ignoredBy ?? '',
            at: task.ignoredAt.toISOString(),
          }
        : null,
    supersededBy: task.supersededBy ?? null,
    notBefore: instant(task.runAfter),
    jobId: task.jobId ?? null,
    waitsFor: waitsFor ?? null,
    requiredActions: task.requiredActions,
    failure: task.failure ?? null,
    planSummary: summary,
    nextAction: nextAction(task, waitsFor !== undefined),
    whyNotAutomatic: whyNotAutomatic(task, summary, automation),
  };
}

/** One attempt for people. */
export function taskStep(row: SyncOperation): TaskStep {
  return {
    id: row.id,
    key: row.operationKey,
    kind: row.kind,
    title: row.operation.title,
    state: row.state,
    attempt: row.attempt,
    sentAt: row.sentAt.toISOString(),
    settledAt: instant(row.settledAt),
    call: row.call,
    contractId: row.contractId ?? null,
    contractServiceId: row.contractServiceId ?? null,
    createdId: row.resultId ?? null,
    before: row.preImage ?? null,
    after: row.postImage ?? null,
    evidence: row.evidence ?? null,
    resolvedBy: row.resolvedBy ?? null,
    note: row.note ?? null,
  };
}

/** The stored short words; null while the task waits to be planned. */
export function planSummaryOf(task: Pick<SyncTask, 'planSummary'>): PlanSummary | null {
  const stored = task.planSummary as PlanSummary | null | undefined;
  return stored?.plannedAt ? stored : null;
}

function nextAction(
  { state, confirmedHash, requiredActions }: Pick<SyncTask, 'state' | 'confirmedHash' | 'requiredActions'>,
  held: boolean,
): NextAction {
  switch (state) {
    case 'pending':
    case 'running':
      return 'wait';
    case 'action_required':
      return requiredActions.some(({ code }) => code === 'MAPPING_MISSING' || code === 'FEE_MAPPING_MISSING')
        ? 'map'
        : 'answer';
    case 'ready':
      return confirmedHash || held ? 'wait' : 'sync';
    case 'failed':
      return held ? 'wait' : 'retry';
    case 'uncertain':
      return 'decide';
    case 'ignored':
    case 'superseded':
      return 'restore';
    case 'synced':
    case 'not_supported':
      return 'none';
  }
}

function whyNotAutomatic(
  { state, confirmedHash }: Pick<SyncTask, 'state' | 'confirmedHash'>,
  summary: PlanSummary | null,
  automation: boolean,
): string | null {
  const open = state === 'pending' || state === 'action_required' || state === 'ready';
  if (!open || confirmedHash || !summary) return null;
  if (!summary.automatic) return summary.manualReason ?? 'A person must confirm this one.';
  const warning = summary.warnings.find(({ money }) => money);
  if (warning) return warning.message;
  if (!automation) return 'Automation is off for this customer.';
  return summary.provisional ? 'An older task of the subscription comes first.' : null;
}

function instant(date: Date | null | undefined): string | null {
  return date?.toISOString() ?? null;
}
