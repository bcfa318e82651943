import { addDays, later, type CalendarDate } from '../calendar/calendar-date.js';
import { isSameProduct, usageKind, type UsageRecord } from '../marketplace/usage-record.js';
import { cents, minus, priceText, sign, sum, times, type Decimal } from '../money/money.js';
import { addCharge, chargeFees, stateOnly } from './charges.js';
import type { ContractTarget } from './contract-target.js';
import { isRecurringMoney, linesOf, netOf } from './order-money.js';
import { marketGrid, subscriptionEnds, type PlanEvent } from './plan-event.js';
import type { PlanRun } from './plan-run.js';
import { marketplaceAmount } from './proration.js';
import { isChargedOtherwise, REPORTED, usagePeriodOf } from './usage-charged.js';
import { wantedProducts, type WantedProduct } from './wanted-quantity.js';

/**
 * Post-paid and externally rated products: Sales, Change and Cancellation only map and log, money comes from Billing
 * tasks; fees of the order are charges as everywhere (DESIGN §6 Charging cycle).
 */
export function planMetered(run: PlanRun, event: PlanEvent, contract: ContractTarget | undefined): void {
  chargeFees(run, contract, event, []);
}

/**
 * A Billing task: one charge per product and period, quantity × price, with cost (FEATURES PSH-6). Comes from a usage
 * report or from a billing order; a later revision charges the difference to what was charged before.
 */
export function planBilling(run: PlanRun, event: PlanEvent, contract: ContractTarget | undefined): void {
  const { usage = [], previousUsage, isOvertaken, sourceKey } = run.facts.task;
  if (event.order) {
    chargeFees(run, contract, event, []);
    if (event.charging.kind === 'metered') chargePostPaidLines(run, event, contract);
    return;
  }
  if (usage.length === 0) {
    run.findings.require(
      'ORDER_INCOMPLETE',
      'The usage report holds no row for this task. Check for changes again once the report is complete.',
      { subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name } },
    );
    return;
  }
  const revision = Number(/:(\d+)$/.exec(sourceKey)?.[1] ?? '1');
  if (revision > 1 && previousUsage === undefined) {
    run.findings.require(
      'ORDER_INCOMPLETE',
      `This corrects usage that was charged before (revision ${revision}), but what was charged is not known here. Correct the charge in Autotask by hand, then ignore the task.`,
      { subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name } },
    );
    return;
  }
  if (isOvertaken) {
    run.findings.require(
      'ORDER_INCOMPLETE',
      'A later report of this period is charged already, so charging this one would undo it. Ignore the task; what is still owed is charged in Autotask by hand.',
      { subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name } },
    );
    return;
  }
  for (const group of grouped(usage, previousUsage ?? [])) chargeUsage(run, event, contract, group, revision);
}

/** The rows of one product, kind and period: a period is known by its first day. */
interface UsageGroup {
  owner: WantedProduct;
  isOveruse: boolean;
  from: CalendarDate;
  to: CalendarDate;
  records: UsageRecord[];
  /** What an earlier task charged of it. */
  before: UsageRecord[];
}

function grouped(usage: readonly UsageRecord[], previous: readonly UsageRecord[]): UsageGroup[] {
  const groups: UsageGroup[] = [];
  const groupOf = (record: UsageRecord): UsageGroup => {
    const isOveruse = usageKind(record) === 'overuse';
    const known = groups.find(
      (group) =>
        group.isOveruse === isOveruse && group.from === record.periodStart && isSameProduct(group.owner, record),
    );
    if (known) return known;
    const made: UsageGroup = {
      owner: {
        productKey: productIdOf(record),
        name: productIdOf(record),
        productId: record.productId,
        mpn: record.mpn,
        subscriptionId: record.subscriptionId,
        quantity: 0,
        item: undefined,
        stored: undefined,
        role: 'plain',
        added: false,
      },
      isOveruse,
      from: record.periodStart,
      to: record.periodEnd,
      records: [],
      before: [],
    };
    groups.push(made);
    return made;
  };
  for (const record of usage) {
    const group = groupOf(record);
    group.records.push(record);
    group.to = later(group.to, record.periodEnd);
  }
  for (const record of previous) groupOf(record).before.push(record);
  return groups.sort((a, b) => (a.from + a.owner.productKey < b.from + b.owner.productKey ? -1 : 1));
}

