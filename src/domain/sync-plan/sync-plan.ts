import type { PeriodType } from '../autotask/entities.js';
import type { UnitWindow } from '../autotask/unit-windows.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';
import type { Decimal } from '../money/money.js';
import type { LedgerStep, LinePriceStep } from './sync-facts.js';

/** The kinds of writes to Autotask; each has its own proof (DESIGN §7). */
export type OperationKind =
  | 'createService'
  | 'createContract'
  | 'createLine'
  | 'adjustUnits'
  | 'adjustPrice'
  | 'addCharge'
  | 'describeLine'
  | 'extendContract'
  | 'endContract';

/** A contract that exists, or the one an earlier operation of the plan creates. */
export type ContractRef = { contractId: number } | { createdBy: string };
/** A line that exists, or the one an earlier operation of the plan creates. */
export type LineRef = { contractServiceId: number } | { createdBy: string };

/** A ledger step of a line that may not exist yet. */
export type PlannedLedgerStep = Omit<LedgerStep, 'contractServiceId' | 'taskId'>;
/** A price step of a line that may not exist yet. */
export type PlannedPriceStep = Omit<LinePriceStep, 'contractServiceId' | 'taskId'>;

interface OperationBase {
  /**
   * Identity inside the task, the same whenever the same facts and choices are planned again, also after earlier
   * operations were proven: it never contains an id that an operation of the same plan creates.
   */
  key: string;
  /** One sentence for people. */
  title: string;
  /** Keys of operations that must be proven first. */
  dependsOn: string[];
}

export interface CreateContractOperation extends OperationBase {
  kind: 'createContract';
  companyId: number;
  name: string;
  contractNumber: string;
  periodType: PeriodType;
  startDate: CalendarDate;
  endDate: CalendarDate;
}

export interface CreateLineOperation extends OperationBase {
  kind: 'createLine';
  contract: ContractRef;
  serviceId: number;
  invoiceDescription?: string;
  /** A second line of a service that the contract already has (a person's answer to PRICE_CONFLICT). */
  repeat?: true;
}

export interface AdjustUnitsOperation extends OperationBase {
  kind: 'adjustUnits';
  contract: ContractRef;
  line: LineRef;
  serviceId: number;
  date: CalendarDate;
  /** Signed, never 0. */
  unitChange: number;
  unitPrice?: Decimal;
  unitCost?: Decimal;
  ledger: PlannedLedgerStep[];
  price?: PlannedPriceStep;
}

export interface AdjustPriceOperation extends OperationBase {
  kind: 'adjustPrice';
  contract: ContractRef;
  line: LineRef;
  serviceId: number;
  date: CalendarDate;
  unitPrice?: Decimal;
  unitCost?: Decimal;
  ledger: PlannedLedgerStep[];
  price: PlannedPriceStep;
}

export interface AddChargeOperation extends OperationBase {
  kind: 'addCharge';
  contract: ContractRef;
  /** Our key in `internalPurchaseOrderNumber`, at most 50 characters. */
  chargeKey: string;
  feeKind: string;
  name: string;
  description: string;
  datePurchased: CalendarDate;
  amount: Decimal;
  unitCost: Decimal;
  billingCodeId?: number;
  autotaskProductId?: number;
  chargeType: number;
  purchaseOrderNumber?: string;
}

export interface DescribeLineOperation extends OperationBase {
  kind: 'describeLine';
  contract: ContractRef;
  line: LineRef;
  invoiceDescription: string;
}

export interface ExtendContractOperation extends OperationBase {
  kind: 'extendContract' | 'endContract';
  contract: ContractRef;
  endDate: CalendarDate;
}

export interface CreateServiceOperation extends OperationBase {
  kind: 'createService';
  name: string;
  periodType: PeriodType;
  unitPrice: Decimal;
  unitCost?: Decimal;
  billingCodeId: number;
  externalId?: string;
  sku?: string;
}

/** One intended Autotask write. */
export type PlannedOperation =
  | CreateServiceOperation
  | CreateContractOperation
  | CreateLineOperation
  | AdjustUnitsOperation
  | AdjustPriceOperation
  | AddChargeOperation
  | DescribeLineOperation
  | ExtendContractOperation;

/** Codes a task can wait for; the page has words for each (reference/page-design §6). */
export type RequiredActionCode =
  | 'MAPPING_MISSING'
  | 'MAPPING_BROKEN'
  | 'FEE_MAPPING_MISSING'
  | 'CONTRACT_MISSING'
  | 'CONTRACT_CYCLE'
  | 'CONTRACT_CURRENCY'
  | 'CONTRACT_UNSUITABLE'
  | 'CONTRACT_DATE'
  | 'COMPANY_INACTIVE'
  | 'CURRENCY_UNKNOWN'
  | 'ORDER_TYPE_UNKNOWN'
  | 'ORDER_INCOMPLETE'
  | 'QUANTITY_NOT_WHOLE'
  | 'QUANTITY_NEGATIVE'
  | 'QUANTITY_MISMATCH'
  | 'FIRST_CONTACT'
  | 'INITIAL_BILLED'
  | 'DRIFT'
  | 'LATE'
  | 'PRICE_CONFLICT'
  | 'SEVERAL_PRODUCTS'
  | 'LINE_AMBIGUOUS'
  | 'CYCLE_UNKNOWN'
  | 'DURATION_MISMATCH'
  | 'CREDIT_BY_HAND'
  | 'REFERENCED_LINES'
  | 'HALF_MISSING'
  | 'USAGE_CHARGED';

