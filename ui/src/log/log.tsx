import { Button, NativeSelect } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { download } from '../api/client';
import { useAddress, type Address } from '../app/address';
import { queryClient, useConnections, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import { useMedia } from '../app/shell';
import * as format from '../format';
import { m } from '../messages';
import { DayField } from '../parts/day-field';
import { Empty } from '../parts/empty';
import type { Column } from '../parts/grid';
import { GridSkeleton } from '../parts/grid-skeleton';
import { NoMatch, WindowedList } from '../parts/windowed-list';
import { ProblemNotice, useAct } from '../parts/problem';
import { focusSearch, SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import { changesOf } from './changes';
import { fetchLog, queryOf, useLevel, type Entry, type LogFilter, type LogPage } from './data';
import { EntryPanel } from './entry';
import { Outcome } from './outcome';

const LOOK_MS = 15_000;

/** Everything that happened, append-only (FEATURES LOG-1). */
export function LogScreen(): ReactNode {
  const address = useAddress();
  const { params } = address;
  const param = (name: string): string => params.get(name) ?? '';
  const level = useLevel(param('connection'));
  const deep = param('task') + param('subscription') + param('customer') !== '';
  const given = params.get('outcome');
  const filter: LogFilter = {
    connection: param('connection'),
    who: param('who'),
    what: param('what'),
    // The level governs the default only; a deep link is about everything of its task.
    outcome: given ?? (deep || level !== 'errorsAndActions' ? 'all' : 'needed'),
    from: param('from'),
    to: param('to'),
    q: param('q'),
    task: param('task'),
    subscription: param('subscription'),
    customer: param('customer'),
  };
  const known = given !== null || deep || level !== undefined;
  return known ? (
    <Log filter={filter} open={params.get('entry')} address={address} />
  ) : (
    <Screen title={m.log.title}>
      <GridSkeleton label={m.log.list} />
    </Screen>
  );
}

function Log(props: { filter: LogFilter; open: string | null; address: Address }): ReactNode {
  const { filter, open } = props;
  const { set, reset } = props.address;
  const wide = useMedia('(min-width: 1200px)');
  const { data: connections } = useConnections();
  const { data: me } = useMe();
  const { busy, error, run } = useAct();
  const outcomes = useRef<HTMLSelectElement>(null);
  const rows = useWindowed<Entry, LogPage>(
    ['log', filter],
    async (page, pageSize) => await fetchLog(filter, page, pageSize),
  );
  const fresh = useFresh(filter, rows.first);
  const dayWrong = filter.from !== '' && filter.to !== '' && filter.to < filter.from;
  const actors = [...new Set([...rows.loaded.map(({ row }) => row.actor), filter.who])].filter(
    (actor) => actor !== '' && actor !== 'automatic' && actor !== me?.userId,
  );
  const filtered = Object.entries(filter).some(
    ([name, value]) => value !== '' && !(name === 'outcome' && value === 'all'),
  );
  const place = rows.loaded.find(({ row }) => row.id === open);
  const walk = (by: 1 | -1): void => {
    const next = rows.loaded.find(({ index }) => index === (place?.index ?? 0) + by);
    if (next) set({ entry: next.row.id }, true);
  };
  // The list goes on at the entry that was looked at, also where the panel's own buttons have led to it.
  const toList = (): void => {
    const row = document.querySelector<HTMLElement>('.grid .current') ?? document.querySelector('.grid [tabindex="0"]');
    row?.focus();
  };
  const close = (): void => {
    toList();
    set({ entry: '' });
  };
  const aliasOf = (id: string | null): string => connections?.items.find((one) => one.id === id)?.alias ?? '';
  const columns: Column<Entry>[] = [
    {
      key: 'at',
      header: m.log.when,
      width: '128px',
      render: ({ at }) => (
        <time dateTime={at} title={format.fullMoment(at)}>
          {format.moment(at)}
        </time>
      ),
    },
    {
      key: 'who',
      header: m.log.who,
      width: '120px',
      from: 720,
      render: ({ actor }) => <span className="cut">{m.common.person(actor)}</span>,
    },
    {
      key: 'what',
      header: m.log.what,
      render: ({ message }) => (
        <span className="two" title={message}>
          {format.sentence(message)}
        </span>
      ),
    },
    {
      key: 'kind',
      header: m.log.about,
      width: '150px',
      from: 860,
      render: ({ category, connectionId }) => (
        <span className="stack tight" style={{ gap: 0 }}>
          <span className="cut">{m.log.categories[category]}</span>
          {(connections?.total ?? 0) > 1 && <span className="cut dim small">{aliasOf(connectionId)}</span>}
        </span>
      ),
    },
    {
      key: 'change',
      header: `${m.log.before} → ${m.log.after}`,
      width: '200px',
      from: 1000,
      render: (entry) => <Change entry={entry} />,
    },
    { key: 'outcome', header: m.log.outcome, width: '150px', render: (entry) => <Outcome entry={entry} /> },
  ];
  return (
    <>
      <Screen
        title={m.log.title}
        status={rows.first && m.common.found(rows.total)}
        documentTitle={m.log.title}
        action={
          rows.total > 0 && (
            <Button
              variant="default"
              loading={busy}
              onClick={() =>
                void run(async () => {
                  const query = new URLSearchParams({ ...queryOf(filter), format: 'csv' });
                  await download(`/api/v1/action-log?${query}`, 'psa-sync-action-log.csv');
                })
              }
            >
              {m.log.export(rows.total)}
            </Button>
          )
        }
      >
        <div className="filters">
          <SearchBox
            label={m.logMore.searchOf}
            placeholder={m.log.searchLabel}
            value={filter.q}
            onSearch={(q) => set({ q, entry: '' }, true)}
          />
          <NativeSelect
            label={m.log.who}
            value={filter.who}
            onChange={({ currentTarget }) => set({ who: currentTarget.value, entry: '' })}
            data={[
              { value: '', label: m.logMore.anyone },
              { value: 'automatic', label: m.logMore.automatic },
              ...(me ? [{ value: me.userId, label: `${m.logMore.me} (${me.userId})` }] : []),
              ...actors.map((actor) => ({ value: actor, label: actor })),
            ]}
          />
          <NativeSelect
            label={m.log.category}
            value={filter.what}
            onChange={({ currentTarget }) => set({ what: currentTarget.value, entry: '' })}
            data={[
              { value: '', label: m.logMore.everything },
              ...Object.entries(m.log.categories).map(([value, label]) => ({ value, label })),
            ]}
          />
          <NativeSelect
            ref={outcomes}
            label={m.log.outcome}
            value={filter.outcome}
            onChange={({ currentTarget }) => set({ outcome: currentTarget.value, entry: '' })}
            data={[
              { value: 'all', label: m.logMore.anyOutcome },
              { value: 'needed', label: m.settings.levels.errorsAndActions },
              ...Object.entries(m.log.outcomes).map(([value, label]) => ({ value, label })),
            ]}
          />
          {(connections?.total ?? 0) > 1 && (
            <NativeSelect
              label={m.log.connection}
              value={filter.connection}
              onChange={({ currentTarget }) => set({ connection: currentTarget.value, entry: '' })}
              data={[
                { value: '', label: m.logMore.allConnections },
                ...connections!.items.map(({ id, alias }) => ({ value: id, label: alias })),
              ]}
            />
          )}
          <DayField label={m.log.from} value={filter.from} onDay={(from) => set({ from, entry: '' }, true)} />
          <DayField
            label={m.log.to}
            value={filter.to}
            onDay={(to) => set({ to, entry: '' }, true)}
            error={dayWrong ? m.logMore.dayWrong : undefined}
          />
        </div>
        {(filter.task || filter.subscription || filter.customer) && (
          <p className="row small">
            {filter.task
              ? m.logMore.filtered
              : filter.subscription
                ? m.logMore.filteredSubscription
                : m.logMore.filteredCustomer}
            <button
              type="button"
              className="link"
              onClick={() => {
                reset({});
                focusSearch();
              }}
            >
              {m.logMore.clearOne}
            </button>
          </p>
        )}
        {filter.outcome === 'needed' && (
          <p className="row small dim">
            {m.log.narrowed}
            <button
              type="button"
              className="link"
              onClick={() => {
                set({ outcome: 'all', entry: '' });
                outcomes.current?.focus();
              }}
            >
              {m.log.showAll}
            </button>
          </p>
        )}
        {fresh > 0 && (
          <span>
            <Button
              variant="light"
              size="compact-sm"
              onClick={() => {
                toList();
                void queryClient.invalidateQueries({ queryKey: ['log'] });
              }}
            >
              {m.log.fresh(fresh)}
            </Button>
          </span>
        )}
        {error !== undefined && <ProblemNotice error={error} />}
        <WindowedList
          rows={rows}
          label={m.log.list}
          columns={columns}
          empty={
            filtered ? (
              <NoMatch
                icon={IconHistory}
                title={filter.from || filter.to ? m.log.empty : m.logMore.noMatch}
                clear={() => reset({ outcome: 'all' })}
              />
            ) : (
              <Empty icon={IconHistory} title={m.logMore.noEntries} text={m.logMore.noEntriesText} />
            )
          }
          rowId={({ id }) => id}
          current={open ?? undefined}
          onOpen={({ id }) => set({ entry: id })}
          onActive={open && wide ? ({ id }) => set({ entry: id }, true) : undefined}
          onEscape={open ? close : undefined}
          cardHeight={104}
          card={(entry) => (
            <>
              <div className="row between">
                <Outcome entry={entry} />
                <time className="dim small" dateTime={entry.at}>
                  {format.moment(entry.at)}
                </time>
              </div>
              <div className="two">{format.sentence(entry.message)}</div>
              <div className="dim small cut">
                {m.log.categories[entry.category]} · {m.common.person(entry.actor)}
              </div>
            </>
          )}
        />
      </Screen>
      {place && (
        <EntryPanel
          key="panel"
          entry={place.row}
          inline={wide}
          place={{ at: place.index + 1, of: rows.total }}
          onWalk={walk}
          onClose={close}
        />
      )}
    </>
  );
}

/** The first thing that changed, and how many more. */
function Change({ entry }: { entry: Entry }): ReactNode {
  const changes = changesOf(entry);
  const first = changes[0];
  if (!first) return <span className="dim">{m.common.none}</span>;
  const short = (text: string): string => (text === '' ? m.common.none : text);
  return (
    <span className="two small" title={changes.map(({ field }) => field).join(', ')}>
      {first.field !== '' && <span className="dim">{first.field}: </span>}
      {short(first.before)} → {short(first.after)}
      {changes.length > 1 && <span className="dim"> (+{format.count(changes.length - 1)})</span>}
    </span>
  );
}

/** How many entries came since the list was read. They wait behind a button: no row moves by itself (§5.2). */
function useFresh(filter: LogFilter, first: LogPage | undefined): number {
  const { data } = useQuery({
    queryKey: ['log-head', filter],
    queryFn: () => fetchLog(filter, 1, 1),
    refetchInterval: LOOK_MS,
    enabled: first !== undefined,
    // The list itself was read just now.
    initialData: first,
    staleTime: LOOK_MS,
  });
  const [seen, setSeen] = useState<LogPage>();
  const page = useRef<LogPage>(undefined);
  useEffect(() => {
    if (page.current === first) return;
    page.current = first;
    setSeen(first);
  }, [first]);
  if (!data || !seen || data.items[0]?.id === seen.items[0]?.id) return 0;
  if (data.items[0] && seen.items[0] && data.items[0].at < seen.items[0].at) return 0;
  return Math.max(1, data.total - seen.total);
}
