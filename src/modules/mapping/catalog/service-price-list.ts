import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import { AutotaskError } from '../../../adapters/autotask/autotask.errors.js';
import { equal, type Decimal } from '../../../domain/money/money.js';

/** What became of a service's price in the connection's currency. */
export type ListPriceOutcome =
  | { written: Decimal }
  /** The service stands, at the converted price; a person sets the price list in Autotask. */
  | { problem: { code: string; message: string; autotask?: string[] } }
  /** Sent, and neither applied nor refused for certain: the same form goes on from here. */
  | 'unknown';

/** A price in the currency of a connection that is not the tenant's own. */
export interface ListPrice {
  currency: string;
  currencyId: number;
  unitPrice: Decimal;
}

/**
 * Gives a new service its price in the connection's currency through that currency's price list (FEATURES MAP-7): the
 * catalogue's own price is kept in the tenant's currency and would follow the exchange rate. The write is absolute, so it
 * is sent only when a reading shows another price, and its outcome is proven by reading it back.
 *
 * @throws AutotaskError when a look-up fails or nothing was sent.
 */
export async function writeListPrice(
  autotask: AutotaskAdapter,
  serviceId: number,
  { currency, currencyId, unitPrice }: ListPrice,
): Promise<ListPriceOutcome> {
  const isSo = async (): Promise<boolean> => {
    const row = await autotask.priceListService(serviceId, currencyId);
    return row?.unitPrice !== undefined && !row.usesInternalCurrencyPrice && equal(row.unitPrice, unitPrice);
  };
  const row = await autotask.priceListService(serviceId, currencyId);
  if (!row)
    return {
      problem: {
        code: 'PRICE_LIST_MISSING',
        message: `Autotask keeps no price list in ${currency} for this service, so its price follows the exchange rate. Set it in Autotask under the service's prices.`,
      },
    };
  if (!row.usesInternalCurrencyPrice && row.unitPrice !== undefined && equal(row.unitPrice, unitPrice))
    return { written: unitPrice };
  try {
    await autotask.writes.patchPriceListService({ id: row.id, unitPrice });
  } catch (error) {
    if (!(error instanceof AutotaskError) || error.outcome === 'notApplied') throw error;
    if (error.outcome === 'unknown') return (await isSo()) ? { written: unitPrice } : 'unknown';
    return {
      problem: {
        code: 'PRICE_LIST_REFUSED',
        message: `Autotask refused the price in ${currency}, so it follows the exchange rate. Set it in Autotask under the service's prices.`,
        autotask: [...error.texts],
      },
    };
  }
  // A PATCH may answer 200 and change nothing (reference/autotask-rest-api §5).
  if (await isSo()) return { written: unitPrice };
  return {
    problem: {
      code: 'PRICE_LIST_REFUSED',
      message: `Autotask accepted the price in ${currency} but does not show it. Set it in Autotask under the service's prices.`,
    },
  };
}
