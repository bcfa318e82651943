import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestClient, type Answer } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.stop());
beforeEach(() => client.reset());

const DUPLICATE = 'Attempt to insert duplicate data into contract_service_period';
const POSTED =
  'Unable to make changes as it would result in the deletion/modification of an already approved and posted contract period';

const itemOf = async (path: string) => (await client.get(path)).body.item;
const errorsOf = (answer: Answer): string[] => {
  expect(answer.status).toBe(500);
  return answer.body.errors;
};
/** A contract over the first quarter of 2027 with one line. */
const quarter = async (changes: object = {}) => {
  const contract = await client.contract({ endDate: '2027-03-31', ...changes });
  return { contract, line: await client.line(contract) };
};

describe('contracts', () => {
  const contract = {
    companyID: 101,
    contractName: 'Cloud services',
    contractType: 7,
    contractPeriodType: 2,
    startDate: '2027-01-01',
    endDate: '2027-12-31',
    status: 1,
    timeReportingRequiresStartAndStopTimes: 0,
  };

  it.each([
    [{ companyID: 999_999 }, 'Reference value on field: companyID of type: Company does not exist or is invalid.'],
    [{ contractType: 2 }, 'Picklist value [2] does not exist for contractType'],
    [{ status: 7 }, 'Picklist value [7] does not exist for status'],
    [{ contractPeriodType: 1 }, 'Picklist value [1] does not exist for contractPeriodType'],
    [{ endDate: '2026-12-31' }, 'The endDate of a Contract cannot be earlier than its startDate.'],
    [{ endDate: null }, 'Missing Required Field: endDate'],
    [
      { timeReportingRequiresStartAndStopTimes: null },
      'Missing Required Field: timeReportingRequiresStartAndStopTimes',
    ],
    [{ contractPeriodType: null }, 'Missing Required Field: contractPeriodType'],
  ])('rule 25: refuses %j', async (changes, text) => {
    expect(errorsOf(await client.post('Contracts', { ...contract, ...changes }))).toEqual([text]);
  });

  it('rule 25: wants no period type of another contract type, and takes monthly where the switch says so', async () => {
    const { contractPeriodType, ...without } = contract;
    expect(contractPeriodType).toBe(2);
    expect((await client.post('Contracts', { ...without, contractType: 1 })).status).toBe(200);
    await client.behaviour({ missingPeriodType: 'monthly' });
    const { body } = await client.post('Contracts', without);
    expect((await itemOf(`Contracts/${body.itemId}`)).contractPeriodType).toBe(2);
  });

  it('rule 25: takes dates with or without a time and drops the time', async () => {
    const dates = { startDate: '2027-01-01T23:30:00Z', endDate: '2027-12-31T00:00:00.000Z' };
    const { body } = await client.post('Contracts', { ...contract, ...dates });
    expect(await itemOf(`Contracts/${body.itemId}`)).toMatchObject({
      startDate: '2027-01-01T00:00:00Z',
      endDate: '2027-12-31T00:00:00Z',
    });
  });
});