function chargeUsage(
  run: PlanRun,
  event: PlanEvent,
  contract: ContractTarget | undefined,
  group: UsageGroup,
  revision: number,
): void {
  const { records, before } = group;
  const foreign = records.find((record) => record.currency !== run.facts.currency);
  if (foreign) {
    run.findings.require(
      'CURRENCY_UNKNOWN',
      `Usage of ${group.owner.name} is in ${foreign.currency}; this connection syncs ${run.facts.currency}. Add a connection for ${foreign.currency}.`,
    );
    return;
  }
  const product = namedProduct(event, group.owner);
  const feeKind = group.isOveruse ? 'overuse' : 'usage';
  if (isChargedOtherwise(run, feeKind, product, group, 'report')) return;
  const quantity = sum(records.map((record) => record.quantity));
  const words = records.map((record) => `${record.quantity} × ${priceText(record.unitPrice)}`).join(' + ') || 'nothing';
  const corrected = before.length > 0 ? `; ${cents(amountOf(before))} was charged before` : '';
  addCharge(run, contract, event, {
    feeKind,
    block: 'overuse',
    product,
    label: `${group.isOveruse ? 'Overuse' : 'Usage'}: ${product.name}`,
    amount: minus(amountOf(records), amountOf(before)),
    cost: minus(costOf(records), costOf(before)),
    from: group.from,
    to: group.to,
    quantity,
    arithmetic: `${words} = ${cents(amountOf(records))}${corrected}`,
    computedBy: 'marketplace',
    keyedBy: REPORTED,
    revision,
  });
}

/** Recurring lines of a billing order for a post-paid product: what has been used up. */
function chargePostPaidLines(run: PlanRun, event: PlanEvent, contract: ContractTarget | undefined): void {
  const { order } = event;
  if (!order) return;
  const period = usagePeriodOf(event);
  const items = [...order.items, ...event.subscription.items];
  const products = items.filter(
    (item, index) => items.findIndex((one) => one.productKey === item.productKey) === index,
  );
  for (const item of products) {
    const net = netOf(
      linesOf(order, { productId: item.productId, mpn: item.mpn }, products.length === 1).filter(isRecurringMoney),
    );
    if (net === undefined) continue;
    const product = { productKey: item.productKey, name: item.name, subscriptionId: event.subscription.id };
    if (isChargedOtherwise(run, 'usage', product, period, 'order')) continue;
    addCharge(run, contract, event, {
      feeKind: 'usage',
      block: 'overuse',
      product,
      label: `Usage: ${item.name}`,
      amount: net,
      cost: '0',
      ...period,
      arithmetic: `${cents(net)}, the marketplace's own amount in order ${order.number}`,
      computedBy: 'marketplace',
    });
  }
}

/**
 * A cycle that Autotask has no period for: one charge per term, never units (DESIGN §6 Charging cycle). The order's own
 * amounts are used; without them a sale or renewal charges the whole term.
 */
export function planTerm(run: PlanRun, event: PlanEvent, contract: ContractTarget | undefined): void {
  const products = wantedProducts(event, run.facts, run.findings);
  chargeFees(run, contract, event, products);
  if (event.kind === 'price' || event.kind === 'expiry' || event.kind === 'endOfTerm') return;
  if (event.kind === 'reconciliation' || event.kind === 'move') {
    run.findings.warn(
      'TERM_CHARGES_ONLY',
      `${event.subscription.name} bills ${event.charging.word} and is charged once per term: there are no units to compare.`,
      false,
    );
    return;
  }
  if (event.kind === 'initial' && event.choices.alreadyBilled === undefined) {
    askAlreadyBilled(run, event);
    return;
  }
  if (event.kind === 'initial' && event.choices.alreadyBilled === true) return;
  for (const product of products) chargeTerm(run, event, contract, product, products.length === 1);
}

