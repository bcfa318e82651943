import { NativeSelect } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { useAddress } from '../app/address';
import { useConnection } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { GROUPS, groupsOf } from './groups';
import { InsightsTabs } from './tabs';
import './insights.css';

export type InsightsData = Schemas['InsightsView'];

// The charting library is as large as the page itself: it comes after the first screen, and only here.
const loadCharts = () => import('./charts');
const TasksChart = lazy(async () => ({ default: (await loadCharts()).TasksChart }));
const UnitsChart = lazy(async () => ({ default: (await loadCharts()).UnitsChart }));
const RecurringChart = lazy(async () => ({ default: (await loadCharts()).RecurringChart }));

const RANGES = [7, 30, 90];
/** Products named in the sentence above the bars, and drawn as bars. */
const NAMED = 2;
const DRAWN = 15;

/** Pictures where people would rather look than read: each with a sentence and the same numbers as a table (reference/page-design §4.16). */
export function InsightsScreen({ conn }: { conn: string }): ReactNode {
  const { params, set } = useAddress();
  const currency = useConnection(conn)?.currency ?? '';
  const days = RANGES.find((one) => String(one) === params.get('range')) ?? 30;
  const { data, error, refetch } = useQuery<InsightsData, ApiProblem>({
    queryKey: ['insights', conn, days],
    queryFn: () =>
      ok(api.GET('/api/v1/connections/{id}/insights', { params: { path: { id: conn }, query: { days, months: 12 } } })),
  });
  const blank = data && data.units.total === 0 && data.states.length === 0;
  return (
    <Screen title={m.insights.title} kind="form" status={data && m.insights.asOf(format.day(data.asOf))}>
      <InsightsTabs conn={conn} />
      <div className="filters">
        <NativeSelect
          className="beside"
          label={m.insights.range}
          value={String(days)}
          onChange={({ currentTarget }) => set({ range: currentTarget.value })}
          data={RANGES.map((value) => ({ value: String(value), label: m.insights.ranges(value) }))}
        />
      </div>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Empty title={m.common.loading} />}
      {blank && (
        <Empty icon={IconChartBar} title={m.insights.empty}>
          <Link to={`/c/${conn}/tasks`}>{m.app.toTasks}</Link>
        </Empty>
      )}
      {data && !blank && (
        <div className="pictures">
          <TasksPicture data={data} conn={conn} />
          <RecurringPicture data={data} currency={currency} />
          <UnitsPicture data={data} conn={conn} />
        </div>
      )}
    </Screen>
  );
}

/** A picture: what it shows in words, then as a chart or as the table of the same numbers. */
function Picture(props: {
  title: string;
  sentence: string;
  chart: ReactNode;
  table: ReactNode;
  note?: string;
  wide?: boolean;
}): ReactNode {
  const { title, sentence, chart, table, note, wide } = props;
  const [asTable, setAsTable] = useState(false);
  return (
    <section className={`card stack tight${wide ? ' across' : ''}`} aria-label={title}>
      <div className="row between">
        <h2>{title}</h2>
        <span className="switch" role="group" aria-label={m.insights.viewOf(title)}>
          <button type="button" aria-pressed={!asTable} onClick={() => setAsTable(false)}>
            {m.insights.chart}
          </button>
          <button type="button" aria-pressed={asTable} onClick={() => setAsTable(true)}>
            {m.insights.table}
          </button>
        </span>
      </div>
      <p>{sentence}</p>
      {asTable ? (
        <div className="region pictured" role="region" tabIndex={0} aria-label={m.insights.tableOf(title)}>
          {table}
        </div>
      ) : (
        <Suspense fallback={<div className="pictured dim">{m.common.loading}</div>}>{chart}</Suspense>
      )}
      {note && <p className="dim small">{note}</p>}
    </section>
  );
}

function TasksPicture({ data, conn }: { data: InsightsData; conn: string }): ReactNode {
  const rows = data.tasks.map((day) => ({ date: day.date, ...groupsOf(day.states) }));
  const sum = (group: (typeof GROUPS)[number]): number => rows.reduce((total, row) => total + row[group], 0);
  const total = GROUPS.reduce((all, group) => all + sum(group), 0);
  const shown = GROUPS.filter((group) => sum(group) > 0);
  const views = { synced: 'synced', open: 'ready', needsYou: 'needsYou', failed: 'needsYou', left: 'all' };
  return (
    <Picture
      title={m.insights.tasks}
      sentence={m.insights.tasksText(sum('needsYou') + sum('failed'), total)}
      wide
      chart={<TasksChart rows={rows} groups={shown} />}
      table={
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.insights.day}</th>
              {shown.map((group) => (
                <th key={group} scope="col" className="num">
                  <Link to={`/c/${conn}/tasks?view=${views[group]}`}>{m.insights.groups[group]}</Link>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows
              .filter((row) => GROUPS.some((group) => row[group] > 0))
              .map((row) => (
                <tr key={row.date}>
                  <th scope="row">{format.day(row.date)}</th>
                  {shown.map((group) => (
                    <td key={group} className="num">
                      {format.count(row[group])}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      }
    />
  );
}

function RecurringPicture({ data, currency }: { data: InsightsData; currency: string }): ReactNode {
  const last = data.recurring.at(-1)!;
  return (
    <Picture
      title={m.insights.recurring(currency)}
      sentence={m.insights.recurringText(
        format.month(last.month),
        format.money(last.marketplace),
        format.money(last.autotask),
        currency,
      )}
      note={m.insights.autotaskNote}
      chart={<RecurringChart rows={data.recurring} />}
      table={
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.insights.month}</th>
              <th scope="col" className="num">
                {m.insights.marketplace}
              </th>
              <th scope="col" className="num">
                {m.insights.autotask}
              </th>
            </tr>
          </thead>
          <tbody>
            {data.recurring.map(({ month, marketplace, autotask }) => (
              <tr key={month}>
                <th scope="row">{format.month(month)}</th>
                <td className="num">{format.money(marketplace)}</td>
                <td className="num">{format.money(autotask)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

function UnitsPicture({ data, conn }: { data: InsightsData; conn: string }): ReactNode {
  const { items, total, differing } = data.units;
  const examples = items
    .slice(0, Math.min(NAMED, differing))
    .map(({ name, marketplace, autotask }) => m.insights.unitsOf(name, marketplace, autotask));
  if (differing > NAMED) examples.push(m.insights.more(differing - NAMED));
  return (
    <Picture
      title={m.insights.units}
      sentence={m.insights.unitsText(differing, examples.join(', '))}
      note={total > DRAWN ? `${m.insights.top(DRAWN, total)} ${m.insights.autotaskNote}` : m.insights.autotaskNote}
      chart={<UnitsChart rows={items.slice(0, DRAWN)} />}
      table={
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.insights.product}</th>
              <th scope="col">{m.insights.billed}</th>
              <th scope="col" className="num">
                {m.insights.marketplace}
              </th>
              <th scope="col" className="num">
                {m.insights.autotask}
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ productKey, name, cycle, marketplace, autotask }) => (
              <tr key={productKey}>
                <th scope="row" style={{ whiteSpace: 'normal' }}>
                  <Link to={`/c/${conn}/mapping/products?q=${encodeURIComponent(name)}`}>{name}</Link>
                </th>
                <td>{cycle === '' ? m.common.none : cycle}</td>
                <td className="num">{format.count(marketplace)}</td>
                <td className={`num${marketplace === autotask ? '' : ' strong'}`}>{format.count(autotask)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}
