import { Button, Drawer } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { preferences } from '../app/preferences';
import { useMay } from '../app/queries';
import { toast } from '../app/toasts';
import { host } from '../host';
import * as format from '../format';
import type { Schemas } from '../api/client';
import { m, problemWords } from '../messages';
import { actionTitle, NowAfter, TaskBadge, TaskState, TaskType, tint, type Task } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { aboutFees, actOf, restoreTasks, useTask, type TaskDetail } from './data';

interface Props {
  conn: string;
  taskId: string;
  currency: string;
  /** Beside the list; else over it. */
  inline: boolean;
  place: { at: number; of: number } | undefined;
  onWalk(by: number): void;
  onClose(): void;
  onIgnore(task: Task): void;
}

/** A task with both sides, what it needs, and what happened to it (reference/page-design §4.4). */
export function TaskPanel(props: Props): ReactNode {
  const { conn, taskId, inline, onClose, onWalk, onIgnore } = props;
  const operator = useMay('operator');
  const { data: task, error, refetch } = useTask(taskId);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (inline) box.current?.scrollTo(0, 0);
  }, [taskId, inline]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if ((event.target as HTMLElement).closest('input, textarea, select')) return;
    if (event.key === 'Escape') onClose();
    if (!preferences.get().letters || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'j') onWalk(1);
    if (event.key === 'k') onWalk(-1);
    if (event.key === 'i' && operator && task) onIgnore(task);
  };
  const body = error ? (
    <ProblemNotice error={error} retry={() => void refetch()} />
  ) : task ? (
    <Content {...props} task={task} operator={operator} />
  ) : (
    <Empty title={m.common.loading} />
  );
  const name = m.tasks.panel(task?.orderNumber ?? task?.subscriptionName ?? '');
  if (!inline)
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size={480}
        title={<span className="strong">{name}</span>}
        closeButtonProps={{ 'aria-label': m.common.close }}
      >
        <div className="stack" onKeyDown={onKeyDown}>
          {body}
        </div>
      </Drawer>
    );
  return (
    <aside className="panel" aria-label={name} ref={box} tabIndex={-1} onKeyDown={onKeyDown}>
      {body}
      {!task && (
        <div className="row end">
          <button type="button" className="iconbutton" aria-label={m.common.close} onClick={onClose}>
            <IconX size={16} aria-hidden />
          </button>
        </div>
      )}
      <span hidden>{conn}</span>
    </aside>
  );
}

