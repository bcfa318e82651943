import { Button } from '@mantine/core';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok } from '../api/client';
import { useAddress } from '../app/address';
import { announce } from '../app/announce';
import { useMay } from '../app/queries';
import { Screen } from '../app/screen';
import { useMedia } from '../app/shell';
import * as format from '../format';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Empty } from '../parts/empty';
import type { Column } from '../parts/grid';
import { NoMatch, WindowedList } from '../parts/windowed-list';
import { SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import { secondLine, SYNC_TONES, SYNC_VIEWS, type SubscriptionPage, type SubscriptionRow, type SyncView } from './data';

const ContractDialog = lazy(async () => ({ default: (await import('./contract-dialog')).ContractDialog }));
const SubscriptionPanel = lazy(async () => ({ default: (await import('./panel')).SubscriptionPanel }));

/** Subscriptions with their contracts, lines and sync status (reference/page-design §4.12). */
export function SubscriptionsScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const operator = useMay('operator');
  const wide = useMedia('(min-width: 1200px)');
  const view: SyncView = SYNC_VIEWS.find((one) => one === params.get('status')) ?? 'all';
  const q = params.get('q') ?? '';
  const open = params.get('sub');
  const [mapping, setMapping] = useState<SubscriptionRow>();
  const rows = useWindowed<SubscriptionRow, SubscriptionPage>(
    ['subscriptions', conn, view, q],
    async (page, pageSize) =>
      await ok(
        api.GET('/api/v1/connections/{connectionId}/subscriptions', {
          params: {
            path: { connectionId: conn },
            query: { page, pageSize, status: view, ...(q ? { search: q } : {}) },
          },
        }),
      ),
  );
  useEffect(() => {
    if (rows.first && !rows.stale) announce(m.common.found(rows.total));
  }, [rows.total, rows.stale, rows.first]);
  const close = (): void => {
    set({ sub: '' });
    document.querySelector<HTMLElement>('.grid [tabindex="0"]')?.focus();
  };

  const items = (row: SubscriptionRow): ReactNode => (
    <span className="two">
      {row.items.map(({ productKey, name, quantity }, index) => (
        <span key={productKey}>
          {index > 0 && ', '}
          {name} <span style={{ whiteSpace: 'nowrap' }}>{format.count(Number(quantity))}</span>
        </span>
      ))}
    </span>
  );
  const contract = (row: SubscriptionRow, active: boolean): ReactNode => {
    if (row.contract) {
      const line = row.lines.map(({ productName }) => productName).join(', ');
      const text = `${row.contract.contractName ?? m.subs.contractNumber(row.contract.contractId)}${line ? ` › ${line}` : ''}`;
      return (
        <span className="stack tight" style={{ gap: 2 }}>
          <span className={row.contract.broken ? 'cut' : 'two'} title={text}>
            {text}
          </span>
          {row.contract.broken && <Badge tone="bad">{m.mapping.badges.broken}</Badge>}
        </span>
      );
    }
    return operator ? (
      <Button
        size="compact-xs"
        variant="default"
        tabIndex={active ? 0 : -1}
        aria-label={m.subs.mapName(row.name)}
        onClick={() => setMapping(row)}
      >
        {m.subs.mapTo}
      </Button>
    ) : (
      m.common.none
    );
  };
  const status = (row: SubscriptionRow): ReactNode => {
    const second = secondLine(row);
    return (
      <span className="stack tight" style={{ gap: 2 }}>
        <Badge tone={SYNC_TONES[row.status]}>{m.subscriptions.statuses[row.status]}</Badge>
        {second !== '' && <span className="dim small cut">{second}</span>}
      </span>
    );
  };
  const columns: Column<SubscriptionRow>[] = [
    {
      key: 'subscription',
      header: m.subscriptions.subscription,
      render: (row) => (
        <span className="stack tight" style={{ gap: 0 }}>
          <span className="cut" title={row.name}>
            {row.name}
          </span>
          <span className="mono dim">{row.subscriptionId}</span>
        </span>
      ),
    },
    {
      key: 'customer',
      header: m.subscriptions.customer,
      render: ({ customer }) => (
        <span className="two" title={customer.name ?? customer.id}>
          {customer.name ?? customer.id}
        </span>
      ),
    },
    { key: 'items', header: m.subscriptions.items, from: 720, render: items },
    { key: 'contract', header: m.subscriptions.contract, render: (row, _, active) => contract(row, active) },
    { key: 'sync', header: m.subscriptions.sync, width: '150px', render: status },
  ];
  return (
    <>
      <Screen
        title={m.subscriptions.title}
        documentTitle={`${m.subscriptions.title} (${format.count(rows.total)})`}
        needs="operator"
      >
        <nav className="tabs" aria-label={m.subs.views}>
          {SYNC_VIEWS.map((one) => (
            <Link
              key={one}
              to={`?${new URLSearchParams({ status: one, ...(q ? { q } : {}) }).toString()}`}
              aria-current={one === view ? 'page' : undefined}
            >
              {m.subscriptions.statuses[one]}{' '}
              <span className="count">{rows.first ? format.count(rows.first.counts[one]) : '…'}</span>
            </Link>
          ))}
        </nav>
        <div className="filters">
          <SearchBox label={m.subs.search} value={q} onSearch={(text) => set({ q: text }, true)} />
        </div>
        <WindowedList
          key={view}
          rows={rows}
          label={m.subscriptions.list}
          columns={columns}
          empty={
            q !== '' ? (
              <NoMatch clear={() => set({ q: '' })} />
            ) : rows.first && rows.first.counts.all > 0 ? (
              <Empty title={m.tasks.noTasks} />
            ) : (
              <Empty title={m.subscriptions.empty} text={m.subscriptions.emptyText} />
            )
          }
          rowId={({ id }) => id}
          current={open ?? undefined}
          onOpen={(row) => set({ sub: row.id }, open !== null)}
          onActive={(row) => {
            if (open && wide) set({ sub: row.id }, true);
          }}
          onEscape={() => {
            if (open) close();
          }}
          onKey={(key, row) => {
            if (key !== 'm' || !operator) return false;
            setMapping(row);
            return true;
          }}
          card={(row, _, active) => (
            <>
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <span className="strong cut">{row.customer.name ?? row.customer.id}</span>
                <Badge tone={SYNC_TONES[row.status]}>{m.subscriptions.statuses[row.status]}</Badge>
              </div>
              {items(row)}
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <span className="mono dim">{row.subscriptionId}</span>
                <span className="cut">{contract(row, active)}</span>
              </div>
            </>
          )}
          cardHeight={116}
        />
      </Screen>
      <Suspense fallback={null}>
        {open && (
          <SubscriptionPanel
            conn={conn}
            id={open}
            inline={wide}
            onClose={close}
            onMap={(row) => setMapping({ ...row })}
          />
        )}
        {mapping && <ContractDialog conn={conn} subscription={mapping} onClose={() => setMapping(undefined)} />}
      </Suspense>
    </>
  );
}
