import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarketplaceTestClient } from './marketplace-test-client.js';
import contract from './simple-api-1.15.contract.json' with { type: 'json' };

let client: MarketplaceTestClient<any>;
beforeAll(async () => {
  client = await MarketplaceTestClient.start();
});
afterAll(() => client.close());

/** Reads a whole list page by page the way a client does. */
async function all(path: string, limit: number): Promise<any[]> {
  const rows: any[] = [];
  for (let offset = 0; ; offset += limit) {
    const { data, pagination } = await client.get(
      `${path}${path.includes('?') ? '&' : '?'}offset=${offset}&limit=${limit}`,
    );
    rows.push(...data);
    if (offset + limit >= pagination.total) return rows;
  }
}

describe('paging', () => {
  it('gives ten rows unless asked otherwise, and says where they stand in the whole', async () => {
    const { data, pagination } = await client.get('/customers');
    expect(data).toHaveLength(10);
    expect(pagination).toEqual({ offset: 0, limit: 10, total: 30 });
    const last = await client.get('/customers?offset=25&limit=10');
    expect(last.data).toHaveLength(5);
    expect(last.pagination).toEqual({ offset: 25, limit: 10, total: 30 });
  });

  it('refuses an offset or limit that is none', async () => {
    const answers = await Promise.all(
      ['limit=0', 'limit=ten', 'offset=-1', 'limit=2.5'].map((query) => client.api('GET', `/orders?${query}`)),
    );
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400]);
  });

  it('lists every order exactly once while nothing moves, newest first', async () => {
    const rows = await all('/orders', 17);
    const { orders } = await client.state();
    expect(new Set(rows.map((row) => row.id)).size).toBe(orders.length);
    const dates = rows.map((row) => row.creationDate);
    expect(dates).toEqual([...dates].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
  });

  it('moves under a reader when an order arrives: the last row of a page comes again and total grows', async () => {
    const first = await client.get('/orders?limit=5');
    await client.sell('Example Mail', 'Example Mail Basic', 3, { months: 1 });
    const second = await client.get('/orders?limit=5&offset=5');
    expect(second.data[0].id).toBe(first.data[4].id);
    expect(second.pagination.total).toBe(first.pagination.total + 1);
  });

  it('lists oldest first when switched', async () => {
    await client.behave({ orderListing: 'oldest' });
    const { data } = await client.get('/orders?limit=100');
    await client.behave({ orderListing: 'newest' });
    expect(data[0].creationDate < data[99].creationDate).toBe(true);
  });
});

describe('filters', () => {
  it('of orders narrow by creation time, both ends included', async () => {
    const { orders } = await client.state();
    const [from, to] = ['2027-02-10T00:00:00.000Z', '2027-03-01T23:59:59.999Z'];
    const expected = orders.filter((row: any) => row.creationDate >= from && row.creationDate <= to);
    const { pagination } = await client.get(`/orders?creationTimeFrom=${from}&creationTimeTo=${to}`);
    expect(expected.length).toBeGreaterThan(5);
    expect(pagination.total).toBe(expected.length);
    const edge = expected[0].creationDate;
    expect(
      (await client.get(`/orders?creationTimeFrom=${edge}&creationTimeTo=${edge}`)).pagination.total,
    ).toBeGreaterThan(0);
    const elsewhere = encodeURIComponent(edge.replace('Z', '+00:00'));
    expect((await client.get(`/orders?creationTimeFrom=${elsewhere}`)).pagination.total).toBeGreaterThan(0);
    expect((await client.api('GET', '/orders?creationTimeFrom=yesterday')).status).toBe(400);
  });

  it('of orders narrow by customer, subscription, number, status and status code', async () => {
    const { orders } = await client.state();
    const one = orders.find((row: any) => row.type === 'change' && row.status === 'error');
    for (const name of ['customerId', 'subscriptionId', 'orderNumber', 'status', 'statusCode']) {
      const expected = orders.filter((row: any) => row[name] === one[name]).map((row: any) => row.id);
      const found = await all(`/orders?${name}=${one[name]}`, 50);
      expect([name, new Set(found.map((row) => row.id))]).toEqual([name, new Set(expected)]);
      expect(found.length).toBeLessThan(orders.length);
    }
  });

  it('of customers, products and subscriptions narrow by the fields the specification names', async () => {
    const total = async (path: string) => (await client.get(path)).pagination.total;
    expect(await total('/customers?name=marmalade%20fr')).toBe(1);
    expect(await total('/customers?externalId=C00010')).toBe(1);
    expect(await total('/customers?email=bo%40marmalade-freight.example')).toBe(1);
    expect(await total('/customers?resellerId=1')).toBe(0);
    expect(await total('/products?mpn=EX-OFF-B')).toBe(4);
    expect(await total('/products?vendor=placeholder-security')).toBe(4);
    expect(await total('/products?name=voice')).toBe(3);
    expect(await total('/products?serviceName=Example%20Mail')).toBe(4);
    expect(await total('/subscriptions?status=hold')).toBe(2);
    expect(await total('/subscriptions?customerId=1000002')).toBe(2);
    expect(await total('/subscriptions?creationDateFrom=2025-11-08&creationDateTo=2025-11-08')).toBe(1);
    expect((await client.api('GET', '/subscriptions?creationDateFrom=soon')).status).toBe(400);
  });
});

describe('routes', () => {
  it('of the specification are all either served or answered with 501', async () => {
    const answers = await Promise.all(
      Object.keys(contract.routes).map(async (route) => {
        const [method, path] = route.split(' ') as [string, string];
        const { status, headers } = await client.api(
          method,
          path.replace('{id}', 'x'),
          method === 'GET' ? undefined : {},
        );
        expect(headers.get('x-correlation-id')).toMatch(/^[\da-f-]{36}$/);
        return [route, status] as const;
      }),
    );
    const unserved = answers.filter(([, status]) => status === 501).map(([route]) => route);
    expect(unserved.sort()).toEqual([
      'GET /resellers',
      'GET /resellers/{id}',
      'GET /resellers/{id}/customers',
      'GET /resellers/{id}/orders',
      'PATCH /orders/{id}',
      'PATCH /resellers/{id}',
      'POST /resellers',
      'POST /resellers/{id}/customers',
      'POST /subscriptions/{id}/specialPricing',
      'POST /validation/parameters',
    ]);
    expect(answers.filter(([, status]) => status === 405 || status >= 500).length).toBe(unserved.length);
  });

  it('outside it are 404, wrong methods 405, unknown ids 404', async () => {
    const statuses = await Promise.all([
      client.api('GET', '/invoices'),
      client.api('DELETE', '/orders'),
      client.api('GET', '/orders/1'),
      client.api('GET', '/subscriptions/1'),
      client.api('GET', '/customers/%E0%A4%A'),
    ]);
    expect(statuses.map((answer) => answer.status)).toEqual([404, 405, 404, 404, 404]);
  });

  it('answer a body that is not JSON, or not an object, with 400', async () => {
    expect((await client.api('POST', '/customers', '{"name":')).status).toBe(400);
    expect((await client.api('POST', '/orders', '[]')).status).toBe(400);
  });
});

describe('injected faults', () => {
  it('strike the API and leave the control calls alone', async () => {
    await client.control('POST', '/faults', {
      method: 'GET',
      path: '/marketplace/plans',
      times: 1,
      kind: 'status',
      status: 429,
    });
    expect((await client.api('GET', '/plans')).status).toBe(429);
    expect((await client.api('GET', '/plans')).status).toBe(200);
  });
});
