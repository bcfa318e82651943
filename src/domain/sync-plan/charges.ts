import { earlier, later, type CalendarDate } from '../calendar/calendar-date.js';
import type { OrderLine } from '../marketplace/order.js';
import { cents, negate, sign, sum, type Decimal } from '../money/money.js';
import { firstOpenDay, type ContractTarget } from './contract-target.js';
import type { LineTarget } from './line-target.js';
import { chargeKey, operationKeys } from './operation-keys.js';
import { isSetupRefund, linesOf, netOf, unplacedLines } from './order-money.js';
import type { PlanEvent } from './plan-event.js';
import type { BlockName, PlanRun } from './plan-run.js';
import { feeMappingOf } from './preconditions.js';
import { CHARGED_AS, type ChargeKind, type FeeKind } from './sync-facts.js';
import type { AmountRow } from './sync-plan.js';
import { isChargedOtherwise, usagePeriodOf } from './usage-charged.js';
import type { WantedProduct } from './wanted-quantity.js';

/** A one-off amount on its way to a contract. */
export interface ChargeWanted {
  /** First word of our key after the order. */
  feeKind: ChargeKind;
  block: BlockName;
  product: Pick<WantedProduct, 'productKey' | 'name' | 'subscriptionId'>;
  label: string;
  amount: Decimal;
  cost: Decimal;
  from: CalendarDate;
  /** Last covered day, where it covers a stretch. */
  to?: CalendarDate | undefined;
  quantity?: Decimal | undefined;
  arithmetic: string;
  computedBy: AmountRow['computedBy'];
  /** The adjustment it belongs to: it is not sent before that one is proven. */
  after?: { line: LineTarget; date: CalendarDate } | undefined;
  /** Instead of the order's number in our key, for what has no order. */
  keyedBy?: string | undefined;
  revision?: number | undefined;
  /** True for money that is only stated where its fee has no mapping (shift). */
  statedWithoutMapping?: boolean;
}

/**
 * Plans a charge: an amount row, and the operation that writes it (DESIGN §6 A charge). Nothing is written for 0, nor
 * where the tenant refuses negative charges; a missing fee mapping is asked for.
 */
