import { addDays, earlier, type CalendarDate } from '../calendar/calendar-date.js';
import { firstOpenStart } from './contract-target.js';
import { differencesBetween, raised, sumOfSteps, valueOn, type Difference, type Step } from './ledger.js';
import type { LineTarget } from './line-target.js';
import type { UnexplainedDrift } from './plan-hash.js';
import type { LinePlan, PlanRun } from './plan-run.js';
import { unitsOf } from './resume.js';

/**
 * Compares what the ledger expects of every line of the plan with what Autotask holds. A difference is shown and asked
 * about, never absorbed (DESIGN §6 Ledger, FEATURES PSH-12): *adopt* makes it base, *overwrite* writes what is expected
 * again, *leave* does nothing now.
 *
 * @returns the differences that are not explained by our own writes, for the plan's hash.
 */
export function settleDrift(run: PlanRun): UnexplainedDrift[] {
  const found: UnexplainedDrift[] = [];
  for (const plan of run.lines.values()) {
    const differences = driftOf(plan.target);
    const first = differences[0];
    if (!first) continue;
    for (const row of plan.rows) row.drift = { from: first.from, expected: first.expected, actual: first.actual };
    for (const one of differences)
      found.push({ line: plan.target.token, from: one.from, expected: one.expected, actual: one.actual });
    settle(run, plan, differences);
  }
  return found;
}

/** Where a tracked line differs from its ledger; behind an extension of this plan nothing counts as drift. */
export function driftOf(target: LineTarget): Difference[] {
  const { contract, ledger } = target;
  if (!contract.facts || !target.line || !ledger.isKnown) return [];
  const last = earlier(contract.facts.contract.endDate, contract.endBefore);
  return differencesBetween(ledger.expected('full'), target.steps, contract.start, last);
}

function settle(run: PlanRun, plan: LinePlan, differences: readonly Difference[]): void {
  const { target } = plan;
  const lineId = target.line?.id ?? 0;
  const name = plan.rows[0]?.productName ?? target.line?.invoiceDescription ?? `line ${lineId}`;
  run.findings.manualBecause(`${name} was changed by hand in Autotask.`);
  const answer = run.event.choices.drift?.find((one) => one.lineId === lineId)?.action;
  if (answer === undefined) {
    ask(run, lineId, name, differences[0]!, plan);
    return;
  }
  if (answer === 'leave') return;
  const writes = answer === 'overwrite' ? overwritesOf(plan, differences) : [];
  plan.overwrites.push(...writes);
  const afterwards = sumOfSteps([
    { steps: target.steps, sign: 1 },
    { steps: accumulated(writes), sign: 1 },
  ]);
  // Whatever still differs – all of it, or the days that can no longer be written – is base from now on.
  for (const rest of differencesBetween(
    target.ledger.expected('full'),
    afterwards,
    target.contract.start,
    target.contract.endBefore,
  )) {
    const difference = rest.actual - rest.expected;
    plan.adopted = raised(plan.adopted, rest.from, difference);
    if (rest.to < target.contract.endBefore) plan.adopted = raised(plan.adopted, addDays(rest.to, 1), -difference);
  }
}

/** Adjustments that bring the expected units back, on free days behind everything posted. */
function overwritesOf(plan: LinePlan, differences: readonly Difference[]): { date: CalendarDate; units: number }[] {
  const { contract, lastPosted, taken } = plan.target;
  const wanted = new Map<CalendarDate, number>();
  // Where one stretch ends and the next begins is one change of units, so it is one adjustment.
  const want = (date: CalendarDate, units: number) => wanted.set(date, (wanted.get(date) ?? 0) + units);
  for (const { from, to, expected, actual } of differences) {
    const start =
      lastPosted !== undefined && from <= lastPosted ? firstOpenStart(contract.grid, lastPosted, from) : from;
    if (start > to) continue;
    want(start, expected - actual);
    if (to < contract.endBefore) want(addDays(to, 1), actual - expected);
  }
  // The task's own change keeps its day to itself: a sum of both could come to nothing and leave no proof of either.
  const used = new Set<CalendarDate>([...taken, ...plan.parts.map((part) => part.date)]);
  const writes: { date: CalendarDate; units: number }[] = [];
  for (const [day, units] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let date = day;
    while (used.has(date)) date = addDays(date, 1);
    if (units === 0 || date > contract.endBefore) continue;
    used.add(date);
    writes.push({ date, units });
  }
  return writes;
}

function accumulated(writes: readonly { date: CalendarDate; units: number }[]): Step[] {
  let value = 0;
  return [...writes]
    .sort((a, b) => (a.date < b.date ? -1 : 1))
    .map(({ date, units }) => {
      value += units;
      return { from: date, quantity: value };
    });
}

function ask(run: PlanRun, lineId: number, name: string, first: Difference, plan: LinePlan): void {
  const moves = plan.parts.reduce((total, part) => total + unitsOf(part), 0);
  const option = (action: 'adopt' | 'overwrite' | 'leave', label: string) => ({
    value: action,
    label,
    choices: { drift: [{ lineId, action }] },
  });
  const difference = first.actual - first.expected;
  const expectedAfter = valueOn(plan.target.ledger.expected('full'), first.from) + moves;
  run.findings.require(
    'DRIFT',
    `${name} was changed by hand in Autotask: ${first.expected} were written, ${first.actual} are there since ${first.from}. Say what counts.`,
    {
      subject: { kind: 'line', id: `${lineId}`, name },
      options: [
        option(
          'adopt',
          `${first.actual} is right, ${Math.abs(difference)} are not tracked: ${first.actual} → ${first.actual + moves}`,
        ),
        option('overwrite', `Back to ours: ${first.actual} → ${expectedAfter}`),
        option('leave', 'Leave it for now'),
      ],
    },
  );
}
