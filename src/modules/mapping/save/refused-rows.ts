import { Problem } from '../../../platform/http/problem.js';

/** One row of a save that cannot be done, with everything a person needs to see why. */
export interface RefusedRow {
  /** Place in the request, from 0. */
  index: number;
  code: string;
  /** What is the matter and what to do. */
  message: string;
  [detail: string]: unknown;
}

/**
 * The answer to a save of which at least one row is refused: nothing was saved, and every refused row is named
 * (FEATURES MAP-2, DESIGN §10). Its code is the rows' own where they agree; a row that somebody else changed makes it
 * MAPPING_CONFLICT, because then the whole screen is out of date.
 */
export function refusal(refused: readonly RefusedRow[], total: number): Problem {
  const codes = new Set(refused.map(({ code }) => code));
  const conflict = refused.find(({ code }) => code === 'MAPPING_CONFLICT');
  const code = conflict ? 'MAPPING_CONFLICT' : codes.size === 1 ? refused[0]!.code : 'MAPPING_REFUSED';
  const first = conflict ?? refused[0]!;
  const message =
    total === 1
      ? `${first.message} Nothing was changed.`
      : `${refused.length} of ${total} rows cannot be saved, so none was. ${first.message}`;
  return new Problem('conflict', code, message, { rows: [...refused].sort((a, b) => a.index - b.index) });
}
