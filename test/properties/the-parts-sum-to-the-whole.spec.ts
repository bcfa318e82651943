import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { addDays, dateOfEpochDay } from '../../src/domain/calendar/calendar-date.js';
import { PeriodGrid } from '../../src/domain/calendar/period-grid.js';
import { cents, minus, sum, times } from '../../src/domain/money/money.js';
import { planSync } from '../../src/domain/sync-plan/plan-sync.js';
import { autotaskAmount, marketplaceAmount } from '../../src/domain/sync-plan/proration.js';
import {
  aContract,
  aLine,
  anItem,
  anOrder,
  aSubscription,
  BASIC,
  orderTask,
  planFacts,
  PLUS,
  settings,
  tracked,
} from '../factories/plan-facts.js';

// Ten thousand cases take their time where other work shares the machine.
vi.setConfig({ testTimeout: 600_000 });

const day = fc.integer({ min: 20_600, max: 21_900 }).map(dateOfEpochDay);
const money = fc.integer({ min: -200_000, max: 200_000 }).map((value) => (value / 100).toFixed(2));
const price = fc.integer({ min: -99_999, max: 999_999 }).map((value) => (value / 10_000).toFixed(4));
const stretch = fc.record({
  anchor: day,
  months: fc.constantFrom(1, 3, 6, 12),
  from: day,
  first: fc.integer({ min: 0, max: 400 }),
  second: fc.integer({ min: 0, max: 400 }),
  units: fc.integer({ min: -300, max: 300 }),
  price,
});

describe('The parts sum to the whole', () => {
  it('Autotask’s items from a day to another day and from there on are its items from the day on', () => {
    fc.assert(
      fc.property(stretch, ({ anchor, months, from, first, second, units, price: perUnit }) => {
        const contract = { grid: new PeriodGrid(anchor, months), end: '2040-12-31' };
        const middle = addDays(from, first);
        const until = addDays(middle, second);
        const amount = (a: string, b: string) => autotaskAmount({ units, price: perUnit }, a, b, contract).amount;
        expect(cents(sum([amount(from, middle), amount(middle, until)]))).toBe(amount(from, until));
      }),
      { numRuns: 10_000 },
    );
  });

  it('a whole marketplace period costs price × units, and what is split differs by no more than its roundings', () => {
    fc.assert(
      fc.property(stretch, ({ anchor, months, from, first, units, price: perUnit }) => {
        const grid = new PeriodGrid(anchor, months);
        const period = grid.containing(from);
        const after = addDays(period.last, 1);
        const value = { units, price: perUnit };
        const whole = marketplaceAmount(value, period.first, after, grid).amount;
        expect(whole).toBe(cents(times(perUnit, units)));
        const middle = addDays(period.first, first % 28);
        if (middle === period.first) return;
        const parts = sum([
          marketplaceAmount(value, period.first, middle, grid).amount,
          marketplaceAmount(value, middle, after, grid).amount,
        ]);
        expect(Math.abs(Number(minus(parts, whole)))).toBeLessThanOrEqual(0.0101);
      }),
      { numRuns: 10_000 },
    );
  });

  it('with marketplace prices and proration the amounts of an order add up to its total, to the cent', () => {
    fc.assert(
      fc.property(
        fc.record({
          on: fc.integer({ min: 1, max: 28 }),
          basic: fc.integer({ min: 0, max: 40 }),
          plus: fc.integer({ min: 0, max: 40 }),
        }),
        fc.array(
          fc.record({
            plus: fc.boolean(),
            amount: money,
            kind: fc.constantFrom(
              'prorated',
              'discount',
              'refund',
              'adjustment',
              'setup',
              'cancellationFee',
              'overuse',
            ),
          }),
          { maxLength: 6 },
        ),
        fc.boolean(),
        ({ on, basic, plus }, drawn, syncRefunds) => {
          const lines = drawn.map((line) =>
            aLine(line.plus ? PLUS : BASIC, {
              feeType: line.kind,
              sourceType: line.kind,
              extendedPrice: line.amount,
            }),
          );
          // A product whose order names no recurring money has its part period computed, so it gets a line of 0.
          for (const product of [BASIC, PLUS]) lines.push(aLine(product, { feeType: 'prorated', extendedPrice: '0' }));
          const date = `2027-05-${String(on).padStart(2, '0')}`;
          const order = anOrder('change', date, [anItem(BASIC, basic), anItem(PLUS, plus)], { lines });
          const facts = planFacts({
            today: date,
            task: orderTask(
              order,
              aSubscription([
                { product: BASIC, units: basic },
                { product: PLUS, units: plus },
              ]),
            ),
            settings: settings({ proration: 'marketplace', syncRefunds }),
            contract: aContract({
              lines: [
                { id: 701, product: BASIC, units: [{ units: 20 }] },
                { id: 702, product: PLUS, units: [{ units: 20 }] },
              ],
            }),
            ...tracked({ lineId: 701, product: BASIC, units: 20 }, { lineId: 702, product: PLUS, units: 20 }),
          });
          const { amounts } = planSync(facts);
          const rows = [amounts.setup, amounts.prorated, amounts.overuse, amounts.cancellation].flatMap(
            (block) => block.rows,
          );
          // A decrease on a billing date is never charged: nothing beyond the day was paid.
          const lowered = [basic < 20 ? BASIC : undefined, plus < 20 ? PLUS : undefined];
          const expected = lines.filter(
            (line) =>
              on !== 10 ||
              !['prorated', 'discount', 'refund', 'adjustment'].includes(line.feeType) ||
              !lowered.some((product) => product?.id === line.productId),
          );
          expect(cents(sum(rows.map((row) => row.amount)))).toBe(
            cents(sum(expected.map((line) => line.extendedPrice))),
          );
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
