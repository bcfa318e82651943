import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import { hasEnded, queryClient, useJob, type Dashboard } from '../app/queries';
import { toast } from '../app/toasts';
import { freshTasks } from '../app/use-live';
import * as format from '../format';
import { m } from '../messages';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshTasks } from './data';

/** When it was last checked, and when it will be. */
export function CheckStatus({ dashboard }: { dashboard: Dashboard | undefined }): ReactNode {
  if (!dashboard?.lastCheckAt) return null;
  return (
    <span>
      {m.tasks.lastCheck(format.moment(dashboard.lastCheckAt))}{' '}
      {dashboard.nextCheckAt && m.tasks.nextCheck(format.time(dashboard.nextCheckAt))}
    </span>
  );
}

/** Starts a check, or joins the one that runs, and tells what it found (TSK-1). */
export function CheckButton({ conn, dashboard }: { conn: string; dashboard: Dashboard | undefined }): ReactNode {
  const [started, setStarted] = useState<string>();
  const jobId = started ?? dashboard?.runningCheck?.jobId;
  const job = useJob(jobId);
  const { busy, error, run } = useAct();
  const told = useRef('');
  const running = jobId !== undefined && !(job.data && hasEnded(job.data));
  useEffect(() => {
    if (!job.data || !hasEnded(job.data) || job.data.id !== started || told.current === job.data.id) return;
    told.current = job.data.id;
    const result = job.data.result as { newTasks?: number; knownOrders?: number } | null;
    if (job.data.state === 'done') toast('good', m.tasks.checked(result?.newTasks ?? 0, result?.knownOrders ?? 0));
    else toast('bad', job.data.failure?.['message' as never] ?? m.tasks.checkFailed);
    freshTasks.set(new Set());
    refreshTasks(conn);
    for (const key of ['customers', 'products', 'log']) void queryClient.invalidateQueries({ queryKey: [key] });
  }, [job.data, started, conn]);
  return (
    <>
      {running && (
        <span role="status" className="dim small">
          {m.tasks.checking(job.data?.done ?? 0, job.data?.total ?? 0)}
        </span>
      )}
      <Button
        loading={busy}
        leftSection={<IconRefresh size={16} aria-hidden className={running ? 'spin' : undefined} />}
        onClick={() =>
          void run(async () => {
            const answer = await ok(api.POST('/api/v1/connections/{id}/check', { params: { path: { id: conn } } }));
            setStarted(answer.jobId);
          })
        }
      >
        {m.tasks.check}
      </Button>
      {error !== undefined && (
        <div style={{ flexBasis: '100%' }}>
          <ProblemNotice error={error} />
        </div>
      )}
    </>
  );
}
