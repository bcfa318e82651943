import type { Company, Contract, ContractService, ContractServiceUnit, Service } from '../autotask/entities.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import type { Order } from '../marketplace/order.js';
import type { ProductKey } from '../marketplace/product.js';
import type { Subscription } from '../marketplace/subscription.js';
import type { UsageRecord } from '../marketplace/usage-record.js';
import type { Decimal } from '../money/money.js';
import type { SyncChoices } from './sync-choices.js';
import type { OperationKind } from './sync-plan.js';

/** The four types people see (FEATURES TSK-3) plus the reconciliation task, which is always manual. */
export type TaskType = 'sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation';

/** What made the task; the first word of its source key (DESIGN §5). `renewal`: a new term that no order announced. */
export type TaskSource = 'order' | 'initial' | 'usage' | 'expiry' | 'renewal' | 'price' | 'reconcile' | 'move';

/** The task as stored at the check. Planning never reads the marketplace again (DESIGN §5). */
export interface TaskFacts {
  id: string;
  type: TaskType;
  source: TaskSource;
  sourceKey: string;
  order?: Order;
  subscription: Subscription;
  /** Day the stored state was read, in the connection's zone. */
  readOn: CalendarDate;
  /** The subscription that takes over, of a transfer or a co-term partial upgrade into another one. */
  targetSubscription?: Subscription;
  /**
   * Everything of it is proven and closed. What its lines hold now, later tasks have made of them: it plans no write any
   * more, also where it wrote nothing itself.
   */
  isSynced?: boolean;
  /** Billing tasks: the records of one product and period, newest revision. */
  usage?: UsageRecord[];
  /**
   * Billing tasks that correct an earlier one: the records it charged, or that count as charged because a person ignored
   * it. Empty = nothing was charged; absent = nobody knows.
   */
  previousUsage?: UsageRecord[];
  /** A later report of the same product and period is charged already, so that this one would undo it. */
  isOvertaken?: boolean;
}

/** A mapped service, or why the mapping cannot be used. */
export interface ServiceMappingFacts {
  productKey: ProductKey;
  productName: string;
  serviceId: number;
  /** Absent when the service no longer exists in Autotask. */
  service?: Service;
  /** Price of the service in the company's currency where a price list gives one (foreign-currency connection). */
  listPrice?: Decimal;
  /** Why the service cannot be used besides what it is now: it bears another name (FEATURES MAP-4). */
  serviceProblem?: string;
  /** Why the product's mapping cannot be used on the marketplace's side. */
  productProblem?: string;
}

/** Fees that can be mapped, in the order people see them (FEATURES MAP-8). */
export const FEE_KINDS = ['setup', 'cancellation', 'proration', 'usage'] as const;

export type FeeKind = (typeof FEE_KINDS)[number];

/** What our charges are, by the word in their key, and the fee whose mapping says where each goes (FEATURES MAP-8). */
export const CHARGED_AS = {
  setup: 'setup',
  cancellation: 'cancellation',
  proration: 'proration',
  shift: 'proration',
  usage: 'usage',
  overuse: 'usage',
  term: 'usage',
} as const satisfies Record<string, FeeKind>;

export type ChargeKind = keyof typeof CHARGED_AS;

/** Target of a fee mapping: an Autotask product or a material billing code. */
export interface FeeMappingFacts {
  feeKind: FeeKind;
  productKey?: ProductKey;
  billingCodeId?: number;
  autotaskProductId?: number;
  /** What the target was called when it was mapped. */
  nameThen?: string;
  /** Why the target cannot be used: inactive, gone or another name (FEATURES MAP-4). Read only for plans with charges. */
  problem?: string;
}

/** A contract with everything on it. */
export interface ContractFacts {
  contract: Contract;
  /** ISO code of its company's currency: the contract's own. */
  currency: string;
  /** Every line, also those of other subscriptions and of people. */
  lines: ContractService[];
  /** Every unit row of every line, from the contract's start to its end. */
  units: ContractServiceUnit[];
}

/**
 * One step of the ledger: from this day on the quantity is `quantity` (absolute, until the next step of the same kind,
 * subscription and product). DESIGN §6 Ledger.
 */
export interface LedgerStep {
  contractServiceId: number;
  /** `base` = untracked units; `share` = one subscription's product; `deduction` = a standing difference a person decided. */
  kind: 'base' | 'share' | 'deduction';
  subscriptionId?: string;
  productKey?: ProductKey;
  from: CalendarDate;
  quantity: number;
  /** The task that wrote it; a plan ignores its own task's proven steps (DESIGN §6 Change). */
  taskId?: string;
  /**
   * The effective date of the change behind the step, where units follow later than the change itself (a decrease
   * waits for the next billing period). Without it a trailing 0 in the future is read as an end that was ordered ahead.
   */
  effective?: CalendarDate;
  /**
   * The step of an initial task: the days between `effective` and `from` were billed elsewhere, not charged here.
   */
  takenOver?: boolean;
  /** Order of writing: on the same day the higher one holds. Without it the later entry of the list holds. */
  seq?: number;
}

