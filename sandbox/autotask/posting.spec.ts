import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Decimal } from '../kit/decimal.js';
import { postedAmount } from './money.js';
import { picklistId } from './picklists.js';
import { TestClient, type TestRow } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.stop());
beforeEach(() => client.reset());

const RECURRING = picklistId('BillingItem.billingItemType', 'Recurring Services');
const ADJUSTMENT = picklistId('BillingItem.billingItemType', 'Recurring Services Adjustment');
const CHARGE = picklistId('BillingItem.billingItemType', 'Contract Cost');
const POSTED =
  'Unable to make changes as it would result in the deletion/modification of an already approved and posted contract period';

const itemOf = async (path: string) => (await client.get(path)).body.item;
/** A monthly contract over 2027 with a line of service 1 (6.00) and ten units from its start. */
const tenSeats = async (changes: Record<string, unknown> = {}) => {
  const contract = await client.contract(changes);
  const line = await client.line(contract);
  await client.adjust(line, '2027-01-01', 10);
  return { contract, line };
};

describe('approve and post', () => {
  it('rule 31: makes one item per period, sets approveAndPostDate, and does nothing the second time', async () => {
    const { contract, line } = await tenSeats();
    expect(await client.approve('2027-02-28', { contractId: contract })).toEqual([
      { date: '2027-01-01', type: RECURRING, amount: 60 },
      { date: '2027-02-01', type: RECURRING, amount: 60 },
    ]);
    const windows = await client.rows('ContractServiceUnits', { op: 'eq', field: 'contractServiceID', value: line });
    expect(windows.map((row) => row.approveAndPostDate !== null)).toEqual([true, true, ...Array(10).fill(false)]);
    expect(await client.approve('2027-02-28', { contractId: contract })).toEqual([]);
    expect(await client.rows('BillingItems', { op: 'eq', field: 'contractID', value: contract })).toHaveLength(2);
  });

  it('rule 31: fills the item as far as the sandbox knows', async () => {
    const { contract, line } = await tenSeats();
    await client.adjust(line, '2027-01-17', 4);
    await client.approve('2027-01-31', { contractId: contract });
    const [recurring, adjustment] = await client.rows('BillingItems', {
      op: 'eq',
      field: 'contractID',
      value: contract,
    });
    const window = await client.row('ContractServiceUnits', { op: 'eq', field: 'contractServiceID', value: line });
    expect(recurring).toMatchObject({
      billingCodeID: 501,
      companyID: 101,
      contractServiceAdjustmentID: null,
      contractServiceID: line,
      contractServicePeriodID: window.id,
      extendedPrice: 60,
      internalCurrencyExtendedPrice: 60,
      invoiceID: 0,
      itemName: 'Example Office Basic (monthly)',
      nonBillable: 0,
      ourCost: 48,
      postedDate: '2027-03-10T00:00:00Z',
      quantity: 10,
      rate: 6,
      serviceID: 1,
      totalAmount: 60,
      vendorID: 1,
    });
    expect(recurring?.['postedOnTime']).toContain('2027-03-10T09:00');
    expect(adjustment).toMatchObject({ quantity: 4, rate: 6, totalAmount: 11.61, ourCost: 9.29 });
    expect(adjustment?.['contractServiceAdjustmentID']).toEqual(expect.any(Number));
  });

  it('rule 31: prorates later changes of a period, price changes included, each rounded to cents', async () => {
    const { contract, line } = await tenSeats();
    await client.adjust(line, '2027-03-11', 5, { adjustedUnitPrice: 7 }); // 15 × 7 − 10 × 6 = 45
    await client.adjust(line, '2027-03-21', -3); // −21
    await client.adjust(line, '2027-03-31', undefined, { adjustedUnitPrice: 6.5 }); // −6
    expect(await client.approve('2027-03-31', { contractId: contract })).toEqual([
      { date: '2027-01-01', type: RECURRING, amount: 60 },
      { date: '2027-02-01', type: RECURRING, amount: 60 },
      { date: '2027-03-01', type: RECURRING, amount: 60 },
      { date: '2027-03-11', type: ADJUSTMENT, amount: 30.48 }, // 45 × 21 ÷ 31
      { date: '2027-03-21', type: ADJUSTMENT, amount: -7.45 }, // −21 × 11 ÷ 31
      { date: '2027-03-31', type: ADJUSTMENT, amount: -0.19 }, // −6 × 1 ÷ 31
    ]);
  });

  it('rule 31: leaves windows that start later to the next run', async () => {
    const { contract, line } = await tenSeats();
    await client.approve('2027-02-28', { contractId: contract });
    await client.adjust(line, '2027-03-17', 10);
    expect(await client.approve('2027-03-01', { contractId: contract })).toEqual([
      { date: '2027-03-01', type: RECURRING, amount: 60 },
    ]);
    expect(await client.approve('2027-03-17', { contractId: contract })).toEqual([
      { date: '2027-03-17', type: ADJUSTMENT, amount: 29.03 },
    ]);
  });

  it('rule 31: bills a change inside posted periods as adjustment items at the next run', async () => {
    const { contract, line } = await tenSeats();
    await client.approve('2027-04-01', { contractId: contract });
    expect((await client.adjust(line, '2027-03-17', 2)).status).toBe(200);
    expect((await client.adjust(line, '2027-02-01', -1)).status).toBe(200);
    expect(await client.approve('2027-04-01', { contractId: contract })).toEqual([
      { date: '2027-02-01', type: ADJUSTMENT, amount: -6 },
      { date: '2027-03-01', type: ADJUSTMENT, amount: -6 },
      { date: '2027-03-17', type: ADJUSTMENT, amount: 5.81 }, // 12 × 15 ÷ 31
      { date: '2027-04-01', type: ADJUSTMENT, amount: 6 }, // +12 − 6
    ]);
    expect(await client.approve('2027-04-01', { contractId: contract })).toEqual([]);
  });

  it('rule 31: bills a price change before a posted change, and that change anew, without a cent twice', async () => {
    const { contract, line } = await tenSeats();
    await client.adjust(line, '2027-01-17', 2);
    await client.approve('2027-01-31', { contractId: contract });
    await client.adjust(line, '2027-01-11', undefined, { adjustedUnitPrice: 7 });
    expect(await client.approve('2027-01-31', { contractId: contract })).toEqual([
      { date: '2027-01-11', type: ADJUSTMENT, amount: 6.77 }, // 10 × 1 × 21 ÷ 31
      { date: '2027-01-17', type: ADJUSTMENT, amount: 0.97 }, // 2 × 1 × 15 ÷ 31
    ]);
  });

  it('rule 31: bills the start of a period that gets its first units late as an adjustment', async () => {
    const contract = await client.contract();
    const line = await client.line(contract);
    await client.approve('2027-01-31', { contractId: contract });
    await client.adjust(line, '2027-01-17', 10);
    expect(await client.approve('2027-02-01', { contractId: contract })).toEqual([
      { date: '2027-01-17', type: ADJUSTMENT, amount: 29.03 },
      { date: '2027-02-01', type: RECURRING, amount: 60 },
    ]);
  });

  it('rule 31: corrects a posted start under merge and replace', async () => {
    await client.behaviour({ sameDateAdjustment: 'merge' });
    const { contract, line } = await tenSeats();
    await client.approve('2027-01-01', { contractId: contract });
    await client.adjust(line, '2027-01-01', 1);
    expect(await client.approve('2027-01-01', { contractId: contract })).toEqual([
      { date: '2027-01-01', type: ADJUSTMENT, amount: 6 },
    ]);
    await client.behaviour({ sameDateAdjustment: 'replace' });
    await client.adjust(line, '2027-01-01', 4);
    expect(await client.approve('2027-01-01', { contractId: contract })).toEqual([
      { date: '2027-01-01', type: ADJUSTMENT, amount: -42 },
    ]);
  });

  it('rule 30: bills a last period by its days, and its extension as a part of its own', async () => {
    const { contract, line } = await tenSeats({ endDate: '2027-02-14' });
    expect(await client.approve('2027-02-14', { contractId: contract })).toEqual([
      { date: '2027-01-01', type: RECURRING, amount: 60 },
      { date: '2027-02-01', type: RECURRING, amount: 30 },
    ]);
    await client.patch('Contracts', { id: contract, endDate: '2027-03-31' });
    expect(await client.windows(line)).toEqual([
      '2027-01-01–2027-01-31: 10 @ 60',
      '2027-02-01–2027-02-14: 10 @ 30',
      '2027-02-15–2027-02-28: 10 @ 30',
      '2027-03-01–2027-03-31: 10 @ 60',
    ]);
    expect(await client.approve('2027-03-01', { contractId: contract })).toEqual([
      { date: '2027-02-15', type: RECURRING, amount: 30 },
      { date: '2027-03-01', type: RECURRING, amount: 60 },
    ]);
  });

  it('refuses adjustments in or before posted windows where the switch adjustPosted says so', async () => {
    const { contract, line } = await tenSeats();
    await client.approve('2027-02-01', { contractId: contract });
    await client.behaviour({ adjustPosted: 'refuse' });
    for (const date of ['2027-01-15', '2027-02-28']) {
      const answer = await client.adjust(line, date, 1);
      expect(answer).toMatchObject({ status: 500, body: { errors: [POSTED] } });
    }
    expect((await client.adjust(line, '2027-03-01', 1)).status).toBe(200);
  });

  it('posts nothing of a line before its first units', async () => {
    const contract = await client.contract();
    const line = await client.line(contract);
    expect(await client.approve('2027-03-31', { contractId: contract })).toEqual([]);
    await client.behaviour({ adjustPosted: 'refuse' });
    expect((await client.adjust(line, '2027-02-01', 1)).status).toBe(200);
  });

  it('posts only one company where asked, and only a real day', async () => {
    await tenSeats();
    const items = await client.approve('2027-03-01', { companyId: 102 });
    expect(items).toHaveLength(7); // the seeded line of company 102 since September
    expect((await client.rows('BillingItems', { op: 'noteq', field: 'companyID', value: 102 })).length).toBe(0);
    expect((await client.control('POST', '/approve-and-post', { upTo: '2027-02-30' })).status).toBe(400);
    expect((await client.control('POST', '/approve-and-post', { upTo: '2027-02-01', companyId: 'x' })).status).toBe(
      400,
    );
  });

  it('prorates and rounds as the switches say', async () => {
    const line = await client.line(await client.contract(), 12); // −5.00
    await client.adjust(line, '2027-01-17', 1);
    await client.behaviour({ prorationBasis: 'thirtyDays' });
    expect(await client.approve('2027-01-31', { companyId: 101 })).toEqual([
      { date: '2027-01-17', type: ADJUSTMENT, amount: -2.5 },
    ]);
    const cents = (amount: string) => [
      postedAmount(Decimal.of(amount), 'halfAwayFromZero').toFixed(2),
      postedAmount(Decimal.of(amount), 'halfToEven').toFixed(2),
    ];
    expect(cents('1.005')).toEqual(['1.01', '1.00']);
    expect(cents('1.015')).toEqual(['1.02', '1.02']);
    expect(cents('-1.005')).toEqual(['-1.01', '-1.00']);
    expect(cents('-1.015')).toEqual(['-1.02', '-1.02']);
    expect(cents('1.00501')).toEqual(['1.01', '1.01']);
    expect(cents('1.01499')).toEqual(['1.01', '1.01']);
    await client.behaviour({ rounding: 'halfToEven' });
    const contract = await client.contract();
    const tie = await client.line(contract, 6);
    await client.adjust(tie, '2027-01-01', 1, { adjustedUnitPrice: 2.125 });
    expect(await client.approve('2027-01-01', { contractId: contract })).toMatchObject([{ amount: 2.12 }]);
  });
});

