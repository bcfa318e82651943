import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { known } from './entity-table.js';
import { TestClient } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.stop());
afterEach(async () => {
  await client.control('PUT', '/behaviour', {
    dateFormat: 'seconds',
    stringCompare: 'insensitive',
    unknownOperator: 'refuse',
    newServiceFields: 'present',
  });
});

const query = (entity: string, body: object, userId?: string) => client.post(`${entity}/query`, body, userId);
const eq = (field: string, value: unknown) => ({ op: 'eq', field, value });
const namesOf = async (...filter: unknown[]) =>
  (await client.rows('Companies', ...filter)).map((row) => row.companyName);
const errorOf = async (entity: string, body: object) => {
  const answer = await query(entity, body);
  expect(answer.status).toBe(500);
  return answer.body.errors;
};

describe('what a query must contain', () => {
  it.each([{}, { filter: [] }, { filter: null }, { filter: { op: 'exist', field: 'id' } }])(
    'rule 10: refuses %j',
    async (body) => {
      expect(await errorOf('Companies', body)).toHaveLength(1);
    },
  );

  it.each([0, 501, -1, 1.5, 'many'])('rule 10: refuses MaxRecords %s', async (MaxRecords) => {
    const errors = await errorOf('Companies', { MaxRecords, filter: [eq('id', 0)] });
    expect(errors).toEqual(['maxCountOfRecordsToReturn must be between 1 and 500']);
  });

  it('rule 11: names an unknown field, key or projected field', async () => {
    const text = (name: string) => [`Unable to find ${name} in the Company Entity.`];
    expect(await errorOf('Companies', { filter: [eq('nickname', 'x')] })).toEqual(text('nickname'));
    expect(await errorOf('Companies', { filter: [eq('id', 0)], sortBy: 'id' })).toEqual(text('sortBy'));
    expect(await errorOf('Companies', { filter: [eq('id', 0)], IncludeFields: ['id', 'nickname'] })).toEqual(
      text('nickname'),
    );
    expect(await errorOf('ContractServices', { filter: [eq('units', 1)] })).toEqual([
      'Unable to find units in the ContractService Entity.',
    ]);
  });

  it('rule 12: refuses a field that cannot be queried but returns it', async () => {
    await client.control('POST', '/rows', { collection: 'companies', row: { id: 101, sicCode: '4711' } });
    expect(await errorOf('Companies', { filter: [eq('sicCode', '4711')] })).toEqual([
      'The field sicCode of the Company Entity cannot be queried.',
    ]);
    expect((await client.get('Companies/101')).body.item.sicCode).toBe('4711');
  });

  it('refuses a value of the wrong type', async () => {
    expect(await errorOf('Companies', { filter: [eq('companyType', 'material')] })).toEqual([
      "Conversion failed when converting varchar 'material' to data type int",
    ]);
    expect(await errorOf('Companies', { filter: [eq('isActive', null)] })).toHaveLength(1);
    expect(await errorOf('Contracts', { filter: [eq('startDate', 'soon')] })).toHaveLength(1);
    expect(await errorOf('Companies', { filter: [{ op: 'contains', field: 'companyType', value: 1 }] })).toHaveLength(
      1,
    );
    expect(await errorOf('Companies', { filter: [{ op: 'in', field: 'id', value: 101 }] })).toHaveLength(1);
  });

  it('refuses an unknown operator, or matches everything where the switch says so', async () => {
    const misspelt = { filter: [{ op: 'equals', field: 'id', value: 101 }] };
    expect(await errorOf('Companies', misspelt)).toEqual(['The operator equals is not supported.']);
    await client.behaviour({ unknownOperator: 'allRows' });
    expect((await query('Companies', misspelt)).body.items.length).toBeGreaterThan(30);
  });

  it('refuses more than 500 OR conditions and more than 500 values in a list', async () => {
    const conditions = (count: number) => ({
      filter: [{ op: 'or', items: Array.from({ length: count }, (_, at) => eq('id', at)) }],
    });
    expect(await errorOf('Companies', conditions(501))).toEqual([
      "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.",
    ]);
    expect((await query('Companies', conditions(500))).status).toBe(200);
    const value = Array.from({ length: 501 }, (_, at) => at);
    expect(await errorOf('Companies', { filter: [{ op: 'in', field: 'id', value }] })).toHaveLength(1);
  });
});

