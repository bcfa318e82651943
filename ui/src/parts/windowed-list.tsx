import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { m } from '../messages';
import { Empty } from './empty';
import { Grid, type GridProps } from './grid';
import { GridSkeleton } from './grid-skeleton';
import { ProblemNotice } from './problem';
import { focusSearch } from './search-box';
import type { WindowedRows } from './windowed';

interface Props<T> extends Omit<GridProps<T>, 'total' | 'at' | 'show' | 'stale'> {
  rows: Pick<WindowedRows<T, never>, 'total' | 'at' | 'stale' | 'loading' | 'error' | 'again'> &
    Pick<GridProps<T>, 'show'>;
  /** Why there is nothing, and what to do next. */
  empty: ReactNode;
}

/**
 * A list that is loaded as it is looked at: its shape while it loads, why there is nothing, or its rows. What went wrong
 * stands above the rows that are here; without any it stands alone, for nobody knows that there is nothing
 * (reference/page-design §4).
 */
export function WindowedList<T>({ rows, empty, ...grid }: Props<T>): ReactNode {
  const { total, at, show, stale, loading, error, again } = rows;
  return (
    <>
      {error && <ProblemNotice error={error} retry={again} />}
      {loading && <GridSkeleton label={grid.label} columns={grid.columns} />}
      {!loading && total === 0 && !error && empty}
      {!loading && total > 0 && <Grid {...grid} total={total} at={at} show={show} stale={stale} />}
    </>
  );
}

/** Nothing fits what is searched for. Clearing goes on in the search. */
export function NoMatch({
  icon,
  title = m.common.noMatch,
  clear,
}: {
  icon?: Icon;
  title?: string;
  clear(): void;
}): ReactNode {
  return (
    <Empty {...(icon ? { icon } : {})} title={title}>
      <Button
        variant="default"
        onClick={() => {
          clear();
          focusSearch();
        }}
      >
        {m.common.clearFilters}
      </Button>
    </Empty>
  );
}
