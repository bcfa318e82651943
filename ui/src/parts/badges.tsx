import {
  IconArrowsDiff,
  IconCalendarX,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleDot,
  IconCircleOff,
  IconCircleX,
  IconClockPlay,
  IconEyeOff,
  IconGauge,
  IconHandStop,
  IconHelpHexagon,
  IconHistory,
  IconHourglass,
  IconLoader2,
  IconReplace,
  IconScale,
  IconShoppingCartPlus,
  type Icon,
} from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import type { Schemas } from '../api/client';
import * as format from '../format';
import { m } from '../messages';

export type Task = Schemas['TaskRow'];
export type Tone = 'neutral' | 'attention' | 'ready' | 'running' | 'good' | 'bad' | 'uncertain' | 'muted' | 'staged';

/** State = icon + word + colour (reference/page-design §2.4). */
export function Badge({ tone, icon: Sign, children }: { tone: Tone; icon?: Icon; children: ReactNode }): ReactNode {
  return (
    <span className={`badge ${tone}`}>
      {Sign && <Sign size={14} aria-hidden className={Sign === IconLoader2 ? 'spin' : undefined} />}
      {children}
    </span>
  );
}

/** How a task stands: its badge and the line below it. */
export interface Standing {
  word: keyof typeof m.states;
  tone: Tone;
  icon: Icon;
  /** Empty = none. */
  second: string;
}

/** @param currency of the task's connection */
export function standing(task: Task, currency: string): Standing {
  const { state, waitsFor, failure, requiredActions, planSummary, notBefore } = task;
  const open = state === 'pending' || state === 'action_required' || state === 'ready' || state === 'failed';
  if (open && waitsFor) {
    const what = waitsFor.orderNumber ?? m.tasks.earlierTask;
    return {
      word: 'waiting',
      tone: 'neutral',
      icon: IconHourglass,
      second: waitsFor.kind === 'lane' ? m.seconds.waitsForContract(what) : m.seconds.waitsFor(what),
    };
  }
  switch (state) {
    case 'pending':
      return { word: 'pending', tone: 'neutral', icon: IconCircleDashed, second: m.seconds.pending };
    case 'action_required': {
      if (failure?.code === 'PLAN_CHANGED')
        return { word: 'changed', tone: 'attention', icon: IconReplace, second: m.seconds.changed };
      const first = requiredActions[0];
      return {
        word: 'action_required',
        tone: 'attention',
        icon: IconHandStop,
        // The row names customer and product already.
        second: first ? m.seconds.more(actionWords(first), requiredActions.length - 1) : '',
      };
    }
    case 'ready':
      if (task.accepted) return { word: 'queued', tone: 'neutral', icon: IconClockPlay, second: m.seconds.queued };
      return {
        word: 'ready',
        tone: 'ready',
        icon: IconCircleDot,
        second:
          planSummary && !format.isZero(planSummary.recurringChange)
            ? m.seconds.recurring(
                format.difference(planSummary.recurringChange),
                currency,
                m.common.each(planSummary.periodMonths),
              )
            : '',
      };
    case 'running':
      return notBefore
        ? { word: 'proving', tone: 'running', icon: IconLoader2, second: m.seconds.proving(format.time(notBefore)) }
        : { word: 'running', tone: 'running', icon: IconLoader2, second: m.seconds.running };
    case 'synced': {
      const drift = planSummary?.drift?.[0];
      return {
        word: 'synced',
        tone: 'good',
        icon: IconCircleCheck,
        second: drift
          ? m.seconds.drift(drift.actual, drift.expected)
          : task.syncedAt
            ? `${format.moment(task.syncedAt)}${task.accepted ? `, ${m.common.person(task.accepted.by)}` : ''}`
            : '',
      };
    }
    case 'failed':
      return { word: 'failed', tone: 'bad', icon: IconCircleX, second: failure ? shortly(failure) : '' };
    case 'uncertain':
      return { word: 'uncertain', tone: 'uncertain', icon: IconHelpHexagon, second: m.seconds.uncertain };
    case 'ignored':
      return { word: 'ignored', tone: 'muted', icon: IconEyeOff, second: task.ignored?.reason ?? '' };
    case 'superseded':
      return { word: 'superseded', tone: 'muted', icon: IconHistory, second: m.seconds.superseded };
    case 'not_supported':
      return { word: 'not_supported', tone: 'muted', icon: IconCircleOff, second: m.seconds.notSupported };
  }
}

