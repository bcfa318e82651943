import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineLedger, lastValue, valueOn } from '../sync-plan/ledger.js';
import type { LedgerStep } from '../sync-plan/sync-facts.js';
import { sharesToBase } from './release-shares.js';

const LINE = 7;
const PRODUCT = 'mpn:A||1m|1m';
const step = (kind: LedgerStep['kind'], from: string, quantity: number, owner = 'S-1', seq = 0): LedgerStep => ({
  contractServiceId: LINE,
  kind,
  from,
  quantity,
  seq,
  ...(kind === 'base' ? {} : { subscriptionId: owner, productKey: PRODUCT }),
});

/** As the database would hold it: written later = higher number. */
function after(steps: LedgerStep[], from: string): LedgerStep[] {
  const added = sharesToBase(steps, 'S-1', from).map((one, index) => ({ ...one, seq: 1000 + index }));
  return [...steps, ...added];
}

describe('a subscription leaves its contract (MAP-9: units stay, shares become base)', () => {
  it('moves the running share to the base from that day on', () => {
    const steps = [
      step('base', '2027-01-01', 2),
      step('share', '2027-01-01', 5),
      step('share', '2027-01-01', 3, 'S-2'),
    ];
    const ledger = new LineLedger(after(steps, '2027-02-10'), '');
    expect(ledger.share('S-1', PRODUCT)).toEqual([
      { from: '2027-01-01', quantity: 5 },
      { from: '2027-02-10', quantity: 0 },
    ]);
    expect(valueOn(ledger.base(), '2027-02-09')).toBe(2);
    expect(valueOn(ledger.base(), '2027-02-10')).toBe(7);
    expect(lastValue(ledger.share('S-2', PRODUCT))).toBe(3);
  });

  it('takes a decrease that waits for next month along', () => {
    const steps = [step('share', '2027-01-01', 5), step('share', '2027-03-01', 0)];
    const ledger = new LineLedger(after(steps, '2027-02-10'), '');
    expect(valueOn(ledger.base(), '2027-02-28')).toBe(5);
    expect(valueOn(ledger.base(), '2027-03-01')).toBe(0);
  });

  it('writes nothing when the subscription holds nothing any more', () => {
    expect(sharesToBase([step('share', '2027-01-01', 5), step('share', '2027-02-01', 0)], 'S-1', '2027-02-10')).toEqual(
      [],
    );
    expect(sharesToBase([], 'S-1', '2027-02-10')).toEqual([]);
  });

  it('never changes what the line is expected to hold, and leaves the subscription nothing', () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `2027-02-${String(n).padStart(2, '0')}`);
    const steps = fc.array(
      fc.record({
        kind: fc.constantFrom('base' as const, 'share' as const, 'deduction' as const),
        from: day,
        quantity: fc.integer({ min: 0, max: 9 }),
        owner: fc.constantFrom('S-1', 'S-2'),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(steps, day, (drawn, from) => {
        const before = drawn.map((one, index) => step(one.kind, one.from, one.quantity, one.owner, index));
        const now = after(before, from);
        const [then, since] = [new LineLedger(before, ''), new LineLedger(now, '')];
        for (let n = 1; n <= 28; n += 1) {
          const date = `2027-02-${String(n).padStart(2, '0')}`;
          expect(valueOn(since.expected('full'), date)).toBe(valueOn(then.expected('full'), date));
          const held = (ledger: LineLedger) => ({
            share: valueOn(ledger.share('S-1', PRODUCT), date),
            deduction: valueOn(ledger.deduction('S-1', PRODUCT), date),
          });
          expect(held(since)).toEqual(date < from ? held(then) : { share: 0, deduction: 0 });
        }
      }),
    );
  });
});