describe('lines', () => {
  it('rule 26: go only on recurring contracts', async () => {
    const contract = await client.contract({ contractType: 1, contractPeriodType: null });
    const answer = await client.post(`Contracts/${contract}/Services`, { serviceID: 1 });
    expect(errorsOf(answer)).toEqual(['The Contract referenced by contractID is not of the type Recurring Service.']);
    const adjusted = await client.post(`Contracts/${contract}/ServiceAdjustments`, {
      serviceID: 1,
      effectiveDate: '2027-02-01',
      unitChange: 1,
    });
    expect(adjusted.status).toBe(500);
  });

  it('rule 26: begin without windows, priced from the service', async () => {
    const { line } = await quarter();
    expect(await client.windows(line)).toEqual([]);
    expect(await itemOf(`ContractServices/${line}`)).toMatchObject({
      unitPrice: 6,
      unitCost: 4.8,
      internalCurrencyUnitPrice: 6,
      internalCurrencyAdjustedPrice: 6,
      invoiceDescription: 'Example Office Basic (monthly)',
    });
  });

  it('rule 26: begin with windows of no units where the switch says so, at once for existing lines', async () => {
    const { line } = await quarter();
    await client.behaviour({ zeroUnitRows: 'on' });
    expect(await client.windows(line)).toEqual([
      '2027-01-01–2027-01-31: 0 @ 0',
      '2027-02-01–2027-02-28: 0 @ 0',
      '2027-03-01–2027-03-31: 0 @ 0',
    ]);
    await client.behaviour({ zeroUnitRows: 'off' });
    expect(await client.windows(line)).toEqual([]);
  });

  it('hold a service once, and no inactive one', async () => {
    const { contract } = await quarter();
    expect((await client.post(`Contracts/${contract}/Services`, { serviceID: 1 })).status).toBe(500);
    expect(errorsOf(await client.post(`Contracts/${contract}/Services`, { serviceID: 13 }))).toEqual([
      'Reference value on field: serviceID of type: Service does not exist or is invalid.',
    ]);
  });

  it('keep their texts, and pass over prices in a PATCH', async () => {
    const { contract, line } = await quarter();
    const patch = { id: line, invoiceDescription: 'Seats', internalDescription: 'ours', unitPrice: 1, unitCost: 1 };
    expect((await client.patch(`Contracts/${contract}/Services`, patch)).status).toBe(200);
    expect(await itemOf(`ContractServices/${line}`)).toMatchObject({
      invoiceDescription: 'Seats',
      internalDescription: 'ours',
      unitPrice: 6,
      unitCost: 4.8,
    });
  });

  it('apply adjustedPrice and unitCost sent with them where the switch patchedPrice says so', async () => {
    const contract = await client.contract({ endDate: '2027-02-28' });
    const path = `Contracts/${contract}/Services`;
    const ignored = await client.post(path, { serviceID: 2, adjustedPrice: 1, unitCost: 1 });
    expect(await itemOf(`ContractServices/${ignored.body.itemId}`)).toMatchObject({
      unitCost: 51.84,
      internalCurrencyAdjustedPrice: 64.8,
    });
    await client.behaviour({ patchedPrice: 'apply' });
    const { body } = await client.post(path, { serviceID: 1, adjustedPrice: 5, unitCost: 4 });
    const id = body.itemId;
    await client.adjust(id, '2027-01-01', 2);
    expect(await client.windows(id)).toEqual(['2027-01-01–2027-01-31: 2 @ 10', '2027-02-01–2027-02-28: 2 @ 10']);
    await client.patch(path, { id, adjustedPrice: 5.5 });
    expect(await client.windows(id)).toEqual(['2027-01-01–2027-01-31: 2 @ 11', '2027-02-01–2027-02-28: 2 @ 11']);
    expect(await itemOf(`ContractServices/${id}`)).toMatchObject({
      unitPrice: 6,
      unitCost: 4,
      internalCurrencyAdjustedPrice: 5.5,
    });
    expect((await client.patch(path, { id, adjustedPrice: 'cheap' })).status).toBe(500);
  });

  it('convert the price by months where the switch periodConversion says so', async () => {
    const contract = await client.contract();
    const asIs = await client.line(contract, 2);
    expect((await itemOf(`ContractServices/${asIs}`)).unitPrice).toBe(64.8);
    await client.behaviour({ periodConversion: 'byMonths' });
    const converted = await client.line(await client.contract(), 2);
    expect(await itemOf(`ContractServices/${converted}`)).toMatchObject({ unitPrice: 5.4, unitCost: 4.32 });
  });
});

