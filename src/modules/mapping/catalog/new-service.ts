import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import { RECURRING_SERVICE_CODE } from '../../../adapters/autotask/autotask.schema.js';
import type { NewService } from '../../../adapters/autotask/autotask-writes.js';
import type { Service } from '../../../domain/autotask/entities.js';
import type { Product } from '../../../domain/marketplace/product.js';
import { round, times, type Decimal } from '../../../domain/money/money.js';
import { Problem } from '../../../platform/http/problem.js';
import type { Connection } from '../../installation/connection.entity.js';
import type { NewServiceDto } from './new-service.dto.js';
import { additionalFields } from './service-fields.js';

/**
 * What is sent: SKU and external id come from the product unless they were given.
 *
 * @param costWritten false where the API user may not write costs. @throws Problem INPUT_INVALID.
 */
export function newService(input: NewServiceDto, product: Product | undefined, costWritten: boolean): NewService {
  const short = (text: string | undefined) => (text !== undefined && text.length <= 50 ? text : undefined);
  const sku = input.sku ?? short(product?.mpn);
  const externalId = input.externalId ?? short(product?.id);
  const unitCost = costWritten ? input.unitCost : undefined;
  const extra = additionalFields(input.additionalFields);
  return {
    name: input.name,
    periodType: input.periodType,
    unitPrice: input.unitPrice,
    billingCodeId: input.billingCodeId,
    ...(input.description === undefined ? {} : { description: input.description }),
    ...(input.invoiceDescription === undefined ? {} : { invoiceDescription: input.invoiceDescription }),
    ...(unitCost === undefined ? {} : { unitCost }),
    ...(input.vendorCompanyId === undefined ? {} : { vendorCompanyId: input.vendorCompanyId }),
    ...(sku === undefined ? {} : { sku }),
    ...(externalId === undefined ? {} : { externalId }),
    ...(extra === undefined ? {} : { additionalFields: extra }),
  };
}

/** Without the tenant's own further fields: what we know of a service. */
export function withoutExtra(service: NewService): Omit<NewService, 'additionalFields'> {
  const known = { ...service };
  delete known.additionalFields;
  return known;
}

/** A currency beside the tenant's own. */
export interface ForeignCurrency {
  currencyId: number;
  /** What one unit of it is worth in the tenant's own currency. */
  rate: Decimal;
}

/**
 * The connection's currency where it is not the tenant's own, in which the catalogue keeps its prices and costs
 * (reference/autotask-rest-api §10.16); undefined when it is.
 *
 * @throws Problem CURRENCY_UNKNOWN when the tenant has no such currency.
 */
export async function foreignCurrency(
  autotask: AutotaskAdapter,
  connection: Connection,
): Promise<ForeignCurrency | undefined> {
  if (connection.capabilities.isInternalCurrency === true) return undefined;
  const currency = (await autotask.currencies()).find(({ name }) => name === connection.currency);
  if (!currency)
    throw new Problem('conflict', 'CURRENCY_UNKNOWN', `This Autotask has no currency ${connection.currency}.`);
  return currency.isInternal ? undefined : { currencyId: currency.id, rate: currency.exchangeRate };
}

/** The same service with price and cost in the tenant's own currency. @param rate as `ForeignCurrency`. */
export function inInternalCurrency(service: NewService, rate: Decimal): NewService {
  const convert = (amount: Decimal) => round(times(amount, rate), 4);
  return {
    ...service,
    unitPrice: convert(service.unitPrice),
    ...(service.unitCost === undefined ? {} : { unitCost: convert(service.unitCost) }),
  };
}

/**
 * Billing code and vendor, read afresh: the mirror may be a day old.
 *
 * @throws Problem BILLING_CODE_UNKNOWN, BILLING_CODE_INACTIVE, BILLING_CODE_NOT_RECURRING, VENDOR_UNKNOWN,
 * VENDOR_INACTIVE.
 */
export async function checkReferences(autotask: AutotaskAdapter, service: NewService): Promise<void> {
  const code = (await autotask.billingCodes()).find(({ id }) => id === service.billingCodeId);
  const refuse = (word: string, message: string) => new Problem('conflict', word, `${message} Nothing was created.`);
  if (!code) throw refuse('BILLING_CODE_UNKNOWN', 'Autotask has no such billing code.');
  if (code.useType !== RECURRING_SERVICE_CODE)
    throw refuse('BILLING_CODE_NOT_RECURRING', `Billing code "${code.name}" is not one for recurring services.`);
  if (!code.isActive) throw refuse('BILLING_CODE_INACTIVE', `Billing code "${code.name}" is inactive. Choose another.`);
  if (service.vendorCompanyId === undefined) return;
  const [vendor] = await autotask.companiesByIds([service.vendorCompanyId]);
  if (!vendor) throw refuse('VENDOR_UNKNOWN', 'Autotask has no such vendor.');
  if (!vendor.isActive) throw refuse('VENDOR_INACTIVE', `Vendor "${vendor.name}" is inactive. Choose another.`);
}

/**
 * Services that carry what makes this one unique (DESIGN §7): its external id, else its SKU with its period; besides its
 * name, which Autotask allows only once. Fields that the tenant lacks find nothing.
 */
export async function servicesWithKey(autotask: AutotaskAdapter, service: NewService): Promise<Service[]> {
  const { externalId, sku, name } = service;
  const found = await autotask.findServices({
    name,
    ...(externalId === undefined ? {} : { externalId }),
    ...(sku === undefined ? {} : { sku }),
  });
  const hasExternalId = externalId !== undefined && (await autotask.metadata.hasField('Services', 'externalID'));
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
  return found.filter(
    (row) =>
      same(row.name, name) ||
      (hasExternalId ? same(row.externalId, externalId) : same(row.sku, sku) && row.periodType === service.periodType),
  );
}
