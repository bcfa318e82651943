import type { ContractServiceUnit } from '../../../domain/autotask/entities.js';
import { toWindows } from '../../../domain/autotask/unit-windows.js';
import { addDays, type CalendarDate } from '../../../domain/calendar/calendar-date.js';
import { differencesBetween, LineLedger, type Step } from '../../../domain/sync-plan/ledger.js';
import type { LedgerStep } from '../../../domain/sync-plan/sync-facts.js';
import type { ContractPicture } from '../planning/autotask-reader.js';
import type { LineDrift } from '../planning/plan-summary.js';

/**
 * Compares what lines hold with what the ledger expects, from a day to the contract's end (DESIGN §7, step 6).
 *
 * @param lines the lines to look at, each with the first day that counts.
 * @returns the first difference of each line that has one.
 */
export function driftOf(
  picture: ContractPicture,
  ledger: readonly LedgerStep[],
  lines: ReadonlyMap<number, CalendarDate>,
): LineDrift[] {
  return [...lines].flatMap(([contractServiceId, from]) => {
    const expected = new LineLedger(
      ledger.filter((step) => step.contractServiceId === contractServiceId),
      '',
    ).expected('full');
    const rows = picture.units.filter((row) => row.contractServiceId === contractServiceId);
    const [first] = differencesBetween(expected, stepsOf(rows), from, picture.contract.endDate);
    return first ? [{ contractServiceId, from: first.from, expected: first.expected, actual: first.actual }] : [];
  });
}

/** Unit rows as a step function of the date; days without a row hold nothing. */
function stepsOf(rows: readonly ContractServiceUnit[]): Step[] {
  const steps: Step[] = [];
  const set = (from: CalendarDate, quantity: number): void => {
    if (steps.at(-1)?.from === from) steps.pop();
    if ((steps.at(-1)?.quantity ?? 0) !== quantity) steps.push({ from, quantity });
  };
  for (const window of toWindows(rows)) {
    set(window.first, window.units);
    set(addDays(window.last, 1), 0);
  }
  return steps;
}
