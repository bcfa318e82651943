import { describe, expect, it } from 'vitest';
import { examineProductSave, type PresentProducts, type ProductChange } from './product-save.js';
import { serviceNeedOf } from './product-service.js';

const month = { unit: 'month', count: 1 } as const;
const monthly = serviceNeedOf({
  billingModel: 'chargeBeforeBillingPeriod',
  billingPeriod: month,
  subscriptionPeriod: month,
});

function present(mappings: [string, number][], changes: Partial<PresentProducts> = {}): PresentProducts {
  return {
    products: new Map(
      ['office', 'backup', 'phone'].map((key) => [
        key,
        { name: `Sample ${key}`, active: true, version: 2, need: monthly },
      ]),
    ),
    services: new Map([
      [1, { name: 'Office', isActive: true, periodType: 2 }],
      [2, { name: 'Backup', isActive: true, periodType: 2 }],
      [3, { name: 'Old', isActive: false, periodType: 2 }],
      [4, { name: 'Yearly', isActive: true, periodType: 5 }],
    ]),
    mappings: new Map(mappings),
    ...changes,
  };
}

const map = (productKey: string, serviceId: number, version?: number): ProductChange => ({
  productKey,
  serviceId,
  action: 'map',
  version,
});
const codes = (changes: ProductChange[], now: PresentProducts, several = false) =>
  examineProductSave(changes, now, several).refused.map(({ index, code }) => `${index} ${code}`);

describe('a bulk save of product mappings (MAP-6)', () => {
  it('maps, replaces and unmaps', () => {
    const rows: ProductChange[] = [map('office', 1), map('backup', 2, 2), { productKey: 'phone', action: 'unmap' }];
    expect(
      examineProductSave(
        rows,
        present([
          ['backup', 1],
          ['phone', 2],
        ]),
        false,
      ),
    ).toMatchObject({ effective: rows, refused: [] });
  });

  it('refuses unknown, inactive and unfitting services, each by its own code', () => {
    expect(codes([map('office', 9), map('backup', 3), map('phone', 4)], present([]))).toEqual([
      '0 SERVICE_UNKNOWN',
      '1 SERVICE_INACTIVE',
      '2 CYCLE_MISMATCH',
    ]);
  });

  it('refuses an unknown product, one that is gone, and the same one twice', () => {
    const gone = new Map([['office', { name: 'Office', active: false, version: 0, need: monthly }]]);
    expect(codes([map('other', 1), map('office', 1), map('office', 2)], present([], { products: gone }))).toEqual([
      '0 PRODUCT_UNKNOWN',
      '1 PRODUCT_INACTIVE',
      '2 ROW_TWICE',
    ]);
  });

  it('lets several products share a service only when the setting says so (INS-8)', () => {
    const now = present([['office', 1]]);
    expect(codes([map('backup', 1)], now)).toEqual(['0 SERVICE_TAKEN']);
    expect(examineProductSave([map('backup', 1)], now, false).refused[0]!.message).toContain('Sample office');
    expect(codes([map('backup', 1)], now, true)).toEqual([]);
  });

  it('sees two rows of one save that want the same service', () => {
    expect(codes([map('office', 1), map('backup', 1)], present([]))).toEqual(['0 SERVICE_TAKEN', '1 SERVICE_TAKEN']);
  });

  it('lets two products change places', () => {
    expect(
      codes(
        [map('office', 2), map('backup', 1)],
        present([
          ['office', 1],
          ['backup', 2],
        ]),
      ),
    ).toEqual([]);
  });

  it('refuses what somebody else changed since, with what is so now', () => {
    const unmap: ProductChange = { productKey: 'office', action: 'unmap', serviceId: 2 };
    const { refused } = examineProductSave([map('backup', 2, 1), unmap], present([['office', 1]]), false);
    expect(refused).toEqual([
      expect.objectContaining({ code: 'MAPPING_CONFLICT', current: { version: 2, serviceId: null } }),
      expect.objectContaining({ code: 'MAPPING_CONFLICT', current: { version: 2, serviceId: 1 } }),
    ]);
  });

  it('takes a row that is already so as done', () => {
    const rows: ProductChange[] = [map('office', 1, 0), { productKey: 'backup', action: 'unmap', version: 0 }];
    expect(examineProductSave(rows, present([['office', 1]]), false)).toEqual({ effective: [], refused: [] });
  });
});
