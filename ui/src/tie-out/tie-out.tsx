import { Button, NativeSelect } from '@mantine/core';
import { IconChevronDown, IconChevronLeft, IconChevronRight, IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { useAddress } from '../app/address';
import { useConnection, useDashboard } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { InsightsTabs } from '../insights/tabs';
import { m } from '../messages';
import { Empty } from '../parts/empty';
import { GridSkeleton } from '../parts/grid-skeleton';
import { ProblemNotice } from '../parts/problem';
import './tie-out.css';

type Customer = Schemas['TieOutCustomerView'];
type Line = Schemas['TieOutLineView'];

/** Customers read at a time: each page is a reading of Autotask. */
const PAGE = 100;
/** Months offered, up to the one after the present. */
const MONTHS = 18;

/** `by` months later than one named `YYYY-MM`. */
function monthAfter(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  const index = year * 12 + number - 1 + by;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** What both sides charge in a month, customer by customer, every difference with its reason (WIN-5, reference/page-design §4.17). */
export function TieOutScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const currency = useConnection(conn)?.currency ?? '';
  const dashboard = useDashboard(conn);
  // The connection's own calendar: a sandbox may live in another year than the browser.
  const [opened] = useState(() => new Date().toISOString());
  const present = (dashboard.data?.lastCheckAt ?? opened).slice(0, 7);
  const month = /^\d{4}-\d{2}$/.test(params.get('month') ?? '') ? params.get('month')! : present;
  const customerId = params.get('customer') ?? '';
  const page = Math.max(1, Number(params.get('page') ?? '1') || 1);
  const { data, error, refetch, isFetching, dataUpdatedAt } = useQuery<Schemas['TieOutPage'], ApiProblem>({
    queryKey: ['tie-out', conn, month, customerId, page],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{id}/tie-out', {
          params: {
            path: { id: conn },
            query: { month, page, pageSize: PAGE, ...(customerId ? { customerId } : {}) },
          },
        }),
      ),
    enabled: dashboard.data !== undefined || params.has('month'),
    // A reading costs calls to Autotask: it is repeated when a person asks.
    staleTime: Infinity,
  });
  const go = (to: string): void => set({ month: to, page: '' });
  const latest = monthAfter(present > month ? present : month, 1);
  const months = Array.from({ length: MONTHS }, (_, index) => monthAfter(latest, -index));
  // Those that differ come first; within both, by name.
  const rows = [...(data?.items ?? [])].sort(
    (a, b) => Number(format.isZero(a.difference)) - Number(format.isZero(b.difference)),
  );
  const differing = rows.filter(({ difference }) => !format.isZero(difference)).length;
  return (
    <Screen
      title={m.tieOut.title}
      documentTitle={`${m.tieOut.title}, ${format.month(month)}`}
      kind="form"
      status={data && m.tieOut.summary(rows.length, differing)}
    >
      <InsightsTabs conn={conn} />
      <div className="filters">
        <NativeSelect
          label={m.tieOut.month}
          className="beside"
          value={month}
          onChange={({ currentTarget }) => go(currentTarget.value)}
          data={(months.includes(month) ? months : [month, ...months]).map((value) => ({
            value,
            label: format.month(value),
          }))}
        />
        <span className="row" style={{ gap: 0 }}>
          <button
            type="button"
            className="iconbutton"
            aria-label={m.tieOut.previous}
            onClick={() => go(monthAfter(month, -1))}
          >
            <IconChevronLeft size={16} aria-hidden />
          </button>
          <button
            type="button"
            className="iconbutton"
            aria-label={m.tieOut.next}
            onClick={() => go(monthAfter(month, 1))}
          >
            <IconChevronRight size={16} aria-hidden />
          </button>
        </span>
        {customerId !== '' && (
          <Button variant="default" onClick={() => set({ customer: '', page: '' })}>
            {m.tieOut.allCustomers}
          </Button>
        )}
        <span className="grow" />
        {data && (
          <span className="row dim small">
            {m.tieOut.readAt(format.moment(new Date(dataUpdatedAt).toISOString()))}
            <button type="button" className="link" disabled={isFetching} onClick={() => void refetch()}>
              {m.tieOut.readAgain}
            </button>
          </span>
        )}
      </div>
      <p className="dim small">{m.tieOut.intro}</p>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && (
        <>
          <p className="dim" role="status">
            {m.tieOut.reading}
          </p>
          <GridSkeleton label={m.tieOut.region} />
        </>
      )}
      {data?.total === 0 && (
        <Empty icon={IconScale} title={m.tieOut.empty} text={m.tieOut.emptyText}>
          <Link to={`/c/${conn}/tasks`}>{m.app.toTasks}</Link>
        </Empty>
      )}
      {data && data.total > 0 && (
        <div className={`region${isFetching ? ' dimmed' : ''}`} role="region" tabIndex={0} aria-label={m.tieOut.region}>
          <table className="plain tie">
            <thead>
              <tr>
                <th scope="col">{m.tieOut.customer}</th>
                <th scope="col" className="num">
                  {m.tieOut.marketplace(currency)}
                </th>
                <th scope="col" className="num">
                  {m.tieOut.autotask(currency)}
                </th>
                <th scope="col" className="num">
                  {m.tieOut.difference}
                </th>
                <th scope="col">{m.tieOut.why}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <CustomerRows key={row.customerId} customer={row} currency={currency} open={rows.length === 1} />
              ))}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{m.tieOut.total}</th>
                <Amounts of={data.totals} currency={currency} />
                <td />
              </tr>
            </tfoot>
          </table>
        </div>
      )}
      {data && data.total > PAGE && (
        <nav className="row" aria-label={m.tieOut.region}>
          <Button variant="default" disabled={page <= 1} onClick={() => set({ page: String(page - 1) })}>
            {m.common.previous}
          </Button>
          <Button
            variant="default"
            disabled={page * PAGE >= data.total}
            onClick={() => set({ page: String(page + 1) })}
          >
            {m.common.next}
          </Button>
          <span className="dim small">
            {m.tieOut.page((page - 1) * PAGE + 1, Math.min(page * PAGE, data.total), data.total)}
          </span>
        </nav>
      )}
    </Screen>
  );
}

