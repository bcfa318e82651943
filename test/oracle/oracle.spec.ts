import { describe, expect, it } from 'vitest';
import { autotaskBill } from './autotask-bill.js';
import { day, dayOfInstant, Grid, text } from './days.js';
import { marketplaceBill } from './marketplace-bill.js';
import { centsText, exact, perUnit, toCents } from './money.js';
import type { Bill, Policy, Sold } from './sold.js';

describe('The oracle’s calendar', () => {
  it('counts days as people do', () => {
    for (const one of ['1970-01-01', '1999-12-31', '2000-02-29', '2027-03-10', '2028-12-31'])
      expect(text(day(one))).toBe(one);
    expect(day('1970-01-01')).toBe(0);
    expect(day('2028-03-01') - day('2028-02-01')).toBe(29);
    expect(text(dayOfInstant('2027-03-31T22:30:00Z', 'Europe/Berlin'))).toBe('2027-04-01');
  });

  it('clamps periods to the end of short months and keeps the anchor’s day', () => {
    const grid = new Grid(day('2027-01-31'), 1);
    expect([-2, -1, 0, 1, 2, 3].map((index) => text(grid.start(index)))).toEqual([
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
    ]);
    expect(text(grid.around(day('2027-03-30')).first)).toBe('2027-02-28');
    expect(text(grid.startFrom(day('2027-03-30')))).toBe('2027-03-31');
    expect(grid.startsOn(day('2027-02-28'))).toBe(true);
  });
});

it('The oracle’s money rounds half away from zero', () => {
  expect(toCents(exact('0.005'))).toBe(1);
  expect(toCents(exact('-0.005'))).toBe(-1);
  expect(toCents(exact('8') * 3n, 27, 31)).toBe(2090);
  expect(perUnit(370, 3)).toBe(12333n);
  expect([centsText(-5), centsText(1234)]).toEqual(['-0.05', '12.34']);
  expect(() => exact('1.23456')).toThrow('more than four places');
});

/** Ten at 8.00 from 10 March, three more from 20 March for 16.77, four fewer from 5 May. */
const sold = (periods: string): Sold => ({
  id: '1',
  customer: 'C',
  market: new Grid(day('2027-03-10'), 1),
  contract: 'K',
  periods: new Grid(day(periods), 1),
  term: new Grid(day('2027-03-10'), 12),
  tiers: new Map(),
  events: [
    {
      day: day('2027-03-10'),
      seen: day('2027-03-10'),
      kind: 'sale',
      items: [{ product: 'P', quantity: 10, price: exact('8'), amount: 8000, wholeCycle: true, fee: 2500 }],
    },
    {
      day: day('2027-03-20'),
      seen: day('2027-03-20'),
      kind: 'change',
      items: [{ product: 'P', quantity: 13, price: exact('8'), amount: 1677 }],
    },
    {
      day: day('2027-05-05'),
      seen: day('2027-05-05'),
      kind: 'change',
      items: [{ product: 'P', quantity: 9, amount: -533 }],
    },
  ],
});
const policy = (proration: Policy['proration'], refunds: boolean): Policy => ({
  proration,
  refunds,
  posted: ['2027-03-31', '2027-04-30', '2027-05-31'].map(day),
});
const months = (bill: Bill) => Object.fromEntries([...bill].map(([key, cents]) => [key.slice(4), centsText(cents)]));

describe('What a customer owes, by hand', () => {
  const until = day('2027-05-31');

  it('by the marketplace’s own books: each billing date, and the orders’ amounts for the days before', () => {
    // 10 March: 80.00 + 25.00 + 16.77. 10 April: 104.00. 10 May: 72.00, less the refund of 5 to 9 May.
    expect(months(marketplaceBill([sold('2027-03-10')], policy('marketplace', true), until))).toEqual({
      '2027-03': '121.77',
      '2027-04': '104.00',
      '2027-05': '66.67',
    });
    expect(months(marketplaceBill([sold('2027-03-10')], policy('marketplace', false), until))['2027-05']).toBe('72.00');
  });

  it('by the house’s dates on an aligned contract: the same', () => {
    for (const refunds of [true, false])
      expect(months(autotaskBill([sold('2027-03-10')], policy('marketplace', refunds), until))).toEqual(
        months(marketplaceBill([sold('2027-03-10')], policy('marketplace', refunds), until)),
      );
  });

  it('on a contract with other periods: units from the next billing date, each day before as a charge', () => {
    // March: 80.00 + 25.00 + 16.77. April: 13 × 8.00 × 21/30 from the 10th. May: 104.00 − 4 × 8.00 × 22/31 − 5.33.
    expect(months(autotaskBill([sold('2027-03-01')], policy('marketplace', true), until))).toEqual({
      '2027-03': '121.77',
      '2027-04': '72.80',
      '2027-05': '75.96',
    });
  });

  it('with Autotask proration: from each day itself', () => {
    // March: 25.00 + 80.00 × 22/31 + 24.00 × 12/31. May, posted at the end of April? No: posted with May.
    expect(months(autotaskBill([sold('2027-03-01')], policy('autotask', true), until))).toEqual({
      '2027-03': '91.06',
      '2027-04': '104.00',
      '2027-05': '76.13',
    });
    // Without refunds a decrease waits for the next contract period.
    expect(months(autotaskBill([sold('2027-03-01')], policy('autotask', false), until))['2027-05']).toBe('104.00');
  });
});

