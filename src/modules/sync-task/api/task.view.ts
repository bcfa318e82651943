import { ApiProperty } from '@nestjs/swagger';
import type { Order } from '../../../domain/marketplace/order.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import type { UsageRecord } from '../../../domain/marketplace/usage-record.js';
import type { SyncChoices } from '../../../domain/sync-plan/sync-choices.js';
import { FEE_KINDS, type FeeKind, type TaskSource, type TaskType } from '../../../domain/sync-plan/sync-facts.js';
import type { OperationKind } from '../../../domain/sync-plan/sync-plan.js';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import type { LineDrift, PlanSummary } from '../planning/plan-summary.js';
import type { OperationState } from '../sync-operation.entity.js';
import type { TaskFailure } from '../sync-task.entity.js';
import { ChoicesDto } from './choices.dto.js';
import { PlanWarningView, RequiredActionView } from './plan.view.js';

const TYPES = ['sales', 'change', 'billing', 'cancellation', 'reconciliation'] as const;
const SOURCES = ['order', 'initial', 'usage', 'expiry', 'renewal', 'price', 'reconcile', 'move'] as const;
const NEXT_ACTIONS = ['wait', 'map', 'answer', 'sync', 'retry', 'decide', 'restore', 'none'] as const;

/** The next sensible act: a word for the row's button. */
export type NextAction = (typeof NEXT_ACTIONS)[number];

/** What a held task waits for: an older task of its subscription, or a write on its contract that is being proven. */
export class WaitsFor {
  @ApiProperty({ enum: ['task', 'lane'] })
  kind!: 'task' | 'lane';

  @ApiProperty()
  taskId!: string;

  @ApiProperty({ type: String, nullable: true, example: 'CH000905' })
  orderNumber!: string | null;

  @ApiProperty({ enum: SYNC_TASK_STATES })
  state!: SyncTaskState;
}

/** What one product's row of the newest plan changes. */
export class PlannedChangeView {
  @ApiProperty({ example: 'Example Office Basic' })
  productName!: string;

  @ApiProperty({ example: 10 })
  from!: number;

  @ApiProperty({ example: 12 })
  to!: number;

  @ApiProperty({ example: '2027-03-10' })
  date!: string;

  @ApiProperty({ example: 'Upgrade' })
  detail!: string;
}

/** A line that does not hold what is expected. */
export class LineDriftView implements LineDrift {
  @ApiProperty({ example: 5512 })
  contractServiceId!: number;

  @ApiProperty({ example: '2027-03-10' })
  from!: string;

  @ApiProperty({ example: 5 })
  expected!: number;

  @ApiProperty({ example: 6 })
  actual!: number;
}

/** A fee that the charges of a plan need a mapping for. */
export class PlannedFeeView {
  @ApiProperty({ enum: FEE_KINDS })
  feeKind!: FeeKind;

  @ApiProperty({ example: 'mpn:EX-OFF-B|example-software|1m|12m' })
  productKey!: string;
}

/** Short words of the newest plan. Money is decimal text in the connection's currency. */
export class PlanSummaryView implements PlanSummary {
  @ApiProperty({ example: '16', description: 'Change of what is billed each period' })
  recurringChange!: string;

  @ApiProperty({
    type: Number,
    required: false,
    example: 1,
    description: 'Length of that period in months, if lines agree',
  })
  periodMonths?: number;

  @ApiProperty({ example: '11.35', description: 'Billed once' })
  oneOff!: string;

  @ApiProperty({ type: [PlannedChangeView] })
  changes!: PlannedChangeView[];

  @ApiProperty({ type: [PlannedFeeView], required: false, description: 'Fees its charges are mapped by' })
  fees?: PlannedFeeView[];

  @ApiProperty({ description: 'How many writes the plan has' })
  operations!: number;

  @ApiProperty({ type: [PlanWarningView] })
  warnings!: PlanWarningView[];

  @ApiProperty({ description: 'False = a person must confirm it' })
  automatic!: boolean;

  @ApiProperty({ required: false })
  manualReason?: string;

  @ApiProperty({ description: 'True = planned against the state before an older open task' })
  provisional!: boolean;

  @ApiProperty({ example: '2027-03-10T09:41:00.000Z' })
  plannedAt!: string;

  @ApiProperty({ type: [LineDriftView], required: false, description: 'Found by the re-read after the sync' })
  drift?: LineDriftView[];
}

/** Somebody accepted it; `byPolicy` = whatever its plan is, within the policy. */
export class AcceptedView {
  @ApiProperty({ example: 'user-7' })
  by!: string;

  @ApiProperty()
  at!: string;

  @ApiProperty()
  byPolicy!: boolean;
}

/** Why a task is ignored. */
export class IgnoredView {
  @ApiProperty({ enum: ['done_by_hand', 'not_billed'] })
  kind!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty()
  by!: string;

  @ApiProperty()
  at!: string;
}

/** Why a task failed or came back. */
export class TaskFailureView implements TaskFailure {
  @ApiProperty({ example: 'AUTOTASK_REJECTED' })
  code!: string;

  @ApiProperty()
  message!: string;

  @ApiProperty({ type: [String], required: false, description: "Autotask's own words" })
  autotask?: string[];
}

