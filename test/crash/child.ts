import { spawn, type ChildProcess } from 'node:child_process';

/** How much of what a process said is kept. */
const LINES = 200;

/** A process of the harness: started, watched, and ended by it alone. */
export class Child {
  readonly said: string[] = [];
  readonly ended: Promise<void>;
  #isOver = false;

  private constructor(
    readonly name: string,
    private readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr])
      stream?.on('data', (text: Buffer) => {
        this.said.push(...text.toString().split('\n').filter(Boolean));
        this.said.splice(0, this.said.length - LINES);
      });
    this.ended = new Promise((resolve) => {
      process.once('exit', () => {
        this.#isOver = true;
        resolve();
      });
      process.once('error', (error) => {
        this.said.push(String(error));
        this.#isOver = true;
        resolve();
      });
    });
  }

  /** Starts a compiled program on this Node. */
  static node(name: string, entry: string, env: Record<string, string>, options: string[] = []): Child {
    return Child.command(name, process.execPath, ['--enable-source-maps', ...options, entry], { env });
  }

  /** Starts any program; as another user where that is given. */
  static command(
    name: string,
    command: string,
    args: string[],
    options: { env?: Record<string, string>; uid?: number; gid?: number; cwd?: string } = {},
  ): Child {
    const { env = {}, ...rest } = options;
    return new Child(
      name,
      spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...env }, ...rest }),
    );
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends a signal unless it is over already. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#isOver) this.process.kill(signal);
  }

  /** SIGKILL, and resolves when it is gone. A stopped process dies of it too. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** Asks it to end and resolves when it has; SIGKILL after so long. @returns false when it had to be killed. */
  async stop(patienceMs = 15_000): Promise<boolean> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), patienceMs);
    const startedAt = Date.now();
    await this.ended;
    clearTimeout(timer);
    return Date.now() - startedAt < patienceMs;
  }

  /** Resolves with the first line that looks like JSON. @throws Error when it ends before. */
  async firstJson<T>(): Promise<T> {
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && !this.#isOver) {
      const line = this.said.find((each) => each.startsWith('{'));
      if (line) return JSON.parse(line) as T;
      await pause(10);
    }
    throw new Error(`${this.name} did not start:\n${this.said.join('\n')}`);
  }
}

/** Waits. For bounded polling only. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Polls until it holds. @throws Error naming what was waited for. */
export async function until(what: string, seconds: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not reached within ${seconds} s: ${what}`);
    await pause(20);
  }
}
