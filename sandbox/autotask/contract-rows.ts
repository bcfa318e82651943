import type { Step } from './contract-grid.js';
import type { ApiRow } from './database.js';

/** A contract as stored; `own…` is the engine's. */
export interface ContractRow extends ApiRow {
  companyID: number;
  contractName: string;
  contractType: number;
  contractPeriodType: number | null;
  startDate: string;
  endDate: string;
  organizationalLevelAssociationID: number | null;
  /** See {@link Grid.cuts}. */
  ownCuts?: string[];
}

/** What has been billed for a change: its amount per whole period, as decimal text. */
export interface BilledChange {
  value: string;
  cost: string;
}

/** A line: a service on a contract, as yet without an id. */
export interface NewLine {
  [field: string]: unknown;
  contractID: number;
  serviceID: number;
  internalCurrencyAdjustedPrice: number;
  internalCurrencyUnitPrice: number;
  invoiceDescription: string | null;
  unitCost: number;
  unitPrice: number;
  /** Price and cost before the first step that sets them. */
  ownInitial: { price: number; cost: number };
  /** The accepted changes in date order; one per date. */
  ownSteps: Step[];
  /** When each window was posted, by the window's first day. */
  ownPosted: Record<string, string>;
  /** What was billed, by the period's first day and then by the change's date. */
  ownBilled: Record<string, Record<string, BilledChange>>;
}

/** A stored line. */
export interface LineRow extends NewLine, ApiRow {
  id: number;
}

/** A window: the quantity of a line in a period or a part of it. */
export interface WindowRow extends ApiRow {
  contractID: number;
  contractServiceID: number;
  serviceID: number;
  startDate: string;
  endDate: string;
  units: number;
  price: number;
  cost: number;
  internalCurrencyPrice: number;
  approveAndPostDate: string | null;
  ownUnitPrice: number;
  ownUnitCost: number;
  ownInternalUnitPrice: number;
}

/** A service of the catalogue. */
export interface ServiceRow extends ApiRow {
  name: string;
  unitPrice: number;
  unitCost: number | null;
  periodType: number;
  billingCodeID: number;
  invoiceDescription: string | null;
  vendorCompanyID: number | null;
  isActive: boolean | null;
}

/** A one-off or usage amount on a contract. */
export interface ChargeRow extends ApiRow {
  contractID: number;
  name: string;
  description: string | null;
  billingCodeID: number | null;
  productID: number | null;
  datePurchased: string;
  unitQuantity: number;
  unitPrice: number;
  unitCost: number;
  billableAmount: number;
  internalCurrencyBillableAmount: number;
  extendedCost: number;
  isBillableToCompany: boolean | null;
  isBilled: boolean | null;
  purchaseOrderNumber: string | null;
  contractServiceID: number | null;
}