describe('adjustments', () => {
  it('rule 27: follow the worked example of the reference', async () => {
    const line = await client.line(await client.contract());
    await client.adjust(line, '2027-01-01', 10);
    expect(await client.windows(line)).toHaveLength(12);
    await client.adjust(line, '2027-03-15', 2);
    expect((await client.windows(line)).slice(0, 5)).toEqual([
      '2027-01-01–2027-01-31: 10 @ 60',
      '2027-02-01–2027-02-28: 10 @ 60',
      '2027-03-01–2027-03-14: 10 @ 27.0968',
      '2027-03-15–2027-03-31: 12 @ 39.4839',
      '2027-04-01–2027-04-30: 12 @ 72',
    ]);
    await client.adjust(line, '2027-07-01', -12);
    const rows = await client.windows(line);
    expect(rows).toHaveLength(13);
    expect(rows.slice(7).every((row) => row.endsWith(': 0 @ 0'))).toBe(true);
  });

  it('rule 27: have no window for zero units at all where the switch zeroUnitRows says so', async () => {
    await client.behaviour({ zeroUnitRows: 'never' });
    const { line } = await quarter();
    await client.adjust(line, '2027-01-01', 3);
    await client.adjust(line, '2027-03-01', -3);
    expect(await client.windows(line)).toEqual(['2027-01-01–2027-01-31: 3 @ 18', '2027-02-01–2027-02-28: 3 @ 18']);
  });

  it('rule 27: keep the end of the older row where the switch splitRows says so', async () => {
    await client.behaviour({ splitRows: 'keep' });
    const { line } = await quarter();
    await client.adjust(line, '2027-03-01', 3);
    await client.adjust(line, '2027-03-21', 1);
    expect(await client.windows(line)).toEqual(['2027-03-01–2027-03-31: 3 @ 18', '2027-03-21–2027-03-31: 4 @ 8.5161']);
  });

  it.each(['2026-12-31', '2027-04-01'])('rule 27: are refused on %s, outside the contract', async (date) => {
    const { line } = await quarter();
    expect(errorsOf(await client.adjust(line, date, 1))).toEqual([
      'ContractServiceAdjustment effectiveDate must be between the start date and end date of the Contract referenced by contractID.',
    ]);
  });

  it.each(['2027-01-01', '2027-03-31'])('rule 27: are accepted on %s, its first or last day', async (date) => {
    const { line } = await quarter();
    expect((await client.adjust(line, date, 1)).status).toBe(200);
  });

  it('rule 27: are refused a second time for one line and date, a price change too', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-02-01', 1);
    for (const second of [
      await client.adjust(line, '2027-02-01', 1),
      await client.adjust(line, '2027-02-01', undefined, { adjustedUnitPrice: 5 }),
    ])
      expect(errorsOf(second)[0]).toContain(DUPLICATE);
    expect(await client.windows(line)).toEqual(['2027-02-01–2027-02-28: 1 @ 6', '2027-03-01–2027-03-31: 1 @ 6']);
  });

  it('rule 27: merge on one date where the switch says so', async () => {
    await client.behaviour({ sameDateAdjustment: 'merge' });
    const { line } = await quarter();
    await client.adjust(line, '2027-02-01', 4, { adjustedUnitPrice: 5 });
    await client.adjust(line, '2027-02-01', 3);
    expect(await client.windows(line)).toEqual(['2027-02-01–2027-02-28: 7 @ 35', '2027-03-01–2027-03-31: 7 @ 35']);
    await client.adjust(line, '2027-02-01', -1, { adjustedUnitPrice: 4 });
    expect(await client.windows(line)).toEqual(['2027-02-01–2027-02-28: 6 @ 24', '2027-03-01–2027-03-31: 6 @ 24']);
  });

  it('rule 27: replace the earlier one of the date where the switch says so, its price too', async () => {
    await client.behaviour({ sameDateAdjustment: 'replace' });
    const { line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    await client.adjust(line, '2027-02-01', 4, { adjustedUnitPrice: 5 });
    await client.adjust(line, '2027-02-01', -3);
    expect(await client.windows(line)).toEqual([
      '2027-01-01–2027-01-31: 10 @ 60',
      '2027-02-01–2027-02-28: 7 @ 42',
      '2027-03-01–2027-03-31: 7 @ 42',
    ]);
  });

  it('rule 27: create the line from contract and service, or use the one there is', async () => {
    const contract = await client.contract({ endDate: '2027-03-31' });
    const adjust = (effectiveDate: string, more: object = {}) =>
      client.post(`Contracts/${contract}/ServiceAdjustments`, { serviceID: 6, unitChange: 2, effectiveDate, ...more });
    expect((await adjust('2027-02-01', { adjustedUnitPrice: 2 })).body).toEqual({ itemId: null });
    expect((await adjust('2027-03-01')).status).toBe(200);
    const lines = (await client.get(`Contracts/${contract}/Services`)).body.items;
    expect(lines).toMatchObject([{ serviceID: 6, unitPrice: 2.25, internalCurrencyAdjustedPrice: 2 }]);
    expect(await client.windows(lines[0]!.id)).toEqual([
      '2027-02-01–2027-02-28: 2 @ 4',
      '2027-03-01–2027-03-31: 4 @ 8',
    ]);
  });

  it.each([
    ['add', 2],
    ['ignore', 1],
  ])('rule 27: with allowRepeatService and the switch repeatService %s there are %i lines', async (value, count) => {
    await client.behaviour({ repeatService: value });
    const { contract } = await quarter();
    const body = { contractID: contract, serviceID: 1, effectiveDate: '2027-02-01', unitChange: 1 };
    await client.post('ContractServiceAdjustments', { ...body, allowRepeatService: true });
    expect((await client.get(`Contracts/${contract}/Services`)).body.items).toHaveLength(count);
  });

  it('rule 27: name a bad reference, and what is missing', async () => {
    const { contract, line } = await quarter();
    const other = await client.contract();
    const reference =
      'Reference value on field: contractServiceID of type: ContractService does not exist or is invalid.';
    expect(errorsOf(await client.adjust(999_999, '2027-02-01', 1))).toEqual([reference]);
    expect(errorsOf(await client.adjust(line, '2027-02-01', 1, { contractID: other }))).toEqual([reference]);
    const body = { effectiveDate: '2027-02-01', unitChange: 1 };
    expect(errorsOf(await client.post('ContractServiceAdjustments', body))).toHaveLength(1);
    expect(errorsOf(await client.post('ContractServiceAdjustments', { contractServiceID: line }))).toEqual([
      'Missing Required Field: effectiveDate',
    ]);
    expect(errorsOf(await client.adjust(line, '2027-02-01', 1.5))[0]).toContain('System.Int32');
    expect((await client.adjust(line, '2027-02-01', 1, { contractID: contract })).status).toBe(200);
  });

  it('rule 27: take the day of a time stamp, moved to another zone where the switch says so', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-02-10T02:00:00Z', 1);
    await client.behaviour({ effectiveTime: 'shift' });
    await client.adjust(line, '2027-03-10T02:00:00Z', 1);
    await client.adjust(line, '2027-03-20T00:00:00Z', 1);
    expect((await client.windows(line)).map((row) => row.slice(0, 10))).toEqual([
      '2027-02-10',
      '2027-03-01',
      '2027-03-09',
      '2027-03-20',
    ]);
  });

  it('rule 28: do not go below zero, at their date or later', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-01-01', 5);
    await client.adjust(line, '2027-03-01', -3);
    expect(errorsOf(await client.adjust(line, '2027-02-15', -6))).toHaveLength(1);
    expect(errorsOf(await client.adjust(line, '2027-02-01', -3))).toHaveLength(1);
    expect((await client.adjust(line, '2027-02-01', -2)).status).toBe(200);
    await client.behaviour({ belowZero: 'accept' });
    expect((await client.adjust(line, '2027-03-15', -4)).status).toBe(200);
    expect((await client.windows(line)).at(-1)).toContain(': -4 @');
  });

  it('rule 29: change price and cost from their date on, over later price changes', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    await client.adjust(line, '2027-03-01', undefined, { adjustedUnitPrice: 9 });
    await client.adjust(line, '2027-02-01', 0, { adjustedUnitPrice: 6.5, adjustedUnitCost: 5 });
    expect(await client.windows(line)).toEqual([
      '2027-01-01–2027-01-31: 10 @ 60',
      '2027-02-01–2027-02-28: 10 @ 65',
      '2027-03-01–2027-03-31: 10 @ 65',
    ]);
    const costs = await client.rows('ContractServiceUnits', { op: 'eq', field: 'contractServiceID', value: line });
    expect(costs.map((row) => row.cost)).toEqual([48, 50, 50]);
    expect(await itemOf(`ContractServices/${line}`)).toMatchObject({
      unitPrice: 6,
      internalCurrencyUnitPrice: 6,
      internalCurrencyAdjustedPrice: 6.5,
      unitCost: 5,
    });
  });

  it('rule 29: take negative prices, and no costs of a user who may not see them', async () => {
    const { line } = await quarter();
    const body = { contractServiceID: line, effectiveDate: '2027-03-01', unitChange: 2 };
    const prices = { adjustedUnitPrice: -1.25, adjustedUnitCost: 1 };
    await client.post('ContractServiceAdjustments', { ...body, ...prices }, 'api-no-cost');
    expect(await client.windows(line)).toEqual(['2027-03-01–2027-03-31: 2 @ -2.5']);
    expect((await itemOf(`ContractServices/${line}`)).unitCost).toBe(4.8);
  });

  it('show the unit price in a window where the switch windowPriceMeaning says so', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-03-17', 4);
    expect(await client.windows(line)).toEqual(['2027-03-17–2027-03-31: 4 @ 11.6129']);
    await client.behaviour({ windowPriceMeaning: 'unit' });
    expect(await client.windows(line)).toEqual(['2027-03-17–2027-03-31: 4 @ 6']);
  });

  it('prorate by thirty-day months where the switch prorationBasis says so', async () => {
    const { line } = await quarter();
    await client.adjust(line, '2027-03-17', 4);
    await client.behaviour({ prorationBasis: 'thirtyDays' });
    expect(await client.windows(line)).toEqual(['2027-03-17–2027-03-31: 4 @ 12']);
  });

  it('cannot be read back, and are in the state with their time', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-03-01', 1);
    expect((await client.get(`Contracts/${contract}/ServiceAdjustments`)).status).toBe(405);
    expect((await client.get('ContractServiceAdjustments/1')).status).toBe(404);
    expect((await client.state()).rows('contractServiceAdjustments').at(-1)).toMatchObject({
      contractID: contract,
      contractServiceID: line,
      serviceID: 1,
      unitChange: 1,
      effectiveDate: '2027-03-01T00:00:00Z',
      acceptedAt: expect.stringContaining('2027-03-10T09:00'),
    });
  });

  it('write a contract note where the switch contractNotes says so', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-03-01', 1);
    expect((await client.get(`Contracts/${contract}/Notes`)).body.items).toEqual([]);
    await client.behaviour({ contractNotes: 'on' });
    await client.adjust(line, '2027-03-05', 1);
    await client.patch('Contracts', { id: contract, description: 'x' });
    expect((await client.get(`Contracts/${contract}/Notes`)).body.items).toHaveLength(2);
  });
});

