import { audit, placeOf, truthOf, type Findings } from './accounts.js';
import { pause } from './child.js';
import { KILLS, OTHERS, TROUBLES, Troublemaker } from './faults.js';
import { Person } from './person.js';
import { Random } from './random.js';
import type { ServerStack } from './servers.js';
import type { Stack } from './stack.js';
import { accept, World, type Placed } from './world.js';

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
  /** Everything that is wrong, in sentences. */
  problems: string[];
}

/** Runs in one world before a fresh one begins: days pass, and renewals would come. */
const RUNS_PER_WORLD = 10;
const SETTLE_LIMIT_MS = 90_000;
const OPEN = new Set(['pending', 'action_required', 'ready', 'running', 'failed', 'uncertain']);

/** How the runs go. */
export interface Options {
  runs: number;
  seed: number;
  stack: () => Promise<Stack>;
  /** Faults per run, besides the one that kills. */
  troubles: number;
  say?: (line: string) => void;
  /** Stop at the first run that is wrong: all a mutation needs. */
  untilWrong?: boolean;
}

/** Runs after runs: orders, faults, deaths, and the books at the end of each. */
export async function crashRuns(options: Options): Promise<Outcome> {
  const total: Outcome = {
    runs: 0,
    points: 0,
    byName: new Map(),
    lives: 0,
    doubled: 0,
    lost: 0,
    outOfOrder: 0,
    problems: [],
  };
  let house: House | undefined;
  try {
    for (let run = 1; run <= options.runs; run += 1) {
      const random = new Random(options.seed * 1_000_003 + run);
      if (!house || house.runs >= RUNS_PER_WORLD || house.isBroken) {
        await house?.end(total);
        house = new House(await options.stack());
        await house.open(new Random(options.seed));
      }
      const findings = await house.run(random, options.troubles);
      total.runs += 1;
      total.doubled += findings.doubled.length;
      total.lost += findings.lost.length;
      total.outOfOrder += findings.outOfOrder.length;
      for (const [kind, stories] of Object.entries(findings))
        for (const story of stories) total.problems.push(`run ${run}: ${kind}: ${story}`);
      for (const problem of house.problems.splice(0)) total.problems.push(`run ${run}: ${problem}`);
      options.say?.(`run ${run}: ${house.story}`);
      for (const problem of total.problems.filter((each) => each.startsWith(`run ${run}: `))) options.say?.(problem);
      if (options.untilWrong && total.problems.length > 0) break;
    }
  } catch (error) {
    const { stack, cause } = error as Error;
    total.problems.push([stack ?? String(error), cause, ...(house?.stack.said().slice(-60) ?? [])].join('\n'));
  } finally {
    await house?.end(total);
  }
  return total;
}

/** What several series of runs came to together. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, one) => total + of(one), 0);
  const byName = new Map<string, number>();
  for (const outcome of outcomes)
    for (const [name, times] of outcome.byName) byName.set(name, (byName.get(name) ?? 0) + times);
  return {
    runs: sum(({ runs }) => runs),
    points: sum(({ points }) => points),
    byName,
    lives: sum(({ lives }) => lives),
    doubled: sum(({ doubled }) => doubled),
    lost: sum(({ lost }) => lost),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}

/** The last line of a report. */
export function lastLine({ runs, doubled, lost, outOfOrder }: Outcome): string {
  return `${runs} runs, ${doubled} doubled, ${lost} lost, ${outOfOrder} out of order`;
}

/** One world on one stack, and the runs in it. */
class House {
  runs = 0;
  isBroken = false;
  story = '';
  readonly problems: string[] = [];
  private readonly person: Person;
  private readonly troubles: Troublemaker;
  private world!: World;

  constructor(readonly stack: Stack) {
    this.person = new Person(stack);
    this.troubles = new Troublemaker(stack, this.person);
  }

  async open(random: Random): Promise<void> {
    await this.stack.start();
    await this.troubles.open();
    this.world = new World(this.person, random, this.stack.url);
    await this.world.begin();
  }

  async end(total: Outcome): Promise<void> {
    await this.troubles.close();
    await this.stack.end();
    total.lives += this.stack.lives;
    total.points += this.troubles.struck.length;
    for (const name of this.troubles.struck) total.byName.set(name, (total.byName.get(name) ?? 0) + 1);
  }

  /** Orders of two days, faults while they are synced, and the books when everything has come to an end. */
  async run(random: Random, troubles: number): Promise<Findings> {
    this.runs += 1;
    const { world } = this;
    const startedAt = Date.now();
    await world.pass(2);
    const first = await world.trade(random.whole(3, 5));
    await world.pass(1);
    // Some subscriptions change again before anything was synced: their tasks must run in order.
    const again = await world.trade(
      random.whole(1, 2),
      first.map(({ line }) => line),
    );
    const placed = [...first, ...again];
    await world.check();
    const tasks = await world.tasksOf(placed);
    const before = this.troubles.struck.length;
    await this.arm(random, troubles);
    if (random.chance(0.3)) await this.byHandBetween(random, tasks, placed);
    await this.confirm(tasks);
    await this.disturb(random);
    await this.settle(tasks, false);
    await this.troubles.disarm();
    await this.settle(tasks, true);
    const findings = await audit(this.person, world);
    this.isBroken = Object.values(findings).some((stories: string[]) => stories.length > 0) || this.problems.length > 0;
    this.story = `${placed.length} orders, ${this.troubles.struck.slice(before).join('; ') || 'no fault struck'} (${Date.now() - startedAt} ms)`;
    return findings;
  }

