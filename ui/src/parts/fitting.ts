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

/** Below it, a list shows cards. Px. */
const NARROW = 600;

/** Whether a list of that width shows cards. @param width in px; 0 = not measured yet. */
export function isNarrow(width: number): boolean {
  return width > 0 && width < NARROW;
}

/** The columns that a list of that width has room for. @param width in px; 0 = not measured yet: the least of a table. */
export function fitting<T extends Pick<Fitted, 'from'>>(columns: readonly T[], width: number): T[] {
  return columns.filter(({ from = 0 }) => from <= Math.max(width, NARROW));
}
