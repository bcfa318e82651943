import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveSuggestions } from '../../src/domain/mapping/customer-suggestions.js';
import { noteStandings } from '../../src/modules/mapping/customers/customer-standings.js';
import { COMPANIES, CUSTOMERS } from '../../src/modules/mapping/mirror-tables.js';
import { upsertMirror } from '../../src/modules/mapping/mirror-writer.js';
import { startMappingTest, type MappingTest } from './mapping-support.js';

const CUSTOMER_COUNT = 90;
const COMPANY_COUNT = 70;
const CANDIDATE_COUNT = 150;

let t: MappingTest;
let connection: { id: string; installationId: string };
const random = sequence(11);
const below = (limit: number): number => Math.floor(random() * limit);

/** What the list shows of suggestions: pair and reasons for doubt. */
const shown = async (): Promise<string[]> =>
  (await t.rows(`select s.customer_id, s.company_id, s.ambiguous_because from customer_suggestion s where s.shown`))
    .map((row) => `${row.customer_id} ${row.company_id} ${row.ambiguous_because.join()}`)
    .sort();

/** The same, decided from all rows at once. */
async function decidedAnew(): Promise<string[]> {
  const pairs = async (table: string) =>
    await t.rows(`select customer_id as "customerId", company_id as "companyId" from ${table}`);
  const candidates = await t.rows(
    `select customer_id as "customerId", company_id as "companyId", strength / 10.0::float as strength, exact, doubts
     from customer_suggestion`,
  );
  return resolveSuggestions(candidates, await pairs('customer_mapping'), await pairs('suggestion_rejection'))
    .map((one) => `${one.customerId} ${one.companyId} ${one.ambiguousBecause.join()}`)
    .sort();
}

beforeAll(async () => {
  t = await startMappingTest();
  connection = { id: t.connectionId, installationId: t.installationId };
  const unit = t.app.database.unit();
  const row = (key: string, id: string | number) => ({ [key]: id, name: `Sample ${id}`, is_active: true, data: {} });
  const customers = Array.from({ length: CUSTOMER_COUNT }, (_, n) => row('customer_id', `S${n}`));
  await upsertMirror(unit, connection, CUSTOMERS, customers, new Date());
  const companies = Array.from({ length: COMPANY_COUNT }, (_, n) => row('company_id', 90_000 + n));
  await upsertMirror(unit, connection, COMPANIES, companies, new Date());
  // A web of rivals, as no list of real names would have: who is shown depends on who is shown elsewhere.
  await t.rows('delete from customer_suggestion');
  const candidates = new Map<string, unknown>();
  for (let n = 0; n < CANDIDATE_COUNT; n++) {
    const [customerId, companyId] = [`S${below(CUSTOMER_COUNT)}`, 90_000 + below(COMPANY_COUNT)];
    candidates.set(`${customerId} ${companyId}`, { customerId, companyId, strength: 100 + below(40) });
  }
  await t.rows(
    `insert into customer_suggestion
       (id, installation_id, connection_id, customer_id, company_id, score, strength, exact, reasons, doubts, ambiguous_because)
     select gen_random_uuid(), ?, ?, r."customerId", r."companyId", 90, r.strength, false, '[]', '[]', '[]'
     from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int, strength int)`,
    [connection.installationId, connection.id, JSON.stringify([...candidates.values()])],
  );
  await noteStandings(unit, connection);
}, 120_000);

afterAll(async () => await t?.close());

describe('suggestions after each save (MAP-2)', () => {
  it('are those that all candidates together give, although a save looks only at what it touched', async () => {
    const pairs = await t.rows(
      `select customer_id as "customerId", company_id as "companyId" from customer_suggestion order by 1, 2`,
    );
    // One save of everything decides everything once.
    const save = async (rows: unknown[]) => {
      const answer = await t.operator.put(t.path('customers/mappings'), rows);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    };
    await save(pairs.map((pair) => ({ ...pair, action: 'reject' })));
    expect(await shown()).toEqual([]);
    await save(pairs.map((pair) => ({ ...pair, action: 'restore' })));
    const first = await shown();
    expect(first).toEqual(await decidedAnew());
    expect(first.length).toBeGreaterThan(30);

    for (let round = 0; round < 25; round++) {
      const pair = pairs[below(pairs.length)]!;
      const [mapped] = await t.rows(
        'select customer_id as "customerId", company_id as "companyId" from customer_mapping where customer_id = ? or company_id = ?',
        [pair.customerId, pair.companyId],
      );
      if (mapped) await save([{ ...mapped, action: 'unmap' }]);
      else await save([{ ...pair, action: below(3) === 0 ? 'reject' : 'map' }]);
      expect(await shown()).toEqual(await decidedAnew());
    }
    const listed = await t.viewer.get(t.path('customers/suggestions?search=sample&pageSize=200'));
    expect(listed.body.total).toBe((await shown()).length);
    expect(listed.body.items).toHaveLength(listed.body.total);
  });
});

/** Numbers below 1, the same ones each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
