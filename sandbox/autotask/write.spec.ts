import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.stop());
beforeEach(() => client.reset());

const company = { companyName: 'Example New', companyType: 1, ownerResourceID: 10, phone: '+00 1' };
const service = { name: 'Example Cloud Drive (monthly)', unitPrice: 7.5, periodType: 2, billingCodeID: 501 };
const itemOf = async (path: string) => (await client.get(path)).body.item;
const refusal = async (answer: Promise<{ status: number; body: { errors: string[] } }>) => {
  const { status, body } = await answer;
  expect(status).toBe(500);
  return body.errors;
};

describe('answers of writes', () => {
  it('rule 18: answers 200 with the id to create, PATCH, PUT and DELETE', async () => {
    const created = await client.post('Companies/101/Contacts', { firstName: 'Kim', lastName: 'New', isActive: 1 });
    expect(created).toMatchObject({ status: 200, body: { itemId: expect.any(Number) } });
    const id = created.body.itemId;
    const changed = await client.patch('Companies/101/Contacts', { id, title: 'Buyer' });
    expect(changed).toMatchObject({ status: 200, body: { itemId: id } });
    const put = { id, firstName: 'Kim', lastName: 'Renamed', isActive: 1 };
    expect(await client.call('PUT', 'Companies/101/Contacts', put)).toMatchObject({
      status: 200,
      body: { itemId: id },
    });
    const removed = await client.call('DELETE', `Companies/101/Contacts/${id}`);
    expect(removed).toMatchObject({ status: 200, body: { itemId: id } });
    expect(await itemOf(`Contacts/${id}`)).toBeNull();
  });

  it('rule 18: answers an adjustment without an id', async () => {
    const line = await client.line(await client.contract());
    expect(await client.adjust(line, '2027-01-01', 1)).toMatchObject({ status: 200, body: { itemId: null } });
  });

  it('gives ids that grow and are not used twice', async () => {
    const add = async () => (await client.post('Companies', company)).body.itemId;
    const first = await add();
    expect(await add()).toBe(first + 1);
    await client.control('DELETE', '/rows', { collection: 'companies', id: first + 1 });
    expect(await add()).toBe(first + 2);
  });

  it('fills what the server knows, and takes property names in any case and numbers as text', async () => {
    const sent = { COMPANYNAME: 'Example Case', companytype: '1', OwnerResourceId: 10, Phone: 5, id: 0, unknown: 1 };
    const { body } = await client.post('Companies', sent);
    expect(await itemOf(`Companies/${body.itemId}`)).toMatchObject({
      companyName: 'Example Case',
      phone: '5',
      isActive: true,
      currencyID: 1,
      createdByResourceID: 20,
      createDate: expect.stringContaining('2027-03-10T09:00'),
    });
  });

  it('leaves the currency of a new company empty where the switch says so', async () => {
    await client.behaviour({ defaultCompanyCurrency: 'empty' });
    const { body } = await client.post('Companies', company);
    expect((await itemOf(`Companies/${body.itemId}`)).currencyID).toBeNull();
  });
});

