import type { Row } from '../kit/store.js';

/**
 * Shapes of the CloudBlue Simple API 1.15 (reference/specs) and the compact rows the sandbox keeps behind them.
 * Money is a decimal string with its ISO currency; days are `YYYY-MM-DD`; instants are ISO text in UTC.
 */

/** An amount of money as the API writes it. */
export interface Money {
  currency: string;
  amount: string;
}

/** A unit price or cost; tiers only where the product has them. */
export interface UnitMoney extends Money {
  priceTiers?: PriceTier[];
}

/** From `lowerLimit` pieces on, each piece costs `amount`. */
export interface PriceTier {
  lowerLimit: string;
  amount: string;
}

/** A billing or subscription period. */
export interface Period {
  type: 'day' | 'month' | 'year';
  duration: number;
}

export type BillingModel =
  'chargeBeforeBillingPeriod' | 'chargeAfterBillingPeriod' | 'chargeBeforeSubscriptionPeriod' | 'chargeExternalRating';

/** One price or cost of a product. */
export interface ProductPrice extends Money {
  type: 'recurring' | 'setup' | 'overuse';
  model: 'FLAT' | 'TIERED';
  lowerLimit?: number;
}

/** What happens to money already charged when units or the subscription end early (reference §3, refund policy). */
export interface RefundPolicy {
  /** Within so many days of the term's start everything charged for the running period comes back. */
  fullDays: number;
  /** Later: the unused days' share, or nothing. */
  afterwards: 'prorated' | 'none';
}

/** A product for sale. `planId` and `refund` are the sandbox's own and never leave it. */
export interface ProductRow extends Row {
  id: string;
  mpn?: string;
  vendor: string;
  serviceName: string;
  name: string;
  minimumQuantity: string;
  maximumQuantity: string;
  prices: ProductPrice[];
  costs: ProductPrice[];
  billingPeriod: Period;
  subscriptionPeriod: Period;
  billingModel: BillingModel;
  dependsOn?: { mpn?: string; id?: string }[];
  coterming?: { required: 'MANDATORY' | 'ALLOWED' | 'RESTRICTED'; type: 'SUBSCRIPTION' | 'END_OF_MONTH' };
  planId: string;
  refund: RefundPolicy;
}

/** A service plan: products sold together, in one subscription. */
export interface PlanRow extends Row {
  id: string;
  name: string;
  shortDescription: string;
  longDescription: string;
  published: boolean;
  subscriptionPeriods: (Period & { trial: boolean; active: boolean })[];
  billingPeriod: Period;
  billingModel: BillingModel;
  planSwitches: {
    planId: number;
    subscriptionPeriod: Period;
    sourceSubscriptionPeriod: Period;
    billingPolicy: string;
    whenEffective: string;
  }[];
}

export type CustomerStatus = 'pending' | 'active' | 'creditHold' | 'adminHold' | 'cancelled' | 'error';

export interface Address {
  streetAddress: string;
  addressExtension?: string;
  postalCode: string;
  city: string;
  state?: string;
  countryCode: string;
}

export interface ContactPerson {
  type: 'admin' | 'billing' | 'technical';
  firstName: string;
  lastName: string;
  email: string;
  phoneNumber: string;
}

/** A customer of the reseller. `currency` and `login` are the sandbox's own and never leave it. */
export interface CustomerRow extends Row {
  id: string;
  externalId: string;
  attributes: Record<string, string>;
  status: CustomerStatus;
  name: string;
  address: Address;
  contactPersons: ContactPerson[];
  language: string;
  taxRegId?: string;
  resellerId: string;
  currency: string;
  login?: string;
}

export type SubscriptionStatus = 'pending' | 'active' | 'hold' | 'terminated' | 'removed';

/** One product inside a subscription; price and cost are per unit and charging cycle. */
export interface SubscriptionItem {
  productId: string;
  quantity: number;
  unitPrice: string;
  unitCost: string;
  tiers?: PriceTier[];
  /** The price was set for this customer; a renewal keeps it instead of taking the list price. */
  special?: boolean;
  vendorSubscriptionId: string;
}

