import type { ReactNode } from 'react';

/** How a series is told apart without its colour: by a pattern in a bar, by dash and mark on a line (reference/page-design §8). */
export type Texture = 'plain' | 'stripes' | 'dots' | 'cross' | 'empty';

/** A series of a chart. */
export interface Series<N extends string = string> {
  name: N;
  label: string;
  /** A CSS colour. */
  color: string;
  texture: Texture;
}

const SIZE = 6;
const DRAWN: Record<Exclude<Texture, 'plain'>, ReactNode> = {
  stripes: <path d="M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5" stroke="var(--surface)" strokeWidth={1.6} />,
  dots: <circle cx={3} cy={3} r={1.5} fill="var(--surface)" />,
  cross: <path d="M0,3 H6 M3,0 V6" stroke="var(--surface)" strokeWidth={1.6} />,
  empty: <rect x={0} y={0} width={6} height={6} fill="var(--surface)" fillOpacity={0.35} />,
};

const idOf = (name: string): string => `texture-${name}`;

/** What a bar of the series is filled with; the page must hold its `Textures`. */
export function fillOf({ name, color, texture }: Series): string {
  return texture === 'plain' ? color : `url(#${idOf(name)})`;
}

/** The patterns that bars refer to. */
export function Textures({ series }: { series: readonly Series[] }): ReactNode {
  return (
    <svg width={0} height={0} aria-hidden style={{ position: 'absolute' }}>
      <defs>
        {series.map(
          ({ name, color, texture }) =>
            texture !== 'plain' && (
              <pattern key={name} id={idOf(name)} width={SIZE} height={SIZE} patternUnits="userSpaceOnUse">
                <rect width={SIZE} height={SIZE} fill={color} />
                {DRAWN[texture]}
              </pattern>
            ),
        )}
      </defs>
    </svg>
  );
}

/** The names of the series, each with a piece of what stands for it. @param marks lines with marks in place of bars. */
export function Legend({ series, marks = false }: { series: readonly Series[]; marks?: boolean }): ReactNode {
  return (
    <ul className="legend small">
      {series.map((one) => (
        <li key={one.name}>
          <svg width={marks ? 26 : 14} height={14} aria-hidden>
            {marks ? (
              <>
                <line x1={0} x2={26} y1={7} y2={7} stroke={one.color} strokeWidth={2} strokeDasharray={dashOf(one)} />
                <Mark series={one} x={13} y={7} />
              </>
            ) : (
              <rect x={0.5} y={0.5} width={13} height={13} fill={fillOf(one)} stroke={one.color} />
            )}
          </svg>
          {one.label}
        </li>
      ))}
    </ul>
  );
}

/** The dash of a series' line. */
export function dashOf({ texture }: Series): string | undefined {
  return texture === 'plain' ? undefined : '6 4';
}

/** A point of a series' line: round on a whole line, square on a dashed one. */
export function Mark({ series, x, y }: { series: Series; x: number; y: number }): ReactNode {
  return series.texture === 'plain' ? (
    <circle cx={x} cy={y} r={4} fill={series.color} />
  ) : (
    <rect x={x - 4} y={y - 4} width={8} height={8} fill={series.color} />
  );
}
