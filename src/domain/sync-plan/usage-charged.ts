import { addDays, type CalendarDate } from '../calendar/calendar-date.js';
import { ownerHash, readChargeKey } from './operation-keys.js';
import { marketGrid, type PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import type { WantedProduct } from './wanted-quantity.js';

/** Stands in the keys of charges from usage reports, where others have their order's number. */
export const REPORTED = 'USAGE';

/** The period a billing order tells the usage of: the one that is over on its day, both days included. */
export function usagePeriodOf(event: PlanEvent): { from: CalendarDate; to: CalendarDate } {
  const period = marketGrid(event)?.containing(addDays(event.effective, -1));
  return { from: period?.first ?? event.effective, to: period?.last ?? event.effective };
}

/**
 * A period may be told twice, by an order and by a usage report, and is charged once (FEATURES PSH-6). True when the
 * other of the two has charged it already; then a person is asked, because the two amounts may differ.
 *
 * @param by what wants to charge now.
 */
export function isChargedOtherwise(
  run: PlanRun,
  feeKind: 'usage' | 'overuse',
  product: Pick<WantedProduct, 'productKey' | 'subscriptionId' | 'name'>,
  period: { from: CalendarDate; to: CalendarDate },
  by: 'order' | 'report',
): boolean {
  const owner = ownerHash(product);
  for (const key of [...run.facts.heldCharges, ...(run.facts.chargedElsewhere ?? [])]) {
    const held = readChargeKey(key);
    if (!held || held.feeKind !== feeKind || held.owner !== owner || (held.order === REPORTED) === (by === 'report'))
      continue;
    if (held.coverageStart < period.from || held.coverageStart > period.to) continue;
    const other = by === 'order' ? 'a usage report' : `order ${held.order}`;
    run.findings.require(
      'USAGE_CHARGED',
      `The ${feeKind} of ${product.name} from ${period.from} to ${period.to} is charged already, by ${other}. Ignore the task; what is still owed is charged in Autotask by hand.`,
      { subject: { kind: 'product', id: product.productKey, name: product.name } },
    );
    return true;
  }
  return false;
}
