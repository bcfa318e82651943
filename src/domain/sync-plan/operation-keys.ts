import { hash } from 'node:crypto';
import type { PeriodType } from '../autotask/entities.js';
import { isCalendarDate, type CalendarDate } from '../calendar/calendar-date.js';
import type { ProductKey } from '../marketplace/product.js';

/**
 * Keys of operations (DESIGN §6, §7). A key is the operation's identity inside its task: the same facts and choices
 * give the same key again, before and after earlier operations of the plan were proven. So things the plan itself
 * creates are named by what they are (`new`), never by the id they get.
 */
export const operationKeys = {
  createContract: (companyId: number, contractNumber: string, periodType: PeriodType, start: CalendarDate): string =>
    `createContract:${companyId}:${shortened(contractNumber, 60)}:${periodType}:${start}`,
  createLine: (lineToken: string): string => `createLine:${lineToken}`,
  /** Units, price or both: Autotask takes one adjustment of a line and day. */
  adjust: (lineToken: string, date: CalendarDate): string => `adjust:${lineToken}:${date}`,
  charge: (chargeKey: string): string => `charge:${chargeKey}`,
  describe: (lineToken: string, text: string): string => `describe:${lineToken}:${hashOf(text, 10)}`,
  extend: (contractToken: string, from: CalendarDate, to: CalendarDate): string =>
    `extend:${contractToken}:${from}:${to}`,
  end: (contractToken: string, date: CalendarDate): string => `end:${contractToken}:${date}`,
};

/** Names of contracts and lines inside keys. */
export const tokens = {
  contract: (id: number | undefined): string => (id === undefined ? 'new' : `c${id}`),
  line: (id: number): string => `l${id}`,
  newLine: (contractToken: string, serviceId: number, repeat: boolean): string =>
    `${contractToken}/s${serviceId}${repeat ? '+' : ''}`,
};

/** The contract's old and new last day in the key of a proven extension; undefined for other keys. */
export function readExtendKey(
  key: string,
  contractToken: string,
): { from: CalendarDate; to: CalendarDate } | undefined {
  const prefix = `extend:${contractToken}:`;
  if (!key.startsWith(prefix)) return undefined;
  return { from: key.slice(prefix.length, prefix.length + 10), to: key.slice(prefix.length + 11) };
}

/** What a charge is named by in `internalPurchaseOrderNumber`, which holds 50 characters. */
const CHARGE_KEY_LENGTH = 50;

/**
 * Our key of a charge: `{order}:{fee kind}:{10 of hash(subscription + product)}:{coverage start}[:rN]`
 * (DESIGN §6). An order number too long for the field is replaced by its hash.
 */
export function chargeKey(parts: {
  /** Order number, or a word for what has no order. */
  order: string;
  feeKind: string;
  subscriptionId: string;
  productKey: ProductKey;
  coverageStart: CalendarDate;
  /** Above 1 for a later correction of the same charge. */
  revision?: number | undefined;
}): string {
  const rest = [
    parts.feeKind,
    ownerHash(parts),
    parts.coverageStart,
    ...(parts.revision !== undefined && parts.revision > 1 ? [`r${parts.revision}`] : []),
  ].join(':');
  const room = CHARGE_KEY_LENGTH - rest.length - 1;
  return `${shortened(parts.order, room)}:${rest}`;
}

/** What a key of ours says about the charge; undefined for other texts in `internalPurchaseOrderNumber`. */
export function readChargeKey(
  key: string,
): { order: string; feeKind: string; owner: string; coverageStart: CalendarDate } | undefined {
  const [order, feeKind, owner, coverageStart] = key.split(':');
  return order !== undefined && feeKind !== undefined && owner !== undefined && isCalendarDate(coverageStart)
    ? { order, feeKind, owner, coverageStart }
    : undefined;
}

/** The part of a charge's key that stands for its subscription and product. */
export function ownerHash(of: { subscriptionId: string; productKey: ProductKey }): string {
  return hashOf(`${of.subscriptionId}\n${of.productKey}`, 10);
}

/** The first `length` hex digits of a SHA-256. */
export function hashOf(text: string, length: number): string {
  return hash('sha256', text, 'hex').slice(0, length);
}

function shortened(text: string, room: number): string {
  return text.length <= room && !text.includes(':') ? text : `#${hashOf(text, 10)}`;
}
