import { month, type Day } from './days.js';
import type { Policy, Sold } from './sold.js';

/**
 * When things are approved and posted: at each posting every window that begins on or before its day, as far as a line
 * has had units by then.
 */
export class PostingCalendar {
  /** Last covered day, by contract. */
  private readonly ends = new Map<string, Day>();
  /** First day with units, by contract and line. */
  private readonly begun = new Map<string, Map<string, Day>>();

  constructor(private readonly policy: Policy) {}

  /** Notes that a line has units from a day on. */
  begin({ contract }: Sold, product: string, from: Day): void {
    const lines = this.begun.get(contract) ?? new Map<string, Day>();
    lines.set(product, Math.min(from, lines.get(product) ?? Infinity));
    this.begun.set(contract, lines);
  }

  /** Notes that a contract reaches the period that holds a day. */
  reach({ contract, periods }: Sold, day: Day): void {
    this.ends.set(contract, Math.max(periods.around(day).next - 1, this.ends.get(contract) ?? -Infinity));
  }

  /** Notes that a contract ends on a day, or later. */
  end({ contract }: Sold, day: Day): void {
    this.ends.set(contract, Math.max(day, this.ends.get(contract) ?? -Infinity));
  }

  /** True for a day that the contract does not cover yet. */
  isBehindEnd({ contract }: Sold, day: Day): boolean {
    return day > (this.ends.get(contract) ?? Infinity);
  }

  /** The last posted day of a line, seen by a sync right before the n-th posting; undefined when nothing is posted. */
  lastPosted(sold: Sold, product: string, round: number): Day | undefined {
    return this.lastOf(sold, this.begun.get(sold.contract)?.get(product), round);
  }

  /**
   * The day a one-off amount is dated on: its own, or the first of a contract period in which nothing is posted, but never
   * behind the contract's end.
   */
  openDay(sold: Sold, from: Day, round: number): Day {
    const lasts = [...(this.begun.get(sold.contract)?.values() ?? [])].map((one) => this.lastOf(sold, one, round));
    const last = Math.max(-1, ...lasts.map((one) => one ?? -1));
    const open = from > last ? from : sold.periods.around(last).next;
    return Math.min(open, this.ends.get(sold.contract) ?? open);
  }

  /** The month a one-off amount is invoiced in. */
  openMonth(sold: Sold, from: Day, round: number): string {
    return month(this.openDay(sold, from, round));
  }

  /** The number of the sync that sees something of this day. */
  roundOf(day: Day): number {
    const round = this.policy.posted.findIndex((posted) => day <= posted);
    return round < 0 ? this.policy.posted.length : round;
  }

  private lastOf(sold: Sold, begun: Day | undefined, round: number): Day | undefined {
    const posted = this.policy.posted[round - 1];
    if (begun === undefined || posted === undefined || begun > posted) return undefined;
    return sold.periods.around(posted).next - 1;
  }
}