export function addCharge(
  run: PlanRun,
  contract: ContractTarget | undefined,
  event: PlanEvent,
  wanted: ChargeWanted,
): void {
  const amount = cents(wanted.amount);
  if (sign(amount) === 0) return;
  const { facts, findings } = run;
  const row: AmountRow = {
    productKey: wanted.product.productKey,
    label: wanted.label,
    feeKind: wanted.feeKind,
    from: wanted.from,
    ...(wanted.to === undefined ? {} : { to: wanted.to }),
    ...(wanted.quantity === undefined ? {} : { quantity: wanted.quantity }),
    amount,
    computedBy: wanted.computedBy,
    arithmetic: wanted.arithmetic,
    written: false,
  };
  run.addAmount(wanted.block, row);
  const mapping = CHARGED_AS[wanted.feeKind];
  const fee = feeMappingOf(facts, mapping, wanted.product.productKey);
  if (!fee) {
    if (wanted.statedWithoutMapping) {
      findings.warn(
        'SHIFT_NOT_BILLED',
        `${wanted.label}: ${amount} is not billed, because no fee is mapped for it.`,
        true,
      );
      return;
    }
    findings.require(
      'FEE_MAPPING_MISSING',
      `${FEE_WORDS[mapping]} of ${wanted.product.name} have no Autotask product or billing code. Map them under Fees.`,
      { subject: { kind: 'fee', id: mapping, name: wanted.product.name } },
    );
  }
  if (fee?.problem !== undefined)
    findings.require('MAPPING_BROKEN', `${FEE_WORDS[mapping]}: ${fee.problem}`, {
      subject: { kind: 'fee', id: mapping, name: wanted.product.name },
    });
  if (sign(amount) < 0 && run.capabilities.negativeCharge === 'refuse') {
    askToCredit(run, wanted, amount);
    return;
  }
  row.written = true;
  if (!contract || !fee) return;
  const key = chargeKey({
    order: wanted.keyedBy ?? event.order?.number ?? event.kind.toUpperCase(),
    feeKind: wanted.feeKind,
    subscriptionId: wanted.product.subscriptionId,
    productKey: wanted.product.productKey,
    coverageStart: wanted.from,
    revision: wanted.revision,
  });
  const known = run.charges.find(({ operation }) => operation.chargeKey === key);
  if (known) {
    // Two stretches of one product that begin on one day share a key, so they are one charge.
    const { operation } = known;
    operation.amount = cents(sum([operation.amount, amount]));
    operation.unitCost = cents(sum([operation.unitCost, facts.capabilities.costVisible ? wanted.cost : '0']));
    operation.title = chargeTitle(operation.amount, facts.currency, wanted.label);
    operation.description = `${operation.description}; ${describe(wanted, event)}`.slice(0, 2000);
    if (wanted.after) known.after.push(wanted.after);
    return;
  }
  run.charges.push({
    contract,
    after: wanted.after ? [wanted.after] : [],
    operation: {
      kind: 'addCharge',
      key: operationKeys.charge(key),
      title: chargeTitle(amount, facts.currency, wanted.label),
      dependsOn: [],
      contract: contract.ref,
      chargeKey: key,
      feeKind: wanted.feeKind,
      name: wanted.label.slice(0, 100),
      description: describe(wanted, event),
      datePurchased: purchaseDay(contract, wanted.from),
      amount,
      unitCost: facts.capabilities.costVisible ? cents(wanted.cost) : '0.00',
      ...(fee.billingCodeId === undefined ? {} : { billingCodeId: fee.billingCodeId }),
      ...(fee.autotaskProductId === undefined ? {} : { autotaskProductId: fee.autotaskProductId }),
      chargeType: facts.capabilities.chargeType,
      ...(event.order?.poNumber ? { purchaseOrderNumber: event.order.poNumber.slice(0, 50) } : {}),
    },
  });
}

const FEE_WORDS: Record<FeeKind, string> = {
  setup: 'Setup fees',
  cancellation: 'Cancellation fees',
  proration: 'Proration charges',
  usage: 'Usage charges',
};

/**
 * Setup, cancellation and overuse of an order: always the marketplace's amounts, always charges, whatever the price
 * source and the charging cycle (DESIGN §6 Money).
 */
export function chargeFees(
  run: PlanRun,
  contract: ContractTarget | undefined,
  event: PlanEvent,
  products: readonly WantedProduct[],
): void {
  const { order } = event;
  if (!order || order.lines.length === 0) return;
  const owners = ownersOf(event, products);
  const isOnly = owners.length === 1;
  for (const product of owners) {
    const lines = linesOf(order, product, isOnly);
    const fee = (feeKind: 'setup' | 'cancellation' | 'overuse', label: string, wanted: OrderLine[]) =>
      chargeNet(run, contract, event, product, { feeKind, label, lines: wanted });
    const isSetup = (line: OrderLine) => line.feeType === 'setup' || isSetupRefund(line);
    fee('setup', `Setup fee: ${product.name}`, lines.filter(isSetup));
    fee(
      'cancellation',
      `Cancellation fee: ${product.name}`,
      lines.filter((line) => line.feeType === 'cancellationFee'),
    );
    fee(
      'overuse',
      `Overuse: ${product.name}`,
      lines.filter((line) => line.feeType === 'overuse'),
    );
  }
  const placed = new Set(owners.flatMap((product) => linesOf(order, product, isOnly)));
  for (const line of [...unplacedLines(order), ...order.lines.filter((one) => !placed.has(one) && isFee(one))])
    run.findings.warn(
      'LINE_NOT_PLACED',
      `Order ${order.number}: "${line.description || line.sourceType}" of ${cents(line.extendedPrice)} cannot be placed and is not billed. Add it in Autotask by hand if it is owed.`,
      true,
    );
}

function isFee(line: OrderLine): boolean {
  return line.feeType !== 'ignored' && line.feeType !== 'other' && sign(line.extendedPrice) !== 0;
}

