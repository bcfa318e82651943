import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { company as readCompany } from './adapters/autotask/autotask.schema.js';
import { customer as readCustomer } from './adapters/marketplace/simple-api.schema.js';
import { isServed } from './domain/mapping/customer-standing.js';
import { suggestCompanies } from './domain/mapping/customer-suggestions.js';

/**
 * `npm run -s match -- --customers FILE --companies FILE`: what the mapping screen would suggest for two lists, without
 * a database. Each file holds one JSON record a line, as the marketplace's and Autotask's own APIs give them; only
 * active records are offered. Prints one JSON line per suggestion: `{customerId, companyId, score, reasons, ambiguous}`.
 */
function main(): void {
  const { values } = parseArgs({ options: { customers: { type: 'string' }, companies: { type: 'string' } } });
  if (!values.customers || !values.companies)
    throw new Error('Say which files: npm run -s match -- --customers FILE --companies FILE');
  const context = { timeZone: 'UTC', correlationId: undefined, unknown: () => {} };
  const customers = records(values.customers, (row) => readCustomer({ status: 'active', ...row }, context));
  const companies = records(values.companies, (row) => readCompany({ isActive: true, companyType: 1, ...row }));
  const suggestions = suggestCompanies(
    customers.filter(isServed),
    companies.filter(({ isActive }) => isActive),
  );
  for (const { customerId, companyId, score, exact, reasons, ambiguousBecause } of suggestions)
    process.stdout.write(
      `${JSON.stringify({ customerId, companyId, score, exact, reasons, ambiguous: ambiguousBecause.length > 0, ambiguousBecause })}\n`,
    );
}

/** Reads a file of JSON lines. @throws Error naming file and line of the first one that cannot be read. */
function records<T>(file: string, read: (row: Record<string, unknown>) => T): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      try {
        return [read(JSON.parse(line) as Record<string, unknown>)];
      } catch (error) {
        throw new Error(`${file}, line ${index + 1}: ${(error as Error).message}`, { cause: error });
      }
    });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
