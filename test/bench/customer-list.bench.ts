import { performance } from 'node:perf_hooks';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { company as readCompany } from '../../src/adapters/autotask/autotask.schema.js';
import { customer as readCustomer } from '../../src/adapters/marketplace/simple-api.schema.js';
import { CustomerList } from '../../src/modules/mapping/customers/customer-list.service.js';
import { CustomerSuggestions } from '../../src/modules/mapping/customers/customer-suggestions.service.js';
import type { CustomerQuery } from '../../src/modules/mapping/customers/customer.dto.js';
import { COMPANIES, companyRow, CUSTOMERS, customerRow } from '../../src/modules/mapping/mirror-tables.js';
import { upsertMirror } from '../../src/modules/mapping/mirror-writer.js';
import { Database } from '../../src/platform/database/database.js';
import { companyPairs } from '../fixtures/company-pairs.js';

const PER_SECOND = 20;
const SECONDS = 10;
const CONNECTION = { id: '00000000-0000-4000-8000-000000000001', installationId: 'bench' };
const context = { timeZone: 'UTC', correlationId: undefined, unknown: () => {} };

/** Listing, searching and filtering 10,000 customers on PostgreSQL at 20 requests a second; needs DATABASE_URL. */
export async function customerListBench(): Promise<Record<string, unknown>[]> {
  const url = process.env.DATABASE_URL;
  if (!url) return [{ id: 'MAP-1', what: 'customers list', skipped: 'needs DATABASE_URL of an empty database' }];
  const orm = await openDatabase({ url });
  try {
    await orm.migrator.up();
    const database = new Database(orm);
    await fill(database);
    const startedAt = performance.now();
    await new CustomerSuggestions(database).recompute(CONNECTION);
    const recomputeSeconds = (performance.now() - startedAt) / 1000;
    const times = await load(new CustomerList(database));
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)]! * 10) / 10;
    return [
      {
        id: 'MAP-1',
        what: 'customers list, 10,000 × 10,000, 20 requests/s',
        requests: times.length,
        p50Ms: at(0.5),
        p95Ms: at(0.95),
        recomputeSeconds: Math.round(recomputeSeconds * 10) / 10,
        target: 'p95 ≤ 50 ms',
      },
    ];
  } finally {
    await orm.close(true);
  }
}

async function fill(database: Database): Promise<void> {
  for (const table of ['customer_mirror', 'company_mirror', 'customer_mapping', 'customer_suggestion'])
    await database.sql(`delete from "${table}" where installation_id = ?`, [CONNECTION.installationId]);
  const set = companyPairs({ pairs: 10_700, seed: 9 });
  const now = new Date();
  const unit = database.unit();
  await upsertMirror(
    unit,
    CONNECTION,
    CUSTOMERS,
    set.customers.map((row) => customerRow(readCustomer(row, context))),
    now,
  );
  await upsertMirror(
    unit,
    CONNECTION,
    COMPANIES,
    set.companies.map((row) => companyRow(readCompany(row))),
    now,
  );
  await database.sql(
    `insert into customer_mapping (id, installation_id, connection_id, customer_id, company_id, mapped_by, mapped_at)
     select gen_random_uuid(), ?, ?, r."customerId", r."companyId", 'bench', now()
     from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int)`,
    [
      CONNECTION.installationId,
      CONNECTION.id,
      JSON.stringify(set.pairs.filter(({ label }) => label === 'same').slice(0, 4_000)),
    ],
  );
  await database.sql('analyze customer_mapping');
}

/** Sends a query every 50 ms, whether or not the one before has been answered. */
async function load(list: CustomerList): Promise<number[]> {
  const statuses = ['unmapped', 'suggested', 'matched', 'broken', 'all'] as const;
  const searches = ['', 'b', 'bra', 'the ', '10000'];
  const running: Promise<number>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < PER_SECOND * SECONDS; n++) {
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, startedAt + (n * 1000) / PER_SECOND - performance.now())),
    );
    const query: CustomerQuery = {
      status: statuses[n % statuses.length]!,
      page: 1 + (n % 7),
      pageSize: 50,
      search: searches[Math.floor(n / 5) % searches.length]!,
    };
    const sentAt = performance.now();
    running.push(list.page(CONNECTION, query).then(() => performance.now() - sentAt));
  }
  return await Promise.all(running);
}
