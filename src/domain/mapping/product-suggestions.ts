import type { ProductKey } from '../marketplace/product.js';
import type { ServiceNeed } from './product-service.js';

/** A product without a service. */
export interface UnmappedProduct {
  key: ProductKey;
  id: string;
  mpn?: string | undefined;
  name: string;
  need: ServiceNeed;
}

/** An active service. */
export interface OfferedService {
  id: number;
  name: string;
  periodType?: number | undefined;
  sku?: string | undefined;
  externalId?: string | undefined;
  /** A product is mapped to it already. */
  taken: boolean;
}

/** A fact that speaks for a service, with both sides' values. */
export interface ServiceReason {
  code: 'SAME_SKU' | 'SAME_EXTERNAL_ID' | 'SAME_NAME';
  product: string;
  service: string;
}

/** A service that seems to be the product. */
export interface ServiceSuggestion {
  productKey: ProductKey;
  service: OfferedService;
  /** Strongest first. */
  reasons: ServiceReason[];
  ambiguousBecause: ('SEVERAL_SERVICES' | 'SEVERAL_PRODUCTS' | 'SERVICE_TAKEN')[];
}

/**
 * Services that exactly match an unmapped product and have its period: by SKU and article number, by external id, by
 * spelling (FEATURES MAP-6). Strongest first.
 *
 * @param products every unmapped product, because two of them may want the same service.
 * @param severalAllowed whether several products may share one service (INS-8).
 */
export function suggestServices(
  products: readonly UnmappedProduct[],
  services: readonly OfferedService[],
  severalAllowed: boolean,
): Map<ProductKey, ServiceSuggestion[]> {
  const bySku = index(services, (service) => service.sku);
  const byExternalId = index(services, (service) => service.externalId);
  const byName = index(services, (service) => service.name);
  const found = new Map<ProductKey, ServiceSuggestion[]>();
  const wantedBy = new Map<number, number>();

  for (const product of products) {
    const { need } = product;
    if (!need.needed) continue;
    const reasons = new Map<OfferedService, ServiceReason[]>();
    const note = (code: ServiceReason['code'], value: string | undefined, lists: Map<string, OfferedService[]>) => {
      for (const service of (value === undefined ? undefined : lists.get(value)) ?? []) {
        if (service.periodType !== need.periodType) continue;
        const list = reasons.get(service) ?? [];
        if (!list.some((reason) => reason.code === code)) list.push({ code, product: value!, service: value! });
        reasons.set(service, list);
      }
    };
    note('SAME_SKU', product.mpn, bySku);
    note('SAME_EXTERNAL_ID', product.key, byExternalId);
    note('SAME_EXTERNAL_ID', product.id, byExternalId);
    note('SAME_NAME', product.name, byName);
    if (reasons.size === 0) continue;
    found.set(
      product.key,
      [...reasons].map(([service, list]) => ({
        productKey: product.key,
        service,
        reasons: list,
        ambiguousBecause: reasons.size > 1 ? ['SEVERAL_SERVICES'] : [],
      })),
    );
    for (const { id } of reasons.keys()) wantedBy.set(id, (wantedBy.get(id) ?? 0) + 1);
  }
  if (!severalAllowed)
    for (const suggestion of [...found.values()].flat()) {
      if (wantedBy.get(suggestion.service.id)! > 1) suggestion.ambiguousBecause.push('SEVERAL_PRODUCTS');
      if (suggestion.service.taken) suggestion.ambiguousBecause.push('SERVICE_TAKEN');
    }
  return found;
}

function index(
  services: readonly OfferedService[],
  valueOf: (service: OfferedService) => string | undefined,
): Map<string, OfferedService[]> {
  const lists = new Map<string, OfferedService[]>();
  for (const service of services) {
    const value = valueOf(service);
    if (value === undefined || value === '') continue;
    const list = lists.get(value);
    if (list) list.push(service);
    else lists.set(value, [service]);
  }
  return lists;
}
