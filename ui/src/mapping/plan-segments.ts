import type { Schemas } from '../api/client';

export type Plan = Schemas['PlanView'];

/** Where a plan begins, in the list as drawn and in the server's order of products. */
export interface Segment {
  plan: Plan;
  open: boolean;
  line: number;
  product: number;
  lines: number;
}

/** A list of products in which every plan has a line of its own, and closed ones nothing below it. */
export function segmentsOf(plans: readonly Plan[], closed: ReadonlySet<string>): Segment[] {
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

/** How many lines are drawn. */
export function linesIn(segments: readonly Segment[]): number {
  return segments.reduce((sum, { lines }) => sum + lines, 0);
}

/** What stands on a line: a plan, and which product of the server's order, unless it is the plan's own line. */
export function placeOf(
  segments: readonly Segment[],
  index: number,
): { segment: Segment; product: number | undefined } | undefined {
  const segment = segments.findLast((one) => one.line <= index);
  if (!segment) return undefined;
  return { segment, product: index === segment.line ? undefined : segment.product + index - segment.line - 1 };
}

/** The product, in the server's order, that is on a line or follows it. */
export function productNear(segments: readonly Segment[], index: number): number {
  const segment = segments.findLast((one) => one.line <= index);
  return segment ? segment.product + Math.max(0, Math.min(index - segment.line - 1, segment.plan.products)) : 0;
}
