import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../sandbox/kit/free-ports.js';
import { Child, pause } from './child.js';

/** A compiled product and, for the embedded stack, a migrated data folder to copy. */
export interface Built {
  folder: string;
  template?: string;
}

/** Short times, so that a lost answer is proven within seconds; the order between them is production's. */
export const SETTLE_MS = 4000;
const TIMES = { AUTOTASK_TIMEOUT_SECONDS: '1', AUTOTASK_SETTLE_SECONDS: String(SETTLE_MS / 1000), LEASE_SECONDS: '3' };
/** The lease, and the answer a stopped process waits for, are surely over after this. */
export const PAST_THE_LEASE_MS = 3600;
/** Longer than the product waits for an answer, and over before an unanswered write is taken for lost. */
export const SLOW_REPLY_MS = 1300;

const START_LIMIT_MS = 180_000;

/** The product under test and the two sandboxes, each in processes of their own. */
export abstract class Stack {
  url = '';
  autotask = '';
  marketplace = '';
  /** How often a process of the product was started. */
  lives = 0;
  protected env: Record<string, string> = {};
  protected readonly folder = mkdtempSync(join(tmpdir(), 'psa-sync-crash-'));
  private sandboxes: Child | undefined;
  private reviving: Promise<void> = Promise.resolve();

  constructor(protected readonly built: Built) {}

  /** Starts everything. @throws Error with what a process said when it does not come up. */
  async start(): Promise<void> {
    const ports = await this.sandboxPorts();
    this.autotask = `http://127.0.0.1:${ports.autotask}`;
    this.marketplace = `http://127.0.0.1:${ports.marketplace}`;
    this.env = {
      SANDBOX: 'on',
      SANDBOX_AUTOTASK_PORT: String(ports.autotask),
      SANDBOX_MARKETPLACE_PORT: String(ports.marketplace),
      DATA_DIR: join(this.folder, 'data'),
      LOG_LEVEL: process.env.CRASH_LOG_LEVEL ?? 'warn',
      ...this.times,
    };
    await this.startProduct();
  }

  protected get times(): Record<string, string> {
    return TIMES;
  }

  /** Where the sandboxes are: in a process of their own, which outlives those of the product. */
  protected async sandboxPorts(): Promise<{ autotask: number; marketplace: number }> {
    this.sandboxes = Child.node('sandboxes', this.program('sandboxes'), {});
    return await this.sandboxes.firstJson();
  }

  /** Resolves when every process that should run does. */
  async ready(): Promise<void> {
    await this.reviving;
  }

  /** The longest time, in milliseconds, that the sandboxes stood still since this was last asked. */
  stalledMs(): number {
    const times = (this.sandboxes?.said ?? []).flatMap((line) => Number(/"stalledMs":(\d+)/.exec(line)?.[1] ?? 0));
    this.sandboxes?.said.splice(0);
    return Math.max(0, ...times);
  }

  /** Has something happen in the background that `ready` waits for. */
  protected revive(work: () => Promise<void>): void {
    this.reviving = this.reviving.then(work);
    // Whoever waits for it hears of the failure.
    this.reviving.catch(() => {});
  }

  /** SIGKILLs the process that writes to Autotask now; it is started again. */
  abstract killWriter(): Promise<void>;
  /** SIGSTOPs the process that writes now; the function lets it go on. */
  abstract stopWriter(): Promise<() => void>;
  /** SIGKILLs one process of the product, whatever it does. `which` counts on over the processes. */
  abstract killAny(which: number): Promise<void>;
  /** What the processes said last, for a red run. */
  said(): string[] {
    const sandboxes = this.sandboxes?.said.map((line) => `sandboxes: ${line}`) ?? [];
    return [
      ...(this.sandboxes?.isOver ? ['the sandboxes are over'] : []),
      ...sandboxes.slice(-20),
      ...this.productSaid(),
    ];
  }

  protected abstract productSaid(): string[];
  protected abstract startProduct(): Promise<void>;
  protected abstract endProduct(): Promise<void>;

  /** Ends every process it started and removes their folders. */
  async end(): Promise<void> {
    await this.reviving.catch(() => {});
    await this.endProduct();
    await this.sandboxes?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What a process of the product runs. */
  protected get entry(): string {
    return this.program('app');
  }

  protected program(name: 'app' | 'sandboxes' | 'skewed-clock'): string {
    return join(this.built.folder, 'test/crash/processes', `${name}.js`);
  }

  /** Starts a process of the product. It is not waited for. */
  protected life(name: string, env: Record<string, string>, options: string[] = []): Child {
    this.lives += 1;
    return Child.node(name, this.entry, { ...this.env, ...env }, options);
  }

  /** Waits until a process answers that it is ready. @throws Error with what it said when it does not. */
  protected async answering(child: Child, port: string): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    while (Date.now() < deadline && !child.isOver) {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) }).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await pause(50);
    }
    throw new Error(`${child.name} ${child.isOver ? 'ended' : 'did not answer'}:\n${child.said.join('\n')}`);
  }
}

/** One process on the embedded database and queue, as `npm start` runs. */
export class EmbeddedStack extends Stack {
  private app!: Child;
  private port = '';

  protected async startProduct(): Promise<void> {
    const [port] = await freePorts(1);
    this.port = String(port);
    this.url = `http://127.0.0.1:${port}`;
    if (this.built.template) cpSync(this.built.template, this.env.DATA_DIR!, { recursive: true });
    await this.live();
  }

  private async live(): Promise<void> {
    this.app = this.life('app', { PORT: this.port });
    await this.answering(this.app, this.port);
  }

  async killWriter(): Promise<void> {
    const old = this.app;
    await old.kill();
    this.revive(async () => {
      if (this.app === old) await this.live();
    });
  }

  async stopWriter(): Promise<() => void> {
    const { app } = this;
    app.signal('SIGSTOP');
    return await Promise.resolve(() => app.signal('SIGCONT'));
  }

  async killAny(): Promise<void> {
    await this.killWriter();
  }

  protected productSaid(): string[] {
    return this.app.said;
  }

  protected async endProduct(): Promise<void> {
    await this.app.kill();
  }
}

/** Exactly what `npm start` runs: product and sandboxes in one process, which keep what they know in the data folder. */
export class NpmStartStack extends EmbeddedStack {
  protected override async sandboxPorts(): Promise<{ autotask: number; marketplace: number }> {
    const [autotask, marketplace] = (await freePorts(2)) as [number, number];
    return { autotask, marketplace };
  }

  /** One process does everything here, so it is given more time to answer itself. */
  protected override get times(): Record<string, string> {
    return { AUTOTASK_TIMEOUT_SECONDS: '3', AUTOTASK_SETTLE_SECONDS: '5', LEASE_SECONDS: '8' };
  }

  protected override get entry(): string {
    return join(this.built.folder, 'src/main.js');
  }
}