describe('the end of a contract', () => {
  const endOn = (contract: number, endDate: string) => client.patch('Contracts', { id: contract, endDate });

  it('rule 30: moved forward appends windows with the last quantity', async () => {
    const { contract, line } = await quarter({ endDate: '2027-02-14' });
    await client.adjust(line, '2027-01-01', 10);
    await client.adjust(line, '2027-02-01', 4);
    expect((await client.windows(line)).at(-1)).toBe('2027-02-01–2027-02-14: 14 @ 42');
    await endOn(contract, '2027-03-31');
    expect(await client.windows(line)).toEqual([
      '2027-01-01–2027-01-31: 10 @ 60',
      '2027-02-01–2027-02-28: 14 @ 84',
      '2027-03-01–2027-03-31: 14 @ 84',
    ]);
  });

  it('rule 30: moved back deletes later windows and changes for good', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    await client.adjust(line, '2027-03-15', 5);
    await endOn(contract, '2027-02-14');
    expect(await client.windows(line)).toEqual(['2027-01-01–2027-01-31: 10 @ 60', '2027-02-01–2027-02-14: 10 @ 30']);
    await endOn(contract, '2027-03-31');
    expect((await client.windows(line)).at(-1)).toBe('2027-03-01–2027-03-31: 10 @ 60');
    expect((await client.adjust(line, '2027-03-15', 5)).status).toBe(200);
  });

  it('rule 30: cannot cut a posted window', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    await client.approve('2027-02-01', { contractId: contract });
    for (const endDate of ['2027-01-31', '2027-02-27'])
      expect(errorsOf(await endOn(contract, endDate))).toEqual([POSTED]);
    expect((await endOn(contract, '2027-02-28')).status).toBe(200);
    expect(await client.windows(line)).toHaveLength(2);
  });

  it('keeps ids of windows that stay, and billing while the contract is inactive', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    const ids = async () =>
      (await client.rows('ContractServiceUnits', { op: 'eq', field: 'contractServiceID', value: line })).map(
        (row) => row.id,
      );
    const before = await ids();
    await client.adjust(line, '2027-02-15', 1);
    expect((await ids()).slice(0, 3)).toEqual(before);
    await client.patch('Contracts', { id: contract, status: 0 });
    expect(await client.approve('2027-01-01', { contractId: contract })).toHaveLength(1);
  });

  it('follows a new start date unless something is posted', async () => {
    const { contract, line } = await quarter();
    await client.adjust(line, '2027-01-01', 10);
    await client.adjust(line, '2027-01-10', 2, { adjustedUnitPrice: 5 });
    await client.patch('Contracts', { id: contract, startDate: '2027-01-15' });
    expect(await client.windows(line)).toEqual([
      '2027-01-15–2027-02-14: 12 @ 60',
      '2027-02-15–2027-03-14: 12 @ 60',
      '2027-03-15–2027-03-31: 12 @ 32.9032',
    ]);
    await client.approve('2027-01-15', { contractId: contract });
    const answer = await client.patch('Contracts', { id: contract, startDate: '2027-01-01' });
    expect(errorsOf(answer)).toEqual([POSTED]);
  });
});

