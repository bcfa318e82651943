import { describe, expect, it } from 'vitest';
import { examineCustomerSave, type CustomerChange, type PresentCustomers } from './customer-save.js';

const NAMES = { A: 'Marmalade Freight', B: 'Otter & Quill', C: 'Paper Moon Dental' };

function present(pairs: [customerId: string, companyId: number][], changes: Partial<PresentCustomers> = {}) {
  return {
    customers: new Map(Object.entries(NAMES).map(([id, name]) => [id, { name, active: true, version: 3 }])),
    companies: new Map([1, 2, 3, 4].map((id) => [id, { name: `Company ${id}`, active: true }])),
    pairs: pairs.map(([customerId, companyId]) => ({ customerId, companyId })),
    rejected: [],
    ...changes,
  } satisfies PresentCustomers;
}

const row = (
  action: CustomerChange['action'],
  customerId: string,
  companyId: number,
  version?: number,
): CustomerChange => ({ action, customerId, companyId, version });

const codes = (changes: CustomerChange[], now: PresentCustomers) =>
  examineCustomerSave(changes, now).refused.map(({ index, code }) => `${index} ${code}`);

describe('a bulk save of customer mappings', () => {
  it('maps and unmaps in one go, in any order', () => {
    const switched = examineCustomerSave([row('map', 'A', 2), row('unmap', 'A', 1)], present([['A', 1]]));
    expect(switched.refused).toEqual([]);
    expect(switched.after).toEqual([{ customerId: 'A', companyId: 2 }]);
  });

  it('switches the one side of a one-to-many match in one save', () => {
    const rows = [row('unmap', 'A', 1), row('unmap', 'A', 2), row('map', 'B', 1), row('map', 'B', 2)];
    expect(
      codes(
        rows,
        present([
          ['A', 1],
          ['A', 2],
        ]),
      ),
    ).toEqual([]);
  });

  it('lets either side of a one-to-one match become the many side, and grow and shrink', () => {
    expect(codes([row('map', 'A', 2)], present([['A', 1]]))).toEqual([]);
    expect(codes([row('map', 'B', 1)], present([['A', 1]]))).toEqual([]);
    expect(
      codes(
        [row('map', 'A', 3), row('unmap', 'A', 1)],
        present([
          ['A', 1],
          ['A', 2],
        ]),
      ),
    ).toEqual([]);
  });

  it('never makes a mapping many-to-many, and names the row that would', () => {
    const verdict = examineCustomerSave(
      [row('map', 'C', 4), row('map', 'B', 1)],
      present([
        ['A', 1],
        ['A', 2],
      ]),
    );
    expect(verdict.refused).toEqual([
      expect.objectContaining({ index: 1, code: 'MANY_TO_MANY', customerId: 'B', companyId: 1 }),
    ]);
    expect(verdict.refused[0]!.message).toContain('Marmalade Freight would have several companies and Company 1');
  });

  it('names both rows when only together they are many-to-many', () => {
    expect(codes([row('map', 'A', 2), row('map', 'B', 1)], present([['A', 1]]))).toEqual([
      '0 MANY_TO_MANY',
      '1 MANY_TO_MANY',
    ]);
  });

  it('does not blame a save for a knot it does not touch', () => {
    expect(
      codes(
        [row('map', 'C', 4)],
        present([
          ['A', 1],
          ['A', 2],
          ['B', 1],
        ]),
      ),
    ).toEqual([]);
  });

  it('takes a row that is already so as done, also with an old version', () => {
    const verdict = examineCustomerSave([row('map', 'A', 1, 1), row('unmap', 'B', 1, 1)], present([['A', 1]]));
    expect(verdict).toMatchObject({ effective: [], refused: [] });
  });

  it('refuses what somebody else changed since, with what is so now', () => {
    const verdict = examineCustomerSave(
      [row('map', 'A', 2, 2)],
      present([
        ['A', 4],
        ['A', 3],
      ]),
    );
    expect(verdict.refused).toEqual([
      expect.objectContaining({ code: 'MAPPING_CONFLICT', current: { version: 3, companyIds: [3, 4] } }),
    ]);
  });

  it('refuses unknown and inactive customers and companies, each by its own code', () => {
    const now = present([], {
      customers: new Map([
        ['A', { name: 'A', active: true, version: 0 }],
        ['B', { name: 'B', active: false, version: 0 }],
      ]),
      companies: new Map([
        [1, { name: 'One', active: true }],
        [2, { name: 'Two', active: false }],
      ]),
    });
    const rows = [row('map', 'X', 1), row('map', 'A', 9), row('map', 'B', 1), row('map', 'A', 2)];
    expect(codes(rows, now)).toEqual([
      '0 CUSTOMER_UNKNOWN',
      '1 COMPANY_UNKNOWN',
      '2 CUSTOMER_INACTIVE',
      '3 COMPANY_INACTIVE',
    ]);
  });

  it('always allows a broken mapping to be taken apart', () => {
    const now = present([['A', 9]], { customers: new Map([['A', { name: 'A', active: false, version: 1 }]]) });
    expect(examineCustomerSave([row('unmap', 'A', 9)], now)).toMatchObject({ refused: [], after: [] });
  });

  it('refuses the same pair twice, and the rejection of what is mapped', () => {
    expect(codes([row('map', 'A', 1), row('unmap', 'A', 1)], present([]))).toEqual(['1 ROW_TWICE']);
    expect(codes([row('reject', 'A', 1)], present([['A', 1]]))).toEqual(['0 SUGGESTION_MAPPED']);
  });

  it('remembers a rejection once', () => {
    const now = present([], { rejected: [{ customerId: 'A', companyId: 1 }] });
    expect(examineCustomerSave([row('reject', 'A', 1), row('reject', 'A', 2)], now).effective).toEqual([
      row('reject', 'A', 2),
    ]);
  });
});
