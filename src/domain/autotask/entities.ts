import type { CalendarDate, Instant } from '../calendar/calendar-date.js';
import type { Decimal } from '../money/money.js';

/** Autotask's period types: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly (reference/autotask-rest-api §10.4). */
export type PeriodType = 2 | 3 | 4 | 5;

/** Every period a recurring line can have. */
export const PERIOD_TYPES: readonly PeriodType[] = [2, 3, 4, 5];

const MONTHS: Record<PeriodType, number> = { 2: 1, 3: 3, 4: 6, 5: 12 };

/** Length of an Autotask period in months. */
export function periodTypeMonths(type: PeriodType): number {
  return MONTHS[type];
}

/** The Autotask period for a length in months; undefined for any length Autotask does not know. */
export function periodTypeOf(months: number | undefined): PeriodType | undefined {
  switch (months) {
    case 1:
      return 2;
    case 3:
      return 3;
    case 6:
      return 4;
    case 12:
      return 5;
    default:
      return undefined;
  }
}

/** The word people use for a period type. */
export function periodTypeWord(type: PeriodType): string {
  return { 2: 'monthly', 3: 'quarterly', 4: 'semi-annual', 5: 'yearly' }[type];
}

/** `contractType` of a recurring-service contract, the only type this product writes. */
export const RECURRING_SERVICE_CONTRACT = 7;

/** The Autotask organisation. Id 0 is real: the tenant's own company. */
export interface Company {
  id: number;
  name: string;
  companyNumber?: string;
  isActive: boolean;
  companyType: number;
  currencyId?: number;
  taxId?: string;
  phone?: string;
  webAddress?: string;
  address1?: string;
  address2?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  countryId?: number;
}

/** A person at a company. */
export interface CompanyContact {
  id: number;
  companyId: number;
  firstName: string;
  lastName: string;
  email?: string;
  phone?: string;
  isActive: boolean;
  isPrimary: boolean;
}

/** A country of the tenant's list. */
export interface Country {
  id: number;
  /** ISO alpha-2. */
  code: string;
}

/** An Autotask contract. The contract carries no currency: it is its company's. */
export interface Contract {
  id: number;
  companyId: number;
  name: string;
  contractNumber?: string;
  contractType: number;
  /** Undefined on contract types without a billing period. */
  periodType?: PeriodType;
  isActive: boolean;
  startDate: CalendarDate;
  /** The last covered day. */
  endDate: CalendarDate;
}

/** A service on a contract: price and texts, no quantity (reference/autotask-rest-api §10.5). */
export interface ContractService {
  id: number;
  contractId: number;
  serviceId: number;
  invoiceDescription?: string;
  unitPrice?: Decimal;
  /** Absent where the API user may not see costs. */
  unitCost?: Decimal;
  internalCurrencyUnitPrice?: Decimal;
  internalCurrencyAdjustedPrice?: Decimal;
}

/** A row of ContractServiceUnits as read; read-only in Autotask. `price` and `cost` are the row's totals. */
export interface ContractServiceUnit {
  id: number;
  contractId: number;
  contractServiceId: number;
  serviceId: number;
  startDate: CalendarDate;
  endDate: CalendarDate;
  units: number;
  price?: Decimal;
  cost?: Decimal;
  /** Set once the row is approved and posted. */
  approveAndPostDate?: CalendarDate;
}

/** The Autotask catalogue entry. */
export interface Service {
  id: number;
  name: string;
  description?: string;
  invoiceDescription?: string;
  periodType?: PeriodType;
  isActive: boolean;
  /** In the tenant's internal currency. */
  unitPrice: Decimal;
  unitCost?: Decimal;
  billingCodeId?: number;
  vendorCompanyId?: number;
  sku?: string;
  externalId?: string;
  lastModifiedDate?: Instant;
}

/** A one-off amount on a contract. */
export interface ContractCharge {
  id: number;
  contractId: number;
  name: string;
  description?: string;
  datePurchased: CalendarDate;
  unitQuantity: Decimal;
  unitPrice?: Decimal;
  unitCost?: Decimal;
  billableAmount?: Decimal;
  productId?: number;
  billingCodeId?: number;
  purchaseOrderNumber?: string;
  internalPurchaseOrderNumber?: string;
  isBilled: boolean;
}

/** An approved and posted item: a line of an invoice to come (reference/autotask-rest-api §10.12). Read-only. */
export interface BillingItem {
  id: number;
  contractId: number;
  /** What it bills: a line's period, a change inside one, or a charge. */
  kind: 'recurring' | 'adjustment' | 'charge';
  contractServiceId?: number;
  contractChargeId?: number;
  itemDate: CalendarDate;
  name: string;
  quantity: Decimal;
  rate: Decimal;
  /** In the company's currency, without tax. */
  amount: Decimal;
}

/** A billing code; `useType` 5 is recurring contract service, 4 material. */
export interface BillingCode {
  id: number;
  name: string;
  useType: number;
  isActive: boolean;
}

/** An Autotask product, the target of a fee mapping. */
export interface AutotaskProduct {
  id: number;
  name: string;
  isActive: boolean;
  billingCodeId?: number;
}

/** A currency of a multi-currency tenant. */
export interface Currency {
  id: number;
  /** ISO code. */
  name: string;
  isInternal: boolean;
  isActive: boolean;
  exchangeRate: Decimal;
}
