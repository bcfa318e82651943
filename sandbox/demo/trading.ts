import type { ApiClient } from './api-client.js';
import type { SoldSubscription } from './comparison.js';

/** The marketplace's state as far as the demo looks. */
export interface MarketplaceState {
  products: { id: string; billingModel: string }[];
  subscriptions: (SoldSubscription & {
    name: string;
    billingModel: string;
    billingPeriod: { type: string; duration: number };
    totalPrice: { currency: string };
    renewalStatus: boolean;
  })[];
  orders: {
    id: string;
    orderNumber: string;
    type: string;
    status: string;
    subscriptionId?: string;
    details: { type: string; salesExtendedPrice?: { amount: string }; extendedPrice: { amount: string } }[];
  }[];
  usage: { subscriptionId: string; amount: string; periodEnd: string }[];
}

/** How many of each kind; enough to meet monthly, yearly and shared lines. */
const RAISED = 8;
const LOWERED = 5;
const CANCELLED = 3;

/**
 * Buys more seats, lowers some subscriptions and cancels others, all completed at once. Only subscriptions with one
 * product that is paid before its billing period are touched; the choice is the same in every run.
 */
export async function changeBusiness(
  api: ApiClient,
): Promise<{ raised: number; lowered: number; cancelled: number; sold: number }> {
  const { subscriptions } = await api.sandbox<MarketplaceState>('marketplace', 'GET', '/state');
  const candidates = subscriptions.filter(
    (one) => one.status === 'active' && one.billingModel === 'chargeBeforeBillingPeriod' && one.products.length === 1,
  );
  const raised = candidates.slice(0, RAISED);
  // A decrease counts from the next period: on yearly lines that would be a year of renewals away.
  const monthly = candidates
    .slice(RAISED)
    .filter((one) => one.billingPeriod.type === 'month' && one.billingPeriod.duration === 1);
  const lowered = monthly.filter((one) => one.products[0]!.quantity > 2).slice(0, LOWERED);
  const cancelled = monthly.filter((one) => !lowered.includes(one)).slice(0, CANCELLED);
  const order = async (body: Record<string, unknown>) => await api.sandbox('marketplace', 'POST', '/orders', body);
  const change = async ({ id, products }: SoldSubscription, by: number) =>
    await order({
      type: 'change',
      subscriptionId: id,
      items: [{ productId: products[0]!.id, quantity: products[0]!.quantity + by }],
    });
  for (const one of raised) await change(one, 5);
  for (const one of lowered) await change(one, -2);
  for (const { id } of cancelled) await order({ type: 'cancellation', subscriptionId: id });
  const [buyer] = raised;
  if (buyer)
    await order({
      type: 'sales',
      customerId: buyer.customerId,
      items: [{ productId: buyer.products[0]!.id, quantity: 4 }],
    });
  return { raised: raised.length, lowered: lowered.length, cancelled: cancelled.length, sold: buyer ? 1 : 0 };
}
