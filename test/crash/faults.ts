import { pause } from './child.js';
import type { Random } from './random.js';
import { PAST_THE_LEASE_MS, SLOW_REPLY_MS, type Stack } from './stack.js';

/** The routes of writes. */
const WRITES = String.raw`/V1\.0/(Contracts/\d+/(ServiceAdjustments|Services|Charges)|Contracts)$`;
/** The reads with which contracts are planned and proven. */
const READS = String.raw`/V1\.0/(Contracts|ContractServices|ContractServiceUnits|ContractCharges)/query`;
/** Every request of the product; a person who edits by hand uses the other route. */
const ANYTHING = String.raw`/V1\.0/(?!ContractServiceAdjustments$)`;
const ERROR = { errors: ['An unexpected error occurred while processing the request.'] };

/** What somebody who is told of a strike can do. */
export interface Stage {
  stack: Stack;
  random: Random;
  /** Sets another trouble, for the very next request it fits. */
  arm: (trouble: Trouble) => Promise<void>;
}

/** A kind of trouble: what the sandbox does, and what happens to the product at that moment. */
export interface Trouble {
  name: string;
  /** Faults of the sandbox; `skip` is added by chance where it is not said. */
  faults: (random: Random) => Record<string, unknown>[];
  /** When the harness is told; by default as soon as the request is there. */
  at?: 'before' | 'applied' | 'answered';
  /** What the harness does then. */
  act?: (stage: Stage) => Promise<void>;
}

const write = (rest: Record<string, unknown>): Record<string, unknown> => ({ method: 'POST', path: WRITES, ...rest });
const read = (rest: Record<string, unknown>): Record<string, unknown> => ({ method: 'POST', path: READS, ...rest });
const kill = async ({ stack }: Stage): Promise<void> => await stack.killWriter();

/** Stopped past its lease, and then let go on: it must find that it may no longer write, or that it still may. */
async function stopAWhile({ stack }: Stage): Promise<void> {
  const goOn = await stack.stopWriter();
  // Not awaited by the sandbox: the request goes on while its sender stands still.
  void pause(PAST_THE_LEASE_MS).then(goOn);
}

/** A read that the process does not survive. */
const killedReading = (name: string): Trouble => ({
  name,
  faults: () => [read({ kind: 'delay', ms: 0, skip: 0 })],
  act: kill,
});

/** SIGKILL at every step of the journal (DESIGN §7). */
export const KILLS: readonly Trouble[] = [
  {
    name: 'killed while reading before a write',
    faults: () => [read({ kind: 'delay', ms: 0 })],
    act: kill,
  },
  {
    name: 'killed after the journal row, nothing arrived',
    faults: () => [write({ kind: 'drop-before' })],
    act: kill,
  },
  {
    name: 'killed after sending, applied later',
    faults: () => [write({ kind: 'delay', ms: 400 })],
    act: kill,
  },
  {
    name: 'killed after it was applied, before the answer',
    faults: () => [write({ kind: 'drop-after' })],
    at: 'applied',
    act: kill,
  },
  {
    name: 'killed as the answer arrives',
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'answered',
    act: kill,
  },
  {
    name: 'killed soon after an answer',
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'answered',
    act: async (stage) => {
      await pause(stage.random.whole(1, 60));
      await kill(stage);
    },
  },
  {
    name: 'a lost reply, then killed while it is proven',
    faults: () => [write({ kind: 'drop-after' })],
    at: 'applied',
    act: async ({ arm }) => await arm(killedReading('killed while a write is proven')),
  },
  {
    name: 'a write, then killed while its result is read',
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'applied',
    act: async ({ arm }) => await arm(killedReading('killed while a result is read')),
  },
];

/** SIGSTOP past the lease. */
export const STOPS: readonly Trouble[] = [
  {
    name: 'stopped past the lease before a write arrives',
    faults: () => [write({ kind: 'delay', ms: 0 })],
    act: stopAWhile,
  },
  {
    name: 'stopped past the lease after a write was applied',
    faults: () => [write({ kind: 'delay', ms: 0 })],
    at: 'applied',
    act: stopAWhile,
  },
  {
    name: 'stopped past the lease while reading',
    faults: () => [read({ kind: 'delay', ms: 0 })],
    act: stopAWhile,
  },
];

/** Everything else that may befall a request. */
export const TROUBLES: readonly Trouble[] = [
  { name: 'connection reset before a write was applied', faults: () => [write({ kind: 'drop-before' })] },
  { name: 'reply lost after a write was applied', faults: () => [write({ kind: 'drop-after' })], at: 'applied' },
  {
    name: 'slow reply, applied after the client gave up',
    faults: () => [write({ kind: 'delay', ms: SLOW_REPLY_MS })],
  },
  {
    name: 'storm of 429 on writes',
    faults: (random) => [write({ kind: 'status', status: 429, times: random.whole(2, 4) })],
  },
  {
    name: 'storm of 429 on reads',
    faults: (random) => [read({ kind: 'status', status: 429, times: random.whole(3, 6) })],
  },
  {
    name: '5 % random 500s',
    faults: (random) =>
      Array.from({ length: 120 }, (_, skip) => skip)
        .filter(() => random.chance(0.05))
        .map((skip) => ({ method: 'POST', path: ANYTHING, kind: 'status', status: 500, body: ERROR, skip })),
  },
  { name: 'random 500 on a write', faults: () => [write({ kind: 'status', status: 500, body: ERROR })] },
  { name: 'HTML 503 on a write', faults: () => [write({ kind: 'html', status: 503 })] },
  { name: 'HTML 503 on a read', faults: () => [read({ kind: 'html', status: 503 })] },
  { name: 'reset while reading', faults: () => [read({ kind: 'drop-before', times: 2 })] },
  {
    name: 'a lost reply, and a reset while it is proven',
    faults: () => [write({ kind: 'drop-after' })],
    at: 'applied',
    act: async ({ arm }) =>
      await arm({ name: 'reset while a write is proven', faults: () => [read({ kind: 'drop-before', skip: 0 })] }),
  },
];
