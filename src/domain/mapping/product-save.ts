import type { PeriodType } from '../autotask/entities.js';
import type { ProductKey } from '../marketplace/product.js';
import { serviceMismatch, type ServiceNeed } from './product-service.js';

/** One row of a save: a product has at most one service, so `map` replaces the one it had. */
export interface ProductChange {
  productKey: ProductKey;
  action: 'map' | 'unmap';
  /** Needed for `map`; with `unmap` it names the service the person saw. */
  serviceId?: number | undefined;
  /** The product's version as the person saw it; absent = whatever it is. */
  version?: number | undefined;
}

/** What is so before the save. */
export interface PresentProducts {
  /** Products of the save, and those that share a service with it. */
  products: ReadonlyMap<ProductKey, { name: string; active: boolean; version: number; need: ServiceNeed }>;
  services: ReadonlyMap<number, { name: string; isActive: boolean; periodType?: PeriodType }>;
  /** Every mapping of the connection. */
  mappings: ReadonlyMap<ProductKey, number>;
  /** Products whose mapping has a renamed side: `map` says that it is still the same (MAP-4). */
  renamed?: ReadonlySet<ProductKey>;
}

/** Why one row cannot be saved. */
export interface RefusedProductChange {
  index: number;
  productKey: ProductKey;
  serviceId?: number | undefined;
  code:
    | 'ROW_TWICE'
    | 'PRODUCT_UNKNOWN'
    | 'PRODUCT_INACTIVE'
    | 'PRODUCT_NEEDS_NO_SERVICE'
    | 'SERVICE_UNKNOWN'
    | 'SERVICE_INACTIVE'
    | 'SERVICE_TAKEN'
    | 'CYCLE_MISMATCH'
    | 'MAPPING_CONFLICT';
  message: string;
  current?: { version: number; serviceId: number | null };
}

/** What a save would do. `effective` leaves out rows that are already so. */
export interface ProductSaveVerdict {
  effective: ProductChange[];
  refused: RefusedProductChange[];
}

/**
 * Judges a bulk save of product mappings as a whole (FEATURES MAP-6, INS-8).
 *
 * @param severalAllowed whether several products may share one service.
 */
export function examineProductSave(
  changes: readonly ProductChange[],
  present: PresentProducts,
  severalAllowed: boolean,
): ProductSaveVerdict {
  const seen = new Set<ProductKey>();
  const refused: RefusedProductChange[] = [];
  const accepted: { change: ProductChange; index: number }[] = [];
  const after = new Map(present.mappings);

  changes.forEach((change, index) => {
    const reason = seen.has(change.productKey)
      ? ({ code: 'ROW_TWICE', message: 'The save names this product twice. Keep one of the rows.' } as const)
      : reasonAgainst(change, present);
    seen.add(change.productKey);
    if (reason === 'alreadySo') return;
    if (reason) {
      refused.push({ index, productKey: change.productKey, serviceId: change.serviceId, ...reason });
      return;
    }
    accepted.push({ change, index });
    if (change.action === 'unmap') after.delete(change.productKey);
    else after.set(change.productKey, change.serviceId!);
  });

  if (!severalAllowed) {
    const users = new Map<number, ProductKey[]>();
    for (const [productKey, serviceId] of after) users.set(serviceId, [...(users.get(serviceId) ?? []), productKey]);
    for (const { change, index } of accepted) {
      if (change.action !== 'map') continue;
      const other = users.get(change.serviceId!)!.find((productKey) => productKey !== change.productKey);
      if (other === undefined) continue;
      const name = present.products.get(other)?.name ?? other;
      refused.push({
        index,
        productKey: change.productKey,
        serviceId: change.serviceId,
        code: 'SERVICE_TAKEN',
        message: `Service "${present.services.get(change.serviceId!)!.name}" is already used by ${name}. Your settings allow one product per service.`,
      });
    }
  }
  refused.sort((a, b) => a.index - b.index);
  return { effective: accepted.map(({ change }) => change), refused };
}

type Reason = Pick<RefusedProductChange, 'code' | 'message' | 'current'>;

function reasonAgainst(change: ProductChange, present: PresentProducts): Reason | 'alreadySo' | undefined {
  const product = present.products.get(change.productKey);
  if (!product) return { code: 'PRODUCT_UNKNOWN', message: 'There is no such product here. Refresh and try again.' };
  const current = present.mappings.get(change.productKey);
  const isSo = current !== undefined && current === change.serviceId && !present.renamed?.has(change.productKey);
  if (change.action === 'map' ? isSo : current === undefined) return 'alreadySo';
  const seenAnother = change.action === 'unmap' && change.serviceId !== undefined && change.serviceId !== current;
  if ((change.version !== undefined && change.version !== product.version) || seenAnother)
    return {
      code: 'MAPPING_CONFLICT',
      message: `Somebody else changed ${product.name} meanwhile. Compare and save again.`,
      current: { version: product.version, serviceId: current ?? null },
    };
  if (change.action === 'unmap') return undefined;
  const service = change.serviceId === undefined ? undefined : present.services.get(change.serviceId);
  if (!service) return { code: 'SERVICE_UNKNOWN', message: 'There is no such service here. Refresh and try again.' };
  if (!product.active)
    return { code: 'PRODUCT_INACTIVE', message: `${product.name} is neither sold nor subscribed any more.` };
  return serviceMismatch(product.need, service);
}
