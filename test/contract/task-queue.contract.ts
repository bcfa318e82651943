import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JOB_NAMES, type JobEnvelope, type JobHandler, type TaskQueue } from '../../src/ports/task-queue.port.js';

/** What stands in for the due rows of a database. */
export class DueRows {
  /** What a look answers; empty unless a test fills it. */
  rows: JobEnvelope[] = [];
  /** How often the queue has looked. */
  looks = 0;

  readonly read = async (): Promise<JobEnvelope[]> => {
    this.looks += 1;
    return await Promise.resolve([...this.rows]);
  };
}

/** A queue under test. */
export interface QueueUnderTest {
  queue: TaskQueue;
  due: DueRows;
  close(): Promise<void>;
}

/** Makes the envelopes of a test distinct from those of every other test. */
export function envelope(name: JobEnvelope['name'] = 'check', connectionId: string = randomUUID()): JobEnvelope {
  return { name, installationId: 'inst-1', connectionId };
}

/** A promise that somebody else fulfils. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Resolves when the condition holds; the test's own time limit is the only one. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** What happened in a handler, in order. */
class Log {
  readonly started: string[] = [];
  running = 0;
  mostAtOnce = 0;
  private readonly perKey = new Map<string, number>();
  mostOfOneKey = 0;

  /** A handler that notes its runs and does the work between. */
  handler(work: (envelope: JobEnvelope) => Promise<void> = async () => {}): JobHandler {
    return async (given) => {
      const key = `${given.name}:${given.connectionId}`;
      this.started.push(key);
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.running);
      const ofKey = (this.perKey.get(key) ?? 0) + 1;
      this.perKey.set(key, ofKey);
      this.mostOfOneKey = Math.max(this.mostOfOneKey, ofKey);
      try {
        await work(given);
      } finally {
        this.running -= 1;
        this.perKey.set(key, this.perKey.get(key)! - 1);
      }
    };
  }

  runsOf({ name, connectionId }: JobEnvelope): number {
    return this.started.filter((key) => key === `${name}:${connectionId}`).length;
  }
}

/**
 * What every queue promises (src/ports/task-queue.port.ts).
 *
 * @param make a queue with room for two handlers at once and a short pause between looks at the due rows.
 */
