import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { m } from '../messages';
import { fitting, isNarrow } from './fitting';
import type { Column } from './grid';

/** What is known of a column before there are rows. */
type SkeletonColumn = Pick<Column<never>, 'key' | 'header' | 'width' | 'number' | 'from'>;

const SKELETON_ROWS = 24;

/** Rows while the first answer is on its way, in the layout of the list: as many as fit are seen. */
export function GridSkeleton({ label, columns = [] }: { label: string; columns?: SkeletonColumn[] }): ReactNode {
  const { ref, width } = useElementSize();
  const shown = isNarrow(width) ? [] : fitting(columns, width);
  return (
    <div className="grid loading" role="region" aria-label={label} aria-busy="true" ref={ref}>
      <span className="hidden" role="status">
        {m.common.loading}
      </span>
      <table role="presentation">
        <colgroup>
          {shown.map((column) => (
            <col key={column.key} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        {shown.length > 0 && (
          <thead>
            <tr>
              {shown.map(({ key, header, number }) => (
                <th key={key} className={number ? 'num' : undefined}>
                  {header}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {Array.from({ length: SKELETON_ROWS }, (_, index) => (
            <tr key={index}>
              {shown.map(({ key, number }) => (
                <td key={key} className={number ? 'num' : undefined}>
                  <span className="skeleton" />
                </td>
              ))}
              {shown.length === 0 && (
                <td>
                  <span className="skeleton" />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
