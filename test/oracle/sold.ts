import type { Day, Grid } from './days.js';

/** What the marketplace did with one product in one event. Money in cents, prices in ten-thousandths per cycle. */
export interface SoldItem {
  product: string;
  /** Absolute, from the event on. */
  quantity: number;
  /** Price per unit and cycle from the event on; absent = as before. */
  price?: bigint;
  /** Net of the order's recurring lines: what the customer pays (or gets back) for the running period. */
  amount?: number;
  /** The amount covers a whole cycle. */
  wholeCycle?: boolean;
  /** Setup and other one-off lines. */
  fee?: number;
}

/** Something that happened to a subscription. */
export interface SoldEvent {
  /** The day it counts from. */
  day: Day;
  /** The day from which a check could see it. */
  seen: Day;
  kind:
    | 'sale'
    | 'change'
    | 'switch'
    | 'renewal'
    | 'cancellation'
    | 'endOfTerm'
    | 'expiry'
    | 'price'
    /** A running subscription is met for the first time. */
    | 'initial'
    /** Something was used up, or a term is paid; its fee is all there is to it. */
    | 'usage';
  items: SoldItem[];
  /** Of an initial event: the running period is billed already, so units count from the next billing date. */
  billedElsewhere?: boolean;
}

/** Units on the contract before anything was synced. */
export interface Standing {
  product: string;
  units: number;
  /** How many of them are this subscription's. */
  counted: number;
  /** Per unit and period. */
  price: bigint;
  from: Day;
  /** The contract's last day. */
  until: Day;
}

/** A subscription as the marketplace sold it, with the contract it is billed on. */
export interface Sold {
  id: string;
  customer: string;
  /** Marketplace billing dates. */
  market: Grid;
  /** Names the contract; several subscriptions may share one. */
  contract: string;
  /** Billing periods of the contract. */
  periods: Grid;
  /** Terms of the subscription; a contract runs to the end of the period that holds a term's last day. */
  term: Grid;
  /** Products whose price depends on the quantity, with their steps: from so many pieces on, each costs that much. */
  tiers: Map<string, { from: number; price: bigint }[]>;
  events: SoldEvent[];
  standing?: Standing;
}

/** How the reseller bills. */
export interface Policy {
  proration: 'marketplace' | 'autotask';
  refunds: boolean;
  /** Days on which everything before was synced and then posted up to that very day. */
  posted: Day[];
}

/** Cents per line and month. */
export type Bill = Map<string, number>;

/** Key of a bill: a contract's line of a product, and the month it is invoiced in. */
export function billKey(contract: string, product: string, month: string): string {
  return `${contract}|${product}|${month}`;
}

/** Adds to a bill. */
export function addTo(bill: Bill, key: string, cents: number): void {
  bill.set(key, (bill.get(key) ?? 0) + cents);
}
