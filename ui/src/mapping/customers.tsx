import { Button, Checkbox, Menu, TextInput } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { useAddress } from '../app/address';
import { announce } from '../app/announce';
import { queryClient, useMay } from '../app/queries';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { Empty } from '../parts/empty';
import { Grid, GridSkeleton, type Column } from '../parts/grid';
import { ProblemNotice, useAct } from '../parts/problem';
import { useWindowed } from '../parts/windowed';
import {
  afterWords,
  agreeable,
  agreed,
  changesOf,
  companiesOf,
  effective,
  namesOf,
  sameName,
  untouched,
  whyWords,
  type CustomerEdit,
  type CustomerRow,
} from './customer-edits';
import { CustomerDialog, ReconcileDialog, suggestionBadge, UnmapDialog } from './customer-dialog';
import { MappingFrame } from './frame';
import { Earlier, Refusal, StagedBar, type RefusedLine } from './staged-bar';
import { useStaging } from './staging';

type CustomerPage = Schemas['CustomerPage'];

const VIEWS = ['unmapped', 'suggested', 'matched', 'staged', 'broken', 'rejected', 'all'] as const;
type View = (typeof VIEWS)[number];

/** The most rows that a save takes; more are saved in several, each all or none. */
const ROWS_A_SAVE = 1000;
const SUGGESTIONS_A_PAGE = 200;

interface Refused {
  index: number;
  code: string;
  message: string;
  customerId: string;
  current?: { version: number; companyIds: number[] };
}

interface Open {
  kind: 'change' | 'add' | 'unmap' | 'reconcile';
  row: CustomerRow;
}

/** A row with what is staged for it: its badge, and the words beside it. */
function standing(row: CustomerRow, edit: CustomerEdit | undefined): { tone: Tone; badge: string; why: string } {
  if (edit) {
    const mapping = changesOf({ ...edit, reject: [], restore: [] }).length > 0;
    return {
      tone: 'staged',
      badge: mapping
        ? edit.after.length === 0
          ? m.mapping.badges.stagedUnmap
          : m.mapping.badges.staged
        : edit.reject.length > 0
          ? m.customers.stagedReject
          : m.customers.stagedRestore,
      why: row.suggestions[0] ? whyWords(row.suggestions[0]) : '',
    };
  }
  if (row.state === 'broken') return { tone: 'bad', badge: m.mapping.badges.broken, why: row.broken?.message ?? '' };
  if (row.state === 'matched') return { tone: 'good', badge: m.mapping.badges.matched, why: '' };
  const [first, ...others] = row.suggestions;
  if (!first) return { tone: 'neutral', badge: m.mapping.badges.unmapped, why: m.mapping.noneFound };
  if (others.length > 0) return { tone: 'attention', badge: m.mapping.badges.several, why: whyWords(first) };
  return { tone: first.ambiguous ? 'attention' : 'ready', badge: suggestionBadge(first), why: whyWords(first) };
}