describe('other period types and anchors', () => {
  it.each([
    [3, ['2027-01-31–2027-04-29', '2027-04-30–2027-07-30', '2027-07-31–2027-10-30']],
    [4, ['2027-01-31–2027-07-30', '2027-07-31–2028-01-30']],
    [5, ['2027-01-31–2028-01-30']],
  ])('period type %i has the periods %j', async (contractPeriodType, expected) => {
    const contract = await client.contract({ contractPeriodType, startDate: '2027-01-31', endDate: '2028-01-30' });
    const line = await client.line(contract);
    await client.adjust(line, '2027-01-31', 1);
    const rows = (await client.windows(line)).map((row) => row.slice(0, 21));
    expect(rows.slice(0, expected.length)).toEqual(expected);
  });

  it('clamps month-ends from the anchor day', async () => {
    const contract = await client.contract({ startDate: '2027-01-31', endDate: '2027-05-30' });
    const line = await client.line(contract);
    await client.adjust(line, '2027-01-31', 1);
    expect((await client.windows(line)).map((row) => row.slice(0, 21))).toEqual([
      '2027-01-31–2027-02-27',
      '2027-02-28–2027-03-30',
      '2027-03-31–2027-04-29',
      '2027-04-30–2027-05-30',
    ]);
  });
});

