import { describe, expect, inject, it } from 'vitest';
import { manyToManyPairs } from '../../src/domain/mapping/customer-cardinality.js';
import { withProduct, type RunningProduct } from '../support/running-product.js';
import { Refused } from './person.js';
import { Random } from './random.js';

const PROCESSES = 2;
const ROUNDS = 25;

interface Pair {
  customerId: string;
  companyId: number;
}
interface Save {
  status: number;
  body: any;
}

/** FEATURES MAP-2, MAP-3: two people, each on a process of their own, on one PostgreSQL. */
describe('saves of mappings by two processes', () => {
  it(
    'let one win, tell the other which rows changed, and never become many-to-many',
    { timeout: 300_000 },
    async () => {
      const run = { server: process.env.DATABASE_URL!, folder: inject('crashBuild'), processes: PROCESSES };
      await withProduct(run, async (product) => {
        const world = await World.of(product);
        await overlapping(world);
        await halves(world);
        await pellMell(world);
        await oneService(world);
      });
    },
  );
});

/** Both saved three customers and want the one in the middle. */
async function overlapping(world: World): Promise<void> {
  const wins = [0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    await world.forget();
    const version = new Map(await world.versions());
    const row = (customer: number, company: number) => ({
      ...world.pair(customer, company),
      action: 'map',
      version: version.get(world.customers[customer]!),
    });
    const bodies = [
      [row(0, 0), row(1, 1), row(2, 2)],
      [row(3, 3), row(2, 4), row(4, 5)],
    ];
    // Now one of them is a little earlier and at the quicker process, now the other.
    const answers =
      round % 2 === 0 ? await world.atOnce(bodies) : (await world.atOnce(bodies.toReversed())).toReversed();
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    const winner = answers.findIndex(({ status }) => status === 200);
    wins[winner]! += 1;
    const loser = 1 - winner;
    expect(answers[loser]!.body).toMatchObject({
      code: 'MAPPING_CONFLICT',
      rows: [
        {
          index: loser === 0 ? 2 : 1,
          customerId: world.customers[2],
          current: {
            version: version.get(world.customers[2]!)! + 1,
            companyIds: [world.companies[winner === 0 ? 2 : 4]],
          },
        },
      ],
    });
    // All of one and nothing of the other.
    expect(await world.pairs()).toEqual(
      bodies[winner]!.map(({ customerId, companyId }) => ({ customerId, companyId })).sort(byCustomer),
    );
  }
  // Otherwise nothing was raced.
  expect(Math.min(...wins)).toBeGreaterThan(0);
}

/** Each adds one half of what together would be many-to-many, and neither names a version. */
async function halves(world: World): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    await world.forget();
    await world.save(0, [{ ...world.pair(0, 0), action: 'map' }]);
    const answers = await world.atOnce([
      [{ ...world.pair(0, 1), action: 'map' }],
      [{ ...world.pair(1, 0), action: 'map' }],
    ]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('MANY_TO_MANY');
    expect(manyToManyPairs(await world.pairs())).toEqual([]);
  }
}

/** Anything, from both sides, four at a time. */
async function pellMell(world: World): Promise<void> {
  await world.forget();
  const random = new Random(5);
  const seen = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const bodies = Array.from({ length: 4 * PROCESSES }, () =>
      Array.from({ length: 3 }, (_, row) => ({
        ...world.pair(random.whole(0, 1) + 2 * row, random.whole(0, 5)),
        action: random.chance(1 / 3) ? 'unmap' : 'map',
      })),
    );
    for (const { status } of await world.atOnce(bodies)) seen.set(status, (seen.get(status) ?? 0) + 1);
    expect(manyToManyPairs(await world.pairs())).toEqual([]);
  }
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual([200, 409]);
}

/** Two products want one service, where several may not share it (INS-8). */
async function oneService({ product, connectionId }: World): Promise<void> {
  const path = `/connections/${connectionId}/products`;
  const { items } = await product.call('GET', `${path}?pageSize=200`);
  const monthly = items.filter((row: any) => row.product.cycle.periodType === 2).slice(0, 2);
  const services = await product.call('GET', `/connections/${connectionId}/services?periodType=2&pageSize=1`);
  const serviceId = services.items[0].id as number;
  for (let round = 0; round < ROUNDS; round++) {
    await product.database.sql('delete from product_mapping');
    const answers = await Promise.all(
      monthly.map(
        async (row: any, process: number) =>
          await answered(
            product.call(
              'PUT',
              `${path}/mappings`,
              [{ productKey: row.product.key, serviceId, action: 'map' }],
              process,
            ),
          ),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('SERVICE_TAKEN');
    expect(await product.database.sql('select product_key from product_mapping')).toHaveLength(1);
  }
}

const byCustomer = (a: Pair, b: Pair): number => (a.customerId < b.customerId ? -1 : 1);

async function answered(call: Promise<any>): Promise<Save> {
  return await call.then(
    (body) => ({ status: 200, body }),
    (error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, body: error.body };
    },
  );
}

/** Six active customers and companies of one connection. */
class World {
  private constructor(
    readonly product: RunningProduct,
    readonly connectionId: string,
    readonly customers: string[],
    readonly companies: number[],
  ) {}

  static async of(product: RunningProduct): Promise<World> {
    const [connection] = await product.database.sql<{ id: string }>('select id from connection');
    const { items } = await product.call('GET', `/connections/${connection!.id}/customers?status=all&pageSize=6`);
    const companies = await product.call('GET', `/connections/${connection!.id}/companies?pageSize=6`);
    return new World(
      product,
      connection!.id,
      items.map((row: any) => row.customer.id),
      companies.items.map((row: any) => row.id),
    );
  }

  pair(customer: number, company: number): Pair {
    return { customerId: this.customers[customer]!, companyId: this.companies[company]! };
  }

  async save(process: number, rows: unknown[]): Promise<Save> {
    return await answered(
      this.product.call('PUT', `/connections/${this.connectionId}/customers/mappings`, rows, process),
    );
  }

  /** Sends all bodies at the same moment, to one process after the other. */
  async atOnce(bodies: unknown[][]): Promise<Save[]> {
    return await Promise.all(bodies.map(async (rows, index) => await this.save(index % PROCESSES, rows)));
  }

  async forget(): Promise<void> {
    await this.product.database.sql('delete from customer_mapping');
  }

  async pairs(): Promise<Pair[]> {
    return await this.product.database.sql<Pair>(
      `select customer_id as "customerId", company_id as "companyId" from customer_mapping order by 1`,
    );
  }

  async versions(): Promise<[string, number][]> {
    const rows = await this.product.database.sql<{ id: string; version: number }>(
      'select customer_id as id, mapping_version as version from customer_mirror',
    );
    return rows.map(({ id, version }) => [id, version]);
  }
}
