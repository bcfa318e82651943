/** What decides whether a column of a list is shown. */
export interface Fitted {
  key: string;
  /** CSS width in px. */
  width?: string;
  /** The list's width in px from which the column has room beside all that come before it. */
  from?: number;
}

/** The columns that are not put away; the room of those that are is room for the others. */
export function withoutHidden<T extends Fitted>(columns: readonly T[], hidden: readonly string[]): T[] {
  const away = columns.filter(({ key }) => hidden.includes(key));
  return columns
    .filter(({ key }) => !hidden.includes(key))
    .map((column) => {
      if (column.from === undefined) return column;
      const { from } = column;
      // Only what would have its place by then makes room by leaving it.
      const room = away
        .filter((other) => (other.from ?? 0) <= from)
        .reduce((sum, { width }) => sum + Number.parseInt(width ?? '0', 10), 0);
      return { ...column, from: from - room };
    });
}