/** A subscription as kept; `subscriptionView` makes the API's form of it. */
export interface SubscriptionRow extends Row {
  id: string;
  name: string;
  customerId: string;
  status: SubscriptionStatus;
  attributes: Record<string, string>;
  renewalStatus: boolean;
  creationDate: string;
  renewalDate: string;
  lastModifiedDate: string;
  expirationDate: string;
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
  planId: number;
  currency: string;
  /** Day all billing dates are counted from; the creation date unless aligned or switched. */
  anchor: string;
  items: SubscriptionItem[];
  /** Fields set raw through the control endpoint that the sandbox itself does not use. */
  overrides?: Record<string, unknown>;
}

export type OrderType = 'sales' | 'change' | 'renewal' | 'cancellation' | 'migration';
export type OrderStatus = 'submitted' | 'processing' | 'error' | 'completed' | 'cancelled';
export type Effective = 'now' | 'nextBilling' | 'endOfTerm';
export type LineType =
  | 'setup'
  | 'recurring'
  | 'recurringRefund'
  | 'renew'
  | 'switch'
  | 'downgrade'
  | 'cancellation'
  | 'overuse'
  | 'discount';

/** One financial line: amounts in the customer's currency, without tax, after discount. */
export interface OrderLine {
  type: LineType;
  productId: string;
  quantity: number;
  unitPrice: string;
  unitCost: string;
  /** What the customer pays; negative for money back. */
  amount: string;
  /** What the reseller pays, same sign. */
  cost: string;
  /** Absent on one-off lines; fractional on prorated ones. */
  duration?: { type: string; duration: number };
  discountPercent?: string;
}

/** What an order asks for: absolute new quantities. */
export interface OrderItem {
  productId: string;
  quantity: number;
  /** Plan switch: the product that takes over. */
  newProductId?: string;
  /** Price of one unit instead of the list price. */
  unitPrice?: string;
  unitCost?: string;
  discountPercent?: string;
}

/** An order as kept; `orderView` makes the API's form of it. */
export interface OrderRow extends Row {
  id: string;
  orderNumber: string;
  type: OrderType;
  customerId: string;
  poNumber?: string;
  creationDate: string;
  provisioningDate?: string;
  status: OrderStatus;
  statusCode: string;
  attributes: Record<string, string>;
  currency: string;
  subscriptionId: string;
  targetSubscriptionId?: string;
  billingModel: BillingModel;
  items: OrderItem[];
  lines: OrderLine[];
  effective: Effective;
  fee?: string;
  refund?: 'policy' | 'full' | 'prorated' | 'none';
  alignTo?: 'calendarMonth';
  /** Migration: when the subscription began at its former place. */
  startDate?: string;
  lastBillingDate?: string;
  nextBillingDate?: string;
  /** Coming states, earliest first; instants in milliseconds of the sandbox clock. */
  schedule: { at: number; to: OrderStatus }[];
  overrides?: Record<string, unknown>;
}

/** One row of usage or overuse, in the form the report carries. */
export interface UsageRow extends Row {
  id: string;
  subscriptionId: string;
  mpn: string | null;
  productId: string;
  kind: 'usage' | 'overuse';
  periodStart: string;
  /** The last day covered. */
  periodEnd: string;
  quantity: number;
  unitPrice: string;
  unitCost: string;
  amount: string;
  currency: string;
}

export interface ReportRow extends Row {
  id: string;
  name: string;
  customizationName: string;
  status: 'submitted' | 'processing' | 'error' | 'completed';
  type: 'periodic' | 'daily' | 'monthly' | 'onetime' | 'on_invoice';
  format: 'json';
  creationDate: string;
  startDate: string;
  endDate: string;
  /** Proves that the download link came from us. */
  signature: string;
  /** The usage rows of this run, fixed when it completes. */
  rowIds: string[];
}
