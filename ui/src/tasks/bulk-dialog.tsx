import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import type { Task } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshTasks, type TaskFilter } from './data';

interface Props {
  conn: string;
  currency: string;
  tasks: Task[];
  total: number;
  /** Everything that matches, instead of the rows at hand. */
  filter: TaskFilter | undefined;
  onClose(): void;
}

/** Decimal texts added in whole ten-thousandths: a preview of what the server has already computed, never sent back. */
function added(values: string[]): string {
  const scaled = values.reduce((sum, value) => {
    const [whole = '0', part = ''] = value.replace('-', '').split('.');
    const size = BigInt(whole) * 10_000n + BigInt(part.padEnd(4, '0').slice(0, 4));
    return value.startsWith('-') ? sum - size : sum + size;
  }, 0n);
  const size = scaled < 0n ? -scaled : scaled;
  return `${scaled < 0n ? '-' : ''}${size / 10_000n}.${String(size % 10_000n).padStart(4, '0')}`;
}

/** What a bulk run will do, in counts and amounts, before it starts (TSK-8). */
export function BulkDialog({ conn, currency, tasks, total, filter, onClose }: Props): ReactNode {
  const navigate = useNavigate();
  const { busy, error, run } = useAct();
  const [grown, setGrown] = useState<number>();
  const whole = tasks.length === total;
  const sum = (pick: (summary: Schemas['PlanSummaryView']) => string): string =>
    format.difference(added(tasks.flatMap(({ planSummary }) => (planSummary ? [pick(planSummary)] : []))));
  const go = async (): Promise<void> => {
    await run(async () => {
      try {
        const answer = await ok(
          api.POST('/api/v1/connections/{connectionId}/tasks/sync', {
            params: { path: { connectionId: conn } },
            body: filter
              ? {
                  filter: {
                    view: 'ready',
                    ...(filter.type ? { type: [filter.type as Task['type']] } : {}),
                    ...(filter.customer ? { customerId: filter.customer } : {}),
                    ...(filter.q ? { search: filter.q } : {}),
                  },
                  expectedCount: total,
                }
              : { taskIds: tasks.map(({ id }) => id), expectedCount: total },
          }),
        );
        refreshTasks(conn);
        if (answer.skipped.length > 0) toast('attention', m.bulk.skipped(answer.skipped.length));
        onClose();
        if (answer.jobId) await navigate(`/c/${conn}/jobs/${answer.jobId}`);
      } catch (failure) {
        if (!(failure instanceof ApiProblem) || failure.code !== 'COUNT_CHANGED') throw failure;
        setGrown(Number(failure.body.count ?? failure.body.actual ?? total));
      }
    });
  };
  if (grown !== undefined)
    return (
      <Dialog title={m.bulk.title(total)} onClose={onClose}>
        <p>{m.bulk.grew(grown, total)}</p>
        <div>
          <Button
            onClick={() => {
              refreshTasks(conn);
              onClose();
            }}
          >
            {m.bulk.look}
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={m.bulk.title(total)} onClose={onClose} go={{ label: m.bulk.go(total), run: () => void go(), busy }}>
      {whole && (
        <p>
          {m.bulk.body(
            sum(({ recurringChange }) => recurringChange),
            sum(({ oneOff }) => oneOff),
            currency,
          )}
        </p>
      )}
      <p>{m.bulk.afresh}</p>
      <p className="strong">{m.bulk.irreversible}</p>
      {error !== undefined && <ProblemNotice error={error} />}
    </Dialog>
  );
}
