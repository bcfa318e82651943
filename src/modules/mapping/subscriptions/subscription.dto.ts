import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsOptional, Min } from 'class-validator';
import { PageQuery } from '../../../platform/http/page.js';
import { SYNC_TASK_STATES, type SyncTaskState } from '../../../domain/sync-task/sync-task-state.js';
import { PeriodView } from '../products/product.dto.js';

/** Sync status of a subscription (FEATURES MAP-9). */
export const SYNC_STATUSES = ['notMapped', 'outOfSync', 'ignored', 'synced'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

/** Query of the subscriptions list. `search` finds names, ids and customers that begin with it. Sorts by `name`. */
export class SubscriptionQuery extends PageQuery {
  @ApiPropertyOptional({ enum: [...SYNC_STATUSES, 'all'], default: 'all' })
  @IsIn([...SYNC_STATUSES, 'all'])
  status: SyncStatus | 'all' = 'all';
}

/** Which contract a subscription goes to. */
export class SubscriptionContractDto {
  @ApiProperty({ example: 29683 })
  @IsInt()
  @Min(0)
  contractId!: number;

  /** With units on another contract, make a task that moves them; without it such a change is refused. */
  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean()
  move?: boolean;
}

/** A product inside a subscription. */
export class SubscriptionItemView {
  @ApiProperty()
  productKey!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ example: '5', description: 'What the marketplace sells, as decimal text' })
  quantity!: string;
}

/** Why a contract cannot be used, and what to do; a renamed one is mapped again when it is still the same (MAP-4). */
export class ContractBrokenView {
  @ApiProperty({ enum: ['CONTRACT_INACTIVE', 'CONTRACT_GONE', 'CONTRACT_RENAMED'] })
  code!: string;

  @ApiProperty()
  message!: string;
}

/** Units of one product that would stay on a line without being tracked. */
export class ReleasedUnitsView {
  @ApiProperty()
  contractServiceId!: number;

  @ApiProperty()
  productKey!: string;

  @ApiProperty({ description: 'Today' })
  units!: number;
}

/** What taking a subscription off its contract would do. Nothing changes in Autotask. */
export class UnmapEffect {
  @ApiProperty({ type: Number, nullable: true, description: 'null = it is not mapped, so nothing would change' })
  contractId!: number | null;

  @ApiProperty({ type: [ReleasedUnitsView] })
  lines!: ReleasedUnitsView[];

  @ApiProperty({ description: 'Units that stay in Autotask and become untracked' })
  units!: number;

  @ApiProperty({ description: 'Open tasks that would wait for a contract' })
  openTasks!: number;

  @ApiProperty({
    description: 'True: a task is being written or not proven, and unmapping is refused until it has ended',
  })
  taskRunning!: boolean;
}

/** The contract a subscription is mapped to. */
export class SubscriptionContractView {
  @ApiProperty()
  contractId!: number;

  @ApiProperty({ type: String, nullable: true, description: 'Its name when it was mapped' })
  contractName!: string | null;

  @ApiProperty({
    type: ContractBrokenView,
    nullable: true,
    description: 'As the last refresh found it; a push reads the contract again',
  })
  broken!: ContractBrokenView | null;

  @ApiProperty()
  mappedBy!: string;

  @ApiProperty({ format: 'date-time' })
  mappedAt!: string;

  @ApiProperty()
  version!: number;
}

/** Units of this subscription on a line of its contract, today, as the ledger has them. */
export class SubscriptionLineView {
  @ApiProperty()
  contractServiceId!: number;

  @ApiProperty()
  contractId!: number;

  @ApiProperty()
  productKey!: string;

  @ApiProperty()
  productName!: string;

  @ApiProperty()
  units!: number;
}

/** The customer of a subscription. */
export class SubscriptionCustomerView {
  @ApiProperty()
  id!: string;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
}

/** One row of the subscriptions list. */
export class SubscriptionRow {
  @ApiProperty({ format: 'uuid', description: 'Our id: marketplace ids are unique only within a connection' })
  id!: string;

  @ApiProperty()
  connectionId!: string;

  @ApiProperty({ description: "The marketplace's id" })
  subscriptionId!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ enum: ['pending', 'active', 'hold', 'terminated', 'removed', 'unknown'] })
  marketplaceStatus!: string;

  @ApiProperty({ type: SubscriptionCustomerView })
  customer!: SubscriptionCustomerView;

  @ApiProperty({ type: [SubscriptionItemView] })
  items!: SubscriptionItemView[];

  @ApiProperty({ type: SubscriptionContractView, nullable: true })
  contract!: SubscriptionContractView | null;

  @ApiProperty({ type: [SubscriptionLineView] })
  lines!: SubscriptionLineView[];

  @ApiProperty({ enum: SYNC_STATUSES })
  status!: SyncStatus;

  @ApiProperty()
  openTasks!: number;

  @ApiProperty({ description: 'The last sync found something else in Autotask than was expected' })
  drift!: boolean;

  @ApiProperty({ format: 'date-time', description: 'When the marketplace was last read' })
  asOf!: string;
}

