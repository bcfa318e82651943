import type { CalendarDate } from '../calendar/calendar-date.js';
import { LineLedger, newSteps, sumOfSteps, valueOn, type Step } from '../sync-plan/ledger.js';
import type { LedgerStep } from '../sync-plan/sync-facts.js';

/**
 * What to write when a subscription leaves its contract while its units stay (FEATURES MAP-9): from a day on its shares
 * and deductions become 0 and the base, the units nobody tracks, takes them over. What the line is expected to hold
 * stays the same on every day, and the past keeps its owner.
 *
 * @param steps every step of *one* line. @returns the steps to append, in order of writing; none when the subscription
 * holds nothing there from that day on.
 */
export function sharesToBase(
  steps: readonly LedgerStep[],
  subscriptionId: string,
  from: CalendarDate,
): Omit<LedgerStep, 'taskId' | 'seq'>[] {
  const contractServiceId = steps[0]?.contractServiceId;
  if (contractServiceId === undefined) return [];
  const ledger = new LineLedger(steps, '');
  const result: Omit<LedgerStep, 'taskId' | 'seq'>[] = [];
  const moved: { steps: readonly Step[]; sign: 1 | -1 }[] = [];
  for (const { kind, productKey } of partsOf(steps, subscriptionId)) {
    const part =
      kind === 'share' ? ledger.share(subscriptionId, productKey) : ledger.deduction(subscriptionId, productKey);
    const zeros = endedOn(part, from);
    if (zeros.length === 0) continue;
    moved.push({ steps: part, sign: kind === 'share' ? 1 : -1 });
    for (const { from: day } of zeros)
      result.push({ contractServiceId, kind, subscriptionId, productKey, from: day, quantity: 0 });
  }
  if (moved.length === 0) return [];
  const base = ledger.base();
  const sum = sumOfSteps([{ steps: base, sign: 1 }, ...moved]);
  // Every later step of the old base is written again, also where the sum does not change that day: on the same day the
  // last one written holds, and an old one left standing would bring the old base back.
  const days = [from, ...base, ...sum]
    .map((day) => (typeof day === 'string' ? day : day.from))
    .filter((day) => day >= from);
  const wanted = [...new Set(days)].sort().map((day) => ({ from: day, quantity: valueOn(sum, day) }));
  for (const { from: day, quantity } of newSteps(base, wanted))
    result.push({ contractServiceId, kind: 'base', from: day, quantity });
  return result;
}

/** The days on which 0 must be written so that the part is 0 from `from` on; none when it is so already. */
function endedOn(part: readonly Step[], from: CalendarDate): Step[] {
  const later = part.filter((step) => step.from > from);
  if (valueOn(part, from) === 0 && later.every((step) => step.quantity === 0)) return [];
  return [
    { from, quantity: 0 },
    ...later.filter((step) => step.quantity !== 0).map((step) => ({ ...step, quantity: 0 })),
  ];
}

function partsOf(
  steps: readonly LedgerStep[],
  subscriptionId: string,
): { kind: 'share' | 'deduction'; productKey: string }[] {
  const parts = new Map<string, { kind: 'share' | 'deduction'; productKey: string }>();
  for (const step of steps)
    if (step.kind !== 'base' && step.subscriptionId === subscriptionId) {
      const productKey = step.productKey ?? '';
      parts.set(`${step.kind}\n${productKey}`, { kind: step.kind, productKey });
    }
  return [...parts.values()];
}
