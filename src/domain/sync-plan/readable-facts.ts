import { PERIOD_TYPES } from '../autotask/entities.js';
import { isCalendarDate } from '../calendar/calendar-date.js';
import { isDecimal } from '../money/money.js';
import type { SyncFacts } from './sync-facts.js';

/**
 * The first thing in the facts that is no day, instant or decimal number though it must be one; undefined when all can
 * be read. Facts come from two remote systems and from people, and a plan never throws on them (DESIGN §6).
 */
export function unreadableFact(facts: SyncFacts): string | undefined {
  const { task } = facts;
  const order = task.order;
  return (
    zone(facts.timeZone) ??
    day('today', facts.today) ??
    day('the day of the check', task.readOn) ??
    subscriptionDays(task.subscription) ??
    (task.targetSubscription ? subscriptionDays(task.targetSubscription) : undefined) ??
    (order ? orderValues(order) : undefined) ??
    first(
      facts.openTasks,
      (open) => subscriptionDays(open.subscription) ?? (open.order ? orderValues(open.order) : undefined),
    ) ??
    first([...(task.usage ?? []), ...(task.previousUsage ?? [])], usageValues) ??
    contractValues(facts.contract) ??
    contractValues(facts.otherContract) ??
    first(
      facts.services,
      (one) =>
        (one.service ? required('the service price', one.service.unitPrice) : undefined) ??
        period('the service period', one.service?.periodType) ??
        money('the service cost', one.service?.unitCost) ??
        money('the list price', one.listPrice),
    ) ??
    first(facts.ledger, (step) => day('a ledger step', step.from) ?? number('a ledger step', step.quantity)) ??
    first(
      facts.prices,
      (step) =>
        day('a price step', step.from) ?? money('a price step', step.unitPrice) ?? money('a cost step', step.unitCost),
    ) ??
    first(facts.ownAdjustments, (own) => day('an adjustment', own.date)) ??
    choiceValues(facts)
  );
}

type Subscription = SyncFacts['task']['subscription'];
type Order = NonNullable<SyncFacts['task']['order']>;

function subscriptionDays(subscription: Subscription): string | undefined {
  return (
    day('the subscription start', subscription.creationDate) ??
    optionalDay('the renewal date', subscription.renewalDate) ??
    optionalDay('the expiration date', subscription.expirationDate) ??
    optionalDay('the modified date', subscription.lastModifiedDate) ??
    first(
      subscription.items,
      (item) =>
        money(`the quantity of ${item.name}`, item.quantity) ??
        money(`the price of ${item.name}`, item.unitPrice) ??
        money(`the cost of ${item.name}`, item.unitCost),
    )
  );
}

function orderValues(order: Order): string | undefined {
  return (
    instant('the order creation', order.createdAt) ??
    (order.completedAt === undefined ? undefined : instant('the order completion', order.completedAt)) ??
    (order.scheduledOn === undefined ? undefined : instant('the scheduled day', order.scheduledOn)) ??
    first(order.items, (item) => required(`the quantity of ${item.name}`, item.quantity)) ??
    first(
      order.lines,
      (line) =>
        required('a line amount', line.extendedPrice) ??
        required('a line price', line.unitPrice) ??
        required('a line quantity', line.quantity) ??
        money('a line duration', line.duration?.count),
    )
  );
}

function usageValues(record: NonNullable<SyncFacts['task']['usage']>[number]): string | undefined {
  return (
    day('the usage start', record.periodStart) ??
    day('the usage end', record.periodEnd) ??
    required('the usage quantity', record.quantity) ??
    required('the usage price', record.unitPrice) ??
    required('the usage amount', record.amount) ??
    money('the usage cost', record.unitCost)
  );
}

function contractValues(contract: SyncFacts['contract']): string | undefined {
  if (!contract) return undefined;
  return (
    day('the contract start', contract.contract.startDate) ??
    day('the contract end', contract.contract.endDate) ??
    period('the contract period', contract.contract.periodType) ??
    first(
      contract.units,
      (row) => day('a unit row', row.startDate) ?? day('a unit row', row.endDate) ?? number('a unit row', row.units),
    ) ??
    first(
      contract.lines,
      (line) =>
        money('a line price', line.unitPrice) ??
        money('a line cost', line.unitCost) ??
        money('a line price', line.internalCurrencyUnitPrice) ??
        money('a line price', line.internalCurrencyAdjustedPrice),
    )
  );
}

function choiceValues({ choices }: SyncFacts): string | undefined {
  const create = choices.contract && 'create' in choices.contract ? choices.contract.create : undefined;
  return (
    optionalDay('the chosen start', create?.startDate) ??
    optionalDay('the chosen end', create?.endDate) ??
    first(
      choices.lines ?? [],
      (line) =>
        optionalDay('the chosen day', line.date) ??
        money('the chosen price', line.price) ??
        money('the chosen cost', line.cost) ??
        whole('the chosen quantity', line.quantity),
    )
  );
}

function first<T>(list: readonly T[], check: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = check(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Days outside this range are typing errors, and arithmetic with them would leave the calendar. */
const FIRST_DAY = '1970-01-01';
const LAST_DAY = '2199-12-31';
const FIRST_TIME = Date.parse(FIRST_DAY);
const LAST_TIME = Date.parse(LAST_DAY);

function day(what: string, value: unknown): string | undefined {
  return isCalendarDate(value) && value >= FIRST_DAY && value <= LAST_DAY
    ? undefined
    : `${what} (${JSON.stringify(value)})`;
}

function optionalDay(what: string, value: unknown): string | undefined {
  return value === undefined ? undefined : day(what, value);
}

function instant(what: string, value: unknown): string | undefined {
  return typeof value === 'string' && isInstant(value) ? undefined : `${what} (${JSON.stringify(value)})`;
}

function isInstant(text: string): boolean {
  const time = Date.parse(text);
  return time >= FIRST_TIME && time <= LAST_TIME;
}

function money(what: string, value: unknown): string | undefined {
  return value === undefined || isDecimal(value) ? undefined : `${what} (${JSON.stringify(value)})`;
}

function required(what: string, value: unknown): string | undefined {
  return isDecimal(value) ? undefined : `${what} (${JSON.stringify(value)})`;
}

function number(what: string, value: unknown): string | undefined {
  return Number.isSafeInteger(value) ? undefined : `${what} (${JSON.stringify(value)})`;
}

function period(what: string, value: unknown): string | undefined {
  return value === undefined || PERIOD_TYPES.some((known) => known === value)
    ? undefined
    : `${what} (${JSON.stringify(value)})`;
}

function whole(what: string, value: unknown): string | undefined {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0)
    ? undefined
    : `${what} (${JSON.stringify(value)})`;
}

const KNOWN_ZONES = new Set<string>();

function zone(name: string): string | undefined {
  if (KNOWN_ZONES.has(name)) return undefined;
  try {
    new Intl.DateTimeFormat('en-CA', { timeZone: name }).resolvedOptions();
    KNOWN_ZONES.add(name);
    return undefined;
  } catch {
    return `the time zone ("${name}")`;
  }
}
