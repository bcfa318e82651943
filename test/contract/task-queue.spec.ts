import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import Bull from 'bull';
import { afterEach, describe, expect, it } from 'vitest';
import { BullTaskQueue } from '../../src/adapters/queue/bull-task-queue.js';
import { DatabaseTaskQueue } from '../../src/adapters/queue/database-task-queue.js';
import { redisOptions } from '../../src/adapters/queue/redis-options.js';
import { JOB_NAMES, type JobEnvelope, type JobHandler } from '../../src/ports/task-queue.port.js';
import { DueRows, envelope, gate, taskQueueContract, until, type QueueUnderTest } from './task-queue.contract.js';

// Handlers break on purpose here.
Logger.overrideLogger(false);

const OPTIONS = { concurrency: 2, pollMs: 20 };

taskQueueContract('embedded', async () => {
  const due = new DueRows();
  const queue = new DatabaseTaskQueue(due.read, OPTIONS);
  return await Promise.resolve({ queue, due, close: async () => await queue.stop() });
});

/** A queue object as one process has it; several with one name share their jobs. */
function bullQueue(url: string, name: string, options = OPTIONS): QueueUnderTest & { bull: Bull.Queue<JobEnvelope> } {
  const due = new DueRows();
  const bull = new Bull<JobEnvelope>(name, { prefix: 'psa-sync-test', redis: redisOptions(url) });
  const queue = new BullTaskQueue(bull, due.read, options);
  return { queue, due, bull, close: async () => await queue.stop() };
}

function registerAll(queue: QueueUnderTest['queue'], handler: JobHandler): void {
  for (const name of JOB_NAMES) queue.register(name, handler);
}

/** Removes everything a test's queue left in Redis. */
async function forget(url: string, name: string): Promise<void> {
  const bull = new Bull(name, { prefix: 'psa-sync-test', redis: redisOptions(url) });
  const keys = await bull.client.keys(`psa-sync-test:${name}:*`);
  if (keys.length > 0) await bull.client.del(keys);
  await bull.close();
}

/** A port on which nothing answers. */
async function silentPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A way to Redis that can be cut and mended. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => {
    const far = connect(Number(this.target.port || 6379), this.target.hostname);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });

  constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  async mend(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}

const REDIS = process.env.REDIS_URL;
if (REDIS) {
  taskQueueContract('Bull on Redis', async () => {
    const name = `contract-${randomUUID()}`;
    const under = bullQueue(REDIS, name);
    await under.bull.isReady();
    return {
      ...under,
      close: async () => {
        await under.close();
        await forget(REDIS, name);
      },
    };
  });

  describe('Bull on Redis between processes', () => {
    const name = `shared-${randomUUID()}`;
    const open: QueueUnderTest[] = [];

    afterEach(async () => {
      for (const queue of open.splice(0)) await queue.close();
      await forget(REDIS, name);
    });

    it('lets one worker run what another process announced, once', async () => {
      const web = bullQueue(REDIS, name);
      const workers = [bullQueue(REDIS, name), bullQueue(REDIS, name)];
      open.push(web, ...workers);
      const runs: JobEnvelope[] = [];
      const { opened: mayEnd, open: letEnd } = gate();
      for (const worker of workers) {
        registerAll(worker.queue, async (given) => {
          runs.push(given);
          await mayEnd;
        });
        await worker.queue.start();
      }
      const given = envelope();
      await web.queue.announce(given);
      await until(() => runs.length === 1);
      for (let hint = 0; hint < 3; hint += 1) await web.queue.announce(given);
      letEnd();
      await until(() => runs.length === 2);
      const last = envelope('sync');
      await web.queue.announce(last);
      await until(() => runs.length >= 3);
      expect(runs).toEqual([given, given, last]);
    });

    it('takes hints again when Redis comes, goes and comes back', async () => {
      const wire = new Wire(new URL(REDIS), await silentPort());
      const under = bullQueue(wire.url, name, { concurrency: 2, pollMs: 3_600_000 });
      open.push(under);
      const runs: JobEnvelope[] = [];
      registerAll(under.queue, async (given) => {
        runs.push(given);
        await Promise.resolve();
      });
      await under.queue.start();
      await under.queue.announce(envelope());
      expect(runs).toEqual([]);

      // The rows are looked at as soon as Redis is there: a lost hint does not wait for the slow look.
      const lost = envelope();
      under.due.rows = [lost];
      await wire.mend();
      await until(() => runs.length === 1);
      under.due.rows = [];
      const first = envelope();
      await under.queue.announce(first);
      await until(() => runs.length === 2);

      await wire.cut();
      await until(() => under.bull.client.status !== 'ready');
      await under.queue.announce(envelope());
      await wire.mend();
      await until(() => under.bull.client.status === 'ready');
      const second = envelope('sync');
      await under.queue.announce(second);
      await until(() => runs.length === 3);
      expect(runs).toEqual([lost, first, second]);
      await under.close();
      await wire.cut();
    });

    it('keeps nothing in Redis of jobs that are over', async () => {
      const under = bullQueue(REDIS, name);
      open.push(under);
      let runs = 0;
      registerAll(under.queue, async () => {
        runs += 1;
        if (runs === 1) throw new Error('broken on purpose');
        await Promise.resolve();
      });
      await under.queue.start();
      await under.queue.announce(envelope());
      await under.queue.announce(envelope());
      await until(() => runs === 2);
      await until(async () => {
        const keys = await under.bull.client.keys(`psa-sync-test:${name}:*check:*`);
        return keys.length === 0;
      });
      expect(await under.bull.getJobCounts()).toMatchObject({ active: 0, waiting: 0, completed: 0, failed: 0 });
    });
  });
}

describe('Bull without Redis', () => {
  it('starts, announces and stops without throwing, and works from the due rows', async () => {
    const port = await silentPort();
    const under = bullQueue(`redis://127.0.0.1:${port}/0`, 'nowhere');
    const seen: JobEnvelope[] = [];
    registerAll(under.queue, async (given) => {
      seen.push(given);
      under.due.rows = [];
      await Promise.resolve();
    });
    await under.queue.start();
    const lost = envelope();
    await under.queue.announce(lost);
    const row = envelope('sync');
    under.due.rows = [row];
    await until(() => seen.length > 0);
    await under.close();
    expect(seen).toEqual([row]);
  });
});
