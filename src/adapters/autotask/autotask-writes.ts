import type { PeriodType } from '../../domain/autotask/entities.js';
import { RECURRING_SERVICE_CONTRACT } from '../../domain/autotask/entities.js';
import type { CalendarDate } from '../../domain/calendar/calendar-date.js';
import type { Decimal } from '../../domain/money/money.js';
import type { AutotaskClient } from './autotask.client.js';
import type { AutotaskMetadata } from './autotask-metadata.js';
import { dropUndefined } from '../http/drop-undefined.js';

/**
 * A write that Autotask accepted. Everything else is an AutotaskError whose `outcome` says `notApplied`, `rejected` or
 * `unknown` (DESIGN §7, answers table).
 */
export interface Applied {
  outcome: 'applied';
  /** Id of the row; null for adjustments, which have none (reference/autotask-rest-api §10.6). */
  itemId: number | null;
}

/** How a write may be sent. */
export interface WriteOptions {
  /** Do not send after this instant (AutotaskNotSentInTimeError): the caller's lease must outlast the request. */
  sendBefore?: Date;
}

/** Fields that a tenant requires beyond ours, by wire name (FEATURES MAP-7). */
export type AdditionalFields = Readonly<Record<string, string | number | boolean>>;

export interface NewService {
  name: string;
  description?: string;
  invoiceDescription?: string;
  periodType: PeriodType;
  /** In the tenant's internal currency. */
  unitPrice: Decimal;
  unitCost?: Decimal;
  billingCodeId: number;
  vendorCompanyId?: number;
  sku?: string;
  externalId?: string;
  additionalFields?: AdditionalFields;
}

export interface NewContract {
  companyId: number;
  name: string;
  contractNumber?: string;
  periodType: PeriodType;
  startDate: CalendarDate;
  /** The last covered day. */
  endDate: CalendarDate;
  description?: string;
  additionalFields?: AdditionalFields;
}

export interface NewContractService {
  contractId: number;
  serviceId: number;
  invoiceDescription?: string;
}

/** A signed change of units from a day on, with or without new price and cost. `unitChange` 0 changes price only. */
export interface Adjustment {
  contractId: number;
  contractServiceId: number;
  effectiveDate: CalendarDate;
  unitChange: number;
  /** In the company's currency, per unit and period. */
  unitPrice?: Decimal;
  unitCost?: Decimal;
}

/** A one-off amount: quantity 1 at `amount` (DESIGN §6, a charge). */
export interface NewCharge {
  contractId: number;
  name: string;
  description: string;
  datePurchased: CalendarDate;
  /** In the company's currency; negative for a credit. */
  amount: Decimal;
  unitCost?: Decimal;
  /** From the tenant's `chargeType` picklist. */
  chargeType: number;
  /** One of the two names what is charged. */
  billingCodeId?: number;
  productId?: number;
  purchaseOrderNumber?: string;
  /** Our key; at most 50 characters. */
  internalPurchaseOrderNumber: string;
}

/**
 * Every write this product knows. Each is sent once. Free text is cut to the length Autotask documents; keys are sent
 * as they are, since a cut key would not be found again.
 *
 * All methods throw AutotaskError subclasses; look at `outcome`.
 */
export class AutotaskWrites {
  readonly #client: AutotaskClient;
  readonly #metadata: AutotaskMetadata;

  constructor(client: AutotaskClient, metadata: AutotaskMetadata) {
    this.#client = client;
    this.#metadata = metadata;
  }

  /** Adds a service to the catalogue. `sku` and `externalId` are left out where the tenant lacks the field. */
  async createService(service: NewService, options?: WriteOptions): Promise<Applied> {
    const withField = async (field: string, value: string | undefined): Promise<string | undefined> =>
      value !== undefined && (await this.#metadata.hasField('Services', field)) ? value : undefined;
    return this.#send(
      'Services',
      'POST',
      'Services',
      {
        ...service.additionalFields,
        name: cut(service.name, 150),
        description: cut(service.description, 400),
        invoiceDescription: cut(service.invoiceDescription, 1000),
        periodType: service.periodType,
        unitPrice: Number(service.unitPrice),
        unitCost: amount(service.unitCost),
        billingCodeID: service.billingCodeId,
        vendorCompanyID: service.vendorCompanyId,
        sku: await withField('sku', service.sku),
        externalID: await withField('externalID', service.externalId),
        isActive: true,
      },
      options,
    );
  }