/** Customers and their companies: suggestions, staged changes, one save (reference/page-design §4.8). */
export function CustomersScreen({ conn }: { conn: string }): ReactNode {
  const { params, set, search } = useAddress();
  const navigate = useNavigate();
  const operator = useMay('operator');
  const admin = useMay('admin');
  const view: View = VIEWS.find((one) => one === params.get('status')) ?? 'unmapped';
  const q = params.get('q') ?? '';
  const staging = useStaging<CustomerEdit>('customers', conn);
  const staged = staging.rows;
  const [ticks, setTicks] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [opened, setOpened] = useState<Open>();
  const [uses, setUses] = useState<{ subscriptions: number; openTasks: number } | null>();
  const [refused, setRefused] = useState<{ rows: Refused[]; of: number }>();
  const saving = useAct();
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
  const dialog: Open | undefined = opened ?? (linked && { kind: 'change', row: linked });
  const setDialog = (next: Open | undefined): void => {
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

  const stage = (edits: (CustomerEdit | undefined)[], ids: string[]): void => {
    setRefused(undefined);
    saving.clear();
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
  /** Stages every unambiguous same-name suggestion, also of rows that are not loaded. */
  const takeAll = (): void =>
    void taking.run(async () => {
      const edits: Record<string, CustomerEdit> = {};
      for (let page = 1; ; page += 1) {
        const answer = await ok(
          api.GET('/api/v1/connections/{connectionId}/customers/suggestions', {
            params: { path: { connectionId: conn }, query: { page, pageSize: SUGGESTIONS_A_PAGE } },
          }),
        );
        for (const one of answer.items) {
          if (!one.exact || one.ambiguous || staged[one.customerId] || ticks.get(one.customerId) === false) continue;
          const { customerId, customerName, version } = one;
          const row: CustomerRow = {
            customer: { id: customerId, name: customerName, externalId: null, status: 'active' },
            state: 'unmapped',
            version,
            autoSync: false,
            mappings: [],
            suggestions: [one],
            rejected: [],
            broken: null,
          };
          edits[customerId] = agreed(row, one);
        }
        if (page * SUGGESTIONS_A_PAGE >= answer.total) break;
      }
      staging.stage(edits);
      toast('good', m.customers.takenAll(Object.keys(edits).length));
    });

  const save = async (): Promise<boolean> => {
    const all = Object.values(staged);
    const parts: CustomerEdit[][] = [[]];
    for (const edit of all) {
      const size = parts.at(-1)!.flatMap(changesOf).length;
      if (size + changesOf(edit).length > ROWS_A_SAVE) parts.push([]);
      parts.at(-1)!.push(edit);
    }
    let saved = 0;
    setRefused(undefined);
    const done = await saving.run(async () => {
      for (const part of parts) {
        const body = part.flatMap(changesOf);
        try {
          await ok(
            api.PUT('/api/v1/connections/{connectionId}/customers/mappings', {
              params: { path: { connectionId: conn } },
              body,
            }),
          );
        } catch (error) {
          if (error instanceof ApiProblem && Array.isArray(error.body.rows))
            setRefused({ rows: error.body.rows as Refused[], of: part.length });
          throw error;
        }
        saved += part.length;
        staging.stage(Object.fromEntries(part.map(({ row }) => [row.customer.id, undefined])));
      }
    });
    if (saved > 0) {
      setTicks(new Map());
      toast(done ? 'good' : 'attention', done ? m.mapping.savedN(saved) : m.staging.tooMany(saved, all.length - saved));
      for (const key of [
        ['customers', conn],
        ['subscriptions', conn],
        ['pick', conn],
      ])
        void queryClient.invalidateQueries({ queryKey: key });
    }
    return done;
  };

  const openUnmap = (row: CustomerRow): void => {
    setDialog({ kind: 'unmap', row });
    setUses(null);
    void ok(
      api.PUT('/api/v1/connections/{connectionId}/customers/mappings', {
        params: { path: { connectionId: conn }, query: { dryRun: true } },
        body: changesOf({ ...untouched(row), after: [] }),
      }),
    ).then(
      ({ affected }) => setUses(affected),
      () => setUses(undefined),
    );
  };
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
    const edit = staged[row.customer.id];
    const own = companiesOf(row);
    const [first, ...others] = row.suggestions;
    const text = edit
      ? changesOf({ ...edit, reject: [], restore: [] }).length > 0
        ? namesOf(edit.after)
        : own.length > 0
          ? namesOf(own)
          : m.common.none
      : own.length > 0
        ? namesOf(own)
        : others.length > 0
          ? m.customers.candidates(row.suggestions.length)
          : (first?.companyName ?? m.common.none);
    return (
      <span className="two" title={text}>
        {text}
      </span>
    );
  };
  const state = (row: CustomerRow): ReactNode => {
    const { tone, badge } = standing(row, staged[row.customer.id]);
    return <Badge tone={tone}>{badge}</Badge>;
  };
  const acts = (row: CustomerRow, active: boolean): ReactNode => {
    const { id, name } = row.customer;
    const tab = active ? 0 : -1;
    const edit = staged[id];
    const suggestion = agreeable(row);
    return (
      <span className="row" style={{ flexWrap: 'nowrap', justifyContent: 'flex-end' }}>
        {operator &&
          (edit ? (
            <Button
              size="compact-xs"
              variant="default"
              tabIndex={tab}
              aria-label={m.staging.undo(name)}
              onClick={() => stage([undefined], [id])}
            >
              {m.mapping.undoStage}
            </Button>
          ) : row.state === 'unmapped' && suggestion ? (
            <Button
              size="compact-xs"
              variant="default"
              tabIndex={tab}
              aria-label={m.customers.takeFor(suggestion.companyName, name)}
              onClick={() => agree(row)}
            >
              {m.customers.use}
            </Button>
          ) : row.state !== 'matched' ? (
            <Button
              size="compact-xs"
              variant="default"
              tabIndex={tab}
              aria-label={m.customers.mapName(row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map, name)}
              onClick={() => openMap(row)}
            >
              {row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map}
            </Button>
          ) : null)}
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="iconbutton" tabIndex={tab} aria-label={m.customers.moreFor(name)}>
              <IconDots size={16} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {operator && (
              <Menu.Item onClick={() => openMap(row)}>
                {row.mappings.length > 0 ? m.mapping.change : m.mapping.map}
              </Menu.Item>
            )}
            {operator && row.mappings.length > 0 && (
              <Menu.Item
                onClick={() => openMap(row, 'add')}
                disabled={row.mappings.some(({ otherCustomerIds }) => otherCustomerIds.length > 0)}
              >
                {m.mapping.add}
              </Menu.Item>
            )}
            {operator && row.mappings.length > 0 && (
              <Menu.Item onClick={() => openUnmap(row)}>{m.mapping.unmap}…</Menu.Item>
            )}
            {operator && row.state === 'unmapped' && row.suggestions.length > 0 && (
              <Menu.Item onClick={() => reject(row)}>{m.mapping.reject}</Menu.Item>
            )}
            {operator && row.state === 'matched' && (
              <Menu.Item onClick={() => setDialog({ kind: 'reconcile', row })}>{m.customers.reconcile}</Menu.Item>
            )}
            {admin && (
              <Menu.Item onClick={() => autoSync(row, !row.autoSync)}>
                {row.autoSync ? m.mapping.autoOff : m.mapping.autoOn}
              </Menu.Item>
            )}
            <Menu.Item onClick={() => void navigate(`/c/${conn}/tasks?view=all&customer=${encodeURIComponent(id)}`)}>
              {m.mapping.showTasks}
            </Menu.Item>
            <Menu.Item
              onClick={() => void navigate(`/log?connection=${conn}&what=mapping&q=${encodeURIComponent(name)}`)}
            >
              {m.mapping.showHistory}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
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
        const { why } = standing(row, staged[row.customer.id]);
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
    { key: 'act', header: m.tasks.columns.act, width: '132px', render: (row, _, active) => acts(row, active) },
  ];

  const refusedLines: RefusedLine[] = [
    ...new Map((refused?.rows ?? []).map((one) => [one.customerId, one])).values(),
  ].map(({ customerId, message, current }) => {
    const edit = staged[customerId];
    const now = current?.companyIds.map((id) => ({
      id,
      name: edit?.after.find((one) => one.id === id)?.name ?? m.common.companyNumber(id),
    }));
    const drop = (): void =>
      setRefused((old) => old && { ...old, rows: old.rows.filter((one) => one.customerId !== customerId) });
    return {
      id: customerId,
      name: edit?.row.customer.name ?? customerId,
      message,
      theirs: now && namesOf(now),
      keepTheirs: () => {
        staging.stage({ [customerId]: undefined });
        drop();
      },
      useMine:
        edit && current && now
          ? () => {
              const row: CustomerRow = {
                ...edit.row,
                version: current.version,
                mappings: now.map(({ id, name }) => ({
                  companyId: id,
                  companyName: name,
                  companyActive: true,
                  otherCustomerIds: [],
                  version: current.version,
                  mappedBy: '',
                  mappedAt: '',
                })),
              };
              staging.stage({ [customerId]: effective({ ...edit, row }) });
              drop();
            }
          : undefined,
    };
  });

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
          if (one === 'rejected' && n === 0 && view !== 'rejected') return null;
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
        <TextInput
          className="search"
          type="search"
          aria-label={m.mapping.searchLabel}
          placeholder={m.mapping.searchLabel}
          defaultValue={q}
          key={q === '' ? 'empty' : 'filled'}
          onChange={({ currentTarget }) => search(currentTarget.value)}
        />
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
      {saving.error !== undefined && !(refused && refusedLines.length === 0) && (
        <Refusal error={saving.error} lines={refusedLines} of={refused?.of ?? staging.size} />
      )}
      {taking.error !== undefined && <ProblemNotice error={taking.error} retry={takeAll} />}
      {rows.error && <ProblemNotice error={rows.error} retry={rows.again} />}
      {rows.loading ? (
        rows.error ? null : (
          <GridSkeleton label={m.mapping.list} />
        )
      ) : total === 0 ? (
        <NoCustomers view={view} q={q} all={counts?.all ?? 0} clear={() => set({ q: '' })} />
      ) : (
        <Grid
          key={view}
          label={m.mapping.list}
          columns={columns}
          total={total}
          at={at}
          show={view === 'staged' ? undefined : rows.show}
          stale={rows.stale}
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
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <span className="strong cut">{row.customer.name}</span>
                {state(row)}
              </div>
              {company(row)}
              <div className="row between" style={{ flexWrap: 'nowrap' }}>
                <span className="dim small cut">{standing(row, staged[row.customer.id]).why}</span>
                {acts(row, active)}
              </div>
            </>
          )}
          cardHeight={116}
        />
      )}
      {operator && (
        <StagedBar
          staging={staging}
          ticked={tickedRows.length}
          onConfirm={confirm}
          busy={saving.busy}
          save={save}
          lines={Object.values(staged).map((edit) => ({
            id: edit.row.customer.id,
            name: edit.row.customer.name,
            now: namesOf(companiesOf(edit.row)),
            after: afterWords(edit),
          }))}
        />
      )}
      {dialog && (dialog.kind === 'change' || dialog.kind === 'add') && (
        <CustomerDialog
          conn={conn}
          edit={staged[dialog.row.customer.id] ?? untouched(dialog.row)}
          how={dialog.kind}
          readOnly={!operator}
          onClose={() => setDialog(undefined)}
          onStage={(edit) => {
            stage([edit], [dialog.row.customer.id]);
            if (edit) announce(m.mapping.stagedSpoken(dialog.row.customer.name));
            setDialog(undefined);
          }}
        />
      )}
      {dialog?.kind === 'unmap' && (
        <UnmapDialog
          name={dialog.row.customer.name}
          uses={uses}
          {...(uses === undefined ? { body: m.customers.unmapPlain } : {})}
          onClose={() => setDialog(undefined)}
          onGo={() => {
            stage([effective({ ...untouched(dialog.row), after: [] })], [dialog.row.customer.id]);
            setDialog(undefined);
          }}
        />
      )}
      {dialog?.kind === 'reconcile' && (
        <ReconcileDialog
          conn={conn}
          customerId={dialog.row.customer.id}
          name={dialog.row.customer.name}
          onClose={() => setDialog(undefined)}
        />
      )}
    </MappingFrame>
  );
}

function NoCustomers(props: { view: View; q: string; all: number; clear(): void }): ReactNode {
  const { view, q, all, clear } = props;
  if (q !== '')
    return (
      <Empty title={m.common.noMatch}>
        <Button variant="default" onClick={clear}>
          {m.common.clearFilters}
        </Button>
      </Empty>
    );
  if (view === 'staged') return <Empty title={m.customers.emptyStaged} />;
  if (all === 0) return <Empty title={m.mapping.noCustomers} text={m.mapping.noCustomersText} />;
  return <Empty title={view === 'unmapped' ? m.mapping.allMapped : m.customers.emptyOther} />;
}
