import type { BillingItem } from '../autotask/entities.js';
import type { PeriodGrid } from '../calendar/period-grid.js';
import { cents, minus, negate, sign, sum, times, type Decimal } from '../money/money.js';
import { valueOn, type Step } from '../sync-plan/ledger.js';
import type { SoldAmount } from './sold-in-month.js';

/** Why an invoice line is not what the marketplace charges. */
export type ReasonCode =
  | 'REFUND_WITHHELD'
  | 'CHARGE'
  | 'PRORATED_BY_AUTOTASK'
  | 'UNTRACKED_UNITS'
  | 'STANDING_DIFFERENCE'
  | 'PRICE_SOURCE'
  | 'UNIT_PRICE_CANNOT_EXPRESS'
  | 'NOT_SYNCED'
  | 'DONE_BY_HAND'
  | 'NOT_POSTED'
  | 'OTHER_PERIODS'
  | 'UNEXPLAINED';

/** A part of a difference: billed less sold, with what it comes from. */
export interface Reason {
  code: ReasonCode;
  amount: Decimal;
  message: string;
}

/** A posted item, a charge with the fee kind our key names. */
export interface BilledAmount extends BillingItem {
  feeKind?: string | undefined;
}

/** One contract line of a customer in one month. */
export interface TieOutLineFacts {
  sold: readonly SoldAmount[];
  billed: readonly BilledAmount[];
  /** Units nobody tracks, and standing deductions, as the ledger knows them. */
  base: readonly Step[];
  deduction: readonly Step[];
  /** Billing periods of the contract, where it has some. */
  grid: PeriodGrid | undefined;
  /** Open tasks, and ignored ones, whose change counts in this month or before. */
  hasOpenTask: boolean;
  hasIgnoredTask: boolean;
}

/** The rules in force. */
export interface TieOutRules {
  proration: 'autotask' | 'marketplace';
  syncRefunds: boolean;
  priceSource: 'autotask' | 'marketplace';
}

/** Totals of a line with the difference in parts; the parts add up to the difference. */
export interface TieOut {
  soldTotal: Decimal;
  billedTotal: Decimal;
  /** Billed less sold. */
  difference: Decimal;
  reasons: Reason[];
}

/**
 * Compares what the marketplace charges for a line in a month with what Autotask has invoiced, and says what the
 * difference comes from (FEATURES WIN-5). Pure; the reasons' amounts add up to the difference to the cent, and what no
 * rule accounts for is called unexplained.
 */
export function tieOut(line: TieOutLineFacts, rules: TieOutRules): TieOut {
  const soldTotal = total(line.sold);
  const billedTotal = total(line.billed);
  const difference = cents(minus(billedTotal, soldTotal));
  const known = [
    ...refunds(line, rules),
    ...charges(line),
    ...prorations(line, rules),
    ...otherUnits(line),
    ...prices(line, rules),
  ].filter(({ amount }) => sign(amount) !== 0);
  const rest = cents(minus(difference, total(known)));
  return {
    soldTotal,
    billedTotal,
    difference,
    reasons: sign(rest) === 0 ? known : [...known, { ...restOf(line), amount: rest }],
  };
}

const ONE_OFF = new Set(['setup', 'cancellation', 'overuse', 'usage']);

function refunds({ sold }: TieOutLineFacts, { syncRefunds }: TieOutRules): Reason[] {
  if (syncRefunds) return [];
  const withheld = total(sold.filter((one) => sign(one.amount) < 0));
  return [
    { code: 'REFUND_WITHHELD', amount: cents(negate(withheld)), message: 'Refunds are not synced by the settings.' },
  ];
}

function charges({ sold, billed }: TieOutLineFacts): Reason[] {
  const ordered = total(sold.filter((one) => ONE_OFF.has(one.kind) && sign(one.amount) > 0));
  const charged = total(billed.filter((one) => ONE_OFF.has(one.feeKind ?? '')));
  return [
    {
      code: 'CHARGE',
      amount: cents(minus(charged, ordered)),
      message:
        'Fees and usage are charges of their own, dated on the first open day; not all of this month are posted.',
    },
  ];
}