/** How many rows each filter would show, under the present search. */
export class SubscriptionCounts {
  @ApiProperty()
  notMapped!: number;

  @ApiProperty()
  outOfSync!: number;

  @ApiProperty()
  ignored!: number;

  @ApiProperty()
  synced!: number;

  @ApiProperty()
  all!: number;
}

/** A page of subscriptions. */
export class SubscriptionPage {
  @ApiProperty({ type: [SubscriptionRow] })
  items!: SubscriptionRow[];

  @ApiProperty()
  total!: number;

  @ApiProperty()
  page!: number;

  @ApiProperty()
  pageSize!: number;

  @ApiProperty({ type: SubscriptionCounts })
  counts!: SubscriptionCounts;
}

/** Who holds how much of a line, today. */
export class LineShareView {
  @ApiProperty()
  subscriptionId!: string;

  @ApiProperty()
  productKey!: string;

  @ApiProperty()
  units!: number;
}

/** A line the subscription is on, with everybody's shares: 12 units = 5 + 4 + 3 untracked. */
export class LineDetailView extends SubscriptionLineView {
  @ApiProperty({ description: 'What the line is expected to hold today' })
  expected!: number;

  @ApiProperty({ type: [LineShareView] })
  shares!: LineShareView[];

  @ApiProperty({ description: 'Units nobody tracks' })
  untracked!: number;
}

/** A task of the subscription, in short. */
export class SubscriptionTaskView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['sales', 'change', 'billing', 'cancellation', 'reconciliation'] })
  type!: string;

  @ApiProperty({ enum: SYNC_TASK_STATES })
  state!: SyncTaskState;

  @ApiProperty({ type: String, nullable: true })
  orderNumber!: string | null;

  @ApiProperty({ format: 'date' })
  effectiveDate!: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  syncedAt!: string | null;
}

/** A subscription in full. */
export class SubscriptionDetail extends OmitType(SubscriptionRow, ['lines'] as const) {
  @ApiProperty()
  billingModel!: string;

  @ApiProperty({ type: PeriodView })
  billingPeriod!: PeriodView;

  @ApiProperty({ type: PeriodView })
  subscriptionPeriod!: PeriodView;

  @ApiProperty({ format: 'date' })
  creationDate!: string;

  @ApiProperty({ type: String, format: 'date', nullable: true })
  renewalDate!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, description: 'First day not covered' })
  expirationDate!: string | null;

  @ApiProperty({ type: [LineDetailView] })
  lines!: LineDetailView[];

  @ApiProperty({ type: [SubscriptionTaskView], description: 'Newest first, at most 100' })
  tasks!: SubscriptionTaskView[];
}

/** A reason against a contract. */
export class ContractReasonView {
  @ApiProperty({
    enum: ['CONTRACT_UNSUITABLE', 'CONTRACT_CYCLE', 'CONTRACT_CURRENCY', 'CONTRACT_DATE', 'COMPANY_INACTIVE'],
  })
  code!: string;

  @ApiProperty()
  message!: string;
}

/** A contract of the customer's companies. */
export class ContractCandidateView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: String, nullable: true })
  number!: string | null;

  @ApiProperty()
  companyId!: number;

  @ApiProperty({ format: 'date' })
  start!: string;

  @ApiProperty({ format: 'date', description: 'Last covered day' })
  end!: string;

  @ApiProperty({ type: Number, nullable: true })
  periodType!: number | null;

  @ApiProperty()
  currency!: string;

  @ApiProperty()
  suitable!: boolean;

  @ApiProperty({ description: 'The only suitable one' })
  preselected!: boolean;

  @ApiProperty({ description: 'Unsuitable only because it ends too early' })
  extendable!: boolean;

  @ApiProperty({ type: [ContractReasonView] })
  reasons!: ContractReasonView[];

  @ApiProperty({ type: String, nullable: true })
  endsBeforeTerm!: string | null;
}

/** A company of the customer. */
export class ContractCompanyView {
  @ApiProperty()
  id!: number;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  active!: boolean;
}

/** Contracts to choose from. */
export class ContractChoicesView {
  @ApiProperty({ type: [ContractCompanyView], description: 'Empty = the customer is not mapped' })
  companies!: ContractCompanyView[];

  @ApiProperty({ type: [ContractCandidateView], description: 'Suitable ones first' })
  items!: ContractCandidateView[];

  @ApiProperty({ format: 'date', description: 'The day they were judged for' })
  date!: string;
}
