import type { CalendarDate } from '../calendar/calendar-date.js';
import type { Decimal } from '../money/money.js';
import type { BillingModel, Period } from './period.js';
import type { ProductKey } from './product.js';

/** One product inside a subscription. `quantity` is what the subscriber may consume, absolute. */
export interface SubscriptionItem {
  productKey: ProductKey;
  productId: string;
  mpn?: string;
  vendor?: string;
  name: string;
  quantity: Decimal;
  /** Selling price per unit and billing period. */
  unitPrice?: Decimal;
  /** Our cost per unit and billing period. */
  unitCost?: Decimal;
}

/** `unknown` carries a status this product has never heard of; such a subscription is reported, never guessed. */
export type SubscriptionStatus = 'pending' | 'active' | 'hold' | 'terminated' | 'removed' | 'unknown';

/** A customer's running purchase, in the detailed form that is stored with a task. Dates are the marketplace's own days. */
export interface Subscription {
  id: string;
  name: string;
  customerId: string;
  planId?: string;
  status: SubscriptionStatus;
  autoRenew: boolean;
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
  creationDate: CalendarDate;
  renewalDate?: CalendarDate;
  /** The first day that is no longer covered. */
  expirationDate?: CalendarDate;
  lastModifiedDate?: CalendarDate;
  currency?: string;
  attributes: Record<string, string>;
  items: SubscriptionItem[];
}

/** True when nothing is sold any more: its quantity counts as 0 (DESIGN §6 Change). */
export function hasEnded(subscription: Pick<Subscription, 'status'>): boolean {
  return subscription.status === 'terminated' || subscription.status === 'removed';
}