describe('what a filter matches', () => {
  it('rule 13: ANDs the conditions of the top level', async () => {
    expect(await namesOf(eq('companyType', 1), eq('companyNumber', 'C00002'))).toEqual(['Juniper Bakery']);
    expect(await namesOf(eq('companyType', 7), eq('companyNumber', 'C00002'))).toEqual([]);
  });

  it('rule 13: nests and/or', async () => {
    const found = await namesOf(
      {
        op: 'or',
        items: [
          { op: 'and', items: [eq('companyNumber', 'C00001'), eq('isActive', true)] },
          { op: 'and', items: [eq('companyNumber', 'C00002'), eq('isActive', false)] },
          eq('companyNumber', 'C00003'),
        ],
      },
      eq('companyType', 1),
    );
    expect(found).toEqual(['Marmalade Freight', 'Lantern Dental']);
  });

  it('rule 13: takes names of fields, keys and operators in any case', async () => {
    const answer = await query('Companies', {
      FILTER: [{ OP: 'EQ', Field: 'COMPANYNUMBER', Value: 'C00001' }],
      includefields: ['COMPANYNAME'],
      maxrecords: 5,
    });
    expect(answer.body.items).toEqual([{ companyName: 'Marmalade Freight' }]);
    expect(answer.body.pageDetails.requestCount).toBe(5);
  });

  it('rule 13: compares text without regard to case, or with it where the switch says so', async () => {
    expect(await namesOf(eq('companyName', 'MARMALADE freight'))).toEqual(['Marmalade Freight']);
    expect((await client.rows('Services', eq('sku', 'ex-ofb-m'))).map((row) => row.id)).toEqual([1]);
    await client.behaviour({ stringCompare: 'sensitive' });
    expect(await namesOf(eq('companyName', 'MARMALADE freight'))).toEqual([]);
    expect(await client.rows('Services', eq('sku', 'ex-ofb-m'))).toEqual([]);
    expect(await namesOf(eq('companyName', 'Marmalade Freight'))).toHaveLength(1);
  });

  it.each([
    [{ op: 'beginsWith', field: 'companyName', value: 'marm' }, ['Marmalade Freight', 'Marmalade Films']],
    [{ op: 'endsWith', field: 'companyName', value: 'FREIGHT' }, ['Marmalade Freight', 'Fern Freight']],
    [{ op: 'contains', field: 'companyName', value: 'rmalade fr' }, ['Marmalade Freight']],
    [{ op: 'in', field: 'companyNumber', value: ['C00001', 'C00003'] }, ['Marmalade Freight', 'Lantern Dental']],
    [{ op: 'notExist', field: 'companyNumber' }, ['Example Reseller', 'Example Distribution']],
    [{ op: 'lt', field: 'id', value: 101 }, ['Example Reseller', 'Example Distribution']],
    [{ op: 'lte', field: 'id', value: '101' }, ['Example Reseller', 'Example Distribution', 'Marmalade Freight']],
    [eq('id', 0), ['Example Reseller']],
  ])('answers %j', async (condition, names) => {
    expect(await namesOf(condition)).toEqual(names);
  });

  it('keeps empty fields out of everything but notExist', async () => {
    const total = (await namesOf({ op: 'gte', field: 'id', value: 0 })).length;
    expect(await namesOf({ op: 'exist', field: 'companyNumber' })).toHaveLength(total - 2);
    expect(await namesOf({ op: 'noteq', field: 'companyNumber', value: 'C00001' })).toHaveLength(total - 3);
    expect(await namesOf({ op: 'notIn', field: 'companyNumber', value: ['C00001'] })).toHaveLength(total - 3);
    expect(await namesOf(eq('companyNumber', null))).toEqual([]);
    expect(await namesOf({ op: 'noteq', field: 'companyNumber', value: null })).toEqual([]);
  });

  it('compares dates as days, with or without a time', async () => {
    const starts = async (op: string, value: string) => {
      const rows = await client.rows('ContractServiceUnits', eq('contractID', 1), { op, field: 'startDate', value });
      return rows.map((row) => row.startDate.slice(0, 10));
    };
    expect(await starts('eq', '2027-03-01')).toEqual(['2027-03-01']);
    expect(await starts('eq', '2027-03-01T00:00:00.000Z')).toEqual(['2027-03-01']);
    expect(await starts('lte', '2026-10-01')).toEqual(['2026-09-01', '2026-10-01']);
    expect(await starts('lt', '2026-10-01T00:00:00')).toEqual(['2026-09-01']);
    expect(await starts('lt', '2026-10-01T08:00:00Z')).toEqual(['2026-09-01', '2026-10-01']);
  });

  it('finds rows by one user-defined field and refuses two', async () => {
    const userDefinedFields = [{ name: 'Marketplace Customer', value: 'MP-1' }];
    await client.patch('Companies', { id: 103, userDefinedFields });
    const udf = (field: string, value: string) => ({ op: 'eq', field, value, udf: true });
    expect(await namesOf(udf('marketplace customer', 'MP-1'))).toEqual(['Lantern Dental']);
    const both = { filter: [udf('Marketplace Customer', 'MP-1'), udf('Account Note', 'x')] };
    expect(await errorOf('Companies', both)).toEqual(['A query can contain only one user-defined field.']);
    expect(await errorOf('Companies', { filter: [udf('Nickname', 'x')] })).toEqual([
      'Unable to find Nickname in the Company Entity.',
    ]);
  });

  it('counts by GET and by POST', async () => {
    const filter = [{ op: 'gt', field: 'id', value: 100 }];
    expect((await client.post('Companies/query/count', { filter })).body).toEqual({ queryCount: 42 });
    const search = encodeURIComponent(JSON.stringify({ filter }));
    expect((await client.get(`Companies/query/count?search=${search}`)).body).toEqual({ queryCount: 42 });
  });
});

