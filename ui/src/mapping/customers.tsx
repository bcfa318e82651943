import { Button, Checkbox } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { useAddress } from '../app/address';
import { announce } from '../app/announce';
import { queryClient, useMay } from '../app/queries';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Empty } from '../parts/empty';
import type { Column } from '../parts/grid';
import { NoMatch, WindowedList } from '../parts/windowed-list';
import { ProblemNotice, useAct } from '../parts/problem';
import { SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import {
  afterWords,
  agreeable,
  agreed,
  changesOf,
  companiesOf,
  companyWords,
  customerStanding,
  effective,
  namesOf,
  refusedWords,
  sameName,
  stillSame,
  untouched,
  type CustomerEdit,
  type CustomerRow,
  type RefusedCustomer,
} from './customer-edits';
import { CustomerDialogs, type CustomerAct } from './customer-dialogs';
import { MappingFrame } from './frame';
import { RowActs, type RowAct } from './row-acts';
import { sameNameEdits } from './same-names';
import { Earlier, Refusal, StagedBar } from './staged-bar';
import { useStagedSave } from './staged-save';
import { useStaging } from './staging';
import { isRenamed } from './standing';

type CustomerPage = Schemas['CustomerPage'];

const VIEWS = ['unmapped', 'suggested', 'matched', 'staged', 'broken', 'rejected', 'all'] as const;
type View = (typeof VIEWS)[number];

/** Customers and their companies: suggestions, staged changes, one save (reference/page-design §4.8). */
export function CustomersScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const navigate = useNavigate();
  const operator = useMay('operator');
  const admin = useMay('admin');
  const view: View = VIEWS.find((one) => one === params.get('status')) ?? 'unmapped';
  const q = params.get('q') ?? '';
  const staging = useStaging<CustomerEdit>('customers', conn);
  const staged = staging.rows;
  const [ticks, setTicks] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [opened, setOpened] = useState<CustomerAct>();
  const taking = useAct();
  const rows = useWindowed<CustomerRow, CustomerPage>(
    ['customers', conn, view === 'staged' ? 'all' : view, q],
    async (page, pageSize) =>
      await ok(
        api.GET('/api/v1/connections/{connectionId}/customers', {
          params: {
            path: { connectionId: conn },
            query: { page, pageSize, status: view === 'staged' ? 'all' : view, ...(q ? { search: q } : {}) },
          },
        }),
      ),
  );
  const stagedRows = Object.values(staged)
    .map(({ row }) => row)
    .sort((a, b) => a.customer.name.localeCompare(b.customer.name));
  const total = view === 'staged' ? stagedRows.length : rows.total;
  const at = (index: number): CustomerRow | undefined => (view === 'staged' ? stagedRows[index] : rows.at(index));
  const counts = rows.first?.counts;

  useEffect(() => {
    if (rows.first && !rows.stale) announce(m.common.found(rows.total));
  }, [rows.total, rows.stale, rows.first]);

  // A link to one customer opens it once it is here.
  const wanted = params.get('open');
  const linked = wanted ? rows.loaded.find(({ row }) => row.customer.id === wanted)?.row : undefined;
  const dialog: CustomerAct | undefined = opened ?? (linked && { kind: 'change', row: linked });
  const setDialog = (next: CustomerAct | undefined): void => {
    if (wanted) set({ open: '' }, true);
    setOpened(next);
  };

  const ticked = (row: CustomerRow): boolean =>
    staged[row.customer.id] === undefined && (ticks.get(row.customer.id) ?? sameName(row) !== undefined);
  const tickable = (row: CustomerRow): boolean =>
    operator && row.state === 'unmapped' && staged[row.customer.id] === undefined && agreeable(row) !== undefined;
  const shownRows = view === 'staged' ? [] : rows.loaded.map(({ row }) => row);
  const tickedRows = operator ? shownRows.filter((row) => tickable(row) && ticked(row)) : [];
  const sameNameTotal = view === 'suggested' && rows.total > shownRows.length;

  const saving = useStagedSave<CustomerEdit, Schemas['CustomerMappingChange'], RefusedCustomer>({
    staging,
    idOf: ({ row }) => row.customer.id,
    changesOf,
    put: async (body) =>
      await ok(
        api.PUT('/api/v1/connections/{connectionId}/customers/mappings', {
          params: { path: { connectionId: conn } },
          body,
        }),
      ),
    touches: [
      ['customers', conn],
      ['subscriptions', conn],
      ['pick', conn],
    ],
    refused: refusedWords,
    onSaved: () => setTicks(new Map()),
  });
  const stage = (edits: (CustomerEdit | undefined)[], ids: string[]): void => {
    saving.forget();
    staging.stage(Object.fromEntries(ids.map((id, index) => [id, edits[index]])));
  };
  const confirm = (): void => {
    stage(
      tickedRows.map((row) => agreed(row, agreeable(row)!)),
      tickedRows.map(({ customer }) => customer.id),
    );
    announce(m.staging.count(staging.size + tickedRows.length));
  };
  const agree = (row: CustomerRow): boolean => {
    const suggestion = agreeable(row);
    if (!suggestion || row.state !== 'unmapped') return false;
    stage([agreed(row, suggestion)], [row.customer.id]);
    announce(m.mapping.stagedSpoken(row.customer.name));
    return true;
  };
  const reject = (row: CustomerRow): boolean => {
    const suggestion = row.suggestions[0];
    if (!suggestion || row.state !== 'unmapped') return false;
    const old = staged[row.customer.id] ?? untouched(row);
    const wrong = row.suggestions
      .filter(({ companyId }) => !old.reject.some(({ id }) => id === companyId))
      .slice(0, 1)
      .map(({ companyId, companyName }) => ({ id: companyId, name: companyName }));
    stage([effective({ ...old, after: companiesOf(row), reject: [...old.reject, ...wrong] })], [row.customer.id]);
    announce(m.mapping.rejected(row.customer.name));
    return true;
  };
  const takeAll = (): void =>
    void taking.run(async () => {
      const edits = await sameNameEdits(conn, (id) => staged[id] !== undefined || ticks.get(id) === false);
      staging.stage(edits);
      toast('good', m.customers.takenAll(Object.keys(edits).length));
    });

  const openMap = (row: CustomerRow, kind: 'change' | 'add' = 'change'): void => setDialog({ kind, row });
  const autoSync = (row: CustomerRow, on: boolean): void =>
    void ok(
      api.PATCH('/api/v1/connections/{connectionId}/customers/{customerId}', {
        params: { path: { connectionId: conn, customerId: row.customer.id } },
        body: { autoSync: on },
      }),
    ).then(
      () => {
        void queryClient.invalidateQueries({ queryKey: ['customers', conn] });
        toast('good', on ? m.customers.autoOn(row.customer.name) : m.customers.autoOff(row.customer.name));
      },
      (error: unknown) => toast('bad', error instanceof ApiProblem ? error.message : m.problem.of.UNEXPECTED.happened),
    );

  const company = (row: CustomerRow): ReactNode => {
    const text = companyWords(row, staged[row.customer.id]);
    return (
      <span className="two" title={text}>
        {text}
      </span>
    );
  };
  const state = (row: CustomerRow): ReactNode => {
    const { tone, badge } = customerStanding(row, staged[row.customer.id]);
    return <Badge tone={tone}>{badge}</Badge>;
  };
  const same = (row: CustomerRow): void => {
    stage([stillSame(row)], [row.customer.id]);
    announce(m.mapping.stagedSpoken(row.customer.name));
  };
  /** The next thing to do with a row. */
  const firstAct = (row: CustomerRow): RowAct | undefined => {
    const { id, name } = row.customer;
    const suggestion = agreeable(row);
    if (staged[id])
      return { label: m.mapping.undoStage, name: m.staging.undo(name), run: () => stage([undefined], [id]) };
    if (row.state === 'unmapped' && suggestion)
      return { label: m.customers.use, name: m.customers.takeFor(suggestion.companyName, name), run: () => agree(row) };
    if (row.state === 'matched') return undefined;
    if (isRenamed(row.broken)) return { label: m.mapping.same, name: m.mapping.sameFor(name), run: () => same(row) };
    const label = row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map;
    return { label, name: m.customers.mapName(label, name), run: () => openMap(row) };
  };
  const acts = (row: CustomerRow, active: boolean): ReactNode => {
    const { id, name } = row.customer;
    const isMapped = row.mappings.length > 0;
    const companyHasMany = row.mappings.some(({ otherCustomerIds }) => otherCustomerIds.length > 0);
    const open = (kind: CustomerAct['kind']) => () => setDialog({ kind, row });
    return (
      <RowActs
        more={m.customers.moreFor(name)}
        active={active}
        first={operator ? firstAct(row) : undefined}
        acts={[
          ...(operator
            ? [
                { label: isMapped ? m.mapping.change : m.mapping.map, run: () => openMap(row) },
                isMapped && { label: m.mapping.add, run: open('add'), disabled: companyHasMany },
                isMapped && { label: m.mapping.changeCustomer, run: open('changeCustomer') },
                isMapped && {
                  label: m.mapping.addCustomer,
                  run: open('addCustomer'),
                  disabled: row.mappings.length > 1,
                },
                isMapped && { label: `${m.mapping.unmap}…`, run: open('unmap') },
                row.state === 'unmapped' &&
                  row.suggestions.length > 0 && { label: m.mapping.reject, run: () => reject(row) },
                row.state === 'matched' && { label: m.customers.reconcile, run: open('reconcile') },
              ]
            : []),
          admin && {
            label: row.autoSync ? m.mapping.autoOff : m.mapping.autoOn,
            run: () => autoSync(row, !row.autoSync),
          },
          {
            label: m.mapping.showTasks,
            run: () => void navigate(`/c/${conn}/tasks?view=all&customer=${encodeURIComponent(id)}`),
          },
          {
            label: m.mapping.showHistory,
            run: () => void navigate(`/log?connection=${conn}&what=mapping&q=${encodeURIComponent(name)}`),
          },
        ]}
      />
    );
  };
  const columns: Column<CustomerRow>[] = [
    {
      key: 'customer',
      header: m.mapping.customer,
      render: ({ customer }) => (
        <span className="two" title={customer.name}>
          {customer.name}
        </span>
      ),
    },
    { key: 'company', header: m.mapping.company, render: company },
    { key: 'state', header: m.mapping.state, width: '178px', render: state },
    {
      key: 'why',
      header: m.mapping.why,
      from: 860,
      render: (row) => {
        const { why } = customerStanding(row, staged[row.customer.id]);
        return (
          <span className="two dim small" title={why}>
            {why === '' ? m.common.none : why}
          </span>
        );
      },
    },
    {
      key: 'auto',
      header: m.mapping.autoSync,
      width: '104px',
      from: 1000,
      render: ({ state: place, autoSync: on }) =>
        place === 'unmapped' ? m.common.none : on ? m.mapping.on : m.mapping.off,
    },
    { key: 'act', header: m.tasks.columns.act, width: '148px', render: (row, _, active) => acts(row, active) },
  ];

  return (
    <MappingFrame
      conn={conn}
      title={m.mapping.customers}
      documentTitle={`${m.mapping.customers} (${format.count(total)})`}
      asOf={rows.first?.asOf.companies}
      links={
        <>
          {operator && <Link to={`/c/${conn}/mapping/import`}>{m.customers.importCustomers}</Link>}
          <Link to={`/c/${conn}/mapping/csv`}>{m.customers.csv}</Link>
        </>
      }
    >
      <nav className="tabs" aria-label={m.customers.views}>
        {VIEWS.map((one) => {
          const n = one === 'staged' ? staging.size : counts?.[one];
          if (one === 'rejected' && !n && view !== 'rejected') return null;
          return (
            <Link
              key={one}
              to={`?${new URLSearchParams({ status: one, ...(q ? { q } : {}) }).toString()}`}
              aria-current={one === view ? 'page' : undefined}
            >
              {m.customers.statuses[one]} <span className="count">{n === undefined ? '…' : format.count(n)}</span>
            </Link>
          );
        })}
      </nav>
      <div className="filters">
        <SearchBox label={m.mapping.searchLabel} value={q} onSearch={(text) => set({ q: text }, true)} />
        <Checkbox
          label={m.customers.onlyUnmapped}
          checked={view === 'unmapped'}
          onChange={({ currentTarget }) => set({ status: currentTarget.checked ? 'unmapped' : 'all' })}
        />
        {operator && sameNameTotal && (
          <Button variant="default" loading={taking.busy} onClick={takeAll}>
            {m.customers.takeAll}
          </Button>
        )}
      </div>
      <Earlier staging={staging} />
      {saving.isRefused && <Refusal error={saving.error} lines={saving.lines} of={saving.of} />}
      {taking.error !== undefined && <ProblemNotice error={taking.error} retry={takeAll} />}
      <WindowedList
        key={view}
        rows={{ ...rows, total, at, show: view === 'staged' ? undefined : rows.show }}
        label={m.mapping.list}
        columns={columns}
        empty={<NoCustomers view={view} q={q} all={counts?.all ?? 0} clear={() => set({ q: '' })} />}
        rowId={({ customer }) => customer.id}
        onOpen={(row) => openMap(row)}
        onKey={(key, row) => {
          if (!operator) return false;
          if (key === 'm') openMap(row);
          else if (key === 'y') {
            if (!agree(row)) {
              if (row.state !== 'unmapped') return false;
              openMap(row);
              return true;
            }
            return 'next';
          } else if (key === 'n') return reject(row) ? 'next' : false;
          else return false;
          return true;
        }}
        selection={
          operator
            ? {
                has: (id) => {
                  const row = shownRows.find(({ customer }) => customer.id === id);
                  return row !== undefined && tickable(row) && ticked(row);
                },
                can: tickable,
                nameOf: ({ customer }) => customer.name,
                toggle: (row, range) =>
                  setTicks((old) => {
                    const next = new Map(old);
                    if (range) for (const one of range) next.set(one.customer.id, true);
                    else next.set(row.customer.id, !ticked(row));
                    return next;
                  }),
              }
            : undefined
        }
        card={(row, _, active) => (
          <>
            <span className="strong cut">{row.customer.name}</span>
            <span className="cut">{company(row)}</span>
            {state(row)}
            <div className="row between" style={{ flexWrap: 'nowrap' }}>
              <span className="dim small cut">{customerStanding(row, staged[row.customer.id]).why}</span>
              {acts(row, active)}
            </div>
          </>
        )}
        cardHeight={116}
      />
      {operator && (
        <StagedBar
          staging={staging}
          ticked={tickedRows.length}
          onConfirm={confirm}
          busy={saving.busy}
          save={saving.save}
          lines={Object.values(staged).map((edit) => ({
            id: edit.row.customer.id,
            name: edit.row.customer.name,
            now: namesOf(companiesOf(edit.row)),
            after: afterWords(edit),
          }))}
        />
      )}
      {dialog && (
        <CustomerDialogs
          conn={conn}
          of={dialog}
          stagedOf={(id) => staged[id]}
          readOnly={!operator}
          onStage={(edits, ids) => {
            stage(edits, ids);
            setDialog(undefined);
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </MappingFrame>
  );
}

function NoCustomers(props: { view: View; q: string; all: number; clear(): void }): ReactNode {
  const { view, q, all, clear } = props;
  if (q !== '') return <NoMatch clear={clear} />;
  if (view === 'staged') return <Empty title={m.customers.emptyStaged} />;
  if (all === 0) return <Empty title={m.mapping.noCustomers} text={m.mapping.noCustomersText} />;
  return <Empty title={view === 'unmapped' ? m.mapping.allMapped : m.customers.emptyOther} />;
}
