import type { Tone } from '../parts/badges';

/** Where a mapping row stands, in its badge and the words beside it. */
export interface Standing {
  tone: Tone;
  badge: string;
  why: string;
}

/** Whether a broken row is only called otherwise now: then it can be said to be still the same (FEATURES MAP-4). */
export function isRenamed(broken: { code: string } | null): boolean {
  return broken?.code.endsWith('_RENAMED') ?? false;
}
