import { periodTypeMonths, type PeriodType, type Service } from '../../src/domain/autotask/entities.js';
import { addDays, type CalendarDate } from '../../src/domain/calendar/calendar-date.js';
import { PeriodGrid } from '../../src/domain/calendar/period-grid.js';
import type { Order, OrderItem, OrderLine } from '../../src/domain/marketplace/order.js';
import type { BillingModel, Period } from '../../src/domain/marketplace/period.js';
import { productKeyOf } from '../../src/domain/marketplace/product.js';
import type { Subscription, SubscriptionItem } from '../../src/domain/marketplace/subscription.js';
import type {
  ContractFacts,
  FeeMappingFacts,
  ServiceMappingFacts,
  SyncFacts,
  TaskFacts,
} from '../../src/domain/sync-plan/sync-facts.js';

/** Plain facts for planner tests: a monthly subscription of one product on a monthly contract, everything mapped. */

export const MONTH: Period = { unit: 'month', count: 1 };
export const YEAR: Period = { unit: 'year', count: 1 };

/** A product with the service it is mapped to. */
export interface TestProduct {
  id: string;
  mpn: string;
  name: string;
  key: string;
  service: Service;
}

/** Makes a product; its service has the same price, so that nothing differs unless a test says so. */
export function aProduct(
  id: string,
  name: string,
  about: {
    serviceId?: number;
    billingPeriod?: Period;
    subscriptionPeriod?: Period;
    periodType?: PeriodType;
    price?: string;
    cost?: string;
  } = {},
): TestProduct {
  const { billingPeriod = MONTH, subscriptionPeriod = YEAR, periodType = 2, price = '8', cost = '6.1' } = about;
  const mpn = `EX-${id}`;
  return {
    id: `P-${id}`,
    mpn,
    name,
    key: productKeyOf({ id: `P-${id}`, mpn, vendor: 'Example Vendor', billingPeriod, subscriptionPeriod }),
    service: {
      id: about.serviceId ?? 500 + id.length + id.charCodeAt(0),
      name: `${name} service`,
      periodType,
      isActive: true,
      unitPrice: price,
      unitCost: cost,
    },
  };
}

export const BASIC = aProduct('B', 'Example Office Basic', { serviceId: 55 });
export const PLUS = aProduct('P', 'Example Office Plus', { serviceId: 56, price: '12.5', cost: '9' });

/** A subscription that started on the 10th of March, billed monthly, with a term of one year. */
export function aSubscription(
  items: readonly (Partial<SubscriptionItem> & { product: TestProduct; units: number })[],
  about: Partial<Subscription> = {},
): Subscription {
  return {
    id: 'S-20481',
    name: 'Example Office',
    customerId: 'C-7',
    status: 'active',
    autoRenew: true,
    billingModel: 'chargeBeforeBillingPeriod',
    billingPeriod: MONTH,
    subscriptionPeriod: YEAR,
    creationDate: '2027-03-10',
    renewalDate: '2028-03-10',
    expirationDate: '2028-03-10',
    lastModifiedDate: '2027-03-10',
    currency: 'EUR',
    attributes: {},
    items: items.map(({ product, units, ...rest }) => ({
      productKey: product.key,
      productId: product.id,
      mpn: product.mpn,
      vendor: 'Example Vendor',
      name: product.name,
      quantity: `${units}`,
      unitPrice: product.service.unitPrice,
      unitCost: product.service.unitCost ?? '0',
      ...rest,
    })),
    ...about,
  };
}

/** An item of an order: the wanted absolute quantity. */
export function anItem(product: TestProduct, units: number | string, about: Partial<OrderItem> = {}): OrderItem {
  return {
    productKey: product.key,
    productId: product.id,
    mpn: product.mpn,
    vendor: 'Example Vendor',
    name: product.name,
    quantity: `${units}`,
    action: 'UPDATE',
    billingPeriod: MONTH,
    subscriptionPeriod: YEAR,
    ...about,
  };
}

