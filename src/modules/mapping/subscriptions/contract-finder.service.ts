import { Injectable } from '@nestjs/common';
import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import type { Company, Contract, PeriodType } from '../../../domain/autotask/entities.js';
import { addDays, later, type CalendarDate } from '../../../domain/calendar/calendar-date.js';
import type { Subscription } from '../../../domain/marketplace/subscription.js';
import { chargingOf } from '../../../domain/sync-plan/charging.js';
import {
  contractSuitability,
  type ContractNeeds,
  type ContractReason,
} from '../../../domain/sync-plan/contract-suitability.js';
import { Database } from '../../../platform/database/database.js';
import { Clock } from '../../../ports/clock.port.js';
import type { Connection } from '../../installation/connection.entity.js';
import { AutotaskCalls } from '../autotask-calls.service.js';
import { MappingService } from '../mapping.service.js';

/** For whom a contract is sought. */
export interface ContractQuery {
  customerId: string;
  subscription: Subscription;
  /** The day the change counts from; today, or the subscription's start if that is later, when absent. */
  date?: CalendarDate;
}

/** A reason against a contract; `COMPANY_INACTIVE` besides the planner's own. */
export interface CandidateReason {
  code: ContractReason['code'] | 'COMPANY_INACTIVE';
  message: string;
}

/** A contract of the customer's companies and whether it can hold the subscription (FEATURES WIZ-2). */
export interface ContractCandidate {
  id: number;
  name: string;
  number: string | null;
  companyId: number;
  /** First and last covered day. */
  start: CalendarDate;
  end: CalendarDate;
  /** null on contract types without a billing period. */
  periodType: PeriodType | null;
  /** ISO code: its company's. */
  currency: string;
  suitable: boolean;
  /** True on the only suitable one. */
  preselected: boolean;
  /** Unsuitable only because it ends too early: an extension would help. */
  extendable: boolean;
  reasons: CandidateReason[];
  /** Set when it covers the day but ends before the subscription's term does. */
  endsBeforeTerm: string | null;
}

/** The contracts a person can choose from. */
export interface ContractChoices {
  /** Companies of the customer; empty = the customer is not mapped. */
  companies: { id: number; name: string; active: boolean }[];
  /** Suitable ones first, then by name. */
  items: ContractCandidate[];
  /** The day they were judged for. */
  date: CalendarDate;
}

/** Finds contracts that can hold a subscription, fresh from Autotask. */
@Injectable()
export class ContractFinder {
  constructor(
    private readonly database: Database,
    private readonly calls: AutotaskCalls,
    private readonly mappings: MappingService,
    private readonly clock: Clock,
  ) {}

  /**
   * Every contract of the customer's companies, with every reason against it.
   *
   * @throws Problem as `AutotaskCalls.run`.
   */
  async suitable(connection: Connection, query: ContractQuery): Promise<ContractChoices> {
    const companyIds = await this.mappings.companiesOf(this.database.unit(), connection, query.customerId);
    const needs = await this.needs(connection, query, companyIds);
    if (companyIds.length === 0) return { companies: [], items: [], date: needs.date };
    return await this.calls.run(connection, async (reading) => {
      const autotask = reading.forWriting();
      const [companies, contracts] = await Promise.all([
        autotask.companiesByIds(companyIds),
        autotask.contractsByCompanies(companyIds),
      ]);
      const items = await judge(autotask, connection, companies, contracts, needs);
      const suitable = items.filter((item) => item.suitable);
      if (suitable.length === 1) suitable[0]!.preselected = true;
      items.sort((a, b) => Number(b.suitable) - Number(a.suitable) || a.name.localeCompare(b.name) || a.id - b.id);
      return {
        companies: companies.map(({ id, name, isActive }) => ({ id, name, active: isActive })),
        items,
        date: needs.date,
      };
    });
  }

  /**
   * One contract, judged the same way; undefined when Autotask has none of that id.
   *
   * @throws Problem as `AutotaskCalls.run`.
   */
  async judge(
    connection: Connection,
    query: ContractQuery,
    contractId: number,
  ): Promise<ContractCandidate | undefined> {
    const companyIds = await this.mappings.companiesOf(this.database.unit(), connection, query.customerId);
    const needs = await this.needs(connection, query, companyIds);
    return await this.calls.run(connection, async (reading) => {
      const autotask = reading.forWriting();
      const contract = await autotask.contract(contractId);
      if (!contract) return undefined;
      const companies = await autotask.companiesByIds([contract.companyId]);
      return (await judge(autotask, connection, companies, [contract], needs))[0];
    });
  }

  private async needs(
    connection: Connection,
    { subscription, date }: ContractQuery,
    companyIds: number[],
  ): Promise<ContractNeeds & { date: CalendarDate }> {
    const charging = chargingOf(subscription);
    const end = subscription.expirationDate ?? subscription.renewalDate;
    return {
      companyIds,
      currency: connection.currency,
      periodType: charging.kind === 'units' ? charging.periodType : undefined,
      date: date ?? later(await this.clock.businessToday(connection.timeZone), subscription.creationDate),
      // Both dates are the first day that is no longer covered.
      termEnd: end === undefined ? undefined : addDays(end, -1),
    };
  }
}

async function judge(
  autotask: AutotaskAdapter,
  connection: Connection,
  companies: readonly Company[],
  contracts: readonly Contract[],
  needs: ContractNeeds,
): Promise<ContractCandidate[]> {
  const currencies = await autotask.currencies();
  const internal = currencies.find(({ isInternal }) => isInternal);
  const companyOf = new Map(companies.map((company) => [company.id, company]));
  return contracts.map((contract) => {
    const company = companyOf.get(contract.companyId);
    // A company without a currency of its own bills in the tenant's (reference/autotask-rest-api §10.1).
    const currency =
      (company?.currencyId === undefined ? internal : currencies.find(({ id }) => id === company.currencyId))?.name ??
      connection.currency;
    const { suitable, reasons, extendable, endsBeforeTerm } = contractSuitability(contract, currency, needs);
    const inactive: CandidateReason[] =
      company && !company.isActive
        ? [
            {
              code: 'COMPANY_INACTIVE',
              message: `Company "${company.name}" is inactive. Activate it in Autotask or map another one.`,
            },
          ]
        : [];
    return {
      id: contract.id,
      name: contract.name,
      number: contract.contractNumber ?? null,
      companyId: contract.companyId,
      start: contract.startDate,
      end: contract.endDate,
      periodType: contract.periodType ?? null,
      currency,
      suitable: suitable && inactive.length === 0,
      preselected: false,
      extendable: extendable && inactive.length === 0,
      reasons: [...inactive, ...reasons],
      endsBeforeTerm: endsBeforeTerm ?? null,
    };
  });
}
