import { Button } from '@mantine/core';
import { IconListCheck, IconX } from '@tabler/icons-react';
import { useRef, type ReactNode } from 'react';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import type { SelectionSummary } from './data';

interface Props {
  selected: Task[];
  /** How many of them were ready when they were selected and are no more. */
  noLonger: number;
  /** All that match are selected, in place of single rows; the server counts them. */
  whole: { total: number; sums: SelectionSummary | undefined } | undefined;
  /** How many match where all that is loaded is selected and there are others; else undefined. */
  more: number | undefined;
  onWhole(): void;
  onSync(): void;
  onIgnore(): void;
  onClear(): void;
}

/** What is selected, what of it will and will not run, and what can be done with it (reference/page-design §4.3). */
export function SelectionBar(props: Props): ReactNode {
  const { selected, noLonger, whole, more, onWhole, onSync, onIgnore, onClear } = props;
  const bar = useRef<HTMLDivElement>(null);
  const ready = whole ? whole.sums?.syncable : selected.filter(({ nextAction }) => nextAction === 'sync').length;
  const total = whole ? (whole.sums?.total ?? whole.total) : selected.length;
  return (
    <div
      ref={bar}
      tabIndex={-1}
      className="listbar selection"
      role="region"
      aria-label={whole ? m.tasks.allSelected(total) : m.common.selected(selected.length)}
    >
      <IconListCheck size={18} aria-hidden />
      <span className="grow">
        {ready === undefined
          ? m.tasks.allSelected(total)
          : m.tasks.selection(ready, total - ready, whole !== undefined)}{' '}
        {!whole && noLonger > 0 && m.tasks.noLonger(noLonger, selected.length)}
      </span>
      {!whole && more !== undefined && (
        <Button
          variant="subtle"
          onClick={() => {
            onWhole();
            // The button is gone once it is done.
            bar.current?.focus();
          }}
        >
          {m.tasks.selectAll(more)}
        </Button>
      )}
      {ready !== undefined && ready > 0 && <Button onClick={onSync}>{m.tasks.syncMany(ready)}</Button>}
      {(!whole || (whole.sums && whole.sums.ignorable > 0)) && (
        <Button variant="default" onClick={onIgnore}>
          {m.tasks.ignoreMany}
        </Button>
      )}
      <button type="button" className="iconbutton" aria-label={m.common.clearSelection} onClick={onClear}>
        <IconX size={16} aria-hidden />
      </button>
    </div>
  );
}