describe('paging', () => {
  const filter = [{ op: 'gt', field: 'id', value: 100 }];

  it('rule 14: sorts by id and follows a chain begun by POST with the same body', async () => {
    const body = { MaxRecords: 20, filter };
    const ids: number[] = [];
    let answer = await query('Companies', body);
    expect(answer.body.pageDetails).toMatchObject({ count: 20, requestCount: 20, prevPageUrl: null });
    for (;;) {
      ids.push(...answer.body.items.map((row: { id: number }) => row.id));
      const next: string | null = answer.body.pageDetails.nextPageUrl;
      if (next === null) break;
      expect(next.startsWith(`${client.sandbox.origin}/ATServicesRest/V1.0/Companies/query/next?paging=%7B`)).toBe(
        true,
      );
      answer = await client.call('POST', next, body);
      expect(answer.status).toBe(200);
    }
    expect(answer.body.pageDetails.count).toBe(2);
    expect(ids).toEqual(Array.from({ length: 42 }, (_, at) => 101 + at));
  });

  it('rule 14: refuses GET, and an empty body, in a chain begun by POST', async () => {
    const { nextPageUrl } = (await query('Companies', { MaxRecords: 20, filter })).body.pageDetails;
    expect(await client.call('GET', nextPageUrl)).toMatchObject({
      status: 405,
      body: { Message: "The requested resource does not support http method 'GET'." },
    });
    expect((await client.call('POST', nextPageUrl)).status).toBe(500);
    expect((await client.call('POST', nextPageUrl, {})).status).toBe(500);
  });

  it('rule 14: follows a chain begun by GET by GET, forwards and back', async () => {
    const search = encodeURIComponent(JSON.stringify({ MaxRecords: 20, filter }));
    const first = (await client.get(`Companies/query?search=${search}`)).body;
    const second = (await client.get(first.pageDetails.nextPageUrl)).body;
    expect(second.items[0]!.id).toBe(121);
    expect((await client.call('POST', first.pageDetails.nextPageUrl, { filter })).status).toBe(405);
    const third = (await client.get(second.pageDetails.nextPageUrl)).body;
    expect(third.pageDetails).toMatchObject({ count: 2, nextPageUrl: null });
    const back = (await client.get(third.pageDetails.prevPageUrl)).body;
    expect(back.items).toEqual(second.items);
    const start = (await client.get(back.pageDetails.prevPageUrl)).body;
    expect(start.items).toEqual(first.items);
    expect(start.pageDetails.prevPageUrl).toBeNull();
  });

  it('shows rows created meanwhile at the end, and refuses an address that was tampered with', async () => {
    const body = { MaxRecords: 40, filter };
    const { nextPageUrl } = (await query('Companies', body)).body.pageDetails;
    const created = await client.post('Companies', {
      companyName: 'Example Latecomer',
      companyType: 1,
      ownerResourceID: 10,
      phone: '1',
    });
    const next = (await client.call('POST', nextPageUrl, body)).body;
    expect(next.items.at(-1)?.id).toBe(created.body.itemId);
    await client.control('DELETE', '/rows', { collection: 'companies', id: created.body.itemId });
    expect((await client.call('POST', `${nextPageUrl.split('?')[0]!}?paging=nonsense`, body)).status).toBe(500);
    expect((await client.call('POST', nextPageUrl.split('?')[0]!, body)).status).toBe(500);
  });

  it('pages child lists by GET', async () => {
    const list = (await client.get('Contracts/1/ServiceUnits')).body;
    expect(list.pageDetails).toEqual({ count: 24, requestCount: 500, prevPageUrl: null, nextPageUrl: null });
    expect(list.items.every((row: { contractID: number }) => row.contractID === 1)).toBe(true);
    const paging = encodeURIComponent(JSON.stringify({ pageSize: 10, previousIds: [], nextIds: [list.items[1]!.id] }));
    const page = (await client.get(`Contracts/1/ServiceUnits/next?paging=${paging}`)).body;
    expect(page.items.map((row: { id: number }) => row.id)).toEqual(
      list.items.slice(2, 12).map((row: { id: number }) => row.id),
    );
    expect((await client.get(page.pageDetails.nextPageUrl)).body.items[0]?.id).toBe(list.items[12]!.id);
    expect((await client.get('Contracts/999999/Services')).body.items).toEqual([]);
  });
});