/** A financial line of an order. */
export function aLine(product: TestProduct, about: Partial<OrderLine> & { extendedPrice: string }): OrderLine {
  return {
    feeType: 'recurring',
    sourceType: 'recurring',
    productId: product.id,
    mpn: product.mpn,
    description: `Recurring fee for ${product.name}`,
    quantity: '1',
    unitPrice: about.extendedPrice,
    ...about,
  };
}

/** A completed order. `on` is the day it completed, at noon UTC. */
export function anOrder(type: Order['type'], on: CalendarDate, items: OrderItem[], about: Partial<Order> = {}): Order {
  const prefix = {
    sales: 'SO',
    change: 'CH',
    renewal: 'RN',
    cancellation: 'CL',
    migration: 'MG',
    billing: 'BO',
    unknown: 'XX',
  };
  const number = about.number ?? `${prefix[type]}004711`;
  return {
    id: `O-${number}`,
    number,
    type,
    sourceType: type,
    status: 'completed',
    customerId: 'C-7',
    subscriptionId: 'S-20481',
    createdAt: `${on}T08:00:00Z`,
    completedAt: `${on}T12:00:00Z`,
    currency: 'EUR',
    total: '0',
    attributes: {},
    items,
    lines: [],
    ...about,
  };
}

/** A stretch of units on a line; open-ended without `to`. */
export interface TestUnits {
  from?: CalendarDate;
  units: number;
}

/** A contract with its lines and the unit rows Autotask would show: one a period, split where units change. */
export function aContract(
  about: {
    id?: number;
    start?: CalendarDate;
    end?: CalendarDate;
    periodType?: PeriodType;
    companyId?: number;
    currency?: string;
    isActive?: boolean;
    contractType?: number;
    lines?: {
      id: number;
      product: TestProduct;
      units?: TestUnits[];
      price?: string;
      adjustedPrice?: string;
      description?: string;
    }[];
    /** Rows that start on or before this day are approved and posted. */
    postedUpTo?: CalendarDate;
  } = {},
): ContractFacts {
  const { id = 29683, start = '2027-01-01', end = '2027-12-31', periodType = 2, lines = [], postedUpTo } = about;
  return {
    contract: {
      id,
      companyId: about.companyId ?? 301,
      name: 'Cloud services 2027',
      contractType: about.contractType ?? 7,
      periodType,
      isActive: about.isActive ?? true,
      startDate: start,
      endDate: end,
    },
    currency: about.currency ?? 'EUR',
    lines: lines.map((line) => ({
      id: line.id,
      contractId: id,
      serviceId: line.product.service.id,
      invoiceDescription: line.description ?? line.product.name,
      unitPrice: line.price ?? line.product.service.unitPrice,
      internalCurrencyUnitPrice: line.price ?? line.product.service.unitPrice,
      internalCurrencyAdjustedPrice: line.adjustedPrice ?? line.price ?? line.product.service.unitPrice,
      ...(line.product.service.unitCost === undefined ? {} : { unitCost: line.product.service.unitCost }),
    })),
    units: lines.flatMap((line) =>
      unitRows(
        { contractId: id, lineId: line.id, serviceId: line.product.service.id, start, end, periodType },
        line.units ?? [],
        postedUpTo,
      ),
    ),
  };
}

