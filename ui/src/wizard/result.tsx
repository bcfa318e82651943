import { Button, Textarea } from '@mantine/core';
import { IconCircleCheck, IconCircleDashed, IconCircleX, IconHelpHexagon, IconLoader2 } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ok } from '../api/client';
import { queryClient, useMay } from '../app/queries';
import * as format from '../format';
import { m, problemWords } from '../messages';
import { TaskBadge, TaskState } from '../parts/badges';
import { Choice } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { aboutFees, refreshTasks, type TaskDetail } from '../tasks/data';

type TaskStep = TaskDetail['steps'][number];

const SIGNS = {
  applied: IconCircleCheck,
  sending: IconLoader2,
  not_applied: IconCircleDashed,
  rejected: IconCircleX,
  uncertain: IconHelpHexagon,
};
const COLOURS = {
  applied: 'var(--good)',
  sending: 'var(--running)',
  not_applied: 'var(--dim)',
  rejected: 'var(--bad)',
  uncertain: 'var(--uncertain)',
};

/** What became of it: each step with its result, and what to decide where a reply was lost (WIZ-7). */
export function ResultStep({ conn, task, currency }: { conn: string; task: TaskDetail; currency: string }): ReactNode {
  const navigate = useNavigate();
  const operator = useMay('operator');
  const heading = useRef<HTMLHeadingElement>(null);
  const { state } = task;
  const ended = state !== 'running' && !(state === 'ready' && task.accepted);
  // Where it ends a person reads on here; and here, too, where what had the focus is gone.
  useEffect(() => {
    if (ended || document.activeElement === document.body) heading.current?.focus();
  }, [ended, state]);
  const words = {
    running: m.wizard.result.running,
    ready: task.accepted ? m.wizard.result.queued : m.states.ready,
    synced: task.planSummary?.drift?.length
      ? m.wizard.result.drift
      : `${m.wizard.result.synced} ${m.wizard.result.syncedText}`,
    failed: task.failure ? problemWords(task.failure.code).happened : m.wizard.result.failed,
    action_required: m.wizard.result.returned,
    uncertain: m.wizard.uncertain.title,
    pending: m.seconds.pending,
    ignored: m.states.ignored,
    superseded: m.states.superseded,
    not_supported: m.states.not_supported,
  }[state];
  const written = task.steps.filter((step) => step.state === 'applied').length;
  const uncertain = task.steps.findLast((step) => step.state === 'uncertain');
  const next = async (): Promise<void> => {
    const { items } = await ok(
      api.GET('/api/v1/connections/{connectionId}/tasks', {
        params: { path: { connectionId: conn }, query: { page: 1, pageSize: 2, view: 'needsYou' } },
      }),
    );
    const other = items.find(({ id }) => id !== task.id);
    await navigate(other ? `/c/${conn}/tasks/${other.id}/sync/` : `/c/${conn}/tasks`);
  };
  return (
    <div className="stack form">
      <h2 ref={heading} tabIndex={-1}>
        {words}
      </h2>
      <div role="status">
        {task.failure && state !== 'synced' ? (
          <TaskBadge task={task} currency={currency} />
        ) : (
          <TaskState task={task} currency={currency} oneLine />
        )}
      </div>
      {task.failure && state !== 'synced' && (
        <div className={`notice ${state === 'uncertain' ? 'uncertain' : 'bad'}`}>
          {/* Else the heading says it already. */}
          {state !== 'uncertain' && state !== 'failed' && (
            <p className="strong">{problemWords(task.failure.code).happened}</p>
          )}
          <p>
            {state === 'uncertain' && uncertain && `${m.wizard.uncertain.lost(format.moment(uncertain.sentAt))}. `}
            {format.sentence(task.failure.message)}
          </p>
          {task.failure.autotask
            ?.filter((text) => !task.failure!.message.includes(text))
            .map((text) => (
              <p key={text} lang="en">
                {m.problem.autotask}: <q>{text}</q>
              </p>
            ))}
          {written > 0 && <p className="dim">{m.wizard.result.wrote(written)}</p>}
          {/* What is on its way or not proven may have been written all the same. */}
          {task.steps.length > 0 &&
            task.steps.every(({ state: one }) => one === 'rejected' || one === 'not_applied') && (
              <p className="dim">{m.panel.wroteNone}</p>
            )}
        </div>
      )}
      {task.steps.length > 0 && (
        <ol className="stack tight" style={{ listStyle: 'none' }} aria-label={m.wizard.result.steps}>
          {task.steps.map((step, index) => {
            const Sign = SIGNS[step.state];
            return (
              <li key={step.id} className="card row" style={{ flexWrap: 'nowrap' }}>
                <Sign
                  size={18}
                  color={COLOURS[step.state]}
                  aria-hidden
                  className={step.state === 'sending' ? 'spin' : undefined}
                  style={{ flex: 'none' }}
                />
                <span className="grow wrap">
                  {index + 1}. {format.sentence(step.title)}
                </span>
                <span className="dim small">
                  {m.panel.step[step.state]}
                  {step.settledAt && `, ${format.time(step.settledAt)}`}
                </span>
              </li>
            );
          })}
        </ol>
      )}
      {state === 'uncertain' && uncertain && (
        <Uncertain conn={conn} task={task} step={uncertain} readOnly={!operator} />
      )}
      {!ended && <p className="dim">{m.wizard.result.leave}</p>}
      <div className="row">
        {operator && aboutFees(task) && (
          <Button component={Link} to={`/c/${conn}/mapping/fees`}>
            {m.wizard.result.openFees}
          </Button>
        )}
        {operator && (state === 'failed' || state === 'action_required') && (
          <Button
            component={Link}
            to={`/c/${conn}/tasks/${task.id}/sync/confirm`}
            variant={aboutFees(task) ? 'default' : 'filled'}
          >
            {m.wizard.result.retry}
          </Button>
        )}
        {ended && state !== 'uncertain' && state !== 'failed' && (
          <Button onClick={() => void next()}>{m.wizard.result.next}</Button>
        )}
        <Button component={Link} variant="default" to={`/c/${conn}/tasks`}>
          {m.wizard.result.close}
        </Button>
      </div>
    </div>
  );
}