describe('what is checked', () => {
  it.each(['companyName', 'companyType', 'ownerResourceID', 'phone'])('rule 19: demands %s', async (name) => {
    const errors = await refusal(client.post('Companies', { ...company, [name]: null }));
    expect(errors).toEqual([`Missing Required Field: ${name}`]);
  });

  it.each(['name', 'unitPrice', 'periodType', 'billingCodeID'])('rule 19: demands %s of a service', async (name) => {
    const body: Record<string, unknown> = { ...service };
    delete body[name];
    expect(await refusal(client.post('Services', body))).toEqual([`Missing Required Field: ${name}`]);
  });

  it('rule 19: names a bad picklist value', async () => {
    expect(await refusal(client.post('Services', { ...service, periodType: 6 }))).toEqual([
      'Picklist value [6] does not exist for periodType',
    ]);
    expect(await refusal(client.patch('Contracts', { id: 1, status: 3 }))).toEqual([
      'Picklist value [3] does not exist for status',
    ]);
  });

  it.each([
    ['Companies', { ...company, ownerResourceID: 999 }, 'ownerResourceID', 'Resource'],
    ['Companies', { ...company, currencyID: 3 }, 'currencyID', 'Currency'], // exists, but is not active
    ['Companies', { ...company, ownerResourceID: 20 }, 'ownerResourceID', 'Resource'], // an API user owns nothing
    ['Companies', { ...company, taxRegionID: 1 }, 'taxRegionID', 'TaxRegion'],
    ['Services', { ...service, billingCodeID: 503 }, 'billingCodeID', 'BillingCode'], // inactive
    ['Services', { ...service, billingCodeID: 401 }, 'billingCodeID', 'BillingCode'], // not for recurring services
    ['Services', { ...service, vendorCompanyID: 999_999 }, 'vendorCompanyID', 'Company'],
  ])('rule 19: refuses in %s %j the reference %s', async (path, body, field, type) => {
    expect(await refusal(client.post(path, body))).toEqual([
      `Reference value on field: ${field} of type: ${type} does not exist or is invalid.`,
    ]);
  });

  it('keeps a reference that has become invalid when other fields change', async () => {
    const { body } = await client.post('Services', service);
    await client.control('POST', '/rows', { collection: 'billingCodes', row: { id: 501, isActive: false } });
    expect((await client.patch('Services', { id: body.itemId, description: 'x' })).status).toBe(200);
  });

  it('rule 22: keeps service names unique, in any case', async () => {
    const taken = { ...service, name: 'example OFFICE basic (monthly)' };
    const text =
      "Violation of UNIQUE KEY constraint 'IX_service'. Cannot insert duplicate key in object 'dbo.Service'. " +
      'The duplicate key value is (example OFFICE basic (monthly)).';
    const errors = [text, 'Error updating database for new entity records.'];
    expect(await refusal(client.post('Services', taken))).toEqual(errors);
    expect(await refusal(client.patch('Services', { id: 2, name: taken.name }))).toEqual(errors);
    expect((await client.patch('Services', { id: 1, name: 'Example Office Basic (monthly)' })).status).toBe(200);
  });

  it('rule 23: refuses text beyond the length in the metadata', async () => {
    expect((await client.post('Services', { ...service, name: 'n'.repeat(150) })).status).toBe(200);
    expect(await refusal(client.post('Services', { ...service, name: 'n'.repeat(151) }))).toHaveLength(1);
    expect(await refusal(client.patch('Services', { id: 1, sku: 's'.repeat(51) }))).toHaveLength(1);
  });

  it.each([
    { companyType: 'one' },
    { companyType: 1.5 },
    { isActive: 'perhaps' },
    { assetValue: 'much' },
    { phone: {} },
  ])('refuses the value in %j', async (changes) => {
    const errors = await refusal(client.post('Companies', { ...company, ...changes }));
    expect(errors[0]).toContain('Error converting value');
  });

  it('wants the further service field that a tenant requires (switch requiredServiceField)', async () => {
    await client.behaviour({ requiredServiceField: 'sku' });
    expect(await refusal(client.post('Services', service))).toEqual(['Missing Required Field: sku']);
    const { fields } = (await client.get('Services/entityInformation/fields')).body;
    expect(fields.find((field: { name: string }) => field.name === 'sku')?.isRequired).toBe(true);
    expect((await client.post('Services', { ...service, sku: 'EX-DRV' })).status).toBe(200);
  });
});

