import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAutotaskSandbox, type RunningAutotaskSandbox } from '../../../sandbox/autotask/autotask-sandbox.js';
import { unitsOn } from '../../domain/autotask/unit-windows.js';
import type { AutotaskAdapter } from './autotask.adapter.js';
import { AutotaskClients } from './autotask-connections.js';
import { AutotaskError } from './autotask.errors.js';

/** The adapter against the imitated Autotask: both were written from the reference, neither from the other. */

let sandbox: RunningAutotaskSandbox;
let autotask: AutotaskAdapter;

beforeAll(async () => {
  sandbox = await startAutotaskSandbox({ port: 0, now: '2027-03-10T09:00:00Z' });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await control('POST', '/reset', {});
  await control('PUT', '/behaviour', { slowDown: 'off' });
  autotask = adapter();
});

function adapter(timeoutMs = 15_000): AutotaskAdapter {
  return new AutotaskClients({ discoveryUrl: sandbox.zoneInformationUrl, allowedHosts: ['127.0.0.1'], timeoutMs }).of({
    installationId: 'installation-1',
    connectionId: 'connection-1',
    credentials: sandbox.credentials,
    credentialsVersion: 1,
    budgetShare: 0.5,
  });
}

async function control<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${sandbox.origin}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

type Rows = { id: number; [field: string]: unknown }[];
const state = async (collection: string): Promise<Rows> =>
  (await control<Record<string, Rows>>('GET', '/state'))[collection]!;

async function outcomeOf(write: Promise<unknown>): Promise<unknown> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof AutotaskError)) throw error;
    return { code: error.code, outcome: error.outcome, ...('reason' in error ? { reason: error.reason } : {}) };
  }
}

/** A monthly contract of 2027 with one empty line. */
async function contractWithLine(): Promise<{ contractId: number; contractServiceId: number; serviceId: number }> {
  const company = (await autotask.companies()).find(({ companyType, isActive }) => companyType === 1 && isActive)!;
  const service = (await autotask.services()).find(({ periodType, isActive }) => periodType === 2 && isActive)!;
  const contract = await autotask.writes.createContract({
    companyId: company.id,
    name: 'Cloud 2027',
    contractNumber: 'SUB-900',
    periodType: 2,
    startDate: '2027-01-01',
    endDate: '2027-12-31',
  });
  const contractId = contract.itemId!;
  const line = await autotask.writes.createContractService({ contractId, serviceId: service.id });
  return { contractId, contractServiceId: line.itemId!, serviceId: service.id };
}

