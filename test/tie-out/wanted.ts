import { writeFileSync } from 'node:fs';
import { tell } from './compare.js';
import { centsText } from '../oracle/money.js';
import type { Wanted } from './play.js';
import { tieOut, type TieOut } from './tie-out.js';

/**
 * Runs a tie-out of the given size; `npm run tie-out` says another one in TIE_OUT (JSON) and takes the outcome from the
 * file that TIE_OUT_REPORT names.
 */
export async function run(wanted: Wanted): Promise<TieOut> {
  const { TIE_OUT, TIE_OUT_REPORT } = process.env;
  const asked = { ...wanted, ...(TIE_OUT ? (JSON.parse(TIE_OUT) as Partial<Wanted>) : {}) };
  const outcome = await tieOut(asked);
  if (TIE_OUT_REPORT) writeFileSync(TIE_OUT_REPORT, report(outcome));
  return outcome;
}

/** Everything a person needs to see what differs and why; the last line says how many, and by how much in total. */
export function report({
  differences,
  inexpressible,
  byTakenDays,
  stuck,
  suspects,
  seconds,
  ...counts
}: TieOut): string {
  const lines: string[] = [];
  for (const against of ['marketplace', 'autotask'] as const) {
    const found = differences.filter((one) => one.against === against);
    if (found.length > 0) lines.push(`Against ${WORDS[against]}:`, tell(found));
  }
  for (const { history, subscriptions } of suspects)
    lines.push(
      `History ${history.number}, ${history.aligned ? 'aligned' : 'misaligned'}, ${JSON.stringify([...subscriptions])}:`,
      ...history.actions.map((action) => `  ${JSON.stringify(action)}`),
    );
  if (stuck.length > 0) lines.push('Not synced:', ...stuck);
  if (inexpressible.length > 0) lines.push('Unit price cannot express it:', tell(inexpressible));
  if (byTakenDays.length > 0)
    lines.push('A day was taken, so it came in another month or rounds by a cent:', tell(byTakenDays));
  const spent = Object.entries(seconds).map(([kind, count]) => `${kind} ${count.toFixed(1)} s`);
  lines.push(`${counts.orders} orders; ${spent.join(', ')}`);
  const total = differences.reduce((sum, { expected, billed }) => sum + Math.abs(billed - expected), 0);
  lines.push(`${counts.histories} histories, ${counts.lines} lines, difference ${centsText(total)}`);
  return lines.join('\n');
}

const WORDS = {
  marketplace: "the marketplace's own books",
  autotask: "the house's dates and Autotask's rule",
};