function shortly(failure: NonNullable<Task['failure']>): string {
  return failure.autotask?.[0] ?? failure.message;
}

/** What a required action asks for. */
function actionWords(action: Schemas['RequiredActionView']): string {
  const known: Record<string, { happened: string }> = m.problem.of;
  const { kind } = (action.subject ?? {}) as { kind?: string };
  return (
    (action.code === 'MAPPING_MISSING' || action.code === 'FEE_MAPPING_MISSING' ? m.missing[kind ?? ''] : undefined) ??
    (action.code === 'CONTRACT_MISSING' ? m.missing.contract : undefined) ??
    known[action.code]?.happened.replace(/\.$/, '') ??
    action.message
  );
}

/** A required action in a few words, with what it is about. */
export function actionTitle(action: Schemas['RequiredActionView']): string {
  const { name } = (action.subject ?? {}) as { name?: string };
  return name ? `${actionWords(action)}: ${name}` : actionWords(action);
}

/** The badge of a task alone. */
export function TaskBadge({ task, currency }: { task: Task; currency: string }): ReactNode {
  const { word, tone, icon } = standing(task, currency);
  return (
    <Badge tone={tone} icon={icon}>
      {m.states[word]}
    </Badge>
  );
}

/** The badge of a task with its second line. */
export function TaskState({ task, currency, oneLine }: { task: Task; currency: string; oneLine?: boolean }): ReactNode {
  const { second } = standing(task, currency);
  return (
    <div className={oneLine ? 'row' : 'stack tight'} style={oneLine ? undefined : { gap: 2 }}>
      <TaskBadge task={task} currency={currency} />
      {second !== '' && (
        <span className={oneLine ? 'dim small wrap' : 'dim small cut'} title={second}>
          {second}
        </span>
      )}
    </div>
  );
}

const TYPE_ICONS: Record<Task['type'], Icon> = {
  sales: IconShoppingCartPlus,
  change: IconArrowsDiff,
  billing: IconGauge,
  cancellation: IconCalendarX,
  reconciliation: IconScale,
};

/** The hue of a task's type, for an icon or an edge. */
export function tint(type: Task['type']): CSSProperties {
  return { '--tint': `var(--${type})` } as CSSProperties;
}

/** Icon and word of a task's type, with what kind of change it is. */
export function TaskType({ task }: { task: Task }): ReactNode {
  const Sign = TYPE_ICONS[task.type];
  const detail = task.type === 'change' ? task.planSummary?.changes[0]?.detail : undefined;
  return (
    <span className="type" style={tint(task.type)}>
      <Sign size={16} aria-hidden />
      <span className="typename">
        <span>{m.types[task.type]}</span>
        {detail && <span className="dim small">{detail.toLowerCase()}</span>}
      </span>
    </span>
  );
}

/** `10 → 12`, read aloud as "from 10 to 12". */
export function NowAfter({ now, after }: { now: string | number; after: string | number }): ReactNode {
  const [from, to] = [now, after].map((value) => (typeof value === 'number' ? format.count(value) : value)) as [
    string,
    string,
  ];
  if (from === to) return <span className="num">{m.common.noChange(to)}</span>;
  return (
    <span className="num">
      <span aria-hidden>
        {from} → {to}
      </span>
      <span className="hidden">{m.common.fromTo(from, to)}</span>
    </span>
  );
}
