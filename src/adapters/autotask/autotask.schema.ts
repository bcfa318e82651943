import type {
  AutotaskProduct,
  BillingItem,
  BillingCode,
  Company,
  CompanyContact,
  Contract,
  ContractCharge,
  ContractService,
  ContractServiceUnit,
  Country,
  Currency,
  PeriodType,
  Service,
} from '../../domain/autotask/entities.js';
import type { Decimal } from '../../domain/money/money.js';
import { dropUndefined } from '../http/drop-undefined.js';
import { WireRow } from './wire-row.js';

/**
 * Autotask's rows → the domain's types (reference/autotask-rest-api §10). Every parser takes one row of an answer and
 * throws AutotaskAnswerUnexpectedError when a required field is missing or a field has another type. Not-set fields are
 * absent in the result.
 */

/** A price of a service in one currency (reference §10.16). */
export interface PriceListService {
  id: number;
  serviceId: number;
  currencyId: number;
  /** True: the internal price converted at the exchange rate applies, and `unitPrice` is absent. */
  usesInternalCurrencyPrice: boolean;
  unitPrice?: Decimal;
}

/** A person or API user of the tenant (reference §10.18). */
export interface Resource {
  id: number;
  userName: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  isActive: boolean;
  /** 7 = API user (observed): may not own a company. */
  licenseType?: number;
}

/** `useType` of a billing code for recurring services. */
export const RECURRING_SERVICE_CODE = 5;

/** Fields of Companies that `company` reads: the widest and longest table, so only these are asked for. */
export const COMPANY_FIELDS = [
  'id',
  'companyName',
  'companyNumber',
  'isActive',
  'companyType',
  'currencyID',
  'taxID',
  'phone',
  'webAddress',
  'address1',
  'address2',
  'city',
  'state',
  'postalCode',
  'countryID',
] as const;

/** A Companies row. */
export function company(row: unknown): Company {
  const r = new WireRow('Company', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    name: r.requiredText('companyName'),
    companyNumber: r.text('companyNumber'),
    isActive: r.requiredFlag('isActive'),
    companyType: r.requiredInt('companyType'),
    currencyId: r.int('currencyID'),
    taxId: r.text('taxID'),
    phone: r.text('phone'),
    webAddress: r.text('webAddress'),
    address1: r.text('address1'),
    address2: r.text('address2'),
    city: r.text('city'),
    state: r.text('state'),
    postalCode: r.text('postalCode'),
    countryId: r.int('countryID'),
  });
}

/** A Contacts row. `isActive` is a number there. */
export function companyContact(row: unknown): CompanyContact {
  const r = new WireRow('Contact', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    companyId: r.requiredInt('companyID'),
    firstName: r.text('firstName') ?? '',
    lastName: r.text('lastName') ?? '',
    email: r.text('emailAddress'),
    phone: r.text('phone') ?? r.text('mobilePhone'),
    isActive: r.requiredInt('isActive') === 1,
    isPrimary: r.flag('primaryContact') ?? false,
  });
}

/** A Countries row. */
export function country(row: unknown): Country {
  const r = new WireRow('Country', row);
  return { id: r.requiredInt('id'), code: r.requiredText('countryCode') };
}

/** A Contracts row. */
export function contract(row: unknown): Contract {
  const r = new WireRow('Contract', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    companyId: r.requiredInt('companyID'),
    name: r.requiredText('contractName'),
    contractNumber: r.text('contractNumber'),
    contractType: r.requiredInt('contractType'),
    periodType: periodType(r.int('contractPeriodType')),
    isActive: r.requiredInt('status') === 1,
    startDate: r.requiredDate('startDate'),
    endDate: r.requiredDate('endDate'),
  });
}

/** A ContractServices row: the line. */
export function contractService(row: unknown): ContractService {
  const r = new WireRow('ContractService', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    contractId: r.requiredInt('contractID'),
    serviceId: r.requiredInt('serviceID'),
    invoiceDescription: r.text('invoiceDescription'),
    unitPrice: r.decimal('unitPrice'),
    unitCost: r.decimal('unitCost'),
    internalCurrencyUnitPrice: r.decimal('internalCurrencyUnitPrice'),
    internalCurrencyAdjustedPrice: r.decimal('internalCurrencyAdjustedPrice'),
  });
}

/** A ContractServiceUnits row: one window as Autotask keeps it. */
export function contractServiceUnit(row: unknown): ContractServiceUnit {
  const r = new WireRow('ContractServiceUnit', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    contractId: r.requiredInt('contractID'),
    contractServiceId: r.requiredInt('contractServiceID'),
    serviceId: r.requiredInt('serviceID'),
    startDate: r.requiredDate('startDate'),
    endDate: r.requiredDate('endDate'),
    units: r.requiredInt('units'),
    price: r.decimal('price'),
    cost: r.decimal('cost'),
    approveAndPostDate: r.date('approveAndPostDate'),
  });
}

