import { Decimal } from '../kit/decimal.js';
import type { BillingModel, Period, PlanRow, ProductPrice, ProductRow, RefundPolicy } from './simple-api.types.js';

/**
 * The fictional catalogue: every charging cycle and billing model the product must tell apart, including what Autotask
 * cannot express. Prices and costs are per unit and charging cycle, in EUR and USD.
 */

interface ProductSeed {
  name: string;
  /** Left out for the one product that has none. */
  mpn?: string;
  price: string;
  cost: string;
  setup?: string;
  /** Further tiers: from so many pieces on, each costs that much. */
  tiers?: [number, string][];
  /** mpn of the product this one can only be added to. */
  addOnOf?: string;
  /** Usage beyond what is included costs this much a piece. */
  overuse?: string;
}

interface PlanSeed {
  id: string;
  name: string;
  vendor: string;
  billing: Period;
  terms: Period[];
  model?: BillingModel;
  refund?: RefundPolicy;
  published?: boolean;
  products: ProductSeed[];
}

const month = (duration: number): Period => ({ type: 'month', duration });
const year = (duration: number): Period => ({ type: 'year', duration });
const PRORATED: RefundPolicy = { fullDays: 0, afterwards: 'prorated' };
const SEVEN_DAYS: RefundPolicy = { fullDays: 7, afterwards: 'none' };
const SOFT = 'example-software';
const CLOUD = 'sample-cloud';
const SECURE = 'placeholder-security';

const office = (
  basic: string,
  standard: string,
  premium: string,
  archive: string,
  costShare: string,
): ProductSeed[] => {
  const cost = (price: string) => Decimal.of(price).times(Decimal.of(costShare)).toFixed(2);
  return [
    { name: 'Example Office Basic', mpn: 'EX-OFF-B', price: basic, cost: cost(basic), setup: '25.00' },
    { name: 'Example Office Standard', mpn: 'EX-OFF-S', price: standard, cost: cost(standard) },
    { name: 'Example Office Premium', mpn: 'EX-OFF-P', price: premium, cost: cost(premium) },
    { name: 'Example Office Archive', mpn: 'EX-OFF-ARC', price: archive, cost: cost(archive), addOnOf: 'EX-OFF-B' },
  ];
};

