import '@mantine/charts/styles.layer.css';
import { BarChart, LineChart } from '@mantine/charts';
import type { ReactNode } from 'react';
import { useMedia } from '../app/shell';
import * as format from '../format';
import { m } from '../messages';
import type { Group } from './groups';
import type { InsightsData } from './insights';

/** Series differ by shade, place and shape as well as by hue. */
const COLOURS: Record<Group, string> = {
  synced: 'var(--chart-synced)',
  open: 'var(--chart-open)',
  needsYou: 'var(--chart-needs)',
  failed: 'var(--chart-failed)',
  left: 'var(--chart-left)',
};
const SIDES = [
  { name: 'marketplace', label: m.insights.marketplace, color: 'var(--chart-marketplace)' },
  { name: 'autotask', label: m.insights.autotask, color: 'var(--chart-autotask)' },
];
const STILL = { isAnimationActive: false } as const;
const LEGEND = { verticalAlign: 'bottom' } as const;
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
  return (
    <BarChart
      className="pictured"
      h={260}
      type="stacked"
      data={rows}
      dataKey="date"
      series={groups.map((group) => ({ name: group, label: m.insights.groups[group], color: COLOURS[group] }))}
      withLegend
      legendProps={LEGEND}
      tickLine="none"
      xAxisProps={{ tickFormatter: format.shortDay, minTickGap: 24 }}
      yAxisProps={{ allowDecimals: false, width: 36 }}
      valueFormatter={format.count}
      tooltipAnimationDuration={0}
      tooltipProps={{ labelFormatter: labelled(format.day) }}
      barProps={{ ...STILL, stroke: 'var(--surface)', strokeWidth: 1 }}
    />
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
    <BarChart
      className="pictured"
      h={Math.max(160, rows.length * BAR + 64)}
      orientation="vertical"
      data={data}
      dataKey="place"
      series={SIDES}
      withLegend
      legendProps={LEGEND}
      tickLine="none"
      gridAxis="x"
      xAxisProps={{ allowDecimals: false, tickFormatter: (value: number) => format.count(value) }}
      yAxisProps={{ width, interval: 0, tickFormatter: (place: string) => cut(nameOf(place), most) }}
      valueFormatter={format.count}
      tooltipAnimationDuration={0}
      tooltipProps={{ labelFormatter: labelled(nameOf) }}
      barProps={STILL}
      maxBarWidth={12}
    />
  );
}

/** Both sides' recurring amount of each month: round marks on a whole line, square ones on a dashed line. */
export function RecurringChart({ rows }: { rows: InsightsData['recurring'] }): ReactNode {
  const data = rows.map(({ month, marketplace, autotask }) => ({
    month,
    marketplace: Number(marketplace),
    autotask: Number(autotask),
  }));
  return (
    <LineChart
      className="pictured"
      h={300}
      data={data}
      dataKey="month"
      series={[SIDES[0]!, { ...SIDES[1]!, strokeDasharray: '6 4' }]}
      curveType="linear"
      withLegend
      legendProps={LEGEND}
      tickLine="none"
      xAxisProps={{ tickFormatter: (month: string) => format.month(month, 'short'), minTickGap: 24 }}
      yAxisProps={{ width: 72, tickFormatter: (value: number) => format.count(value) }}
      valueFormatter={amount}
      tooltipAnimationDuration={0}
      tooltipProps={{ labelFormatter: labelled((month) => format.month(month)) }}
      lineProps={({ name }) => ({ ...STILL, dot: name === 'autotask' ? Square : { r: 4 } })}
    />
  );
}

function Square({ cx, cy }: { cx?: number; cy?: number }): ReactNode {
  if (cx === undefined || cy === undefined) return null;
  return <rect key={`${cx}`} x={cx - 4} y={cy - 4} width={8} height={8} fill="var(--chart-autotask)" />;
}
