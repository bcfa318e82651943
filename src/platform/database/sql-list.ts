/** A list of literal words for SQL: our own constants only, never input. */
export function sqlList(words: readonly string[]): string {
  for (const word of words) if (!/^[\w-]+$/.test(word)) throw new Error(`"${word}" is no plain word.`);
  return words.map((word) => `'${word}'`).join(', ');
}
