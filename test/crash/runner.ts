import { KILLS, STOPS, TROUBLES, type Trouble } from './faults.js';
import { House } from './house.js';
import { Deck, Random } from './random.js';
import type { Stack } from './stack.js';

/** What a number of runs came to. */
export interface Outcome {
  runs: number;
  /** Faults that struck. */
  points: number;
  byName: Map<string, number>;
  lives: number;
  doubled: number;
  lost: number;
  outOfOrder: number;
  /** Runs made again because the machine stood still longer than the settle time allows. */
  voided: number;
  /** Everything that is wrong, in sentences. */
  problems: string[];
}

/** How the runs go. */
export interface Options {
  runs: number;
  seed: number;
  stack: () => Promise<Stack>;
  /** Faults per run, besides the one that kills. */
  troubles: number;
  /** Series of runs side by side, each in a world of its own; most of a run is waiting. Default 1. */
  side?: number;
  say?: (line: string) => void;
  /** Stop at the first run that is wrong: all a mutation needs. */
  untilWrong?: boolean;
}

/** Runs in one world before a fresh one begins: days pass, and renewals would come. */
const RUNS_PER_WORLD = 10;

/** Runs after runs: orders, faults, deaths, and the books at the end of each. */
export async function crashRuns(options: Options): Promise<Outcome> {
  const side = Math.min(options.side ?? 1, options.runs);
  const deal = dealt(options);
  // The first series that is wrong ends the others too, where one is enough.
  const state = { isOver: false };
  return together(
    await Promise.all(Array.from({ length: side }, async (_, at) => await series(options, deal, at, side, state))),
  );
}

/** The troubles of each run: every kind has its turn before any comes again, whatever order the runs end in. */
function dealt({ runs, seed, troubles }: Options): Trouble[][] {
  const random = new Random(seed);
  const [deaths, others] = [new Deck([...KILLS, ...STOPS], random), new Deck(TROUBLES, random)];
  return Array.from({ length: runs }, () => [...deaths.draw(1), ...others.draw(troubles)]);
}

/** Every `step`th run from `first` on, in one world after the other. */
async function series(
  options: Options,
  deal: readonly (readonly Trouble[])[],
  first: number,
  step: number,
  state: { isOver: boolean },
): Promise<Outcome> {
  const total = nothing();
  let house: House | undefined;
  try {
    for (let run = first + 1; run <= options.runs && !state.isOver; run += step) {
      const random = new Random(options.seed * 1_000_003 + run);
      if (!house || house.runs >= RUNS_PER_WORLD || house.isBroken) {
        await close(house, total);
        house = new House(await options.stack(), new Random(options.seed * 7919 + run));
        await house.open();
      }
      const findings = await house.run(random, deal[run - 1]!);
      if (house.void && total.voided < options.runs / 10 + 1) {
        total.voided += 1;
        options.say?.([`run ${run}: again, for ${house.void}`, ...house.problems.splice(0)].join('\n'));
        run -= step;
        continue;
      }
      total.runs += 1;
      total.doubled += findings.doubled.length;
      total.lost += findings.lost.length;
      total.outOfOrder += findings.outOfOrder.length;
      const problems = Object.entries(findings).flatMap(([kind, stories]: [string, string[]]) =>
        stories.map((story) => `run ${run}: ${kind}: ${story}`),
      );
      problems.push(...house.problems.splice(0).map((problem) => `run ${run}: ${problem}`));
      total.problems.push(...problems);
      for (const line of [`run ${run}: ${house.story}`, ...problems]) options.say?.(line);
      if (options.untilWrong && problems.length > 0) state.isOver = true;
    }
  } catch (error) {
    state.isOver = true;
    const { stack, cause } = error as Error;
    total.problems.push([stack ?? String(error), cause, ...(house?.stack.said().slice(-60) ?? [])].join('\n'));
  } finally {
    await close(house, total);
  }
  return total;
}

async function close(house: House | undefined, total: Outcome): Promise<void> {
  if (!house) return;
  await house.close();
  total.lives += house.stack.lives;
  total.points += house.struck.length;
  for (const name of house.struck) total.byName.set(name, (total.byName.get(name) ?? 0) + 1);
}

const nothing = (): Outcome => ({
  runs: 0,
  points: 0,
  byName: new Map(),
  lives: 0,
  doubled: 0,
  lost: 0,
  outOfOrder: 0,
  voided: 0,
  problems: [],
});

/** What several series of runs came to together. */
function together(outcomes: readonly Outcome[]): Outcome {
  const all = nothing();
  for (const one of outcomes) {
    for (const count of ['runs', 'points', 'lives', 'doubled', 'lost', 'outOfOrder', 'voided'] as const)
      all[count] += one[count];
    for (const [name, times] of one.byName) all.byName.set(name, (all.byName.get(name) ?? 0) + times);
    all.problems.push(...one.problems);
  }
  return all;
}

/** The last line of a report. */
export function lastLine({ runs, doubled, lost, outOfOrder }: Outcome): string {
  return `${runs} runs, ${doubled} doubled, ${lost} lost, ${outOfOrder} out of order`;
}
