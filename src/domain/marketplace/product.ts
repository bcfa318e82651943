import type { Decimal } from '../money/money.js';
import { periodText, type BillingModel, type Period } from './period.js';

/** Identity of a product for mapping: article, vendor *and both periods* (FEATURES MAP-6). */
export type ProductKey = string;

/** A price or cost of the catalogue. */
export interface CatalogPrice {
  kind: 'recurring' | 'setup' | 'overuse' | 'other';
  model: string;
  currency: string;
  amount: Decimal;
  /** Tier boundary: applies from this quantity on; absent for flat prices. */
  lowerLimit?: Decimal;
}

/** What the marketplace sells. */
export interface Product {
  id: string;
  key: ProductKey;
  mpn?: string;
  vendor?: string;
  name: string;
  /** The plan or service name the product is grouped under. */
  serviceName?: string;
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
  prices: CatalogPrice[];
  costs: CatalogPrice[];
}

/** The key of a product: MPN where there is one, else the id; vendor; billing period; subscription period. */
export function productKeyOf(product: {
  id: string;
  mpn?: string | undefined;
  vendor?: string | undefined;
  billingPeriod: Period;
  subscriptionPeriod: Period;
}): ProductKey {
  const article = product.mpn ? `mpn:${product.mpn}` : `id:${product.id}`;
  return [
    article,
    product.vendor ?? '',
    periodText(product.billingPeriod),
    periodText(product.subscriptionPeriod),
  ].join('|');
}

/** The part of a key that names article and vendor, the same for every billing and subscription period. */
export function articleOf(key: ProductKey): string {
  return key.split('|').slice(0, -2).join('|');
}
