import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshTasks, useSelection } from './data';
import type { Selection } from './filter';

interface Props {
  conn: string;
  currency: string;
  /** Tasks by id, or all that match. */
  selection: Selection;
  /** How many ready ones they are, as the person was shown. */
  count: number;
  onClose(): void;
}

/** Amounts of a month and of a year are told apart: no invoice ever bills their sum. */
function recurringWords(recurring: readonly Schemas['RecurringChange'][], currency: string): string {
  if (recurring.length === 0) return m.bulk.noRecurring;
  return format.list(
    recurring.map(({ periodMonths, change }) =>
      m.seconds.recurring(format.difference(change), currency, m.common.each(periodMonths ?? undefined)),
    ),
  );
}

/** What a bulk run will do, in counts and amounts, before it starts (TSK-8). */
export function BulkDialog({ conn, currency, selection, count: total, onClose }: Props): ReactNode {
  const navigate = useNavigate();
  const { busy, error, run } = useAct();
  const [grown, setGrown] = useState<number>();
  const { data: sums } = useSelection(conn, selection);
  const go = async (): Promise<void> => {
    await run(async () => {
      try {
        const answer = await ok(
          api.POST('/api/v1/connections/{connectionId}/tasks/sync', {
            params: { path: { connectionId: conn } },
            body: { ...selection, expectedCount: total },
          }),
        );
        refreshTasks(conn);
        if (answer.skipped.length > 0) toast('attention', m.bulk.skipped(answer.skipped.length));
        onClose();
        if (answer.jobId) await navigate(`/c/${conn}/jobs/${answer.jobId}`);
      } catch (failure) {
        if (!(failure instanceof ApiProblem) || failure.code !== 'COUNT_CHANGED') throw failure;
        setGrown(Number(failure.body.matching));
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
      <p className={sums ? '' : 'dim'}>
        {sums
          ? m.bulk.body(
              sums.contracts,
              recurringWords(sums.recurring, currency),
              format.difference(sums.oneOff),
              currency,
            )
          : m.bulk.adding}
      </p>
      <p>{m.bulk.afresh}</p>
      <p className="strong">{m.bulk.irreversible}</p>
      {error !== undefined && <ProblemNotice error={error} />}
    </Dialog>
  );
}
