import { en } from './en';
import type { ProblemWords } from './problems.en';
import { logMore, setup } from './settings.en';

const english = { ...en, setup, logMore };

/** Every sentence of the page in one language. */
export type Messages = typeof english;

/** Languages the page speaks; every other one falls back to English. */
const LANGUAGES: Record<string, Messages> = { en: english };

/** The sentences in the host's language. */
export const m: Messages = LANGUAGES[navigator.language.slice(0, 2)] ?? english;

/** The words for a problem's code; an unknown one reads like the unexpected. */
export function problemWords(code: string): ProblemWords {
  const known: Record<string, ProblemWords> = m.problem.of;
  return known[code] ?? m.problem.of.UNEXPECTED;
}