it('Units that come before a switch into an open period are billed at the new product’s price from their day', () => {
  const quarter = new Grid(day('2027-02-25'), 3);
  const order = (on: string, kind: 'sale' | 'switch' | 'change', items: Sold['events'][number]['items']) => ({
    day: day(on),
    seen: day(on),
    kind,
    items,
  });
  const switched: Sold = {
    ...sold('2027-02-25'),
    market: quarter,
    periods: quarter,
    term: quarter,
    events: [
      order('2027-02-25', 'sale', [
        { product: 'P', quantity: 7, price: exact('89.7'), amount: 62790, wholeCycle: true },
      ]),
      order('2027-04-21', 'switch', [
        { product: 'P', quantity: 0, amount: -23987 },
        { product: 'Q', quantity: 7, price: exact('17.7'), amount: 4733 },
      ]),
      order('2027-04-24', 'change', [{ product: 'Q', quantity: 17, price: exact('17.7'), amount: 6165 }]),
    ],
  };
  const posted = ['2027-02-28', '2027-03-31', '2027-04-30', '2027-05-31'].map(day);
  const bill = autotaskBill([switched], { proration: 'autotask', refunds: true, posted }, day('2027-05-31'));
  // The quarter is posted, so both lines change on 25 May: 7 × (17.70 − 89.70) × 34/89 back. The ten: 177.00 × 31/89.
  expect(Object.fromEntries([...bill].map(([key, cents]) => [key, centsText(cents)]))).toEqual({
    'K|P|2027-02': '627.90',
    'K|Q|2027-04': '61.65',
    'K|Q|2027-05': '108.36',
  });
});

describe('What ran before anybody synced, by hand', () => {
  const until = day('2027-05-31');
  const met: Sold['events'][number] = {
    day: day('2027-03-10'),
    seen: day('2027-03-20'),
    kind: 'initial',
    items: [{ product: 'P', quantity: 10, price: exact('8') }],
  };
  const billed = (about: Partial<Sold>, proration: Policy['proration'] = 'autotask') =>
    months(autotaskBill([{ ...sold('2027-03-10'), ...about }], policy(proration, true), until));

  it('counts from the next billing date where the running period is billed elsewhere', () => {
    const events = [{ ...met, billedElsewhere: true }];
    for (const proration of ['autotask', 'marketplace'] as const)
      expect(billed({ events }, proration)).toEqual({ '2027-04': '80.00', '2027-05': '80.00' });
    expect(months(marketplaceBill([{ ...sold('2027-03-10'), events }], policy('marketplace', true), until))).toEqual({
      '2027-04': '80.00',
      '2027-05': '80.00',
    });
  });

  it('takes over units that people kept, and leaves those that are nobody’s we know', () => {
    const periods = new Grid(day('2027-03-01'), 1);
    const standing = (counted: number, units: number, price: string) => ({
      product: 'P',
      counted,
      units,
      price: exact(price),
      from: day('2027-03-01'),
      until: day('2029-02-28'),
    });
    // March: 4 × 1.00, and from the 10th (10 × 8.00 − 4 × 1.00) × 22/31.
    expect(billed({ periods, events: [met], standing: standing(4, 4, '1') })).toEqual({
      '2027-03': '57.94',
      '2027-04': '80.00',
      '2027-05': '80.00',
    });
    // Two of six stay as they are: 48.00, and 6 × 8.00 × 22/31 for those that come.
    expect(billed({ periods, events: [met], standing: standing(4, 6, '8') })).toEqual({
      '2027-03': '82.06',
      '2027-04': '96.00',
      '2027-05': '96.00',
    });
  });

  it('takes nothing off before it is there', () => {
    const given = { day: day('2027-03-20'), seen: day('2027-03-20'), kind: 'cancellation' as const };
    const events = [
      { ...met, billedElsewhere: true },
      { ...given, items: [{ product: 'P', quantity: 0 }] },
    ];
    expect(billed({ events })).toEqual({});
  });

  it('charges what was used in its own period, also where it is reported later', () => {
    const used = { day: day('2027-03-12'), seen: day('2027-04-20'), kind: 'usage' as const };
    expect(billed({ events: [{ ...used, items: [{ product: 'P', quantity: 0, fee: 1234 }] }] })).toEqual({
      '2027-03': '12.34',
    });
  });
});
