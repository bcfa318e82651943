import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { m } from '../messages';
import { Empty } from './empty';
import { GridSkeleton, type SkeletonColumn } from './grid';
import { ProblemNotice } from './problem';
import { focusSearch } from './search-box';
import type { WindowedRows } from './windowed';

interface Props {
  rows: Pick<WindowedRows<never, never>, 'loading' | 'error' | 'again'>;
  /** How many rows there are to show. */
  total: number;
  label: string;
  columns: SkeletonColumn[];
  /** Why there is nothing, and what to do next. */
  empty: ReactNode;
  /** The list itself. */
  children: ReactNode;
}

/**
 * What stands where a list is: its shape while it loads, why there is nothing, or its rows. What went wrong stands above
 * the rows that are here; without any it stands alone, for nobody knows that there is nothing (reference/page-design §4).
 */
export function ListBody({ rows, total, label, columns, empty, children }: Props): ReactNode {
  return (
    <>
      {rows.error && <ProblemNotice error={rows.error} retry={rows.again} />}
      {rows.loading && <GridSkeleton label={label} columns={columns} />}
      {!rows.loading && total === 0 && !rows.error && empty}
      {!rows.loading && total > 0 && children}
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