function chargeNet(
  run: PlanRun,
  contract: ContractTarget | undefined,
  event: PlanEvent,
  product: WantedProduct,
  fee: { feeKind: 'setup' | 'cancellation' | 'overuse'; label: string; lines: OrderLine[] },
): void {
  const net = netOf(fee.lines);
  if (net === undefined || sign(net) === 0) return;
  const included = event.choices.lines?.find((line) => line.productKey === product.productKey)?.include !== false;
  const block: BlockName = fee.feeKind;
  if ((sign(net) < 0 && !run.settings.syncRefunds) || !included) {
    stateOnly(
      run,
      block,
      product,
      fee,
      net,
      event.effective,
      included ? 'Refunds are not synced.' : 'The row is unticked.',
    );
    return;
  }
  const covered = event.kind === 'billing' && fee.feeKind === 'overuse' ? usagePeriodOf(event) : undefined;
  if (covered && isChargedOtherwise(run, 'overuse', product, covered, 'order')) return;
  addCharge(run, contract, event, {
    ...fee,
    block,
    product,
    amount: net,
    cost: '0',
    from: event.effective,
    ...covered,
    arithmetic: `${cents(net)}, the marketplace's own amount in order ${event.reference}`,
    computedBy: 'marketplace',
  });
}

/** An amount that is shown and, by a setting or a person's choice, not written. */
export function stateOnly(
  run: PlanRun,
  block: BlockName,
  product: Pick<WantedProduct, 'productKey'>,
  about: { feeKind: string; label: string },
  amount: Decimal,
  from: CalendarDate,
  why: string,
): void {
  run.addAmount(block, {
    productKey: product.productKey,
    label: about.label,
    feeKind: about.feeKind,
    from,
    amount: cents(amount),
    computedBy: 'marketplace',
    arithmetic: `${cents(amount)} is not written. ${why}`,
    written: false,
  });
}

/** The products an order's lines may belong to: those it names, and those the subscription holds. */
function ownersOf(event: PlanEvent, products: readonly WantedProduct[]): WantedProduct[] {
  const owners = [...products];
  const others = [...(event.order?.items ?? []), ...event.subscription.items];
  for (const item of others)
    if (!owners.some((owner) => owner.productKey === item.productKey))
      owners.push({
        productKey: item.productKey,
        name: item.name,
        productId: item.productId,
        mpn: item.mpn,
        subscriptionId: event.subscription.id,
        quantity: 0,
        item: undefined,
        stored: undefined,
        role: 'plain',
        added: false,
      });
  return owners;
}

/**
 * The day a charge is dated: the coverage start, moved behind what is posted, inside the contract
 * (DESIGN §6 A charge).
 */
function purchaseDay(contract: ContractTarget, from: CalendarDate): CalendarDate {
  const inside = later(from, contract.start);
  return earlier(firstOpenDay(contract.grid, contract.facts?.units ?? [], inside), contract.end);
}

function chargeTitle(amount: Decimal, currency: string, label: string): string {
  return `Charge ${amount} ${currency} for ${label}`;
}

function describe(wanted: ChargeWanted, event: PlanEvent): string {
  const stretch = wanted.to === undefined ? wanted.from : `${wanted.from} to ${wanted.to}`;
  const quantity = wanted.quantity === undefined ? '' : `, quantity ${wanted.quantity}`;
  const order = event.order ? `, order ${event.order.number}` : '';
  return `${wanted.label}${quantity}, ${stretch}${order}`.slice(0, 2000);
}

function askToCredit(run: PlanRun, wanted: ChargeWanted, amount: Decimal): void {
  if (run.event.choices.creditedByHand === true) return;
  run.findings.require(
    'CREDIT_BY_HAND',
    `Autotask refuses negative charges here. Credit ${negate(amount)} ${run.facts.currency} to the customer by hand for ${wanted.label} (${wanted.from}), then confirm.`,
    {
      subject: { kind: 'product', id: wanted.product.productKey, name: wanted.product.name },
      options: [{ value: 'credited', label: 'Credited by hand', choices: { creditedByHand: true } }],
    },
  );
}