/** A question a person must answer, or a thing to mend, before the task is ready. */
export interface RequiredAction {
  code: RequiredActionCode;
  /** What is the matter and what to do, in one or two sentences. */
  message: string;
  /** What it is about, for a link. */
  subject?: {
    kind: 'customer' | 'product' | 'fee' | 'subscription' | 'contract' | 'line' | 'company' | 'order';
    id: string;
    name?: string;
  };
  /** Ready answers: the choice each one sets. */
  options?: { value: string; label: string; choices?: Record<string, unknown> }[];
}

/** Something to know that does not stop the task. `money` warnings keep it from running automatically (INS-5). */
export interface PlanWarning {
  code: string;
  message: string;
  money: boolean;
}

/** One line (contract service) of the plan: what it holds now and what it will hold (FEATURES WIZ-3, WIZ-6). */
export interface PlannedLine {
  productKey: ProductKey;
  productName: string;
  /** Absent while the line is still to be created. */
  contractServiceId?: number;
  serviceId: number;
  serviceName: string;
  invoiceDescription: string;
  include: boolean;
  /** First day the change counts, as it will be sent. */
  effectiveDate: CalendarDate;
  /** Last day that a prorated or setup row covers; absent on recurring rows. */
  endDate?: CalendarDate;
  /** This subscription's share before and after. */
  quantityNow: number;
  quantityAfter: number;
  /** Units of all shares and the base on the effective date, before and after. */
  unitsNow: number;
  unitsAfter: number;
  /** Length of the contract's billing period: what units times price are billed for. */
  periodMonths: number;
  priceNow?: Decimal;
  priceAfter?: Decimal;
  costNow?: Decimal;
  costAfter?: Decimal;
  priceSource: 'autotask' | 'marketplace' | 'hand';
  /** New Sale, Upgrade, Downgrade, Price change, Cancellation, Renewal, No change, … */
  detail: string;
  /** Windows from the effective date's period on, now and after. */
  now: UnitWindow[];
  after: UnitWindow[];
  /** Difference between what the ledger expects and what Autotask holds; absent when they agree. */
  drift?: { from: CalendarDate; expected: number; actual: number };
  /** Why the date or amount is what it is, in words: days, rate, rounding. */
  arithmetic: string[];
}

/** One row of an amount block. */
export interface AmountRow {
  productKey?: ProductKey;
  label: string;
  feeKind: string;
  from?: CalendarDate;
  to?: CalendarDate;
  quantity?: Decimal;
  unitPrice?: Decimal;
  days?: number;
  ofDays?: number;
  amount: Decimal;
  /** Who computes the amount that will be billed. */
  computedBy: 'autotask' | 'marketplace' | 'psa-sync';
  arithmetic: string;
  /** False where it is only stated and not written. */
  written: boolean;
}

/** An amount block with its total in the connection's currency (FEATURES WIZ-4). */
export interface AmountBlock {
  total: Decimal;
  rows: AmountRow[];
}

/** What one coming invoice period changes by. */
export interface InvoiceImpact {
  first: CalendarDate;
  last: CalendarDate;
  now: Decimal;
  after: Decimal;
  change: Decimal;
  /** True where a part of the period is in the change, which Autotask itself prorates once the period is posted. */
  expected: boolean;
}

/** The whole answer of the planner: feeds the wizard and the executor alike. */
export interface SyncPlan {
  operations: PlannedOperation[];
  lines: PlannedLine[];
  amounts: {
    setup: AmountBlock;
    prorated: AmountBlock;
    recurring: AmountBlock;
    overuse: AmountBlock;
    cancellation: AmountBlock;
  };
  invoiceImpact: InvoiceImpact[];
  /** Open tasks of the subscription that this one carries; superseded when it is synced. */
  folded: { taskId: string; reason: string }[];
  /** Ledger steps that need no write (a decrease after the contract's end, an ignored line …), with their line. */
  ledgerOnly: (PlannedLedgerStep & { contractServiceId: number })[];
  requiredActions: RequiredAction[];
  warnings: PlanWarning[];
  /** Set when the marketplace asked for something Autotask cannot express (FEATURES PSH-10). */
  notSupported?: string;
  /** False for tasks that a person must always confirm (DESIGN §6 Guards), with the reason. */
  automatic: boolean;
  manualReason?: string;
  /** SHA-256, hex, of operations, choices and unexplained drift. */
  hash: string;
}
