import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { preferences } from '../app/preferences';
import { useStore } from '../app/store';
import { m } from '../messages';
import { fitting, isNarrow } from './fitting';

export interface Column<T> {
  key: string;
  header: string;
  /** CSS width of the column; the rest is shared. */
  width?: string;
  number?: boolean;
  /** Shown only where the list is at least this wide, in px. */
  from?: number;
  /** @param active whether the row has the grid's tab stop: only then are its controls tab stops too. */
  render(row: T, index: number, active: boolean): ReactNode;
}

/** What a list needs. */
export interface GridProps<T> {
  /** Names the scroller. */
  label: string;
  columns: Column<T>[];
  total: number;
  at(index: number): T | undefined;
  show?: ((from: number, to: number) => void) | undefined;
  rowId(row: T): string;
  /** One card in place of a row below 600 px; same order, same actions. */
  card(row: T, index: number, active: boolean): ReactNode;
  cardHeight?: number;
  rowHeight?: 'two' | 'one';
  /** The row that is open beside the list. */
  current?: string | undefined;
  onOpen?: ((row: T, index: number) => void) | undefined;
  selection?:
    | {
        has(id: string): boolean;
        toggle(row: T, range?: T[]): void;
        nameOf(row: T): string;
        /** The box in the header, for all rows that are loaded. */
        all?: { checked: boolean; some: boolean; toggle(): void };
        /** False: the row has no box. */
        can?(row: T): boolean;
      }
    | undefined;
  /** A letter, or an arrow to the side, that acts on the row with focus; says whether it did, and whether to go on. */
  onKey?: ((key: string, row: T, index: number) => boolean | 'next') | undefined;
  onEscape?: (() => void) | undefined;
  /** Follows the row with focus, e.g. to walk an open panel. */
  onActive?: ((row: T, index: number) => void) | undefined;
  stale?: boolean;
  rowClass?: ((row: T) => string) | undefined;
}

const OVERSCAN = 10;
const PAGE_ROWS = 10;

/**
 * A list of any length: a native table with `role=grid`, one tab stop, roving row focus, exact virtual rows of one height,
 * and cards below 600 px (reference/page-design §5.5, §7).
 */