function chargeTerm(
  run: PlanRun,
  event: PlanEvent,
  contract: ContractTarget | undefined,
  product: WantedProduct,
  isOnly: boolean,
): void {
  const grid = marketGrid(event);
  if (!grid) return;
  const { order } = event;
  const from = event.effective;
  const until = grid.startAfter(from);
  const own = order ? netOf(linesOf(order, product, isOnly).filter(isRecurringMoney)) : undefined;
  const wholeTerm = event.kind === 'sale' || event.kind === 'renewal' || event.kind === 'initial';
  const price = product.stored?.unitPrice;
  if (own === undefined && (!wholeTerm || price === undefined)) {
    if (subscriptionEnds(event)) return;
    run.findings.require(
      'ORDER_INCOMPLETE',
      `Order ${event.reference} names no amount for ${product.name}, and a product that bills ${event.charging.word} has no units to compute one from. Charge it in Autotask by hand, then ignore the task.`,
      { subject: { kind: 'product', id: product.productKey, name: product.name } },
    );
    return;
  }
  const computed =
    own === undefined
      ? marketplaceAmount({ units: product.quantity, price: price ?? '0' }, from, until, grid)
      : { amount: cents(own), arithmetic: `${cents(own)}, the marketplace's own amount in order ${event.reference}` };
  const label = `Term: ${product.name}`;
  const included = event.choices.lines?.find((line) => line.productKey === product.productKey)?.include !== false;
  if (!included || (sign(computed.amount) < 0 && !run.settings.syncRefunds)) {
    const why = included ? 'Refunds are not synced.' : 'The row is unticked.';
    stateOnly(run, 'recurring', product, { feeKind: 'term', label }, computed.amount, from, why);
    return;
  }
  addCharge(run, contract, event, {
    feeKind: 'term',
    block: 'recurring',
    product,
    label,
    amount: computed.amount,
    cost: wholeTerm ? times(product.stored?.unitCost ?? '0', product.quantity) : '0',
    from,
    to: addDays(until, -1),
    quantity: `${product.quantity}`,
    arithmetic: computed.arithmetic,
    computedBy: own === undefined ? 'psa-sync' : 'marketplace',
  });
}

function askAlreadyBilled(run: PlanRun, event: PlanEvent): void {
  run.findings.require(
    'INITIAL_BILLED',
    `Subscription ${event.subscription.name} was running already. Is the term from ${event.effective} billed elsewhere?`,
    {
      subject: { kind: 'subscription', id: event.subscription.id, name: event.subscription.name },
      options: [
        { value: 'yes', label: 'Yes, charge from the next term', choices: { alreadyBilled: true } },
        { value: 'no', label: `No, charge the term from ${event.effective}`, choices: { alreadyBilled: false } },
      ],
    },
  );
}

function namedProduct(event: PlanEvent, owner: WantedProduct): WantedProduct {
  const item = event.subscription.items.find(
    (one) =>
      (owner.productId !== undefined && one.productId === owner.productId) ||
      (owner.mpn !== undefined && one.mpn === owner.mpn),
  );
  return item ? { ...owner, productKey: item.productKey, name: item.name } : owner;
}

function productIdOf(record: UsageRecord): string {
  return record.productId ?? record.mpn ?? 'usage';
}

function amountOf(records: readonly UsageRecord[]): Decimal {
  return sum(records.map((record) => record.amount));
}

function costOf(records: readonly UsageRecord[]): Decimal {
  return sum(records.map((record) => times(record.unitCost ?? '0', record.quantity)));
}
