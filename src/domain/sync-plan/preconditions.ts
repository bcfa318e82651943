import { periodTypeWord, type Company } from '../autotask/entities.js';
import { termEndOf, type PlanEvent } from './plan-event.js';
import type { ContractNeeds } from './contract-suitability.js';
import type { Findings } from './findings.js';
import type { FeeKind, FeeMappingFacts, ServiceMappingFacts, SyncFacts } from './sync-facts.js';
import type { WantedProduct } from './wanted-quantity.js';

/**
 * The usable companies of the customer; says what is missing or broken when there is none (FEATURES MAP-4, TSK-7). A
 * customer who is gone or renamed is asked about too, but for what only takes its units off: who left must not be billed on.
 */
export function usableCompanies(facts: SyncFacts, findings: Findings): Company[] {
  const subject = { kind: 'customer' as const, id: facts.task.subscription.customerId, name: facts.customerName };
  const problems = facts.companyProblems ?? {};
  if (facts.customerProblem !== undefined && !onlyEnds(facts))
    findings.require('MAPPING_BROKEN', facts.customerProblem, { subject });
  const usable = facts.companies.filter((company) => isUsable(facts, company));
  const isOfContract = (id: number) => id === facts.contract?.contract.companyId;
  for (const [id, message] of Object.entries(problems))
    if (usable.length === 0 || isOfContract(Number(id))) findings.require('MAPPING_BROKEN', message, { subject });
  if (facts.companies.length === 0 && Object.keys(problems).length === 0)
    findings.require('MAPPING_MISSING', `Customer ${facts.customerName} has no Autotask company. Map it.`, { subject });
  const first = facts.companies.find((company) => !company.isActive);
  if (usable.length === 0 && first)
    findings.require(
      'COMPANY_INACTIVE',
      `Company ${first.name} is inactive in Autotask. Activate it there, or map ${facts.customerName} to another company.`,
      { subject: { kind: 'company', id: `${first.id}`, name: first.name } },
    );
  return usable;
}

function isUsable(facts: SyncFacts, company: Company): boolean {
  return company.isActive && facts.companyProblems?.[company.id] === undefined;
}

/** What only ends a subscription needs nothing of the marketplace's side any more. */
function onlyEnds({ task }: SyncFacts): boolean {
  return task.type === 'cancellation';
}

/** Refuses money in another currency than the connection's (FEATURES INS-7, PSH-4). */
export function checkCurrency(facts: SyncFacts, event: PlanEvent, findings: Findings): void {
  const { order, subscription } = event;
  const foreign = [order?.currency, subscription.currency].find(
    (currency) => currency !== undefined && currency !== '' && currency !== facts.currency,
  );
  if (foreign === undefined) return;
  const what = order?.currency === foreign ? `Order ${order.number}` : `Subscription ${subscription.name}`;
  findings.require(
    'CURRENCY_UNKNOWN',
    `${what} is in ${foreign}; this connection syncs ${facts.currency}. Add a connection for ${foreign}.`,
    { subject: order ? { kind: 'order', id: order.id, name: order.number } : subscriptionSubject(event) },
  );
}

/** What the event asks of a contract. */
export function contractNeedsOf(facts: SyncFacts, event: PlanEvent): ContractNeeds {
  return {
    companyIds: facts.companies.filter((company) => isUsable(facts, company)).map((company) => company.id),
    currency: facts.currency,
    periodType: event.charging.kind === 'units' ? event.charging.periodType : undefined,
    date: event.effective,
    termEnd: termEndOf(event),
  };
}

/** The usable mapping of a product; says what is missing or broken (FEATURES MAP-4, MAP-6). */
export function mappingOf(
  facts: SyncFacts,
  event: PlanEvent,
  wanted: Pick<WantedProduct, 'productKey' | 'name' | 'role'>,
  findings: Findings,
): ServiceMappingFacts | undefined {
  const mapping = facts.services.find((one) => one.productKey === wanted.productKey);
  const subject = { kind: 'product' as const, id: wanted.productKey, name: wanted.name };
  if (!mapping) {
    findings.require('MAPPING_MISSING', `Product ${wanted.name} has no Autotask service. Map it or create one.`, {
      subject,
    });
    return undefined;
  }
  const { service } = mapping;
  const broken = (what: string) => findings.require('MAPPING_BROKEN', what, { subject });
  if (!service)
    broken(`The service of ${wanted.name} (id ${mapping.serviceId}) no longer exists in Autotask. Map another one.`);
  else if (!service.isActive)
    broken(`Service ${service.name} is inactive in Autotask. Activate it there, or map ${wanted.name} to another one.`);
  else if (mapping.serviceProblem !== undefined) broken(mapping.serviceProblem);
  else if (mapping.productProblem !== undefined && !onlyEnds(facts)) broken(mapping.productProblem);
  else if (event.charging.kind === 'units' && wanted.role !== 'switchFrom' && !fitsCycle(mapping, event))
    broken(
      `Service ${service.name} bills ${service.periodType === undefined ? 'without a period' : periodTypeWord(service.periodType)}; ${wanted.name} bills ${event.charging.word}. Map a ${event.charging.word} service.`,
    );
  else return mapping;
  return undefined;
}

function fitsCycle(mapping: ServiceMappingFacts, event: PlanEvent): boolean {
  return event.charging.kind === 'units' && mapping.service?.periodType === event.charging.periodType;
}

/** Two products on one service are fine only where the setting says so (FEATURES INS-8). */
export function checkSharedServices(
  facts: SyncFacts,
  mapped: readonly { wanted: WantedProduct; mapping: ServiceMappingFacts }[],
  findings: Findings,
): void {
  if (facts.settings.severalProductsPerService) return;
  for (const { wanted, mapping } of mapped) {
    const other = mapped.find(
      (one) => one.mapping.serviceId === mapping.serviceId && one.wanted.productKey !== wanted.productKey,
    );
    if (!other) continue;
    findings.require(
      'SEVERAL_PRODUCTS',
      `${[wanted.name, other.wanted.name].sort().join(' and ')} are mapped to one service, ${mapping.service?.name ?? mapping.serviceId}. Map them to two, or allow several products for a service in the settings.`,
      { subject: { kind: 'product', id: wanted.productKey, name: wanted.name } },
    );
    return;
  }
}

/** The target of a fee: the product's own mapping, else the general one (FEATURES MAP-8). */
export function feeMappingOf(facts: SyncFacts, feeKind: FeeKind, productKey: string): FeeMappingFacts | undefined {
  const ofKind = facts.fees.filter(
    (fee) => fee.feeKind === feeKind && (fee.billingCodeId !== undefined || fee.autotaskProductId !== undefined),
  );
  return ofKind.find((fee) => fee.productKey === productKey) ?? ofKind.find((fee) => fee.productKey === undefined);
}

/** A link to the event's subscription. */
export function subscriptionSubject(event: PlanEvent): { kind: 'subscription'; id: string; name: string } {
  return { kind: 'subscription', id: event.subscription.id, name: event.subscription.name };
}
