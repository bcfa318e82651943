import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startMappingTest, type MappingTest } from './mapping-support.js';

/** What both sides hold of one fictional firm; whatever is not named differs or is empty. */
interface Twin {
  what: string;
  reason: string;
  customer: { name: string; mail?: string; fields?: Record<string, unknown> };
  company: { companyName: string; [field: string]: unknown };
  /** Both values as they are written. */
  values: [string, string];
}

const TWINS: Twin[] = [
  {
    what: 'a shared id',
    reason: 'SAME_EXTERNAL_ID',
    customer: { name: 'Zorvane Freight', fields: { externalId: 'K-7701' } },
    company: { companyName: 'Zorvane Freigth Services', companyNumber: 'k7701' },
    values: ['K-7701', 'k7701'],
  },
  {
    what: 'a tax number',
    reason: 'SAME_TAX_NUMBER',
    customer: { name: 'Quillbury Tiles', fields: { taxRegId: 'DE345678912' } },
    company: { companyName: 'Quilbury Tile Works', taxID: 'DE 345 678 912' },
    values: ['DE345678912', 'DE 345 678 912'],
  },
  {
    what: 'an e-mail domain that is the web domain',
    reason: 'SAME_DOMAIN',
    customer: { name: 'Marmalade Rafting', mail: 'robin@marmalade-rafting.example' },
    company: { companyName: 'Marmalade Raftng Tours', webAddress: 'https://www.marmalade-rafting.example/tours' },
    values: ['marmalade-rafting.example', 'https://www.marmalade-rafting.example/tours'],
  },
  {
    what: 'a name that is only written otherwise',
    reason: 'ALIKE_NAME',
    customer: { name: 'Teapot & Thistle Ltd' },
    company: { companyName: 'TEAPOT AND THISTLE LIMITED' },
    values: ['Teapot & Thistle Ltd', 'TEAPOT AND THISTLE LIMITED'],
  },
];
const customerId = (index: number): string => `R-${index}`;
const companyId = (index: number): number => 9201 + index;

let t: MappingTest;
const suggestion = async (index: number): Promise<any> =>
  (await t.viewer.get(t.path('customers/suggestions?pageSize=200'))).body.items.find(
    (one: any) => one.customerId === customerId(index),
  );
const mapped = async (): Promise<unknown[]> =>
  await t.rows('select customer_id, company_id from customer_mapping order by company_id');
const save = async (rows: unknown[]) => await t.operator.put(t.path('customers/mappings'), rows);
const pair = (index: number, action: string) => ({
  customerId: customerId(index),
  companyId: companyId(index),
  action,
});

beforeAll(async () => {
  t = await startMappingTest();
  const [template] = (await t.app.sandbox('marketplace', 'GET', '/state')).customers;
  const { companies } = await t.app.sandbox('autotask', 'GET', '/state?collections=companies');
  const company = companies.find((one: any) => one.id === 121);
  for (const [index, twin] of TWINS.entries()) {
    const [person] = template.contactPersons;
    await t.change('marketplace', 'customers', {
      ...template,
      id: customerId(index),
      externalId: `own-${index}`,
      taxRegId: null,
      status: 'active',
      address: { ...template.address, streetAddress: `${index} Nowhere`, city: '', postalCode: '' },
      contactPersons: [{ ...person, email: twin.customer.mail ?? '', phoneNumber: '' }],
      ...twin.customer.fields,
      name: twin.customer.name,
    });
    await t.change('autotask', 'companies', {
      ...company,
      id: companyId(index),
      companyNumber: `X${index}`,
      taxID: null,
      webAddress: null,
      phone: '',
      city: null,
      postalCode: null,
      address1: null,
      userDefinedFields: undefined,
      ...twin.company,
    });
  }
  await t.refresh();
}, 120_000);
afterAll(async () => await t?.close());
beforeEach(async () => {
  await t.forgetCustomerMappings();
});

