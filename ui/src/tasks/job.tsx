import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { api, ok } from '../api/client';
import { announce } from '../app/announce';
import { hasEnded, queryClient, useConnection, useJob, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { TaskState, TaskType, type Task } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { actOf } from './data';

/** A run in progress: it goes on without us, and can be stopped (TSK-8). */
export function JobScreen({ conn }: { conn: string }): ReactNode {
  const { job: id } = useParams();
  const operator = useMay('operator');
  const currency = useConnection(conn)?.currency ?? '';
  const { data: job, error, refetch } = useJob(id);
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const tasks = useQuery({
    queryKey: ['tasks', conn, 'job', id],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{connectionId}/tasks', {
          params: { path: { connectionId: conn }, query: { page: 1, pageSize: 200, jobId: id! } },
        }),
      ),
  });
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
  const name = job ? (m.job.title[job.name] ?? job.name) : m.common.loading;
  const first = (tasks.data?.items ?? []).filter(({ state }) =>
    ['failed', 'uncertain', 'action_required'].includes(state),
  );
  const others = (tasks.data?.items ?? []).filter((task) => !first.includes(task));
  const ended = job !== undefined && hasEnded(job);
  return (
    <Screen
      title={name}
      kind="form"
      status={job && m.job.counts(job.done, job.failed, job.returned, job.left)}
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
            </span>
          </div>
          <progress
            aria-label={name}
            aria-valuetext={m.job.progress(job.total - job.left, job.total)}
            max={Math.max(1, job.total)}
            value={job.total - job.left}
          />
          <p className="dim small">
            {ended ? <Link to={`/log?connection=${conn}`}>{m.job.toLog}</Link> : (job.step ?? m.job.leave)}
          </p>
          {job.failure && <p className="notice bad">{(job.failure as { message?: string }).message}</p>}
        </div>
      )}
      {first.length > 0 && (
        <section className="stack tight wide">
          <h2>{m.job.first}</h2>
          <Rows conn={conn} tasks={first} currency={currency} operator={operator} />
        </section>
      )}
      {others.length > 0 && (
        <section className="stack tight wide">
          <h2>{m.job.rest(others.length)}</h2>
          <Rows conn={conn} tasks={others} currency={currency} operator={operator} />
        </section>
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
          <p>{m.job.stopBody(job.left)}</p>
          {act.error !== undefined && <ProblemNotice error={act.error} />}
        </Dialog>
      )}
    </Screen>
  );
}

function Rows(props: { conn: string; tasks: Task[]; currency: string; operator: boolean }): ReactNode {
  const { conn, tasks, currency, operator } = props;
  return (
    <div className="region" tabIndex={0} role="region" aria-label={m.nav.tasks}>
      <table className="plain stacked">
        <tbody>
          {tasks.map((task) => {
            const { label, step } = actOf(task);
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
