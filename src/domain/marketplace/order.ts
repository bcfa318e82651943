import type { Instant } from '../calendar/calendar-date.js';
import type { Decimal } from '../money/money.js';
import type { Period } from './period.js';
import type { ProductKey } from './product.js';

/** `unknown` keeps the source text in `sourceType`. */
export type OrderType = 'sales' | 'change' | 'renewal' | 'cancellation' | 'migration' | 'billing' | 'unknown';
export type OrderStatus = 'submitted' | 'processing' | 'error' | 'completed' | 'cancelled' | 'unknown';

/** A requested resulting state: `quantity` is the new absolute quantity, not a difference (reference/marketplace-platforms §2.8). */
export interface OrderItem {
  productKey: ProductKey;
  productId: string;
  mpn?: string;
  vendor?: string;
  name: string;
  quantity: Decimal;
  /** CREATE, UPDATE, CANCEL, RENEW, TRANSFER, MOVE, CHANGE_PLAN_PERIOD, … as the marketplace says it. */
  action: string;
  billingPeriod: Period;
  subscriptionPeriod: Period;
  /** The subscription this item belongs to where it differs from the order's. */
  subscriptionId?: string;
  /** A switch: the product it becomes. */
  newProductId?: string;
  newMpn?: string;
}

/** The kinds our planner tells apart; `other` is shown, `ignored` is not contract relevant (payments, deposits). */
export type FeeType =
  | 'setup'
  | 'recurring'
  | 'prorated'
  | 'overuse'
  | 'cancellationFee'
  | 'refund'
  | 'discount'
  | 'adjustment'
  | 'ignored'
  | 'other';

/** A financial line of an order. */
export interface OrderLine {
  feeType: FeeType;
  /** The marketplace's own word, kept for the log. */
  sourceType: string;
  productId?: string;
  mpn?: string;
  description: string;
  quantity: Decimal;
  /** What the customer pays per unit: the `sales` set where present (DESIGN §6 Money). */
  unitPrice: Decimal;
  /** What the customer pays for the line, after discount, without tax. */
  extendedPrice: Decimal;
  /** Part of a billing period the line covers, e.g. `"0.8"`; absent when the marketplace gave none. */
  duration?: { unit: Period['unit']; count: Decimal };
}

/** A marketplace order in its detailed form. */
export interface Order {
  id: string;
  number: string;
  type: OrderType;
  /** The marketplace's own word for the type, kept when it is unknown to us. */
  sourceType: string;
  status: OrderStatus;
  customerId: string;
  subscriptionId?: string;
  targetSubscriptionId?: string;
  poNumber?: string;
  createdAt: Instant;
  /** When it completed; decides the effective date (DESIGN §6 Dates). */
  completedAt?: Instant;
  scheduledOn?: Instant;
  currency: string;
  total: Decimal;
  attributes: Record<string, string>;
  items: OrderItem[];
  lines: OrderLine[];
  correlationId?: string;
}
