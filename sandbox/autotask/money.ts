import { Decimal } from '../kit/decimal.js';
import type { ApiRow, Database } from './database.js';

/** Rate and currency of a company. */
export interface CompanyCurrency {
  readonly currencyId: number;
  readonly name: string;
  readonly internal: boolean;
  /** One unit of the company's currency in the internal currency. */
  readonly rate: number;
}

interface CurrencyRow extends ApiRow {
  name: string;
  exchangeRate: number;
  isInternalCurrency: boolean;
}

interface PriceListRow extends ApiRow {
  serviceID: number;
  currencyID: number;
  unitPrice: number | null;
  usesInternalCurrencyPrice: boolean;
}

/**
 * Prices in company currency and their twins in the tenant's (reference §10.16, §11.7).
 *
 * `exchangeRate` is what one unit of the foreign currency is worth in the internal one: internal = price × rate, and a
 * price without a price list entry is the internal price ÷ rate. Costs are always in the internal currency.
 */
export class Currencies {
  constructor(private readonly database: Database) {}

  /** The tenant's internal currency. @throws Error when the store was never seeded. */
  internal(): CurrencyRow {
    const found = this.database.rows<CurrencyRow>('currencies').find((row) => row.isInternalCurrency);
    if (!found) throw new Error('The sandbox has no internal currency.');
    return found;
  }

  /** The company's currency; the internal one when the company has none. */
  ofCompany(companyId: number): CompanyCurrency {
    const wanted = this.database.get(`companies`, companyId)?.['currencyID'] as number | null | undefined;
    const row = this.database.get<CurrencyRow>('currencies', wanted ?? 0) ?? this.internal();
    return { currencyId: row.id, name: row.name, internal: row.isInternalCurrency, rate: row.exchangeRate };
  }

  /** A service's price for a company's currency: from the price list, else converted; four decimals. */
  servicePrice(serviceId: number, unitPrice: number, currency: CompanyCurrency): number {
    const listed = this.database
      .where<PriceListRow>('priceListServices', 'serviceID', serviceId)
      .find((row) => row.currencyID === currency.currencyId);
    if (listed && !listed.usesInternalCurrencyPrice && listed.unitPrice !== null) return listed.unitPrice;
    if (currency.internal) return unitPrice;
    const rate = Math.round(currency.rate * 1_000_000);
    return Decimal.of(unitPrice).share(1_000_000, rate).round(4).toNumber();
  }
}

/** A price in company currency as the internal currency's amount, rounded to `places`. */
export function toInternal(price: number, currency: CompanyCurrency, places: number): number {
  if (currency.rate === 1 && places === 4) return price; // stored prices have four decimals already
  return Decimal.of(price).times(currency.rate).round(places).toNumber();
}

/** `quantity × price`, four decimals. */
export function product(quantity: number, price: number): number {
  return Decimal.of(quantity).times(price).round(4).toNumber();
}

const TIE = Decimal.of('0.005');

/** A posted amount: two decimals, a tie away from zero, or to the even cent where the switch says so. */
export function postedAmount(amount: Decimal, rounding: 'halfAwayFromZero' | 'halfToEven'): Decimal {
  const rounded = amount.round(2);
  if (rounding === 'halfAwayFromZero') return rounded;
  const over = rounded.minus(amount);
  const isTie = over.minus(TIE).isZero || over.plus(TIE).isZero;
  const odd = Number(rounded.toFixed(2).at(-1)) % 2 === 1;
  if (!isTie || !odd) return rounded;
  return over.isNegative ? rounded.plus(Decimal.of('0.01')) : rounded.minus(Decimal.of('0.01'));
}