describe('a close match carries a score and the reasons (MAP-2, WIN-7)', () => {
  it.each(TWINS.map((twin, index) => ({ ...twin, index })))(
    '$what: told with both values, filterable, and applied to nothing',
    async ({ index, reason, values, customer, company }) => {
      expect(await suggestion(index)).toMatchObject({
        customerName: customer.name,
        companyId: companyId(index),
        companyName: company.companyName,
        exact: false,
        ambiguous: false,
      });
      expect((await suggestion(index)).reasons).toContainEqual({
        code: reason,
        customer: values[0],
        company: values[1],
      });
      const [row] = await t.rows(
        'select score, shown, exact from customer_suggestion where customer_id = ? and company_id = ?',
        [customerId(index), companyId(index)],
      );
      expect(row).toMatchObject({ shown: true, exact: false });
      expect((await suggestion(index)).score).toBe(row.score / 100);
      const filtered = (await t.viewer.get(t.path('customers?status=suggested&pageSize=200'))).body.items;
      expect(filtered.map((one: any) => one.customer.id)).toContain(customerId(index));
      expect(await mapped()).toEqual([]);
    },
  );

  it('is confirmed in bulk by one save, and then suggested to nobody', async () => {
    const all = TWINS.map((_, index) => ({ ...pair(index, 'map'), version: 0 }));
    for (const [index, row] of all.entries()) row.version = (await suggestion(index)).version;
    const answer = await save(all);
    expect([answer.status, answer.body.changed]).toEqual([200, TWINS.length]);
    expect(await mapped()).toEqual(
      TWINS.map((_, index) => ({ customer_id: customerId(index), company_id: companyId(index) })),
    );
    for (const index of TWINS.keys()) expect(await suggestion(index)).toBeUndefined();
  });

  it('that was rejected is remembered: the next refresh does not bring it back', async () => {
    expect((await save([pair(0, 'reject')])).status).toBe(200);
    await t.refresh();
    expect(await suggestion(0)).toBeUndefined();
    expect(await t.rows('select customer_id, company_id, rejected_by from suggestion_rejection')).toEqual([
      { customer_id: customerId(0), company_id: companyId(0), rejected_by: 'user-1' },
    ]);
    expect(await suggestion(1)).toBeDefined();
  });
});

describe('only active, non-deleted customers and companies are offered (MAP-4)', () => {
  const offeredCompanies = async (): Promise<number[]> =>
    (await t.viewer.get(t.path('companies?pageSize=200&search=Quilbury'))).body.items.map(({ id }: any) => id);
  const offeredCustomers = async (): Promise<string[]> =>
    (await t.viewer.get(t.path('customers?status=unmapped&pageSize=200'))).body.items.map(
      (one: any) => one.customer.id,
    );
  const putBack: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    expect(await offeredCompanies()).toContain(companyId(1));
    expect(await offeredCustomers()).toContain(customerId(1));
    return async () => {
      for (const one of putBack.splice(0)) await one();
      await t.refresh();
    };
  });

  it.each([false, true])(
    'a company that is inactive, or (%s) deleted, is neither found nor suggested',
    async (isGone) => {
      const { companies } = await t.app.sandbox('autotask', 'GET', '/state?collections=companies');
      const row = { ...companies.find((one: any) => one.id === companyId(1)), userDefinedFields: undefined };
      putBack.push(async () => await t.change('autotask', 'companies', row));
      if (isGone) await t.remove('companies', companyId(1));
      else await t.change('autotask', 'companies', { id: companyId(1), isActive: false });
      await t.refresh();
      expect(await offeredCompanies()).not.toContain(companyId(1));
      expect(await suggestion(1)).toBeUndefined();
      expect((await save([pair(1, 'map')])).body.code).toBe('COMPANY_INACTIVE');
      expect(await mapped()).toEqual([]);
    },
  );

  it.each([false, true])(
    'a customer that is cancelled, or (%s) deleted, is neither listed nor suggested',
    async (isGone) => {
      if (isGone) {
        const row = await t.app.sandbox('marketplace', 'DELETE', '/rows', {
          collection: 'customers',
          id: customerId(1),
        });
        putBack.push(async () => await t.change('marketplace', 'customers', row));
      } else {
        await t.change('marketplace', 'customers', { id: customerId(1), status: 'cancelled' });
        putBack.push(async () => await t.change('marketplace', 'customers', { id: customerId(1), status: 'active' }));
      }
      await t.refresh();
      expect(await offeredCustomers()).not.toContain(customerId(1));
      expect(await suggestion(1)).toBeUndefined();
      expect((await save([pair(1, 'map')])).body.code).toBe('CUSTOMER_INACTIVE');
      expect(await mapped()).toEqual([]);
    },
  );
});
