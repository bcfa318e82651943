import { periodTypeWord, RECURRING_SERVICE_CONTRACT, type Contract, type PeriodType } from '../autotask/entities.js';
import type { CalendarDate } from '../calendar/calendar-date.js';
import type { RequiredActionCode } from './sync-plan.js';

/** What a task asks of a contract (FEATURES WIZ-2, PSH-4). */
export interface ContractNeeds {
  /** Companies mapped to the customer. */
  companyIds: readonly number[];
  /** ISO code of the connection's currency. */
  currency: string;
  /** The billing cycle; absent where only charges are written, which fit any cycle. */
  periodType?: PeriodType | undefined;
  /** The day the change counts from; absent while it is not known. */
  date?: CalendarDate | undefined;
  /** Last day of the subscription's term, for the offer of an extension. */
  termEnd?: CalendarDate | undefined;
}

/** One reason against a contract, in words for people. */
export interface ContractReason {
  code: Extract<RequiredActionCode, 'CONTRACT_UNSUITABLE' | 'CONTRACT_CYCLE' | 'CONTRACT_CURRENCY' | 'CONTRACT_DATE'>;
  message: string;
}

/** The verdict on one contract. */
export interface ContractSuitability {
  suitable: boolean;
  /** Every reason, not only the first. */
  reasons: ContractReason[];
  /** True when an extension would make it suitable. */
  extendable: boolean;
  /** Set on a contract that covers the date but ends before the subscription's term does. */
  endsBeforeTerm?: string;
}

/**
 * Whether a contract can hold a subscription: right company, recurring service, active, same billing cycle, same
 * currency, covering the date (FEATURES WIZ-2). Pure; messages say what is the matter and what to do.
 *
 * @param contract the contract; @param currency ISO code of its company's currency, which is its own; @param needs what
 * the task asks.
 */
export function contractSuitability(contract: Contract, currency: string, needs: ContractNeeds): ContractSuitability {
  const reasons = [...lastingReasons(contract, currency, needs)];
  const ended = needs.date !== undefined && contract.endDate < needs.date;
  if (needs.date !== undefined && contract.startDate > needs.date)
    reasons.push({
      code: 'CONTRACT_DATE',
      message: `${named(contract)} starts on ${contract.startDate}, after the change on ${needs.date}. Pick a contract that covers the day.`,
    });
  const extendable = ended && reasons.length === 0;
  if (ended)
    reasons.push({
      code: 'CONTRACT_DATE',
      message: `${named(contract)} ended on ${contract.endDate}, before the change on ${needs.date}. Extend it or pick another contract.`,
    });
  const short = reasons.length === 0 && needs.termEnd !== undefined && contract.endDate < needs.termEnd;
  return {
    suitable: reasons.length === 0,
    reasons,
    extendable,
    ...(short
      ? {
          endsBeforeTerm: `${named(contract)} ends on ${contract.endDate}, before the subscription's term ends on ${needs.termEnd}. It can be extended.`,
        }
      : {}),
  };
}

/** The reasons that no other date and no extension would heal. */
export function lastingReasons(contract: Contract, currency: string, needs: ContractNeeds): ContractReason[] {
  const reasons: ContractReason[] = [];
  const unsuitable = (message: string) => reasons.push({ code: 'CONTRACT_UNSUITABLE', message });
  if (!needs.companyIds.includes(contract.companyId))
    unsuitable(`${named(contract)} belongs to another company. Pick a contract of the customer's company.`);
  if (contract.contractType !== RECURRING_SERVICE_CONTRACT)
    unsuitable(`${named(contract)} is not a recurring service contract. Pick one of that type.`);
  if (!contract.isActive) unsuitable(`${named(contract)} is inactive. Activate it in Autotask or pick another one.`);
  if (needs.periodType !== undefined && contract.periodType !== needs.periodType) {
    const wanted = periodTypeWord(needs.periodType);
    const has =
      contract.periodType === undefined ? 'has no billing period' : `bills ${periodTypeWord(contract.periodType)}`;
    reasons.push({
      code: 'CONTRACT_CYCLE',
      message: `${named(contract)} ${has}; this subscription bills ${wanted}. Pick a ${wanted} contract.`,
    });
  }
  if (currency !== needs.currency)
    reasons.push({
      code: 'CONTRACT_CURRENCY',
      message: `${named(contract)} is in ${currency}; this connection syncs ${needs.currency}. Pick a contract in ${needs.currency}.`,
    });
  return reasons;
}

function named(contract: Contract): string {
  return `Contract ${contract.id}`;
}
