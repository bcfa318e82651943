import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconDownload, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';
import { api, download, ok, type Schemas } from '../api/client';
import { useConnections } from '../app/queries';
import { Screen } from '../app/screen';
import { useMedia } from '../app/shell';
import * as format from '../format';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import { Grid, GridSkeleton, type Column } from '../parts/grid';
import { ProblemNotice, useAct } from '../parts/problem';
import { useWindowed } from '../parts/windowed';

type Entry = Schemas['ActionLogRow'];
type EntryPage = Schemas['ActionLogPage'];

const TONES: Record<Entry['outcome'], Tone> = {
  ok: 'good',
  failed: 'bad',
  uncertain: 'uncertain',
  info: 'neutral',
  action_required: 'attention',
};
const FIELDS = [
  'connectionId',
  'category',
  'outcome',
  'actor',
  'from',
  'to',
  'search',
  'taskId',
  'subscriptionId',
  'customerId',
] as const;

/** Who did what, when, to which end; append-only (LOG-1). */
export function LogScreen(): ReactNode {
  const [params, setParams] = useSearchParams();
  const wide = useMedia('(min-width: 1200px)');
  const connections = useConnections();
  const given: Partial<Record<(typeof FIELDS)[number], string>> = {};
  for (const [name, field] of [
    ['connection', 'connectionId'],
    ['what', 'category'],
    ['outcome', 'outcome'],
    ['who', 'actor'],
    ['from', 'from'],
    ['to', 'to'],
    ['q', 'search'],
    ['task', 'taskId'],
    ['subscription', 'subscriptionId'],
    ['customer', 'customerId'],
  ] as const) {
    const value = params.get(name);
    if (value) given[field] = value;
  }
  const set = (change: Record<string, string>, replace = false): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        for (const [key, value] of Object.entries(change)) {
          if (value === '') next.delete(key);
          else next.set(key, value);
        }
        return next;
      },
      { replace },
    );
  const search = useDebouncedCallback((q: string) => set({ q }, true), 200);
  const rows = useWindowed<Entry, EntryPage>(
    ['log', given],
    async (page, pageSize) =>
      await ok(api.GET('/api/v1/action-log', { params: { query: { ...(given as object), page, pageSize } } })),
  );
  const entryId = params.get('entry');
  const open = rows.loaded.find(({ row }) => row.id === entryId)?.row;
  const file = useAct();
  const alias = (id: string | null): string => connections.data?.items.find((one) => one.id === id)?.alias ?? '';
  const outcome = (entry: Entry): ReactNode => (
    <Badge tone={TONES[entry.outcome]}>{m.log.outcomes[entry.outcome]}</Badge>
  );
  const columns: Column<Entry>[] = [
    {
      key: 'when',
      header: m.log.when,
      width: '120px',
      render: (entry) => (
        <time dateTime={entry.at} title={format.fullMoment(entry.at)}>
          {format.moment(entry.at)}
        </time>
      ),
    },
    {
      key: 'who',
      header: m.log.who,
      width: '110px',
      from: 700,
      render: (entry) => <span className="cut">{m.common.person(entry.actor)}</span>,
    },
    {
      key: 'what',
      header: m.log.what,
      width: '130px',
      from: 760,
      render: (entry) => <span className="cut">{m.log.categories[entry.category]}</span>,
    },
    {
      key: 'about',
      header: m.log.about,
      render: (entry) => (
        <span className="two" title={entry.message}>
          {entry.message}
        </span>
      ),
    },
    {
      key: 'connection',
      header: m.log.connection,
      width: '110px',
      from: 1000,
      render: (entry) => <span className="cut dim">{alias(entry.connectionId)}</span>,
    },
    { key: 'outcome', header: m.log.outcome, width: '140px', render: outcome },
  ];
  const filtered = Object.keys(given).length > 0;
  return (
    <>
      <Screen
        title={m.log.title}
        action={
          <Button
            variant="default"
            loading={file.busy}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() =>
              void file.run(
                async () =>
                  await download(
                    `/api/v1/action-log?${new URLSearchParams({ ...given, format: 'csv' }).toString()}`,
                    'psa-sync-action-log.csv',
                  ),
              )
            }
          >
            {m.log.export(rows.total)}
          </Button>
        }
      >
        <div className="filters">
          <TextInput
            className="search"
            type="search"
            aria-label={m.log.searchLabel}
            placeholder={m.log.searchLabel}
            defaultValue={given.search ?? ''}
            onChange={({ currentTarget }) => search(currentTarget.value)}
          />
          <NativeSelect
            aria-label={m.log.category}
            value={given.category ?? ''}
            onChange={({ currentTarget }) => set({ what: currentTarget.value })}
            data={[
              { value: '', label: `${m.log.category}: ${m.common.any}` },
              ...Object.entries(m.log.categories).map(([value, label]) => ({ value, label })),
            ]}
          />
          <NativeSelect
            aria-label={m.log.outcome}
            value={given.outcome ?? ''}
            onChange={({ currentTarget }) => set({ outcome: currentTarget.value })}
            data={[
              { value: '', label: `${m.log.outcome}: ${m.common.any}` },
              ...Object.entries(m.log.outcomes).map(([value, label]) => ({ value, label })),
            ]}
          />
          {(connections.data?.items.length ?? 0) > 1 && (
            <NativeSelect
              aria-label={m.log.connection}
              value={given.connectionId ?? ''}
              onChange={({ currentTarget }) => set({ connection: currentTarget.value })}
              data={[
                { value: '', label: `${m.log.connection}: ${m.common.any}` },
                ...(connections.data?.items ?? []).map(({ id, alias: label }) => ({ value: id, label })),
              ]}
            />
          )}
          <TextInput
            type="date"
            aria-label={m.log.from}
            value={given.from ?? ''}
            onChange={({ currentTarget }) => set({ from: currentTarget.value })}
          />
          <TextInput
            type="date"
            aria-label={m.log.to}
            value={given.to ?? ''}
            onChange={({ currentTarget }) => set({ to: currentTarget.value })}
          />
        </div>
        {file.error !== undefined && <ProblemNotice error={file.error} />}
        {rows.error && <ProblemNotice error={rows.error} retry={rows.again} />}
        {rows.loading ? (
          <GridSkeleton label={m.log.list} />
        ) : rows.total === 0 ? (
          <Empty title={filtered ? m.common.noMatch : m.log.empty}>
            {filtered && (
              <Button variant="default" onClick={() => setParams({})}>
                {m.common.clearFilters}
              </Button>
            )}
          </Empty>
        ) : (
          <Grid
            label={m.log.list}
            columns={columns}
            total={rows.total}
            at={rows.at}
            show={rows.show}
            stale={rows.stale}
            rowId={({ id }) => id}
            current={entryId ?? undefined}
            onOpen={(entry) => set({ entry: entry.id })}
            onActive={(entry) => {
              if (entryId && wide) set({ entry: entry.id }, true);
            }}
            onEscape={() => set({ entry: '' })}
            card={(entry) => (
              <>
                <div className="row between">
                  <span className="dim small">{format.moment(entry.at)}</span>
                  {outcome(entry)}
                </div>
                <div className="two">{entry.message}</div>
                <div className="dim small">
                  {m.common.person(entry.actor)} · {m.log.categories[entry.category]}
                </div>
              </>
            )}
            cardHeight={104}
          />
        )}
      </Screen>
      {open &&
        (wide ? (
          <aside className="panel" aria-label={m.log.detail(open.action)}>
            <div className="row end">
              <button
                type="button"
                className="iconbutton"
                aria-label={m.common.close}
                onClick={() => set({ entry: '' })}
              >
                <IconX size={16} aria-hidden />
              </button>
            </div>
            <Detail entry={open} />
          </aside>
        ) : (
          <Dialog
            title={m.log.categories[open.category]}
            onClose={() => set({ entry: '' })}
            cancel={m.common.close}
            size="lg"
          >
            <Detail entry={open} />
          </Dialog>
        ))}
    </>
  );
}

