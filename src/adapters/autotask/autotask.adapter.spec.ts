import { describe, expect, it } from 'vitest';
import { startStubAutotask, stubAdapter } from './testing/stub-autotask.js';
import type { StubReply, StubRequest } from '../http/stub-server.js';

const list = (...items: unknown[]): StubReply => ({
  json: { items, pageDetails: { count: items.length, requestCount: 500, prevPageUrl: null, nextPageUrl: null } },
});
const filterOf = (request: StubRequest | undefined): unknown =>
  (JSON.parse(request!.body) as { filter: unknown }).filter;
const sent = (request: StubRequest | undefined) => ({
  call: `${request?.method} ${request?.path.replace('/ATServicesRest/V1.0/', '')}`,
  body: JSON.parse(request?.body ?? '{}') as unknown,
});

describe('reads', () => {
  it('ask for ids in chunks of 200, each id once', async () => {
    await using server = await startStubAutotask(() => list());
    const ids = Array.from({ length: 450 }, (_, index) => index);
    await stubAdapter(server.origin).contractServices([...ids, ...ids]);
    const asked = server.calls().map((request) => (filterOf(request) as { value: number[] }[])[0]!.value);
    expect(asked.map(({ length }) => length)).toEqual([200, 200, 50]);
    expect(asked.flat().sort((a, b) => a - b)).toEqual(ids);
  });

  it('ask nothing for no ids', async () => {
    await using server = await startStubAutotask(() => list());
    expect(await stubAdapter(server.origin).contractsByIds([])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('keep the rows in the order of the ids asked for', async () => {
    await using server = await startStubAutotask((request) => {
      const ids = (filterOf(request) as { value: number[] }[])[0]!.value;
      return list(...ids.map((id) => ({ id, companyName: `Company ${id}`, isActive: true, companyType: 1 })));
    });
    const ids = Array.from({ length: 401 }, (_, index) => index);
    const companies = await stubAdapter(server.origin).companiesByIds(ids);
    expect(companies.map(({ id }) => id)).toEqual(ids);
  });

  it('bound unit rows by their last day', async () => {
    await using server = await startStubAutotask(() => list());
    await stubAdapter(server.origin).contractServiceUnits([7], '2027-03-01');
    expect(filterOf(server.calls()[0])).toEqual([
      { op: 'in', field: 'contractID', value: [7] },
      { op: 'gte', field: 'endDate', value: '2027-03-01' },
    ]);
  });

  it('tell a missing contract from an answer without item', async () => {
    await using server = await startStubAutotask(({ path }) => ({ json: path.endsWith('/1') ? { item: null } : {} }));
    const adapter = stubAdapter(server.origin);
    expect(await adapter.contract(1)).toBeUndefined();
    await expect(adapter.contract(2)).rejects.toMatchObject({ code: 'AUTOTASK_ANSWER_UNEXPECTED' });
  });

  it('never report a failed look-up as not found', async () => {
    await using server = await startStubAutotask(() => ({ status: 500, json: { errors: ['refused'] } }));
    const adapter = stubAdapter(server.origin);
    await expect(adapter.contract(1)).rejects.toMatchObject({ code: 'AUTOTASK_REJECTED' });
    await expect(adapter.findServices({ name: 'x' })).rejects.toMatchObject({ code: 'AUTOTASK_REJECTED' });
  });

  it('look for services by the marks the tenant has', async () => {
    await using server = await startStubAutotask(({ path }) =>
      path.endsWith('/fields') ? { json: { fields: [{ name: 'externalID' }, { name: 'name' }] } } : list(),
    );
    const adapter = stubAdapter(server.origin);
    await adapter.findServices({ externalId: 'mkt-1', sku: 'S-1', name: 'Example Office Basic' });
    expect(filterOf(server.calls().at(-1))).toEqual([
      {
        op: 'or',
        items: [
          { op: 'eq', field: 'externalID', value: 'mkt-1' },
          { op: 'eq', field: 'name', value: 'Example Office Basic' },
        ],
      },
    ]);
    const before = server.calls().length;
    expect(await adapter.findServices({ sku: 'S-1' })).toEqual([]);
    expect(server.calls()).toHaveLength(before);
  });

  it('keep metadata, but not a failure to read it', async () => {
    await using server = await startStubAutotask(({ attempt }) =>
      attempt === 0 ? { status: 500, json: { errors: ['not now'] } } : { json: { fields: [{ name: 'Sku' }] } },
    );
    const { metadata } = stubAdapter(server.origin);
    await expect(metadata.fields('Services')).rejects.toMatchObject({ code: 'AUTOTASK_REJECTED' });
    expect(await metadata.hasField('Services', 'sku')).toBe(true);
    expect(await metadata.hasField('Services', 'externalID')).toBe(false);
    expect(server.calls()).toHaveLength(2);
  });

  it.each([
    ['shown', [null, 0], true],
    ['hidden', [null, null], false],
    ['unknown', [], undefined],
  ])('tell costs %s', async (_, costs, expected) => {
    await using server = await startStubAutotask(() => list(...costs.map((unitCost, id) => ({ id, unitCost }))));
    expect(await stubAdapter(server.origin).costVisible()).toBe(expected);
  });
});

describe('writes', () => {
  it('post an adjustment below its contract and accept that it has no id', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: null } }));
    const applied = await stubAdapter(server.origin).writes.postAdjustment({
      contractId: 7,
      contractServiceId: 8,
      effectiveDate: '2027-03-10',
      unitChange: -2,
      unitPrice: '12.3456',
    });
    expect(applied).toEqual({ outcome: 'applied', itemId: null });
    expect(sent(server.calls()[0])).toEqual({
      call: 'POST Contracts/7/ServiceAdjustments',
      body: { contractServiceID: 8, effectiveDate: '2027-03-10', unitChange: -2, adjustedUnitPrice: 12.3456 },
    });
  });

  it('create a recurring-service contract', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: 29_683 } }));
    const applied = await stubAdapter(server.origin).writes.createContract({
      companyId: 0,
      name: 'C'.repeat(120),
      contractNumber: 'SUB-1',
      periodType: 2,
      startDate: '2027-03-01',
      endDate: '2028-02-29',
      additionalFields: { organizationalLevelAssociationID: 3 },
    });
    expect(applied).toEqual({ outcome: 'applied', itemId: 29_683 });
    expect(sent(server.calls()[0])).toEqual({
      call: 'POST Contracts',
      body: {
        organizationalLevelAssociationID: 3,
        companyID: 0,
        contractName: 'C'.repeat(100),
        contractNumber: 'SUB-1',
        contractType: 7,
        contractPeriodType: 2,
        status: 1,
        startDate: '2027-03-01',
        endDate: '2028-02-29',
        setupFee: 0,
        timeReportingRequiresStartAndStopTimes: 0,
      },
    });
  });

  it('leave out fields of a service that the tenant lacks', async () => {
    await using server = await startStubAutotask(({ path }) =>
      path.endsWith('/fields') ? { json: { fields: [{ name: 'sku' }] } } : { json: { itemId: 5 } },
    );
    await stubAdapter(server.origin).writes.createService({
      name: 'Example Office Basic',
      periodType: 2,
      unitPrice: '12.50',
      billingCodeId: 4,
      sku: 'S-1',
      externalId: 'mkt-1',
    });
    expect(sent(server.calls().at(-1))).toEqual({
      call: 'POST Services',
      body: {
        name: 'Example Office Basic',
        periodType: 2,
        unitPrice: 12.5,
        billingCodeID: 4,
        sku: 'S-1',
        isActive: true,
      },
    });
  });

  it('add a charge with our key', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: 6 } }));
    await stubAdapter(server.origin).writes.createCharge({
      contractId: 7,
      name: 'Setup fee',
      description: 'Setup of 3',
      datePurchased: '2027-03-10',
      amount: '-0.05',
      unitCost: '0',
      chargeType: 1,
      billingCodeId: 9,
      internalPurchaseOrderNumber: 'SO000012:setup:0123456789:2027-03-10',
    });
    expect(sent(server.calls()[0])).toEqual({
      call: 'POST Contracts/7/Charges',
      body: {
        name: 'Setup fee',
        description: 'Setup of 3',
        datePurchased: '2027-03-10',
        chargeType: 1,
        unitQuantity: 1,
        unitPrice: -0.05,
        unitCost: 0,
        billingCodeID: 9,
        internalPurchaseOrderNumber: 'SO000012:setup:0123456789:2027-03-10',
        isBillableToCompany: true,
      },
    });
  });

  it('patch on the collection, never on the id', async () => {
    await using server = await startStubAutotask(() => ({ json: { itemId: 8 } }));
    const { writes } = stubAdapter(server.origin);
    await writes.patchContractService({ contractId: 7, id: 8, invoiceDescription: `${'x'.repeat(999)}😀` });
    await writes.patchContract({ id: 7, endDate: '2028-02-29' });
    await writes.createContractService({ contractId: 7, serviceId: 5 });
    expect(server.calls().map(sent)).toEqual([
      // The last character would be cut in half, so it goes as a whole.
      { call: 'PATCH Contracts/7/Services', body: { id: 8, invoiceDescription: 'x'.repeat(999) } },
      { call: 'PATCH Contracts', body: { id: 7, endDate: '2028-02-29' } },
      { call: 'POST Contracts/7/Services', body: { serviceID: 5 } },
    ]);
  });
});
