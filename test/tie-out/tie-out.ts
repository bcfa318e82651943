import { autotaskBill, type Move } from '../oracle/autotask-bill.js';
import { day } from '../oracle/days.js';
import { marketplaceBill } from '../oracle/marketplace-bill.js';
import type { Bill, Policy, Sold } from '../oracle/sold.js';
import { billedOf } from './as-billed.js';
import { soldOf } from './as-sold.js';
import { compare, lineOf, type Difference } from './compare.js';
import { CONNECTED, FIRST_DAY, play, type Wanted } from './play.js';
import type { Customer } from './reseller.js';

/** The outcome of a tie-out. */
export interface TieOut {
  histories: number;
  orders: number;
  /** Contract lines that were compared. */
  lines: number;
  /** Where Autotask bills something else than the oracle says, with the check that found it. */
  differences: (Difference & { against: 'marketplace' | 'autotask' })[];
  /** Lines whose price depends on the quantity, with what one unit price cannot express. */
  inexpressible: Difference[];
  /** Of the marketplace's own books: what came in another month or rounds by a cent, because a day was taken. */
  byTakenDays: Difference[];
  /** Tasks that could not be synced. */
  stuck: string[];
  seconds: Record<string, number>;
  /** Customers with a difference, for people. */
  suspects: Customer[];
}

/**
 * Plays histories and compares what Autotask has invoiced with the oracle, per contract line and month: every history
 * with the house's dates and Autotask's rule, and aligned ones under marketplace proration also with the marketplace's
 * own books, which know no such rules (issue 3, accept 3).
 */
export async function tieOut(wanted: Wanted): Promise<TieOut> {
  const { reseller, t, ends } = await play(wanted);
  try {
    const books = await reseller.books();
    const until = day(ends.at(-1)!);
    const sold = soldOf(reseller, books, day(CONNECTED), until);
    const billed = ofTheRun(await billedOf(reseller, books.autotask));
    const policy: Policy = {
      proration: wanted.mode,
      refunds: wanted.syncRefunds ?? true,
      posted: ends.map((end) => day(end)),
    };
    const tiered = new Set(sold.flatMap(({ contract, tiers }) => [...tiers.keys()].map((one) => `${contract}|${one}`)));
    const isTiered = ({ key }: Difference) => tiered.has(lineOf(key));
    const moves: Move[] = [];
    const rules = compare(ofTheRun(autotaskBill(sold, policy, until, moves)), billed);
    const found: TieOut['differences'] = rules.differences
      .filter((one) => !isTiered(one))
      .map((one) => ({ ...one, against: 'autotask' as const }));
    const inexpressible: Difference[] = [];
    const byTakenDays: Difference[] = [];
    if (wanted.mode === 'marketplace') {
      const own = alignedOf(sold, reseller.customers);
      const told = compare(ofTheRun(marketplaceBill(own, policy, until)), contractsOf(billed, own)).differences;
      inexpressible.push(...told.filter(isTiered));
      byTakenDays.push(...ofTakenDays(told, moves));
      const rest = told.filter((one) => !isTiered(one) && !byTakenDays.includes(one));
      found.push(...rest.map((one) => ({ ...one, against: 'marketplace' as const })));
    }
    const contracts = new Set(found.map(({ key }) => key.split('|')[0]));
    return {
      histories: reseller.customers.length,
      orders: books.orders.length,
      lines: rules.lines,
      differences: found,
      inexpressible,
      byTakenDays,
      stuck: reseller.stuck,
      seconds: reseller.seconds,
      suspects: reseller.customers.filter(({ subscriptions }) =>
        [...subscriptions.values()].some((id) => contracts.has(id)),
      ),
    };
  } finally {
    await t.close();
  }
}

/** What was invoiced before the first month was nobody's here. */
function ofTheRun(bill: Bill): Bill {
  return new Map([...bill].filter(([key]) => key.split('|')[2]! >= FIRST_DAY.slice(0, 7)));
}

/**
 * What Autotask's rule of one adjustment a day does to the marketplace's books (DESIGN §6 Date taken): a period billed at
 * its start is credited on the day after, which may be in another month; what a switch has to wait for is one net charge
 * of the product it leads to; and every item rounds. Only lines and months of such days, and only where a contract's come
 * to the same sum but for a cent a move.
 */
function ofTakenDays(told: readonly Difference[], moves: readonly Move[]): Difference[] {
  const contracts = [...new Set(moves.map(({ contract }) => contract))];
  return contracts.flatMap((contract) => {
    const own = moves.filter((move) => move.contract === contract);
    const touched = told.filter(({ key }) => own.some(({ keys }) => keys.includes(key)));
    const sum = touched.reduce((total, { billed, expected }) => total + billed - expected, 0);
    return Math.abs(sum) <= own.length ? touched : [];
  });
}

/** Subscriptions of aligned histories. */
function alignedOf(sold: readonly Sold[], customers: readonly Customer[]): Sold[] {
  const aligned = new Set(
    customers.filter(({ history }) => history.aligned).flatMap(({ subscriptions }) => [...subscriptions.values()]),
  );
  return sold.filter(({ id }) => aligned.has(id));
}

function contractsOf(bill: Bill, sold: readonly Sold[]): Bill {
  const contracts = new Set(sold.map(({ contract }) => contract));
  return new Map([...bill].filter(([key]) => contracts.has(key.split('|')[0]!)));
}
