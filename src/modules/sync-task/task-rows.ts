/**
 * SQL: the columns that a subscription's tasks stand in line by: effective date, then creation of the order, then order
 * number, then id, so that the order is total (DESIGN §6 Order).
 *
 * @param alias of `sync_task`; nothing where the statement has no other table.
 */
export function placeInLine(alias?: string): string {
  const of = alias === undefined ? '' : `${alias}.`;
  return `${of}effective_date, ${of}order_created_at, coalesce(${of}order_number, ''), ${of}id`;
}

/** SQL: the task `a` comes before `b` in their subscription. */
export function isOlder(a: string, b: string): string {
  return `(${placeInLine(a)}) < (${placeInLine(b)})`;
}