const PLANS: PlanSeed[] = [
  {
    id: '10001',
    name: 'Example Office, no commitment',
    vendor: SOFT,
    billing: month(1),
    terms: [month(1)],
    refund: PRORATED,
    products: office('9.60', '15.60', '26.40', '3.60', '0.78'),
  },
  {
    id: '10002',
    name: 'Example Office, annual commitment',
    vendor: SOFT,
    billing: month(1),
    terms: [month(12)],
    refund: SEVEN_DAYS,
    products: office('8.00', '13.00', '22.00', '3.00', '0.76'),
  },
  {
    id: '10003',
    name: 'Example Office, paid yearly',
    vendor: SOFT,
    billing: year(1),
    terms: [year(1)],
    refund: PRORATED,
    products: office('91.20', '148.20', '250.80', '34.20', '0.76'),
  },
  {
    id: '10004',
    name: 'Example Office, three years',
    vendor: SOFT,
    billing: month(1),
    terms: [month(36)],
    refund: SEVEN_DAYS,
    products: office('7.20', '11.70', '19.80', '2.70', '0.75').slice(0, 2),
  },
  {
    id: '10005',
    name: 'Example Mail',
    vendor: SOFT,
    billing: month(1),
    terms: [month(1), month(12)],
    refund: PRORATED,
    products: [
      { name: 'Example Mail Basic', mpn: 'EX-MAIL-B', price: '2.40', cost: '1.70' },
      { name: 'Example Mail Plus', mpn: 'EX-MAIL-P', price: '4.00', cost: '2.95' },
    ],
  },
  {
    id: '10006',
    name: 'Sample Backup, quarterly',
    vendor: CLOUD,
    billing: month(3),
    terms: [month(3)],
    refund: PRORATED,
    products: [
      { name: 'Sample Backup 100 GB', mpn: 'SC-BAK-100', price: '17.70', cost: '11.10', setup: '49.00' },
      {
        name: 'Sample Backup 1 TB',
        mpn: 'SC-BAK-1T',
        price: '89.70',
        cost: '60.00',
        setup: '49.00',
        overuse: '0.0900',
      },
      { name: 'Sample Backup Server Licence', mpn: 'SC-BAK-SL', price: '23.70', cost: '14.40', addOnOf: 'SC-BAK-1T' },
    ],
  },
  {
    id: '10007',
    name: 'Sample Backup, half-yearly',
    vendor: CLOUD,
    billing: month(6),
    terms: [month(6)],
    refund: PRORATED,
    products: [
      { name: 'Sample Backup 100 GB', mpn: 'SC-BAK-100', price: '34.20', cost: '21.60' },
      { name: 'Sample Backup 1 TB', mpn: 'SC-BAK-1T', price: '172.20', cost: '116.40' },
    ],
  },
  {
    id: '10008',
    name: 'Sample Compute, pay as you use',
    vendor: CLOUD,
    billing: month(1),
    terms: [month(1)],
    model: 'chargeAfterBillingPeriod',
    products: [
      { name: 'Sample Compute Hours', mpn: 'SC-CPU-H', price: '0.0450', cost: '0.0312', setup: '15.00' },
      { name: 'Sample Storage GB', mpn: 'SC-STO-GB', price: '0.0230', cost: '0.0160' },
      { name: 'Sample Traffic GB', mpn: 'SC-TRA-GB', price: '0.0800', cost: '0.0500', overuse: '0.1100' },
    ],
  },
  {
    id: '10009',
    name: 'Sample Consumption, rated by the vendor',
    vendor: CLOUD,
    billing: month(1),
    terms: [month(12)],
    model: 'chargeExternalRating',
    products: [
      { name: 'Sample Consumption', mpn: 'SC-CONS', price: '0.00', cost: '0.00' },
      { name: 'Sample Consumption Reserved', mpn: 'SC-CONS-R', price: '0.00', cost: '0.00' },
    ],
  },
  {
    id: '10010',
    name: 'Placeholder Shield, prepaid year',
    vendor: SECURE,
    billing: month(1),
    terms: [year(1)],
    model: 'chargeBeforeSubscriptionPeriod',
    refund: PRORATED,
    products: [
      { name: 'Placeholder Shield', mpn: 'PS-SHIELD', price: '36.00', cost: '22.80' },
      { name: 'Placeholder Shield Plus', mpn: 'PS-SHIELD-P', price: '60.00', cost: '39.00' },
    ],
  },
  {
    id: '10011',
    name: 'Placeholder Shield, prepaid three years',
    vendor: SECURE,
    billing: month(1),
    terms: [month(36)],
    model: 'chargeBeforeSubscriptionPeriod',
    products: [{ name: 'Placeholder Shield', mpn: 'PS-SHIELD', price: '97.20', cost: '63.00' }],
  },
  {
    id: '10012',
    name: 'Placeholder Scan, every two months',
    vendor: SECURE,
    billing: month(2),
    terms: [month(2)],
    refund: PRORATED,
    products: [{ name: 'Placeholder Scan', mpn: 'PS-SCAN', price: '14.80', cost: '9.00' }],
  },
  {
    id: '10013',
    name: 'Example Voice',
    vendor: SOFT,
    billing: month(1),
    terms: [month(12)],
    refund: PRORATED,
    products: [
      {
        name: 'Example Voice Line',
        mpn: 'EX-VOI-L',
        price: '6.50',
        cost: '4.10',
        setup: '9.90',
        tiers: [
          [11, '5.90'],
          [51, '5.20'],
        ],
      },
      { name: 'Example Voice Number', price: '1.20', cost: '0.65' },
      { name: 'Example Voice Recording', mpn: 'EX-VOI-R', price: '3.30', cost: '2.15' },
    ],
  },
  {
    id: '10014',
    name: 'Example Desktop',
    vendor: SOFT,
    billing: month(1),
    terms: [month(1), month(12)],
    refund: PRORATED,
    products: [
      { name: 'Example Desktop Small', mpn: 'EX-DSK-S', price: '24.90', cost: '18.30', setup: '39.00' },
      { name: 'Example Desktop Large', mpn: 'EX-DSK-L', price: '42.50', cost: '31.70', setup: '39.00' },
      { name: 'Example Desktop Storage', mpn: 'EX-DSK-ST', price: '2.75', cost: '1.90', addOnOf: 'EX-DSK-S' },
    ],
  },
  {
    id: '10015',
    name: 'Sample Backup, yearly',
    vendor: CLOUD,
    billing: year(1),
    terms: [month(12)],
    refund: SEVEN_DAYS,
    products: [
      { name: 'Sample Backup 100 GB', mpn: 'SC-BAK-100', price: '65.90', cost: '42.00' },
      { name: 'Sample Backup 1 TB', mpn: 'SC-BAK-1T', price: '329.00', cost: '225.00' },
    ],
  },
  {
    id: '10016',
    name: 'Example Fax, no longer sold',
    vendor: SOFT,
    billing: month(1),
    terms: [month(1)],
    published: false,
    products: [{ name: 'Example Fax', mpn: 'EX-FAX', price: '5.00', cost: '3.50' }],
  },
];

