import { Checkbox } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import { api, ok, type Schemas } from '../api/client';
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
import { SearchBox } from '../parts/search-box';
import { useWindowed } from '../parts/windowed';
import { UnmapDialog } from './customer-dialog';
import { MappingFrame } from './frame';
import { linesIn, placeOf, productNear, segmentsOf, type Plan } from './plan-segments';
import { ProductDialog } from './product-dialog';
import {
  agreeableService,
  effectiveEdit,
  fullName,
  periodWords,
  productChange,
  productStanding,
  refusedProductWords,
  serviceOf,
  serviceWords,
  type ProductEdit,
  type ProductRow,
  type RefusedProduct,
} from './product-edits';
import { createdWords } from './created-words';
import { RowActs, type RowAct } from './row-acts';
import { Earlier, Refusal, StagedBar } from './staged-bar';
import { useStagedSave } from './staged-save';
import { useStaging } from './staging';
import { isRenamed } from './standing';

const NewServiceDialog = lazy(async () => ({ default: (await import('./new-service')).NewServiceDialog }));

type ProductPage = Schemas['ProductPage'];
/** A row of the list: a plan, or a product of an open plan. */
type Line = { kind: 'plan'; plan: Plan; open: boolean } | { kind: 'product'; row: ProductRow };

/** Products grouped by plan, each with the service of its period (reference/page-design §4.9). */
export function ProductsScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const operator = useMay('operator');
  const q = params.get('q') ?? '';
  const hideMapped = params.get('hide') === 'mapped';
  const staging = useStaging<ProductEdit>('products', conn);
  const staged = staging.rows;
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<{ kind: 'map' | 'add' | 'unmap'; row: ProductRow }>();
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
  const at = (index: number): Line | undefined => {
    const place = placeOf(segments, index);
    if (!place) return undefined;
    if (place.product === undefined) return { kind: 'plan', plan: place.segment.plan, open: place.segment.open };
    const row = rows.at(place.product);
    return row && { kind: 'product', row };
  };
  const { show } = rows;
  const showLines = useCallback(
    (from: number, to: number) => show(productNear(segments, from), productNear(segments, to)),
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

  const saving = useStagedSave<ProductEdit, Schemas['ProductMappingChange'], RefusedProduct>({
    staging,
    idOf: ({ row }) => row.product.key,
    changesOf: (edit) => [productChange(edit)],
    put: async (body) =>
      await ok(
        api.PUT('/api/v1/connections/{connectionId}/products/mappings', {
          params: { path: { connectionId: conn } },
          body,
        }),
      ),
    touches: [
      ['products', conn],
      ['pick', conn],
    ],
    refused: refusedProductWords,
  });
  const stage = (row: ProductRow, edit: ProductEdit | undefined): void => {
    saving.forget();
    staging.stage({ [row.product.key]: edit });
    if (edit) announce(m.mapping.stagedSpoken(row.product.name));
  };
  const agree = (row: ProductRow): boolean => {
    const suggestion = agreeableService(row);
    if (!suggestion || row.state !== 'unmapped') return false;
    stage(row, { row, after: { id: suggestion.serviceId, name: suggestion.serviceName } });
    return true;
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
      className="link strong"
      style={{
        textAlign: 'start',
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
      {line.open ? (
        <IconChevronDown size={16} style={{ flex: 'none' }} aria-hidden />
      ) : (
        <IconChevronRight size={16} style={{ flex: 'none' }} aria-hidden />
      )}
      <span className="two">{m.products.plan(line.plan.name)}</span>
    </button>
  );
  const service = (row: ProductRow): ReactNode => {
    const text = serviceWords(row, staged[row.product.key]);
    return (
      <span className="two" title={text}>
        {text}
      </span>
    );
  };
  const state = (row: ProductRow): ReactNode => {
    const { tone, badge } = productStanding(row, staged[row.product.key]);
    return <Badge tone={tone}>{badge}</Badge>;
  };
  /** The next thing to do with a row. */
  const firstAct = (row: ProductRow): RowAct | undefined => {
    const full = fullName(row.product);
    const suggestion = agreeableService(row);
    if (staged[row.product.key])
      return { label: m.mapping.undoStage, name: m.staging.undo(full), run: () => stage(row, undefined) };
    if (row.state === 'unmapped' && suggestion)
      return { label: m.customers.use, name: m.products.takeFor(suggestion.serviceName, full), run: () => agree(row) };
    if (row.state === 'matched') return undefined;
    if (isRenamed(row.broken))
      return {
        label: m.mapping.same,
        name: m.mapping.sameFor(full),
        run: () => stage(row, { row, after: serviceOf(row), same: true }),
      };
    const label = row.suggestions.length > 0 ? m.mapping.choose : m.mapping.map;
    return { label, name: m.products.mapName(label, full), run: () => openMap(row) };
  };
  const acts = (row: ProductRow, active: boolean): ReactNode =>
    operator &&
    row.product.cycle.needsService && (
      <RowActs
        more={m.products.moreFor(fullName(row.product))}
        active={active}
        first={firstAct(row)}
        acts={[
          { label: row.mapping ? m.mapping.change : m.mapping.map, run: () => openMap(row) },
          row.mapping !== null && { label: `${m.mapping.unmap}…`, run: () => setDialog({ kind: 'unmap', row }) },
          { label: m.mapping.addProduct, run: () => setDialog({ kind: 'add', row }) },
        ]}
      />
    );
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
        const { why } = productStanding(row, staged[row.product.key]);
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

  return (
    <MappingFrame
      conn={conn}
      title={m.mapping.products}
      documentTitle={`${m.mapping.products} (${format.count(rows.total)})`}
      asOf={rows.first?.asOf.services}
      asOfWords={m.staging.servicesAsOf}
    >
      <div className="filters">
        <SearchBox label={m.products.search} value={q} onSearch={(text) => set({ q: text }, true)} />
        <Checkbox
          label={m.mapping.hideMapped}
          checked={hideMapped}
          onChange={({ currentTarget }) => set({ hide: currentTarget.checked ? 'mapped' : '' })}
        />
      </div>
      <Earlier staging={staging} />
      {saving.isRefused && <Refusal error={saving.error} lines={saving.lines} of={saving.of} />}
      <WindowedList<Line>
        rows={{ ...rows, total: linesIn(segments), at, show: showLines }}
        label={m.products.list}
        columns={columns}
        empty={
          q !== '' ? (
            <NoMatch clear={() => set({ q: '' })} />
          ) : hideMapped ? (
            <Empty title={m.products.allMapped} />
          ) : (
            <Empty title={m.products.empty} text={m.products.emptyText} />
          )
        }
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
      {operator && (
        <StagedBar
          staging={staging}
          busy={saving.busy}
          save={saving.save}
          lines={Object.values(staged).map(({ row, after, same }) => ({
            id: row.product.key,
            name: fullName(row.product),
            now: serviceOf(row)?.name ?? m.customers.none,
            after: same ? m.mapping.sameWords(after?.name ?? '') : (after?.name ?? m.customers.none),
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
              const { tone, text } = createdWords(view);
              toast(tone, text);
            }}
          />
        </Suspense>
      )}
    </MappingFrame>
  );
}