/** Part periods: the marketplace's own amounts against Autotask's items inside a period and our charges for days. */
function prorations({ sold, billed }: TieOutLineFacts, { proration, syncRefunds }: TieOutRules): Reason[] {
  const parts = total(sold.filter((one) => one.kind === 'part' && (syncRefunds || sign(one.amount) > 0)));
  const days = total(billed.filter((one) => one.feeKind === 'proration' || one.feeKind === 'shift'));
  if (proration === 'marketplace')
    return [
      {
        code: 'CHARGE',
        amount: cents(minus(days, parts)),
        message: 'Part periods are charges, dated on the first open day; they are posted in another month.',
      },
    ];
  const items = total(billed.filter((one) => one.kind === 'adjustment'));
  return [
    {
      code: 'PRORATED_BY_AUTOTASK',
      amount: cents(minus(sum([items, days]), parts)),
      message: 'Autotask prorates by its own periods and days, the marketplace by its own.',
    },
  ];
}

/** Units on the line that no subscription of ours sells, or that a person left out. */
function otherUnits({ billed, base, deduction }: TieOutLineFacts): Reason[] {
  const worth = (steps: readonly Step[]) =>
    cents(sum(recurring(billed).map((item) => times(item.rate, valueOn(steps, item.itemDate)))));
  return [
    {
      code: 'UNTRACKED_UNITS',
      amount: worth(base),
      message: 'The line holds units that no subscription of this marketplace sells.',
    },
    {
      code: 'STANDING_DIFFERENCE',
      amount: cents(negate(worth(deduction))),
      message: 'A person decided that fewer or more units are billed than the marketplace sells.',
    },
  ];
}

/** What a whole period costs there and here. */
function prices({ sold, billed }: TieOutLineFacts, { priceSource }: TieOutRules): Reason[] {
  const reasons: Reason[] = [];
  for (const one of sold) {
    if (one.kind !== 'recurring' || one.unitPrice === undefined) continue;
    const flat = cents(times(one.unitPrice, one.quantity));
    const item = recurring(billed).find(({ itemDate }) => itemDate === one.date);
    const billedFlat = item ? cents(times(item.rate, one.quantity)) : flat;
    reasons.push(
      {
        code: 'UNIT_PRICE_CANNOT_EXPRESS',
        amount: cents(minus(item ? flat : one.amount, one.amount)),
        message: `The marketplace charges ${one.amount} for ${one.quantity} × ${one.unitPrice}: tiers or a discount that one unit price cannot express.`,
      },
      {
        code: priceSource === 'autotask' ? 'PRICE_SOURCE' : 'UNIT_PRICE_CANNOT_EXPRESS',
        amount: cents(minus(billedFlat, flat)),
        message: `The line bills ${item?.rate ?? one.unitPrice} a unit, the marketplace ${one.unitPrice}.`,
      },
    );
  }
  return reasons;
}

function restOf(line: TieOutLineFacts): Omit<Reason, 'amount'> {
  if (line.hasOpenTask)
    return { code: 'NOT_SYNCED', message: 'A task that counts in this month or before is not synced yet.' };
  if (line.hasIgnoredTask)
    return { code: 'DONE_BY_HAND', message: 'A task was ignored: it was done by hand or is not to be billed.' };
  const begun = line.sold.filter(({ kind }) => kind === 'recurring');
  if (begun.length > 0 && recurring(line.billed).length === 0)
    return { code: 'NOT_POSTED', message: 'This period of the line is not approved and posted yet.' };
  const { grid } = line;
  if (grid && begun.some(({ date }) => !grid.startsOn(date)))
    return {
      code: 'OTHER_PERIODS',
      message: 'The contract’s periods begin on other days than the marketplace bills, so a month holds other days.',
    };
  return {
    code: 'UNEXPLAINED',
    message: 'Nothing known here accounts for it. Look for a change made by hand in Autotask.',
  };
}

function recurring(billed: readonly BilledAmount[]): BilledAmount[] {
  return billed.filter(({ kind }) => kind === 'recurring');
}

function total(amounts: readonly { amount: Decimal }[]): Decimal {
  return cents(sum(amounts.map(({ amount }) => amount)));
}
