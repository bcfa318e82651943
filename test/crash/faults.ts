import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from './child.js';
import type { Person } from './person.js';
import type { Random } from './random.js';
import { PAST_THE_LEASE_MS, SLOW_REPLY_MS, type Stack } from './stack.js';

/** The routes of writes. */
const WRITES = String.raw`/V1\.0/(Contracts/\d+/(ServiceAdjustments|Services|Charges)|Contracts)$`;
/** The reads with which contracts are planned and proven. */
const READS = String.raw`/V1\.0/(Contracts|ContractServices|ContractServiceUnits|ContractCharges)/query`;
const ERROR = { errors: ['An unexpected error occurred while processing the request.'] };

/** A kind of trouble: what the sandbox does, and what happens to the product at that moment. */
export interface Trouble {
  name: string;
  /** The product's process does not survive it. */
  kills: boolean;
  /** Faults of the sandbox; `skip` is added by chance. */
  faults: (random: Random) => Record<string, unknown>[];
  /** When the harness is told, and what it does then. */
  at?: 'before' | 'applied' | 'answered';
  act?: (stack: Stack, random: Random) => Promise<void>;
  /** Only lines in existence can have it. */
  onWrites?: boolean;
}

const write = (rest: Record<string, unknown>): Record<string, unknown> => ({ method: 'POST', path: WRITES, ...rest });
const read = (rest: Record<string, unknown>): Record<string, unknown> => ({ method: 'POST', path: READS, ...rest });
const kill = async (stack: Stack): Promise<void> => await stack.killWriter();

/** Stopped past its lease, and then let go on: it must find that it may no longer write, or that it still may. */
async function stopAWhile(stack: Stack): Promise<void> {
  const goOn = await stack.stopWriter();
  // Not awaited by the sandbox: the request goes on while its sender stands still.
  void pause(PAST_THE_LEASE_MS).then(goOn);
}

/** SIGKILL at every step of the journal (DESIGN §7), and everything else that may befall a write. */
export const KILLS: readonly Trouble[] = [
  {
    name: 'killed while reading before a write',
    kills: true,
    faults: () => [read({ kind: 'delay', ms: 0 })],
    at: 'before',
    act: kill,
  },
  {
    name: 'killed after the journal row, nothing arrived',
    kills: true,
    faults: () => [write({ kind: 'drop-before' })],
    at: 'before',
    act: kill,
  },
  {
    name: 'killed after sending, applied later',
    kills: true,
    faults: () => [write({ kind: 'delay', ms: 400 })],
    at: 'before',
    act: kill,
  },
  {
    name: 'killed after it was applied, before the answer',
    kills: true,
    faults: () => [write({ kind: 'drop-after' })],
    at: 'applied',
    act: kill,
  },
  {
    name: 'killed as the answer arrives',
    kills: true,
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'answered',
    act: kill,
  },
  {
    name: 'killed soon after an answer',
    kills: true,
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'answered',
    act: async (stack, random) => {
      await pause(random.whole(1, 60));
      await stack.killWriter();
    },
  },
];

export const OTHERS: readonly Trouble[] = [
  {
    name: 'stopped past the lease before a write arrives',
    kills: false,
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'before',
    act: stopAWhile,
  },
  {
    name: 'stopped past the lease after a write was applied',
    kills: false,
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'applied',
    act: stopAWhile,
  },
  {
    name: 'stopped past the lease while reading',
    kills: false,
    faults: () => [read({ kind: 'delay', ms: 0 })],
    at: 'before',
    act: stopAWhile,
  },
];

export const TROUBLES: readonly Trouble[] = [
  { name: 'connection reset before a write was applied', kills: false, faults: () => [write({ kind: 'drop-before' })] },
  { name: 'reply lost after a write was applied', kills: false, faults: () => [write({ kind: 'drop-after' })] },
  {
    name: 'slow reply, applied after the client gave up',
    kills: false,
    faults: () => [write({ kind: 'delay', ms: SLOW_REPLY_MS })],
  },
  {
    name: 'storm of 429 on writes',
    kills: false,
    faults: (random) => [write({ kind: 'status', status: 429, times: random.whole(1, 3) })],
  },
  {
    name: 'storm of 429 on reads',
    kills: false,
    faults: (random) => [read({ kind: 'status', status: 429, times: random.whole(1, 4) })],
  },
  { name: 'random 500 on a write', kills: false, faults: () => [write({ kind: 'status', status: 500, body: ERROR })] },
  { name: 'random 500 on a read', kills: false, faults: () => [read({ kind: 'status', status: 500, body: ERROR })] },
  { name: 'HTML 503 on a write', kills: false, faults: () => [write({ kind: 'html', status: 503 })] },
  { name: 'HTML 503 on a read', kills: false, faults: () => [read({ kind: 'html', status: 503 })] },
  { name: 'reset while reading', kills: false, faults: () => [read({ kind: 'drop-before', times: 2 })] },
  {
    name: 'a lost reply, and a reset while it is proven',
    kills: false,
    faults: () => [write({ kind: 'drop-after' }), read({ kind: 'drop-before', skip: 1 })],
  },
];

/** Sets troubles in the sandbox and acts when they strike. */
export class Troublemaker {
  /** What struck, by name. */
  readonly struck: string[] = [];
  private readonly acting = new Map<string, { trouble: Trouble; random: Random }>();
  private readonly pending = new Set<Promise<void>>();
  private server!: Server;
  private address = '';
  private numbers = 0;
  private set: { name: string; faults: number }[] = [];

  constructor(
    private readonly stack: Stack,
    private readonly person: Person,
  ) {}

  async open(): Promise<void> {
    this.server = createServer((request, response) => {
      const found = this.acting.get(request.url ?? '');
      const act = async (): Promise<void> => {
        if (!found) return;
        this.acting.delete(request.url ?? '');
        this.struck.push(found.trouble.name);
        await found.trouble.act?.(this.stack, found.random);
      };
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
    let faults = 0;
    for (const [index, fault] of trouble.faults(random).entries()) {
      const tell = index === 0 && trouble.at ? { tell: { url: this.expect(trouble, random), at: trouble.at } } : {};
      await this.person.sandbox('autotask', 'POST', '/faults', { skip: random.whole(0, within), ...fault, ...tell });
      faults += 1;
    }
    if (!trouble.at) this.set.push({ name: trouble.name, faults });
  }

  /** Takes what has not struck back, and counts what has. */
  async disarm(): Promise<void> {
    const { items } = await this.person.sandbox<{ items: any[] }>('autotask', 'GET', '/faults');
    await this.person.sandbox('autotask', 'DELETE', '/faults');
    const silent = items.filter(({ tell }) => !tell).length;
    const quiet = this.set.reduce((sum, { faults }) => sum + faults, 0) - silent;
    // Which of several silent ones struck does not matter; how many do.
    for (const { name } of this.set.slice(0, Math.max(0, quiet))) this.struck.push(name);
    this.set = [];
    this.acting.clear();
    await Promise.all(this.pending);
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  private expect(trouble: Trouble, random: Random): string {
    this.numbers += 1;
    const path = `/${this.numbers}`;
    this.acting.set(path, { trouble, random });
    return `${this.address}${path}`;
  }
}