describe('single rows and their shape', () => {
  it.each(['Companies/999999', 'Contracts/1/Services/999999', 'Contracts/2/Services/1'])(
    'rule 15: answers 200 with null to %s',
    async (path) => {
      expect(await client.get(path)).toMatchObject({ status: 200, body: { item: null } });
    },
  );

  it('rule 15: gives a child below its own parent', async () => {
    expect((await client.get('Contracts/1/Services/1')).body.item).toMatchObject({ id: 1, contractID: 1 });
  });

  it.each(['Companies', 'Contracts', 'ContractServices', 'ContractServiceUnits', 'Services', 'Contacts', 'Resources'])(
    'rule 16: gives every model field of %s, nulls included',
    async (name) => {
      const row = await client.row(name, { op: 'gt', field: 'id', value: 0 });
      const own = [...known(name).fields.map((field) => field.name), 'userDefinedFields'];
      const child = known(name).child ? ['soapParentPropertyId'] : [];
      expect(Object.keys(row).toSorted()).toEqual([...own, ...child].toSorted());
      expect(Object.values(row)).not.toContain(undefined);
    },
  );

  it('rule 16: projects queries with IncludeFields, and single rows never', async () => {
    const body = { filter: [eq('id', 101)], IncludeFields: ['id', 'companyNumber'] };
    expect((await query('Companies', body)).body.items).toEqual([{ id: 101, companyNumber: 'C00001' }]);
    const whole = (await client.get('Companies/101?IncludeFields=id')).body.item;
    expect(whole.companyName).toBe('Marmalade Freight');
  });

  it('rule 17: shows dates without milliseconds, or with them where the switch says so', async () => {
    expect((await client.get('Contracts/1')).body.item.startDate).toBe('2026-09-01T00:00:00Z');
    expect((await client.get('Companies/0')).body.item.createDate).toMatch(/^2027-03-10T09:00:0\d(\.\d{3})?Z$/);
    await client.behaviour({ dateFormat: 'milliseconds' });
    expect((await client.get('Contracts/1')).body.item.startDate).toBe('2026-09-01T00:00:00.000Z');
  });

  it('has the younger catalogue fields, or lacks them where the switch says so', async () => {
    expect((await client.get('Services/1')).body.item.sku).toBe('EX-OFB-M');
    await client.behaviour({ newServiceFields: 'absent' });
    expect((await client.get('Services/1')).body.item).not.toHaveProperty('sku');
    expect(await errorOf('Services', { filter: [eq('externalID', 'x')] })).toEqual([
      'Unable to find externalID in the Service Entity.',
    ]);
    const { fields } = (await client.get('Services/entityInformation/fields')).body;
    expect(fields.map((field: { name: string }) => field.name)).not.toContain('sku');
  });
});