describe('changing rows', () => {
  it('rule 20: passes over read-only and create-only fields in a PATCH', async () => {
    const before = await itemOf('Contracts/1');
    const patch = {
      id: 1,
      companyID: 101,
      contractType: 1,
      lastModifiedDateTime: '2020-01-01',
      description: 'changed',
    };
    expect((await client.patch('Contracts', patch)).status).toBe(200);
    const after = await itemOf('Contracts/1');
    const { description, lastModifiedDateTime, ...same } = after;
    expect(description).toBe('changed');
    expect(lastModifiedDateTime).not.toContain('2020');
    expect(before).toMatchObject(same);
  });

  it('rule 20: refuses them where the switch says so, unless they keep their value', async () => {
    await client.behaviour({ readOnlyPatch: 'refuse' });
    expect(await refusal(client.patch('Contracts', { id: 1, companyID: 101 }))).toEqual([
      'The field companyID is read-only and cannot be changed.',
    ]);
    const { companyID } = await itemOf('Contracts/1');
    expect((await client.patch('Contracts', { id: 1, companyID, description: 'ok' })).status).toBe(200);
    const lineOfContract = { id: 1, contractID: 1, invoiceDescription: 'Seats' };
    expect((await client.patch('Contracts/1/Services', lineOfContract)).status).toBe(200);
  });

  it('rule 21: PATCH changes only what was sent, and null clears', async () => {
    await client.patch('Companies', { id: 101, city: null });
    expect(await itemOf('Companies/101')).toMatchObject({ city: null, address1: '1 Example Street' });
    expect(await refusal(client.patch('Companies', { id: 101, companyName: null }))).toEqual([
      'Missing Required Field: companyName',
    ]);
  });

  it('rule 21: PUT clears what was not sent', async () => {
    expect((await client.call('PUT', 'Companies', { ...company, id: 101 })).status).toBe(200);
    const row = await itemOf('Companies/101');
    expect(row).toMatchObject({ companyName: 'Example New', city: null, companyNumber: null, currencyID: null });
    expect(row.createDate).not.toBeNull();
    const { phone, ...incomplete } = company;
    expect(phone).not.toBeNull();
    expect(await refusal(client.call('PUT', 'Companies', { ...incomplete, id: 101 }))).toEqual([
      'Missing Required Field: phone',
    ]);
  });

  it('refuses a row that does not exist, below another parent, or without an id', async () => {
    const none =
      'No message. No matching records found. The logged in Resource may not have the required permissions to update the data.';
    expect(await refusal(client.patch('Companies', { id: 999_999, city: 'x' }))).toEqual([none]);
    expect(await refusal(client.patch('Contracts/2/Services', { id: 1, invoiceDescription: 'x' }))).toEqual([none]);
    expect(await refusal(client.patch('Companies', { city: 'x' }))).toEqual(['Missing Required Field: id']);
  });

  it('writes only the user-defined fields that were named', async () => {
    const udf = (name: string, value: string | null) => ({ userDefinedFields: [{ name, value }] });
    await client.patch('Companies', { id: 101, ...udf('Marketplace Customer', 'MP-1') });
    await client.patch('Companies', { id: 101, ...udf('account note', 'hello') });
    expect((await itemOf('Companies/101')).userDefinedFields).toEqual([
      { name: 'Marketplace Customer', value: 'MP-1' },
      { name: 'Account Note', value: 'hello' },
    ]);
    expect(await refusal(client.patch('Companies', { id: 101, ...udf('Nickname', 'x') }))).toHaveLength(1);
  });

  it('moves the stamp that delta polling relies on', async () => {
    await client.control('PUT', '/clock', { now: '2027-03-11T10:00:00Z' });
    await client.patch('Services', { id: 3, description: 'changed' });
    const filter = { op: 'gt', field: 'lastModifiedDate', value: '2027-03-11T00:00:00Z' };
    expect((await client.rows('Services', filter)).map((row) => row.id)).toEqual([3]);
    await client.control('PUT', '/clock', { now: '2027-03-10T09:00:00Z' });
  });

  it('keeps one primary location per company', async () => {
    const created = await client.post('Companies/101/Locations', { name: 'Branch', isPrimary: true });
    const rows = await client.rows('CompanyLocations', { op: 'eq', field: 'companyID', value: 101 });
    expect(rows.filter((row) => row.isPrimary).map((row) => row.id)).toEqual([created.body.itemId]);
  });
});