export function Grid<T>(props: GridProps<T>): ReactNode {
  const { columns, total, at, show, rowId, current, onOpen, selection, onKey, onEscape, onActive } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sized, width } = useElementSize();
  const { density, letters } = useStore(preferences);
  const [active, setActive] = useState(0);
  const wanted = useRef<number | undefined>(undefined);
  /** The focus is in the list, or was when what had it went away. */
  const inside = useRef(false);
  const anchor = useRef<number | undefined>(undefined);
  const narrow = isNarrow(width);
  const roomy = density === 'comfortable' || narrow;
  const two = (props.rowHeight ?? 'two') === 'two';
  const height = narrow ? (props.cardHeight ?? 112) : two ? (roomy ? 56 : 48) : roomy ? 44 : 36;

  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    rangeExtractor: (range) => {
      // The row with focus is always drawn, wherever the list is scrolled to.
      const from = Math.max(0, range.startIndex - OVERSCAN);
      const to = Math.min(range.count - 1, range.endIndex + OVERSCAN);
      const indexes = Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => from + place);
      if (active < from) indexes.unshift(active);
      else if (active > to && active < range.count) indexes.push(active);
      return indexes;
    },
  });
  useEffect(() => virtual.measure(), [height, virtual]);
  const items = virtual.getVirtualItems();
  const range = virtual.range;
  const from = range?.startIndex ?? 0;
  const to = range?.endIndex ?? 0;
  useEffect(() => show?.(from, to), [from, to, show]);
  useEffect(() => {
    if (active >= total && total > 0) setActive(total - 1);
  }, [active, total]);

  /** Rows have one height: where the list must stand is told from the element itself, which knows of a scroll before its event does. */
  const reveal = (index: number): void => {
    const box = scroller.current;
    if (!box) return;
    const head = box.querySelector('thead')?.offsetHeight ?? 0;
    const [first, last] = [(index + 1) * height + head - box.clientHeight, index * height];
    box.scrollTop = Math.min(last, Math.max(first, box.scrollTop));
  };
  const focusRow = (index: number): void => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
    if (row) row.focus({ preventScroll: true });
  };
  useEffect(() => {
    // An effect of the drawing before may still be waiting when a key moves on: it is not the one that is meant.
    if (wanted.current !== active) return;
    // A row that is not here yet is drawn anew when it comes: until then its place holds the focus for it.
    if (at(active) !== undefined) {
      wanted.current = undefined;
      // Where its place had the focus and went, the browser lays the list out without the rows that come, and scrolls.
      reveal(active);
    }
    const focused = document.activeElement;
    if (!focused || focused === document.body || scroller.current?.contains(focused)) focusRow(active);
  });

  // What had the focus may be gone since, by a search, a refresh or another person: it goes on at the same place.
  useEffect(() => {
    if (!inside.current || wanted.current !== undefined) return;
    const focused = document.activeElement;
    if (!focused || focused === document.body) {
      reveal(active);
      focusRow(active);
    }
  });
  const follow = useEffectEvent((): void => {
    // The row is still there, at another place: keys go on from it.
    const row = wanted.current === undefined && document.activeElement?.closest<HTMLElement>('[data-index]');
    if (!row || !scroller.current?.contains(row) || Number(row.dataset.index) === active) return;
    setActive(Number(row.dataset.index));
    reveal(Number(row.dataset.index));
  });
  useEffect(() => follow(), [at]);
  useEffect(
    () => () => {
      if (!inside.current) return;
      inside.current = false;
      // Nothing is left of the list: what emptied it most likely stands in the search. A new screen has taken the focus itself.
      window.setTimeout(() => {
        if (document.activeElement === document.body)
          document.querySelector<HTMLElement>('main input[type=search]')?.focus();
      });
    },
    [],
  );

  const move = (index: number): void => {
    const next = Math.max(0, Math.min(total - 1, index));
    wanted.current = next;
    setActive(next);
    reveal(next);
    const row = at(next);
    if (row !== undefined) onActive?.(row, next);
  };
  const pick = (index: number, ranged: boolean): void => {
    const row = at(index);
    if (row === undefined || !selection || selection.can?.(row) === false) return;
    const start = anchor.current ?? index;
    const between = ranged
      ? Array.from({ length: Math.abs(index - start) + 1 }, (_, place) => at(Math.min(index, start) + place)).filter(
          (one): one is NonNullable<typeof one> & T => one !== undefined && selection.can?.(one) !== false,
        )
      : undefined;
    if (!ranged) anchor.current = index;
    selection.toggle(row, between);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (target.closest('input:not([type=checkbox]), select, textarea, [role=dialog], [role=menu], [role=listbox]'))
      return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inControl = target.closest('button, a, input') !== null;
    const row = at(active);
    const handled = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const step = (by: number): void => {
      handled();
      if (event.shiftKey && selection) {
        anchor.current ??= active;
        move(active + by);
        pick(Math.max(0, Math.min(total - 1, active + by)), true);
      } else move(active + by);
    };
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    switch (key) {
      case 'ArrowDown':
        return step(1);
      case 'ArrowUp':
        return step(-1);
      case 'Home':
        return step(-total);
      case 'End':
        return step(total);
      case 'PageDown':
        return step(PAGE_ROWS);
      case 'PageUp':
        return step(-PAGE_ROWS);
      case 'Escape':
        if (onEscape) {
          handled();
          onEscape();
        }
        return;
      case 'Enter':
        if (!inControl && row !== undefined && onOpen) {
          handled();
          onOpen(row, active);
        }
        return;
      case ' ':
        if (!inControl && selection) {
          handled();
          pick(active, event.shiftKey);
        }
        return;
      default:
    }
    const sideways = key === 'ArrowLeft' || key === 'ArrowRight';
    if (!sideways && (!letters || key.length !== 1)) return;
    if (key === 'j') return step(1);
    if (key === 'k') return step(-1);
    if (key === 'x' && selection) {
      handled();
      pick(active, false);
      return;
    }
    const did = row !== undefined && onKey?.(key, row, active);
    if (did === 'next') move(active + 1);
    if (did) handled();
  };

  const shown = fitting(columns, width);
  const top = items[0]?.index === active && active < from - OVERSCAN ? (items[1]?.start ?? 0) : (items[0]?.start ?? 0);
  const rowProps = (index: number, row: T | undefined) => ({
    'data-index': index,
    tabIndex: index === active ? 0 : -1,
    onFocus: () => {
      if (index !== active) setActive(index);
    },
    onClick: (event: { target: EventTarget }) => {
      if (row === undefined || (event.target as HTMLElement).closest('button, a, input, select, label, [role=menu]'))
        return;
      setActive(index);
      onOpen?.(row, index);
    },
  });
  const marks = (row: T | undefined): string =>
    row === undefined
      ? ''
      : [current === rowId(row) ? 'current' : '', props.rowClass?.(row) ?? ''].filter((one) => one !== '').join(' ');

  return (
    <div
      ref={(node) => {
        scroller.current = node;
        sized(node);
      }}
      className={`grid${props.stale ? ' dimmed' : ''}`}
      role="region"
      aria-label={props.label}
      aria-busy={props.stale ?? false}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocus={() => {
        inside.current = true;
      }}
      onBlur={({ relatedTarget }) => {
        inside.current = scroller.current?.contains(relatedTarget) ?? false;
      }}
      style={{ '--rowheight': `${height}px` } as React.CSSProperties}
    >
      {narrow ? (
        <ul aria-label={props.label} style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = at(item.index);
            return (
              <li
                key={row === undefined ? item.index : rowId(row)}
                {...rowProps(item.index, row)}
                className={`${marks(row)}${row !== undefined && selection?.has(rowId(row)) ? ' picked' : ''}`}
                style={{ position: 'absolute', inset: `${item.start}px 0 auto`, height }}
                aria-setsize={total}
                aria-posinset={item.index + 1}
              >
                {row === undefined ? <span className="skeleton" /> : props.card(row, item.index, item.index === active)}
              </li>
            );
          })}
        </ul>
      ) : (
        <table role="grid" aria-label={props.label} aria-rowcount={total + 1}>
          <colgroup>
            {selection && <col style={{ width: 36 }} />}
            {shown.map(({ key, width: wanted }) => (
              <col key={key} style={wanted ? { width: wanted } : undefined} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {selection && (
                <th scope="col">
                  {selection.all ? (
                    <input
                      type="checkbox"
                      aria-label={m.common.selectPage}
                      checked={selection.all.checked}
                      ref={(box) => {
                        if (box) box.indeterminate = selection.all!.some && !selection.all!.checked;
                      }}
                      onChange={() => selection.all!.toggle()}
                      style={{ width: 16, height: 16 }}
                    />
                  ) : (
                    <span className="hidden">{m.common.select('')}</span>
                  )}
                </th>
              )}
              {shown.map(({ key, header, number }) => (
                <th key={key} scope="col" className={number ? 'num' : undefined}>
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="spacer" aria-hidden>
              <td colSpan={shown.length + (selection ? 1 : 0)} style={{ height: top }} />
            </tr>
            {items.map((item) => {
              const row = at(item.index);
              const gone = item.index === active && (active < from - OVERSCAN || active > to + OVERSCAN);
              return (
                <tr
                  key={row === undefined ? item.index : rowId(row)}
                  {...rowProps(item.index, row)}
                  className={`data ${marks(row)}`}
                  aria-rowindex={item.index + 2}
                  aria-selected={selection && row !== undefined ? selection.has(rowId(row)) : undefined}
                  style={gone ? { position: 'absolute', insetInlineStart: -9999 } : undefined}
                >
                  {selection && (
                    <td>
                      {row !== undefined && selection.can?.(row) !== false && (
                        <input
                          type="checkbox"
                          tabIndex={item.index === active ? 0 : -1}
                          aria-label={m.common.select(selection.nameOf(row))}
                          checked={selection.has(rowId(row))}
                          onChange={() => pick(item.index, false)}
                          onClick={(event) => {
                            if (!event.shiftKey) return;
                            event.preventDefault();
                            pick(item.index, true);
                          }}
                          style={{ width: 16, height: 16 }}
                        />
                      )}
                    </td>
                  )}
                  {shown.map(({ key, number, render }) => (
                    <td key={key} className={number ? 'num' : undefined}>
                      {row === undefined ? (
                        <span className="skeleton" />
                      ) : (
                        render(row, item.index, item.index === active)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
            <tr className="spacer" aria-hidden>
              <td
                colSpan={shown.length + (selection ? 1 : 0)}
                style={{ height: Math.max(0, virtual.getTotalSize() - (lastOf(items, active, to)?.end ?? 0)) }}
              />
            </tr>
          </tbody>
        </table>
      )}
    </div>
  );
}

/** The last drawn row of the visible stretch: the row with focus may stand apart from it. */
function lastOf(items: { index: number; end: number }[], active: number, to: number): { end: number } | undefined {
  const last = items.at(-1);
  return last && last.index === active && active > to + OVERSCAN ? items.at(-2) : last;
}