describe('rights', () => {
  it('hides costs from a user who may not see them', async () => {
    expect((await client.get('Services/1')).body.item.unitCost).toBe(4.8);
    const hidden = (await client.get('Services/1', 'api-no-cost')).body.item;
    expect(hidden).toMatchObject({ unitCost: null, unitPrice: 6 });
    const filter = [{ op: 'gt', field: 'unitCost', value: 0 }];
    expect((await query('Services', { filter }, 'api-no-cost')).body.items).toEqual([]);
  });

  it('shows nothing of any organisation to a user outside its line of business', async () => {
    const everything = { filter: [{ op: 'gte', field: 'id', value: 0 }] };
    for (const entity of ['Companies', 'Contacts', 'Contracts', 'ContractServices', 'ContractServiceUnits'])
      expect(await query(entity, everything, 'api-sees-nothing')).toMatchObject({ status: 200, body: { items: [] } });
    expect((await client.get('Companies/0', 'api-sees-nothing')).body).toEqual({ item: null });
    expect((await client.get('Contracts/1/Services', 'api-sees-nothing')).body.items).toEqual([]);
    expect((await query('Services', everything, 'api-sees-nothing')).body.items.length).toBeGreaterThan(10);
  });

  it('refuses an entity the user may not query', async () => {
    const errors = ['The logged in Resource does not have the adequate permissions to query this entity type.'];
    const answers = await Promise.all([
      query('Contracts', { filter: [eq('id', 1)] }, 'api-no-contracts'),
      client.get('Contracts/1', 'api-no-contracts'),
      client.get('Contracts/1/Services', 'api-no-contracts'),
      client.post('Contracts/query/count', { filter: [eq('id', 1)] }, 'api-no-contracts'),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ status: 500, body: { errors } });
    expect((await client.get('Companies/0', 'api-no-contracts')).status).toBe(200);
  });
});

describe('metadata', () => {
  const fieldsOf = async (entity: string) => (await client.get(`${entity}/entityInformation/fields`)).body.fields;
  const fieldOf = async (entity: string, name: string) =>
    (await fieldsOf(entity)).find((field: { name: string }) => field.name === name);

  it('describes fields as the live system does', async () => {
    expect(await fieldOf('Services', 'periodType')).toMatchObject({
      dataType: 'integer',
      length: 0,
      isRequired: true,
      isReadOnly: true,
      isPickList: true,
      picklistValues: [
        { value: '2', label: 'Monthly', isActive: true },
        { value: '3', label: 'Quarterly' },
        { value: '4', label: 'Semi-Annual' },
        { value: '5', label: 'Yearly' },
      ],
    });
    expect(await fieldOf('Contracts', 'companyID')).toMatchObject({
      isRequired: true,
      isReadOnly: true,
      isReference: true,
      referenceEntityType: 'Company',
      picklistValues: null,
    });
    expect(await fieldOf('Companies', 'companyName')).toMatchObject({
      dataType: 'string',
      length: 100,
      isReadOnly: false,
    });
    expect(await fieldOf('Contracts', 'endDate')).toMatchObject({ dataType: 'datetime', isQueryable: true });
    expect(await fieldOf('ContractServiceAdjustments', 'unitChange')).toMatchObject({ isQueryable: false });
  });

  it('has it below a parent too', async () => {
    expect((await client.get('Contracts/1/Services/entityInformation')).body.info.name).toBe('ContractService');
    expect((await client.get('Contracts/1/Services/entityInformation/fields')).body.fields).toEqual(
      await fieldsOf('ContractServices'),
    );
  });

  it('tells what can be done and what this user may do', async () => {
    const info = async (entity: string, userId?: string) =>
      (await client.get(`${entity}/entityInformation`, userId)).body.info;
    expect(await info('BillingCodes')).toMatchObject({ canCreate: false, canUpdate: false, canQuery: true });
    expect(await info('Services')).toMatchObject({ canCreate: true, canDelete: false, userAccessForCreate: 'All' });
    expect(await info('Services', 'api-read-only')).toMatchObject({ canCreate: true, userAccessForCreate: 'None' });
    expect(await info('Contracts', 'api-no-contracts')).toMatchObject({ userAccessForQuery: 'None' });
    expect(await info('ContractServiceAdjustments')).toMatchObject({ canCreate: true, canQuery: false });
    expect(await info('Companies')).toMatchObject({ hasUserDefinedFields: true, supportsWebhookCallouts: true });
    const { body } = await client.get('EntityInformation');
    expect(body.info.map((entry: { name: string }) => entry.name)).toContain('ContractServiceUnit');
  });

  it('lists user-defined fields', async () => {
    const { fields } = (await client.get('Companies/entityInformation/userDefinedFields')).body;
    expect(fields.map((field: { name: string }) => field.name)).toEqual(['Marketplace Customer', 'Account Note']);
    expect((await client.get('Services/entityInformation/userDefinedFields')).body.fields).toEqual([]);
  });

  it('answers Version and Modules', async () => {
    expect((await client.get('Version')).status).toBe(200);
    expect((await client.get('Modules')).body.modules).toContainEqual({ name: 'Contracts', isActive: true });
  });
});