describe('reads', () => {
  it('give every row of every list, also beyond one page', async () => {
    await control('POST', '/reset', { size: 'medium' });
    const ids = (await state('contracts')).map(({ id }) => id);
    const units = await autotask.contractServiceUnits(ids);
    expect(units.length).toBeGreaterThan(1000);
    const lists: [string, { id: number }[]][] = [
      ['companies', await autotask.companies()],
      ['services', await autotask.services()],
      ['contracts', await autotask.contractsByIds(ids)],
      ['contractServices', await autotask.contractServices(ids)],
      ['contractServiceUnits', units],
      ['billingCodes', await autotask.billingCodes()],
      ['products', await autotask.products()],
      ['currencies', await autotask.currencies()],
      ['resources', await autotask.resources()],
    ];
    const everything = await control<Record<string, Rows>>('GET', '/state');
    for (const [collection, rows] of lists) {
      const wanted = everything[collection]!.map(({ id }) => id).sort((a, b) => a - b);
      expect({ collection, ids: rows.map(({ id }) => id).sort((a, b) => a - b) }).toEqual({ collection, ids: wanted });
    }
  });

  it('read dates with milliseconds the same', async () => {
    const ids = (await state('contracts')).map(({ id }) => id);
    const before = await autotask.contractServiceUnits(ids, '2027-03-10');
    await control('PUT', '/behaviour', { dateFormat: 'milliseconds' });
    expect(await autotask.contractServiceUnits(ids, '2027-03-10')).toEqual(before);
    expect(before.every(({ endDate }) => endDate >= '2027-03-10')).toBe(true);
  });

  it('find contracts by company, the own company, the counter and the version', async () => {
    const contracts = await state('contracts');
    const companyId = contracts[0]!['companyID'] as number;
    const found = await autotask.contractsByCompanies([companyId]);
    expect(found.map(({ id }) => id)).toEqual(
      contracts.filter((row) => row['companyID'] === companyId).map(({ id }) => id),
    );
    expect(await autotask.contract(found[0]!.id)).toEqual(found[0]);
    expect(await autotask.contract(987_654_321)).toBeUndefined();
    expect((await autotask.ownCompany()).id).toBe(0);
    expect(await autotask.thresholdInformation()).toMatchObject({ limit: 10_000, timeFrameMinutes: 60 });
    expect(await autotask.version()).not.toBe('');
  });

  it('follow changes', async () => {
    const [service] = await autotask.services();
    const since = '2027-03-10T10:00:00.000Z';
    expect(await autotask.servicesChangedSince(since)).toEqual([]);
    expect(await autotask.companiesChangedSince(since)).toEqual([]);
    await control('PUT', '/clock', { now: '2027-03-11T09:00:00Z' });
    const created = await autotask.writes.createService({
      name: 'Example Backup',
      periodType: 2,
      unitPrice: '3.10',
      billingCodeId: service!.billingCodeId!,
    });
    expect((await autotask.servicesChangedSince(since)).map(({ id }) => id)).toEqual([created.itemId]);
  });

  it('give price lists by currency', async () => {
    const rows = await state('priceListServices');
    const currencyId = rows[0]!['currencyID'] as number;
    const list = await autotask.priceListServices(currencyId);
    expect(list.map(({ id }) => id)).toEqual(
      rows.filter((row) => row['currencyID'] === currencyId).map(({ id }) => id),
    );
  });
});

