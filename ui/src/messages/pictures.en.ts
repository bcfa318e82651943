import * as format from '../format';

const plurals = new Intl.PluralRules('en');

/** `#` stands for the number. */
function plural(n: number, one: string, other: string): string {
  return (plurals.select(n) === 'one' ? one : other).replace('#', format.count(n));
}

/** The sentences of insights and tie-out; part of the catalogue. */
export const pictures = {
  tieOut: {
    title: 'Tie-out',
    month: 'Month',
    previous: 'Month before',
    next: 'Month after',
    customer: 'Customer',
    marketplace: (currency: string) => `Marketplace (${currency})`,
    autotask: (currency: string) => `Autotask (${currency})`,
    difference: 'Difference',
    why: 'Why',
    region: 'Customers of the month',
    intro: 'What the marketplace charges against what Autotask has invoiced, by billing date and item date.',
    reading: 'Reading the items that Autotask has posted…',
    summary: (all: number, differ: number) =>
      differ === 0
        ? `${plural(all, '# customer ties out', '# customers tie out')}.`
        : `${plural(all - differ, '# customer ties out', '# customers tie out')}, ${plural(differ, '# differs', '# differ')}.`,
    page: (from: number, to: number, of: number) =>
      `${format.count(from)} to ${format.count(to)} of ${format.count(of)} customers, by name`,
    readAt: (at: string) => `read ${at}`,
    readAgain: 'Read again',
    total: 'Total of this page',
    tiesOut: 'ties out',
    empty: 'No customer has a task yet.',
    emptyText: 'The first check makes one for each active subscription.',
    nothing: 'Nothing was charged or invoiced in this month.',
    sold: 'Marketplace charges',
    billed: 'Autotask invoiced',
    none: 'nothing',
    offLine: 'not on a contract line',
    linesOf: (name: string) => `Lines of ${name}`,
    amountsOf: (name: string) => `Amounts of ${name}`,
    allCustomers: 'All customers',
    soldKinds: {
      recurring: 'period',
      part: 'part period',
      setup: 'setup fee',
      cancellation: 'cancellation fee',
      overuse: 'overuse',
      usage: 'usage',
    } as Record<string, string>,
    billedKinds: { recurring: 'period', adjustment: 'adjustment', charge: 'charge' } as Record<string, string>,
    codes: {
      REFUND_WITHHELD: 'Refund withheld',
      CHARGE: 'Fee or usage of another month',
      PRORATED_BY_AUTOTASK: 'Prorated by Autotask',
      UNTRACKED_UNITS: 'Units nobody tracks',
      STANDING_DIFFERENCE: 'Decided by a person',
      PRICE_SOURCE: 'Price from Autotask',
      UNIT_PRICE_CANNOT_EXPRESS: 'Tiers or a discount',
      NOT_SYNCED: 'Not synced yet',
      DONE_BY_HAND: 'Task ignored',
      NOT_POSTED: 'Not posted yet',
      OTHER_PERIODS: 'Periods begin on other days',
      UNEXPLAINED: 'Not explained',
    } as Record<string, string>,
  },
  insights: {
    title: 'Insights',
    sections: 'Parts of insights',
    charts: 'Charts',
    range: 'Range',
    ranges: (days: number) => `Last ${format.count(days)} days`,
    chart: 'Chart',
    table: 'Table',
    viewOf: (what: string) => `Show ${what} as`,
    tableOf: (what: string) => `${what}, as a table`,
    asOf: (day: string) => `as of ${day}`,
    tasks: 'Tasks by the day they take effect',
    tasksText: (open: number, total: number) =>
      total === 0
        ? 'No task takes effect in these days.'
        : open === 0
          ? `${plural(total, '# task', '# tasks')}; none needs you.`
          : `${plural(total, '# task', '# tasks')}; ${plural(open, '# needs you', '# need you')}.`,
    groups: {
      synced: 'Synced',
      open: 'Ready or in progress',
      needsYou: 'Needs you',
      failed: 'Failed',
      left: 'Left out',
    },
    day: 'Day',
    units: 'Units of each product',
    unitsText: (differing: number, examples: string) =>
      differing === 0
        ? 'Every product has the same units on both sides.'
        : `${plural(differing, '# product differs', '# products differ')}: ${examples}.`,
    unitsOf: (name: string, marketplace: number, autotask: number) =>
      `${name} ${format.count(marketplace)} against ${format.count(autotask)}`,
    more: (n: number) => `${format.count(n)} more`,
    recurring: (currency: string) => `Recurring amount of each month (${currency})`,
    recurringText: (month: string, marketplace: string, autotask: string, currency: string) =>
      marketplace === autotask
        ? `${month}: ${marketplace} ${currency} on both sides.`
        : `${month}: the marketplace charges ${marketplace} ${currency}, Autotask holds ${autotask} ${currency}.`,
    month: 'Month',
    product: 'Product',
    billed: 'Billed',
    marketplace: 'Marketplace',
    autotask: 'Autotask',
    autotaskNote: 'Autotask = as written there and read back.',
    top: (shown: number, of: number) =>
      `The ${format.count(shown)} biggest differences of ${format.count(of)} products.`,
    empty: 'Charts appear after the first check.',
  },
};
