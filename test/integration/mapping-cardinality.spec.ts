import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../support/test-app.js';
import { startMappingTest, type MappingTest } from './mapping-support.js';

let t: MappingTest;
/** Customers A to D and companies 1 to 4 of these moves, by their letter and figure. */
const customers = new Map<string, string>();
const companies = new Map<string, number>();

beforeAll(async () => {
  t = await startMappingTest();
  const { items } = (await t.viewer.get(t.path('customers?status=unmapped&pageSize=4'))).body;
  items.forEach((row: any, index: number) => customers.set('ABCD'[index]!, row.customer.id));
  const found = (await t.viewer.get(t.path('companies?pageSize=4'))).body.items;
  found.forEach((row: any, index: number) => companies.set('1234'[index]!, row.id));
}, 120_000);
afterAll(async () => await t?.close());
beforeEach(async () => {
  await t.forgetCustomerMappings();
  await t.rows('delete from action_log_entry');
});

/** Saves moves such as `+A1` (map customer A to company 1) and `-A2` (unmap), all in one request. */
async function save(moves: string): Promise<Answer> {
  const rows = words(moves).map(([sign, customer, company]) => ({
    customerId: customers.get(customer!),
    companyId: companies.get(company!),
    action: sign === '+' ? 'map' : 'unmap',
  }));
  return await t.operator.put(t.path('customers/mappings'), rows);
}

/** Maps these pairs, such as `A1 A2`, and forgets that somebody did. */
async function begin(pairs: string): Promise<void> {
  const moves = words(pairs).map((pair) => `+${pair}`);
  if (moves.length > 0) await save(moves.join(' '));
  expect(await stored()).toBe(pairs);
  await t.rows('delete from action_log_entry');
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const nameOf = <K>(names: ReadonlyMap<string, K>, id: K): string => [...names].find(([, one]) => one === id)![0];

/** The pairs of the database, such as `A1 A2`. */
async function stored(): Promise<string> {
  const pairs = await t.rows('select customer_id, company_id from customer_mapping');
  return pairs
    .map((pair) => `${nameOf(customers, pair.customer_id)}${nameOf(companies, pair.company_id)}`)
    .sort()
    .join(' ');
}

/** What the list shows of the same: customers, their companies, and who else has each. */
async function listed(): Promise<string> {
  const { items } = (await t.viewer.get(t.path('customers?status=matched&pageSize=200'))).body;
  return items
    .flatMap((row: any) =>
      row.mappings.map((one: any) => `${nameOf(customers, row.customer.id)}${nameOf(companies, one.companyId)}`),
    )
    .sort()
    .join(' ');
}

describe('customers and companies are matched one to one by default (MAP-3)', () => {
  it.each([
    ['nothing is matched: a match is made', '', '+A1', 'A1'],
    ['one to one: the company is switched', 'A1', '-A1 +A2', 'A2'],
    ['one to one: the customer is switched', 'A1', '-A1 +B1', 'B1'],
    ['one to one: two matches exchange their companies', 'A1 B2', '-A1 -B2 +A2 +B1', 'A2 B1'],
    ['one to one: the match goes', 'A1', '-A1', ''],
    ['one to one: the company side becomes the many side', 'A1', '+A2', 'A1 A2'],
    ['one to one: the customer side becomes the many side', 'A1', '+B1', 'A1 B1'],
    ['one customer, several companies: the many side grows', 'A1 A2', '+A3', 'A1 A2 A3'],
    ['one customer, several companies: the many side shrinks', 'A1 A2 A3', '-A2', 'A1 A3'],
    ['one customer, several companies: one of the many is switched', 'A1 A2', '-A2 +A3', 'A1 A3'],
    ['one customer, several companies: the one side is switched', 'A1 A2', '-A1 -A2 +B1 +B2', 'B1 B2'],
    ['one customer, several companies: all of it goes', 'A1 A2', '-A1 -A2', ''],
    ['one customer, several companies: one of the many goes to another customer', 'A1 A2', '-A2 +B2', 'A1 B2'],
    ['several customers, one company: the many side grows', 'A1 B1', '+C1', 'A1 B1 C1'],
    ['several customers, one company: the many side shrinks', 'A1 B1 C1', '-B1', 'A1 C1'],
    ['several customers, one company: one of the many is switched', 'A1 B1', '-B1 +C1', 'A1 C1'],
    ['several customers, one company: the one side is switched', 'A1 B1', '-A1 -B1 +A2 +B2', 'A2 B2'],
    ['back to one to one, either side may become the many side', 'A1 A2', '-A2 +B1', 'A1 B1'],
  ])('%s', async (_, before, moves, after) => {
    await begin(before);
    const answer = await save(moves);
    expect([answer.status, answer.body.changed]).toEqual([200, words(moves).length]);
    expect(await stored()).toBe(after);
    expect(await listed()).toBe(after);
    const logged = [...(await t.logged('customer.mapped')), ...(await t.logged('customer.unmapped'))];
    expect(new Set(logged.map((entry) => nameOf(customers, entry.customer_id)))).toEqual(
      new Set(words(moves).map((move) => move[1])),
    );
  });

  it.each([
    ['one customer, several companies: the one side gets no second customer', 'A1 A2', '+B1'],
    ['one customer, several companies: nor by a customer who has another company', 'A1 A2 B3', '+B1'],
    ['one customer, several companies: the one side is not switched by halves', 'A1 A2', '-A1 +B1 +B2'],
    ['several customers, one company: the one side gets no second company', 'A1 B1', '+A2'],
    ['several customers, one company: nor by a company that has another customer', 'A1 B1 C2', '+A2'],
    ['several customers, one company: the one side is not switched by halves', 'A1 B1', '-A1 +A2 +B2'],
    ['one to one: both sides at once', 'A1', '+A2 +B1'],
    ['nothing is matched: both sides at once', '', '+A1 +A2 +B1'],
    ['two matches with several sides each are not joined', 'A1 A2 B3 C3', '+A3'],
  ])('many to many never: %s', async (_, before, moves) => {
    await begin(before);
    const rows = await t.rows('select * from customer_mapping order by id');
    // A good row beside it is not saved either, and is not blamed.
    const answer = await save(`${moves} +D4`);
    expect([answer.status, answer.body.code]).toEqual([409, 'MANY_TO_MANY']);
    const refused = answer.body.rows.map(({ index }: any) => words(moves)[index]);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((move: string | undefined) => move?.startsWith('+'))).toBe(true);
    expect(await t.rows('select * from customer_mapping order by id')).toEqual(rows);
    expect(await listed()).toBe(before);
    expect(await t.rows(`select * from action_log_entry where category = 'mapping'`)).toEqual([]);
  });

  it('says who else is billed through a company that several customers share', async () => {
    await save('+A1 +B1');
    const { items } = (await t.viewer.get(t.path('customers?status=matched'))).body;
    const others = items.map((row: any) => [
      nameOf(customers, row.customer.id),
      row.mappings[0].otherCustomerIds.map((id: string) => nameOf(customers, id)),
    ]);
    expect(Object.fromEntries(others)).toEqual({ A: ['B'], B: ['A'] });
  });
});
