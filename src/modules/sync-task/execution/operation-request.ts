import type {
  Adjustment,
  Applied,
  AutotaskWrites,
  NewCharge,
  NewContract,
  NewContractService,
  NewService,
  WriteOptions,
} from '../../../adapters/autotask/autotask-writes.js';
import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import type { ContractRef, LineRef, PlannedOperation } from '../../../domain/sync-plan/sync-plan.js';

/** One write with every id filled in, in the adapter's words. */
export type WriteRequest =
  | { kind: 'service'; body: NewService }
  | { kind: 'contract'; body: NewContract }
  | { kind: 'line'; body: NewContractService }
  | { kind: 'adjustment'; body: Adjustment }
  | { kind: 'charge'; body: NewCharge }
  | { kind: 'invoiceText'; body: { contractId: number; id: number; invoiceDescription: string } }
  | { kind: 'endDate'; body: { id: number; endDate: CalendarDate } };

/** An operation names something that an earlier one creates, and that one is not proven: a bug of the plan. */
export class UnresolvedReferenceError extends Error {
  constructor(operation: PlannedOperation, createdBy: string) {
    super(`The operation ${operation.key} needs what ${createdBy} creates, which is not proven.`);
  }
}

/** Ids of rows that earlier operations of the task created, by operation key. */
export type CreatedIds = ReadonlyMap<string, number>;

/** The contract an operation works on; undefined for those that work on none. */
export function contractOf(operation: PlannedOperation, created: CreatedIds): number | undefined {
  if (!('contract' in operation)) return undefined;
  return contractId(operation, operation.contract, created);
}

/** The line an operation works on; undefined for those that work on none. */
export function lineOf(operation: PlannedOperation, created: CreatedIds): number | undefined {
  if (!('line' in operation)) return undefined;
  return lineId(operation, operation.line, created);
}

/**
 * The write that an operation stands for.
 *
 * @param costVisible false = the API user may not write costs.
 * @throws UnresolvedReferenceError.
 */
export function requestOf(operation: PlannedOperation, created: CreatedIds, costVisible: boolean): WriteRequest {
  switch (operation.kind) {
    case 'createService':
      return {
        kind: 'service',
        body: {
          name: operation.name,
          periodType: operation.periodType,
          unitPrice: operation.unitPrice,
          billingCodeId: operation.billingCodeId,
          ...defined({
            unitCost: costVisible ? operation.unitCost : undefined,
            sku: operation.sku,
            externalId: operation.externalId,
          }),
        },
      };
    case 'createContract': {
      const { companyId, name, contractNumber, periodType, startDate, endDate } = operation;
      return { kind: 'contract', body: { companyId, name, contractNumber, periodType, startDate, endDate } };
    }
    case 'createLine':
      return {
        kind: 'line',
        body: {
          contractId: contractId(operation, operation.contract, created),
          serviceId: operation.serviceId,
          ...defined({ invoiceDescription: operation.invoiceDescription }),
        },
      };
    case 'adjustUnits':
    case 'adjustPrice':
      return {
        kind: 'adjustment',
        body: {
          contractId: contractId(operation, operation.contract, created),
          contractServiceId: lineId(operation, operation.line, created),
          effectiveDate: operation.date,
          unitChange: operation.kind === 'adjustUnits' ? operation.unitChange : 0,
          ...defined({ unitPrice: operation.unitPrice, unitCost: costVisible ? operation.unitCost : undefined }),
        },
      };
    case 'addCharge':
      return {
        kind: 'charge',
        body: {
          contractId: contractId(operation, operation.contract, created),
          name: operation.name,
          description: operation.description,
          datePurchased: operation.datePurchased,
          amount: operation.amount,
          chargeType: operation.chargeType,
          internalPurchaseOrderNumber: operation.chargeKey,
          ...defined({
            unitCost: costVisible ? operation.unitCost : undefined,
            billingCodeId: operation.billingCodeId,
            productId: operation.autotaskProductId,
            purchaseOrderNumber: operation.purchaseOrderNumber,
          }),
        },
      };
    case 'describeLine':
      return {
        kind: 'invoiceText',
        body: {
          contractId: contractId(operation, operation.contract, created),
          id: lineId(operation, operation.line, created),
          invoiceDescription: operation.invoiceDescription,
        },
      };
    case 'extendContract':
    case 'endContract':
      return {
        kind: 'endDate',
        body: { id: contractId(operation, operation.contract, created), endDate: operation.endDate },
      };
  }
}

/** Sends it, once. @throws AutotaskError whose `outcome` says what is known (DESIGN §7, answers table). */
export async function send(writes: AutotaskWrites, request: WriteRequest, options: WriteOptions): Promise<Applied> {
  switch (request.kind) {
    case 'service':
      return await writes.createService(request.body, options);
    case 'contract':
      return await writes.createContract(request.body, options);
    case 'line':
      return await writes.createContractService(request.body, options);
    case 'adjustment':
      return await writes.postAdjustment(request.body, options);
    case 'charge':
      return await writes.createCharge(request.body, options);
    case 'invoiceText':
      return await writes.patchContractService(request.body, options);
    case 'endDate':
      return await writes.patchContract(request.body, options);
  }
}

/** The call for people and for the journal: method, route and what is asked for, in the adapter's words. */
export function callOf(request: WriteRequest): { method: string; path: string; body: Record<string, unknown> } {
  return { ...routeOf(request), body: { ...request.body } };
}

function routeOf(request: WriteRequest): { method: string; path: string } {
  switch (request.kind) {
    case 'service':
      return { method: 'POST', path: 'Services' };
    case 'contract':
      return { method: 'POST', path: 'Contracts' };
    case 'line':
      return { method: 'POST', path: `Contracts/${request.body.contractId}/Services` };
    case 'adjustment':
      return { method: 'POST', path: `Contracts/${request.body.contractId}/ServiceAdjustments` };
    case 'charge':
      return { method: 'POST', path: `Contracts/${request.body.contractId}/Charges` };
    case 'invoiceText':
      return { method: 'PATCH', path: `Contracts/${request.body.contractId}/Services` };
    case 'endDate':
      return { method: 'PATCH', path: 'Contracts' };
  }
}

function contractId(operation: PlannedOperation, ref: ContractRef, created: CreatedIds): number {
  return 'contractId' in ref ? ref.contractId : createdId(operation, ref.createdBy, created);
}

function lineId(operation: PlannedOperation, ref: LineRef, created: CreatedIds): number {
  return 'contractServiceId' in ref ? ref.contractServiceId : createdId(operation, ref.createdBy, created);
}

function createdId(operation: PlannedOperation, createdBy: string, created: CreatedIds): number {
  const id = created.get(createdBy);
  if (id === undefined) throw new UnresolvedReferenceError(operation, createdBy);
  return id;
}

/** Without the keys that have no value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
