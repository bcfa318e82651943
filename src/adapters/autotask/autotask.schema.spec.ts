import { describe, expect, it } from 'vitest';
import * as schema from './autotask.schema.js';

const unitRow = {
  id: 12,
  contractID: 7,
  contractServiceID: 8,
  serviceID: 9,
  startDate: '2027-01-31T00:00:00Z',
  endDate: '2027-02-27T00:00:00Z',
  units: 0,
  price: 0.1,
  cost: null,
  approveAndPostDate: null,
  vendorCompanyID: null,
  soapParentPropertyId: null,
};

describe('rows of ContractServiceUnits', () => {
  it('become windows with decimal text and calendar dates; null is absent', () => {
    expect(schema.contractServiceUnit(unitRow)).toEqual({
      id: 12,
      contractId: 7,
      contractServiceId: 8,
      serviceId: 9,
      startDate: '2027-01-31',
      endDate: '2027-02-27',
      units: 0,
      price: '0.1',
    });
    expect(Object.keys(schema.contractServiceUnit(unitRow))).not.toContain('cost');
  });

  it.each([
    ['2027-01-31', '2027-01-31'],
    ['2027-01-31T00:00:00', '2027-01-31'],
    ['2027-01-31T00:00:00Z', '2027-01-31'],
    ['2027-01-31T00:00:00.000Z', '2027-01-31'],
    ['2027-01-31T23:59:59.997Z', '2027-01-31'],
    ['2027-01-31T00:00:00+13:00', '2027-01-31'],
    ['2027-01-31 00:00:00', '2027-01-31'],
  ])('read the date %s without shifting it', (text, day) => {
    expect(schema.contractServiceUnit({ ...unitRow, startDate: text }).startDate).toBe(day);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a missing date', { endDate: undefined }, 'ContractServiceUnit 12: endDate is missing'],
    ['a null number', { units: null }, 'ContractServiceUnit 12: units is missing'],
    ['a fraction of a unit', { units: 1.5 }, 'ContractServiceUnit 12: units is no whole number'],
    ['a date in words', { startDate: '31 Jan 2027' }, 'ContractServiceUnit 12: startDate is no date'],
    ['a date that does not exist', { startDate: '2027-02-30' }, 'ContractServiceUnit 12: startDate is no date'],
    ['text for a price', { price: 'much' }, 'ContractServiceUnit 12: price is no number'],
    ['an object for a price', { price: {} }, 'ContractServiceUnit 12: price is no number'],
  ])('refuse %s by naming row and field', (_, change, what) => {
    let error: unknown;
    try {
      schema.contractServiceUnit({ ...unitRow, ...change });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'AUTOTASK_ANSWER_UNEXPECTED',
      message: expect.stringContaining(what) as string,
    });
  });

  it.each([[null], [undefined], ['text'], [[]]])('refuse %s', (row) => {
    expect(() => schema.contractServiceUnit(row)).toThrow('is no object');
  });
});

describe('rows of Companies', () => {
  const row = {
    id: 0,
    companyName: 'Marmalade Freight',
    isActive: true,
    companyType: 1,
    companyNumber: '',
    taxID: null,
  };

  it('may have id 0 and empty texts', () => {
    expect(schema.company(row)).toEqual({ id: 0, name: 'Marmalade Freight', isActive: true, companyType: 1 });
  });

  it('take 1 and 0 for a flag, and nothing else', () => {
    expect(schema.company({ ...row, isActive: 0 }).isActive).toBe(false);
    expect(() => schema.company({ ...row, isActive: 'yes' })).toThrow('Company 0: isActive is no flag');
  });

  it('need a name', () => {
    expect(() => schema.company({ ...row, companyName: '' })).toThrow('Company 0: companyName is missing');
  });
});

describe('rows of Contracts', () => {
  const row = {
    id: 7,
    companyID: 0,
    contractName: 'Cloud',
    contractNumber: null,
    contractType: 7,
    contractPeriodType: 2,
    status: 1,
    startDate: '2027-01-01T00:00:00Z',
    endDate: '2027-12-31T00:00:00Z',
  };

  it('are active by status 1', () => {
    expect(schema.contract(row)).toEqual({
      id: 7,
      companyId: 0,
      name: 'Cloud',
      contractType: 7,
      periodType: 2,
      isActive: true,
      startDate: '2027-01-01',
      endDate: '2027-12-31',
    });
    expect(schema.contract({ ...row, status: 0 }).isActive).toBe(false);
  });

  it('of other types have no period', () => {
    expect(schema.contract({ ...row, contractType: 1, contractPeriodType: null }).periodType).toBeUndefined();
    expect(schema.contract({ ...row, contractPeriodType: 1 }).periodType).toBeUndefined();
    expect(schema.contract({ ...row, contractPeriodType: '5' }).periodType).toBe(5);
  });
});

describe('rows of Services', () => {
  const row = { id: 5, name: 'Example Office Basic', periodType: 2, isActive: true, unitPrice: 12.3456 };

  it('keep four places and tolerate a tenant without the younger fields', () => {
    expect(schema.service({ ...row, lastModifiedDate: '2027-01-02T08:52:54.023Z', unitCost: 0 })).toEqual({
      id: 5,
      name: 'Example Office Basic',
      periodType: 2,
      isActive: true,
      unitPrice: '12.3456',
      unitCost: '0',
      lastModifiedDate: '2027-01-02T08:52:54.023Z',
    });
  });

  it.each([
    ['2027-01-02T08:52:54', '2027-01-02T08:52:54.000Z'],
    ['2027-01-02T08:52:54Z', '2027-01-02T08:52:54.000Z'],
    ['2027-01-02T10:52:54+02:00', '2027-01-02T08:52:54.000Z'],
  ])('read the instant %s as UTC', (text, instant) => {
    expect(schema.service({ ...row, lastModifiedDate: text }).lastModifiedDate).toBe(instant);
  });

  it('refuse an instant that is none', () => {
    expect(() => schema.service({ ...row, lastModifiedDate: 'yesterday' })).toThrow('lastModifiedDate is no instant');
  });
});

describe('other rows', () => {
  it('a charge without isBilled is not billed, and text fields stay as sent', () => {
    const row = { id: 1, contractID: 7, name: 'Setup', datePurchased: '2027-01-01', unitQuantity: 1, unitPrice: -0.05 };
    expect(schema.contractCharge({ ...row, internalPurchaseOrderNumber: 'SO1:setup:ab:2027-01-01' })).toEqual({
      id: 1,
      contractId: 7,
      name: 'Setup',
      datePurchased: '2027-01-01',
      unitQuantity: '1',
      unitPrice: '-0.05',
      internalPurchaseOrderNumber: 'SO1:setup:ab:2027-01-01',
      isBilled: false,
    });
    expect(() => schema.contractCharge({ ...row, name: 3 })).toThrow('ContractCharge 1: name is no text');
  });

  it('a billing code without use type matches no use type', () => {
    const row = { id: 1, name: 'Cloud', isActive: true, useType: null };
    expect(schema.billingCode(row)).toEqual({ id: 1, name: 'Cloud', useType: 0, isActive: true });
  });

  it('a price that follows the internal one has none of its own', () => {
    const row = { id: 1, serviceID: 5, currencyID: 2, usesInternalCurrencyPrice: true, unitPrice: null };
    expect(schema.priceListService(row)).toEqual({
      id: 1,
      serviceId: 5,
      currencyId: 2,
      usesInternalCurrencyPrice: true,
    });
  });
});