/** The last price and cost we wrote on a line from a day on. */
export interface LinePriceStep {
  contractServiceId: number;
  from: CalendarDate;
  unitPrice?: Decimal;
  unitCost?: Decimal;
  taskId?: string;
  /** The day the price took effect in the marketplace, where it was written for a later one. Absent = not later than it was written. */
  effective?: CalendarDate;
  /** Order of writing; a later price overwrites earlier ones from its day on. Without it the list's order counts. */
  seq?: number;
}

/** An operation of this task whose outcome is proven. */
export interface ProvenOperation {
  key: string;
  kind: OperationKind;
  /** Id of the created row where the operation creates one. */
  resultId?: number;
}

/** An adjustment our journal holds, of any task: its line and date are taken (DESIGN §6 Date taken). */
export interface OwnAdjustment {
  contractServiceId: number;
  date: CalendarDate;
  taskId: string;
  subscriptionId: string;
}

/** Another task of the same subscription that is still open. */
export interface OpenTaskFacts {
  id: string;
  type: TaskType;
  order?: Order;
  subscription: Subscription;
  createdAt: string;
}

/** Settings of the connection that steer a plan (FEATURES INS-3, INS-4, INS-8, INS-9). */
export interface PlanSettings {
  priceSource: 'autotask' | 'marketplace';
  trimDescription: boolean;
  proration: 'autotask' | 'marketplace';
  /** Downgrades: sync refunds as well, or quantity changes only. */
  syncRefunds: boolean;
  severalProductsPerService: boolean;
  /** Automatic runs may create contracts (INS-5); absent = no. */
  autoCreate?: boolean;
  /** Automatic runs may extend and end contracts (INS-5); absent = no. */
  autoExtend?: boolean;
}

/** What this tenant turned out to accept (DESIGN §6 Not open, Money). */
export interface TenantCapabilities {
  adjustPosted: 'accept' | 'refuse';
  negativeCharge: 'accept' | 'refuse';
  /** False where the API user may not see costs: costs are then never written. */
  costVisible: boolean;
  /** Line and date pairs Autotask refused as duplicates though our journal does not hold them. */
  refusedDates: { contractServiceId: number; date: CalendarDate }[];
  /** `chargeType` value for charges, from the tenant's metadata. */
  chargeType: number;
}

/** Everything `planSync` looks at. Plain data: same facts, same plan. */
export interface SyncFacts {
  /** Business today in the connection's zone. */
  today: CalendarDate;
  timeZone: string;
  /** The connection's only currency (FEATURES INS-7). */
  currency: string;
  settings: PlanSettings;
  capabilities: TenantCapabilities;
  task: TaskFacts;
  customerName: string;
  /** Companies mapped to the customer; empty = unmapped. Inactive ones are present and marked so. */
  companies: Company[];
  /** Why the customer's mapping cannot be used on the marketplace's side: gone, inactive or another name (MAP-4). */
  customerProblem?: string;
  /** Why mapped companies cannot be used besides being inactive: gone or another name, by id. */
  companyProblems?: Record<number, string>;
  /** Why the mapped contract cannot be used besides its own facts: gone or another name. */
  contractProblem?: string;
  /** Mappings of the products this task names. A missing key = unmapped. */
  services: ServiceMappingFacts[];
  fees: FeeMappingFacts[];
  /** The subscription's contract (mapped, chosen or created by a proven step); undefined = none yet. */
  contract?: ContractFacts;
  /** The contract that held the subscription's units before: of a move, or of a change to another billing cycle. */
  otherContract?: ContractFacts;
  /** Currency (ISO) of the mapped companies by id, for contracts still to be created; absent = the connection's. */
  companyCurrencies?: Record<number, string>;
  /** False on a foreign-currency connection: service prices are then in another currency. Absent = true. */
  isInternalCurrency?: boolean;
  /** Period type of the contract to create, template name etc. come from choices; this is the default name. */
  defaultContractName: string;
  ledger: LedgerStep[];
  prices: LinePriceStep[];
  proven: ProvenOperation[];
  ownAdjustments: OwnAdjustment[];
  /** `internalPurchaseOrderNumber`s of charges Autotask holds on the contract. */
  heldCharges: string[];
  /** Our keys of charges that went to contracts the subscription was on before; absent = none. */
  chargedElsewhere?: string[];
  openTasks: OpenTaskFacts[];
  /** True when the newest closed task of the subscription was ignored: this one is then never automatic. */
  followsIgnored: boolean;
  choices: SyncChoices;
}