describe('charges', () => {
  const charge = { name: 'Setup', datePurchased: '2027-02-10', chargeType: 1, unitQuantity: 1, unitPrice: 49.995 };

  it('take their amounts from quantity and price, and lock when they are posted', async () => {
    const contract = await client.contract();
    const body = { ...charge, unitQuantity: 2, unitCost: 10, billingCodeID: 402, internalPurchaseOrderNumber: 'KEY-1' };
    const { body: created } = await client.post(`Contracts/${contract}/Charges`, body);
    const id = created.itemId;
    expect(await itemOf(`ContractCharges/${id}`)).toMatchObject({
      billableAmount: 99.99,
      extendedCost: 20,
      contractID: contract,
      isBillableToCompany: true,
      isBilled: false,
      status: 6,
    });
    const found = await client.rows('ContractCharges', {
      op: 'eq',
      field: 'internalPurchaseOrderNumber',
      value: 'KEY-1',
    });
    expect(found.map((row) => row.id)).toEqual([id]);
    await client.patch(`Contracts/${contract}/Charges`, { id, unitQuantity: 3 });
    expect((await itemOf(`ContractCharges/${id}`)).billableAmount).toBe(149.985);

    expect(await client.approve('2027-02-09', { contractId: contract })).toEqual([]);
    expect(await client.approve('2027-02-10', { contractId: contract })).toEqual([
      { date: '2027-02-10', type: CHARGE, amount: 149.99 },
    ]);
    expect(await client.approve('2027-02-28', { contractId: contract })).toEqual([]);
    expect((await itemOf(`ContractCharges/${id}`)).isBilled).toBe(true);
    expect((await client.patch(`Contracts/${contract}/Charges`, { id, notes: 'x' })).status).toBe(500);
    expect((await client.call('DELETE', `Contracts/${contract}/Charges/${id}`)).status).toBe(500);
    const item = await client.row('BillingItems', { op: 'eq', field: 'contractChargeID', value: id });
    expect(item).toMatchObject({ itemName: 'Setup', quantity: 3, nonBillable: 0 });
  });

  it('can be deleted before, take price and code from a product, and need a material code without one', async () => {
    const contract = await client.contract();
    const post = (more: object) => client.post(`Contracts/${contract}/Charges`, { ...charge, ...more });
    const { body } = await post({ productID: 1, unitPrice: null });
    expect(await itemOf(`ContractCharges/${body.itemId}`)).toMatchObject({ billingCodeID: 402, billableAmount: 50 });
    expect((await client.call('DELETE', `Contracts/${contract}/Charges/${body.itemId}`)).status).toBe(200);
    expect(await client.approve('2027-12-31', { contractId: contract })).toEqual([]);
    expect((await post({})).body.errors[0]).toContain('billingCodeID');
    expect((await post({ billingCodeID: 501 })).body.errors).toEqual([
      'Reference value on field: billingCodeID of type: BillingCode does not exist or is invalid.',
    ]);
    expect((await post({ billingCodeID: 402, unitQuantity: null })).body.errors).toEqual([
      'Missing Required Field: unitQuantity',
    ]);
  });

  it('may be negative, or not where the switch negativeCharge says so', async () => {
    const contract = await client.contract();
    const negative = { ...charge, unitPrice: -12.5, billingCodeID: 402 };
    expect((await client.post(`Contracts/${contract}/Charges`, negative)).status).toBe(200);
    expect(await client.approve('2027-02-10', { contractId: contract })).toMatchObject([{ amount: -12.5 }]);
    await client.behaviour({ negativeCharge: 'refuse' });
    const refused = await client.post(`Contracts/${contract}/Charges`, negative);
    expect(refused.body.errors).toEqual(['A ContractCharge cannot have a negative amount.']);
  });

  it('become items of nothing when they are not billable', async () => {
    const contract = await client.contract();
    await client.post(`Contracts/${contract}/Charges`, { ...charge, billingCodeID: 402, isBillableToCompany: false });
    expect(await client.approve('2027-02-10', { contractId: contract })).toMatchObject([{ amount: 0 }]);
    const item = await client.row('BillingItems', { op: 'eq', field: 'contractID', value: contract });
    expect(item['nonBillable']).toBe(1);
  });

  it('have twins in the internal currency', async () => {
    const contract = await client.contract({ companyID: 110 });
    const { body } = await client.post(`Contracts/${contract}/Charges`, {
      ...charge,
      unitPrice: 10,
      billingCodeID: 402,
    });
    expect(await itemOf(`ContractCharges/${body.itemId}`)).toMatchObject({
      internalCurrencyUnitPrice: 8,
      internalCurrencyBillableAmount: 8,
    });
    await client.approve('2027-02-10', { contractId: contract });
    const item = await client.row('BillingItems', { op: 'eq', field: 'contractID', value: contract });
    expect(item).toMatchObject({ totalAmount: 10, internalCurrencyTotalAmount: 8, internalCurrencyRate: 8 });
  });
});

