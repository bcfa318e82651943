import { describe, expect, it } from 'vitest';
import type { AmountBlock, AmountRow, PlannedLine, SyncPlan } from '../../../domain/sync-plan/sync-plan.js';
import { summaryOf } from './plan-summary.js';

const block = (total: string): AmountBlock => ({ total, rows: [] });
const line = (more: Partial<PlannedLine>): PlannedLine =>
  ({
    productName: 'Example Office Basic',
    include: true,
    effectiveDate: '2027-03-10',
    quantityNow: 10,
    quantityAfter: 12,
    detail: 'Upgrade',
    periodMonths: 1,
    ...more,
  }) as PlannedLine;
const plan = (lines: PlannedLine[]): SyncPlan => ({
  operations: [],
  lines,
  amounts: {
    setup: block('25.00'),
    prorated: block('11.35'),
    recurring: block('96.00'),
    overuse: block('0.00'),
    cancellation: block('-5.00'),
  },
  invoiceImpact: [],
  folded: [],
  ledgerOnly: [],
  requiredActions: [],
  warnings: [],
  automatic: true,
  hash: 'x',
});

describe('the short words of a plan', () => {
  it('name what changes each period and what is billed once', () => {
    const summary = summaryOf(plan([line({ priceNow: '8', priceAfter: '8' })]), true, '2027-03-10T09:00:00.000Z');
    expect(summary).toMatchObject({
      recurringChange: '16',
      oneOff: '31.35',
      provisional: true,
      changes: [{ productName: 'Example Office Basic', from: 10, to: 12, date: '2027-03-10', detail: 'Upgrade' }],
    });
  });

  it('tell the length of the period, unless the lines have several', () => {
    const months = (...lengths: number[]) =>
      summaryOf(plan(lengths.map((periodMonths) => line({ periodMonths }))), false, '').periodMonths;
    expect(months(12, 12)).toBe(12);
    expect(months(1, 12)).toBeUndefined();
    expect(months()).toBeUndefined();
  });

  it('name the fees that are charged through a mapping, once, and not what Autotask bills by itself', () => {
    const row = (more: Partial<AmountRow>): AmountRow =>
      ({ productKey: 'p1', written: true, computedBy: 'marketplace', ...more }) as AmountRow;
    const charged = plan([]);
    charged.amounts.setup.rows = [
      row({ feeKind: 'setup' }),
      row({ feeKind: 'setup', written: false, productKey: 'p2' }),
    ];
    charged.amounts.prorated.rows = [
      row({ feeKind: 'proration', computedBy: 'autotask' }),
      row({ feeKind: 'shift', computedBy: 'psa-sync' }),
    ];
    charged.amounts.overuse.rows = [row({ feeKind: 'usage' }), row({ feeKind: 'overuse' })];
    charged.amounts.recurring.rows = [row({ feeKind: 'recurring', computedBy: 'autotask' })];
    expect(summaryOf(charged, false, '').fees).toEqual([
      { feeKind: 'setup', productKey: 'p1' },
      { feeKind: 'proration', productKey: 'p1' },
      { feeKind: 'usage', productKey: 'p1' },
    ]);
  });

  it('count a new line from nothing, a new price on all units, and an unticked row not at all', () => {
    const recurring = (more: Partial<PlannedLine>) => summaryOf(plan([line(more)]), false, '').recurringChange;
    expect(recurring({ quantityNow: 0, quantityAfter: 5, priceAfter: '8' })).toBe('40');
    expect(recurring({ quantityAfter: 10, priceNow: '8', priceAfter: '8.5' })).toBe('5');
    expect(recurring({ quantityAfter: 0, priceNow: '8' })).toBe('-80');
    expect(recurring({ include: false, priceNow: '8' })).toBe('0');
    expect(summaryOf(plan([line({ include: false })]), false, '').changes[0]).toMatchObject({ from: 10, to: 10 });
  });
});
