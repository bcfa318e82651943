/** Longest name a mirror keeps, in characters. */
const NAME_LENGTH = 300;

/**
 * A name as people see it: composed characters, single spaces, none at the ends. Two names are *spelled the same* when
 * these texts are equal; capitals, accents and punctuation count (FEATURES MAP-2, exact-spelling class).
 */
export function spelling(name: string): string {
  const seen = name.normalize('NFC').replace(/\s+/gu, ' ').trim();
  return seen.length <= NAME_LENGTH ? seen : Array.from(seen).slice(0, NAME_LENGTH).join('');
}
