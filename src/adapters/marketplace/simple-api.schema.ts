import { sign, unitPriceOf, type Decimal } from '../../domain/money/money.js';
import type { Customer, NewCustomer } from '../../domain/marketplace/customer.js';
import type { BillingModel, Period } from '../../domain/marketplace/period.js';
import { productKeyOf, type CatalogPrice, type Product } from '../../domain/marketplace/product.js';
import type { Subscription, SubscriptionItem, SubscriptionStatus } from '../../domain/marketplace/subscription.js';
import type { SubscriptionHeader } from '../../ports/marketplace.port.js';
import { dropUndefined } from '../http/drop-undefined.js';
import { WireRecord, type ReadingContext } from './wire-record.js';

/**
 * Records of the Simple API 1.15 → the domain's types (reference/marketplace-platforms §2 and §13.1). Words nobody here
 * has heard of are kept and reported, never dropped or guessed.
 */

const BILLING_MODELS: Record<string, BillingModel> = {
  chargeBeforeBillingPeriod: 'chargeBeforeBillingPeriod',
  chargeAfterBillingPeriod: 'chargeAfterBillingPeriod',
  chargeBeforeSubscriptionPeriod: 'chargeBeforeSubscriptionPeriod',
  chargeExternalRating: 'chargeExternalRating',
};

export const PERIOD_UNITS: Record<string, Period['unit']> = {
  day: 'day',
  month: 'month',
  year: 'year',
  statement_day: 'statement_day',
};

const SUBSCRIPTION_STATUSES: Record<string, SubscriptionStatus> = {
  pending: 'pending',
  active: 'active',
  hold: 'hold',
  terminated: 'terminated',
  removed: 'removed',
};

const CUSTOMER_STATUSES: Record<string, Customer['status']> = {
  pending: 'pending',
  active: 'active',
  creditHold: 'onHold',
  adminHold: 'onHold',
  cancelled: 'cancelled',
  error: 'error',
};

/** A customer of either form. */
export function customer(value: unknown, context: ReadingContext): Customer {
  const r = identified('customer', value, context);
  const address = r.record('address');
  return dropUndefined({
    id: r.requiredText('id'),
    externalId: r.text('externalId'),
    name: r.requiredText('name'),
    status: r.word('status', CUSTOMER_STATUSES, 'unknown'),
    taxId: r.text('taxRegId'),
    language: r.text('language'),
    address: dropUndefined({
      street: address?.text('streetAddress') ?? '',
      extension: address?.text('addressExtension'),
      postalCode: address?.text('postalCode') ?? '',
      city: address?.text('city') ?? '',
      state: address?.text('state'),
      countryCode: address?.text('countryCode') ?? '',
    }),
    contacts: r.records('contactPersons').map((contact) => ({
      type: contact.word('type', { admin: 'admin', billing: 'billing', technical: 'technical' } as const, 'other'),
      firstName: contact.text('firstName') ?? '',
      lastName: contact.text('lastName') ?? '',
      email: contact.text('email') ?? '',
      phone: contact.text('phoneNumber') ?? '',
    })),
  });
}

/** The body that creates a customer; only the administrator has a login and a password (reference §2.5). */
export function newCustomer({ externalId, name, language, taxId, address, contacts, access }: NewCustomer): unknown {
  return dropUndefined({
    externalId,
    name,
    language,
    taxRegId: taxId,
    address: dropUndefined({
      streetAddress: address.street,
      addressExtension: address.extension,
      postalCode: address.postalCode,
      city: address.city,
      state: address.state,
      countryCode: address.countryCode,
    }),
    contactPersons: contacts.map(({ type, firstName, lastName, email, phone }, index) => ({
      type,
      firstName,
      lastName,
      email,
      phoneNumber: phone,
      ...(index === 0 ? access : {}),
    })),
  });
}

/** A product of the catalogue. */
export function product(value: unknown, context: ReadingContext): Product {
  const r = new WireRecord('a product', value, context);
  const mpn = r.text('mpn');
  const id = r.text('id') ?? mpn;
  if (id === undefined) throw r.unreadable('id', 'and mpn are both missing');
  const named = new WireRecord(`product ${id}`, value, context);
  const billingPeriod = period(named, 'billingPeriod');
  const subscriptionPeriod = period(named, 'subscriptionPeriod');
  const vendor = named.text('vendor');
  return dropUndefined({
    id,
    key: productKeyOf({ id, mpn, vendor, billingPeriod, subscriptionPeriod }),
    mpn,
    vendor,
    name: named.text('name') ?? mpn ?? id,
    serviceName: named.text('serviceName'),
    billingModel: named.word('billingModel', BILLING_MODELS, 'unknown'),
    billingPeriod,
    subscriptionPeriod,
    prices: named.records('prices').map(catalogPrice),
    costs: named.records('costs').map(catalogPrice),
  });
}