describe('what cannot be written', () => {
  it.each([
    ['POST', 'BillingCodes', 404],
    ['PATCH', 'BillingCodes', 404],
    ['DELETE', 'BillingCodes/501', 405],
    ['POST', 'ContractServiceUnits', 404],
    ['PATCH', 'ContractServiceUnits', 404],
    ['POST', 'Contracts/1/ServiceUnits', 405],
    ['POST', 'BillingItems', 405],
    ['DELETE', 'BillingItems/1', 405],
  ])('rule 24: answers %s %s with %i', async (method, path, status) => {
    const answer = await client.call(method, path, method === 'DELETE' ? undefined : { id: 501, name: 'x' });
    expect(answer.status).toBe(status);
    expect(answer.body.Message).toBeTypeOf('string');
  });

  it('rule 24: changes nothing of a billing item but webServiceDate', async () => {
    await client.approve('2027-03-01', { contractId: 1 });
    const patch = { id: 1, webServiceDate: '2027-03-05T10:00:00Z', totalAmount: 0 };
    expect((await client.patch('BillingItems', patch)).status).toBe(200);
    expect(await itemOf('BillingItems/1')).toMatchObject({ webServiceDate: '2027-03-05T10:00:00Z', totalAmount: 60 });
  });

  it('refuses to delete a missing row with the known text', async () => {
    expect(await refusal(client.call('DELETE', 'Companies/101/Contacts/999999'))).toEqual([
      'No message. No matching records found. The logged in Resource may not have the required permissions to delete the data.',
    ]);
  });

  it('refuses writes the user has no right to', async () => {
    const text = (action: string) => [
      `The logged in Resource does not have the adequate permissions to ${action} this entity type.`,
    ];
    expect(await refusal(client.post('Services', service, 'api-read-only'))).toEqual(text('create'));
    expect(await refusal(client.patch('Services', { id: 1, unitPrice: 1 }, 'api-read-only'))).toEqual(text('update'));
    expect(await refusal(client.post('ServiceBundles', { name: 'Example Bundle' }))).toEqual(text('create'));
  });

  it('passes over costs of a user who may not see them', async () => {
    const { body } = await client.post('Services', { ...service, unitCost: 5 }, 'api-no-cost');
    expect(await itemOf(`Services/${body.itemId}`)).toMatchObject({ unitCost: null, unitPrice: 7.5 });
    await client.patch('Services', { id: 1, unitCost: 1 }, 'api-no-cost');
    expect((await itemOf('Services/1')).unitCost).toBe(4.8);
  });

  it('does not let a user write to organisations it does not see', async () => {
    expect(await refusal(client.patch('Companies', { id: 101, city: 'x' }, 'api-sees-nothing'))).toHaveLength(1);
    const errors = await refusal(
      client.post('Companies/101/Contacts', { firstName: 'a', lastName: 'b', isActive: 1 }, 'api-sees-nothing'),
    );
    expect(errors).toEqual(['Reference value on field: companyID of type: Company does not exist or is invalid.']);
  });
});

describe('the catalogue', () => {
  it('adds a price list row per active currency with every service', async () => {
    const { body } = await client.post('Services', { ...service, unitCost: 5 });
    const rows = await client.rows('PriceListServices', { op: 'eq', field: 'serviceID', value: body.itemId });
    expect(rows.map((row) => [row.currencyID, row.usesInternalCurrencyPrice, row.unitPrice])).toEqual([
      [1, true, null],
      [2, true, null],
    ]);
    expect((await itemOf(`Services/${body.itemId}`)).markupRate).toBe(50);
  });

  it('demands a price list price unless the internal price holds', async () => {
    const row = await client.row('PriceListServices', { op: 'eq', field: 'serviceID', value: 1 });
    expect(await refusal(client.patch('PriceListServices', { id: row.id, usesInternalCurrencyPrice: false }))).toEqual([
      'Missing Required Field: unitPrice',
    ]);
    const priced = { id: row.id, usesInternalCurrencyPrice: false, unitPrice: 8 };
    expect((await client.patch('PriceListServices', priced)).status).toBe(200);
    await client.patch('PriceListServices', { id: row.id, usesInternalCurrencyPrice: true });
    expect((await itemOf(`PriceListServices/${row.id}`)).unitPrice).toBeNull();
  });

  it('keeps one price list row per service and currency, which is changed and never added or moved', async () => {
    const rows = await client.rows('PriceListServices', { op: 'eq', field: 'serviceID', value: 1 });
    const [row, other] = [rows[0]!, rows[1]!];
    expect((await client.post('PriceListServices', { serviceID: 1, currencyID: 2, unitPrice: 9 })).status).not.toBe(
      200,
    );
    const moved = { id: row.id, serviceID: 2, currencyID: other.currencyID, usesInternalCurrencyPrice: true };
    expect((await client.patch('PriceListServices', moved)).status).toBe(200);
    expect(await itemOf(`PriceListServices/${row.id}`)).toMatchObject({ serviceID: 1, currencyID: row.currencyID });
  });

  it('refuses price lists where the tenant has no multi-currency', async () => {
    const row = await client.row('PriceListServices', { op: 'eq', field: 'serviceID', value: 1 });
    await client.behaviour({ multiCurrency: 'off' });
    const change = { id: row.id, usesInternalCurrencyPrice: false, unitPrice: 8 };
    expect(await refusal(client.patch('PriceListServices', change))).toHaveLength(1);
    await client.behaviour({ multiCurrency: 'on' });
    expect((await client.patch('PriceListServices', change)).status).toBe(200);
  });

  it('changes an exchange rate, but not to nothing', async () => {
    expect((await client.patch('Currencies', { id: 2, exchangeRate: 0.912345 })).status).toBe(200);
    expect((await itemOf('Currencies/2')).exchangeRate).toBe(0.912345);
    expect(await refusal(client.patch('Currencies', { id: 2, exchangeRate: 0 }))).toHaveLength(1);
  });
});
