import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import type {
  CreateContractOperation,
  CreateLineOperation,
  CreateServiceOperation,
} from '../../../domain/sync-plan/sync-plan.js';

/** An operation that makes a row, told from others only by its natural key: Autotask has no idempotency key. */
export type CreateOperation = CreateServiceOperation | CreateContractOperation | CreateLineOperation;

/** True for the operations whose proof looks for a new row. */
export function createsRow(operation: { kind: string }): operation is CreateOperation {
  return ['createService', 'createContract', 'createLine'].includes(operation.kind);
}

/**
 * Ids of the rows that carry the natural key of what an operation creates (DESIGN §7): service by external id, else SKU,
 * else name and period; contract by company, number, period and start; line by contract and service.
 *
 * @param contractId the resolved contract, for a line.
 * @throws AutotaskError when the look-up fails; that is never "no row".
 */
export async function idsWithNaturalKey(
  autotask: AutotaskAdapter,
  operation: CreateOperation,
  contractId: number | undefined,
): Promise<number[]> {
  switch (operation.kind) {
    case 'createService':
      return await serviceIds(autotask, operation);
    case 'createContract':
      return (await autotask.contractsByCompanies([operation.companyId]))
        .filter(
          (contract) =>
            (contract.contractNumber ?? '') === operation.contractNumber &&
            contract.periodType === operation.periodType &&
            contract.startDate === operation.startDate,
        )
        .map(({ id }) => id);
    case 'createLine': {
      if (contractId === undefined) throw new Error(`The contract of ${operation.key} is not known.`);
      const lines = await autotask.contractServices([contractId]);
      return lines.filter((line) => line.serviceId === operation.serviceId).map(({ id }) => id);
    }
  }
}

/** The highest of the ids; 0 when there is none, because Autotask's own rows begin above it. */
export function highest(ids: readonly number[]): number {
  return Math.max(0, ...ids);
}

async function serviceIds(autotask: AutotaskAdapter, operation: CreateServiceOperation): Promise<number[]> {
  const { externalId, sku, name, periodType } = operation;
  if (externalId && (await autotask.metadata.hasField('Services', 'externalID')))
    return (await autotask.findServices({ externalId })).map(({ id }) => id);
  if (sku && (await autotask.metadata.hasField('Services', 'sku')))
    return (await autotask.findServices({ sku })).map(({ id }) => id);
  const found = await autotask.findServices({ name });
  return found.filter((service) => service.periodType === periodType).map(({ id }) => id);
}