/** A task in lists. Days are `YYYY-MM-DD`, instants UTC, money decimal text in the connection's currency. */
export class TaskRow {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ enum: TYPES })
  type!: TaskType;

  @ApiProperty({ enum: SOURCES })
  source!: TaskSource;

  @ApiProperty({ enum: SYNC_TASK_STATES })
  state!: SyncTaskState;

  @ApiProperty({ example: '1000021' })
  customerId!: string;

  @ApiProperty({ example: 'Marmalade Freight' })
  customerName!: string;

  @ApiProperty({ example: '1200017' })
  subscriptionId!: string;

  @ApiProperty({ example: 'Example Office Basic' })
  subscriptionName!: string;

  @ApiProperty({ type: String, nullable: true })
  orderId!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'CH000912' })
  orderNumber!: string | null;

  @ApiProperty({ example: '2027-03-10' })
  effectiveDate!: string;

  @ApiProperty()
  createdAt!: string;

  @ApiProperty()
  updatedAt!: string;

  @ApiProperty({ type: String, nullable: true })
  syncedAt!: string | null;

  @ApiProperty({ type: AcceptedView, nullable: true })
  accepted!: AcceptedView | null;

  @ApiProperty({ type: IgnoredView, nullable: true })
  ignored!: IgnoredView | null;

  @ApiProperty({ type: String, nullable: true })
  supersededBy!: string | null;

  /** Waits until then for a lost answer, a limit or a pause. */
  @ApiProperty({ type: String, nullable: true })
  notBefore!: string | null;

  @ApiProperty({ type: String, nullable: true })
  jobId!: string | null;

  @ApiProperty({ type: WaitsFor, nullable: true })
  waitsFor!: WaitsFor | null;

  @ApiProperty({ type: [RequiredActionView] })
  requiredActions!: RequiredActionView[];

  @ApiProperty({ type: TaskFailureView, nullable: true })
  failure!: TaskFailureView | null;

  @ApiProperty({ type: PlanSummaryView, nullable: true })
  planSummary!: PlanSummaryView | null;

  @ApiProperty({ enum: NEXT_ACTIONS })
  nextAction!: NextAction;

  /** Why it does not run by itself; null when it does, or has run. */
  @ApiProperty({ type: String, nullable: true })
  whyNotAutomatic!: string | null;
}

/** A page of tasks. */
export class TaskPage {
  @ApiProperty({ type: [TaskRow] })
  items!: TaskRow[];

  @ApiProperty({ description: 'Exact up to 10,000' })
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;
}

/** The call of one write, in words that do not depend on the wire. */
export class TaskCallView {
  @ApiProperty({ example: 'POST' })
  method!: string;

  @ApiProperty({ example: 'Contracts/4711/ServiceAdjustments' })
  path!: string;

  @ApiProperty({ type: Object })
  body!: Record<string, unknown>;
}

/** One attempt of a write, for the timeline and for deciding about an uncertain one. */
export class TaskStep {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'units:l5512:2027-03-10' })
  key!: string;

  @ApiProperty({ type: String, example: 'adjustUnits' })
  kind!: OperationKind;

  @ApiProperty()
  title!: string;

  @ApiProperty({ enum: ['sending', 'applied', 'not_applied', 'rejected', 'uncertain'] })
  state!: OperationState;

  @ApiProperty()
  attempt!: number;

  @ApiProperty()
  sentAt!: string;

  @ApiProperty({ type: String, nullable: true })
  settledAt!: string | null;

  @ApiProperty({ type: TaskCallView })
  call!: TaskCallView;

  @ApiProperty({ type: Number, nullable: true })
  contractId!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  contractServiceId!: number | null;

  @ApiProperty({ type: Number, nullable: true })
  createdId!: number | null;

  /** What Autotask held before, and must hold after it. */
  @ApiProperty({ type: Object, nullable: true })
  before!: unknown;

  @ApiProperty({ type: Object, nullable: true })
  after!: unknown;

  /** What was seen when there was no clean answer, or Autotask's own words. */
  @ApiProperty({ type: Object, nullable: true })
  evidence!: Record<string, unknown> | null;

  @ApiProperty({ type: String, nullable: true })
  resolvedBy!: string | null;

  @ApiProperty({ type: String, nullable: true })
  note!: string | null;
}

/** A task that waits for another one. */
export class WaitingTaskView {
  @ApiProperty()
  taskId!: string;

  @ApiProperty({ type: String, nullable: true })
  orderNumber!: string | null;
}

/** A task with everything about it. */
export class TaskDetail extends TaskRow {
  @ApiProperty({ type: Object, nullable: true, description: 'The order as read at the check' })
  order!: Order | null;

  @ApiProperty({ type: Object, description: 'The subscription as read at the check' })
  subscription!: Subscription;

  @ApiProperty({ type: [Object], nullable: true })
  usage!: UsageRecord[] | null;

  @ApiProperty({ type: ChoicesDto })
  choices!: SyncChoices;

  @ApiProperty({ type: [TaskStep] })
  steps!: TaskStep[];

  /** When its plan was last made from a fresh reading. */
  @ApiProperty({ type: String, nullable: true })
  lastReadAt!: string | null;

  @ApiProperty({ type: [WaitingTaskView] })
  waitedForBy!: WaitingTaskView[];
}
