import type { ContractCharge, ContractService } from '../../../domain/autotask/entities.js';
import { sameImage, type ImageRow } from '../../../domain/autotask/unit-windows.js';
import { compare, minus, type Decimal } from '../../../domain/money/money.js';

/**
 * What reading Autotask says about a write whose answer is missing (DESIGN §7). `wait`: nothing of it is seen, but it
 * may still land until the settle time is over.
 */
export type Verdict =
  | { verdict: 'applied'; resultId?: number }
  | { verdict: 'not_applied' }
  | { verdict: 'wait' }
  | { verdict: 'uncertain'; reason: string };

/** Nothing of the write is seen: it may still land until the settle time is over; after it, it never happened. */
function unseen(settled: boolean): Verdict {
  return settled ? { verdict: 'not_applied' } : { verdict: 'wait' };
}

/**
 * A change of units: the windows equal the post-image → applied; the pre-image, after the settle time → not applied;
 * anything else means that somebody else wrote too, so a person decides.
 *
 * @param settled the settle time since sending is over.
 */
export function proveUnits(
  pre: readonly ImageRow[],
  post: readonly ImageRow[],
  now: readonly ImageRow[],
  settled: boolean,
): Verdict {
  if (sameImage(now, post)) return { verdict: 'applied' };
  if (!settled) return { verdict: 'wait' };
  if (sameImage(now, pre)) return { verdict: 'not_applied' };
  return { verdict: 'uncertain', reason: 'The line holds neither what it held before nor what it should hold now.' };
}

/**
 * A price-only adjustment is absolute: when nothing shows it after the settle time it may simply be sent again, so it is
 * never uncertain. Windows prove it where they tell the old price from the new one, else the line's effective price.
 */
export function provePrice(
  wanted: { unitPrice?: Decimal | undefined; unitCost?: Decimal | undefined },
  images: { pre: readonly ImageRow[]; post: readonly ImageRow[]; now: readonly ImageRow[] },
  line: ContractService | undefined,
  settled: boolean,
): Verdict {
  const telling = !sameImage(images.pre, images.post);
  const seen = telling
    ? sameImage(images.now, images.post)
    : isNear(effectivePrice(line), wanted.unitPrice) && isNear(line?.unitCost, wanted.unitCost);
  return seen ? { verdict: 'applied' } : unseen(settled);
}

/**
 * The line's price in force. REST names it only in the tenant's internal currency, so the line's own ratio of list
 * prices converts it (reference/autotask-rest-api §11.7). Undefined where that ratio is unknown, e.g. on a free line.
 */
export function effectivePrice(line: ContractService | undefined): Decimal | undefined {
  const { internalCurrencyAdjustedPrice: adjusted, internalCurrencyUnitPrice: internal, unitPrice } = line ?? {};
  if (adjusted === undefined || internal === undefined || unitPrice === undefined) return undefined;
  if (compare(internal, 0) === 0) return undefined;
  return String((Number(adjusted) * Number(unitPrice)) / Number(internal));
}

/** Equal within half a cent (reference §11.7); what was not wanted needs no proof, what cannot be seen proves nothing. */
function isNear(seen: Decimal | undefined, wanted: Decimal | undefined): boolean {
  if (wanted === undefined) return true;
  if (seen === undefined) return false;
  const difference = minus(seen, wanted);
  return compare(difference, '0.005') < 0 && compare(difference, '-0.005') > 0;
}

/** A charge: exactly one row with our key → applied; two rows → a person looks. */
export function proveCharge(rows: readonly Pick<ContractCharge, 'id'>[], settled: boolean): Verdict {
  const [row] = rows;
  if (!row) return unseen(settled);
  if (rows.length > 1)
    return { verdict: 'uncertain', reason: `Autotask holds ${rows.length} charges with this key instead of one.` };
  return { verdict: 'applied', resultId: row.id };
}

/**
 * A created row: one with the natural key and an id above the highest that was there before → applied. Two → somebody
 * else created one at the same time, so a person says which is ours.
 */
export function proveCreated(ids: readonly number[], highestBefore: number, settled: boolean): Verdict {
  const [id, ...more] = ids.filter((each) => each > highestBefore);
  if (id === undefined) return unseen(settled);
  if (more.length > 0)
    return { verdict: 'uncertain', reason: `Autotask holds ${more.length + 1} new rows with this key instead of one.` };
  return { verdict: 'applied', resultId: id };
}

/** A field that reads as it was sent → applied. Sending it again is safe, so it is never uncertain. */
export function proveField(matches: boolean, settled: boolean): Verdict {
  return matches ? { verdict: 'applied' } : unseen(settled);
}