function Amounts(props: {
  of: { soldTotal: string; billedTotal: string; difference: string };
  currency: string;
}): ReactNode {
  const { of, currency } = props;
  return (
    <>
      <td className="num" data-label={m.tieOut.marketplace(currency)}>
        {format.money(of.soldTotal)}
      </td>
      <td className="num" data-label={m.tieOut.autotask(currency)}>
        {format.money(of.billedTotal)}
      </td>
      <td className={`num${format.isZero(of.difference) ? ' dim' : ' strong'}`} data-label={m.tieOut.difference}>
        {format.difference(of.difference)}
      </td>
    </>
  );
}

/** A customer, and below it, when opened, its lines. */
function CustomerRows(props: { customer: Customer; currency: string; open: boolean }): ReactNode {
  const { customer, currency } = props;
  const [open, setOpen] = useState(props.open);
  const codes = [...new Set(customer.lines.flatMap(({ reasons }) => reasons.map(({ code }) => code)))];
  return (
    <>
      <tr>
        <th scope="row" className="wrap">
          <Opener open={open} onToggle={() => setOpen(!open)} name={customer.customerName} label={m.tieOut.linesOf} />
        </th>
        <Amounts of={customer} currency={currency} />
        <td data-label={m.tieOut.why}>
          {codes.length === 0 ? <span className="dim">{m.tieOut.tiesOut}</span> : <Codes codes={codes} />}
        </td>
      </tr>
      {open && customer.lines.length === 0 && (
        <tr className="inner">
          <td colSpan={5} className="dim">
            {m.tieOut.nothing}
          </td>
        </tr>
      )}
      {open &&
        customer.lines.map((line, index) => (
          <LineRows
            key={`${line.contractServiceId ?? ''} ${line.contractId ?? ''} ${line.name} ${index}`}
            line={line}
            currency={currency}
          />
        ))}
    </>
  );
}

function LineRows({ line, currency }: { line: Line; currency: string }): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr className="inner">
        <th scope="row" className="wrap">
          <Opener open={open} onToggle={() => setOpen(!open)} name={line.name} label={m.tieOut.amountsOf} />
          {line.contractServiceId === null && <div className="dim small under">{m.tieOut.offLine}</div>}
        </th>
        <Amounts of={line} currency={currency} />
        <td data-label={m.tieOut.why}>
          {line.reasons.length === 0 ? (
            <span className="dim">{m.tieOut.tiesOut}</span>
          ) : (
            <ul className="reasons">
              {line.reasons.map(({ code, amount, message }, index) => (
                <li key={index}>
                  <span className={code === 'UNEXPLAINED' ? 'badtext strong' : 'strong'}>
                    {m.tieOut.codes[code] ?? code}
                  </span>{' '}
                  <span className="figures">{format.difference(amount)}</span>
                  <div className="dim small">{format.sentence(message)}</div>
                </li>
              ))}
            </ul>
          )}
        </td>
      </tr>
      {open && (
        <tr className="inner">
          <td colSpan={5}>
            <div className="sides">
              <Side
                title={m.tieOut.sold}
                rows={line.sold.map((one) => ({
                  date: one.date,
                  text: [
                    one.productName,
                    m.tieOut.soldKinds[one.kind] ?? one.kind,
                    ...(one.orderNumber ? [one.orderNumber] : []),
                  ].join(' · '),
                  sum: one.unitPrice ? `${format.count(one.quantity)} × ${format.price(one.unitPrice)}` : '',
                  amount: one.amount,
                }))}
              />
              <Side
                title={m.tieOut.billed}
                rows={line.billed.map((one) => ({
                  date: one.date,
                  text: [
                    one.name,
                    m.mapping.feeKinds[one.feeKind ?? ''] ?? m.tieOut.billedKinds[one.kind] ?? one.kind,
                  ].join(' · '),
                  sum: `${format.count(Number(one.quantity))} × ${format.price(one.rate)}`,
                  amount: one.amount,
                }))}
              />
            </div>
          </td>
        </tr>
      )}
    </>
  );
}

function Side(props: {
  title: string;
  rows: { date: string; text: string; sum: string; amount: string }[];
}): ReactNode {
  const { title, rows } = props;
  return (
    <div>
      <p className="side">{title}</p>
      {rows.length === 0 && <p className="dim">{m.tieOut.none}</p>}
      <dl className="sums">
        {rows.map(({ date, text, sum, amount }, index) => (
          <Fragment key={index}>
            <dt className="wrap">
              <span className="dim small">{format.day(date)}</span> {text} <span className="dim small">{sum}</span>
            </dt>
            <dd className="num">{format.money(amount)}</dd>
          </Fragment>
        ))}
      </dl>
    </div>
  );
}

function Codes({ codes }: { codes: string[] }): ReactNode {
  return codes.map((code, index) => (
    <span key={code} className={code === 'UNEXPLAINED' ? 'badtext strong' : undefined}>
      {index > 0 && ', '}
      {m.tieOut.codes[code] ?? code}
    </span>
  ));
}

function Opener(props: { open: boolean; onToggle(): void; name: string; label(name: string): string }): ReactNode {
  const { open, onToggle, name, label } = props;
  return (
    <button type="button" className="opener" aria-expanded={open} title={label(name)} onClick={onToggle}>
      {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
      <span>{name}</span>
    </button>
  );
}