export function taskQueueContract(title: string, make: () => Promise<QueueUnderTest>): void {
  describe(`task queue: ${title}`, () => {
    let under: QueueUnderTest;
    let log: Log;
    const opened: (() => void)[] = [];

    /** A gate that is opened at the end in any case, so that a failing test does not hang in `stop`. */
    function testGate(): ReturnType<typeof gate> {
      const made = gate();
      opened.push(made.open);
      return made;
    }

    /** Registers the handler for `check` and an idle one for the rest. */
    function registerAll(check: JobHandler): void {
      for (const name of JOB_NAMES) under.queue.register(name, name === 'check' ? check : log.handler());
    }

    beforeEach(async () => {
      log = new Log();
      under = await make();
    });

    afterEach(async () => {
      for (const open of opened.splice(0)) open();
      await under.close();
    });

    it('runs what is announced, with the envelope as it was given', async () => {
      const seen: JobEnvelope[] = [];
      registerAll(async (given) => {
        seen.push(given);
      });
      await under.queue.start();
      const given = envelope();
      await under.queue.announce(given);
      await until(() => seen.length > 0);
      expect(seen).toEqual([given]);
    });

    it('refuses a second handler of a job name', () => {
      under.queue.register('sync', log.handler());
      expect(() => under.queue.register('sync', log.handler())).toThrow(/"sync" already has a handler/);
    });

    it('does not start while a job name has no handler, and names it', async () => {
      for (const name of JOB_NAMES) if (name !== 'import') under.queue.register(name, log.handler());
      await expect(under.queue.start()).rejects.toThrow(/import/);
    });

    it('runs at most one of a job name and connection at a time, and one more for hints during the run', async () => {
      const { opened: mayEnd, open } = testGate();
      registerAll(log.handler(async () => await mayEnd));
      await under.queue.start();
      const given = envelope();
      await under.queue.announce(given);
      await until(() => log.runsOf(given) === 1);
      for (let hint = 0; hint < 5; hint += 1) await under.queue.announce(given);
      open();
      await until(() => log.runsOf(given) === 2 && log.running === 0);
      const last = envelope();
      await under.queue.announce(last);
      await until(() => log.runsOf(last) === 1 && log.running === 0);
      expect(log.runsOf(given)).toBe(2);
      expect(log.mostOfOneKey).toBe(1);
    });

    it('runs different connections and different job names side by side', async () => {
      const { opened: mayEnd, open } = testGate();
      const work = log.handler(async () => await mayEnd);
      for (const name of JOB_NAMES) under.queue.register(name, work);
      await under.queue.start();
      const first = envelope('check');
      await under.queue.announce(first);
      await under.queue.announce(envelope('sync', first.connectionId));
      await until(() => log.running === 2);
      open();
      await until(() => log.running === 0);
      expect(log.mostAtOnce).toBe(2);
    });

    it('runs no more handlers at once than it has room for, and the others after them', async () => {
      const { opened: mayEnd, open } = testGate();
      registerAll(log.handler(async () => await mayEnd));
      await under.queue.start();
      const all = [envelope(), envelope(), envelope(), envelope()];
      for (const each of all) await under.queue.announce(each);
      await until(() => log.running === 2);
      open();
      await until(() => all.every((each) => log.runsOf(each) === 1) && log.running === 0);
      expect(log.mostAtOnce).toBe(2);
    });

    it('makes one run of hints that repeat while the job waits', async () => {
      const { opened: mayEnd, open } = testGate();
      const waiting = envelope();
      registerAll(
        log.handler(async ({ connectionId }) => {
          if (connectionId !== waiting.connectionId) await mayEnd;
        }),
      );
      await under.queue.start();
      const blockers = [envelope(), envelope()];
      for (const each of blockers) await under.queue.announce(each);
      await until(() => log.running === 2);
      for (let hint = 0; hint < 5; hint += 1) await under.queue.announce(waiting);
      open();
      await until(() => log.runsOf(waiting) === 1 && log.running === 0);
      const last = envelope();
      await under.queue.announce(last);
      await until(() => log.runsOf(last) === 1);
      expect(log.runsOf(waiting)).toBe(1);
    });

    it('goes on after a handler that throws, and runs that job again when asked', async () => {
      let fail = true;
      registerAll(
        log.handler(async () => {
          if (fail) throw new Error('broken on purpose');
          await Promise.resolve();
        }),
      );
      await under.queue.start();
      const broken = envelope();
      await under.queue.announce(broken);
      await until(() => log.runsOf(broken) === 1 && log.running === 0);
      fail = false;
      const sound = envelope();
      await under.queue.announce(sound);
      await until(() => log.runsOf(sound) === 1);
      await under.queue.announce(broken);
      await until(() => log.runsOf(broken) === 2);
      expect(log.started).toHaveLength(3);
    });

    it('finds due rows that nobody announced', async () => {
      const silent = envelope();
      registerAll(
        log.handler(async () => {
          under.due.rows = [];
          await Promise.resolve();
        }),
      );
      under.due.rows = [silent];
      await under.queue.start();
      await until(() => log.runsOf(silent) === 1);
      expect(log.started).toEqual([`check:${silent.connectionId}`]);
    });

    it('comes back to a row whose run came to nothing, until it is done', async () => {
      const stubborn = envelope();
      registerAll(
        log.handler(async () => {
          // What a run leaves that was killed, stalled, or ended before its time: the row is still due.
          if (log.runsOf(stubborn) === 2) throw new Error('broken on purpose');
          if (log.runsOf(stubborn) === 4) under.due.rows = [];
          await Promise.resolve();
        }),
      );
      under.due.rows = [stubborn];
      await under.queue.start();
      await until(() => log.runsOf(stubborn) === 4 && log.running === 0);
      const looks = under.due.looks;
      await until(() => under.due.looks >= looks + 2);
      expect(log.runsOf(stubborn)).toBe(4);
    });

    it('lets another process go on with what one left when it stopped', async () => {
      const { opened: mayEnd, open } = testGate();
      const left = envelope();
      registerAll(log.handler(async () => await mayEnd));
      under.due.rows = [left];
      await under.queue.start();
      await until(() => log.runsOf(left) === 1);
      const other = await make();
      const taken: JobEnvelope[] = [];
      try {
        for (const name of JOB_NAMES)
          other.queue.register(name, async (given) => {
            taken.push(given);
            other.due.rows = [];
            await Promise.resolve();
          });
        await other.queue.start();
        const stopping = under.queue.stop();
        open();
        await stopping;
        // Handed back: the row is due again, and only whoever still looks can see it.
        other.due.rows = [left];
        await until(() => taken.length > 0);
        expect(taken).toEqual([left]);
        expect(log.runsOf(left)).toBe(1);
      } finally {
        await other.close();
      }
    });

    it('does not take a row that is still due for a new request while its work runs', async () => {
      const { opened: mayEnd, open } = testGate();
      const silent = envelope();
      registerAll(
        log.handler(async () => {
          await mayEnd;
          under.due.rows = [];
        }),
      );
      under.due.rows = [silent];
      await under.queue.start();
      await until(() => log.runsOf(silent) === 1);
      const looks = under.due.looks;
      await until(() => under.due.looks >= looks + 3);
      open();
      await until(() => log.running === 0);
      expect(log.runsOf(silent)).toBe(1);
    });

    it('waits in stop for what runs, and begins nothing after it', async () => {
      const { opened: mayEnd, open } = testGate();
      let finished = 0;
      registerAll(
        log.handler(async () => {
          await mayEnd;
          finished += 1;
        }),
      );
      await under.queue.start();
      const running = envelope();
      await under.queue.announce(running);
      await until(() => log.runsOf(running) === 1);
      let stopped = false;
      const stopping = under.queue.stop().then(() => (stopped = true));
      await new Promise((resolve) => setImmediate(resolve));
      expect(stopped).toBe(false);
      open();
      await stopping;
      expect(finished).toBe(1);
      under.due.rows = [envelope()];
      await under.queue.announce(envelope());
      expect(log.started).toHaveLength(1);
    });
  });
}
