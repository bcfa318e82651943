import { Button } from '@mantine/core';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { api, ok, type ApiProblem } from '../api/client';
import { announce } from '../app/announce';
import { hasEnded, queryClient, useConnection, useJob, useMay, type Job } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { TaskState, TaskType, type Task } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { actOf, type TaskPage } from './data';

const LISTED = 200;

/** What went otherwise than wished, by task: the job keeps it also of tasks that are no longer its own. */
type Trouble = Map<string, { outcome: 'failed' | 'returned'; message: string }>;

function troubleOf(job: Job | undefined): Trouble {
  const rows = (job?.result as { tasks?: { taskId: string; outcome: 'failed' | 'returned'; message: string }[] } | null)
    ?.tasks;
  return new Map((rows ?? []).map((row) => [row.taskId, row]));
}

/** Minutes that the rest will take at the pace so far, rounded up; undefined before anything has ended. @param at instant in ms */
function minutesLeft({ startedAt, total, left }: Job, at: number): number | undefined {
  if (startedAt === null || left === total) return undefined;
  return Math.max(1, Math.ceil(((at - Date.parse(startedAt)) * left) / (total - left) / 60_000));
}

function useJobTasks(
  conn: string,
  part: string,
  query: { jobId?: string; ids?: string; state?: string },
  pageSize: number,
  enabled = true,
): UseQueryResult<TaskPage, ApiProblem> {
  return useQuery<TaskPage, ApiProblem>({
    queryKey: ['tasks', conn, 'job', part, query],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{connectionId}/tasks', {
          // The list's arrays travel as text with commas.
          params: { path: { connectionId: conn }, query: { page: 1, pageSize, ...(query as object) } },
        }),
      ),
    enabled,
  });
}

/** A run in progress: it goes on without us, and can be stopped (TSK-8). */
export function JobScreen({ conn }: { conn: string }): ReactNode {
  const id = useParams().job!;
  const operator = useMay('operator');
  const currency = useConnection(conn)?.currency ?? '';
  const { data: job, error, refetch, dataUpdatedAt } = useJob(id);
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const own = useJobTasks(conn, id, { jobId: id }, LISTED);
  const atWork = useJobTasks(conn, id, { jobId: id, state: 'running' }, 1);
  const trouble = troubleOf(job);
  const ids = [...trouble.keys()].slice(0, LISTED).join(',');
  const first = useJobTasks(conn, id, { ids }, LISTED, ids !== '');
  const spoken = useRef(0);
  useEffect(() => {
    if (!job || job.total === 0) return;
    void queryClient.invalidateQueries({ queryKey: ['tasks', conn, 'job', id] });
    const quarter = Math.floor((4 * (job.total - job.left)) / job.total);
    if (quarter > spoken.current) {
      spoken.current = quarter;
      announce(m.job.progress(job.total - job.left, job.total));
    }
  }, [job, conn, id]);
  const others = (own.data?.items ?? []).filter((task) => !trouble.has(task.id));
  const groups = {
    running: others.filter(({ state }) => state === 'running'),
    waiting: others.filter(({ state }) => state !== 'running' && state !== 'synced' && state !== 'superseded'),
    synced: others.filter(({ state }) => state === 'synced' || state === 'superseded'),
  };
  const ended = job !== undefined && hasEnded(job);
  const name = job ? ((ended ? m.job.over : m.job.title)[job.name] ?? job.name) : m.common.loading;
  const minutes = job && !ended ? minutesLeft(job, dataUpdatedAt) : undefined;
  const running = Math.min(job?.left ?? 0, atWork.data?.total ?? 0);
  return (
    <Screen
      title={name}
      kind="form"
      status={job && m.job.counts(job.done, job.failed, job.returned, job.left, running)}
      action={
        operator &&
        job &&
        !ended && (
          <Button variant="default" onClick={() => setAsked(true)}>
            {m.job.stop}
          </Button>
        )
      }
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {job && (
        <div className="card stack wide">
          <div className="row between">
            <strong role="status">
              {ended ? `${m.job.states[job.state]}. ${m.job.finished(job.done, job.failed)}` : m.job.states[job.state]}
            </strong>
            <span className="dim small">
              {m.job.started(format.moment(job.requestedAt), m.common.person(job.requestedBy))}
              {minutes !== undefined && `, ${m.job.about(minutes)}`}
            </span>
          </div>
          <progress
            aria-label={name}
            aria-valuetext={m.job.progress(job.total - job.left, job.total)}
            max={Math.max(1, job.total)}
            value={job.total - job.left}
          />
          {job.step && <p className="small">{job.step}</p>}
          <p className="dim small">{ended ? <Link to={`/log?connection=${conn}`}>{m.job.toLog}</Link> : m.job.leave}</p>
          {job.failure && <p className="notice bad">{(job.failure as { message?: string }).message}</p>}
        </div>
      )}
      {first.data && first.data.items.length > 0 && (
        <section className="stack tight wide">
          <h2>{m.job.first}</h2>
          <Rows
            label={m.job.first}
            conn={conn}
            tasks={first.data.items}
            currency={currency}
            operator={operator}
            trouble={trouble}
          />
        </section>
      )}
      {(['running', 'waiting', 'synced'] as const).map(
        (group) =>
          groups[group].length > 0 && (
            <details key={group} className="wide" open={group === 'running' || others.length <= 20}>
              <summary>{m.job.groups[group].of(group === 'running' ? running : groups[group].length)}</summary>
              <Rows
                label={m.job.groups[group].label}
                conn={conn}
                tasks={groups[group]}
                currency={currency}
                operator={operator}
              />
            </details>
          ),
      )}
      {asked && job && (
        <Dialog
          title={m.job.stopTitle}
          onClose={() => setAsked(false)}
          go={{
            label: m.job.stopGo,
            busy: act.busy,
            run: () =>
              void act
                .run(async () => await ok(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id: job.id } } })))
                .then((done) => {
                  if (done) setAsked(false);
                  void refetch();
                }),
          }}
        >
          <p>{m.job.stopBody(running, job.left - running)}</p>
          {act.error !== undefined && <ProblemNotice error={act.error} />}
        </Dialog>
      )}
    </Screen>
  );
}

interface RowsProps {
  label: string;
  conn: string;
  tasks: Task[];
  currency: string;
  operator: boolean;
  trouble?: Trouble;
}

function Rows({ label: name, conn, tasks, currency, operator, trouble }: RowsProps): ReactNode {
  return (
    <div className="region" tabIndex={0} role="region" aria-label={name}>
      <table className="plain stacked">
        <tbody>
          {tasks.map((task) => {
            const { label, step } = actOf(task);
            const why = trouble?.get(task.id);
            return (
              <tr key={task.id}>
                <td>
                  <TaskType task={task} />
                </td>
                <td className="mono">{task.orderNumber ?? m.common.none}</td>
                <td className="wrap whole">{task.customerName}</td>
                <td>
                  <TaskState task={task} currency={currency} oneLine />
                </td>
                {trouble && (
                  <td className="wrap small">
                    {why?.outcome === 'returned' && `${m.job.cameBack}: `}
                    {format.sentence(why?.message ?? '')}
                  </td>
                )}
                <td className="num">
                  {operator && step !== undefined && task.nextAction !== 'wait' ? (
                    <Link to={`/c/${conn}/tasks/${task.id}/sync/${step}`}>{label}</Link>
                  ) : (
                    <Link to={`/c/${conn}/tasks?view=all&task=${task.id}`}>{m.acts.open}</Link>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
