import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { company as readCompany } from '../../src/adapters/autotask/autotask.schema.js';
import { customer as readCustomer } from '../../src/adapters/marketplace/simple-api.schema.js';
import { CustomerSuggestions } from '../../src/modules/mapping/customers/customer-suggestions.service.js';
import { COMPANIES, companyRow, CUSTOMERS, customerRow } from '../../src/modules/mapping/mirror-tables.js';
import { upsertMirror } from '../../src/modules/mapping/mirror-writer.js';
import type { Database } from '../../src/platform/database/database.js';
import { companyPairs, type CompanyPairs } from '../fixtures/company-pairs.js';
import { withProduct, type RunningProduct } from '../support/running-product.js';

/** The compiled programs; `npm run bench` builds them beside this one. */
const BUILT = resolve(import.meta.dirname, '../..');
const PER_SECOND = 20;
const SECONDS = 15;
/** Changes of mappings in one save, as a person confirms them. */
const ROWS_PER_SAVE = 33;
const context = { timeZone: 'UTC', correlationId: undefined, unknown: () => {} };

interface Reseller {
  id: string;
  installationId: string;
}

/**
 * Listing, searching and filtering 10,000 customers beside 10,000 companies over HTTP, on PostgreSQL, 20 requests a
 * second, and saves of mappings in between; needs DATABASE_URL. The product is a process of its own.
 */
export async function customerListBench(): Promise<Record<string, unknown>[]> {
  const server = process.env.DATABASE_URL;
  if (!server) return [{ id: 'MAP-1', what: 'customers list', skipped: 'needs DATABASE_URL' }];
  return await withProduct({ server, folder: BUILT }, async (product) => {
    const { database } = product;
    const [connection] = await database.sql<{ id: string; installation_id: string }>(
      'select id, installation_id from connection',
    );
    const reseller = { id: connection!.id, installationId: connection!.installation_id };
    const set = companyPairs({ pairs: 10_700, seed: 9 });
    await fill(database, reseller, set);
    const startedAt = performance.now();
    await new CustomerSuggestions(database).recompute(reseller);
    const recomputeSeconds = round((performance.now() - startedAt) / 1000);

    await load(product, reseller, 3);
    const cpuBefore = product.cpuMs();
    const lists = await load(product, reseller, SECONDS);
    const cpuMsPerRequest = round((product.cpuMs() - cpuBefore) / lists.length);
    const saves = await saveAll(product, reseller, set);
    return [
      {
        id: 'MAP-1',
        what: `customers over HTTP, 10,000 × 10,000, ${PER_SECOND} requests/s`,
        requests: lists.length,
        ...percentiles(lists),
        cpuMsPerRequest,
        target: 'p95 ≤ 50 ms',
      },
      {
        id: 'MAP-2',
        what: `saves of ${ROWS_PER_SAVE} mappings over HTTP`,
        requests: saves.length,
        ...percentiles(saves),
      },
      { id: 'MAP-2', what: 'all suggestions compared and stored', seconds: recomputeSeconds },
    ];
  });
}

async function fill(database: Database, reseller: Reseller, set: CompanyPairs): Promise<void> {
  for (const table of ['customer_mirror', 'company_mirror', 'customer_mapping', 'customer_suggestion'])
    await database.sql(`delete from "${table}" where installation_id = ?`, [reseller.installationId]);
  const now = new Date();
  const unit = database.unit();
  const customers = set.customers.map((row) => customerRow(readCustomer(row, context)));
  await upsertMirror(unit, reseller, CUSTOMERS, customers, now);
  await upsertMirror(
    unit,
    reseller,
    COMPANIES,
    set.companies.map((row) => companyRow(readCompany(row))),
    now,
  );
  await database.sql(
    `insert into customer_mapping (id, installation_id, connection_id, customer_id, company_id, mapped_by, mapped_at)
     select gen_random_uuid(), ?, ?, r."customerId", r."companyId", 'bench', now()
     from jsonb_to_recordset(?::jsonb) as r("customerId" text, "companyId" int)`,
    [reseller.installationId, reseller.id, JSON.stringify(samePairs(set).slice(0, 4_000))],
  );
  // As the database does by itself within minutes.
  await database.sql('vacuum analyze');
}

const samePairs = (set: CompanyPairs) => set.pairs.filter(({ label }) => label === 'same');

/** Sends a query every 50 ms, whether or not the one before has been answered. */
async function load(product: RunningProduct, reseller: Reseller, seconds: number): Promise<number[]> {
  const statuses = ['unmapped', 'suggested', 'matched', 'broken', 'all'];
  const searches = ['', 'b', 'bra', 'the ', '10000'];
  const running: Promise<number>[] = [];
  const startedAt = performance.now();
  for (let n = 0; n < PER_SECOND * seconds; n++) {
    await until(startedAt + (n * 1000) / PER_SECOND);
    const query = new URLSearchParams({
      status: statuses[n % statuses.length]!,
      page: String(1 + (n % 7)),
      pageSize: '50',
      search: searches[Math.floor(n / statuses.length) % searches.length]!,
      sort: n % 3 === 0 ? '-name' : 'name',
    });
    const what = ['customers', 'customers', 'customers', 'customers/suggestions', 'companies'][n % 5]!;
    if (what !== 'customers') query.delete('status');
    running.push(timed(product, 'GET', `/connections/${reseller.id}/${what}?${query.toString()}`));
  }
  return await Promise.all(running);
}

/** Maps and unmaps again, one save after the other. */
async function saveAll(product: RunningProduct, reseller: Reseller, set: CompanyPairs): Promise<number[]> {
  const times: number[] = [];
  const free = samePairs(set).slice(4_000);
  for (let at = 0; at < 20 * ROWS_PER_SAVE; at += ROWS_PER_SAVE)
    for (const action of ['map', 'unmap']) {
      const rows = free.slice(at, at + ROWS_PER_SAVE).map(({ customerId, companyId }) => ({
        customerId,
        companyId,
        action,
      }));
      times.push(await timed(product, 'PUT', `/connections/${reseller.id}/customers/mappings`, rows));
    }
  return times;
}

async function timed(product: RunningProduct, method: string, path: string, body?: unknown): Promise<number> {
  const sentAt = performance.now();
  await product.call(method, path, body);
  return performance.now() - sentAt;
}

async function until(instant: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, instant - performance.now())));
}

const round = (value: number): number => Math.round(value * 10) / 10;

function percentiles(times: readonly number[]): Record<string, number> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor(sorted.length * share)]!);
  return { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: round(sorted.at(-1)!) };
}
