import type { ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import type { Task } from '../parts/badges';

/** What changes, in one line: `Example Office Basic 10 → 12`. */
export function Changes({ task }: { task: Task }): ReactNode {
  const changes = task.planSummary?.changes ?? [];
  const first = changes[0];
  if (!first) return <span className="two">{task.subscriptionName}</span>;
  const [from, to] = [first.from, first.to].map((value) => format.count(value)) as [string, string];
  return (
    <span className="two">
      {first.productName}{' '}
      {from === to ? null : (
        <span style={{ whiteSpace: 'nowrap' }}>
          <span aria-hidden>
            {first.from === 0 && first.detail.toLowerCase().startsWith('new') ? '–' : from} → {to}
          </span>
          <span className="hidden">{m.common.fromTo(from, to)}</span>
        </span>
      )}
      {changes.length > 1 && <span className="dim"> +{format.count(changes.length - 1)}</span>}
    </span>
  );
}

/** The recurring change. */
export function Amount({ task }: { task: Task }): ReactNode {
  const { planSummary } = task;
  if (!planSummary) return m.common.none;
  return format.isZero(planSummary.recurringChange) ? m.common.none : format.difference(planSummary.recurringChange);
}
