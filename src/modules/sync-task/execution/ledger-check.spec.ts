import { describe, expect, it } from 'vitest';
import type { ContractServiceUnit } from '../../../domain/autotask/entities.js';
import type { LedgerStep } from '../../../domain/sync-plan/sync-facts.js';
import type { ContractPicture } from '../planning/autotask-reader.js';
import { driftOf } from './ledger-check.js';

const unit = (startDate: string, endDate: string, units: number): ContractServiceUnit => ({
  id: Number(startDate.replaceAll('-', '')),
  contractId: 7,
  contractServiceId: 5,
  serviceId: 1,
  startDate,
  endDate,
  units,
});
const picture = (...units: ContractServiceUnit[]): ContractPicture =>
  ({ contract: { id: 7, endDate: '2027-12-31' }, lines: [], units }) as unknown as ContractPicture;
const step = (kind: LedgerStep['kind'], from: string, quantity: number): LedgerStep => ({
  contractServiceId: 5,
  kind,
  from,
  quantity,
  ...(kind === 'base' ? {} : { subscriptionId: 's', productKey: 'p' }),
});
const drift = (rows: ContractServiceUnit[], ledger: LedgerStep[], from = '2027-03-01') =>
  driftOf(picture(...rows), ledger, new Map([[5, from]]));

/** DESIGN §7, step 6. */
describe('the re-read after a sync', () => {
  it('finds nothing when base and shares less deductions are what the line holds', () => {
    const ledger = [step('base', '2027-01-01', 2), step('share', '2027-03-10', 6), step('deduction', '2027-03-10', 1)];
    expect(drift([unit('2027-01-01', '2027-03-09', 2), unit('2027-03-10', '2027-12-31', 7)], ledger)).toEqual([]);
  });

  it('names the first day that differs, with both quantities', () => {
    expect(drift([unit('2027-03-10', '2027-12-31', 5)], [step('share', '2027-03-10', 6)])).toEqual([
      { contractServiceId: 5, from: '2027-03-10', expected: 6, actual: 5 },
    ]);
    expect(
      drift(
        [unit('2027-03-10', '2027-05-31', 6), unit('2027-06-01', '2027-12-31', 9)],
        [step('share', '2027-03-10', 6)],
      ),
    ).toEqual([{ contractServiceId: 5, from: '2027-06-01', expected: 6, actual: 9 }]);
  });

  it('sees windows that end before the contract does', () => {
    expect(drift([unit('2027-03-10', '2027-10-31', 6)], [step('share', '2027-03-10', 6)])).toEqual([
      { contractServiceId: 5, from: '2027-11-01', expected: 6, actual: 0 },
    ]);
  });

  it('does not look at what was before the change', () => {
    expect(
      drift(
        [unit('2027-02-01', '2027-02-28', 99), unit('2027-03-01', '2027-12-31', 6)],
        [step('share', '2027-03-01', 6)],
      ),
    ).toEqual([]);
  });
});
