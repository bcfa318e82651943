import { defineEntity, p } from '@mikro-orm/core';
import type { MatchDoubt, MatchReason } from '../../domain/mapping/company-match.js';
import type { MappingProblem } from '../../domain/mapping/mapping-health.js';
import type { Ambiguity } from '../../domain/mapping/customer-suggestions.js';
import type { FeeKind } from '../../domain/sync-plan/sync-facts.js';
import { connectionColumns } from '../../platform/database/tenant-columns.js';

const stamps = {
  mappedBy: p.string().length(200),
  mappedAt: p.datetime(),
  /** Grows with each change; a save names the version it saw (two people, DESIGN §10). */
  version: p.integer().default(1),
};

const CustomerMappingSchema = defineEntity({
  name: 'CustomerMapping',
  tableName: 'customer_mapping',
  uniques: [
    { name: 'customer_mapping_pair', properties: ['installationId', 'connectionId', 'customerId', 'companyId'] },
  ],
  indexes: [{ name: 'customer_mapping_company', properties: ['installationId', 'connectionId', 'companyId'] }],
  properties: {
    ...connectionColumns,
    customerId: p.string().length(100),
    companyId: p.integer(),
    /** Both names when it was mapped; null = not known. */
    customerName: p.string().length(300).nullable(),
    companyName: p.string().length(300).nullable(),
    /** A side bears another name since, kept by `noteRenamed`. */
    renamed: p.boolean().default(false),
    ...stamps,
  },
});

/** Customer ↔ company (FEATURES MAP-1, MAP-3). */
export class CustomerMapping extends CustomerMappingSchema.class {}
CustomerMappingSchema.setClass(CustomerMapping);

const ProductMappingSchema = defineEntity({
  name: 'ProductMapping',
  tableName: 'product_mapping',
  uniques: [{ name: 'product_mapping_product', properties: ['installationId', 'connectionId', 'productKey'] }],
  indexes: [{ name: 'product_mapping_service', properties: ['installationId', 'connectionId', 'serviceId'] }],
  properties: {
    ...connectionColumns,
    productKey: p.string().length(400),
    serviceId: p.integer(),
    /** Both names when it was mapped; null = not known. */
    productName: p.string().length(300).nullable(),
    serviceName: p.string().length(300).nullable(),
    ...stamps,
  },
});

/** Product with both periods → service (FEATURES MAP-6). */
export class ProductMapping extends ProductMappingSchema.class {}
ProductMappingSchema.setClass(ProductMapping);

const FeeMappingSchema = defineEntity({
  name: 'FeeMapping',
  tableName: 'fee_mapping',
  indexes: [
    {
      name: 'fee_mapping_kind',
      expression:
        'create unique index "fee_mapping_kind" on "fee_mapping" ("installation_id", "connection_id", "fee_kind", coalesce("product_key", \'\'))',
    },
  ],
  properties: {
    ...connectionColumns,
    feeKind: p.string().$type<FeeKind>().length(30),
    /** Null = for every product without a mapping of its own. */
    productKey: p.string().length(400).nullable(),
    billingCodeId: p.integer().nullable(),
    autotaskProductId: p.integer().nullable(),
    /** The target's name when it was mapped; null = not known. */
    targetName: p.string().length(300).nullable(),
    ...stamps,
  },
});

/** Fee → Autotask product or material billing code (FEATURES MAP-8). */
export class FeeMapping extends FeeMappingSchema.class {}
FeeMappingSchema.setClass(FeeMapping);

const SubscriptionMappingSchema = defineEntity({
  name: 'SubscriptionMapping',
  tableName: 'subscription_mapping',
  uniques: [
    { name: 'subscription_mapping_one_contract', properties: ['installationId', 'connectionId', 'subscriptionId'] },
  ],
  indexes: [{ name: 'subscription_mapping_contract', properties: ['installationId', 'connectionId', 'contractId'] }],
  properties: {
    ...connectionColumns,
    subscriptionId: p.string().length(100),
    contractId: p.integer(),
    /** The contract's name when it was mapped, for lists that call nobody; null where the mapper did not know it. */
    contractName: p.string().length(200).nullable(),
    /** Why the contract cannot be used, as the last refresh found it. */
    brokenBecause: p.json().$type<MappingProblem>().nullable(),
    ...stamps,
  },
});

/** Subscription → its one contract; several may share one (FEATURES MAP-9). */
export class SubscriptionMapping extends SubscriptionMappingSchema.class {}
SubscriptionMappingSchema.setClass(SubscriptionMapping);

const SuggestionRejectionSchema = defineEntity({
  name: 'SuggestionRejection',
  tableName: 'suggestion_rejection',
  uniques: [
    { name: 'suggestion_rejection_pair', properties: ['installationId', 'connectionId', 'customerId', 'companyId'] },
  ],
  properties: {
    ...connectionColumns,
    customerId: p.string().length(100),
    companyId: p.integer(),
    rejectedBy: p.string().length(200),
    rejectedAt: p.datetime(),
  },
});

/** A suggestion somebody turned down: it is not made again until the pair is mapped by hand (FEATURES MAP-2). */
export class SuggestionRejection extends SuggestionRejectionSchema.class {}
SuggestionRejectionSchema.setClass(SuggestionRejection);

const CustomerSuggestionSchema = defineEntity({
  name: 'CustomerSuggestion',
  tableName: 'customer_suggestion',
  uniques: [
    { name: 'customer_suggestion_pair', properties: ['installationId', 'connectionId', 'customerId', 'companyId'] },
  ],
  indexes: [
    {
      name: 'customer_suggestion_shown',
      expression:
        'create index "customer_suggestion_shown" on "customer_suggestion" ("installation_id", "connection_id", "customer_id", "company_id") where "shown"',
    },
    { name: 'customer_suggestion_company', properties: ['installationId', 'connectionId', 'companyId'] },
  ],
  properties: {
    ...connectionColumns,
    customerId: p.string().length(100),
    companyId: p.integer(),
    /** Hundredths. */
    score: p.integer(),
    /** Tenths of a point; orders candidates whose score is the same. */
    strength: p.integer(),
    exact: p.boolean(),
    reasons: p.json().$type<MatchReason[]>(),
    doubts: p.json().$type<MatchDoubt[]>(),
    /** Kept when something better is known, the customer is mapped or the pair rejected; then only not shown. */
    shown: p.boolean().default(false),
    ambiguousBecause: p.json().$type<Ambiguity[]>(),
  },
});

/** A company that a customer may be, as the last comparison found it (FEATURES MAP-2). */
export class CustomerSuggestion extends CustomerSuggestionSchema.class {}
CustomerSuggestionSchema.setClass(CustomerSuggestion);
