import type { Period } from './simple-api.types.js';

/**
 * What each seeded subscription went through, told in days and months before today; `seed.ts` plays it through the
 * order engine. The first scripts are the cases every rehearsal needs, the rest is drawn by a seeded generator.
 */

/** When a subscription began: so many days ago, or on a day of the month so many months ago. */
export type Start = { daysAgo: number } | { monthsAgo: number; day: number };

/** Something that happened later, so many days ago. */
export type Later = { daysAgo: number } & (
  | { does: 'change'; to: number; effective?: 'nextBilling'; stays?: 'error' }
  | { does: 'cancel'; effective?: 'endOfTerm'; fee?: string }
  | { does: 'switch'; plan: string }
  | { does: 'hold' }
  | { does: 'stopRenewal' }
);

export interface SubscriptionScript {
  plan: string;
  /** Which of the plan's subscription periods; the first unless said. */
  term?: Period;
  /** Product names with quantities; the first is the main one, which changes apply to. */
  buys: [string, number][];
  start: Start;
  alignTo?: 'calendarMonth';
  migratedDaysAgo?: number;
  /** The sales order is still under way and completes in so many days. */
  completesInDays?: number;
  later?: Later[];
  /** Usage rows of the last two billing periods: product and pieces. */
  usage?: [string, number][];
}

const MONTH: Period = { type: 'month', duration: 1 };
const YEAR: Period = { type: 'month', duration: 12 };
const BASIC = 'Example Office Basic';
const STANDARD = 'Example Office Standard';

/** The cases a rehearsal needs, in the order of the customers (customer 1 has one, customer 2 two, customer 3 three …). */
export const SPECIAL_SCRIPTS: SubscriptionScript[] = [
  { plan: '10002', buys: [[BASIC, 10]], start: { monthsAgo: 5, day: 1 } },
  { plan: '10001', buys: [[STANDARD, 4]], start: { monthsAgo: 3, day: 15 } },
  { plan: '10005', term: YEAR, buys: [['Example Mail Plus', 25]], start: { monthsAgo: 14, day: 31 } },
  { plan: '10003', buys: [['Example Office Premium', 6]], start: { monthsAgo: 16, day: 8 } },
  { plan: '10012', buys: [['Placeholder Scan', 3]], start: { monthsAgo: 7, day: 22 } },
  { plan: '10010', buys: [['Placeholder Shield', 12]], start: { monthsAgo: 10, day: 30 } },
  {
    plan: '10008',
    buys: [
      ['Sample Compute Hours', 1],
      ['Sample Storage GB', 1],
    ],
    start: { monthsAgo: 8, day: 1 },
    usage: [
      ['Sample Compute Hours', 1460],
      ['Sample Storage GB', 820],
    ],
  },
  {
    plan: '10008',
    buys: [['Sample Traffic GB', 1]],
    start: { monthsAgo: 4, day: 15 },
    usage: [['Sample Traffic GB', 310]],
  },
  { plan: '10011', buys: [['Placeholder Shield', 8]], start: { monthsAgo: 9, day: 5 } },
  {
    plan: '10006',
    buys: [
      ['Sample Backup 1 TB', 2],
      ['Sample Backup Server Licence', 4],
    ],
    start: { monthsAgo: 11, day: 12 },
    usage: [['Sample Backup 1 TB', 150]],
  },
  { plan: '10007', buys: [['Sample Backup 1 TB', 1]], start: { monthsAgo: 13, day: 28 } },
  { plan: '10004', buys: [[BASIC, 15]], start: { monthsAgo: 18, day: 19 } },
  {
    plan: '10013',
    buys: [
      ['Example Voice Line', 14],
      ['Example Voice Number', 14],
    ],
    start: { monthsAgo: 6, day: 3 },
  },
  {
    plan: '10009',
    buys: [['Sample Consumption', 1]],
    start: { monthsAgo: 5, day: 1 },
    usage: [['Sample Consumption', 1]],
  },
  {
    plan: '10014',
    term: YEAR,
    buys: [
      ['Example Desktop Small', 5],
      ['Example Desktop Storage', 10],
    ],
    start: { monthsAgo: 11, day: 26 },
  },
  {
    plan: '10002',
    buys: [
      [BASIC, 7],
      ['Example Office Archive', 7],
    ],
    start: { daysAgo: 20 },
  },
  { plan: '10001', buys: [[BASIC, 5]], start: { daysAgo: 12 }, later: [{ daysAgo: 7, does: 'change', to: 8 }] },
  {
    plan: '10005',
    term: MONTH,
    buys: [['Example Mail Basic', 30]],
    start: { daysAgo: 25 },
    later: [{ daysAgo: 10, does: 'change', to: 24 }],
  },
  { plan: '10002', buys: [[STANDARD, 9]], start: { monthsAgo: 8, day: 15 } },
  {
    plan: '10014',
    term: MONTH,
    buys: [['Example Desktop Large', 2]],
    start: { monthsAgo: 2, day: 31 },
    later: [{ daysAgo: 5, does: 'hold' }],
  },
  {
    plan: '10001',
    buys: [[BASIC, 3]],
    start: { monthsAgo: 9, day: 10 },
    later: [{ daysAgo: 70, does: 'cancel' }],
  },
  {
    plan: '10002',
    buys: [['Example Office Premium', 4]],
    start: { monthsAgo: 4, day: 24 },
    later: [{ daysAgo: 9, does: 'change', to: 6 }],
  },
  {
    plan: '10015',
    buys: [['Sample Backup 1 TB', 1]],
    start: { monthsAgo: 15, day: 10 },
    later: [{ daysAgo: 40, does: 'stopRenewal' }],
  },
  {
    plan: '10005',
    term: YEAR,
    buys: [['Example Mail Plus', 12]],
    start: { monthsAgo: 7, day: 17 },
    later: [{ daysAgo: 6, does: 'change', to: 10 }],
  },
  { plan: '10002', buys: [[BASIC, 11]], start: { daysAgo: 2 }, completesInDays: 3 },
  {
    plan: '10002',
    buys: [[STANDARD, 20]],
    start: { monthsAgo: 10, day: 17 },
    later: [{ daysAgo: 15, does: 'cancel', effective: 'endOfTerm' }],
  },
  {
    plan: '10014',
    term: MONTH,
    buys: [['Example Desktop Small', 3]],
    start: { monthsAgo: 6, day: 17 },
    alignTo: 'calendarMonth',
  },
  {
    plan: '10005',
    term: MONTH,
    buys: [['Example Mail Plus', 18]],
    start: { daysAgo: 9 },
    alignTo: 'calendarMonth',
  },
  {
    plan: '10001',
    buys: [[STANDARD, 6]],
    start: { monthsAgo: 12, day: 5 },
    later: [{ daysAgo: 8, does: 'cancel', fee: '45.00' }],
  },
  { plan: '10002', buys: [[BASIC, 16]], start: { monthsAgo: 5, day: 22 }, migratedDaysAgo: 11 },
  {
    plan: '10001',
    buys: [[BASIC, 8]],
    start: { monthsAgo: 2, day: 12 },
    later: [{ daysAgo: 4, does: 'change', to: 12, stays: 'error' }],
  },
  {
    plan: '10001',
    buys: [[BASIC, 6]],
    start: { monthsAgo: 6, day: 28 },
    later: [{ daysAgo: 13, does: 'switch', plan: '10002' }],
  },
  {
    plan: '10002',
    buys: [[BASIC, 9]],
    start: { daysAgo: 80 },
    later: [{ daysAgo: 3, does: 'change', to: 7, effective: 'nextBilling' }],
  },
  {
    plan: '10005',
    term: YEAR,
    buys: [['Example Mail Basic', 40]],
    start: { monthsAgo: 10, day: 31 },
    later: [{ daysAgo: 20, does: 'hold' }],
  },
  {
    plan: '10001',
    buys: [[STANDARD, 5]],
    start: { daysAgo: 80 },
    later: [{ daysAgo: 5, does: 'stopRenewal' }],
  },
];

