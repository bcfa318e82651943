import { behaviourOf } from '../kit/sandbox-server.js';
import type { Store } from '../kit/store.js';

/**
 * What the real system does where sources are weak or disagree (reference §14 level B and §16, DESIGN §9). The first
 * value is the default.
 *
 * | Switch | What the values mean |
 * |---|---|
 * | sameDateAdjustment | second adjustment of a line on one effective date: refused; `merge` adds its units to the first and its price wins; `replace` takes the first one's units and price back and puts its own in their place |
 * | adjustPosted | an adjustment dated on or before the end of a posted window |
 * | negativeCharge | a contract charge below zero |
 * | zeroUnitRows | `off`: rows begin with the first units, a line taken to zero keeps rows of 0; `on`: a new line has rows of 0 at once; `never`: no row of 0 at all |
 * | splitRows | `shorten`: the older row ends the day before the split; `keep`: it keeps the end of its period |
 * | windowPriceMeaning | `price`/`cost` of a window: its prorated total, or the price per unit |
 * | readOnlyPatch | read-only and create-only fields in PATCH/PUT |
 * | patchedPrice | `adjustedPrice`/`unitCost` sent with a line on POST/PATCH |
 * | belowZero | an adjustment that leaves fewer than zero units |
 * | repeatService | `allowRepeatService`: adds a further line, or uses the existing one |
 * | effectiveTime | time of day in a date: dropped, or (`shift`) taken as UTC and moved to the zone UTC−5 first |
 * | prorationBasis | calendar days of the period, or thirty-day months |
 * | rounding | of posted amounts to 2 places |
 * | periodConversion | line price when the service's period differs from the contract's: taken as it is, or converted by months |
 * | missingPeriodType | a recurring contract without contractPeriodType |
 * | defaultCompanyCurrency | currencyID of a company created without one |
 * | contractNotes | whether API changes to contracts and lines write a ContractNote |
 * | newServiceFields | whether the tenant has the younger Services fields (sku, externalID, …) at all |
 * | multiCurrency | whether the tenant has the multi-currency module; without it price lists cannot be written |
 * | requiredServiceField | one more Services field that this tenant requires on create |
 * | stringCompare | text in filters |
 * | unknownOperator | a filter operator nobody knows: refused, or matches every row |
 * | dateFormat | dates in answers without or with milliseconds |
 * | threadLimitStatus, thresholdStatus | status of the two limits |
 * | thresholdRetryAfter | whether the hourly refusal carries Retry-After (seconds) |
 * | slowDown | whether answers slow down from 50 % (0.5 s) and 75 % (1 s) of the hourly threshold |
 * | unauthorizedBody | body of a 401 |
 */
export const switches = {
  sameDateAdjustment: ['refuse', 'merge', 'replace'],
  adjustPosted: ['accept', 'refuse'],
  negativeCharge: ['accept', 'refuse'],
  zeroUnitRows: ['off', 'on', 'never'],
  splitRows: ['shorten', 'keep'],
  windowPriceMeaning: ['total', 'unit'],
  readOnlyPatch: ['ignore', 'refuse'],
  patchedPrice: ['ignore', 'apply'],
  belowZero: ['refuse', 'accept'],
  repeatService: ['add', 'ignore'],
  effectiveTime: ['drop', 'shift'],
  prorationBasis: ['calendarDays', 'thirtyDays'],
  rounding: ['halfAwayFromZero', 'halfToEven'],
  periodConversion: ['none', 'byMonths'],
  missingPeriodType: ['refuse', 'monthly'],
  defaultCompanyCurrency: ['internal', 'empty'],
  contractNotes: ['off', 'on'],
  newServiceFields: ['present', 'absent'],
  multiCurrency: ['on', 'off'],
  requiredServiceField: ['none', 'sku', 'vendorCompanyID', 'description'],
  stringCompare: ['insensitive', 'sensitive'],
  unknownOperator: ['refuse', 'allRows'],
  dateFormat: ['seconds', 'milliseconds'],
  threadLimitStatus: ['429', '500'],
  thresholdStatus: ['429', '500', '503'],
  thresholdRetryAfter: ['off', 'on'],
  slowDown: ['on', 'off'],
  unauthorizedBody: ['errors', 'empty'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

/** The marketplace sandbox's switches: accepted and left alone, so that one object can be sent to both. */
export const foreignSwitches = ['orderListing', 'moneySets', 'expiryMakesOrder', 'tokenLifetime'] as const;

export type Switch = keyof typeof switches;

/** Reads the present value of a switch. */
export class Behaviour {
  constructor(private readonly store: Store) {}

  /** The value now. */
  of<S extends Switch>(name: S): (typeof switches)[S][number] {
    return behaviourOf({ store: this.store, switches }, name) as (typeof switches)[S][number];
  }

  /** True when the switch has this value now. */
  is<S extends Switch>(name: S, value: (typeof switches)[S][number]): boolean {
    return this.of(name) === value;
  }
}
