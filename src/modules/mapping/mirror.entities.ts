import { defineEntity, p } from '@mikro-orm/core';
import type { AutotaskProduct, BillingCode, Company, Service } from '../../domain/autotask/entities.js';
import type { Customer } from '../../domain/marketplace/customer.js';
import type { Product } from '../../domain/marketplace/product.js';
import type { Subscription } from '../../domain/marketplace/subscription.js';
import { connectionColumns } from '../../platform/database/tenant-columns.js';

/** Kinds of mirrors; each has its own age. */
export type MirrorKind = 'customers' | 'products' | 'companies' | 'services' | 'billingCodes' | 'autotaskProducts';

const MirrorStateSchema = defineEntity({
  name: 'MirrorState',
  tableName: 'mirror_state',
  uniques: [{ name: 'mirror_state_kind', properties: ['installationId', 'connectionId', 'kind'] }],
  properties: {
    ...connectionColumns,
    kind: p.string().$type<MirrorKind>().length(30),
    /** When the mirror last agreed with its source (real time): its age on every screen. */
    readAt: p.datetime(),
    /** When every row was last read; only then is a vanished record noticed. */
    fullReadAt: p.datetime(),
    /** Business instant from which the next delta asks; null where the source offers no delta. */
    changesFrom: p.datetime().nullable(),
  },
});

/** How old a mirror is, and where its next delta starts. */
export class MirrorState extends MirrorStateSchema.class {}
MirrorStateSchema.setClass(MirrorState);

/** Copies of remote records that screens read; a push re-reads what it relies on (DESIGN §5, they show their age). */
const mirrored = {
  name: p.string().length(300),
  isActive: p.boolean(),
  /** When this row was last read from its source (real time). */
  readAt: p.datetime(),
};

/** A customer's place in the list: a mapping is broken when either side is gone or inactive (FEATURES MAP-4). */
export type CustomerStanding = 'unmapped' | 'matched' | 'broken' | 'hidden';

const CustomerMirrorSchema = defineEntity({
  name: 'CustomerMirror',
  tableName: 'customer_mirror',
  uniques: [{ name: 'customer_mirror_key', properties: ['installationId', 'connectionId', 'customerId'] }],
  indexes: [
    { name: 'customer_mirror_name', properties: ['installationId', 'connectionId', 'name'] },
    {
      name: 'customer_mirror_list',
      expression:
        'create index "customer_mirror_list" on "customer_mirror" ("installation_id", "connection_id", lower("name"), "customer_id") where "standing" <> \'hidden\'',
    },
    // Counts and pages of one filter, and leading characters in any collation: see customer-list.service.
    {
      name: 'customer_mirror_standing',
      expression:
        'create index "customer_mirror_standing" on "customer_mirror" ("installation_id", "connection_id", "standing", lower("name"), "customer_id") include ("suggested") where "standing" <> \'hidden\'',
    },
    {
      name: 'customer_mirror_suggested',
      expression:
        'create index "customer_mirror_suggested" on "customer_mirror" ("installation_id", "connection_id", lower("name"), "customer_id") where "suggested"',
    },
    {
      name: 'customer_mirror_find_name',
      expression:
        'create index "customer_mirror_find_name" on "customer_mirror" ("installation_id", "connection_id", (lower("name")) text_pattern_ops) where "standing" <> \'hidden\'',
    },
    {
      name: 'customer_mirror_find_id',
      expression:
        'create index "customer_mirror_find_id" on "customer_mirror" ("installation_id", "connection_id", (lower("customer_id")) text_pattern_ops) where "standing" <> \'hidden\'',
    },
    {
      name: 'customer_mirror_find_external',
      expression:
        'create index "customer_mirror_find_external" on "customer_mirror" ("installation_id", "connection_id", (lower("data"->>\'externalId\')) text_pattern_ops) where "standing" <> \'hidden\'',
    },
  ],
  properties: {
    ...connectionColumns,
    customerId: p.string().length(100),
    ...mirrored,
    data: p.json().$type<Customer>(),
    /** Automatic processing for this customer (FEATURES INS-5). */
    autoSync: p.boolean().default(false),
    /** Grows with every change of the customer's companies and never shrinks; a save names the one it saw. */
    mappingVersion: p.integer().default(0),
    /** Where the list shows it, kept by `noteStanding`; `hidden` = neither active nor mapped. */
    standing: p.string().$type<CustomerStanding>().length(10).default('hidden'),
    /** Unmapped, and a suggestion is shown. */
    suggested: p.boolean().default(false),
  },
});
export class CustomerMirror extends CustomerMirrorSchema.class {}
CustomerMirrorSchema.setClass(CustomerMirror);

