import { Button, Checkbox, Menu, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDots } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
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
import { UnmapDialog } from './customer-dialog';
import { MappingFrame } from './frame';
import { ProductDialog } from './product-dialog';
import {
  agreeableService,
  effectiveEdit,
  periodWords,
  productChange,
  serviceOf,
  whyService,
  type ProductEdit,
  type ProductRow,
} from './product-edits';
import { Earlier, Refusal, StagedBar } from './staged-bar';
import { useStaging } from './staging';

const NewServiceDialog = lazy(async () => ({ default: (await import('./new-service')).NewServiceDialog }));

type ProductPage = Schemas['ProductPage'];
type Plan = Schemas['PlanView'];
/** A row of the list: a plan, or a product of an open plan. */
type Line = { kind: 'plan'; plan: Plan; open: boolean } | { kind: 'product'; row: ProductRow };

interface Refused {
  index: number;
  code: string;
  message: string;
  productKey: string;
  current?: { version: number; serviceId: number | null };
}

const ROWS_A_SAVE = 1000;

function standing(row: ProductRow, edit: ProductEdit | undefined): { tone: Tone; badge: string; why: string } {
  const [first, ...others] = row.suggestions;
  const why = first ? whyService(first) : '';
  if (edit) return { tone: 'staged', badge: edit.after ? m.mapping.badges.staged : m.mapping.badges.stagedUnmap, why };
  switch (row.state) {
    case 'broken':
      return { tone: 'bad', badge: m.mapping.badges.broken, why: row.broken?.message ?? '' };
    case 'matched':
      return {
        tone: 'good',
        badge: m.mapping.badges.matched,
        why:
          row.mapping && row.mapping.otherProductKeys.length > 0
            ? m.products.usedBy(row.mapping.otherProductKeys.length)
            : '',
      };
    case 'notNeeded':
      return {
        tone: 'muted',
        badge: m.mapping.badges.notNeeded,
        why: row.product.cycle.message ?? m.mapping.chargedOnly,
      };
    default:
      if (!first) return { tone: 'neutral', badge: m.mapping.badges.unmapped, why: m.mapping.noneFound };
      return others.length > 0
        ? { tone: 'attention', badge: m.mapping.badges.several, why }
        : { tone: first.ambiguous ? 'attention' : 'ready', badge: m.mapping.badges.suggested, why };
  }
}

/** Where each plan begins, in the list as drawn and in the server's order of products. */
interface Segment {
  plan: Plan;
  open: boolean;
  line: number;
  product: number;
  lines: number;
}

function segmentsOf(plans: readonly Plan[], closed: ReadonlySet<string>): Segment[] {
  const segments: Segment[] = [];
  for (const plan of plans) {
    const last = segments.at(-1);
    const open = !closed.has(plan.name);
    segments.push({
      plan,
      open,
      line: last ? last.line + last.lines : 0,
      product: last ? last.product + last.plan.products : 0,
      lines: 1 + (open ? plan.products : 0),
    });
  }
  return segments;
}