function Content(props: Props & { task: TaskDetail; operator: boolean }): ReactNode {
  const { conn, task, currency, inline, place, operator, onWalk, onClose, onIgnore } = props;
  const act = actOf(task);
  const wizard = (step: string): string => `/c/${conn}/tasks/${task.id}/sync/${step}`;
  const link = host.linkTo(`/c/${conn}/tasks?view=all&task=${task.id}`);
  const copy = async (address: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(address);
      toast('good', m.panel.linkCopied);
    } catch {
      toast('attention', m.panel.linkNotCopied(address));
    }
  };
  const reviewable = ['action_required', 'ready', 'failed'].includes(task.state);
  const ignorable = ['pending', 'action_required', 'ready', 'failed'].includes(task.state) && !task.accepted;
  return (
    <>
      <div className="stack tight typed" style={tint(task.type)}>
        <div className="row" style={{ flexWrap: 'nowrap' }}>
          <h2 className="grow row">
            <TaskType task={task} />
            {inline && <span className="mono">{task.orderNumber ?? ''}</span>}
          </h2>
          <button
            type="button"
            className="iconbutton"
            aria-label={m.tasks.previousTask}
            onClick={() => onWalk(-1)}
            hidden={!place || place.at <= 1}
          >
            <IconChevronLeft size={16} aria-hidden />
          </button>
          {place && <span className="dim small num">{m.tasks.position(place.at, place.of)}</span>}
          <button
            type="button"
            className="iconbutton"
            aria-label={m.tasks.nextTask}
            onClick={() => onWalk(1)}
            hidden={!place || place.at >= place.of}
          >
            <IconChevronRight size={16} aria-hidden />
          </button>
          {inline && (
            <button type="button" className="iconbutton" aria-label={m.common.close} onClick={onClose}>
              <IconX size={16} aria-hidden />
            </button>
          )}
        </div>
        <p className="wrap strong">{task.customerName}</p>
        {task.failure && task.state === 'failed' ? (
          <TaskBadge task={task} currency={currency} />
        ) : (
          <TaskState task={task} currency={currency} oneLine />
        )}
      </div>
      <Sides task={task} currency={currency} />
      <Amounts task={task} currency={currency} why={reviewable ? wizard('confirm') : undefined} />
      {task.failure &&
        task.state !== 'synced' &&
        // What came back with a question says it once.
        !task.requiredActions.some(({ message }) => message === task.failure!.message) && <Failure task={task} />}
      {task.requiredActions.length > 0 && (
        <section className="stack tight">
          <h3>{m.panel.needs}</h3>
          {task.requiredActions.map((action, index) => (
            <div key={index} className="notice attention">
              <p className="strong">{actionTitle(action)}</p>
              <p className="small">{format.sentence(action.message)}</p>
              {operator && (action.code === 'MAPPING_MISSING' || action.code === 'FEE_MAPPING_MISSING') && (
                <p>
                  <Link to={mapLink(conn, action)}>
                    {action.code === 'FEE_MAPPING_MISSING' ? m.wizard.result.openFees : m.panel.mapIt}
                  </Link>
                </p>
              )}
            </div>
          ))}
        </section>
      )}
      {task.waitsFor && (
        <p>
          {m.panel.waits}{' '}
          <Link to={`/c/${conn}/tasks?task=${task.waitsFor.taskId}`}>
            {task.waitsFor.orderNumber ?? m.tasks.earlierTask}
          </Link>
        </p>
      )}
      {task.waitedForBy.length > 0 && (
        <p>
          {m.panel.waitedFor}:{' '}
          {task.waitedForBy.map(({ taskId, orderNumber }, index) => (
            <span key={taskId}>
              {index > 0 && ', '}
              <Link to={`/c/${conn}/tasks?task=${taskId}`}>{orderNumber ?? m.tasks.earlierTask}</Link>
            </span>
          ))}
        </p>
      )}
      {task.whyNotAutomatic && task.requiredActions.length === 0 && (
        <p className="dim small">
          {m.panel.why}: {task.whyNotAutomatic}
        </p>
      )}
      <div className="row">
        {operator && act.step !== undefined && task.nextAction !== 'wait' && (
          <Button component={Link} to={wizard(act.step)}>
            {task.nextAction === 'sync' ? m.panel.sync : act.label}
          </Button>
        )}
        {operator && aboutFees(task) && !task.requiredActions.some(({ code }) => code === 'FEE_MAPPING_MISSING') && (
          <Button variant="default" component={Link} to={`/c/${conn}/mapping/fees`}>
            {m.wizard.result.openFees}
          </Button>
        )}
        {!operator && reviewable && (
          <Button component={Link} to={wizard('confirm')} variant="default">
            {m.acts.open}
          </Button>
        )}
        {operator && task.nextAction === 'restore' && (
          <Button
            onClick={() =>
              void restoreTasks(conn, [task.id]).catch(() => toast('bad', m.problem.of.UNEXPECTED.happened))
            }
          >
            {m.acts.restore}
          </Button>
        )}
        {operator && ignorable && (
          <Button variant="default" onClick={() => onIgnore(task)}>
            {m.panel.ignore}
          </Button>
        )}
        {link !== undefined && (
          <Button variant="default" onClick={() => void copy(link)}>
            {m.panel.copyLink}
          </Button>
        )}
      </div>
      <Timeline task={task} />
    </>
  );
}

/** Where a missing mapping is set. */
export function mapLink(conn: string, action: { code: string; subject?: unknown }): string {
  const subject = action.subject as { kind?: string; name?: string; id?: string } | undefined;
  const kind =
    action.code === 'FEE_MAPPING_MISSING' || subject?.kind === 'fee'
      ? 'fees'
      : subject?.kind === 'product'
        ? 'products'
        : 'customers';
  const q =
    kind === 'fees' ? '' : `?q=${encodeURIComponent(subject?.name ?? '')}${kind === 'customers' ? '&status=all' : ''}`;
  return `/c/${conn}/mapping/${kind}${q}`;
}

/** What the marketplace says, beside what Autotask holds or will hold. */
export function Sides({
  task,
  currency,
  plan,
}: {
  task: TaskDetail;
  currency: string;
  plan?: Schemas['SyncPlanView'] | undefined;
}): ReactNode {
  const { order, subscription, planSummary } = task;
  const said = (order ?? subscription) as {
    items?: { name: string; quantity: string; unitPrice?: string }[];
    total?: string;
    completedAt?: string;
  };
  // A plan at hand, made with the choices of the moment, is newer than the stored summary.
  const changes = plan
    ? plan.lines.map((line) => ({
        productName: line.productName,
        from: line.quantityNow,
        to: line.include ? line.quantityAfter : line.quantityNow,
        date: line.effectiveDate,
        detail: line.detail,
      }))
    : (planSummary?.changes ?? []);
  return (
    <div className="sides">
      <div>
        <p className="side">{m.panel.says}</p>
        {(said.items ?? []).map((item, index) => (
          <p key={index} className="wrap">
            {item.name} <span className="num">{m.panel.units(format.price(item.quantity).replace(/[.,]00$/, ''))}</span>
          </p>
        ))}
        {order && said.total !== undefined && (
          <p className="dim small">{m.panel.orderTotal(format.money(said.total), currency)}</p>
        )}
        {order && said.completedAt && <p className="dim small">{m.panel.completed(format.moment(said.completedAt))}</p>}
      </div>
      <div>
        <p className="side">{task.state === 'synced' ? m.panel.held : m.panel.holds}</p>
        {!planSummary && <p className="dim">{m.panel.notPlanned}</p>}
        {planSummary && changes.length === 0 && (
          <p className="dim">{task.requiredActions.length > 0 ? m.panel.notPlanned : m.panel.nothing}</p>
        )}
        {changes.map((change, index) => (
          <p key={index} className="wrap">
            {change.productName}{' '}
            <NowAfter
              now={change.from === 0 && /^new/i.test(change.detail) ? m.common.none : change.from}
              after={change.to}
            />{' '}
            <span className="dim small">
              {m.panel.from(format.day(change.date))} · {change.detail}
            </span>
          </p>
        ))}
      </div>
    </div>
  );
}