function catalogPrice(r: WireRecord): CatalogPrice {
  const amount = r.decimal('amount');
  if (amount === undefined) throw r.unreadable('amount', 'is missing');
  return dropUndefined({
    kind: r.word('type', { recurring: 'recurring', setup: 'setup', overuse: 'overuse' } as const, 'other'),
    model: r.text('model') ?? 'FLAT',
    currency: r.requiredText('currency'),
    amount,
    lowerLimit: r.decimal('lowerLimit'),
  });
}

/** A line of the subscription list. */
export function subscriptionHeader(value: unknown, context: ReadingContext): SubscriptionHeader {
  const r = identified('subscription', value, context);
  return dropUndefined({
    id: r.requiredText('id'),
    customerId: r.requiredText('customerId'),
    name: r.text('name') ?? '',
    status: r.word('status', SUBSCRIPTION_STATUSES, 'unknown'),
    creationDate: r.requiredDay('creationDate'),
    lastModifiedDate: r.day('lastModifiedDate'),
    renewalDate: r.day('renewalDate'),
    expirationDate: r.day('expirationDate'),
  });
}

/** A subscription in its detailed form. Its products have the subscription's own periods. */
export function subscription(value: unknown, context: ReadingContext): Subscription {
  const r = identified('subscription', value, context);
  const billingPeriod = period(r, 'billingPeriod');
  const subscriptionPeriod = period(r, 'subscriptionPeriod');
  const products = r.records('products');
  const currency = r.money('totalPrice')?.currency ?? products.map((p) => p.money('unitPrice')?.currency).find(Boolean);
  return dropUndefined({
    ...subscriptionHeader(value, context),
    planId: r.text('planId'),
    autoRenew: r.flag('renewalStatus') ?? false,
    billingModel: r.word('billingModel', BILLING_MODELS, 'unknown'),
    billingPeriod,
    subscriptionPeriod,
    currency,
    attributes: r.attributes('attributes'),
    items: products.map((p) => subscriptionItem(p, billingPeriod, subscriptionPeriod)),
  });
}

function subscriptionItem(r: WireRecord, billingPeriod: Period, subscriptionPeriod: Period): SubscriptionItem {
  const mpn = r.text('mpn');
  const vendor = r.text('vendor');
  const productId = r.text('id') ?? mpn;
  if (productId === undefined) throw r.unreadable('id', 'and mpn are both missing');
  const quantity = r.decimal('quantity');
  if (quantity === undefined) throw r.unreadable('quantity', 'is missing');
  return dropUndefined({
    productKey: productKeyOf({ id: productId, mpn, vendor, billingPeriod, subscriptionPeriod }),
    productId,
    mpn,
    vendor,
    name: r.text('name') ?? mpn ?? productId,
    quantity,
    unitPrice: unitPriceOfItem(r, quantity),
    unitCost: r.money('unitCost')?.amount,
  });
}

/** The unit price as sent; with price tiers it is only the first tier's, and the whole tells what a unit really costs. */
function unitPriceOfItem(r: WireRecord, quantity: Decimal): Decimal | undefined {
  const unitPrice = r.money('unitPrice')?.amount;
  const tiers = r.record('unitPrice')?.records('priceTiers') ?? [];
  const extended = r.money('extendedPrice')?.amount;
  return tiers.length > 1 && extended !== undefined && sign(quantity) > 0 ? unitPriceOf(extended, quantity) : unitPrice;
}

/** A billing or subscription period. An unknown unit is kept as `unknown` and reported. */
export function period(r: WireRecord, name: string): Period {
  const value = r.record(name);
  if (!value) {
    r.reportMissing(name);
    return { unit: 'unknown', count: 0 };
  }
  const unit = value.word('type', PERIOD_UNITS, 'unknown');
  const count = Number(value.decimal('duration') ?? 0);
  return unit === 'unknown' ? { unit, count: 0 } : { unit, count };
}

/** The record under its own name, such as `order 12`. */
export function identified(kind: string, value: unknown, context: ReadingContext): WireRecord {
  const id = new WireRecord(`a ${kind}`, value, context).requiredText('id');
  return new WireRecord(`${kind} ${id}`, value, context);
}
