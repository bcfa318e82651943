import { addDays } from '../calendar/calendar-date.js';
import type { ContractTarget } from './contract-target.js';
import { everyLine, isEmptyFrom } from './extension.js';
import { holdsShare } from './line-target.js';
import { subscriptionEnds, type PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import { unitsOf } from './resume.js';
import type { WantedProduct } from './wanted-quantity.js';

/** True for what goes away from the other contract: the old half, or all of an ended subscription. */
export function leaves(run: PlanRun, wanted: WantedProduct, leaving: ContractTarget): boolean {
  if (wanted.role === 'switchFrom') return true;
  return (
    wanted.quantity === 0 &&
    (leaving.facts?.lines ?? []).some((line) =>
      holdsShare(run.facts, line.id, wanted.subscriptionId, wanted.productKey),
    )
  );
}

/** A move takes the units off one contract and puts them on another on the same day. */
export function inTwoHalves<T extends { wanted: WantedProduct }>(part: T): T[] {
  return [
    { ...part, wanted: { ...part.wanted, role: 'switchFrom', quantity: 0 } },
    { ...part, wanted: { ...part.wanted, role: 'switchTo', added: true } },
  ];
}

/** Units on another contract stay there until a move takes them along: one subscription never spans two contracts. */
export function leavesUnanswered(
  run: PlanRun,
  event: PlanEvent,
  products: readonly WantedProduct[],
  leaving: ContractTarget,
): boolean {
  const switches = products.some(({ role }) => role === 'switchFrom');
  if (event.kind === 'move' || switches || subscriptionEnds(event)) return false;
  run.findings.require(
    'CONTRACT_UNSUITABLE',
    `Subscription ${event.subscription.name} still has units on contract ${leaving.facts?.contract.id ?? ''}. Move it first, then sync this task.`,
    { subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name } },
  );
  return true;
}

/** The contract that was left is ended only when nothing else is on it (FEATURES PSH-7). */
export function endIfEmpty(run: PlanRun, leaving: ContractTarget): void {
  const lines = everyLine(run, leaving);
  const dates = lines.flatMap((target) => run.lines.get(target.token)?.parts.map((part) => part.date) ?? []);
  const date = dates.sort().at(-1);
  if (date === undefined || date <= leaving.start || date > leaving.end) return;
  const left = lines.filter((target) => {
    const parts = run.lines.get(target.token)?.parts ?? [];
    return !isEmptyFrom(
      target,
      date,
      parts.reduce((total, part) => total + unitsOf(part), 0),
    );
  });
  if (left.length === 0) run.ends.push({ contract: leaving, date: addDays(date, -1) });
}
