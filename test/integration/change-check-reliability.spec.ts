import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Notification } from '../../src/modules/notification/notification.entities.js';
import { gate, until } from '../contract/task-queue.contract.js';
import { CheckBench, START, type Tenant } from '../support/check-bench.js';

Logger.overrideLogger(false);

let bench: CheckBench;
let tenant: Tenant;

beforeAll(async () => {
  bench = await CheckBench.open();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  await bench.reset();
  tenant = await bench.tenant({ settled: true });
});

const DAY = 24 * 3_600_000;
const later = (ms: number): string => new Date(Date.parse(START) + ms).toISOString();

/** So many sales, oldest first. */
async function sell(count: number): Promise<any[]> {
  const sales = [];
  for (let n = 0; n < count; n += 1) sales.push(await bench.sell(1 + n));
  return sales;
}

describe('a check that breaks off', () => {
  it('between two transactions loses nothing and repeats nothing', async () => {
    // More than one transaction's worth of orders: the break comes in the second.
    await sell(201);
    const last = await bench.sell(9);
    bench.marketplace.beforeOrder = (id) => {
      if (id === last.id) throw new Error('killed here');
    };
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'failed', failure: { code: 'UNEXPECTED' } });
    const committed = (await tenant.tasks()).length;
    expect(committed).toBe(200);
    bench.marketplace.unhook();
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'done', result: { newTasks: 2, knownOrders: 200 } });
    const keys = (await tenant.tasks()).map(({ sourceKey }) => sourceKey);
    expect(keys).toHaveLength(202);
    expect(new Set(keys).size).toBe(202);
    expect((await tenant.scheduledCheck()).result).toMatchObject({ newTasks: 0 });
  });

  it('after its tasks were made but before they were planned has them planned by the next one', async () => {
    const sale = await bench.sell(3);
    tenant.worker.breakReplan = new Error('Autotask does not answer');
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'done', result: { newTasks: 1 } });
    tenant.worker.breakReplan = undefined;
    await tenant.scheduledCheck();
    await tenant.scheduledCheck();
    expect(tenant.worker.replanned).toEqual([[sale.subscriptionId]]);
  });

  it('in the middle of the first sweep goes on there, with the same rules', async () => {
    tenant = await bench.tenant();
    const recent = await bench.sell(3);
    let reads = 0;
    bench.marketplace.beforeSubscription = () => {
      reads += 1;
      if (reads === 30) throw new Error('killed here');
    };
    expect(await tenant.check()).toMatchObject({ state: 'failed' });
    bench.marketplace.unhook();
    expect(await tenant.check()).toMatchObject({ state: 'done' });
    const broken = (await tenant.tasks()).map(({ sourceKey, state }) => `${sourceKey} ${state}`).sort();
    const whole = await bench.tenant();
    await whole.check();
    expect(broken).toEqual((await whole.tasks()).map(({ sourceKey, state }) => `${sourceKey} ${state}`).sort());
    expect(broken).toContain(`order:${recent.id}:${recent.subscriptionId} pending`);
  });

  it('because the marketplace does not answer fails with its code, tells people, and is made up for', async () => {
    const sale = await bench.sell(3);
    await bench.control('POST', '/faults', {
      method: 'GET',
      path: '/marketplace/orders',
      times: 20,
      kind: 'drop-before',
    });
    const job = await tenant.scheduledCheck();
    expect(job).toMatchObject({ state: 'failed', failure: { code: 'MARKETPLACE_UNREACHABLE' } });
    expect((await tenant.log('check.failed')).map(({ details }) => details?.['code'])).toEqual([
      'MARKETPLACE_UNREACHABLE',
    ]);
    const told = await bench.db.database.unit().find(Notification, { connectionId: tenant.id, level: 'error' });
    expect(told.map(({ code }) => code)).toEqual(['MARKETPLACE_UNREACHABLE']);
    expect((await tenant.connection()).enabled).toBe(true);
    await bench.control('DELETE', '/faults');
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'done', result: { newTasks: 1 } });
    expect(await tenant.tasks(sale.subscriptionId)).toHaveLength(1);
  });
});

