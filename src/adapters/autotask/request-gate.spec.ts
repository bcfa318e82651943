import { describe, expect, it } from 'vitest';
import { InstanceLimitsRegistry } from './instance-limits.js';
import { RequestGate } from './request-gate.js';

/** Works that end when told, and a count of those running. */
function workshop() {
  const state = { running: 0, highest: 0, started: [] as number[] };
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const work = (id: number) => async (): Promise<number> => {
    state.started.push(id);
    state.running += 1;
    state.highest = Math.max(state.highest, state.running);
    try {
      await new Promise<void>((resolve, reject) => (ends[id] = { resolve, reject }));
      return id;
    } finally {
      state.running -= 1;
    }
  };
  return { state, ends, work };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('RequestGate', () => {
  it('lets three in and the fourth when one leaves, first come first served', async () => {
    const gate = new RequestGate();
    const { state, ends, work } = workshop();
    const runs = [0, 1, 2, 3, 4].map((id) => gate.run('Contracts', work(id)));
    await settled();
    expect(state.started).toEqual([0, 1, 2]);
    ends[1]!.resolve();
    await settled();
    expect(state.started).toEqual([0, 1, 2, 3]);
    ends[0]!.resolve();
    await settled();
    expect(state.started).toEqual([0, 1, 2, 3, 4]);
    for (const end of ends) end.resolve();
    expect(await Promise.all(runs)).toEqual([0, 1, 2, 3, 4]);
    expect(state.highest).toBe(3);
  });

  it('gives the slot back when the work fails', async () => {
    const gate = new RequestGate();
    const { state, ends, work } = workshop();
    const runs = [0, 1, 2, 3, 4, 5].map((id) => gate.run('Contracts', work(id)));
    const results = Promise.allSettled(runs);
    await settled();
    for (const id of [0, 1, 2]) ends[id]!.reject(new Error('refused'));
    await settled();
    expect(state.started).toEqual([0, 1, 2, 3, 4, 5]);
    for (const id of [3, 4, 5]) ends[id]!.resolve();
    expect((await results).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(state.highest).toBe(3);
  });

  it('counts every endpoint for itself', async () => {
    const gate = new RequestGate(1);
    const { state, ends, work } = workshop();
    const runs = [gate.run('Contracts', work(0)), gate.run('Services', work(1))];
    await settled();
    expect(state.started).toEqual([0, 1]);
    for (const end of ends) end.resolve();
    await Promise.all(runs);
  });

  it('never exceeds three under a storm of failing work', async () => {
    const gate = new RequestGate();
    let running = 0;
    let highest = 0;
    const storm = Array.from({ length: 200 }, (_, index) =>
      gate.run('Services', async () => {
        running += 1;
        highest = Math.max(highest, running);
        await settled();
        running -= 1;
        if (index % 3 === 0) throw new Error('refused');
      }),
    );
    const results = await Promise.allSettled(storm);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(67);
    expect(highest).toBe(3);
  });
});

describe('InstanceLimitsRegistry', () => {
  it('shares limits within an Autotask instance and nowhere else', () => {
    const registry = new InstanceLimitsRegistry();
    const zone = (host: string, ci: number) => ({ baseUrl: new URL(`https://${host}/ATServicesRest/V1.0/`), ci });
    const first = registry.of(zone('ws1.example', 1));
    expect(registry.of(zone('ws1.example', 1))).toBe(first);
    expect(registry.of(zone('ws1.example', 2))).not.toBe(first);
    expect(registry.of(zone('ws2.example', 1))).not.toBe(first);
  });
});
