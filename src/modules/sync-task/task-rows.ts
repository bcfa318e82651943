/** A list of literal words for SQL: our own constants only, never input. */
export function sqlList(words: readonly string[]): string {
  for (const word of words) if (!/^[\w-]+$/.test(word)) throw new Error(`"${word}" is no plain word.`);
  return words.map((word) => `'${word}'`).join(', ');
}

/**
 * SQL: the task `a` comes before `b` in their subscription: by effective date, then creation of the order, then order
 * number, then id, so that the order is total (DESIGN §6 Order).
 */
export function isOlder(a: string, b: string): string {
  const place = (alias: string): string =>
    `${alias}.effective_date, ${alias}.order_created_at, coalesce(${alias}.order_number, ''), ${alias}.id`;
  return `(${place(a)}) < (${place(b)})`;
}
