import { centsText } from '../oracle/money.js';
import type { Bill } from '../oracle/sold.js';

/** A line and month in which two bills differ, in cents. */
export interface Difference {
  key: string;
  expected: number;
  billed: number;
}

/** The outcome of a comparison of bills. */
export interface Comparison {
  /** Contract lines with something on either bill. */
  lines: number;
  differences: Difference[];
}

/** Compares two bills per contract line and month. */
export function compare(expected: Bill, billed: Bill): Comparison {
  const keys = new Set([...expected.keys(), ...billed.keys()]);
  const differences = [...keys]
    .map((key) => ({ key, expected: expected.get(key) ?? 0, billed: billed.get(key) ?? 0 }))
    .filter((one) => one.expected !== one.billed)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return { lines: new Set([...keys].map(lineOf)).size, differences };
}

/** Differences as lines of text. */
export function tell(differences: readonly Difference[]): string {
  return differences
    .map(({ key, expected, billed }) => `${key}: expected ${centsText(expected)}, billed ${centsText(billed)}`)
    .join('\n');
}

/** The contract line of a bill's key. */
export function lineOf(key: string): string {
  return key.split('|').slice(0, 2).join('|');
}
