import '@mantine/charts/styles.layer.css';
import { BarChart, LineChart } from '@mantine/charts';
import type { ReactElement, ReactNode } from 'react';
import { useMedia } from '../app/shell';
import * as format from '../format';
import { m } from '../messages';
import type { Group } from './groups';
import type { InsightsData } from './insights';
import { dashOf, fillOf, Legend, Mark, Textures, type Series } from './swatches';

const GROUP_SERIES: Record<Group, Omit<Series, 'name' | 'label'>> = {
  synced: { color: 'var(--chart-synced)', texture: 'plain' },
  open: { color: 'var(--chart-open)', texture: 'dots' },
  needsYou: { color: 'var(--chart-needs)', texture: 'stripes' },
  failed: { color: 'var(--chart-failed)', texture: 'cross' },
  left: { color: 'var(--chart-left)', texture: 'empty' },
};
const SIDES: readonly Series<'marketplace' | 'autotask'>[] = [
  {
    name: 'marketplace',
    label: m.insights.marketplace,
    color: 'var(--chart-marketplace)',
    texture: 'plain',
  },
  { name: 'autotask', label: m.insights.autotask, color: 'var(--chart-autotask)', texture: 'stripes' },
];
const STILL = { isAnimationActive: false } as const;
const BAR = 34;

const amount = (value: number): string => format.money(value.toFixed(2));
/** Nothing is pointed at until somebody points: the library then asks for the words of no label. */
const labelled =
  (words: (label: string) => string) =>
  (label: ReactNode): ReactNode =>
    typeof label === 'string' && label !== '' ? words(label) : '';
/** A name as long as an axis has room for. */
const cut = (name: string, most: number): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name);

/** Tasks of each day, stacked by how they stand. */
export function TasksChart({
  rows,
  groups,
}: {
  rows: ({ date: string } & Record<Group, number>)[];
  groups: Group[];
}): ReactNode {
  const series = groups.map((name) => ({ name, label: m.insights.groups[name], ...GROUP_SERIES[name] }));
  return (
    <Drawn series={series}>
      <BarChart
        className="pictured"
        h={260}
        type="stacked"
        data={rows}
        dataKey="date"
        series={series.map(plainly)}
        tickLine="none"
        xAxisProps={{ tickFormatter: format.shortDay, minTickGap: 24 }}
        yAxisProps={{ allowDecimals: false, width: 36 }}
        valueFormatter={format.count}
        tooltipAnimationDuration={0}
        tooltipProps={{ labelFormatter: labelled(format.day) }}
        barProps={({ name, color }) => ({ ...textured(series, name), stroke: color, strokeWidth: 1 })}
      />
    </Drawn>
  );
}

/** Both sides' units of each product, in pairs. */
export function UnitsChart({ rows }: { rows: InsightsData['units']['items'] }): ReactNode {
  const narrow = useMedia('(max-width: 599px)');
  const [width, most] = narrow ? [108, 14] : [190, 27];
  // Two products may share a name and differ by their period only: the place keeps them apart.
  const data = rows.map((row, index) => ({ ...row, place: `${index} ${row.name}` }));
  const nameOf = (place: string): string => place.slice(place.indexOf(' ') + 1);
  return (
    <Drawn series={SIDES}>
      <BarChart
        className="pictured"
        h={Math.max(160, rows.length * BAR + 64)}
        orientation="vertical"
        data={data}
        dataKey="place"
        series={SIDES.map(plainly)}
        tickLine="none"
        gridAxis="x"
        xAxisProps={{ allowDecimals: false, tickFormatter: (value: number) => format.count(value) }}
        yAxisProps={{ width, interval: 0, tickFormatter: (place: string) => cut(nameOf(place), most) }}
        valueFormatter={format.count}
        tooltipAnimationDuration={0}
        tooltipProps={{ labelFormatter: labelled(nameOf) }}
        barProps={({ name, color }) => ({ ...textured(SIDES, name), stroke: color, strokeWidth: 1 })}
        maxBarWidth={12}
      />
    </Drawn>
  );
}

/** Both sides' recurring amount of each month. */
export function RecurringChart({ rows }: { rows: InsightsData['recurring'] }): ReactNode {
  const data = rows.map(({ month, marketplace, autotask }) => ({
    month,
    marketplace: Number(marketplace),
    autotask: Number(autotask),
  }));
  return (
    <Drawn series={SIDES} marks>
      <LineChart
        className="pictured"
        h={300}
        data={data}
        dataKey="month"
        series={SIDES.map((side) => ({ ...plainly(side), strokeDasharray: dashOf(side) }))}
        curveType="linear"
        tickLine="none"
        xAxisProps={{ tickFormatter: (month: string) => format.month(month, 'short'), minTickGap: 24 }}
        yAxisProps={{ width: 72, tickFormatter: (value: number) => format.count(value) }}
        valueFormatter={amount}
        tooltipAnimationDuration={0}
        tooltipProps={{ labelFormatter: labelled((month) => format.month(month)) }}
        lineProps={({ name }) => ({ ...STILL, dot: dotOf(SIDES.find((side) => side.name === name)!) })}
      />
    </Drawn>
  );
}

/** A chart with its legend below. */
function Drawn({
  series,
  marks,
  children,
}: {
  series: readonly Series[];
  marks?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <div>
      {!marks && <Textures series={series} />}
      {children}
      <Legend series={series} {...(marks ? { marks } : {})} />
    </div>
  );
}

const plainly = ({ name, label, color }: Series) => ({ name, label, color });

const textured = (series: readonly Series[], name: string) => ({
  ...STILL,
  fill: fillOf(series.find((one) => one.name === name)!),
});

const dotOf =
  (series: Series) =>
  ({ cx, cy }: { cx?: number; cy?: number }): ReactElement =>
    cx === undefined || cy === undefined ? <g key="none" /> : <Mark key={`${cx}`} series={series} x={cx} y={cy} />;