describe('more than one currency', () => {
  it('prices a line in its company currency, with twins in the internal one', async () => {
    const contract = await client.contract({ companyID: 110, endDate: '2027-01-31', setupFee: 10 });
    expect(await itemOf(`Contracts/${contract}`)).toMatchObject({ setupFee: 10, internalCurrencySetupFee: 8 });
    const converted = await client.line(contract, 1); // 6 EUR at 0.80 EUR per dollar
    const listed = await client.line(contract, 3); // 14.90 USD in the price list
    expect(await itemOf(`ContractServices/${converted}`)).toMatchObject({
      unitPrice: 7.5,
      internalCurrencyUnitPrice: 6,
      unitCost: 4.8,
    });
    expect(await itemOf(`ContractServices/${listed}`)).toMatchObject({
      unitPrice: 14.9,
      internalCurrencyUnitPrice: 11.92,
    });
    await client.adjust(listed, '2027-01-01', 2, { adjustedUnitPrice: 15 });
    const [window] = await client.rows('ContractServiceUnits', {
      op: 'eq',
      field: 'contractServiceID',
      value: listed,
    });
    expect(window).toMatchObject({ price: 30, internalCurrencyPrice: 24 });
    expect((await itemOf(`ContractServices/${listed}`)).internalCurrencyAdjustedPrice).toBe(12);
  });
});
