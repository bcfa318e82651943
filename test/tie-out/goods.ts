/** A product by the names the marketplace's catalogue gives it. */
export interface Goods {
  plan: string;
  name: string;
  /** Subscription period in months. */
  term: number;
  /** Months that one charge covers. */
  cycle: number;
}

/** A plan with its products; weight = how often one is drawn. */
export interface PlanOfGoods {
  plan: string;
  term: number;
  cycle: number;
  weight: number;
  products: string[];
}

const OFFICE = ['Example Office Basic', 'Example Office Standard', 'Example Office Premium'];

/** Plans with their products; weight = how often one is drawn. All are paid before the period, at one price per unit. */
export const PLANS: PlanOfGoods[] = [
  { plan: 'Example Office, annual commitment', term: 12, cycle: 1, weight: 7, products: OFFICE },
  { plan: 'Example Mail', term: 12, cycle: 1, weight: 3, products: ['Example Mail Basic', 'Example Mail Plus'] },
  {
    plan: 'Example Desktop',
    term: 12,
    cycle: 1,
    weight: 4,
    products: ['Example Desktop Small', 'Example Desktop Large'],
  },
  {
    plan: 'Example Voice',
    term: 12,
    cycle: 1,
    weight: 2,
    products: ['Example Voice Number', 'Example Voice Recording'],
  },
  { plan: 'Example Office, no commitment', term: 1, cycle: 1, weight: 1, products: OFFICE },
  {
    plan: 'Sample Backup, quarterly',
    term: 3,
    cycle: 3,
    weight: 2,
    products: ['Sample Backup 100 GB', 'Sample Backup 1 TB'],
  },
  {
    plan: 'Sample Backup, half-yearly',
    term: 6,
    cycle: 6,
    weight: 1,
    products: ['Sample Backup 100 GB', 'Sample Backup 1 TB'],
  },
  { plan: 'Example Office, paid yearly', term: 12, cycle: 12, weight: 1, products: OFFICE },
  {
    plan: 'Placeholder Shield, prepaid year',
    term: 12,
    cycle: 12,
    weight: 1,
    products: ['Placeholder Shield', 'Placeholder Shield Plus'],
  },
];

/** The product charged by tiers, which one unit price cannot express. */
export const TIERED: Goods = { plan: 'Example Voice', name: 'Example Voice Line', term: 12, cycle: 1 };

/** The post-paid plan: units bill nothing, usage does. */
export const METERED: PlanOfGoods = {
  plan: 'Sample Compute, pay as you use',
  term: 1,
  cycle: 1,
  weight: 0,
  products: ['Sample Compute Hours', 'Sample Storage GB', 'Sample Traffic GB'],
};

/** A cycle Autotask has no period for: one charge per term, never units. */
export const TERMED: PlanOfGoods = {
  plan: 'Placeholder Scan, every two months',
  term: 2,
  cycle: 2,
  weight: 0,
  products: ['Placeholder Scan'],
};

/** Everything that is ever sold here. */
export const GOODS: Goods[] = [
  ...[...PLANS, METERED, TERMED].flatMap(({ plan, term, cycle, products }) =>
    products.map((name) => ({ plan, name, term, cycle })),
  ),
  TIERED,
];

/** A product of a plan. */
export function goods({ plan, term, cycle }: PlanOfGoods, name: string): Goods {
  return { plan, name, term, cycle };
}

/** True for what Autotask bills by charges only, so that no service stands for it. */
export function isCharged({ plan }: Goods): boolean {
  return plan === METERED.plan || plan === TERMED.plan;
}
