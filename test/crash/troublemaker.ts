import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Trouble } from './faults.js';
import type { Person } from './person.js';
import type { Random } from './random.js';
import type { Stack } from './stack.js';

/** Sets troubles in the sandbox and acts when they strike. */
export class Troublemaker {
  /** What struck, by name. */
  readonly struck: string[] = [];
  private readonly acting = new Map<string, { trouble: Trouble; random: Random }>();
  private readonly pending = new Set<Promise<void>>();
  private server!: Server;
  private address = '';
  private numbers = 0;

  constructor(
    private readonly stack: Stack,
    private readonly person: Person,
  ) {}

  /** Listens for the sandbox, which tells of every fault that strikes. */
  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      const act = async (): Promise<void> => await this.strike(request.url ?? '');
      const done = act()
        .catch(() => {})
        .finally(() => {
          response.end();
          this.pending.delete(done);
        });
      this.pending.add(done);
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Arms a trouble for one of the next few requests. */
  async arm(trouble: Trouble, random: Random, within: number): Promise<void> {
    this.numbers += 1;
    const path = `/${this.numbers}`;
    this.acting.set(path, { trouble, random });
    const tell = { url: `${this.address}${path}`, at: trouble.at ?? 'before' };
    for (const fault of trouble.faults(random))
      await this.person.sandbox('autotask', 'POST', '/faults', { skip: random.whole(0, within), ...fault, tell });
  }

  /** Takes back what has not struck. */
  async disarm(): Promise<void> {
    await this.person.sandbox('autotask', 'DELETE', '/faults');
    await Promise.all(this.pending);
    this.acting.clear();
    // One that struck in this moment may have armed another.
    await this.person.sandbox('autotask', 'DELETE', '/faults');
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  /** Each trouble acts and counts once, however many faults it is made of. */
  private async strike(path: string): Promise<void> {
    const found = this.acting.get(path);
    if (!found) return;
    this.acting.delete(path);
    const { trouble, random } = found;
    this.struck.push(trouble.name);
    const arm = async (next: Trouble): Promise<void> => await this.arm(next, random, 0);
    await trouble.act?.({ stack: this.stack, random, arm });
  }
}
