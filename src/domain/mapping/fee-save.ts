import type { ProductKey } from '../marketplace/product.js';
import type { FeeKind } from '../sync-plan/sync-facts.js';

/** `useType` of a billing code that a charge may carry. */
export const MATERIAL_CODE = 4;

/** What a fee is charged as: an Autotask product or a material billing code (FEATURES MAP-8). */
export type FeeTarget = { billingCodeId: number } | { autotaskProductId: number };

/** One row of a save. At most one target may be given; null on either takes the mapping away. */
export interface FeeChange {
  feeKind: FeeKind;
  productKey?: ProductKey | undefined;
  billingCodeId?: number | null | undefined;
  autotaskProductId?: number | null | undefined;
  version?: number | undefined;
}

/** What is so before the save. */
export interface PresentFees {
  /**
   * By `feeKeyOf`. A mapping that was taken away keeps its version and has no target; one whose target was renamed is
   * mapped again when it is still the same (MAP-4).
   */
  mappings: ReadonlyMap<string, { target: FeeTarget | undefined; version: number; renamed?: boolean }>;
  billingCodes: ReadonlyMap<number, { name: string; active: boolean; useType: number }>;
  autotaskProducts: ReadonlyMap<number, { name: string; active: boolean }>;
  /** Keys of products that are known. */
  products: ReadonlySet<ProductKey>;
}

/** Why one row cannot be saved. */
export interface RefusedFeeChange {
  index: number;
  feeKind: FeeKind;
  productKey?: ProductKey | undefined;
  code:
    | 'ROW_TWICE'
    | 'FEE_TARGET_MISSING'
    | 'FEE_TARGET_TWICE'
    | 'BILLING_CODE_UNKNOWN'
    | 'BILLING_CODE_INACTIVE'
    | 'BILLING_CODE_NOT_MATERIAL'
    | 'AUTOTASK_PRODUCT_UNKNOWN'
    | 'AUTOTASK_PRODUCT_INACTIVE'
    | 'PRODUCT_UNKNOWN'
    | 'MAPPING_CONFLICT';
  message: string;
  current?: { version: number };
}

/** A row to be written; without target the mapping goes. */
export interface EffectiveFeeChange {
  feeKind: FeeKind;
  productKey?: ProductKey | undefined;
  target: FeeTarget | undefined;
}

/** What a save would do. `effective` leaves out rows that are already so. */
export interface FeeSaveVerdict {
  effective: EffectiveFeeChange[];
  refused: RefusedFeeChange[];
}

/** A fee mapping's identity: its kind, and the product where it is for one only. */
export function feeKeyOf({ feeKind, productKey }: { feeKind: FeeKind; productKey?: ProductKey | undefined }): string {
  return `${feeKind} ${productKey ?? ''}`;
}

/** Judges a bulk save of fee mappings (FEATURES MAP-8): a charge needs an active material billing code or product. */
export function examineFeeSave(changes: readonly FeeChange[], present: PresentFees): FeeSaveVerdict {
  const seen = new Set<string>();
  const effective: EffectiveFeeChange[] = [];
  const refused: RefusedFeeChange[] = [];
  changes.forEach((change, index) => {
    const key = feeKeyOf(change);
    const { feeKind, productKey } = change;
    const reason = seen.has(key)
      ? ({ code: 'ROW_TWICE', message: 'The save names this fee twice. Keep one of the rows.' } as const)
      : reasonAgainst(change, present);
    seen.add(key);
    if (reason) refused.push({ index, feeKind, productKey, ...reason });
    else if (!isAlreadySo(change, present)) effective.push({ feeKind, productKey, target: targetOf(change) });
  });
  return { effective, refused };
}

type Reason = Pick<RefusedFeeChange, 'code' | 'message' | 'current'>;

function reasonAgainst(change: FeeChange, present: PresentFees): Reason | undefined {
  const { billingCodeId, autotaskProductId, productKey } = change;
  if (billingCodeId === undefined && autotaskProductId === undefined)
    return {
      code: 'FEE_TARGET_MISSING',
      message: 'Name a billing code or a product, or null to take the mapping away.',
    };
  if (isId(billingCodeId) && isId(autotaskProductId))
    return { code: 'FEE_TARGET_TWICE', message: 'A fee is either a billing code or a product. Name one of them.' };
  if (isAlreadySo(change, present)) return undefined;
  const version = present.mappings.get(feeKeyOf(change))?.version ?? 0;
  if (change.version !== undefined && change.version !== version)
    return {
      code: 'MAPPING_CONFLICT',
      message: 'Somebody else changed this fee meanwhile. Compare and save again.',
      current: { version },
    };
  if (productKey !== undefined && !present.products.has(productKey) && targetOf(change))
    return { code: 'PRODUCT_UNKNOWN', message: 'There is no such product here. Refresh and try again.' };
  if (isId(billingCodeId)) return reasonAgainstCode(present.billingCodes.get(billingCodeId));
  if (isId(autotaskProductId)) return reasonAgainstProduct(present.autotaskProducts.get(autotaskProductId));
  return undefined;
}

function reasonAgainstCode(code: { name: string; active: boolean; useType: number } | undefined): Reason | undefined {
  if (!code)
    return { code: 'BILLING_CODE_UNKNOWN', message: 'There is no such billing code here. Refresh and try again.' };
  if (code.useType !== MATERIAL_CODE)
    return {
      code: 'BILLING_CODE_NOT_MATERIAL',
      message: `Billing code "${code.name}" is not a material code. A charge needs a material code or a product.`,
    };
  return code.active
    ? undefined
    : { code: 'BILLING_CODE_INACTIVE', message: `Billing code "${code.name}" is inactive. Choose another one.` };
}

function reasonAgainstProduct(product: { name: string; active: boolean } | undefined): Reason | undefined {
  if (!product)
    return {
      code: 'AUTOTASK_PRODUCT_UNKNOWN',
      message: 'There is no such Autotask product here. Refresh and try again.',
    };
  return product.active
    ? undefined
    : {
        code: 'AUTOTASK_PRODUCT_INACTIVE',
        message: `Autotask product "${product.name}" is inactive. Choose another one.`,
      };
}

function isAlreadySo(change: FeeChange, present: PresentFees): boolean {
  const known = present.mappings.get(feeKeyOf(change));
  const has = known?.target;
  const wants = targetOf(change);
  if (!has || !wants) return has === wants;
  if (known.renamed) return false;
  return 'billingCodeId' in has
    ? 'billingCodeId' in wants && has.billingCodeId === wants.billingCodeId
    : 'autotaskProductId' in wants && has.autotaskProductId === wants.autotaskProductId;
}

function targetOf({ billingCodeId, autotaskProductId }: FeeChange): FeeTarget | undefined {
  if (isId(billingCodeId)) return { billingCodeId };
  return isId(autotaskProductId) ? { autotaskProductId } : undefined;
}

function isId(value: number | null | undefined): value is number {
  return typeof value === 'number';
}
