import { Button, NativeSelect } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { useAddress } from '../app/address';
import { announce } from '../app/announce';
import { useHiddenColumns } from '../app/columns';
import { useConnection, useDashboard, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import { useMedia } from '../app/shell';
import { useStore } from '../app/store';
import { toast } from '../app/toasts';
import { freshTasks } from '../app/use-live';
import * as format from '../format';
import { m } from '../messages';
import { standing, TaskBadge, TaskState, TaskType, type Task } from '../parts/badges';
import { ColumnMenu } from '../parts/columns';
import { withoutHidden } from '../parts/fitting';
import type { Column } from '../parts/grid';
import { WindowedList } from '../parts/windowed-list';
import { SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import { Amount, Changes } from './cells';
import { CheckButton, CheckStatus } from './check';
import { actOf, fetchTasks, fits, refreshTasks, restoreTasks, useSelection, type TaskPage } from './data';
import { ageOf, conditionsOf, isFiltered, type Selection, type TaskFilter, type View } from './filter';
import { CustomerFilter } from './customer-filter';
import { SelectionBar } from './selection-bar';
import { NoTasks, Views } from './views';

const loadPanel = () => import('./panel');
const TaskPanel = lazy(async () => ({ default: (await loadPanel()).TaskPanel }));
const IgnoreDialog = lazy(async () => ({ default: (await import('./ignore-dialog')).IgnoreDialog }));
const BulkDialog = lazy(async () => ({ default: (await import('./bulk-dialog')).BulkDialog }));

/** Columns that a person can put away. */
const HIDEABLE = ['type', 'subscription', 'order', 'age', 'amount'];

/** The list of tasks, its views and filters, bulk acts and the panel beside it (reference/page-design §4.3). */
export function TasksScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const navigate = useNavigate();
  const operator = useMay('operator');
  const connection = useConnection(conn);
  const currency = connection?.currency ?? '';
  const dashboard = useDashboard(conn);
  const wide = useMedia('(min-width: 1200px)');
  const fresh = useStore(freshTasks);
  const views = dashboard.data?.tasks.views;
  const given = params.get('view') as View | null;
  const view: View = given ?? (views && views.needsYou === 0 && views.ready > 0 ? 'ready' : 'needsYou');
  const filter: TaskFilter = {
    view,
    type: params.get('type') ?? '',
    q: params.get('q') ?? '',
    customer: params.get('customer') ?? '',
    age: ageOf(params.get('age')),
    sort: params.get('sort') ?? 'effectiveDate',
  };
  const open = params.get('task');
  const rows = useWindowed<Task, TaskPage>(
    ['tasks', conn, filter],
    async (page, size) => await fetchTasks(conn, filter, page, size),
  );
  const [picked, setPicked] = useState<ReadonlyMap<string, Task>>(new Map());
  const [dialog, setDialog] = useState<{ act: 'ignore' | 'bulk'; selection: Selection; count: number }>();
  const { hidden, toggle: toggleColumn } = useHiddenColumns('tasks');
  const tabular = useMedia('(min-width: 600px)');
  // All that match, beyond the rows that are loaded; another filter is another selection.
  const conditions = conditionsOf(filter);
  const [wholeOf, setWholeOf] = useState<string>();
  const whole = wholeOf === JSON.stringify(conditions);
  const { data: sums } = useSelection(conn, whole ? { filter: conditions } : undefined);

  useEffect(() => {
    if (rows.first && !rows.stale) announce(m.tasks.found(rows.total));
  }, [rows.total, rows.stale, rows.first]);

  const look = (): void => {
    freshTasks.set(new Set());
    refreshTasks(conn);
  };
  // Where nothing is shown nothing can jump.
  useEffect(() => {
    if (!rows.loading && rows.total === 0 && fresh.size > 0) {
      freshTasks.set(new Set());
      refreshTasks(conn);
    }
  }, [rows.loading, rows.total, fresh.size, conn]);
  const openTask = (task: Task, push = true): void => set({ task: task.id }, !(push && !open));
  const closePanel = (): void => {
    set({ task: '' });
    document.querySelector<HTMLElement>('.grid [tabindex="0"]')?.focus();
  };
  const act = (task: Task): void => {
    const { step } = actOf(task);
    if (task.nextAction === 'restore')
      void restoreTasks(conn, [task.id]).catch(() => toast('bad', m.problem.of.UNEXPECTED.happened));
    else if (step !== undefined && operator) void navigate(`/c/${conn}/tasks/${task.id}/sync/${step}`);
    else openTask(task);
  };
  const clear = (): void => {
    setPicked(new Map());
    setWholeOf(undefined);
  };
  const everyLoaded = rows.loaded.length > 0 && rows.loaded.every(({ row }) => picked.has(row.id));
  const pickLoaded = (): void => {
    if (whole || everyLoaded) clear();
    else setPicked(new Map([...picked, ...rows.loaded.map(({ row }) => [row.id, row] as const)]));
  };
  const ask = (act: 'ignore' | 'bulk', tasks: Task[]): void =>
    setDialog({ act, selection: { taskIds: tasks.map(({ id }) => id) }, count: tasks.length });
  const askWhole = (act: 'ignore' | 'bulk', count: number): void =>
    setDialog({ act, selection: { filter: { ...conditions, can: act === 'bulk' ? 'sync' : 'ignore' } }, count });
  const selected = [...picked.values()].map((old) => rows.loaded.find(({ row }) => row.id === old.id)?.row ?? old);
  const ready = selected.filter((task) => task.nextAction === 'sync');
  const noLonger = selected.filter(
    ({ id, nextAction }) => nextAction !== 'sync' && picked.get(id)?.nextAction === 'sync',
  ).length;
  const movedOn = rows.loaded.filter(({ row }) => !fits(view, row)).length;
  const names = (task: Task): string =>
    `${m.types[task.type]}, ${task.customerName}, ${task.orderNumber ?? task.subscriptionName}`;

  const actButton = (task: Task, active: boolean): ReactNode => {
    const { label } = actOf(task);
    return operator && task.nextAction !== 'wait' && task.nextAction !== 'none' ? (
      <Button
        size="compact-xs"
        variant="default"
        tabIndex={active ? 0 : -1}
        aria-label={`${label} ${names(task)}`}
        onClick={() => act(task)}
      >
        {label}
      </Button>
    ) : null;
  };
  const columns: Column<Task>[] = [
    { key: 'type', header: m.tasks.columns.type, width: '128px', render: (task) => <TaskType task={task} /> },
    {
      key: 'customer',
      header: m.tasks.columns.customer,
      render: (task) => (
        <span className="two" title={task.customerName}>
          {task.customerName}
        </span>
      ),
    },
    { key: 'what', header: m.tasks.columns.what, render: (task) => <Changes task={task} /> },
    {
      key: 'subscription',
      header: m.tasks.columns.subscription,
      width: '124px',
      from: 1300,
      render: (task) => <span className="mono">{task.subscriptionId}</span>,
    },
    {
      key: 'order',
      header: m.tasks.columns.order,
      width: '96px',
      from: 820,
      render: (task) => <span className="mono">{task.orderNumber ?? m.common.none}</span>,
    },
    {
      key: 'age',
      header: m.tasks.columns.age,
      width: '116px',
      from: 900,
      render: (task) => <time dateTime={task.effectiveDate}>{format.day(task.effectiveDate)}</time>,
    },
    {
      key: 'amount',
      header: m.tasks.columns.amount(currency),
      width: '148px',
      number: true,
      from: 1000,
      render: (task) => <Amount task={task} />,
    },
    {
      key: 'state',
      header: m.tasks.columns.state,
      width: '200px',
      render: (task) => <TaskState task={task} currency={currency} />,
    },
    ...(operator
      ? [
          {
            key: 'act',
            header: m.tasks.columns.act,
            width: '104px',
            from: 760,
            render: (task, _, active) => actButton(task, active),
          } satisfies Column<Task>,
        ]
      : []),
  ];

  const openIndex = rows.loaded.find(({ row }) => row.id === open)?.index;
  const walk = (by: number): void => {
    const next = openIndex === undefined ? undefined : rows.at(openIndex + by);
    if (!next) return;
    openTask(next, false);
    announce(
      m.tasks.announce(
        next.orderNumber ?? next.subscriptionName,
        m.states[standing(next, currency).word],
        (openIndex ?? 0) + by + 1,
        rows.total,
      ),
    );
  };

  return (
    <>
      <Screen
        title={m.tasks.title}
        documentTitle={`${m.tasks.title} (${format.count(rows.total)})`}
        needs="operator"
        status={<CheckStatus dashboard={dashboard.data} />}
        action={operator && <CheckButton conn={conn} dashboard={dashboard.data} />}
      >
        <Views view={view} views={views} total={dashboard.data?.tasks.total} conn={conn} />
        <div className="filters">
          <SearchBox label={m.tasks.searchLabel} value={filter.q} onSearch={(q) => set({ q }, true)} />
          <NativeSelect
            aria-label={m.tasks.type}
            value={filter.type}
            onChange={({ currentTarget }) => set({ type: currentTarget.value })}
            data={[
              { value: '', label: `${m.tasks.type}: ${m.common.any}` },
              ...Object.entries(m.types).map(([value, label]) => ({ value, label })),
            ]}
          />
          <CustomerFilter
            conn={conn}
            customerId={filter.customer}
            name={rows.first?.items.find(({ customerId }) => customerId === filter.customer)?.customerName}
            onChange={(customer) => set({ customer })}
          />
          <NativeSelect
            aria-label={m.tasks.age}
            value={filter.age}
            onChange={({ currentTarget }) => set({ age: currentTarget.value })}
            data={[
              { value: '', label: `${m.tasks.age}: ${m.common.any}` },
              ...Object.entries(m.tasks.ages).map(([value, label]) => ({ value, label })),
            ]}
          />
          <NativeSelect
            aria-label={m.tasks.sort}
            value={filter.sort}
            onChange={({ currentTarget }) => set({ sort: currentTarget.value })}
            data={Object.entries(m.tasks.sorts).map(([value, label]) => ({ value, label }))}
          />
          {tabular && (
            <ColumnMenu
              columns={columns.filter(({ key }) => HIDEABLE.includes(key))}
              hidden={hidden}
              onToggle={toggleColumn}
            />
          )}
          {fresh.size > 0 && (
            <Button variant="light" leftSection={<IconRefresh size={14} aria-hidden />} onClick={look}>
              {m.tasks.fresh(fresh.size)}
            </Button>
          )}
          {movedOn > 0 && (
            <Button variant="default" leftSection={<IconRefresh size={14} aria-hidden />} onClick={look}>
              {m.tasks.refreshMoved(movedOn)}
            </Button>
          )}
          {operator && view === 'ready' && picked.size === 0 && !whole && rows.total > 0 && (
            <Button variant="default" onClick={() => askWhole('bulk', rows.total)}>
              {m.tasks.syncAllReady(rows.total)}
            </Button>
          )}
        </div>
        <WindowedList
          rows={rows}
          label={m.tasks.list}
          columns={withoutHidden(columns, hidden)}
          empty={
            <NoTasks
              dashboard={dashboard.data}
              filtered={isFiltered(filter)}
              view={view}
              clear={() => set({ q: '', type: '', customer: '', age: '' })}
              ready={() => set({ view: 'ready' })}
              conn={conn}
            />
          }
          rowId={({ id }) => id}
          rowClass={(task) => (fits(view, task) ? '' : 'stale')}
          current={open ?? undefined}
          onOpen={(task) => openTask(task)}
          onActive={(task) => {
            void loadPanel();
            if (open && wide) openTask(task, false);
          }}
          onEscape={() => {
            if (open) closePanel();
            else clear();
          }}
          onKey={(key, task) => {
            if (!operator) return false;
            if (key === 's' && task.nextAction !== 'wait') act(task);
            else if (key === 'm' && task.nextAction === 'map') act(task);
            else if (key === 'i') {
              if (whole) {
                if (sums) askWhole('ignore', sums.ignorable);
              } else ask('ignore', picked.size > 0 ? selected : [task]);
            } else return false;
            return true;
          }}
          selection={
            operator
              ? {
                  has: (id) => whole || picked.has(id),
                  nameOf: names,
                  all: { checked: whole || everyLoaded, some: picked.size > 0, toggle: pickLoaded },
                  toggle: (task, range) => {
                    // Without one of them it is no longer all that match: what is loaded stays selected.
                    setWholeOf(undefined);
                    setPicked((old) => {
                      const next = new Map(old);
                      if (range) for (const one of range) next.set(one.id, one);
                      else if (next.has(task.id)) next.delete(task.id);
                      else next.set(task.id, task);
                      return next;
                    });
                  },
                }
              : undefined
          }
          card={(task, _, active) => (
            <>
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <TaskType task={task} />
                <TaskBadge task={task} currency={currency} />
              </div>
              <div className="strong cut">{task.customerName}</div>
              <div className="cut">
                <Changes task={task} />
              </div>
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <span className="grow cut dim small">
                  {task.orderNumber && <span className="mono">{task.orderNumber} </span>}
                  {standing(task, currency).second}
                </span>
                {actButton(task, active)}
              </div>
            </>
          )}
          cardHeight={118}
        />
        {(picked.size > 0 || whole) && (
          <SelectionBar
            selected={selected}
            noLonger={noLonger}
            whole={whole ? { total: sums?.total ?? rows.total, sums } : undefined}
            more={everyLoaded && rows.total > picked.size ? rows.total : undefined}
            onWhole={() => {
              setWholeOf(JSON.stringify(conditions));
              announce(m.tasks.allSelected(rows.total));
            }}
            onSync={() => (whole ? askWhole('bulk', sums?.syncable ?? 0) : ask('bulk', ready))}
            onIgnore={() => (whole ? askWhole('ignore', sums?.ignorable ?? 0) : ask('ignore', selected))}
            onClear={() => {
              clear();
              document.querySelector<HTMLElement>('.grid [tabindex="0"]')?.focus();
            }}
          />
        )}
      </Screen>
      <Suspense fallback={null}>
        {open && (
          <TaskPanel
            key="panel"
            conn={conn}
            taskId={open}
            currency={currency}
            inline={wide}
            place={openIndex === undefined ? undefined : { at: openIndex + 1, of: rows.total }}
            onWalk={walk}
            onClose={closePanel}
            onIgnore={(task) => ask('ignore', [task])}
          />
        )}
        {dialog?.act === 'ignore' && (
          <IgnoreDialog
            conn={conn}
            selection={dialog.selection}
            // More may match by now: what is asked about is what matches.
            count={dialog.selection.filter && sums ? sums.ignorable : dialog.count}
            onClose={(done) => {
              setDialog(undefined);
              if (done) clear();
            }}
          />
        )}
        {dialog?.act === 'bulk' && (
          <BulkDialog
            conn={conn}
            currency={currency}
            selection={dialog.selection}
            count={dialog.count}
            onClose={() => setDialog(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}