describe('two processes', () => {
  it('that want to check one connection make one check', async () => {
    const sales = await sell(3);
    const other = bench.process();
    const { opened, open } = gate();
    let lists = 0;
    bench.marketplace.afterList = async () => {
      lists += 1;
      await opened;
    };
    const connection = await tenant.connection();
    const jobs = await Promise.all([
      tenant.worker.requests.byPerson(connection, 'user-1'),
      other.requests.byPerson(connection, 'user-2'),
    ]);
    expect(jobs[0].id).toBe(jobs[1].id);
    const first = tenant.worker.loop.run(tenant.envelope);
    const second = other.loop.run(tenant.envelope);
    await until(() => lists > 0);
    // Pressing again while it runs joins it.
    expect((await other.requests.byPerson(connection, 'user-3')).id).toBe(jobs[0].id);
    open();
    await Promise.all([first, second]);
    expect(await other.jobs.list('check', connection, { page: 1, pageSize: 10 })).toMatchObject({ total: 1 });
    for (const { subscriptionId } of sales) expect(await tenant.tasks(subscriptionId)).toHaveLength(1);
  });

  it('of which one asks again before the other has begun its claimed check make no second one', async () => {
    const job = await tenant.worker.requests.byPerson(await tenant.connection(), 'user-1');
    // What such a request leaves: the row is due again while the only job there is runs.
    bench.marketplace.afterList = async () => {
      bench.marketplace.afterList = () => {};
      await tenant.worker.due.request('check', tenant.installationId, tenant.id);
    };
    await tenant.worker.loop.run(tenant.envelope);
    await tenant.worker.loop.run(tenant.envelope);
    const { items, total } = await tenant.worker.jobs.list('check', await tenant.connection(), {
      page: 1,
      pageSize: 10,
    });
    expect([total, items[0]!.id, items[0]!.state]).toEqual([1, job.id, 'done']);
  });

  it('even running the same check twice at once make each task once', async () => {
    const sales = await sell(4);
    const other = bench.process();
    await tenant.worker.jobs.request('check', await tenant.connection(), 'automatic', {});
    // The lease is stolen in the middle: the first process has found the orders new and goes on without knowing.
    bench.marketplace.beforeOrder = async () => {
      bench.marketplace.beforeOrder = () => {};
      await bench.db.database.sql(`update due_job set claimed_until = clock_timestamp() - interval '1 second'`);
      await other.loop.run(tenant.envelope);
    };
    await tenant.worker.loop.run(tenant.envelope);
    for (const { subscriptionId } of sales) expect(await tenant.tasks(subscriptionId)).toHaveLength(1);
    expect(await tenant.log('task.created')).toHaveLength(4);
    expect(await tenant.log('check.failed')).toEqual([]);
  });

  it('of which one stops hand the same job over, and its counts never fall', async () => {
    await sell(3);
    const other = bench.process();
    const job = await tenant.worker.jobs.request('check', await tenant.connection(), 'user-1', {});
    bench.marketplace.beforeOrder = async () => {
      bench.marketplace.beforeOrder = () => {};
      // Resolves only when the running work has ended, so it cannot be awaited in here.
      void tenant.worker.loop.beforeApplicationShutdown();
      await Promise.resolve();
    };
    await tenant.worker.loop.run(tenant.envelope);
    const halfway = await other.jobs.get(job.id, tenant.installationId);
    expect(halfway.state).toBe('running');
    await other.loop.run(tenant.envelope);
    const done = await other.jobs.get(job.id, tenant.installationId);
    expect(done.state).toBe('done');
    expect(done.done).toBeGreaterThanOrEqual(halfway.done);
    expect(await tenant.tasks()).toHaveLength(3);
  });
});

describe('a running check', () => {
  it('is stopped between two steps, keeps what it has, and the next one goes on', async () => {
    await sell(3);
    const job = await tenant.worker.jobs.request('check', await tenant.connection(), 'user-1', {});
    bench.marketplace.beforeOrder = async () => {
      bench.marketplace.beforeOrder = () => {};
      await tenant.worker.jobs.stop(job.id, tenant.installationId);
    };
    await tenant.worker.loop.run(tenant.envelope);
    expect(await tenant.worker.jobs.get(job.id, tenant.installationId)).toMatchObject({
      state: 'stopped',
      result: { newTasks: 3 },
    });
    expect(await tenant.log('check.stopped')).toHaveLength(1);
    expect(await tenant.log('check.finished')).toHaveLength(0);
    expect(await tenant.scheduledCheck()).toMatchObject({ state: 'done', result: { newTasks: 0 } });
  });

  it('of the scheduler sweeps too when a person asks for one meanwhile', async () => {
    const sale = await bench.sell(3);
    await tenant.scheduledCheck();
    await bench.patch(sale.subscriptionId, { status: 'terminated', expirationDate: '2027-03-10' });
    let joined = '';
    bench.marketplace.afterList = async () => {
      bench.marketplace.afterList = () => {};
      joined = (await tenant.worker.requests.byPerson(await tenant.connection(), 'user-1')).id;
    };
    const job = await tenant.scheduledCheck();
    expect(joined).toBe(job.id);
    expect(job).toMatchObject({ state: 'done', requestedBy: 'automatic', result: { swept: true } });
    expect(await tenant.told(sale.subscriptionId)).toEqual([
      'order sales pending 2027-03-10',
      'expiry cancellation pending 2027-03-10',
    ]);
  });
});

