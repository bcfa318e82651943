import { defineEntity, p } from '@mikro-orm/core';
import type { OperationKind, PlannedOperation } from '../../domain/sync-plan/sync-plan.js';
import { connectionColumns } from '../../platform/database/tenant-columns.js';

/**
 * `sending` has no outcome yet and closes its lane. `applied` and `not_applied` are proven, `rejected` is Autotask's own
 * no, `uncertain` waits for a person (DESIGN §7).
 */
export type OperationState = 'sending' | 'applied' | 'not_applied' | 'rejected' | 'uncertain';

const SyncOperationSchema = defineEntity({
  name: 'SyncOperation',
  tableName: 'sync_operation',
  uniques: [{ name: 'sync_operation_attempt', properties: ['installationId', 'taskId', 'operationKey', 'attempt'] }],
  indexes: [
    { name: 'sync_operation_task', properties: ['installationId', 'connectionId', 'taskId'] },
    {
      name: 'sync_operation_one_sending',
      expression:
        'create unique index "sync_operation_one_sending" on "sync_operation" ("installation_id", "connection_id", "lane") where "state" = \'sending\'',
    },
    {
      name: 'sync_operation_adjustments',
      expression:
        'create index "sync_operation_adjustments" on "sync_operation" ("installation_id", "connection_id", "contract_service_id", "effective_date") where "state" = \'applied\' and "contract_service_id" is not null',
    },
  ],
  properties: {
    ...connectionColumns,
    taskId: p.uuid(),
    subscriptionId: p.string().length(100),
    /** `PlannedOperation.key`. */
    operationKey: p.string().length(300),
    kind: p.string().$type<OperationKind>().length(30),
    /** Place in the plan it belongs to. */
    sequence: p.integer(),
    attempt: p.integer(),
    /** `contract:{id}`, `company:{id}` for a new contract, `service:{name}` for a new service. */
    lane: p.string().length(200),
    state: p.string().$type<OperationState>().length(20),
    operation: p.json().$type<PlannedOperation>(),
    /** Method, path and body exactly as sent. */
    call: p.json().$type<{ method: string; path: string; body: Record<string, unknown> }>(),
    preImage: p.json().$type<unknown>().nullable(),
    postImage: p.json().$type<unknown>().nullable(),
    contractId: p.integer().nullable(),
    contractServiceId: p.integer().nullable(),
    /** Of an adjustment: its effective date, for *date taken*. */
    effectiveDate: p.date().nullable(),
    sentAt: p.datetime(),
    settledAt: p.datetime().nullable(),
    /** Id of the row that was created. */
    resultId: p.integer().nullable(),
    /** What was seen when there was no clean answer: both pictures and the error. */
    evidence: p.json().$type<Record<string, unknown>>().nullable(),
    resolvedBy: p.string().length(200).nullable(),
    note: p.string().length(500).nullable(),
  },
});

/** The journal: one row an attempt, written before it is sent. */
export class SyncOperation extends SyncOperationSchema.class {}
SyncOperationSchema.setClass(SyncOperation);

const LineLedgerSchema = defineEntity({
  name: 'LineLedger',
  tableName: 'line_ledger',
  indexes: [
    { name: 'line_ledger_line', properties: ['installationId', 'connectionId', 'contractId', 'contractServiceId'] },
    { name: 'line_ledger_subscription', properties: ['installationId', 'connectionId', 'subscriptionId'] },
  ],
  properties: {
    ...connectionColumns,
    contractId: p.integer(),
    contractServiceId: p.integer(),
    kind: p.string().$type<'base' | 'share' | 'deduction'>().length(20),
    subscriptionId: p.string().length(100).nullable(),
    productKey: p.string().length(400).nullable(),
    fromDate: p.date(),
    /** Absolute from that day until the next step of the same kind, subscription and product. */
    quantity: p.integer(),
    /** Day of the change behind the step where units follow later than the change itself. */
    effectiveDate: p.date().nullable(),
    /** Order of writing on the line: on the same day the higher one holds. */
    seq: p.integer(),
    taskId: p.uuid().nullable(),
    operationId: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** Steps of what we expect a line to hold (DESIGN §6 Ledger); append-only. */
export class LineLedger extends LineLedgerSchema.class {}
LineLedgerSchema.setClass(LineLedger);

const LinePriceSchema = defineEntity({
  name: 'LinePrice',
  tableName: 'line_price',
  indexes: [
    { name: 'line_price_line', properties: ['installationId', 'connectionId', 'contractId', 'contractServiceId'] },
  ],
  properties: {
    ...connectionColumns,
    contractId: p.integer(),
    contractServiceId: p.integer(),
    fromDate: p.date(),
    unitPrice: p.decimal().precision(18).scale(6).$type<string>().nullable(),
    unitCost: p.decimal().precision(18).scale(6).$type<string>().nullable(),
    /** Order of writing on the line; a later price overwrites earlier ones from its day on. */
    seq: p.integer(),
    taskId: p.uuid().nullable(),
    operationId: p.uuid().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});

/** The prices and costs we wrote; a different one in Autotask was set by hand. */
export class LinePrice extends LinePriceSchema.class {}
LinePriceSchema.setClass(LinePrice);
