import { audit, placeOf, truthOf, type Findings } from './accounts.js';
import { pause } from './child.js';
import type { Trouble } from './faults.js';
import { Person } from './person.js';
import type { Random } from './random.js';
import type { ServerStack } from './servers.js';
import { SETTLE_MS, type Stack } from './stack.js';
import { Troublemaker } from './troublemaker.js';
import { accept, World, type Placed } from './world.js';

/** A write that was held longer by the sandbox, or a sandbox that stood still as long, breaks the promise of the settle time. */
const HELD_LIMIT_MS = SETTLE_MS - 1200;
const SETTLE_LIMIT_MS = 120_000;
/** Between two looks at the tasks. */
const LOOK_MS = 200;
const OPEN = new Set(['pending', 'action_required', 'ready', 'running', 'failed', 'uncertain']);

/** One world on one stack, and the runs in it. */
export class House {
  runs = 0;
  isBroken = false;
  /** Why the last run shows nothing about the product, if so. */
  void: string | undefined;
  story = '';
  readonly problems: string[] = [];
  private readonly person: Person;
  private readonly troubles: Troublemaker;
  private readonly world: World;
  private readonly jobs = new Map<string, { done: number }>();

  constructor(
    readonly stack: Stack,
    random: Random,
  ) {
    this.person = new Person(stack);
    this.troubles = new Troublemaker(stack, this.person);
    this.world = new World(this.person, random, () => stack.url);
  }

  /** What struck in all runs, by name. */
  get struck(): readonly string[] {
    return this.troubles.struck;
  }

  /** Starts the stack and sets up both systems. */
  async open(): Promise<void> {
    await this.stack.start();
    await this.troubles.open();
    await this.world.begin();
  }

  async close(): Promise<void> {
    await this.troubles.close();
    await this.stack.end();
  }

  /** Orders of two days, faults while they are synced, and the books when everything has come to an end. */
  async run(random: Random, troubles: readonly Trouble[]): Promise<Findings> {
    this.runs += 1;
    const { world } = this;
    const startedAt = Date.now();
    await world.pass(2);
    const first = await world.trade(random.whole(3, 5));
    await world.pass(1);
    // Some subscriptions change again before anything was synced: their tasks must run in order.
    const again = await world.tradeAgain(
      random.whole(1, 2),
      first.map(({ line }) => line),
    );
    const placed = [...first, ...again];
    await world.check();
    const tasks = await world.tasksOf(placed);
    const before = this.struck.length;
    this.stack.stalledMs();
    await this.person.sandbox('autotask', 'DELETE', '/requests');
    for (const trouble of troubles) await this.troubles.arm(trouble, random, 4);
    if (this.runs % 3 === 0) await this.byHandBetween(random, tasks, placed);
    await this.confirm(tasks);
    await this.disturb(random);
    await this.settle(tasks, false);
    await this.troubles.disarm();
    await this.settle(tasks, true);
    const findings = await audit(this.person, world);
    this.hearUnexpected();
    this.isBroken = Object.values(findings).some((stories: string[]) => stories.length > 0) || this.problems.length > 0;
    if (this.isBroken) {
      this.void = await this.brokenPromise();
      await this.tell(tasks);
    }
    this.story = `${placed.length} orders, ${this.struck.slice(before).join('; ') || 'no fault struck'} (${Date.now() - startedAt} ms)`;
    return findings;
  }

  /** Nobody sees "something went wrong on our side" for a trouble of Autotask's; only the database has to be there. */
  private hearUnexpected(): void {
    const answers = this.person.unexpected.splice(0);
    if (answers.length === 0 || 'restartPostgres' in this.stack) return;
    this.problems.push(...answers, ...this.stack.said().slice(-20));
  }

  /**
   * The settle time says how long an unanswered write may still land. Where the harness's own sandbox kept one longer,
   * because the machine stood still, a double is its own doing.
   */
  private async brokenPromise(): Promise<string | undefined> {
    const { items } = await this.person.sandbox<{ items: any[] }>('autotask', 'GET', '/requests');
    const held = Math.max(
      0,
      ...items.filter(({ method }) => method !== 'GET').map(({ durationMs }) => durationMs as number),
    );
    const stalled = this.stack.stalledMs();
    const longest = Math.max(held, stalled);
    return longest > HELD_LIMIT_MS ? `the sandbox stood still or held a request for ${longest} ms` : undefined;
  }

