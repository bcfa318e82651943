import { daysBetween } from '../calendar/calendar-date.js';
import type { BillingGrid } from '../calendar/period-grid.js';
import { chargingCycle, periodMonths } from '../marketplace/period.js';
import { sign } from '../money/money.js';
import { durationDays, linesOf } from './order-money.js';
import { choiceFor } from './product-change.js';
import type { WantedProduct } from './wanted-quantity.js';
import type { Placement } from './placement.js';
import type { PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import { subscriptionSubject } from './preconditions.js';

/** *Late*: a person says from when an old change counts (DESIGN §6). */
export function askAboutAge(run: PlanRun, event: PlanEvent, placement: Placement): void {
  if (!placement.isLate) return;
  run.findings.manualBecause(`The change took effect on ${event.effective}, before the previous billing period.`);
  if (event.choices.late !== undefined) return;
  const option = (late: 'fromEffective' | 'fromNow' | 'fromNowWithCharge', label: string) => ({
    value: late,
    label,
    choices: { late },
  });
  run.findings.require(
    'LATE',
    `This took effect on ${event.effective}, before the previous billing period. Say from when it counts.`,
    {
      subject: subscriptionSubject(event),
      options: [
        option('fromEffective', `From ${event.effective}, where periods are open`),
        option('fromNow', 'From the first open period'),
        option('fromNowWithCharge', 'From the first open period, with a charge for the days before'),
      ],
    },
  );
}

/** Initial tasks ask whether the running period is billed elsewhere already (DESIGN §6 Dates). */
export function askAboutInitial(run: PlanRun, event: PlanEvent, direction: -1 | 0 | 1): void {
  if (event.kind !== 'initial' || direction <= 0 || event.choices.alreadyBilled !== undefined) return;
  run.findings.require(
    'INITIAL_BILLED',
    `Subscription ${event.subscription.name} was running already. Is the period from ${event.effective} billed elsewhere?`,
    {
      subject: subscriptionSubject(event),
      options: [
        { value: 'yes', label: 'Yes, bill from the next billing date', choices: { alreadyBilled: true } },
        { value: 'no', label: `No, bill from ${event.effective}`, choices: { alreadyBilled: false } },
      ],
    },
  );
}

/**
 * A line's `duration` says how much of the period the marketplace charged. When that is more than one day off the days to
 * the next billing date, our day or our grid is not the marketplace's, and a person looks (DESIGN §6 Dates).
 */
export function askAboutDuration(
  run: PlanRun,
  event: PlanEvent,
  products: readonly WantedProduct[],
  market: BillingGrid,
): void {
  const { order, subscription } = event;
  if (!order || (event.kind !== 'sale' && event.kind !== 'change')) return;
  const months = periodMonths(
    chargingCycle(subscription.billingModel, subscription.billingPeriod, subscription.subscriptionPeriod),
  );
  if (months === undefined) return;
  const expected = daysBetween(event.effective, market.startAfter(event.effective));
  for (const wanted of products) {
    if (choiceFor(event, wanted)?.date !== undefined) continue;
    for (const line of linesOf(order, wanted, products.length === 1)) {
      if ((line.feeType !== 'recurring' && line.feeType !== 'prorated') || sign(line.extendedPrice) < 0) continue;
      const days = durationDays(line, market, event.effective, months);
      if (days === undefined || Math.abs(days - expected) <= 1) continue;
      run.findings.require(
        'DURATION_MISMATCH',
        `Order ${order.number} charges ${wanted.name} for ${Math.round(days)} days; from ${event.effective} to the next billing date are ${expected}. Say the day from which it counts.`,
        { subject: { kind: 'product', id: wanted.productKey, name: wanted.name } },
      );
    }
  }
}
