import { describe, expect, it } from 'vitest';
import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import { AutotaskReader } from './autotask-reader.js';

/** An adapter that answers from memory and counts; `answer` may hold a look-up back. */
function stub(answer: () => Promise<void> = async () => {}) {
  const asked: string[] = [];
  const found = async (what: string, ids: readonly number[], rows: object[]) => {
    asked.push(`${what} ${ids.join(',')}`);
    await answer();
    return rows;
  };
  const adapter = {
    contractsByIds: async (ids: number[]) =>
      await found(
        'contracts',
        ids,
        ids.filter((id) => id !== 404).map((id) => ({ id, companyId: 1 })),
      ),
    contractServices: async (ids: number[]) =>
      await found(
        'lines',
        ids,
        ids.map((id) => ({ id: id * 10, contractId: id })),
      ),
    contractServiceUnits: async (ids: number[]) =>
      await found(
        'units',
        ids,
        ids.map((id) => ({ id, contractId: id })),
      ),
    companiesByIds: async (ids: number[]) =>
      await found(
        'companies',
        ids,
        ids.map((id) => ({ id })),
      ),
    servicesByIds: async (ids: number[]) =>
      await found(
        'services',
        ids,
        ids.map((id) => ({ id })),
      ),
  } as unknown as AutotaskAdapter;
  return { adapter, asked };
}

describe('the reader of a run', () => {
  it('reads several contracts with three queries, each with its own lines and units', async () => {
    const { adapter, asked } = stub();
    const reader = new AutotaskReader(adapter, () => 0);
    await reader.load({ contractIds: [1, 2, 1] });
    expect(asked).toEqual(['contracts 1,2', 'lines 1,2', 'units 1,2']);
    expect(reader.contract(2)).toMatchObject({ contract: { id: 2 }, lines: [{ id: 20 }], units: [{ id: 2 }] });
  });

  it('uses a picture for a minute and not longer', async () => {
    let now = 0;
    const { adapter, asked } = stub();
    const reader = new AutotaskReader(adapter, () => now);
    await reader.load({ serviceIds: [5] });
    now = 59_999;
    await reader.load({ serviceIds: [5, 6] });
    now = 60_000;
    await reader.load({ serviceIds: [5] });
    expect(asked).toEqual(['services 5', 'services 6', 'services 5']);
  });

  it('uses a list for a minute and not longer, and asks again at once for one that could not be read', async () => {
    let now = 0;
    const names = ['EUR', 'Euro'];
    let failing = true;
    const adapter = {
      currencies: async () => {
        if (failing) throw new Error('throttled');
        return await Promise.resolve([{ id: 1, name: names.shift() }]);
      },
    } as unknown as AutotaskAdapter;
    const reader = new AutotaskReader(adapter, () => now);
    await expect(reader.currencyCode(1)).rejects.toThrow('throttled');
    failing = false;
    expect(await reader.currencyCode(1)).toBe('EUR');
    now = 59_999;
    expect(await reader.currencyCode(1)).toBe('EUR');
    now = 60_000;
    expect(await reader.currencyCode(1)).toBe('Euro');
  });

  it('does not use a picture after a write of ours, not even one that was on its way', async () => {
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let first = true;
    const { adapter, asked } = stub(async () => {
      if (first) await held;
    });
    const reader = new AutotaskReader(adapter, () => 0);
    const before = reader.load({ contractIds: [1] });
    reader.forgetContract(1);
    first = false;
    const after = reader.freshContract(1);
    release();
    await before;
    expect((await after)?.contract.id).toBe(1);
    expect(asked.filter((each) => each === 'units 1')).toHaveLength(2);
  });

  it('shares one look-up among those who ask at once', async () => {
    const { adapter, asked } = stub();
    const reader = new AutotaskReader(adapter, () => 0);
    await Promise.all([reader.load({ companyIds: [1] }), reader.load({ companyIds: [1, 2] })]);
    expect(asked).toEqual(['companies 1', 'companies 2']);
  });

  it('tells what is missing from what was never looked up', async () => {
    const reader = new AutotaskReader(stub().adapter, () => 0);
    await reader.load({ contractIds: [404] });
    expect(reader.contract(404)).toBeUndefined();
    expect(() => reader.contract(1)).toThrow('was not read');
  });

  it('remembers nothing of a look-up that failed', async () => {
    let fails = true;
    const { adapter } = stub(async () => {
      if (fails) throw new Error('no answer');
    });
    const reader = new AutotaskReader(adapter, () => 0);
    await expect(reader.load({ serviceIds: [1] })).rejects.toThrow('no answer');
    expect(() => reader.service(1)).toThrow('was not read');
    fails = false;
    await reader.load({ serviceIds: [1] });
    expect(reader.service(1)).toMatchObject({ id: 1 });
  });
});