/** Plan, period, main product and how often it is drawn. */
const DRAWN: { plan: string; term?: Period; product: string; weight: number; monthly?: true; add?: string }[] = [
  { plan: '10002', product: BASIC, weight: 18, add: 'Example Office Archive' },
  { plan: '10002', product: STANDARD, weight: 12 },
  { plan: '10001', product: BASIC, weight: 6, monthly: true },
  { plan: '10001', product: 'Example Office Premium', weight: 5, monthly: true },
  { plan: '10003', product: STANDARD, weight: 6 },
  { plan: '10004', product: STANDARD, weight: 3 },
  { plan: '10005', term: YEAR, product: 'Example Mail Plus', weight: 14 },
  { plan: '10005', term: MONTH, product: 'Example Mail Basic', weight: 6, monthly: true },
  { plan: '10006', product: 'Sample Backup 100 GB', weight: 5 },
  { plan: '10007', product: 'Sample Backup 100 GB', weight: 3 },
  { plan: '10010', product: 'Placeholder Shield Plus', weight: 4 },
  { plan: '10013', product: 'Example Voice Line', weight: 5, add: 'Example Voice Number' },
  { plan: '10014', term: YEAR, product: 'Example Desktop Large', weight: 7 },
  { plan: '10015', product: 'Sample Backup 100 GB', weight: 3 },
];

const ANCHOR_DAYS = [1, 15, 31, 8, 22, 30, 5, 12, 28, 19, 3, 26, 10, 17, 24, 1, 15];

/** A script drawn by `random` (0 ≤ value < 1), for subscription number `index`. */
export function drawScript(index: number, random: () => number): SubscriptionScript {
  const whole = DRAWN.reduce((sum, kind) => sum + kind.weight, 0);
  let point = random() * whole;
  const kind = DRAWN.find((candidate) => (point -= candidate.weight) < 0) ?? DRAWN[0]!;
  const quantity = 1 + Math.floor(random() * random() * 60);
  // Monthly terms renew every month; a shorter past keeps the order history in proportion.
  const monthsAgo = 1 + Math.floor(random() * (kind.monthly ? 6 : 20));
  const second = kind.add !== undefined && random() < 0.3 ? ([[kind.add, quantity]] as [string, number][]) : [];
  const changes: Later[] =
    monthsAgo > 2 && random() < 0.2
      ? [{ daysAgo: 33 + Math.floor(random() * 20), does: 'change', to: quantity + 1 + Math.floor(random() * 5) }]
      : [];
  return {
    plan: kind.plan,
    ...(kind.term === undefined ? {} : { term: kind.term }),
    buys: [[kind.product, quantity], ...second],
    start: { monthsAgo, day: ANCHOR_DAYS[index % ANCHOR_DAYS.length]! },
    later: changes,
  };
}