/** @param why where the arithmetic stands. */
function Amounts({ task, currency, why }: { task: TaskDetail; currency: string; why: string | undefined }): ReactNode {
  const { planSummary } = task;
  if (!planSummary) return null;
  const parts = [
    ...(format.isZero(planSummary.oneOff) ? [] : [m.panel.oneOff(format.difference(planSummary.oneOff), currency)]),
    ...(format.isZero(planSummary.recurringChange)
      ? []
      : [
          m.seconds.recurring(
            format.difference(planSummary.recurringChange),
            currency,
            m.common.each(planSummary.periodMonths),
          ),
        ]),
  ];
  return (
    <div className="stack tight">
      {parts.length > 0 && (
        <p className="row between">
          <span className="strong figures">{parts.join(' · ')}</span>
          {why !== undefined && <Link to={why}>{m.panel.whyAmount}</Link>}
        </p>
      )}
      {planSummary.warnings.map(({ code, message }) => (
        <p key={code + message} className="small notice attention">
          {format.sentence(message)}
        </p>
      ))}
      {planSummary.provisional && <p className="dim small">{m.panel.provisional}</p>}
      <p className="dim small">{m.panel.lastRead(format.moment(planSummary.plannedAt))}</p>
    </div>
  );
}

function Failure({ task }: { task: TaskDetail }): ReactNode {
  const failure = task.failure!;
  const { happened } = problemWords(failure.code);
  const uncertain = task.state === 'uncertain';
  const tone = uncertain ? 'uncertain' : task.state === 'failed' ? 'bad' : 'attention';
  const written = task.steps.filter(({ state }) => state === 'applied').length;
  return (
    <div className={`notice ${tone}`}>
      <p className="strong">{happened}</p>
      <p>{format.sentence(failure.message)}</p>
      {failure.autotask
        ?.filter((words) => !failure.message.includes(words))
        .map((words) => (
          <p key={words} lang="en">
            {m.problem.autotask}: <q>{words}</q>
          </p>
        ))}
      {/* What is not proven may stand in Autotask. */}
      {!uncertain && (
        <p className="dim">{written > 0 ? m.panel.wroteSome(written, task.steps.length) : m.panel.wroteNone}</p>
      )}
    </div>
  );
}

function Timeline({ task }: { task: TaskDetail }): ReactNode {
  const events = [
    { at: task.createdAt, text: m.panel.found },
    ...(task.lastReadAt ? [{ at: task.lastReadAt, text: m.panel.planned }] : []),
    ...(task.accepted ? [{ at: task.accepted.at, text: m.panel.accepted(m.common.person(task.accepted.by)) }] : []),
    ...task.steps.map((step) => ({
      at: step.settledAt ?? step.sentAt,
      text: `${format.sentence(step.title)}: ${m.panel.step[step.state]}`,
    })),
    ...(task.syncedAt ? [{ at: task.syncedAt, text: m.panel.syncedProof }] : []),
    ...(task.ignored
      ? [{ at: task.ignored.at, text: `${m.panel.ignoredBy(task.ignored.by)}: ${task.ignored.reason}` }]
      : []),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  const next = m.panel.nexts[task.nextAction];
  return (
    <section className="stack tight">
      <h3>{m.panel.timeline}</h3>
      <ol className="timeline">
        {events.map(({ at, text }, index) => (
          <li key={index}>
            <time className="dim small" dateTime={at} title={format.fullMoment(at)}>
              {format.moment(at)}
            </time>
            <span className="wrap">{text}</span>
          </li>
        ))}
        {next !== undefined && (
          <li className="next">
            <span className="dim small">{m.panel.next}</span>
            <span className="wrap">{next}</span>
          </li>
        )}
      </ol>
      {task.steps.length > 0 && (
        <details>
          <summary>{m.panel.ids}</summary>
          {task.steps.map((step) => (
            <div key={step.id} className="stack tight">
              <p className="mono">
                {step.call.method} {step.call.path} {step.createdId !== null && `→ ${step.createdId}`}
              </p>
              <pre>{JSON.stringify(step.call.body, undefined, 1)}</pre>
            </div>
          ))}
        </details>
      )}
    </section>
  );
}