/** A Services row. Tenants may lack `sku` and `externalID`; they are then absent. */
export function service(row: unknown): Service {
  const r = new WireRow('Service', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    name: r.requiredText('name'),
    description: r.text('description'),
    invoiceDescription: r.text('invoiceDescription'),
    periodType: periodType(r.int('periodType')),
    isActive: r.requiredFlag('isActive'),
    unitPrice: r.requiredDecimal('unitPrice'),
    unitCost: r.decimal('unitCost'),
    billingCodeId: r.int('billingCodeID'),
    vendorCompanyId: r.int('vendorCompanyID'),
    sku: r.text('sku'),
    externalId: r.text('externalID'),
    lastModifiedDate: r.instant('lastModifiedDate'),
  });
}

/** A ContractCharges row. */
export function contractCharge(row: unknown): ContractCharge {
  const r = new WireRow('ContractCharge', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    contractId: r.requiredInt('contractID'),
    name: r.requiredText('name'),
    description: r.text('description'),
    datePurchased: r.requiredDate('datePurchased'),
    unitQuantity: r.requiredDecimal('unitQuantity'),
    unitPrice: r.decimal('unitPrice'),
    unitCost: r.decimal('unitCost'),
    billableAmount: r.decimal('billableAmount'),
    productId: r.int('productID'),
    billingCodeId: r.int('billingCodeID'),
    purchaseOrderNumber: r.text('purchaseOrderNumber'),
    internalPurchaseOrderNumber: r.text('internalPurchaseOrderNumber'),
    isBilled: r.flag('isBilled') ?? false,
  });
}

/** A BillingItems row that belongs to a contract. */
export function billingItem(row: unknown): BillingItem {
  const r = new WireRow('BillingItem', row);
  const contractChargeId = r.int('contractChargeID');
  const isChange = r.int('contractServiceAdjustmentID') !== undefined;
  return dropUndefined({
    id: r.requiredInt('id'),
    contractId: r.requiredInt('contractID'),
    kind: contractChargeId === undefined ? (isChange ? 'adjustment' : 'recurring') : 'charge',
    contractServiceId: r.int('contractServiceID'),
    contractChargeId,
    itemDate: r.requiredDate('itemDate'),
    name: r.text('itemName') ?? '',
    quantity: r.requiredDecimal('quantity'),
    rate: r.requiredDecimal('rate'),
    amount: r.decimal('extendedPrice') ?? r.requiredDecimal('totalAmount'),
  });
}

/** A BillingCodes row. A code without a use type gets 0, which no filter asks for. */
export function billingCode(row: unknown): BillingCode {
  const r = new WireRow('BillingCode', row);
  return {
    id: r.requiredInt('id'),
    name: r.requiredText('name'),
    useType: r.int('useType') ?? 0,
    isActive: r.requiredFlag('isActive'),
  };
}

/** A Products row. */
export function autotaskProduct(row: unknown): AutotaskProduct {
  const r = new WireRow('Product', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    name: r.requiredText('name'),
    isActive: r.requiredFlag('isActive'),
    billingCodeId: r.int('productBillingCodeID'),
  });
}

/** A Currencies row. */
export function currency(row: unknown): Currency {
  const r = new WireRow('Currency', row);
  return {
    id: r.requiredInt('id'),
    name: r.requiredText('name'),
    isInternal: r.requiredFlag('isInternalCurrency'),
    isActive: r.requiredFlag('isActive'),
    exchangeRate: r.requiredDecimal('exchangeRate'),
  };
}

/** A PriceListServices row. */
export function priceListService(row: unknown): PriceListService {
  const r = new WireRow('PriceListService', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    serviceId: r.requiredInt('serviceID'),
    currencyId: r.requiredInt('currencyID'),
    usesInternalCurrencyPrice: r.requiredFlag('usesInternalCurrencyPrice'),
    unitPrice: r.decimal('unitPrice'),
  });
}

/** A Resources row. */
export function resource(row: unknown): Resource {
  const r = new WireRow('Resource', row);
  return dropUndefined({
    id: r.requiredInt('id'),
    userName: r.text('userName') ?? '',
    firstName: r.text('firstName'),
    lastName: r.text('lastName'),
    email: r.text('email'),
    isActive: r.requiredFlag('isActive'),
    licenseType: r.int('licenseType'),
  });
}

/** One of the four periods of recurring services; anything else has none. */
function periodType(value: number | undefined): PeriodType | undefined {
  return value === 2 || value === 3 || value === 4 || value === 5 ? value : undefined;
}
