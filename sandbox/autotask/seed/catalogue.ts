import type { ApiRow, Database } from '../database.js';
import { addPriceList } from '../entity-rules.js';

/** Fixed ids of the seed that other parts of it refer to. */
export const ids = {
  owner: 10,
  secondResource: 11,
  vendor: 1,
  euro: 1,
  dollar: 2,
  recurringCode: 501,
  materialCode: 401,
  productCode: 701,
  countries: { DE: 1, FR: 2, NL: 3, AT: 4, US: 5, GB: 6 },
} as const;

const EURO_PER_DOLLAR = 0.8;

const PERIOD = { monthly: 2, quarterly: 3, 'semi-annual': 4, yearly: 5 } as const;

/** Name, period, price, cost (both in euros), SKU; a trailing dollar price where the price list has one. */
const SERVICES: [string, keyof typeof PERIOD, number, number, string, number?][] = [
  ['Example Office Basic', 'monthly', 6, 4.8, 'EX-OFB-M'],
  ['Example Office Basic', 'yearly', 64.8, 51.84, 'EX-OFB-Y'],
  ['Example Office Standard', 'monthly', 12.5, 10, 'EX-OFS-M', 14.9],
  ['Example Office Standard', 'yearly', 135, 108, 'EX-OFS-Y'],
  ['Example Office Premium', 'monthly', 22, 17.6, 'EX-OFP-M'],
  ['Example Mail Shield', 'monthly', 2.25, 1.5, 'EX-MSH-M'],
  ['Example Backup 100 GB', 'monthly', 9.99, 7.2, 'EX-BKP-M'],
  ['Example Endpoint Guard', 'monthly', 3.4, 2.1, 'EX-EPG-M'],
  ['Example Phone System', 'quarterly', 27, 19.5, 'EX-PHO-Q'],
  ['Example Archive', 'semi-annual', 33, 24, 'EX-ARC-S'],
  ['Example Managed Support', 'monthly', 45, 0, 'EX-SUP-M'],
  ['Example Loyalty Discount', 'monthly', -5, 0, 'EX-DSC-M'],
];

/** Currencies, countries, billing codes, people, services with price lists, and the products that fees map to. */
export function seedCatalogue(database: Database, now: string): void {
  const put = (collection: string, rows: ApiRow[]) => rows.forEach((row) => database.put(collection, row));
  const currency = (id: number, name: string, description: string, exchangeRate: number, isActive: boolean) => ({
    id,
    name,
    description,
    exchangeRate,
    isActive,
    isInternalCurrency: id === ids.euro,
    currencyPositiveFormat: 'S1',
    currencyNegativeFormat: '-S1',
    displaySymbol: id,
    lastModifiedDateTime: now,
  });
  put('currencies', [
    currency(ids.euro, 'EUR', 'Euro', 1, true),
    currency(ids.dollar, 'USD', 'US Dollar', EURO_PER_DOLLAR, true),
    currency(3, 'GBP', 'Pound Sterling', 1.15, false),
  ]);
  const names = {
    DE: 'Germany',
    FR: 'France',
    NL: 'Netherlands',
    AT: 'Austria',
    US: 'United States',
    GB: 'United Kingdom',
  };
  put(
    'countries',
    Object.entries(names).map(([countryCode, name], at) => ({
      id: at + 1,
      countryCode,
      name,
      displayName: name,
      isActive: true,
      isDefaultCountry: countryCode === 'DE',
    })),
  );
  const code = (id: number, name: string, useType: number, isActive = true) => ({
    id,
    name,
    useType,
    isActive,
    billingCodeType: 0,
    isExcludedFromNewContracts: false,
    unitCost: 0,
    unitPrice: 0,
    externalNumber: `GL-${id}`,
  });
  put('billingCodes', [
    code(101, 'Example Remote Work', 1),
    code(201, 'Example Travel Expense', 2),
    code(301, 'Example Internal Meeting', 3),
    code(ids.materialCode, 'Example Material', 4),
    code(402, 'Example Fees', 4),
    code(ids.recurringCode, 'Example Recurring Services', 5),
    code(502, 'Example Cloud Subscriptions', 5),
    code(503, 'Example Retired Recurring Code', 5, false),
    code(601, 'Example Milestone', 6),
    code(ids.productCode, 'Example Product', 7),
  ]);
  seedServices(database, now);
  const fee = (id: number, name: string, unitPrice: number, isActive = true) => ({
    id,
    name,
    unitPrice,
    unitCost: 0,
    isActive,
    isSerialized: false,
    productBillingCodeID: ids.productCode,
    chargeBillingCodeID: 402,
    productCategory: 1,
    createdTime: now,
    createdByResourceID: ids.owner,
  });
  put('products', [
    fee(1, 'Example Setup Fee', 50),
    fee(2, 'Example Cancellation Fee', 25),
    fee(3, 'Example Proration Charge', 0),
    fee(4, 'Example Usage Charge', 0),
    fee(5, 'Example Retired Fee', 10, false),
  ]);
}

function seedServices(database: Database, now: string): void {
  const service = (id: number, name: string, rest: Record<string, unknown>) => {
    database.put<ApiRow>('services', {
      id,
      name,
      billingCodeID: ids.recurringCode,
      invoiceDescription: name,
      description: `${name}, seat`,
      isActive: true,
      vendorCompanyID: ids.vendor,
      createDate: now,
      lastModifiedDate: now,
      creatorResourceID: ids.owner,
      ...rest,
    });
    addPriceList(database, id);
  };
  SERVICES.forEach(([product, period, unitPrice, unitCost, sku, dollars], at) => {
    service(at + 1, `${product} (${period})`, { periodType: PERIOD[period], unitPrice, unitCost, sku });
    const listed = database
      .where('priceListServices', 'serviceID', at + 1)
      .find((row) => row['currencyID'] === ids.dollar);
    if (dollars !== undefined && listed)
      database.change<ApiRow>('priceListServices', listed, { usesInternalCurrencyPrice: false, unitPrice: dollars });
  });
  service(SERVICES.length + 1, 'Example Legacy Mail (monthly)', {
    periodType: PERIOD.monthly,
    unitPrice: 3,
    unitCost: 2,
    isActive: false,
  });
}