interface Stretch {
  first: string;
  units: number;
}
type Image = { rows?: Stretch[] } | null | undefined;

/** Units on each day on which one of the pictures changes, rows that tell nothing new left out. */
function pictures(images: readonly Image[]): { first: string; units: (number | undefined)[] }[] {
  const days = [...new Set(images.flatMap((image) => (image?.rows ?? []).map(({ first }) => first)))].sort();
  const rows: { first: string; units: (number | undefined)[] }[] = [];
  for (const first of days) {
    const units = images.map((image) =>
      image?.rows ? (image.rows.findLast((row) => row.first <= first)?.units ?? 0) : undefined,
    );
    if (rows.at(-1)?.units.join() !== units.join()) rows.push({ first, units });
  }
  return rows;
}

/** A write that can neither be proven nor disproven: the pictures, and a person's word (WIN-1). */
function Uncertain(props: { conn: string; task: TaskDetail; step: TaskStep; readOnly: boolean }): ReactNode {
  const { conn, task, step, readOnly } = props;
  const [verdict, setVerdict] = useState<'applied' | 'not_applied' | 'leave'>();
  const [note, setNote] = useState('');
  const [missing, setMissing] = useState(false);
  const fieldset = useRef<HTMLFieldSetElement>(null);
  const act = useAct();
  const evidence = step.evidence as { seen?: Image; now?: Image } | null;
  const rows = pictures([step.before, step.after, evidence?.seen ?? evidence?.now]);
  // Where what was sent makes a difference: there the three numbers tell.
  const { units = [] } = rows.find(({ units: [before, after] }) => before !== after) ?? {};
  const [before, after, seen] = units;
  const known = before !== undefined && after !== undefined && seen !== undefined;
  const decide = (): void => {
    if (!verdict) {
      setMissing(true);
      fieldset.current?.querySelector('input')?.focus();
      return;
    }
    void act.run(async () => {
      await ok(
        api.POST('/api/v1/tasks/{taskId}/operations/{operationId}/resolve', {
          params: { path: { taskId: task.id, operationId: step.id } },
          body: { verdict, ...(note.trim() ? { note: note.trim() } : {}) },
        }),
      );
      refreshTasks(conn);
      await queryClient.invalidateQueries({ queryKey: ['task', task.id] });
    });
  };
  return (
    <section className="stack">
      <p className="dim">{m.wizard.uncertain.look}</p>
      <div className="region" role="region" tabIndex={0} aria-label={format.sentence(step.title)}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.wizard.lines.from}</th>
              {[m.wizard.uncertain.before, m.wizard.uncertain.applied, m.wizard.uncertain.seen].map((name) => (
                <th key={name} scope="col" className="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.first}>
                <th scope="row">{format.day(row.first)}</th>
                {row.units.map((one, index) => (
                  <td key={index} className="num">
                    {one === undefined ? m.common.none : format.count(one)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <fieldset className="choices" disabled={readOnly} ref={fieldset}>
        <legend>{m.wizard.uncertain.decide}</legend>
        <Choice
          name="verdict"
          checked={verdict === 'applied'}
          onChoose={() => setVerdict('applied')}
          label={m.wizard.uncertain.wasApplied}
          text={known ? m.wizard.uncertain.keep(seen) : m.wizard.uncertain.wasAppliedText}
        />
        <Choice
          name="verdict"
          checked={verdict === 'not_applied'}
          onChoose={() => setVerdict('not_applied')}
          label={m.wizard.uncertain.notApplied}
          text={
            known
              ? m.wizard.uncertain.send(after - before, seen, seen + after - before)
              : m.wizard.uncertain.notAppliedText
          }
        />
        <Choice
          name="verdict"
          checked={verdict === 'leave'}
          onChoose={() => setVerdict('leave')}
          label={m.wizard.uncertain.leaveIt}
          text={m.wizard.uncertain.leaveText}
        />
      </fieldset>
      {missing && !verdict && (
        <p role="alert" style={{ color: 'var(--bad)' }}>
          {m.wizard.uncertain.choose}
        </p>
      )}
      {!readOnly && (
        <>
          <Textarea
            label={m.wizard.uncertain.note}
            value={note}
            maxLength={500}
            autosize
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
          {act.error !== undefined && <ProblemNotice error={act.error} />}
          <div>
            <Button loading={act.busy} onClick={decide}>
              {m.wizard.uncertain.decide}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
