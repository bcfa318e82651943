import { periodTypeWord, type Company } from '../autotask/entities.js';
import { termEndOf, type PlanEvent } from './plan-event.js';
import type { ContractNeeds } from './contract-suitability.js';
import type { Findings } from './findings.js';
import type { FeeKind, FeeMappingFacts, ServiceMappingFacts, SyncFacts } from './sync-facts.js';
import type { WantedProduct } from './wanted-quantity.js';

/** The active companies of the customer; says what is missing when there is none (FEATURES MAP-4, TSK-7). */
export function usableCompanies(facts: SyncFacts, findings: Findings): Company[] {
  const subject = { kind: 'customer' as const, id: facts.task.subscription.customerId, name: facts.customerName };
  if (facts.companies.length === 0) {
    findings.require('MAPPING_MISSING', `Customer ${facts.customerName} has no Autotask company. Map it.`, { subject });
    return [];
  }
  const active = facts.companies.filter((company) => company.isActive);
  const first = facts.companies[0];
  if (active.length === 0 && first)
    findings.require(
      'COMPANY_INACTIVE',
      `Company ${first.name} is inactive in Autotask. Activate it there, or map ${facts.customerName} to another company.`,
      { subject: { kind: 'company', id: `${first.id}`, name: first.name } },
    );
  return active;
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
    companyIds: facts.companies.filter((company) => company.isActive).map((company) => company.id),
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
