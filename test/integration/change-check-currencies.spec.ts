import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CheckBench, type Tenant } from '../support/check-bench.js';

Logger.overrideLogger(false);

let bench: CheckBench;
let euro: Tenant;

beforeAll(async () => {
  bench = await CheckBench.open();
});
afterAll(async () => await bench.close());
beforeEach(async () => {
  await bench.reset();
  euro = await bench.tenant({ currency: 'EUR', settled: true });
});

const without = async (of: Tenant) => (await of.worker.dashboard.of(await of.connection())).ordersWithoutConnection;
const counted = (total: number) => ({ total, byCurrency: total === 0 ? [] : [{ currency: 'USD', count: total }] });

describe('an order in another currency', () => {
  it('is logged and counted once for the reseller, and becomes a task when a connection with it is added', async () => {
    const before = (await without(euro)).total;
    const pound = await bench.tenant({ currency: 'GBP', settled: true, installationId: euro.installationId });
    const sale = await bench.sell(4);
    await euro.scheduledCheck();
    await pound.scheduledCheck();
    await euro.scheduledCheck();
    const seen = (await without(euro)).total - before;
    expect(seen).toBeGreaterThan(0);
    expect(await without(pound)).toEqual(await without(euro));
    const logged = [...(await euro.log('order.without_connection')), ...(await pound.log('order.without_connection'))];
    expect(logged.filter(({ details }) => details?.['orderId'] === sale.id)).toHaveLength(1);
    expect([...(await euro.tasks(sale.subscriptionId)), ...(await pound.tasks(sale.subscriptionId))]).toEqual([]);

    const dollar = await bench.tenant({ currency: 'USD', installationId: euro.installationId });
    expect(await without(euro)).toEqual(counted(0));
    await dollar.check();
    expect(await dollar.told(sale.subscriptionId)).toEqual(['order sales pending 2027-03-10']);
    expect(await euro.tasks(sale.subscriptionId)).toEqual([]);
    // Switched off again it is not counted once more: it has its task.
    await bench.db.database.sql('update connection set enabled = false where id = ?', [dollar.id]);
    const still = await without(euro);
    expect(still.total).toBeLessThan(before + seen);
  });

  it('is not logged while another connection has it', async () => {
    const dollar = await bench.tenant({ currency: 'USD', settled: true, installationId: euro.installationId });
    const sale = await bench.sell(4);
    await euro.scheduledCheck();
    await dollar.scheduledCheck();
    expect(await euro.log('order.without_connection')).toEqual([]);
    expect(await without(euro)).toEqual(counted(0));
    expect(await dollar.tasks(sale.subscriptionId)).toHaveLength(1);
  });

  it('is not asked for again at every check', async () => {
    const sale = await bench.sell(4);
    await euro.scheduledCheck();
    bench.marketplace.calls.length = 0;
    await euro.scheduledCheck();
    expect(bench.marketplace.calls).not.toContain(`order ${sale.id}`);
  });
});

describe('subscriptions of two currencies', () => {
  it('belong each to the connection with its currency, and are read in detail by that one only', async () => {
    const dollar = await bench.tenant({ currency: 'USD', installationId: euro.installationId });
    await dollar.check();
    const { subscriptions } = await bench.control('GET', '/state');
    const inDollars = new Set(
      subscriptions.filter((one: any) => one.totalPrice.currency === 'USD').map((one: any) => one.id as string),
    );
    bench.marketplace.calls.length = 0;
    await euro.check();
    const read = bench.marketplace.calls
      .filter((call) => call.startsWith('subscription '))
      .map((call) => call.slice('subscription '.length));
    expect(read.filter((id) => inDollars.has(id))).toEqual([]);
    expect(read.length).toBeGreaterThan(20);
    for (const task of await euro.tasks()) expect(task.subscription.currency).toBe('EUR');
    for (const task of await dollar.tasks()) expect(task.subscription.currency).toBe('USD');
  });
});

describe('two resellers', () => {
  it('see nothing of each other', async () => {
    const other = await bench.tenant({ currency: 'USD', settled: true });
    const dollar = await bench.tenant({ currency: 'USD', settled: true, installationId: euro.installationId });
    const sale = await bench.sell(2);
    await dollar.scheduledCheck();
    expect(await other.tasks()).toEqual([]);
    expect(await without(other)).toEqual(counted(0));
    await other.scheduledCheck();
    expect(await other.tasks(sale.subscriptionId)).toHaveLength(1);
    expect(await dollar.tasks(sale.subscriptionId)).toHaveLength(1);
    const job = (await dollar.worker.jobs.list('check', await dollar.connection(), { page: 1, pageSize: 1 })).items[0]!;
    await expect(other.worker.jobs.get(job.id, other.installationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.worker.jobs.stop(job.id, other.installationId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
