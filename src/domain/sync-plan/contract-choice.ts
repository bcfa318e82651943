import { periodTypeWord, type Company, type PeriodType } from '../autotask/entities.js';
import { addDays, addMonths, isCalendarDate, later, type CalendarDate } from '../calendar/calendar-date.js';
import { PeriodGrid } from '../calendar/period-grid.js';
import { periodTypeMonths } from '../autotask/entities.js';
import {
  createdContract,
  standingContract,
  wasCreatedHere,
  type ContractTarget,
  type NewContract,
} from './contract-target.js';
import { lastingReasons } from './contract-suitability.js';
import type { Findings } from './findings.js';
import { marketGrid, termEndOf, type PlanEvent } from './plan-event.js';
import { contractNeedsOf, subscriptionSubject } from './preconditions.js';
import type { NewContractChoice } from './sync-choices.js';
import type { ContractFacts, SyncFacts } from './sync-facts.js';

/** Longest contract name and number in Autotask (reference/autotask-rest-api §10.4). */
const NAME_LENGTH = 100;
const NUMBER_LENGTH = 50;

/**
 * The contract a task works on: the one it created itself, the one a person chose or wants created, the mapped one. Says
 * what is missing, or why the contract cannot hold the subscription (FEATURES WIZ-2, PSH-4).
 */
export function contractTargetOf(
  facts: SyncFacts,
  event: PlanEvent,
  companies: readonly Company[],
  findings: Findings,
): ContractTarget | undefined {
  const { contract: made } = facts;
  const wish = event.choices.contract;
  const createdHere = made !== undefined && wasCreatedHere(made.contract.id, facts.proven);
  if (wish && 'create' in wish)
    return newContract(facts, event, wish.create, companies, createdHere ? made : undefined, findings);
  if (createdHere) return createdContract(specOf(made), made);
  if (wish && made?.contract.id !== wish.id) {
    findings.require(
      'CONTRACT_MISSING',
      `Contract ${wish.id} was not found in Autotask. Pick another one or create one.`,
      {
        subject: { kind: 'contract', id: `${wish.id}` },
      },
    );
    return undefined;
  }
  if (facts.contractProblem !== undefined && !wish)
    findings.require('MAPPING_BROKEN', facts.contractProblem, {
      subject: {
        kind: 'contract',
        id: `${made?.contract.id ?? event.subscription.id}`,
        name: made?.contract.name ?? '',
      },
    });
  if (!made && facts.contractProblem !== undefined) return undefined;
  if (!made) {
    findings.require(
      'CONTRACT_MISSING',
      `Subscription ${event.subscription.name} has no contract. Pick one or create one.`,
      { subject: subscriptionSubject(event) },
    );
    return undefined;
  }
  const reasons = lastingReasons(made.contract, made.currency, contractNeedsOf(facts, event));
  for (const reason of reasons)
    findings.require(reason.code, reason.message, {
      subject: { kind: 'contract', id: `${made.contract.id}`, name: made.contract.name },
    });
  // On another cycle or without a period nothing could be placed; every other reason still allows a preview.
  const isPlaceable =
    !reasons.some((reason) => reason.code === 'CONTRACT_CYCLE') && isCalendarDate(made.contract.startDate);
  return isPlaceable ? standingContract(made, facts.proven) : undefined;
}

/** The contract a step of this task created, as it was asked for. */
function specOf({ contract }: ContractFacts): NewContract {
  return {
    companyId: contract.companyId,
    name: contract.name,
    contractNumber: contract.contractNumber ?? '',
    periodType: contract.periodType ?? 2,
    startDate: contract.startDate,
    endDate: contract.endDate,
  };
}

/**
 * A contract to create: starts on the latest anchor day on or before the change and runs to the end of the contract
 * period that contains the term's end, twelve months without a term (DESIGN §6 Guards).
 */
function newContract(
  facts: SyncFacts,
  event: PlanEvent,
  choice: NewContractChoice,
  companies: readonly Company[],
  made: ContractFacts | undefined,
  findings: Findings,
): ContractTarget | undefined {
  const company = companyFor(facts, event, choice, companies, findings);
  const periodType = event.charging.kind === 'units' ? event.charging.periodType : (choice.periodType ?? 2);
  if (choice.periodType !== undefined && choice.periodType !== periodType) {
    const word = periodTypeWord(periodType);
    findings.require(
      'CONTRACT_CYCLE',
      `A ${periodTypeWord(choice.periodType)} contract cannot hold this subscription, which bills ${word}. Create a ${word} one.`,
      { subject: subscriptionSubject(event) },
    );
    return undefined;
  }
  if (!company) return undefined;
  const currency = facts.companyCurrencies?.[company.id];
  if (currency !== undefined && currency !== facts.currency)
    findings.require(
      'CONTRACT_CURRENCY',
      `Company ${company.name} is billed in ${currency}; this connection syncs ${facts.currency}. A contract of it would be in ${currency}.`,
      { subject: { kind: 'company', id: `${company.id}`, name: company.name } },
    );
  const startDate = choice.startDate ?? marketGrid(event)?.containing(event.effective).first ?? event.effective;
  const endDate = choice.endDate ?? defaultEnd(event, periodType, startDate);
  if (endDate < startDate) {
    findings.require('CONTRACT_DATE', `A contract from ${startDate} cannot end on ${endDate}. Correct its dates.`, {
      subject: subscriptionSubject(event),
    });
    return undefined;
  }
  return createdContract(
    {
      companyId: company.id,
      name: (choice.name?.trim() || facts.defaultContractName).slice(0, NAME_LENGTH),
      contractNumber: (choice.contractNumber?.trim() || event.subscription.id).slice(0, NUMBER_LENGTH),
      periodType,
      startDate,
      endDate,
    },
    made,
  );
}

function defaultEnd(event: PlanEvent, periodType: PeriodType, start: CalendarDate): CalendarDate {
  const term = termEndOf(event);
  const grid = PeriodGrid.of(start, periodTypeMonths(periodType));
  const lastDay = term === undefined ? addDays(addMonths(start, 12), -1) : later(term, event.effective);
  // Units that start on the next billing date need it covered too.
  const nextBilling = event.choices.alreadyBilled === true ? marketGrid(event)?.startAfter(event.effective) : undefined;
  return grid.containing(nextBilling === undefined ? lastDay : later(lastDay, nextBilling)).last;
}

function companyFor(
  facts: SyncFacts,
  event: PlanEvent,
  choice: NewContractChoice,
  companies: readonly Company[],
  findings: Findings,
): Company | undefined {
  if (companies.length === 0) return undefined;
  const named =
    choice.companyId === undefined ? undefined : companies.find((company) => company.id === choice.companyId);
  if (named) return named;
  const only = companies.length === 1 ? companies[0] : undefined;
  if (choice.companyId === undefined && only) return only;
  findings.require(
    'CONTRACT_MISSING',
    choice.companyId === undefined
      ? `${facts.customerName} is mapped to ${companies.length} companies. Say which one gets the new contract.`
      : `Company ${choice.companyId} is not mapped to ${facts.customerName}. Pick one that is.`,
    {
      subject: subscriptionSubject(event),
      options: companies.map((company) => ({
        value: `${company.id}`,
        label: company.name,
        choices: { contract: { create: { ...choice, companyId: company.id } } },
      })),
    },
  );
  return undefined;
}