describe('the scheduler', () => {
  async function scheduled(settings: { automation: 'daily' | 'every5Minutes' }, nextCheckAt: string): Promise<Tenant> {
    const made = await bench.tenant({ settled: true, settings: { ...settings, dailyHour: 6 } });
    await bench.db.database.sql('update connection set next_check_at = ? where id = ?', [
      new Date(nextCheckAt),
      made.id,
    ]);
    return made;
  }

  const checks = async (of: Tenant) =>
    (await of.worker.jobs.list('check', await of.connection(), { page: 1, pageSize: 50 })).total;

  it('asks for a check when its time has come, once, and sets the next time', async () => {
    const [due, notYet] = [
      await scheduled({ automation: 'every5Minutes' }, START),
      await scheduled({ automation: 'every5Minutes' }, later(60_000)),
    ];
    await Promise.all([due.worker.scheduler.tick(), bench.process().scheduler.tick(), due.worker.scheduler.tick()]);
    expect(await checks(due)).toBe(1);
    expect(await checks(notYet)).toBe(0);
    const next = (await due.connection()).nextCheckAt!.toISOString();
    expect(Date.parse(next) - Date.parse(START)).toBeGreaterThan(0);
    // The clock of the sandboxes has gone on meanwhile: by seconds, not by a minute.
    expect(Date.parse(next) - Date.parse(START)).toBeLessThanOrEqual(6 * 60_000);
    await due.worker.loop.run(due.envelope);
    await bench.setClock(next);
    await due.worker.scheduler.tick();
    expect(await checks(due)).toBe(2);
  });

  it('makes up once for all the times that passed while nothing ran', async () => {
    const missed = await scheduled({ automation: 'daily' }, later(-20 * DAY));
    missed.worker.scheduler.onApplicationBootstrap();
    await until(async () => (await checks(missed)) === 1);
    await missed.worker.scheduler.tick();
    expect(await checks(missed)).toBe(1);
    const next = (await missed.connection()).nextCheckAt!.toISOString();
    expect(next > START && next < later(DAY)).toBe(true);
  });

  it('leaves switched-off connections, paused ones and disabled installations alone', async () => {
    const all = [
      await scheduled({ automation: 'daily' }, later(-DAY)),
      await scheduled({ automation: 'daily' }, later(-DAY)),
      await scheduled({ automation: 'daily' }, later(-DAY)),
    ];
    const sql = bench.db.database.sql.bind(bench.db.database);
    await sql('update connection set enabled = false where id = ?', [all[0]!.id]);
    await sql(`update connection set paused_until = now() + interval '1 hour' where id = ?`, [all[1]!.id]);
    await sql(`update installation set status = 'disabled' where id = ?`, [all[2]!.installationId]);
    await all[0]!.worker.scheduler.tick();
    for (const one of all) expect(await checks(one)).toBe(0);
  });

  it('does nothing in a worker', async () => {
    const due = await scheduled({ automation: 'daily' }, later(-DAY));
    await bench.process({ role: 'worker' }).scheduler.tick();
    expect(await checks(due)).toBe(0);
  });
});

describe('a connection that was switched off', () => {
  it('fails its waiting check without asking the marketplace', async () => {
    const job = await tenant.worker.jobs.request('check', await tenant.connection(), 'user-1', {});
    await bench.db.database.sql('update connection set enabled = false where id = ?', [tenant.id]);
    await bench.takeRequests();
    await tenant.worker.loop.run(tenant.envelope);
    expect(await tenant.worker.jobs.get(job.id, tenant.installationId)).toMatchObject({
      state: 'failed',
      failure: { code: 'CONNECTION_DISABLED' },
    });
    expect(await bench.takeRequests()).toEqual([]);
  });
});
