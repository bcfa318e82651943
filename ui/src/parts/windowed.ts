import { keepPreviousData, useQueries, useQuery, type QueryKey } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { ApiProblem } from '../api/client';

const WINDOW = 100;

/** A page of any list. */
export interface ListPage<T> {
  items: T[];
  total: number;
}

/** A list of any length, loaded in windows of 100 rows around what is looked at (reference/page-design §5.5). */
export interface WindowedRows<T, P extends ListPage<T>> {
  total: number;
  /** Undefined = not here yet. */
  at(index: number): T | undefined;
  /** Rows that are here, with their places. */
  loaded: { index: number; row: T }[];
  /** Told by the list which rows it shows. */
  show(from: number, to: number): void;
  first: P | undefined;
  loading: boolean;
  /** Old rows are shown while new ones are fetched. */
  stale: boolean;
  error: ApiProblem | null;
  again(): void;
}

/**
 * @param key what the list depends on; rows of an older key stay visible, dimmed, until the new ones are here.
 * @param fetchPage page number from 1, of 100 rows.
 */
export function useWindowed<T, P extends ListPage<T>>(
  key: QueryKey,
  fetchPage: (page: number, pageSize: number) => Promise<P>,
): WindowedRows<T, P> {
  const [range, setRange] = useState({ from: 0, to: 40 });
  const first = useQuery<P, ApiProblem>({
    queryKey: [...key, 'page', 1],
    queryFn: () => fetchPage(1, WINDOW),
    placeholderData: keepPreviousData,
  });
  const total = first.data?.total ?? 0;
  // One window ahead and one behind what is visible.
  const last = Math.max(1, Math.ceil(total / WINDOW));
  const pages = useMemo(() => {
    const low = Math.max(2, Math.floor(range.from / WINDOW));
    const high = Math.min(last, Math.floor(range.to / WINDOW) + 2);
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, index) => low + index);
  }, [range, last]);
  const rest = useQueries({
    queries: pages.map((page) => ({
      queryKey: [...key, 'page', page],
      queryFn: () => fetchPage(page, WINDOW),
    })),
  });

  const byPage = new Map<number, T[]>();
  if (first.data) byPage.set(1, first.data.items);
  pages.forEach((page, index) => {
    const data = rest[index]?.data;
    if (data) byPage.set(page, data.items);
  });
  const at = (index: number): T | undefined => byPage.get(Math.floor(index / WINDOW) + 1)?.[index % WINDOW];
  const loaded = [...byPage].flatMap(([page, items]) =>
    items.map((row, index) => ({ index: (page - 1) * WINDOW + index, row })),
  );
  const show = useCallback((from: number, to: number) => {
    setRange((old) => {
      const same =
        Math.floor(old.from / WINDOW) === Math.floor(from / WINDOW) &&
        Math.floor(old.to / WINDOW) === Math.floor(to / WINDOW);
      return same ? old : { from, to };
    });
  }, []);
  return {
    total,
    at,
    loaded: loaded.sort((a, b) => a.index - b.index),
    show,
    first: first.data,
    loading: first.isPending,
    stale: first.isPlaceholderData,
    error: first.error,
    again: () => void first.refetch(),
  };
}