  private async arm(random: Random, troubles: number): Promise<void> {
    await this.troubles.arm(random.pick(random.chance(0.25) ? OTHERS : KILLS), random, 6);
    for (const trouble of random.shuffled(TROUBLES).slice(0, troubles)) await this.troubles.arm(trouble, random, 4);
  }

  /** Trouble of the servers themselves, where there are any. */
  private async disturb(random: Random): Promise<void> {
    const servers = this.stack as Partial<ServerStack> & Stack;
    if (!servers.restartPostgres) return;
    const [name, act] = random.pick<[string, () => Promise<unknown>]>([
      ['Redis was emptied', async () => await servers.flushRedis!()],
      ['Redis died and came back', async () => await servers.restartRedis!(1500)],
      ['PostgreSQL died and came back', async () => await servers.restartPostgres!()],
      ['a process was killed', async () => await servers.killAny(random.whole(0, 3))],
      [
        'a worker was retired',
        async () => {
          if (!(await servers.retire!())) this.problems.push('a worker did not end by itself after SIGTERM');
        },
      ],
    ]);
    await pause(random.whole(0, 1500));
    await act();
    this.troubles.struck.push(name);
  }

  /** Somebody changes a line's units in Autotask after the preview was made and before it is accepted. */
  private async byHandBetween(random: Random, tasks: readonly any[], placed: readonly Placed[]): Promise<void> {
    for (const { line, orderNumber } of placed) {
      const task = tasks.find((one) => one.orderNumber === orderNumber);
      const place = await placeOf(this.person, line);
      if (!place || !task || task.waitsFor || line.byHand.length > 0) continue;
      const edit = async (): Promise<void> => await this.world.changeByHand(line, place, random.whole(1, 3), 70);
      await accept(this.person, task.id as string, edit);
      this.troubles.struck.push('units changed by hand after the preview');
      return;
    }
  }

  /** New contracts are asked about one by one; everything that is ready goes in one bulk run. */
  private async confirm(tasks: readonly any[]): Promise<void> {
    for (const task of tasks.filter(({ state }) => state === 'action_required' || state === 'pending'))
      if (!task.waitsFor) await accept(this.person, task.id as string);
    await this.bulk(tasks.map(({ id }) => id as string));
  }

  private async bulk(taskIds: string[]): Promise<void> {
    const { jobId } = await this.person.call('POST', `${this.world.c}/tasks/sync`, { taskIds });
    if (jobId) this.jobs.set(jobId as string, { done: 0 });
  }

  private readonly jobs = new Map<string, { done: number }>();

  /** Every poll of a bulk job: nothing is unaccounted for, and what is done stays done (FEATURES TSK-8). */
  private async watchJobs(): Promise<void> {
    for (const [id, seen] of this.jobs) {
      const job = await this.person.call('GET', `/jobs/${id}`);
      const { total, done, failed, returned, left } = job;
      if (done + failed + returned + (left ?? total - done - failed - returned) !== total || left < 0)
        this.problems.push(`job: ${done} + ${failed} + ${returned} + ${left} is not ${total}`);
      if (done < seen.done) this.problems.push(`job: done fell from ${seen.done} to ${done}`);
      seen.done = done as number;
      if (['done', 'failed', 'stopped'].includes(job.state as string)) this.jobs.delete(id);
    }
  }

  /**
   * Until no task is on its way any more. `finish`: a person also answers what is asked, retries what failed, and
   * decides what is uncertain by looking into Autotask; then everything must end as synced.
   */
  private async settle(all: readonly any[], finish: boolean): Promise<void> {
    const deadline = Date.now() + SETTLE_LIMIT_MS;
    for (;;) {
      const tasks = await this.world.again(all);
      await this.watchJobs();
      const open = tasks.filter(({ state }) => OPEN.has(state as string));
      const moving = open.filter(
        ({ state, accepted, jobId }) =>
          state === 'running' ||
          (state === 'ready' && accepted) ||
          (jobId && state !== 'failed' && state !== 'uncertain'),
      );
      if (moving.length === 0) {
        await this.judge(open);
        if (!finish || open.length === 0) return;
        for (const task of open) await this.decide(task);
      } else if (!finish && Date.now() > deadline - SETTLE_LIMIT_MS / 2) return;
      if (Date.now() > deadline) {
        this.problems.push(
          ...open.map(
            (task) =>
              `stuck: ${task.orderNumber} ${task.state} ${JSON.stringify(task.failure ?? task.requiredActions)} waits ${JSON.stringify(task.waitsFor)} until ${task.notBefore}`,
          ),
        );
        return;
      }
      await pause(80);
    }
  }

  /** Failed has a reason, uncertain has its evidence. */
  private async judge(open: readonly any[]): Promise<void> {
    for (const task of open) {
      if (task.state === 'failed' && !(task.failure?.code && task.failure.message))
        this.problems.push(`${task.orderNumber} failed without a reason`);
      if (task.state !== 'uncertain') continue;
      const { steps } = await this.person.call('GET', `/tasks/${task.id}`);
      const step = steps.find(({ state }: any) => state === 'uncertain');
      if (!step?.evidence?.reason) this.problems.push(`${task.orderNumber} is uncertain without evidence`);
    }
  }

  private async decide(task: any): Promise<void> {
    if (task.waitsFor) return;
    if (task.state !== 'uncertain') {
      await accept(this.person, task.id as string);
      return;
    }
    const { steps } = await this.person.call('GET', `/tasks/${task.id}`);
    for (const step of steps.filter(({ state }: any) => state === 'uncertain')) {
      const verdict = (await truthOf(this.person, step)) ? 'applied' : 'not_applied';
      await this.person.call('POST', `/tasks/${task.id}/operations/${step.id}/resolve`, {
        verdict,
        note: 'Looked in Autotask.',
      });
    }
  }
}