/** One entry in full: what it was before and after, changed fields only; Autotask's own words and ids. */
function Detail({ entry }: { entry: Entry }): ReactNode {
  const { before, after, details } = entry;
  const changed = changes(before, after);
  const words = (details as { autotask?: string[] } | null)?.autotask ?? [];
  const call = (details as { call?: { method: string; path: string; body?: unknown } } | null)?.call;
  const rest = Object.entries(details ?? {}).filter(([key]) => key !== 'call' && key !== 'autotask');
  return (
    <div className="stack">
      <p className="wrap strong">{entry.message}</p>
      <dl className="facts small">
        <dt>{m.log.when}</dt>
        <dd>{format.fullMoment(entry.at)}</dd>
        <dt>{m.log.who}</dt>
        <dd>{m.common.person(entry.actor)}</dd>
        <dt>{m.log.what}</dt>
        <dd className="mono">{entry.action}</dd>
        {rest.map(([key, value]) => (
          <FactRow key={key} name={key} value={value} />
        ))}
      </dl>
      {words.map((text) => (
        <p key={text} className="notice bad" lang="en">
          {m.log.words}: <q>{text}</q>
        </p>
      ))}
      {(before !== null || after !== null) && (
        <div className="region" role="region" tabIndex={0} aria-label={`${m.log.before}, ${m.log.after}`}>
          <table className="plain small">
            <thead>
              <tr>
                <th scope="col">{m.log.field}</th>
                <th scope="col">{m.log.before}</th>
                <th scope="col">{m.log.after}</th>
              </tr>
            </thead>
            <tbody>
              {changed.map(([field, was, is]) => (
                <tr key={field}>
                  <th scope="row">{field}</th>
                  <td className="wrap">{was}</td>
                  <td className="wrap">{is}</td>
                </tr>
              ))}
              {changed.length === 0 && (
                <tr>
                  <td colSpan={3}>{m.log.unchanged}</td>
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
      {call && (
        <details>
          <summary>{m.log.call}</summary>
          <p className="mono">
            {call.method} {call.path}
          </p>
          <pre>{JSON.stringify(call.body, undefined, 1)}</pre>
        </details>
      )}
      {entry.taskId && entry.connectionId && (
        <p>
          <Link to={`/c/${entry.connectionId}/tasks?view=all&task=${entry.taskId}`}>{m.log.task}</Link>
        </p>
      )}
    </div>
  );
}

function FactRow({ name, value }: { name: string; value: unknown }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
    </>
  );
}

/** Fields that differ, as text; a value that is no object is one field of its own. */
function changes(before: unknown, after: unknown): [string, string, string][] {
  const text = (value: unknown): string =>
    value === undefined || value === null ? m.common.none : typeof value === 'string' ? value : JSON.stringify(value);
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(before ?? {}) || !isObject(after ?? {})) return [['', text(before), text(after)]];
  const [from, to] = [(before ?? {}) as Record<string, unknown>, (after ?? {}) as Record<string, unknown>];
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .map((key): [string, string, string] => [key, text(from[key]), text(to[key])])
    .filter(([, was, is]) => was !== is);
}
