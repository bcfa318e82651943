import { Decimal } from '../kit/decimal.js';

/** A subscription as the marketplace's state shows it. */
export interface SoldSubscription {
  id: string;
  customerId: string;
  status: string;
  products: { id: string; quantity: number }[];
}

/** What Autotask's state is asked for. */
export interface AutotaskState {
  contracts: { id: number; companyID: number; contractType: number }[];
  contractServices: { id: number }[];
  contractServiceUnits: { contractID: number; serviceID: number; startDate: string; endDate: string; units: number }[];
  contractCharges: { contractID: number; billableAmount: number | null; internalPurchaseOrderNumber: string | null }[];
}

/** Mappings the demo made: the comparison follows them and nothing the product keeps. */
export interface Mappings {
  companyOf: ReadonlyMap<string, number>;
  serviceOf: ReadonlyMap<string, number>;
}

/** One subscription and what each side holds for it. */
export interface Difference {
  subscriptionId: string;
  marketplace: number | string;
  autotask: number | string;
}

/** Units per company and service on a day, over all recurring-service contracts. */
export function unitsByService(state: AutotaskState, day: string): Map<string, number> {
  const companyOf = new Map(
    state.contracts.filter((one) => one.contractType === 7).map((one) => [one.id, one.companyID]),
  );
  const units = new Map<string, number>();
  for (const row of state.contractServiceUnits) {
    const company = companyOf.get(row.contractID);
    if (company === undefined || row.startDate.slice(0, 10) > day || row.endDate.slice(0, 10) < day) continue;
    const key = `${company}/${row.serviceID}`;
    units.set(key, (units.get(key) ?? 0) + row.units);
  }
  return units;
}

/**
 * Compares what is sold with what Autotask holds on a day. Subscriptions of one customer whose products share a service
 * are compared together, because Autotask cannot tell them apart; units that stood there before the demo are allowed for.
 *
 * @param tracked subscriptions of which a task was synced.
 */
export function compareUnits(
  subscriptions: readonly SoldSubscription[],
  state: AutotaskState,
  before: ReadonlyMap<string, number>,
  mappings: Mappings,
  tracked: ReadonlySet<string>,
  day: string,
): { units: { marketplace: number; autotask: number }; differences: Difference[]; compared: number } {
  const sold = new Map<string, { quantity: number; subscriptions: Set<string> }>();
  const compared = new Set<string>();
  for (const subscription of subscriptions)
    for (const product of subscription.products) {
      const service = mappings.serviceOf.get(product.id);
      const company = mappings.companyOf.get(subscription.customerId);
      if (service === undefined || company === undefined) continue;
      compared.add(subscription.id);
      const key = `${company}/${service}`;
      const group = sold.get(key) ?? { quantity: 0, subscriptions: new Set<string>() };
      // What has ended sells nothing. A hold stops neither billing nor renewals, but one that stood before the product
      // came is only logged (DESIGN §8 Sweep).
      if (subscription.status === 'active' || (subscription.status === 'hold' && tracked.has(subscription.id)))
        group.quantity += product.quantity;
      group.subscriptions.add(subscription.id);
      sold.set(key, group);
    }
  const held = unitsByService(state, day);
  const differences: Difference[] = [];
  const units = { marketplace: 0, autotask: 0 };
  for (const [key, group] of sold) {
    const actual = (held.get(key) ?? 0) - (before.get(key) ?? 0);
    units.marketplace += group.quantity;
    units.autotask += actual;
    if (actual !== group.quantity)
      for (const subscriptionId of group.subscriptions)
        differences.push({ subscriptionId, marketplace: group.quantity, autotask: actual });
  }
  return { units, differences, compared: compared.size };
}

/** Compares charges of subscriptions that never make units: what was ordered and used with what is charged. */
export function compareCharges(
  expected: ReadonlyMap<string, Decimal>,
  charged: ReadonlyMap<string, Decimal>,
): { differences: Difference[]; compared: number } {
  const differences: Difference[] = [];
  for (const [subscriptionId, amount] of expected) {
    const actual = charged.get(subscriptionId) ?? Decimal.zero;
    if (!actual.minus(amount).isZero)
      differences.push({ subscriptionId, marketplace: amount.toFixed(2), autotask: actual.toFixed(2) });
  }
  return { differences, compared: expected.size };
}
