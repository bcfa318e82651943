import type { AutotaskProduct, BillingCode, Company, Service } from '../../domain/autotask/entities.js';
import { spelling } from '../../domain/mapping/spelling.js';
import { isServed } from '../../domain/mapping/customer-standing.js';
import type { Customer } from '../../domain/marketplace/customer.js';
import type { Product } from '../../domain/marketplace/product.js';
import { hasEnded, type Subscription } from '../../domain/marketplace/subscription.js';
import type { MirrorRow, MirrorTable } from './mirror-writer.js';

/** How each record becomes a mirror row. `name` is kept as `spelling` so that equal names are equal text in SQL. */

export const CUSTOMERS: MirrorTable = {
  table: 'customer_mirror',
  key: 'customer_id',
  columns: { customer_id: 'text', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function customerRow(customer: Customer): MirrorRow {
  return {
    customer_id: customer.id,
    name: spelling(customer.name),
    is_active: isServed(customer),
    data: customer,
  };
}

export const PRODUCTS: MirrorTable = {
  table: 'product_mirror',
  key: 'product_key',
  columns: { product_key: 'text', group_name: 'text', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function productRow(product: Product): MirrorRow {
  return {
    product_key: product.key,
    group_name: spelling(product.serviceName ?? product.name),
    name: spelling(product.name),
    is_active: true,
    data: product,
  };
}

export const SUBSCRIPTIONS: MirrorTable = {
  table: 'subscription_mirror',
  key: 'subscription_id',
  columns: {
    subscription_id: 'text',
    customer_id: 'text',
    name: 'text',
    is_active: 'boolean',
    status: 'text',
    header_signature: 'text',
    data: 'jsonb',
  },
};

export function subscriptionRow(subscription: Subscription, signature: string): MirrorRow {
  return {
    subscription_id: subscription.id,
    customer_id: subscription.customerId,
    name: spelling(subscription.name),
    is_active: !hasEnded(subscription),
    status: subscription.status,
    header_signature: signature,
    data: subscription,
  };
}

/**
 * The products a subscription runs, as far as it tells them itself: a product that is no longer sold is missing from the
 * catalogue, and its subscriptions must be mapped all the same. Such a row has no prices.
 */
export function productsOf(subscription: Subscription): Product[] {
  return subscription.items.map((item) => ({
    id: item.productId,
    key: item.productKey,
    ...(item.mpn === undefined ? {} : { mpn: item.mpn }),
    ...(item.vendor === undefined ? {} : { vendor: item.vendor }),
    name: item.name,
    serviceName: subscription.name,
    billingModel: subscription.billingModel,
    billingPeriod: subscription.billingPeriod,
    subscriptionPeriod: subscription.subscriptionPeriod,
    prices: [],
    costs: [],
  }));
}

export const COMPANIES: MirrorTable = {
  table: 'company_mirror',
  key: 'company_id',
  columns: { company_id: 'int', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function companyRow(company: Company): MirrorRow {
  return { company_id: company.id, name: spelling(company.name), is_active: company.isActive, data: company };
}

export const SERVICES: MirrorTable = {
  table: 'service_mirror',
  key: 'service_id',
  columns: { service_id: 'int', period_type: 'int', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function serviceRow(service: Service): MirrorRow {
  return {
    service_id: service.id,
    period_type: service.periodType ?? null,
    name: spelling(service.name),
    is_active: service.isActive,
    data: service,
  };
}

export const BILLING_CODES: MirrorTable = {
  table: 'billing_code_mirror',
  key: 'billing_code_id',
  columns: { billing_code_id: 'int', use_type: 'int', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function billingCodeRow(code: BillingCode): MirrorRow {
  return {
    billing_code_id: code.id,
    use_type: code.useType,
    name: spelling(code.name),
    is_active: code.isActive,
    data: code,
  };
}

export const AUTOTASK_PRODUCTS: MirrorTable = {
  table: 'autotask_product_mirror',
  key: 'product_id',
  columns: { product_id: 'int', name: 'text', is_active: 'boolean', data: 'jsonb' },
};

export function autotaskProductRow(product: AutotaskProduct): MirrorRow {
  return { product_id: product.id, name: spelling(product.name), is_active: product.isActive, data: product };
}