/** Plans a subscription may switch to, with the policy the API names. */
const SWITCHES: Record<string, { to: string; policy: string }[]> = {
  '10001': [{ to: '10002', policy: 'prorate_starting_new_subscription_period' }],
  '10002': [{ to: '10003', policy: 'period_change' }],
};

/** All plans and products, always the same. Product ids are `PRD100001` upwards, in the order of the plans. */
export function buildCatalogue(): { plans: PlanRow[]; products: ProductRow[] } {
  let next = 100_001;
  const products = PLANS.flatMap((plan) =>
    plan.terms.flatMap((term) => plan.products.map((seed) => productRow(`PRD${next++}`, plan, term, seed))),
  );
  return { plans: PLANS.map(planRow), products };
}

function planRow(plan: PlanSeed): PlanRow {
  const target = (id: string) => PLANS.find((other) => other.id === id)!;
  return {
    id: plan.id,
    name: plan.name,
    shortDescription: `${plan.name}.`,
    longDescription: `${plan.name}. Fictional plan of the sandbox.`,
    published: plan.published ?? true,
    subscriptionPeriods: plan.terms.map((term) => ({ ...term, trial: false, active: true })),
    billingPeriod: plan.billing,
    billingModel: plan.model ?? 'chargeBeforeBillingPeriod',
    planSwitches: (SWITCHES[plan.id] ?? []).map(({ to, policy }) => ({
      planId: Number(to),
      subscriptionPeriod: target(to).terms[0]!,
      sourceSubscriptionPeriod: plan.terms[0]!,
      billingPolicy: policy,
      whenEffective: 'immediately',
    })),
  };
}

function productRow(id: string, plan: PlanSeed, term: Period, seed: ProductSeed): ProductRow {
  return {
    id,
    ...(seed.mpn === undefined ? {} : { mpn: seed.mpn }),
    vendor: plan.vendor,
    serviceName: plan.name,
    name: seed.name,
    minimumQuantity: '1',
    maximumQuantity: '10000',
    prices: inBoth((factor) => [
      ...recurring(seed, factor),
      ...(seed.setup === undefined ? [] : [flat('setup', times(seed.setup, factor))]),
      ...(seed.overuse === undefined ? [] : [flat('overuse', times(seed.overuse, factor))]),
    ]),
    costs: inBoth((factor) => [
      flat('recurring', times(seed.cost, factor)),
      ...(seed.setup === undefined ? [] : [flat('setup', times(times(seed.setup, '0.60'), factor))]),
      ...(seed.overuse === undefined ? [] : [flat('overuse', times(times(seed.overuse, '0.70'), factor))]),
    ]),
    billingPeriod: plan.billing,
    subscriptionPeriod: term,
    billingModel: plan.model ?? 'chargeBeforeBillingPeriod',
    ...(seed.addOnOf === undefined ? {} : { dependsOn: [{ mpn: seed.addOnOf }] }),
    coterming: { required: 'ALLOWED', type: 'SUBSCRIPTION' },
    planId: plan.id,
    refund: plan.refund ?? { fullDays: 0, afterwards: 'none' },
  };
}

type Price = Omit<ProductPrice, 'currency'>;

function recurring(seed: ProductSeed, factor: string): Price[] {
  if (!seed.tiers) return [flat('recurring', times(seed.price, factor))];
  const tiers: [number, string][] = [[1, seed.price], ...seed.tiers];
  return tiers.map(([lowerLimit, amount]) => ({
    type: 'recurring',
    model: 'TIERED',
    amount: times(amount, factor),
    lowerLimit,
  }));
}

function flat(type: ProductPrice['type'], amount: string): Price {
  return { type, model: 'FLAT', amount };
}

/** Cents for amounts that have cents, four places for the tiny ones of usage. */
function times(amount: string, factor: string): string {
  return Decimal.of(amount)
    .times(Decimal.of(factor))
    .toFixed(amount.length - amount.indexOf('.') - 1);
}

function inBoth(of: (factor: string) => Price[]): ProductPrice[] {
  const priced = (currency: string, factor: string) => of(factor).map((price) => ({ currency, ...price }));
  return [...priced('EUR', '1'), ...priced('USD', '1.10')];
}