describe('invoices', () => {
  it('groups posted items by company, with totals as decimal text', async () => {
    const { contract, line } = await tenSeats();
    await client.adjust(line, '2027-02-15', 3);
    await client.post(`Contracts/${contract}/Charges`, {
      name: 'Setup',
      datePurchased: '2027-02-03',
      chargeType: 1,
      unitQuantity: 1,
      unitPrice: 50,
      billingCodeID: 402,
    });
    await client.approve('2027-03-31', { companyId: 101 });
    await client.approve('2027-03-31', { companyId: 110 });
    const read = async (query: string) => (await client.control('GET', `/invoices${query}`)).body.items;
    const [invoice, ...others] = await read('?companyId=101&from=2027-02-01&to=2027-02-28');
    expect(others).toEqual([]);
    expect(invoice).toMatchObject({
      companyID: 101,
      companyName: 'Marmalade Freight',
      currency: 'EUR',
      total: '119.00',
    });
    const lines = invoice?.['lines'] as TestRow[];
    expect(lines.map((row) => [row.itemDate, row['type'], row['amount']])).toEqual([
      ['2027-02-01', 'Recurring Services', '60.00'],
      ['2027-02-03', 'Contract Cost', '50.00'],
      ['2027-02-15', 'Recurring Services Adjustment', '9.00'],
    ]);
    const all = await read('');
    expect(all.map((entry) => [entry.companyID, entry['currency']])).toEqual([
      [101, 'EUR'],
      [110, 'USD'],
    ]);
    expect(await read('?companyId=999')).toEqual([]);
    expect((await client.control('GET', '/invoices?from=soon')).status).toBe(400);
    expect((await client.control('GET', '/invoices?companyId=x')).status).toBe(400);
  });
});
