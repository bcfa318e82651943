import { Button } from '@mantine/core';
import { IconCheckbox, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Schemas } from '../api/client';
import type { Dashboard } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import { Empty } from '../parts/empty';
import { NoMatch } from '../parts/windowed-list';
import { VIEWS, type View } from './filter';

/** The views of the list, with how many tasks each holds. */
export function Views(props: {
  view: View;
  views: Schemas['TaskViews'] | undefined;
  total: number | undefined;
  conn: string;
}): ReactNode {
  const { view, views, total, conn } = props;
  return (
    <nav className="tabs" aria-label={m.tasks.viewsLabel}>
      {([...VIEWS, 'all'] as const).map((one) => (
        <Link key={one} to={`/c/${conn}/tasks?view=${one}`} aria-current={one === view ? 'page' : undefined}>
          {m.tasks.views[one]}
          <span className="count">{one === 'all' ? format.count(total ?? 0) : format.count(views?.[one] ?? 0)}</span>
        </Link>
      ))}
      <span className="grow" />
      <Link to={`/c/${conn}/tasks/ignored`}>{m.tasks.ignored(views?.ignored ?? 0)}</Link>
    </nav>
  );
}

/** Why the list is empty, and what to do next (reference/page-design §4.3). */
export function NoTasks(props: {
  dashboard: Dashboard | undefined;
  filtered: boolean;
  view: View;
  conn: string;
  clear(): void;
  ready(): void;
}): ReactNode {
  const { dashboard, filtered, view, clear, ready } = props;
  if (filtered) return <NoMatch title={m.tasks.noMatch} clear={clear} />;
  if (dashboard && !dashboard.lastCheckAt)
    return <Empty icon={IconRefresh} title={m.tasks.never} text={m.tasks.neverText} />;
  if (view === 'needsYou')
    return (
      <Empty
        icon={IconCheckbox}
        title={m.tasks.caughtUp}
        text={
          dashboard && dashboard.tasks.views.ready > 0 ? m.tasks.caughtUpReady(dashboard.tasks.views.ready) : undefined
        }
      >
        {dashboard && dashboard.tasks.views.ready > 0 && (
          <Button variant="default" onClick={ready}>
            {m.tasks.seeReady}
          </Button>
        )}
      </Empty>
    );
  return <Empty title={m.tasks.noTasks} />;
}