describe('writes', () => {
  it('build a contract whose units follow the adjustments', async () => {
    const { contractId, contractServiceId } = await contractWithLine();
    const adjust = (effectiveDate: string, unitChange: number, unitPrice?: string) =>
      autotask.writes.postAdjustment({
        contractId,
        contractServiceId,
        effectiveDate,
        unitChange,
        ...(unitPrice === undefined ? {} : { unitPrice }),
      });
    expect(await adjust('2027-01-01', 10, '4.2')).toEqual({ outcome: 'applied', itemId: null });
    await adjust('2027-03-15', 2);
    await adjust('2027-07-01', -12);
    const units = await autotask.contractServiceUnits([contractId]);
    const days = ['2027-01-01', '2027-03-14', '2027-03-15', '2027-06-30', '2027-07-01', '2027-12-31'];
    expect(days.map((day) => unitsOn(units, day))).toEqual([10, 10, 12, 12, 0, 0]);
    expect(units.find(({ startDate }) => startDate === '2027-01-01')?.price).toBe('42');

    await autotask.writes.patchContract({ id: contractId, endDate: '2028-03-31' });
    await autotask.writes.patchContractService({ contractId, id: contractServiceId, invoiceDescription: 'Example' });
    expect((await autotask.contract(contractId))?.endDate).toBe('2028-03-31');
    expect((await autotask.contractServices([contractId]))[0]).toMatchObject({
      id: contractServiceId,
      invoiceDescription: 'Example',
    });
  });

  it('tell the refusals apart', async () => {
    const { contractId, contractServiceId, serviceId } = await contractWithLine();
    const [service] = await autotask.servicesByIds([serviceId]);
    const adjustment = { contractId, contractServiceId, effectiveDate: '2027-02-01', unitChange: 1 };
    await autotask.writes.postAdjustment(adjustment);
    const rejected = (reason: string) => ({ code: 'AUTOTASK_REJECTED', outcome: 'rejected', reason });
    expect(await outcomeOf(autotask.writes.postAdjustment(adjustment))).toEqual(rejected('duplicateAdjustmentDate'));
    expect(await outcomeOf(autotask.writes.postAdjustment({ ...adjustment, effectiveDate: '2029-01-01' }))).toEqual(
      rejected('dateOutsideContract'),
    );
    const sameName = {
      name: service!.name,
      periodType: 2 as const,
      unitPrice: '1',
      billingCodeId: service!.billingCodeId!,
    };
    expect(await outcomeOf(autotask.writes.createService(sameName))).toEqual(rejected('duplicateServiceName'));

    await control('POST', '/approve-and-post', { upTo: '2027-03-31' });
    await control('PUT', '/behaviour', { adjustPosted: 'refuse', negativeCharge: 'refuse' });
    expect(await outcomeOf(autotask.writes.postAdjustment({ ...adjustment, effectiveDate: '2027-02-15' }))).toEqual(
      rejected('postedPeriod'),
    );
    const code = (await autotask.billingCodes(4)).find(({ isActive }) => isActive)!;
    const charge = {
      contractId,
      name: 'Credit',
      description: 'Credit',
      datePurchased: '2027-04-01',
      amount: '-1.50',
      chargeType: 1,
      billingCodeId: code.id,
      internalPurchaseOrderNumber: 'SO000900:refund:0123456789:2027-04-01',
    };
    expect(await outcomeOf(autotask.writes.createCharge(charge))).toEqual(rejected('negativeCharge'));
    await autotask.writes.createCharge({ ...charge, amount: '1.50' });
    const found = await autotask.chargesByKey(contractId, charge.internalPurchaseOrderNumber);
    expect(found).toMatchObject([{ unitPrice: '1.5', unitQuantity: '1', isBilled: false }]);
    expect(await autotask.keyedCharges([contractId])).toEqual(found);
  });

  it('find a service by its marks, and without the younger fields by name only', async () => {
    const billingCodeId = (await autotask.billingCodes(5)).find(({ isActive }) => isActive)!.id;
    const service = {
      name: 'Example Mail',
      periodType: 2 as const,
      unitPrice: '2',
      billingCodeId,
      externalId: 'mkt-9',
    };
    const { itemId } = await autotask.writes.createService(service);
    const found = await autotask.findServices({ externalId: 'mkt-9', sku: 'none' });
    expect(found.map(({ id }) => id)).toEqual([itemId]);

    await control('PUT', '/behaviour', { newServiceFields: 'absent' });
    autotask = adapter();
    expect(await autotask.findServices({ externalId: 'mkt-9' })).toEqual([]);
    const second = await autotask.writes.createService({ ...service, name: 'Example Mail Plus' });
    expect(
      (await autotask.findServices({ externalId: 'mkt-9', name: 'Example Mail Plus' })).map(({ id }) => id),
    ).toEqual([second.itemId]);
  });

  it('leave it open when the answer is lost after the change was made', async () => {
    const { contractId, contractServiceId } = await contractWithLine();
    const adjust = (effectiveDate: string) =>
      outcomeOf(autotask.writes.postAdjustment({ contractId, contractServiceId, effectiveDate, unitChange: 3 }));
    const unknown = { code: 'AUTOTASK_OUTCOME_UNKNOWN', outcome: 'unknown' };
    const fault = (kind: string) => control('POST', '/faults', { method: 'POST', path: 'ServiceAdjustments', kind });

    await fault('drop-after');
    expect(await adjust('2027-01-01')).toEqual(unknown);
    expect(unitsOn(await autotask.contractServiceUnits([contractId]), '2027-01-01')).toBe(3);

    await fault('drop-before');
    expect(await adjust('2027-05-01')).toEqual(unknown);
    await fault('html');
    expect(await adjust('2027-05-01')).toEqual(unknown);
    expect(unitsOn(await autotask.contractServiceUnits([contractId]), '2027-05-01')).toBe(3);
  });

  it('stay below the thread limit however many are wanted at once', async () => {
    await control('PUT', '/limits', { latencyMs: 5 });
    const { contractId } = await contractWithLine();
    await Promise.all(Array.from({ length: 20 }, () => autotask.contractServices([contractId])));
    const { items } = await control<{ items: { path: string; status: number }[] }>('GET', '/requests');
    expect(items.filter(({ status }) => status !== 200)).toEqual([]);
    expect(items.filter(({ path }) => path.includes('ContractServices/query'))).toHaveLength(20);
  });
});
