import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { InstanceLimits } from '../../src/adapters/autotask/instance-limits.js';
import { sharedLimits } from '../../src/adapters/autotask/shared-limits.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

/** DESIGN §7: the gate and the budget belong to the Autotask instance, whatever process asks. */
describe('gate and budget over several processes', () => {
  let data: TestDatabase;
  let instance: string;

  beforeAll(async () => {
    data = await openTestDatabase();
  });
  afterAll(async () => await data.close());
  beforeEach(() => {
    instance = `https://zone.example/${randomUUID()}|1`;
  });

  /** The limits as one process has them. */
  const process = (requestMs = 60_000): InstanceLimits => sharedLimits(data.database, instance, requestMs);

  function gate(): { opened: Promise<void>; open: () => void } {
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    return { opened, open };
  }

  it('never lets a fourth request in flight, and lets everybody through', async () => {
    const processes = [process(), process(), process()];
    let running = 0;
    let highest = 0;
    const storm = Array.from({ length: 60 }, async (_, index) =>
      processes[index % 3]!.gate.run('Contracts', async () => {
        running += 1;
        highest = Math.max(highest, running);
        await wait(2);
        running -= 1;
        if (index % 5 === 0) throw new Error('refused');
        return index;
      }),
    );
    const results = await Promise.allSettled(storm);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(12);
    expect(highest).toBe(3);
  });

  it('counts every endpoint and every instance for itself', async () => {
    const full = gate();
    const held = Array.from({ length: 3 }, async () => await process().gate.run('Contracts', () => full.opened));
    expect(await process().gate.run('Services', () => Promise.resolve('in'))).toBe('in');
    const other = sharedLimits(data.database, `${instance}-other`, 60_000);
    expect(await other.gate.run('Contracts', () => Promise.resolve('in'))).toBe('in');
    full.open();
    await Promise.all(held);
  });

  it('frees the place of a process that died when its time is over, and not before', async () => {
    const places = async (): Promise<number> =>
      (
        await data.database.sql(
          'select slot from request_slot where instance = ? and held_until >= clock_timestamp()',
          [instance],
        )
      ).length;
    // Requests of a process that never comes back.
    for (let request = 0; request < 3; request += 1) void process().gate.run('Contracts', () => new Promise(() => {}));
    while ((await places()) < 3) await wait(5);
    let entered = false;
    const next = process().gate.run('Contracts', () => Promise.resolve((entered = true)));
    await wait(100);
    expect(entered).toBe(false);
    await data.database.sql('update request_slot set held_until = clock_timestamp() where instance = ? and slot = 2', [
      instance,
    ]);
    expect(await next).toBe(true);
  });

  it('lets writes of any process go before checks, and checks before refreshes', async () => {
    const full = gate();
    const [here, there] = [process(), process()];
    const order: string[] = [];
    const held = Array.from({ length: 3 }, async () => await here.gate.run('Contracts', () => full.opened));
    const enter = async (limits: InstanceLimits, purpose: 'writing' | 'read' | 'refresh'): Promise<void> =>
      await limits.gate.run(
        'Contracts',
        async () => {
          order.push(purpose);
          await wait(50);
        },
        { purpose },
      );
    const waiting = [
      ...Array.from({ length: 3 }, async () => await enter(here, 'refresh')),
      ...Array.from({ length: 3 }, async () => await enter(here, 'read')),
      ...Array.from({ length: 3 }, async () => await enter(there, 'writing')),
    ];
    await data.database.sql('select 1');
    await wait(100);
    full.open();
    await Promise.all([...held, ...waiting]);
    expect(order.slice(0, 3)).toEqual(['writing', 'writing', 'writing']);
    expect(order.slice(3, 6)).toEqual(['read', 'read', 'read']);
  });

  it('gives up waiting at the caller’s time', async () => {
    const full = gate();
    const inside = Array.from({ length: 3 }, () => gate());
    const held = inside.map(
      async (one) =>
        await process().gate.run('Contracts', async () => {
          one.open();
          await full.opened;
        }),
    );
    await Promise.all(inside.map(({ opened }) => opened));
    const until = { at: new Date(Date.now() + 50), expired: () => new Error('too late') };
    await expect(process().gate.run('Contracts', () => Promise.resolve(1), { until })).rejects.toThrow('too late');
    full.open();
    await Promise.all(held);
  });

  it('counts requests of all processes against one budget, to the last one', async () => {
    const processes = [process(), process(), process()];
    await processes[0]!.budget.refresh(() => Promise.resolve({ limit: 100, timeFrameMinutes: 60, current: 0 }));
    const answers = await Promise.all(
      Array.from({ length: 90 }, async (_, index) => await processes[index % 3]!.budget.take('writing', 0.5)),
    );
    expect(answers.filter(({ admitted }) => admitted)).toHaveLength(50);
    const refusal = answers.find(({ admitted }) => !admitted);
    expect(refusal).toMatchObject({ retryAfterMs: expect.any(Number) as number });
    // The running minute leaves the frame after 61 minutes at most.
    expect((refusal as { retryAfterMs: number }).retryAfterMs).toBeGreaterThanOrEqual(60 * 60_000);
  });

  it('keeps a tenth of the share for writing, and only writes above 75 % of the tenant’s count', async () => {
    const [here, there] = [process(), process()];
    await here.budget.refresh(() => Promise.resolve({ limit: 100, timeFrameMinutes: 60, current: 70 }));
    for (let sent = 0; sent < 6; sent += 1) expect((await there.budget.take('read', 0.5)).admitted).toBe(true);
    expect((await here.budget.take('read', 0.5)).admitted).toBe(false);
    expect((await here.budget.take('writing', 0.5)).admitted).toBe(true);
  });

  it('forgets requests that have left the time frame', async () => {
    const { budget } = process();
    await budget.refresh(() => Promise.resolve({ limit: 10, timeFrameMinutes: 60, current: 0 }));
    for (let sent = 0; sent < 10; sent += 1) await budget.take('writing', 1);
    expect((await budget.take('writing', 1)).admitted).toBe(false);
    await data.database.sql(
      `update request_budget set minutes = (select jsonb_object_agg((key::bigint - 61)::text, value) from jsonb_each(minutes))
       where instance = ?`,
      [instance],
    );
    expect((await budget.take('writing', 1)).admitted).toBe(true);
  });

  it('reads the tenant’s counter once for all processes, and again after a failure', async () => {
    let reads = 0;
    const read = async (): Promise<{ limit: number; timeFrameMinutes: number; current: number }> => {
      reads += 1;
      return await Promise.resolve({ limit: 100, timeFrameMinutes: 60, current: 0 });
    };
    const processes = [process(), process(), process()];
    await Promise.all(processes.map(async ({ budget }) => await budget.refresh(read)));
    expect(reads).toBe(1);
    const due = 'update request_budget set refresh_at = to_timestamp(0) where instance = ?';
    await data.database.sql(due, [instance]);
    await processes[1]!.budget.refresh(() => Promise.reject(new Error('no answer')));
    await processes[2]!.budget.refresh(read);
    expect(reads).toBe(1);
    await data.database.sql(due, [instance]);
    await processes[2]!.budget.refresh(read);
    expect(reads).toBe(2);
  });
});
