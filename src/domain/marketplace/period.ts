/** A billing or subscription period as the marketplace names it; `unknown` is kept and reported, never guessed. */
export interface Period {
  unit: 'day' | 'month' | 'year' | 'statement_day' | 'unknown';
  count: number;
}

/** How a product is charged (reference/marketplace-platforms §2.6). */
export type BillingModel =
  | 'chargeBeforeBillingPeriod'
  | 'chargeAfterBillingPeriod'
  | 'chargeBeforeSubscriptionPeriod'
  | 'chargeExternalRating'
  | 'unknown';

/** Short stable text of a period for keys: `1m`, `1y`, `30d`, `sd1`, `?`. One year and twelve months differ on purpose: keys follow the marketplace's own words. */
export function periodText({ unit, count }: Period): string {
  switch (unit) {
    case 'day':
      return `${count}d`;
    case 'month':
      return `${count}m`;
    case 'year':
      return `${count}y`;
    case 'statement_day':
      return `sd${count}`;
    case 'unknown':
      return '?';
  }
}

/** Length in months, or undefined when the period is not a whole number of months. */
export function periodMonths({ unit, count }: Period): number | undefined {
  if (unit === 'month' && count > 0) return count;
  if (unit === 'year' && count > 0) return count * 12;
  return undefined;
}

/**
 * The charging cycle (DESIGN §6): the subscription period for products paid before it, else the billing period.
 */
export function chargingCycle(model: BillingModel, billingPeriod: Period, subscriptionPeriod: Period): Period {
  return model === 'chargeBeforeSubscriptionPeriod' ? subscriptionPeriod : billingPeriod;
}

/** True when units follow from the subscription itself; post-paid and externally rated money comes from Billing tasks only (DESIGN §6). */
export function makesUnits(model: BillingModel): boolean {
  return model === 'chargeBeforeBillingPeriod' || model === 'chargeBeforeSubscriptionPeriod';
}