/** Unit rows of a line as Autotask lays them out (reference/autotask-rest-api §11.4). */
export function unitRows(
  line: {
    contractId: number;
    lineId: number;
    serviceId: number;
    start: CalendarDate;
    end: CalendarDate;
    periodType: PeriodType;
  },
  stretches: readonly TestUnits[],
  postedUpTo?: CalendarDate,
): ContractFacts['units'] {
  const grid = new PeriodGrid(line.start, periodTypeMonths(line.periodType));
  const changes = stretches
    .map((one) => ({ from: one.from ?? line.start, units: one.units }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const rows: ContractFacts['units'] = [];
  let begun = false;
  for (let period = grid.period(0); period.first <= line.end; period = grid.period(period.index + 1)) {
    const last = period.last < line.end ? period.last : line.end;
    const starts = [
      period.first,
      ...changes.map((change) => change.from).filter((from) => from > period.first && from <= last),
    ];
    starts.forEach((first, index) => {
      const next = starts[index + 1];
      const units = changes.filter((change) => change.from <= first).at(-1)?.units ?? 0;
      begun ||= units !== 0;
      if (!begun) return;
      rows.push({
        id: line.lineId * 1000 + rows.length,
        contractId: line.contractId,
        contractServiceId: line.lineId,
        serviceId: line.serviceId,
        startDate: first,
        endDate: next === undefined ? last : addDays(next, -1),
        units,
        ...(postedUpTo !== undefined && first <= postedUpTo ? { approveAndPostDate: postedUpTo } : {}),
      });
    });
  }
  return rows;
}

/** Fees that are all mapped to billing codes. */
export const FEES: FeeMappingFacts[] = [
  { feeKind: 'setup', billingCodeId: 901 },
  { feeKind: 'cancellation', billingCodeId: 902 },
  { feeKind: 'proration', billingCodeId: 903 },
  { feeKind: 'usage', billingCodeId: 904 },
];

/** Maps products to their services. */
export function mapped(...products: TestProduct[]): ServiceMappingFacts[] {
  return products.map((product) => ({
    productKey: product.key,
    productName: product.name,
    serviceId: product.service.id,
    service: product.service,
  }));
}

/** Facts around a task; everything a test does not name is in order. */
export function planFacts(about: Partial<SyncFacts> & { task: TaskFacts }): SyncFacts {
  return {
    today: '2027-03-12',
    timeZone: 'UTC',
    currency: 'EUR',
    settings: {
      priceSource: 'marketplace',
      trimDescription: true,
      proration: 'autotask',
      syncRefunds: false,
      severalProductsPerService: false,
      ...about.settings,
    },
    capabilities: {
      adjustPosted: 'accept',
      negativeCharge: 'accept',
      costVisible: true,
      refusedDates: [],
      chargeType: 1,
      ...about.capabilities,
    },
    customerName: 'Marmalade Freight',
    companies: [{ id: 301, name: 'Marmalade Freight', isActive: true, companyType: 1 }],
    services: mapped(BASIC, PLUS),
    fees: FEES,
    defaultContractName: 'Cloud services Marmalade Freight',
    ledger: [],
    prices: [],
    proven: [],
    ownAdjustments: [],
    heldCharges: [],
    openTasks: [],
    followsIgnored: false,
    choices: {},
    ...without(about, ['settings', 'capabilities']),
  };
}

/** The settings of a test, on top of the defaults. */
export function settings(about: Partial<SyncFacts['settings']>): SyncFacts['settings'] {
  return {
    priceSource: 'marketplace',
    trimDescription: true,
    proration: 'autotask',
    syncRefunds: false,
    severalProductsPerService: false,
    ...about,
  };
}

/** What the tenant accepts in a test, on top of the defaults. */
export function capabilities(about: Partial<SyncFacts['capabilities']>): SyncFacts['capabilities'] {
  return {
    adjustPosted: 'accept',
    negativeCharge: 'accept',
    costVisible: true,
    refusedDates: [],
    chargeType: 1,
    ...about,
  };
}

/** A task made from an order. */
export function orderTask(order: Order, subscription: Subscription, about: Partial<TaskFacts> = {}): TaskFacts {
  const types: Record<Order['type'], TaskFacts['type']> = {
    sales: 'sales',
    change: 'change',
    renewal: 'change',
    cancellation: 'cancellation',
    migration: 'reconciliation',
    billing: 'billing',
    unknown: 'change',
  };
  return {
    id: `task-${order.number}`,
    type: types[order.type],
    source: 'order',
    sourceKey: `order:${order.id}:${subscription.id}`,
    order,
    subscription,
    readOn: order.completedAt?.slice(0, 10) ?? '2027-03-12',
    ...about,
  };
}

/** A task that no order announced. */
export function sweepTask(
  source: Exclude<TaskFacts['source'], 'order'>,
  subscription: Subscription,
  about: Partial<TaskFacts> = {},
): TaskFacts {
  const types: Record<typeof source, TaskFacts['type']> = {
    initial: 'sales',
    usage: 'billing',
    expiry: 'cancellation',
    renewal: 'change',
    price: 'change',
    reconcile: 'reconciliation',
    move: 'reconciliation',
  };
  const tails: Record<typeof source, string> = {
    initial: '',
    usage: ':product:2027-02-01:1',
    expiry: `:${subscription.expirationDate ?? ''}`,
    renewal: `:${subscription.expirationDate ?? ''}`,
    price: `:${subscription.items[0]?.productKey ?? ''}:abc`,
    reconcile: ':1',
    move: ':1',
  };
  return {
    id: `task-${source}`,
    type: types[source],
    source,
    sourceKey: `${source}:${subscription.id}${tails[source]}`,
    subscription,
    readOn: '2027-03-12',
    ...about,
  };
}

/** Billing models under short names. */
export const MODELS: Record<'before' | 'after' | 'term' | 'external', BillingModel> = {
  before: 'chargeBeforeBillingPeriod',
  after: 'chargeAfterBillingPeriod',
  term: 'chargeBeforeSubscriptionPeriod',
  external: 'chargeExternalRating',
};

function without<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Omit<T, K> {
  const copy = { ...value };
  for (const key of keys) delete copy[key];
  return copy;
}

/** The ledger and price history of lines on which subscriptions already have shares. */
export function tracked(
  ...shares: {
    lineId: number;
    product: TestProduct;
    units: number;
    from?: CalendarDate;
    subscriptionId?: string;
    price?: string;
    cost?: string;
  }[]
): Pick<SyncFacts, 'ledger' | 'prices'> {
  const from = '2027-01-01';
  return {
    ledger: shares.map((share, index) => ({
      contractServiceId: share.lineId,
      kind: 'share' as const,
      subscriptionId: share.subscriptionId ?? 'S-20481',
      productKey: share.product.key,
      from: share.from ?? from,
      quantity: share.units,
      taskId: `earlier-${index}`,
      effective: share.from ?? from,
      seq: index + 1,
    })),
    prices: shares.map((share, index) => ({
      contractServiceId: share.lineId,
      from: share.from ?? from,
      unitPrice: share.price ?? share.product.service.unitPrice,
      unitCost: share.cost ?? share.product.service.unitCost ?? '0',
      taskId: `earlier-${index}`,
      seq: index + 1,
    })),
  };
}

/** A subscription that renews on the first of January: its marketplace periods are the contract's. */
export function alignedSubscription(
  items: Parameters<typeof aSubscription>[0],
  about: Partial<Subscription> = {},
): Subscription {
  return aSubscription(items, {
    creationDate: '2027-01-01',
    renewalDate: '2028-01-01',
    expirationDate: '2028-01-01',
    ...about,
  });
}

/**
 * A subscription with units on line 701, on a contract of the year 2027, and a change order of it.
 * The subscription's periods start on the 10th unless `aligned`.
 */
export function changeFacts(
  about: {
    from: number;
    to: number;
    on?: CalendarDate;
    aligned?: boolean;
    lines?: OrderLine[];
    subscription?: Partial<Subscription>;
    stored?: Partial<SubscriptionItem>;
    postedUpTo?: CalendarDate;
    end?: CalendarDate;
    order?: Partial<Order>;
  },
  facts: Partial<SyncFacts> = {},
): SyncFacts {
  const { from, to, on = '2027-05-14', aligned = false } = about;
  const start = aligned ? '2027-01-01' : '2027-03-10';
  const make = aligned ? alignedSubscription : aSubscription;
  const subscription = make([{ product: BASIC, units: to, ...about.stored }], {
    lastModifiedDate: on,
    ...about.subscription,
  });
  const order = anOrder('change', on, [anItem(BASIC, to)], { lines: about.lines ?? [], ...about.order });
  return planFacts({
    today: on,
    task: orderTask(order, subscription),
    contract: aContract({
      lines: [{ id: 701, product: BASIC, units: [{ from: start, units: from }] }],
      ...(about.postedUpTo === undefined ? {} : { postedUpTo: about.postedUpTo }),
      ...(about.end === undefined ? {} : { end: about.end }),
    }),
    ...tracked({ lineId: 701, product: BASIC, units: from, from: start }),
    ...facts,
  });
}
