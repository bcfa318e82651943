import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok } from '../api/client';
import { useAddress } from '../app/address';
import { useConnection, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { Badge, TaskType, type Task } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import type { Column } from '../parts/grid';
import { NoMatch, WindowedList } from '../parts/windowed-list';
import { ProblemNotice, useAct } from '../parts/problem';
import { SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import { restoreTasks, type TaskPage } from './data';

/** Ignored tasks with reason, person and time, to be restored one or many (TSK-6). Restored rows stay until one leaves. */
export function IgnoredScreen({ conn }: { conn: string }): ReactNode {
  const operator = useMay('operator');
  useConnection(conn);
  const { params, set } = useAddress();
  const q = params.get('q') ?? '';
  const search = (text: string): void => set({ q: text }, true);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<string[]>();
  const { busy, error, run } = useAct();
  const rows = useWindowed<Task, TaskPage>(
    ['tasks', conn, 'ignored', q],
    async (page, pageSize) =>
      await ok(
        api.GET('/api/v1/connections/{connectionId}/tasks', {
          params: {
            path: { connectionId: conn },
            query: { page, pageSize, view: 'ignored', sort: '-updatedAt', ...(q ? { search: q } : {}) },
          },
        }),
      ),
  );
  const nameOf = (task: Task): string => `${task.customerName}, ${task.orderNumber ?? task.subscriptionName}`;
  const restore = (task: Task, active: boolean): ReactNode =>
    operator && task.state === 'ignored' ? (
      <Button
        size="compact-xs"
        variant="default"
        tabIndex={active ? 0 : -1}
        aria-label={`${m.acts.restore} ${nameOf(task)}`}
        onClick={() => setAsked([task.id])}
      >
        {m.acts.restore}
      </Button>
    ) : task.state === 'ignored' ? null : (
      <Badge tone="ready">{m.ignored.restored}</Badge>
    );
  const kind = (task: Task): string =>
    task.ignored ? `${m.ignored.kinds[task.ignored.kind] ?? ''}: ${task.ignored.reason}` : '';
  const columns: Column<Task>[] = [
    { key: 'type', header: m.tasks.columns.type, width: '120px', render: (task) => <TaskType task={task} /> },
    {
      key: 'customer',
      header: m.tasks.columns.customer,
      render: (task) => <span className="two">{task.customerName}</span>,
    },
    {
      key: 'what',
      header: m.tasks.columns.what,
      from: 700,
      render: (task) => <span className="two">{task.subscriptionName}</span>,
    },
    {
      key: 'order',
      header: m.tasks.columns.order,
      width: '96px',
      from: 760,
      render: (task) => <span className="mono">{task.orderNumber ?? m.common.none}</span>,
    },
    {
      key: 'reason',
      header: m.ignored.reason,
      render: (task) => (
        <span className="two" title={kind(task)}>
          {kind(task)}
        </span>
      ),
    },
    {
      key: 'by',
      header: m.ignored.by,
      width: '110px',
      from: 820,
      render: (task) => <span className="cut">{task.ignored?.by}</span>,
    },
    {
      key: 'when',
      header: m.ignored.when,
      width: '130px',
      from: 900,
      render: (task) =>
        task.ignored ? <time dateTime={task.ignored.at}>{format.moment(task.ignored.at)}</time> : null,
    },
    { key: 'act', header: m.tasks.columns.act, width: '104px', render: (task, _, active) => restore(task, active) },
  ];
  return (
    <Screen title={m.ignored.title} needs="operator" status={<Link to={`/c/${conn}/tasks`}>{m.ignored.back}</Link>}>
      <div className="filters">
        <SearchBox label={m.tasks.searchLabel} value={q} onSearch={search} />
        {operator && picked.size > 0 && (
          <Button onClick={() => setAsked([...picked])}>{m.ignored.restore(picked.size)}</Button>
        )}
      </div>
      <WindowedList
        rows={rows}
        label={m.ignored.title}
        columns={columns}
        empty={
          q === '' ? <Empty title={m.ignored.empty} /> : <NoMatch title={m.tasks.noMatch} clear={() => search('')} />
        }
        rowId={({ id }) => id}
        onKey={(key, task) => {
          if (key !== 'r' || !operator) return false;
          setAsked(picked.size > 0 ? [...picked] : [task.id]);
          return true;
        }}
        selection={
          operator
            ? {
                has: (id) => picked.has(id),
                nameOf,
                toggle: (task, range) =>
                  setPicked((old) => {
                    const next = new Set(old);
                    if (range) for (const one of range) next.add(one.id);
                    else if (!next.delete(task.id)) next.add(task.id);
                    return next;
                  }),
              }
            : undefined
        }
        card={(task, _, active) => (
          <>
            <div className="row between">
              <TaskType task={task} />
              {restore(task, active)}
            </div>
            <div className="strong cut">{task.customerName}</div>
            <div className="two small">{kind(task)}</div>
            <div className="dim small">
              {task.ignored?.by} {task.ignored && format.moment(task.ignored.at)}
            </div>
          </>
        )}
        cardHeight={128}
      />
      {asked && (
        <Dialog
          title={m.ignored.title2(asked.length)}
          onClose={() => setAsked(undefined)}
          go={{
            label: m.ignored.restore(asked.length),
            busy,
            run: () =>
              void run(async () => await restoreTasks(conn, asked)).then((done) => {
                if (!done) return;
                setAsked(undefined);
                setPicked(new Set());
              }),
          }}
        >
          <p>{m.ignored.body(asked.length)}</p>
          {error !== undefined && <ProblemNotice error={error} />}
        </Dialog>
      )}
    </Screen>
  );
}
