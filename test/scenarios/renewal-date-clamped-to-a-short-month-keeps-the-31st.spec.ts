import { describe, expect, it } from 'vitest';
import { chargingOf } from '../../src/domain/sync-plan/charging.js';

const terms = (creationDate: string, renewalDate: string, months = 1) => ({
  billingModel: 'chargeBeforeBillingPeriod' as const,
  billingPeriod: { unit: 'month' as const, count: months },
  subscriptionPeriod: { unit: 'month' as const, count: months },
  creationDate,
  renewalDate,
});

const starts = (of: ReturnType<typeof terms>, around: string) => {
  const charging = chargingOf(of);
  if (charging.kind !== 'units') throw new Error(charging.kind);
  const { index } = charging.grid.containing(around);
  return [-1, 0, 1, 2].map((step) => charging.grid.period(index + step).first);
};

describe('a renewal date that a short month cut', () => {
  it('keeps the day on which the subscription was created', () => {
    expect(starts(terms('2026-08-31', '2026-11-30'), '2026-11-15')).toEqual([
      '2026-09-30',
      '2026-10-31',
      '2026-11-30',
      '2026-12-31',
    ]);
  });

  it('keeps the 30th through February', () => {
    expect(starts(terms('2026-11-30', '2027-02-28'), '2027-02-10')).toEqual([
      '2026-12-30',
      '2027-01-30',
      '2027-02-28',
      '2027-03-30',
    ]);
  });

  it('finds the long month of a quarterly grid', () => {
    expect(starts(terms('2026-05-31', '2026-11-30', 3), '2026-12-01')).toEqual([
      '2026-08-31',
      '2026-11-30',
      '2027-02-28',
      '2027-05-31',
    ]);
  });

  it('believes a renewal date in the middle of a month, whatever the creation date', () => {
    expect(starts(terms('2026-08-31', '2026-11-15'), '2026-11-20')[1]).toBe('2026-11-15');
  });

  it('believes a renewal on the last day when the creation day is not later', () => {
    expect(starts(terms('2026-08-01', '2026-11-30'), '2026-12-01')).toEqual([
      '2026-10-30',
      '2026-11-30',
      '2026-12-30',
      '2027-01-30',
    ]);
  });
});