  /** Trouble of the servers themselves, where there are any. */
  private async disturb(random: Random): Promise<void> {
    const servers = this.stack as Partial<ServerStack> & Stack;
    if (!servers.restartPostgres) return;
    const all: [string, () => Promise<unknown>][] = [
      ['Redis was emptied', async () => await servers.flushRedis!()],
      ['Redis died and came back', async () => await servers.restartRedis!(1500)],
      ['PostgreSQL died and came back', async () => await servers.restartPostgres!()],
      ['two workers raced for a connection', async () => await servers.race!()],
      ['a process was killed', async () => await servers.killAny(random.whole(0, 3))],
      [
        'a worker was retired',
        async () => {
          if (!(await servers.retire!())) this.problems.push('a worker did not end by itself after SIGTERM');
        },
      ],
    ];
    // In turn, so that none is left out.
    const [name, act] = all[(this.runs - 1) % all.length]!;
    await pause(random.whole(0, 1500));
    await act();
    this.troubles.struck.push(name);
  }

  /** Somebody changes a line's units in Autotask after the preview was made and before it is accepted. */
  private async byHandBetween(random: Random, tasks: readonly any[], placed: readonly Placed[]): Promise<void> {
    for (const { line, orderNumber } of placed) {
      const task = tasks.find((one) => one.orderNumber === orderNumber);
      const place = await placeOf(this.person, line);
      const date = this.world.dayIn(70);
      if (!place || place.endDate <= date || !task || task.waitsFor || line.byHand.length > 0) continue;
      const edit = async (): Promise<void> => await this.world.changeByHand(line, place, random.whole(1, 3), date);
      await accept(this.person, task.id as string, edit);
      this.troubles.struck.push('units changed by hand after the preview');
      return;
    }
  }

  /** New contracts are asked about one by one; everything that is ready goes in one bulk run. */
  private async confirm(tasks: readonly any[]): Promise<void> {
    for (const task of tasks.filter(({ state }) => state === 'action_required' || state === 'pending'))
      if (!task.waitsFor) await accept(this.person, task.id as string);
    const taskIds = tasks.map(({ id }) => id as string);
    const { jobId } = await this.person.call('POST', `${this.world.c}/tasks/sync`, { taskIds });
    if (jobId) this.jobs.set(jobId as string, { done: 0 });
  }

  /** Every poll of a bulk job: nothing is unaccounted for, and what is done stays done (FEATURES TSK-8). */
  private async watchJobs(): Promise<void> {
    for (const [id, seen] of this.jobs) {
      const { total, done, failed, returned, left, state } = await this.person.call('GET', `/jobs/${id}`);
      if (done + failed + returned + left !== total)
        this.problems.push(`job: ${done} + ${failed} + ${returned} + ${left} is not ${total}`);
      if (done < seen.done) this.problems.push(`job: done fell from ${seen.done} to ${done}`);
      seen.done = done as number;
      if (['done', 'failed', 'stopped'].includes(state as string)) this.jobs.delete(id);
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
      await pause(LOOK_MS);
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

  /** The journal of a run that went wrong. */
  private async tell(tasks: readonly any[]): Promise<void> {
    for (const { id, orderNumber } of tasks) {
      const { state, customerName, steps } = await this.person.call('GET', `/tasks/${id}`);
      const story = (steps as any[]).map(
        ({ key, attempt, state: outcome, sentAt, settledAt, contractId, createdId, evidence }) =>
          `\n    ${key} #${attempt} ${outcome} ${sentAt.slice(11)}–${settledAt?.slice(11)} contract ${contractId} made ${createdId} ${JSON.stringify(evidence ?? '')}`,
      );
      this.problems.push(`${orderNumber} of ${customerName} is ${state}:${story.join('')}`);
    }
  }
}