const ProductMirrorSchema = defineEntity({
  name: 'ProductMirror',
  tableName: 'product_mirror',
  uniques: [{ name: 'product_mirror_key', properties: ['installationId', 'connectionId', 'productKey'] }],
  properties: {
    ...connectionColumns,
    productKey: p.string().length(400),
    /** Plan or service name the products are grouped by. */
    groupName: p.string().length(300),
    ...mirrored,
    data: p.json().$type<Product>(),
    /** Grows with every change of the product's service and never shrinks; a save names the one it saw. */
    mappingVersion: p.integer().default(0),
  },
});
export class ProductMirror extends ProductMirrorSchema.class {}
ProductMirrorSchema.setClass(ProductMirror);

const SubscriptionMirrorSchema = defineEntity({
  name: 'SubscriptionMirror',
  tableName: 'subscription_mirror',
  uniques: [{ name: 'subscription_mirror_key', properties: ['installationId', 'connectionId', 'subscriptionId'] }],
  indexes: [{ name: 'subscription_mirror_customer', properties: ['installationId', 'connectionId', 'customerId'] }],
  properties: {
    ...connectionColumns,
    subscriptionId: p.string().length(100),
    customerId: p.string().length(100),
    ...mirrored,
    status: p.string().$type<Subscription['status']>().length(20),
    /** What the last list said, joined to one text; the sweep reads the details when it differs (DESIGN §8). */
    headerSignature: p.string().length(500),
    data: p.json().$type<Subscription>(),
  },
});
export class SubscriptionMirror extends SubscriptionMirrorSchema.class {}
SubscriptionMirrorSchema.setClass(SubscriptionMirror);

const CompanyMirrorSchema = defineEntity({
  name: 'CompanyMirror',
  tableName: 'company_mirror',
  uniques: [{ name: 'company_mirror_key', properties: ['installationId', 'connectionId', 'companyId'] }],
  indexes: [
    { name: 'company_mirror_name', properties: ['installationId', 'connectionId', 'name'] },
    {
      name: 'company_mirror_list',
      expression:
        'create index "company_mirror_list" on "company_mirror" ("installation_id", "connection_id", lower("name"), "name", "id") where "is_active"',
    },
    {
      name: 'company_mirror_find_name',
      expression:
        'create index "company_mirror_find_name" on "company_mirror" ("installation_id", "connection_id", (lower("name")) text_pattern_ops) where "is_active"',
    },
    {
      name: 'company_mirror_inactive',
      expression:
        'create index "company_mirror_inactive" on "company_mirror" ("installation_id", "connection_id", "company_id") where not "is_active"',
    },
    {
      name: 'company_mirror_find_number',
      expression:
        'create index "company_mirror_find_number" on "company_mirror" ("installation_id", "connection_id", (lower("data"->>\'companyNumber\')) text_pattern_ops) where "is_active"',
    },
  ],
  properties: { ...connectionColumns, companyId: p.integer(), ...mirrored, data: p.json().$type<Company>() },
});
export class CompanyMirror extends CompanyMirrorSchema.class {}
CompanyMirrorSchema.setClass(CompanyMirror);

const ServiceMirrorSchema = defineEntity({
  name: 'ServiceMirror',
  tableName: 'service_mirror',
  uniques: [{ name: 'service_mirror_key', properties: ['installationId', 'connectionId', 'serviceId'] }],
  properties: {
    ...connectionColumns,
    serviceId: p.integer(),
    periodType: p.integer().nullable(),
    ...mirrored,
    data: p.json().$type<Service>(),
  },
});
export class ServiceMirror extends ServiceMirrorSchema.class {}
ServiceMirrorSchema.setClass(ServiceMirror);

const BillingCodeMirrorSchema = defineEntity({
  name: 'BillingCodeMirror',
  tableName: 'billing_code_mirror',
  uniques: [{ name: 'billing_code_mirror_key', properties: ['installationId', 'connectionId', 'billingCodeId'] }],
  properties: {
    ...connectionColumns,
    billingCodeId: p.integer(),
    useType: p.integer(),
    ...mirrored,
    data: p.json().$type<BillingCode>(),
  },
});
export class BillingCodeMirror extends BillingCodeMirrorSchema.class {}
BillingCodeMirrorSchema.setClass(BillingCodeMirror);

const AutotaskProductMirrorSchema = defineEntity({
  name: 'AutotaskProductMirror',
  tableName: 'autotask_product_mirror',
  uniques: [{ name: 'autotask_product_mirror_key', properties: ['installationId', 'connectionId', 'productId'] }],
  properties: {
    ...connectionColumns,
    productId: p.integer(),
    ...mirrored,
    data: p.json().$type<AutotaskProduct>(),
  },
});
export class AutotaskProductMirror extends AutotaskProductMirrorSchema.class {}
AutotaskProductMirrorSchema.setClass(AutotaskProductMirror);
