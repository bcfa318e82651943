import type { PlannedOperation } from '../../src/domain/sync-plan/sync-plan.js';
import { TODAY } from './executor-world.js';

/** Operations of every kind, as a plan would hold them. Company 101 and service 1 stand in the sandbox's seed. */

const PRODUCT = 'mpn:BASIC|acme|1m|1y';

/** A change of units on a line that exists; its ledger step makes `sub` hold `share` (else the change) from then on. */
export function unitsOperation(
  contractId: number,
  line: number,
  change: number,
  options: { date?: string; sub?: string; share?: number } = {},
): PlannedOperation {
  const { date = TODAY, sub = 'sub-1', share = change } = options;
  return {
    kind: 'adjustUnits',
    key: `units:l${line}:${date}`,
    title: `Change the units of line ${line} by ${change} from ${date}.`,
    dependsOn: [],
    contract: { contractId },
    line: { contractServiceId: line },
    serviceId: 1,
    date,
    unitChange: change,
    ledger: [{ kind: 'share', subscriptionId: sub, productKey: PRODUCT, from: date, quantity: share }],
  };
}

/** A new price on a line that exists. */
export function priceOperation(contractId: number, line: number, unitPrice: string): PlannedOperation {
  return {
    kind: 'adjustPrice',
    key: `price:l${line}:${TODAY}`,
    title: `Change the price of line ${line} to ${unitPrice} from ${TODAY}.`,
    dependsOn: [],
    contract: { contractId },
    line: { contractServiceId: line },
    serviceId: 1,
    date: TODAY,
    unitPrice,
    ledger: [],
    price: { from: TODAY, unitPrice },
  };
}

/** A charge with a key of its own. */
export function chargeOperation(contractId: number, chargeKey: string): PlannedOperation {
  return {
    kind: 'addCharge',
    key: `charge:${chargeKey}`,
    title: 'Charge the setup fee.',
    dependsOn: [],
    contract: { contractId },
    chargeKey,
    feeKind: 'setup',
    name: 'Setup fee',
    description: 'Example Office Basic, setup',
    datePurchased: TODAY,
    amount: '25.00',
    unitCost: '10.00',
    billingCodeId: MATERIAL_CODE,
    chargeType: 1,
  };
}

/** A material billing code of the sandbox's seed; set by the first test that needs it. */
let MATERIAL_CODE = 0;
export function useBillingCode(id: number): void {
  MATERIAL_CODE = id;
}

export function createContractOperation(contractNumber: string): PlannedOperation {
  return {
    kind: 'createContract',
    key: `createContract:101:${contractNumber}:2:2027-03-01`,
    title: `Create contract ${contractNumber}.`,
    dependsOn: [],
    companyId: 101,
    name: `Cloud services ${contractNumber}`,
    contractNumber,
    periodType: 2,
    startDate: '2027-03-01',
    endDate: '2028-02-29',
  };
}

export function createLineOperation(
  contract: { contractId: number } | { createdBy: string },
  serviceId = 1,
): PlannedOperation {
  return {
    kind: 'createLine',
    key: `createLine:new/s${serviceId}`,
    title: 'Add the service to the contract.',
    dependsOn: 'createdBy' in contract ? [contract.createdBy] : [],
    contract,
    serviceId,
    invoiceDescription: 'Example Office Basic',
  };
}

/** Contract, line and units from nothing: what a Sales task writes. */
export function salesOperations(contractNumber: string, units: number, sub = 'sub-1'): PlannedOperation[] {
  const contract = createContractOperation(contractNumber);
  const line = createLineOperation({ createdBy: contract.key });
  return [
    contract,
    line,
    {
      kind: 'adjustUnits',
      key: `units:new/s1:${TODAY}`,
      title: `Set ${units} units.`,
      dependsOn: [line.key],
      contract: { createdBy: contract.key },
      line: { createdBy: line.key },
      serviceId: 1,
      date: TODAY,
      unitChange: units,
      unitPrice: '8',
      ledger: [
        { kind: 'share', subscriptionId: sub, productKey: PRODUCT, from: TODAY, quantity: units, effective: TODAY },
      ],
      price: { from: TODAY, unitPrice: '8' },
    },
  ];
}

export function describeOperation(contractId: number, line: number, text: string): PlannedOperation {
  return {
    kind: 'describeLine',
    key: `describe:l${line}`,
    title: 'Change the invoice text.',
    dependsOn: [],
    contract: { contractId },
    line: { contractServiceId: line },
    invoiceDescription: text,
  };
}

export function endDateOperation(
  kind: 'extendContract' | 'endContract',
  contractId: number,
  endDate: string,
): PlannedOperation {
  return {
    kind,
    key: `${kind}:${contractId}`,
    title: 'Move the end.',
    dependsOn: [],
    contract: { contractId },
    endDate,
  };
}

export function createServiceOperation(name: string, billingCodeId: number): PlannedOperation {
  return {
    kind: 'createService',
    key: `createService:${name}`,
    title: `Create the service ${name}.`,
    dependsOn: [],
    name,
    periodType: 2,
    unitPrice: '9.5',
    billingCodeId,
  };
}
