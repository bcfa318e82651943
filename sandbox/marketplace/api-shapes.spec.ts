import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarketplaceTestClient } from './marketplace-test-client.js';
import contract from './simple-api-1.15.contract.json' with { type: 'json' };

let client: MarketplaceTestClient<any>;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
});
afterAll(() => client.close());

type Kind = string | { enum: string[] } | Kind[];
const schemas = contract.schemas as Record<string, { required: string[]; properties: Record<string, Kind> }>;

const PLAIN: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  object: (value) => typeof value === 'object' && value !== null,
  date: (value) => /^\d{4}-\d{2}-\d{2}$/.test(String(value)),
  'date-time': (value) => typeof value === 'string' && value.includes('T') && !Number.isNaN(Date.parse(value)),
  uuid: (value) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(String(value)),
};

/** Everything in which a value differs from a schema of the specification; nothing it does not name may be in it. */
function differences(value: unknown, kind: Kind, path: string): string[] {
  if (Array.isArray(kind))
    return Array.isArray(value)
      ? value.flatMap((item, index) => differences(item, kind[0] ?? 'writeOnly', `${path}[${index}]`))
      : [`${path} is no list`];
  if (typeof kind === 'object')
    return kind.enum.includes(String(value)) ? [] : [`${path} is "${String(value)}", none of ${kind.enum.join('|')}`];
  if (kind === 'writeOnly') return [`${path} must not be answered`];
  const plain = PLAIN[kind];
  if (plain) return plain(value) ? [] : [`${path} is no ${kind}: ${JSON.stringify(value)}`];
  const schema = schemas[kind]!;
  if (typeof value !== 'object' || value === null) return [`${path} is no ${kind}`];
  return [
    ...schema.required.filter((name) => !(name in value)).map((name) => `${path}.${name} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const expected = schema.properties[name];
      return expected === undefined
        ? [`${path}.${name} is not in the specification`]
        : differences(inner, expected, `${path}.${name}`);
    }),
  ];
}

/** Besides what the specification requires, the fields without which nobody can work. */
const NEEDED: Record<string, string[]> = {
  Customer: ['id', 'status', 'externalId'],
  Product: ['id', 'name', 'vendor', 'prices', 'costs', 'billingPeriod', 'subscriptionPeriod', 'billingModel'],
  ServicePlan: ['id', 'name', 'published', 'subscriptionPeriods', 'billingPeriod', 'billingModel'],
  ServicePlanDetailed: ['planSwitches'],
  Order: ['id', 'orderNumber', 'creationDate', 'status', 'statusCode', 'total', 'attributes'],
  OrderDetailed: ['products', 'subscriptionId', 'details', 'billingModel'],
  Subscription: ['id', 'customerId', 'status', 'creationDate', 'renewalDate', 'lastModifiedDate', 'renewalStatus'],
  SubscriptionDetailed: ['products', 'planId', 'totalPrice'],
  Report: ['id', 'status', 'downloadUrl', 'format'],
};

function check(rows: any[], schema: string): void {
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) {
    expect(differences(row, schema, schema)).toEqual([]);
    expect(NEEDED[schema]!.filter((name) => row[name] === undefined)).toEqual([]);
  }
}

describe.each(['equal', 'different'])('answers keep to the specification with money sets %s', (moneySets) => {
  beforeAll(async () => {
    await client.behave({ moneySets });
  });

  it.each([
    ['/customers', 'Customer'],
    ['/products', 'Product'],
    ['/plans', 'ServicePlan'],
    ['/orders', 'Order'],
    ['/subscriptions', 'Subscription'],
    ['/reports', 'Report'],
  ])('every row of %s', async (path, schema) => {
    const list = await client.get(`${path}?limit=1000`);
    expect(differences(list.pagination, 'Pagination', 'pagination')).toEqual([]);
    check(list.data, schema);
  });

  it('every detailed order, subscription and plan', async () => {
    const { orders, subscriptions } = await client.state();
    const read = (path: string, rows: any[]) => Promise.all(rows.map(({ id }) => client.get(`${path}/${id}`)));
    check(await read('/orders', orders), 'OrderDetailed');
    check(await read('/subscriptions', subscriptions), 'SubscriptionDetailed');
    const { data: plans } = await client.get('/plans?limit=100');
    check(await read('/plans', plans), 'ServicePlanDetailed');
  });
});

it('lists carry the short forms, a get the detailed ones', async () => {
  const order = (await client.get('/orders?limit=1')).data[0];
  expect(order.products).toBeUndefined();
  expect(order.subscriptionId).toBeUndefined();
  expect((await client.order(order.id)).products.length).toBeGreaterThan(0);
  const subscription = (await client.get('/subscriptions?limit=1')).data[0];
  expect(subscription.products).toBeUndefined();
  expect((await client.subscription(subscription.id)).products.length).toBeGreaterThan(0);
});

describe('writing', () => {
  const person = {
    type: 'admin',
    firstName: 'Dana',
    lastName: 'Example',
    email: 'dana@quiet-harbour.example',
    phoneNumber: '49#30#5550123#',
    login: 'dana@quiet-harbour.example',
    password: 'Long-enough-1',
  };
  const wanted = {
    name: 'Quiet Harbour',
    externalId: '29801',
    language: 'en',
    contactPersons: [person],
    address: { streetAddress: 'Quay Lane 2', postalCode: '10115', city: 'Sampletown', countryCode: 'DE' },
  };

  it('a customer keeps what was sent and gives back neither login nor password', async () => {
    const { status, body } = await client.api('POST', '/customers', wanted);
    expect(status).toBe(201);
    expect(differences(body, 'Customer', 'Customer')).toEqual([]);
    expect(body).toMatchObject({ name: 'Quiet Harbour', externalId: '29801', status: 'active' });
    expect(JSON.stringify(await client.state())).not.toContain('Long-enough-1');
    expect((await client.get(`/customers?externalId=29801`)).data[0].id).toBe(body.id);
    const patched = await client.api('PATCH', `/customers/${body.id}`, { externalId: '', status: 'adminHold' });
    expect(patched.body).toMatchObject({ externalId: '', status: 'adminHold', name: 'Quiet Harbour' });
  });

  it.each([
    ['name', { name: '' }],
    ['address', { address: { ...wanted.address, countryCode: 'Germany' } }],
    ['city', { address: { ...wanted.address, city: undefined } }],
    ['contactPersons', { contactPersons: [] }],
    ['phoneNumber', { contactPersons: [{ ...person, phoneNumber: 'call me' }] }],
    ['login', { contactPersons: [person] }],
    ['password', { contactPersons: [{ ...person, login: 'other', password: 'short' }] }],
  ])('a customer with a bad %s is refused and named', async (field, change) => {
    const before = (await client.get('/customers')).pagination.total;
    const { status, body } = await client.api('POST', '/customers', { ...wanted, ...change });
    expect(status).toBe(400);
    expect(body.message).toContain(field);
    expect((await client.get('/customers')).pagination.total).toBe(before);
  });

  it('an order through the API is estimated, placed and completes a minute later', async () => {
    const body = {
      type: 'sales',
      customerId: '1000001',
      poNumber: 'PO-77',
      attributes: { 'psa.serviceId': '12' },
      products: [
        {
          mpn: 'EX-OFF-B',
          quantity: 5,
          billingPeriod: { type: 'month', duration: 1 },
          subscriptionPeriod: { type: 'year', duration: 1 },
        },
      ],
    };
    const estimate = await client.api('POST', '/orders/estimate', body);
    expect(estimate.body.total).toEqual({ currency: 'EUR', amount: '65.00' });
    expect(estimate.body.id).toBeUndefined();
    const placed = await client.api('POST', '/orders', body);
    expect(placed.status).toBe(201);
    expect(differences(placed.body, 'OrderDetailed', 'order')).toEqual([]);
    expect(placed.body).toMatchObject({
      status: 'submitted',
      poNumber: 'PO-77',
      attributes: { 'psa.serviceId': '12' },
    });
    await client.clock('2027-03-10T09:30:00Z');
    expect((await client.order(placed.body.id)).status).toBe('completed');
  });

  it('an order with an ambiguous mpn, a fraction or an unknown customer is refused', async () => {
    const order = (products: unknown[], customerId = '1000001') =>
      client.api('POST', '/orders', { type: 'sales', customerId, products });
    const refused = await Promise.all([
      order([{ mpn: 'EX-OFF-B', quantity: 1 }]),
      order([{ id: 'PRD100001', quantity: 1.5 }]),
      order([{ id: 'PRD100001', quantity: 1 }], '1'),
      order([{ id: 'PRD100001', quantity: 1 }], '1000016'),
      order([
        { id: 'PRD100001', quantity: 1 },
        { id: 'PRD100005', quantity: 1 },
      ]),
    ]);
    expect(refused.map((answer) => answer.status)).toEqual([400, 400, 400, 409, 400]);
    expect(refused[0].body.message).toContain('PRD100005');
  });
});