/** Products grouped by plan, each with the service of its period (reference/page-design §4.9). */
export function ProductsScreen({ conn }: { conn: string }): ReactNode {
  const { params, set, search } = useAddress();
  const operator = useMay('operator');
  const q = params.get('q') ?? '';
  const hideMapped = params.get('hide') === 'mapped';
  const staging = useStaging<ProductEdit>('products', conn);
  const staged = staging.rows;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<{ kind: 'map' | 'add' | 'unmap'; row: ProductRow }>();
  const [refused, setRefused] = useState<{ rows: Refused[]; of: number }>();
  const saving = useAct();
  const rows = useWindowed<ProductRow, ProductPage>(
    ['products', conn, q, hideMapped],
    async (page, pageSize) =>
      await ok(
        api.GET('/api/v1/connections/{connectionId}/products', {
          params: {
            path: { connectionId: conn },
            query: { page, pageSize, groupBy: 'plan', hideMapped, ...(q ? { search: q } : {}) },
          },
        }),
      ),
  );
  const plans = rows.first?.plans;
  const segments = useMemo(() => segmentsOf(plans ?? [], closed), [plans, closed]);
  const lines = segments.reduce((sum, segment) => sum + segment.lines, 0);
  const placeOf = (index: number): { segment: (typeof segments)[number]; product: number | undefined } | undefined => {
    const segment = segments.findLast((one) => one.line <= index);
    if (!segment) return undefined;
    return { segment, product: index === segment.line ? undefined : segment.product + index - segment.line - 1 };
  };
  const at = (index: number): Line | undefined => {
    const place = placeOf(index);
    if (!place) return undefined;
    if (place.product === undefined) return { kind: 'plan', plan: place.segment.plan, open: place.segment.open };
    const row = rows.at(place.product);
    return row && { kind: 'product', row };
  };
  const { show } = rows;
  const showLines = useCallback(
    (from: number, to: number) => {
      const productAt = (index: number): number => {
        const segment = segments.findLast((one) => one.line <= index);
        return segment ? segment.product + Math.max(0, Math.min(index - segment.line - 1, segment.plan.products)) : 0;
      };
      show(productAt(from), productAt(to));
    },
    [segments, show],
  );

  useEffect(() => {
    if (rows.first && !rows.stale) announce(m.common.found(rows.total));
  }, [rows.total, rows.stale, rows.first]);
  // A link to one product opens it once it is here.
  const wanted = params.get('open');
  const linked = wanted ? rows.loaded.find(({ row }) => row.product.key === wanted)?.row : undefined;
  const dialog = opened ?? (linked && operator ? { kind: 'map' as const, row: linked } : undefined);
  const setDialog = (next: typeof opened): void => {
    if (wanted) set({ open: '' }, true);
    setOpened(next);
  };

  const stage = (row: ProductRow, edit: ProductEdit | undefined): void => {
    setRefused(undefined);
    saving.clear();
    staging.stage({ [row.product.key]: edit });
    if (edit) announce(m.mapping.stagedSpoken(row.product.name));
  };
  const agree = (row: ProductRow): boolean => {
    const suggestion = agreeableService(row);
    if (!suggestion || row.state !== 'unmapped') return false;
    stage(row, { row, after: { id: suggestion.serviceId, name: suggestion.serviceName } });
    return true;
  };
  const save = async (): Promise<boolean> => {
    const all = Object.values(staged);
    let saved = 0;
    setRefused(undefined);
    const done = await saving.run(async () => {
      for (let from = 0; from < all.length; from += ROWS_A_SAVE) {
        const part = all.slice(from, from + ROWS_A_SAVE);
        try {
          await ok(
            api.PUT('/api/v1/connections/{connectionId}/products/mappings', {
              params: { path: { connectionId: conn } },
              body: part.map(productChange),
            }),
          );
        } catch (error) {
          if (error instanceof ApiProblem && Array.isArray(error.body.rows))
            setRefused({ rows: error.body.rows as Refused[], of: part.length });
          throw error;
        }
        saved += part.length;
        staging.stage(Object.fromEntries(part.map(({ row }) => [row.product.key, undefined])));
      }
    });
    if (saved > 0) {
      toast(done ? 'good' : 'attention', done ? m.mapping.savedN(saved) : m.staging.tooMany(saved, all.length - saved));
      for (const key of [
        ['products', conn],
        ['pick', conn],
      ])
        void queryClient.invalidateQueries({ queryKey: key });
    }
    return done;
  };
  const toggle = (name: string, open?: boolean): void =>
    setClosed((old) => {
      const next = new Set(old);
      if (open ?? old.has(name)) next.delete(name);
      else next.add(name);
      return next;
    });
  const openMap = (row: ProductRow): void => {
    if (row.product.cycle.needsService) setDialog({ kind: 'map', row });
  };

  const planButton = (line: Line & { kind: 'plan' }, active: boolean): ReactNode => (
    <button
      type="button"
      className="link strong cut"
      style={{
        textDecoration: 'none',
        fontWeight: 600,
        color: 'inherit',
        display: 'inline-flex',
        gap: 6,
        alignItems: 'center',
        maxWidth: '100%',
      }}
      tabIndex={active ? 0 : -1}
      aria-expanded={line.open}
      onClick={() => toggle(line.plan.name)}
    >
      {line.open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
      <span className="cut">{m.products.plan(line.plan.name)}</span>
    </button>
  );
  const service = (row: ProductRow): ReactNode => {
    const edit = staged[row.product.key];
    const own = serviceOf(row);
    const text = edit
      ? (edit.after?.name ?? m.customers.none)
      : own
        ? own.name
        : row.suggestions.length > 1
          ? m.customers.candidates(row.suggestions.length)
          : (row.suggestions[0]?.serviceName ?? m.common.none);
    return (
      <span className="two" title={text}>
        {text}
      </span>
    );
  };
  const state = (row: ProductRow): ReactNode => {
    const { tone, badge } = standing(row, staged[row.product.key]);
    return <Badge tone={tone}>{badge}</Badge>;
  };
  const acts = (row: ProductRow, active: boolean): ReactNode => {
    const { key, name } = row.product;
    const tab = active ? 0 : -1;
    const full = `${name}, ${periodWords(row.product.billingPeriod)}, ${periodWords(row.product.subscriptionPeriod)}`;
    const suggestion = agreeableService(row);
    if (!operator || !row.product.cycle.needsService) return null;
    return (
      <span className="row" style={{ flexWrap: 'nowrap', justifyContent: 'flex-end' }}>
        {staged[key] ? (
          <Button
            size="compact-xs"
            variant="default"
            tabIndex={tab}
            aria-label={m.staging.undo(full)}
            onClick={() => stage(row, undefined)}
          >
            {m.mapping.undoStage}
          </Button>
        ) : row.state === 'unmapped' && suggestion ? (
          <Button
            size="compact-xs"
            variant="default"
            tabIndex={tab}
            aria-label={m.products.takeFor(suggestion.serviceName, full)}
            onClick={() => agree(row)}
          >
            {m.customers.use}
          </Button>
        ) : row.state !== 'matched' ? (
          <Button
            size="compact-xs"
            variant="default"
            tabIndex={tab}
            aria-label={m.products.mapName(row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map, full)}
            onClick={() => openMap(row)}
          >
            {row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map}
          </Button>
        ) : null}
        <Menu position="bottom-end">
          <Menu.Target>
            <button type="button" className="iconbutton" tabIndex={tab} aria-label={m.products.moreFor(full)}>
              <IconDots size={16} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => openMap(row)}>{row.mapping ? m.mapping.change : m.mapping.map}</Menu.Item>
            {row.mapping && <Menu.Item onClick={() => setDialog({ kind: 'unmap', row })}>{m.mapping.unmap}…</Menu.Item>}
            <Menu.Item onClick={() => setDialog({ kind: 'add', row })}>{m.mapping.addProduct}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </span>
    );
  };
  const only = (render: (row: ProductRow, active: boolean) => ReactNode) => (line: Line, _: number, active: boolean) =>
    line.kind === 'product' ? render(line.row, active) : null;
  const columns: Column<Line>[] = [
    {
      key: 'product',
      header: m.mapping.product,
      render: (line, _, active) =>
        line.kind === 'plan' ? (
          planButton(line, active)
        ) : (
          <span className="stack tight" style={{ gap: 0, paddingInlineStart: 22 }}>
            <span className="cut" title={line.row.product.name}>
              {line.row.product.name}
            </span>
            <span className="mono dim cut">{line.row.product.mpn ?? line.row.product.id}</span>
          </span>
        ),
    },
    {
      key: 'billing',
      header: m.mapping.billing,
      width: '92px',
      render: (line) => (line.kind === 'product' ? periodWords(line.row.product.billingPeriod) : null),
    },
    {
      key: 'term',
      header: m.mapping.term,
      width: '92px',
      render: (line) => (line.kind === 'product' ? periodWords(line.row.product.subscriptionPeriod) : null),
    },
    {
      key: 'service',
      header: m.mapping.service,
      render: (line) =>
        line.kind === 'product' ? (
          service(line.row)
        ) : (
          <span className="dim">{m.mapping.plan(hideMapped ? 0 : line.plan.mapped, line.plan.products)}</span>
        ),
    },
    { key: 'state', header: m.mapping.state, width: '160px', render: only(state) },
    {
      key: 'why',
      header: m.mapping.why,
      from: 900,
      render: only((row) => {
        const { why } = standing(row, staged[row.product.key]);
        return (
          <span className="two dim small" title={why}>
            {why === '' ? m.common.none : why}
          </span>
        );
      }),
    },
    ...(operator
      ? [{ key: 'act', header: m.tasks.columns.act, width: '132px', render: only(acts) } satisfies Column<Line>]
      : []),
  ];

  const refusedLines = (refused?.rows ?? []).map(({ productKey, message, current }) => {
    const edit = staged[productKey];
    const drop = (): void =>
      setRefused((old) => old && { ...old, rows: old.rows.filter((one) => one.productKey !== productKey) });
    return {
      id: productKey,
      name: edit?.row.product.name ?? productKey,
      message,
      theirs: current ? (current.serviceId === null ? m.customers.none : `#${current.serviceId}`) : undefined,
      keepTheirs: () => {
        staging.stage({ [productKey]: undefined });
        drop();
      },
      useMine:
        edit && current
          ? () => {
              const mapping =
                current.serviceId === null
                  ? null
                  : {
                      serviceId: current.serviceId,
                      serviceName: null,
                      serviceActive: true,
                      otherProductKeys: [],
                      version: current.version,
                      mappedBy: '',
                      mappedAt: '',
                    };
              staging.stage({
                [productKey]: effectiveEdit({ ...edit, row: { ...edit.row, version: current.version, mapping } }),
              });
              drop();
            }
          : undefined,
    };
  });

  return (
    <MappingFrame
      conn={conn}
      title={m.mapping.products}
      documentTitle={`${m.mapping.products} (${format.count(rows.total)})`}
      asOf={rows.first?.asOf.services}
      asOfWords={m.staging.servicesAsOf}
    >
      <div className="filters">
        <TextInput
          className="search"
          type="search"
          aria-label={m.products.search}
          placeholder={m.products.search}
          defaultValue={q}
          key={q === '' ? 'empty' : 'filled'}
          onChange={({ currentTarget }) => search(currentTarget.value)}
        />
        <Checkbox
          label={m.mapping.hideMapped}
          checked={hideMapped}
          onChange={({ currentTarget }) => set({ hide: currentTarget.checked ? 'mapped' : '' })}
        />
      </div>
      <Earlier staging={staging} />
      {saving.error !== undefined && !(refused && refusedLines.length === 0) && (
        <Refusal error={saving.error} lines={refusedLines} of={refused?.of ?? staging.size} />
      )}
      {rows.error && <ProblemNotice error={rows.error} retry={rows.again} />}
      {rows.loading ? (
        rows.error ? null : (
          <GridSkeleton label={m.products.list} />
        )
      ) : rows.total === 0 ? (
        q !== '' ? (
          <Empty title={m.common.noMatch}>
            <Button variant="default" onClick={() => set({ q: '' })}>
              {m.common.clearFilters}
            </Button>
          </Empty>
        ) : hideMapped ? (
          <Empty title={m.products.allMapped} />
        ) : (
          <Empty title={m.products.empty} text={m.products.emptyText} />
        )
      ) : (
        <Grid<Line>
          label={m.products.list}
          columns={columns}
          total={lines}
          at={at}
          show={showLines}
          stale={rows.stale}
          rowId={(line) => (line.kind === 'plan' ? `plan:${line.plan.name}` : line.row.product.key)}
          rowClass={(line) => (line.kind === 'plan' ? 'group' : '')}
          onOpen={(line) => {
            if (line.kind === 'plan') toggle(line.plan.name);
            else openMap(line.row);
          }}
          onKey={(key, line) => {
            if (line.kind === 'plan') {
              if (key === 'ArrowRight') toggle(line.plan.name, true);
              else if (key === 'ArrowLeft') toggle(line.plan.name, false);
              else return false;
              return true;
            }
            if (!operator) return false;
            if (key === 'm') openMap(line.row);
            else if (key === 'y' && line.row.state === 'unmapped') {
              if (agree(line.row)) return 'next';
              openMap(line.row);
            } else return false;
            return true;
          }}
          card={(line, _, active) =>
            line.kind === 'plan' ? (
              <>
                {planButton(line, active)}
                <span className="dim">{m.mapping.plan(hideMapped ? 0 : line.plan.mapped, line.plan.products)}</span>
              </>
            ) : (
              <>
                <div className="row between" style={{ flexWrap: 'nowrap' }}>
                  <span className="strong cut">{line.row.product.name}</span>
                  {state(line.row)}
                </div>
                <span className="small dim cut">
                  {m.products.terms(
                    periodWords(line.row.product.billingPeriod),
                    periodWords(line.row.product.subscriptionPeriod),
                  )}
                </span>
                <div className="row between" style={{ flexWrap: 'nowrap' }}>
                  {service(line.row)}
                  {acts(line.row, active)}
                </div>
              </>
            )
          }
          cardHeight={112}
        />
      )}
      {operator && (
        <StagedBar
          staging={staging}
          busy={saving.busy}
          save={save}
          lines={Object.values(staged).map(({ row, after }) => ({
            id: row.product.key,
            name: `${row.product.name}, ${periodWords(row.product.billingPeriod)}, ${periodWords(row.product.subscriptionPeriod)}`,
            now: serviceOf(row)?.name ?? m.customers.none,
            after: after?.name ?? m.customers.none,
          }))}
        />
      )}
      {dialog?.kind === 'map' && (
        <ProductDialog
          conn={conn}
          edit={staged[dialog.row.product.key] ?? { row: dialog.row, after: serviceOf(dialog.row) }}
          readOnly={!operator}
          onClose={() => setDialog(undefined)}
          onAdd={() => setDialog({ kind: 'add', row: dialog.row })}
          onStage={(edit) => {
            stage(dialog.row, edit);
            setDialog(undefined);
          }}
        />
      )}
      {dialog?.kind === 'unmap' && (
        <UnmapDialog
          name={dialog.row.product.name}
          uses={undefined}
          body={m.products.unmapBody}
          onClose={() => setDialog(undefined)}
          onGo={() => {
            stage(dialog.row, { row: dialog.row, after: null });
            setDialog(undefined);
          }}
        />
      )}
      {dialog?.kind === 'add' && (
        <Suspense fallback={null}>
          <NewServiceDialog
            conn={conn}
            product={dialog.row.product}
            onClose={() => setDialog(undefined)}
            onExisting={(existing) => {
              stage(dialog.row, effectiveEdit({ row: dialog.row, after: existing }));
              setDialog(undefined);
            }}
            onCreated={(view) => {
              setDialog(undefined);
              staging.stage({ [dialog.row.product.key]: undefined });
              void queryClient.invalidateQueries({ queryKey: ['products', conn] });
              const notes = [
                view.mappingProblem
                  ? m.products.createdOnly(view.service.name, view.mappingProblem.message)
                  : m.products.created(view.service.name),
                view.foundAgain ? m.products.foundAgain : '',
                view.costWritten ? '' : m.products.costNotWritten,
              ];
              toast(view.mappingProblem ? 'attention' : 'good', notes.filter((note) => note !== '').join(' '));
            }}
          />
        </Suspense>
      )}
    </MappingFrame>
  );
}
