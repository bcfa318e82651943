import type { SubscriptionDetail } from './data';

/** What both sides hold of one product. */
export interface ProductSides {
  productKey: string;
  name: string;
  /** Units sold; undefined = the subscription does not hold the product any more. */
  marketplace: number | undefined;
  /** The subscription's own units on lines of its contract, today; undefined = on no line. */
  autotask: number | undefined;
}

/** Both sides by product, the marketplace's order first, then what only Autotask still holds. */
export function sidesOf({ items, lines }: Pick<SubscriptionDetail, 'items' | 'lines'>): ProductSides[] {
  const rows = new Map<string, ProductSides>();
  for (const { productKey, name, quantity } of items)
    rows.set(productKey, { productKey, name, marketplace: Number(quantity), autotask: undefined });
  for (const { productKey, productName, units } of lines) {
    const row = rows.get(productKey) ?? { productKey, name: productName, marketplace: undefined, autotask: undefined };
    rows.set(productKey, { ...row, autotask: (row.autotask ?? 0) + units });
  }
  return [...rows.values()].filter(({ marketplace, autotask }) => marketplace !== undefined || autotask !== 0);
}

/** Autotask's units less the marketplace's; undefined where Autotask has no line of the product: it may be one that is charged. */
export function differenceOf({ marketplace, autotask }: ProductSides): number | undefined {
  return autotask === undefined ? undefined : autotask - (marketplace ?? 0);
}