  /**
   * Gives a service a price of its own in a price list's currency (reference §10.16). The row exists already: Autotask
   * keeps one per service and currency. Safe to repeat.
   */
  patchPriceListService(row: { id: number; unitPrice: Decimal }, options?: WriteOptions): Promise<Applied> {
    return this.#send(
      'PriceListServices',
      'PATCH',
      'PriceListServices',
      { id: row.id, usesInternalCurrencyPrice: false, unitPrice: Number(row.unitPrice) },
      options,
    );
  }

  /** Creates an active recurring-service contract. */
  createContract(contract: NewContract, options?: WriteOptions): Promise<Applied> {
    return this.#send(
      'Contracts',
      'POST',
      'Contracts',
      {
        ...contract.additionalFields,
        companyID: contract.companyId,
        contractName: cut(contract.name, 100),
        contractNumber: contract.contractNumber,
        contractType: RECURRING_SERVICE_CONTRACT,
        contractPeriodType: contract.periodType,
        status: 1,
        startDate: contract.startDate,
        endDate: contract.endDate,
        description: cut(contract.description, 2000),
        setupFee: 0,
        timeReportingRequiresStartAndStopTimes: 0,
      },
      options,
    );
  }

  /** Puts a service on a contract; the new line has no units. */
  createContractService(line: NewContractService, options?: WriteOptions): Promise<Applied> {
    return this.#send(
      'ContractServices',
      'POST',
      `Contracts/${line.contractId}/Services`,
      {
        serviceID: line.serviceId,
        invoiceDescription: cut(line.invoiceDescription, 1000),
      },
      options,
    );
  }

  /** Changes a line's units, price or cost from a day on. Cannot be read back, listed, edited or deleted. */
  postAdjustment(adjustment: Adjustment, options?: WriteOptions): Promise<Applied> {
    return this.#send(
      'ContractServiceAdjustments',
      'POST',
      `Contracts/${adjustment.contractId}/ServiceAdjustments`,
      {
        contractServiceID: adjustment.contractServiceId,
        effectiveDate: adjustment.effectiveDate,
        unitChange: adjustment.unitChange,
        adjustedUnitPrice: amount(adjustment.unitPrice),
        adjustedUnitCost: amount(adjustment.unitCost),
      },
      options,
    );
  }

  /** Adds a one-off amount to a contract, billable to the company. */
  createCharge(charge: NewCharge, options?: WriteOptions): Promise<Applied> {
    return this.#send(
      'ContractCharges',
      'POST',
      `Contracts/${charge.contractId}/Charges`,
      {
        name: cut(charge.name, 100),
        description: cut(charge.description, 2000),
        datePurchased: charge.datePurchased,
        chargeType: charge.chargeType,
        unitQuantity: 1,
        unitPrice: Number(charge.amount),
        unitCost: amount(charge.unitCost),
        billingCodeID: charge.billingCodeId,
        productID: charge.productId,
        purchaseOrderNumber: cut(charge.purchaseOrderNumber, 50),
        internalPurchaseOrderNumber: charge.internalPurchaseOrderNumber,
        isBillableToCompany: true,
      },
      options,
    );
  }

  /** Sets a line's invoice text. Safe to repeat. */
  patchContractService(
    line: { contractId: number; id: number; invoiceDescription: string },
    options?: WriteOptions,
  ): Promise<Applied> {
    return this.#send(
      'ContractServices',
      'PATCH',
      `Contracts/${line.contractId}/Services`,
      {
        id: line.id,
        invoiceDescription: cut(line.invoiceDescription, 1000),
      },
      options,
    );
  }

  /** Moves a contract's last covered day. Safe to repeat; read it back (reference §5, PATCH). */
  patchContract(contract: { id: number; endDate: CalendarDate }, options?: WriteOptions): Promise<Applied> {
    return this.#send('Contracts', 'PATCH', 'Contracts', { id: contract.id, endDate: contract.endDate }, options);
  }

  async #send(
    endpoint: string,
    method: 'POST' | 'PATCH',
    path: string,
    fields: Record<string, unknown>,
    options: WriteOptions = {},
  ): Promise<Applied> {
    const answer = await this.#client.write(endpoint, method, path, dropUndefined(fields), options.sendBefore);
    const { itemId } = (answer ?? {}) as { itemId?: unknown };
    return { outcome: 'applied', itemId: typeof itemId === 'number' ? itemId : null };
  }
}

/** Decimal text as the JSON number Autotask takes; our amounts have few digits, so nothing is lost. */
function amount(value: Decimal | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

/** At most `length` UTF-16 units, never half a character. */
function cut(text: string | undefined, length: number): string | undefined {
  return text === undefined || text.length <= length ? text : text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
